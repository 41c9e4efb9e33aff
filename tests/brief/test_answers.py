"""What the two leads do with each lesson of a pack: answered apart, in one go, and nobody's words are lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import NotAllowed, StaleWrite
from lessons.domain.record import Record
from lessons.services.brief import answering
from lessons.services.brief.answering import Given, Sheet
from tests.brief.answers_kit import (
    ISSUED,
    PACK,
    SECRET,
    TITLES,
    add,
    issued,
    lesson,
    lesson_id,
    operation,
    pack,
    rows,
)
from tests.people import Page, Person

Someone = Callable[..., Person]
FORM = f"/briefings/{PACK}/answers"
APPLIED = {"answer": "applied", "how": "Runner named in the order"}


@pytest.fixture
def sid(house: House, person: Someone) -> Person:
    """The SIO."""
    issued(house)
    return person("officer", "sid")


@pytest.fixture
def lou(sid: Person, person: Someone) -> Person:
    """The LRO."""
    return person("officer", "Lou")


def answers(who: Person, page: Page | None = None, status: int = 200, **boxes: str) -> Page:
    """Press save with what stands in the form and these boxes: `answer_1`, `how_1`."""
    page = page or who.opens(FORM)
    typed = {f"{name[:-2]}-{lesson_id(int(name[-1]))}": words for name, words in boxes.items()}
    return who.sends(FORM, {**hidden(page), **as_shown(page), **typed}, status=status)


def hidden(page: Page) -> dict[str, str]:
    return {
        n: v for n, v in page.hidden.items() if n in ("role", "confirmed") or n.startswith("seen")
    }


def as_shown(page: Page) -> dict[str, str]:
    """The boxes of the form as a browser would send them."""
    shown = {
        b["name"]: b.get("value", "") for b in page.boxes if b.get("name", "").startswith("how-")
    }
    return shown | {
        b["name"]: b["value"] for b in page.boxes if b.get("type") == "radio" and "checked" in b
    }


def seen_by(sheet: Sheet, role: str) -> dict[str, str]:
    return {each.id: each.seen(role) for each in sheet.asked}


# --- answering --------------------------------------------------------------------------------------
def test_an_sio_answers_in_one_go_and_leaves_the_rest_for_later(sid: Person, house: House) -> None:
    page = sid.opens(FORM)
    assert page.headings == ["Answer as SIO"]
    assert [page.text.count(title) > 0 for title in TITLES] == [True] * 3
    page = answers(
        sid,
        answer_1="applied",
        how_1=" Runner named\n in the order ",
        answer_2="not_relevant",
        how_2="Landline there",
    )
    assert "Saved. One lesson is still open." in page.text
    assert rows(house) == {
        (1, "sio"): APPLIED,
        (2, "sio"): {"answer": "not_relevant", "how": "Landline there"},
    }
    assert house.library.records.get(PACK).revision.verb == "answer"
    again = as_shown(sid.opens(FORM))
    assert again[f"answer-{lesson_id(1)}"] == "applied"
    assert again[f"how-{lesson_id(2)}"] == "Landline there"
    assert again[f"answer-{lesson_id(3)}"] == "not_yet"


def test_when_all_is_answered_it_says_so(sid: Person) -> None:
    page = answers(
        sid,
        **{f"answer_{n}": "applied" for n in (1, 2, 3)},
        **{f"how_{n}": "In the order" for n in (1, 2, 3)},
    )
    assert "Every lesson of this briefing has an answer." in page.text


def test_to_save_nothing_changes_nothing(sid: Person, house: House) -> None:
    page = answers(sid)
    assert "Saved. 3 lessons are still open." in page.text
    assert house.library.records.get(PACK).revision.number == 1


def test_an_answer_can_be_taken_back(sid: Person, house: House) -> None:
    answers(sid, answer_1="applied", how_1="Runner")
    answers(sid, answer_1="not_yet", how_1="")
    assert rows(house) == {(1, "sio"): {"answer": "not_yet"}}


def test_the_leads_answer_apart_and_see_each_other(sid: Person, lou: Person, house: House) -> None:
    answers(sid, answer_1="applied", how_1="Runner named in the order")
    page = lou.opens(FORM)
    assert page.headings == ["Answer as LRO"]
    assert "SIO: Applied: Runner named in the order" in page.text
    assert as_shown(page)[f"answer-{lesson_id(1)}"] == "not_yet"
    answers(lou, page, answer_1="not_relevant", how_1="No search on our side")
    assert rows(house)[1, "sio"] == APPLIED
    assert rows(house)[1, "lro"] == {"answer": "not_relevant", "how": "No search on our side"}
    page = sid.opens(f"/briefings/{PACK}")
    assert "Runner named in the order" in page.text and "No search on our side" in page.text
    assert "SIO : 2 lessons open" in page.text.replace("SIO:", "SIO :")
    assert page.link("Answer now") == FORM


def test_whoever_is_both_says_as_which_they_answer(house: House, person: Someone) -> None:
    add(
        house,
        operation(sio="kim", lro="kim"),
        *(lesson(n, t) for n, t in enumerate(TITLES, 1)),
        pack(),
    )
    kim = person("officer", "kim")
    page = kim.opens(kim.opens(FORM).link("Answer as LRO instead"))
    assert page.headings == ["Answer as LRO"]
    answers(kim, page, answer_1="applied", how_1="Letters are ready")
    assert set(rows(house)) == {(1, "lro")}


def test_a_lead_who_is_not_named_answers_where_the_pack_is_of_no_operation(
    house: House, person: Someone
) -> None:
    add(house, *(lesson(n, t) for n, t in enumerate(TITLES, 1)), pack(operation=None))
    lead = person("lead", "lena")
    answers(lead, answer_1="applied", how_1="Runner")
    assert set(rows(house)) == {(1, "sio")}


# --- what is wrong is told at its box, and the rest is kept ------------------------------------------
def test_how_or_why_is_needed_and_the_rest_is_saved(sid: Person, house: House) -> None:
    page = answers(
        sid, status=422, answer_1="applied", answer_2="applied", how_2="Two in each van", answer_3="not_relevant"
    )  # fmt: skip
    assert "Lesson 1: say in a few words how it is applied." in page.text
    assert "Lesson 3: say in a few words why it does not fit." in page.text
    assert f'href="#how-{lesson_id(1)}"' in page.html
    assert rows(house) == {(2, "sio"): {"answer": "applied", "how": "Two in each van"}}
    assert as_shown(page)[f"answer-{lesson_id(3)}"] == "not_relevant"
    answers(sid, page, how_1="As agreed", how_3="No neighbours")
    assert rows(house)[1, "sio"] == {"answer": "applied", "how": "As agreed"}
    assert rows(house)[3, "sio"] == {"answer": "not_relevant", "how": "No neighbours"}


def test_words_that_may_point_to_a_person_are_told_at_their_box(sid: Person, house: House) -> None:
    how = "Ask Mrs Margaret Ellison on 07700 900123"
    page = answers(
        sid, status=422, answer_1="applied", how_1=how, answer_2="applied", how_2="In the order"
    )
    assert "07700 900123" in page.text and f'id="how-{lesson_id(1)}-found"' in page.html
    assert as_shown(page)[f"how-{lesson_id(1)}"] == how
    assert set(rows(house)) == {(2, "sio")}
    confirmed = next(b["value"] for b in page.boxes if b.get("name") == "confirmed")
    sid.sends(FORM, {**hidden(page), **as_shown(page), "confirmed": confirmed})
    assert rows(house)[1, "sio"]["how"] == how


def test_what_is_marked_too_high_is_not_kept_at_all(sid: Person, house: House) -> None:
    page = answers(
        sid,
        status=422,
        answer_1="applied",
        how_1="TOP SECRET: see annex",
        answer_2="applied",
        how_2="Yes",
    )
    assert "OFFICIAL and OFFICIAL-SENSITIVE only" in page.text
    assert as_shown(page)[f"how-{lesson_id(1)}"] == "TOP SECRET: see annex"
    assert rows(house) == {}


def test_what_cannot_be_taken_is_told(sid: Person, house: House) -> None:
    told = answers(
        sid, status=422, answer_1="perhaps", how_1="x", answer_2="applied", how_2="a" * 301
    ).text
    assert "Lesson 1: choose one of the answers." in told and "at most 300 characters" in told
    assert rows(house) == {}


def test_markup_in_an_answer_is_shown_as_words(sid: Person) -> None:
    answers(sid, answer_1="applied", how_1="<script>alert(1)</script>")
    assert "<script>alert(1)" not in sid.opens(f"/briefings/{PACK}").html
    assert "&lt;script&gt;alert(1)" in sid.response.text


# --- at the same moment -----------------------------------------------------------------------------
def test_two_leads_at_the_same_moment_lose_nothing(
    sid: Person, lou: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The LRO saves after the SIO's page was read and before it is kept."""
    put, other = house.library.records.put, iter([True])
    user = house.accounts.get("Lou").user

    def late(record: Record, **how: Any) -> Any:
        if next(other, False):
            now = answering.sheet(house.library, user, PACK)
            given = {lesson_id(1): Given("not_relevant", "No search")}
            answering.answer(house.library, user, PACK, "lro", given, seen=seen_by(now, "lro"))
        return put(record, **how)

    monkeypatch.setattr(house.library.records, "put", late)
    page = answers(sid, answer_1="applied", how_1="Runner named in the order")
    assert "Saved." in page.text
    assert rows(house) == {
        (1, "sio"): APPLIED,
        (1, "lro"): {"answer": "not_relevant", "how": "No search"},
    }


def test_two_tabs_of_one_lead_are_told_and_keep_their_words(sid: Person, house: House) -> None:
    first, second = sid.opens(FORM), sid.opens(FORM)
    answers(sid, first, answer_1="applied", how_1="Runner named in the order")
    page = answers(
        sid,
        second,
        status=409,
        answer_1="not_relevant",
        how_1="No basement",
        answer_2="applied",
        how_2="Two each",
    )
    assert "You answered this briefing from another page meanwhile." in page.text
    assert "Kept at present: Applied : Runner named in the order" in page.text.replace(
        "Applied:", "Applied :"
    )
    assert rows(house) == {(1, "sio"): APPLIED}
    assert as_shown(page)[f"how-{lesson_id(1)}"] == "No basement"
    answers(sid, page)
    assert (
        rows(house)[1, "sio"]["how"] == "No basement" and rows(house)[2, "sio"]["how"] == "Two each"
    )


def test_save_pressed_twice_saves_once(sid: Person, house: House) -> None:
    page = sid.opens(FORM)
    for _ in range(2):
        answers(sid, page, answer_1="applied", how_1="Runner named in the order")
    assert house.library.records.get(PACK).revision.number == 2


def test_a_lesson_that_left_in_a_new_version_is_told_and_its_answer_stays_in_the_history(
    sid: Person, house: House
) -> None:
    answers(sid, answer_1="applied", how_1="Runner named in the order")
    page = sid.opens(FORM)
    stored = house.library.records.get(PACK)
    newer = pack(lessons=(2, 3), version=2, issued=ISSUED + timedelta(hours=1))
    lead = User("lena", Role.LEAD)
    house.library.save(lead, "brief_again", newer, expected=stored.revision.number)
    told = answers(sid, page, how_1="Two runners", answer_2="applied", how_2="Two each")
    assert "one lesson that you answered is in it no more" in told.text
    assert set(rows(house)) == {(2, "sio")}
    assert (
        house.library.records.revision(PACK, 2).record.rows("answers")[0]["how"] == APPLIED["how"]
    )


# --- who may not ------------------------------------------------------------------------------------
def test_others_see_the_answers_and_cannot_give_them(
    sid: Person, house: House, person: Someone
) -> None:
    answers(sid, answer_1="applied", how_1="Runner named in the order")
    for role in ("officer", "reviewer", "analyst"):
        other = person(role, f"some-{role}")
        page = other.opens(f"/briefings/{PACK}")
        assert "Runner named in the order" in page.text and "Answer now" not in page.text
        assert "You see their answers" in other.opens(FORM, status=403).text
        box = {"role": "sio", f"answer-{lesson_id(2)}": "applied", f"how-{lesson_id(2)}": "x"}
        other.sends(FORM, box, status=403)
        assert set(rows(house)) == {(1, "sio")}
    assert person("lead", "lena").opens(f"/briefings/{PACK}").link("Answer now") == FORM, (
        "they stand in for one another"
    )


def test_one_lead_cannot_answer_as_the_other(sid: Person, lou: Person, house: House) -> None:
    page = lou.opens(f"{FORM}?role=sio")
    assert page.headings == ["Answer as LRO"]
    box = {
        **hidden(page),
        "role": "sio",
        f"answer-{lesson_id(1)}": "applied",
        f"how-{lesson_id(1)}": "x",
    }
    lou.sends(FORM, box, status=403)
    assert rows(house) == {}


def test_a_briefing_that_i_may_not_read_is_not_there(house: House, person: Someone) -> None:
    issued(house, marking="official_sensitive")
    other = person("officer", "someone")
    for id in (PACK, "B-2026-99999", "L-2026-00001", "nonsense"):
        other.opens(f"/briefings/{id}/answers", status=404)
    other.sends(FORM, {"role": "sio"}, status=404)


def test_a_lesson_that_i_may_not_read_is_in_no_row_and_no_count(
    house: House, person: Someone
) -> None:
    issued(house)
    stored = house.library.records.get(lesson_id(3))
    restricted = stored.record.with_(
        title=SECRET, marking="official_sensitive", restricted_because="Live"
    )
    house.library.save(User("rev", Role.REVIEWER), "edit", restricted, expected=1)
    sid = person("officer", "sid")
    page = sid.opens(FORM)
    for gone in (TITLES[2], SECRET, lesson_id(3)):
        assert gone not in page.html
    box = {
        **hidden(page),
        "role": "sio",
        f"answer-{lesson_id(3)}": "applied",
        f"how-{lesson_id(3)}": "x",
    }
    sid.sends(FORM, {**box, f"answer-{lesson_id(1)}": "applied", f"how-{lesson_id(1)}": "Runner"})
    assert set(rows(house)) == {(1, "sio")}
    answers(sid, answer_2="applied", how_2="Two each")
    panel = sid.opens(f"/briefings/{PACK}").html.split('id="answers"')[1].split("</section>")[0]
    assert lesson_id(3) not in panel and "every lesson answered" in panel


# --- at the door ------------------------------------------------------------------------------------
def keeps(house: House, by: str, role: Role, *answered: dict[str, str]) -> None:
    stored = house.library.records.get(PACK)
    changed = stored.record.with_(answers=answered)
    house.library.save(User(by, role), "answer", changed, expected=stored.revision.number)


def row(role: str, answer: str = "applied", outcome: str = "") -> dict[str, str]:
    given = {"lesson": lesson_id(1), "role": role, "answer": answer, "outcome": outcome}
    return {name: words for name, words in given.items() if words}


def test_the_door_keeps_the_rows_of_a_role_to_those_who_have_it(house: House) -> None:
    issued(house)
    keeps(house, "sid", Role.OFFICER, row("sio"))
    both = (row("lro"), row("sio"))
    for by, role, rows_ in (
        ("sid", Role.OFFICER, both),
        ("ada", Role.ADMIN, ()),
        ("someone", Role.REVIEWER, (row("sio", "not_relevant"),)),
        ("Lou", Role.OFFICER, ()),
        ("Lou", Role.OFFICER, (row("sio"), row("sio", "not_relevant"))),
        ("sid", Role.OFFICER, (row("sio"), row("chief"))),
        ("someone", Role.PARTNER, (row("sio"), row("debrief", "", "worked"))),
    ):
        with pytest.raises(NotAllowed):
            keeps(house, by, role, *rows_)
    keeps(house, "LOU", Role.OFFICER, *both)
    keeps(house, "someone", Role.OFFICER, *both, row("debrief", "", "worked"))
    assert set(rows(house)) == {(1, "sio"), (1, "lro"), (1, "debrief")}


def test_a_pack_is_not_issued_with_answers_of_others(house: House) -> None:
    add(house, operation(), *(lesson(n, t) for n, t in enumerate(TITLES, 1)))
    with pytest.raises(NotAllowed):
        house.library.save(
            User("someone", Role.OFFICER), "brief", pack(answers=(row("sio"),)), expected=0
        )
    house.library.save(User("someone", Role.OFFICER), "brief", pack(), expected=0)


def test_a_race_that_never_ends_is_told(
    sid: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*_: Any, **__: Any) -> Any:
        raise StaleWrite(PACK)

    monkeypatch.setattr(house.library.records, "put", always)
    with pytest.raises(StaleWrite):
        user = house.accounts.get("sid").user
        seen = seen_by(answering.sheet(house.library, user, PACK), "sio")
        answering.answer(
            house.library, user, PACK, "sio", {lesson_id(1): Given("applied", "x")}, seen=seen
        )


# --- in its place on the page of the pack -----------------------------------------------------------
def test_a_lesson_is_called_as_it_was_issued(sid: Person, house: House) -> None:
    now = house.library.records.get(lesson_id(1))
    renamed = now.record.with_(title="Name two runners")
    house.library.save(SYSTEM, "edit", renamed, expected=now.revision.number)
    answers(sid, answer_2="applied", how_2="Runner two")
    form = sid.opens(FORM).text
    assert TITLES[0] in form and "Name two runners" not in form
    panel = sid.opens(f"/briefings/{PACK}").html
    panel = panel[panel.index('id="answers"') :]
    assert TITLES[0] in panel and "Name two runners" not in panel


def test_what_is_left_to_answer_stands_above_the_lessons_for_whoever_answers(
    sid: Person, person: Someone
) -> None:
    def above(who: Person) -> str:
        html = who.opens(f"/briefings/{PACK}").html
        return Page(html[: html.index("app-brief-heading")]).text

    assert "3 lessons wait for your answer as SIO" in above(sid)
    answers(sid, answer_1="applied", how_1="In the order", answer_2="not_relevant", how_2="No")
    assert "1 lesson waits for your answer as SIO" in above(sid)
    answers(sid, answer_3="applied", how_3="Letters on the day")
    for who in (sid, person("officer", "ola")):
        assert "Answer now" not in above(who) and "wait" not in above(who)


def test_a_ready_reason_fills_the_box_that_was_left_empty(sid: Person, house: House) -> None:
    answers(sid, answer_1="not_relevant", ready_1="other_place", answer_2="not_relevant",
            how_2="Own words", ready_2="not_in_plan")  # fmt: skip
    assert rows(house)[1, "sio"]["how"] == "Another kind of place"
    assert rows(house)[2, "sio"]["how"] == "Own words"


def test_a_reason_that_is_not_in_the_list_fills_nothing(sid: Person, house: House) -> None:
    told = answers(sid, status=422, answer_1="not_relevant", ready_1="nonsense").text
    assert "Lesson 1: say in a few words why it does not fit." in told and not rows(house)


def test_no_answer_is_asked_of_a_lesson_that_is_retired(sid: Person, house: House) -> None:
    now = house.library.records.get(lesson_id(2))
    gone = now.record.with_(state="retired")
    house.library.save(SYSTEM, "retire", gone, expected=now.revision.number)
    assert TITLES[1] not in sid.opens(FORM).text
    page = sid.opens(f"/briefings/{PACK}").text
    assert "2 lessons wait for your answer" in page and "Nobody has answered yet." in page


def test_the_history_says_answers_in_words_each_on_its_line_by_reference(
    sid: Person, house: House
) -> None:
    answers(sid, answer_1="applied", how_1="Runner named", answer_2="not_relevant", how_2="No vans")
    told = sid.opens(f"/briefings/{PACK}/history").html
    said = f"{lesson_id(1)} · SIO · Applied · Runner named\n{lesson_id(2)} · SIO · Not relevant"
    assert said in told and TITLES[0] not in told and "not_relevant" not in told
