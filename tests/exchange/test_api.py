"""The API: the same answers as the pages, for programs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lessons.app import House, create_app
from lessons.domain.access import SYSTEM, Role
from lessons.domain.errors import Busy
from lessons.domain.record import Kind, Record
from lessons.domain.schema import FACETS
from lessons.services import people
from tests.people import PASSWORD, account

Get = Callable[..., Any]


@pytest.fixture
def app(example_house: House) -> Flask:
    application = create_app(house=example_house)
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


def caller(app: Flask, house: House, role: str) -> Get:
    """Asks as a program whose key acts for this role; gives the JSON, and checks the status."""
    house.accounts.add(account(f"p-{role}", Role(role)), PASSWORD)
    _info, secret = people.add_token(house.accounts, house.library, SYSTEM, "k", f"p-{role}", 1)
    client: FlaskClient = app.test_client()

    def get(address: str, status: int = 200) -> Any:
        answer = client.get(f"/api/v1{address}", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status, answer.text
        assert answer.content_type == "application/json"
        return answer.json

    return get


@pytest.fixture
def get(app: Flask, house: House) -> Get:
    return caller(app, house, "analyst")


def test_a_search_answers_what_the_page_shows(app: Flask, house: House, get: Get) -> None:
    found = get("/search?q=radio&limit=3")
    assert set(found) == {"total", "hits", "facets", "expanded", "suggestion"}
    assert found["total"] >= len(found["hits"]) > 0
    hit = found["hits"][0]
    assert {"id", "kind", "title", "extract", "score", "state", "marking"} <= set(hit)
    assert hit["kind"] == "lesson"
    assert [h["score"] for h in found["hits"]] == sorted(
        (h["score"] for h in found["hits"]), reverse=True
    )
    assert set(found["facets"]) == {*FACETS, "year"} - {"verdict"} or "theme" in found["facets"]
    for counts in found["facets"].values():
        for count in counts:
            assert set(count) == {"key", "label", "count"}
            assert 0 < count["count"] <= found["total"]


def test_every_parameter_of_the_page_works(get: Get) -> None:
    whole = get("/search?limit=100")
    theme = whole["facets"]["theme"][0]
    assert get(f"/search?theme={theme['key']}")["total"] == theme["count"]
    year = whole["facets"]["year"][0]
    assert get(f"/search?year={year['key']}")["total"] == year["count"]
    dated = get(f"/search?from={year['key']}-01-01&to={year['key']}-12-31")
    assert dated["total"] == year["count"]
    newest = [
        h["occurred"] for h in get("/search?sort=newest&limit=100")["hits"] if "occurred" in h
    ]
    assert newest == sorted(newest, reverse=True)
    assert get("/search?kind=theme&kind=lesson")["total"] > whole["total"]
    first, second = (get(f"/search?q=the+team&limit=2&page={n}")["hits"] for n in (1, 2))
    assert not {h["id"] for h in first} & {h["id"] for h in second}
    assert get("/search?q=ROCU")["expanded"] != []
    assert get("/search?q=ROCU&expand=no")["expanded"] == []
    assert get("/search?q=zzzzqx")["total"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=yesterday", "from"), ("to=2024-13-01", "to"), ("page=0", "page"), ("page=x", "page"),
     ("limit=101", "limit"), ("limit=-1", "limit"), ("sort=best", "sort"), ("kind=memo", "kind")],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_refused_by_name(
    get: Get, query: str, field: str
) -> None:
    error = get(f"/search?q=radio&{query}", status=422)["error"]
    assert set(error) == {"code", "message", "fields"}
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field] and error["fields"][field].endswith(".")


@pytest.mark.parametrize(
    "q", ["?*", "a*", '"', "((", "theme:", "-x", "\x00", "💥", "x" * 10_000, "NOT OR AND"]
)
def test_whatever_is_typed_is_just_words(app: Flask, house: House, get: Get, q: str) -> None:
    from urllib.parse import quote

    assert get(f"/search?q={quote(q)}")["total"] >= 0


def test_a_record_is_read_by_kind_and_reference(house: House, get: Get) -> None:
    id = get("/search?q=radio")["hits"][0]["id"]
    record = get(f"/lessons/{id}")
    stored = house.library.open(SYSTEM, id)
    assert (record["id"], record["kind"], record["title"]) == (id, "lesson", stored.record.title)
    assert record["revision"] == stored.revision.number
    assert get("/themes/radio")["label"] == "Radio and communications"
    for wrong in (
        f"/debriefs/{id}",
        "/lessons/L-2026-00000",
        "/lessons/..%2f..%2fetc",
        "/lessons/x",
        "/memos/1",
    ):
        assert get(wrong, status=404)["error"]["code"] == "not_found"


def test_nobody_is_shown_what_they_may_not_see(app: Flask, house: House) -> None:
    lesson = Record("L-2026-SECR1", Kind.LESSON, fields={
        "title": "Zirconium boxes rattle", "state": "identified", "learning": "change", "author": "p-lead",
        "marking": "official", "groups": ("kestrel",), "restricted_because": "Zirconium source",
    }, texts={"detail": "Zirconium rattles."})  # fmt: skip
    house.library.save(SYSTEM, "test", lesson, expected=0)
    analyst, disclosure = caller(app, house, "officer"), caller(app, house, "disclosure")
    assert analyst("/search?q=zirconium")["total"] == 0
    assert analyst("/search?q=zircomium")["suggestion"] == ""
    assert analyst("/lessons/L-2026-SECR1", status=404) == analyst(
        "/lessons/L-2026-SECR2", status=404
    )
    assert disclosure("/search?q=zirconium")["total"] == 1
    assert disclosure("/lessons/L-2026-SECR1")["groups"] == ["kestrel"]
    lead = caller(app, house, "lead")
    assert lead("/lessons/L-2026-SECR1")["author"] == "p-lead", "its author sees it all"
    open_lesson = lesson.with_(groups=None, author="somebody")
    house.library.save(SYSTEM, "test", open_lesson, expected=1)
    shown = analyst("/lessons/L-2026-SECR1")
    assert "author" not in shown and "restricted_because" not in shown
    assert "Zirconium source" not in str(analyst("/search?q=zirconium"))


def test_errors_have_one_shape(
    app: Flask, house: House, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    answers = [
        client.get("/api/v1/search"),
        client.post("/api/v1/search"),
        client.get("/api/v1/nowhere"),
    ]
    assert [a.status_code for a in answers] == [401, 405, 404]
    assert answers[1].headers["Allow"]
    for answer in answers:
        assert answer.json is not None and set(answer.json["error"]) == {
            "code",
            "message",
            "fields",
        }

    def too_busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(house.library.index, "search", too_busy)
    assert get("/search?q=radio", status=503)["error"]["code"] == "busy"
    monkeypatch.setattr(house.library.index, "search", lambda *_: 1 / 0)
    assert "division" not in str(get("/search?q=radio", status=500))


# --- the description -------------------------------------------------------------------------------
@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200 and answer.json is not None
    return dict(answer.json)


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [r for v in node.values() for r in references(v)]
    return [r for v in node for r in references(v)] if isinstance(node, list) else []


def test_the_description_is_sound(described: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", described["openapi"])
    assert {"title", "version"} <= set(described["info"])
    for reference in references(described):
        node: Any = described
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node, reference
    ids = []
    for path, item in described["paths"].items():
        assert path.startswith("/") and set(item) <= {"get", "post", "put"}
        assert "get" in item or path == "/operations"
        for operation in item.values():
            ids.append(operation["operationId"])
            named = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
            assert named == re.findall(r"\{(\w+)\}", path)
            assert len({p["name"] for p in operation["parameters"]}) == len(operation["parameters"])
            for status, answer in operation["responses"].items():
                assert re.fullmatch(r"[1-5]\d\d", status)
                assert "$ref" in answer or answer["description"]
    assert len(set(ids)) == len(ids)
    assert described["components"]["securitySchemes"]["bearer"] == {
        "type": "http",
        "scheme": "bearer",
    }


def test_what_is_described_is_what_there_is(
    app: Flask, described: dict[str, Any], get: Get
) -> None:
    served = {str(r) for r in app.url_map.iter_rules() if str(r).startswith("/api/v1/")}
    kinds = next(r for r in served if "<any(" in r)
    paths = {"/search", *(f"/{k.folder}/{{id}}" for k in Kind if k.folder in kinds)}
    assert set(described["paths"]) == paths | {"/lessons/{id}/moves", "/operations"}
    moves = "/api/v1/lessons/<id>/moves"
    register, entry = "/api/v1/operations", "/api/v1/operations/<id>"
    assert served == {"/api/v1/search", "/api/v1/openapi.json", kinds, moves, register, entry}
    posted = {str(r) for r in app.url_map.iter_rules() if {"POST", "PUT"} & (r.methods or set())}
    changing = {r for r in posted if r.startswith("/api/")}
    assert changing == {moves, register, entry}
    assert [p for p, item in described["paths"].items() if {"post", "put"} & set(item)] == [
        "/operations/{id}", "/lessons/{id}/moves", "/operations"
    ]  # fmt: skip
    parameters = {p["name"] for p in described["paths"]["/search"]["get"]["parameters"]}
    assert {
        "q",
        "kind",
        "from",
        "to",
        "sort",
        "page",
        "limit",
        "expand",
        "year",
        *FACETS,
    } == parameters


def test_what_is_answered_is_as_described(described: dict[str, Any], get: Get) -> None:
    schemas = described["components"]["schemas"]
    found = get("/search?q=radio+ROCU")
    fits(schemas["results"], found)
    fits(schemas["error"], get("/search?page=x", status=422))
    for hit in get("/search?limit=100")["hits"]:
        fits(schemas["lesson"], get(f"/lessons/{hit['id']}"))
        assert set(get(f"/lessons/{hit['id']}")) <= set(schemas["lesson"]["properties"])


def fits(schema: dict[str, Any], value: Any, where: str = "answer") -> None:
    """Whether a value is as its JSON Schema says; as much of the standard as our description uses."""
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
    }
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]]), where
    assert value in schema.get("enum", [value]), where
    assert value == schema.get("const", value), where
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), where
        for name, inner in value.items():
            rule = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
            if rule:
                fits(rule, inner, f"{where}.{name}")
    for inner in value if isinstance(value, list) else ():
        fits(schema["items"], inner, f"{where}[]")


def test_a_program_is_not_told_of_records_that_its_account_may_not_read(
    app: Flask, house: House
) -> None:
    house.accounts.add(account("ana", Role.ANALYST), PASSWORD)
    _info, secret = people.add_token(house.accounts, house.library, SYSTEM, "k", "ana", 1)
    client, headers = app.test_client(), {"Authorization": f"Bearer {secret}"}
    found = client.get("/api/v1/search?limit=100", headers=headers).json
    assert found is not None and found["total"] > 20
    assert [h["debrief"] for h in found["hits"] if "debrief" in h] == []
    debriefs = {
        h["id"]: house.library.records.get(h["id"]).record.line("debrief") for h in found["hits"]
    }
    lesson = next(id for id, debrief in debriefs.items() if debrief)
    answer = client.get(f"/api/v1/lessons/{lesson}", headers=headers)
    assert debriefs[lesson] not in answer.text
    again = {**headers, "If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/api/v1/lessons/{lesson}", headers=again).status_code == 304
