"""Whether a change of a lesson is one that the life cycle allows, and what is said where it is not."""

from collections.abc import Callable, Iterator, Mapping

from lessons.domain.access import Permit, System, User, highest, is_sensitive, plain_name
from lessons.domain.clearing import LINES
from lessons.domain.errors import Invalid, LessonsError, Problem
from lessons.domain.lifecycle import MOVES, Move, Need, Tie
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.states import CLEARED, OPEN, State
from lessons.domain.text import N_


class IllegalMove(LessonsError):
    """A move that the table does not have, or not for this person or this lesson."""

    message = N_("This lesson cannot go that way now. Look at its page to see what became of it.")


# For each need: the box of the form that can meet it, "" where none can; and what is said where it is not met.
REFUSALS: Mapping[Need, tuple[str, str]] = {
    Need.NOT_OWN: ("", N_("You sent this in yourself, so somebody else must decide on it.")),
    Need.FLAGS: ("cleared", N_("There is still something to clear in the text. Take it out, or say why it may stay.")),
    Need.TWO: ("", N_("This is OFFICIAL-SENSITIVE, or was: a second reviewer must accept exactly what the first saw.")),
    Need.REASON: ("reason", N_("Choose a reason. Its author is shown it.")),
    Need.SENTENCE: ("decision", N_("Say why in a sentence. Those who are told are shown it.")),
    Need.WHAT_WAS_DONE: ("decision", N_("Say in a sentence what was done. Those who are told are shown it.")),
    Need.OWNER: ("owner", N_("Name an owner: a person, or a role that a person holds.")),
    Need.TARGET: ("replaced_by", N_("Choose the lesson that it is merged into.")),
    Need.WHY_OVER: ("decision", N_("Choose the lesson that takes its place, or say why it is out of date.")),
    Need.EVIDENCE: ("evidence", N_("Write down the evidence that the change lasts.")),
    Need.OTHER_THAN_OWNER: ("", N_("Somebody other than its owner, and than whoever said it is done, must check it.")),
    Need.WARNING: ("learning", N_("Only a warning can be pushed out. Change the kind of learning if it is one.")),
}  # fmt: skip
# Fingerprints of what stands in a record that may identify people, or is too sensitive, and nobody said may stay.
Uncleared = Callable[[Record], frozenset[str]]

# What no change but a move touches.
TIMED = ("answered", "identified", "learned")  # moments that figures are made of
DECIDED = ("state", "author", "owner", "done_by", "checked_by", "pushed", "replaced_by", *TIMED)
NO_SUCH_MOVE = N_("There is no such move.")
NOT_FROM_HERE = N_("This lesson cannot go that way from where it is now.")
NOT_FOR_YOU = N_("Your role does not decide that. A reviewer can tell you who does.")
NOT_THAT_WAY = N_("The state of a lesson changes by a decision only.")
LOWERED = N_("Only a review lowers a marking. Take the lesson back for review first.")
SAY_SO = N_(
    "Whoever lowers a marking in review, or changes what another accepted, counts as the first of two."
)
BY_TWO = N_(
    "This is OFFICIAL-SENSITIVE, so two must accept its words. Take the lesson back for review first."
)
NOT_YOURS_TO_SET = N_(
    "Who owns a lesson, who said it is done and who checked it follow from the decisions taken."
)
# What somebody who sent a lesson in says of it, whatever their role.
_FREE = frozenset({"seen_before", "recurrence"})
_KEEPING = (Permit.REVIEW, Permit.RESTRICT, Permit.MANAGE_LISTS, Permit.IMPORT)
# What any decision may leave behind it, beside what its move takes.
_LEFT = frozenset(f.name for f in SHAPES[Kind.LESSON].fields if f.stamped) | {
    "life", "check_by", "recheck", "reason", "decision",
}  # fmt: skip


def is_person(name: str, by: User) -> bool:
    """Whether a name in a record is this person, however it was typed."""
    return bool(name) and plain_name(name) == plain_name(by.name)


def is_answer(move: Move, before: Record) -> bool:
    """Whether this is the first that whoever sent it in hears of it."""
    closed = before.line("state") == State.SENT and move.to not in (None, State.SENT)
    return closed and not before.moment("answered")


def may_make(move: Move, by: User, record: Record) -> bool:
    """Whether this person is somebody who makes this move of this lesson, whatever else it needs."""
    ties = {Tie.AUTHOR: record.line("author"), Tie.OWNER: record.line("owner")}
    return any(
        is_person(ties[each], by) if isinstance(each, Tie) else by.may(each) for each in move.who
    )


def moves_for(by: User, record: Record) -> Iterator[Move]:
    """The moves that this person could make of this lesson, given what each needs."""
    for move in MOVES.values():
        own = Need.NOT_OWN in move.needs and is_person(record.line("author"), by)
        if record.line("state") in move.sources and may_make(move, by, record) and not own:
            yield move


def barred(move: Move, by: User, record: Record) -> str:
    """What stands against this person making this move, that no box of a form could mend; "" where nothing does.

    That two must accept is not told here: the first of them may begin.
    """
    if record.line("state") not in move.sources:
        return NOT_FROM_HERE
    if not may_make(move, by, record):
        return NOT_FOR_YOU
    for need in (Need.NOT_OWN, Need.OTHER_THAN_OWNER):
        if need in move.needs and not _met(need, record, record, by, _nothing):
            return REFUSALS[need][1]
    return ""


def _nothing(record: Record) -> frozenset[str]:
    return frozenset()


def needs_two(before: Record, after: Record) -> bool:
    """Whether two must accept it: it is OFFICIAL-SENSITIVE, or was when somebody first looked."""
    return is_sensitive(before) or is_sensitive(after) or bool(before.line("first_eyes"))


def same_words(before: Record, after: Record) -> bool:
    """Whether both say the same to the same people, under the same marking."""
    names = ("title", "unit", "marking", "groups", "restricted_until", "partner_safe")
    return before.texts == after.texts and all(
        (before.fields.get(name) or None) == (after.fields.get(name) or None) for name in names
    )


def _only_raised(before: Record, after: Record) -> bool:
    """Whether all that differs for its readers is the marking; that nobody lowers it is held elsewhere."""
    return same_words(before, after.with_(marking=before.fields.get("marking")))


def same_text(before: Record, after: Record) -> bool:
    """Whether nothing was written anew where people use words of their own."""
    return before.texts == after.texts and all(before.line(n) == after.line(n) for n in LINES)


def hold(
    before: Record | None, after: Record, by: User, verb: str, *, uncleared: Uncleared
) -> None:
    """Refuse a change of a lesson that the table does not allow.

    before: None for a new one. verb: of the revision, the key of a move where it is one.
    Raises IllegalMove; Invalid, with the box that can mend it.
    """
    if isinstance(by, System):
        return
    if before is None:
        if after.line("state") != State.SENT:
            raise IllegalMove(NOT_THAT_WAY)
        return
    move = MOVES.get(verb)
    if move is None:
        _hold_change(before, after, by)
    else:
        _hold_move(move, before, after, by, uncleared)
    _hold_names(move, before, after, by)
    _hold_moments(move, before, after)
    _hold_marking(before, after, by)
    _hold_words(before, after, uncleared)


def _changed(before: Record, after: Record) -> set[str]:
    """The names of the fields and texts in which the two differ."""
    fields = before.fields.keys() | after.fields.keys()
    texts = before.texts.keys() | after.texts.keys()
    return {n for n in fields if before.fields.get(n) != after.fields.get(n)} | {
        n for n in texts if before.texts.get(n) != after.texts.get(n)
    }


def _hold_change(before: Record, after: Record, by: User) -> None:
    """Of a change that is no move."""
    if after.line("state") != before.line("state"):
        raise IllegalMove(NOT_THAT_WAY)
    if any(before.fields.get(name) != after.fields.get(name) for name in DECIDED):
        raise IllegalMove(NOT_YOURS_TO_SET)
    if _changed(before, after) - _FREE and not any(by.may(permit) for permit in _KEEPING):
        raise IllegalMove(NOT_FOR_YOU)
    own = is_person(before.line("author"), by)
    if own and before.line("state") in CLEARED and not same_words(before, after):
        raise IllegalMove(REFUSALS[Need.NOT_OWN][1])


def _hold_move(move: Move, before: Record, after: Record, by: User, uncleared: Uncleared) -> None:
    if before.line("state") not in move.sources:
        raise IllegalMove(NOT_FROM_HERE)
    if not may_make(move, by, before):
        raise IllegalMove(NOT_FOR_YOU)
    if after.line("state") != (move.to or before.line("state")):
        raise IllegalMove(NOT_THAT_WAY)
    missing = [need for need in move.needs if not _met(need, before, after, by, uncleared)]
    without_a_box = next((need for need in missing if not REFUSALS[need][0]), None)
    if without_a_box:
        raise IllegalMove(REFUSALS[without_a_box][1])
    if missing:
        raise Invalid([Problem(*REFUSALS[need]) for need in missing])
    if move.key == "put_right" and needs_two(before, after) and not _only_raised(before, after):
        raise IllegalMove(BY_TWO)
    if not by.may(Permit.REVIEW) and _changed(before, after) - _LEFT - set(move.takes):
        raise IllegalMove(NOT_FOR_YOU)


def _hold_names(move: Move | None, before: Record, after: Record, by: User) -> None:
    """Nobody becomes another in between, so that whoever checks or accepts as the second is somebody else."""
    key, state = (move.key if move else ""), after.line("state")
    free = {
        "author": False,
        "owner": move is not None and "owner" in move.takes,
        "done_by": not after.line("done_by") and state not in (State.AWAITING_CHECK, State.LEARNED),
        "checked_by": not after.line("checked_by") and state != State.LEARNED,
        "first_eyes": _may_set_first_eyes(move, after, by),
    }
    must = {"done": "done_by", "learned": "checked_by"}.get(key, "")
    for name, may_differ in free.items():
        if name == must:
            if not is_person(after.line(name), by):
                raise IllegalMove(NOT_YOURS_TO_SET)
        elif before.line(name) != after.line(name) and not may_differ:
            raise IllegalMove(NOT_YOURS_TO_SET)


def _hold_moments(move: Move | None, before: Record, after: Record) -> None:
    """Only the decision that a moment is of sets it, so that figures of time cannot be made better by hand."""
    key = move.key if move else ""
    free = {
        "answered": move is not None and is_answer(move, before),
        "identified": key in ("identify", "reopen"),
        "learned": key in ("learned", "identify", "reopen"),
    }
    for name in TIMED:
        if before.fields.get(name) != after.fields.get(name) and not free[name]:
            raise IllegalMove(NOT_YOURS_TO_SET)


def _may_set_first_eyes(move: Move | None, after: Record, by: User) -> bool:
    """A reviewer only their own name, and an author who wrote it anew, who counts for none of the two; forgotten when
    two have accepted, or when what is marked higher begins anew.
    """
    if after.line("first_eyes"):
        told = by.may(Permit.REVIEW) or (move is not None and move.key == "resend")
        return is_person(after.line("first_eyes"), by) and told
    if move is None or move.to is None:
        return False
    return move.to in CLEARED or is_sensitive(after)


def _hold_words(before: Record, after: Record, uncleared: Uncleared) -> None:
    """Nothing that may identify people comes into a lesson that has been cleared of it."""
    cleared = before.line("state") in CLEARED and after.line("state") in CLEARED
    if cleared and not same_text(before, after) and uncleared(after) - uncleared(before):
        raise Invalid([Problem(*REFUSALS[Need.FLAGS])])


def _met(need: Need, before: Record, after: Record, by: User, uncleared: Uncleared) -> bool:
    match need:
        case Need.NOT_OWN:
            return not is_person(before.line("author"), by)
        case Need.FLAGS:
            return _was_cleared(before) or not uncleared(after)
        case Need.TWO:
            one = _was_cleared(before) or not needs_two(before, after)
            return one or _second_of_two(before, after, by)
        case Need.REASON:
            return bool(after.line("reason"))
        case Need.SENTENCE | Need.WHAT_WAS_DONE:
            return bool(after.line("decision").strip())
        case Need.OWNER:
            return bool(after.line("owner").strip())
        case Need.TARGET:
            return after.line("replaced_by") not in ("", after.id)
        case Need.WHY_OVER:
            return after.line("replaced_by") not in ("", after.id) or bool(after.line("decision").strip())  # fmt: skip
        case Need.EVIDENCE:
            return bool(after.texts.get("evidence", "").strip())
        case Need.OTHER_THAN_OWNER:
            return not any(is_person(before.line(n), by) for n in ("owner", "done_by"))
        case Need.WARNING:
            return after.line("learning") == "warning"


def _was_cleared(record: Record) -> bool:
    """Whether others read it already, so that it has passed what a reviewer must clear."""
    return record.line("state") in CLEARED


def _second_of_two(before: Record, after: Record, by: User) -> bool:
    first = before.line("first_eyes")
    own = plain_name(first) == plain_name(
        before.line("author")
    )  # who sent it in is neither of the two
    return bool(first) and not own and not is_person(first, by) and same_words(before, after)


def _hold_marking(before: Record, after: Record, by: User) -> None:
    """What was OFFICIAL-SENSITIVE opens to more people only by two of them."""
    if _is_lowered(before, after) and before.line("state") not in OPEN:
        raise IllegalMove(LOWERED)
    now = after.line("first_eyes")
    dropped = not now and not is_sensitive(after)
    if (
        after.line("state") in OPEN
        and now != before.line("first_eyes")
        and not is_person(now, by)
        and (now or dropped)
    ):
        raise IllegalMove(SAY_SO)  # what two must accept would be forgotten
    if must_say_so(before, after) and not is_person(now, by):
        raise IllegalMove(SAY_SO)


def must_say_so(before: Record, after: Record) -> bool:
    """Whether this change makes whoever made it the first of two: see `SAY_SO`."""
    anew = is_sensitive(after) and not after.line(
        "first_eyes"
    )  # two are to accept it from the beginning
    changed = bool(before.line("first_eyes")) and not anew and not same_words(before, after)
    return not _was_cleared(before) and (_is_lowered(before, after) or changed)


def _is_lowered(before: Record, after: Record) -> bool:
    """Whether the marking is lower than it was."""
    now = after.line("marking")
    return highest([now]) != highest([before.line("marking"), now])
