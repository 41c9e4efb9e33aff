"""One item of the queue: what is found in it, what a reviewer makes of it, and what another did meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.deciding import (
    NOT_FROM_HERE,
    REFUSALS,
    IllegalMove,
    is_person,
    moves_for,
    must_say_so,
    needs_two,
)
from lessons.domain.errors import Invalid, NotFound, Problem, StaleWrite, Unreadable
from lessons.domain.lifecycle import MOVES, Move, Need
from lessons.domain.record import Kind, Record, Revision, Stored, Value
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.states import OPEN
from lessons.domain.waiting import first_of_two
from lessons.library import Library
from lessons.services.review import clearing
from lessons.services.review.moving import (
    SAID,
    as_typed,
    current,
    current_themes,
    demand_sound,
    make,
)
from lessons.services.review.replacing import Answers

# What the page offers, in its order; merging has a page of its own.
DECISIONS = ("accept", "first_look", "warn", "return", "not_take")
SAVE = "save"
# Whether it happened before is settled where the lessons like it are shown.
FIELDS: tuple[Field, ...] = tuple(
    SHAPES[Kind.LESSON][name]
    for name in MOVES["accept"].takes
    if name not in (*SAID, "seen_before")
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a reviewer typed. words: fields and texts that differ from what they were shown, None to empty one.

    said: reason and sentence. answers: to what was found, by fingerprint.
    """

    words: Mapping[str, Value | None]
    said: Mapping[str, str]
    answers: Answers


def opened(library: Library, by: User, id: str) -> Stored:
    """A lesson to be reviewed or that has been. Raises NotAllowed, NotFound, Unreadable."""
    access.demand(by, Permit.REVIEW)
    current(library, by, id)
    return library.open(by, id)


def debrief_of(library: Library, by: User, lesson: Record) -> Record | None:
    """The debrief that it came out of, for those who may read it; None where there is none for them."""
    try:
        return library.open(by, lesson.line("debrief")).record
    except (NotFound, Unreadable):
        return None


def decisions(by: User, record: Record, words: Record | None = None) -> list[Move]:
    """The decisions this person could take now. words: the record as they have typed it, where that may differ."""
    as_typed = words or record
    two = needs_two(record, as_typed)
    first = first_of_two(record)
    second = bool(first) and not is_person(first, by)
    offered = {
        "accept": second or not two,
        "first_look": two,
        "warn": (second or not two) and as_typed.line("learning") == "warning",
    }
    moves = {move.key: move for move in moves_for(by, record)}
    return [moves[key] for key in DECISIONS if key in moves and offered.get(key, True)]


def decide(library: Library, by: User, id: str, key: str, typed: Typed, *, expected: int) -> Stored:
    """Save, or take a decision; either way with what was typed, and what was found dealt with as was said.

    Raises NotAllowed, NotFound; StaleWrite, with nothing changed; Invalid, IllegalMove, Busy.
    """
    access.demand(by, Permit.REVIEW)
    stored = current(library, by, id)
    if stored.revision.number != expected:
        raise StaleWrite(id)
    before = stored.record
    wrong = clearing.problems(typed.answers)
    if wrong:
        raise Invalid(wrong)
    typed_in = as_typed(before, typed.words)
    after = clearing.cleared(typed_in, library.vocabularies.words, typed.answers, by)
    if key == SAVE:
        return _save(library, by, before, after, expected)
    if key not in DECISIONS:
        raise IllegalMove(NOT_FROM_HERE)
    move = MOVES[key]
    given = _given(before, after)
    if set(given) - set(move.takes):
        _demand_said(move, typed)
        expected = _save(library, by, before, after, expected).revision.number
        given = {}
    said: dict[str, Value | None] = {n: v for n, v in typed.said.items() if n in move.takes and v}
    stamps: dict[str, Value] = {"cleared": after.rows("cleared"), "recheck": after.line("recheck")}
    return make(library, by, id, key, given | said, expected=expected, **stamps)


def _given(before: Record, after: Record) -> dict[str, Value | None]:
    """What differs, by name, as a move takes it."""
    given: dict[str, Value | None] = {}
    for field in FIELDS:
        old, new = (
            r.texts.get(field.name, "") if field.type is Type.TEXT else r.fields.get(field.name)
            for r in (before, after)
        )
        if old != new:
            given[field.name] = new
    return given


def _demand_said(move: Move, typed: Typed) -> None:
    """Before the words are saved for a decision that would then be refused. Raises Invalid."""
    missing = (REFUSALS[need] for need in (Need.REASON, Need.SENTENCE))
    problems = [Problem(box, text) for box, text in missing if not typed.said.get(box)]
    if problems and "reason" in move.takes:
        raise Invalid(problems)


def _save(library: Library, by: User, before: Record, after: Record, expected: int) -> Stored:
    """Keep the words without deciding. Raises Invalid, IllegalMove, StaleWrite."""
    if before.line("state") not in OPEN:
        raise IllegalMove(NOT_FROM_HERE)
    if is_person(before.line("author"), by):
        raise IllegalMove(REFUSALS[Need.NOT_OWN][1])
    after = after.with_(themes=current_themes(library, after.keys("themes")) or None)
    if must_say_so(before, after):
        after = after.with_(first_eyes=by.name)
    demand_sound(library, after)
    if after == before:
        return current(library, by, before.id)
    return library.save(by, "edit", after, expected=expected)


# --- what another did ------------------------------------------------------------------------------
def last_decision(library: Library, by: User, id: str) -> Revision | None:
    """Who took the latest decision, and when; None where nobody has. Raises NotFound."""
    steps = library.history(by, id)
    return next((s.revision for s in reversed(steps) if s.revision.verb in MOVES), None)


def since(library: Library, by: User, id: str, seen: int) -> list[Stored]:
    """The revision that this person was shown and every later one, oldest first. Raises NotFound."""
    return [s for s in library.history(by, id) if s.revision.number >= seen]
