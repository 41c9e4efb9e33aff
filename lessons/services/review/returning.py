"""What was sent back to its author and has come in again: what was asked, who asked, and the words since."""

from dataclasses import dataclass

from lessons.domain.access import User
from lessons.domain.lifecycle import MOVES
from lessons.domain.record import Record, Revision, Stored
from lessons.domain.states import State
from lessons.library import Library


@dataclass(frozen=True, slots=True)
class Again:
    """asked: the revision that sent it back, None where it came back otherwise, as by an import.

    before, after: the lesson as its author had it back, with the question in it, and as it came in again.
    """

    asked: Revision | None
    before: Record
    after: Record


def came_again(library: Library, stored: Stored) -> int:
    """The revision by which a lesson that waits came in again; 0 where it waits for another reason.

    stored: as the person who is told of it may read it.
    """
    if stored.record.line("state") != State.SENT or stored.revision.number == 1:
        return 0
    for each in reversed(library.records.history(stored.record.id)):
        move = MOVES.get(each.verb)
        if move is not None and move.to is not None:
            return each.number if move.key == "resend" else 0
    return 0


def again(library: Library, by: User, stored: Stored) -> Again | None:
    """None where it did not come in again, or where the words before may not be read or are destroyed."""
    number = came_again(library, stored)
    kept = library.history(by, stored.record.id) if number else []
    texts = {s.revision.number: s.record for s in kept if s.revision.closed is None}
    if number not in texts or number - 1 not in texts:
        return None
    returns = [s.revision for s in kept if s.revision.verb == "return"]
    asked = next((r for r in reversed(returns) if r.number < number), None)
    return Again(asked, texts[number - 1], texts[number])
