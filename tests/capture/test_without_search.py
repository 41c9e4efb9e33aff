"""While the index is missing or being made again, an officer still sends in what was learned."""

import shutil
from pathlib import Path

import pytest

from lessons.domain.record import Kind
from tests.capture.conftest import HAPPENED, NEW, SENTENCE, form, records, value_of
from tests.capture.test_form import add_operation


@pytest.fixture
def operation(house):
    return add_operation(house, sio="sio1").record


@pytest.fixture
def no_search(house, officer, operation):
    """The index is lost after everything else was in place."""
    shutil.rmtree(Path(house.settings["INSTANCE_DIR"]) / "index")
    officer.opens("/search?q=radio", status=503)


def test_the_form_opens_and_the_operation_is_typed(officer, no_search):
    page = officer.begins()
    assert "Send a debrief" in page.headings[0]
    assert "Operation Example Birch" not in page.html


@pytest.mark.parametrize("by", ["name", "reference"])
def test_a_debrief_is_sent_and_still_knows_its_operation(officer, house, operation, no_search, by):
    typed = "  operation  example BIRCH" if by == "name" else operation.id.lower()
    id = officer.sends_in(operation_name=typed)
    (debrief,) = records(house, Kind.DEBRIEF)
    assert (debrief.id, debrief.line("operation")) == (id, operation.id)
    assert debrief.keys("readers") == ("sio1",)
    assert HAPPENED in officer.opens(f"/debriefs/{id}").text
    assert SENTENCE in officer.opens(f"/debriefs/{id}/sent").text


def test_an_operation_that_is_in_no_register_is_only_a_name(officer, house, no_search):
    officer.sends_in(operation_name="Example Birch")
    (debrief,) = records(house, Kind.DEBRIEF)
    assert debrief.line("operation") == "" and debrief.title == "Example Birch"


def test_an_operation_kept_from_this_officer_is_not_given_away(officer, house, no_search):
    add_operation(house, "Operation Example Rowan", groups=("special",), restricted_because="test")
    officer.sends_in(operation_name="Operation Example Rowan")
    assert records(house, Kind.DEBRIEF)[0].line("operation") == ""


def test_what_is_wrong_is_told_and_drafts_are_gone_on_with_from_home(officer, no_search):
    officer.begins()
    page = officer.fills(form(happened=""), status=422)
    assert page.link("Say in a few sentences") == "#happened"
    home = officer.opens("/")
    assert "Search is being rebuilt" in home.text
    page = officer.opens(home.link("Operation Example Alder"))
    assert value_of(page, "points-0-title") == [SENTENCE]


def test_it_is_all_found_once_the_index_is_made_again(officer, house, operation, no_search):
    officer.sends_in(operation_name=operation.title)
    house.library.rebuild()
    assert SENTENCE in officer.opens("/").text
    assert operation.title in officer.opens(f"{NEW}?fresh").html
