"""Outside files as rows: JSON Lines and CSV, as they really come."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lessons.domain.errors import Invalid, Problem
from lessons.domain.text import N_
from lessons.services.exchange.cells import bare
from lessons.services.exchange.rows import Row

ENCODINGS = ("utf-8-sig", "cp1252")
SIXTEEN_BIT = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_CELL = 64_000_000  # characters; the module's own limit of 131,072 cuts real reports
DELIMITERS = ",;\t"


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, by its ending. Raises Invalid for an ending or an encoding we do not know."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return _json_lines(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        return _csv(_decoded(path))
    raise Invalid(
        [Problem(path.name, N_("We read .jsonl, .csv and .md files, and folders of .md."))]
    )


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if raw.strip() and raw.strip() != codecs.BOM_UTF8:
                yield _json_row(line, raw)


def _json_row(line: int, raw: bytes) -> Row:
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Row(line, {}, N_("This line is not UTF-8 text."))
    except (ValueError, RecursionError):
        return Row(line, {}, N_("This line is not JSON."))
    if not isinstance(values, dict):
        return Row(line, {}, N_("This line is JSON, but not an object with named values."))
    return Row(line, values)


def _csv(text: str) -> Iterator[Row]:
    """Each row with the line it begins on."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header: list[str] = []
    begins = 1
    try:
        for cells in reader:
            if not header and any(c.strip() for c in cells):
                header = [c.strip() for c in cells]
            elif any(c.strip() for c in cells):
                yield _csv_row(begins, header, cells)
            begins = reader.line_num + 1
    except csv.Error:
        yield Row(begins, {}, N_("From this line on the file is not CSV."))


def _delimiter(text: str) -> str:
    """The one that stands most often between the names of the first row."""
    names = text.lstrip().split("\n", 1)[0]
    outside_quotes = "".join(names.split('"')[::2])
    return max(DELIMITERS, key=outside_quotes.count)


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row:
    if any(c.strip() for c in cells[len(header) :]):
        return Row(line, {}, N_("This row has more cells than the first row has names."))
    values: dict[str, Any] = {n: bare(c) for n, c in zip(header, cells, strict=False) if n}
    return Row(line, values)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    encodings = ("utf-16",) if raw.startswith(SIXTEEN_BIT) else ENCODINGS
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid([Problem(path.name, N_("This file is neither UTF-8 nor Windows-1252 text."))])
