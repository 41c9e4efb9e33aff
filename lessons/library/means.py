"""What the parts of the library work with: the library itself, as they see it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from lessons.ports import AuditLog, RecordStore, Reference, SearchIndex


class Means(Protocol):
    """The outside things that belong to one knowledge base, and its clock."""

    records: RecordStore
    index: SearchIndex
    audit: AuditLog
    reference: Reference
    clock: Callable[[], datetime]

    @property
    def today(self) -> date: ...
