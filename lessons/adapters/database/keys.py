"""Keys by which programs sign in: `id.secret`. The id is public; of the secret a hash is kept."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from lessons.adapters.database.engine import Database
from lessons.adapters.database.passwords import digest
from lessons.adapters.database.sessions import LONGEST_SECRET, PUBLIC, to_account
from lessons.adapters.database.tables import account, bearer_token
from lessons.domain.access import User
from lessons.domain.errors import NotFound
from lessons.ports import TokenInfo

_ADD = insert(bearer_token)
_ALL = select(bearer_token).order_by(bearer_token.c.added, bearer_token.c.id)
_REVOKE = update(bearer_token).where(bearer_token.c.id == bindparam("key")).values(revoked=True)
_FIND = (
    select(*PUBLIC, bearer_token.c.secret, bearer_token.c.expires, bearer_token.c.revoked)
    .join_from(bearer_token, account)
    .where(bearer_token.c.id == bindparam("key"))
)
_OWNER = select(account.c.name).where(account.c.name == bindparam("owner"))


class Keys:
    """Keys of programs. `owner` is a folded name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, owner: str, expires: datetime | None, now: datetime
    ) -> tuple[TokenInfo, str]:
        """Raises NotFound."""
        info = TokenInfo(secrets.token_hex(6), name, owner, expires, revoked=False)
        secret = secrets.token_urlsafe(32)
        row = {"id": info.id, "name": name, "account": owner, "secret": digest(secret)}
        times = {"added": now, "expires": expires, "revoked": False}
        with self._database.transaction() as connection:
            if connection.execute(_OWNER, {"owner": owner}).first() is None:
                raise NotFound()
            connection.execute(_ADD, row | times)
        return info, f"{info.id}.{secret}"

    def all(self) -> Sequence[TokenInfo]:
        """Oldest first, the revoked and expired among them."""
        with self._database.direct() as connection:
            return [_info(row) for row in connection.execute(_ALL)]

    def revoke(self, id: str) -> None:
        """Raises NotFound."""
        with self._database.transaction() as connection:
            if not connection.execute(_REVOKE, {"key": id}).rowcount:
                raise NotFound()

    def user(self, key: str, now: datetime) -> User | None:
        id, _, secret = key.partition(".")
        if not id.isalnum() or not secret or len(key) > LONGEST_SECRET:
            return None
        with self._database.direct() as connection:
            row = connection.execute(_FIND, {"key": id}).first()
        if row is None or not hmac.compare_digest(row.secret, digest(secret)):
            return None
        if row.revoked or row.disabled or (row.expires is not None and row.expires <= now):
            return None
        return to_account(row).user


def _info(row: Row[*tuple[Any, ...]]) -> TokenInfo:
    return TokenInfo(row.id, row.name, row.account, row.expires, row.revoked)
