"""The register of operations for programs: entering an operation, and changing it, by the rules of the form."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify, request, url_for

from lessons.domain import access
from lessons.domain.access import Permit
from lessons.domain.boxes import Boxes
from lessons.domain.clearing import fingerprint, too_high
from lessons.domain.errors import Invalid, NotFound, Problem, Unreadable
from lessons.domain.record import Kind, Record, Stored
from lessons.domain.schema import Field, Type, to_words
from lessons.domain.text import N_
from lessons.library import owning
from lessons.services.exchange import stable_id
from lessons.services.track import keeping, operations_keeping
from lessons.services.track.keeping import Entered
from lessons.services.track.operations_keeping import BOXES, ORIGIN, SHAPE
from lessons.web.doors import doors, library
from lessons.web.exchange_moves import record_json

NOT_TAKEN = N_("This cannot be set here.")
EXPECTED = N_("Say which revision you saw, as a whole number.")
NOT_OBJECT = N_("Send one JSON object.")
WORDS = N_("Words were expected here.")
LIST = N_("A list of words was expected here.")
COLUMN = N_("There is a column here that we do not know.")
ROWS = N_("A list of rows was expected here.")
LOOK = N_(
    "It may identify somebody. Change it; if somebody has looked and it may stand, send “confirmed”: true."
)
OWN = ("id", "kind", "revision")  # of an answer, which may come back as they were


def enter() -> tuple[Response, int]:
    """Enter an operation; where one with this source and source_id is there, change it. Fields that are not named
    stay as they are. Raises NotAllowed, Invalid, MarkingTooHigh, StaleWrite, Busy, SearchUnavailable.
    """
    access.demand(g.caller, Permit.REGISTER)
    asked = _asked()
    there = _with_reference(asked)
    if there:
        return _answer(_keep(there.record, asked, "edit", there.revision.number)), 200
    id = _new_id(asked)
    before = Record(id, Kind.OPERATION, fields={"author": g.caller.name, "marking": "official"})
    response = _answer(_keep(before, asked, "register", 0))
    response.headers["Location"] = url_for("exchange.record", plural="operations", id=id)
    return response, 201


def change(id: str) -> Response:
    """Change an operation. Fields that are not named stay as they are; an empty one is taken away.

    Raises NotFound, NotAllowed, Invalid, MarkingTooHigh, StaleWrite, Busy.
    """
    stored = keeping.current(library(), g.caller, id, Kind.OPERATION)
    operations_keeping.demand(g.caller, stored.record)
    asked = _asked()
    expected = asked.get("expected", asked.get("revision"))
    if not isinstance(expected, int) or isinstance(expected, bool) or expected < 0:
        raise Invalid([Problem("expected", EXPECTED)])
    return _answer(_keep(stored.record, asked, "edit", expected))


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Invalid([Problem("body", NOT_OBJECT)])
    return asked


def _with_reference(asked: Mapping[str, Any]) -> Stored | None:
    """The operation of this source and reference, as far as the caller may read it."""
    wanted = tuple(asked.get(name) for name in ORIGIN)
    if not all(isinstance(words, str) and words.strip() for words in wanted):
        return None
    plain = tuple(" ".join(str(words).split()) for words in wanted)
    for line in library().ledger(g.caller, Kind.OPERATION):
        if (line.line("source"), line.line("source_id")) == plain:
            return keeping.current(library(), g.caller, line.id, Kind.OPERATION)
    return None


def _new_id(asked: Mapping[str, Any]) -> str:
    """That of its outside reference, as an import has it, so that two who enter it at once meet; else any."""
    source, source_id = (str(asked.get(name) or "").strip() for name in ORIGIN)
    if source and source_id:
        id = stable_id(Kind.OPERATION, source, source_id, library().today)
        try:
            library().records.get(id)
        except NotFound:
            return id
        except Unreadable:
            pass
    return library().fresh_id(Kind.OPERATION)


def _keep(before: Record, asked: Mapping[str, Any], verb: str, expected: int) -> Stored:
    names = (*operations_keeping.boxes(g.caller, before), *ORIGIN)
    given = {n: v for n, v in asked.items() if n not in ("expected", "confirmed", *OWN)}
    _demand_known(before, given, names)
    accounts = owning.active(doors().accounts)
    taken = [name for name in names if name in given]
    form = _form(given, taken)
    entry = operations_keeping.enter(library(), before, taken, form, accounts)
    if asked.get("confirmed") is True:
        entry = _confirmed(before, taken, form, accounts, entry)
    elif entry.marked and not any(too_high(mark.flag) for mark in entry.marked):
        problems = [*entry.problems, *(Problem(m.field.name, LOOK) for m in entry.marked)]
        raise Invalid(problems)
    kept = operations_keeping.keep(library(), g.caller, verb, entry, accounts, expected=expected)
    return kept.stored


def _confirmed(
    before: Record, names: list[str], form: Boxes, accounts: list[str], entry: Entered
) -> Entered:
    """Read again, with what somebody has looked at taken as seen."""
    seen = [fingerprint(mark.flag) for mark in entry.marked]
    seen.append(operations_keeping.early(entry.record))
    return operations_keeping.enter(library(), before, names, form, accounts, confirmed=seen)


def _demand_known(before: Record, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises Invalid for what is none of these, unless it only says again what is there."""
    here = access.visible(g.caller, before)
    said = {name: to_words(value) for name, value in here.fields.items()} | dict(here.texts)
    wrong = [name for name, value in given.items() if name not in names and said.get(name) != value]
    if wrong:
        raise Invalid([Problem(name, NOT_TAKEN) for name in wrong])


def _form(given: Mapping[str, Any], names: list[str]) -> Boxes:
    """What was sent as a browser would post it, so that it is read by the same rules. Raises Invalid."""
    form: Boxes = {}
    problems: list[Problem] = []
    for name in names:
        field = SHAPE[name]
        wrong = _fill(form, field, given[name])
        problems += [Problem(name, wrong)] if wrong else []
    if problems:
        raise Invalid(problems)
    return form


def _fill(form: Boxes, field: Field, value: Any) -> str:
    """What is wrong with it, "" where nothing is."""
    if value is None:
        value = [] if field.many else ""
    if field.type is Type.ROWS:
        if not _is_rows(value):
            return ROWS
        for n, row in enumerate(value):
            form |= {f"{field.name}-{n}-{column}": [cell] for column, cell in row.items()}
        unknown = {column for row in value for column in row} - set(field.columns)
        return COLUMN if unknown else ""
    if field.many:
        many = [value] if isinstance(value, str) else value
        if not (isinstance(many, list) and all(isinstance(each, str) for each in many)):
            return LIST
        form[field.name] = many
        return ""
    if not isinstance(value, str):
        return WORDS
    form[field.name] = [value]
    return ""


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values())
        for row in value
    )


def _answer(stored: Stored) -> Response:
    """As the caller may read it now; the bare reference where they have just closed it to themselves."""
    body: dict[str, Any] = {
        "id": stored.record.id, "kind": Kind.OPERATION.value, "revision": stored.revision.number,
    }  # fmt: skip
    if access.may_read(g.caller, stored.record, library().today):
        shown = access.visible(g.caller, stored.record)
        body = record_json(Stored(shown, stored.revision))
    return jsonify(body)


# --- the description -------------------------------------------------------------------------------
def schemas(field_schema: Any) -> dict[str, Any]:
    """What is sent, made from the declared fields."""
    fields = {name: field_schema(SHAPE[name]) for name in (*BOXES, *ORIGIN)}
    told = {
        "type": "boolean",
        "description": "Somebody has looked at what may identify a person, or at an early due date",
    }
    taken = fields | {"confirmed": told}
    whole = {"type": "integer", "minimum": 0, "description": "The revision that the caller saw"}
    required = ["title", "operation_kind"]
    return {
        "operation_entered": {"type": "object", "required": required, "properties": taken},
        "operation_changed": {
            "type": "object",
            "required": ["expected"],
            "properties": taken | {"expected": whole},
        },
    }
