"""The small promises by which the house reaches outside things. Adapters keep them; contract tests hold them to it."""

from lessons.ports.attachments import Attached, Attachments, NotTaken
from lessons.ports.audit import AuditLog, Event
from lessons.ports.calendar import Diary, Entry, Holidays, NoHolidays
from lessons.ports.papers import Order, OrderReader, Printer
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
from lessons.ports.telling import (
    AddressRefused,
    Announced,
    Batch,
    Delivery,
    GivenAlready,
    Herald,
    Letter,
    MailFailed,
    MayHaveGone,
    NoMailServer,
    Notice,
    Outbox,
    Postman,
    Saving,
    Silence,
)

__all__ = [
    "Account",
    "Accounts",
    "AddressRefused",
    "Announced",
    "Attached",
    "Attachments",
    "AuditLog",
    "Batch",
    "Change",
    "Delivery",
    "Diary",
    "Entry",
    "Event",
    "Failing",
    "GivenAlready",
    "Herald",
    "Holidays",
    "Letter",
    "MailFailed",
    "MayHaveGone",
    "Mend",
    "Mended",
    "NoHolidays",
    "NoMailServer",
    "NotTaken",
    "Note",
    "Notebook",
    "Notice",
    "Order",
    "OrderReader",
    "Outbox",
    "Outcome",
    "Page",
    "Postman",
    "Printer",
    "RecordStore",
    "RecordText",
    "Reference",
    "Saving",
    "SearchIndex",
    "SearchTally",
    "SentenceModel",
    "Session",
    "Silence",
    "TokenInfo",
]
