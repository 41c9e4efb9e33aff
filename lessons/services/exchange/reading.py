"""Outside files as rows: JSON Lines and CSV, as they really come."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lessons.domain.errors import Invalid, Problem
from lessons.domain.text import N_
from lessons.services.exchange.cells import bare
from lessons.services.exchange.rows import Row

ENCODINGS = ("utf-8", "cp1252")
SIXTEEN_BIT = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_CELL = 64_000_000  # characters; the module's own limit of 131,072 cuts real reports
DELIMITERS = ",;\t"
_SAID = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, by its ending. Raises Invalid for an ending or an encoding we do not know."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return _json_lines(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        return _csv(decoded(path.read_bytes(), path.name))
    raise Invalid(
        [Problem(path.name, N_("We read .jsonl, .csv and .md files, and folders of .md."))]
    )


def csv_rows(raw: bytes, name: str) -> Iterator[Row]:
    """The rows of a CSV that was sent in. Raises Invalid for an encoding we do not know."""
    return _csv(decoded(raw, name))


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
    said = _SAID.match(text)  # a first line in which a spreadsheet says what stands between cells
    delimiter = said[1] if said else _delimiter(text)
    body = text[said.end() :] if said else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    header: list[str] = []
    before = 1 if said else 0
    begins = 1 + before
    try:
        for cells in reader:
            if not header and any(c.strip() for c in cells):
                header = [c.strip() for c in cells]
            elif any(c.strip() for c in cells):
                yield _csv_row(begins, header, cells)
            begins = reader.line_num + 1 + before
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


def decoded(raw: bytes, name: str) -> str:
    """The text of a file, whatever mark stands before it: some systems write the mark of UTF-8 before Windows-1252.

    Raises Invalid.
    """
    encodings: tuple[str, ...] = ENCODINGS
    if raw.startswith(SIXTEEN_BIT):
        encodings = ("utf-16",)
    elif raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid([Problem(name, N_("This file is neither UTF-8 nor Windows-1252 text."))])
