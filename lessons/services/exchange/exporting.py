"""Records out, for another system or another knowledge base like this one."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from lessons.domain.access import User
from lessons.domain.errors import LessonsError
from lessons.domain.record import Kind, Stored
from lessons.domain.schema import SHAPES, to_words
from lessons.library import Library
from lessons.ports import RecordText
from lessons.services.exchange.cells import inert

# Themes first, so that whoever reads the file meets them before the lessons that name them.
IN_ORDER = (Kind.THEME, *(k for k in Kind if k is not Kind.THEME))


def every(
    library: Library, reader: User, kinds: Iterable[Kind], left_out: Callable[[LessonsError], None]
) -> Iterator[Stored]:
    """Each record that this reader may read, by kind and id; what cannot be read is handed to `left_out`."""
    for kind in kinds:
        for id in sorted(library.records.versions(kind)):
            try:
                yield library.open(reader, id)
            except LessonsError as error:
                left_out(error)


def plain(stored: Stored) -> dict[str, Any]:
    """A record as JSON has it: strings, lists of strings, and tables."""
    record = stored.record
    fields = {k: to_words(v) for k, v in record.fields.items()}
    return {"id": record.id, "kind": record.kind.value, **fields, **record.texts}


def write_json_lines(file: TextIO, found: Iterable[Stored]) -> None:
    for stored in found:
        file.write(json.dumps(plain(stored), ensure_ascii=False) + "\n")


def write_csv(file: TextIO, found: Iterable[Stored], *kinds: Kind) -> None:
    """The columns of all these kinds. A list stands in its cell as JSON; no cell runs in a spreadsheet."""
    names = list(dict.fromkeys(["id", "kind", *(f.name for k in kinds for f in SHAPES[k].fields)]))
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    for stored in found:
        cells = plain(stored)
        writer.writerow({name: inert(_words(cells.get(name, ""))) for name in names})


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write_markdown(folder: Path, found: Iterable[Stored], text: RecordText) -> None:
    """A file for each record, in a folder for each kind, as this product keeps them."""
    for stored in found:
        path = folder / stored.record.kind.folder / f"{stored.record.id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.render(stored).encode("utf-8"))
