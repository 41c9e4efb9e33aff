"""How a person wants to hear: where mail goes, how often, and in which language."""

import re

from lessons.domain.access import User
from lessons.domain.errors import Invalid, Problem
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Account, Accounts, Event, Outbox

HOW_OFTEN = ("at_once", "daily", "weekly", "never")  # labels stand in the list `told`
NEVER = "never"
LANGUAGES = ("en", "cy")
LONGEST = 254  # characters of an address, by RFC 5321
# Without "=?", which would be read as coded words in the head of a letter.
_ADDRESS = re.compile(
    r"(?!.*=\?)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)


def choose(
    accounts: Accounts, outbox: Outbox, library: Library, who: User, *, mail: str, told: str, language: str
) -> Account:  # fmt: skip
    """Keep what a person chose. Raises Invalid."""
    mail = mail.strip()
    before = accounts.get(who.name)
    problems = _problems(mail, told, language)
    if problems:
        raise Invalid(problems)
    library.audit.note(Event(library.clock(), who.name, "mail chosen", to=who.name, note=told))
    moment, silent = library.clock(), not before.mail or before.told == NEVER
    if silent:  # what a person was told in the app alone does not come by mail months later
        outbox.begin_anew(before.name, now=moment, waive=True)
    after = accounts.choose(who.name, mail=mail, told=told, language=language)
    if not silent and before.mail != mail:
        outbox.begin_anew(after.name, now=moment, waive=False)
    return after


def _problems(mail: str, told: str, language: str) -> list[Problem]:
    problems = []
    if mail and (len(mail) > LONGEST or not _ADDRESS.fullmatch(mail)):
        wrong = N_("Enter one mail address, such as name@force.police.uk, or leave this empty.")
        problems.append(Problem("mail", wrong))
    if told not in HOW_OFTEN:
        problems.append(Problem("told", N_("Choose how often you want mail.")))
    elif not mail and told == "at_once":
        problems.append(Problem("mail", N_("Enter the address to which mail is to go.")))
    if language not in LANGUAGES:
        problems.append(Problem("language", N_("Choose a language.")))
    return problems
