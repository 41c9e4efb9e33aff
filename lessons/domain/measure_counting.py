"""How each figure is counted. What is counted, and why, stands with its definition in `measure`."""

import statistics
from calendar import isleap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from lessons.domain.due import WAITING, Standing
from lessons.domain.ledger import Line
from lessons.domain.measure_world import World
from lessons.domain.recurrence import APART, ENOUGH, Quarter
from lessons.domain.states import OVER, State
from lessons.domain.vocabulary import Vocabulary
from lessons.domain.working_days import PROMISE, is_working_day

Part = float | int | None
Value = Part | Mapping[str, Part]
FURTHEST = 50  # years from now in which something was sent in; what says otherwise is a slip
THEMES_SHOWN = 10
AGES = ((30, "to_30"), (90, "to_90"), (182, "to_182"))  # days of an open action, and the band
OLDER = "over_182"


@dataclass(frozen=True, slots=True)
class Counted:
    """value: None where there is nothing to count it from. n: what it is a share of, or was counted among.

    cells: the counts of records that it is made of, by key.
    """

    value: Value
    n: int
    cells: Mapping[str, int] = field(default_factory=dict)


def share(part: int, rest: int, yes: str, no: str) -> Counted:
    n = part + rest
    return Counted(part / n if n else None, n, {yes: part, no: rest})


def _one(count: int, among: int) -> Counted:
    return Counted(count, among, {"count": count})


# --- debriefs --------------------------------------------------------------------------------------
def debrief_rate(world: World) -> Counted:
    standings = [s for line, s in world.ended if world.period.holds(line.day("ended"))]
    return share(
        standings.count(Standing.DONE), standings.count(Standing.OVERDUE), "debriefed", "overdue"
    )


def debriefs_overdue(world: World) -> Counted:
    standings = [standing for _, standing in world.ended]
    among = len(standings) - standings.count(Standing.NOT_NEEDED)
    return _one(standings.count(Standing.OVERDUE), among)


# --- evaluations -----------------------------------------------------------------------------------
def evaluations_due(world: World) -> Counted:
    waiting = WAITING - {Standing.OVERDUE}
    return _evaluations(world, sum(s in waiting for _, s in world.evaluated))


def evaluations_overdue(world: World) -> Counted:
    return _evaluations(world, sum(s is Standing.OVERDUE for _, s in world.evaluated))


def evaluations_done(world: World) -> Counted:
    return _evaluations(world, len(world.finished))


def _evaluations(world: World, count: int) -> Counted:
    return _one(count, sum(s is not Standing.NOT_NEEDED for _, s in world.evaluated))


# --- 4P and kinds of threat ------------------------------------------------------------------------
def four_p_debriefs(world: World) -> Counted:
    return _strands(world, "debriefs")


def four_p_lessons(world: World) -> Counted:
    return _strands(world, "lessons")


def four_p_evaluations(world: World) -> Counted:
    return _strands(world, "evaluations")


def four_p_share(world: World) -> Counted:
    return _strands(world, "debriefs", "lessons", "evaluations")


def _strands(world: World, *of: str) -> Counted:
    cells = _all(world.lists["four_p"], sum((world.strands[name] for name in of), Counter[str]()))
    n = sum(cells.values())
    return Counted({key: c / n for key, c in cells.items()} if n else None, n, cells)


def _all(terms: Vocabulary, counts: Mapping[str, int]) -> dict[str, int]:
    """Every term of the list, those at nought too."""
    return {key: counts.get(key, 0) for key in terms.terms}


def threat_kinds(world: World) -> Counted:
    operations = [line for line in world.operations if world.period.holds(_begun(line))]
    debriefs = world.debriefed if world.debriefs is not None else ()
    named = Counter(
        line.keys("threat_kinds")
        for line in (*operations, *debriefs, *world.lessons_in, *world.finished)
    )
    told: Counter[str] = Counter()
    for keys, times in named.items():
        for key in set(keys):
            told[key] += times
    cells = _all(world.lists["threat_kind"], told)
    return Counted(cells, sum(times for keys, times in named.items() if keys), cells)


def _begun(operation: Line) -> date | None:
    return operation.day("started") or operation.day("ended")


# --- what keeps happening --------------------------------------------------------------------------
def recurring_themes(world: World) -> Counted:
    times: Counter[str] = Counter()
    quarters: dict[str, set[Quarter]] = {}
    units: dict[str, set[str]] = {}
    for line, day in world.troubles:
        unit, quarter = line.line("unit"), Quarter.of(day) if day else None
        for key in {world.theme(each) for each in line.keys("themes")} - {""}:
            times[key] += 1
            if quarter:
                quarters.setdefault(key, set()).add(quarter)
            if unit:
                units.setdefault(key, set()).add(unit)
    found = [
        key for key, count in sorted(times.items(), key=lambda each: (-each[1], each[0]))
        if count >= ENOUGH and max(len(quarters.get(key, ())), len(units.get(key, ()))) >= APART
    ]  # fmt: skip
    cells = {key: times[key] for key in found[:THEMES_SHOWN]}
    return Counted(cells, len(world.troubles), cells)


# --- actions ---------------------------------------------------------------------------------------
def actions_open(world: World) -> Counted:
    return _one(len(world.open), len(world.taken))


def actions_overdue(world: World) -> Counted:
    return _one(sum(s is Standing.OVERDUE for _, s in world.open), len(world.taken))


def action_age(world: World) -> Counted:
    ages = [(world.at - day).days for line, _ in world.open if (day := line.day("agreed"))]
    cells = dict.fromkeys([*(band for _, band in AGES), OLDER], 0)
    for age in ages:
        cells[next((band for most, band in AGES if age <= most), OLDER)] += 1
    value = {"median": statistics.median(ages), "oldest": max(ages)} if ages else None
    return Counted(value, len(ages), cells)


def strength_mix(world: World) -> Counted:
    waiting = {line.id for line, _ in world.open}
    counted = [
        line for line in world.taken if line.id in waiting or world.period.holds(line.day("due"))
    ]
    kinds = Counter(key for line in counted if (key := line.line("strength")))
    cells = _all(world.lists["action_strength"], kinds)
    return Counted(cells, sum(cells.values()), cells)


# --- learning --------------------------------------------------------------------------------------
def positive_share(world: World) -> Counted:
    kept = sum(line.line("learning") == "keep" for line in world.lessons_in)
    return share(kept, len(world.lessons_in) - kept, "keep", "other")


def days_to_answer(world: World) -> Counted:
    """The median counts those answered; the share, those too that have waited longer than was promised."""
    passed = _working_days_by(world)
    took, late = [], 0
    for line in world.lessons:
        sent = line.moment("sent")
        day = sent.astimezone().date() if sent else None
        if sent is None or day is None or not world.period.holds(day):
            continue
        answered = line.moment("answered")
        if answered is None:
            waits = line.line("state") == State.SENT
            late += waits and passed(world.at) - passed(day) > PROMISE
        elif answered >= sent:
            took.append(passed(answered.astimezone().date()) - passed(day))
    kept = sum(days <= PROMISE for days in took)
    n = len(took) + late
    value = (
        {"median": statistics.median(took) if took else None, "within_5": kept / n} if n else None
    )
    return Counted(value, n, {"within_5": kept, "later": n - kept})


def _working_days_by(world: World) -> Callable[[date], int]:
    """Working days up to a day, counted from some day: those between two are a difference. Each year is gone through
    once, as thousands of lessons are asked for.
    """
    holiday, now = world.then.holiday, world.at.year

    @cache
    def running(year: int) -> Sequence[int]:
        """By number of the day in the year, from 0."""
        first = date(year, 1, 1)
        days = ((first + timedelta(n)) for n in range(366 if isleap(year) else 365))
        return tuple(accumulate((is_working_day(day, holiday) for day in days), initial=0))

    @cache
    def before(year: int) -> int:
        if year >= now:
            return 0 if year == now else before(year - 1) + running(year - 1)[-1]
        return before(year + 1) - running(year)[-1]

    def by(day: date) -> int:
        year = min(max(day.year, now - FURTHEST), now + FURTHEST)
        return before(year) + running(year)[day.timetuple().tm_yday if year == day.year else 0]

    return cache(by)


def days_to_learn(world: World) -> Counted:
    took = []
    for line in world.lessons:
        if line.line("state") not in OVER | {State.LEARNED}:
            continue
        since, day = line.moment("identified"), line.day("learned")
        if since and day and world.period.holds(day):
            took.append(max((day - since.astimezone().date()).days, 0))
    return Counted(statistics.median(took) if took else None, len(took), {"count": len(took)})


def lessons_briefed(world: World) -> Counted:
    used = {
        row["lesson"] for line in world.briefings if world.period.holds(line.day("issued"))
        for row in line.rows("lessons") if "lesson" in row
    }  # fmt: skip
    briefed = sum(line.id in used for line in world.good)
    return share(briefed, len(world.good) - briefed, "briefed", "not_briefed")


# --- findings --------------------------------------------------------------------------------------
def findings_unanswered(world: World) -> Counted:
    standings = [standing for _, standing in world.commented]
    return _one(standings.count(Standing.OVERDUE), len(standings))
