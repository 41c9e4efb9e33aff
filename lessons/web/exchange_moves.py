"""The moves of a lesson, for programs: what the caller may do, and doing it, with the refusals of the pages."""

from typing import Any

from flask import Response, g, jsonify, request
from flask_babel import gettext as _

from lessons.domain import access
from lessons.domain.errors import Invalid, NotFound, Problem
from lessons.domain.lifecycle import MOVES, Need
from lessons.domain.record import Kind, Stored
from lessons.domain.schema import to_words
from lessons.domain.states import State
from lessons.domain.text import N_
from lessons.services import find
from lessons.services.review import asking, current
from lessons.services.review.moving import NOT_TAKEN
from lessons.web.doors import doors, library

_STRING = {"type": "string"}
WRONG = {
    "move": N_("Say which move, by its key."),
    "expected": N_("Say which revision you saw, as a whole number from 1."),
    "given": N_("Give fields by name, or nothing."),
}


def record_json(stored: Stored) -> dict[str, Any]:
    """A record that the caller may read, without links that they may not follow."""
    body: dict[str, Any] = {
        "id": stored.record.id,
        "kind": stored.record.kind.value,
        "revision": stored.revision.number,
    }
    shown = find.without_hidden_links(library(), g.caller, stored.record)
    body |= {name: to_words(value) for name, value in shown.fields.items()}
    return body | dict(shown.texts)


def moves(id: str) -> Response:
    stored = current(library(), g.caller, id)
    return jsonify(asking.as_json(g.caller, stored, _))


def make(id: str) -> Response:
    """Raises NotFound, StaleWrite, IllegalMove, Invalid, Busy."""
    if library().peek(g.caller, id) is None:
        raise NotFound()
    asked = request.get_json(silent=True)
    key, expected, given = _asked(asked if isinstance(asked, dict) else {})
    accounts = doors().accounts
    stored = asking.ask(library(), g.caller, id, key, given, expected=expected, accounts=accounts)
    body: dict[str, Any] = {"id": id, "kind": Kind.LESSON.value, "revision": stored.revision.number}
    if access.may_read(g.caller, stored.record, library().today):
        shown = Stored(access.visible(g.caller, stored.record), stored.revision)
        body = record_json(shown)
    return jsonify(body | {"moves": asking.as_json(g.caller, stored, _)["moves"]})


def _asked(asked: dict[str, Any]) -> tuple[str, int, dict[str, Any]]:
    """Raises Invalid."""
    key, expected, given = asked.get("move"), asked.get("expected"), asked.get("given", {})
    right = {
        "move": isinstance(key, str) and bool(key),
        "expected": isinstance(expected, int) and not isinstance(expected, bool) and expected > 0,
        "given": isinstance(given, dict),
    }
    problems = [Problem(name, WRONG[name]) for name, fits in right.items() if not fits]
    unknown = set(asked) - set(right)
    problems += [Problem(name, NOT_TAKEN) for name in sorted(unknown)]
    if problems:
        raise Invalid(problems)
    assert isinstance(key, str) and isinstance(expected, int)
    return key, expected, given


# --- the description -------------------------------------------------------------------------------
def schemas() -> dict[str, Any]:
    """JSON Schemas, made from the table of moves and the declared fields."""
    states = [state.value for state in State]
    listed = _object(
        move={"enum": list(MOVES)}, label=_STRING, to={"enum": [*states, None]},
        takes={"type": "array", "items": _STRING},
        needs={"type": "array", "items": _object(need={"enum": [n.value for n in Need]}, words=_STRING)},
        barred={**_STRING, "description": "What stands against it now; empty where nothing does"},
    )  # fmt: skip
    many = {"type": "array", "items": listed}
    whole = {"type": "integer", "minimum": 1}
    moved = _object(id=_STRING, kind={"const": "lesson"}, revision=whole, moves=many)
    return {
        "moves": _object(id=_STRING, revision=whole, state=_STRING, moves=many),
        "moved": {**moved, "description": "The lesson as it is now, and what the caller may do next"},
        "move": {
            "type": "object",
            "required": ["move", "expected"],
            "additionalProperties": False,
            "properties": {
                "move": {"enum": list(MOVES), "description": _told()},
                "expected": {**whole, "description": "The revision that the caller saw"},
                "given": {"type": "object", "properties": _given(), "additionalProperties": False},
            },
        },
    }  # fmt: skip


def _told() -> str:
    """Every move with the states that it leads from and to."""
    return "; ".join(
        f"{m.key}: {m.label} ({', '.join(sorted(m.sources))} → {m.to or 'stays'})"
        for m in MOVES.values()
    )


def _given() -> dict[str, Any]:
    """Every field that a move takes, with the moves that take it."""
    found: dict[str, list[str]] = {}
    for move in MOVES.values():
        for name in move.takes:
            found.setdefault(name, []).append(move.key)
    more = {"owner": ". The name of an account; or “role:” and the words for a role"}
    return {
        name: {
            "description": f"{asking.SHAPE[name].label}{more.get(name, '')}. With: {', '.join(keys)}"
        }
        for name, keys in found.items()
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}
