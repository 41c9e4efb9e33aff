"""Exchange: the API, with the same names and the same trimming as the pages."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user

from lessons import __version__
from lessons.domain.access import User
from lessons.domain.errors import Invalid, NotFound, Problem
from lessons.domain.query import Sort
from lessons.domain.record import Kind
from lessons.domain.schema import FACETS, SHAPES, Field, Type
from lessons.domain.text import N_
from lessons.services import find
from lessons.web import exchange_moves, exchange_operations, labels
from lessons.web.doors import doors, library, me
from lessons.web.errors import answer as error_answer
from lessons.web.exchange_moves import record_json
from lessons.web.guard import PUBLIC, csrf

bp = Blueprint("exchange", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # what changes something takes a bearer token and nothing else
bp.add_url_rule("/lessons/<id>/moves", view_func=exchange_moves.moves)
bp.add_url_rule("/lessons/<id>/moves", view_func=exchange_moves.make, methods=["POST"])
bp.add_url_rule("/operations", view_func=exchange_operations.enter, methods=["POST"])
bp.add_url_rule("/operations/<id>", view_func=exchange_operations.change, methods=["PUT"])

_STRING = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 1}
_DAY = {"type": "string", "format": "date"}
_STRINGS = {"type": "array", "items": _STRING}
PARAMETERS: dict[str, tuple[str, dict[str, Any]]] = {
    "q": ('Words, "phrases", -excluded, field:value', _STRING),
    "kind": (
        "Kind of record; repeatable; lesson when absent",
        {"type": "array", "items": {"enum": [k.value for k in Kind]}},
    ),
    "year": ("Year, such as 2026; repeatable", _STRINGS),
    "from": ("First day, ISO 8601", _DAY),
    "to": ("Last day, ISO 8601", _DAY),
    "sort": ("Order of the hits", {"enum": [s.value for s in Sort]}),
    "page": ("From 1", _WHOLE),
    "limit": ("Hits on a page", {**_WHOLE, "maximum": find.LARGEST_PAGE}),
    "expand": ("no: without synonyms", {"enum": ["yes", "no"]}),
}


def _caller() -> User | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return doors().accounts.bearer(secret.strip(), now=library().clock())
    reads = request.method in ("GET", "HEAD")
    return me() if reads and current_user.is_authenticated else None


@bp.before_request
def known_callers_only() -> Response | None:
    """Only for a valid bearer token, or, to read, somebody signed in to the pages."""
    if request.endpoint in PUBLIC:
        return None
    caller = _caller()
    if caller is None:
        response = error_answer(401, "sign_in", _("Send a valid bearer token."))
        response.headers["WWW-Authenticate"] = 'Bearer realm="lessons"'
        return response
    g.caller = caller
    return None


@bp.get("/search")
def search() -> Response:
    """As the page, but that what makes no sense is refused instead of left out. Raises Invalid."""
    answer = find.search(library(), g.caller, request.args.to_dict(flat=False), help=False)
    if answer.wrong:
        wrong = N_("This cannot be used here.")
        raise Invalid([Problem(name, wrong) for name in answer.wrong])
    return jsonify(find.as_json(library(), g.caller, answer.results, labels.language()))


@bp.get(
    "/<any(lessons, debriefs, evaluations, operations, actions, findings, briefings, themes):plural>/<id>"
)
def record(plural: str, id: str) -> Response:
    stored = library().open(g.caller, id)
    if stored.record.kind.folder != plural:
        raise NotFound
    response = jsonify(record_json(stored))
    response.add_etag()  # of what this caller sees
    response.make_conditional(request)
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    return jsonify(description())


def description() -> dict[str, Any]:
    """OpenAPI 3.1 of what there is, made from the schema."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lessons", "version": __version__},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": {"/search": {"get": _search_operation()}}
        | {f"/{kind.folder}/{{id}}": {"get": _read_operation(kind)} for kind in Kind}
        | {"/lessons/{id}/moves": _moves_operations()}
        | _register_operations(),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "responses": {
                name: {"description": told, **_body("error")} for name, told in _REFUSALS.items()
            },
            "schemas": {kind.value: _shape_schema(kind) for kind in Kind}
            | {"results": _RESULTS, "error": _ERROR}
            | exchange_moves.schemas()
            | exchange_operations.schemas(_field_schema),
        },
    }


_REFUSALS = {
    "401": "No valid token",
    "403": "Not for the role of this caller",
    "404": "Not there, or not for this reader",
    "405": "This cannot be done here",
    "409": "Not from where the record is now, not by this person, or somebody changed it first",
    "422": "Parameters that cannot be used, each in error.fields",
    "503": "Busy, or the index is being made anew: try again in a minute",
}


def _body(schema: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _search_operation() -> dict[str, Any]:
    plain = [_parameter(name, told, of) for name, (told, of) in PARAMETERS.items()]
    facets = [_parameter(name, field.label, _STRINGS) for name, field in FACETS.items()]
    return _operation("search", "Search", [*plain, *facets], "results", ("401", "422", "503"))


def _read_operation(kind: Kind) -> dict[str, Any]:
    id = {"name": "id", "in": "path", "required": True, "schema": _STRING}
    return _operation(f"read_{kind}", f"Read a {kind}", [id], kind.value, ("401", "404", "503"))


def _moves_operations() -> dict[str, Any]:
    """GET what the caller may do with a lesson; POST one of those."""
    id = {"name": "id", "in": "path", "required": True, "schema": _STRING}
    told = "What the caller may do with a lesson"
    listed = _operation("moves", told, [id], "moves", ("401", "404", "503"))
    refusals = ("401", "404", "409", "422", "503")
    made = _operation("move", "Take a decision on a lesson", [id], "moved", refusals)
    return {"get": listed, "post": {**made, "requestBody": {"required": True, **_body("move")}}}


def _register_operations() -> dict[str, Any]:
    """POST to enter an operation, PUT to change one."""
    id = {"name": "id", "in": "path", "required": True, "schema": _STRING}
    refusals = ("401", "403", "409", "422", "503")
    told = "Enter an operation; change the one that has this source and source_id"
    entered = _operation("enter_operation", told, [], "operation", refusals)
    entered["responses"]["200"]["description"] = "There already, and changed"
    entered["responses"]["201"] = {"description": "Entered", **_body("operation")}
    changed = _operation(
        "change_operation", "Change an operation", [id], "operation", ("404", *refusals)
    )
    body = {"required": True, **_body("operation_entered")}
    return {
        "/operations": {"post": {**entered, "requestBody": body}},
        "/operations/{id}": {
            "get": _read_operation(Kind.OPERATION),
            "put": {**changed, "requestBody": {**body, **_body("operation_changed")}},
        },
    }


def _parameter(name: str, told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": told, "schema": schema}


def _operation(
    id: str, summary: str, parameters: list[dict[str, Any]], schema: str, refusals: tuple[str, ...]
) -> dict[str, Any]:
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in refusals}
    return {
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": "Found", **_body(schema)}, **refused},
    }


def _field_schema(field: Field) -> dict[str, Any]:
    return {**_JSON_TYPE.get(field.type, _STRING), "description": field.label}


_JSON_TYPE: dict[Type, dict[str, Any]] = {
    Type.CHOICES: _STRINGS,
    Type.NAMES: _STRINGS,
    Type.LINKS: _STRINGS,
    Type.ROWS: {"type": "array", "items": {"type": "object", "additionalProperties": _STRING}},
    Type.DATE: _DAY,
    Type.MOMENT: {"type": "string", "format": "date-time"},
    Type.FLAG: {"enum": ["yes", "no"]},
}


def _shape_schema(kind: Kind) -> dict[str, Any]:
    own = {"id": _STRING, "kind": {"const": kind.value}, "revision": {"type": "integer"}}
    return {
        "type": "object",
        "required": ["id", "kind", "revision"],
        "properties": own | {f.name: _field_schema(f) for f in SHAPES[kind].fields},
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_RESULTS = _object(
    total={"type": "integer"},
    hits={
        "type": "array",
        "items": _object(
            id=_STRING, kind=_STRING, title=_STRING, extract=_STRING, score={"type": "number"}
        ),
    },
    facets={
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": _object(key=_STRING, label=_STRING, count={"type": "integer"}),
        },
    },
    expanded={"type": "array", "items": _object(typed=_STRING, added=_STRINGS)},
    suggestion=_STRING,
)
_ERROR = _object(
    error=_object(
        code=_STRING,
        message=_STRING,
        fields={"type": "object", "additionalProperties": _STRING},
    )
)
