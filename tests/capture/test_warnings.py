"""What must not go in is shown where it stands, before anything is sent."""

import pytest

from lessons.domain.record import Kind
from lessons.services import capture
from tests.capture.conftest import HAPPENED, form, records, value_of

NAMED = "Sgt Alan Rowan rang 07700 900123."


def confirm(page) -> str:
    """The value of the box to tick."""
    (box,) = [b for b in page.boxes if b.get("id") == "confirmed"]
    return box["value"]


def test_each_box_shows_what_was_found_in_it_and_the_list_leads_there(officer, house):
    officer.begins()
    found = {
        "happened": NAMED, "points-0-title": "When ringing 07700 900124, ask first.", "scribe": "PC Amy Thorne",
        "attendees-0-role": "", "attendees-1-role": "DC Rowan", "surprised": "Write to a.person@example.org",
    }  # fmt: skip
    page = officer.fills(form(**found), status=422)
    for anchor in ("happened", "points-0-title", "scribe", "attendees-1-role", "surprised"):
        assert f"#{anchor}" in [href for href, _ in page.links]
        assert anchor in page.ids
    assert {"happened-found", "points-0-title-found", "scribe-found", "attendees-found"} <= set(
        page.ids
    )
    assert '<mark class="app-flag__text">07700 900124</mark>' in page.html
    assert page.html.count("<details") and 'id="more" open' in page.html
    for box, words in found.items():
        assert value_of(page, box) == [words]
    assert records(house, Kind.DEBRIEF) == []


def test_what_has_been_checked_is_sent(officer, house):
    officer.begins()
    page = officer.fills(form(happened=NAMED), status=422)
    page = officer.fills(form(happened=NAMED, confirmed=confirm(page)))
    assert "Debrief sent" in page.headings[0]


def test_only_what_was_shown_has_been_checked(officer, house):
    officer.begins()
    page = officer.fills(form(happened=NAMED), status=422)
    ticked = confirm(page)
    new = form(happened=f"{NAMED} Later PC Amy Thorne came.", confirmed=ticked)
    page = officer.fills(new, status=422)
    listed = page.html[: page.html.index("<h1")]
    assert "Thorne" in listed and "900123" not in listed
    both = {"confirmed": f"{ticked} {confirm(page)}"}
    assert "Debrief sent" in officer.fills({**new, **both}).headings[0]


@pytest.mark.parametrize("waved", ["yes", "on", "true", "*", "checked", ""])
def test_no_other_word_passes_for_having_checked(officer, house, waved):
    officer.begins()
    officer.fills(form(happened=NAMED, checked=waved, confirmed=waved), status=422)
    assert records(house, Kind.DEBRIEF) == []


def test_mistakes_and_warnings_are_told_together(officer):
    officer.begins()
    page = officer.fills(form(happened=NAMED, operation_name=""), status=422)
    assert "Enter the name or reference" in page.text
    assert "Check these before you send" in page.text


def test_a_marking_above_official_cannot_be_waved_through(officer, house):
    officer.begins()
    typed = form(happened="Taken from a paper marked UK SECRET last week.")
    page = officer.fills(typed, status=422)
    assert "This cannot be sent" in page.text
    assert "OFFICIAL and OFFICIAL-SENSITIVE only" in page.text
    assert "confirmed" not in page.ids
    (warned,) = capture.warnings(house.library, {"happened": [typed["happened"]]})
    page = officer.fills({**typed, "confirmed": capture.fingerprint(warned.flag)}, status=422)
    assert "This cannot be sent" in page.text
    assert value_of(page, "happened") == [typed["happened"]]
    assert records(house, Kind.DEBRIEF) == []


def test_a_word_that_may_mean_something_else_can_be_confirmed(officer):
    officer.begins()
    typed = form(happened="The SECRET of the plan was time.")
    page = officer.fills(typed, status=422)
    assert "Debrief sent" in officer.fills({**typed, "confirmed": confirm(page)}).headings[0]


PIP = "The driver was seriously injured in the police pursuit."


def test_a_post_incident_matter_is_stopped_and_kept_as_a_draft(officer, house):
    officer.begins()
    draft = officer.page.hidden["draft"]
    page = officer.fills(form(happened=PIP, operation_name=""), status=422)
    assert "Stop" in page.headings[0]
    assert "post-incident" in page.link("Read what to do")
    assert records(house, Kind.DEBRIEF) == []
    back = officer.opens(page.link("Go back and change it"))
    assert back.hidden["draft"] == draft
    assert value_of(back, "happened") == [PIP]


def test_only_saying_that_it_is_no_such_matter_goes_on(officer, house):
    officer.begins()
    typed = form(happened=f"{PIP} {NAMED}")
    stop = officer.fills(typed, status=422)
    officer.page = officer.opens(stop.link("Go back and change it"))
    page = officer.fills(typed, status=422)
    assert "Stop" in page.headings[0], "pressing once more is not saying so"
    page = officer.fills({**typed, "confirmed": stop.hidden["confirmed"]}, status=422)
    assert "Check these before you send" in page.text, (
        "the other warnings are not waved through with it"
    )
    assert "pursuit" not in page.html[: page.html.index("<h1")]
    page = officer.fills({**typed, "confirmed": f"{page.hidden['confirmed']} {confirm(page)}"})
    assert "Debrief sent" in page.headings[0]


def test_what_was_said_about_one_matter_does_not_hold_for_another(officer):
    officer.begins()
    stop = officer.fills(form(happened=PIP), status=422)
    other = "A man died in police custody."
    page = officer.fills(form(happened=other, confirmed=stop.hidden["confirmed"]), status=422)
    assert "Stop" in page.headings[0]


def test_the_stop_page_carries_every_word(officer):
    officer.begins()
    typed = form(happened=f"{PIP}\r\n</textarea>“x”", **{"tactics": ["covert", "travel"]})
    page = officer.fills(typed, status=422)
    for name, value in typed.items():
        assert page.html.count(f'<textarea name="{name}"') == (2 if isinstance(value, list) else 1)
    assert "</textarea>“x”" not in page.html


def test_an_operation_of_the_register_may_bear_a_name_that_looks_like_a_persons(officer, house):
    form_ = {"happened": ["Operation DC Rowan went well."]}
    assert capture.warnings(house.library, form_)
    assert not capture.warnings(house.library, form_, "DC Rowan")


def test_an_endless_list_of_flags_is_cut_short_and_says_so(officer):
    officer.begins()
    many = " ".join(f"0770090{n:04d}" for n in range(60))
    page = officer.fills(form(happened=many), status=422)
    assert page.html.count("app-flag__where") <= 41
    assert "more." in page.text


def test_nothing_is_said_about_a_clean_form(house):
    assert capture.warnings(house.library, {"happened": [HAPPENED]}) == ()
