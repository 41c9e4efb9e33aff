"""Which learned lessons an accepted one shows to have happened again, and that nobody has reopened since."""

from collections.abc import Iterator
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.record import Kind, Record, kind_of
from lessons.domain.states import GOOD, State
from lessons.library import Library

# What the owner of the old one is told, where the reviewer says nothing more; kept in the record, so in one language.
IT_DID, IT_SHOWS = "It happened again.", "See %(id)s."


@dataclass(frozen=True, slots=True)
class Reopening:
    """id, revision: of the learned lesson. decision: what is said of it."""

    id: str
    revision: int
    decision: str


def to_reopen(library: Library, by: User, new: Record, why: str = "") -> Iterator[Reopening]:
    """What is to be reopened because of a lesson of which a reviewer has confirmed that it happened again; nothing
    before it is accepted, and nothing that this person may not read. why: a sentence of theirs.
    """
    if new.line("state") not in GOOD or not new.line("recurrence"):
        return
    for id in new.keys("seen_before"):
        seen = library.peek(by, id) if kind_of(id) is Kind.LESSON else None
        if seen and waits(library, seen.record, new):
            yield Reopening(id, seen.revision.number, _decision(library, new, why))


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


def _decision(library: Library, new: Record, why: str) -> str:
    """The new lesson is named only where everybody who may hear of it may read it."""
    open_to_all = access.audience(new, library.today) >= access.EVERY_STAFF
    shown = IT_SHOWS % {"id": new.id} if open_to_all else ""
    return " ".join(part for part in (why.strip() or IT_DID, shown) if part)
