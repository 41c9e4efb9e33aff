"""What stands under one theme, for one reader: its lessons, where they come from, what was done about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.actions import NOT_DONE, OF_THEME, PROGRESS, UNFINISHED
from lessons.domain.query import Hit, Query, Sort
from lessons.domain.record import Kind, Record
from lessons.domain.states import GOOD, OPEN, State
from lessons.library import Library
from lessons.services.insight import figures

NEWEST = 5  # lessons on the page; the others are one link away
LISTED = 10  # of what was learned, and of what happened again
SPREAD = ("threat", "four_p", "unit")  # facets


@dataclass(frozen=True, slots=True)
class Doing:
    """An action that is not finished. overdue: its day has passed, and its owner does not say that it is done."""

    id: str
    title: str
    owner: str
    state: str
    due: date | None
    overdue: bool
    marking: str


@dataclass(frozen=True, slots=True)
class Again:
    """A lesson that happened again, after which earlier ones."""

    hit: Hit
    before: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class UnderTheme:
    """What one reader finds under a theme. keys: see `figures.family`. states, spread: how many lessons, by key of the
    list; states of all that this person may read, newest also of those not yet reviewed, the rest of what holds good.
    """

    keys: frozenset[str]
    states: Mapping[str, int]
    spread: Mapping[str, Mapping[str, int]]
    newest: tuple[Hit, ...]
    learned: tuple[Record, ...]
    again: tuple[Again, ...]
    actions: tuple[Doing, ...]

    @property
    def markings(self) -> list[str]:
        """Of every record that it names."""
        records = [*self.learned, *(record for each in self.again for record in each.before)]
        hits = [*self.newest, *(each.hit for each in self.again)]
        found = [record.line("marking") for record in records]
        return [*found, *(_fact(hit, "marking") for hit in hits), *(a.marking for a in self.actions)]  # fmt: skip


def under_theme(library: Library, reader: User, key: str) -> UnderTheme:
    """Raises SearchUnavailable."""
    keys = figures.family(library.lists_for(reader)["theme"], key)
    found = figures.count(library, reader, theme=keys)
    everything = figures.count(library, reader, state=(), theme=keys)
    newest = _hits(library, reader, NEWEST, {"theme": keys, "state": GOOD | OPEN})
    again = _hits(library, reader, LISTED, {"theme": keys, "state": GOOD, "again": figures.AGAIN})
    learned = _hits(library, reader, LISTED, {"theme": keys, "state": frozenset({State.LEARNED})})
    return UnderTheme(
        keys,
        figures.counts(everything, "state"),
        {param: figures.counts(found, param) for param in SPREAD},
        newest,
        tuple(_records(library, reader, [hit.id for hit in learned])),
        tuple(Again(hit, tuple(_records(library, reader, _ids(hit, "seen_before")))) for hit in again),
        _actions(library, reader, keys),
    )  # fmt: skip


def _hits(
    library: Library, reader: User, size: int, chosen: Mapping[str, frozenset[str]]
) -> tuple[Hit, ...]:
    query = Query(
        keys=access.keyring(reader), chosen=chosen, sort=Sort.NEWEST, size=size, facets=False, expand=False,
        suggest=False,
    )  # fmt: skip
    return library.search(reader, query, noted=False).hits


def _records(library: Library, reader: User, ids: list[str]) -> list[Record]:
    return [stored.record for id in ids if (stored := library.peek(reader, id))]


def _fact(hit: Hit, name: str) -> str:
    return str(hit.facts.get(name, ""))


def _ids(hit: Hit, name: str) -> list[str]:
    value = hit.facts.get(name, [])
    return [str(id) for id in value] if isinstance(value, list) else [str(value)]


# --- what is done about them ------------------------------------------------------------------------
def _actions(library: Library, reader: User, keys: frozenset[str]) -> tuple[Doing, ...]:
    """Those not finished, overdue ones first, then by the day that they are due."""
    chosen = {OF_THEME: keys, PROGRESS: frozenset({UNFINISHED})}
    hits = figures.newest(library, reader, kinds=frozenset({Kind.ACTION}), chosen=chosen)
    found = [_doing(hit, library.today) for hit in hits]
    return tuple(sorted(found, key=lambda a: (not a.overdue, a.due or date.max, a.title, a.id)))


def _doing(hit: Hit, today: date) -> Doing:
    state, due = _fact(hit, "action_state"), _day(_fact(hit, "due"))
    overdue = due is not None and due < today and state in NOT_DONE
    return Doing(hit.id, hit.title, _fact(hit, "owner"), state, due, overdue, _fact(hit, "marking"))


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
