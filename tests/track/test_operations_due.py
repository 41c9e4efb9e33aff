"""What follows by itself: the evaluation of an activity, and that an operation was debriefed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.errors import Busy
from lessons.domain.record import Kind, Record
from lessons.library.registering import mark_debriefed
from lessons.services.track.falling_due import catch_up, falls_due
from tests.capture.conftest import become_officer
from tests.people import Person
from tests.track.operations_kit import TODAY, boxes, changes, day, enters, every, keep, now, set_day

People = Callable[..., Person]
ON = {"occurred__day": "9", "occurred__month": "6", "occurred__year": "2026"}


@pytest.fixture
def lead(house: House, person: People) -> Person:
    set_day(house)
    return person("lead")


def prevent(**more: object) -> dict[str, object]:
    return boxes(title="Home visits", operation_kind="prevent_activity", **more)


# --- evaluations ----------------------------------------------------------------------------------------
def test_a_prevent_activity_gets_its_evaluation_at_once(lead: Person, house: House) -> None:
    given = prevent(
        **day("started", date(2026, 3, 2)), four_p=["prevent"], threats=["drugs"], unit="Prevention team",
        plan_owner="someone", lro="lead", marking="official_sensitive", restricted_because="A source",
    )  # fmt: skip
    page = enters(lead, given)
    [operation], [made] = every(house, Kind.OPERATION), every(house, Kind.EVALUATION)
    assert made.id == f"E{operation.id[1:]}"
    assert (made.title, made.line("activity")) == ("Home visits: evaluation", operation.id)
    assert made.line("owner") == "someone" and made.day("due") == date(2026, 8, 31)
    for name in ("four_p", "threats", "unit", "marking", "restricted_because", "author"):
        assert made.fields[name] == operation.fields[name]
    assert "Its evaluation falls due on 31 August 2026." in page.text
    assert "Home visits: evaluation" in page.text
    assert "Fell due" in lead.opens(f"/evaluations/{made.id}/history").text


def test_an_operation_gets_none_until_it_becomes_an_activity(lead: Person, house: House) -> None:
    keep(house)
    assert falls_due(house.library, now(house)) is None
    assert not every(house, Kind.EVALUATION)
    changes(lead, "O-2026-A1DER", prevent())
    changes(lead, "O-2026-A1DER", prevent(unit="Another"))
    assert [e.id for e in every(house, Kind.EVALUATION)] == ["E-2026-A1DER"]


def test_an_activity_of_a_group_has_an_evaluation_of_that_group(
    lead: Person, house: House, person: People
) -> None:
    keep(house, operation_kind="prevent_activity", groups=("north",), author="x", sio="x")
    assert catch_up(house.library) == 1
    lead.opens("/evaluations/E-2026-A1DER", status=404)
    member = person("analyst", "analyst", "north")
    assert "Operation Alder: evaluation" in member.opens("/operations/O-2026-A1DER").text


def test_an_evaluation_is_restricted_as_its_activity_unless_settled_for_itself(
    lead: Person, house: House, person: People
) -> None:
    for id in ("O-2026-A1DER", "O-2026-B1RCH"):
        keep(house, id, title=f"Visits {id}", operation_kind="prevent_activity")
    catch_up(house.library)
    other = house.library.records.get("E-2026-B1RCH")
    settled = other.record.with_(marking="official_sensitive", restricted_because="Its own")
    house.library.save(SYSTEM, "edit", settled, expected=1)
    officer = person("officer")
    officer.opens("/evaluations/E-2026-A1DER")
    for id in ("O-2026-A1DER", "O-2026-B1RCH"):
        changes(lead, id, prevent(groups="north", restricted_because="A source"))
    officer.opens("/evaluations/E-2026-A1DER", status=404)
    assert now(house, "E-2026-A1DER").keys("groups") == ("north",)
    assert now(house, "E-2026-B1RCH").line("restricted_because") == "Its own"


def test_an_evaluation_that_comes_from_elsewhere_takes_the_place_of_one_never_begun(
    lead: Person, house: House
) -> None:
    for id in ("O-2026-A1DER", "O-2026-B1RCH"):
        keep(house, id, title=f"Visits {id}", operation_kind="prevent_activity")
    catch_up(house.library)
    begun = house.library.records.get("E-2026-B1RCH").record.with_texts(objective="Fewer calls.")
    house.library.save(SYSTEM, "edit", begun, expected=1)
    for id, activity in (("E-2026-00001", "O-2026-A1DER"), ("E-2026-00002", "O-2026-B1RCH")):
        fields = {"title": "Judged elsewhere", "activity": activity, "done": date(2026, 5, 1)}
        house.library.save(SYSTEM, "import", Record(id, Kind.EVALUATION, fields=fields), expected=0)
    assert (catch_up(house.library), catch_up(house.library)) == (1, 0)
    assert "E-2026-00001" in now(house, "E-2026-A1DER").line("not_needed")
    assert not now(house, "E-2026-B1RCH").line("not_needed"), "somebody has begun it"
    assert "Another evaluation of this activity" in lead.opens("/evaluations/E-2026-A1DER").text


def test_an_evaluation_that_was_left_behind_is_restricted_by_the_timer(
    lead: Person, house: House, person: People
) -> None:
    for id in ("O-2026-A1DER", "O-2026-B1RCH", "O-2026-CEDAR"):
        keep(house, id, title=f"Visits {id}", operation_kind="prevent_activity")
    catch_up(house.library)
    for id in (
        "O-2026-A1DER",
        "O-2026-B1RCH",
    ):  # as the file is written by hand: nothing follows at once
        restricted = now(house, id).with_(groups=("north",), restricted_because="A source")
        house.library.save(SYSTEM, "edit", restricted, expected=1)
    set_day(house, TODAY + timedelta(days=1))
    other = house.library.records.get("E-2026-B1RCH")
    settled = other.record.with_(restricted_because="Nothing in it tells of the source")
    house.library.save(SYSTEM, "edit", settled, expected=1)
    assert (catch_up(house.library), catch_up(house.library)) == (1, 0)
    assert now(house, "E-2026-A1DER").keys("groups") == ("north",)
    officer = person("officer")
    officer.opens("/evaluations/E-2026-A1DER", status=404)
    officer.opens("/evaluations/E-2026-B1RCH")
    officer.opens("/evaluations/E-2026-CEDAR")


def test_another_evaluation_of_that_id_is_left_alone(lead: Person, house: House) -> None:
    other = Record(
        "E-2026-A1DER", Kind.EVALUATION, fields={"title": "Another", "marking": "official"}
    )
    house.library.save(SYSTEM, "import", other, expected=0)
    operation = keep(house, operation_kind="protect_activity")
    made = falls_due(house.library, operation)
    assert made is not None and made.id != "E-2026-A1DER" and made.line("activity") == operation.id
    assert falls_due(house.library, operation) is None and catch_up(house.library) == 0


# --- catching up ----------------------------------------------------------------------------------------
def debrief(house: House, id: str, operation: str, sent: str) -> None:
    fields = {
        "title": "x", "operation": operation, "marking": "official", "author": "officer",
        "sent": datetime.fromisoformat(sent),
    }  # fmt: skip
    house.library.save(SYSTEM, "send", Record(id, Kind.DEBRIEF, fields=fields), expected=0)


def test_what_was_missed_is_caught_up_with_once(lead: Person, house: House) -> None:
    for n in range(3):
        keep(house, f"O-2026-0000{n}", title=f"Activity {n}", operation_kind="prevent_activity")
    keep(house)
    debrief(house, "D-2026-00002", "O-2026-A1DER", "2026-06-04T09:00:00+00:00")
    debrief(house, "D-2026-00001", "O-2026-A1DER", "2026-06-03T09:00:00+00:00")
    assert catch_up(house.library, most=2) == 2
    assert catch_up(house.library) == 2, "one evaluation, and the debriefed operation"
    assert now(house).day("debriefed") == date(2026, 6, 3), "the first of its debriefs"
    before = house.library.records.versions()
    assert catch_up(house.library) == 0
    assert house.library.records.versions() == before


def test_two_at_once_and_one_cut_off_enter_each_evaluation_once(
    lead: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        keep(house, f"O-2026-0000{n}", title=f"Activity {n}", operation_kind="prevent_activity")
    with monkeypatch.context() as cut:
        cut.setattr(house.library.index, "put", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            catch_up(house.library, most=3)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _n: catch_up(house.library), range(2)))
    assert len(every(house, Kind.EVALUATION)) == 6
    house.library.sync()
    assert catch_up(house.library) == 0


def _cut_off(*stored: object) -> None:
    raise KeyboardInterrupt


def test_an_evaluation_that_was_destroyed_does_not_come_back(lead: Person, house: House) -> None:
    operation = keep(house, operation_kind="prevent_activity")
    catch_up(house.library)
    house.library.purge(SYSTEM, "E-2026-A1DER", "Entered by mistake")
    assert catch_up(house.library) == 0 and falls_due(house.library, operation) is None
    assert not every(house, Kind.EVALUATION)


# --- debriefed ------------------------------------------------------------------------------------------
def test_sending_a_debrief_marks_the_operation_and_tells_no_more(
    app: Flask, lead: Person, house: House, person: People
) -> None:
    keep(house)
    officer = become_officer(app, person("officer"))
    officer.sends_in(**ON, operation_name="operation alder")
    assert now(house).day("debriefed") == TODAY
    other = person("officer", "other")
    page = other.opens("/operations/O-2026-A1DER")
    assert "Debriefed on 10 June 2026." in page.text and "Debriefs (" not in page.text
    assert "Debriefs (1)" in officer.opens("/operations/O-2026-A1DER").text
    assert "Debriefs (1)" in lead.opens("/operations/O-2026-A1DER").text, "its SIO reads it"
    assert "Operation Alder" not in lead.opens("/operations").text
    officer.sends_in(**ON, operation_name="Operation Alder", happened="A second meeting about it.")
    assert [r.verb for r in house.library.records.history("O-2026-A1DER")] == [
        "import",
        "debriefed",
    ]


def test_the_debrief_stands_though_the_register_cannot_be_told(
    app: Flask, lead: Person, house: House, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(house)
    officer = become_officer(app, person("officer"))
    put = house.library.records.put

    def busy(record: Record, **how: object) -> object:
        if record.kind is Kind.OPERATION:
            raise Busy
        return put(record, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as breaks:
        breaks.setattr(house.library.records, "put", busy)
        officer.sends_in(**ON, operation_name="Operation Alder")
    assert len(every(house, Kind.DEBRIEF)) == 1 and now(house).day("debriefed") is None
    assert catch_up(house.library) == 1
    assert now(house).day("debriefed") == TODAY


def test_a_debrief_of_what_is_not_in_the_register_marks_nothing(
    app: Flask, lead: Person, house: House, person: People
) -> None:
    keep(house, groups=("north",), author="x", sio="x")
    officer = become_officer(app, person("officer"))
    officer.sends_in(**ON, operation_name="Operation Alder")
    assert now(house).day("debriefed") is None, "they may not know of the operation of that name"
    assert mark_debriefed(house.library, "O-2026-NNNNN", TODAY) is False
    assert mark_debriefed(house.library, "L-2026-NNNNN", TODAY) is False


def test_an_interim_debrief_leaves_the_debrief_at_the_end_due(
    app: Flask, lead: Person, house: House, person: People
) -> None:
    keep(house, ended=None)
    officer = become_officer(app, person("officer"))
    officer.sends_in(**ON, operation_name="Operation Alder", debrief_type="interim")
    assert now(house).day("debriefed") is None and catch_up(house.library) == 0
    assert "Debriefs (1)" in lead.opens("/operations/O-2026-A1DER").text
    stored = house.library.records.get("O-2026-A1DER")
    house.library.save(
        SYSTEM,
        "change",
        stored.record.with_(ended=date(2026, 5, 1)),
        expected=stored.revision.number,
    )
    assert "Debrief overdue" in lead.opens("/operations/O-2026-A1DER").text
    officer.sends_in(**ON, operation_name="Operation Alder", happened="It has ended.")
    assert now(house).day("debriefed") == TODAY


def test_the_debrief_form_still_offers_the_operations_of_the_register(
    app: Flask, lead: Person, house: House, person: People
) -> None:
    enters(lead, boxes(title="Operation Rowan"))
    officer = become_officer(app, person("officer"))
    assert '<option value="Operation Rowan">' in officer.begins().html
    [operation] = every(house, Kind.OPERATION)
    link = officer.opens(f"/operations/{operation.id}").link("Send a debrief for this operation")
    assert 'value="Operation Rowan"' in officer.opens(link).html
