"""What may become of a lesson: its states, and the moves between them, as one table.

`deciding.hold` is asked by `Library.save` at every change of a lesson, so that page, API, command line and anything yet
to be written obey the same rule. A move is known by its key, which is also the verb of the revision it makes.

A lesson is *learned* only when somebody other than its owner, and other than whoever said that it is done, has looked
at evidence that the change lasts. Nobody decides on what they sent in themselves. What is OFFICIAL-SENSITIVE, or was,
is accepted by two: the first is kept in `first_eyes`.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum

from lessons.domain.access import Permit
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD, State
from lessons.domain.text import N_


class Tie(StrEnum):
    """What somebody is to one lesson, whatever their role."""

    AUTHOR = "author"
    OWNER = "owner"


class Need(StrEnum):
    """What a move needs, beyond the right to make it."""

    NOT_OWN = "not_own"
    FLAGS = "flags"
    TWO = "two"
    REASON = "reason"
    SENTENCE = "sentence"
    WHAT_WAS_DONE = "what_was_done"
    OWNER = "owner"
    TARGET = "target"
    WHY_OVER = "why_over"
    EVIDENCE = "evidence"
    OTHER_THAN_OWNER = "other_than_owner"
    WARNING = "warning"


class Whom(StrEnum):
    """Who hears of a move."""

    AUTHOR = "author"
    OWNER = "owner"
    EVERYBODY = "everybody"
    REVIEWERS = "reviewers"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table.

    label: what the button says. done: what history says. told: what those it tells are told; it may name %(title)s.
    told_author: what its author is told instead, where that is more.
    to: None where the lesson stays in the state it is in. takes: fields and texts that whoever makes it may set.
    """

    key: str
    label: str
    done: str
    sources: frozenset[State]
    to: State | None
    who: frozenset[Permit | Tie]
    _: KW_ONLY
    needs: tuple[Need, ...] = ()
    takes: tuple[str, ...] = ()
    tells: tuple[Whom, ...] = ()
    told: str = ""
    told_author: str = ""


# What a reviewer may put right in a lesson that came in: all but where it came from, what is decided, what we set.
_DECIDED = frozenset(
    [
        "owner",
        "check_by",
        "recheck",
        "reason",
        "decision",
        "replaced_by",
        "debrief",
        "evaluation",
        "operation",
    ]
)
_ORIGIN = frozenset(
    ["example", "source_id", "source", "groups", "restricted_because", "restricted_until"]
)
WORDING = tuple(
    f.name for f in SHAPES[Kind.LESSON].fields if not f.stamped and f.name not in _DECIDED | _ORIGIN
)
# What its author may put right when it is sent back.
OWN_WORDS = ("title", "learning", "happened", "lesson", "action", "detail")
_SAID = ("reason", "decision")

Who = frozenset[Permit | Tie]
_REVIEWER: Who = frozenset({Permit.REVIEW})
_STEERING: Who = frozenset({Permit.STEER})
_DOERS: Who = frozenset({Permit.STEER, Tie.OWNER})
_CHECKERS: Who = frozenset({Permit.CHECK})
_KEEPERS_OF_IT: Who = frozenset({Permit.REVIEW, Tie.OWNER})
_AUTHOR: Who = frozenset({Tie.AUTHOR})
_OWNER: Who = frozenset({Tie.OWNER})

MOVES: Mapping[str, Move] = {
    move.key: move
    for move in (
        Move(
            "accept", N_("Accept"), N_("Accepted"), frozenset({State.SENT}), State.OBSERVATION, _REVIEWER,
            needs=(Need.NOT_OWN, Need.FLAGS, Need.TWO), takes=(*WORDING, *_SAID), tells=(Whom.AUTHOR,),
            told=N_("What you sent in was accepted and can now be found."),
        ),
        Move(
            "first_look", N_("Accept as the first of two"), N_("Accepted by the first of two"),
            frozenset({State.SENT}), None, _REVIEWER, needs=(Need.NOT_OWN, Need.FLAGS),
            takes=WORDING,
        ),
        Move(
            "warn", N_("Push out as a warning now"), N_("Pushed out as a warning"), frozenset({State.SENT}),
            State.OBSERVATION, _REVIEWER, needs=(Need.NOT_OWN, Need.WARNING, Need.FLAGS, Need.TWO),
            takes=(*WORDING, *_SAID), tells=(Whom.AUTHOR, Whom.EVERYBODY),
            told=N_("A warning that others should know of now."),
            told_author=N_("What you sent in was accepted, and pushed out to everybody as a warning."),
        ),
        Move(
            "return", N_("Send back to its author"), N_("Sent back to its author"), frozenset({State.SENT}),
            State.NEEDS_FIX, _REVIEWER, needs=(Need.NOT_OWN, Need.REASON, Need.SENTENCE), takes=(*WORDING, *_SAID),
            tells=(Whom.AUTHOR,),
            told=N_("Something is asked of you before this can go on."),
        ),
        Move(
            "resend", N_("Send in again"), N_("Sent in again"), frozenset({State.NEEDS_FIX}), State.SENT,
            _AUTHOR, takes=OWN_WORDS, tells=(Whom.REVIEWERS,), told=N_("What you sent back has come in again."),
        ),
        Move(
            "not_take", N_("Do not take forward"), N_("Not taken forward"),
            frozenset({State.SENT, State.NEEDS_FIX}), State.NOT_TAKEN, _REVIEWER,
            needs=(Need.NOT_OWN, Need.REASON, Need.SENTENCE), takes=_SAID, tells=(Whom.AUTHOR,),
            told=N_("What you sent in was not taken forward."),
        ),
        Move(
            "reconsider", N_("Look at it again"), N_("Looked at again"), frozenset({State.NOT_TAKEN}),
            State.SENT, _REVIEWER, needs=(Need.NOT_OWN,), takes=("decision",), tells=(Whom.AUTHOR,),
            told=N_("What you sent in is being looked at again."),
        ),
        Move(
            "review_again", N_("Take back for review"), N_("Taken back for review"), GOOD, State.SENT, _REVIEWER,
            needs=(Need.SENTENCE,), takes=("decision",), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("This lesson was taken back for review, and cannot be found meanwhile."),
        ),
        Move(
            "put_right", N_("Put words or tags right"), N_("Put right"), GOOD, None, _REVIEWER, needs=(Need.NOT_OWN,),
            takes=WORDING,
        ),
        Move(
            "identify", N_("Make it a lesson identified"), N_("Made a lesson identified"),
            frozenset({State.OBSERVATION}), State.IDENTIFIED, _STEERING,
            needs=(Need.OWNER,), takes=("owner", "action", "decision"), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("It was agreed that something should change or be kept, and somebody owns it."),
        ),
        Move(
            "hand_over", N_("Hand over to another owner"), N_("Handed over to another owner"),
            frozenset({State.IDENTIFIED, State.UNDER_WAY}), None, _DOERS, needs=(Need.OWNER,),
            takes=("owner", "decision"), tells=(Whom.OWNER,), told=N_("This lesson is yours now."),
        ),
        Move(
            "start", N_("Action has begun"), N_("Action begun"), frozenset({State.IDENTIFIED}), State.UNDER_WAY,
            _DOERS, takes=("action", "decision"), tells=(Whom.AUTHOR,), told=N_("Somebody is acting on it."),
        ),
        Move(
            "done", N_("It is done"), N_("Said to be done"), frozenset({State.UNDER_WAY}), State.AWAITING_CHECK,
            _DOERS, needs=(Need.WHAT_WAS_DONE,), takes=("evidence", "decision"), tells=(Whom.AUTHOR, Whom.REVIEWERS),
            told=N_("It was acted on. Somebody else will check that the change lasts."),
        ),
        Move(
            "learned", N_("It lasts: learned"), N_("Checked: learned"), frozenset({State.AWAITING_CHECK}),
            State.LEARNED, _CHECKERS, needs=(Need.OTHER_THAN_OWNER, Need.EVIDENCE),
            takes=("evidence", "life", "decision"), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("It is learned: somebody has checked that the change lasts."),
        ),
        Move(
            "not_lasting", N_("It does not last yet"), N_("Checked: does not last yet"),
            frozenset({State.AWAITING_CHECK}), State.UNDER_WAY, _CHECKERS,
            needs=(Need.OTHER_THAN_OWNER, Need.SENTENCE), takes=("decision",), tells=(Whom.OWNER,),
            told=N_("It was checked, and the change does not last yet."),
        ),
        Move(
            "reopen", N_("It happened again: reopen"), N_("Reopened, because it happened again"),
            frozenset({State.LEARNED}), State.IDENTIFIED, _REVIEWER, needs=(Need.SENTENCE,),
            takes=("owner", "decision"), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("It happened again, so this lesson is open again."),
        ),
        Move(
            "merge", N_("Merge into another lesson"), N_("Merged into another lesson"), GOOD | {State.SENT},
            State.MERGED, _REVIEWER, needs=(Need.NOT_OWN, Need.TARGET, Need.FLAGS, Need.TWO),
            takes=("replaced_by", "decision"),
            tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("It was joined with a lesson that says the same; nothing of it is lost."),
        ),
        Move(
            "unmerge", N_("Undo the merge"), N_("Merge undone"), frozenset({State.MERGED}), State.OBSERVATION,
            _REVIEWER, needs=(Need.NOT_OWN,), takes=("decision",), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("It is a lesson of its own again."),
        ),
        Move(
            "retire", N_("Retire"), N_("Retired"), GOOD, State.RETIRED, _KEEPERS_OF_IT,
            needs=(Need.WHY_OVER,), takes=("replaced_by", "decision"), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("This lesson is out of date, or another took its place."),
        ),
        Move(
            "restore", N_("Bring back into use"), N_("Brought back into use"), frozenset({State.RETIRED}),
            State.OBSERVATION, _REVIEWER, takes=("life", "decision"), tells=(Whom.AUTHOR, Whom.OWNER),
            told=N_("This lesson is in use again."),
        ),
        Move(
            "still_true", N_("Still true"), N_("Checked: still true"), GOOD, None,
            _KEEPERS_OF_IT,
            takes=("life", "decision"),
        ),
        Move(
            "recheck", N_("Ask whether it is still true"), N_("Asked whether it is still true"), GOOD, None,
            _REVIEWER, needs=(Need.SENTENCE,), takes=("decision",), tells=(Whom.OWNER,),
            told=N_("Please say whether this lesson is still true."),
        ),
        Move(
            "needs_change", N_("It needs changing"), N_("Said to need changing"), GOOD, None, _OWNER,
            needs=(Need.SENTENCE,), takes=("decision",), tells=(Whom.REVIEWERS,),
            told=N_("Its owner says that this lesson needs changing."),
        ),
    )
}  # fmt: skip

# Months until a lesson is looked at again, by the key of the list `life`; what waits for a change has no day.
LIFE = {"six_months": 6, "year": 12, "two_years": 24, "change": 0}
# What is proposed, by the kind of learning: what is new or dangerous is looked at again soonest.
USUAL_LIFE = {
    "warning": "six_months",
    "idea": "six_months",
    "change": "year",
    "didnt": "year",
    "keep": "two_years",
}


def check_day(life: str, today: date) -> date | None:
    """The day on which a lesson with that life is looked at again; None where it waits for law or system to change."""
    months = LIFE.get(life, 0)
    if not months:
        return None
    year, month = divmod(today.month - 1 + months, 12)
    first = date(today.year + year, month + 1, 1)
    last = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.replace(day=min(today.day, last))


def stale(record_state: str, check_by: date | None, today: date) -> bool:
    """Whether a lesson that holds good has not been looked at by its day."""
    return record_state in GOOD and check_by is not None and check_by < today
