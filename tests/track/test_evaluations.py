"""Evaluations as people write them: stage by stage, finished, opened again; and what their evidence can bear."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from tests.people import Page, Person

People = Callable[..., Person]
CHECKPOINT = "E-2026-CHECK"


def keep(house: House, id: str = CHECKPOINT, **fields: Any) -> Record:
    """One that was registered, as far as it is filled in."""
    given = {
        "title": "Next step scheme: evaluation",
        "marking": "official",
        "author": "lead",
    } | fields
    texts = given.pop("texts", {})
    record = Record(id, Kind.EVALUATION, fields=given, texts=texts)
    house.library.save(SYSTEM, "import", record, expected=0)
    return record


def activity(house: House, **fields: Any) -> Record:
    given = {
        "title": "Operation Larch", "operation_kind": "prevent_activity", "marking": "official", "author": "lead",
        "started": date(2026, 1, 5), "plan_owner": "owner", "four_p": ("prevent",), "threats": ("drugs",),
        "unit": "Prevention team",
    }  # fmt: skip
    record = Record("O-2026-ARCH1", Kind.OPERATION, fields=given | fields)
    house.library.save(SYSTEM, "import", record, expected=0)
    return record


def now(house: House, id: str = CHECKPOINT) -> Record:
    return house.library.records.get(id).record


def day(name: str, value: date) -> dict[str, str]:
    return {
        f"{name}-day": str(value.day),
        f"{name}-month": str(value.month),
        f"{name}-year": str(value.year),
    }


def writes(
    who: Person, stage: str, form: dict[str, Any], *, status: int = 200, id: str = CHECKPOINT
) -> Page:
    """Open one stage and send it."""
    address = f"/evaluations/{id}/stage/{stage}"
    page = who.opens(address)
    return who.sends(address, {"version": page.hidden["version"], **form}, status=status)


def finishes(who: Person, form: dict[str, Any], *, status: int = 200) -> Page:
    address = f"/evaluations/{CHECKPOINT}/finish"
    page = who.opens(address)
    return who.sends(address, {"version": page.hidden["version"], **form}, status=status)


# --- from the activity to the lesson ----------------------------------------------------------------
STORY = {
    "objective": {
        "objective": "Fewer young people arrested within nine months.", "theory": "Somebody steady gives hope.",
        "target": "Young people referred by school.",
    },
    "delivered": {"reached": "34", "eligible": "58", "delivered": "Weekly, as planned."},
    "measured": {
        "measures-0-measure": "Arrested within nine months", "measures-0-baseline": "24 of 60",
        "measures-0-baseline_period": "January 2025 to September 2025", "measures-0-follow_up": "5 of 34",
        "measures-0-follow_up_period": "October 2025 to June 2026", "design": "before_after",
    },
    "found": {"result": "About a third as many were arrested.", "direction": "better", "confidence": "low"},
    "decide": {"verdict": "promising", "next_step": "continue", **day("review", date(2027, 6, 30))},
}  # fmt: skip
NEXT = ("Delivered", "Measured", "Found", "Decide", "Finish the evaluation")


def test_an_analyst_writes_the_whole_form(person: People, house: House) -> None:
    activity(house)
    analyst = person("analyst")
    page = analyst.opens("/evaluations/new?activity=O-2026-ARCH1")
    boxes = {b["name"]: b.get("value", "") for b in page.boxes}
    assert boxes["title"] == "Operation Larch: evaluation"
    assert (boxes["due-day"], boxes["due-month"], boxes["due-year"]) == ("6", "7", "2026")
    form = {
        "title": "Larch: first half year", "activity": "O-2026-ARCH1", "marking": "official",
        "four_p-main": "prevent", **day("due", date(2026, 7, 6)),
    }  # fmt: skip
    page = analyst.sends("/evaluations/new?activity=O-2026-ARCH1", form)
    assert page.headings == ["Objective"]
    id = analyst.response.request.path.split("/")[2]
    assert now(house, id).line("activity") == "O-2026-ARCH1"
    for (stage, said), following in zip(STORY.items(), NEXT, strict=True):
        page = writes(analyst, stage, said, id=id)
        assert page.headings == [following]
    assert "It changed. Something else may have changed it." in page.text
    assert "A reader would still miss" not in page.text
    form = {"version": page.hidden["version"], **STORY["decide"]}
    page = analyst.sends(f"/evaluations/{id}/finish", form)
    assert now(house, id).day("done") == house.library.today
    # A count of everybody, and no sample: chance has nothing to do with it.
    assert "34 reached of 58 eligible (58.6 %)" in page.text
    assert "Operation Larch" in page.text


def test_a_lesson_from_an_evaluation_goes_to_review(person: People, house: House) -> None:
    activity(house)
    keep(
        house, activity="O-2026-ARCH1", four_p=("prevent",), done=date(2026, 7, 1),
        texts={"result": "About a third as many were arrested."},
    )  # fmt: skip
    officer, address = person("officer"), f"/evaluations/{CHECKPOINT}"
    officer.opens(f"{address}/lesson")
    form = {
        "learning": "keep", "title": "When a young person is referred, give them one steady adult",
        "scope": "force", "action": "Name one mentor for each referral.",
    }  # fmt: skip
    page = officer.sends(f"{address}/lesson", form)
    assert "The lesson was sent in." in page.text
    [line] = house.library.ledger(SYSTEM, Kind.LESSON)
    lesson = now(house, line.id)
    assert (lesson.line("state"), lesson.line("author")) == ("sent", "officer")
    assert (lesson.line("evaluation"), lesson.line("operation")) == (CHECKPOINT, "O-2026-ARCH1")
    assert (lesson.keys("four_p"), lesson.day("occurred")) == (("prevent",), date(2026, 7, 1))
    assert lesson.texts["happened"] == "About a third as many were arrested."
    assert lesson.texts["action"] == "Name one mentor for each referral."
    reviewer = person("reviewer")
    for page in (reviewer.opens("/review"), reviewer.opens(address), officer.opens(address)):
        assert "give them one steady adult" in page.text
    assert "give them one steady adult" not in person("analyst").opens(address).text


def test_saving_and_stopping_goes_on_another_day(person: People, house: House) -> None:
    keep(house)
    lead = person("lead")
    page = writes(lead, "objective", {"objective": "Fewer thefts.", "do": "stop"})
    assert page.headings == ["Next step scheme: evaluation"]
    assert "Objective Begun" in page.text and "Delivered Nothing yet" in page.text
    assert "Fewer thefts." in lead.opens(f"/evaluations/{CHECKPOINT}/stage/objective").html


def test_one_more_row_keeps_what_was_typed(person: People, house: House) -> None:
    keep(house)
    lead = person("lead")
    address = f"/evaluations/{CHECKPOINT}/stage/measured"
    page = lead.opens(address)
    form = {"version": page.hidden["version"], "measures-0-measure": "Reoffended", "measures-1-measure": "At work",
            "measures-2-measure": "At home", "add_row": "measures"}  # fmt: skip
    page = lead.sends(address, form)
    names = [b["name"] for b in page.boxes]
    assert "measures-3-measure" in names
    assert "Reoffended" in page.html and now(house).rows("measures") == ()


# --- what the evidence can bear ---------------------------------------------------------------------
def test_three_of_147_without_follow_up_period_or_comparison_is_promising_and_monitored_only(
    person: People, house: House,
) -> None:  # fmt: skip
    keep(house, reached=147)
    lead = person("lead")
    writes(lead, "measured", {
        "measures-0-measure": "Reoffended", "measures-0-follow_up": "3 of 147", "design": "none"})  # fmt: skip
    for address in (f"/evaluations/{CHECKPOINT}", f"/evaluations/{CHECKPOINT}/stage/decide"):
        text = lead.opens(address).text
        assert "What this evidence can bear Promising , monitored only" in text
        assert "Reoffended: 3 of 147 (2 %, and somewhere between 0.7 % and 5.8 %)" in text
        assert "No comparison: nothing from before" in text
        assert "No follow-up period" in text
        assert "Nobody knows how many were eligible" in text


def test_a_verdict_stronger_than_the_figures_needs_a_reason_which_is_kept(
    person: People, house: House
) -> None:
    keep(
        house, reached=147, reach_unknown="Nobody counted who said no.", design="none",
        measures=({"measure": "Reoffended", "follow_up": "3 of 147"},), texts={"objective": "Fewer crimes."},
    )  # fmt: skip
    lead = person("lead")
    page = finishes(lead, {"verdict": "worked", "next_step": "scale"}, status=422)
    assert "This verdict says more than the figures can bear" in page.text
    assert now(house).day("done") is None
    why = "A study elsewhere with a comparison found the same."
    page = finishes(lead, {"verdict": "worked", "next_step": "scale", "stronger_because": why})
    assert why in page.text
    assert now(house).day("done") == house.library.today


def test_harm_is_said_without_waiting_for_proof(person: People, house: House) -> None:
    keep(
        house, reach_unknown="Not counted.", design="process", texts={"objective": "Fewer crimes."}
    )
    finishes(person("lead"), {"verdict": "harm", "next_step": "stop"})
    assert now(house).line("verdict") == "harm" and now(house).day("done")


def test_finishing_asks_for_what_a_reader_needs_and_says_where_it_is_filled_in(
    person: People, house: House
) -> None:
    keep(house)
    lead = person("lead")
    page = lead.opens(f"/evaluations/{CHECKPOINT}/finish")
    assert page.link("Say what the objective was.").endswith("/stage/objective")
    assert page.link("Give the numbers reached and eligible").endswith("/stage/delivered")
    assert page.link("Give at least one measure").endswith("/stage/measured")
    page = finishes(lead, {"verdict": "early"}, status=422)
    assert "Choose what happens to the activity." in page.text
    assert "Say what the objective was." in page.text


# --- bad input --------------------------------------------------------------------------------------
def test_more_reached_than_eligible_is_refused_at_the_box(person: People, house: House) -> None:
    keep(house)
    page = writes(person("lead"), "delivered", {
        "reached": "3,147", "eligible": "147", "delivered": "As planned."}, status=422)  # fmt: skip
    assert "You wrote that 3,147 were reached out of 147 who could have had it." in page.text
    assert "reached-error" in page.ids
    kept = {b["name"]: b.get("value") for b in page.boxes}
    assert (kept["reached"], kept["eligible"]) == ("3,147", "147")
    assert "As planned." in page.html
    assert now(house).number("reached") is None


def test_a_file_that_says_more_reached_than_eligible_is_shown_for_what_it_is(
    person: People, house: House
) -> None:
    keep(house, reached=3147, eligible=147)
    text = person("officer").opens(f"/evaluations/{CHECKPOINT}").text
    assert "3,147 reached of 147 eligible: both numbers cannot be right" in text


def test_dates_and_counts_that_cannot_be_are_told_in_plain_words(
    person: People, house: House
) -> None:
    keep(house)
    lead = person("lead")
    form = {"reached": "-4", **day("began", date(2026, 3, 1)), **day("finished", date(2026, 2, 1))}
    page = writes(lead, "delivered", form, status=422)
    assert "Enter how many, from 0 up." in page.text
    assert "It ended before it began." in page.text
    page = writes(
        lead, "delivered", {"began-day": "29", "began-month": "2", "began-year": "2025"}, status=422
    )
    assert "Enter a real day, month and year" in page.text
    for cell, words in (("150 of 147", "counts more than there were"), ("-3 of 147", "less than nought"),
                        ("3 of 0", "a share of none"), ("140 %", "more than a hundred per cent")):  # fmt: skip
        page = writes(
            lead,
            "measured",
            {"measures-0-measure": "Theft", "measures-0-follow_up": cell},
            status=422,
        )
        assert f"“{cell}”" in page.text and words in page.text
        assert cell in page.html
    form = {"measures-0-measure": "Theft", "measures-0-follow_up_period": "May 2026 to March 2026"}
    page = writes(lead, "measured", form, status=422)
    assert "The period “May 2026 to March 2026” ends before it begins." in page.text


def test_periods_that_overlap_are_questioned_and_kept(person: People, house: House) -> None:
    keep(house)
    page = writes(person("lead"), "measured", {
        "measures-0-measure": "Theft", "measures-0-baseline": "8 of 40", "measures-0-follow_up": "4 of 40",
        "measures-0-baseline_period": "January 2025 to June 2025",
        "measures-0-follow_up_period": "June 2025 to November 2025", "do": "stop"})  # fmt: skip
    assert "the periods before and after overlap" in page.text
    assert len(now(house).rows("measures")) == 1


def test_words_that_may_identify_somebody_are_looked_at_first(person: People, house: House) -> None:
    keep(house)
    lead = person("lead")
    form = {"voices": "Call Sharon on 07700 900123."}
    page = writes(lead, "found", form, status=422)
    assert "Look at this first" in page.text and "07700 900123" in page.html
    assert "voices" not in now(house).texts
    again = {**form, "version": page.hidden["version"], "confirmed": page.hidden["confirmed"]}
    prints = [part.split('"')[0] for part in page.html.split('name="confirmed" value="')[1:]]
    lead.sends(f"/evaluations/{CHECKPOINT}/stage/found", {**again, "confirmed": prints})
    assert "07700 900123" in now(house).texts["voices"]


@pytest.mark.parametrize(
    ("way", "box"),
    [
        ("stage/measured", "measures-0-comparison"), ("stage/found", "size"), ("not-needed", "not_needed"),
        ("late", "why_late"),
    ],
)  # fmt: skip
def test_so_are_single_lines_and_the_cells_of_a_table(
    person: People, house: House, way: str, box: str
) -> None:
    keep(house)
    lead, address = person("lead"), f"/evaluations/{CHECKPOINT}/{way}"
    form = {box: "Ring 07700 900123.", "measures-0-measure": "Theft"}
    version = lead.opens(address).hidden["version"]
    page = lead.sends(address, {**form, "version": version}, status=422)
    assert "Look at this first" in page.text and "07700 900123" in page.html
    assert len(house.library.records.history(CHECKPOINT)) == 1
    prints = [part.split('"')[0] for part in page.html.split('name="confirmed" value="')[1:]]
    lead.sends(address, {**form, "version": version, "confirmed": prints})
    assert len(house.library.records.history(CHECKPOINT)) == 2


def test_the_second_of_two_at_one_stage_keeps_every_word(person: People, house: House) -> None:
    keep(house)
    lead, analyst = person("lead"), person("analyst")
    address = f"/evaluations/{CHECKPOINT}/stage/objective"
    seen = analyst.opens(address).hidden["version"]
    writes(lead, "objective", {"objective": "Fewer thefts."})
    page = analyst.sends(address, {"version": seen, "objective": "Fewer burglaries."}, status=409)
    assert "Somebody was first" in page.text
    assert "Fewer burglaries." in page.html and "Fewer thefts." in page.html
    analyst.sends(address, {"version": page.hidden["version"], "objective": "Fewer burglaries."})
    assert now(house).texts["objective"] == "Fewer burglaries."


# --- who may ----------------------------------------------------------------------------------------
def test_an_officer_reads_it_and_does_not_write_it_unless_named(
    person: People, house: House
) -> None:
    keep(house, due=date(2026, 1, 5))
    officer = person("officer")
    assert "Go on with it" not in officer.opens(f"/evaluations/{CHECKPOINT}").text
    for address in ("stage/objective", "finish", "not-needed", "reopen", "about"):
        officer.opens(f"/evaluations/{CHECKPOINT}/{address}", status=403)
    officer.opens("/evaluations/new", status=403)
    owner = person("officer", "Jo.Owner")
    record = now(house).with_(owner="jo.owner")
    house.library.save(SYSTEM, "import", record, expected=1)
    writes(owner, "objective", {"objective": "Fewer thefts."})
    assert now(house).texts["objective"] == "Fewer thefts."
    owner.opens(f"/evaluations/{CHECKPOINT}/due", status=403)


def test_the_plan_owner_of_the_activity_may_write(person: People, house: House) -> None:
    activity(house, plan_owner="planner")
    keep(house, activity="O-2026-ARCH1")
    planner = person("officer", "planner")
    writes(planner, "objective", {"objective": "Fewer thefts."})
    assert "Next step scheme" in planner.opens("/evaluations?mine=1").text


def test_a_restricted_evaluation_shows_nowhere_to_others(person: People, house: House) -> None:
    keep(
        house,
        title="Secret scheme",
        groups=("gold",),
        author="reviewer",
        due=date(2026, 1, 5),
        verdict="harm",
    )
    analyst = person("analyst")
    page = analyst.opens("/evaluations")
    assert "Secret scheme" not in page.text and "0 evaluations" in page.text
    assert "Secret scheme" not in analyst.client.get("/evaluations/register.csv").text
    for address in ("", "/stage/objective", "/finish", "/lesson", "/not-needed"):
        analyst.opens(f"/evaluations/{CHECKPOINT}{address}", status=404)
    inside = person("analyst", "inside", "gold")
    assert "Secret scheme" in inside.opens("/evaluations").text


def test_an_activity_that_may_not_be_read_is_not_told_of(person: People, house: House) -> None:
    activity(house, title="Operation Hidden", groups=("gold",), author="reviewer")
    keep(house, activity="O-2026-ARCH1")
    analyst = person("analyst")
    for address in (
        f"/evaluations/{CHECKPOINT}",
        "/evaluations",
        f"/evaluations/{CHECKPOINT}/about",
    ):
        page = analyst.opens(address)
        assert "Hidden" not in page.text and "ARCH1" not in page.html
    analyst.opens("/evaluations/new?activity=O-2026-ARCH1", status=404)
    page = analyst.opens("/evaluations/new")
    page = analyst.sends(
        "/evaluations/new",
        {"title": "X", "activity": "O-2026-ARCH1", "marking": "official"},
        status=422,
    )
    assert "We cannot find that activity." in page.text and "Hidden" not in page.text


def test_a_partner_has_no_register(person: People, house: House) -> None:
    partner = person("partner")
    partner.opens("/evaluations", status=404)
    partner.opens("/evaluations/register.csv", status=404)


# --- not needed, late, due, opened again ------------------------------------------------------------
def test_not_needed_and_why_late_are_kept_and_seen(person: People, house: House) -> None:
    keep(house, due=house.library.today - timedelta(days=3))
    lead = person("lead")
    address = f"/evaluations/{CHECKPOINT}/late"
    version = lead.opens(address).hidden["version"]
    lead.sends(address, {"version": version, "why_late": "The school sent its figures in June."})
    page = person("officer").opens("/evaluations?standing=overdue")
    assert "The school sent its figures in June." in page.text
    address = f"/evaluations/{CHECKPOINT}/not-needed"
    version = lead.opens(address).hidden["version"]
    page = lead.sends(address, {"version": version, "not_needed": ""}, status=422)
    assert "Say why in a sentence." in page.text
    lead.sends(address, {"version": version, "not_needed": "The activity never began."})
    page = lead.opens("/evaluations?standing=not_needed")
    assert "The activity never began." in page.text
    version = lead.opens(address).hidden["version"]
    lead.sends(address, {"version": version, "not_needed": ""})
    assert now(house).line("not_needed") == ""


def test_a_lead_changes_the_due_day(person: People, house: House) -> None:
    keep(house, due=house.library.today)
    lead = person("lead")
    address = f"/evaluations/{CHECKPOINT}/due"
    version = lead.opens(address).hidden["version"]
    later = house.library.today + timedelta(days=60)
    lead.sends(address, {"version": version, **day("due", later)})
    assert now(house).day("due") == later


def test_a_finished_one_is_opened_again_with_a_sentence(person: People, house: House) -> None:
    keep(house, done=house.library.today, verdict="didnt", next_step="stop")
    lead = person("lead")
    page = lead.opens(f"/evaluations/{CHECKPOINT}/stage/found")
    assert "This evaluation is finished. Open it again first" in page.text
    address = f"/evaluations/{CHECKPOINT}/reopen"
    version = lead.opens(address).hidden["version"]
    page = lead.sends(address, {"version": version, "reopened": ""}, status=422)
    assert "Say why in a sentence." in page.text
    lead.sends(address, {"version": version, "reopened": "New figures came in."})
    assert now(house).day("done") is None
    assert now(house).line("reopened") == "New figures came in."
    assert house.library.records.revision(CHECKPOINT, 1).record.day("done") == house.library.today


def test_a_finished_one_falls_due_for_review(person: People, house: House) -> None:
    keep(
        house,
        done=date(2025, 3, 1),
        review=house.library.today - timedelta(days=1),
        verdict="worked",
    )
    lead = person("lead")
    assert "Does it still hold?" in lead.opens(f"/evaluations/{CHECKPOINT}").text
    assert "Next step scheme" in lead.opens("/evaluations?standing=review_due").text


# --- lessons ----------------------------------------------------------------------------------------
def test_a_lesson_needs_its_sentence_and_is_sent_once(person: People, house: House) -> None:
    keep(house, groups=("gold",), author="lead")
    lead = person("lead", "lead", "gold")
    page = lead.opens(f"/evaluations/{CHECKPOINT}/lesson")
    address = page.html.split('<form method="post" action="')[1].split('"')[0]
    page = lead.sends(address, {"learning": "didnt", "action": "Call 07700 900123"}, status=422)
    assert "Enter an answer: Lesson in one sentence." in page.text
    assert "Look at this first" in page.text and "07700 900123" in page.html
    form = {"learning": "didnt", "title": "When nobody counts before, nobody can judge after"}
    lead.sends(address, form)
    lead.sends(address, form)
    [line] = house.library.ledger(SYSTEM, Kind.LESSON)
    assert now(house, line.id).keys("groups") == ("gold",)


# --- the register -----------------------------------------------------------------------------------
def test_the_register_puts_overdue_first_and_didnt_work_beside_worked(
    person: People, house: House
) -> None:
    today = house.library.today
    keep(house, "E-2026-00001", title="To come", due=today + timedelta(days=100))
    keep(
        house,
        "E-2026-00002",
        title="=Overdue",
        due=today - timedelta(days=9),
        unit="North",
        four_p=("protect",),
    )
    keep(
        house,
        "E-2026-00003",
        title="Done well",
        done=today - timedelta(days=9),
        verdict="worked",
        threats=("drugs",),
    )
    keep(house, "E-2026-00004", title="Done in vain", done=today, verdict="didnt")
    keep(house, "E-2026-00005", title="Spared", not_needed="Never began.")
    officer = person("officer")
    page = officer.opens("/evaluations")
    titles = [words.strip() for href, words in page.links if href.startswith("/evaluations/E-")]
    assert titles == ["=Overdue", "To come", "Done in vain", "Done well", "Spared"]
    assert "1 Overdue" in page.text and "1 Didn’t work" in page.text and "1 Worked" in page.text
    for query, shown in (
        ("verdict=didnt", "Done in vain"), ("standing=overdue", "=Overdue"), ("unit=North", "=Overdue"),
        ("four_p=protect", "=Overdue"), ("threat=drugs", "Done well"),
    ):  # fmt: skip
        page = officer.opens(f"/evaluations?{query}")
        assert "1 evaluation " in page.text and shown in page.text, query
    rows = list(
        csv.reader(
            io.StringIO(officer.client.get("/evaluations/register.csv").text.lstrip("\ufeff"))
        )
    )
    assert len(rows) == 6 and rows[1][1] == "'=Overdue"
    assert "Nothing stands here." in officer.opens("/evaluations?standing=nonsense&page=9").text


def test_a_long_register_is_paged(person: People, house: House) -> None:
    made = [
        Record(
            f"E-2026-{n:05d}",
            Kind.EVALUATION,
            fields={"title": f"Number {n}", "marking": "official"},
        )
        for n in range(53)
    ]
    house.library.save_many(SYSTEM, "import", [Change(record, 0) for record in made])
    officer = person("officer")
    page = officer.opens("/evaluations?unit=")
    assert "53 evaluations" in page.text and page.text.count("Number ") == 50
    page = officer.opens(page.link("Next page"))
    assert page.text.count("Number ") == 3


def test_addresses_that_there_are_not_are_not_found(person: People, house: House) -> None:
    keep(house)
    lead = person("lead")
    for address in (
        f"/evaluations/{CHECKPOINT}/stage/nonsense", "/evaluations/E-2026-00000", "/evaluations/L-2026-00000",
        "/evaluations/L-2026-00000/stage/found", "/evaluations/E-2026-00000/lesson", "/evaluations/new?activity=x",
    ):  # fmt: skip
        lead.opens(address, status=404)


def test_a_marking_is_not_lowered_by_whoever_writes(person: People, house: House) -> None:
    keep(
        house, marking="official_sensitive", restricted_because="Names a place.", author="reviewer"
    )
    lead = person("lead")
    address = f"/evaluations/{CHECKPOINT}/about"
    version = lead.opens(address).hidden["version"]
    form = {"version": version, "title": "Next step scheme", "marking": "official"}
    assert "lowers a marking" in lead.sends(address, form, status=422).text
    lead.sends(address, {**form, "marking": "official_sensitive", "unit": "North"})
    kept = now(house)
    assert (kept.line("marking"), kept.line("unit")) == ("official_sensitive", "North")
    assert kept.line("restricted_because") == "Names a place."


# --- the drawing says what the record says ----------------------------------------------------------
def test_the_plot_and_its_table_agree_with_the_record(person: People, house: House) -> None:
    keep(house, measures=(
        {"measure": "Lost money again", "baseline": "64 of 612 matched", "follow_up": "31 of 612"},
        {"measure": "Payments stopped", "follow_up": "9"},
    ))  # fmt: skip
    html = person("officer").opens(f"/evaluations/{CHECKPOINT}").html.replace("\xa0", " ")
    drawing = html[html.index('aria-labelledby="before-after-title') :]
    assert drawing.count("app-plot__whisker") == 2
    assert (
        "Lost money again, Before: 10.5 %" in drawing
        and "Lost money again, After: 5.1 %" in drawing
    )
    table = drawing[drawing.index("<table") : drawing.index("</table>")]
    for cell in ("10.5 %", "8.3–13.1 %", "5.1 %", "3.6–7.1 %"):
        assert f">{cell}<" in table
    assert "Payments stopped" not in table
    assert "1 measure is a number that is no share" in html
    assert "5.4 percentage points lower" in html


def test_the_examples_are_read_and_judged(person: People, example_house: House) -> None:
    analyst = person("analyst")
    judged = {}
    for line in example_house.library.ledger(SYSTEM, Kind.EVALUATION):
        page = analyst.opens(f"/evaluations/{line.id}")
        judged[line.id] = page.text.split("What this evidence can bear ")[1].split(" ")[0]
    assert len(judged) >= 6
    assert (
        "The verdict given says more than that."
        not in analyst.opens("/evaluations/E-2024-MVM9T").text
    )
