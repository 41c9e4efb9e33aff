"""The debrief form: its boxes as a browser posts them, and the records that they say."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lessons.domain.access import User
from lessons.domain.boxes import Boxes, Form, read, words
from lessons.domain.errors import Problem
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES, check
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.capture.again import SEEN_BEFORE, earlier
from lessons.services.capture.register import find_operation

MOST_POINTS = 20
LONGEST_CELL = 120  # characters in one cell of a small table
# What one learning point asks, taken from the lesson that it becomes.
POINT_FIELDS = ("learning", "title", "scope", "action")
# What a lesson takes over from the debrief that it came out of.
INHERITED = (
    "operation", "occurred", "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics",
    "partners", "unit", "place_type", "marking", "restricted_because", "example",
)  # fmt: skip
# The debrief form, in the order in which people meet it.
FIRST = ("operation_name", "occurred", "debrief_type", "happened")
MORE = (
    "planned", "well", "surprised", "four_p", "threats", "threat_kinds", "vulnerabilities",
    "tactics", "partners", "unit", "place_type", "marking", "restricted_because",
)  # fmt: skip
DISCLOSURE = (
    "accounts_first", "live_proceedings", "purpose", "debrief_level", "facilitator", "scribe",
    "attendees",
)  # fmt: skip

# What is said where one of the answers that are needed is missing.
ASKED = {
    "operation_name": N_("Enter the name or reference of the operation or activity."),
    "occurred": N_("Enter the day it happened."),
    "debrief_type": N_("Choose the type of debrief."),
    "happened": N_("Say in a few sentences what happened."),
    "learning": N_("Choose what kind of learning it is."),
    "title": N_("Enter the lesson in one sentence."),
}

_POINT = re.compile(rf"points-(0|[1-9][0-9]{{0,2}})-({'|'.join(POINT_FIELDS)})")
_UNKEPT = "L-2000-00000"  # the id of a lesson that is only being written


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as read: what could be typed into values, and what is wrong with the rest."""

    debrief: Record
    points: tuple[Record, ...]
    problems: tuple[Problem, ...]


def starting_form(today: date, operation: str = "") -> Boxes:
    """What a new form holds before anything is typed: a hot debrief. today: or the day on which it happened."""
    return {
        "operation_name": [operation],
        "occurred-day": [str(today.day)],
        "occurred-month": [str(today.month)],
        "occurred-year": [str(today.year)],
        "debrief_type": ["hot"],
    }


# --- learning points and rows ----------------------------------------------------------------------
def point_numbers(form: Form) -> list[int]:
    """Which learning points the form has, in order; at least one. Numbers may have gaps."""
    found = {int(m[1]) for name in form if (m := _POINT.fullmatch(name))}
    return sorted(found) or [0]


def filled_points(form: Form) -> list[int]:
    """Those in which something stands; the first where nothing does. An empty one more is no mistake."""
    numbers = point_numbers(form)
    filled = [n for n in numbers if any(words(form, f"points-{n}-{f}") for f in POINT_FIELDS)]
    return filled or numbers[:1]


def add_point(form: Boxes) -> int:
    """One more learning point, empty; its number. Where there are MOST_POINTS, the last one's."""
    numbers = point_numbers(form)
    if len(numbers) >= MOST_POINTS:
        return numbers[-1]
    for number in (*numbers, numbers[-1] + 1):
        form.setdefault(f"points-{number}-title", [""])
    return numbers[-1] + 1


def remove_point(form: Boxes, number: str) -> None:
    """Take one learning point away; the last one stays, emptied."""
    for name in [n for n in form if n.startswith(f"points-{number}-")]:
        del form[name]


# --- reading it ------------------------------------------------------------------------------------
def read_form(library: Library, by: User, form: Form, ids: Sequence[str]) -> Entry:
    """The debrief and its lessons as the form says them.

    ids: the debrief's, then one for each of `filled_points`, as far as MOST_POINTS.
    """
    debrief, problems = _read_debrief(library, by, form, ids[0])
    numbers = filled_points(form)
    if len(numbers) > MOST_POINTS:
        many = N_(
            "Send at most %(most)s learning points at once. Take some out, or send two debriefs."
        )
        problems.append(Problem("points", many, values=(("most", str(MOST_POINTS)),)))
    points = []
    for number, id in zip(numbers[:MOST_POINTS], ids[1:], strict=False):
        point, wrong = _read_point(library, by, debrief, form, number, id)
        points.append(point)
        problems += wrong
    by_box: dict[str, Problem] = {}
    for problem in problems:
        by_box.setdefault(problem.field, problem)
    return Entry(debrief, tuple(points), _in_order(by_box.values()))


def _read_debrief(library: Library, by: User, form: Form, id: str) -> tuple[Record, list[Problem]]:
    fields, texts, problems = read(SHAPES[Kind.DEBRIEF], (*FIRST, *MORE, *DISCLOSURE), form, "")
    fields |= {"author": by.name, "marking": fields.get("marking", "official")}
    operation = find_operation(library, by, str(fields.get("operation_name", "")))
    if operation:
        fields["operation"] = operation.id
        fields["operation_name"] = operation.title
        fields["readers"] = tuple(n for n in (operation.line("sio"), operation.line("lro")) if n)
    fields["title"] = fields.get("operation_name", "")
    debrief = Record(id, Kind.DEBRIEF, fields=fields, texts=texts)
    problems += [
        _asked(debrief, p.field, p)
        for p in check(debrief, library.vocabularies, today=library.today)
    ]
    return debrief, problems + list(_own_rules(debrief))


def _asked(record: Record, box: str, problem: Problem) -> Problem:
    """The problem at its box; in our own words where nothing was entered."""
    missing = problem.field not in record.fields and problem.field not in record.texts
    if missing and problem.field in ASKED:
        return Problem(box, ASKED[problem.field])
    return replace(problem, field=box)


def _own_rules(debrief: Record) -> Iterable[Problem]:
    """What the debrief form asks beyond what each field declares."""
    if debrief.line("marking") == "official_sensitive" and not debrief.line("restricted_because"):
        why = N_("Say why it is OFFICIAL-SENSITIVE, and until when.")
        yield Problem("restricted_because", why)
    if any(len(cell) > LONGEST_CELL for row in debrief.rows("attendees") for cell in row.values()):
        short = N_("Keep each box to %(limit)s characters. Nothing you typed was lost.")
        yield Problem("attendees", short, values=(("limit", str(LONGEST_CELL)),))


def _read_point(
    library: Library, by: User, debrief: Record, form: Form, number: int, id: str
) -> tuple[Record, list[Problem]]:
    prefix = f"points-{number}-"
    fields, texts, problems = read(SHAPES[Kind.LESSON], POINT_FIELDS, form, prefix)
    taken = {name: debrief.fields[name] for name in INHERITED if name in debrief.fields}
    fields = {**taken, **fields, "author": debrief.line("author"), "debrief": debrief.id}
    fields[SEEN_BEFORE] = earlier(library, by, answer_of(form, number), id)
    texts = {"happened": debrief.texts.get("happened", ""), **texts}
    point = Record(id, Kind.LESSON, fields=fields, texts=texts)
    problems += [
        _asked(point, prefix + p.field, p)
        for p in check(point, library.vocabularies, today=library.today)
        if p.field in POINT_FIELDS
    ]
    return point, problems


def answer_of(form: Form, number: int) -> str:
    """What was answered to “This looks like…” at a learning point: an id, SOMETHING_ELSE or ""."""
    return words(form, f"points-{number}-{SEEN_BEFORE}")


def lessons_in_writing(form: Form) -> dict[int, Record]:
    """The lesson that each learning point would become, as far as it is written; by its number."""
    about = ("four_p", "threats", "vulnerabilities", "tactics", "partners", "happened")
    shared, shared_texts, _ = read(SHAPES[Kind.DEBRIEF], about, form, "")
    found = {}
    for number in filled_points(form)[:MOST_POINTS]:
        fields, texts, _ = read(SHAPES[Kind.LESSON], POINT_FIELDS, form, f"points-{number}-")
        if fields.get("title"):
            texts = {**shared_texts, **texts}
            found[number] = Record(_UNKEPT, Kind.LESSON, fields={**shared, **fields}, texts=texts)
    return found


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """As people meet the boxes on the page, so that the list at the top leads down."""
    names = [*FIRST, "points", *MORE, *DISCLOSURE]

    def place(problem: Problem) -> tuple[int, ...]:
        point = _POINT.fullmatch(problem.field)
        if point:
            return names.index("points"), 1 + int(point[1]), POINT_FIELDS.index(point[2])
        return (names.index(problem.field) if problem.field in names else len(names),)

    return tuple(sorted(problems, key=place))
