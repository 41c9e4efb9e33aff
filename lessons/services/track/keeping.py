"""Records of the registers as people enter them: read from a form, looked at, and kept."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from lessons.domain.access import User
from lessons.domain.boxes import Form, read
from lessons.domain.clearing import LOOK, Marked, Refused, fingerprint, marked, to_look_at, too_high
from lessons.domain.errors import MarkingTooHigh, NotFound, Problem, StaleWrite
from lessons.domain.record import Kind, Record, Stored, kind_of
from lessons.domain.schema import SHAPES, check
from lessons.domain.text import N_
from lessons.library import Library

WHY_SENSITIVE = N_("Say why it is OFFICIAL-SENSITIVE, and until when.")
NOTHING: frozenset[str] = frozenset()
AS_THERE = "As the record that it comes from."  # why it is restricted, where nothing else is said


@dataclass(frozen=True, slots=True)
class Entered:
    """A form as read. record: with what could be read of it put in."""

    record: Record
    problems: tuple[Problem, ...]
    marked: tuple[Marked, ...]


def current(library: Library, by: User, id: str, kind: Kind) -> Stored:
    """A record whole, for somebody who may read it. Raises NotFound, Unreadable."""
    if kind_of(id) is not kind or library.peek(by, id) is None:
        raise NotFound()
    return library.records.get(id)


def entered(
    library: Library, before: Record, names: Sequence[str], form: Form, *,
    confirmed: Collection[str] = NOTHING, complete: bool = True,
    rules: Callable[[Record], Sequence[Problem]] = lambda record: (),
) -> Entered:  # fmt: skip
    """The record with these boxes as the form has them: a box that is empty takes its value away.

    before: the record as it was; for a new one, what is set already. confirmed: fingerprints of what was looked at.
    complete: whether what is required must be there. rules: what this form asks beyond the schema.
    """
    shape = SHAPES[before.kind]
    fields, texts, problems = read(shape, names, form)
    unread = {problem.field for problem in problems}
    asked = [name for name in names if name not in unread]
    text_names = {field.name for field in shape.texts}
    record = before.with_(**{n: fields.get(n) for n in asked if n not in text_names})
    record = record.with_texts(**{n: texts.get(n, "") for n in asked if n in text_names})
    found = check(record, library.vocabularies, today=library.today, complete=complete)
    problems += [p for p in found if p.field not in unread]
    if record.line("marking") == "official_sensitive" and not record.line("restricted_because"):
        problems.append(Problem("restricted_because", WHY_SENSITIVE))
    problems += rules(record)
    known = library.vocabularies.words
    old = {fingerprint(each.flag) for each in marked(before, known)}
    marks = [m for m in marked(record, known) if to_look_at(m.flag, old | set(confirmed))]
    return Entered(record, _in_order(problems, names), tuple(marks))


def _in_order(problems: Sequence[Problem], names: Sequence[str]) -> tuple[Problem, ...]:
    """One for each box, as people meet the boxes on the page."""
    by_box: dict[str, Problem] = {}
    for problem in problems:
        by_box.setdefault(problem.field, problem)
    order = {name: n for n, name in enumerate(names)}
    return tuple(sorted(by_box.values(), key=lambda p: order.get(p.field, len(order))))


def demand(entry: Entered) -> Record:
    """The record, where nothing stands against it. Raises MarkingTooHigh, Refused."""
    if any(too_high(mark.flag) for mark in entry.marked):
        raise MarkingTooHigh()
    if entry.problems or entry.marked:
        raise Refused(entry.problems or [Problem("flags", LOOK)], entry.marked)
    return entry.record


def keep(library: Library, by: User, verb: str, entry: Entered, *, expected: int) -> Stored:
    """Save what was entered. expected: the revision that this person saw, 0 for a new record.

    Raises MarkingTooHigh, Refused, StaleWrite, Invalid, Busy.
    """
    record = demand(entry)
    if expected:
        now = library.records.get(record.id)
        if now.revision.number != expected:
            raise StaleWrite(record.id)
        if now.record == record:
            return now
    return library.save(by, verb, record, expected=expected)
