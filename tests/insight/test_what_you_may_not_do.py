"""Themes: what somebody who knows the addresses and the forms would try, and may not do."""

from collections.abc import Callable

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Value
from tests.people import Person

People = Callable[..., Person]


def add(house: House, key: str, **given: Value) -> None:
    fields: dict[str, Value] = {"marking": "official", "theme_state": "current"}
    record = Record(key, Kind.THEME, fields=fields | given)
    house.library.save(SYSTEM, "import", record, expected=0)
    house.library.forget_lists()


@pytest.mark.parametrize("step", ["merge", "retire", "bring-back", "decide", "decline", "split"])
def test_what_a_theme_became_is_not_named_to_those_who_may_not_read_it(
    house: House, person: People, step: str
) -> None:
    add(house, "squirrel", label="Secret squirrel", groups=("kidnap",))
    add(house, "nut", label="Nut", theme_state="merged", merged_into="squirrel")
    reviewer = person("reviewer")
    reviewer.opens(f"/themes/nut/{step}")
    form = {
        "do": "look",
        "revision": "1",
        "why": "Old",
        "into": "radio",
        "part-0": "One",
        "part-1": "Two",
    }
    page = reviewer.sends(f"/themes/nut/{step}", form, status=422)
    assert "“Nut” was merged into another theme." in page.text
    assert "squirrel" not in page.html
    asked = reviewer.opens("/themes/radio/split")
    form |= {"part-0": "Nut", "revision": asked.hidden["revision"]}
    page = reviewer.sends("/themes/radio/split", form, status=422)
    assert "squirrel" not in page.html


def test_asking_for_the_head_of_a_page_changes_no_theme(house: House, person: People) -> None:
    reviewer = person("reviewer")
    for key, step in (("radio", "retire"), ("handover", "edit")):
        page = reviewer.opens(f"/themes/{key}/{step}")
        before = house.library.records.get(key)
        form = {"do": "confirm", "revision": page.hidden["revision"], "label": "Other words"}
        reviewer.client.open(f"/themes/{key}/{step}", method="HEAD", data=form)
        assert house.library.records.get(key) == before


def test_words_that_no_reviewer_has_looked_at_reach_no_partner(
    house: House, person: People
) -> None:
    add(
        house,
        "asked",
        label="Words of one officer",
        theme_state="proposed",
        help="And more of them",
    )
    add(house, "declined", label="Words of another officer", theme_state="retired", asked_by="olly")
    add(house, "taken", label="Words of a reviewer")
    partner, officer = person("partner"), person("officer")
    for key in ("asked", "declined"):
        partner.opens(f"/themes/{key}", status=404)
    assert partner.client.get("/api/v1/themes/asked").status_code == 404
    assert "officer" not in partner.opens("/search?q=words&kind=theme").text
    assert "Words of a reviewer" in partner.opens("/themes/taken").text
    assert "Words of one officer" in officer.opens("/themes/asked").text
