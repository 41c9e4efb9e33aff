"""What was told of things followed, as its reader may read it now: what closed since is left out, and the next in order
takes its place.
"""

from dataclasses import dataclass

from lessons.domain.access import User, is_sensitive
from lessons.domain.following import BEFORE, MOST_TOLD, Event, digest_in
from lessons.domain.record import Kind, Record
from lessons.domain.states import GOOD
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Notice

DIGEST_TOLD = N_("This is new in what you follow.")
MOST_PLACES = 5  # where to look for the rest


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest. why: ids of the follows that it meets."""

    record: Record
    event: Event
    why: tuple[str, ...]

    @property
    def guarded(self) -> bool:
        """Whether it is more than OFFICIAL, or for some groups alone."""
        return is_sensitive(self.record) or bool(self.record.keys("groups"))

    @property
    def told(self) -> str:
        """Key of `following.TOLD`."""
        return BEFORE + self.event


@dataclass(frozen=True, slots=True)
class Digest:
    """lines: best first, at most MOST_TOLD. rest: how many more there are, of those that this person may read. over:
    whether there are even more, which nobody counted. places: ids of the follows under which the rest stands.
    """

    lines: tuple[Line, ...]
    rest: int = 0
    over: bool = False
    places: tuple[str, ...] = ()


def digest(library: Library, reader: User, notice: Notice) -> Digest | None:
    """None where nothing of it is left."""
    kept, found = digest_in(notice.said), []
    for item in kept.items:
        record = holds_good(library, reader, item.id)
        if record is not None:
            found.append(Line(record, item.event, item.why))
    if not found:
        return None
    rest = found[MOST_TOLD:]
    places = tuple(dict.fromkeys(id for line in rest for id in line.why))[:MOST_PLACES]
    return Digest(tuple(found[:MOST_TOLD]), len(rest), kept.more, places)


def holds_good(library: Library, reader: User, id: str) -> Record | None:
    """The record, where this person may read it and it was neither merged nor retired."""
    stored = library.peek(reader, id)
    if stored is None:
        return None
    record = stored.record
    good = record.kind is not Kind.LESSON or record.line("state") in GOOD
    return record if good else None
