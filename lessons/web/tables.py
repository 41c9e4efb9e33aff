"""Tables that people take away as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from lessons.domain.cells import inert
from lessons.web import papers


def send(marking: str, rows: Iterable[Sequence[object]], *name: str) -> Response:
    """The rows as a file, their head first. name: parts of its name, its marking before them. No cell runs in a
    spreadsheet.
    """
    file = io.StringIO(newline="")
    file.write("\ufeff")  # without which a spreadsheet misreads what is not ASCII
    csv.writer(file).writerows([inert(str(cell)) for cell in row] for row in rows)
    response = Response(file.getvalue(), content_type="text/csv; charset=utf-8")
    full = papers.file_name(marking, *name, suffix="csv")
    response.headers.set("Content-Disposition", "attachment", filename=full)
    return response
