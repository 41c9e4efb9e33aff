"""What was said of a lesson with a decision, and who said it."""

from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import LessonsError
from lessons.domain.lifecycle import MOVES
from lessons.library import Library


@dataclass(frozen=True, slots=True)
class Said:
    """by: name of their account. sentence: "" where they said nothing."""

    by: str
    sentence: str


def last_said(library: Library, reader: User, id: str, key: str = "") -> Said | None:
    """What was said with the latest move that takes a sentence. key: of that move alone. None where there is none,
    or its text is not open to this person, who may read the lesson. Whom it is shown is for the caller to decide.
    """
    moves = [key] if key else [m.key for m in MOVES.values() if "decision" in m.takes]
    try:
        history = library.records.history(id)
        last = next((each for each in reversed(history) if each.verb in moves), None)
        then = library.records.revision(id, last.number).record if last else None
    except LessonsError:
        return None
    if last is None or then is None or not access.may_read(reader, then, library.today):
        return None
    return Said(last.by, then.line("decision"))
