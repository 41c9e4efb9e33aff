"""Telling people what became of what concerns them: in the app, and by mail."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Protocol

from lessons.domain.access import User
from lessons.domain.errors import LessonsError
from lessons.domain.record import Record
from lessons.domain.text import N_

# What a notice says, by key: as whom they are told (a Whom), another record that plays a part, keys of themes, the day
# that something is due on (ISO 8601). A notice of counts has each under its own name.
AS, OTHER, THEMES, DAY = "as", "other", "themes", "day"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that one person is told.

    to: name of their account. about: the record that they are shown, usually a lesson. event: what happened to it.
    source, revision: the save that they hear of, of this record or of another, such as the briefing it is used in.
    said: keys only, never words of a record: those are read where it is shown, so that erasing a record erases them.
    prompt: goes by mail as soon as it can, however often this person wants mail otherwise. id: 0 until it is kept.
    """

    to: str
    about: str
    event: str
    source: str
    revision: int
    at: datetime
    _: KW_ONLY
    said: Mapping[str, str] = field(default_factory=dict)
    seen: bool = False
    prompt: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Saving:
    """A record about to be kept as `revision`. before: the text that it takes the place of, None where it is new."""

    before: Record | None
    after: Record
    by: User
    verb: str
    revision: int
    at: datetime


class Herald(Protocol):
    """Asked by the Library around every save, so that nobody misses one and nobody hears of one that was not made."""

    def announce(self, savings: Sequence[Saving]) -> Sequence[str]:
        """Write down, before they are made, who will hear of them: a token for each, "" where nobody does.

        Raises Busy, and then nothing may be saved.
        """

    def settle(self, tokens: Sequence[str]) -> None:
        """These saves were made. Never raises: what is not settled now is settled by the history later."""

    def drop(self, tokens: Sequence[str]) -> None:
        """These were refused. Never raises."""


class Silence:
    """A herald where nobody is told anything."""

    def announce(self, savings: Sequence[Saving]) -> Sequence[str]:
        return [""] * len(savings)

    def settle(self, tokens: Sequence[str]) -> None: ...

    def drop(self, tokens: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Announced:
    """A save that was announced. at, by, verb: as the history will have them if it is made."""

    token: str
    record: str
    revision: int
    at: datetime
    by: str
    verb: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Notices claimed for one mail to one person. A repeat after a crash has the same token and the same `at`."""

    token: str
    to: str
    at: datetime
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How mail to one person goes. refused: the mail server would not take the address."""

    last: datetime | None = None
    failures: int = 0
    refused: bool = False


class Outbox(Protocol):
    """Notices, first unsettled, then for the person to read, and once each in a mail. Times are aware UTC."""

    def put(self, announced: Sequence[tuple[Announced, Sequence[Notice]]]) -> None:
        """Keep notices that nobody sees until they are settled, all or none. Raises Busy."""

    def settle(self, tokens: Sequence[str]) -> None: ...

    def drop(self, tokens: Sequence[str]) -> None: ...

    def unsettled(self, before: datetime) -> Sequence[Announced]:
        """What was announced earlier than that and neither settled nor dropped, oldest first."""

    def for_person(
        self, name: str, *, start: int = 0, limit: int = 20, unseen: bool = False
    ) -> Sequence[Notice]:
        """Newest first. unseen: those alone."""

    def reminded(self, name: str) -> Collection[tuple[str, int]]:
        """What they were told that is of no save: the record, and the number below nought in place of a revision."""

    def tell(
        self, name: str, things: Collection[str], notices: Sequence[Notice], *, now: datetime
    ) -> bool:
        """Tell somebody at once, and note which things that was, all or nothing: False, and nothing is told, where they
        were told any of these before, or there is no such account. Raises Busy.
        """

    def told(self, since: datetime, *, name: str = "") -> Mapping[str, Collection[str]]:
        """By person: what `tell` told them from then on. name: that one alone."""

    def mark_seen(self, name: str, ids: Sequence[int], *, now: datetime) -> int:
        """How many of these were theirs and not yet seen."""

    def mark_all_seen(self, name: str, *, upto: int, now: datetime) -> int:
        """Those with an id up to this one; how many there were."""

    def unseen(self, name: str) -> int: ...

    def claim(self, *, now: datetime) -> Batch | None:
        """The mail that is due next, for this process alone for a while; None where none is. Raises Busy."""

    def sent(self, batch: Batch, *, now: datetime, mailed: bool = True) -> None:
        """Its notices are not mailed again. mailed: whether there was anything that could be told by mail."""

    def hand(self, batch: Batch, *, now: datetime) -> bool:
        """Note that the server is about to be given its letter: from now on only `failed` brings it back. False where
        another process did so first, and then it must not be given. Raises Busy.
        """

    def failed(
        self, batch: Batch, *, now: datetime, refused: bool = False, handed: bool = False
    ) -> None:
        """It is tried again later, and later each time. handed: `hand` was told of it, and the server said that it did
        not take the letter.
        """

    def unsure(self, *, now: datetime) -> int:
        """Count as sent what was handed over by processes that never said how it ended; how many letters."""

    def delivery(self, name: str) -> Delivery: ...

    def begin_anew(self, name: str, *, now: datetime, waive: bool) -> None:
        """Another choice: forget how mail failed so far. waive: what waits now is not mailed."""

    def tidy(self, before: datetime) -> int:
        """Forget notices older than that; how many."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. key: the same letter has the same one, however often it is tried. at: when it was first tried."""

    to: str
    subject: str
    text: str
    language: str
    key: str
    at: datetime


class MailFailed(LessonsError):
    """This letter could not be handed over now."""

    message = N_("The mail server did not take a letter. It is tried again.")


class AddressRefused(MailFailed):
    """The server will not take letters for this address."""

    message = N_("The mail server refused an address.")


class MayHaveGone(LessonsError):
    """The server was given the letter, and did not say whether it took it."""

    message = N_("The mail server did not say whether it took a letter. It is not sent again.")


class GivenAlready(LessonsError):
    """Another process gave this letter to the server."""

    message = N_("Another process is sending this letter.")


class NoMailServer(MailFailed):
    """There is nobody to hand any letter to."""

    message = N_("The mail server cannot be reached. Mail is sent when it can.")


class Postman(Protocol):
    """Takes letters to a mail server."""

    def send(self, letter: Letter, on_the_point: Callable[[], None] = lambda: None) -> None:
        """On return the server has taken it. on_the_point: called once, after everything that can be refused without
        the letter, and right before the server is given it; what it raises is raised, and nothing is given.

        Raises MailFailed, AddressRefused, NoMailServer: the server has not got it. Raises MayHaveGone.
        """
