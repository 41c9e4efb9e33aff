"""What falls due, and where it stands: debriefs of operations, evaluations of activities, actions.

The usual times are facts of the list `operation_kind`, so that a force changes them in one plain file. What falls on a
weekend or a bank holiday moves to the next working day. Days are those of this machine, whatever its clocks change to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabulary
from lessons.domain.working_days import Holiday, next_working_day, no_holiday

SOON = 14  # days before something is due from which on it is said to be
LONGEST = 3_650  # days of a rule; more is a slip


class Facts(Protocol):
    """A Record or a line of the ledger: both read the same."""

    def line(self, name: str) -> str: ...
    def keys(self, name: str) -> Sequence[str]: ...
    def day(self, name: str) -> date | None: ...


class Standing(StrEnum):
    """Where something stands that may fall due."""

    NONE = "none"
    TO_COME = "to_come"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DONE = "done"
    NOT_NEEDED = "not_needed"


STANDINGS: Mapping[Standing, str] = {
    Standing.NONE: N_("Nothing due"),
    Standing.TO_COME: N_("To come"),
    Standing.DUE_SOON: N_("Due soon"),
    Standing.OVERDUE: N_("Overdue"),
    Standing.DONE: N_("Done"),
    Standing.NOT_NEEDED: N_("Not needed"),
}
WAITING = frozenset({Standing.TO_COME, Standing.DUE_SOON, Standing.OVERDUE})


@dataclass(frozen=True, slots=True)
class Rule:
    """Usual times of one kind of operation, in days; None where nothing falls due."""

    debrief_within: int | None = None
    evaluate_within: int | None = None


def rules(kinds: Vocabulary) -> Mapping[str, Rule]:
    """Of the list `operation_kind`, by its keys. What is no number of days is taken for no rule."""
    return {
        term.key: Rule(
            _days(term.facts.get("debrief_within", "")),
            _days(term.facts.get("evaluate_within", "")),
        )
        for term in kinds.terms.values()
    }


def _days(words: str) -> int | None:
    if not (words.isascii() and words.isdigit() and len(words) < 6):
        return None
    return int(words) if int(words) <= LONGEST else None


@dataclass(frozen=True, slots=True)
class Timetable:
    """When things fall due today. holiday: names of bank holidays, "" for other days."""

    today: date
    rules: Mapping[str, Rule]
    holiday: Holiday = no_holiday

    def after(self, start: date, days: int) -> date:
        """So many days later, or the working day that follows; the start itself at the end of time."""
        if start > date.max - timedelta(days=LONGEST + SOON):
            return start
        return next_working_day(start + timedelta(days=days), self.holiday)

    def standing(self, due: date | None) -> Standing:
        """Of something not done that is due on that day. On its day it is not yet overdue."""
        if due is None:
            return Standing.NONE
        if due < self.today:
            return Standing.OVERDUE
        return Standing.DUE_SOON if due <= self.today + timedelta(days=SOON) else Standing.TO_COME

    # --- debriefs of operations --------------------------------------------------------------
    def is_debriefed(self, operation: Facts) -> bool:
        """Whether a debrief of its kind of operation is expected at all."""
        rule = self.rules.get(operation.line("operation_kind"))
        return rule is not None and rule.debrief_within is not None

    def has_ended(self, operation: Facts) -> bool:
        ended = operation.day("ended")
        return ended is not None and ended <= self.today

    def debrief_due(self, operation: Facts) -> date | None:
        """The day written down; else the usual one after it ended. None where none falls due, or it goes on."""
        written, ended = operation.day("debrief_due"), operation.day("ended")
        rule = self.rules.get(operation.line("operation_kind"), Rule())
        if written or ended is None or rule.debrief_within is None:
            return written
        return self.after(ended, rule.debrief_within)

    def debrief(self, operation: Facts) -> Standing:
        if operation.day("debriefed"):
            return Standing.DONE
        if operation.line("no_debrief"):
            return Standing.NOT_NEEDED
        return self.standing(self.debrief_due(operation))

    # --- evaluations -------------------------------------------------------------------------
    def evaluation_due(self, operation: Facts) -> date | None:
        """When an activity of the register is to be evaluated; None for kinds that are not."""
        rule = self.rules.get(operation.line("operation_kind"), Rule())
        if rule.evaluate_within is None:
            return None
        return self.after(operation.day("started") or self.today, rule.evaluate_within)

    def evaluation(self, evaluation: Facts) -> Standing:
        if evaluation.day("done"):
            return Standing.DONE
        if evaluation.line("not_needed"):
            return Standing.NOT_NEEDED
        return self.standing(evaluation.day("due"))

    # --- actions -----------------------------------------------------------------------------
    def action(self, action: Facts) -> Standing:
        """Done is what its owner says is done: whether it was checked is told by its state."""
        state = action.line("action_state")
        if state in ("done", "verified"):
            return Standing.DONE
        if state == "not_taken":
            return Standing.NOT_NEEDED
        return self.standing(action.day("due"))
