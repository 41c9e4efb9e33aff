"""What the index is told of a lesson that waits for review, so that a queue of any length is sorted and counted there.

Only lessons that nobody has cleared have any of it. Whoever may read such a lesson sees all of its fields (see
`access.audience`, `access.sees`), so that a reviewer's name shows to nobody who would not see it on the lesson.
"""

from datetime import date, datetime

from lessons.domain.access import plain_name
from lessons.domain.record import Kind, Record
from lessons.domain.states import OPEN

# In a query and in its facets. TURN: whose turn it is, as words that sort: see `turn`. REVIEWER: to whom it was given.
# FIRST: who accepted it as the first of two. The last two hold `held_by` or NOBODY.
TURN, REVIEWER, FIRST = "turn", "reviewer", "first_eyes"
DESK = (TURN, REVIEWER, FIRST)
NOBODY = "nobody"
_UNKNOWN = "9999-12-31"  # after everything that has a day
_WARNING, _OTHER = "0", "1"


def held_by(name: str) -> str:
    """Somebody, as the index knows them; the same however the name was typed (see `deciding.is_person`)."""
    plain = plain_name(name)
    return f"by:{plain}" if plain else NOBODY


def first_of_two(record: Record) -> str:
    """Who accepted it as the first of two; "" where nobody has. Whoever sent it in, and wrote it anew, is none."""
    first = record.line("first_eyes")
    return "" if plain_name(first) == plain_name(record.line("author")) else first


def sent_on(record: Record) -> date | None:
    """The day it was sent in; of one that came from elsewhere, the day it happened."""
    moment = record.fields.get("sent")
    if isinstance(moment, datetime):
        return moment.astimezone().date()
    return record.day("sent") or record.day("occurred")


def turn(record: Record) -> str:
    """Warnings first, then by the day it was sent in: these words sort so."""
    day = sent_on(record)
    first = _WARNING if record.line("learning") == "warning" else _OTHER
    return f"{first} {day.isoformat() if day else _UNKNOWN}"


def day_of_turn(turn: str) -> date | None:
    """None where the lesson says no day."""
    day = turn.partition(" ")[2]
    return None if day == _UNKNOWN else date.fromisoformat(day)


def is_warning(turn: str) -> bool:
    return turn.startswith(_WARNING)


def desk(record: Record) -> dict[str, tuple[str, ...]]:
    """The values of a record by parameter; nothing but for a lesson that waits."""
    if record.kind is not Kind.LESSON or record.line("state") not in OPEN:
        return {}
    return {
        TURN: (turn(record),),
        REVIEWER: (held_by(record.line("reviewer")),),
        FIRST: (held_by(first_of_two(record)),),
    }
