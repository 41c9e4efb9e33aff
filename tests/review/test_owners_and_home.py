"""Who may own a lesson, what home says is theirs to do, and what somebody who checks is shown."""

from collections.abc import Callable

import pytest

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.errors import Invalid
from lessons.library.owning import NOBODY
from lessons.services.review import asking
from tests.people import Page, Person
from tests.review.kit import KEYS, RADIO, add, id_of, lesson, now

Someone = Callable[..., Person]


def moves(person: Person, key: str, *, status: int = 200, **said: str) -> Page:
    page = person.opens(f"/lessons/{id_of(1)}/move/{key}")
    form = {"version": page.hidden["version"], **said}
    return person.sends(f"/lessons/{id_of(1)}/move/{key}", form, status=status)


# --- owners ------------------------------------------------------------------------------------------
def test_a_name_that_is_mistyped_is_asked_for_again_with_those_near_it(
    house: House, person: Someone
) -> None:
    add(house, lesson(1))
    person("officer", "officer")
    lead = person("lead")
    page = moves(lead, "identify", owner="offcier", status=422)
    assert "There is no account of that name. Near it are: officer." in page.text
    assert 'value="offcier"' in page.html and "It is a role" in page.text
    moves(lead, "identify", owner=" OFFICER ")
    assert now(house, 1).line("owner") == "officer", "as the account spells it"


def test_a_role_is_an_owner_when_it_is_said_to_be_one(house: House, person: Someone) -> None:
    add(house, lesson(1))
    lead = person("lead")
    page = moves(lead, "identify", owner="Custody inspector", status=422)
    assert "There is no account of that name." in page.text
    moves(lead, "identify", owner="Custody inspector", is_role="yes")
    assert now(house, 1).line("owner") == "Custody inspector"


def test_whoever_has_left_is_given_nothing(house: House, person: Someone) -> None:
    add(house, lesson(1))
    person("officer", "gone")
    house.accounts.change("gone", disabled=True)
    assert (
        "no account of that name"
        in moves(person("lead"), "identify", owner="gone", status=422).text
    )


def test_an_owner_who_is_offered_no_names_is_told_none(house: House, person: Someone) -> None:
    add(house, lesson(1, state="identified", owner="olga"))
    person("officer", "olaf")
    page = moves(person("officer", "olga"), "hand_over", owner="olav", status=422)
    assert "no account of that name" in page.text and "olaf" not in page.text


def test_programs_are_refused_with_the_same_words(house: House, person: Someone) -> None:
    add(house, lesson(1))
    lead, asked = User("lead", Role.LEAD), {"expected": 1, "accounts": house.accounts}
    with pytest.raises(Invalid) as refused:
        asking.ask(house.library, lead, id_of(1), "identify", {"owner": "zz"}, **asked)
    assert refused.value.problems[0].message == NOBODY
    asking.ask(house.library, lead, id_of(1), "identify", {"owner": "role: LRO "}, **asked)
    assert now(house, 1).line("owner") == "LRO"


# --- home --------------------------------------------------------------------------------------------
def test_home_counts_what_an_owner_is_to_take_further(house: House, person: Someone) -> None:
    add(
        house, lesson(1, RADIO, state="identified", owner="Olga"),
        lesson(2, KEYS, state="under_way", owner="olga"), lesson(3, state="learned", owner="olga"),
        lesson(4, state="identified", owner="somebody"),
        lesson(5, state="identified", owner="olga", groups=("alder",)),
    )  # fmt: skip
    olga = person("officer", "olga")
    page = olga.opens(olga.opens("/").link("2 lessons of yours to take further"))
    assert RADIO in page.text and KEYS in page.text and id_of(3) not in page.html
    other = person("officer", "other")
    assert "to take further" not in other.opens("/").text
    assert "Nothing waits for you." in other.opens("/yours").text


def test_home_counts_for_leads_and_analysts_what_nobody_owns_and_what_is_to_be_checked(
    house: House, person: Someone
) -> None:
    add(
        house, lesson(1), lesson(2), lesson(3, owner="olga"),
        lesson(4, state="awaiting_check", owner="olga"), lesson(5, state="awaiting_check", owner="lead"),
    )  # fmt: skip
    lead = person("lead").opens("/")
    assert lead.link("2 observations have no owner") == "/search?state=observation"
    assert lead.link("1 lesson is said to be done") == "/search?state=awaiting_check"
    analyst = person("analyst").opens("/")
    assert "2 lessons are said to be done" in analyst.text and "no owner" not in analyst.text
    officer = person("officer").opens("/").text
    assert "said to be done" not in officer and "no owner" not in officer


def test_home_counts_what_waits_for_this_reviewer(house: House, person: Someone) -> None:
    more = {"state": "sent", "marking": "official_sensitive"}
    add(
        house, lesson(1, **more, first_eyes="rex"), lesson(2, **more, first_eyes="rae"),
        lesson(3, state="sent", reviewer="Rae"),
    )  # fmt: skip
    person("officer").opens("/")
    officer = person("officer", "asks")
    add(house, lesson(9))
    officer.sends(f"/lessons/{id_of(9)}/propose-theme", {"label": "Snow", "help": "Snow and ice."})
    rae = person("reviewer", "rae")
    home = rae.opens("/")
    rae.opens(home.link("1 lesson waits for a second pair of eyes"))
    rae.opens(home.link("1 lesson was given to you"))
    assert "Snow" in rae.opens(home.link("1 theme was asked for")).text


# --- checking, and what needs changing -----------------------------------------------------------------
def test_who_checks_is_shown_what_was_said_to_be_done_and_by_whom(
    house: House, person: Someone
) -> None:
    add(house, lesson(1, state="under_way", owner="olga"))
    moves(person("officer", "olga"), "done", decision="The slide has the channel.")
    analyst = person("analyst")
    for key in ("learned", "not_lasting"):
        page = analyst.opens(f"/lessons/{id_of(1)}/move/{key}")
        assert "Said to be done by olga: The slide has the channel." in page.text
    other = person("officer", "other")
    assert "The slide has" not in other.opens(f"/lessons/{id_of(1)}/move/learned", status=409).text
    read = person("reviewer").opens(f"/lessons/{id_of(1)}").text
    assert "Decision by olga: The slide has the channel." in read
    assert "The slide has" not in other.opens(f"/lessons/{id_of(1)}").text


def test_an_owner_says_that_a_lesson_needs_changing_and_reviewers_hear_why(
    house: House, person: Someone
) -> None:
    add(house, lesson(1, owner="olga", check_by=house.library.today))
    olga, reviewer = person("officer", "olga"), person("reviewer")
    assert (
        olga.opens("/ageing").link("It needs changing") == f"/lessons/{id_of(1)}/move/needs_change"
    )
    moves(olga, "needs_change", decision="The channel has a new name.")
    assert now(house, 1).line("recheck") == "The channel has a new name."
    told = reviewer.opens("/account/notices").text
    assert "Its owner says that this lesson needs changing." in told
    assert "“The channel has a new name.”" in told
    assert "needs_change" not in person("lead").opens(f"/lessons/{id_of(1)}").html


def test_a_lesson_in_no_briefing_is_retired_without_a_word_of_briefings(
    house: House, person: Someone
) -> None:
    add(house, lesson(1))
    page = person("reviewer").opens(f"/lessons/{id_of(1)}/move/retire")
    assert "briefing" not in page.html.split("<main")[1].lower()
