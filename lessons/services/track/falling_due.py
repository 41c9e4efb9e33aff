"""What falls due by itself: the evaluation of a prevent or protect activity, as soon as the activity is registered."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from lessons.domain.access import SYSTEM, SYSTEM_NAME
from lessons.domain.errors import LessonsError, NotFound, StaleWrite
from lessons.domain.ledger import Line
from lessons.domain.record import CROCKFORD, Kind, Record, Value, kind_of
from lessons.domain.schema import SHAPES
from lessons.library import Library
from lessons.library.registering import debriefs_it, mark_debriefed
from lessons.ports import Change
from lessons.services.track.in_step import RESTRICTION, tighten

VERB = "fall_due"
BATCH = 200
TRIES = 5
# What an evaluation takes over from its activity: what it is about, and who may read it.
TAKEN = (
    "four_p", "threats", "threat_kinds", "vulnerabilities", "tactics", "partners", "unit", *RESTRICTION, "author",
    "example",
)  # fmt: skip


def falls_due(library: Library, operation: Record) -> Record | None:
    """Enter the evaluation that this activity calls for; None where it calls for none or has one. Safe to repeat.

    Raises SearchUnavailable, Busy.
    """
    if library.timetable.evaluation_due(operation) is None or _has_one(library, operation.id):
        return None
    made = evaluation_of(library, operation)
    if made is None:
        return None
    with suppress(StaleWrite):  # somebody else entered the same one at this moment
        return library.save(SYSTEM, VERB, made, expected=0).record
    return None


def _has_one(library: Library, operation: str) -> bool:
    lines = library.ledger(SYSTEM, Kind.EVALUATION)
    return any(line.line("activity") == operation for line in lines)


def evaluation_of(library: Library, operation: Record) -> Record | None:
    """The evaluation as it is entered; None where it is there already, or was there and destroyed."""
    due = library.timetable.evaluation_due(operation)
    id = _free(library, operation.id)
    if due is None or not id:
        return None
    owners = (operation.line(name) for name in ("plan_owner", "lro", "author"))
    fields: dict[str, Value] = {n: operation.fields[n] for n in TAKEN if n in operation.fields}
    fields |= {
        "title": f"{operation.title}: evaluation", "activity": operation.id, "due": due,
        "owner": next((name for name in owners if name not in ("", SYSTEM_NAME)), ""),
    }  # fmt: skip
    declared = SHAPES[Kind.EVALUATION].by_name
    kept = {name: value for name, value in fields.items() if name in declared}
    return Record(id, Kind.EVALUATION, fields=kept)


def _free(library: Library, operation: str) -> str:
    """The id that belongs to an activity: the same year and letters, so that two who enter it at once meet; "" where
    its evaluation has it already, or once had it.
    """
    for id in _ids(operation):
        try:
            if library.records.get(id).record.line("activity") == operation:
                return ""
        except NotFound:
            return "" if _was_destroyed(library, id) else id
        except LessonsError:
            return ""  # a file that cannot be read just now may well be the one
    return ""


def _ids(operation: str) -> Iterator[str]:
    year, letters = operation.split("-")[1:]
    yield f"{Kind.EVALUATION.letter}-{year}-{letters}"
    for attempt in range(1, TRIES):
        digest = int.from_bytes(hashlib.sha256(f"{operation}\0{attempt}".encode()).digest()[:8])
        others = "".join(CROCKFORD[(digest >> (5 * i)) & 31] for i in range(5))
        yield f"{Kind.EVALUATION.letter}-{year}-{others}"


def _was_destroyed(library: Library, id: str) -> bool:
    try:
        return bool(library.records.history(id))
    except LessonsError:
        return False


def catch_up(library: Library, *, most: int = 0) -> int:
    """Put right what was missed, of operations that were imported, written by hand or cut off: evaluations that fell
    due, are open to more people than their activity is or are no longer needed, and that a debrief was sent. How many;
    0 when there is nothing to do, which costs milliseconds.

    most: how many at one go; 0 for all. Safe to kill and to run twice at once. Raises SearchUnavailable.
    """
    operations = library.ledger(SYSTEM, Kind.OPERATION)
    evaluations = library.ledger(SYSTEM, Kind.EVALUATION)
    evaluated = {line.line("activity") for line in evaluations}
    timetable = library.timetable
    called_for = [
        line.id for line in operations
        if line.id not in evaluated and timetable.evaluation_due(line) is not None
    ]  # fmt: skip
    steps: tuple[Callable[[int], int], ...] = (
        lambda left: tighten(library, operations, evaluations, most=left),
        lambda left: _enter(library, called_for, left),
        lambda left: _let_go(library, evaluations, left),
        lambda left: _stamp(library, operations, left),
    )
    done = 0
    for step in steps:
        if most and done >= most:
            break
        done += step(most - done if most else 0)
    return done


def _let_go(library: Library, evaluations: Iterable[Line], most: int) -> int:
    """What fell due and was never begun, where another evaluation of the same activity came in since."""
    by_activity: dict[str, list[Line]] = {}
    for line in evaluations:
        by_activity.setdefault(line.line("activity"), []).append(line)
    done = 0
    for activity, lines in by_activity.items():
        if not activity or len(lines) < 2 or (most and done >= most):
            continue
        fell_due = [
            line for line in lines if line.id in set(_ids(activity)) and _is_untouched(line)
        ]
        other = next((line for line in lines if line not in fell_due), None)
        for line in fell_due if other else ():
            why = (
                f"Another evaluation of this activity is in the register: {other.id}."
                if other
                else ""
            )
            done += _says(library, line.id, why)
    return done


def _is_untouched(line: Line) -> bool:
    settled = line.day("done") or line.line("not_needed") or line.line("verdict")
    return not settled and not line.written


def _says(library: Library, id: str, why: str) -> bool:
    with suppress(LessonsError):
        stored = library.records.get(id)
        if stored.revision.verb == VERB:
            number = stored.revision.number
            library.save(SYSTEM, VERB, stored.record.with_(not_needed=why), expected=number)
            return True
    return False


def _enter(library: Library, ids: Iterable[str], most: int) -> int:
    waiting: list[Change] = []
    done = 0
    for id in ids:
        with suppress(LessonsError):
            made = evaluation_of(library, library.records.get(id).record)
            waiting += [Change(made, 0)] if made else []
        if len(waiting) >= BATCH or (most and done + len(waiting) >= most):
            done += _keep(library, waiting)
            waiting = []
        if most and done >= most:
            break
    return done + _keep(library, waiting)


def _keep(library: Library, waiting: list[Change]) -> int:
    answers = library.save_many(SYSTEM, VERB, waiting) if waiting else []
    return sum(not isinstance(answer, LessonsError) for answer in answers)


def _stamp(library: Library, operations: Iterable[Line], most: int) -> int:
    """Operations of which a debrief was sent and that do not say so: a sending was cut off, or came from elsewhere."""
    open_ = {line.id for line in operations if not line.day("debriefed")}
    first: dict[str, Line] = {}
    for line in library.ledger(SYSTEM, Kind.DEBRIEF):
        id = line.line("operation")
        if (
            id in open_
            and debriefs_it(line)
            and (id not in first or _sent(line) < _sent(first[id]))
        ):
            first[id] = line
    done = 0
    for id, line in first.items():
        if most and done >= most:
            break
        day = line.day("sent") or line.day("occurred") or library.today
        with suppress(LessonsError):
            done += kind_of(id) is Kind.OPERATION and mark_debriefed(library, id, day)
    return done


def _sent(line: Line) -> str:
    return line.line("sent") or line.line("occurred")
