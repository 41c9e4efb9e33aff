"""Counts of lessons by theme, each for one reader: the index alone counts, and trims by the reader's keys.

Only lessons that hold good are counted, but where a function says otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.query import DEEPEST, Hit, Query, Results, Sort
from lessons.domain.recurrence import SEVERITY, Quarter, Recurrence, Tally, quarters_to, years_to
from lessons.domain.states import GOOD
from lessons.domain.vocabulary import Vocabulary
from lessons.library import Library, every

TROUBLE = frozenset(SEVERITY)
AGAIN = frozenset(Recurrence)
REST = ""  # in tallies of many themes: the kinds of learning that tell of no trouble
MOST_READ = 5_000  # records whose facts one page goes through


def family(themes: Vocabulary, key: str) -> frozenset[str]:
    """A theme with those that were merged into it: lessons may still hold the old keys."""
    return frozenset({key, *_merged(themes).get(key, ())})


def _merged(themes: Vocabulary) -> Mapping[str, set[str]]:
    """The keys that lead to each theme that something was merged into."""
    found: dict[str, set[str]] = {}
    for key, term in themes.terms.items():
        if term.merged_into:
            found.setdefault(themes.current_key(key), set()).add(key)
    return found


def count(
    library: Library,
    reader: User,
    *,
    since: date | None = None,
    until: date | None = None,
    state: Iterable[str] = GOOD,
    **chosen: Iterable[str],
) -> Results:
    """Total and facets of the lessons with these values of facets. Raises SearchUnavailable."""
    wanted = {"state": frozenset(state)} | {name: frozenset(v) for name, v in chosen.items()}
    query = Query(
        keys=access.keyring(reader), chosen={p: v for p, v in wanted.items() if v}, since=since, until=until,
        size=0, expand=False, suggest=False,
    )  # fmt: skip
    return library.search(reader, query, noted=False)


def counts(results: Results, param: str) -> dict[str, int]:
    """The values of a facet that were found, with how many hold each, most first."""
    return {each.key: each.count for each in results.facets.get(param, ()) if each.count}


def newest(library: Library, reader: User, **rest: Any) -> Iterator[Hit]:
    """What a query finds, newest first, up to MOST_READ; `rest` as in Query. Raises SearchUnavailable."""
    asked: dict[str, Any] = {"sort": Sort.NEWEST, "size": DEEPEST, "expand": False, **rest}
    return islice(every(library, reader, Query(keys=access.keyring(reader), **asked)), MOST_READ)


# --- by quarter -------------------------------------------------------------------------------------
def tallies_of_all(
    library: Library, reader: User, themes: Vocabulary
) -> dict[str, tuple[Tally, ...]]:
    """The quarters that count, oldest first, for every theme that is in use. Raises SearchUnavailable."""
    quarters = [_quarter_of_all(library, reader, each) for each in quarters_to(library.today)]
    found = {}
    for term in themes.current:
        keys = family(themes, term.key)
        if len(keys) > 1:  # a lesson may hold several of them, and counts once
            found[term.key] = tallies_of(library, reader, keys)
        else:
            found[term.key] = tuple(each.get(term.key, Tally()) for each in quarters)
    return found


def _quarter_of_all(library: Library, reader: User, quarter: Quarter) -> Mapping[str, Tally]:
    """One question for every lesson, which also says of which kinds there are any to ask for."""

    def ask(learning: Iterable[str] = (), again: Iterable[str] = ()) -> Results:
        return count(
            library, reader, since=quarter.first, until=quarter.last, learning=learning, again=again
        )

    everything = ask()
    kinds = counts(everything, "learning").keys() & TROUBLE
    severe = {kind: counts(ask((kind,)), "theme") for kind in kinds}
    came_back = Recurrence.AFTER_LEARNED in counts(everything, "again")
    again = counts(ask(TROUBLE, (Recurrence.AFTER_LEARNED,)), "theme") if came_back else {}
    tallies = {}
    for key, total in counts(everything, "theme").items():
        by_kind = {kind: found[key] for kind, found in severe.items() if key in found}
        rest = total - sum(by_kind.values())
        tallies[key] = Tally(by_kind | ({REST: rest} if rest else {}), again.get(key, 0))
    return tallies


def tallies_of(library: Library, reader: User, keys: frozenset[str]) -> tuple[Tally, ...]:
    """The quarters that count, oldest first, for one theme by its `family`. Raises SearchUnavailable."""
    return tuple(_quarter_of(library, reader, keys, each) for each in quarters_to(library.today))


def _quarter_of(library: Library, reader: User, keys: frozenset[str], quarter: Quarter) -> Tally:
    """A facet is counted under all filters but its own, so this one question answers for every kind of learning."""
    found = count(
        library, reader, since=quarter.first, until=quarter.last, theme=keys, learning=TROUBLE
    )
    return Tally(counts(found, "learning"), counts(found, "again").get(Recurrence.AFTER_LEARNED, 0))


# --- the last year and the one before ---------------------------------------------------------------
def years_of_all(library: Library, reader: User, themes: Vocabulary) -> dict[str, tuple[int, int]]:
    """How many lessons that tell of trouble, by theme. Raises SearchUnavailable."""
    recent, before = (
        counts(count(library, reader, since=since, until=until, learning=TROUBLE), "theme")
        for since, until in years_to(library.today)
    )
    found = {}
    for term in themes.current:
        keys = family(themes, term.key)
        single = (recent.get(term.key, 0), before.get(term.key, 0))
        found[term.key] = years_of(library, reader, keys) if len(keys) > 1 else single
    return found


def years_of(library: Library, reader: User, keys: frozenset[str]) -> tuple[int, int]:
    """How many lessons that tell of trouble stand under one theme. Raises SearchUnavailable."""
    recent, before = (
        count(library, reader, since=since, until=until, theme=keys, learning=TROUBLE).total
        for since, until in years_to(library.today)
    )
    return recent, before
