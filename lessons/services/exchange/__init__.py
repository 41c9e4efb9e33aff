"""Exchange: records in from other systems and out to them."""

from lessons.services.exchange.cells import inert
from lessons.services.exchange.examples import load_examples
from lessons.services.exchange.exporting import (
    IN_ORDER,
    every,
    write_csv,
    write_json_lines,
    write_markdown,
)
from lessons.services.exchange.importing import FOR_REGISTER, import_records, import_rows
from lessons.services.exchange.mapping import stable_id
from lessons.services.exchange.plans import read_plan
from lessons.services.exchange.reading import csv_rows, read_rows
from lessons.services.exchange.rows import Mapped, Plan, Report, Row, RowResult

__all__ = [
    "FOR_REGISTER",
    "IN_ORDER",
    "Mapped",
    "Plan",
    "Report",
    "Row",
    "RowResult",
    "csv_rows",
    "every",
    "import_records",
    "import_rows",
    "inert",
    "load_examples",
    "read_plan",
    "read_rows",
    "stable_id",
    "write_csv",
    "write_json_lines",
    "write_markdown",
]
