"""A digest that people would read: what is new in what they follow, best first, once, and only what they may read."""

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.following import MOST_KEPT, MOST_TOLD
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from lessons.services import find, telling
from tests.people import Person
from tests.telling.followers import Followers
from tests.telling.post_office import PostOffice

Known = Callable[..., None]
Make = Callable[..., Person]
TUESDAY, WEDNESDAY, MONDAY = "2026-05-05", "2026-05-06", "2026-05-11"


@pytest.fixture
def story(house: House, known: Known) -> Followers:
    """olly sends in, rae reviews, fay follows."""
    known(olly="officer", rae="reviewer", fay="lead")
    return Followers(house)


def test_a_person_reads_the_next_morning_what_is_new_and_why_they_are_told(
    story: Followers, person: Make, post: PostOffice
) -> None:
    fred = person("lead", "fred")
    story.hears("fred", "weekly")
    story.follows("fred", "theme", "radio")
    story.on(TUESDAY, 15)
    new = story.accepted("Agree a runner", themes=("radio",))
    story.accepted("Of something else", themes=("handover",))
    assert story.digests() == 0, "a digest tells what was before its day"
    story.on(WEDNESDAY)
    assert story.digests() == 1
    page = fred.signs_in().opens("/account/notices")
    assert "This is new in what you follow." in page.text
    assert "Agree a runner" in page.text and "Of something else" not in page.text
    assert "A new lesson. You follow: Radio and communications" in page.text
    assert page.link("Agree a runner") == f"/lessons/{new}"
    assert story.deliver().sent == 1, "a digest does not wait for the turn of other mail"
    text = post.text("fred@force.example")
    assert f"- Agree a runner ({new})" in text and "You follow: Radio and communications" in text
    assert "/account#follows" in text and "your account says" not in text
    assert story.digests() == story.deliver().sent == 0
    story.on("2026-05-07")
    assert story.digests() == 0, "nothing is new"


def test_a_digest_holds_seven_best_first_and_counts_the_rest(
    story: Followers, person: Make, known: Known
) -> None:
    fred = person("lead", "fred")
    story.follows("fred", "theme", "radio")
    story.follows("fred", "threat", "drugs")
    story.on(TUESDAY)
    both = story.accepted("Two in one", themes=("radio",), threats=("drugs",))
    for n in range(8):
        story.passes(minutes=1)
        story.accepted(f"Plain {n}", themes=("radio",))
    old = story.lesson(state="learned", title="It came back", themes=("radio",))
    story.move("rae", old, "reopen", decision="It happened again.")
    warning = story.lesson(title="Mind the dog", themes=("radio",), learning="warning")
    story.move("rae", warning, "warn")
    story.on(WEDNESDAY)
    assert story.digests() == 1
    assert story.in_digest("fred") == [
        "Mind the dog", "It came back", "Two in one", *(f"Plain {n}" for n in (7, 6, 5, 4)),
    ]  # fmt: skip
    page = fred.signs_in().opens("/account/notices")
    assert "And 4 more:" in page.text and page.link("Radio and communications") == "/themes/radio"
    assert "You follow: Radio and communications; Drugs" in page.text
    assert both in page.html


def test_weekly_comes_on_monday_and_with_the_daily_one_there_is_one(story: Followers) -> None:
    story.follows("fay", "theme", "radio", "weekly")
    story.follows("fay", "threat", "drugs", "daily")
    story.on(TUESDAY)
    story.accepted("Of the week", themes=("radio",))
    story.accepted("Of the day", threats=("drugs",))
    told = []
    for day in (WEDNESDAY, "2026-05-07", "2026-05-08", "2026-05-09", "2026-05-10"):
        story.on(day)
        told.append(story.digests())
        if day == "2026-05-08":
            story.accepted("Of Friday", threats=("drugs",))
    assert told == [1, 0, 0, 0, 0] and story.in_digest("fay") == ["Of the day"]
    story.on(MONDAY)
    assert story.digests() == 1
    assert sorted(story.in_digest("fay")) == ["Of Friday", "Of the week"]


def test_after_a_missed_month_there_is_one_digest(story: Followers) -> None:
    story.follows("fay", "theme", "radio")
    story.on(TUESDAY)
    assert story.digests() == 0
    for n in range(10):
        story.passes(days=3)
        story.accepted(f"Lesson {n}", themes=("radio",))
    story.on("2026-06-09")
    assert story.digests() == 1
    assert story.in_digest("fay") == [f"Lesson {n}" for n in range(9, 2, -1)]
    story.on("2026-06-10")
    assert story.digests() == 0


def test_a_bank_holiday_a_leap_day_and_clocks_that_change_tell_everything_once(
    story: Followers, house: House
) -> None:
    story.follows("fay", "theme", "radio")
    for day in (
        "2026-05-22",
        "2026-10-23",
        "2028-02-28",
    ):  # before a bank holiday, a change, a leap day
        start = date.fromisoformat(day)
        told = []
        for n in range(6):
            now = date.fromordinal(start.toordinal() + n).isoformat()
            story.on(now, 0)
            story.digests()
            story.on(now, 23)
            story.accepted(f"{now}", themes=("radio",))
        for later in range(6, 9):
            story.on(date.fromordinal(start.toordinal() + later).isoformat())
            story.digests()
        notices = telling.page(house.library, house.outbox, story.user("fay"), most=99).news
        told = [
            line.record.title for each in notices for n in each.items for line in n.digest.lines
        ]  # type: ignore[union-attr]
        assert sorted(told)[-6:] == [
            date.fromordinal(start.toordinal() + n).isoformat() for n in range(6)
        ]
        assert len(told) == len(set(told))


def test_nobody_hears_of_their_own_doing_or_of_what_was_before(story: Followers) -> None:
    story.accepted("Before they followed", themes=("radio",))
    story.passes(hours=1)
    for name in ("olly", "rae", "fay"):
        story.follows(name, "theme", "radio")
    story.on(TUESDAY)
    story.accepted("After", themes=("radio",))
    story.on(WEDNESDAY)
    assert story.digests() == 1
    assert [story.in_digest(name) for name in ("olly", "rae", "fay")] == [[], [], ["After"]]


def test_a_narrower_theme_and_one_that_was_merged_are_met(story: Followers, house: House) -> None:
    for key, more in (
        ("hand_radios", {"broader": "radio"}),
        ("wireless", {"merged_into": "radio"}),
    ):
        fields = {"label": key, "theme_state": "merged" if "merged_into" in more else "current"}
        theme = Record(key, Kind.THEME, fields=fields | more)
        house.library.save(SYSTEM, "import", theme, expected=0)
    house.library.forget_lists()
    story.follows("fay", "theme", "wireless")
    story.on(TUESDAY)
    story.accepted("Exactly", themes=("radio",))
    story.accepted("Narrower", themes=("hand_radios",))
    story.accepted("Under the old key", themes=("wireless",))
    story.on(WEDNESDAY)
    assert story.digests() == 1
    assert story.in_digest("fay")[-1] == "Narrower" and len(story.in_digest("fay")) == 3


def test_what_closes_before_it_is_read_or_sent_is_left_out_and_another_takes_its_place(
    story: Followers, person: Make, post: PostOffice
) -> None:
    fred = person("officer", "fred")
    address = story.hears("fred")
    story.follows("fred", "theme", "radio")
    story.on(TUESDAY)
    ids = []
    for n in range(10):
        story.passes(minutes=1)
        ids.append(story.accepted(f"Lesson {n}.", themes=("radio",)))
    story.on(WEDNESDAY)
    assert story.digests() == 1
    assert len(story.in_digest("fred")) == MOST_TOLD
    story.change("rae", "edit", ids[9], groups=("merlin",))
    story.change("rae", "edit", ids[8], marking="official_sensitive")
    story.move("rae", ids[7], "retire", decision="It is over.")
    story.move("rae", ids[6], "merge", replaced_by=ids[0])
    assert story.in_digest("fred") == [f"Lesson {n}." for n in (5, 4, 3, 2, 1, 0)]
    page = fred.signs_in().opens("/account/notices")
    assert "more:" not in page.text, "what is closed is not counted"
    assert story.deliver().sent == 1
    text = post.text(address)
    assert "Lesson 5." in text
    assert not any(f"Lesson {n}." in text or ids[n] in text for n in (6, 7, 8, 9))


def test_a_mail_says_nothing_of_what_is_more_than_official(
    story: Followers, post: PostOffice
) -> None:
    address = story.hears("fay")
    quiet = story.operation("Operation Quiet", marking="official_sensitive")
    story.follows("fay", "operation", quiet)
    story.follows("fay", "theme", "radio")
    story.saves_search("fay", "q=secretword")
    story.on(TUESDAY)
    story.accepted("Open secretword", themes=("radio",), operation=quiet)
    house = story.house
    story.lesson()
    secret = Record(
        "L-2026-S0001", Kind.LESSON,
        fields={"title": "A closed one", "state": "observation", "learning": "change", "author": "olly",
                "marking": "official_sensitive", "occurred": date(2026, 5, 4), "themes": ("radio",),
                "answered": story.moment},
    )  # fmt: skip
    house.library.save(SYSTEM, "import", secret, expected=0)
    story.on(WEDNESDAY)
    assert story.digests() == 1
    assert story.in_digest("fay") == ["Open secretword", "A closed one"]
    story.deliver()
    text = post.text(address)
    assert "Open secretword" in text and "one of your searches" in text
    for word in ("A closed one", "S0001", "Quiet", quiet, "My q", "SENSITIVE"):
        assert word not in text
    assert "sign in to read" in text


def test_an_operation_brings_all_that_is_made_of_it_as_far_as_it_is_open(
    story: Followers, known: Known
) -> None:
    known(otto="officer")
    alder = story.operation()
    for name in ("fay", "otto"):
        story.follows(name, "operation", alder)
    story.on(TUESDAY)
    now, today = story.moment, date(2026, 5, 5)
    lesson = story.accepted("Its lesson", operation=alder)
    debrief = story.record_of(
        Kind.DEBRIEF, title="Its debrief", operation=alder, sent=now, readers=("fay",)
    )
    story.record_of(Kind.EVALUATION, title="Its evaluation", activity=alder, done=today)
    story.record_of(Kind.BRIEFING, title="Its briefing", operation=alder, issued=now)
    story.record_of(Kind.ACTION, title="Of its lesson", of=(lesson,), owner="otto", agreed=today)
    story.record_of(Kind.ACTION, title="Of its debrief", of=(debrief,), owner="otto", agreed=today)
    story.record_of(Kind.ACTION, title="Of another", of=(), owner="otto", agreed=today)
    story.on(WEDNESDAY)
    assert story.digests() == 2
    both = {"Its lesson", "Its evaluation", "Its briefing", "Of its lesson"}
    assert set(story.in_digest("fay")) == both | {"Its debrief", "Of its debrief"}
    assert set(story.in_digest("otto")) == both, (
        "that it comes from the debrief is not theirs to know"
    )


def test_a_search_tells_what_it_finds_with_the_keys_of_whoever_saved_it(
    story: Followers, known: Known
) -> None:
    known(otto="officer")
    for name in ("fay", "otto"):
        story.saves_search(name, "q=batteries")
    story.on(TUESDAY)
    story.accepted("Carry spare batteries")
    story.accepted("Nothing of the kind")
    story.lesson(state="observation", title="Old batteries")
    story.on(WEDNESDAY)
    assert story.digests() == 2
    assert story.in_digest("fay") == story.in_digest("otto") == ["Carry spare batteries"]
    otto = story.house.accounts.get("otto").user
    assert telling.follows(story.house.notebook, otto)


def test_more_than_is_kept_is_said_to_be_more(story: Followers, person: Make) -> None:
    fred = person("lead", "fred")
    story.follows("fred", "theme", "radio")
    story.on(TUESDAY)
    records = [
        Record(f"L-2026-M{n:04}", Kind.LESSON,
               fields={"title": f"Lesson {n}", "state": "observation", "learning": "change", "author": "olly",
                       "occurred": date(2026, 5, 4), "themes": ("radio",), "answered": story.moment})
        for n in range(MOST_KEPT + 20)
    ]  # fmt: skip
    story.house.library.save_many(SYSTEM, "import", [Change(r, 0) for r in records])
    story.on(WEDNESDAY)
    assert story.digests() == 1
    page = fred.signs_in().opens("/account/notices")
    assert f"And more than {MOST_KEPT - MOST_TOLD} more:" in page.text
    story.on("2026-05-07")
    assert story.digests() == 0, "all of it was told, by name or by number"


@pytest.mark.parametrize(
    "asked",
    ["q=spare+battery", "q=%22spare+battery%22", "q=batt*", "q=battery+-spare", "theme=radio", "q=radios&theme=radio",
     "from=2026-05-01&to=2026-05-03", "kind=operation&q=alder", "q=theme%3Aradio", "q=batery", "", "page=9&sort=oldest",
     "q=nothing+of+the+kind&foo=bar"],
)  # fmt: skip
def test_what_is_new_to_a_search_is_what_the_search_itself_shows(
    story: Followers, house: House, asked: str
) -> None:
    ids = [story.operation(), story.lesson(state="observation", title="The spare battery was flat")]
    for n, fields in enumerate(
        ({"themes": ("radio",)}, {"occurred": date(2026, 5, 2)}, {"groups": ("merlin",)})
    ):
        ids.append(story.lesson(state="observation", title=f"Battery {n}, not spare", **fields))
    fay, here = story.user("fay"), house.library
    kept = find.save(house.notebook, here, fay, "Mine", asked)
    params = {n: v for n, v in parse_qs(asked).items() if n != "page"} | {"limit": ["100"]}
    shown = {hit.id for hit in find.search(here, fay, params, help=False).results.hits}
    assert find.found_among(here, house.notebook, fay, kept.id, ids) == shown & set(ids)
    assert find.found_among(here, house.notebook, fay, kept.id, ids[:2]) == shown & set(ids[:2])
    assert find.found_among(here, house.notebook, story.user("rae"), kept.id, ids) == frozenset()
