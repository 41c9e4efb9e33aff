"""Reviewers see what waits, how long it has waited, and who looks at it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User, keyring
from lessons.domain.query import Query
from lessons.domain.record import Record
from lessons.domain.waiting import DESK
from lessons.domain.working_days import late, working_days
from lessons.ports import Change
from lessons.services import review
from lessons.services.review import Wanted
from tests.people import Page, Person
from tests.review.desk import ago, now, waiting

People = Callable[..., Person]
REVIEWER = User("reviewer", Role.REVIEWER)


def listed(page: Page) -> list[str]:
    return [" ".join(words.split()) for href, words in page.links if href.startswith("/review/L-")]


# --- the days --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("since", "today", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),  # a Friday, the same day
        (date(2026, 11, 20), date(2026, 11, 22), 0),  # over the weekend
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 11, 21), date(2026, 11, 23), 1),  # sent on a Saturday
        (date(2026, 11, 13), date(2026, 11, 20), 5),
        (date(2026, 11, 13), date(2026, 11, 23), 6),
        (date(2026, 11, 25), date(2026, 11, 23), 0),  # a clock that was wrong
    ],
)
def test_a_weekend_is_no_working_day(since: date, today: date, days: int) -> None:
    assert working_days(since, today) == days
    assert late(since, today) == (days > 5)


def test_working_days_agree_with_counting_them_one_by_one() -> None:
    start = date(2026, 2, 23)
    for since in range(10):
        for gone in range(40):
            first, last = start + timedelta(since), start + timedelta(since + gone)
            one_by_one = sum((first + timedelta(n)).weekday() < 5 for n in range(1, gone + 1))
            assert working_days(first, last) == one_by_one


# --- what waits ------------------------------------------------------------------------------------
def test_the_oldest_comes_first_and_a_warning_before_all(house: House, person: People) -> None:
    waiting(house, "Came in last", days=1)
    waiting(house, "Came in first", days=9)
    waiting(house, "In between", "In between, later that day", days=4)
    waiting(house, "Knives were hidden in the boots", days=0, learning="warning")
    page = person("reviewer").opens("/review")
    assert listed(page) == [
        "Knives were hidden in the boots", "Came in first", "In between", "In between, later that day",
        "Came in last",
    ]  # fmt: skip


def test_the_order_is_that_of_coming_in_not_of_the_day_it_is_about(
    house: House, person: People
) -> None:
    long_ago = date(2020, 1, 1)
    waiting(house, "An old story sent today", days=0, occurred=long_ago)
    waiting(house, "Yesterday’s, sent yesterday", days=1)
    page = person("reviewer").opens("/review")
    assert listed(page) == ["Yesterday’s, sent yesterday", "An old story sent today"]


def test_the_top_says_how_many_wait_how_many_are_late_and_how_old_they_are(
    house: House, person: People
) -> None:
    waiting(house, "One day", days=1)
    waiting(house, "Five days, as promised", days=5)
    waiting(house, "Six days", days=6)
    waiting(house, "Twelve days", days=12)
    page = person("reviewer").opens("/review")
    assert "Waiting 4 " in page.text
    assert "Late 2 " in page.text
    assert "Oldest 12 days" in page.text
    assert "Median age 5 days" in page.text
    assert "12 working days: late" in page.text
    assert "5 working days: late" not in page.text


def test_late_ones_alone(house: House, person: People) -> None:
    waiting(house, "Fresh", days=2)
    waiting(house, "Too old", days=7)
    reviewer = person("reviewer")
    assert listed(reviewer.opens("/review?late=yes")) == ["Too old"]
    assert reviewer.opens("/").link("1 lesson is late") == "/review?late=yes"


def test_nothing_late_is_said_plainly(house: House, person: People) -> None:
    waiting(house, "Fresh", days=2)
    page = person("reviewer").opens("/review?late=yes")
    assert listed(page) == []
    assert "Nothing waits under these filters." in page.text


def test_filters_narrow_by_kind_threat_and_marking(house: House, person: People) -> None:
    waiting(house, "A warning", learning="warning")
    waiting(house, "About drugs", threats=("drugs",))
    waiting(house, "Sensitive", marking="official_sensitive")
    reviewer = person("reviewer")
    assert listed(reviewer.opens("/review?learning=warning")) == ["A warning"]
    assert listed(reviewer.opens("/review?threat=drugs")) == ["About drugs"]
    page = reviewer.opens("/review?marking=official_sensitive")
    assert listed(page) == ["Sensitive"]
    assert "Marking: OFFICIAL-SENSITIVE Lessons" in page.text
    assert len(listed(reviewer.opens("/review?learning=no-such-kind"))) == 3


def test_an_empty_desk(person: People) -> None:
    page = person("reviewer").opens("/review")
    assert "Nothing waits here." in page.text


@pytest.mark.parametrize("role", ["officer", "lead", "analyst", "disclosure", "admin", "partner"])
def test_nobody_else_has_a_queue(house: House, person: People, role: str) -> None:
    (record,) = waiting(house, "Only for reviewers")
    someone = person(role)
    for address in ("/review", "/review/next", f"/review/{record.id}", "/review/L-2026-00000"):
        page = someone.opens(address, status=403)
        assert "Only for reviewers" not in page.text
    someone.sends("/review/assign", {"item": record.id, "do": "take"}, status=403)
    assert now(house, record).revision.number == 1


def test_what_is_kept_to_a_group_is_not_counted_for_others(house: House, person: People) -> None:
    waiting(house, "For everybody")
    waiting(house, "For the cyber team", groups=("cyber",), learning="warning", days=9)
    outside = person("reviewer").opens("/review")
    assert "cyber team" not in outside.text
    assert "Waiting 1 " in outside.text
    assert "Late 0" in outside.text
    inside = person("reviewer", "rev2", "cyber").opens("/review")
    assert listed(inside) == ["For the cyber team", "For everybody"]


def test_what_is_back_with_its_author_has_a_page_of_its_own(house: House, person: People) -> None:
    waiting(house, "Asked for more", state="needs_fix")
    waiting(house, "Still to look at")
    reviewer = person("reviewer")
    page = reviewer.opens("/review")
    assert listed(page) == ["Still to look at"]
    assert listed(reviewer.opens(page.link("Back with the author (1)"))) == ["Asked for more"]


def test_those_that_wait_for_a_second_pair_of_eyes_come_first_where_i_can_be_it(
    house: House, person: People
) -> None:
    sensitive = {"marking": "official_sensitive"}
    waiting(house, "I looked first", days=9, first_eyes="Reviewer", **sensitive)
    waiting(house, "Another looked first", days=2, first_eyes="rev2", **sensitive)
    waiting(house, "Nobody has looked", days=4, **sensitive)
    reviewer = person("reviewer")
    page = reviewer.opens(reviewer.opens("/review").link("A second pair of eyes (2)"))
    assert listed(page) == ["Another looked first", "I looked first"]
    assert "Accepted first by rev2" in page.text
    assert "Accepted first by you" in page.text


def test_my_own_is_shown_and_is_for_somebody_else(house: House, person: People) -> None:
    (record,) = waiting(house, "I sent this in", author="REVIEWER")
    reviewer = person("reviewer")
    assert "Yours: somebody else decides" in reviewer.opens("/review").text
    page = reviewer.opens(f"/review/{record.id}")
    assert "You sent this in yourself" in page.text
    assert not [box for box in page.boxes if box.get("name") == "title"]
    assert "Nothing else here waits for you." in reviewer.opens("/review/next").text


# --- pages -----------------------------------------------------------------------------------------
def test_twenty_five_to_a_page_and_every_one_on_just_one_page(house: House, person: People) -> None:
    for days in (1, 2, 3):
        waiting(house, *(f"Number {n} of day {days}" for n in range(20)), days=days)
    reviewer = person("reviewer")
    pages = [listed(reviewer.opens(f"/review?page={n}")) for n in (1, 2, 3)]
    assert [len(titles) for titles in pages] == [25, 25, 10]
    titles = [title for page in pages for title in page]
    assert len(set(titles)) == 60
    assert titles[0] == "Number 0 of day 3"
    assert titles[-1] == "Number 19 of day 1"
    assert listed(reviewer.opens("/review?page=99")) == pages[2]
    assert listed(reviewer.opens("/review?page=²")) == pages[0]


def test_a_day_on_which_thousands_came_in_reads_one_page_of_records(
    house: House, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(house, *(f"Imported {n}" for n in range(320)), days=3)
    waiting(house, "Later", days=1)
    reviewer = person("reviewer")
    opened: list[str] = []
    get = house.library.records.get

    def counted(id: str) -> object:
        opened.append(id)
        return get(id)

    monkeypatch.setattr(house.library.records, "get", counted)
    last = listed(reviewer.opens("/review?page=13"))
    assert len(opened) <= 30
    assert last[-1] == "Later"
    monkeypatch.undo()
    everything = [t for n in range(1, 14) for t in listed(reviewer.opens(f"/review?page={n}"))]
    assert len(everything) == len(set(everything)) == 321


# --- who looks at what -----------------------------------------------------------------------------
def form_for(house: House, *records: Record, do: str, to: str = "") -> dict[str, object]:
    seen = {f"seen-{r.id}": str(now(house, r).revision.number) for r in records}
    return {"item": [r.id for r in records], "do": do, "to": to, **seen}


def test_several_are_taken_at_once_and_are_then_mine(house: House, person: People) -> None:
    one, two, _three = waiting(house, "One", "Two", "Three")
    reviewer = person("reviewer")
    page = reviewer.sends("/review/assign", form_for(house, one, two, do="take"))
    assert "reviewer now has 2 lessons more to look at." in page.text
    assert listed(reviewer.opens("/review?who=-me")) == ["One", "Two"]
    assert listed(reviewer.opens("/review?who=-nobody")) == ["Three"]
    assert now(house, one).revision.verb == "assign"


def test_one_is_given_to_another_and_put_back(house: House, person: People) -> None:
    (one,) = waiting(house, "One")
    reviewer = person("reviewer")
    person("reviewer", "rev.two")
    page = reviewer.sends("/review/assign", form_for(house, one, do="give", to="REV.TWO"))
    assert "With rev.two" in page.text
    assert listed(reviewer.opens("/review?who=rev.two")) == ["One"]
    assert "Nothing else here waits for you." in reviewer.opens("/review/next").text
    page = reviewer.sends("/review/assign", form_for(house, one, do="back"))
    assert "Put back: 1 lesson." in page.text
    assert now(house, one).record.line("reviewer") == ""


def test_nobody_but_a_reviewer_can_be_given_one(house: House, person: People) -> None:
    (one,) = waiting(house, "One")
    person("analyst")
    reviewer = person("reviewer")
    for name in ("analyst", "nobody at all", ""):
        page = reviewer.sends("/review/assign", form_for(house, one, do="give", to=name))
        assert "Choose the reviewer to give it to." in page.text
    assert "Tick what it is about first." in reviewer.sends("/review/assign", {"do": "take"}).text
    assert now(house, one).revision.number == 1


def test_its_author_cannot_be_given_it(house: House, person: People) -> None:
    (one,) = waiting(house, "One", author="rev2")
    person("reviewer", "rev2")
    page = person("reviewer").sends("/review/assign", form_for(house, one, do="give", to="rev2"))
    assert "was sent in by that reviewer" in page.text
    assert now(house, one).record.line("reviewer") == ""


def test_of_two_who_take_the_same_the_second_is_told(house: House, person: People) -> None:
    (one,) = waiting(house, "One")
    first, second = person("reviewer"), person("reviewer", "rev2")
    form = form_for(house, one, do="take")
    first.sends("/review/assign", form)
    page = second.sends("/review/assign", form)
    assert "“One” was changed first by reviewer: Given to a reviewer." in page.text
    assert now(house, one).record.line("reviewer") == "reviewer"
    pressed_twice = first.sends("/review/assign", form)
    assert "reviewer now has 1 lesson more" in pressed_twice.text
    assert now(house, one).revision.number == 2


def test_what_i_may_not_read_cannot_be_taken(house: House, person: People) -> None:
    (one,) = waiting(house, "For the cyber team", groups=("cyber",))
    page = person("reviewer").sends("/review/assign", form_for(house, one, do="take"))
    assert "cyber team" not in page.text
    assert now(house, one).revision.number == 1


# --- the next one ----------------------------------------------------------------------------------
def test_the_next_one_is_the_one_after_and_after_the_last_the_first(house: House) -> None:
    one, two, three = waiting(house, "One", "Two", "Three")
    everything = Wanted()

    def following(after: Record | None) -> str:
        stored = review.next_item(house.library, REVIEWER, everything, after)
        return stored.record.title if stored else ""

    assert [following(r) for r in (None, one, two, three)] == ["One", "Two", "Three", "One"]


def test_from_a_warning_on_comes_the_oldest_of_the_others(house: House) -> None:
    (warning,) = waiting(house, "A warning", days=1, learning="warning")
    waiting(house, "Much older", days=20)
    stored = review.next_item(house.library, REVIEWER, Wanted(), warning)
    assert stored
    assert stored.record.title == "Much older"


def test_what_another_has_is_passed_over_but_not_lost(house: House) -> None:
    waiting(house, "Rev2 has it", days=3, reviewer="rev2")
    (mine,) = waiting(house, "I have it", days=2, reviewer="reviewer")
    stored = review.next_item(house.library, REVIEWER, Wanted())
    assert stored
    assert stored.record.id == mine.id
    theirs = review.next_item(house.library, REVIEWER, Wanted(who="rev2"))
    assert theirs
    assert theirs.record.title == "Rev2 has it"


def test_a_lesson_without_a_day_waits_last(house: House, person: People) -> None:
    waiting(house, "Has a day", days=0)
    (bare,) = waiting(house, "Has none")
    record = bare.with_(sent=None, occurred=None)
    house.library.save_many(SYSTEM, "import", [Change(record, 1)])
    page = person("reviewer").opens("/review")
    assert listed(page) == ["Has a day", "Has none"]
    assert ago(house, 0).date() == house.library.today


# --- what the index is told ------------------------------------------------------------------------
def test_who_looks_at_it_is_counted_for_nobody_who_cannot_read_it(house: House) -> None:
    (record,) = waiting(house, "Given to somebody", reviewer="rev2")

    def counted(role: Role, name: str, *, desk: bool) -> dict[str, list[str]]:
        reader = User(name, role)
        query = Query(keys=keyring(reader), desk=desk)
        facets = house.library.search(reader, query).facets
        return {param: [c.key for c in facets[param]] for param in DESK if param in facets}

    assert counted(Role.REVIEWER, "reviewer", desk=True)["reviewer"] == ["by:rev2"]
    assert counted(Role.REVIEWER, "reviewer", desk=False) == {}
    nothing: dict[str, list[str]] = {param: [] for param in DESK}
    assert counted(Role.LEAD, "lead", desk=True) == nothing
    accepted = record.with_(state="observation")
    house.library.save_many(SYSTEM, "import", [Change(accepted, 1)])
    assert counted(Role.LEAD, "lead", desk=True) == nothing
    assert counted(Role.REVIEWER, "reviewer", desk=True) == nothing


@pytest.mark.parametrize(
    "typed", ["reviewer:rev2", "turn:1", "first_eyes:nobody", "reviewer:by:rev2"]
)
def test_nobody_can_search_by_who_looks_at_it(house: House, person: People, typed: str) -> None:
    waiting(house, "Handover in the yard", reviewer="rev2", state="observation")
    waiting(house, "Handover at the door", reviewer="rev2", state="sent", author="analyst")
    page = person("analyst").opens(f"/search?q=handover {typed}")
    assert "Handover in the yard" in page.text  # typed so, it is just words
