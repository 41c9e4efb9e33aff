"""What the form of a move has beside its boxes, and what was said with the move before it."""

from typing import Any

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.deciding import barred
from lessons.domain.lifecycle import Move, Need
from lessons.domain.record import Kind, Record
from lessons.library import owning
from lessons.services import review
from lessons.web.doors import doors, library, me


def offers(move: Move, record: Record) -> dict[str, Any]:
    """Names of people who may own the lesson, packs that hold it, and what was done, for those who check it."""
    found: dict[str, Any] = {"people": [], "packs": 0, "said": None}
    if "owner" in move.takes and me().may(Permit.STEER):
        found["people"] = owning.active(doors().accounts)
    if move.key == "retire":
        found["packs"] = _packs_with(record.id)
    if Need.OTHER_THAN_OWNER in move.needs and not barred(move, me(), record):
        found["said"] = review.last_said(library(), me(), record.id, "done")
    return found


def _packs_with(id: str) -> int:
    """In how many briefings that this person may read the lesson stands."""
    found = 0
    for pack in library().records.versions(Kind.BRIEFING):
        stored = library().peek(me(), pack)
        found += stored is not None and any(r.get("lesson") == id for r in stored.record.rows("lessons"))  # fmt: skip
    return found


def who_decided(record: Record) -> str:
    """Who said the sentence that stands with a lesson; "" for those who do not see in its history who did what."""
    if not record.line("decision") or me().role not in access.KEEPERS:
        return ""
    said = review.last_said(library(), me(), record.id)
    return said.by if said else ""
