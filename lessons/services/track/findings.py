"""Findings of inspections: the register, and the chain of records that each one has behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from lessons.domain.access import User
from lessons.domain.deciding import is_person
from lessons.domain.due import Standing
from lessons.domain.findings import Missing, comments, comments_due, gaps, proves
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.library import Library

PAGE = 25
FILTERS = ("finding_type", "finding_status", "heading", "body")


# --- the register -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; "" and False for all. words: looked for in titles."""

    _: KW_ONLY
    finding_type: str = ""
    finding_status: str = ""
    heading: str = ""
    body: str = ""
    mine: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding. due, standing: of the comments on its report. links: how many that the reader may read."""

    line: Line
    due: date | None
    standing: Standing
    links: int


@dataclass(frozen=True, slots=True)
class Found:
    """rows: newest first. statuses, types: how many there would be with that one chosen in place of the present one.
    bodies: all that there are, whatever is chosen.
    """

    rows: Sequence[Row]
    statuses: Mapping[str, int]
    types: Mapping[str, int]
    bodies: Sequence[str]
    total: int


def register(library: Library, reader: User, wanted: Wanted) -> Found:
    """Raises SearchUnavailable."""
    lines = library.ledger(reader, Kind.FINDING)
    kept = [line for line in lines if _fits(line, reader, wanted)]
    shown = [
        line
        for line in kept
        if _is(line, "finding_status", wanted.finding_status) and _is(line, "finding_type", wanted.finding_type)
    ]  # fmt: skip
    there = {line.id for line in library.ledger(reader, *LINKED)} if shown else set()
    rows = [_row(library, line, there) for line in shown]
    rows.sort(key=lambda row: (row.line.line("published"), row.line.id), reverse=True)
    return Found(
        rows,
        _counts(kept, "finding_status", wanted.finding_type, "finding_type"),
        _counts(kept, "finding_type", wanted.finding_status, "finding_status"),
        sorted({line.line("body") for line in lines} - {""}, key=str.casefold),
        len(lines),
    )


LINKED = (Kind.LESSON, Kind.ACTION, Kind.EVALUATION, Kind.OPERATION)


def _row(library: Library, line: Line, there: set[str]) -> Row:
    links = sum(id in there for id in line.keys("links"))
    timetable = library.timetable
    return Row(line, comments_due(line), comments(timetable, line), links)


def _is(line: Line, name: str, wanted: str) -> bool:
    return wanted in ("", line.line(name))


def _fits(line: Line, reader: User, wanted: Wanted) -> bool:
    title = line.title.casefold()
    return (
        _is(line, "heading", wanted.heading)
        and _is(line, "body", wanted.body)
        and (not wanted.mine or is_person(line.line("owner"), reader))
        and all(word in title for word in wanted.words.casefold().split())
    )


def _counts(lines: Iterable[Line], name: str, other: str, other_name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        if _is(line, other_name, other):
            found[line.line(name)] = found.get(line.line(name), 0) + 1
    return found


# --- the chain of one finding -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Chain:
    """A finding and what its reader may read of what stands behind it; nothing shows that there is more."""

    finding: Stored
    lessons: Sequence[Stored] = ()
    actions: Sequence[Stored] = ()
    evaluations: Sequence[Stored] = ()
    operations: Sequence[Stored] = ()
    gaps: Sequence[Missing] = field(default=())

    @property
    def all(self) -> list[Stored]:
        return [self.finding, *self.lessons, *self.actions, *self.evaluations, *self.operations]

    @property
    def proofs(self) -> list[Stored]:
        """What shows that a change lasts."""
        return [each for each in self.all if proves(each.record)]


def chain(library: Library, reader: User, finding: Stored) -> Chain:
    """finding: trimmed to this reader. Raises SearchUnavailable."""
    linked = {kind: _linked(finding.record, kind) for kind in LINKED}
    lessons = _readable(library, reader, linked[Kind.LESSON])
    causes = {finding.record.id, *(each.record.id for each in lessons)}
    acted = [a.id for a in library.ledger(reader, Kind.ACTION) if causes & set(a.keys("of"))]
    operations = _readable(library, reader, linked[Kind.OPERATION])
    there = {each.record.id for each in operations}
    judged = [e.id for e in library.ledger(reader, Kind.EVALUATION) if e.line("activity") in there]
    actions = _readable(library, reader, [*linked[Kind.ACTION], *acted])
    evaluations = _readable(library, reader, [*linked[Kind.EVALUATION], *judged])
    missing = gaps(
        finding.record, _records(lessons), _records(actions), _records(evaluations), library.today
    )
    return Chain(finding, lessons, actions, evaluations, operations, missing)


def _linked(finding: Record, kind: Kind) -> list[str]:
    return [id for id in finding.keys("links") if kind_of(id) is kind]


def _records(found: Iterable[Stored]) -> list[Record]:
    return [each.record for each in found]


def _readable(library: Library, reader: User, ids: Iterable[str]) -> list[Stored]:
    found = (library.peek(reader, id) for id in dict.fromkeys(ids))
    return [each for each in found if each]
