"""Lessons grow old: each has a day by which somebody says whether it is still true, and a search sends many at once."""

from datetime import date, timedelta

import pytest

from lessons.domain import access
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.lifecycle import check_day
from lessons.domain.query import Query
from lessons.ports import Change
from lessons.services import review
from lessons.services.review import sweeping
from tests.review.kit import KEYS, RADIO, add, id_of, lesson, now, revision

REVIEWER = User("rev", Role.REVIEWER)
OWNER = User("owner", Role.LEAD)
TODAY = date.today()
LATE = TODAY - timedelta(days=40)


def due_ids(house, reader, accounts=("owner",), **rest):
    found = review.due(house.library, reader, is_account=lambda n: n.casefold() in accounts, **rest)
    return [each.stored.record.id for each in found]


@pytest.fixture
def shelf(house):
    """One lesson that is late, one due today, one for tomorrow and one for nobody's day; one of nobody's."""
    add(
        house, lesson(1, RADIO, owner="owner", check_by=LATE, life="year"),
        lesson(2, KEYS, owner="Owner", check_by=TODAY), lesson(3, owner="owner", check_by=TODAY + timedelta(days=1)),
        lesson(4, owner="owner"), lesson(5, "When nobody looks, look", check_by=LATE - timedelta(days=900)),
        lesson(6, "A lesson of the custody desk", check_by=LATE, owner="Custody inspector"),
    )  # fmt: skip
    return house


# --- what is due ------------------------------------------------------------------------------------
def test_an_owner_sees_theirs_that_are_due_oldest_first_and_no_others(shelf):
    assert due_ids(shelf, OWNER) == [id_of(1), id_of(2)]


def test_a_reviewer_sees_those_whose_owner_has_no_account(shelf):
    assert due_ids(shelf, REVIEWER) == [id_of(5), id_of(6)]
    assert due_ids(shelf, REVIEWER, accounts=()) == [id_of(5), id_of(1), id_of(6), id_of(2)]


@pytest.mark.parametrize("state", ["sent", "needs_fix", "retired", "merged", "not_taken"])
def test_only_what_holds_good_grows_old(house, state):
    add(house, lesson(1, owner="owner", check_by=LATE, state=state))
    assert due_ids(house, OWNER) == [] == due_ids(house, REVIEWER, accounts=())


def test_the_first_that_are_asked_for_are_the_oldest_however_many_there_are(house):
    ages = [(n * 37) % 251 for n in range(251)]
    days = [TODAY - timedelta(days=20 * age) for age in ages]
    add(house, *(lesson(n, f"Lesson {n}", check_by=day) for n, day in enumerate(days, 1)))
    oldest = sorted(range(1, 252), key=lambda n: -ages[n - 1])
    assert due_ids(house, REVIEWER, most=30) == [id_of(n) for n in oldest[:30]]


def test_a_day_long_before_this_century_is_due_too(house):
    add(house, lesson(1, check_by=date(1987, 5, 1)), lesson(2, check_by=date(1, 1, 1)))
    assert due_ids(house, REVIEWER) == [id_of(2), id_of(1)]


def test_a_lesson_is_due_until_somebody_looked(shelf):
    review.still_true(shelf.library, OWNER, {id_of(1): 1})
    assert due_ids(shelf, OWNER) == [id_of(2)]
    assert now(shelf, 1).day("check_by") == check_day("year", TODAY)


def test_no_filter_in_an_address_asks_for_owners_or_days(shelf, person):
    page = person("officer", "reader").opens("/search?owner=by:owner&check_by=2020")
    assert "We left out what we could not use" in page.text
    assert 'name="owner"' not in page.html and 'name="check_by"' not in page.html


def test_nothing_is_due_to_those_who_may_not_read_it(house):
    add(
        house,
        lesson(1, owner="owner", check_by=LATE, groups=("alder",), restricted_because="named"),
    )
    assert due_ids(house, OWNER) == [] == due_ids(house, REVIEWER, accounts=())
    inside = User("owner", Role.LEAD, groups=frozenset({"alder"}))
    assert due_ids(house, inside) == [id_of(1)]


# --- through the pages ------------------------------------------------------------------------------
def test_an_owner_is_led_there_from_home_and_says_that_they_are_still_true(shelf, person):
    owner = person("lead", "owner")
    page = owner.opens("/")
    page = owner.opens(page.link("2 lessons are due to be checked"))
    assert page.text.index(RADIO) < page.text.index(KEYS)
    assert "40 days late" in page.text and "Since today" in page.text
    seen = {name: value for name, value in page.hidden.items() if name.startswith("seen-")}
    page = owner.sends("/ageing", {**seen, "item": [id_of(1), id_of(2)], "life": "two_years"})
    assert "2 lessons are still true." in page.text and "Nothing waits for you." in page.text
    assert now(shelf, 1).day("check_by") == check_day("two_years", TODAY)
    assert "due to be checked" not in owner.opens("/").text


def test_one_is_said_to_be_true_by_its_own_button(shelf, person):
    owner = person("lead", "owner")
    page = owner.opens("/ageing")
    seen = {name: value for name, value in page.hidden.items() if name.startswith("seen-")}
    page = owner.sends("/ageing", {**seen, "one": id_of(2)})
    assert "1 lesson is still true." in page.text and RADIO in page.text and KEYS not in page.text


def test_ticking_nothing_is_told(shelf, person):
    assert "Nothing was changed" in person("lead", "owner").sends("/ageing", {}).text


def test_the_second_person_is_told_and_the_others_are_done(shelf, person):
    owner = person("lead", "owner")
    page = owner.opens("/ageing")
    seen = {name: value for name, value in page.hidden.items() if name.startswith("seen-")}
    review.make(shelf.library, REVIEWER, id_of(1), "recheck", {"decision": "New law."}, expected=1)
    page = owner.sends("/ageing", {**seen, "item": [id_of(1), id_of(2)]})
    assert "1 lesson is still true." in page.text
    assert "was changed by someone else" in page.text and "New law." in page.text


def test_somebody_else_s_lesson_is_not_theirs_to_say_so_of(shelf, person):
    lead = person("lead", "another")
    page = lead.sends("/ageing", {"one": id_of(1), f"seen-{id_of(1)}": "1"})
    assert "Your role does not decide that" in page.text and revision(shelf, 1) == 1


def test_a_lesson_that_may_not_be_read_is_not_found(shelf, person):
    add(shelf, lesson(9, f"{RADIO} Harbour Lane", groups=("alder",), restricted_because="named"))
    page = person("reviewer").sends("/ageing", {"one": id_of(9), f"seen-{id_of(9)}": "1"})
    assert "We cannot find that" in page.text and "Harbour Lane" not in page.text


def test_it_is_retired_or_changed_from_there(shelf, person):
    page = person("reviewer").opens("/ageing")
    assert page.link("Retire it") == f"/lessons/{id_of(5)}/move/retire"
    assert page.link("Change it") == f"/lessons/{id_of(5)}/move/put_right"
    page = person("lead", "owner").opens("/ageing")
    assert page.link("Retire it") == f"/lessons/{id_of(1)}/move/retire"
    assert "Change it" not in page.text


def test_what_nobody_has_checked_is_marked_where_it_is_found_and_read(shelf, person):
    reader = person("officer", "reader")
    marked = f"Not checked since {LATE.day} {LATE:%B} {LATE.year}"
    page = reader.opens(f"/search?q={RADIO.split()[-2]}+radio+channel")
    assert page.text.count("Not checked since") == 1 and marked in page.text
    assert marked in reader.opens(f"/lessons/{id_of(1)}").text
    for n in (2, 3, 4):
        assert "Not checked since" not in reader.opens(f"/lessons/{id_of(n)}").text


def test_what_is_out_of_use_is_not_stale(house, person):
    add(house, lesson(1, check_by=LATE, state="retired"))
    assert "Not checked since" not in person("officer", "reader").opens(f"/lessons/{id_of(1)}").text


# --- owners are told --------------------------------------------------------------------------------
def tell(house) -> int:
    return review.tell_due(house.library, house.outbox, house.accounts)


def test_owners_hear_of_what_is_due_once(shelf, person):
    owner = person("lead", "owner")
    assert tell(shelf) == 2 and tell(shelf) == 0
    assert shelf.outbox.unseen("owner") == 2
    page = owner.opens("/account/notices")
    assert page.text.count("please say whether it is still true") == 2 and RADIO in page.text


def test_they_hear_again_when_its_next_day_comes(shelf, person):
    person("lead", "owner")
    tell(shelf)
    stored = shelf.library.records.get(id_of(1))
    later = stored.record.with_(check_by=TODAY - timedelta(days=1))
    shelf.library.save_many(REVIEWER, "edit", [Change(later, stored.revision.number)])
    tell(shelf)
    assert len(shelf.outbox.for_person("owner")) == 3
    assert shelf.outbox.unseen("owner") == 2, "the later one stands in the place of the earlier"


def test_nobody_hears_of_what_they_may_not_read(house, person):
    person("lead", "owner")
    add(
        house,
        lesson(1, owner="owner", check_by=LATE, groups=("alder",), restricted_because="named"),
    )
    assert tell(house) == 0 and house.outbox.unseen("owner") == 0


# --- a sweep ----------------------------------------------------------------------------------------
SECTION = "Use section 23 when a phone is found at the door"


@pytest.fixture
def law(house):
    """Lessons that mention a section, some of them not in use, and others that do not."""
    add(
        house, *(lesson(n, f"{SECTION}, case {n}", owner="owner") for n in range(1, 6)),
        lesson(6, SECTION, state="retired"), lesson(7, SECTION, state="sent"), lesson(8, KEYS),
        lesson(9, f"{SECTION} Harbour Lane", groups=("alder",), restricted_because="named"),
    )  # fmt: skip
    return house


def test_everything_that_mentions_a_section_is_sent_to_be_checked(law, person):
    reviewer, owner = person("reviewer"), person("lead", "owner")
    page = reviewer.opens('/search?q="section 23"')
    page = reviewer.opens(page.link("Ask of all these lessons whether they are still true"))
    assert "5 lessons in use are found." in page.text and '"section 23"' in page.text
    boxes = {"asked": page.hidden["asked"], "why": "Section 23 was replaced on 1 May."}
    page = reviewer.sends("/ageing/sweep", boxes)
    assert "5 lessons were sent to be checked." in page.text
    assert all(
        now(law, n).line("recheck") == "Section 23 was replaced on 1 May." for n in range(1, 6)
    )
    assert all(now(law, n).day("check_by") == TODAY for n in range(1, 6))
    assert [revision(law, n) for n in (6, 7, 8, 9)] == [1, 1, 1, 1]
    page = owner.opens("/ageing")
    assert page.text.count("Section 23 was replaced on 1 May.") == 5
    assert "Please say whether this lesson is still true." in owner.opens("/account/notices").text


def test_a_sweep_without_a_reason_is_asked_for_one(law, person):
    reviewer = person("reviewer")
    page = reviewer.opens("/ageing/sweep?q=section+23")
    page = reviewer.sends("/ageing/sweep", {"asked": page.hidden["asked"], "why": "  "}, status=422)
    assert "Say why in a sentence." in page.text and revision(law, 1) == 1
    long = "x" * 501
    page = reviewer.sends("/ageing/sweep", {"asked": "q=section+23", "why": long}, status=422)
    assert "too long" in page.text and long in page.html


def test_a_search_that_finds_nothing_in_use_sends_nothing(law, person):
    reviewer = person("reviewer")
    assert "nothing to check" in reviewer.opens("/ageing/sweep?q=walrus").text
    page = reviewer.sends("/ageing/sweep", {"asked": "q=walrus", "why": "No."}, status=422)
    assert "nothing to check" in page.text


def test_what_cannot_be_read_as_a_search_sweeps_nothing(law, person):
    person("reviewer").sends("/ageing/sweep", {"asked": "walrus", "why": "No."}, status=404)
    assert revision(law, 1) == 1


def test_a_filter_for_states_out_of_use_finds_nothing(law, person):
    assert "nothing to check" in person("reviewer").opens("/ageing/sweep?state=retired").text


def test_only_reviewers_sweep(law, person):
    lead = person("lead")
    assert "still true" not in lead.opens("/search?q=section").text
    lead.opens("/ageing/sweep?q=section", status=403)
    lead.sends("/ageing/sweep", {"asked": "q=section", "why": "Why."}, status=403)


def test_a_large_sweep_goes_on_by_itself_and_is_done_once(house, monkeypatch, person):
    monkeypatch.setattr(sweeping, "SLICE", 10)
    add(house, *(lesson(n, f"{SECTION}, case {n}") for n in range(1, 26)))
    reviewer = person("reviewer")
    page = reviewer.sends("/ageing/sweep", {"asked": "q=section", "why": "New law."})
    assert "10 lessons were sent" in page.text and "15 more follow by themselves." in page.text
    assert "15 lessons of your sweep are still on their way." in reviewer.opens("/ageing").text
    assert review.work_sweeps(house.library, house.notebook)
    assert review.work_sweeps(house.library, house.notebook)
    assert not review.work_sweeps(house.library, house.notebook)
    assert [revision(house, n) for n in range(1, 26)] == [2] * 25
    assert "on their way" not in reviewer.opens("/ageing").text


def test_a_slice_that_was_done_and_not_crossed_off_is_not_asked_twice(house, monkeypatch):
    monkeypatch.setattr(sweeping, "SLICE", 10)
    add(house, *(lesson(n, f"{SECTION}, case {n}") for n in range(1, 16)))
    ids = [id_of(n) for n in range(1, 16)]
    review.sweep(house.library, house.notebook, REVIEWER, ids, "New law.")
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(house.notebook, "drop", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
        review.work_sweeps(house.library, house.notebook)
    review.work_sweeps(house.library, house.notebook)
    assert [revision(house, n) for n in range(1, 16)] == [2] * 15


def test_what_was_retired_or_closed_to_them_meanwhile_is_left(house, monkeypatch):
    monkeypatch.setattr(sweeping, "SLICE", 1)
    add(house, *(lesson(n, f"{SECTION}, case {n}") for n in range(1, 4)))
    review.sweep(house.library, house.notebook, REVIEWER, [id_of(n) for n in (1, 2, 3)], "New law.")
    for n, change in ((2, {"state": "retired"}), (3, {"groups": ("alder",)})):
        stored = house.library.records.get(id_of(n))
        put(house, stored.record.with_(**change), stored.revision.number)
    while review.work_sweeps(house.library, house.notebook):
        pass
    assert not now(house, 2).line("recheck") and not now(house, 3).line("recheck")


def put(house, record, expected: int) -> None:
    house.library.save_many(SYSTEM, "import", [Change(record, expected)])


def test_more_than_one_page_of_results_is_swept(house):
    """Search pages to a thousand results; a sweep goes beyond."""
    add(house, *(lesson(n, f"{SECTION}, case {n}") for n in range(1, 1_105)))
    query = Query(("section",), keys=access.keyring(REVIEWER))
    found = review.found_by(house.library, REVIEWER, query)
    assert len(found) == len(set(found)) == 1_104
