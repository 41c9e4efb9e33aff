"""Merging: two lessons that say the same become one, and nothing of either is lost.

The lesson that stays takes in the other first ("gather"), by compare-and-set, and only then the other moves to the
state merged, by compare-and-set. So whoever merges has changed the lesson that stays after looking at both; of two
people who merge two lessons into each other one finds the lesson changed that they meant to merge away, and puts back
what they had begun. The same holds for rings of any length: along a ring every taking in would come after the one
before it.

What is begun and not ended, because the machine stopped, is told by `lessons check`, and ended by pressing again.
"""

import logging
from collections.abc import Mapping

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.clearing import prints
from lessons.domain.deciding import hold
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite, Unreadable
from lessons.domain.record import Kind, Record, Stored, kind_of, tidy_id
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD, State
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.review.moving import NO_SUCH_LESSON, current, current_themes, make

log = logging.getLogger(__name__)

Brought = Mapping[str, frozenset[str]]
GATHER, LET_GO = "gather", "let_go"  # verbs of the lesson that stays
BROUGHT = ("themes", "seen_before", "recurrence")  # what it gains besides
INTO = "replaced_by"
TRIES = 5

ITSELF = N_("That is this lesson itself. Choose another one.")
RING = N_("That lesson was itself merged into this one. Undo that merge first.")
NOT_GOOD = N_("That lesson is not in use. Choose one that was accepted and still holds good.")
FEWER = N_(
    "That lesson is for fewer people than this one, who would lose it. Merge it the other way round, "
    "or change who may read it first."
)
TOO_MANY = N_("That lesson has taken in as many others as it can hold.")
MOVED_ON = N_(
    "Somebody merged that lesson into another one while you looked. Look at the two again."
)


def leads_to(library: Library, reader: User, id: str) -> Stored | None:
    """What a lesson has become by merges, as far as this person may follow; itself where it was not merged.

    None where they may not read it at all.
    """
    found, seen = library.peek(reader, id) if kind_of(id) is Kind.LESSON else None, {id}
    while found and found.record.line("state") == State.MERGED:
        ahead = found.record.line("replaced_by")
        after = library.peek(reader, ahead) if kind_of(ahead) is Kind.LESSON else None
        if after is None or ahead in seen:
            break
        seen.add(ahead)
        found = after
    return found


def target_of(library: Library, by: User, source: Record, typed: str) -> Stored:
    """The lesson that a typed reference means, whole, where the source may be merged into it. Raises Invalid."""
    reached = leads_to(library, by, tidy_id(typed))
    if reached is None:
        raise _wrong(NO_SUCH_LESSON)
    if reached.record.id == source.id:
        raise _wrong(ITSELF if tidy_id(typed) == source.id else RING)
    target = current(library, by, reached.record.id)
    if target.record.line("state") not in GOOD:
        raise _wrong(NOT_GOOD)
    if not _is_for_all_of(library, target.record, _gone(source, target.record.id)):
        raise _wrong(FEWER)
    return target


def _wrong(message: str) -> Invalid:
    return Invalid([Problem(INTO, message)])


def _gone(source: Record, into: str, decision: str = "") -> Record:
    return source.with_(state=State.MERGED, replaced_by=into, decision=decision)


def _is_for_all_of(library: Library, record: Record, other: Record) -> bool:
    """Whether all who may read the other may read this one too, but for people named in it."""
    opens, today = access.audience(record, library.today), library.today
    roles = (key for key in access.audience(other, today) if not key.startswith("person:"))
    return all(key in opens or key.rpartition("/")[2] in opens for key in roles)


def merge(
    library: Library, by: User, source_id: str, into_id: str, *,
    expected: int, expected_into: int | None = None, decision: str = "",
) -> Stored:  # fmt: skip
    """Merge one lesson into another; where that was merged itself, into what it became. Returns the source, merged.

    expected: the revision of the source that this person saw; expected_into: that of the other, None for whatever it is
    now. Raises NotAllowed, NotFound, StaleWrite, Invalid, IllegalMove, Busy.
    """
    access.demand(by, Permit.REVIEW)
    source = current(library, by, source_id)
    if source.revision.number != expected:
        raise StaleWrite(source_id)
    target = target_of(library, by, source.record, into_id)
    if expected_into is not None:
        if target.record.id != into_id:
            raise _wrong(MOVED_ON)
        if target.revision.number != expected_into:
            raise StaleWrite(into_id)
    _demand_possible(library, by, source.record, _gone(source.record, target.record.id, decision))
    gathered = library.save(
        by, GATHER, _gathered(library, target.record, source.record), expected=target.revision.number
    )  # fmt: skip
    try:
        given = {"replaced_by": target.record.id, "decision": decision}
        return make(library, by, source_id, "merge", given, expected=expected)
    except LessonsError:
        if not _is_merged(library, source_id, target.record.id):
            _put_back(library, by, target.record, gathered, source.record)
        raise


def _demand_possible(library: Library, by: User, source: Record, gone: Record) -> None:
    """Refuse before anything is changed. Raises IllegalMove, Invalid."""
    known = library.vocabularies.words
    hold(source, gone, by, "merge", uncleared=lambda each: prints(each, known))


def _gathered(library: Library, target: Record, source: Record) -> Record:
    """The lesson that stays, with what the other brings. Raises Invalid."""
    merged = tuple(dict.fromkeys((*target.keys("merged"), source.id, *source.keys("merged"))))
    merged = tuple(id for id in merged if id != target.id)
    if len(merged) > SHAPES[Kind.LESSON]["merged"].most:
        raise _wrong(TOO_MANY)
    themes = (*target.keys("themes"), *gained_themes(library, source, target))
    seen = dict.fromkeys((*target.keys("seen_before"), *source.keys("seen_before")))
    return target.with_(
        merged=merged,
        themes=themes,
        seen_before=tuple(id for id in seen if id not in (target.id, *merged))[
            : SHAPES[Kind.LESSON]["seen_before"].most
        ],
        recurrence=target.line("recurrence") or source.line("recurrence"),
    )


def gained_themes(library: Library, source: Record, target: Record) -> tuple[str, ...]:
    """The themes that a lesson gains with another, as far as it has room; none where they would tell people what a
    lesson is about that they may not read.
    """
    if not _is_for_all_of(library, _gone(source, target.id), target):
        return ()
    own = target.keys("themes")
    new = [key for key in current_themes(library, source.keys("themes")) if key not in own]
    return tuple(new[: max(SHAPES[Kind.LESSON]["themes"].most - len(own), 0)])


def _put_back(library: Library, by: User, before: Record, gathered: Stored, source: Record) -> None:
    """After a merge that could not be ended: the lesson that stays as it was, or, where somebody has changed it since,
    without what it took in.
    """
    try:
        library.save(by, LET_GO, before, expected=gathered.revision.number)
    except StaleWrite:
        _let_go(library, by, before.id, source)


def unmerge(library: Library, by: User, id: str, *, expected: int, decision: str = "") -> Stored:
    """Undo a merge: the lesson is one of its own again, and what it was merged into gives back what it brought.

    Raises NotAllowed, NotFound, StaleWrite, Invalid, IllegalMove, Busy.
    """
    access.demand(by, Permit.REVIEW)
    source = current(library, by, id)
    if source.revision.number != expected:
        raise StaleWrite(id)
    into = source.record.line("replaced_by")
    given = {"decision": decision}
    done = make(library, by, id, "unmerge", given, expected=expected, replaced_by="")
    if kind_of(into) is Kind.LESSON:
        _let_go(library, by, into, source.record)
    return done


def mend(library: Library, by: User, id: str) -> bool:
    """Take out of a lesson what stands among its sources and is not merged into it, because a machine stopped in
    the middle. Whether there was any. Raises NotAllowed, NotFound, Busy.
    """
    access.demand(by, Permit.REVIEW)
    stored = current(library, by, id)
    left = [each for each in stored.record.keys("merged") if not _is_merged(library, each)]
    for each in left:
        _let_go(library, by, id, Record(each, Kind.LESSON))
    return bool(left)


def _is_merged(library: Library, id: str, into: str = "") -> bool:
    try:
        record = library.records.get(id).record
    except (NotFound, Unreadable):
        return True  # nobody can tell
    return record.line("state") == State.MERGED and into in ("", record.line("replaced_by"))


def _let_go(library: Library, by: User, id: str, source: Record) -> None:
    """Take what a source brought out of the lesson that took it in, and out of what that one became."""
    gone = {source.id, *source.keys("merged")}
    seen: set[str] = set()
    brought = _brought_by(library, id, source.id)
    while kind_of(id) is Kind.LESSON and id not in seen:
        seen.add(id)
        stored = _change(library, by, id, gone, brought)
        brought = {}
        if stored is None or stored.record.line("state") != State.MERGED:
            return
        id = stored.record.line("replaced_by")


def _without(record: Record, gone: set[str], brought: Brought) -> Record:
    kept = {
        name: tuple(k for k in record.keys(name) if k not in brought.get(name, frozenset()))
        for name in BROUGHT
    }
    return record.with_(
        merged=tuple(k for k in record.keys("merged") if k not in gone),
        themes=kept["themes"],
        seen_before=kept["seen_before"],
        recurrence="".join(kept["recurrence"]),
    )


def _brought_by(library: Library, id: str, source: str) -> Brought:
    """What a lesson gained when it took in this source, as its history tells; nothing where it does not."""
    try:
        for each in reversed(library.records.history(id)):
            if each.verb != GATHER or each.number < 2:
                continue
            after = library.records.revision(id, each.number).record
            before = library.records.revision(id, each.number - 1).record
            if source in set(after.keys("merged")) - set(before.keys("merged")):
                return {n: frozenset(after.keys(n)) - frozenset(before.keys(n)) for n in BROUGHT}
    except LessonsError:
        pass  # an earlier text that is gone or damaged: what it brought cannot be told, and stays
    return {}


def _change(library: Library, by: User, id: str, gone: set[str], brought: Brought) -> Stored | None:
    """Keep the lesson as it stands now, without these; None where there is none any more. Raises StaleWrite."""
    for _ in range(TRIES):
        try:
            stored = library.records.get(id)
        except (NotFound, Unreadable):
            return None
        after = _without(stored.record, gone, brought)
        if after == stored.record:
            return stored
        try:
            return library.save(by, LET_GO, after, expected=stored.revision.number)
        except StaleWrite:
            continue
    raise StaleWrite(id)
