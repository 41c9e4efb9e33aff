"""What of a record goes into the index, derived from its declaration."""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import whoosh
from whoosh import columns, fields, formats

from lessons.adapters.whoosh_index.sketches import WIDTH
from lessons.domain import (
    access,
    actions,
    ageing,
    briefings,
    ledger,
    query,
    record,
    states,
    waiting,
    words,
)
from lessons.domain import schema as shapes
from lessons.domain.access import EVERY_STAFF, audience
from lessons.domain.briefings import Answer, Outcome, in_pack
from lessons.domain.ledger import entry_of
from lessons.domain.query import Uses, day_of
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import FACETS, SHAPES, Field, Seen, Type, Weigh

LONGEST_SHOWN = 20_000  # characters kept for extracts

# Names of fields in the index.
WORDS, TITLE, EXACT = "words", "title", "exact"
ID, KIND, AUDIENCE, LATER = "id", "kind", "audience", "audience_later"
VERSION, DAY, UNTIL, SHOWN, SKETCH = "version", "day", "until", "shown", "sketch"
LINE = "line"  # of the ledger
# Lessons of a briefing, and what it says of them: one field for each count of `query.Uses`.
BRIEFED, APPLIED, WORKED, NOT_HELPED, AGAIN = USES = tuple(f.name for f in dataclass_fields(Uses))
OF = "of"  # records that an action comes from, by id
OPEN = "open"  # whether everybody of the force may read it
YEAR = "year"
PARAMS = (*FACETS, YEAR, *waiting.DESK)
# What a query may choose by; what is not among PARAMS is not counted.
CHOSEN = (*PARAMS, ageing.CHECK_BY, ageing.OWNER, actions.PROGRESS)
TEXT_FIELDS = (WORDS, TITLE, EXACT)

_MARKUP = re.compile(r"^[#>\s]+|[*_`|]+|!?\[([^\]\n]{0,200})\]\([^)\n]{0,400}\)", re.MULTILINE)


def facet(param: str) -> str:
    """The index field that holds the values of a search parameter."""
    return f"f_{param}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as the index takes it.

    body: texts whose words count, apart so that no phrase runs from one into the next. tags: what counts as
    well, but is no part of what makes two records copies of each other.
    keys: values by index field, for whatever is looked up whole. day, until: ordinals, 0 for none.
    shown: JSON of what a results page needs besides the line. line: JSON of `ledger.entry_of`.
    """

    id: str
    title: str
    body: tuple[str, ...]
    tags: tuple[str, ...]
    keys: dict[str, tuple[str, ...]]
    day: int
    until: int
    version: str
    shown: bytes
    line: bytes


def entry(stored: Stored, today: date) -> Entry:
    record = stored.record
    day, until = day_of(record), record.day("restricted_until")
    now = audience(record, today)
    # A restriction that ends opens the record on its day, without anybody indexing it again.
    lapses = bool(record.keys("groups")) and until is not None and today <= until < date.max
    keys = {
        KIND: (str(record.kind),),
        AUDIENCE: tuple(now),
        OPEN: ("yes",) if now >= EVERY_STAFF else (),
        LATER: tuple(audience(record, until + timedelta(days=1))) if lapses and until else (),
        facet(YEAR): (str(day.year),) if day else (),
        **_uses(record),
        OF: _once(actions.comes_from(record)),
        **{facet(param): values for param, values in waiting.desk(record).items()},
        **{facet(param): values for param, values in ageing.ageing(record).items()},
        **{facet(param): values for param, values in actions.progress(record).items()},
    }
    for field in SHAPES[record.kind].facets:
        if field.seen is Seen.BY_ALL:
            keys[facet(field.param)] = tuple(dict.fromkeys(record.keys(field.name)))
    return Entry(
        record.id,
        record.title,
        tuple(_body(record)),
        (*_tags(record), record.id.replace("-", "")),
        keys,
        day.toordinal() if day else 0,
        until.toordinal() if lapses and until else 0,
        stored.version,
        _shown(record),
        _json(entry_of(record)),
    )


def _uses(record: Record) -> dict[str, tuple[str, ...]]:
    """What a briefing tells of its lessons; each counts once for each briefing. What was done and looked back on was
    applied, whether or not a lead had said so before.
    """
    if record.kind is not Kind.BRIEFING:
        return {}
    rows = record.rows("answers")

    def told(*said: str) -> list[str]:
        return [r.get("lesson", "") for r in rows if {r.get("answer"), r.get("outcome")} & {*said}]

    return {
        BRIEFED: _once([*in_pack(record), *(row.get("lesson", "") for row in rows)]),
        APPLIED: _once(told(Answer.APPLIED, Outcome.WORKED, Outcome.DID_NOT_HELP)),
        WORKED: _once(told(Outcome.WORKED)),
        NOT_HELPED: _once(told(Outcome.DID_NOT_HELP)),
        AGAIN: _once(told(Outcome.HAPPENED_AGAIN)),
    }


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _open_fields(kind: Kind) -> Iterator[Field]:
    return (f for f in SHAPES[kind].fields if f.seen is Seen.BY_ALL)


def _body(record: Record) -> Iterator[str]:
    for field in _open_fields(record.kind):
        if field.weigh is not Weigh.BODY:
            continue
        if field.type is Type.TEXT:
            text = record.texts.get(field.name)
            if text:
                yield text
        elif field.type is Type.ROWS:
            yield from (text for row in record.rows(field.name) for text in row.values())


def _tags(record: Record) -> Iterator[str]:
    for field in _open_fields(record.kind):
        if field.weigh is not Weigh.BODY or field.type in (Type.TEXT, Type.ROWS):
            continue
        if field.vocabulary:
            # A key is made of the words of its label, and labels may change without the records.
            yield from (key.replace("_", " ") for key in record.keys(field.name))
        else:
            yield from (text for text in record.keys(field.name) if text)


def _shown(record: Record) -> bytes:
    texts = (record.texts.get(f.name, "") for f in _open_fields(record.kind) if f.type is Type.TEXT)
    plain = " ".join(" ".join(_MARKUP.sub(r" \1 ", text).split()) for text in texts if text)
    return _json({"text": plain[:LONGEST_SHOWN]})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def whoosh_schema() -> Any:
    """The fields as Whoosh knows them; only what a stock searcher needs to read them."""
    text = {n: fields.FieldType(formats.Frequency(), None, scorable=True) for n in TEXT_FIELDS}
    known = (ID, KIND, AUDIENCE, LATER, OPEN, OF, *USES, *(facet(p) for p in CHOSEN))
    keys = {n: fields.FieldType(formats.Existence(), None) for n in known}
    return fields.Schema(
        **text,
        **keys,
        **{n: fields.COLUMN(columns.VarBytesColumn()) for n in (VERSION, SHOWN, LINE)},
        **{n: fields.COLUMN(columns.NumericColumn("i", default=0)) for n in (DAY, UNTIL)},
        **{SKETCH: fields.COLUMN(columns.FixedBytesColumn(WIDTH))},
    )


def signature() -> str:
    """Changes whenever an index made before could not be read, or would answer otherwise.

    It is made of the code that decides what goes in, access rules first of all: nobody can forget to raise a number.
    """
    here = Path(__file__)
    deciding = [
        *(
            here.with_name(f"{name}.py")
            for name in ("analysis", "codec", "schema", "sealed", "sketches", "writer")
        ),
        *sorted(Path(shapes.__file__).parent.glob("*.py")),
        *(
            Path(str(module.__file__))
            for module in (
                access,
                actions,
                ageing,
                briefings,
                ledger,
                query,
                record,
                states,
                waiting,
                words,
            )
        ),
    ]
    made = hashlib.sha256(f"{whoosh.__version__} {sys.byteorder}".encode())
    for path in deciding:
        made.update(path.read_bytes())
    return made.hexdigest()[:16]
