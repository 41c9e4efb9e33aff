"""What people hear in the service: what was decided on what they sent in, and what became of it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.errors import StaleWrite
from lessons.domain.record import Kind, Record, Stored
from lessons.ports import Change
from lessons.services import review
from tests.people import Page, Person
from tests.telling.scenes import WORDS, Scene

Make = Callable[..., Person]


def news(person: Person) -> Page:
    return person.opens("/account/notices")


def test_an_author_hears_that_a_lesson_was_accepted(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    id = scene.lesson("olly")
    assert "There is no news here." in news(olly).text
    scene.move("rae", id, "accept")
    home = olly.opens("/")
    assert "News for you" in home.text
    assert "What you sent in was accepted and can now be found." in home.text
    assert home.link(WORDS) == f"/lessons/{id}"
    assert "What you sent in was accepted" in news(olly).text
    assert scene.told("rae") == [], "nobody is told what they did themselves"


def test_an_author_hears_why_in_words_from_the_list_and_a_sentence(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly, other = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    why = "Say <b>which</b> radio & where."
    scene.move("rae", scene.lesson("olly"), "return", reason="unclear", decision=why)
    told = news(olly).text
    assert "Something is asked of you before this can go on." in told
    assert "Reason: Hard to follow for an outsider" in told
    assert f"“{why}”" in told
    assert "There is no news here." in news(other).text


def test_reviewers_hear_that_what_they_sent_back_came_in_again(
    known: Callable[..., None], scene: Scene
) -> None:
    known(olly="officer", rae="reviewer", rex="reviewer", lee="lead")
    id = scene.lesson("olly", "needs_fix", reviewer="rae")
    scene.move("olly", id, "resend", title="When radios fail, agree a runner")
    assert scene.told("rae") == [("resend", id)]
    assert scene.told("rex") == scene.told("lee") == []
    nobodys = scene.lesson("olly", "needs_fix")
    scene.move("olly", nobodys, "resend")
    assert scene.told("rae")[-1] == ("resend", nobodys)
    assert scene.told("rex") == [("resend", nobodys)]


def test_a_reviewer_is_not_told_their_own_sentence_as_if_its_author_had_said_it(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    known(olly="officer")
    rae = person("reviewer", "rae")
    id = scene.lesson("olly", reviewer="rae")
    scene.move("rae", id, "return", reason="unclear", decision="Say which radio.")
    scene.move("olly", id, "resend")
    told = news(rae).text
    assert "What you sent back has come in again." in told and "Say which radio." not in told


def test_an_author_hears_of_the_whole_way_to_learned(
    known: Callable[..., None], scene: Scene
) -> None:
    known(olly="officer", rae="reviewer", lee="lead", lou="lead", ana="analyst")
    id = scene.lesson("olly", "observation")
    scene.change("rae", "tag", id, themes=("radio",))
    scene.move("lee", id, "identify", owner="lou")
    scene.move("lou", id, "start")
    action = scene.record("lou", Kind.ACTION, of=(id,), owner="lou", action_state="open")
    scene.change(
        "lou", "done", action, action_state="done", done_by="lou", evidence="In every plan."
    )
    scene.change("ana", "verify", action, action_state="verified", verified_by="ana")
    briefing = scene.record("lee", Kind.BRIEFING, lessons=({"lesson": id},))
    scene.change(
        "lee",
        "answer",
        briefing,
        answers=({"lesson": id, "role": "sio", "answer": "not_relevant"},),
    )
    scene.change(
        "lee", "answer", briefing, answers=({"lesson": id, "role": "sio", "answer": "applied"},)
    )
    scene.move("lou", id, "done", decision="Runners are in every plan.")
    scene.move("ana", id, "learned", evidence="Five plans of five had one.")
    assert scene.told("olly") == [
        (event, id)
        for event in (
            "tagged",
            "identify",
            "start",
            "action",
            "action_checked",
            "briefed",
            "applied",
            "done",
            "learned",
        )
    ]
    assert scene.told("lou") == [("identify", id), ("action_verify", action), ("learned", id)]


def test_who_is_author_and_owner_hears_once_of_one_save(
    known: Callable[..., None], scene: Scene
) -> None:
    known(olly="officer", rae="reviewer")
    id = scene.lesson("Olly", "learned", owner="olly")
    scene.move("rae", id, "reopen", decision="It happened again in May.")
    assert scene.told("olly") == [("reopen", id)]


def test_whoever_it_is_taken_from_hears_as_well_as_whoever_it_is_given_to(
    known: Callable[..., None], scene: Scene
) -> None:
    known(olly="officer", rae="reviewer", lou="lead", lil="lead")
    id = scene.lesson("olly", "learned", owner="lou")
    scene.move("rae", id, "reopen", owner="lil", decision="It happened again in May.")
    assert scene.told("lou") == scene.told("lil") == [("reopen", id)]


def test_an_owner_is_shown_the_sentence_and_somebody_else_is_not(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    lou, olly = person("lead", "lou"), person("officer", "olly")
    known(rae="reviewer")
    id = scene.lesson("olly", "awaiting_check", owner="lou", done_by="lou")
    scene.move("rae", id, "not_lasting", decision="Two plans of five had none.")
    assert "“Two plans of five had none.”" in news(lou).text
    assert "There is no news here." in news(olly).text


def test_a_warning_is_told_to_everybody_who_may_read_it_and_says_nothing_of_the_decision(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    oz = person("officer", "oz")
    known(olly="officer", rae="reviewer", pat="partner")
    id = scene.lesson("olly", "sent", learning="warning")
    scene.move("rae", id, "warn", decision="Cannot wait.")
    assert "A warning that others should know of now." in news(oz).text
    assert "Cannot wait." not in news(oz).text
    assert [scene.told(name) for name in ("olly", "rae", "pat")] == [[("warn", id)], [], []]


def test_both_authors_hear_of_a_merge(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly, oz = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    small, big = scene.lesson("olly", "observation"), scene.lesson("oz", "observation")
    scene.move("rae", small, "merge", replaced_by=big)
    scene.change("rae", "edit", big, merged=(small,))
    assert "It was joined with a lesson that says the same" in news(olly).text
    assert news(olly).text.count(WORDS) >= 2, "the lesson that it is now part of is named"
    assert "Another lesson that says the same was joined with it." in news(oz).text


def test_nothing_is_told_of_a_save_that_was_not_made(
    known: Callable[..., None], scene: Scene, house: House
) -> None:
    known(olly="officer", rae="reviewer", rex="reviewer")
    id = scene.lesson("olly")
    seen = scene.now(id).revision.number
    said = {"reason": "thin", "decision": "Tell us more."}
    scene.move("rae", id, "accept")
    with pytest.raises(StaleWrite):
        review.make(house.library, scene.user("rex"), id, "return", said, expected=seen)
    assert scene.told("olly") == [("accept", id)]
    assert house.outbox.unsettled(house.library.clock().replace(year=2100)) == []


def test_nothing_is_told_of_a_save_that_another_overtook_at_the_last_moment(
    known: Callable[..., None], scene: Scene, house: House
) -> None:
    """Between looking and keeping, somebody else keeps the lesson as given to a reviewer: that tells nobody."""
    known(olly="officer", rae="reviewer", rex="reviewer")
    id, records = scene.lesson("olly"), house.library.records
    keep = records.put

    def put(record: Record, **how: Any) -> Stored:
        records.put = keep  # type: ignore[method-assign]
        scene.change("rex", "assign", id, reviewer="rex")
        return keep(record, **how)

    records.put = put  # type: ignore[method-assign]
    with pytest.raises(StaleWrite):
        scene.move("rae", id, "accept")
    assert scene.told("olly") == []
    assert house.outbox.unsettled(house.library.clock().replace(year=2100)) == []


def test_of_many_saved_at_once_only_those_that_were_made_are_told(
    known: Callable[..., None], scene: Scene, house: House
) -> None:
    known(olly="officer", rae="reviewer")
    ids = [scene.lesson("olly", "observation") for _ in range(4)]
    changes = [Change(scene.now(id).record.with_(themes=("radio",)), 1) for id in ids]
    scene.change("rae", "tag", ids[1], themes=("handover",))
    house.library.save_many(scene.user("rae"), "tag", changes)
    assert scene.told("olly") == [("tagged", id) for id in (ids[1], ids[0], ids[2], ids[3])]


def test_of_many_the_one_that_was_overtaken_is_not_told(
    known: Callable[..., None], scene: Scene, house: House
) -> None:
    known(olly="officer", rae="reviewer", rex="reviewer")
    ids, records = [scene.lesson("olly", "observation") for _ in range(3)], house.library.records
    keep = records.put_many

    def put_many(changes: Sequence[Change], **how: Any) -> list[Any]:
        records.put_many = keep  # type: ignore[method-assign]
        scene.change("rex", "assign", ids[1], reviewer="rex")
        return keep(changes, **how)

    records.put_many = put_many  # type: ignore[method-assign]
    changes = [Change(scene.now(id).record.with_(themes=("radio",)), 1) for id in ids]
    house.library.save_many(scene.user("rae"), "tag", changes)
    assert scene.told("olly") == [("tagged", ids[0]), ("tagged", ids[2])]
    assert house.outbox.unsettled(house.library.clock().replace(year=2100)) == []


def test_what_an_import_or_an_example_brings_is_no_news(
    known: Callable[..., None], scene: Scene, house: House
) -> None:
    known(olly="officer")
    id = scene.lesson("olly", "observation")
    record = scene.now(id).record.with_(themes=("radio",))
    house.library.save(SYSTEM, "tag", record, expected=1)
    assert scene.told("olly") == []


def test_whoever_may_not_read_it_any_more_is_told_nothing_of_it(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    lou = person("lead", "lou")
    known(olly="officer", rae="reviewer")
    id = scene.lesson("olly", "learned", owner="lou")
    scene.move("rae", id, "reopen", decision="It happened again at the Crown.")
    assert WORDS in news(lou).text
    scene.change("rae", "edit", id, groups=("merlin",))
    for page in (news(lou), lou.opens("/")):
        assert "It is not open to you now." in page.text
        for secret in (WORDS, id, "Crown"):
            assert secret not in page.html


def test_an_author_hears_of_no_briefing_that_they_may_not_read(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly, _lee = person("officer", "olly"), person("lead", "lee", "merlin")
    known(rae="reviewer")
    id = scene.lesson("olly", "observation")
    fields = {"lessons": ({"lesson": id},)}
    closed = scene.record("lee", Kind.BRIEFING, groups=("merlin",), author="lee", **fields)
    assert scene.told("olly") == []
    opened = scene.record("lee", Kind.BRIEFING, title="Derby day", **fields)
    assert news(olly).link("Derby day") == f"/briefings/{opened}"
    scene.change("rae", "edit", opened, groups=("merlin",))
    assert "There is no news here." in news(olly).text
    assert closed not in news(olly).html and opened not in news(olly).html


def test_nothing_is_left_of_a_record_that_is_erased(
    person: Make, known: Callable[..., None], scene: Scene, house: House
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    id = scene.lesson("olly")
    scene.move("rae", id, "not_take", reason="personal", decision="It names Jo Bloggs.")
    assert "Jo Bloggs" in news(olly).text
    house.library.purge(SYSTEM, id, "asked for")
    assert id not in news(olly).html and "Jo Bloggs" not in news(olly).html
    stored = b"".join(
        p.read_bytes() for p in house.settings["INSTANCE_DIR"].glob("lessons.sqlite*")
    )
    assert b"Jo Bloggs" not in stored, "no words of records are kept in the database"


def test_the_page_carries_the_marking_of_what_it_shows(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    id = scene.lesson("olly", "observation", marking="official_sensitive")
    assert "OFFICIAL-SENSITIVE" not in news(olly).text
    scene.change("rae", "tag", id, themes=("radio",))
    assert news(olly).text.count("OFFICIAL-SENSITIVE") >= 2
    assert olly.opens("/").text.count("OFFICIAL-SENSITIVE") >= 2


def test_news_is_marked_as_seen_by_a_button_and_by_its_reader_alone(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly, oz = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    for _ in range(3):
        scene.move("rae", scene.lesson("olly"), "accept")
    notices = scene.house.outbox.for_person("olly")
    oz.opens("/account/notices")
    oz.sends("/account/notices/seen", {"id": str(notices[0].id)})
    oz.sends("/account/notices/seen", {"upto": str(notices[0].id)})
    assert scene.house.outbox.unseen("olly") == 3
    olly.opens("/account/notices")
    page = olly.sends("/account/notices/seen", {"id": str(notices[0].id)})
    assert "1 is marked as seen." in page.text
    assert page.text.count("Mark as seen") == 2
    for odd in ("", "x", "9" * 30, "-1", "٣"):
        olly.sends("/account/notices/seen", {"id": odd})
    scene.move("rae", scene.lesson("olly"), "accept")  # came after the page that is pressed on
    olly.sends("/account/notices/seen", {"upto": page.hidden["upto"]})
    assert scene.house.outbox.unseen("olly") == 1
    assert "News for you" in olly.opens("/").text


def test_much_news_comes_in_pages_newest_first(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    ids = [scene.lesson("olly", title=f"Lesson number {n}") for n in range(45)]
    for id in ids:
        scene.move("rae", id, "return", reason="unclear", decision=f"Which radio is it in {id}?")
    first = news(olly)
    assert "Lesson number 44" in first.text and "Lesson number 24" not in first.text
    second = olly.opens(first.link("Older"))
    assert "Lesson number 24" in second.text
    last = olly.opens(second.link("Older"))
    assert "Lesson number 0" in last.text
    assert not [text for _, text in last.links if "Older" in text]
    assert last.link("Newest") == "/account/notices"
    for odd in ("0", "x", "-1", "99999999", "²"):
        olly.opens(f"/account/notices?start={odd}")
    told = [text for _, text in olly.opens("/").links if text.startswith("Lesson number")]
    assert told[-5:] == [f"Lesson number {n}" for n in (44, 43, 42, 41, 40)]


def test_one_press_on_many_lessons_is_one_item_of_news(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    ids = [scene.lesson("olly", "observation", title=f"Lesson number {n:02}") for n in range(18)]
    hidden = [scene.lesson("olly", "observation", title=f"Zanzibar {n}") for n in range(3)]
    [alone] = [scene.lesson("olly", title="The one that was accepted")]
    for id in (*ids, *hidden):
        scene.change("rae", "tag", id, themes=("radio",))
    scene.move("rae", alone, "accept")
    for id in hidden:
        stored = scene.now(id)
        closed = stored.record.with_(author="somebody else", groups=("kidnap",))
        scene.house.library.save(SYSTEM, "import", closed, expected=stored.revision.number)
    home = olly.opens("/")
    assert "18 of your lessons It was tagged, so that others find it by its theme." in home.text
    assert home.text.count("It was tagged") == 1
    assert "The one that was accepted What you sent in was accepted" in home.text
    assert home.link("And 15 more") == "/account/notices"
    page = news(olly)
    assert all(page.link(f"Lesson number {n:02}") == f"/lessons/{ids[n]}" for n in range(18))
    assert "3 records New Something changed about a record that concerned you." in page.text
    assert "Zanzibar" not in page.text
    seen = [str(n.id) for n in scene.house.outbox.for_person("olly", limit=100) if n.about in ids]
    assert all(f'value="{id}"' in page.html for id in seen), "one press marks all of them"
    olly.sends("/account/notices/seen", {"id": seen, "back": "home"})
    assert scene.house.outbox.unseen("olly") == 4


def test_news_of_other_words_or_of_another_time_stands_apart(
    person: Make, known: Callable[..., None], scene: Scene, passes: Callable[..., None]
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    for sentence in ("Which radio?", "Which radio?", "Which door?"):
        scene.move("rae", scene.lesson("olly"), "return", reason="unclear", decision=sentence)
    passes(minutes=11)
    scene.move("rae", scene.lesson("olly"), "return", reason="unclear", decision="Which radio?")
    assert news(olly).text.count("Mark as seen") == 4, "two are not yet many"


def test_an_account_that_is_closed_and_a_name_that_is_none_are_passed_over(
    known: Callable[..., None], scene: Scene, house: House, app: Flask
) -> None:
    known(olly="officer", rae="reviewer")
    house.accounts.change("olly", disabled=True)
    for author in ("olly", "somebody who left", "\N{SNOWMAN}" * 100):
        scene.move("rae", scene.lesson(author), "accept")
    scene.move("rae", scene.lesson("rae2", "observation"), "identify", owner="Force Drugs Lead")
    assert scene.told("olly") == []


def test_the_author_of_a_warning_hears_that_theirs_was_accepted_and_pushed_out(
    person: Make, known: Callable[..., None], scene: Scene
) -> None:
    olly, oz = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    scene.move("rae", scene.lesson("olly", learning="warning"), "warn")
    own = "What you sent in was accepted, and pushed out to everybody as a warning."
    assert own in news(olly).text
    assert own not in news(oz).text and "A warning that others should know of now." in news(oz).text


def test_a_reviewer_hears_of_what_another_gives_them(
    person: Make, known: Callable[..., None], scene: Scene, house: House
) -> None:
    rex = person("reviewer", "rex")
    known(olly="officer", rae="reviewer")
    id = scene.lesson("olly")
    review.assign(house.library, scene.user("rae"), {id: 1}, "rex")
    assert "It was given to you to review." in news(rex).text
    review.assign(house.library, scene.user("rae"), {id: 2}, "")
    review.assign(house.library, scene.user("rae"), {id: 3}, "rae")
    assert scene.told("rex") == [("assign", id)] and scene.told("rae") == scene.told("olly") == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"theme_state": "current"}, "The theme that you asked for is in use."),
        ({"theme_state": "retired", "decision": "Radio says it."}, "“Radio says it.”"),
        ({"theme_state": "merged", "merged_into": "radio"}, "became part of one that was there."),
    ],
)
def test_whoever_asked_for_a_theme_hears_what_was_decided(
    person: Make,
    known: Callable[..., None],
    scene: Scene,
    house: House,
    fields: dict[str, Any],
    told: str,
) -> None:
    olly, oz = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    asked = {"label": "Snow", "theme_state": "proposed", "asked_by": "olly", "marking": "official"}
    house.library.save(
        scene.user("olly"), "theme", Record("snow", Kind.THEME, fields=asked), expected=0
    )
    scene.change("rae", "theme", "snow", **fields)
    assert told in news(olly).text and news(olly).link("Snow") == "/themes/snow"
    assert "There is no news here." in news(oz).text
    scene.change("rae", "theme", "snow", help="Snow and ice.")
    assert len(scene.told("olly")) == 1
