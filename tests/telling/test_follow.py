"""Following a theme, a threat, an operation or a search: from its page or from the account, and told at once."""

from collections.abc import Callable, Mapping

import pytest

from lessons.app import House, chores
from lessons.domain.access import SYSTEM
from lessons.domain.following import MOST, MOST_TOLD
from lessons.domain.record import Kind, Record
from lessons.services import find, telling
from tests.people import Page, Person
from tests.telling.followers import Followers
from tests.telling.post_office import PostOffice

Known = Callable[..., None]
Make = Callable[..., Person]


@pytest.fixture
def story(house: House, known: Known) -> Followers:
    known(olly="officer", rae="reviewer")
    return Followers(house)


def kept(house: House, who: Person) -> dict[str, str]:
    found = telling.follows(house.notebook, house.accounts.get(who.name).user)
    return {each.id: str(each.often) for each in found}


def follows_from(who: Person, address: str, often: str) -> Page:
    """Somebody opens a page, and presses “Follow” on it."""
    page = who.opens(address)
    assert "Follow this" in page.text
    given = {name: page.hidden[name] for name in ("what", "key")}
    return who.sends("/account/follows", given | {"often": often})


# --- choosing -------------------------------------------------------------------------------------------
def test_a_person_follows_from_the_page_of_each_thing_and_sees_all_of_it_in_the_account(
    person: Make, story: Followers, house: House
) -> None:
    fay, alder = person("lead", "fay"), story.operation()
    story.accepted("A lesson", threats=("drugs",))
    assert (
        "You follow “Radio and communications”." in follows_from(fay, "/themes/radio", "daily").text
    )
    assert "You follow this: Once a day" in fay.opens("/themes/radio").text
    follows_from(fay, f"/operations/{alder}", "at_once")
    follows_from(fay, "/search?threat=drugs", "weekly")
    fay.sends("/search/save", {"asked": "q=battery", "often": "daily"})
    page = fay.opens("/account")
    for words in (
        "Theme: Once a day",
        "Operation: At once",
        "SOC threat: Once a week",
        "Search: Once a day",
    ):
        assert words in page.text
    assert page.link("Radio and communications") == "/themes/radio"
    assert page.link("Operation Alder") == f"/operations/{alder}"
    [search] = find.saved(house.notebook, story.user("fay"))
    assert set(kept(house, fay)) == {
        "theme:radio",
        f"operation:{alder}",
        "threat:drugs",
        f"search:{search.id}",
    }


def test_how_often_is_changed_and_following_stopped_without_a_script(
    person: Make, story: Followers, house: House
) -> None:
    fay = person("lead", "fay")
    fay.opens("/account")
    form = {"what": "threat", "key": "drugs", "often": "weekly", "back": "account"}
    assert "SOC threat: Once a week" in fay.sends("/account/follows", form).text
    fay.sends("/account/follows/change", {"id": "threat:drugs", "often": "at_once"})
    assert kept(house, fay) == {"threat:drugs": "at_once"}
    page = fay.sends("/account/follows/stop", {"id": "threat:drugs", "back": "account"})
    assert "You follow nothing yet." in page.text and kept(house, fay) == {}
    fay.sends("/account/follows/stop", {"id": "threat:drugs", "back": "account"})


def test_a_saved_search_gains_and_loses_being_told_of_new_ones(
    person: Make, story: Followers, house: House
) -> None:
    fay = person("lead", "fay")
    fay.opens("/account")
    fay.sends("/search/save", {"asked": "q=battery"})
    [search] = find.saved(house.notebook, story.user("fay"))
    assert kept(house, fay) == {}
    fay.sends(f"/search/saved/{search.id}/rename", {"name": "Batteries", "often": "weekly"})
    assert kept(house, fay) == {f"search:{search.id}": "weekly"}
    fay.sends(f"/search/saved/{search.id}/rename", {"name": "Batteries", "often": ""})
    assert kept(house, fay) == {}
    fay.sends(f"/search/saved/{search.id}/rename", {"name": "Batteries", "often": "daily"})
    fay.sends(f"/search/saved/{search.id}/remove", {})
    assert kept(house, fay) == {}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"what": "threat", "key": "drugs", "often": "hourly"}, "Choose how often you want to hear."),
        ({"what": "threat", "key": "weather", "often": "daily"}, "This cannot be followed"),
        ({"what": "person", "key": "olly", "often": "daily"}, "This cannot be followed"),
        ({"what": "operation", "key": "../../etc", "often": "daily"}, "This cannot be followed"),
        ({"what": "theme", "key": "O-2026-C0001", "often": "daily"}, "This cannot be followed"),
        ({"what": "search", "key": "somebody elses", "often": "daily"}, "This cannot be followed"),
        ({}, "This cannot be followed"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_in_plain_words(
    person: Make, story: Followers, house: House, form: Mapping[str, str], told: str
) -> None:
    fay = person("lead", "fay")
    fay.opens("/account")
    assert told in fay.sends("/account/follows", form, status=422).text
    assert kept(house, fay) == {}


def test_what_is_closed_cannot_be_followed_and_looks_as_if_it_were_not_there(
    person: Make, story: Followers, house: House
) -> None:
    fay = person("lead", "fay")
    closed = story.operation("Operation Closed", groups=("merlin",))
    fay.opens("/account")
    answers = [
        fay.sends("/account/follows", {"what": "operation", "key": key, "often": "daily"}, status=422).text
        for key in (closed, "O-2026-Z9999")
    ]  # fmt: skip
    assert answers[0] == answers[1] and "Closed" not in answers[0]


def test_what_closed_since_is_shown_without_its_name_and_brings_nothing(
    person: Make, story: Followers, house: House
) -> None:
    fay, alder = person("lead", "fay"), story.operation("Operation Alder")
    story.follows("fay", "operation", alder, "at_once")
    stored = story.now(alder)
    shut = stored.record.with_(groups=("merlin",))
    house.library.save(SYSTEM, "import", shut, expected=stored.revision.number)
    page = fay.opens("/account")
    assert "No longer open to you" in page.text and "Alder" not in page.text
    assert alder not in [href for href, _ in page.links]
    story.passes(minutes=1)
    story.accepted("Of the closed one", operation=alder)
    assert story.at_once() == 0
    fay.sends("/account/follows/stop", {"id": f"operation:{alder}", "back": "account"})
    assert kept(house, fay) == {}


def test_the_account_carries_the_marking_of_what_it_names(person: Make, story: Followers) -> None:
    fay = person("lead", "fay")
    assert "Marking: OFFICIAL-SENSITIVE" not in fay.opens("/account").text
    quiet = story.operation("Operation Quiet", marking="official_sensitive")
    story.follows("fay", "operation", quiet)
    assert "Marking: OFFICIAL-SENSITIVE" in fay.opens("/account").text


def test_there_is_room_for_so_many(person: Make, story: Followers, house: House) -> None:
    fay = person("lead", "fay")
    for n in range(MOST):
        theme = Record(
            f"theme_{n}", Kind.THEME, fields={"label": f"Theme {n}", "theme_state": "current"}
        )
        house.library.save(SYSTEM, "import", theme, expected=0, findable=False)
        story.follows("fay", "theme", f"theme_{n}")
    fay.opens("/account")
    form = {"what": "threat", "key": "drugs", "often": "daily"}
    page = fay.sends("/account/follows", form, status=422)
    assert f"You follow {MOST} things, and there is room for no more." in page.text
    fay.sends("/account/follows/change", {"id": "theme:theme_3", "often": "weekly"})
    assert len(kept(house, fay)) == MOST and kept(house, fay)["theme:theme_3"] == "weekly"


# --- told at once -----------------------------------------------------------------------------------------
def test_what_is_followed_at_once_is_told_once_however_many_follows_it_meets(
    person: Make, story: Followers, post: PostOffice
) -> None:
    fay, alder = person("lead", "fay"), story.operation()
    address = story.hears("fay", "weekly")
    for what, key in (("theme", "radio"), ("threat", "drugs"), ("operation", alder)):
        story.follows("fay", what, key, "at_once")
    story.follows("fay", "theme", "handover", "daily")
    story.passes(minutes=1)
    given = {"themes": ("radio", "handover"), "threats": ("drugs",), "operation": alder}
    id = story.accepted("Agree a runner", **given)
    assert story.at_once() == 1 and story.at_once() == 0
    assert story.told("fay") == [("follow_new", id)]
    page = fay.opens("/account/notices")
    assert "A new lesson." in page.text
    assert "You follow: Radio and communications; Drugs; Operation Alder" in page.text
    assert story.deliver().sent == 1, "what is told at once does not wait for the week"
    assert "You follow: Radio and communications; Drugs; Operation Alder" in post.text(address)
    story.passes(days=2)
    assert story.digests() == 0, "it was told"


def test_every_turn_of_a_lesson_is_told_and_a_warning_not_twice(
    story: Followers, known: Known
) -> None:
    known(fay="officer", lou="lead")
    story.follows("fay", "theme", "radio", "at_once")
    story.passes(minutes=1)
    id = story.accepted("It is new", themes=("radio",))
    story.at_once()
    story.passes(minutes=1)
    story.move("rae", id, "identify", owner="lou")
    stored = story.now(id)
    learned = stored.record.with_(state="learned", learned=story.moment)
    story.house.library.save(SYSTEM, "learned", learned, expected=stored.revision.number)
    story.at_once()
    story.passes(minutes=1)
    story.move("rae", id, "reopen", decision="It happened again.")
    story.at_once()
    assert [event for event, _ in story.told("fay")] == [
        "follow_new",
        "follow_learned",
        "follow_again",
    ]
    story.passes(minutes=1)
    warning = story.lesson(title="Mind the dog", themes=("radio",), learning="warning")
    story.move("rae", warning, "warn")
    assert story.at_once() == 0
    assert story.told("fay")[-1] == ("warn", warning), "everybody hears of a warning as it is"


def test_many_at_one_go_come_as_one_digest(story: Followers, known: Known) -> None:
    known(fay="officer")
    story.follows("fay", "theme", "radio", "at_once")
    story.passes(minutes=1)
    for n in range(MOST_TOLD + 1):
        story.accepted(f"Lesson {n}", themes=("radio",))
    assert story.at_once() == 1
    assert len(story.in_digest("fay")) == MOST_TOLD


def test_a_notice_goes_when_its_lesson_closes(person: Make, story: Followers) -> None:
    fay = person("officer", "fay")
    story.hears("fay")
    story.follows("fay", "theme", "radio", "at_once")
    story.passes(minutes=1)
    id = story.accepted("One that closes", themes=("radio",))
    assert story.at_once() == 1
    story.change("rae", "edit", id, groups=("merlin",))
    page = fay.opens("/account/notices")
    assert "One that closes" not in page.text and "You follow" not in page.text
    assert story.deliver().sent == 0


def test_whoever_has_left_or_wants_no_mail_is_left_alone(
    person: Make, story: Followers, known: Known, house: House, post: PostOffice
) -> None:
    known(fay="officer", gone="officer")
    story.hears("fay", "never")
    for name in ("fay", "gone"):
        story.follows(name, "theme", "radio", "at_once")
    house.accounts.change("gone", disabled=True)
    story.passes(minutes=1)
    story.accepted("A lesson", themes=("radio",))
    assert story.at_once() == 1
    assert story.deliver().sent == 0 and post.letters == []
    assert story.told("fay") and not story.told("gone")


def test_a_server_tells_at_once_by_itself(story: Followers, known: Known, house: House) -> None:
    known(fay="officer")
    story.follows("fay", "theme", "radio", "at_once")
    work = chores(house)
    for n in range(2):
        for each in work:
            each()
        story.passes(minutes=1)
        story.accepted(f"Lesson {n}", themes=("radio",))
    for each in work:
        each()
    for each in work:
        each()
    assert [event for event, _ in story.told("fay")] == ["follow_new"] * 2


def test_mail_that_follows_leaves_other_mail_its_turn(
    story: Followers, known: Known, post: PostOffice
) -> None:
    known(fay="officer")
    address = story.hears("fay", "daily")
    story.follows("fay", "theme", "radio", "at_once")
    story.move("rae", story.lesson("fay", title="Mine, first"), "accept")
    assert story.deliver().sent == 1
    for hour in range(1, 26):
        story.passes(hours=1)
        story.accepted(f"Followed {hour}", themes=("radio",))
        if hour == 2:
            story.move("rae", story.lesson("fay", title="Mine, second"), "accept")
        story.at_once()
        assert story.deliver().sent == 1
        assert ("Mine, second" in post.text(address)) == (hour == 24)


def test_a_lead_who_follows_their_own_operation_hears_of_each_thing_once(
    story: Followers, known: Known
) -> None:
    known(sid="lead", pam="lead")
    alder = story.operation(sio="sid", lro="lou")
    for often, name in (("at_once", "sid"), ("at_once", "pam")):
        story.follows(name, "operation", alder, often)
    story.passes(hours=1)
    lesson = story.accepted("Tell the neighbours", operation=alder, four_p=("protect",))
    assert story.told("sid") == [("lead_other_lesson", lesson)]
    assert story.at_once() == 1
    assert story.told("sid") == [("lead_other_lesson", lesson)]
    assert story.told("pam") == [("follow_new", lesson)]

    story.follows("sid", "operation", alder, "daily")
    story.passes(hours=1)
    theirs = story.accepted("Say who holds the keys", operation=alder, four_p=("prevent",))
    story.accepted("Book the cells by noon", operation=alder, four_p=("pursue",))
    story.passes(days=1)
    assert story.digests() == 1
    assert story.in_digest("sid") == ["Book the cells by noon"]
    assert [about for _event, about in story.told("sid")] == [lesson, theirs, ""]
