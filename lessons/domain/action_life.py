"""What may become of an action: its states, and the moves between them, as one table.

`hold` is asked by `Library.save` at every change of an action by a person, so that page, API, command line and anything
yet to be written obey the same rule. A move is known by its key, which is also the verb of the revision it makes.

An action is *checked* only when somebody other than its owner, and other than whoever said that it is done, has looked
at evidence that it works and lasts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from lessons.domain.access import Permit, System, User, highest
from lessons.domain.deciding import IllegalMove, is_person
from lessons.domain.errors import Invalid, Problem
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.text import N_


class State(StrEnum):
    """Keys of the list `action_state`."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    VERIFIED = "verified"
    NOT_TAKEN = "not_taken"


class Tie(StrEnum):
    """What somebody is to one action, whatever their role; the field that names them."""

    OWNER = "owner"
    AUTHOR = "author"  # whoever agreed it


class Need(StrEnum):
    """What a move needs, beyond the right to make it."""

    EVIDENCE = "evidence"
    OTHER_THAN_OWNER = "other_than_owner"
    SENTENCE = "sentence"
    OWNER = "owner"
    WHY_LATER = "why_later"


class Whom(StrEnum):
    """Who hears of a move."""

    OWNER = "owner"
    AUTHOR = "author"
    LEAD = "lead"  # of the owner; whoever agreed it where none is named
    CHECKERS = "checkers"  # of the lessons that it comes from: their owners


@dataclass(frozen=True, slots=True)
class ActionMove:
    """One row of the table.

    label: what the button says. done: what history says. told: what those it tells are told.
    to: None where the action stays in its state. takes: fields and texts that whoever makes it may set.
    stamps: fields that the product sets with it. takes_files: whether evidence may be added as files.
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
    stamps: tuple[str, ...] = ()
    takes_files: bool = False
    tells: tuple[Whom, ...] = ()
    told: str = ""


Who = frozenset[Permit | Tie]
_DOERS: Who = frozenset({Tie.OWNER, Tie.AUTHOR, Permit.AGREE})
_AGREERS: Who = frozenset({Tie.AUTHOR, Permit.AGREE})
_CHECKERS: Who = frozenset({Permit.CHECK})
_ANYBODY_WHO_KNOWS: Who = frozenset({Tie.OWNER, Permit.CHECK})
_HANDING: Who = frozenset({Tie.OWNER, Tie.AUTHOR, Permit.AGREE, Permit.MANAGE_PEOPLE})

TO_DO = frozenset({State.OPEN, State.UNDER_WAY})
NOT_CHECKED = TO_DO | {State.DONE}
_SAID_DONE = ("done_by", "done_on")
_CHECKED = ("verified_by", "verified_on")

AGREE = "agree"  # the verb of a new action
MOVES: Mapping[str, ActionMove] = {
    move.key: move
    for move in (
        ActionMove(
            "begin", N_("Work has begun"), N_("Begun"), frozenset({State.OPEN}), State.UNDER_WAY, _DOERS,
            takes=("progress", "decision"),
        ),
        ActionMove(
            "done", N_("It is done"), N_("Said to be done"), TO_DO, State.DONE, _DOERS, needs=(Need.EVIDENCE,),
            takes=("evidence", "decision"), stamps=_SAID_DONE, takes_files=True, tells=(Whom.AUTHOR, Whom.CHECKERS),
            told=N_("It is said to be done. Somebody other than its owner checks that it works and lasts."),
        ),
        ActionMove(
            "verify", N_("It works and lasts"), N_("Checked: it works and lasts"), frozenset({State.DONE}),
            State.VERIFIED, _CHECKERS, needs=(Need.OTHER_THAN_OWNER, Need.EVIDENCE), takes=("evidence", "decision"),
            stamps=_CHECKED, takes_files=True, tells=(Whom.OWNER, Whom.AUTHOR),
            told=N_("Somebody else has checked it: it works and lasts."),
        ),
        ActionMove(
            "not_lasting", N_("It does not last"), N_("Checked: does not last yet"),
            frozenset({State.DONE, State.VERIFIED}), State.UNDER_WAY, _ANYBODY_WHO_KNOWS, needs=(Need.SENTENCE,),
            takes=("decision",), stamps=(*_SAID_DONE, *_CHECKED), tells=(Whom.OWNER, Whom.AUTHOR),
            told=N_("It does not last yet, so it is under way again."),
        ),
        ActionMove(
            "add_evidence", N_("Add evidence or progress"), N_("Evidence or progress added"), NOT_CHECKED, None,
            _DOERS, takes=("progress", "evidence"), takes_files=True,
        ),
        ActionMove(
            "put_right", N_("Change the words or the date"), N_("Put right"), TO_DO, None, _DOERS,
            needs=(Need.WHY_LATER,),
            takes=("title", "due", "strength", "unit", "lead", "marking", "restricted_because", "restricted_until",
                   "decision"),
            stamps=("moved",), tells=(Whom.OWNER, Whom.LEAD), told=N_("Its words or its date were changed."),
        ),
        ActionMove(
            "hand_over", N_("Hand over to another owner"), N_("Handed over to another owner"), TO_DO, None, _HANDING,
            needs=(Need.OWNER, Need.SENTENCE), takes=("owner", "decision"), tells=(Whom.OWNER,),
            told=N_("This action was handed over."),
        ),
        ActionMove(
            "decide_against", N_("Decide against it"), N_("Decided against"), NOT_CHECKED, State.NOT_TAKEN, _AGREERS,
            needs=(Need.SENTENCE,), takes=("decision",), stamps=_SAID_DONE, tells=(Whom.OWNER, Whom.AUTHOR),
            told=N_("It was decided against."),
        ),
        ActionMove(
            "take_up", N_("Take it up again"), N_("Taken up again"), frozenset({State.NOT_TAKEN}), State.OPEN, _DOERS,
            needs=(Need.SENTENCE,), takes=("decision", "due"), stamps=("moved",), tells=(Whom.OWNER, Whom.AUTHOR),
            told=N_("It was taken up again."),
        ),
        ActionMove(
            "remove_file", N_("Remove a file"), N_("File removed"), NOT_CHECKED, None, _DOERS,
            needs=(Need.SENTENCE,), takes=("decision",), stamps=("files",),
        ),
    )
}  # fmt: skip

# For each need: the box of the form that can meet it, "" where none can; and what is said where it is not met.
REFUSALS: Mapping[Need, tuple[str, str]] = {
    Need.EVIDENCE: ("evidence", N_("Say what shows it, in words or with a file.")),
    Need.OTHER_THAN_OWNER: ("", N_("Somebody other than its owner, and than whoever said it is done, must check it.")),
    Need.SENTENCE: ("decision", N_("Say why in a sentence. It stays in the history.")),
    Need.OWNER: ("owner", N_("Name somebody else as the owner: a person, or a role that a person holds.")),
    Need.WHY_LATER: ("decision", N_("The date moves later. Say why in a sentence: it is kept with the action.")),
}  # fmt: skip
# As told before somebody tries.
NEEDED: Mapping[Need, str] = {
    Need.EVIDENCE: N_("What shows it: words, a file, or both."),
    Need.OTHER_THAN_OWNER: N_("You are neither its owner nor the one who said that it is done."),
    Need.SENTENCE: N_("A sentence that says why."),
    Need.OWNER: N_("A new owner: a person, or a role that a person holds."),
    Need.WHY_LATER: N_("A sentence that says why, where the date moves later."),
}
assert REFUSALS.keys() == NEEDED.keys()

NO_SUCH_MOVE = N_("There is no such decision on an action.")
NOT_FROM_HERE = N_("This action cannot go that way from where it is now.")
NOT_FOR_YOU = N_("That is for its owner, for whoever agreed it, or for a role that agrees actions.")
CHECK_IS_NOT_FOR_YOU = N_("Your role does not check actions. A reviewer, lead or analyst does.")
NOT_THAT_WAY = N_("The state of an action changes by a decision only.")
NOT_YOURS_TO_SET = N_(
    "Who owns an action, who said it is done and who checked it follow from the decisions taken."
)
LOWERED = N_("Only a reviewer or a disclosure officer lowers the marking of an action.")
NEW_ONLY = N_("A new action has not begun, and nobody has said or checked that it is done.")

# What no change but a move touches.
DECIDED = (
    "action_state", "author", "owner", "due", "agreed", *_SAID_DONE, *_CHECKED, "decision", "files", "moved", "of",
)  # fmt: skip
_OF_DONE = (*_SAID_DONE, *_CHECKED, "files", "moved")
_TIED = frozenset({"marking", "groups", "restricted_because", "restricted_until"})
_KEEPING = (Permit.AGREE, Permit.IMPORT)
SHAPE = SHAPES[Kind.ACTION]


def state_of(action: Record) -> str:
    """One that says nothing has not begun."""
    return action.line("action_state") or State.OPEN


def may_make(move: ActionMove, by: User, record: Record) -> bool:
    """Whether this person is somebody who makes this move of this action, whatever else it needs."""
    return any(
        is_person(record.line(each), by) if isinstance(each, Tie) else by.may(each)
        for each in move.who
    )


def moves_for(by: User, record: Record) -> Iterator[ActionMove]:
    """The moves that this person could make of this action, given what each needs."""
    for move in MOVES.values():
        if state_of(record) in move.sources and may_make(move, by, record):
            yield move


def barred(move: ActionMove, by: User, record: Record) -> str:
    """What stands against this person making this move, that no box of a form could mend; "" where nothing does."""
    if state_of(record) not in move.sources:
        return NOT_FROM_HERE
    if not may_make(move, by, record):
        return CHECK_IS_NOT_FOR_YOU if move.who == _CHECKERS else NOT_FOR_YOU
    if Need.OTHER_THAN_OWNER in move.needs and not _is_other(record, by):
        return REFUSALS[Need.OTHER_THAN_OWNER][1]
    return ""


def _is_other(record: Record, by: User) -> bool:
    return not any(is_person(record.line(name), by) for name in ("owner", "done_by"))


def hold(before: Record | None, after: Record, by: User, verb: str) -> None:
    """Refuse a change of an action that the table does not allow. before: None for a new one.

    Raises IllegalMove; Invalid, with the box that can mend it.
    """
    if isinstance(by, System):
        return
    if before is None:
        _hold_new(after, by)
        return
    if verb in MOVES:
        _hold_move(MOVES[verb], before, after, by)
    else:
        _hold_change(before, after, by)
    lowered = highest([after.line("marking")]) != highest([before.line("marking"), after.line("marking")])  # fmt: skip
    opened = any(before.fields.get(n) != after.fields.get(n) for n in ("groups", "restricted_until"))  # fmt: skip
    opened = opened and bool(before.keys("groups"))
    if (lowered or opened) and not (by.may(Permit.REVIEW) or by.may(Permit.RESTRICT)):
        raise IllegalMove(LOWERED)


def _hold_new(after: Record, by: User) -> None:
    if not any(by.may(permit) for permit in _KEEPING):
        raise IllegalMove(NOT_FOR_YOU)
    if state_of(after) != State.OPEN or any(after.fields.get(name) for name in _OF_DONE):
        raise IllegalMove(NEW_ONLY)
    if not is_person(after.line("author"), by) and not by.may(Permit.IMPORT):
        raise IllegalMove(NOT_YOURS_TO_SET)


def changed(before: Record, after: Record) -> set[str]:
    """The names of the fields and texts in which the two differ."""
    fields = before.fields.keys() | after.fields.keys()
    texts = before.texts.keys() | after.texts.keys()
    return {n for n in fields if before.fields.get(n) != after.fields.get(n)} | {
        n for n in texts if before.texts.get(n) != after.texts.get(n)
    }


def _hold_change(before: Record, after: Record, by: User) -> None:
    """Of a change that is no move."""
    touched = changed(before, after)
    if "action_state" in touched:
        raise IllegalMove(NOT_THAT_WAY)
    if touched & set(DECIDED) or (touched and state_of(before) not in NOT_CHECKED):
        raise IllegalMove(NOT_YOURS_TO_SET)
    tied = any(is_person(before.line(tie), by) for tie in Tie)
    if touched and not tied and not any(by.may(permit) for permit in _KEEPING):
        raise IllegalMove(NOT_FOR_YOU)


def _hold_move(move: ActionMove, before: Record, after: Record, by: User) -> None:
    no = barred(move, by, before)
    if no:
        raise IllegalMove(no)
    if after.line("action_state") != (move.to or before.line("action_state")):
        raise IllegalMove(NOT_THAT_WAY)
    files = {"files"} if move.takes_files else set()
    if changed(before, after) - {"action_state"} - set(move.takes) - set(move.stamps) - files:
        raise IllegalMove(NOT_YOURS_TO_SET)
    _hold_stamps(move, before, after, by)
    missing = [need for need in move.needs if not _met(need, before, after, by)]
    if missing:
        raise Invalid([Problem(*REFUSALS[need]) for need in missing])


def _hold_stamps(move: ActionMove, before: Record, after: Record, by: User) -> None:
    """Whoever says that it is done, or checks it, is themselves; other moves only take such a name away."""
    own = {"done": "done_by", "verify": "verified_by"}.get(move.key, "")
    for name in ("done_by", "verified_by"):
        if name == own:
            if not is_person(after.line(name), by):
                raise IllegalMove(NOT_YOURS_TO_SET)
        elif after.line(name) not in ("", before.line(name)):
            raise IllegalMove(NOT_YOURS_TO_SET)
    kept = before.rows("files")
    if move.takes_files and after.rows("files")[: len(kept)] != kept:
        raise IllegalMove(NOT_YOURS_TO_SET)  # files are added here; they go by `remove_file`


def _met(need: Need, before: Record, after: Record, by: User) -> bool:
    match need:
        case Need.EVIDENCE:
            return bool(after.texts.get("evidence", "").strip() or after.rows("files"))
        case Need.OTHER_THAN_OWNER:
            return _is_other(before, by)
        case Need.SENTENCE:
            return bool(after.line("decision").strip())
        case Need.OWNER:
            owner = after.line("owner").strip()
            return bool(owner) and owner != before.line("owner")
        case Need.WHY_LATER:
            return not moves_later(before, after) or bool(after.line("decision").strip())


def moves_later(before: Record, after: Record) -> bool:
    """Whether a due date moves later, or is taken away."""
    was, now = before.day("due"), after.day("due")
    return was is not None and (now is None or now > was)
