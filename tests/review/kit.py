"""What the stories about lessons that say the same, come back or grow old are made with."""

from datetime import UTC, datetime
from typing import Any

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Stored
from lessons.ports import Change

RADIO = "When two teams enter one building, agree one radio channel before you leave"
RADIO_TOLD = (
    "Two teams went into the same block of flats at the same time. Each used the channel of its own unit, "
    "and nobody heard that the back door was open until the arrest was over."
)
KEYS = "Ask the housing officer for the fob of the side gate before a warrant"
SENT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def lesson(n: int, title: str = RADIO, *, happened: str = "", **fields: Any) -> Record:
    """One that holds good and that somebody else sent in, unless told otherwise."""
    given = {
        "title": title, "state": "observation", "marking": "official", "author": "officer", "learning": "didnt",
        "sent": SENT, **fields,
    }  # fmt: skip
    return Record(
        f"L-2026-{n:05d}", Kind.LESSON, fields={k: v for k, v in given.items() if v is not None},
        texts={"happened": happened} if happened else {},
    )  # fmt: skip


def add(house: House, *records: Record) -> None:
    """As an import brings them."""
    answers = house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records])
    assert all(isinstance(each, Stored) for each in answers), answers


def keep(house: House, *texts: Record) -> None:
    """One after another, as revisions of the same record."""
    for number, record in enumerate(texts):
        house.library.save(SYSTEM, "import", record, expected=number)


def now(house: House, n: int) -> Record:
    return house.library.records.get(f"L-2026-{n:05d}").record


def revision(house: House, n: int) -> int:
    return house.library.records.get(f"L-2026-{n:05d}").revision.number


def id_of(n: int) -> str:
    return f"L-2026-{n:05d}"
