"""What of the registers waits for one person, for their home page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lessons.domain.access import User
from lessons.domain.action_life import TO_DO, State
from lessons.domain.deciding import is_person
from lessons.domain.due import Standing
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.library import Library
from lessons.services.track import due

SHOWN = 5  # of each register
SOON = (Standing.OVERDUE, Standing.DUE_SOON)


@dataclass(frozen=True, slots=True)
class Item:
    """Something of theirs that is to be done. day: None where it has none."""

    line: Line
    day: date | None
    standing: Standing

    @property
    def late(self) -> bool:
        return self.standing is Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Yours:
    """items: the first of them, overdue first. total: how many there are."""

    items: Sequence[Item]
    total: int


@dataclass(frozen=True, slots=True)
class Home:
    """actions: of theirs, not done. debriefs: that they owe. evaluations: of theirs that are due, soon or already."""

    actions: Yours
    debriefs: Yours
    evaluations: Yours

    @property
    def any(self) -> bool:
        return any(part.total for part in (self.actions, self.debriefs, self.evaluations))

    @property
    def lines(self) -> list[Line]:
        """Of all that are shown."""
        parts = (self.actions, self.debriefs, self.evaluations)
        return [item.line for part in parts for item in part.items]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(line.id for line in self.lines)

    @property
    def markings(self) -> list[str]:
        return [line.line("marking") for line in self.lines]


def home(library: Library, reader: User) -> Home:
    """Raises SearchUnavailable."""
    debriefs = (each for each in due.debriefs(library, reader) if each.is_of(reader.name))
    evaluations = (
        each
        for each in due.evaluations(library, reader)
        if each.standing in SOON and each.is_of(reader.name)
    )
    return Home(
        _yours(_actions(library, reader)),
        _yours(Item(each.line, each.day, each.standing) for each in debriefs),
        _yours(Item(each.line, each.day, each.standing) for each in evaluations),
    )


def _actions(library: Library, reader: User) -> Iterable[Item]:
    timetable = library.timetable
    return (
        Item(line, line.day("due"), timetable.action(line))
        for line in library.ledger(reader, Kind.ACTION)
        if (line.line("action_state") or State.OPEN) in TO_DO
        and is_person(line.line("owner"), reader)
    )


def _yours(found: Iterable[Item]) -> Yours:
    items = sorted(found, key=lambda item: (item.day or date.max, item.line.id))
    return Yours(items[:SHOWN], len(items))


def to_check(library: Library, reader: User) -> int:
    """Actions said to be done that this person could check: not their own, and not said to be done by them.

    Raises SearchUnavailable.
    """
    return sum(
        line.line("action_state") == State.DONE
        and not any(is_person(line.line(name), reader) for name in ("owner", "done_by"))
        for line in library.ledger(reader, Kind.ACTION)
    )
