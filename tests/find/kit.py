"""What the stories about results are made with."""

import re

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from tests.people import Page


def add(house: House, *records: Record) -> None:
    house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records])


def lesson(n: int, **fields: object) -> Record:
    given = {"title": f"Lesson {n}", "state": "observation", "marking": "official", **fields}
    return Record(f"L-2026-{n:05d}", Kind.LESSON, fields=given)  # type: ignore[arg-type]


def number(page: Page) -> int:
    """How many results the page says it found."""
    found = re.search(r"data-total>(\d+) results?<", page.html)
    assert found, page.text
    return int(found[1])
