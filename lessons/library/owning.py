"""Who may own something: somebody with an account, who then hears of it, or a role that is said to be one."""

from collections.abc import Iterable
from difflib import get_close_matches

from lessons.domain.access import Permit, User, plain_name
from lessons.domain.errors import Invalid, Problem
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.ports import Accounts

ROLE = "role:"  # before words that name a role, as a program or the command line says that they do
NOBODY = N_(
    "There is no account of that name. If it is a role, tick that it is one, or write “role:” before it."
)
NEAR = N_(
    "There is no account of that name. Near it are: %(names)s. If it is a role, tick that it is one, or write “role:” "
    "before it."
)
MOST_NEAR = 3


def active(accounts: Accounts) -> list[str]:
    """The names of all who can sign in, as people look them up."""
    return sorted((a.name for a in accounts.all() if not a.disabled), key=str.casefold)


def owner_of(accounts: Accounts, by: User, typed: str, before: Record) -> str:
    """The owner as it is kept: the name of an account in its own spelling, or the words of a role.

    Names that are near are told to those alone who are offered all of them anyway. Raises Invalid.
    """
    is_role = plain_name(typed).startswith(ROLE)
    words = " ".join((typed.strip()[len(ROLE) :] if is_role else typed).split())
    names = {plain_name(name): name for name in active(accounts)}
    there = names.get(plain_name(words))
    if there or not words or is_role:
        return there or words
    if plain_name(words) == plain_name(before.line("owner")):
        return words  # whoever has it already keeps it
    near = _near(plain_name(words), names) if by.may(Permit.STEER) else []
    if not near:
        raise Invalid([Problem("owner", NOBODY)])
    told = ", ".join(names[each] for each in near)
    raise Invalid([Problem("owner", NEAR, values=(("names", told),))])


def _near(words: str, names: Iterable[str]) -> list[str]:
    return get_close_matches(words, list(names), MOST_NEAR)
