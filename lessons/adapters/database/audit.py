"""The audit log: who did what to which record. Rows are only added; triggers refuse the rest."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select

from lessons.adapters.database.engine import Database
from lessons.adapters.database.tables import audit_event
from lessons.ports import Event

# Reading alters nothing, so these need to outlive the process only: a page view does not wait
# for the disk.
READING = frozenset({"consultation", "search"})
PAGE = 1_000

_NOTE = insert(audit_event).inline()  # we do not ask for the number of the new row


class DatabaseAudit:
    """`AuditLog` in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, *events: Event) -> None:
        if len(events) == 1 and events[0].verb in READING:
            with self._database.direct() as connection:
                connection.execute(_NOTE, _row(events[0]))
        elif events:
            with self._database.transaction() as connection:
                connection.execute(_NOTE, [_row(event) for event in events])

    def events(
        self, *, record: str = "", who: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> Iterator[Event]:
        """Read page by page, so that a long export holds nothing open."""
        wanted = _wanted(record, who, since)
        last: Row[*tuple[Any, ...]] | None = None
        while limit > 0:
            size = min(limit, PAGE)
            rows = self._page(wanted, last, size)
            yield from map(_event, rows)
            if len(rows) < size:
                return
            limit -= size
            last = rows[-1]

    def _page(
        self, wanted: list[ColumnElement[bool]], last: Row[*tuple[Any, ...]] | None, size: int
    ) -> list[Row[*tuple[Any, ...]]]:
        query = select(audit_event).where(*wanted)
        if last is not None:
            query = query.where(_before(last))
        query = query.order_by(audit_event.c.at.desc(), audit_event.c.id.desc()).limit(size)
        with self._database.direct() as connection:
            return list(connection.execute(query))


def _wanted(record: str, who: str, since: datetime | None) -> list[ColumnElement[bool]]:
    wanted = []
    if record:
        wanted.append(audit_event.c.record == record)
    if who:
        wanted.append(audit_event.c.who == who)
    if since is not None:
        wanted.append(audit_event.c.at >= since)
    return wanted


def _before(last: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    at, number = audit_event.c.at, audit_event.c.id
    return or_(at < last.at, and_(at == last.at, number < last.id))


def _row(event: Event) -> dict[str, object]:
    return {
        "at": event.at,
        "who": _clean(event.who),
        "verb": _clean(event.verb),
        "record": _clean(event.record),
        "revision": event.revision,
        "note": _clean(event.note),
        "recipient": _clean(event.to),
    }


def _clean(text: str) -> str:
    """Without what a database may refuse: odd input must not stop an event from being noted."""
    if text.isprintable():
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _event(row: Row[*tuple[Any, ...]]) -> Event:
    return Event(
        row.at,
        row.who,
        row.verb,
        record=row.record,
        revision=row.revision,
        note=row.note,
        to=row.recipient,
    )
