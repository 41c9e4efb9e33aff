"""What is wrong with a record before it is sent in: limits, vocabularies, what must be answered."""

from collections.abc import Iterator
from datetime import date

from lessons.domain.errors import Problem
from lessons.domain.record import Record, Value
from lessons.domain.schema.fields import Field, Type
from lessons.domain.schema.shapes import SHAPES
from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabularies

MOST_BRACKETS = 500  # in one section; see `LONG`
EARLIEST = date(1950, 1, 1)


def check(
    record: Record, vocabularies: Vocabularies, *, today: date, complete: bool = True
) -> list[Problem]:
    """Every problem, in the order of the form; [] when all is well.

    complete: whether what is required must be there (a draft may be saved without).
    """
    problems: list[Problem] = []
    for field in SHAPES[record.kind].fields:
        value: Value | None = (
            record.texts.get(field.name)
            if field.type is Type.TEXT
            else record.fields.get(field.name)
        )
        if value is None:
            if complete and field.required:
                problems.append(Problem(field.name, _ask(field), values=(("label", field.label),)))
        else:
            problems += _problems(field, value, vocabularies, today)
    return problems


def _ask(field: Field) -> str:
    if field.type in (Type.CHOICE, Type.CHOICES):
        return N_("Choose an answer: %(label)s.")
    return N_("Enter an answer: %(label)s.")


def _problems(
    field: Field, value: Value, vocabularies: Vocabularies, today: date
) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _text_problems(field, value)
    elif isinstance(value, tuple):
        if len(value) > field.most:
            yield Problem(
                field.name, N_("Give at most %(most)s."), values=(("most", str(field.most)),)
            )
        for item in value:
            if isinstance(item, str) and len(item) > field.limit:
                yield too_long(field.name, field.limit)
    elif isinstance(value, date) and field.name == "occurred":
        if value > today:
            yield Problem(field.name, N_("This date is in the future. Enter the day it happened."))
        elif value < EARLIEST:
            yield Problem(field.name, N_("This date is too long ago. Check the year."))
    if field.vocabulary:
        yield from _unknown_keys(field, value, vocabularies)


def too_long(box: str, limit: int) -> Problem:
    """What is said at a box that holds more than so many characters."""
    message = N_("This is too long: at most %(limit)s characters. Nothing you typed was lost.")
    return Problem(box, message, values=(("limit", str(limit)),))


def _text_problems(field: Field, value: str) -> Iterator[Problem]:
    if len(value) > field.limit:
        yield too_long(field.name, field.limit)
    if field.type is Type.TEXT and value.count("[") > MOST_BRACKETS:
        yield Problem(field.name, N_("There are too many square brackets in this text."))
    if field.type is Type.LINE and ("\n" in value or "\r" in value):
        yield Problem(field.name, N_("Put this on one line."))


def _unknown_keys(field: Field, value: Value, vocabularies: Vocabularies) -> Iterator[Problem]:
    known = vocabularies[field.vocabulary].terms
    for key in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
        if isinstance(key, str) and key not in known:
            yield Problem(
                field.name,
                N_("“%(key)s” is not in the list. Choose one that is."),
                values=(("key", key),),
            )
