"""People, and what is kept for each of them alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from lessons.domain.access import Role, User


@dataclass(frozen=True, slots=True)
class Account:
    """A local account. disabled accounts cannot sign in and hold no session.

    mail: where mail goes, "" for none. told: how often, a key of the list `told`.
    """

    name: str
    role: Role
    groups: frozenset[str] = frozenset()
    disabled: bool = False
    language: str = "en"
    example: bool = False
    mail: str = ""
    told: str = "daily"

    @property
    def user(self) -> User:
        return User(self.name, self.role, groups=self.groups, language=self.language)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. token: secret, given once to the browser; the store keeps only its hash."""

    token: str
    account: Account
    started: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A program's key, without the secret."""

    id: str
    name: str
    account: str
    expires: datetime | None
    revoked: bool


class Accounts(Protocol):
    """People, their sessions and keys. Names are compared case-folded. Times are aware UTC, given by the caller."""

    def add(self, account: Account, password: str) -> None:
        """Raises Invalid: name taken or malformed, password too short or too common."""

    def get(self, name: str) -> Account:
        """Raises NotFound."""

    def all(self) -> Sequence[Account]: ...

    def change(
        self,
        name: str,
        *,
        role: Role | None = None,
        groups: frozenset[str] | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Set what is given and nothing else, so that two changes at the same moment both hold; the account as it
        then is. A new role or disabling ends every session. Raises NotFound.
        """

    def choose(self, name: str, *, mail: str, told: str, language: str) -> Account:
        """What a person chooses for themselves: where, how often and in which language they hear. Raises NotFound."""

    def set_password(self, name: str, password: str) -> None:
        """Ends every session of that person. Raises NotFound, Invalid."""

    def sign_in(self, name: str, password: str, *, address: str, now: datetime) -> Session:
        """Raises SignInRefused: after the same work for an unknown name, a wrong password and a throttle."""

    def session(self, token: str, *, now: datetime) -> Session | None:
        """The session if it is alive (idle and absolute limits); notes that it was seen."""

    def sign_out(self, token: str) -> None: ...

    def sign_out_everywhere(self, name: str) -> int:
        """How many sessions were ended."""

    def add_token(
        self, name: str, account: str, expires: datetime | None, *, now: datetime
    ) -> tuple[TokenInfo, str]:
        """The key's description and the secret, which is never shown again. Raises NotFound."""

    def tokens(self) -> Sequence[TokenInfo]: ...

    def revoke_token(self, id: str) -> None:
        """Raises NotFound."""

    def bearer(self, secret: str, *, now: datetime) -> User | None: ...


@dataclass(frozen=True, slots=True)
class Note:
    """Something kept for one person alone: what they have begun and not sent, or a search they saved.

    subject: what it is for, such as "debrief" or "search". version counts saves from 1. body: JSON values only.
    """

    id: str
    owner: str
    subject: str
    version: int
    saved: datetime
    body: Mapping[str, Any]


class Notebook(Protocol):
    """Drafts and other small private things."""

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
        """Save. expected: the version it replaces, 0 for a new one, None to save over whatever is there.

        Raises StaleWrite; NotFound where the id belongs to somebody else; Invalid for what is too long.
        """

    def get(self, id: str, owner: str) -> Note:
        """Raises NotFound, also where it is somebody else's."""

    def all(self, owner: str, subject: str) -> Sequence[Note]:
        """Newest first."""

    def every(self, subject: str) -> Sequence[Note]:
        """Of all people, oldest first: for what the machine does on their behalf."""

    def drop(self, id: str, owner: str) -> None: ...
