"""A pack that was issued for an operation with two leads, for stories about what was done with it."""

from datetime import UTC, date, datetime
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change

OPERATION, PACK = "O-2026-00001", "B-2026-00001"
NAME = "Operation Example Alder"
ISSUED = datetime(2026, 5, 3, 9, tzinfo=UTC)
TITLES = ("Name one runner", "Bring spare batteries", "Tell the neighbours first")
SECRET = "Keep the second address quiet"


def lesson_id(n: int) -> str:
    return f"L-2026-{n:05d}"


def lesson(n: int, title: str, **fields: Any) -> Record:
    given = {"title": title, "state": "identified", "learning": "change", "marking": "official",
             "author": "olly", **fields}  # fmt: skip
    return Record(lesson_id(n), Kind.LESSON, fields=given)


def operation(**fields: Any) -> Record:
    given = {"title": NAME, "operation_kind": "pursue", "marking": "official", "sio": "sid", "lro": "Lou",
             "started": date(2026, 5, 1), "ended": date(2026, 5, 20), **fields}  # fmt: skip
    return Record(OPERATION, Kind.OPERATION, fields=given)


def pack(id: str = PACK, lessons: tuple[int, ...] = (1, 2, 3), **fields: Any) -> Record:
    rows = tuple({"lesson": lesson_id(n), "revision": "1", "element": "method"} for n in lessons)
    given = {"title": f"{NAME}, search day", "operation": OPERATION, "version": 1, "issued": ISSUED,
             "lessons": rows, "marking": "official", **fields}  # fmt: skip
    return Record(id, Kind.BRIEFING, fields=given)


def add(house: House, *records: Record) -> None:
    for answer in house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records]):
        assert not isinstance(answer, Exception), answer


def issued(house: House, **fields: Any) -> None:
    """The operation, three lessons and the pack that holds them."""
    add(
        house,
        operation(),
        *(lesson(n, title) for n, title in enumerate(TITLES, 1)),
        pack(**fields),
    )


def rows(house: House, id: str = PACK) -> dict[tuple[int, str], dict[str, str]]:
    """The answers that are kept, by number of the lesson and role."""
    kept = house.library.records.get(id).record.rows("answers")
    return {
        (int(row["lesson"][-5:]), row["role"]): {
            k: v for k, v in row.items() if k not in ("lesson", "role")
        }
        for row in kept
    }
