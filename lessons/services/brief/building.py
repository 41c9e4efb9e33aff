"""Building a pack: the lessons that matter for one operation, each with why."""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.query import Hit, Query
from lessons.domain.record import Kind, Record
from lessons.domain.states import GOOD
from lessons.domain.why import Reason, Why
from lessons.library import Library
from lessons.ports import Page

USUAL = 8  # lessons in a pack: five to ten are read, and no more


@dataclass(frozen=True, slots=True)
class Picked:
    """A lesson for a pack. revision: the one that was read. element: key of the list `briefing_element`."""

    lesson: Record
    revision: int
    element: str
    reasons: tuple[Reason, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Built:
    """picked: best first. guidance: where to read on when nothing was found. cut: more was given than was read."""

    picked: Sequence[Picked]
    guidance: Sequence[Page] = ()
    cut: bool = False


def build(
    library: Library, reader: User, asked: Record, *, order: str = "", most: int = USUAL
) -> Built:
    """The lessons for what a briefing that is not yet kept says of its operation.

    asked: fields and texts of a BRIEFING; what stands in its `lessons` already is left out. order: an operation order
    to read as well, which is not kept. Raises SearchUnavailable.
    """
    text = f"{asked.line('title')}\n{asked.texts.get('plan', '')}\n{order}".strip()
    query = Query(
        keys=access.keyring(reader), like=text, chosen={"state": GOOD}, size=most, expand=False, facets=False,
        suggest=False, without=frozenset(row.get("lesson", "") for row in asked.rows("lessons")) - {""},
    )  # fmt: skip
    hits = library.search(reader, query, noted=False).hits if text else ()
    return Built([each for hit in hits if (each := _picked(library, reader, hit))])


def _picked(library: Library, reader: User, hit: Hit) -> Picked | None:
    stored = library.peek(reader, hit.id)
    if stored is None or stored.record.kind is not Kind.LESSON:
        return None
    element = next(iter(stored.record.keys("briefing_elements")), "method")
    return Picked(stored.record, stored.revision.number, element, (Reason(Why.LIKE),), hit.score)
