"""What a reviewer must clear from a lesson before it passes: words that may identify people, or are too sensitive."""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lessons.domain.errors import Invalid, Problem
from lessons.domain.personal_data import Flag, scan
from lessons.domain.personal_data.folding import fold
from lessons.domain.personal_data.sensitive import secret_marking
from lessons.domain.record import Record, kind_of
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.text import N_

# Lines in which people use words of their own; texts are looked at as well.
LINES = frozenset({
    "title", "unit", "recheck",
    "why_late", "no_debrief", "not_needed", "reach_unknown", "size", "stronger_because", "independence", "reopened",
    "status_why", "no_response",
})  # fmt: skip
TABLES = frozenset({"measures", "lessons", "answers", "checks"})  # in whose cells they do
_CELLS = re.compile(r"[|\t]+")


LOOK = N_("Look at what is marked: it may identify somebody, or be too sensitive for this page.")


@dataclass(frozen=True, slots=True)
class Marked:
    """A flag in one field of a record; flag.start and flag.end count characters of that field's text, or cell."""

    field: Field
    flag: Flag


class Refused(Invalid):
    """Not kept: `problems` must be put right, and what is `marked` changed or said to be a false alarm."""

    def __init__(self, problems: Sequence[Problem], marks: Sequence[Marked]) -> None:
        super().__init__(problems)
        self.marked = tuple(marks)


def fingerprint(flag: Flag) -> str:
    """What a person confirms: these words as this kind, wherever they stand."""
    same = flag.kind + "\0" + " ".join(flag.text.split())
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def marked(record: Record, known: Collection[str] = frozenset()) -> Iterator[Marked]:
    """Every flag in a record, in the order of its fields. known: words that are none, such as labels of lists."""
    for field in SHAPES[record.kind].fields:
        for words in _words(record, field):
            yield from (Marked(field, flag) for flag in scan(words, known=known))


def _words(record: Record, field: Field) -> Iterator[str]:
    if field.type is Type.TEXT:
        yield record.texts.get(field.name, "")
    elif field.name in LINES:
        yield record.line(field.name)
    elif field.name in TABLES:
        cells = (cell for row in record.rows(field.name) for cell in row.values())
        yield from (cell for cell in cells if kind_of(cell) is None)


def too_high(flag: Flag) -> bool:
    """A clear sign of a marking above OFFICIAL; a bare word that may mean something else can be confirmed."""
    return flag.kind == "secret_marking" and flag.certainty == "likely"


def marked_above(text: str) -> str:
    """The words by which a document is plainly marked above OFFICIAL-SENSITIVE; "" where it is not. What stands in a
    cell or beside a tab is read as a line of its own, as headers of documents are set.
    """
    plain, _origins = fold(_CELLS.sub("\n", text))
    return secret_marking(plain)


def to_look_at(flag: Flag, seen: Collection[str]) -> bool:
    """Whether a person must look at it. seen: fingerprints of what somebody looked at; what is too high stays."""
    return too_high(flag) or fingerprint(flag) not in seen


def uncleared(record: Record, known: Collection[str] = frozenset()) -> list[Marked]:
    """The flags of which nobody has said why they may stay; nobody can say so of what is too high."""
    may_stay = {row.get("flag", "") for row in record.rows("cleared") if row.get("why", "").strip()}
    return [each for each in marked(record, known) if to_look_at(each.flag, may_stay)]


def prints(record: Record, known: Collection[str] = frozenset()) -> frozenset[str]:
    """The fingerprints of those."""
    return frozenset(fingerprint(each.flag) for each in uncleared(record, known))
