"""People: their accounts, how they sign in, and the keys of their programs."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from lessons.adapters.database import passwords
from lessons.adapters.database.engine import Database
from lessons.adapters.database.keys import Keys
from lessons.adapters.database.passwords import Cost, Passwords, fold
from lessons.adapters.database.sessions import PUBLIC, Sessions, to_account
from lessons.adapters.database.tables import account
from lessons.adapters.database.throttle import Throttle
from lessons.domain.access import Role, User
from lessons.domain.errors import Invalid, NotFound, SignInRefused
from lessons.ports import Account, Session, TokenInfo

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)  # a shift

_ADD = insert(account)
_ALL = select(*PUBLIC).order_by(account.c.name)
_GET = select(*PUBLIC).where(account.c.name == bindparam("person"))
_WITH_PASSWORD = select(account).where(account.c.name == bindparam("person"))
_FOR_CHANGE = _WITH_PASSWORD.with_for_update()
_SET_PASSWORD = (
    update(account)
    .where(account.c.name == bindparam("person"))
    .values(password=bindparam("new_password"))
)


class DatabaseAccounts:
    """`Accounts` in the database.

    idle, absolute: limits of a session. cost: what a password hash takes.
    """

    def __init__(
        self,
        database: Database,
        *,
        idle: timedelta = IDLE,
        absolute: timedelta = ABSOLUTE,
        cost: Cost | None = None,
    ) -> None:
        self._database = database
        self._passwords = Passwords(cost or Cost())
        self._throttle = Throttle(database)
        self._sessions = Sessions(database, idle, absolute)
        self._keys = Keys(database)

    def add(self, account: Account, password: str) -> None:
        problems = passwords.name_problems(account.name)
        problems += passwords.password_problems(account.name, password)
        if problems:
            raise Invalid(problems)
        row = _row(account) | {
            "name": fold(account.name),
            "password": self._passwords.hash(password),
        }
        try:
            with self._database.transaction() as connection:
                connection.execute(_ADD, row)
        except IntegrityError as error:
            raise Invalid([passwords.name_taken()]) from error

    def get(self, name: str) -> Account:
        with self._database.direct() as connection:
            return to_account(_found(connection.execute(_GET, {"person": fold(name)}).first()))

    def all(self) -> Sequence[Account]:
        """By name."""
        with self._database.direct() as connection:
            return [to_account(row) for row in connection.execute(_ALL)]

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        groups: frozenset[str] | None = None,
        disabled: bool | None = None,
    ) -> Account:
        given = {"role": role.value if role else None, "groups": groups, "disabled": disabled}
        new = {column: value for column, value in given.items() if value is not None}
        return self._set(fold(name), new)

    def choose(self, name: str, *, mail: str, told: str, language: str) -> Account:
        return self._set(fold(name), {"mail": mail, "told": told, "language": language})

    def _set(self, name: str, new: dict[str, Any]) -> Account:
        """These columns and no other, which somebody else may be changing."""
        with self._database.transaction() as connection:
            before = _found(connection.execute(_FOR_CHANGE, {"person": name}).first())
            if new:
                connection.execute(update(account).where(account.c.name == name).values(new))
            after = to_account(_found(connection.execute(_GET, {"person": name}).first()))
            if new.get("disabled") or before.role != after.role:
                self._sessions.end_all(connection, name)
        return after

    def set_password(self, name: str, password: str) -> None:
        person = self.get(name).name
        problems = passwords.password_problems(person, password)
        if problems:
            raise Invalid(problems)
        hashed = self._passwords.hash(password)
        with self._database.transaction() as connection:
            connection.execute(_SET_PASSWORD, {"person": person, "new_password": hashed})
            self._sessions.end_all(connection, person)
            # Somebody else may have signed in with the old password, from a place of theirs.
            self._throttle.forget_places(connection, person)

    def sign_in(self, name: str, password: str, *, address: str, now: datetime) -> Session:
        person = fold(name)
        # What cannot be a name is counted too, each by itself; the mark keeps it from being one.
        counted = person or "?" + passwords.digest(name)
        admitted = self._throttle.admit(counted, address, now)
        with self._database.direct() as connection:
            row = connection.execute(_WITH_PASSWORD, {"person": person}).first()
        usable = admitted and row is not None and not row.disabled
        fits = self._passwords.fits(row.password if usable and row else None, password)
        if row is None or not fits:
            raise SignInRefused()
        return self._begin(row, password, address, now)

    def _begin(
        self, row: Row[*tuple[Any, ...]], password: str, address: str, now: datetime
    ) -> Session:
        """Start the session, if the account is still as it was when the password was looked at."""
        name = row.name
        rehashed = self._passwords.hash(password) if self._passwords.is_stale(row.password) else ""
        with self._database.transaction() as connection:
            today = connection.execute(_FOR_CHANGE, {"person": name}).first()
            if today is None or today.disabled or today.password != row.password:
                raise SignInRefused()
            if rehashed:
                connection.execute(_SET_PASSWORD, {"person": name, "new_password": rehashed})
            self._throttle.forgive(connection, name, address, now)
            return self._sessions.start(connection, to_account(today), now)

    def session(self, token: str, *, now: datetime) -> Session | None:
        return self._sessions.find(token, now)

    def sign_out(self, token: str) -> None:
        self._sessions.end(token)

    def sign_out_everywhere(self, name: str) -> int:
        with self._database.transaction() as connection:
            return self._sessions.end_all(connection, fold(name))

    def add_token(
        self, name: str, account: str, expires: datetime | None, *, now: datetime
    ) -> tuple[TokenInfo, str]:
        return self._keys.add(name, fold(account), expires, now)

    def tokens(self) -> Sequence[TokenInfo]:
        """Oldest first."""
        return self._keys.all()

    def revoke_token(self, id: str) -> None:
        self._keys.revoke(id)

    def bearer(self, secret: str, *, now: datetime) -> User | None:
        return self._keys.user(secret, now)


def _row(account: Account) -> dict[str, object]:
    """All of it but the name, which is folded, and the password, which is hashed."""
    kept = {f.name: getattr(account, f.name) for f in fields(account) if f.name != "name"}
    return kept | {"role": account.role.value}


def _found(row: Row[*tuple[Any, ...]] | None) -> Row[*tuple[Any, ...]]:
    if row is None:
        raise NotFound()
    return row
