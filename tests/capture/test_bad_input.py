"""What people really type, and what no page of ours would send: refused with a sentence, and never lost."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons.domain.record import Kind
from tests.capture.conftest import NEW, SENTENCE, form, records, value_of

ODD = {
    "control characters": "before\x01\x0b\x1f\x7fafter",
    "right to left": "كان النفق \u202eمغلقا\u202c shut",
    "emoji": "Radio dead 📻🙃👩🏽‍🚒 again",
    "Windows newlines": "One\r\nTwo\r\n\r\nThree",
    "front matter": "---\nid: L-2026-AAAAA\n---\n## What happened? {#happened}\n",
    "markup": "</textarea><script>alert(1)</script><b>x</b> & &amp; {{ 7*7 }} %(x)s %s %",
}


@pytest.mark.parametrize(
    ("day", "month", "year", "told"),
    [
        ("29", "2", "2025", "Enter a real day"),
        ("31", "2", "2026", "Enter a real day"),
        ("5", "5", "26", "too long ago"),
        ("5", "May", "2026", "Enter a real day"),
        ("", "5", "2026", "Enter a real day"),
        ("٥", "5", "2026", "Enter a real day"),
        ("5", "5", "20266", "Enter a real day"),
        ("", "", "", "Enter the day it happened"),
    ],
)
def test_a_date_that_cannot_be(officer, day, month, year, told):
    officer.begins()
    wrong = {"occurred-day": day, "occurred-month": month, "occurred-year": year}
    page = officer.fills(form(**wrong), status=422)
    assert page.link(told) == "#occurred-day"
    for box, typed in wrong.items():
        assert value_of(page, box) == [typed]
    assert value_of(page, "points-0-title") == [SENTENCE]


def test_a_date_to_come(officer):
    soon = date.today() + timedelta(days=1)
    officer.begins()
    parts = {"day": soon.day, "month": soon.month, "year": soon.year}
    page = officer.fills(form(**{f"occurred-{p}": str(n) for p, n in parts.items()}), status=422)
    assert "This date is in the future" in page.text


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD.keys())
def test_odd_words_come_back_as_typed_and_arrive_as_typed(officer, house, typed):
    officer.begins()
    page = officer.fills(form(happened=typed, operation_name=""), status=422)
    assert value_of(page, "happened") == [typed]
    again = officer.opens(f"{NEW}?draft={page.hidden['draft']}")
    assert value_of(again, "happened") == [typed]
    officer.fills(form(happened=typed))
    (debrief,) = records(house, Kind.DEBRIEF)
    assert debrief.texts["happened"] == typed.replace("\r\n", "\n").strip()
    assert "<script>alert" not in officer.opens(f"/debriefs/{debrief.id}").html


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1, max_size=300))
def test_any_words_at_all_come_back_as_typed(officer, typed):
    officer.begins()
    page = officer.fills(
        form(happened=typed, points__0__action=typed, occurred__day="x"), status=422
    )
    assert value_of(page, "happened") == [typed]
    assert value_of(page, "points-0-action") == [typed]


def test_a_sentence_that_is_too_long(officer):
    officer.begins()
    page = officer.fills(form(points__0__title="x" * 501), status=422)
    assert page.link("at most 500 characters") == "#points-0-title"
    assert value_of(page, "points-0-title") == ["x" * 501]


def test_a_text_that_is_too_long(officer):
    officer.begins()
    page = officer.fills(form(happened="x" * 40_001), status=422)
    assert page.link("at most 40000 characters") == "#happened"
    assert value_of(page, "happened") == ["x" * 40_001]


def test_an_attendee_that_is_too_long(officer):
    officer.begins()
    page = officer.fills(form(**{"attendees-0-role": "r" * 121}), status=422)
    assert page.link("120 characters") == "#attendees"


def test_twenty_one_points_are_too_many_and_none_is_lost(officer, house):
    officer.begins()
    many = {f"points-{n}-title": f"When {n}, do it." for n in range(21)}
    many |= {f"points-{n}-learning": "keep" for n in range(21)}
    page = officer.fills(form(**many), status=422)
    assert page.link("at most 20 learning points") == "#points"
    assert [value_of(page, f"points-{n}-title") for n in (0, 20)] == [
        ["When 0, do it."],
        ["When 20, do it."],
    ]
    assert records(house, Kind.LESSON) == []


def test_a_problem_says_which_learning_point_it_is_about(officer):
    officer.begins()
    second = {"points-7-learning": "change", "points-7-title": "  "}
    page = officer.fills(form(**second), status=422)
    assert page.link("Learning point 2:") == "#points-7-title"


def test_a_learning_point_left_empty_is_no_mistake(officer, house):
    empty = {"points-1-title": "  ", "points-1-scope": "", "points-1-action": ""}
    officer.sends_in(**empty)
    assert len(records(house, Kind.LESSON)) == 1


@pytest.mark.parametrize(
    ("box", "href"),
    [
        ("debrief_type", "#debrief_type"), ("points-0-learning", "#points-0-learning"), ("marking", "#marking"),
        ("threats", "#threats"), ("four_p", "#four_p"), ("accounts_first", "#accounts_first"),
        ("points-0-scope", "#points-0-scope"), ("place_type", "#place_type"),
    ],
)  # fmt: skip
def test_a_key_that_is_in_no_list_is_shown_and_refused(officer, house, box, href):
    officer.begins()
    page = officer.fills(form(**{box: "</option>{{x}}%(key)s"}), status=422)
    assert page.link("is not in the list") == href
    assert 'value="&lt;/option&gt;{{x}}%(key)s"' in page.html
    assert href[1:] in page.ids
    assert records(house, Kind.DEBRIEF) == []


def test_boxes_that_no_page_of_ours_has_are_kept_out_of_the_record(officer, house):
    forged = {"author": "chief", "state": "learned", "readers": "x", "title": "y", "points-0-state": "learned",
              "points-001-title": "z", "points-٣-title": "z", "sent": "2020-01-01", "example": "yes"}  # fmt: skip
    officer.sends_in(**forged)
    (debrief,), (lesson,) = records(house, Kind.DEBRIEF), records(house, Kind.LESSON)
    assert debrief.line("author") == lesson.line("author") == "officer"
    assert lesson.line("state") == "sent"
    assert not debrief.keys("readers") and not debrief.flag("example")
    assert debrief.title == "Operation Example Alder"


def test_ten_megabytes_are_refused_on_a_page_that_helps(officer):
    officer.begins()
    page = officer.fills(form(happened="x" * 10_000_000), status=413)
    assert "your words are still in the form" in page.text


def test_two_megabytes_are_given_back_whole(officer):
    officer.begins()
    typed = "x" * 2_000_000
    page = officer.fills(form(happened=typed), status=422)
    assert value_of(page, "happened") == [typed]
    assert "too long" in page.text


def test_without_its_token_nothing_is_sent_and_every_word_is_kept(officer, house):
    officer.begins()
    officer.token = ""
    page = officer.fills(form(), status=400)
    assert "press the button again" in page.text
    assert value_of(page, "happened") == [form()["happened"]]
    assert records(house, Kind.DEBRIEF) == []
    assert "Debrief sent" in officer.fills(form()).headings[0]


def test_a_page_that_saves_by_itself_is_given_a_fresh_token(officer):
    officer.begins()
    answer = officer.client.post("/debriefs/drafts/AAAAAAAAAAAAAAAA", data=form())
    assert answer.status_code == 400
    again = {**form(), "csrf_token": answer.json["csrf_token"], "version": "0"}
    assert officer.client.post("/debriefs/drafts/AAAAAAAAAAAAAAAA", data=again).status_code == 200


def test_nobody_in_particular_without_a_token_is_asked_to_sign_in(app):
    answer = app.test_client().post(NEW, data=form())
    assert answer.status_code == 401
    assert "kept:happened" in answer.text


def test_other_forms_of_the_room_need_their_token_too(officer):
    id = officer.sends_in()
    officer.token = ""
    page = officer.sends(
        f"/debriefs/{id}/corrections", {"text": "It was the north block."}, status=400
    )
    assert "It was the north block." in page.text
