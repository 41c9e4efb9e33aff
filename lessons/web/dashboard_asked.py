"""Which figures the address asks for: unit, period, threat. What cannot be read is told at its box."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import request

from lessons.domain.errors import Problem
from lessons.domain.recurrence import Quarter
from lessons.domain.text import N_
from lessons.services.insight.dashboard import Wanted
from lessons.web.doors import library

LONGEST = 100
YEAR, QUARTER, ALL, OWN = "year", "quarter", "all", "own"
PERIODS: Mapping[str, str] = {
    YEAR: N_("The last 12 months"),
    QUARTER: N_("This quarter"),
    ALL: N_("All there is"),
    OWN: N_("From one day to another"),
}
NO_DAY = N_("Write a day as year-month-day, such as 2026-01-31.")
WRONG_ORDER = N_("The first day is after the last one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """period: one of PERIODS. since, until: as typed. problems: under which the last twelve months are shown."""

    unit: str
    threat: str
    period: str
    since: str
    until: str
    wanted: Wanted
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(cls) -> "Asked":
        unit, threat, period, since, until = (
            " ".join(request.args.get(name, "").split())[:LONGEST]
            for name in ("unit", "threat", "period", "from", "to")
        )
        if period not in PERIODS:
            period = OWN if since or until else YEAR
        known = library().vocabularies["threat"].terms
        threat = threat if threat in known else ""
        first, last, problems = _days(period, since, until)
        if period != OWN:
            since = until = ""
        return cls(unit, threat, period, since, until, Wanted(unit, first, last, threat), problems)

    @property
    def query(self) -> str:
        """For an address that asks the same, with its question mark; "" for what is shown unasked."""
        given = {
            "unit": self.unit, "threat": self.threat, "period": "" if self.period == YEAR else self.period,
            "from": self.since, "to": self.until,
        }  # fmt: skip
        plain = urlencode([(name, value) for name, value in given.items() if value])
        return f"?{plain}" if plain else ""


def _days(
    period: str, since: str, until: str
) -> tuple[date | None, date | None, tuple[Problem, ...]]:
    today = library().today
    year = today - timedelta(364)
    if period == YEAR:
        return year, today, ()
    if period == QUARTER:
        return Quarter.of(today).first, today, ()
    if period == ALL:
        return None, None, ()
    problems, found = [], {}
    for name, typed in (("from", since), ("to", until)):
        found[name] = _day(typed)
        if typed and found[name] is None:
            problems.append(Problem(name, NO_DAY))
    first, last = found["from"], found["to"]
    if first and last and first > last:
        problems.append(Problem("from", WRONG_ORDER))
    return (year, today, tuple(problems)) if problems else (first, last, ())


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if len(typed) == len("2026-01-31") else None
    except ValueError:
        return None
