"""Who is signed in. The browser holds a random token; only its SHA-256 is kept."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, false, insert, or_, select, update

from lessons.adapters.database.engine import Database
from lessons.adapters.database.passwords import digest
from lessons.adapters.database.tables import account, session
from lessons.domain.access import Role
from lessons.ports import Account, Session

SEEN_EVERY = timedelta(minutes=1)
LONGEST_SECRET = 200  # of what a browser or program sends; ours are shorter

PUBLIC = tuple(c for c in account.c if c is not account.c.password)

_FIND = (
    select(*PUBLIC, session.c.started, session.c.seen)
    .join_from(session, account)
    .where(session.c.token == bindparam("token"), account.c.disabled == false())
)
_SEEN = (
    update(session)
    .where(session.c.token == bindparam("hashed"), session.c.seen == bindparam("before"))
    .values(seen=bindparam("now"))
)
_START = insert(session).inline()
_END = delete(session).where(session.c.token == bindparam("hashed"))
_END_ALL = delete(session).where(session.c.account == bindparam("person"))
_END_OLD = delete(session).where(
    or_(session.c.seen < bindparam("idle"), session.c.started < bindparam("absolute"))
)


def to_account(row: Row[*tuple[Any, ...]]) -> Account:
    return Account(
        row.name,
        Role(row.role),
        groups=row.groups,
        disabled=row.disabled,
        language=row.language,
        example=row.example,
        mail=row.mail,
        told=row.told,
    )


class Sessions:
    """idle: longest time between two requests. absolute: longest time since signing in.

    `seen` is written at most once a minute, so the idle limit may come
    up to a minute early, never late.
    """

    def __init__(self, database: Database, idle: timedelta, absolute: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._absolute = absolute

    def start(self, connection: Connection, person: Account, now: datetime) -> Session:
        """A new session; those of anybody that are over are cleared away."""
        connection.execute(_END_OLD, {"idle": now - self._idle, "absolute": now - self._absolute})
        token = secrets.token_urlsafe(32)
        row = {"token": digest(token), "account": person.name, "started": now, "seen": now}
        connection.execute(_START, row)
        return Session(token, person, now, now)

    def find(self, token: str, now: datetime) -> Session | None:
        if not token or len(token) > LONGEST_SECRET:
            return None
        hashed = digest(token)
        with self._database.direct() as connection:
            row = connection.execute(_FIND, {"token": hashed}).first()
            if row is None or not self._is_alive(row.started, row.seen, now):
                return None
            seen = row.seen
            if now - seen >= SEEN_EVERY:
                connection.execute(_SEEN, {"hashed": hashed, "before": seen, "now": now})
                seen = now
        return Session(token, to_account(row), row.started, seen)

    def _is_alive(self, started: datetime, seen: datetime, now: datetime) -> bool:
        return now - seen <= self._idle and now - started <= self._absolute

    def end(self, token: str) -> None:
        if len(token) <= LONGEST_SECRET:
            with self._database.transaction() as connection:
                connection.execute(_END, {"hashed": digest(token)})

    @staticmethod
    def end_all(connection: Connection, name: str) -> int:
        """How many there were."""
        return connection.execute(_END_ALL, {"person": name}).rowcount
