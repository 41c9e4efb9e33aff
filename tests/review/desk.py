"""What waits on a reviewer's desk, set out in one call."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.working_days import is_working_day
from lessons.ports import Change


def ago(house: House, working_days: int) -> datetime:
    """A moment at noon so many working days ago."""
    day = datetime.combine(house.library.today, datetime.min.time(), UTC) + timedelta(hours=12)
    left = working_days
    while left:
        left -= is_working_day(day.date(), house.library.holidays.holiday)
        day -= timedelta(days=1)
    return day


def waiting(house: House, *titles: str, days: int = 1, **fields: Any) -> list[Record]:
    """Lessons as they came in, one for each title, in that order; `texts` goes in as texts."""
    texts = fields.pop("texts", {})
    records = []
    ids: set[str] = set()
    while len(ids) < len(titles):  # of many that are made at once, two may come out the same
        ids.add(house.library.fresh_id(Kind.LESSON))
    for n, (id, title) in enumerate(zip(ids, titles, strict=True)):
        base: dict[str, Any] = {
            "title": title, "learning": "keep", "state": "sent", "author": "officer", "marking": "official",
            "occurred": ago(house, days).date(), "sent": ago(house, days) + timedelta(minutes=n),
        }  # fmt: skip
        records.append(Record(id, Kind.LESSON, fields=base | fields, texts=texts))
    kept = house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records])
    assert all(isinstance(each, Stored) for each in kept)
    return records


def now(house: House, record: Record) -> Stored:
    return house.library.records.get(record.id)
