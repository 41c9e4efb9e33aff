"""Lessons that people were briefed with for an operation, and what became of them afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lessons.domain.access import User
from lessons.domain.briefings import DEBRIEF, in_pack, rows_of, version_of, with_answers
from lessons.domain.errors import Busy, SearchUnavailable, StaleWrite
from lessons.domain.record import Kind, Record, Row, Stored, kind_of
from lessons.library.door import Library

VERB = "outcome"
TRIES = 5
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Briefed:
    """A lesson that was briefed, trimmed to its reader. briefing: the latest issued that holds it. rows: the answers to
    it there, by role.
    """

    lesson: Record
    briefing: Record
    rows: Mapping[str, Row]

    @property
    def outcome(self) -> str:
        """What a debrief has told of it already; "" where none has."""
        return self.rows.get(DEBRIEF, {}).get("outcome", "")


def lessons_briefed(library: Library, reader: User, operation: str) -> tuple[Briefed, ...]:
    """Of an operation, as far as the reader may read the briefings and the lessons: each lesson once."""
    found: dict[str, Briefed] = {}
    if kind_of(operation) is not Kind.OPERATION:
        return ()
    for briefing in _latest_first(library, reader, operation):
        rows = rows_of(briefing, "answers")
        for id in in_pack(briefing):
            stored = library.peek(reader, id) if id not in found else None
            if stored:
                own = {role: row for (lesson, role), row in rows.items() if lesson == id}
                found[id] = Briefed(stored.record, briefing, own)
    return tuple(found.values())


def _latest_first(library: Library, reader: User, operation: str) -> list[Record]:
    opened = (library.peek(reader, id) for id in _perhaps_of(library, reader, operation))
    records = [
        each.record for each in opened if each and each.record.line("operation") == operation
    ]
    return sorted(
        records, key=lambda r: (r.moment("issued") or _LONG_AGO, version_of(r), r.id), reverse=True
    )


def _perhaps_of(library: Library, reader: User, operation: str) -> Iterator[str]:
    """Ids of briefings for it; while search is being rebuilt, of all there are."""
    try:
        lines = library.ledger(reader, Kind.BRIEFING)
    except SearchUnavailable:
        yield from library.records.versions(Kind.BRIEFING)
        return
    yield from (line.id for line in lines if line.line("operation") == operation)


def tell_outcomes(
    library: Library, by: User, operation: str, outcomes: Mapping[str, str]
) -> list[Stored]:
    """Write down what a debrief tells of the lessons of that operation's briefings, by lesson. What the person may not
    read is left out; what stands there already is not written again. Raises Busy, NotAllowed.
    """
    by_briefing: dict[str, dict[str, str]] = {}
    for each in lessons_briefed(library, by, operation) if outcomes else ():
        if outcomes.get(each.lesson.id):
            given = by_briefing.setdefault(each.briefing.id, {})
            given[each.lesson.id] = outcomes[each.lesson.id]
    return [_write(library, by, id, given) for id, given in by_briefing.items()]


def _write(library: Library, by: User, id: str, outcomes: Mapping[str, str]) -> Stored:
    """Into the text as it stands now: nobody's answers are written over."""
    for _ in range(TRIES):
        now = library.records.get(id)
        pack = in_pack(now.record)
        given = {lesson: {"outcome": said} for lesson, said in outcomes.items() if lesson in pack}
        after = with_answers(now.record, DEBRIEF, given)
        if after == now.record:
            return now
        try:
            return library.save(by, VERB, after, expected=now.revision.number)
        except StaleWrite:
            continue  # a lead answered, or a new version was issued: look again
    raise Busy()
