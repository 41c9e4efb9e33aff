"""After the operation: what became of the lessons that its people were briefed with, asked in the debrief form."""

import logging
from collections.abc import Mapping, Sequence

from lessons.domain.access import User, plain_name
from lessons.domain.boxes import Form, words
from lessons.domain.briefings import Outcome, leads_as
from lessons.domain.errors import Invalid, NotAllowed, NotFound
from lessons.domain.record import Kind, Record, kind_of
from lessons.library import Library
from lessons.library.briefed import Briefed, lessons_briefed, tell_outcomes
from lessons.services.capture.register import find_operation

log = logging.getLogger(__name__)

BOX = (
    "briefed-"  # and the id of the lesson; its value is a key of the list `briefing_outcome`, or ""
)


def outcomes_in(form: Form) -> dict[str, str]:
    """What was told of lessons, by their ids; where nothing was, nothing."""
    said = {box.removeprefix(BOX): words(form, box) for box in form if box.startswith(BOX)}
    known = set(Outcome)
    return {id: key for id, key in said.items() if kind_of(id) is Kind.LESSON and key in known}


def briefed_with(library: Library, by: User, form: Form) -> tuple[Briefed, ...]:
    """The lessons of the briefings for the operation that the form names, as far as this person may read them."""
    operation = find_operation(library, by, words(form, "operation_name"))
    return lessons_briefed(library, by, operation.id) if operation else ()


def led_by(library: Library, by: User, briefed: Sequence[Briefed]) -> bool:
    """Whether this person led the operation of one of these briefings, or made it."""
    packs = {each.briefing.id: each.briefing for each in briefed}.values()
    if any(plain_name(pack.line("author")) == plain_name(by.name) for pack in packs):
        return True
    ids = {pack.line("operation") for pack in packs} - {""}
    return any(leads_as(by.name, s.record) for id in ids if (s := library.peek(by, id)))


def briefed_of(library: Library, by: User, debrief: Record) -> tuple[Briefed, ...]:
    """The same of a debrief that was sent, for its author; nothing for anybody else."""
    if by.name != debrief.line("author"):
        return ()
    return lessons_briefed(library, by, debrief.line("operation"))


def tell(library: Library, by: User, debrief: Record, outcomes: Mapping[str, str]) -> bool:
    """Write them into the briefings; whether any was. Doing so twice is doing it once. The debrief stands, whatever
    is against it; what passes can be done again. Raises Busy.
    """
    try:
        return bool(tell_outcomes(library, by, debrief.line("operation"), outcomes))
    except (NotFound, NotAllowed, Invalid):
        log.warning("what %s tells of a briefing was not kept", debrief.id, exc_info=True)
        return False
