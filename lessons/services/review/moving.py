"""One move of one lesson, whoever asks for it: page, API or command line."""

import logging
from collections.abc import Mapping
from datetime import date, datetime

from lessons.domain.access import User, is_sensitive
from lessons.domain.deciding import NO_SUCH_MOVE, IllegalMove, is_answer, must_say_so
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite
from lessons.domain.lifecycle import LIFE, MOVES, USUAL_LIFE, Move, check_day
from lessons.domain.record import Kind, Record, Stored, Value, kind_of
from lessons.domain.schema import SHAPES, Type, check
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.review.reopening import to_reopen

log = logging.getLogger(__name__)

SAID = ("reason", "decision")  # of the latest decision alone
NOT_TAKEN = N_("This cannot be set by this decision.")
NO_SUCH_LESSON = N_("There is no lesson with this reference that you may read.")
Given = Mapping[str, Value | None]


def current(library: Library, by: User, id: str) -> Stored:
    """A lesson whole, for somebody who may read it. Raises NotFound, Unreadable."""
    if kind_of(id) is not Kind.LESSON or library.peek(by, id) is None:
        raise NotFound()
    return library.records.get(id)


def make(
    library: Library, by: User, id: str, key: str, given: Given, *, expected: int, **stamps: Value
) -> Stored:
    """Make the move `key`. given: fields and texts by name, None or "" to empty one; a name that the move does not
    take is refused. expected: the revision that this person saw. stamps: fields that the caller sets itself.

    Raises NotFound, StaleWrite, Invalid, IllegalMove, Busy.
    """
    move = MOVES.get(key)
    if move is None:
        raise IllegalMove(NO_SUCH_MOVE)
    stored = current(library, by, id)
    if stored.revision.number != expected:
        raise StaleWrite(id)
    after = moved(library, by, move, stored.record, given).with_(**stamps)
    if must_say_so(stored.record, after) and move.to not in GOOD:
        after = after.with_(first_eyes=by.name)
    demand_sound(library, after)
    saved = library.save(by, key, after, expected=expected)
    if key in ("accept", "warn"):
        _reopen(library, by, saved.record)
    return saved


def _reopen(library: Library, by: User, accepted: Record) -> None:
    """The learned lessons that an accepted one was confirmed to come after. It is accepted whatever becomes of them:
    what cannot be done now stays to be done on the page where it was confirmed.
    """
    for each in to_reopen(library, by, accepted):
        try:
            make(library, by, each.id, "reopen", {"decision": each.decision}, expected=each.revision)  # fmt: skip
        except LessonsError as error:
            log.warning("%s was not reopened after %s: %s", each.id, accepted.id, error)


def moved(library: Library, by: User, move: Move, record: Record, given: Given) -> Record:
    """The lesson as a move leaves it, not yet kept; parameters as in `make`. Raises Invalid."""
    unknown = sorted(set(given) - set(move.takes))
    if unknown:
        raise Invalid([Problem(name, NOT_TAKEN) for name in unknown])
    words = dict(given)
    if "themes" in words:
        words["themes"] = current_themes(library, words["themes"])
    anew = [n for n in SAID if n in move.takes or move.to is not None]
    moved = as_typed(record, words | {n: given.get(n) for n in anew})
    if move.to is not None:
        moved = moved.with_(state=move.to)
    if move.key == "put_right" and moved.line("life") != record.line("life"):
        moved = with_check_day(moved, library.today)
    now = library.clock()
    return _timed(move, record, _stamped(move, moved, by, now), now)


def as_typed(record: Record, words: Mapping[str, Value | None]) -> Record:
    """The record with what was typed put in: fields and texts by name, None or "" to empty one."""
    shape = SHAPES[record.kind]
    texts = {n: str(v or "") for n, v in words.items() if shape[n].type is Type.TEXT}
    return record.with_texts(**texts).with_(**{n: v for n, v in words.items() if n not in texts})


def demand_sound(library: Library, record: Record) -> None:
    """Raises Invalid, with all that the schema does not allow."""
    problems = check(record, library.vocabularies, today=library.today, complete=False)
    if not record.line("title").strip():
        problems.append(Problem("title", N_("Enter the lesson in one sentence.")))
    if problems:
        raise Invalid(problems)


def current_themes(library: Library, keys: Value | None) -> tuple[str, ...]:
    """The keys with merged ones replaced by what they became, each once."""
    themes = library.vocabularies["theme"]
    given = keys if isinstance(keys, tuple) else (keys,) if isinstance(keys, str) else ()
    return tuple(dict.fromkeys(themes.current_key(key) for key in given if isinstance(key, str)))


def _stamped(move: Move, record: Record, by: User, now: datetime) -> Record:
    """With what the product sets by itself."""
    today = now.astimezone().date()
    match move.key:
        case "accept" | "warn" | "unmerge" | "restore" | "learned":
            record = with_check_day(record.with_(first_eyes=None), today)
        case "first_look":
            record = record.with_(first_eyes=by.name)
        case "done":
            record = record.with_(done_by=by.name)
        case "still_true":
            record = with_check_day(record.with_(recheck=None), today)
        case "recheck":
            record = record.with_(check_by=today, recheck=record.line("decision"))
        case "needs_change":
            record = record.with_(recheck=record.line("decision"))
        case "resend" | "review_again":
            record = record.with_(sent=now)
            record = record.with_(first_eyes=None) if is_sensitive(record) else record
    if move.key == "warn":
        record = record.with_(pushed=now)
    if move.key == "learned":
        record = record.with_(checked_by=by.name)
    if move.key == "reopen":
        record = record.with_(done_by=None, checked_by=None)
    return record


def _timed(move: Move, before: Record, after: Record, now: datetime) -> Record:
    """With the moments by which it is told how long things take: see `deciding.TIMED`."""
    if is_answer(move, before):
        after = after.with_(answered=now)
    if move.key in ("identify", "reopen"):
        after = after.with_(identified=now, learned=None)
    if move.key == "learned":
        after = after.with_(learned=now)
    return after


def with_check_day(record: Record, today: date) -> Record:
    """With a life, the usual one of its kind of learning where it has none, and the day that follows from it."""
    life = record.line("life")
    if life not in LIFE:
        life = USUAL_LIFE.get(record.line("learning"), "year")
    return record.with_(life=life, check_by=check_day(life, today))
