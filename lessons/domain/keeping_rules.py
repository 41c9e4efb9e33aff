"""What may become of a record of the registers, asked by `Library.save` at every change by a person: pages, API, import
and anything yet to be written obey the same rule. Actions have a table of their own, `action_life`.
"""

from collections.abc import Callable

from lessons.domain.access import STAFF, Permit, System, User, highest
from lessons.domain.deciding import is_person
from lessons.domain.errors import Invalid, NotAllowed, Problem
from lessons.domain.findings import may_keep
from lessons.domain.operations import is_lead
from lessons.domain.record import Kind, Record
from lessons.domain.text import N_

KINDS = frozenset({Kind.OPERATION, Kind.EVALUATION, Kind.FINDING})
LOWERED = N_("Only a reviewer or a disclosure officer lowers a marking.")
OPENED = N_("Only a reviewer or a disclosure officer changes to whom a restricted record opens.")
FINISHED = N_("This evaluation is finished. Open it again first, and say why.")
# Who keeps each kind, whoever is named on a record.
KEEPING = {
    Kind.OPERATION: frozenset({Permit.REGISTER, Permit.IMPORT, Permit.RESTRICT}),
    Kind.EVALUATION: frozenset({Permit.EVALUATE, Permit.IMPORT, Permit.RESTRICT}),
    Kind.FINDING: frozenset({Permit.INSPECT, Permit.IMPORT, Permit.RESTRICT}),
}
EVALUATORS = ("owner", "evaluator", "author")
OF_ACTIVITY = ("plan_owner", "lro")  # of whom an evaluation is the work as well


def hold(
    before: Record | None, after: Record, by: User, find: Callable[[str], Record | None]
) -> None:
    """before: None for a new one. find: a record by its id, whoever may read it. Raises NotAllowed; Invalid, for a
    record that would open to more people.
    """
    if isinstance(by, System):
        return
    if by.role not in STAFF or not (_keeps(by, after.kind) or _is_tied(before, by, find)):
        raise NotAllowed()
    problems = [] if before is None or by.may(Permit.RESTRICT) else _opened(before, after)
    if problems:
        raise Invalid(problems)


def _keeps(by: User, kind: Kind) -> bool:
    return any(by.may(permit) for permit in KEEPING[kind])


def _is_tied(before: Record | None, by: User, find: Callable[[str], Record | None]) -> bool:
    """Whether it is this person's own work; nobody begins one for that reason."""
    if before is None:
        return False
    if before.kind is Kind.OPERATION:
        return is_lead(by, before)
    if before.kind is Kind.FINDING:
        return may_keep(by, before)
    activity = find(before.line("activity")) if before.line("activity") else None
    named = [before.line(name) for name in EVALUATORS]
    named += [activity.line(name) for name in OF_ACTIVITY] if activity else []
    return any(is_person(name, by) for name in named)


def _opened(before: Record, after: Record) -> list[Problem]:
    problems = []
    markings = [each.line("marking") for each in (before, after)]
    if highest(markings[1:]) != highest(markings):
        problems.append(Problem("marking", LOWERED))
    for name in ("groups", "restricted_until"):
        if before.keys("groups") and before.fields.get(name) != after.fields.get(name):
            problems.append(Problem(name, OPENED))
    return problems
