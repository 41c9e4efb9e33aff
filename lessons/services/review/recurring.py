"""Recurrence: a lesson that was learned, and happened again all the same. A reviewer confirms it.

The new lesson says so first, then the old one reopens. A press that stopped in between is ended by pressing again; what
a reviewer confirms of a lesson that nobody has accepted yet reopens the old one when it is accepted: see `moving.make`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lessons.domain import access
from lessons.domain.access import Permit, User
from lessons.domain.deciding import REFUSALS, IllegalMove, is_person
from lessons.domain.duplicates import LONGEST, text_of
from lessons.domain.errors import Invalid, Problem, SearchUnavailable, StaleWrite
from lessons.domain.lifecycle import Need
from lessons.domain.query import Query, Sort
from lessons.domain.record import Kind, Record, Stored, kind_of, tidy_id
from lessons.domain.recurrence import Recurrence
from lessons.domain.schema import SHAPES, too_long
from lessons.domain.states import GOOD, OPEN, State
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.review.duplicates import NEAR, same
from lessons.services.review.moving import NO_SUCH_LESSON, current, make
from lessons.services.review.reopening import reopened_since, to_reopen, waits

AGAIN = "recur"  # verb of the new lesson
BEFORE = "before"  # the box in which the earlier lesson is named
MOST = 5
WHY = "recurrence_why"  # what the owner of the old one is told, kept in the new one until that reopens

AUTHOR_SAYS = N_("Its author says so")
SAYS_THE_SAME = N_("It says much the same")
SAME_THEME = N_("Same theme: %(terms)s")
ITSELF = N_("A lesson cannot be an earlier one of itself.")
NOT_GOOD = N_("That lesson is not in use, so it cannot be one that happened again.")
TOO_MANY = N_("This lesson names as many earlier ones as it can hold.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier lesson that may have happened again. stored: trimmed to the reader.

    why: a message, with %(terms)s where there are themes (keys). confirmed: whether the new lesson already says so.
    pending: whether it says so, and the earlier one has not been reopened since.
    """

    stored: Stored
    why: str
    themes: tuple[str, ...] = ()
    confirmed: bool = False
    pending: bool = False


def candidates(
    library: Library, reader: User, record: Record, *, most: int = MOST
) -> tuple[Candidate, ...]:
    """The learned lessons of which this one may be a recurrence: first those that its author named, learned or not,
    then those that say much the same, then the newest under its themes. Without search, only the first.
    """
    found = {id: _named(library, reader, record, id) for id in record.keys("seen_before")}
    chosen: dict[str, frozenset[str]] = {"state": frozenset({State.LEARNED})}
    like = _asked(library, reader, record, chosen, like=text_of(record)[:LONGEST])
    for hit in [each for each in like if each[1] >= NEAR]:
        found.setdefault(hit[0], _candidate(library, reader, hit[0], SAYS_THE_SAME))
    themes = frozenset(record.keys("themes"))
    newest = _asked(library, reader, record, {**chosen, "theme": themes}) if themes else []
    for id, _match in newest:
        if id not in found:
            found[id] = _under_theme(library, reader, record, id)
    return tuple(each for each in found.values() if each)[:most]


def _asked(
    library: Library,
    reader: User,
    record: Record,
    chosen: dict[str, frozenset[str]],
    like: str = "",
) -> list[tuple[str, float]]:
    query = Query(
        keys=access.keyring(reader), like=like, without=same(record), chosen=chosen, size=MOST,
        sort=Sort.RELEVANCE if like else Sort.NEWEST, expand=False, facets=False, suggest=False,
    )  # fmt: skip
    try:
        return [(h.id, h.match) for h in library.search(reader, query, noted=False).hits]
    except SearchUnavailable:
        return []


def _candidate(library: Library, reader: User, id: str, why: str) -> Candidate | None:
    stored = library.peek(reader, id) if kind_of(id) is Kind.LESSON else None
    return Candidate(stored, why) if stored else None


def _named(library: Library, reader: User, record: Record, id: str) -> Candidate | None:
    found = _candidate(library, reader, id, AUTHOR_SAYS)
    if found is None or found.stored.record.line("state") not in GOOD:
        return None
    confirmed = bool(record.line("recurrence"))
    pending = confirmed and waits(library, found.stored.record, record)
    return replace(found, confirmed=confirmed, pending=pending)


def _under_theme(library: Library, reader: User, record: Record, id: str) -> Candidate | None:
    found = _candidate(library, reader, id, SAME_THEME)
    if found is None:
        return None
    themes = found.stored.record.keys("themes")
    both = tuple(key for key in record.keys("themes") if key in themes)
    return replace(found, themes=both)


def recur(
    library: Library, by: User, new_id: str, typed: Sequence[str], *, expected: int, why: str = ""
) -> Stored:
    """Say of which earlier lessons this one shows that they happened again. Returns the new lesson as it stands then.

    typed: references of the earlier ones, all of them: what its author named and is not among them is taken out.
    expected: the revision of the new one that this person saw. Those that are learned reopen, once it holds good.
    why: a sentence to their owners, kept until then.
    Raises NotAllowed, NotFound, StaleWrite, Invalid, IllegalMove, Busy.
    """
    access.demand(by, Permit.REVIEW)
    new = current(library, by, new_id)
    if is_person(new.record.line("author"), by):
        raise IllegalMove(REFUSALS[Need.NOT_OWN][1])
    if new.record.line("state") not in GOOD | OPEN:
        raise IllegalMove()
    longest = SHAPES[Kind.LESSON][WHY].limit
    if len(why.strip()) > longest:
        raise Invalid([too_long("decision", longest)])
    olds = [_earlier(library, by, new.record, each) for each in typed if each.strip()]
    after = _saying_so(library, by, new.record, olds, why.strip())
    if after != new.record:
        if new.revision.number != expected:
            raise StaleWrite(new_id)
        new = library.save(by, AGAIN, after, expected=expected)
    for each in to_reopen(library, by, new.record):
        make(library, by, each.id, "reopen", {"decision": each.decision}, expected=each.revision)
    return new


def _earlier(library: Library, by: User, new: Record, typed: str) -> Record:
    """Raises Invalid."""
    id = tidy_id(typed)
    stored = library.peek(by, id) if kind_of(id) is Kind.LESSON else None
    if stored is None:
        raise Invalid([Problem(BEFORE, NO_SUCH_LESSON)])
    if id in same(new):
        raise Invalid([Problem(BEFORE, ITSELF)])
    if stored.record.line("state") not in GOOD:
        raise Invalid([Problem(BEFORE, NOT_GOOD)])
    return stored.record


def _saying_so(library: Library, by: User, new: Record, olds: Sequence[Record], why: str) -> Record:
    """What this person may not read stays as it was said. Raises Invalid."""
    hidden = [id for id in new.keys("seen_before") if library.peek(by, id) is None]
    seen = tuple(dict.fromkeys((*hidden, *(old.id for old in olds))))
    if len(seen) > SHAPES[Kind.LESSON]["seen_before"].most:
        raise Invalid([Problem(BEFORE, TOO_MANY)])
    if not olds:
        return new.with_(seen_before=seen, recurrence=None, recurrence_why=None)
    learned = [
        old.line("state") == State.LEARNED or reopened_since(library, old.id, new) for old in olds
    ]
    return new.with_(
        seen_before=seen,
        recurrence=Recurrence.AFTER_LEARNED if any(learned) else Recurrence.KNOWN,
        recurrence_why=why or None,
    )
