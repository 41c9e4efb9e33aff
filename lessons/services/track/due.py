"""What falls due in the registers and is not done, with whose it is: for lists, home pages, reminders and figures."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lessons.domain.access import User, plain_name
from lessons.domain.due import WAITING, Standing
from lessons.domain.ledger import Line
from lessons.domain.record import Kind
from lessons.library import Library


@dataclass(frozen=True, slots=True)
class Due:
    """Something not done that has a day. people: names of whose it is, as the records have them."""

    line: Line
    day: date
    standing: Standing
    people: tuple[str, ...]

    def is_of(self, name: str) -> bool:
        return plain_name(name) in {plain_name(each) for each in self.people}


def debriefs(library: Library, reader: User) -> list[Due]:
    """Operations that ended and wait for their debrief, longest overdue first; of their SIO and LRO.

    Raises SearchUnavailable, as all here do.
    """
    timetable = library.timetable
    return _in_order(
        _due(line, timetable.debrief_due(line), timetable.debrief(line), ("sio", "lro"))
        for line in library.ledger(reader, Kind.OPERATION)
        if timetable.has_ended(line)
    )


def evaluations(library: Library, reader: User) -> list[Due]:
    """Evaluations not done; of their owner and evaluator, and of whoever owns the plan or leads the response."""
    timetable = library.timetable
    activities = {line.id: line for line in library.ledger(reader, Kind.OPERATION)}

    def people(line: Line) -> tuple[str, ...]:
        activity = activities.get(line.line("activity"))
        leads = (activity.line("plan_owner"), activity.line("lro")) if activity else ()
        return (line.line("owner"), line.line("evaluator"), *leads)

    return _in_order(
        _due(line, line.day("due"), timetable.evaluation(line), people)
        for line in library.ledger(reader, Kind.EVALUATION)
    )


def actions(library: Library, reader: User) -> list[Due]:
    """Actions not done that have a day; of their owner."""
    timetable = library.timetable
    return _in_order(
        _due(line, line.day("due"), timetable.action(line), ("owner",))
        for line in library.ledger(reader, Kind.ACTION)
    )


def _due(
    line: Line, day: date | None, standing: Standing,
    people: tuple[str, ...] | Callable[[Line], tuple[str, ...]],
) -> Due | None:  # fmt: skip
    if day is None or standing not in WAITING:
        return None
    named = people(line) if callable(people) else tuple(line.line(name) for name in people)
    return Due(line, day, standing, tuple(dict.fromkeys(name for name in named if name)))


def _in_order(found: Iterable[Due | None]) -> list[Due]:
    return sorted(_there(found), key=lambda due: (due.day, due.line.id))


def _there(found: Iterable[Due | None]) -> Iterator[Due]:
    return (due for due in found if due)
