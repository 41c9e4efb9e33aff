"""Entering an operation and changing it: by the form and by programs alike."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from lessons.domain import access
from lessons.domain.access import Permit, User, plain_name
from lessons.domain.boxes import Form
from lessons.domain.errors import LessonsError, NotAllowed, Problem
from lessons.domain.ledger import Line
from lessons.domain.operations import (
    DUE_BEFORE,
    LEADS,
    is_due_early,
    is_lead,
    names_in,
    wrong_dates,
)
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import SHAPES
from lessons.library import Library
from lessons.services.track import falling_due, keeping
from lessons.services.track.in_step import RESTRICTION, keep_in_step
from lessons.services.track.keeping import Entered
from lessons.services.track.operations import same_name

SHAPE = SHAPES[Kind.OPERATION]
ORIGIN = ("source", "source_id")
ABOUT = (
    "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners", "order", "place_type",
)  # fmt: skip
DATES = ("started", "ended", "debrief_due")
BOXES = (
    "title", "operation_kind", "summary", *DATES, "unit", *LEADS, *ABOUT, "references", *RESTRICTION,
)  # fmt: skip


def boxes(by: User, before: Record) -> tuple[str, ...]:
    """What this person may fill in. Who leads is settled by those who keep the register, as leads read the debriefs;
    who may read it, by those who see how it is restricted.
    """
    left_out = set() if by.may(Permit.REGISTER) else set(LEADS)
    hidden = any(before.fields.get(name) for name in RESTRICTION[1:])
    if hidden and not access.sees(by, SHAPE["groups"], before):
        left_out |= set(RESTRICTION)
    return tuple(name for name in BOXES if name not in left_out)


def demand(by: User, operation: Record) -> None:
    """That this person, who may read it, may change it. Raises NotAllowed."""
    if not (by.may(Permit.REGISTER) or is_lead(by, operation)):
        raise NotAllowed()


def enter(
    library: Library, before: Record, names: Sequence[str], form: Form, accounts: Iterable[str], *,
    confirmed: Collection[str] = (),
) -> Entered:  # fmt: skip
    """As `keeping.entered`, by the rules of an operation. accounts: names of those who can sign in."""

    def rules(record: Record) -> list[Problem]:
        problems = wrong_dates(record, library.today)
        if is_due_early(record) and early(record) not in confirmed:
            problems.append(Problem("debrief_due", DUE_BEFORE))
        return problems

    entry = keeping.entered(library, before, names, form, confirmed=confirmed, rules=rules)
    return replace(entry, record=_spelled(entry.record, accounts))


def early(record: Record) -> str:
    """What somebody confirms who means a debrief to be due before the end: it holds for these days alone."""
    return f"early-{record.line('debrief_due')}-{record.line('ended')}"


def _spelled(record: Record, accounts: Iterable[str]) -> Record:
    """Leads in the spelling of their accounts; other names stay as they were typed."""
    known = {plain_name(name): name for name in accounts}
    named = {name: record.line(name) for name in LEADS if record.line(name)}
    return record.with_(**{name: known.get(plain_name(w), w) for name, w in named.items()})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept, and what to say of it. evaluation: that fell due by it. without_account: leads that nobody can
    reach. namesakes: ids of other entries of this name that this person may read.
    """

    stored: Stored
    evaluation: Record | None = None
    without_account: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()


def keep(
    library: Library, by: User, verb: str, entry: Entered, accounts: Iterable[str], *, expected: int
) -> Kept:
    """As `keeping.keep`; an activity that is to be evaluated gets its evaluation at once. What hinders that loses
    nothing: `falling_due.catch_up` mends it.
    """
    before = library.records.get(entry.record.id).record if expected else None
    stored = keeping.keep(library, by, verb, entry, expected=expected)
    record = stored.record
    known = {plain_name(name) for name in accounts}
    evaluation, namesakes = None, list[Line]()
    with suppress(LessonsError):  # search may be resting just now
        if before:
            keep_in_step(library, before, record)
        evaluation = falling_due.falls_due(library, record)
        namesakes = same_name(library, by, record.title, record.id)
    return Kept(
        stored, evaluation,
        tuple(name for name in names_in(record) if plain_name(name) not in known),
        tuple(line.id for line in namesakes),
    )  # fmt: skip
