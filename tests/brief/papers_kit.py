"""A pack that was issued, and copies of it taken away and read as people read them."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from docx import Document
from pypdf import PdfReader

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from tests.people import Person

PACK, OP = "B-2026-00001", "O-2026-00001"
ISSUED = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
NAME = "Operation Example Yew: two doors"
PLAN = "Two doors at once.\n\n- The saw goes to the back door.\n- Nobody speaks before both are in."
NOTE = "Say the channel **aloud** before anybody gets into a vehicle."


def id_of(n: int) -> str:
    return f"L-2026-{n:05d}"


def lesson(n: int, title: str = "", **fields: Any) -> Record:
    texts = fields.pop("texts", {"action": f"Do number {n} each time."})
    given = {
        "title": title or f"Lesson number {n} holds at every door", "state": "identified", "learning": "change",
        "marking": "official", "author": "olly", "occurred": date(2026, 2, 1), **fields,
    }  # fmt: skip
    return Record(id_of(n), Kind.LESSON, fields=given, texts=texts)


def row(n: int, element: str = "method", **cells: str) -> dict[str, str]:
    return {"lesson": id_of(n), "revision": "1", "element": element, **cells}


def briefing(*rows: dict[str, str], **fields: Any) -> Record:
    texts = {name: fields.pop(name, said) for name, said in (("plan", PLAN), ("note", NOTE))}
    given = {
        "title": NAME, "operation": OP, "version": 1, "issued": ISSUED, "marking": "official", "author": "lead",
        "threats": ("drugs",), "tactics": ("search_warrant",), "lessons": rows, **fields,
    }  # fmt: skip
    return Record(PACK, Kind.BRIEFING, fields=given, texts=texts)


def add(house: House, *records: Record) -> None:
    operation = Record(OP, Kind.OPERATION, fields={
        "title": "Operation Example Yew", "operation_kind": "operation", "marking": "official", "sio": "lead",
    })  # fmt: skip
    for answer in house.library.save_many(
        SYSTEM, "import", [Change(r, 0) for r in (operation, *records)]
    ):
        assert not isinstance(answer, Exception), answer


def change(house: House, record: Record, verb: str = "import") -> None:
    now = house.library.records.get(record.id)
    house.library.save(SYSTEM, verb, record, expected=now.revision.number)


def set_clock(house: House) -> None:
    house.library.clock = lambda: datetime(2026, 6, 10, 12, tzinfo=UTC)


def takes(someone: Person, how: str = "pdf", form: str = "whole", *, version: str = "") -> bytes:
    more = f"&version={version}" if version else ""
    answer = someone.client.get(f"/briefings/{PACK}/pack?as={how}&form={form}{more}")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    someone.response = answer
    return answer.data


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def words(content: bytes) -> str:
    """Of a PDF or a Word file, as people read it."""
    if content.startswith(b"%PDF"):
        return " ".join(pages(content))
    word = Document(io.BytesIO(content))
    cells = (cell.text for table in word.tables for r in table.rows for cell in r.cells)
    return " ".join(" ".join([*(p.text for p in word.paragraphs), *cells]).split())


def every_trace(content: bytes) -> str:
    """All that a file says, to people and to programs."""
    return "\n".join(_traces(content))


def _traces(content: bytes) -> Iterator[str]:
    yield words(content)
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        yield str(reader.metadata) + str(reader.xmp_metadata and reader.xmp_metadata.dc_title)
        yield content.decode("latin-1")
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            for name in inner.namelist():
                yield inner.read(name).decode("utf-8", "replace")
