"""What must be looked at before a debrief is sent: personal data, and what is too sensitive, box by box."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lessons.domain import clearing
from lessons.domain.boxes import Form, row_numbers
from lessons.domain.clearing import fingerprint
from lessons.domain.errors import MarkingTooHigh
from lessons.domain.personal_data import Flag, scan
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES, Type
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.capture.form import (
    DISCLOSURE,
    FIRST,
    MORE,
    POINT_FIELDS,
    point_numbers,
)

__all__ = ["TooHigh", "Warned", "fingerprint", "too_high", "warnings"]

WRITTEN = frozenset({Type.LINE, Type.TEXT, Type.ROWS})  # where people use words of their own


@dataclass(frozen=True, slots=True)
class Warned:
    """A flag in one box of the form. `box` is the name of the box."""

    box: str
    flag: Flag


class TooHigh(MarkingTooHigh):
    """A marking above what may be held here stands in the form; nobody can wave it through."""

    message = N_(
        "This was not sent: this system holds OFFICIAL and OFFICIAL-SENSITIVE only. "
        "Take out everything that is SECRET or above, here and in the draft, and tell your security officer "
        "if it was real."
    )

    def __init__(self, warned: tuple[Warned, ...]) -> None:
        super().__init__()
        self.warned = warned


def warnings(library: Library, form: Form, operation: str = "") -> tuple[Warned, ...]:
    """What looks like personal data or too sensitive, in the order of the form.

    operation: the name under which the register knows it, which may look like a person's.
    """
    known = library.vocabularies.words | {operation}
    return tuple(
        Warned(box, flag)
        for box in _boxes(form)
        for words in form.get(box, ())
        for flag in scan(words, known=known)
    )


def _boxes(form: Form) -> Iterator[str]:
    """Every box with words of the officer's own, as people meet them."""
    yield from _written(FIRST, form)
    for number in point_numbers(form):
        yield from (f"points-{number}-{name}" for name in POINT_FIELDS)
    yield from _written((*MORE, *DISCLOSURE), form)


def _written(names: Iterable[str], form: Form) -> Iterator[str]:
    for name in names:
        field = SHAPES[Kind.DEBRIEF][name]
        if field.type is Type.ROWS:
            numbers = row_numbers(name, form)
            yield from (f"{name}-{n}-{column}" for n in numbers for column in field.columns)
        elif field.type in WRITTEN:
            yield name


def too_high(warned: Sequence[Warned]) -> tuple[Warned, ...]:
    """Those that nobody can wave through."""
    return tuple(w for w in warned if clearing.too_high(w.flag))
