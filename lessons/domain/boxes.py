"""Forms as a browser posts them, and the values that their boxes say: for every kind of record alike."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lessons.domain.errors import Problem
from lessons.domain.record import Value
from lessons.domain.schema import Field, NotOfType, Shape, Type, to_value
from lessons.domain.text import N_

Form = Mapping[str, Sequence[str]]  # what a browser posts: every value of every box, as typed
Boxes = dict[str, list[str]]

MAIN_FIRST = ("four_p", "threats")  # which of several is the main one is asked in a box of its own


def row_numbers(box: str, form: Form) -> list[int]:
    """The rows of a small table, in order, empty ones as well."""
    pattern = re.compile(rf"{re.escape(box)}-(0|[1-9][0-9]{{0,2}})-[a-z_]+")
    return sorted({int(m[1]) for name in form if (m := pattern.fullmatch(name))})


def add_row(shape: Shape, form: Boxes, box: str) -> int:
    """One more empty row in a table of the form; its number, or -1 where there is no such table or no room."""
    field = shape.by_name.get(box)
    numbers = row_numbers(box, form)
    if field is None or field.type is not Type.ROWS or len(numbers) >= field.most:
        return -1
    new = max(numbers, default=-1) + 1
    for column in field.columns:
        form[f"{box}-{new}-{column}"] = [""]
    return new


def read(
    shape: Shape, names: Sequence[str], form: Form, prefix: str = ""
) -> tuple[dict[str, Value], dict[str, str], list[Problem]]:
    """Fields, texts and problems of these boxes. A box that is empty gives nothing."""
    fields: dict[str, Value] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name in names:
        declared = shape[name]
        box = prefix + name
        try:
            value = to_value(declared, typed(declared, box, form))
        except NotOfType as error:
            problems.append(Problem(box, _in_boxes(declared, error)))
            continue
        if value is None:
            continue
        if declared.type is Type.TEXT:
            texts[name] = str(value)
        else:
            fields[name] = value
    return fields, texts, problems


def _in_boxes(declared: Field, error: NotOfType) -> str:
    if declared.type is Type.DATE:
        return N_("Enter a real day, month and year, such as 27 3 2026.")
    return str(error)


def typed(declared: Field, box: str, form: Form) -> Any:
    """What stands in the boxes of one field, put together as `to_value` takes it."""
    if declared.type is Type.DATE:
        parts = [words(form, f"{box}-{p}") for p in ("year", "month", "day")]
        if any(parts):
            return "-".join(p.zfill(4 if i == 0 else 2) for i, p in enumerate(parts))
        return words(form, box)
    if declared.type is Type.ROWS:
        rows = [
            {column: words(form, f"{box}-{n}-{column}") for column in declared.columns}
            for n in row_numbers(box, form)
        ]
        return [row for row in rows if any(row.values())]
    if declared.many:
        main = words(form, f"{box}-main") if box in MAIN_FIRST else ""
        lined = declared.type in (Type.NAMES, Type.LINKS)  # one on each line of one box
        given = [v for each in form.get(box, ()) for v in (each.splitlines() if lined else (each,))]
        return [v.strip() if lined else v for v in (main, *given) if v.strip()]
    if declared.type is Type.TEXT:
        return words(form, box).replace("\r\n", "\n")
    return re.sub(r"\s+", " ", words(form, box))


def words(form: Form, box: str) -> str:
    """The first value of a box, without the blanks around it; "" where there is none."""
    values = form.get(box) or [""]
    return values[0].strip()
