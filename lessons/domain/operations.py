"""An entry in the register of operations: whose it is, and what its dates must say, however it came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lessons.domain.access import Permit, User, plain_name
from lessons.domain.due import Facts, Rule, Timetable
from lessons.domain.errors import Problem
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.domain.working_days import is_working_day

LEADS = ("sio", "lro", "plan_owner")
EARLIEST = date(1950, 1, 1)
YEARS_AHEAD = 30
DATES = ("started", "ended", "debrief_due")

TOO_EARLY = N_("This date is too long ago. Check the year.")
TOO_FAR = N_("This date is too far ahead. Check the year.")
ENDS_BEFORE = N_("It cannot end before it started. Check both dates.")
DUE_BEFORE = N_(
    "The debrief would be due before it ends. Change one of the dates, or save again if it is meant so."
)


def is_lead(by: User, operation: Facts) -> bool:
    """Whether it names this person as its SIO, LRO or plan owner."""
    named = {plain_name(operation.line(name)) for name in LEADS} - {""}
    return plain_name(by.name) in named


def may_change(by: User, operation: Facts) -> bool:
    """Of somebody who may read it."""
    return by.may(Permit.REGISTER) or is_lead(by, operation)


def wrong_dates(operation: Facts, today: date) -> list[Problem]:
    """Dates that no year of ours has, and an end before the start."""
    last = date(today.year + YEARS_AHEAD, 12, 31)
    problems = []
    for name in DATES:
        day = operation.day(name)
        if day and day < EARLIEST:
            problems.append(Problem(name, TOO_EARLY))
        elif day and day > last:
            problems.append(Problem(name, TOO_FAR))
    started, ended = operation.day("started"), operation.day("ended")
    if started and ended and ended < started:
        problems.append(Problem("ended", ENDS_BEFORE))
    return problems


def is_due_early(operation: Facts) -> bool:
    """Whether the debrief is written down as due before it ends: odd, and not always wrong."""
    due, ended = operation.day("debrief_due"), operation.day("ended")
    return bool(due and ended and due < ended)


@dataclass(frozen=True, slots=True)
class Usual:
    """What the rule of its kind gives for the debrief. holiday: the bank holiday or weekend that moved it on.

    within: days; day: None while it goes on. moved: whether the day moved; holiday: the name of the bank holiday
    that it fell on, "" for a weekend.
    """

    within: int
    day: date | None
    moved: bool = False
    holiday: str = ""


def usual(timetable: Timetable, operation: Record) -> Usual | None:
    """None for a kind of which no debrief is expected."""
    within = timetable.rules.get(operation.line("operation_kind"), Rule()).debrief_within
    ended = operation.day("ended")
    if within is None:
        return None
    if ended is None or not EARLIEST <= ended <= date.max - timedelta(days=20_000):
        return Usual(within, None)
    plain, day = ended + timedelta(days=within), timetable.after(ended, within)
    return Usual(within, day, day != plain, timetable.holiday(plain) if day != plain else "")


def off_work(timetable: Timetable, day: date | None) -> bool:
    """Whether a day that somebody chose is a weekend or a bank holiday."""
    return day is not None and not is_working_day(day, timetable.holiday)


def names_in(operation: Facts) -> Sequence[str]:
    """Whoever leads it, each once."""
    return tuple(dict.fromkeys(n for n in (operation.line(each) for each in LEADS) if n))
