"""Anybody on the staff asks for a theme from a lesson; a reviewer decides, and whoever asked can see why."""

from collections.abc import Callable

import pytest

from lessons.app import House
from tests.find.kit import add, lesson
from tests.insight.kit import of, steps, tags
from tests.people import Page, Person

Someone = Callable[..., Person]
ADDRESS = "/lessons/L-2026-00001/propose-theme"


@pytest.fixture(autouse=True)
def lessons(house: House) -> None:
    add(
        house,
        lesson(1, themes=("radio",), title="When it snows, fit the chains the night before"),
        lesson(2, title="When roads ice, walk the last mile"),
        lesson(3, groups=("kidnap",), title="Zanzibar"),
    )


def asks(someone: Person, label: str, address: str = ADDRESS, *, status: int = 200) -> Page:
    someone.opens(address)
    return someone.sends(address, {"label": label, "help": "Snow and ice."}, status=status)


def test_a_theme_that_was_asked_for_is_taken_into_use_and_put_on_its_lessons(
    person: Someone, house: House
) -> None:
    page = asks(person("officer"), "Winter weather")
    assert "You asked for the theme “Winter weather”. A reviewer will decide." in page.text
    assert "winter_weather" not in {t.key for t in house.library.vocabularies["theme"].current}
    asks(person("officer", "second"), "winter weather", "/lessons/L-2026-00002/propose-theme")
    reviewer = person("reviewer")
    page = reviewer.opens("/themes/proposals")
    assert "Winter weather" in page.text
    assert "When it snows" in page.text
    assert "When roads ice" in page.text
    assert "Asked for by officer." in page.text
    page = steps(
        reviewer, "/themes/winter_weather/decide", {"label": "Weather", "synonyms": "storm"}
    )
    assert "“Weather” is in use." in page.text
    made = of(house, "winter_weather")
    assert made.line("theme_state") == "current"
    assert set(made.keys("synonyms")) == {"storm", "Winter weather"}
    assert tags(house, "L-2026-00001") == ("radio", "winter_weather")
    assert tags(house, "L-2026-00002") == ("winter_weather",)
    assert "None waits for a decision." in reviewer.opens("/themes/proposals").text


def test_how_many_lessons_get_the_theme_is_told_first(person: Someone, house: House) -> None:
    asks(person("officer"), "Winter weather")
    asks(person("officer", "second"), "Winter weather", "/lessons/L-2026-00002/propose-theme")
    reviewer, address = person("reviewer"), "/themes/winter_weather/decide"
    form = {**reviewer.opens(address).hidden, "label": "Winter weather", "do": "preview"}
    page = reviewer.sends(address, form)
    assert "Lessons: 2 The lessons that it was asked for on get it." in page.text


def test_taking_one_into_use_is_undone(person: Someone, house: House) -> None:
    asks(person("officer"), "Winter weather")
    reviewer = person("reviewer")
    steps(reviewer, "/themes/winter_weather/decide", {"label": "Winter weather"})
    steps(reviewer, "/themes/winter_weather/undo", {})
    assert of(house, "winter_weather").line("theme_state") == "proposed"
    assert tags(house, "L-2026-00001") == ("radio",)


def test_a_proposal_that_is_a_theme_we_have_leads_there(person: Someone, house: House) -> None:
    asks(person("officer"), "Walkie talkies", "/lessons/L-2026-00002/propose-theme")
    steps(person("reviewer"), "/themes/walkie_talkies/merge", {"into": "radio"})
    assert tags(house, "L-2026-00002") == ("radio",)
    term = house.library.vocabularies["theme"].find("walkie talkies")
    assert term
    assert term.key == "radio"


def test_whoever_asked_can_read_why_it_was_declined(person: Someone, house: House) -> None:
    officer, reviewer = person("officer"), person("reviewer")
    asks(officer, "Winter weather")
    page = reviewer.opens("/themes/winter_weather/decline")
    page = reviewer.sends(
        "/themes/winter_weather/decline", {**page.hidden, "why": " ", "do": "preview"}, status=422
    )
    assert "Say why in a sentence." in page.text
    page = steps(reviewer, "/themes/winter_weather/decline", {"why": "Timing says it already."})
    assert "“Winter weather” was not taken into use: Timing says it already." in page.text
    assert "Timing says it already." in officer.opens("/themes/winter_weather").text
    assert tags(house, "L-2026-00001") == ("radio",)
    told = asks(officer, "Winter weather", status=422)
    assert "was decided on before and is not in use" in told.text


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("", "Enter an answer: Theme."),
        ("Radio traffic", "There is a theme for that already: “Radio and communications”"),
        ("Sarah Jones of 07700 900123", "may tell who somebody is"),
        ("x" * 81, "This is too long: at most 80 characters."),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_kept(person: Someone, label: str, told: str) -> None:
    page = asks(person("officer"), label, status=422)
    assert told in page.text
    assert 'value="Snow and ice."' in page.html


def test_nobody_asks_on_a_lesson_that_they_may_not_read(person: Someone, house: House) -> None:
    address = "/lessons/L-2026-00003/propose-theme"
    officer = person("officer")
    officer.opens(address, status=404)
    officer.sends(address, {"label": "Winter weather"}, status=404)
    assert "winter_weather" not in house.library.vocabularies["theme"].terms


def test_partners_do_not_ask(person: Someone) -> None:
    person("partner").opens(ADDRESS, status=403)


def test_a_lesson_that_the_reviewer_may_not_read_is_tagged_and_not_shown(
    person: Someone, house: House
) -> None:
    asks(
        person("officer", "member", "kidnap"),
        "Winter weather",
        "/lessons/L-2026-00003/propose-theme",
    )
    reviewer = person("reviewer")
    for address in ("/themes/proposals", "/themes/winter_weather/decide"):
        page = reviewer.opens(address)
        assert "Zanzibar" not in page.html
        assert "L-2026-00003" not in page.html
    steps(reviewer, "/themes/winter_weather/decide", {"label": "Winter weather"})
    assert tags(house, "L-2026-00003") == ("winter_weather",)


def test_who_asked_is_for_keepers_alone(person: Someone) -> None:
    asks(person("officer", "kit"), "Winter weather")
    assert "kit" not in person("officer", "robin").opens("/themes/winter_weather").text.split()
    page = person("admin").opens("/themes/proposals")
    assert "Asked for by" not in page.text
    assert "When it snows" not in page.text


def test_the_second_who_decides_is_told_that_it_is_decided(person: Someone) -> None:
    asks(person("officer"), "Winter weather")
    first, second = person("reviewer", "ann"), person("reviewer", "bob")
    page = second.opens("/themes/winter_weather/decline")
    steps(first, "/themes/winter_weather/decide", {"label": "Winter weather"})
    form = {**page.hidden, "why": "Not a theme.", "do": "confirm"}
    told = second.sends("/themes/winter_weather/decline", form, status=409)
    assert "ann changed this theme" in told.text
    assert "Not a theme." in told.text
    told = second.sends(
        "/themes/winter_weather/decline",
        {**told.hidden, **form, "revision": told.hidden["revision"]},
        status=422,
    )
    assert "“Winter weather” was decided on already: it is in use." in told.text
