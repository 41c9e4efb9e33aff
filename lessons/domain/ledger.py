"""The ledger: every record as one line of facts, held ready so that registers and figures need open no file.

A line holds what everybody who may read the record sees, as `schema.to_words` writes it, and no text. The index keeps
the lines and trims them by the reader's keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, Seen, Type, to_words

# Columns of small tables that registers and figures ask for; whoever may read the record sees them.
COLUMNS: Mapping[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.BRIEFING, "lessons"): ("lesson",),
    (Kind.BRIEFING, "answers"): ("lesson", "role", "answer", "outcome"),
    (Kind.ACTION, "files"): ("name",),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One record in the ledger. It reads as a Record does, by `line`, `keys`, `day`, `moment`, `flag` and `rows`.

    written: names of the texts in which something stands.
    """

    id: str
    kind: Kind
    title: str
    facts: Mapping[str, Any] = field(hash=False)
    tables: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict, hash=False)
    written: tuple[str, ...] = ()

    def line(self, name: str) -> str:
        value = self.facts.get(name, "")
        return value if isinstance(value, str) else ""

    def keys(self, name: str) -> tuple[str, ...]:
        value = self.facts.get(name, ())
        return (value,) if isinstance(value, str) else tuple(value)

    def day(self, name: str) -> date | None:
        """Of a date, or of a moment in the time of this machine; None where there is none."""
        words = self.line(name)
        if "T" in words:
            moment = self.moment(name)
            if moment:
                return moment.astimezone().date()
        return _day(words[:10]) if words else None

    def moment(self, name: str) -> datetime | None:
        words = self.line(name)
        if "T" not in words:
            return None
        try:
            return datetime.fromisoformat(words)
        except ValueError:
            return None

    def number(self, name: str) -> int | None:
        words = self.line(name)
        return int(words) if words.isascii() and words.removeprefix("-").isdigit() else None

    def flag(self, name: str) -> bool:
        return self.line(name) == "yes"

    def rows(self, name: str) -> Sequence[Mapping[str, str]]:
        """Only what COLUMNS names."""
        return self.tables.get(name, ())


@lru_cache(maxsize=20_000)  # a registry of many years has some thousand different days
def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def entry_of(record: Record) -> dict[str, Any]:
    """What the index keeps of a record for its line; `line_of` is the way back."""
    open_ = [f for f in SHAPES[record.kind].fields if f.seen is Seen.BY_ALL]
    facts = {
        f.name: to_words(record.fields[f.name])
        for f in open_
        if f.name in record.fields and f.type not in (Type.ROWS, Type.TEXT)
    }
    tables = {name: list(_rows(record, name)) for kind, name in COLUMNS if kind is record.kind}
    written = [f.name for f in open_ if f.type is Type.TEXT and record.texts.get(f.name)]
    return {"title": record.title, "facts": facts, "tables": tables, "written": written}


def _rows(record: Record, name: str) -> Iterator[dict[str, str]]:
    for row in record.rows(name):
        kept = {c: row[c] for c in COLUMNS[record.kind, name] if row.get(c)}
        if kept:
            yield kept


def line_of(id: str, kind: Kind, entry: Mapping[str, Any]) -> Line:
    return Line(id, kind, entry["title"], entry["facts"], entry["tables"], tuple(entry["written"]))
