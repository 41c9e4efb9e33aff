"""Drafts and other small things that people keep for themselves alone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from lessons.adapters.database.engine import Database
from lessons.adapters.database.tables import note
from lessons.domain.errors import Invalid, NotFound, Problem, StaleWrite
from lessons.domain.text import N_
from lessons.ports import Note

LONGEST = 1_000_000  # bytes of JSON
CHANGING = ("subject", "saved", "body")  # with each save

_MINE = (note.c.id == bindparam("key"), note.c.owner == bindparam("mine"))
_GET = select(note).where(*_MINE)
_ALL = (
    select(note)
    .where(note.c.owner == bindparam("mine"), note.c.subject == bindparam("about"))
    .order_by(note.c.saved.desc(), note.c.id)
)
_EVERY = select(note).where(note.c.subject == bindparam("about")).order_by(note.c.saved, note.c.id)
_REPLACE = (
    update(note)
    .where(*_MINE, note.c.version == bindparam("expected"))
    .values(
        version=note.c.version + 1,
        **{c: bindparam(f"new_{c}") for c in CHANGING},
    )
)
_OWNER = select(note.c.owner).where(note.c.id == bindparam("key"))
_DROP = delete(note).where(*_MINE)


class DatabaseNotebook:
    """`Notebook` in the database. A body is at most a million bytes of JSON."""

    def __init__(self, database: Database) -> None:
        self._database = database
        add = database.upsert(note)
        new = {c: add.excluded[c] for c in CHANGING}
        self._over = add.on_conflict_do_update(
            index_elements=["id"],
            set_={"version": note.c.version + 1, **new},
            where=note.c.owner == add.excluded.owner,
        ).returning(note.c.version)
        self._first = add.on_conflict_do_nothing().returning(note.c.version)

    def keep(
        self,
        id: str,
        owner: str,
        subject: str,
        body: Mapping[str, Any],
        *,
        expected: int | None,
        now: datetime,
    ) -> Note:
        """Raises Invalid as well: too long, or not JSON."""
        row: dict[str, Any] = {"id": id, "owner": owner, "subject": subject, "saved": now}
        row["body"] = _json(body)
        with self._database.transaction() as connection:
            if expected is None:
                version = connection.scalar(self._over, row | {"version": 1})
            elif expected == 0:
                version = connection.scalar(self._first, row | {"version": 1})
            else:
                version = _next(connection, row, expected)
            if version is None:
                raise _refusal(connection, row)
        return Note(id, owner, subject, version, now, json.loads(row["body"]))

    def get(self, id: str, owner: str) -> Note:
        with self._database.direct() as connection:
            row = connection.execute(_GET, {"key": id, "mine": owner}).first()
        if row is None:
            raise NotFound()
        return _note(row)

    def all(self, owner: str, subject: str) -> Sequence[Note]:
        with self._database.direct() as connection:
            rows = connection.execute(_ALL, {"mine": owner, "about": subject})
            return [_note(row) for row in rows]

    def every(self, subject: str) -> Sequence[Note]:
        with self._database.direct() as connection:
            rows = connection.execute(_EVERY, {"about": subject})
            return [_note(row) for row in rows]

    def drop(self, id: str, owner: str) -> None:
        """Nothing happens where it is not there, or not theirs."""
        with self._database.transaction() as connection:
            connection.execute(_DROP, {"key": id, "mine": owner})


def _next(connection: Connection, row: dict[str, Any], expected: int) -> int | None:
    new = {f"new_{c}": row[c] for c in CHANGING}
    where = {"key": row["id"], "mine": row["owner"], "expected": expected}
    return expected + 1 if connection.execute(_REPLACE, where | new).rowcount else None


def _refusal(connection: Connection, row: dict[str, Any]) -> NotFound | StaleWrite:
    owner = connection.scalar(_OWNER, {"key": row["id"]})
    return StaleWrite(row["id"]) if owner in (None, row["owner"]) else NotFound()


def _json(body: Mapping[str, Any]) -> str:
    """In ASCII: every database keeps it, whatever people pasted."""
    try:
        text = json.dumps(dict(body), separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid([Problem("body", N_("This cannot be kept as a draft."))]) from error
    if len(text) > LONGEST:
        raise Invalid([Problem("body", N_("This is too long to keep as a draft. Shorten it."))])
    return text


def _note(row: Row[*tuple[Any, ...]]) -> Note:
    return Note(row.id, row.owner, row.subject, row.version, row.saved, json.loads(row.body))
