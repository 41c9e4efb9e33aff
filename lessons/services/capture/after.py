"""After sending: what became of it, and corrections that are added, never written over."""

from lessons.domain.access import Permit, User
from lessons.domain.errors import Invalid, NotAllowed, NotFound, Problem, StaleWrite
from lessons.domain.personal_data import scan
from lessons.domain.query import Query, Sort
from lessons.domain.record import Kind, Record, Row, Stored
from lessons.domain.schema import too_long
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.capture.flags import TooHigh, Warned, too_high

LONGEST_CORRECTION = 10_000  # characters


def mine(library: Library, reader: User, *, limit: int = 50, state: str = "") -> list[Record]:
    """The lessons that this person sent in, the last sent first; only those in a state where one is named."""
    found = library.index.search(
        Query(
            keys=frozenset({f"person:{reader.name}"}),
            chosen={"state": frozenset({state})} if state else {},
            sort=Sort.NEWEST,
            size=limit,
            facets=False,
        ),
        library.reference.synonyms(),
    )
    opened = (library.peek(reader, hit.id) for hit in found.hits)
    own = [s.record for s in opened if s and s.record.line("author") == reader.name]
    return sorted(own, key=lambda r: r.line("sent"), reverse=True)


def lessons_of(library: Library, reader: User, debrief: Record) -> list[tuple[Row, Record | None]]:
    """For each learning point of a debrief: the row as sent, and the lesson where it may be read."""
    pairs = []
    for row in debrief.rows("points"):
        stored = library.peek(reader, row.get("lesson", ""))
        pairs.append((row, stored.record if stored else None))
    return pairs


def may_correct(who: User, debrief: Record) -> bool:
    return who.name == debrief.line("author") or who.may(Permit.CORRECT)


def correct(library: Library, by: User, id: str, text: str, *, expected: int) -> Stored:
    """Add a correction to a debrief; nothing that was sent is written over.

    The same correction pressed twice is added once. Raises StaleWrite, Invalid, TooHigh, NotAllowed, NotFound.
    """
    stored = library.open(by, id)
    if stored.record.kind is not Kind.DEBRIEF:
        raise NotFound()
    if not may_correct(by, stored.record):
        raise NotAllowed()
    said = text.replace("\r\n", "\n").strip()
    _check_correction(said)
    current = library.records.get(id)
    rows = current.record.rows("corrections")
    if current.revision.number != expected and rows and _same(rows[-1], by, said):
        return current
    if current.revision.number != expected:
        raise StaleWrite(id)
    row = {"at": library.clock().isoformat(), "by": by.name, "text": said}
    corrected = current.record.with_(corrections=(*rows, row))
    return library.save(by, "correct", corrected, expected=expected)


def _same(row: Row, by: User, text: str) -> bool:
    return row.get("by") == by.name and row.get("text") == text


def _check_correction(text: str) -> None:
    """Raises Invalid, TooHigh."""
    if not text:
        raise Invalid([Problem("text", N_("Enter what is to be put right."))])
    if len(text) > LONGEST_CORRECTION:
        raise Invalid([too_long("text", LONGEST_CORRECTION)])
    blocking = too_high([Warned("text", flag) for flag in scan(text)])
    if blocking:
        raise TooHigh(blocking)
