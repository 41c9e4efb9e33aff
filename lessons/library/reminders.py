"""Telling people by a timer: each thing once, however often, how late, and by how many at once it is run."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lessons.domain.access import SYSTEM_NAME, plain_name
from lessons.domain.reminding import family
from lessons.library.door import Library
from lessons.ports import Account, Accounts, Announced, Notice, Outbox

AT_ONCE = 200  # kept in one go
LOOKED_AT = 500  # of what somebody has not seen yet


@dataclass(frozen=True, slots=True)
class Reminder:
    """about: a record; "" for counts. number: below nought, and another for each time that it is to be told again.
    said: see `Notice`.
    """

    to: Account
    about: str
    event: str
    number: int
    said: Mapping[str, str] = field(default_factory=dict)


class Active:
    """Those who can sign in, by their names however typed."""

    def __init__(self, accounts: Accounts) -> None:
        self.all = [each for each in accounts.all() if not each.disabled]
        self._by_name = {plain_name(each.name): each for each in self.all}

    def named(self, names: Iterable[str]) -> list[Account]:
        """Each once; roles, and people who have left, are none of them."""
        found = (self._by_name.get(plain_name(name)) for name in names)
        return list({each.name: each for each in found if each}.values())


def tell_once(
    library: Library, outbox: Outbox, reminders: Iterable[Reminder], *, most: int = 0
) -> int:
    """Tell those who were not told before, if they may read what it is about; how many were told now.

    most: how many at one go, 0 for all: the others are told when it is done again. A process that dies on the way
    leaves some told and the others to the next run. Raises Busy.
    """
    heard: dict[str, Collection[tuple[str, int]]] = {}
    new: dict[tuple[str, str, int], Reminder] = {}
    for each in reminders:
        name, about = each.to.name, each.about
        if name not in heard:
            heard[name] = outbox.reminded(name)
        if (about, each.number) in heard[name] or (about and not library.peek(each.to.user, about)):
            continue
        new[name, about, each.number] = each
        if len(new) == most:
            break
    some = list(new.values())
    for start in range(0, len(some), AT_ONCE):
        _tell(library, outbox, some[start : start + AT_ONCE])
    return len(some)


def _tell(library: Library, outbox: Outbox, reminders: Collection[Reminder]) -> None:
    now = library.clock()
    made = []
    for each in reminders:
        token = f"remind {each.about} {each.number} {secrets.token_hex(8)}"
        notice = Notice(
            each.to.name, each.about, each.event, each.about, each.number, now, said=each.said
        )
        made.append(
            (Announced(token, each.about, each.number, now, SYSTEM_NAME, each.event), [notice])
        )
    outbox.put(made)
    outbox.settle([announced.token for announced, _ in made])
    for name in {each.to.name for each in reminders}:
        _take_back(outbox, name, [each for each in reminders if each.to.name == name], library)


def _take_back(outbox: Outbox, name: str, told: Iterable[Reminder], library: Library) -> None:
    """Earlier reminders of the same things that this person has not seen: the new ones say all that they said."""
    new = {(each.about, family(each.event)): each.number for each in told}
    unseen = outbox.for_person(name, unseen=True, limit=LOOKED_AT)
    old = [
        n.id
        for n in unseen
        if n.revision < 0 and new.get((n.about, family(n.event)), n.revision) != n.revision
    ]
    if old:
        outbox.mark_seen(name, old, now=library.clock())


class Daily:
    """Work that is done once a day, a portion at a time: for the process that keeps watch.

    work: each is given how much is a portion, and says how much it did.
    """

    def __init__(self, library: Library, *work: Callable[[int], int]) -> None:
        self._library = library
        self._work = work
        self._done: date | None = None

    def chore(self) -> bool:
        """Whether there is more to do. Raises what the work raises; it is then done again, from its beginning."""
        today = self._library.today
        if self._done == today:
            return False
        if any(each(AT_ONCE) >= AT_ONCE for each in self._work):
            return True
        self._done = today
        return False
