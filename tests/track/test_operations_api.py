"""The register for programs: entering, changing, and what is refused, in the shape of every answer of the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.access import SYSTEM, Role
from lessons.domain.record import Kind
from lessons.services import people
from tests.people import PASSWORD, account
from tests.track.operations_kit import every, keep, now, set_day

Ask = Callable[..., Any]
ALDER = {
    "title": "Operation Alder", "operation_kind": "operation", "started": "2026-03-02", "threats": ["drugs"],
    "references": [{"system": "APMIS", "reference": "A-1"}], "source": "NICHE", "source_id": "77/1",
}  # fmt: skip


@pytest.fixture
def ask(app: Flask, house: House) -> Ask:
    set_day(house)
    return caller(app, house, "analyst")


def caller(app: Flask, house: House, role: str, *groups: str) -> Ask:
    """Asks as a program whose key acts for this role; gives the JSON, and checks the status."""
    house.accounts.add(account(f"p-{role}", Role(role), *groups), PASSWORD)
    _info, secret = people.add_token(house.accounts, house.library, SYSTEM, role, f"p-{role}", 1)
    client = app.test_client()

    def send(method: str, address: str, body: Any = None, status: int = 200) -> Any:
        answer = client.open(
            f"/api/v1{address}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == status, answer.text
        assert answer.content_type == "application/json"
        return answer.json

    return send


def test_an_operation_is_entered_and_by_its_reference_changed(ask: Ask, house: House) -> None:
    made = ask("POST", "/operations", ALDER, 201)
    assert (
        made["revision"] == 1 and made["threats"] == ["drugs"] and made["started"] == "2026-03-02"
    )
    assert ask("GET", f"/operations/{made['id']}")["references"] == ALDER["references"]
    same = ask("POST", "/operations", ALDER)
    assert (same["id"], same["revision"]) == (made["id"], 1)
    ended = ask("POST", "/operations", {**ALDER, "ended": "2026-05-08"})
    assert (ended["revision"], ended["ended"]) == (2, "2026-05-08")
    assert len(every(house, Kind.OPERATION)) == 1
    assert [r.verb for r in house.library.records.history(made["id"])] == ["register", "edit"]


def test_what_was_read_may_be_sent_back_with_the_revision_seen(ask: Ask, house: House) -> None:
    made = ask("POST", "/operations", ALDER, 201)
    put = f"/operations/{made['id']}"
    changed = ask("PUT", put, {**made, "unit": "Central", "threats": []})
    assert changed["unit"] == "Central" and "threats" not in changed and changed["revision"] == 2
    error = ask("PUT", put, {**made, "unit": "Late"}, 409)["error"]
    assert error["code"] == "stale_write"
    assert set(ask("PUT", put, {"unit": "x"}, 422)["error"]["fields"]) == {"expected"}
    ask("PUT", "/operations/O-2026-NNNNN", {"expected": 1}, 404)
    ask("PUT", "/operations/L-2026-NNNNN", {"expected": 1}, 404)


def test_a_prevent_activity_falls_due_here_as_well(ask: Ask, house: House) -> None:
    made = ask("POST", "/operations", {**ALDER, "operation_kind": "prevent_activity"}, 201)
    assert [e.line("activity") for e in every(house, Kind.EVALUATION)] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"ended": "2026-03-01"}, {"ended"}),
        ({"started": "2025-02-29"}, {"started"}),
        ({"started": "9999-12-31"}, {"started"}),
        ({"operation_kind": "heist"}, {"operation_kind"}),
        ({"threats": {"a": 1}, "title": ["x"], "references": ["x"]}, {"threats", "title", "references"}),
        ({"references": [{"what": "x"}]}, {"references"}),
        ({"debriefed": "2026-06-01", "author": "x", "colour": "red"}, {"debriefed", "author", "colour"}),
        ({"ended": "2026-05-08", "debrief_due": "2026-05-01"}, {"debrief_due"}),
        ({"summary": "Ring 07700 900123."}, {"summary"}),
        ({"marking": "official_sensitive"}, {"restricted_because"}),
        ({"marking": "secret"}, {"marking"}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_field_by_field(
    ask: Ask, house: House, body: dict[str, Any], fields: set[str]
) -> None:
    error = ask("POST", "/operations", {**ALDER, **body}, 422)["error"]
    assert set(error["fields"]) >= fields and error["code"] in ("invalid", "refused"), error
    assert not every(house, Kind.OPERATION)


def test_what_somebody_has_looked_at_may_stand(ask: Ask, house: House) -> None:
    body = {
        **ALDER,
        "ended": "2026-05-08",
        "debrief_due": "2026-05-01",
        "summary": "Ring 07700 900123.",
    }
    ask("POST", "/operations", {**body, "confirmed": True}, 201)
    assert every(house, Kind.OPERATION)[0].texts["summary"] == "Ring 07700 900123."


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_what_is_no_object_is_refused(ask: Ask, body: Any) -> None:
    assert set(ask("POST", "/operations", body, 422)["error"]["fields"]) == {"body"}


def test_who_may_do_what(app: Flask, ask: Ask, house: House) -> None:
    officer = caller(app, house, "officer")
    officer("POST", "/operations", ALDER, 403)
    keep(house, sio="p-officer")
    keep(house, "O-2026-0THER", title="Another")
    changed = officer("PUT", "/operations/O-2026-A1DER", {"expected": 1, "unit": "Mine"})
    assert changed["unit"] == "Mine"
    refused = officer("PUT", "/operations/O-2026-A1DER", {"expected": 2, "sio": "x"}, 422)
    assert set(refused["error"]["fields"]) == {"sio"}
    officer("PUT", "/operations/O-2026-0THER", {"expected": 1, "unit": "Mine"}, 403)
    assert app.test_client().post("/api/v1/operations", json=ALDER).status_code == 401


def test_what_may_not_be_read_is_not_there(ask: Ask, house: House) -> None:
    keep(
        house,
        groups=("north",),
        author="x",
        sio="x",
        source="NICHE",
        source_id="77/1",
        title="Hidden",
    )
    ask("GET", "/operations/O-2026-A1DER", status=404)
    ask("PUT", "/operations/O-2026-A1DER", {"expected": 1, "title": "x"}, 404)
    made = ask("POST", "/operations", ALDER, 201)
    assert made["id"] != "O-2026-A1DER"
    assert now(house).title == "Hidden"
