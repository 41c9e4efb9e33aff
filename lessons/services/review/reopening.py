"""Learned lessons that happened again: which an accepted one reopens, and why one that was learned is open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.errors import LessonsError
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.states import GOOD, State
from lessons.library import Library

# What the owner of the old one is told, where the reviewer says nothing more; kept in the record, so in one language.
IT_DID, IT_SHOWS = "It happened again.", "See %(id)s."


OPEN_AGAIN = frozenset({State.IDENTIFIED, State.UNDER_WAY, State.AWAITING_CHECK})
_REFERENCE = re.compile(r"\bL-\d{4}-\w{5}\b")


@dataclass(frozen=True, slots=True)
class Reopened:
    """When a lesson was reopened, and which newer ones showed that it happened again, as far as somebody may read them.

    evidence_is_old: whether its evidence is what stood there when it was held to be learned.
    """

    on: date
    newer: tuple[Record, ...] = ()
    evidence_is_old: bool = False


@dataclass(frozen=True, slots=True)
class Reopening:
    """id, revision: of the learned lesson. decision: what is said of it."""

    id: str
    revision: int
    decision: str


def to_reopen(library: Library, by: User, new: Record) -> Iterator[Reopening]:
    """What is to be reopened because of a lesson of which a reviewer has confirmed that it happened again; nothing
    before it is accepted, and nothing that this person may not read.
    """
    if new.line("state") not in GOOD or not new.line("recurrence"):
        return
    for id in new.keys("seen_before"):
        seen = library.peek(by, id) if kind_of(id) is Kind.LESSON else None
        if seen and waits(library, seen.record, new):
            yield Reopening(id, seen.revision.number, _decision(library, new))


def waits(library: Library, old: Record, new: Record) -> bool:
    """Whether an earlier lesson is still held to be learned, though this one came in since."""
    return old.line("state") == State.LEARNED and not reopened_since(library, old.id, new)


def reopened_since(library: Library, id: str, new: Record) -> bool:
    """Whether an earlier lesson was reopened after the new one came in."""
    sent = new.moment("sent")
    return any(
        each.verb == "reopen" and (sent is None or each.at >= sent)
        for each in library.records.history(id)
    )


def _decision(library: Library, new: Record) -> str:
    """The new lesson is named only where everybody who may hear of it may read it."""
    open_to_all = access.audience(new, library.today) >= access.EVERY_STAFF
    shown = IT_SHOWS % {"id": new.id} if open_to_all else ""
    return " ".join(part for part in (new.line("recurrence_why") or IT_DID, shown) if part)


def reopened(library: Library, reader: User, record: Record) -> Reopened | None:
    """Why a lesson that was learned is open again; None where it is not, or not for this."""
    if record.line("state") not in OPEN_AGAIN:
        return None
    for each in reversed(library.records.history(record.id)):
        if each.verb in ("learned", "identify"):
            return None
        if each.verb == "reopen":
            day = each.at.astimezone().date()
            try:
                then = library.records.revision(record.id, each.number).record
            except LessonsError:  # that text was taken out of the history, or is damaged
                return Reopened(day)
            was = then.texts.get("evidence", "")
            return Reopened(
                day, _shown_by(library, reader, then), was == record.texts.get("evidence", "")
            )
    return None


def _shown_by(library: Library, reader: User, old: Record) -> tuple[Record, ...]:
    """The lessons that the decision names, if they say for everybody that they came after this one."""
    named = dict.fromkeys(_REFERENCE.findall(old.line("decision")))
    found = (library.peek(reader, id) for id in named)
    return tuple(
        each.record for each in found
        if each and each.record.line("recurrence") and old.id in each.record.keys("seen_before")
    )  # fmt: skip
