"""“It happened again”: an officer says that a lesson sent in is one that others have learned before."""

from collections.abc import Mapping

from lessons.domain.access import User
from lessons.domain.errors import NotAllowed, StaleWrite
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import OPEN
from lessons.library import Library

SEEN_BEFORE = "seen_before"  # the field of the lesson, and the end of the name of its box
SOMETHING_ELSE = "no"  # the answer that it is none of those shown
TRIES = 5


def earlier(library: Library, by: User, answer: str, own: str = "") -> tuple[str, ...]:
    """The lesson that an answer names, as the field takes it; () where this person cannot know of one."""
    if answer == own or kind_of(answer) is not Kind.LESSON:
        return ()
    return (answer,) if library.peek(by, answer) else ()


def may_say(by: User, lesson: Record) -> bool:
    """Whether this person may still say of a lesson whether it happened before."""
    return lesson.line("author") == by.name and lesson.line("state") in OPEN


def happened_again(
    library: Library, by: User, debrief: str, answers: Mapping[str, str]
) -> list[Stored]:
    """Keep what the author says of the lessons of a debrief: the id of the earlier one, by the lesson's own id.

    Whatever names no lesson changes nothing. Raises NotFound, NotAllowed, StaleWrite, Busy.
    """
    rows = library.open(by, debrief).record.rows("points")
    ids = [row["lesson"] for row in rows if "lesson" in row]
    said = {id: earlier(library, by, answers.get(id, ""), id) for id in ids}
    return [_keep(library, by, id, before) for id, before in said.items() if before]


def _keep(library: Library, by: User, id: str, before: tuple[str, ...]) -> Stored:
    """Added to the text as it stands now: nobody's words are written over."""
    for _ in range(TRIES):
        current = library.records.get(id)
        if not may_say(by, current.record):
            raise NotAllowed()
        known = current.record.keys(SEEN_BEFORE)
        both = tuple(dict.fromkeys((*known, *before)))[: SHAPES[Kind.LESSON][SEEN_BEFORE].most]
        if both == known:
            return current
        record = current.record.with_(
            seen_before=both, recurrence=None
        )  # for a reviewer to confirm
        try:
            return library.save(by, "recur", record, expected=current.revision.number)
        except StaleWrite:
            continue  # a reviewer was first: look again
    raise StaleWrite(id)
