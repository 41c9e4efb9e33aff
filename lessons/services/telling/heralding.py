"""Telling what was saved, and only that: written down before a save, settled after it, made good after a crash."""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from lessons.domain.errors import LessonsError
from lessons.domain.record import Record
from lessons.ports import Accounts, Announced, Outbox, RecordStore, Saving
from lessons.services.telling.deriving import People, derive

log = logging.getLogger(__name__)
SURELY_DONE = timedelta(minutes=1)  # by then a save was settled by whoever made it
SURELY_NOT = timedelta(hours=1)  # by then a save that was announced is no longer going to be made


class Heralding:
    """`Herald`: who hears of a save stands in the outbox before the save is made."""

    def __init__(self, outbox: Outbox, accounts: Accounts, records: RecordStore) -> None:
        self._outbox = outbox
        self._accounts = accounts
        self._records = records

    def announce(self, savings: Sequence[Saving]) -> Sequence[str]:
        people, found = People(self._accounts), []
        for saving in savings:
            notices = derive(saving, people, self._find)
            found.append((_announced(saving, secrets.token_hex(16) if notices else ""), notices))
        self._outbox.put([each for each in found if each[1]])
        return [save.token for save, _ in found]

    def _find(self, id: str) -> Record | None:
        try:
            return self._records.get(id).record
        except LessonsError:
            return None

    def settle(self, tokens: Sequence[str]) -> None:
        self._try(self._outbox.settle, tokens)

    def drop(self, tokens: Sequence[str]) -> None:
        self._try(self._outbox.drop, tokens)

    @staticmethod
    def _try(do: Callable[[Sequence[str]], None], tokens: Sequence[str]) -> None:
        """The save stands or was refused already, so nothing here may change that."""
        if not any(tokens):
            return
        try:
            do(tokens)
        except Exception:
            log.exception("notices could not be settled just now; the history settles them later")


def _announced(saving: Saving, token: str) -> Announced:
    return Announced(
        token, saving.after.id, saving.revision, saving.at, saving.by.name, saving.verb
    )


def catch_up(outbox: Outbox, records: RecordStore, now: datetime) -> int:
    """Settle or drop what a process left behind that ended in the middle of a save; how many are told after all."""
    made, not_made = [], []
    for save in outbox.unsettled(now - SURELY_DONE):
        was = _was_made(save, records)
        if was:
            made.append(save.token)
        elif was is not None or save.at < now - SURELY_NOT:
            not_made.append(save.token)
    outbox.settle(made)
    outbox.drop(not_made)
    return len(made)


def _was_made(save: Announced, records: RecordStore) -> bool | None:
    """Whether the history has this save; None where it has none of that number, so that it may yet be made."""
    try:
        history = records.history(save.record)
    except LessonsError:
        return None
    kept = next((each for each in history if each.number == save.revision), None)
    if kept is None:
        return None
    return (kept.at, kept.by, kept.verb) == (save.at, save.by, save.verb)
