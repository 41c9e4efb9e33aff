"""“This looks like…”: the lessons that others have learned, beside what an officer writes or has just sent."""

from collections.abc import Iterable, Mapping, Sequence

from lessons.domain.boxes import Form
from lessons.domain.record import Record, Stored
from lessons.services import capture, find
from lessons.services.find import Near
from lessons.web.doors import library, me

MOST = 3

Alike = Mapping[str, tuple[Near, ...]]


def to_points(form: Form) -> Alike:
    """Lessons like each learning point of a form, by the point's number; a point with none is left out."""
    return _like((str(n), lesson) for n, lesson in capture.lessons_in_writing(form).items())


def to_lessons(lessons: Iterable[Record | None], settled: Iterable[str]) -> Alike:
    """Lessons like each of those just sent, by id, where their author has not said whether it happened before."""
    done = frozenset(settled)
    return _like(
        (lesson.id, lesson)
        for lesson in lessons
        if lesson and lesson.id not in done and capture.may_say(me(), lesson)
        if not lesson.keys(capture.SEEN_BEFORE)
    )


def _like(records: Iterable[tuple[str, Record]]) -> Alike:
    found = ((key, find.similar(library(), me(), record, most=MOST)) for key, record in records)
    return {key: near for key, near in found if near}


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
