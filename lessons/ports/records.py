"""Where records are kept, as text and with every revision of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lessons.domain.errors import LessonsError
from lessons.domain.record import Kind, Record, Revision, Stored


class RecordText(Protocol):
    """A record as the text of a plain file. Law: `parse(render(s)) == s`."""

    def render(self, stored: Stored) -> str: ...

    def parse(self, text: str, path: str = "") -> Stored:
        """Raises Unreadable, with the line and field of every problem found."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a bulk save. expected: the revision number it replaces; 0 when it must be new."""

    record: Record
    expected: int


class RecordStore(Protocol):
    """Every record and every revision of it. Holds between threads and processes, and over a kill at any instant."""

    def get(self, id: str) -> Stored:
        """The current text. Raises NotFound, Unreadable."""

    def put(self, record: Record, *, expected: int, by: str, verb: str, at: datetime) -> Stored:
        """Save as revision `expected` + 1 if the current revision is `expected` (0: must be new), and return it.

        On return it is on disk. Raises StaleWrite; Unreadable where an edit by hand that cannot be read is in the
        way; Invalid for a field that the schema does not have; Busy.
        """

    def put_many(
        self, changes: Sequence[Change], *, by: str, verb: str, at: datetime
    ) -> list[Stored | LessonsError]:
        """Many at once, flushed together: the same promise for each, its answer in the same place."""

    def version(self, id: str) -> str:
        """Of the current text, without opening it; "" where there is none, or where that takes a closer look."""

    def versions(self, kind: Kind | None = None) -> Mapping[str, str]:
        """The version of every file named as a record (of one kind) by id, without opening any."""

    def settle(self, id: str, *, at: datetime) -> Stored:
        """The current text; where somebody edited the file by hand, that edit is first kept as a revision.

        Raises NotFound, Unreadable.
        """

    def history(self, id: str) -> Sequence[Revision]:
        """Every revision, oldest first; a purged record has one, the tombstone. Raises NotFound."""

    def revision(self, id: str, number: int) -> Stored:
        """Raises NotFound."""

    def purge(self, id: str, *, by: str, why: str, at: datetime) -> None:
        """Destroy every text of a record, leaving a tombstone without content. Raises NotFound."""

    def redact(self, id: str, number: int, *, by: str, why: str, at: datetime) -> None:
        """Destroy the text of one earlier revision. Who made it, when and how stay, and with them the fields that say
        who may know of it (`access.WHO_MAY_KNOW`); its `Revision.closed` says by whom and why. Doing it again changes
        nothing. Raises NotFound; Invalid for the current revision; Busy.
        """

    def strays(self) -> Sequence[tuple[str, str]]:
        """Files in the record folders that are not named as records: (path, why)."""

    def writable(self) -> bool: ...
