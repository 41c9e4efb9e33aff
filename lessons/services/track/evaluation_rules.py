"""What an evaluation is asked: its form in stages after OSARA and EMMIE, what cannot be, what a reader needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain import claims, periods, shares
from lessons.domain.errors import Problem
from lessons.domain.record import Record
from lessons.domain.text import N_

LONGEST_CELL = 200  # characters in one cell of the measures


@dataclass(frozen=True, slots=True)
class Stage:
    """Some boxes that are filled in together. core: without these it counts as begun only."""

    key: str
    label: str
    intro: str
    names: tuple[str, ...]
    core: tuple[str, ...]


STAGES: Sequence[Stage] = (
    Stage("objective", N_("Objective"),
          N_("What should be different, for whom, and why should this bring it about? Best written before it begins."),
          ("objective", "problem", "theory", "target"), ("objective", "theory", "target")),
    Stage("delivered", N_("Delivered"),
          N_("What was done, for how many, and how far as planned?"),
          ("reached", "eligible", "reach_unknown", "began", "finished", "dose", "partners", "partners_part",
           "delivered"), ("reached", "delivered")),
    Stage("measured", N_("Measured"),
          N_("The same count before and after, over the same length of time. “No comparison” is an honest answer."),
          ("measures", "design", "compared"), ("measures", "design")),
    Stage("found", N_("Found"),
          N_("What came out, good or bad, and how sure you are of it."),
          ("result", "direction", "size", "confidence", "unintended", "cost", "voices"),
          ("result", "direction", "confidence")),
    Stage("decide", N_("Decide"),
          N_("“Didn’t work” is as useful as “worked”: it saves somebody else a year."),
          ("change", "verdict", "stronger_because", "stage", "next_step", "decision", "evaluator", "independent",
           "independence", "review"), ("verdict", "next_step")),
)  # fmt: skip
BY_KEY: Mapping[str, Stage] = {stage.key: stage for stage in STAGES}
NOT_MEASURING = ("process", "none")  # designs for which a reader expects no measure

EXCEEDS = N_(
    "You wrote that %(reached)s were reached out of %(eligible)s who could have had it. Those reached are among those "
    "who could: check both numbers."
)
BELOW_NOUGHT = N_("Enter how many, from 0 up.")
ENDS_FIRST = N_("It ended before it began. Check both dates.")
BACKWARDS = N_("The period “%(words)s” ends before it begins. Check the dates.")
CELL = N_("Keep each box to %(limit)s characters. Nothing you typed was lost.")

# What is said where a reader would miss something, with the stage in which it is filled in.
NO_OBJECTIVE = N_("Say what the objective was.")
NO_REACH = N_("Give the numbers reached and eligible, or say why they are not known.")
NO_MEASURE = N_(
    "Give at least one measure with a figure for after, or say that nothing was compared or that it is about the "
    "process only."
)
UNNAMED = N_("Say in each row what was measured.")
NO_VERDICT = N_("Choose a verdict. “Too early” is one.")
NO_DECISION = N_("Choose what happens to the activity.")
TOO_STRONG = N_(
    "This verdict says more than the figures can bear. Choose another, or say what else you know, and how."
)


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be there before it is finished. stage: where it is filled in; field: the box."""

    stage: str
    field: str
    words: str

    @property
    def problem(self) -> Problem:
        return Problem(self.field, self.words)


def stands(record: Record, name: str) -> bool:
    return name in record.fields or name in record.texts


def progress(record: Record, stage: Stage) -> str:
    """ "filled", "begun" or "empty"."""
    if all(stands(record, name) for name in _core(record, stage)):
        return "filled"
    return "begun" if any(stands(record, name) for name in stage.names) else "empty"


def _core(record: Record, stage: Stage) -> Sequence[str]:
    if stage.key == "measured" and record.line("design") == "process":
        return ("design",)
    return stage.core


def after(stage: Stage) -> Stage | None:
    """The stage that follows."""
    at = STAGES.index(stage) + 1
    return STAGES[at] if at < len(STAGES) else None


# --- what cannot be --------------------------------------------------------------------------------
def problems(record: Record) -> Iterator[Problem]:
    """Beyond what each field declares."""
    reached, eligible = record.number("reached"), record.number("eligible")
    for name, number in (("reached", reached), ("eligible", eligible)):
        if number is not None and number < 0:
            yield Problem(name, BELOW_NOUGHT)
    if reached is not None and eligible is not None and reached > eligible >= 0:
        values = (("reached", f"{reached:,}"), ("eligible", f"{eligible:,}"))
        yield Problem("reached", EXCEEDS, values=values)
    began, finished = record.day("began"), record.day("finished")
    if began and finished and finished < began:
        yield Problem("finished", ENDS_FIRST)
    for row in record.rows("measures"):
        yield from _in_row(row)


def _in_row(row: Mapping[str, str]) -> Iterator[Problem]:
    if any(len(cell) > LONGEST_CELL for cell in row.values()):
        yield Problem("measures", CELL, values=(("limit", str(LONGEST_CELL)),))
    for column in ("baseline", "follow_up", "comparison"):
        words = row.get(column, "")
        if no := shares.wrong(words):
            yield Problem("measures", no, values=(("words", words),))
    for column in ("baseline_period", "follow_up_period"):
        period = periods.read(row.get(column, ""))
        if period and period.backwards:
            yield Problem("measures", BACKWARDS, values=(("words", row[column]),))


# --- what a reader needs ---------------------------------------------------------------------------
def missing(record: Record) -> list[Missing]:
    """What stands in the way of finishing it, in the order of the form."""
    found = []
    if not record.texts.get("objective"):
        found.append(Missing("objective", "objective", NO_OBJECTIVE))
    counted = record.number("reached") is not None and record.number("eligible") is not None
    if not counted and not record.line("reach_unknown"):
        found.append(Missing("delivered", "reach_unknown", NO_REACH))
    measured = claims.Evidence(record).measured or record.line("design") in NOT_MEASURING
    if not measured:
        found.append(Missing("measured", "measures", NO_MEASURE))
    if any(not row.get("measure") for row in record.rows("measures")):
        found.append(Missing("measured", "measures", UNNAMED))
    return found + _undecided(record)


def _undecided(record: Record) -> list[Missing]:
    found = []
    verdict = record.line("verdict")
    if not verdict:
        found.append(Missing("decide", "verdict", NO_VERDICT))
    if not record.line("next_step"):
        found.append(Missing("decide", "next_step", NO_DECISION))
    if not claims.claim(record).bears(verdict) and not record.line("stronger_because"):
        found.append(Missing("decide", "stronger_because", TOO_STRONG))
    return found
