"""Edits by hand: kept as revisions, and told to the audit log."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from lessons.domain.errors import LessonsError
from lessons.domain.record import OUTSIDE, OUTSIDE_EDIT, Kind, Stored, kind_of
from lessons.library.means import Means
from lessons.ports import Event


class OutsideEdits:
    """What people change in the files themselves."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def settled(self, id: str) -> Stored:
        """The record, an edit by hand kept as a revision first. A theme that nobody has changed since it came with
        the product stays as it came: its file may be under somebody's own version control.
        """
        if kind_of(id) is Kind.THEME:
            stored = self._means.records.get(id)
            if stored.revision.number == 0:
                return stored
        return self._means.records.settle(id, at=self._means.clock())

    def note(self, revisions: Iterable[tuple[str, int]]) -> None:
        """Of these (id, number), those that an edit by hand became and that the audit log does not know yet. They
        are made whenever the store comes upon such an edit, and a crash may come in between.
        """
        events = []
        for id, number in revisions:
            with suppress(LessonsError):
                made = self._means.records.revision(id, number).revision if number else None
                if made and made.verb == OUTSIDE_EDIT and not self._is_noted(id, number):
                    events.append(_outside(self._means.clock(), id, number))
        if events:
            self._means.audit.note(*events)

    def _is_noted(self, id: str, number: int) -> bool:
        known = self._means.audit.events(record=id, who=OUTSIDE)
        return any(e.revision == number and e.note == OUTSIDE_EDIT for e in known)


def _outside(at: datetime, id: str, revision: int) -> Event:
    return Event(at, OUTSIDE, "alteration", record=id, revision=revision, note=OUTSIDE_EDIT)
