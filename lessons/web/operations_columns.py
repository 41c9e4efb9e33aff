"""The columns of another system's CSV: which field of an operation each of them fills."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lessons.domain.errors import Problem
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES, Field, Type
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies
from lessons.services.exchange import FOR_REGISTER, Mapped, Plan, Row

SHAPE = SHAPES[Kind.OPERATION]
REFERENCE = "source_id"
MANY = ("summary", "references")  # fields that several columns may fill together
REFERENCES = "\0references"  # the column under which those of a row are put together
EXAMPLES = 3
LONGEST_EXAMPLE = 60
SEPARATORS = (";", "|", "\n", ",")
# Day first, as in the United Kingdom; with a time of day, which is dropped.
DATES = (
    "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y",
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ",
)  # fmt: skip
# What other systems call our fields, beside the words of the fields themselves.
ALSO_CALLED: Mapping[str, str] = {
    "id": REFERENCE, "ref": REFERENCE, "reference": REFERENCE, "urn": REFERENCE, "reference number": REFERENCE,
    "operation id": REFERENCE, "record id": REFERENCE, "name": "title", "operation": "title",
    "operation name": "title", "op": "title", "op name": "title", "title": "title",
    "kind": "operation_kind", "type": "operation_kind",
    "operation type": "operation_kind", "4p": "four_p", "4ps": "four_p", "strand": "four_p", "threat": "threats",
    "threat area": "threats", "threat type": "threat_kinds", "tactics": "tactics", "partners": "partners",
    "partner agencies": "partners", "unit": "unit", "team": "unit", "department": "unit", "start": "started",
    "start date": "started", "date started": "started", "end": "ended", "end date": "ended",
    "date ended": "ended", "closed": "ended", "close date": "ended", "senior investigating officer": "sio",
    "lead responsible officer": "lro", "local responsible officer": "lro", "owner": "plan_owner",
    "4p plan owner": "plan_owner", "description": "summary", "aim": "summary", "objective": "summary",
    "summary": "summary", "4p plan": "references", "apmis": "references", "apmis reference": "references",
    "debrief due": "debrief_due", "debrief by": "debrief_due", "gsc": "marking", "classification": "marking",
}  # fmt: skip

ONE_REFERENCE = N_("Choose one column that holds the reference of each row in that system.")
ONE_NAME = N_("Choose the column that holds the name of the operation.")
TWICE = N_("Two columns fill this: %(label)s. Choose one.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. examples: the first cells of it in which something stands."""

    name: str
    examples: Sequence[str]


def fields() -> list[Field]:
    """What a column may fill."""
    return [field for field in SHAPE.fields if field.name in FOR_REGISTER]


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """In the order of the file."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for name, cell in row.values.items():
            held = found.setdefault(name, [])
            words = " ".join(str(cell).split())
            if words and len(held) < EXAMPLES and words[:LONGEST_EXAMPLE] not in held:
                held.append(words[:LONGEST_EXAMPLE])
    return [Column(name, examples) for name, examples in found.items()]


def guessed(columns: Sequence[Column], kept: Mapping[str, str]) -> dict[str, str]:
    """Which field each column fills: as it was the last time, else by its name; each field once."""
    known = {_plain(word): field.name for field in fields() for word in (field.name, field.label)}
    known |= ALSO_CALLED
    found: dict[str, str] = {}
    for column in columns:
        name = kept.get(column.name, known.get(_plain(column.name), ""))
        if name in FOR_REGISTER | {REFERENCE} and (name in MANY or name not in found.values()):
            found[column.name] = name
    return found


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", words.casefold()).split())


def problems_of(chosen: Mapping[str, str], columns: Sequence[Column]) -> list[Problem]:
    """What stands against a mapping, each at the first box that it is about."""
    boxes = {column.name: f"column-{n}" for n, column in enumerate(columns)}
    taken = list(chosen.values())
    problems = []
    if taken.count(REFERENCE) != 1:
        problems.append(Problem(_at(REFERENCE, chosen, boxes), ONE_REFERENCE))
    if "title" not in taken:
        problems.append(Problem(_at("title", chosen, boxes), ONE_NAME))
    for field in fields():
        if field.name not in MANY and taken.count(field.name) > 1:
            values = (("label", field.label),)
            problems.append(Problem(_at(field.name, chosen, boxes), TWICE, values=values))
    return problems


def _at(field: str, chosen: Mapping[str, str], boxes: Mapping[str, str]) -> str:
    named = [name for name, each in chosen.items() if each == field]
    return boxes[named[-1]] if named else next(iter(boxes.values()), "")


def plan_of(
    chosen: Mapping[str, str], rows: Sequence[Row], source: str, kind: str, lists: Vocabularies
) -> Plan:
    """How the rows are taken in. kind: of an operation of which no column says it."""
    by_field: dict[str, list[str]] = {}
    for column, name in chosen.items():
        by_field.setdefault(name, []).append(column)
    reference = by_field.pop(REFERENCE)[0]
    if "references" in by_field:
        by_field["references"] = [REFERENCES]
    by_field.setdefault("operation_kind", [])
    mapped = tuple(
        _mapped(SHAPE[name], names, rows, kind, lists) for name, names in by_field.items()
    )
    return Plan(Kind.OPERATION, source=source, source_id=reference, fields=mapped)


def _mapped(
    field: Field, columns: Sequence[str], rows: Sequence[Row], kind: str, lists: Vocabularies
) -> Mapped:
    return Mapped(
        field.name,
        tuple(columns),
        dates=DATES if field.type is Type.DATE else (),
        separator=_separator(field, columns, rows, lists) if field.type is Type.CHOICES else "",
        default=kind if field.name == "operation_kind" else "",
    )


def _separator(
    field: Field, columns: Sequence[str], rows: Sequence[Row], lists: Vocabularies
) -> str:
    """What stands between several values of one cell; a comma only where it is no part of a word of the list."""
    cells = {str(row.values.get(name, "")) for row in rows for name in columns}
    for mark in SEPARATORS:
        if any(mark in cell and not lists[field.vocabulary].find(cell) for cell in cells):
            return mark
    return SEPARATORS[0]


def with_references(rows: Sequence[Row], chosen: Mapping[str, str]) -> Iterator[Row]:
    """Each row with its references elsewhere put together: the column says in which system."""
    named = [column for column, name in chosen.items() if name == "references"]
    for row in rows:
        cells = {name: " ".join(str(row.values.get(name, "")).split()) for name in named}
        found = [{"system": name, "reference": cell} for name, cell in cells.items() if cell]
        yield Row(row.line, {**row.values, REFERENCES: found}, row.problem) if named else row
