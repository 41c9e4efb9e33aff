"""Who did what."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit log: who did what to which record, never its content.

    verb: for section 62 of the Data Protection Act 2018 one of collection, alteration, consultation, disclosure,
    combination, erasure, or a word of our own (sign in, search, role change). to: recipient of a disclosure.
    """

    at: datetime
    who: str
    verb: str
    _: KW_ONLY
    record: str = ""
    revision: int = 0
    note: str = ""
    to: str = ""


class AuditLog(Protocol):
    """Append only."""

    def note(self, *events: Event) -> None:
        """On return the events outlive this process; those of a write also outlive the machine."""

    def events(
        self, *, record: str = "", who: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> Iterator[Event]:
        """Newest first."""
