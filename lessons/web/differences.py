"""What changed between two revisions, as words that a person can read."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from lessons.domain.record import Kind, Record, Row, kind_of
from lessons.domain.schema import Field, Shape, Type
from lessons.web import briefings_words
from lessons.web.words import moment, worded

# Words before times words after, between the first and the last that changed; beyond this the stretch is shown as
# replaced whole. SequenceMatcher grows with the cube of the length.
MOST_PAIRS = 90_000
# Lists that columns of a briefing are of.
OF_PACK = {
    "element": "briefing_element", "role": "briefing_role", "answer": "briefing_answer", "outcome": "briefing_outcome",
}  # fmt: skip
OF_CHECKS = {"check": "plan_check", "answer": "check_answer"}


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed ("same"), came ("added") or went ("removed")."""

    change: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    field: Field
    runs: tuple[Run, ...]


def differences(
    shape: Shape,
    before: Record | None,
    after: Record,
    label: Callable[[str, str], str],
    title: Callable[[str], str],
) -> list[Difference]:
    """Field by field, in the order of the form; before None: everything is new and nothing is listed.

    label: the words of a key of a vocabulary. title: of the record with this id, "" where the reader may not
    read it; such a link is left out.
    """
    if before is None:
        return []
    found = []
    for field in shape.fields:
        old, new = _words(field, before, label, title), _words(field, after, label, title)
        if old != new:
            found.append(Difference(field, tuple(runs(old, new))))
    return found


def _words(
    field: Field, record: Record, label: Callable[[str, str], str], title: Callable[[str], str]
) -> str:
    if field.type is Type.TEXT:
        return record.texts.get(field.name, "")
    if field.name not in record.fields:
        return ""
    if field.to:
        return "; ".join(words for id in record.keys(field.name) if (words := title(id)))
    if field.type is Type.ROWS:
        if record.kind is Kind.BRIEFING:
            said = (_of_pack(field, row, label, title) for row in record.rows(field.name))
            return "\n".join(" · ".join(filter(None, cells)) for cells in said)
        return "; ".join(" · ".join(_cells(row, title)) for row in record.rows(field.name))
    if field.vocabulary:
        return "; ".join(label(field.vocabulary, key) for key in record.keys(field.name))
    return "; ".join(worded(field, record.fields[field.name]))


def _of_pack(
    field: Field, row: Row, label: Callable[[str, str], str], title: Callable[[str], str]
) -> list[str]:
    """A row of a briefing. A lesson stands by its reference: its title today is not what was issued or answered."""
    lists = OF_CHECKS if field.name == "checks" else OF_PACK
    said = []
    for column in field.columns:
        cell = row.get(column, "")
        if column == "lesson":
            said.append(cell if title(cell) else "")
        elif column == "why":
            said.append("; ".join(briefings_words.reasons(row)))
        elif column != "revision":
            said.append(label(lists[column], cell) if column in lists and cell else cell)
    return said


def _cells(row: Row, title: Callable[[str], str]) -> list[str]:
    named = (
        title(cell)
        if kind_of(cell) not in (None, Kind.THEME)
        else _when(cell)
        if column == "at"
        else cell
        for column, cell in row.items()
        if column != "flag"  # which says nothing to people
    )
    return [words for words in named if words]


def _when(cell: str) -> str:
    with suppress(ValueError):  # files are edited by hand, too
        return moment(datetime.fromisoformat(cell))
    return cell


def runs(old: str, new: str) -> list[Run]:
    """Word by word; joined again, the runs that are not added are `old`, those not removed are `new`."""
    before, after = _words_of(old), _words_of(new)
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    middle = before[start : len(before) - end], after[start : len(after) - end]
    parts: list[tuple[str, Sequence[str]]] = [("same", before[:start])]
    parts += _compared(*middle)
    parts.append(("same", before[len(before) - end :]))
    return [Run(change, "".join(words)) for change, words in parts if words]


def _words_of(text: str) -> list[str]:
    """Words, each with the blanks after it; joined again they are the text."""
    return re.findall(r"\S+\s*|\s+", text)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words are the same from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _compared(before: list[str], after: list[str]) -> list[tuple[str, Sequence[str]]]:
    if len(before) * len(after) > MOST_PAIRS:
        return [("removed", before), ("added", after)]
    found: list[tuple[str, Sequence[str]]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", before[i:j]))
        else:
            found += [("removed", before[i:j]), ("added", after[k:m])]
    return found
