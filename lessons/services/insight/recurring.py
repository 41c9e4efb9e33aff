"""Themes in the order of what keeps happening, as one reader may know of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lessons.domain import recurrence
from lessons.domain.access import User
from lessons.domain.query import plain_words
from lessons.domain.record import Kind
from lessons.domain.recurrence import ENOUGH, Quarter, Tally, Trend, quarters_to
from lessons.domain.vocabulary import Term, Vocabulary
from lessons.library import Library
from lessons.services.insight import figures


class Order(StrEnum):
    """How the list is sorted."""

    RECURRENCE = "recurrence"
    NAME = "name"


@dataclass(frozen=True)
class Standing:
    """Where one theme stands. lessons: all that hold good, of any age. tallies: of the quarters that count, oldest
    first. years: lessons that tell of trouble in the last twelve months, and in the twelve before. again: lessons that
    were confirmed to have happened before. units: see `recurrence.is_recurring`; 0 where the quarters decide.
    """

    key: str
    lessons: int
    tallies: tuple[Tally, ...]
    quarters: tuple[Quarter, ...]
    years: tuple[int, int]
    again: int
    units: int = 0

    @cached_property
    def score(self) -> float:
        return recurrence.score(self.tallies)

    @cached_property
    def recurring(self) -> bool:
        return recurrence.is_recurring(self.tallies, self.units)

    @property
    def trend(self) -> Trend:
        return recurrence.trend(*self.years)

    @property
    def last(self) -> Quarter | None:
        """The quarter of the newest lesson, where it is one of those that count."""
        seen = [q for q, tally in zip(self.quarters, self.tallies, strict=True) if tally.lessons]
        return seen[-1] if seen else None

    @property
    def troubles(self) -> int:
        return sum(tally.troubles for tally in self.tallies)

    @property
    def warnings(self) -> int:
        return sum(tally.by_kind.get("warning", 0) for tally in self.tallies)

    @property
    def returned(self) -> int:
        return sum(tally.returned for tally in self.tallies)

    @property
    def points(self) -> int:
        """What the score would be if nothing lost weight with age."""
        return sum(tally.points for tally in self.tallies)


def standings(library: Library, reader: User) -> dict[str, Standing]:
    """Where every theme in use stands, by key. Raises SearchUnavailable."""
    themes = library.lists_for(reader)["theme"]
    quarters = quarters_to(library.today)
    tallies = figures.tallies_of_all(library, reader, themes)
    years = figures.years_of_all(library, reader, themes)
    lessons = _totals(library, reader, themes)
    again = _totals(library, reader, themes, again=figures.AGAIN)
    return {
        term.key: Standing(
            term.key, lessons[term.key], tallies[term.key], quarters, years[term.key], again[term.key],
            _units(library, reader, themes, term.key, tallies[term.key]),
        )
        for term in themes.current
    }  # fmt: skip


def standing(library: Library, reader: User, key: str) -> Standing:
    """Where one theme stands. Raises SearchUnavailable."""
    themes = library.lists_for(reader)["theme"]
    keys = figures.family(themes, key)
    tallies = figures.tallies_of(library, reader, keys)
    return Standing(
        key,
        figures.count(library, reader, theme=keys).total,
        tallies,
        quarters_to(library.today),
        figures.years_of(library, reader, keys),
        figures.count(library, reader, theme=keys, again=figures.AGAIN).total,
        _units(library, reader, themes, key, tallies),
    )


def _totals(
    library: Library, reader: User, themes: Vocabulary, *, again: frozenset[str] = frozenset()
) -> dict[str, int]:
    single = figures.counts(figures.count(library, reader, again=again), "theme")
    found = {}
    for term in themes.current:
        keys = figures.family(themes, term.key)
        found[term.key] = (
            figures.count(library, reader, theme=keys, again=again).total
            if len(keys) > 1
            else single.get(term.key, 0)
        )
    return found


def _units(
    library: Library, reader: User, themes: Vocabulary, key: str, tallies: tuple[Tally, ...]
) -> int:
    """Asked for only where the quarters alone do not make it recurring, and the units might."""
    enough = sum(tally.troubles for tally in tallies) >= ENOUGH
    if not enough or recurrence.is_recurring(tallies, 0):
        return 0
    first = quarters_to(library.today)[0].first
    last = quarters_to(library.today)[-1].last
    keys = figures.family(themes, key)
    found = figures.count(
        library, reader, since=first, until=last, theme=keys, learning=figures.TROUBLE
    )
    return len(figures.counts(found, "unit"))


# --- the list ---------------------------------------------------------------------------------------
def facts_of_themes(library: Library, reader: User) -> dict[str, Mapping[str, object]]:
    """What the index tells of every theme that this person may read, by key. Raises SearchUnavailable."""
    hits = figures.newest(library, reader, kinds=frozenset({Kind.THEME}))
    return {hit.id: hit.facts for hit in hits}


def broader_of(themes: Vocabulary) -> tuple[Term, ...]:
    """The themes in use that have narrower ones in use."""
    named = {term.broader for term in themes.current}
    return tuple(term for term in themes.current if term.key in named)


def within(themes: Vocabulary, key: str) -> frozenset[str]:
    """A theme and all that are narrower, however far down; rings are walked once."""
    found: set[str] = set()
    left = {key}
    while left:
        found |= left
        left = {term.key for term in themes.current if term.broader in left} - found
    return frozenset(found)


def matching(themes: Vocabulary, words: str) -> Iterator[str]:
    """The themes in use in whose names or help every typed word begins a word."""
    typed = plain_words(words)
    for term in themes.current:
        said = (*themes.names(term.key), *term.helps.values())
        known = [word for text in said for word in plain_words(text)]
        if all(any(word.startswith(each) for word in known) for each in typed):
            yield term.key


def in_order(found: Mapping[str, Standing], order: Order, label: Mapping[str, str]) -> list[str]:
    """Keys in the order of the list; those that recur come first, unless the names decide. label: by key."""

    def by_recurrence(key: str) -> tuple[bool, float, int, str]:
        each = found[key]
        return not each.recurring, -round(each.score, 9), -each.lessons, label[key].casefold()

    if order is Order.NAME:
        return sorted(found, key=lambda key: label[key].casefold())
    return sorted(found, key=by_recurrence)
