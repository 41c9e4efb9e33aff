"""What a debrief leaves behind in the register of operations: that the operation was debriefed, and when."""

from datetime import date

from lessons.domain.access import SYSTEM
from lessons.domain.due import Facts
from lessons.domain.errors import NotFound, StaleWrite
from lessons.domain.record import Kind, kind_of
from lessons.library.door import Library

VERB = "debriefed"
TRIES = 5
INTERIM = "interim"  # key of the list `debrief_type`


def debriefs_it(debrief: Facts) -> bool:
    """Whether the operation of this debrief was debriefed by it: an interim one leaves the debrief at its end due."""
    return bool(debrief.line("operation")) and debrief.line("debrief_type") != INTERIM


def mark_debriefed(library: Library, operation: str, day: date, *, findable: bool = True) -> bool:
    """Write down the day, where none stands there; whether it was written. Saving twice, or two at once, is safe.

    The register tells this to all who may read the operation, and no other word of the debrief. Raises Busy,
    Unreadable.
    """
    if kind_of(operation) is not Kind.OPERATION:
        return False
    for _ in range(TRIES):
        try:
            stored = library.records.get(operation)
        except NotFound:
            return False
        if stored.record.day("debriefed"):
            return False
        changed = stored.record.with_(debriefed=day)
        try:
            library.save(SYSTEM, VERB, changed, expected=stored.revision.number, findable=findable)
        except StaleWrite:
            continue
        return True
    return False
