"""A record: one thing in the knowledge base, as a frozen value.

A record knows its fields by name and type only; what they mean is declared in `schema`.
Law: for every record r that `Record` accepts, `parse(render(r)) == r` (see `ports.RecordText`).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Self

Row = Mapping[str, str]
Value = str | int | bool | date | datetime | tuple[str, ...] | tuple[Row, ...]

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID = re.compile(rf"([A-Z])-(\d{{4}})-([{CROCKFORD}]{{5}})")
_THEME_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Kind(StrEnum):
    """The kinds of record. The value is the word in front matter; `folder` is where its files lie."""

    DEBRIEF = "debrief"
    LESSON = "lesson"
    EVALUATION = "evaluation"
    OPERATION = "operation"
    ACTION = "action"
    FINDING = "finding"
    BRIEFING = "briefing"
    THEME = "theme"

    @property
    def letter(self) -> str:
        """First letter of the id. A theme has none: its key is its id."""
        return self.value[0].upper()

    @property
    def folder(self) -> str:
        return self.value + "s"


_BY_LETTER = {kind.letter: kind for kind in Kind if kind is not Kind.THEME}


def new_id(kind: Kind, year: int) -> str:
    """A fresh id such as L-2026-7K3QD: 32**5 possibilities a year and kind, so that none can be counted up."""
    return f"{kind.letter}-{year:04d}-" + "".join(secrets.choice(CROCKFORD) for _ in range(5))


def tidy_id(typed: str) -> str:
    """An id as people type it, put right: lower case, spaces, and the look-alikes I, L, O of base 32."""
    squeezed = re.sub(r"[\s_–—-]+", "-", typed.strip()).upper()
    match = re.fullmatch(r"([A-Z])-?(\d{4})-?([0-9A-Z]{5})", squeezed)
    if not match:
        return typed.strip()
    letter, year, rest = match.groups()
    return f"{letter}-{year}-{rest.translate(str.maketrans('ILO', '110'))}"


def kind_of(id: str) -> Kind | None:
    """The kind that an id belongs to, or None where it is not an id (and so not safe as a file name)."""
    match = _ID.fullmatch(id)
    if match:
        return _BY_LETTER.get(match[1])
    return Kind.THEME if _THEME_KEY.fullmatch(id) else None


def _clean(value: Value) -> Value | None:
    """The value as every store gives it back: no blank cells, names or rows, no name twice; None where nothing
    is left. Raises UnicodeEncodeError for what no UTF-8 file can hold.
    """
    if isinstance(value, str):
        value.encode("utf-8")
        return str(value) or None
    if not isinstance(value, tuple):
        return value
    rows = tuple(row for item in value if isinstance(item, Mapping) and (row := _row(item)))
    words = tuple(dict.fromkeys(w for w in value if isinstance(w, str) and _clean(w)))
    return rows or words or None


def _row(item: Row) -> Row:
    return MappingProxyType({k: str(_clean(v)) for k, v in item.items() if v})


@dataclass(frozen=True, slots=True, eq=True)
class Record:
    """One thing in the knowledge base.

    fields: by name, typed as `schema` declares; an empty value is not kept, so absent and empty are one.
    texts: markdown by section anchor, in the order of the file.
    Raises ValueError for an id that does not fit the kind, and UnicodeEncodeError for lone surrogates.
    """

    id: str
    kind: Kind
    _: KW_ONLY
    fields: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if kind_of(self.id) is not self.kind:
            raise ValueError(f"{self.id!r} is not the id of a {self.kind}")
        cleaned = {k: _clean(v) for k, v in self.fields.items()}
        kept = {k: v for k, v in cleaned.items() if v is not None}
        object.__setattr__(self, "fields", MappingProxyType(kept))
        for text in self.texts.values():
            text.encode("utf-8")
        object.__setattr__(
            self, "texts", MappingProxyType({k: t for k, t in self.texts.items() if t})
        )

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def title(self) -> str:
        return self.line("title") or self.line("label") or self.id

    def line(self, name: str) -> str:
        """A text or key field, "" where it is not set."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else str(value)

    def keys(self, name: str) -> tuple[str, ...]:
        """A field of several keys, names or links; a single one counts as one."""
        value = self.fields.get(name, ())
        if isinstance(value, str):
            return (value,)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, tuple) else ()

    def rows(self, name: str) -> tuple[Row, ...]:
        value = self.fields.get(name, ())
        return tuple(v for v in value if isinstance(v, Mapping)) if isinstance(value, tuple) else ()

    def day(self, name: str) -> date | None:
        value = self.fields.get(name)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def moment(self, name: str) -> datetime | None:
        value = self.fields.get(name)
        return value if isinstance(value, datetime) else None

    def flag(self, name: str) -> bool:
        return self.fields.get(name) is True

    def number(self, name: str) -> int | None:
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def with_(self, **changes: Value | None) -> Self:
        """The record with these fields set; None or an empty value takes one away."""
        merged = {**self.fields, **{k: v for k, v in changes.items() if v is not None}}
        for name in [k for k, v in changes.items() if v is None]:
            merged.pop(name, None)
        return replace(self, fields=merged)

    def with_texts(self, **changes: str) -> Self:
        return replace(self, texts={**self.texts, **changes})


OUTSIDE, OUTSIDE_EDIT = "outside", "outside edit"  # by whom and what, of a revision made by hand


@dataclass(frozen=True, slots=True)
class Closed:
    """That the text of one revision was destroyed: when (as in Revision), by whom, why."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Revision:
    """Who wrote which text. number: 0 for a file that the product has not yet saved, then 1, 2, 3…

    at: aware, UTC, whole seconds. verb: a word such as "send", "accept", "outside edit".
    closed: set where the text is no longer there; what is left of the record then says only who may know of it.
    """

    number: int
    at: datetime
    by: str
    verb: str
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the store holds it.

    version: what the store knows this exact text by, without reading it again (opaque; "" before it is kept).
    """

    record: Record
    revision: Revision
    version: str = field(default="", compare=False)
