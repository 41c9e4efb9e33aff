"""The figures of the dashboard: each declared once, with what it means.

A definition says what is counted of what, by which day it belongs to a period, and what is left out. No figure is about
a person, and none puts people or units in order: counts that are held against people are soon made to look well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lessons.domain import measure_counting as counting
from lessons.domain.measure_counting import Counted, Value
from lessons.domain.measure_world import Period, World
from lessons.domain.text import N_

__all__ = [
    "FIGURES",
    "Counted",
    "Figure",
    "Measure",
    "Period",
    "Unit",
    "Value",
    "World",
    "figure_of",
]


class Unit(StrEnum):
    """What a value is."""

    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    SHARES = "shares"
    COUNTS = "counts"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Measure:
    """How one figure is made. told_of: the list that the keys of its value are from.

    otherwise: its definition for those who do not read all debriefs. whole: counted for the whole force only, since
    what it counts says nothing of unit or threat.
    """

    key: str
    label: str
    unit: Unit
    count: Callable[[World], Counted]
    definition: str
    otherwise: str = ""
    told_of: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as one person sees it. value: None where there is nothing to count. hidden: cells not shown, because
    they are small or would give small ones away; `all_hidden`: the value is not shown for that reason.
    """

    key: str
    label: str
    unit: Unit
    value: Value
    n: int | None
    definition: str
    parts: Mapping[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    all_hidden: bool = False


def figure_of(measure: Measure, world: World, counted: Counted) -> Figure:
    definition = measure.otherwise if world.debriefs is None else ""
    return Figure(
        measure.key, measure.label, measure.unit, counted.value, counted.n, definition or measure.definition,
        counted.cells,
    )  # fmt: skip


_MAIN_STRAND = N_(
    "Debriefs, lessons that hold good and finished evaluations, by their main 4P strand, which is the first written "
    "down; each strand as a share of all that name one. Debriefs and lessons count by the day it happened, "
    "evaluations by the day they were finished. What names no strand is left out."
)
_MAIN_STRAND_OTHERWISE = N_(
    "Debriefed operations, lessons that hold good and finished evaluations, by their main 4P strand, which is the "
    "first written down; each strand as a share of all that name one. Operations count by the day of the debrief, "
    "lessons by the day it happened, evaluations by the day they were finished. What names no strand is left out. "
    "Debriefs are restricted, so the operation speaks for its debrief."
)
_THREATS = N_(
    "Operations, debriefs, lessons that hold good and finished evaluations, by the kind of threat record they name; "
    "one that names two counts under both. Operations count by the day they started, debriefs and lessons by the day "
    "it happened, evaluations by the day they were finished. What names none is left out."
)
_THREATS_OTHERWISE = N_(
    "Operations, lessons that hold good and finished evaluations, by the kind of threat record they name; one that "
    "names two counts under both. Operations count by the day they started, lessons by the day it happened, "
    "evaluations by the day they were finished. What names none is left out, and so are debriefs, which are restricted."
)

FIGURES: Mapping[str, Measure] = {
    each.key: each
    for each in (
        Measure("debrief_rate", N_("Operations debriefed"), Unit.SHARE, counting.debrief_rate, N_(
            "Operations that ended in the period and were debriefed, as a share of these and of those whose debrief is "
            "overdue. Left out: operations of which no debrief is expected or needed, and those not debriefed whose "
            "debrief is not yet due, as they are neither a success nor a failure yet.")),
        Measure("debriefs_overdue", N_("Debriefs overdue"), Unit.COUNT, counting.debriefs_overdue, N_(
            "Operations that have ended, have not been debriefed and are past the day their debrief was due, as it "
            "stands at the end of the period, however long ago they ended. Left out: operations of which no debrief is "
            "expected or needed.")),
        Measure("evaluations_due", N_("Evaluations to come"), Unit.COUNT, counting.evaluations_due, N_(
            "Evaluations that are not finished and whose due day has not passed, as it stands at the end of the "
            "period. Left out: those not needed, and those without a due day.")),
        Measure("evaluations_overdue", N_("Evaluations overdue"), Unit.COUNT, counting.evaluations_overdue, N_(
            "Evaluations that are not finished and whose due day has passed, as it stands at the end of the period, "
            "however long ago they were due. Left out: those not needed.")),
        Measure("evaluations_done", N_("Evaluations finished"), Unit.COUNT, counting.evaluations_done, N_(
            "Evaluations that were finished in the period, by the day they were finished, whatever they found.")),
        Measure("four_p_share", N_("4P balance"), Unit.SHARES, counting.four_p_share, _MAIN_STRAND,
                otherwise=_MAIN_STRAND_OTHERWISE, told_of="four_p"),
        Measure("four_p_debriefs", N_("4P balance of debriefs"), Unit.SHARES, counting.four_p_debriefs, N_(
            "Debriefs that you may read, of what happened in the period, by their main 4P strand; each strand as a "
            "share of all that name one. What names no strand is left out."), told_of="four_p", otherwise=N_(
            "Operations debriefed in the period, by the day of the debrief and the main 4P strand of the operation; "
            "each strand as a share of all that name one. Debriefs are restricted, so the operation speaks for its "
            "debrief.")),
        Measure("four_p_lessons", N_("4P balance of lessons"), Unit.SHARES, counting.four_p_lessons, N_(
            "Lessons that hold good, of what happened in the period, by their main 4P strand; each strand as a share "
            "of all that name one. What names no strand is left out."), told_of="four_p"),
        Measure("four_p_evaluations", N_("4P balance of evaluations"), Unit.SHARES, counting.four_p_evaluations, N_(
            "Evaluations finished in the period, by their main 4P strand; each strand as a share of all that name "
            "one. What names no strand is left out."), told_of="four_p"),
        Measure("threat_kinds", N_("Kinds of threat recorded"), Unit.COUNTS, counting.threat_kinds, _THREATS,
                otherwise=_THREATS_OTHERWISE, told_of="threat_kind"),
        Measure("recurring_themes", N_("Themes that keep happening"), Unit.COUNTS, counting.recurring_themes, N_(
            "Lessons that hold good, tell of trouble (warning, change this, didn’t work) and happened in the period, "
            "by theme: the ten with most of them, of themes with three or more from at least two quarters or two "
            "units. A lesson under two themes counts under both."), told_of="theme"),
        Measure("actions_open", N_("Actions open"), Unit.COUNT, counting.actions_open, N_(
            "Actions that were agreed and that nobody yet says are done, as it stands at the end of the period. Left "
            "out: actions that were decided against.")),
        Measure("actions_overdue", N_("Actions overdue"), Unit.COUNT, counting.actions_overdue, N_(
            "Open actions whose due day has passed, as it stands at the end of the period. Actions without a due day "
            "are never overdue.")),
        Measure("action_age", N_("Age of open actions"), Unit.DAYS, counting.action_age, N_(
            "Days since open actions were agreed, as it stands at the end of the period: the median and the oldest. "
            "Left out: actions of which nobody knows when they were agreed.")),
        Measure("strength_mix", N_("Strength of actions"), Unit.COUNTS, counting.strength_mix, N_(
            "Actions that are open, or were due in the period, by type, strongest first. Left out: actions that were "
            "decided against, and those without a type."), told_of="action_strength"),
        Measure("positive_share", N_("Lessons about what worked"), Unit.SHARE, counting.positive_share, N_(
            "Lessons that hold good and happened in the period whose kind of learning is “keep doing”, as a share of "
            "all that hold good and happened in the period. Lessons that wait for review, were not taken forward, were "
            "merged or retired are left out.")),
        Measure("days_to_answer", N_("Time to an answer"), Unit.MIXED, counting.days_to_answer, N_(
            "Lessons sent in during the period: the median of working days until the first answer, and the share "
            "answered within five working days, of those answered and those that have waited longer. Left out: those "
            "still within five days, and those sent in anew after an answer.")),
        Measure("days_to_learn", N_("Time until learned"), Unit.DAYS, counting.days_to_learn, N_(
            "Lessons found to be learned in the period: the median of days from the day it was agreed that something "
            "should change until somebody else checked that it lasts. Left out: lessons of which one of these days is "
            "not known.")),
        Measure("lessons_briefed", N_("Lessons used in briefings"), Unit.SHARE, counting.lessons_briefed, N_(
            "Lessons that hold good at the end of the period and stand in a briefing issued in the period, as a share "
            "of all lessons that hold good by then.")),
        Measure("findings_unanswered", N_("Findings without a response"), Unit.COUNT, counting.findings_unanswered, N_(
            "Causes of concern and recommendations published more than 56 days before the end of the period, of which "
            "nobody has written down that comments were published, why none are due, or that the finding is complete. "
            "Findings say nothing of unit or threat, so this is counted for the whole force only."), whole=True),
    )
}  # fmt: skip
