"""Findings of inspections: entered, followed to their end, and what is still missing said aloud."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

from lessons.app import House
from lessons.domain.record import Kind
from tests.people import Page, Person
from tests.review.kit import add
from tests.track.findings_kit import (
    ACTION,
    EVALUATION,
    FINDING,
    LESSON,
    OPERATION,
    SECRET,
    SECRET_WORDS,
    action,
    evaluation,
    finding,
    lesson,
    now,
    record,
    secret,
    set_day,
    whole_chain,
)

Someone = Callable[..., Person]
EDIT = f"/findings/{FINDING}/edit"
LINK = f"/findings/{FINDING}/link"


def boxes(**changes: Any) -> dict[str, Any]:
    given = {
        "title": "Evaluate what you do", "finding_type": "recommendation", "finding_status": "awaiting",
        "marking": "official", "published-day": "4", "published-month": "5", "published-year": "2026",
    }  # fmt: skip
    return given | changes


def changes(someone: Person, *, status: int = 200, **said: Any) -> Page:
    page = someone.opens(EDIT)
    return someone.sends(EDIT, {"version": page.hidden["version"], **said}, status=status)


# --- entering -----------------------------------------------------------------------------------
def test_the_liaison_enters_a_finding_and_its_owner_says_how_far_it_has_come(
    house: House, person: Someone
) -> None:
    set_day(house)
    liaison, lead = person("liaison"), person("lead", "sam")
    page = liaison.opens("/findings/new")
    address = f"/findings/new?as={FINDING}"
    said = boxes(owner="SAM", reference="https://example.org/a?b=<c>", body="HMICFRS", grade="Adequate",
                 text="As the report says: “Debriefs are *not* kept.”")  # fmt: skip
    page = liaison.sends(address, said)
    assert "The finding is kept" in page.text and "https://example.org/a?b=<c>" in page.text
    assert "https://example.org" not in "".join(href for href, _words in page.links)
    assert now(house).line("owner") == "sam"
    assert liaison.sends(address, said).headings[0] == "Evaluate what you do"  # pressed twice
    assert len(house.library.records.versions(Kind.FINDING)) == 1

    page = lead.opens(EDIT)
    assert {"owner", "title"}.isdisjoint(box["name"] for box in page.boxes)
    changes(
        lead, finding_status="progressing", progress="Two of three units do it.", title="Mine now"
    )
    kept = now(house)
    assert kept.line("finding_status") == "progressing" and "Two of three" in kept.texts["progress"]
    assert kept.title == "Evaluate what you do"
    assert "Finding changed" in lead.opens(f"/findings/{FINDING}/history").text


def test_dates_in_the_wrong_order_are_refused_and_every_word_is_kept(
    house: House, person: Someone
) -> None:
    set_day(house)
    liaison = person("liaison")
    early = {"responded-day": "3", "responded-month": "5", "responded-year": "2026"}
    page = liaison.sends(f"/findings/new?as={FINDING}", boxes(body="HMIC <b>", **early), status=422)
    assert "before the report was published" in page.text
    assert any(box.get("value") == "HMIC <b>" for box in page.boxes)
    for year, month, day in (("2026", "6", "11"), ("2026", "2", "29"), ("9999", "12", "31")):
        wrong = {"published-day": day, "published-month": month, "published-year": year}
        liaison.sends(f"/findings/new?as={FINDING}", boxes(**wrong), status=422)
    page = liaison.sends(
        f"/findings/new?as={FINDING}", boxes(finding_type="", owner="nobody"), status=422
    )
    assert "Choose what type of finding" in page.text and "no account of that name" in page.text
    assert not house.library.records.versions(Kind.FINDING)


def test_somebody_who_was_first_is_told_of(house: House, person: Someone) -> None:
    add(house, finding())
    liaison, lead = person("liaison"), person("lead")
    page = lead.opens(EDIT)
    changes(liaison, **boxes(title="A better title", owner="lead"))
    sent = {"version": page.hidden["version"], "finding_status": "awaiting", "progress": "My words"}
    page = lead.sends(EDIT, sent, status=409)
    assert "Somebody was first" in page.text and "My words" in page.html
    assert now(house).title == "A better title"


def test_only_those_who_keep_findings_and_the_owner_change_one(
    house: House, person: Someone
) -> None:
    add(house, finding())
    officer, partner = person("officer"), person("partner")
    for address in ("/findings/new", EDIT, LINK, f"/findings/{FINDING}/pack"):
        officer.opens(address, status=403)
    page = officer.opens(f"/findings/{FINDING}")
    assert "Change this finding" not in page.text and "Evidence pack" not in page.text
    for address in ("/findings", "/findings/list.csv", f"/findings/{FINDING}", EDIT, LINK,
                    f"/findings/{FINDING}/pack"):  # fmt: skip
        partner.opens(address, status=404)
    officer.opens("/findings/F-2026-99999", status=404)


def test_a_finding_restricted_to_a_group_is_not_opened_up_by_somebody_who_does_not_see_that(
    house: House, person: Someone
) -> None:
    add(house, finding(groups=("gold",), restricted_because="because", owner="sam"))
    liaison = person("liaison", "lee", "gold")
    page = liaison.opens(EDIT)
    assert "groups" not in {box["name"] for box in page.boxes}
    changes(liaison, **boxes(owner="role:Head of crime"))
    assert now(house).keys("groups") == ("gold",) and now(house).line("owner") == "Head of crime"
    person("analyst").opens(f"/findings/{FINDING}", status=404)


# --- the register ---------------------------------------------------------------------------------
def test_the_register_shows_filters_and_counts_findings(house: House, person: Someone) -> None:
    set_day(house)
    add(
        house, finding(), lesson(), secret(),
        finding("F-2026-00002", title="=2+5 is a formula", finding_type="recommendation", owner="sam",
                finding_status="awaiting", body="Fire", links=(LESSON, SECRET)),
        finding("F-2026-00003", title="Gold only", groups=("gold",), body="Secret body"),
    )  # fmt: skip
    lead = person("lead")
    page = lead.opens("/findings")
    assert (
        "2 findings" in page.text
        and "1 Being progressed" in page.text
        and "1 Awaiting" in page.text
    )
    assert "Gold only" not in page.html and "Secret body" not in page.html
    assert "Comments due 29 June 2026" in page.text and "Linked records 1" in page.text
    assert "1 finding" in lead.opens("/findings?finding_type=recommendation").text
    assert "1 finding" in lead.opens("/findings?whose=mine&page=99").text
    assert "1 finding" in lead.opens("/findings?words=FORMULA").text
    assert "Nothing stands here" in lead.opens("/findings?body=none&finding_status=complete").text
    assert "2 findings" in lead.opens("/findings?finding_type=%00&heading=nonsense").text
    table = lead.client.get("/findings/list.csv?finding_status=awaiting")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [r["finding"] for r in rows] == ["'=2+5 is a formula"]
    assert rows[0]["comments_due"] == "2026-06-29" and rows[0]["linked_records"] == "1"
    assert "OFFICIAL-findings" in table.headers["Content-Disposition"]


def test_comments_are_due_within_56_days_until_they_are_published(
    house: House, person: Someone
) -> None:
    set_day(house, date(2026, 6, 30))
    add(house, finding(finding_type="cause_of_concern"))
    liaison = person("liaison")
    page = liaison.opens(f"/findings/{FINDING}")
    assert "Overdue" in page.text and "due by 29 June 2026" in page.text
    day = {"responded-day": "29", "responded-month": "6", "responded-year": "2026"}
    page = changes(liaison, **boxes(finding_type="cause_of_concern", **day))
    assert "Comments were published on 29 June 2026" in page.text and "Overdue" not in page.text
    page = changes(liaison, **boxes(no_response="It is about another force."))
    assert "No comments are due because: It is about another force." in page.text
    page = changes(liaison, **boxes(finding_type="promising"))
    assert "56 days" not in page.text


# --- the page ---------------------------------------------------------------------------------------
def test_the_page_follows_a_finding_to_its_end(house: House, person: Someone) -> None:
    whole_chain(house, text="- One *thing*\n- another")
    page = person("lead").opens(f"/findings/{FINDING}")
    for part in (
        "Record each debrief within a week", "Learned", "Ten of ten debriefs", "Build the debrief into the case file",
        "Checked", "Change the system or kit", "Does the new form bring debriefs in?", "Worked", "Operation Alder",
        "None that the records show.",
    ):  # fmt: skip
        assert part in page.text
    assert page.link("Agree an action") == f"/actions/new?of={FINDING}"
    assert SECRET not in page.html and "Quicksilver" not in page.html
    assert "Quicksilver" in person("disclosure").opens(f"/findings/{FINDING}").text


def test_what_nothing_shows_is_said_to_be_a_gap(house: House, person: Someone) -> None:
    set_day(house)
    add(house, finding(owner=None))
    lead = person("lead")
    said = lead.opens(f"/findings/{FINDING}").text
    for gap in (
        "Nobody owns this finding yet", "Nothing shows yet what was learned from it",
        "Nothing shows yet that anything was changed", "Nothing shows yet that the change lasts",
    ):  # fmt: skip
        assert gap in said
    add(
        house, action(action_state="done", strength="training", evidence=""),
        action("A-2026-00002", "Tell everybody", action_state="open", strength="reminder", due=date(2026, 6, 9)),
        evaluation(activity=OPERATION, done=None, verdict=""),
        finding("F-2026-00002", links=(OPERATION,)), action("A-2026-00003", "Not this one", of=("F-2026-00002",)),
        record(OPERATION, Kind.OPERATION, "Operation Alder", operation_kind="prevent_activity"),
    )  # fmt: skip
    said = lead.opens(f"/findings/{FINDING}").text
    for gap in (
        f"Nothing is kept that shows this was done: Build the debrief into the case file ({ACTION})",
        f"nobody else has checked it: Build the debrief into the case file ({ACTION})",
        "This is overdue: Tell everybody", "All that was agreed is training or reminders",
    ):  # fmt: skip
        assert gap in said
    assert "Not this one" not in said
    other = lead.opens("/findings/F-2026-00002").text
    assert (
        f"This evaluation is not finished: Does the new form bring debriefs in? ({EVALUATION})"
        in other
    )


def test_a_lesson_that_came_back_is_a_gap_even_if_it_was_learned_once(
    house: House, person: Someone
) -> None:
    again = lesson(state="under_way", recurrence="after_learned")
    add(house, finding(links=(LESSON,)), again)
    said = person("lead").opens(f"/findings/{FINDING}").text
    assert (
        "It has happened again since" in said and "Nothing shows yet that the change lasts" in said
    )


def test_evidence_is_not_said_to_be_ready_over_gaps_without_a_sentence(
    house: House, person: Someone
) -> None:
    add(house, finding())
    lead = person("lead")
    page = changes(lead, finding_status="evidence_ready", progress="Nearly there.", status=422)
    assert "Its page names gaps in the evidence" in page.text and "Nearly there." in page.html
    why = "The inspectors agreed on 3 June to look at it next year."
    page = changes(lead, finding_status="evidence_ready", status_why=why)
    assert why in page.text and now(house).line("status_why") == why
    changes(lead, finding_status="progressing", status_why=why)
    assert not now(house).line("status_why")


def test_a_whole_chain_is_ready_without_a_word(house: House, person: Someone) -> None:
    whole_chain(house)
    changes(person("lead"), finding_status="complete")
    assert now(house).line("finding_status") == "complete"


# --- links ----------------------------------------------------------------------------------------
def test_records_are_linked_one_at_a_time_by_title_or_reference(
    house: House, person: Someone
) -> None:
    add(house, finding(links=(SECRET,)), lesson(), secret(), action(of=()), evaluation())
    liaison = person("liaison")
    page = liaison.opens(f"{LINK}?words=DEBRIEF week")
    assert (
        "Record each debrief within a week" in page.text and "None that you may read" in page.text
    )
    page = liaison.sends(LINK, {"other": LESSON, "words": "debrief"})
    assert f"{LESSON} is linked to this finding" in page.text
    liaison.sends(LINK, {"other": " a 2026 00001 "})
    assert now(house).keys("links") == (SECRET, LESSON, ACTION)
    liaison.sends(LINK, {"other": LESSON})
    page = liaison.sends(LINK, {"away": LESSON})
    assert f"{LESSON} is no longer linked" in page.text
    assert now(house).keys("links") == (SECRET, ACTION)  # what they do not see stays
    assert "Record linked" in liaison.opens(f"/findings/{FINDING}/history").text


def test_what_may_not_be_read_can_be_neither_found_nor_linked_nor_taken_away(
    house: House, person: Someone
) -> None:
    add(house, finding(links=(SECRET,)), secret())
    liaison = person("liaison")
    for words in (SECRET, "Quicksilver", "%"):
        page = liaison.opens(f"{LINK}?words={words}")
        assert SECRET_WORDS not in page.html and "Nothing that is not linked already" in page.text
    for other in (SECRET, "L-2026-99999", "D-2026-00001", "recording", "", "../x", "x" * 5_000):
        page = liaison.sends(LINK, {"other": other}, status=422)
        assert "There is no such lesson, action, evaluation or operation" in page.text
    liaison.sends(LINK, {"away": SECRET}, status=404)
    assert now(house).keys("links") == (SECRET,)
