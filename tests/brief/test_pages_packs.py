"""A pack that was issued: read as it was, told what changed since, made anew; and the list of all of them."""

from collections.abc import Callable

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind
from lessons.services import people
from tests.brief.pages_kit import (
    DOOR,
    NAME,
    OP,
    OTHER,
    RADIO,
    SHEET,
    TITLES,
    add,
    address,
    begin,
    change,
    lesson,
    lessons_in,
    operation,
    pack_of,
    press,
    stocked,
)
from tests.people import Person

Someone = Callable[..., Person]


@pytest.fixture
def lead(house: House, person: Someone) -> Person:
    stocked(house)
    return person("lead")


@pytest.fixture
def pack(lead: Person) -> str:
    """The address of a pack with three lessons."""
    press(lead, begin(lead, operation=OP), "issue", **{f"note_{RADIO}": "Test it at the gate."})
    return f"/briefings/{pack_of(lead)}"


# --- since ---------------------------------------------------------------------------------------------
def test_each_lesson_stands_in_the_words_that_were_issued_and_its_page_tells_what_changed(
    lead: Person, pack: str, house: House
) -> None:
    assert "Changed since it was issued" not in lead.opens(pack).text
    change(house, DOOR, title="Carry two batteries", texts={"action": "Two, both charged."})
    page = lead.opens(pack)
    assert "Changed since it was issued" in page.text
    assert TITLES[DOOR] in page.text
    assert "Carry two batteries" not in page.html[: page.html.index("</article>")]
    assert page.link("See what changed") == f"/lessons/{DOOR}/history"


def test_a_lesson_retired_or_merged_since_says_what_took_its_place(
    lead: Person, pack: str, house: House
) -> None:
    change(house, DOOR, state="retired", replaced_by=OTHER)
    change(house, SHEET, state="merged", replaced_by=OTHER)
    page = lead.opens(pack)
    assert "It has been retired since" in page.text
    assert "It has been merged into another lesson since" in page.text
    assert page.link(TITLES[OTHER]) == f"/lessons/{OTHER}"


def test_a_lesson_restricted_since_is_told_without_a_word_of_it(
    lead: Person, pack: str, house: House
) -> None:
    change(house, RADIO, groups=("gold",))
    _info, secret = people.add_token(house.accounts, house.library, SYSTEM, "k", "lead", 1)
    for path in (pack, f"{pack}/history", f"/api/v1{pack}"):
        answer = lead.client.get(path, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200, path
        html = answer.text
        assert TITLES[RADIO] not in html, path
        assert RADIO not in html, path
        assert "Test it at the gate." not in html, path
    assert "A lesson of this pack is no longer open to you." in lead.opens(pack).text


def test_words_destroyed_since_are_gone_from_the_pack(
    lead: Person, pack: str, house: House
) -> None:
    change(house, RADIO, title="Agree the channel")
    house.library.redact(SYSTEM, RADIO, 1, "asked for")
    page = lead.opens(pack)
    assert TITLES[RADIO] not in page.text
    assert "Agree the channel" in page.text
    assert "have been destroyed" in page.text
    house.library.purge(SYSTEM, RADIO, "asked for")
    assert "A lesson of this pack is no longer open to you." in lead.opens(pack).text


def test_who_issued_it_is_told_to_whom_authors_are_told(
    lead: Person, pack: str, person: Someone
) -> None:
    boss = person("lead", "second")
    assert ", lead" in lead.opens(pack).text
    assert ", lead" not in boss.opens(pack).text.replace("Versions", "")


# --- versions ------------------------------------------------------------------------------------------
def again(who: Person, pack: str) -> object:
    who.opens(pack)
    return who.sends(f"{pack}/again", {})


def test_a_new_version_keeps_the_answers_of_lessons_still_in_it_and_the_old_one_as_it_was(
    lead: Person, pack: str, house: House
) -> None:
    id = pack.rsplit("/", 1)[1]
    answers = tuple(
        {"lesson": lesson, "role": "sio", "answer": "applied", "how": "Done"}
        for lesson in (RADIO, SHEET)
    )
    change(house, id, verb="answer", answers=answers)
    lead.opens(pack)
    draft = lead.sends(f"{pack}/again", {})
    assert "Draft of version 2" in draft.text
    assert "Test it at the gate." in draft.html
    draft = press(lead, draft, f"remove:{SHEET}")
    page = press(lead, draft, "issue", note="Now with dogs.")
    assert "Version 2" in page.text
    record = house.library.records.get(id).record
    assert record.number("version") == 2
    assert [row["lesson"] for row in record.rows("answers")] == [RADIO]
    assert house.library.records.get(id).revision.verb == "brief_again"
    old = lead.opens(f"{pack}/versions/1")
    assert SHEET in lessons_in(old)
    assert "Now with dogs." not in old.text
    assert "This is an earlier version" in old.text
    assert lead.opens(f"{pack}/versions/2").headings == [NAME]
    lead.opens(f"{pack}/versions/3", status=404)
    assert len(house.library.records.versions(Kind.BRIEFING)) == 1


def test_two_at_once_the_second_is_told_and_keeps_the_words(
    lead: Person, pack: str, person: Someone
) -> None:
    other = person("lead", "second")
    mine, theirs = [w.opens(pack) and w.sends(f"{pack}/again", {}) for w in (lead, other)]
    press(other, theirs, "issue", note="Theirs")
    told = press(lead, mine, "issue", status=409, note="Mine")
    assert "somebody issued version 2 of this pack while you worked" in told.text
    assert "Mine" in told.html
    assert "Issue version 3" in told.text
    page = press(lead, told, "issue")
    assert "Version 3" in page.text
    assert "Mine" in page.text
    assert "Theirs" in lead.opens(f"{pack}/versions/2").text


def test_a_new_version_says_nothing_of_a_lesson_that_is_not_mine_to_read_and_keeps_it(
    house: House, person: Someone
) -> None:
    stocked(house)
    add(house, lesson("L-2026-00008", "Quicksilver", groups=("gold",)))
    inside, outside = person("lead", "inside", "gold"), person("lead", "outside")
    draft = press(inside, begin(inside, operation=OP), "add:L-2026-00008")
    press(inside, draft, "issue", **{"note_L-2026-00008": "Quicksilver note"})
    id = pack_of(inside)
    outside.opens(f"/briefings/{id}")
    draft = outside.sends(f"/briefings/{id}/again", {})
    assert "Quicksilver" not in draft.html
    assert "L-2026-00008" not in draft.html
    page = press(outside, draft, "issue", note="Second")
    assert "Quicksilver" not in page.html
    assert "no longer open" not in page.text
    assert "Quicksilver note" in inside.opens(f"/briefings/{id}").text


# --- the list ------------------------------------------------------------------------------------------
def test_the_list_shows_mine_then_what_waits_for_answers_then_all(
    lead: Person, pack: str, person: Someone, house: House
) -> None:
    id = pack.rsplit("/", 1)[1]
    begin(lead, operation="Friday doors", plan="Two doors")
    yours = lead.opens("/briefings")
    assert NAME in yours.text
    assert "Go on with the pack: Friday doors" in yours.text
    officer = person("officer")
    empty = officer.opens("/briefings")
    assert "No pack of yours has been issued yet" in empty.text
    assert empty.link("Show all") == "/briefings?tab=all"
    assert NAME in officer.opens("/briefings?tab=open&threat=drugs&words=alder").text
    assert NAME not in officer.opens("/briefings?tab=open&threat=fraud").text
    rows = house.library.records.get(id).record.rows("lessons")
    given = tuple({"lesson": r["lesson"], "role": "lro", "answer": "applied"} for r in rows)
    change(house, id, verb="answer", answers=given)
    assert NAME not in officer.opens("/briefings?tab=open").text
    assert "Answered" in officer.opens("/briefings?tab=all&page=99").text


def test_a_lead_without_an_operation_finds_the_way(person: Someone, house: House) -> None:
    page = person("lead").opens("/")
    assert page.link("Prepare a briefing") == "/briefings/new"
    add(house, operation(ended=house.library.today))
    assert "Get the lessons" not in person("lead", "late").opens("/").text


def test_a_note_that_is_too_long_is_told_at_its_box_with_every_word_in_it(lead: Person) -> None:
    long = "word " * 250
    held = press(lead, begin(lead, operation=OP), "issue", status=422, **{f"note_{DOOR}": long})
    assert "A note takes at most 1,000 characters" in held.text
    assert f'href="#note-{DOOR}"' in held.html
    assert long.strip() in held.html


def test_warnings_stand_first_under_their_heading_and_stay_there(
    lead: Person, house: House
) -> None:
    warned = lesson("L-2026-00009", "Never cut the gas main", learning="warning")
    add(house, warned.with_(briefing_elements=("method",)))
    draft = press(lead, begin(lead, operation=OP), "add:L-2026-00009")
    shown = lessons_in(draft)
    first, below = shown.index("L-2026-00009"), shown[shown.index("L-2026-00009") + 1]
    assert f'value="up:{below}"' not in draft.html, "nothing moves above a warning"
    assert lessons_in(press(lead, draft, f"up:{below}")) == shown
    assert lessons_in(lead.opens(address(draft))) == shown
    page = press(lead, lead.opens(address(draft)), "issue")
    assert lessons_in(page) == shown and first < len(shown) - 1
    assert page.html.count("app-brief__lesson--warning") == 1
