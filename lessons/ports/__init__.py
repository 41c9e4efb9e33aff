"""The small promises by which the house reaches outside things. Adapters keep them; contract tests hold them to it."""

from lessons.ports.audit import AuditLog, Event
from lessons.ports.people import Account, Accounts, Note, Notebook, Session, TokenInfo
from lessons.ports.records import Change, RecordStore, RecordText
from lessons.ports.reference import Page, Reference
from lessons.ports.search import (
    Failing,
    Mend,
    Mended,
    Outcome,
    SearchIndex,
    SearchTally,
    SentenceModel,
)

__all__ = [
    "Account",
    "Accounts",
    "AuditLog",
    "Change",
    "Event",
    "Failing",
    "Mend",
    "Mended",
    "Note",
    "Notebook",
    "Outcome",
    "Page",
    "RecordStore",
    "RecordText",
    "Reference",
    "SearchIndex",
    "SearchTally",
    "SentenceModel",
    "Session",
    "TokenInfo",
]
