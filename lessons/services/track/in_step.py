"""Evaluations and briefings open to whoever their operations open to, as their titles tell the names of these."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from lessons.domain.access import SYSTEM, Role, User, audience, highest
from lessons.domain.errors import LessonsError, NotFound, StaleWrite, Unreadable
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Record, Value
from lessons.library import Library

FOLLOW = "follow"
TRIES = 5
RESTRICTION = ("marking", "groups", "restricted_because", "restricted_until")
ANYBODY = User("", Role.OFFICER)  # reads what is restricted in no way
Restriction = dict[str, Value | None]


def restriction(record: Record) -> Restriction:
    return {name: record.fields.get(name) for name in RESTRICTION}


def keep_in_step(library: Library, before: Record, after: Record) -> None:
    """Those that were restricted as the activity was before are restricted as it is now. Raises SearchUnavailable,
    Busy.
    """
    if restriction(before) == restriction(after):
        return
    for line in library.ledger(SYSTEM, Kind.EVALUATION):
        if line.line("activity") == after.id:
            with suppress(NotFound, Unreadable):
                _follow(library, line.id, before, after)
    for line in library.ledger(SYSTEM, Kind.BRIEFING):
        if line.line("operation") == after.id:
            with suppress(NotFound, Unreadable):
                _follow_to_pack(library, line.id, before, after)


def _follow(library: Library, id: str, before: Record, after: Record) -> None:
    for _ in range(TRIES):
        stored = library.records.get(id)
        if restriction(stored.record) != restriction(before):
            return  # somebody settled it for itself
        changed = stored.record.with_(**restriction(after))
        with suppress(StaleWrite):
            library.save(SYSTEM, FOLLOW, changed, expected=stored.revision.number)
            return


def _follow_to_pack(library: Library, id: str, before: Record, after: Record) -> None:
    """A pack may be marked higher than its operation, for a lesson that it holds: its marking is never lowered so."""
    for _ in range(TRIES):
        stored = library.records.get(id)
        if stored.record.keys("groups") != before.keys("groups"):
            return  # somebody settled it for itself
        marking = highest([stored.record.line("marking"), after.line("marking")])
        taken = restriction(after) | {"marking": marking}
        because = taken["restricted_because"] or stored.record.fields.get("restricted_because")
        changed = stored.record.with_(**taken | {"restricted_because": because})
        if changed == stored.record:
            return
        with suppress(StaleWrite):
            library.save(SYSTEM, FOLLOW, changed, expected=stored.revision.number)
            return


def tighten(
    library: Library, operations: Iterable[Line], evaluations: Iterable[Line], *, most: int = 0
) -> int:
    """Restrict what was left behind, as when a file was written by hand or a step was cut off; how many. Nothing opens
    by it. What somebody settled after its activity was restricted stays. Raises SearchUnavailable.
    """
    open_ = {line.id for line in library.ledger(ANYBODY, Kind.OPERATION)}
    restricted = {line.id for line in operations} - open_
    done = 0
    for line in evaluations:
        if line.line("activity") in restricted and not (most and done >= most):
            with suppress(LessonsError):
                done += _tighten(library, line.id, line.line("activity"))
    return done


def _tighten(library: Library, id: str, activity: str) -> bool:
    stored, now = library.records.get(id), library.records.get(activity).record
    if _roles(library, stored.record) <= _roles(library, now) or not _left_behind(library, id, activity):  # fmt: skip
        return False
    changed = stored.record.with_(**restriction(now))
    library.save(SYSTEM, FOLLOW, changed, expected=stored.revision.number)
    return True


def _roles(library: Library, record: Record) -> frozenset[str]:
    """Who may read it, whoever is named on it."""
    return audience(record.with_(author=None, readers=None), library.today)


def _left_behind(library: Library, id: str, activity: str) -> bool:
    """Whether it is still restricted as its activity once was, and was so when that changed."""
    before = list(_restrictions(library, activity))
    since, now = before[-1]
    last, own = list(_restrictions(library, id))[-1]
    return own != now and last <= since and own in [each for _, each in before]


def _restrictions(library: Library, id: str) -> Iterator[tuple[datetime, Restriction]]:
    """How it was restricted, and since when, oldest first."""
    last: Restriction | None = None
    for revision in library.records.history(id):
        found = restriction(library.records.revision(id, revision.number).record)
        if found != last:
            yield revision.at, found
        last = found
