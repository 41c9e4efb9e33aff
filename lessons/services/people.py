"""People: accounts, signing in and out, keys for programs. Every act is audited; no secret ever is."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lessons.domain import access
from lessons.domain.access import SYSTEM, Permit, Role, User
from lessons.domain.errors import Invalid, NotFound, Problem, SignInRefused
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Account, Accounts, Event, Session, TokenInfo

UNKNOWN = "unknown name"
PASSWORD_WORDS = 20  # characters of a password that we make


@dataclass(frozen=True, slots=True)
class Made:
    """An account just made or reset, with the password that is shown this once."""

    account: Account
    password: str


def new_password() -> str:
    return secrets.token_urlsafe(PASSWORD_WORDS)[:PASSWORD_WORDS]


def _note(library: Library, by: User, verb: str, about: str, note: str = "") -> None:
    library.audit.note(Event(library.clock(), by.name, verb, to=about, note=note))


def sign_in(
    accounts: Accounts, library: Library, name: str, password: str, *, address: str
) -> Session:
    """Raises SignInRefused."""
    now = library.clock()
    try:
        session = accounts.sign_in(name, password, address=address, now=now)
    except SignInRefused:
        library.audit.note(Event(now, _known_name(accounts, name), "sign-in refused"))
        raise
    library.audit.note(Event(now, session.account.name, "sign in"))
    return session


def _known_name(accounts: Accounts, name: str) -> str:
    """The name where there is such an account: people type their password into the wrong box."""
    try:
        return accounts.get(name).name
    except NotFound:
        return UNKNOWN


def sign_out(accounts: Accounts, library: Library, who: User, token: str) -> None:
    accounts.sign_out(token)
    library.audit.note(Event(library.clock(), who.name, "sign out"))


def sign_out_everywhere(accounts: Accounts, library: Library, who: User) -> int:
    """How many sessions were ended, this one among them."""
    ended = accounts.sign_out_everywhere(who.name)
    library.audit.note(Event(library.clock(), who.name, "sign out everywhere"))
    return ended


def add(
    accounts: Accounts, library: Library, by: User, account: Account, password: str = ""
) -> Made:
    """Make an account; without a password, one is made. Raises NotAllowed, Invalid."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    password = password or new_password()
    _note(library, by, "account added", account.name, account.role)
    accounts.add(account, password)
    return Made(account, password)


def change_role(accounts: Accounts, library: Library, by: User, name: str, role: Role) -> Account:
    """Raises NotAllowed, NotFound."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    _note(library, by, "role changed", accounts.get(name).name, role)
    return accounts.change(name, role=role)


def disable(accounts: Accounts, library: Library, by: User, name: str) -> Account:
    """Raises NotAllowed, NotFound."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    _note(library, by, "account disabled", accounts.get(name).name)
    return accounts.change(name, disabled=True)


def reset(accounts: Accounts, library: Library, by: User, name: str) -> Made:
    """A new password, shown once; every session of that person ends. Raises NotAllowed, NotFound."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    account = accounts.get(name)
    password = new_password()
    _note(library, by, "password reset", account.name)
    accounts.set_password(account.name, password)
    return Made(account, password)


def change_own_password(
    accounts: Accounts, library: Library, who: User, old: str, new: str, again: str, *, address: str
) -> Session:
    """Raises Invalid. Every session ends; the one returned is the new one."""
    if new != again:
        raise Invalid([Problem("again", N_("The two new passwords are not the same."))])
    now = library.clock()
    try:
        tried = accounts.sign_in(who.name, old, address=address, now=now)
    except SignInRefused:
        _note(library, who, "password change refused", who.name)
        wrong = N_(
            "That is not your password now, or there were too many tries. Wait, then try again."
        )
        raise Invalid([Problem("old", wrong)]) from None
    try:
        accounts.set_password(who.name, new)
    except Invalid:
        accounts.sign_out(tried.token)
        raise
    _note(library, who, "password changed", who.name)
    return accounts.sign_in(who.name, new, address=address, now=now)


def add_token(
    accounts: Accounts, library: Library, by: User, name: str, account: str, days: int | None
) -> tuple[TokenInfo, str]:
    """A key for a program that acts as `account`. Raises NotAllowed, NotFound."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    now = library.clock()
    expires: datetime | None = now + timedelta(days=days) if days else None
    info, secret = accounts.add_token(name, account, expires, now=now)
    _note(library, by, "key added", account, info.id)
    return info, secret


def revoke_token(accounts: Accounts, library: Library, by: User, id: str) -> None:
    """Raises NotAllowed, NotFound."""
    access.demand(by, Permit.MANAGE_PEOPLE)
    accounts.revoke_token(id)
    _note(library, by, "key revoked", "", id)


def add_examples(accounts: Accounts, library: Library) -> Sequence[Made]:
    """One example account for each role, and a second reviewer because some decisions take two; those that there are
    not yet, each with a password made at random.
    """
    made = []
    for name, role in (*((role.value, role) for role in Role), ("reviewer2", Role.REVIEWER)):
        try:
            accounts.get(name)
        except NotFound:
            made.append(add(accounts, library, SYSTEM, Account(name, role, example=True)))
    return made
