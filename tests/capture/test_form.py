"""The form itself: short, filled in as far as we can, and the same with and without JavaScript."""

from datetime import date

import pytest

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.services.capture import FIRST
from lessons.services.capture import form as boxes
from tests.capture.conftest import NEW, SENTENCE, form, records, value_of


def add_operation(house, title="Operation Example Birch", **fields):
    id = house.library.fresh_id(Kind.OPERATION)
    given = {"title": title, "operation_kind": "operation", "author": "lead1", **fields}
    return house.library.save(SYSTEM, "add", Record(id, Kind.OPERATION, fields=given), expected=0)


def test_an_empty_form_asks_for_six_answers_and_no_more(officer):
    officer.begins()
    empty = dict.fromkeys(form(), "")
    page = officer.fills(empty, status=422)
    asked = {href for href, _ in page.links if href.startswith("#") and href != "#main-content"}
    assert asked == {
        "#operation_name", "#occurred-day", "#debrief_type", "#happened", "#points-0-learning", "#points-0-title",
    }  # fmt: skip
    assert page.title.startswith("Error:")


def test_what_can_be_known_is_filled_in(officer):
    page = officer.begins()
    today = date.today()
    assert value_of(page, "occurred-day") == [str(today.day)]
    assert value_of(page, "occurred-month") == [str(today.month)]
    assert value_of(page, "occurred-year") == [str(today.year)]
    assert '<option value="hot" selected>' in page.html


def test_every_term_of_the_form_has_its_help_within_reach(officer, house):
    page = officer.begins()
    lists = house.library.vocabularies
    for name in (*FIRST, *boxes.MORE, *boxes.DISCLOSURE):
        vocabulary = SHAPES[Kind.DEBRIEF][name].vocabulary
        for term in lists[vocabulary].current if vocabulary else ():
            assert " ".join(term.help().split()) in page.text


def test_an_operation_is_picked_from_the_register_or_typed(officer, house):
    stored = add_operation(house, sio="sio1", lro="lro1")
    page = officer.begins()
    assert '<option value="Operation Example Birch">' in page.html
    officer.sends_in(operation_name="  operation   example BIRCH ")
    debrief = records(house, Kind.DEBRIEF)[0]
    assert debrief.line("operation") == stored.record.id
    assert debrief.line("operation_name") == "Operation Example Birch"
    assert debrief.keys("readers") == ("sio1", "lro1")
    assert [lesson.line("operation") for lesson in records(house, Kind.LESSON)] == [
        stored.record.id
    ]


def test_an_operation_is_known_by_its_reference_too(officer, house):
    stored = add_operation(house)
    officer.sends_in(operation_name=stored.record.id.lower())
    assert records(house, Kind.DEBRIEF)[0].title == "Operation Example Birch"


def test_an_operation_that_this_officer_may_not_know_of_is_only_a_name(officer, house):
    add_operation(house, groups=("special",), restricted_because="test")
    assert "Operation Example Birch" not in officer.begins().html
    officer.sends_in(operation_name="Operation Example Birch")
    assert records(house, Kind.DEBRIEF)[0].line("operation") == ""


def test_the_form_of_an_operation_begins_with_its_name(officer):
    page = officer.opens(f"{NEW}?operation_name=Operation+Example+Birch")
    assert value_of(page, "operation_name") == ["Operation Example Birch"]


def test_learning_points_are_added_and_removed_without_javascript(officer):
    officer.begins()
    page = officer.fills(form(), add_point="1")
    assert value_of(page, "points-0-title") == [SENTENCE]
    assert value_of(page, "points-1-title") == [""]
    both = form(points__1__title="When it rains, cover the kit.")
    page = officer.fills(both, remove_point="0")
    assert "points-0-title" not in page.html
    assert value_of(page, "points-1-title") == ["When it rains, cover the kit."]


def test_the_last_learning_point_is_emptied_not_lost(officer):
    officer.begins()
    page = officer.fills(form(), remove_point="0")
    assert value_of(page, "points-0-title") == [""]


def test_there_is_no_room_for_a_twenty_first_point(officer):
    officer.begins()
    many = form(**{f"points__{n}__title": f"Point {n}" for n in range(20)})
    page = officer.fills(many, add_point="1")
    assert "points-19-title" in page.html
    assert "points-20-title" not in page.html


def test_a_row_for_attendees_is_added_without_javascript(officer, house):
    page = officer.begins()
    assert "attendees-1-role" in page.html and "attendees-2-role" not in page.html
    rows = {
        "attendees-0-role": " search officers ",
        "attendees-0-number": "6",
        "attendees-1-role": "",
    }
    page = officer.fills(form(**rows), add_row="attendees")
    assert value_of(page, "attendees-2-role") == [""]
    assert value_of(page, "attendees-0-role") == [" search officers "]
    rows |= {"attendees-2-role": "supervisor", "attendees-2-number": "1"}
    officer.fills(form(**rows))
    (debrief,) = records(house, Kind.DEBRIEF)
    assert [dict(row) for row in debrief.rows("attendees")] == [
        {"role": "search officers", "number": "6"},
        {"role": "supervisor", "number": "1"},
    ]


def test_a_row_can_be_added_to_no_other_box(officer):
    officer.begins()
    page = officer.fills(form(), add_row="happened")
    assert "happened-0" not in page.html


def test_everything_an_officer_knows_arrives_in_the_record_and_its_lessons(officer, house):
    known = {
        "planned": "Enter both flats at once.", "well": "Radio plan.", "surprised": "A second cellar.",
        "four_p": ["pursue", "protect"], "four_p-main": "protect", "threats": ["drugs"],
        "threats-main": "", "threat_kinds": ["vulnerability"], "vulnerabilities": ["county_lines"],
        "tactics": ["search_warrant"], "partners": ["housing"], "unit": "Search team north", "place_type": "home",
        "marking": "official_sensitive", "restricted_because": "Names a tactic; until the trial ends.",
        "accounts_first": "yes", "live_proceedings": "unknown", "purpose": "To improve how we work.",
        "debrief_level": "local", "facilitator": "Trained facilitator, other unit", "scribe": "Search officer",
        "points-0-scope": "force", "points-0-action": "Name a runner in the plan.",
    }  # fmt: skip
    id = officer.sends_in(**known)
    debrief = house.library.records.get(id).record
    assert debrief.keys("four_p") == ("protect", "pursue")
    assert debrief.texts["surprised"] == "A second cellar."
    assert {debrief.line(n) for n in ("accounts_first", "live_proceedings")} == {"yes", "unknown"}
    (lesson,) = records(house, Kind.LESSON)
    for name in ("four_p", "threats", "vulnerabilities", "marking", "restricted_because", "unit"):
        assert lesson.fields[name] == debrief.fields[name]
    assert lesson.line("scope") == "force"
    assert lesson.texts["action"] == "Name a runner in the plan."
    assert debrief.rows("points")[0]["lesson"] == lesson.id


def test_official_sensitive_asks_why(officer):
    officer.begins()
    page = officer.fills(form(marking="official_sensitive"), status=422)
    assert page.link("Say why it is OFFICIAL-SENSITIVE") == "#restricted_because"
    page = officer.fills(
        form(marking="official_sensitive", restricted_because="Live phase, until it ends.")
    )
    assert "Debrief sent" in page.headings[0]


@pytest.mark.parametrize("role", ["reviewer", "lead", "analyst", "liaison", "disclosure", "admin"])
def test_all_staff_may_send(person, role):
    assert "Send a debrief" in person(role).opens(NEW).headings[0]


def test_a_partner_may_not_send_and_is_told_who_can(person, house):
    partner = person("partner")
    page = partner.opens(NEW, status=403)
    assert "Tell the officer you work with" in page.text
    partner.sends(NEW, {**form(), "do": "send", "csrf_token": ""}, status=400)
    partner.sends(NEW, {**form(), "do": "send"}, status=403)
    partner.sends("/debriefs/drafts/AAAAAAAAAAAAAAAA", form(), status=403)
    assert records(house, Kind.DEBRIEF) == []
    assert house.notebook.all("partner", "debrief") == []
