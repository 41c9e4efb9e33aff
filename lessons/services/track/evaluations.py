"""Evaluations as people write them: begun, saved stage by stage, finished, opened again; and their lessons."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from lessons.domain.access import Permit, User, demand, highest, sees
from lessons.domain.boxes import Form
from lessons.domain.deciding import is_person
from lessons.domain.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    SearchUnavailable,
    StaleWrite,
)
from lessons.domain.keeping_rules import FINISHED, LOWERED
from lessons.domain.ledger import Line
from lessons.domain.record import Kind, Record, Stored, Value
from lessons.domain.schema import SHAPES
from lessons.domain.states import State
from lessons.domain.text import N_
from lessons.library import Library
from lessons.services.track import evaluation_rules
from lessons.services.track.evaluation_rules import Stage
from lessons.services.track.falling_due import TAKEN
from lessons.services.track.keeping import AS_THERE, NOTHING, current, entered, keep
from lessons.services.track.keeping import demand as demand_entry

ABOUT = (
    "title", "activity", "due", "owner", "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "unit",
    "themes", "marking", "restricted_because",
)  # fmt: skip
DUE = ("due", "why_late")
LATE = ("why_late",)
NOT_NEEDED = ("not_needed",)
REOPENING = ("reopened",)
FINISHING = ("verdict", "stronger_because", "next_step", "review")
LESSON = ("learning", "title", "scope", "action")
# What a lesson takes over from the evaluation that it came out of.
INHERITED = (
    "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners", "unit", "marking", "groups",
    "restricted_because", "restricted_until", "example",
)  # fmt: skip

NOT_FINISHED = N_("This evaluation is not finished, so there is nothing to open again.")
SAY_WHY = N_("Say why in a sentence. Everybody who reads the evaluation can see it.")
NO_ACTIVITY = N_("We cannot find that activity. Check the reference, or leave the box empty.")


# --- who, and what there is ------------------------------------------------------------------------
def may_write(library: Library, by: User, record: Record) -> bool:
    """Those whose work it is, and whoever is named on it or on its activity."""
    if by.may(Permit.EVALUATE):
        return True
    named = [record.line(name) for name in ("owner", "evaluator", "author")]
    activity = library.peek(by, record.line("activity")) if record.line("activity") else None
    if activity:
        named += [activity.record.line(name) for name in ("plan_owner", "lro")]
    return any(is_person(name, by) for name in named)


def writable(library: Library, by: User, id: str) -> Stored:
    """Raises NotFound, Unreadable, NotAllowed."""
    stored = current(library, by, id, Kind.EVALUATION)
    if not may_write(library, by, stored.record):
        raise NotAllowed()
    return stored


def lessons_of(library: Library, reader: User, id: str) -> list[Line]:
    """Those that came out of it, as far as this person may read them; none while search rests."""
    with suppress(SearchUnavailable):
        lines = library.ledger(reader, Kind.LESSON)
        return [line for line in lines if line.line("evaluation") == id]
    return []


def actions_of(library: Library, reader: User, id: str) -> list[Line]:
    with suppress(SearchUnavailable):
        return [line for line in library.ledger(reader, Kind.ACTION) if id in line.keys("of")]
    return []


def of_activity(library: Library, reader: User, activity: str) -> Line | None:
    """An evaluation of the activity that still waits, so that nobody begins a second one."""
    with suppress(SearchUnavailable):
        for line in library.ledger(reader, Kind.EVALUATION):
            open_ = not line.day("done") and not line.line("not_needed")
            if open_ and line.line("activity") == activity:
                return line
    return None


def without_why(by: User, source: Record, taken: dict[str, Value]) -> dict[str, Value]:
    """Without the reason of a restriction that this person does not see there: they would see it as an author."""
    if "restricted_because" in taken and not sees(by, SHAPES[source.kind]["groups"], source):
        return taken | {"restricted_because": AS_THERE}
    return taken


# --- beginning one ---------------------------------------------------------------------------------
def begun(library: Library, by: User, activity: str = "") -> Record:
    """A new evaluation, not yet kept. Raises NotAllowed; NotFound for an activity that may not be read."""
    demand(by, Permit.EVALUATE)
    fields: dict[str, Value] = {"marking": "official"}
    if activity:
        stored = library.peek(by, activity)
        if stored is None or stored.record.kind is not Kind.OPERATION:
            raise NotFound()
        whole = library.records.get(activity).record
        fields |= without_why(by, whole, {n: whole.fields[n] for n in TAKEN if n in whole.fields})
        fields |= {"title": f"{whole.title}: evaluation", "activity": activity}
        owner, due = (
            whole.line("plan_owner") or whole.line("lro"),
            library.timetable.evaluation_due(whole),
        )
        fields |= {"owner": owner} | ({"due": due} if due else {})
    fields["author"] = by.name
    return Record(library.fresh_id(Kind.EVALUATION), Kind.EVALUATION, fields=fields)


def about_problems(library: Library, by: User, before: Record, record: Record) -> Iterable[Problem]:
    activity = record.line("activity")
    if activity and activity != before.line("activity") and library.peek(by, activity) is None:
        yield Problem("activity", NO_ACTIVITY)
    marks = [each.line("marking") for each in (before, record)]
    lowered = highest(marks[1:]) != highest(marks)
    if lowered and not by.may(Permit.RESTRICT):
        yield Problem("marking", LOWERED)


def save_about(
    library: Library, by: User, before: Record, names: Sequence[str], form: Form, *,
    expected: int, confirmed: Collection[str] = NOTHING,
) -> Stored:  # fmt: skip
    """What it is about, who owns it and when it is due; expected 0 for a new one. Raises as `keep`, NotAllowed."""
    demand(by, Permit.EVALUATE)
    entry = entered(
        library, before, names, form, confirmed=confirmed,
        rules=lambda record: list(about_problems(library, by, before, record)),
    )  # fmt: skip
    verb = "evaluation_changed" if expected else "evaluation_begun"
    return keep(library, by, verb, entry, expected=expected)


# --- stage by stage --------------------------------------------------------------------------------
def save_stage(
    library: Library, by: User, id: str, stage: Stage, form: Form, *,
    expected: int, confirmed: Collection[str] = NOTHING,
) -> Stored:  # fmt: skip
    """Raises as `keep`, NotFound, NotAllowed; Invalid where it is finished."""
    before = writable(library, by, id).record
    if before.day("done"):
        raise Invalid([Problem("", FINISHED)])
    entry = entered(
        library, before, stage.names, form, confirmed=confirmed, complete=False,
        rules=lambda r: [p for p in evaluation_rules.problems(r) if p.field in stage.names],
    )  # fmt: skip
    return keep(library, by, "evaluation_written", entry, expected=expected)


def finish(
    library: Library, by: User, id: str, form: Form, *,
    expected: int, confirmed: Collection[str] = NOTHING,
) -> Stored:  # fmt: skip
    """Stamp it done today. Raises as `save_stage`; Invalid with what a reader would miss."""
    before = writable(library, by, id).record
    if before.day("done"):
        raise Invalid([Problem("", FINISHED)])
    entry = entered(
        library, before, FINISHING, form, confirmed=confirmed, rules=_unfinished,
    )  # fmt: skip
    done = entry.record.with_(done=library.today, not_needed=None)
    return keep(library, by, "evaluation_finished", replace(entry, record=done), expected=expected)


def _unfinished(record: Record) -> list[Problem]:
    """Problems at the boxes of this form; those of others lead nowhere, so they stand by themselves."""
    found = [
        *evaluation_rules.problems(record),
        *(m.problem for m in evaluation_rules.missing(record)),
    ]
    return [p if p.field in FINISHING else Problem("", p.message, values=p.values) for p in found]


def reopen(
    library: Library, by: User, id: str, form: Form, *,
    expected: int, confirmed: Collection[str] = NOTHING,
) -> Stored:  # fmt: skip
    """A new revision that is not done; the old one stays in the history. Raises Invalid, as `save_stage`."""
    before = writable(library, by, id).record
    if not before.day("done"):
        raise Invalid([Problem("", NOT_FINISHED)])
    entry = entered(
        library, before.with_(done=None), REOPENING, form, confirmed=confirmed, complete=False
    )
    if not entry.record.line("reopened"):
        raise Invalid([Problem("reopened", SAY_WHY)])
    return keep(library, by, "evaluation_reopened", entry, expected=expected)


def say(
    library: Library, by: User, id: str, names: Sequence[str], form: Form, *,
    expected: int, confirmed: Collection[str] = NOTHING,
) -> Stored:  # fmt: skip
    """That it is not needed and why (nothing said takes that back), why it is late, or when it is due.

    Raises as `save_stage`; NotAllowed for the day where it is not for this person to set.
    """
    before = writable(library, by, id).record
    if "due" in names:
        demand(by, Permit.EVALUATE)
    if before.day("done"):
        raise Invalid([Problem("", FINISHED)])
    entry = entered(library, before, names, form, confirmed=confirmed, complete=False)
    verb = "evaluation_not_needed" if names == NOT_NEEDED else "evaluation_late"
    if names == NOT_NEEDED and not entry.record.line("not_needed"):
        if not before.line("not_needed"):
            raise Invalid([Problem("not_needed", SAY_WHY)])
        verb = "evaluation_needed"
    return keep(library, by, verb, entry, expected=expected)


# --- lessons ---------------------------------------------------------------------------------------
def lesson_in_writing(library: Library, by: User, evaluation: Record, id: str) -> Record:
    """The lesson that would be sent in, before anything is said in it."""
    taken = {name: evaluation.fields[name] for name in INHERITED if name in evaluation.fields}
    fields = without_why(by, evaluation, taken)
    fields |= {
        "evaluation": evaluation.id, "author": by.name, "occurred": _occurred(library, evaluation),
        "operation": evaluation.line("activity"),
    }  # fmt: skip
    texts = {"happened": evaluation.texts.get("result", "")}
    return Record(id, Kind.LESSON, fields=fields, texts=texts)


def _occurred(library: Library, evaluation: Record) -> date:
    return min(evaluation.day("done") or library.today, library.today)


@dataclass(frozen=True, slots=True)
class Sent:
    """A lesson sent in. again: whether an earlier press of the button had sent it."""

    lesson: Stored
    again: bool = False


def send_lesson(
    library: Library, by: User, evaluation: Record, id: str, form: Form,
    confirmed: Collection[str] = NOTHING,
) -> Sent:  # fmt: skip
    """It goes to review as any other. id: the same each time that one page is sent. Raises as `keep`."""
    demand(by, Permit.SEND)
    before = lesson_in_writing(library, by, evaluation, id)
    entry = entered(library, before, LESSON, form, confirmed=confirmed)
    record = demand_entry(entry).with_(state=State.SENT, sent=library.clock())
    try:
        return Sent(library.save(by, "send", record, expected=0))
    except StaleWrite:
        kept = library.records.revision(id, 1).record
        if kept.line("author") == by.name and kept.line("evaluation") == evaluation.id:
            return Sent(library.records.get(id), again=True)
    whole = Record(
        library.fresh_id(Kind.LESSON), Kind.LESSON, fields=record.fields, texts=record.texts
    )
    return Sent(library.save(by, "send", whole, expected=0))
