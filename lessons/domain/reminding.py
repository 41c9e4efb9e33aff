"""What people are reminded of, and on which days: before something is due, when it is overdue, and then again.

Every reminder has a day of its own, its stage. Who was told of a stage is not told of it again, and whoever missed
several is told of the last one only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zlib import crc32

from lessons.domain.access import plain_name
from lessons.domain.due import WAITING, Facts, Standing, Timetable
from lessons.domain.findings import comments, comments_due
from lessons.domain.text import N_

STUCK_AFTER = 14  # days overdue from which on somebody other than the owner hears of an action


class Thing(StrEnum):
    """What may fall due."""

    DEBRIEF = "debrief"
    EVALUATION = "evaluation"
    REVIEW = "review"  # of an evaluation that was finished
    ACTION = "action"
    RESPONSE = "response"  # to an inspection finding: comments on its report


@dataclass(frozen=True, slots=True)
class Ladder:
    """before: so many days before the day. again: so many days from one reminder to the next while it is overdue."""

    before: tuple[int, ...]
    again: int


LADDERS: Mapping[Thing, Ladder] = {
    Thing.DEBRIEF: Ladder((7,), 14),
    Thing.EVALUATION: Ladder((28, 7), 14),
    Thing.REVIEW: Ladder((28, 7), 14),
    Thing.ACTION: Ladder((7, 1), 7),
    Thing.RESPONSE: Ladder((7,), 14),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """day: from which on this is to be said."""

    day: date
    overdue: bool


def stage(thing: Thing, due: date, today: date) -> Stage | None:
    """The last one reached; None where it is too early to say anything."""
    ladder, gone = LADDERS[thing], (today - due).days
    if gone > 0:
        said = due + timedelta(days=1 + (gone - 1) // ladder.again * ladder.again)
        return Stage(said, overdue=True)
    reached = [days for days in ladder.before if gone >= -days]
    return Stage(due - timedelta(days=min(reached)), overdue=False) if reached else None


def due_of(thing: Thing, facts: Facts, timetable: Timetable) -> date | None:
    """When it is due; None where it is done, is not needed, or never falls due."""
    match thing:
        case Thing.DEBRIEF:
            open_ = timetable.has_ended(facts) and _waits(timetable.debrief(facts))
            return timetable.debrief_due(facts) if open_ else None
        case Thing.EVALUATION:
            return facts.day("due") if _waits(timetable.evaluation(facts)) else None
        case Thing.REVIEW:
            return facts.day("review") if facts.day("done") else None
        case Thing.ACTION:
            return facts.day("due") if _waits(timetable.action(facts)) else None
        case Thing.RESPONSE:
            return comments_due(facts) if _waits(comments(timetable, facts)) else None


def _waits(standing: Standing) -> bool:
    return standing in WAITING


# --- what is said ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Words:
    """one: of one record. many: above a list of records. each: beside one of that list."""

    one: str
    many: str = ""
    each: str = ""


ON, WAS_ON = N_("due on %(day)s"), N_("was due on %(day)s")
STUCK, LEFT = "action_stuck", "action_left"
WEEKLY, LEFT_WEEKLY = "weekly", "left_weekly"
REMINDERS: Mapping[str, Words] = {
    "debrief_overdue": Words(
        N_("Its debrief is overdue: it was due on %(day)s."),
        N_("The debriefs of these operations are overdue."), WAS_ON,
    ),
    "evaluation_overdue": Words(
        N_("This evaluation is overdue: it was due on %(day)s."), N_("These evaluations are overdue."), WAS_ON,
    ),
    "review_overdue": Words(
        N_("This evaluation was to be looked at again by %(day)s."),
        N_("These evaluations should have been looked at again."), WAS_ON,
    ),
    "action_overdue": Words(
        N_("This action is overdue: it was due on %(day)s."), N_("These actions are overdue."), WAS_ON,
    ),
    "response_overdue": Words(
        N_("The response to this finding is overdue: it was due on %(day)s."),
        N_("The responses to these findings are overdue."), WAS_ON,
    ),
    STUCK: Words(
        N_("This action was due on %(day)s and is still not done. You are told because you lead or agreed it."),
        N_("These actions, which you lead or agreed, are long overdue."), WAS_ON,
    ),
    LEFT: Words(
        N_("The owner of this action has left. Hand it over to somebody else."),
        N_("The owners of these actions have left. Hand them over to somebody else."),
    ),
    "debrief_soon": Words(
        N_("Its debrief is due on %(day)s."), N_("The debriefs of these operations fall due soon."), ON,
    ),
    "evaluation_soon": Words(
        N_("This evaluation is due on %(day)s."), N_("These evaluations fall due soon."), ON,
    ),
    "review_soon": Words(
        N_("This evaluation is to be looked at again by %(day)s."),
        N_("These evaluations are to be looked at again soon."), ON,
    ),
    "action_soon": Words(
        N_("This action is due on %(day)s."), N_("These actions fall due soon."), ON,
    ),
    "response_soon": Words(
        N_("A response to this finding is due on %(day)s."), N_("Responses to these findings fall due soon."), ON,
    ),
}  # fmt: skip
# Told once a week, as counts of what the reader may read.
COUNTS: Mapping[str, str] = {
    WEEKLY: N_(
        "Operations not debriefed in time: %(operations)s. Evaluations overdue: %(evaluations)s. Actions overdue: "
        "%(actions)s."
    ),
    LEFT_WEEKLY: N_("Actions whose owner has left: %(left)s."),
}
# Where to look, by the name of the count.
PLACES: Mapping[str, tuple[str, str]] = {
    "operations": (N_("Operations not debriefed in time"), "/operations?tab=overdue"),
    "evaluations": (N_("Evaluations overdue"), "/evaluations?standing=overdue"),
    "actions": (N_("Actions overdue"), "/actions?tab=overdue"),
    "left": (N_("Hand over actions"), "/actions/hand-over"),
}
EVENTS = (
    *COUNTS,
    *REMINDERS,
)  # what was told is known by its place in this row: add at the end of REMINDERS


def event_of(thing: Thing, overdue: bool) -> str:
    return f"{thing}_{'overdue' if overdue else 'soon'}"


def thing_of(event: str) -> Thing | None:
    head, _, tail = event.rpartition("_")
    return Thing(head) if tail in ("overdue", "soon") else Thing.ACTION if event == STUCK else None


def family(event: str) -> str:
    """A later reminder of the same family takes the place of an earlier one."""
    head, _, tail = event.rpartition("_")
    return head if tail in ("overdue", "soon") else event


def number_of(event: str, day: date) -> int:
    """Stands in a notice where others have a revision: below nought, and another for each stage of each event."""
    return -(day.toordinal() * 32 + EVENTS.index(event))


def number_of_owner(owner: str) -> int:
    """As above, of LEFT: another for each owner, whose name no notice may hold."""
    return -((crc32(plain_name(owner).encode()) & 0x3FFFFFF) * 32 + EVENTS.index(LEFT))


def still_holds(event: str, day: str, number: int, facts: Facts, timetable: Timetable) -> bool:
    """Whether what was said of a record is true of it now. day: that it was said to be due on, as ISO 8601."""
    if event == LEFT:
        open_ = timetable.action(facts) not in (Standing.DONE, Standing.NOT_NEEDED)
        return open_ and number == number_of_owner(facts.line("owner"))
    thing = thing_of(event)
    due = due_of(thing, facts, timetable) if thing else None
    overdue = event == STUCK or event.endswith("_overdue")
    return due is not None and due.isoformat() == day and (due < timetable.today) == overdue
