"""The home page: what of the registers waits for a person, and for whoever sees to it in the force."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from click.testing import CliRunner

from lessons.app import House, build_house
from lessons.cli import command
from lessons.cli.common import House as House_
from lessons.domain.access import SYSTEM
from lessons.domain.errors import SearchUnavailable
from lessons.domain.record import Kind, Record, Value
from tests.conftest import CHEAP
from tests.people import Person

People = Callable[..., Person]
Put = Callable[..., str]


@pytest.fixture
def put(house: House) -> Put:
    """put(Kind.ACTION, "title", owner="lee", due=3): as an import brings it; days are counted from today."""
    numbers = count(1)

    def make(kind: Kind, title: str, **fields: Value) -> str:
        for name in ("due", "ended"):
            if name in fields:
                fields[name] = house.library.today + timedelta(days=int(str(fields[name])))
        id = f"{kind.letter}-2026-E{next(numbers):04}"
        given: dict[str, Value] = {"title": title, "marking": "official"}
        house.library.save(SYSTEM, "import", Record(id, kind, fields=given | fields), expected=0)
        return id

    return make


def operation(put: Put, title: str, ended: int = -100, **fields: Value) -> str:
    return put(Kind.OPERATION, title, operation_kind="operation", ended=ended, **fields)


def test_my_actions_stand_there_overdue_first_five_of_them(put: Put, person: People) -> None:
    for n in range(5):
        put(Kind.ACTION, f"Later thing {n}", owner="Lee", due=20 + n)
    put(Kind.ACTION, "Late thing", owner="lee", due=-3)
    put(Kind.ACTION, "Without a day", owner="lee")
    put(Kind.ACTION, "Somebody else's", owner="olly", due=-3)
    put(Kind.ACTION, "Done already", owner="lee", due=-3, action_state="done")
    lee = person("lead", "lee")
    page = lee.opens("/")
    shown = [text for _, text in page.links if "thing" in text]
    assert shown == ["Late thing", *(f"Later thing {n}" for n in range(4))]
    assert "Overdue" in page.text and "Somebody else's" not in page.text
    assert "Done already" not in page.text
    mine = lee.opens(page.link("All your actions")).text
    assert "Later thing 4" in mine and "Without a day" in mine and "Somebody else's" not in mine


def test_debriefs_that_i_owe_lead_to_sending_them_or_to_saying_why_they_are_late(
    put: Put, person: People
) -> None:
    late = operation(put, "Operation Alder", sio="sid")
    operation(put, "Operation Birch", ended=-2, lro="sid")
    operation(put, "Operation Cedar", ended=5, sio="sid")
    operation(put, "Operation Dogwood", sio="sid", debriefed=date(2026, 5, 4))
    operation(put, "Operation Elder", sio="lou")
    sid = person("lead", "sid")
    page = sid.opens("/")
    assert page.text.index("Operation Alder") < page.text.index("Operation Birch")
    owed = page.text[page.text.index("Debriefs that you owe") :]
    for other in ("Cedar", "Dogwood", "Elder"):
        assert other not in owed
    assert page.text.count("Say why it is late") == 1
    assert page.link("Say why it is late") == f"/operations/{late}/late"
    assert "Operation Alder" in sid.opens(page.link("Send the debrief")).html
    sid.opens(page.link("Say why it is late"))


def test_evaluations_of_mine_stand_there_when_they_are_due(put: Put, person: People) -> None:
    activity = put(Kind.OPERATION, "Safer homes", operation_kind="protect_activity", lro="lou")
    put(Kind.EVALUATION, "Did safer homes work", activity=activity, owner="olly", due=-1)
    put(Kind.EVALUATION, "Due next year", activity=activity, owner="olly", due=300)
    for name, role in (("olly", "officer"), ("lou", "lead")):
        page = person(role, name).opens("/")
        assert "Did safer homes work" in page.text and "Due next year" not in page.text
    assert "Did safer homes work" not in person("officer", "una").opens("/").text


def test_those_who_oversee_are_led_to_what_is_overdue_in_the_force(
    put: Put, person: People
) -> None:
    for n in range(3):
        operation(put, f"Operation {n}", sio="nobody")
    put(Kind.EVALUATION, "Late evaluation", due=-9)
    put(Kind.ACTION, "Late action", due=-9, owner="nobody")
    for role in ("lead", "analyst"):
        who = person(role)
        page = who.opens("/")
        found = who.opens(page.link("3 operations ended and were not debriefed in time")).text
        assert all(f"Operation {n}" in found for n in range(3))
        assert "Late evaluation" in who.opens(page.link("1 evaluation is overdue")).text
        assert "Late action" in who.opens(page.link("1 action is overdue")).text
    page = person("officer").opens("/")
    assert "overdue" not in page.text and "in time" not in page.text


def test_those_who_check_see_how_many_wait_but_for_their_own(put: Put, person: People) -> None:
    put(Kind.ACTION, "To check", owner="olly", action_state="done")
    put(Kind.ACTION, "Their own", owner="ana", action_state="done")
    put(Kind.ACTION, "Said by them", owner="olly", done_by="ana", action_state="done")
    ana = person("analyst", "ana")
    page = ana.opens("/")
    found = ana.opens(page.link("1 action is said to be done and waits for a check"))
    assert "To check" in found.text
    assert "waits for a check" not in person("officer").opens("/").text


def test_actions_of_somebody_who_left_are_there_to_be_handed_over(
    put: Put, person: People, house: House
) -> None:
    person("officer", "olly")
    put(Kind.ACTION, "Print the card", owner="olly", due=30)
    put(Kind.ACTION, "Ask the desk", owner="Custody inspector", due=30)
    lee = person("lead", "lee")
    assert "who left" not in lee.opens("/").text
    house.accounts.change("olly", disabled=True)
    page = lee.opens("/")
    assert "olly" in lee.opens(page.link("1 action has an owner who left")).text


def test_what_may_not_be_read_is_in_no_list_and_no_count(put: Put, person: People) -> None:
    secret: dict[str, Value] = {"groups": ("alder",), "restricted_because": "Named."}
    operation(put, "Operation Hidden", sio="sid", **secret)
    put(Kind.ACTION, "Hidden action", owner="sid", due=-3, **secret)
    put(Kind.EVALUATION, "Hidden evaluation", owner="sid", due=-3, **secret)
    text = person("lead", "sid").opens("/").text
    assert "idden" not in text and "overdue" not in text.casefold()
    inside = person("lead", "lou", "alder").opens("/")
    inside.link("1 operation ended and was not debriefed in time")


def test_a_page_with_a_sensitive_action_carries_its_marking(put: Put, person: People) -> None:
    put(Kind.ACTION, "Move the post", owner="lee", due=3, marking="official_sensitive",
        restricted_because="A source.")  # fmt: skip
    assert "OFFICIAL-SENSITIVE" in person("lead", "lee").opens("/").text


def test_nothing_is_said_where_there_is_nothing_and_search_may_rest(
    put: Put, person: People, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lee = person("lead", "lee")
    text = lee.opens("/").text
    for words in ("Your actions", "Debriefs that you owe", "Evaluations of yours", "overdue"):
        assert words not in text
    put(Kind.ACTION, "Print the card", owner="lee", due=-3)

    def rests(*given: object) -> None:
        raise SearchUnavailable()

    monkeypatch.setattr(house.library.index, "ledger", rests)
    text = lee.opens("/").text
    assert "Search is being rebuilt" in text and "Print the card" not in text


def test_closing_an_account_says_what_is_still_theirs(
    put: Put, person: People, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("lead", "olly")
    person("officer", "una")
    put(Kind.ACTION, "Print the card", owner="Olly", due=-3)
    put(Kind.ACTION, "Done", owner="olly", action_state="verified")
    operation(put, "Operation Alder", sio="olly")
    operation(put, "Operation Birch", sio="olly", debriefed=date(2026, 5, 4))
    given = {name: house.settings[name] for name in ("CONTENT_DIR", "INSTANCE_DIR")}
    monkeypatch.setattr(House_, "builder", lambda: build_house(given, cost=CHEAP))

    def disable(name: str) -> str:
        result = CliRunner().invoke(command, ["user", "disable", name], prog_name="lessons")
        assert result.exit_code == 0, result.output
        return result.output

    told = disable("olly")
    assert "Still theirs: actions 1, evaluations 0, operations 1." in told
    assert "/actions/hand-over" in told
    assert "Still theirs" not in disable("una")
