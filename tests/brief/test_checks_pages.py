"""Questions about the plan, as people answer them: of a pack, of a draft, by two at once, and what stays closed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.errors import NotAllowed
from lessons.domain.record import Kind, Record
from tests.brief import pages_kit
from tests.brief.answers_kit import NAME, OPERATION, PACK, add, lesson_id, operation, pack
from tests.brief.answers_kit import lesson as a_lesson
from tests.people import Page, Person, account

People = Callable[..., Person]
ADDRESS = f"/briefings/{PACK}/checks"
COPIED = "All staff will be briefed on the day and officers will be mindful of safety at all times."
OWN = "The housing officer will meet the three tenants of the court at ten on Tuesday."
KEYS = (
    "owner", "actions", "in_date", "tailored", "community_profile", "partners", "evaluation", "after_care",
)  # fmt: skip


def with_plan(house: House, *records: Record, **fields: Any) -> None:
    """An operation, one lesson that bears on a question, and a pack whose plan is half copied."""
    house.library.clock = lambda: datetime(2026, 5, 10, 12, tzinfo=UTC)
    one = a_lesson(1, "Say who owns the plan", themes=("plan_owner",))
    add(house, operation(**fields), one, _planned(pack(lessons=(1,)), f"{COPIED}\n{OWN}"), *records)


def _planned(briefing: Record, plan: str) -> Record:
    return briefing.with_texts(plan=plan)


def another(n: int = 2, plan: str = COPIED, **fields: Any) -> Record:
    """A pack of another operation, with the same sentence in its plan."""
    given = {"title": f"Other plan {n}", "operation": None, **fields}
    return _planned(pack(f"B-2026-0000{n}", (1,), **given), plan)


def answers(page: Page, **said: str) -> dict[str, str]:
    """What a browser sends: every note, and those answers that are chosen."""
    form = {f"note-{key}": "" for key in KEYS} | {"version": page.hidden["version"]}
    form |= {"confirmed": page.hidden["confirmed"]} if "confirmed" in page.hidden else {}
    return form | {name.replace("__", "-"): words for name, words in said.items()}


def kept(house: House, id: str = PACK) -> dict[str, tuple[str, str]]:
    rows = house.library.records.get(id).record.rows("checks")
    return {row["check"]: (row.get("answer", ""), row.get("note", "")) for row in rows}


# --- asked and answered -----------------------------------------------------------------------------
def test_a_lead_sees_what_the_service_sees_and_answers_beside_it(
    house: House, person: People
) -> None:
    with_plan(house, another(), partners=("housing", "education"))
    sid = person("lead", "sid")
    page = sid.opens(ADDRESS)
    assert "The register names no plan owner. Who answers for this plan?" in page.text
    assert f"“{COPIED}” who?" in page.text
    assert (
        "1 of its 2 sentences that could be compared stands in other plans too. Does it say something about this "
        "place and these people?"
    ) in page.text
    assert "The text of the plan does not mention: Education." in page.text
    assert "The register holds no evaluation of it that you may read." in page.text
    assert page.link("Say who owns the plan") == f"/lessons/{lesson_id(1)}"
    sent = answers(
        page,
        answer__owner="no",
        note__owner="To be named at the\n  next meeting",
        answer__actions="yes",
    )
    after = sid.sends(ADDRESS, sent)
    assert kept(house) == {
        "owner": ("no", "To be named at the next meeting"), "actions": ("yes", ""),
    }  # fmt: skip
    assert "Your answers are kept with the briefing." in after.text
    assert "2 of 8 are answered." in after.text and "To be named at the next meeting" in after.text
    history = sid.opens(f"/briefings/{PACK}/history")
    assert "Questions about the plan answered" in history.text


def test_an_owner_who_has_left_is_asked_about(house: House, person: People) -> None:
    with_plan(house, plan_owner="Pat")
    assert "There is no account of that name" in person("officer").opens(ADDRESS).text
    house.accounts.add(account("pat", Role.LEAD), "correct horse battery 9")
    told = person("analyst").opens(ADDRESS).text
    assert "The register names Pat as plan owner." in told and "There is no account" not in told
    house.accounts.change("pat", disabled=True)
    assert "whose account is closed. Who owns the plan now?" in person("lead").opens(ADDRESS).text


def test_a_plan_in_welsh_and_a_plan_without_words_are_read_as_they_are(
    house: House, person: People
) -> None:
    empty = pack("B-2026-00002", (1,), operation=None)
    welsh = "Bydd y tîm chwilio yn mynd i mewn am 06:00. Darllenwyd y proffil cymunedol."
    with_plan(house, empty, another(3, welsh))
    officer = person("officer")
    assert (
        "This briefing holds no text of the plan"
        in officer.opens("/briefings/B-2026-00002/checks").text
    )
    page = officer.opens("/briefings/B-2026-00003/checks")
    assert "it seems to say who and by when" in page.text
    assert "The plan seems to speak of it here: “Darllenwyd y proffil cymunedol.”" in page.text
    officer.opens("/language/cy?next=/")
    assert "A oes rhywun yn berchen ar y cynllun?" in officer.opens(ADDRESS).text


@pytest.fixture
def dogs(content: Path) -> None:
    path = content / "vocabularies" / "plan_check.yaml"
    path.write_text(path.read_text("utf-8") + '  dogs: {label: "Are there dogs?"}\n', "utf-8")


def test_a_force_asks_a_question_of_its_own(dogs: None, house: House, person: People) -> None:
    with_plan(house)
    officer = person("officer")
    page = officer.opens(ADDRESS)
    assert "9. Are there dogs?" in page.text
    officer.sends(ADDRESS, answers(page, answer__dogs="not_sure", note__dogs="Two at number nine"))
    assert kept(house) == {"dogs": ("not_sure", "Two at number nine")}


# --- two at once ------------------------------------------------------------------------------------
def test_two_leads_who_answer_different_questions_at_once_lose_nothing(
    house: House, person: People
) -> None:
    with_plan(house)
    sid, lou = person("lead", "sid"), person("lead", "lou")
    ours, theirs = sid.opens(ADDRESS), lou.opens(ADDRESS)
    lou.sends(ADDRESS, answers(theirs, answer__after_care="yes", note__after_care="The LRO visits"))
    sid.sends(ADDRESS, answers(ours, answer__owner="yes"))
    assert kept(house) == {"owner": ("yes", ""), "after_care": ("yes", "The LRO visits")}


def test_two_leads_who_answer_the_same_question_are_asked_and_both_sets_of_words_are_there(
    house: House, person: People
) -> None:
    with_plan(house)
    sid, lou = person("lead", "sid"), person("lead", "lou")
    ours, theirs = sid.opens(ADDRESS), lou.opens(ADDRESS)
    lou.sends(
        ADDRESS,
        answers(theirs, answer__owner="no", note__owner="Not the LRO", answer__actions="yes"),
    )
    mine = answers(ours, answer__owner="yes", note__owner="The SIO")
    page = sid.sends(ADDRESS, mine, status=409)
    assert "Somebody else has answered this meanwhile." in page.text
    assert "Not the LRO" in page.text and ">\nThe SIO</textarea>" in page.html
    assert kept(house)["owner"] == ("no", "Not the LRO")
    sid.sends(ADDRESS, {**mine, "version": page.hidden["version"], "answer-actions": "yes"})
    assert kept(house) == {"owner": ("yes", "The SIO"), "actions": ("yes", "")}


# --- bad input --------------------------------------------------------------------------------------
def test_a_note_that_may_identify_somebody_is_marked_and_kept_once_it_was_looked_at(
    house: House, person: People
) -> None:
    with_plan(house)
    officer = person("officer")
    note = "Ring 07700 900123 first"
    sent = answers(officer.opens(ADDRESS), answer__partners="yes", note__partners=note)
    page = officer.sends(ADDRESS, sent, status=422)
    assert "Look at what is marked" in page.text and f">\n{note}</textarea>" in page.html
    assert 'href="#note-partners"' in page.html and kept(house) == {}
    officer.sends(ADDRESS, {**sent, "confirmed": page.hidden["confirmed"]})
    assert kept(house) == {"partners": ("yes", note)}
    page = officer.opens(ADDRESS)
    officer.sends(ADDRESS, answers(page, answer__partners="no", note__partners=note))
    assert kept(house)["partners"] == ("no", note), "what was looked at once is not asked again"


@pytest.mark.parametrize(
    ("box", "typed", "told"),
    [
        ("answer-owner", "<b>perhaps</b>", "Choose one of the answers."),
        (
            "note-owner",
            "Never mind. " * 60,
            "Keep the note to 500 characters. Nothing you typed was lost.",
        ),
        ("note-owner", "TOP SECRET: the source is inside", "OFFICIAL"),
    ],
)
def test_what_cannot_be_kept_is_told_and_every_word_stays(
    house: House, person: People, box: str, typed: str, told: str
) -> None:
    with_plan(house)
    officer = person("officer")
    sent = {**answers(officer.opens(ADDRESS), note__actions="Keep me"), box: typed}
    page = officer.sends(ADDRESS, sent, status=422)
    assert told in page.text and ">\nKeep me</textarea>" in page.html
    assert "<b>perhaps" not in page.html
    assert box == "answer-owner" or typed.strip() in page.text
    assert kept(house) == {}


# --- who may ----------------------------------------------------------------------------------------
def test_only_those_who_brief_and_the_leads_of_the_operation_answer(
    house: House, person: People
) -> None:
    with_plan(house, plan_owner="pat")
    liaison, owner = person("liaison"), person("disclosure", "pat")
    page = liaison.opens(ADDRESS)
    assert "answer here." in page.text and 'name="note-owner"' not in page.html
    sent = {"version": "1", "answer-owner": "yes", "note-owner": ""}
    liaison.sends(ADDRESS, sent, status=403)
    assert kept(house) == {}
    owner.sends(ADDRESS, answers(owner.opens(ADDRESS), answer__owner="yes"))
    assert kept(house) == {"owner": ("yes", "")}
    person("partner").opens(ADDRESS, status=404)
    person("officer").opens("/briefings/B-2026-ZZZZZ/checks", status=404)


def test_the_door_holds_whoever_knocks(house: House) -> None:
    with_plan(house)
    stored = house.library.records.get(PACK)
    checked = stored.record.with_(checks=({"check": "owner", "answer": "yes"},))
    for role in (Role.LIAISON, Role.DISCLOSURE):
        with pytest.raises(NotAllowed):
            house.library.save(User("stranger", role), "check_plan", checked, expected=1)
    house.library.save(User("Lou", Role.LIAISON), "check_plan", checked, expected=1)
    assert kept(house) == {"owner": ("yes", "")}


def test_a_restricted_pack_is_not_found_with_its_questions(house: House, person: People) -> None:
    with_plan(house, another(2, groups=("merlin",)))
    stranger = person("lead", "sid")
    stranger.opens("/briefings/B-2026-00002/checks", status=404)
    stranger.sends("/briefings/B-2026-00002/checks", {"version": "1"}, status=404)
    assert COPIED in person("lead", "mel", "merlin").opens("/briefings/B-2026-00002/checks").text


def test_plans_and_evaluations_that_are_closed_to_a_person_change_no_word_of_the_page(
    house: House, person: People
) -> None:
    with_plan(house)
    officer = person("officer")
    without = officer.opens(ADDRESS).text
    closed = {"groups": ("merlin",), "restricted_because": "A live matter"}
    evaluation = Record("E-2026-00001", Kind.EVALUATION, fields={
        "title": "Hidden evaluation", "activity": OPERATION, "due": date(2026, 9, 1),
        "marking": "official", **closed,
    })  # fmt: skip
    sensitive = Record("O-2026-00002", Kind.OPERATION, fields={
        "title": "Operation Hidden", "operation_kind": "operation", "marking": "official_sensitive",
        "restricted_because": "A live matter",
    })  # fmt: skip
    add(house, another(2, **closed), another(3, marking="official_sensitive"), evaluation)
    add(house, sensitive.with_texts(summary=OWN))
    assert officer.opens(ADDRESS).text == without
    assert "None of them stands in another plan that you may read." in without
    reader = person("lead", "mel", "merlin")
    seen = reader.opens(ADDRESS).text
    assert "2 of its 2 sentences that could be compared stand in other plans too." in seen
    assert "An evaluation is entered, due on 1 September 2026." in seen
    assert "OFFICIAL-SENSITIVE" in seen, "the page is marked as what it tells of"
    assert "Operation Hidden" not in seen and "Other plan" not in seen


def test_an_operation_that_is_closed_to_a_person_is_as_none(house: House, person: People) -> None:
    with_plan(house, groups=("merlin",), restricted_because="A live matter", plan_owner="Pat")
    told = person("officer").opens(ADDRESS).text
    assert "This briefing is tied to no operation that you may read" in told
    assert "Pat" not in told and f"names {NAME}" not in told


# --- a draft ----------------------------------------------------------------------------------------
def test_a_draft_is_asked_too_and_the_answers_go_out_with_it(house: House, person: People) -> None:
    with_plan(house, another())
    lead = person("lead", "sid")
    lead.opens("/briefings/new")
    page = lead.sends(
        "/briefings/new",
        {"operation": NAME, "title": "Second day", "plan": f"{COPIED} Say who owns the plan."},
    )
    address = page.link("Answer the questions about the plan")
    asked = lead.opens(address)
    assert "stands in other plans too" in asked.text
    sent = answers(asked, answer__in_date="yes", note__in_date="Looked at today")
    after = lead.sends(address, sent)
    assert "Your answers are kept with the draft." in after.text and "Looked at today" in after.text
    again = lead.sends(address, {**sent, "note-owner": "My words"}, status=409)
    assert "This draft has changed since you opened the page." in again.text
    assert ">\nMy words</textarea>" in again.html
    person("officer").opens(address, status=404)
    draft = lead.opens(address.removesuffix("/checks"))
    issued = lead.sends(pages_kit.address(draft), {**pages_kit.boxes(draft), "do": "issue"})
    assert "The pack is issued." in issued.text and "Looked at today" in issued.text
    assert lead.opens(address).headings == ["Questions about the plan"], "now those of the pack"
    assert {"in_date": ("yes", "Looked at today")} in [kept(house, id) for id in _packs(house)]


def test_a_new_version_begins_with_the_answers_and_loses_none_that_came_in_meanwhile(
    house: House, person: People
) -> None:
    with_plan(house)
    lead = person("lead", "sid")
    page = lead.opens(ADDRESS)
    first = {"answer__owner": "no", "answer__actions": "yes", "note__tailored": "Soon"}
    lead.sends(ADDRESS, answers(page, **first))
    draft = lead.sends(f"/briefings/{PACK}/again", {})
    address = draft.link("Answer the questions about the plan")
    page = lead.opens(address)
    assert 'name="note-tailored" rows="2">\nSoon</textarea>' in page.html

    officer = person("officer", "ola")
    since = {**first, "answer__actions": "no", "answer__partners": "yes"}
    officer.sends(ADDRESS, answers(officer.opens(ADDRESS), **since))
    said = {**first, "answer__owner": "yes", "note__owner": "The LRO", "note__tailored": ""}
    draft = lead.sends(address, answers(page, **said))
    lead.sends(pages_kit.address(draft), {**pages_kit.boxes(draft), "do": "issue"})
    assert house.library.records.get(PACK).record.line("version") == "2"
    assert kept(house) == {
        "owner": ("yes", "The LRO"), "actions": ("no", ""), "partners": ("yes", "")
    }  # fmt: skip


def _packs(house: House) -> list[str]:
    return list(house.library.records.versions(Kind.BRIEFING))
