"""A sweep: everything that a search finds is sent to be checked again, such as all that mentions a section of a law.

The first slice is done at once. The rest is kept as a note of whoever asked, and a chore goes on with it: of two that
take up the same slice, one saves each lesson, since a lesson is saved over the revision that was seen and no other.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from lessons.domain import access
from lessons.domain.access import Permit, Role, User
from lessons.domain.deciding import REFUSALS
from lessons.domain.errors import Invalid, LessonsError, NotFound, Problem, StaleWrite, Unreadable
from lessons.domain.lifecycle import MOVES, Need
from lessons.domain.query import DEEPEST, Query, Sort
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES, too_long
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library, every
from lessons.ports import Change, Note, Notebook
from lessons.services.review.moving import moved

SUBJECT = "sweep"
SLICE = 200  # lessons
MOST = 20_000  # lessons of one sweep; a note holds no more
LONGEST_WHY = SHAPES[Kind.LESSON]["recheck"].limit
TRIES = 3  # of a lesson that somebody else changes at the same moment
TOO_MANY = N_("These are more than %(most)s lessons. Narrow the search, and send them in parts.")
NONE = N_("No lesson that is in use was found, so there is nothing to check.")


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far a sweep has come. asked: lessons that were sent to be checked; left: those that wait for their turn."""

    asked: int
    left: int


def found_by(library: Library, reader: User, query: Query) -> tuple[str, ...]:
    """The lessons in use that a query finds, however many. Raises SearchUnavailable."""
    states = query.chosen.get("state", frozenset())
    good = (states & GOOD) if states else GOOD
    if not good or Kind.LESSON not in query.kinds:
        return ()
    asked = replace(
        query, kinds=frozenset({Kind.LESSON}), chosen={**query.chosen, "state": good}, size=DEEPEST, sort=Sort.OLDEST
    )  # fmt: skip
    return tuple(hit.id for hit in islice(every(library, reader, asked), MOST + DEEPEST))


def sweep(library: Library, notebook: Notebook, by: User, ids: Sequence[str], why: str) -> Sweep:
    """Ask of lessons whether they are still true. why: a sentence that their owners are shown.

    Raises NotAllowed, Invalid.
    """
    access.demand(by, Permit.REVIEW)
    why = " ".join(why.split())
    problem = _problem(ids, why)
    if problem:
        raise Invalid([problem])
    rest, now = list(ids[SLICE:]), library.clock()
    if rest:  # kept first, so that a kill in the first slice loses none of them
        body = {"ids": rest, "why": why, "role": str(by.role), "groups": sorted(by.groups)}
        notebook.keep(secrets.token_urlsafe(12), by.name, SUBJECT, body, expected=0, now=now)
    return Sweep(_ask(library, by, ids[:SLICE], why), len(rest))


def _problem(ids: Sequence[str], why: str) -> Problem | None:
    if not why:
        return Problem("why", REFUSALS[Need.SENTENCE][1])
    if len(why) > LONGEST_WHY:
        return too_long("why", LONGEST_WHY)
    if not ids:
        return Problem("", NONE)
    return Problem("", TOO_MANY, values=(("most", f"{MOST:,}"),)) if len(ids) > MOST else None


def work_sweeps(library: Library, notebook: Notebook) -> bool:
    """One slice of every sweep that waits. Whether anything was done, so that there may be more."""
    worked = False
    for note in notebook.every(SUBJECT):
        worked = _work(library, notebook, note) or worked
    return worked


def left(notebook: Notebook, by: User) -> int:
    """How many lessons wait in this person's sweeps."""
    return sum(len(note.body["ids"]) for note in notebook.all(by.name, SUBJECT))


def _work(library: Library, notebook: Notebook, note: Note) -> bool:
    """Done before it is crossed off: what is asked twice is asked once, because `_ask` sees that it was."""
    body = note.body
    by = User(note.owner, Role(body["role"]), groups=frozenset(body["groups"]))
    _ask(library, by, body["ids"][:SLICE], str(body["why"]))
    rest = body["ids"][SLICE:]
    with suppress(StaleWrite, NotFound):  # another worker was first
        if rest:
            notebook.keep(
                note.id, note.owner, SUBJECT, {**body, "ids": rest}, expected=note.version, now=library.clock()
            )  # fmt: skip
        else:
            notebook.drop(note.id, note.owner)
    return True


def _ask(library: Library, by: User, ids: Sequence[str], why: str) -> int:
    """Send these to be checked; how many were. One that is gone, or no longer in use or theirs to read, is left."""
    asked = 0
    for _ in range(TRIES):
        changes = [change for id in ids if (change := _change(library, by, id, why))]
        if not changes:
            break
        answers = library.save_many(by, "recheck", changes)
        asked += sum(isinstance(answer, Stored) for answer in answers)
        ids = [c.record.id for c, a in zip(changes, answers, strict=True) if isinstance(a, StaleWrite)]  # fmt: skip
    return asked


def _change(library: Library, by: User, id: str, why: str) -> Change | None:
    """None where there is nothing to ask."""
    try:
        stored = library.records.get(id)
    except (NotFound, Unreadable):
        return None
    record = stored.record
    if not access.may_read(by, record, library.today) or record.line("state") not in GOOD:
        return None
    if record.line("recheck") == why and record.day("check_by") == library.today:
        return None  # it was asked before
    after = _moved(library, by, record, why)
    return Change(after, stored.revision.number) if after else None


def _moved(library: Library, by: User, record: Record, why: str) -> Record | None:
    with suppress(LessonsError):
        return moved(library, by, MOVES["recheck"], record, {"decision": why})
    return None
