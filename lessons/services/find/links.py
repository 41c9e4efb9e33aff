"""Links between records: only those that a person may follow leave a trace."""

from collections.abc import Mapping, Sequence
from typing import Any

from lessons.domain.access import User
from lessons.domain.errors import NotFound, Unreadable
from lessons.domain.query import Hit
from lessons.domain.record import Kind, Record, Row, Value, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.states import OVER
from lessons.library import Library

# Tables of which each row says something of one lesson: why it is in a pack, what somebody answered to it.
OF_ONE_LESSON = frozenset({(Kind.BRIEFING, "lessons"), (Kind.BRIEFING, "answers")})


def linked(library: Library, reader: User, record: Record) -> dict[str, Record]:
    """The records that this one names and that this person may read, by id."""
    found = {}
    for id in sorted(_links(record)):
        try:
            stored = library.peek(reader, id)
        except (NotFound, Unreadable):
            continue
        if stored:
            found[id] = stored.record
    return found


def successors(library: Library, reader: User, records: Mapping[str, Record]) -> dict[str, Record]:
    """What took the place of those of these lessons that are out of use, as far as this person may read it."""
    found = {}
    for record in records.values():
        after = record.line("replaced_by") if record.line("state") in OVER else ""
        stored = library.peek(reader, after) if after and after not in records else None
        if stored:
            found[after] = stored.record
    return found


def without_hidden_links(library: Library, reader: User, record: Record) -> Record:
    """The record without a trace of the records that it names and this person may not read."""
    hidden = _links(record) - linked(library, reader, record).keys()
    if not hidden:
        return record
    changes: dict[str, Value] = {}
    for name, value in record.fields.items():
        if isinstance(value, str) and value in hidden:
            changes[name] = ""
        elif isinstance(value, tuple):
            about_one = (record.kind, name) in OF_ONE_LESSON
            kept = (_open_item(item, hidden, whole=about_one) for item in value)
            changes[name] = tuple(item for item in kept if item)  # type: ignore[assignment]
    return record.with_(**changes)


def _open_item(item: str | Row, hidden: set[str], *, whole: bool) -> str | Row:
    """whole: whether all of a row is about the record that it names, and goes with it."""
    if isinstance(item, str):
        return "" if item in hidden else item
    if whole and not hidden.isdisjoint(item.values()):
        return {}
    return {column: cell for column, cell in item.items() if cell not in hidden}


def open_facts(library: Library, reader: User, hit: Hit) -> dict[str, Any]:
    """What a hit tells of a record, without links that this person may not follow."""
    facts = dict(hit.facts)
    for field in SHAPES[hit.kind].fields:
        if field.to and field.name in facts:
            value = facts.pop(field.name)
            ids = value if isinstance(value, list) else [value]
            seen = [i for i in ids if library.peek(reader, str(i))]
            if seen:
                facts[field.name] = seen if isinstance(value, list) else seen[0]
    return facts


def _links(record: Record) -> set[str]:
    named: Sequence[str] = [i for name in record.fields for i in record.keys(name)]
    cells = [cell for name in record.fields for row in record.rows(name) for cell in row.values()]
    return {i for i in (*named, *cells) if kind_of(i) not in (None, Kind.THEME)}
