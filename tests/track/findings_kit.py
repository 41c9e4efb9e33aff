"""A finding with a chain behind it, part of it closed to most people."""

from datetime import UTC, date, datetime
from typing import Any

from lessons.app import House
from lessons.domain.record import Kind, Record
from tests.review.kit import add

FINDING, LESSON, SECRET = "F-2026-00001", "L-2026-00001", "L-2026-00002"
ACTION, EVALUATION, OPERATION = "A-2026-00001", "E-2026-00001", "O-2026-00001"
TODAY = date(2026, 6, 10)
SECRET_WORDS = "Quicksilver informant route through the docks"


def set_day(house: House, day: date = TODAY) -> None:
    house.library.clock = lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def finding(id: str = FINDING, **fields: Any) -> Record:
    texts = {name: fields.pop(name) for name in ("text", "progress") if name in fields}
    given = {
        "title": "The force did not routinely record learning", "finding_type": "afi", "body": "HMICFRS",
        "published": date(2026, 5, 4), "heading": "tackling", "grade": "Inadequate", "owner": "lead",
        "finding_status": "progressing", "marking": "official", "author": "liaison",
    } | fields  # fmt: skip
    kept = {n: v for n, v in given.items() if v is not None}
    return Record(id, Kind.FINDING, fields=kept, texts=texts)


def record(id: str, kind: Kind, title: str, *, evidence: str = "", **fields: Any) -> Record:
    given = {"title": title, "marking": "official", "author": "officer", **fields}
    return Record(id, kind, fields=given, texts={"evidence": evidence} if evidence else {})


def lesson(
    id: str = LESSON, title: str = "Record each debrief within a week", **fields: Any
) -> Record:
    given = {
        "state": "learned",
        "learning": "didnt",
        "evidence": "Ten of ten debriefs came in.",
        **fields,
    }
    return record(id, Kind.LESSON, title, **given)


def action(
    id: str = ACTION, title: str = "Build the debrief into the case file", **fields: Any
) -> Record:
    given = {
        "of": (FINDING,), "owner": "lead", "action_state": "verified", "strength": "design", "verified_by": "analyst",
        "verified_on": date(2026, 5, 20), "evidence": "The case file asks for it.", **fields,
    }  # fmt: skip
    return record(id, Kind.ACTION, title, **given)


def evaluation(
    id: str = EVALUATION, title: str = "Does the new form bring debriefs in?", **fields: Any
) -> Record:
    given = {"done": date(2026, 6, 1), "verdict": "worked", **fields}
    return record(id, Kind.EVALUATION, title, **given)


def secret(**fields: Any) -> Record:
    """A lesson that most people may not know of."""
    return lesson(
        SECRET, SECRET_WORDS, marking="official_sensitive", groups=("gold",), restricted_because="source", **fields
    )  # fmt: skip


def whole_chain(house: House, **fields: Any) -> None:
    links = (LESSON, SECRET, EVALUATION, OPERATION)
    add(
        house, finding(links=links, **fields), lesson(), secret(), action(), evaluation(),
        record(OPERATION, Kind.OPERATION, "Operation Alder", operation_kind="operation"),
    )  # fmt: skip


def now(house: House, id: str = FINDING) -> Record:
    return house.library.records.get(id).record
