"""The queue of what came in: what waits, for how long, and who looks at it.

Order and figures come from the index, by the day on which each was sent in (see `domain.waiting`): however many wait,
only the records of one page are read. Of those sent in on one day the earlier stand first; where more than SORTED
came in on one day, as after an import, those of that day stand by the day they are about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from itertools import islice

from lessons.domain import access, waiting
from lessons.domain.access import Permit, User
from lessons.domain.deciding import is_person
from lessons.domain.query import DEEPEST, Hit, Query, Results, Sort
from lessons.domain.record import Record, Stored
from lessons.domain.schema import to_words
from lessons.domain.states import State
from lessons.domain.waiting import FIRST, NOBODY, REVIEWER, TURN, day_of_turn, held_by
from lessons.domain.working_days import Holiday, late, working_days
from lessons.library import Library
from lessons.services.review.returning import came_again

PAGE = 25
SORTED = 200  # of one day; more are not sorted by the minute
MOST_LOOKED_AT = 200  # for one that this person may decide on
WAITING, BACK, SECOND = "waiting", "back", "second"
TABS = (WAITING, SECOND, BACK)
ME, NO_ONE = "-me", "-nobody"  # no account is named so: names begin with a letter or a digit

Chosen = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue a person asks for. who: "" for everybody's, ME, NO_ONE, or the name of a reviewer."""

    tab: str = WAITING
    _: KW_ONLY
    who: str = ""
    learning: str = ""
    threat: str = ""
    marking: str = ""
    late: bool = False

    @property
    def narrowed(self) -> bool:
        return replace(self, tab=WAITING) != Wanted()


@dataclass(frozen=True, slots=True)
class Row:
    """One that waits. days: working days since it was sent in; None where it does not say when.

    again: it was sent back to its author before.
    """

    record: Record
    revision: int
    days: int | None
    late: bool
    own: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all that waits for a reviewer, as far as this person may read it. oldest, median: working days."""

    waiting: int = 0
    late: int = 0
    warnings: int = 0
    oldest: int = 0
    median: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of it. total: under the filters. reach: how many of them can be paged to. tabs: how many stand in each.

    held: how many of those under this tab each reviewer has (`waiting.held_by`), and NOBODY.
    """

    rows: Sequence[Row]
    total: int
    reach: int
    page: int
    figures: Figures
    tabs: Mapping[str, int]
    held: Mapping[str, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.reach // PAGE))


# --- asking the index ------------------------------------------------------------------------------
def _ask(
    library: Library, by: User, chosen: Chosen, *, size: int = 0, page: int = 1, noted: bool = False
) -> Results:
    query = Query(
        keys=access.keyring(by), chosen=chosen, sort=Sort.OLDEST, size=size, page=page,
        expand=False, suggest=False, facets=not size, desk=True,
    )  # fmt: skip
    return library.search(by, query, noted=noted)


def _counts(results: Results, param: str) -> dict[str, int]:
    return {c.key: c.count for c in results.facets.get(param, ()) if c.count}


def _state(tab: str) -> frozenset[str]:
    return frozenset({State.NEEDS_FIX if tab == BACK else State.SENT})


def _chosen(by: User, wanted: Wanted) -> dict[str, frozenset[str]]:
    """The filters, but for lateness and first looks, which depend on what there is."""
    plain = {"learning": wanted.learning, "threat": wanted.threat, "marking": wanted.marking}
    chosen = {param: frozenset({key}) for param, key in plain.items() if key}
    if wanted.who:
        name = by.name if wanted.who == ME else wanted.who
        chosen[REVIEWER] = frozenset({NOBODY if wanted.who == NO_ONE else held_by(name)})
    return chosen | {"state": _state(wanted.tab)}


def _late_turns(turns: Iterable[str], today: date, holiday: Holiday) -> frozenset[str]:
    days = ((turn, day_of_turn(turn)) for turn in turns)
    return frozenset(turn for turn, day in days if day and late(day, today, holiday))


def _stretches(library: Library, by: User, wanted: Wanted) -> list[tuple[Chosen, dict[str, int]]]:
    """What is asked of the index, one after another, each with how many stand under each turn."""
    chosen = _chosen(by, wanted)
    asked: list[Chosen] = [chosen]
    if wanted.tab == SECOND:
        firsts = frozenset(_counts(_ask(library, by, chosen), FIRST)) - {NOBODY}
        mine = firsts & {held_by(by.name)}
        asked = [{**chosen, FIRST: some} for some in (firsts - mine, mine) if some]
    found = []
    for each in asked:
        turns = _counts(_ask(library, by, each), TURN)
        if wanted.late:
            kept = _late_turns(turns, library.today, library.holidays.holiday)
            turns = {turn: count for turn, count in turns.items() if turn in kept}
        found.append((each, turns))
    return found


def _walk(
    library: Library, by: User, stretches: Iterable[tuple[Chosen, dict[str, int]]], skip: int = 0,
    since: str = "",
) -> Iterator[tuple[str, Hit]]:  # fmt: skip
    """What waits, in order, each with its turn. skip: as many are left out. since: the first turn that is looked at."""
    for chosen, turns in stretches:
        for turn in sorted(t for t in turns if t >= since):
            reach = min(turns[turn], DEEPEST)
            if skip >= reach:
                skip -= reach
                continue
            hits = _of_turn(library, by, {**chosen, TURN: frozenset({turn})}, reach, skip)
            yield from ((turn, hit) for hit in hits)
            skip = 0


def _of_turn(library: Library, by: User, chosen: Chosen, reach: int, skip: int) -> Iterator[Hit]:
    if reach <= SORTED:
        hits = _ask(library, by, chosen, size=SORTED).hits
        yield from sorted(hits, key=lambda hit: (str(hit.facts.get("sent", "")), hit.id))[skip:]
        return
    for page in range(skip // PAGE, -(-reach // PAGE)):
        hits = _ask(library, by, chosen, size=PAGE, page=page + 1).hits
        yield from hits[max(0, skip - page * PAGE) :]


# --- the queue -------------------------------------------------------------------------------------
def queue(library: Library, by: User, wanted: Wanted, page: int = 1) -> Queue:
    """Raises NotAllowed, SearchUnavailable."""
    access.demand(by, Permit.REVIEW)
    sent = _ask(library, by, {"state": _state(WAITING)}, noted=True)
    stretches = _stretches(library, by, wanted)
    total = sum(sum(turns.values()) for _, turns in stretches)
    reach = sum(min(count, DEEPEST) for _, turns in stretches for count in turns.values())
    page = min(max(page, 1), max(1, -(-reach // PAGE)))
    hits = islice(_walk(library, by, stretches, (page - 1) * PAGE), PAGE)
    opened = (library.peek(by, hit.id) for _, hit in hits)
    firsts = _counts(sent, FIRST)
    return Queue(
        [row(library, by, stored) for stored in opened if stored],
        total, reach, page, _figures(library, _counts(sent, TURN)),
        {WAITING: sent.total, SECOND: sent.total - firsts.get(NOBODY, 0),
         BACK: _ask(library, by, {"state": _state(BACK)}).total},
        _counts(_ask(library, by, {"state": _state(wanted.tab)}), REVIEWER),
    )  # fmt: skip


def figures(library: Library, by: User) -> Figures:
    """Raises NotAllowed, SearchUnavailable."""
    access.demand(by, Permit.REVIEW)
    return _figures(library, _counts(_ask(library, by, {"state": _state(WAITING)}), TURN))


def for_me(library: Library, by: User) -> tuple[int, int]:
    """How many wait for a second pair of eyes, which are not this person's, and how many were given to them.

    Raises NotAllowed, SearchUnavailable.
    """
    access.demand(by, Permit.REVIEW)
    sent, me = _ask(library, by, {"state": _state(WAITING)}), held_by(by.name)
    firsts = _counts(sent, FIRST)
    second = sum(count for who, count in firsts.items() if who not in (NOBODY, me))
    return second, _counts(sent, REVIEWER).get(me, 0)


def _figures(library: Library, turns: Mapping[str, int]) -> Figures:
    today, holiday = library.today, library.holidays.holiday
    ages = sorted(
        (working_days(day, today, holiday), count)
        for turn, count in turns.items()
        if (day := day_of_turn(turn))
    )
    return Figures(
        sum(turns.values()),
        sum(turns[turn] for turn in _late_turns(turns, today, holiday)),
        sum(count for turn, count in turns.items() if waiting.is_warning(turn)),
        ages[-1][0] if ages else 0,
        _median(ages),
    )


def _median(ages: Sequence[tuple[int, int]]) -> int:
    """The lower middle one. ages: each with how many have it, rising."""
    left = (sum(count for _, count in ages) + 1) // 2
    for age, count in ages:
        left -= count
        if left <= 0:
            return age
    return 0


def row(library: Library, by: User, stored: Stored) -> Row:
    """A record of the queue with its age."""
    record, today, holiday = stored.record, library.today, library.holidays.holiday
    day = waiting.sent_on(record)
    return Row(
        record,
        stored.revision.number,
        working_days(day, today, holiday) if day else None,
        bool(day and late(day, today, holiday)),
        is_person(record.line("author"), by),
        bool(came_again(library, stored)),
    )


# --- the next one ----------------------------------------------------------------------------------
def next_item(
    library: Library, by: User, wanted: Wanted, after: Record | None = None
) -> Stored | None:
    """The next one that this person may decide on; after the last one it begins again with the first.

    after: the one they come from, wherever it stands by now. Raises NotAllowed, SearchUnavailable.
    """
    access.demand(by, Permit.REVIEW)
    stretches = _stretches(library, by, wanted)
    since = waiting.turn(after) if after else ""
    found = (
        _for(library, by, hit, wanted, after)
        for turn, hit in islice(_walk(library, by, stretches, since=since), MOST_LOOKED_AT)
        if not after or (turn, *_place(hit)) > (since, *_place_of(after))
    )
    following = next((stored for stored in found if stored), None)
    return following or (next_item(library, by, wanted) if after else None)


def _place(hit: Hit) -> tuple[str, str]:
    return str(hit.facts.get("sent", "")), hit.id


def _place_of(record: Record) -> tuple[str, str]:
    return str(to_words(record.fields.get("sent", ""))), record.id


def _for(
    library: Library, by: User, hit: Hit, wanted: Wanted, after: Record | None
) -> Stored | None:
    """The record, where it waits for this person's decision and is not in another's hands."""
    stored = None if after and hit.id == after.id else library.peek(by, hit.id)
    if stored is None:
        return None
    record = stored.record
    theirs = record.line("reviewer")
    taken = bool(theirs) and not is_person(theirs, by) and not wanted.who
    done = is_person(record.line("author"), by) or is_person(record.line("first_eyes"), by)
    return None if taken or done else stored
