"""Pursue beside prevent and protect on the page of an operation, and each lead told when the other adds something."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House, build_house
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from lessons.services import telling
from tests.brief.answers_kit import NAME, OPERATION, PACK, add, lesson_id, operation, pack
from tests.brief.answers_kit import lesson as a_lesson
from tests.conftest import CHEAP
from tests.people import PASSWORD, Page, Person, account
from tests.telling.post_office import PostOffice

People = Callable[..., Person]
ADDRESS = f"/operations/{OPERATION}"


def record(kind: Kind, n: int, title: str, **fields: Any) -> Record:
    given = {"title": title, "marking": "official", "author": "olly", **fields}
    return Record(f"{kind.letter}-2026-{n:05d}", kind, fields=given)


def half(page: Page, side: str) -> str:
    """The words of one column."""
    start = page.html.index(f'<section class="app-half" aria-labelledby="half-{side}"')
    return Page(page.html[start : page.html.index("</section>", start)]).text


def of_both_sides(house: House) -> None:
    """Learning of pursue, of protect, of both, and of no strand."""
    here = {"operation": OPERATION}
    add(
        house, operation(lro="Lou"),
        a_lesson(1, "Pursue lesson", four_p=("pursue",), **here),
        a_lesson(2, "Protect lesson", four_p=("protect",), **here),
        a_lesson(3, "Lesson of both", four_p=("prevent", "pursue"), **here),
        a_lesson(4, "Lesson of none", **here),
        record(Kind.EVALUATION, 1, "Evaluation of visits", four_p=("prevent",), activity=OPERATION,
               due=date(2026, 9, 1)),
        record(Kind.ACTION, 1, "Put it into the order", of=(lesson_id(1),), owner="sid"),
        record(Kind.ACTION, 2, "Visit all tenants", of=(lesson_id(2), lesson_id(1)), owner="lou"),
        pack(lessons=(1, 2), four_p=("pursue", "protect"), answers=(
            {"lesson": lesson_id(1), "role": "sio", "answer": "applied"},
            {"lesson": lesson_id(2), "role": "sio", "answer": "not_yet"})),
    )  # fmt: skip


# --- the page ---------------------------------------------------------------------------------------
def test_both_leads_stand_side_by_side_with_what_came_of_their_side(
    house: House, person: People
) -> None:
    of_both_sides(house)
    page = person("officer").opens(ADDRESS)
    pursue, response, unsaid = (half(page, side) for side in ("pursue", "response", "unsaid"))
    assert pursue.startswith("Pursue — SIO: sid (5)")
    assert "Lessons (2)" in pursue and "Pursue lesson" in pursue and "Lesson of both" in pursue
    assert "Actions (2)" in pursue and "Protect lesson" not in pursue
    assert response.startswith("Prevent, protect and prepare — LRO: Lou (5)")
    assert "Protect lesson" in response and "Lesson of both" in response
    assert "Evaluation of visits" in response and "Due 1 September 2026" in response
    assert "Visit all tenants" in response and "Put it into the order" not in response
    for each in (pursue, response):
        assert "SIO: 1 lesson is not answered" in each
        assert "LRO: 2 lessons are not answered" in each
    assert unsaid.startswith("Not said yet (1)") and "Lesson of none" in unsaid
    assert page.link(f"{NAME}, search day") == f"/briefings/{PACK}"


def test_an_empty_side_says_so_and_a_missing_lead_can_be_named_by_those_who_may(
    house: House, person: People
) -> None:
    add(
        house,
        operation(lro=None),
        a_lesson(1, "Pursue lesson", four_p=("pursue",), operation=OPERATION),
    )
    page = person("officer").opens(ADDRESS)
    assert "LRO: nobody is named (0)" in half(page, "response")
    assert (
        "No prevent, protect or prepare learning that you may read has been recorded for this operation yet."
        in half(page, "response")
    )
    assert "Name the LRO" not in page.text and "Name the SIO" not in page.text
    assert "half-unsaid" not in page.html
    lead = person("analyst").opens(ADDRESS)
    assert lead.link("Name the LRO") == f"{ADDRESS}/edit#lro" and "Name the SIO" not in lead.text


def test_a_briefing_is_prepared_from_there_by_those_who_may(house: House, person: People) -> None:
    of_both_sides(house)
    lead = person("lead", "sid")
    assert "Prepare a briefing" in lead.opens(ADDRESS).text
    draft = lead.sends("/briefings/new", {"operation": OPERATION, "quick": "yes"})
    assert NAME in draft.text
    assert "Prepare a briefing" not in person("liaison").opens(ADDRESS).text


def test_what_is_closed_to_a_person_changes_no_word_and_no_count_of_the_page(
    house: House, person: People
) -> None:
    of_both_sides(house)
    officer = person("officer")
    without = officer.opens(ADDRESS).text
    closed = {"groups": ("merlin",), "restricted_because": "A live matter", "four_p": ("prevent",)}
    here = {"operation": OPERATION, **closed}
    add(
        house,
        a_lesson(8, "Hidden lesson", **here),
        a_lesson(9, "Not yet cleared", state="sent", operation=OPERATION, four_p=("protect",)),
        record(Kind.ACTION, 8, "Hidden action", of=(lesson_id(8),), owner="lou", **{
            n: v for n, v in closed.items() if n != "four_p"}),
        record(Kind.EVALUATION, 8, "Hidden evaluation", activity=OPERATION, **closed),
        pack("B-2026-00008", (8,), **closed),
    )  # fmt: skip
    stored = house.library.records.get(PACK)
    rows = (*stored.record.rows("lessons"), {"lesson": lesson_id(8), "revision": "1"})
    house.library.save(SYSTEM, "edit", stored.record.with_(lessons=rows), expected=1)
    assert officer.opens(ADDRESS).text == without
    member = half(person("lead", "mel", "merlin").opens(ADDRESS), "response")
    assert "(9)" in member and "Hidden lesson" in member and "LRO: 3 lessons" in member


# --- each is told of the other ----------------------------------------------------------------------
SID, LOU, OLLY, REV = (User(n, r) for n, r in (
    ("sid", Role.LEAD), ("lou", Role.LEAD), ("olly", Role.OFFICER), ("rev", Role.REVIEWER)
))  # fmt: skip


@pytest.fixture
def led(house: House) -> House:
    """An operation with two leads and a plan owner, who all have accounts."""
    for user in (SID, LOU, OLLY, REV, User("pat", Role.ANALYST)):
        house.accounts.add(account(user.name, user.role), PASSWORD)
    add(house, operation(lro="Lou", plan_owner="pat"))
    return house


def saves(house: House, by: User, verb: str, record: Record) -> None:
    now = house.library.records.versions(record.kind).get(record.id)
    expected = house.library.records.get(record.id).revision.number if now else 0
    house.library.save(by, verb, record, expected=expected)


def hears(house: House, name: str) -> list[str]:
    return [notice.event for notice in reversed(house.outbox.for_person(name, limit=50))]


def debrief(n: int = 1, **fields: Any) -> Record:
    given = {"operation": OPERATION, "operation_name": NAME, "occurred": date(2026, 5, 4),
             "debrief_type": "hot", "readers": ("sid", "lou"), **fields}  # fmt: skip
    return record(Kind.DEBRIEF, n, "Hot debrief", **given)


@pytest.mark.parametrize(
    ("by", "strands", "sid", "lou"),
    [
        (OLLY, ("protect",), ["lead_other_debrief"], []),
        (OLLY, ("pursue",), [], ["lead_other_debrief"]),
        (OLLY, ("pursue", "prevent"), ["lead_other_debrief"], ["lead_other_debrief"]),
        (OLLY, (), ["lead_any_debrief"], ["lead_any_debrief"]),
        (SID, ("protect",), [], ["lead_other_debrief"]),
        (LOU, (), ["lead_other_debrief"], []),
    ],
)
def test_a_debrief_is_told_to_the_other_side(
    led: House, by: User, strands: tuple[str, ...], sid: list[str], lou: list[str]
) -> None:
    saves(led, by, "send", debrief(four_p=strands))
    assert (hears(led, "sid"), hears(led, "lou")) == (sid, lou)
    assert hears(led, "pat") == hears(led, "olly") == []


def test_the_lead_reads_what_was_added_with_a_link_to_it_and_to_the_operation(
    house: House, person: People
) -> None:
    sid = person("lead", "sid")
    add(
        house,
        operation(),
        a_lesson(1, "Tell the neighbours", state="sent", four_p=("prevent",), operation=OPERATION),
    )
    accepted = house.library.records.get(lesson_id(1)).record.with_(
        state="observation", reviewer="rev", identified=None, scope="force", themes=("reassurance",)
    )  # fmt: skip
    house.accounts.add(account("rev", Role.REVIEWER), PASSWORD)
    house.library.save(REV, "accept", accepted, expected=1)
    page = sid.opens("/account/notices")
    assert "From the other lead’s side: a lesson of your operation was accepted." in page.text
    assert page.link("Tell the neighbours") == f"/lessons/{lesson_id(1)}"
    assert page.link(NAME) == ADDRESS


def test_evaluations_and_actions_are_told_once_each(led: House) -> None:
    begun = record(
        Kind.EVALUATION, 1, "Visits judged", activity=OPERATION, four_p=("protect",), author="lou"
    )
    saves(led, SYSTEM, "fall_due", begun)
    assert hears(led, "sid") == [], "what the machine enters is told by its due day"
    saves(led, LOU, "evaluation_written", begun.with_texts(objective="Fewer calls"))
    saves(
        led, LOU, "evaluation_written", begun.with_texts(objective="Fewer calls", theory="Visits")
    )
    assert hears(led, "sid") == ["lead_other_evaluation_begun"]
    whole = led.library.records.get(begun.id).record
    saves(led, LOU, "evaluation_finished", whole.with_(done=date(2026, 6, 1)))
    action = record(
        Kind.ACTION, 1, "Visit again", of=(begun.id,), owner="role: housing", author="lou"
    )
    saves(led, LOU, "agree", action)
    assert hears(led, "sid")[1:] == ["lead_other_evaluation_done", "lead_other_action"]
    assert hears(led, "lou") == [], "nobody is told what they did themselves"


def test_packs_their_answers_and_their_plan_are_told_to_both_leads_and_the_plan_owner(
    led: House,
) -> None:
    add(led, *(a_lesson(n, f"Lesson {n}", author="") for n in (1, 2, 3)))
    issued = pack(author="sid", four_p=("pursue",))
    saves(led, SID, "brief", issued)
    assert hears(led, "sid") == []
    assert hears(led, "lou") == ["lead_other_briefing"] and hears(led, "pat") == [
        "lead_any_briefing"
    ]

    def answered(*numbers: int) -> Record:
        rows = tuple(
            {"lesson": lesson_id(n), "role": "lro", "answer": "applied", "how": "On the sheet"}
            for n in numbers
        )
        return led.library.records.get(PACK).record.with_(answers=rows)

    for numbers in ((1,), (1, 2), (1, 2, 3)):
        saves(led, LOU, "answer", answered(*numbers))
    told = [event for event in hears(led, "sid") if event.startswith("lead_")]
    assert told == ["lead_other_answers"] * 2, "the first and the last, and nothing between"
    checked = led.library.records.get(PACK).record.with_(
        checks=({"check": "owner", "answer": "no"},)
    )
    saves(led, OLLY, "check_plan", checked)
    assert (
        hears(led, "sid")[-1] == hears(led, "lou")[-1] == hears(led, "pat")[-1] == "lead_any_checks"
    )
    anew = led.library.records.get(PACK).record.with_(
        version=2, issued=datetime(2026, 5, 4, 9, tzinfo=UTC), checks=None
    )  # fmt: skip
    saves(led, SID, "brief_again", anew)
    assert hears(led, "lou")[-1] == "lead_other_briefing_again"


def test_nobody_hears_of_imports_of_what_is_closed_to_them_or_after_they_have_left(
    led: House,
) -> None:
    admin = User("adam", Role.ADMIN)
    led.library.save_many(admin, "import", [Change(a_lesson(1, "One", operation=OPERATION), 0)])
    saves(led, admin, "import", debrief(1, four_p=("protect",)))
    closed = {"groups": ("merlin",), "restricted_because": "A live matter"}
    saves(led, OLLY, "send", debrief(2, four_p=("protect",), readers=(), **closed))
    assert hears(led, "sid") == hears(led, "lou") == []
    led.accounts.change("sid", disabled=True)
    saves(led, OLLY, "send", debrief(3, four_p=("protect",)))
    assert hears(led, "sid") == []


def test_an_operation_that_was_closed_meanwhile_is_not_told_of(
    house: House, person: People
) -> None:
    sid = person("lead", "sid")
    add(house, operation())
    saves(house, OLLY, "send", debrief(four_p=("protect",)))
    assert "a debrief of your operation" in sid.opens("/account/notices").text
    entry = house.library.records.get(OPERATION)
    shut = entry.record.with_(groups=("merlin",), restricted_because="A live matter")
    house.library.save(SYSTEM, "edit", shut, expected=1)
    told = sid.opens("/account/notices").text
    assert NAME not in told and "your operation" not in told


def test_several_lessons_within_minutes_are_told_as_one(house: House, person: People) -> None:
    sid = person("lead", "sid")
    house.accounts.add(account("rev", Role.REVIEWER), PASSWORD)
    add(house, operation(), *(
        a_lesson(n, f"Lesson {n}", state="sent", four_p=("protect",), operation=OPERATION) for n in (1, 2, 3)
    ))  # fmt: skip
    for n in (1, 2, 3):
        now = house.library.records.get(lesson_id(n)).record
        house.library.save(REV, "accept", now.with_(state="observation", reviewer="rev", scope="force",
                                                    themes=("reassurance",)), expected=1)  # fmt: skip
    page = sid.opens("/account/notices")
    assert "3 records" in page.text
    assert page.text.count("a lesson of your operation was accepted") == 1


def test_a_mail_says_it_as_the_account_says_and_names_nothing_above_official(
    content: Path, tmp_path: Path
) -> None:
    with closing(PostOffice()) as post:
        settings = {
            "CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance", "MAIL_URL": post.url,
            "MAIL_FROM": "Lessons <lessons@force.example>", "BASE_URL": "https://lessons.force.example",
        }  # fmt: skip
        with closing_house(settings) as house:
            add(house, operation())
            for n, marking in ((1, "official"), (2, "official_sensitive")):
                saves(house, LOU, "evaluation_begun", record(
                    Kind.EVALUATION, n, f"Evaluation {n}", activity=OPERATION, four_p=("protect",),
                    marking=marking, restricted_because="A live matter"))  # fmt: skip
            house.mailroom.deliver()
        [letter] = post.letters
    text = letter.get_content()
    assert "From the other lead’s side: an evaluation for your operation was begun." in text
    assert "Evaluation 1" in text and "Evaluation 2" not in text and NAME not in text


@contextmanager
def closing_house(settings: dict[str, Any]) -> Iterator[House]:
    """Two leads, of whom the SIO hears by mail at once."""
    house = build_house(settings, cost=CHEAP)
    house.library.rebuild()
    for user in (SID, LOU):
        house.accounts.add(account(user.name, user.role), PASSWORD)
    telling.choose(
        house.accounts, house.outbox, house.library, SID, mail="sid@force.example", told="at_once", language="en"
    )  # fmt: skip
    yield house
    house.database.close()
