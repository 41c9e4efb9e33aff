"""After the operation: its debrief asks what became of the lessons that were briefed, and the briefing keeps it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import Busy, SearchUnavailable
from lessons.domain.query import Uses
from lessons.domain.record import Kind, Record
from lessons.library.briefed import lessons_briefed, tell_outcomes
from lessons.services import capture
from tests.brief.answers_kit import (
    ISSUED,
    NAME,
    OPERATION,
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
from tests.capture.conftest import NEW, Officer, become_officer, form, records
from tests.people import Page, Person

Someone = Callable[..., Person]
SECTION = "Lessons you were briefed with"


def told(**outcomes: str) -> dict[str, Any]:
    """A debrief of the operation that tells of these lessons: `_1="worked"`."""
    said = {f"briefed-{lesson_id(int(n[1:]))}": key for n, key in outcomes.items()}
    return {**form(operation_name=NAME), **said}


def ticked(page: Page) -> dict[str, str]:
    return {
        b["name"].removeprefix("briefed-"): b["value"]
        for b in page.boxes
        if b.get("name", "").startswith("briefed-") and "checked" in b
    }


@pytest.fixture
def officer(app: Flask, house: House, person: Someone) -> Officer:
    issued(house)
    return become_officer(app, person("officer", "ola"))


def begins(officer: Officer) -> Page:
    officer.page = officer.opens(f"{NEW}?fresh&operation_name={NAME.replace(' ', '+')}")
    return officer.page


# --- the form ---------------------------------------------------------------------------------------
def test_the_debrief_form_opens_with_the_lessons_that_were_briefed(
    officer: Officer, house: House
) -> None:
    page = officer.opens(
        officer.opens(f"/operations/{OPERATION}").link("Send a debrief for this operation")
    )
    officer.page = page
    assert f"{SECTION} (3)" in page.text
    assert page.text.index(SECTION) < page.text.index("What should others learn?")
    assert ticked(page) == {lesson_id(n): "" for n in (1, 2, 3)}, (
        "nothing to tell, unless somebody says so"
    )
    page = officer.fills(told(_1="worked", _2="happened_again"))
    assert page.headings[0].startswith("Debrief sent")
    assert rows(house) == {
        (1, "debrief"): {"outcome": "worked"},
        (2, "debrief"): {"outcome": "happened_again"},
    }
    assert house.library.records.get(PACK).revision.verb == "outcome"
    page = officer.opens(f"/briefings/{PACK}")
    assert "We did it, and it worked" in page.text and "It happened again" in page.text


def test_a_debrief_of_nothing_that_was_briefed_asks_nothing(officer: Officer, house: House) -> None:
    assert SECTION not in officer.begins().text
    page = officer.fills(form(operation_name="Operation Example Birch"))
    assert SECTION not in page.text
    assert rows(house) == {}


def test_a_draft_keeps_what_was_told_and_the_name_may_come_later(
    officer: Officer, house: House
) -> None:
    officer.begins()
    page = officer.fills(form(operation_name=NAME), press="save")
    assert SECTION in page.text
    officer.fills(told(_2="did_not_help", _3=""), press="save")
    page = officer.opens(f"{NEW}?draft={officer.page.hidden['draft']}")
    assert ticked(page) == {lesson_id(1): "", lesson_id(2): "did_not_help", lesson_id(3): ""}
    assert rows(house) == {}, "nothing is told before it is sent"
    page = officer.fills({**told(_2="did_not_help"), "happened": ""}, status=422)
    assert ticked(page)[lesson_id(2)] == "did_not_help", (
        "and nothing that was said is lost by a mistake elsewhere"
    )


def test_two_devices_see_what_the_other_told(officer: Officer) -> None:
    begins(officer)
    first = officer.page
    officer.fills(told(_1="worked"), press="save")
    officer.page = first
    page = officer.fills(told(_1="happened_again"), press="save", status=409)
    assert f"{SECTION} We did it, and it worked" in page.text


def test_whoever_did_not_see_the_question_is_asked_after_sending(
    officer: Officer, house: House
) -> None:
    officer.begins()
    page = officer.fills(form(operation_name=NAME))
    assert page.headings[0].startswith("Debrief sent") and SECTION in page.text
    address = officer.response.request.path.removesuffix("/sent") + "/briefed"
    page = officer.sends(
        address, {f"briefed-{lesson_id(1)}": "worked", f"briefed-{lesson_id(2)}": ""}
    )
    assert "What became of these lessons is kept with the briefing." in page.text
    assert f"{SECTION} (2)" in page.text
    assert rows(house) == {(1, "debrief"): {"outcome": "worked"}}
    officer.sends(
        address,
        {
            "briefed-L-2026-00001": "nonsense",
            "briefed-D-2026-00001": "worked",
            "briefed-": "worked",
        },
    )
    assert set(rows(house)) == {(1, "debrief")}


def test_a_later_debrief_is_told_what_was_told_and_may_say_otherwise(
    officer: Officer, house: House
) -> None:
    begins(officer)
    officer.fills(told(_1="worked", _2="worked"))
    page = begins(officer)
    assert page.text.count("Told already: We did it, and it worked") == 2
    officer.fills(told(_1="did_not_help"))
    assert rows(house)[1, "debrief"] == {"outcome": "did_not_help"}
    assert rows(house)[2, "debrief"] == {"outcome": "worked"}, "to tell nothing takes nothing back"


def test_what_happened_again_is_offered_at_the_learning_point(
    officer: Officer, house: House
) -> None:
    """So that the reviewer, who alone reopens what was learned, finds the two beside each other."""
    begins(officer)
    page = officer.fills(told(_2="happened_again"), press="save")
    box = "points-0-seen_before"
    assert next(b["value"] for b in page.boxes if b.get("name") == box) == lesson_id(2)
    assert "Said to have happened again" in page.text
    officer.fills({**told(_2="happened_again"), box: lesson_id(2)})
    (new,) = [r for r in records(house, Kind.LESSON) if r.line("state") == "sent"]
    assert new.keys("seen_before") == (lesson_id(2),)


def test_what_happened_again_is_offered_after_sending_as_well(
    officer: Officer, house: House
) -> None:
    begins(officer)
    page = officer.fills(told(_2="happened_again"))
    (new,) = [r for r in records(house, Kind.LESSON) if r.line("state") == "sent"]
    assert lesson_id(2) in [b["value"] for b in page.boxes if b.get("name") == new.id]
    stored = house.library.records.get(lesson_id(2))
    hidden = stored.record.with_(marking="official_sensitive", restricted_because="Live")
    house.library.save(SYSTEM, "edit", hidden, expected=1)
    page = officer.opens(officer.response.request.path)
    assert lesson_id(2) not in page.html and TITLES[1] not in page.html


# --- once, whatever breaks ---------------------------------------------------------------------------
def test_sent_twice_it_is_told_once(officer: Officer, house: House) -> None:
    page = begins(officer)
    officer.fills(told(_1="worked"))
    officer.page = page
    officer.fills(told(_1="worked"))
    assert len(records(house, Kind.DEBRIEF)) == 1
    assert house.library.records.get(PACK).revision.number == 2


def test_what_broke_off_half_way_is_ended_by_sending_again(
    officer: Officer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine dies after the debrief was kept and before the briefing heard of it."""
    begins(officer)
    with monkeypatch.context() as broken:
        broken.setattr(capture.sending, "tell", dies)
        officer.fills(told(_1="worked"), status=503)
    assert len(records(house, Kind.DEBRIEF)) == 1 and rows(house) == {}
    page = officer.fills(told(_1="worked"))
    assert page.headings[0].startswith("Debrief sent")
    assert len(records(house, Kind.DEBRIEF)) == 1
    assert rows(house) == {(1, "debrief"): {"outcome": "worked"}}


def dies(*_: Any) -> None:
    raise Busy()


def test_a_lead_who_answers_meanwhile_loses_nothing(
    officer: Officer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, other = house.library.records.put, iter([True])

    def late(record: Record, **how: Any) -> Any:
        if record.kind is Kind.BRIEFING and next(other, False):
            now = house.library.records.get(PACK)
            row = {"lesson": lesson_id(1), "role": "sio", "answer": "applied", "how": "Runner"}
            house.library.save(
                User("sid", Role.OFFICER), "answer", now.record.with_(answers=(row,)), expected=1
            )
        return put(record, **how)

    monkeypatch.setattr(house.library.records, "put", late)
    begins(officer)
    officer.fills(told(_1="worked"))
    assert rows(house) == {
        (1, "sio"): {"answer": "applied", "how": "Runner"},
        (1, "debrief"): {"outcome": "worked"},
    }


def test_each_lesson_is_told_of_in_the_latest_briefing_that_holds_it(
    officer: Officer, house: House
) -> None:
    add(
        house,
        lesson(4, "Carry paper maps"),
        pack("B-2026-00002", (3, 4), issued=ISSUED + timedelta(days=1)),
    )
    add(
        house,
        pack("B-2026-00003", (1,), operation="O-2026-00009", issued=ISSUED + timedelta(days=2)),
    )
    begins(officer)
    officer.fills(told(_1="worked", _3="worked", _4="worked"))
    assert set(rows(house)) == {(1, "debrief")}
    assert set(rows(house, "B-2026-00002")) == {(3, "debrief"), (4, "debrief")}
    assert rows(house, "B-2026-00003") == {}


def test_without_search_the_question_is_asked_and_kept_all_the_same(
    officer: Officer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resting(*_: Any, **__: Any) -> Any:
        raise SearchUnavailable()

    monkeypatch.setattr(house.library.index, "ledger", resting)
    by = User("ola", Role.OFFICER)
    assert [each.lesson.title for each in lessons_briefed(house.library, by, OPERATION)] == list(
        TITLES
    )
    tell_outcomes(house.library, by, OPERATION, {lesson_id(1): "worked"})
    assert rows(house) == {(1, "debrief"): {"outcome": "worked"}}


# --- who may not ------------------------------------------------------------------------------------
def test_nothing_is_asked_or_told_of_what_i_may_not_read(
    officer: Officer, house: House, person: Someone
) -> None:
    secret = {"marking": "official_sensitive", "restricted_because": "Live"}
    add(
        house, lesson(5, SECRET, **secret), pack("B-2026-00005", (5,), title="Hidden day", **secret)
    )
    stored = house.library.records.get(lesson_id(2))
    house.library.save(SYSTEM, "edit", stored.record.with_(title=SECRET, **secret), expected=1)
    page = begins(officer)
    assert f"{SECTION} (2)" in page.text
    for gone in (SECRET, lesson_id(2), lesson_id(5), "Hidden day"):
        assert gone not in page.html
    officer.fills(told(_1="worked", _2="worked", _5="worked"))
    assert rows(house) == {(1, "debrief"): {"outcome": "worked"}}
    assert rows(house, "B-2026-00005") == {}
    lead = become_officer(officer.app, person("lead", "lena"))
    assert f"{SECTION} (4)" in begins(lead).text


def test_only_the_author_of_a_debrief_tells_for_it(
    officer: Officer, house: House, person: Someone
) -> None:
    officer.begins()
    officer.fills(form(operation_name=NAME))
    address = officer.response.request.path.removesuffix("/sent") + "/briefed"
    box = {f"briefed-{lesson_id(1)}": "worked"}
    person("reviewer", "rae").sends(address, box, status=403)
    person("officer", "another").sends(address, box, status=404)
    assert rows(house) == {}


# --- what comes of it -------------------------------------------------------------------------------
def shown(page: Page) -> str:
    """What the page of a lesson says of its briefings."""
    return (
        Page(page.html.split('id="uses"')[1].split("</section>")[0]).text
        if 'id="uses"' in page.html
        else ""
    )


def test_a_lesson_says_how_often_it_was_briefed_and_what_came_of_it(
    officer: Officer, house: House
) -> None:
    begins(officer)
    officer.fills(told(_1="worked", _2="happened_again"))
    page = officer.opens(f"/lessons/{lesson_id(1)}")
    assert "Briefed 1 time" in shown(page) and "Worked 1 time" in shown(page)
    assert "ola" not in shown(page) and NAME not in shown(page)
    assert "Happened again 1 time" in shown(officer.opens(f"/lessons/{lesson_id(2)}"))
    page = officer.opens("/search?q=spare+batteries")
    assert "Happened again 1 time" in page.text


def test_who_may_not_read_the_briefing_is_told_nothing_of_it(house: House, person: Someone) -> None:
    issued(house, marking="official_sensitive", restricted_because="Live")
    lead, officer = person("lead", "lena"), person("officer", "ola")
    tell_outcomes(house.library, User("lena", Role.LEAD), OPERATION, {lesson_id(1): "worked"})
    address = f"/lessons/{lesson_id(1)}"
    assert "Worked 1 time" in shown(lead.opens(address))
    for page in (
        officer.opens(address),
        officer.opens(f"{address}/history"),
        officer.opens("/search?q=runner"),
    ):
        for gone in ("Briefed", "Worked 1", "Applied", PACK):
            assert gone not in page.html
    keys = {
        User("ola", Role.OFFICER): Uses(),
        User("lena", Role.LEAD): Uses(briefed=1, applied=1, worked=1),
    }
    assert {by: house.library.uses(by, lesson_id(1)) for by in keys} == keys


def test_a_lesson_that_was_never_briefed_says_nothing_of_it(officer: Officer, house: House) -> None:
    add(house, lesson(9, "Carry a torch"))
    assert shown(officer.opens(f"/lessons/{lesson_id(9)}")) == ""


def test_the_right_people_hear_of_it(house: House, person: Someone) -> None:
    """A reviewer reopens what was learned, nobody else."""
    said = ("worked", "did_not_help", "happened_again", "happened_again")
    states = ("learned", "learned", "identified", "learned")
    titles = ("One worked", "Two did not help", "Three came back", "Four came back though learned")
    held = [
        lesson(n, t, state=s, owner="owen")
        for n, (t, s) in enumerate(zip(titles, states, strict=True), 1)
    ]
    add(house, operation(), *held, pack(lessons=(1, 2, 3, 4)))
    olly, owen, rae = person("officer", "olly"), person("lead", "owen"), person("reviewer", "rae")
    outcomes = {lesson_id(n): outcome for n, outcome in enumerate(said, 1)}
    for _ in range(2):
        tell_outcomes(house.library, User("ola", Role.OFFICER), OPERATION, outcomes)
    events = {"briefed_worked": 1, "briefed_not_helped": 2, "briefed_again": 3}
    heard = {
        who.name: sorted(
            (n.about, n.event)
            for n in house.outbox.for_person(who.name, limit=50)
            if n.event in events
        )
        for who in (olly, owen, rae)
    }
    every = [
        (lesson_id(n), f"briefed_{e}")
        for n, e in enumerate(("worked", "not_helped", "again", "again"), 1)
    ]
    assert heard == {"olly": every, "owen": every[1:], "rae": every[3:]}
    assert "applied it, and it did not help." in owen.opens("/account/notices").text
    assert "Check whether the change has lasted." in rae.opens("/account/notices").text
    assert [house.library.records.get(each.id).record.line("state") for each in held] == list(
        states
    )
    assert "It happened again: reopen" in rae.opens(f"/lessons/{lesson_id(4)}").text
