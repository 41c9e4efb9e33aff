"""Reminding people, by a timer, of what falls due in the registers: `domain/reminding` says on which days."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from lessons.domain.access import SYSTEM, Permit, Role, User
from lessons.domain.deciding import is_person
from lessons.domain.due import Standing
from lessons.domain.errors import LessonsError
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.domain.reminding import (
    COUNTS,
    LEFT,
    LEFT_WEEKLY,
    STUCK,
    STUCK_AFTER,
    WEEKLY,
    Thing,
    due_of,
    event_of,
    number_of,
    number_of_owner,
    stage,
)
from lessons.library import Library
from lessons.library.reminders import Active, Reminder, tell_once
from lessons.ports import Account, Accounts, Outbox
from lessons.ports.telling import DAY
from lessons.services.track import due
from lessons.services.track.leaving import left_behind

OWN = ("owner", "evaluator")  # of an evaluation; others are told of it because of its activity


def remind(library: Library, outbox: Outbox, accounts: Accounts, *, most: int = 0) -> int:
    """Tell everybody what is theirs and falls due, each stage once; how many are told now.

    most: see `tell_once`. Raises SearchUnavailable, Busy.
    """
    people = Active(accounts)

    def all_() -> Iterator[Reminder]:
        yield from _of_each_thing(library, people)
        yield from _stuck(library, people)
        yield from _left(library, accounts, people)
        yield from _weekly(library, outbox, accounts, people)

    return tell_once(library, outbox, all_(), most=most)


# --- one by one -------------------------------------------------------------------------------------------
def _of_each_thing(library: Library, people: Active) -> Iterator[Reminder]:
    for thing, line, day, names in _waiting(library):
        now = stage(thing, day, library.today)
        if now is None:
            continue
        event, said = event_of(thing, now.overdue), {DAY: day.isoformat()}
        for account in people.named(names):
            if not _may_know(library, account, line):
                continue
            yield Reminder(account, line.id, event, number_of(event, now.day), said)


def _may_know(library: Library, account: Account, line: Line) -> bool:
    """Whether they know why they are told: who leads an activity that they may not read is not told so here."""
    activity = line.line("activity")
    if not activity or any(is_person(line.line(name), account.user) for name in OWN):
        return True
    return library.peek(account.user, activity) is not None


def _waiting(library: Library) -> Iterator[tuple[Thing, Line, date, tuple[str, ...]]]:
    """Everything that is due some day and not done, with whose it is."""
    for thing, found in (
        (Thing.DEBRIEF, due.debriefs), (Thing.EVALUATION, due.evaluations), (Thing.ACTION, due.actions),
    ):  # fmt: skip
        yield from ((thing, each.line, each.day, each.people) for each in found(library, SYSTEM))
    for thing, kind, names in (
        (Thing.REVIEW, Kind.EVALUATION, OWN), (Thing.RESPONSE, Kind.FINDING, ("owner",)),
    ):  # fmt: skip
        for line in library.ledger(SYSTEM, kind):
            day = due_of(thing, line, library.timetable)
            if day:
                yield thing, line, day, tuple(filter(None, map(line.line, names)))


def _stuck(library: Library, people: Active) -> Iterator[Reminder]:
    """Actions long overdue: whoever leads or agreed them hears of it, once for each day that they were due on."""
    last = library.today - timedelta(days=STUCK_AFTER)
    for each in due.actions(library, SYSTEM):
        if each.day <= last:
            for account in _leads(library, people, each.line):
                said = {DAY: each.day.isoformat()}
                yield Reminder(account, each.line.id, STUCK, number_of(STUCK, each.day), said)


def _leads(library: Library, people: Active, action: Line) -> list[Account]:
    """Its lead, else whoever agreed it; nobody where that is its owner, who hears of it anyway."""
    found = people.named([action.line("lead")]) or people.named([_author(library, action.id)])
    return [each for each in found if not is_person(action.line("owner"), each.user)]


def _author(library: Library, id: str) -> str:
    """Not everybody who may read an action sees it, so the ledger does not hold it."""
    try:
        return library.records.get(id).record.line("author")
    except LessonsError:
        return ""


def _left(library: Library, accounts: Accounts, people: Active) -> Iterator[Reminder]:
    for line in left_behind(library, SYSTEM, accounts):
        for account in _leads(library, people, line):
            yield Reminder(account, line.id, LEFT, number_of_owner(line.line("owner")))


# --- counts, once a week ------------------------------------------------------------------------------------
def _weekly(
    library: Library, outbox: Outbox, accounts: Accounts, people: Active
) -> Iterator[Reminder]:
    monday = library.today - timedelta(days=library.today.weekday())
    left = bool(left_behind(library, SYSTEM, accounts))
    told: Mapping[str, tuple[Callable[[User], bool], Callable[[User], dict[str, int]]]] = {
        WEEKLY: (lambda user: user.role is Role.ANALYST, lambda user: overdue(library, user)),
        LEFT_WEEKLY: (
            lambda user: left and user.may(Permit.AGREE),
            lambda user: {"left": len(left_behind(library, user, accounts))},
        ),
    }
    assert told.keys() == COUNTS.keys()
    for event, (hears, count) in told.items():
        number = number_of(event, monday)
        for account in people.all:
            if not hears(account.user) or ("", number) in outbox.reminded(account.name):
                continue
            counts = count(account.user)
            if any(counts.values()):
                said = {name: str(n) for name, n in counts.items()}
                yield Reminder(account, "", event, number, said)


def overdue(library: Library, reader: User) -> dict[str, int]:
    """How many of each register are overdue, of those that this person may read. Raises SearchUnavailable."""
    found = {"operations": due.debriefs, "evaluations": due.evaluations, "actions": due.actions}
    return {
        name: sum(each.standing is Standing.OVERDUE for each in of(library, reader))
        for name, of in found.items()
    }
