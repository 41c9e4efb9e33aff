"""What a briefing is for, as people say it in a minute: an operation or a title, and as much more as they like."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.domain.access import User
from lessons.domain.boxes import Form, read, words
from lessons.domain.briefings import SHAPE
from lessons.domain.clearing import marked_above
from lessons.domain.errors import MarkingTooHigh, Problem, SearchUnavailable
from lessons.domain.ledger import Line
from lessons.domain.operations import is_lead
from lessons.domain.record import Kind, Record, kind_of, tidy_id
from lessons.domain.schema import check, too_long
from lessons.domain.text import N_
from lessons.library import Library

ABOUT = ("threats", "vulnerabilities", "four_p", "tactics", "partners", "place_type")
BOXES = (*ABOUT, "plan", "marking")
# What a briefing takes over from its operation, where nothing else is said.
TAKEN = (*ABOUT, "threat_kinds", "unit", "marking", "example")
MOST_NAMES = 200  # operations offered while somebody types
ROOM = 400_000  # characters, as the notebook writes them, of a plan and of an order each

NAME_IT = N_("Pick the operation, or say in a few words what the briefing is for.")
NO_OPERATION = N_("We cannot find that operation. Check the reference, or type a name for the briefing.")  # fmt: skip
TOO_LONG_TO_KEEP = N_(
    "This is too long to be kept with the draft. Put it into the box for an operation order."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as read. record: with what could be read of it put in."""

    record: Record
    problems: tuple[Problem, ...]


def asked(library: Library, by: User, before: Record, form: Form) -> Asked:
    """What the form says. A plan that is too long for a pack is kept as it is: it is said when the pack is issued.

    before: the briefing as it was. Where another operation is picked, what was left empty is taken from it.
    """
    fields, texts, problems = read(SHAPE, BOXES, form)
    operation, wrong = _operation(library, by, words(form, "operation"))
    title = " ".join(words(form, "title").split())
    if operation and operation.id != before.line("operation"):
        taken = {n: operation.fields[n] for n in TAKEN if n in operation.fields}
        fields = taken | fields
        title = "" if title == before.line("title") else title
    title = title or (operation.title if operation else " ".join(words(form, "operation").split()))
    if not title:
        wrong = Problem("operation", NAME_IT)
    record = before.with_(**dict.fromkeys(BOXES)).with_(**fields)
    record = record.with_(title=title, operation=operation.id if operation else None)
    record = record.with_texts(plan=texts.get("plan", ""))
    problems += [wrong] if wrong else []
    return Asked(record, (*problems, *_wrong(library, record, form)))


def _wrong(library: Library, record: Record, form: Form) -> Sequence[Problem]:
    """What has to be put right before a draft can be kept."""
    found = check(record, library.vocabularies, today=library.today, complete=False)
    title_box = "title" if words(form, "title") else "operation"
    problems = [
        Problem(title_box, p.message, values=p.values) if p.field == "title" else p
        for p in found
        if p.field != "plan" and (p.field == "title" or form.get(p.field))
    ]
    if too_long_to_keep(record.texts.get("plan", "")):
        problems.append(Problem("plan", TOO_LONG_TO_KEEP))
    return problems


def plan_problem(record: Record) -> Problem | None:
    """That the plan is too long for a pack, where it is."""
    limit = SHAPE["plan"].limit
    return too_long("plan", limit) if len(record.texts.get("plan", "")) > limit else None


def too_long_to_keep(text: str) -> bool:
    return len(json.dumps(text)) > ROOM


class OrderTooHigh(MarkingTooHigh):
    """An operation order that this system may not hold; nobody can wave it through."""

    message = N_(
        "The order is marked “%(marking)s”. This system holds OFFICIAL and OFFICIAL-SENSITIVE only, so the order was "
        "not read, and nothing of it was kept. Give an order without what is marked so, or none, and tell your "
        "security officer if it was real."
    )


def demand_order(text: str) -> None:
    """Asked of an operation order before anything is done with it. Raises OrderTooHigh."""
    marking = marked_above(text)
    if marking:
        raise OrderTooHigh(marking=marking)


def beginning(text: str) -> str:
    """As much of an order as a draft keeps."""
    while too_long_to_keep(text):
        text = text[: len(text) * ROOM // len(json.dumps(text))]
    return text


# --- its operation ---------------------------------------------------------------------------------
def operation_of(library: Library, reader: User, briefing: Record) -> Record | None:
    """The entry in the register that it is for, where it has one that this person may read."""
    stored = library.peek(reader, briefing.line("operation"))
    return stored.record if stored and stored.record.kind is Kind.OPERATION else None


# --- operations to pick from -------------------------------------------------------------------------
def _operation(library: Library, by: User, typed: str) -> tuple[Record | None, Problem | None]:
    """The operation of that reference or name that this person may read; a name that is none of them is a title."""
    if not typed:
        return None, None
    id = tidy_id(typed)
    if kind_of(id) is Kind.OPERATION:
        stored = library.peek(by, id)
        return (stored.record, None) if stored else (None, Problem("operation", NO_OPERATION))
    plain = " ".join(typed.casefold().split())
    named = [line for line in _register(library, by) if " ".join(line.title.casefold().split()) == plain]  # fmt: skip
    for line in sorted(named, key=_begun, reverse=True):
        if stored := library.peek(by, line.id):
            return stored.record, None
    return None, None


def _register(library: Library, by: User) -> Sequence[Line]:
    try:
        return library.ledger(by, Kind.OPERATION)
    except SearchUnavailable:
        return ()


def _begun(line: Line) -> tuple[str, str]:
    return line.line("started") or line.id[2:6], line.id


def names(library: Library, by: User) -> list[str]:
    """Of operations that this person may pick, newest first."""
    lines = sorted(_register(library, by), key=_begun, reverse=True)[:MOST_NAMES]
    return list(dict.fromkeys(line.title for line in lines))


def mine(library: Library, by: User) -> list[Line]:
    """Operations that name this person as SIO, LRO or plan owner and have not ended: those to come first, soonest
    first; then those that go on, newest first. Empty while search rests.
    """
    timetable = library.timetable
    found = [
        line for line in _register(library, by) if is_lead(by, line) and not timetable.has_ended(line)
    ]  # fmt: skip
    today = library.today.isoformat()
    coming = sorted((line for line in found if line.line("started") >= today), key=_begun)
    going_on = [line for line in found if line.line("started") < today]
    return coming + sorted(going_on, key=_begun, reverse=True)
