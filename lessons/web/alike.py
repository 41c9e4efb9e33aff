"""“This looks like…”: the lessons that others have learned, beside what an officer writes or has just sent."""

from collections.abc import Iterable, Mapping, Sequence

from lessons.domain.boxes import Form
from lessons.domain.briefings import Outcome
from lessons.domain.ledger import entry_of
from lessons.domain.query import Hit
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.text import N_
from lessons.library.briefed import Briefed
from lessons.services import capture, find
from lessons.services.find import Near
from lessons.web.doors import library, me

MOST = 3
SAID_AGAIN = N_("Said to have happened again")

Alike = Mapping[str, tuple[Near, ...]]


def to_points(form: Form) -> Alike:
    """Lessons like each learning point of a form, by the point's number; a point with none is left out. Those of which
    the form says that they happened again come first.
    """
    said = [id for id, key in capture.outcomes_in(form).items() if key == Outcome.HAPPENED_AGAIN]
    opened = (library().peek(me(), id) for id in said)
    again = [_said_again(stored.record) for stored in opened if stored]
    return _like(((str(n), each) for n, each in capture.lessons_in_writing(form).items()), again)


def to_lessons(
    lessons: Iterable[Record | None], settled: Iterable[str], briefed: Iterable[Briefed] = ()
) -> Alike:
    """Lessons like each of those just sent, by id, where their author has not said whether it happened before. Those
    first that were briefed for the operation and are said to have happened again.
    """
    done = frozenset(settled)
    again = [_said_again(b.lesson) for b in briefed if b.outcome == Outcome.HAPPENED_AGAIN]
    return _like(
        (
            (lesson.id, lesson)
            for lesson in lessons
            if lesson and lesson.id not in done and capture.may_say(me(), lesson)
            if not lesson.keys(capture.SEEN_BEFORE)
        ),
        again,
    )


def _said_again(record: Record) -> Near:
    facts = entry_of(record)["facts"]
    return Near(Hit(record.id, Kind.LESSON, record.title, 0.0, (), facts), SAID_AGAIN)


def _like(records: Iterable[tuple[str, Record]], again: Sequence[Near]) -> Alike:
    """again: what comes before all that is found."""
    first = {near.hit.id for near in again}
    found = ((key, find.similar(library(), me(), record, most=MOST)) for key, record in records)
    all_of = {key: (*again, *(n for n in near if n.hit.id not in first)) for key, near in found}
    return {key: near[: max(MOST, len(again))] for key, near in all_of.items() if near}


def markings(alike: Alike) -> list[str]:
    """For the marking of a page that shows them."""
    return [str(near.hit.facts.get("marking", "")) for found in alike.values() for near in found]


def something_else(form: Form, lessons: Sequence[Stored]) -> list[str]:
    """The lessons of which the officer said on the form that they are something else than those shown."""
    pairs = zip(capture.filled_points(form), lessons, strict=False)
    return [
        stored.record.id
        for number, stored in pairs
        if capture.answer_of(form, number) == capture.SOMETHING_ELSE
    ]


def said_before(lessons: Iterable[Record]) -> dict[str, Record]:
    """The earlier lessons that these are said to have happened again after, as far as this person may read them."""
    ids = {id for lesson in lessons for id in lesson.keys(capture.SEEN_BEFORE)}
    found = ((id, library().peek(me(), id)) for id in sorted(ids))
    return {id: stored.record for id, stored in found if stored}
