"""Sending what is due: one mail to each person, claimed, noted as being handed over, handed over, and noted as sent.

No letter goes twice, and that has a price. Between the moment at which a letter is noted as being handed over and the
answer of the server lies a moment in which nobody can know whether it went. A process that dies there, or a server that
falls silent there, leaves a letter that may not have gone: it counts as sent, is not sent again, and is told as such.
What it said stands in the service all the same. Whatever happens before that moment is tried again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from time import monotonic

from lessons.domain.errors import LessonsError, NotFound
from lessons.library import Library
from lessons.ports import (
    Accounts,
    AddressRefused,
    Batch,
    GivenAlready,
    MailFailed,
    MayHaveGone,
    NoMailServer,
    Outbox,
    Postman,
)
from lessons.services.telling.heralding import catch_up
from lessons.services.telling.letters import Speak, compose

log = logging.getLogger(__name__)
KEPT = timedelta(days=365)
EVERY_MINUTE, EVERY_DAY = timedelta(minutes=1), timedelta(days=1)
LONGEST_REST = timedelta(minutes=15)  # from a mail server that cannot be reached
# While serving, so that whoever keeps watch on the records is not held up: letters, and seconds, of one round.
MOST_AT_A_TIME, LONGEST_ROUND = 20, 5.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round did. settled: saves told of after a crash. unreachable: it ended early, for want of a server.
    unsure: letters that may not have gone, and do not go again.
    """

    sent: int = 0
    failed: int = 0
    settled: int = 0
    unreachable: bool = False
    unsure: int = 0


@dataclass(slots=True)
class _Point:
    """The moment before the server is given a letter. reached: by this process, so that a refusal after it counts."""

    outbox: Outbox
    batch: Batch
    library: Library
    reached: bool = False

    def __call__(self) -> None:
        """Raises GivenAlready, Busy."""
        if not self.outbox.hand(self.batch, now=self.library.clock()):
            raise GivenAlready()
        self.reached = True


@dataclass(slots=True)
class Mailroom:
    """Sends mail while serving and on command. postman: None where no mail server is set."""

    library: Library
    accounts: Accounts
    outbox: Outbox
    postman: Postman | None
    speak: Speak
    base_url: str = ""
    _next: dict[str, datetime] = field(default_factory=dict)
    _rest: timedelta = EVERY_MINUTE

    def chore(self) -> None:
        """What there is to do now, a little at a time: for the process that keeps watch."""
        if self._turn("settle", EVERY_MINUTE):
            catch_up(self.outbox, self.library.records, self.library.clock())
        if self._turn("tidy", EVERY_DAY):
            self.outbox.tidy(self.library.clock() - KEPT)
        if self._next.get("mail", self.library.clock()) > self.library.clock():
            return
        if self._deliver(MOST_AT_A_TIME).unreachable:
            self._next["mail"] = self.library.clock() + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST)
        else:
            self._rest = EVERY_MINUTE

    def _turn(self, what: str, every: timedelta) -> bool:
        now = self.library.clock()
        if self._next.get(what, now) > now:
            return False
        self._next[what] = now + every
        return True

    def deliver(self, progress: Callable[[int], None] = lambda done: None) -> Delivered:
        """Everything that is due."""
        settled = catch_up(self.outbox, self.library.records, self.library.clock())
        done = self._deliver(None, progress)
        return replace(done, settled=settled)

    def _deliver(
        self, most: int | None, progress: Callable[[int], None] = lambda done: None
    ) -> Delivered:
        sent = failed = 0
        unsure = self.outbox.unsure(now=self.library.clock())
        until = inf if most is None else monotonic() + LONGEST_ROUND
        while self.postman and sent + failed + unsure < (most or inf) and monotonic() < until:
            batch = self.outbox.claim(now=self.library.clock())
            if batch is None:
                break
            point = _Point(self.outbox, batch, self.library)
            try:
                sent += self._hand_over(self.postman, batch, point)
            except NoMailServer as error:
                log.warning("%s", error)
                self.outbox.failed(batch, now=self.library.clock())
                return Delivered(sent, failed + 1, unreachable=True, unsure=unsure)
            except MayHaveGone as error:
                log.warning("mail to %s: %s", batch.to, error)
                self._mark(batch, mailed=True)
                unsure += 1
            except GivenAlready:
                continue
            except MailFailed as error:
                log.warning("mail to %s: %s", batch.to, error)
                refused, now = isinstance(error, AddressRefused), self.library.clock()
                self.outbox.failed(batch, now=now, refused=refused, handed=point.reached)
                failed += 1
            except Exception:
                log.exception("mail to %s could not be written", batch.to)
                self.outbox.failed(batch, now=self.library.clock())
                failed += 1
            progress(sent + failed)
        return Delivered(sent, failed, unsure=unsure)

    def _hand_over(self, postman: Postman, batch: Batch, point: "_Point") -> bool:
        """Whether there was anything to send. Raises MailFailed, MayHaveGone, GivenAlready."""
        try:
            account = self.accounts.get(batch.to)
            letter = compose(self.library, account, batch, self.speak, self.base_url)
        except NotFound:
            letter = None
        if letter is not None:
            postman.send(letter, point)
        self._mark(batch, mailed=letter is not None)
        return letter is not None

    def _mark(self, batch: Batch, *, mailed: bool) -> None:
        """The letter is out: if that cannot be noted, it counts later as one that may not have gone."""
        try:
            self.outbox.sent(batch, now=self.library.clock(), mailed=mailed)
        except LessonsError:
            log.exception("mail to %s is sent, and could not be noted as sent", batch.to)
