"""Lessons that say the same as one, among those that wait and those that hold good."""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.domain import access
from lessons.domain.access import User
from lessons.domain.duplicates import LONGEST, MUCH, in_words, same_debrief, sameness, text_of
from lessons.domain.errors import SearchUnavailable
from lessons.domain.query import Hit, Query
from lessons.domain.record import Record, Stored
from lessons.domain.states import GOOD, OPEN
from lessons.domain.text import N_
from lessons.library import Library

MOST = 5
# Of the nearest that the index finds, each compared word by word: twice as many as come out of one long debrief.
LOOKED_AT = 40
# By `Hit.match`: what was told again in other words shares no run of words worth counting, and is found by its telling
# words alone. Of the 84 example lessons four pairs reach this, each about one thing; the first below it are not.
NEAR = 0.3
ABOUT_THE_SAME = N_("About the same thing, in other words")


@dataclass(frozen=True, slots=True)
class Alike:
    """A lesson that may say the same. stored: trimmed to the reader. share: as `domain.duplicates.share`.

    said: how alike the two are, as a message.
    """

    stored: Stored
    share: float
    said: str


def looks_like(
    library: Library, reader: User, record: Record, *, most: int = MOST
) -> tuple[Alike, ...]:
    """The lessons that may be this one told again, the most alike first; none where search rests.

    Never the lesson itself, what was merged into it or what replaced it.
    """
    found = []
    for hit in _nearest(library, reader, record, text_of(record)):
        stored = library.peek(reader, hit.id)
        if stored is None or stored.record.line("replaced_by") == record.id:
            continue
        alike = sameness(record, stored.record)
        near = hit.match >= NEAR and not same_debrief(record, stored.record)
        if alike >= MUCH or near:
            found.append(Alike(stored, alike, in_words(alike) or ABOUT_THE_SAME))
    # What is told in other words stays in the order of the index.
    return tuple(sorted(found, key=lambda each: -each.share if each.share >= MUCH else 0.0)[:most])


def _nearest(library: Library, reader: User, record: Record, text: str) -> Sequence[Hit]:
    if not text.strip():
        return ()
    query = Query(
        keys=access.keyring(reader), like=text[:LONGEST], without=same(record), chosen={"state": GOOD | OPEN},
        size=LOOKED_AT, expand=False, facets=False, suggest=False,
    )  # fmt: skip
    try:
        return library.search(reader, query, noted=False).hits
    except SearchUnavailable:
        return ()


def same(record: Record) -> frozenset[str]:
    """The ids under which this very lesson is or was known."""
    return frozenset({record.id, record.line("replaced_by"), *record.keys("merged")}) - {""}
