"""What the leads of an operation hear of what is added to it: the SIO from the LRO's side, and the LRO from the SIO's.

Whose side it is: that of the lead who did it; else that of its 4P strands. Each hears of the other side, and of what is
of no side; a pack, and what is said of its plan, concerns both of them and the plan owner.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from lessons.domain import access
from lessons.domain.access import System
from lessons.domain.briefings import LEAD_ROLES, in_pack, lead_of, leads_as, settled, version_of
from lessons.domain.plan_answers import answers_of
from lessons.domain.record import Kind, Record
from lessons.domain.states import CLEARED, GOOD
from lessons.domain.text import N_
from lessons.ports import Account, Notice, Saving
from lessons.ports.telling import AS, OTHER

Find = Callable[[str], Record | None]
Named = Callable[[str], Sequence[Account]]  # the accounts that a name in a record stands for
AS_LEAD = "lead"
NOT_TOLD = frozenset({"import", "example"})  # verbs by which many records come in at once


class Added(StrEnum):
    """What may be added to an operation."""

    DEBRIEF = "debrief"
    LESSON = "lesson"
    BEGUN = "evaluation_begun"
    JUDGED = "evaluation_done"
    ACTION = "action"
    ISSUED = "briefing"
    ISSUED_ANEW = "briefing_again"
    ANSWERS = "answers"
    CHECKS = "checks"


FROM_THE_OTHER: Mapping[Added, str] = {
    Added.DEBRIEF: N_("From the other lead’s side: a debrief of your operation was sent in."),
    Added.LESSON: N_("From the other lead’s side: a lesson of your operation was accepted."),
    Added.BEGUN: N_("From the other lead’s side: an evaluation for your operation was begun."),
    Added.JUDGED: N_("From the other lead’s side: an evaluation for your operation was finished."),
    Added.ACTION: N_("From the other lead’s side: an action was agreed from what your operation taught."),
    Added.ISSUED: N_("The other lead has issued a briefing for your operation."),
    Added.ISSUED_ANEW: N_("The other lead has issued a new version of a briefing for your operation."),
    Added.ANSWERS: N_("The other lead has answered lessons of a briefing for your operation."),
    Added.CHECKS: N_("The other lead has answered questions about the plan of your operation."),
}  # fmt: skip
OF_NO_SIDE: Mapping[Added, str] = {
    Added.DEBRIEF: N_("A debrief of your operation was sent in."),
    Added.LESSON: N_("A lesson of your operation was accepted."),
    Added.BEGUN: N_("An evaluation for your operation was begun."),
    Added.JUDGED: N_("An evaluation for your operation was finished."),
    Added.ACTION: N_("An action was agreed from what your operation taught."),
    Added.ISSUED: N_("A briefing was issued for your operation."),
    Added.ISSUED_ANEW: N_("A new version of a briefing was issued for your operation."),
    Added.ANSWERS: N_("Lessons of a briefing for your operation were answered."),
    Added.CHECKS: N_("Questions about the plan of your operation were answered."),
}
OF_THE_PLAN = frozenset({Added.ISSUED, Added.ISSUED_ANEW, Added.ANSWERS, Added.CHECKS})
PLAN_OWNER = "plan_owner"


def event_of(added: Added, *, other: bool) -> str:
    return f"lead_{'other' if other else 'any'}_{added}"


TOLD: Mapping[str, str] = {
    **{event_of(added, other=True): words for added, words in FROM_THE_OTHER.items()},
    **{event_of(added, other=False): words for added, words in OF_NO_SIDE.items()},
}


def of_leads(saving: Saving, named: Named, find: Find) -> Iterator[Notice]:
    """Nobody hears of what comes in by import or from the machine. find: a record as it is now, whoever may read it."""
    if isinstance(saving.by, System) or saving.verb in NOT_TOLD:
        return
    added = _added(saving)
    for id, strands in _operations(saving.after, find) if added else ():
        operation = find(id)
        if added and operation and operation.kind is Kind.OPERATION:
            yield from _to_leads(saving, added, operation, strands, named)


def _to_leads(
    saving: Saving, added: Added, operation: Record, strands: Sequence[str], named: Named
) -> Iterator[Notice]:
    side = _side(saving, added, operation, strands)
    fields = [*LEAD_ROLES, *([PLAN_OWNER] if added in OF_THE_PLAN else [])]
    for account in {a.name: a for field in fields for a in named(operation.line(field))}.values():
        own = frozenset(leads_as(account.name, operation))
        if side and side <= own:
            continue
        today = saving.at.astimezone().date()
        if all(access.may_read(account.user, each, today) for each in (saving.after, operation)):
            said = {AS: AS_LEAD, OTHER: operation.id}
            event, about = event_of(added, other=bool(side and own)), saving.after.id
            yield Notice(account.name, about, event, about, saving.revision, saving.at, said=said)


def _side(
    saving: Saving, added: Added, operation: Record, strands: Sequence[str]
) -> frozenset[str]:
    """Of which lead it comes; empty where that is not known, or where it concerns both alike."""
    if added is Added.ANSWERS:
        return frozenset(_newly_answered(saving))
    by = frozenset(leads_as(saving.by.name, operation))
    if len(by) == 1 or added in OF_THE_PLAN:
        return by
    return frozenset(map(lead_of, strands))


# --- what was added, and to which operation --------------------------------------------------------
def _added(saving: Saving) -> Added | None:
    before, after = saving.before, saving.after
    match after.kind:
        case Kind.DEBRIEF:
            return Added.DEBRIEF if before is None else None
        case Kind.LESSON:
            accepted = before and before.line("state") not in CLEARED
            return Added.LESSON if accepted and after.line("state") in GOOD else None
        case Kind.EVALUATION:
            return _of_evaluation(before, after)
        case Kind.ACTION:
            return Added.ACTION if before is None else None
        case Kind.BRIEFING:
            return _of_briefing(saving)
    return None


def _of_evaluation(before: Record | None, after: Record) -> Added | None:
    if after.day("done") and not (before and before.day("done")):
        return Added.JUDGED
    return Added.BEGUN if before is None or (after.texts and not before.texts) else None


def _of_briefing(saving: Saving) -> Added | None:
    before, after = saving.before, saving.after
    if before is None:
        return Added.ISSUED
    if version_of(after) > version_of(before):
        return Added.ISSUED_ANEW
    if _newly_answered(saving):
        return Added.ANSWERS
    was, now = answers_of(before), answers_of(after)
    return Added.CHECKS if now and not was else None


def _newly_answered(saving: Saving) -> list[str]:
    """The leads who have just begun to answer its lessons, or have just answered the last of them: what comes between
    is not told.
    """
    found = []
    for role in LEAD_ROLES:
        was = len(settled(saving.before, role)) if saving.before else 0
        now = len(settled(saving.after, role))
        if now > was and (not was or now == len(in_pack(saving.after))):
            found.append(role)
    return found


def _operations(record: Record, find: Find) -> Iterator[tuple[str, Sequence[str]]]:
    """The operations that a record belongs to, each with the 4P strands of what belongs there."""
    strands = record.keys("four_p")
    if record.kind is Kind.ACTION:
        for origin in (find(id) for id in record.keys("of")):
            if origin and origin.kind is not Kind.FINDING:
                yield from _operations(origin, find)
        return
    own = record.line("activity" if record.kind is Kind.EVALUATION else "operation")
    if own:
        yield own, strands
        return
    for name in ("debrief", "evaluation") if record.kind is Kind.LESSON else ():
        origin = find(record.line(name)) if record.line(name) else None
        if origin:
            yield from ((id, strands) for id, _theirs in _operations(origin, find))
