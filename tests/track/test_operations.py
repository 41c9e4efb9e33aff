"""The register of operations as people keep it: entered, changed, listed, debriefed, late, and not needed."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from lessons.services.track.falling_due import catch_up
from tests.people import Person
from tests.track.operations_kit import (
    NEW,
    TODAY,
    again,
    boxes,
    changes,
    day,
    enters,
    every,
    keep,
    now,
    set_day,
)

People = Callable[..., Person]


@pytest.fixture
def lead(house: House, person: People) -> Person:
    set_day(house)
    return person("lead")


# --- entering -----------------------------------------------------------------------------------------
def test_an_operation_is_entered_and_its_debrief_falls_due(lead: Person, house: House) -> None:
    form = boxes(
        **day("started", date(2026, 3, 2)), **day("ended", date(2026, 5, 8)), sio="LEAD", lro="Sam Other",
        threats=["drugs"], four_p=["pursue"], unit="Central team",
        **{"references-0-system": "4P plan", "references-0-reference": "=1+1"},
    )  # fmt: skip
    page = enters(lead, form)
    [record] = every(house, Kind.OPERATION)
    assert page.headings == ["Operation Alder"] and record.id in page.text
    assert record.line("sio") == "lead", "the name is spelled as the account has it"
    assert record.rows("references") == ({"system": "4P plan", "reference": "=1+1"},)
    assert "There is no account of this name, so nobody is reminded: Sam Other" in page.text
    assert "Debrief overdue" in page.text and "Due 5 June 2026." in page.text
    assert "The usual time is 28 days after it ends." in page.text
    history = lead.opens(f"/operations/{record.id}/history")
    assert "Entered in the register" in history.text


def test_the_button_pressed_twice_makes_one_entry(lead: Person, house: House) -> None:
    page = lead.opens(NEW)
    start = page.html.index('action="/operations/new') + 8
    address = page.html[start : page.html.index('"', start)]
    lead.sends(address, boxes())
    assert lead.sends(address, boxes()).headings == ["Operation Alder"]
    assert len(every(house, Kind.OPERATION)) == 1


def test_an_id_that_is_another_entrys_is_not_told_of(lead: Person, house: House) -> None:
    keep(house, title="Hidden", groups=("north",), author="x", sio="x")
    page = lead.sends(f"{NEW}?form=O-2026-A1DER", boxes())
    assert page.headings == ["Operation Alder"] and "Hidden" not in page.text
    assert now(house).title == "Hidden" and len(every(house, Kind.OPERATION)) == 2


def test_a_name_that_is_there_already_is_pointed_out(lead: Person, house: House) -> None:
    keep(house)
    keep(house, "O-2026-H1DDN", title="operation alder", groups=("elsewhere",), author="x", sio="x")
    page = enters(lead, boxes(title="Operation  ALDER"))
    assert "The register has this name already: O-2026-A1DER." in page.text
    assert "O-2026-H1DDN" not in page.text, "nor is it told of what they may not read"
    assert len(every(house, Kind.OPERATION)) == 3


def test_another_row_for_a_reference_keeps_what_was_typed(lead: Person) -> None:
    page = lead.opens(NEW)
    typed = {**boxes(), "references-0-system": "APMIS", "references-1-system": "4P plan"}
    page = lead.sends(NEW, {**typed, "add_row": "references"})
    assert 'name="references-2-system"' in page.html
    assert page.html.count('value="APMIS"') == 1 and 'value="Operation Alder"' in page.html


# --- dates --------------------------------------------------------------------------------------------
def test_an_end_before_the_start_is_refused_with_every_word_kept(
    lead: Person, house: House
) -> None:
    form = boxes(
        **day("started", date(2026, 3, 2)), **day("ended", date(2026, 3, 1)), unit="Central"
    )
    page = enters(lead, form, status=422)
    assert "It cannot end before it started. Check both dates." in page.text
    assert 'value="Central"' in page.html and 'value="Operation Alder"' in page.html
    assert not every(house, Kind.OPERATION)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("29", "2", "2025"), "Enter a real day, month and year"),
        (("31", "4", "2026"), "Enter a real day, month and year"),
        (("1", "1", "1"), "This date is too long ago"),
        (("31", "12", "9999"), "This date is too far ahead"),
        (("x", "", ""), "Enter a real day, month and year"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    lead: Person, house: House, typed: tuple[str, str, str], told: str
) -> None:
    page = enters(lead, boxes(**day("ended", typed)), status=422)
    assert told in page.text
    assert not every(house, Kind.OPERATION)


def test_the_29_february_of_a_leap_year_is_a_day(lead: Person, house: House) -> None:
    enters(lead, boxes(**day("started", date(2024, 2, 29)), **day("ended", date(2024, 2, 29))))
    [record] = every(house, Kind.OPERATION)
    assert record.day("started") == record.day("ended") == date(2024, 2, 29)


def test_a_debrief_due_before_the_end_is_questioned_and_may_stand(
    lead: Person, house: House
) -> None:
    form = boxes(**day("ended", date(2026, 5, 8)), **day("debrief_due", date(2026, 5, 6)))
    page = enters(lead, form, status=422)
    assert "would be due before it ends" in page.text
    address = page.html.split('<form method="post" action="/operations')[1].split('"')[0]
    again(lead, f"/operations{address}", page, form)
    [record] = every(house, Kind.OPERATION)
    assert record.day("debrief_due") == date(2026, 5, 6)


def test_what_falls_on_a_bank_holiday_moves_and_says_why(lead: Person, house: House) -> None:
    keep(house, ended=date(2026, 4, 27))  # 28 days later is the spring bank holiday, a Monday
    page = lead.opens("/operations/O-2026-A1DER")
    assert "Due 26 May 2026." in page.text
    assert "because of a bank holiday: Spring bank holiday." in page.text
    keep(
        house, "O-2026-WEEKS", ended=date(2026, 4, 25)
    )  # 28 days later is a Saturday; Monday is the holiday
    page = lead.opens("/operations/O-2026-WEEKS")
    assert "Due 26 May 2026." in page.text and "because of a weekend." in page.text
    form = lead.opens("/operations/O-2026-WEEKS/edit")
    assert "Leave empty for the usual time. The usual time is 28 days after it ends." in form.text


def test_a_day_off_that_somebody_chose_is_kept_and_said(lead: Person, house: House) -> None:
    page = enters(lead, boxes(**day("debrief_due", date(2026, 5, 25))))
    assert "is no working day: 25 May 2026 (Spring bank holiday)" in page.text
    [record] = every(house, Kind.OPERATION)
    assert record.day("debrief_due") == date(2026, 5, 25)


def test_days_that_a_file_by_hand_has_break_no_page(lead: Person, house: House) -> None:
    keep(house, started=date.max, ended=date.min)
    keep(house, "O-2026-FAR00", title="Far", started=date.min, ended=date.max)
    keep(
        house,
        "O-2026-FAR01",
        title="Due far",
        debrief_due=date.min,
        operation_kind="prevent_activity",
    )
    page = lead.opens("/operations?tab=all")
    assert "Operation Alder" in page.text and "Due far" in page.text
    for id in ("O-2026-A1DER", "O-2026-FAR00", "O-2026-FAR01"):
        lead.opens(f"/operations/{id}")
        lead.opens(f"/operations/{id}/edit")
    assert lead.client.get("/operations/list.csv?tab=all").status_code == 200
    assert catch_up(house.library) == 1


# --- what may identify somebody, and markings -----------------------------------------------------------
def test_a_phone_number_is_marked_and_may_be_looked_at(lead: Person, house: House) -> None:
    form = boxes(summary="Ring 07700 900123 for the plan.")
    page = enters(lead, form, status=422)
    assert "07700 900123" in page.text and "Look at this first" in page.text
    assert not every(house, Kind.OPERATION)


@pytest.mark.parametrize(("way", "box"), [("late", "why_late"), ("no-debrief", "no_debrief")])
def test_so_is_one_in_a_single_line(lead: Person, house: House, way: str, box: str) -> None:
    keep(house)
    page = changes(lead, "O-2026-A1DER", {box: "Ring 07700 900123."}, status=422, way=way)
    assert "Look at this first" in page.text and "07700 900123" in page.html
    assert not now(house).line(box)


def test_sensitive_needs_a_reason_and_then_closes_the_entry(
    lead: Person, house: House, person: People
) -> None:
    page = enters(lead, boxes(marking="official_sensitive"), status=422)
    assert "Say why it is OFFICIAL-SENSITIVE" in page.text
    enters(lead, boxes(marking="official_sensitive", restricted_because="Live source"))
    [record] = every(house, Kind.OPERATION)
    officer = person("officer")
    officer.opens(f"/operations/{record.id}", status=404)
    assert "Operation Alder" not in officer.opens("/operations?tab=all").text


# --- changing -------------------------------------------------------------------------------------------
def test_two_people_change_one_entry_and_nothing_is_lost(
    lead: Person, house: House, person: People
) -> None:
    keep(house)
    analyst = person("analyst")
    page = lead.opens("/operations/O-2026-A1DER/edit")
    changes(analyst, "O-2026-A1DER", boxes(unit="Theirs"))
    form = {"version": page.hidden["version"], **boxes(unit="Mine")}
    page = lead.sends("/operations/O-2026-A1DER/edit", form, status=409)
    assert "Somebody was first" in page.text and "Theirs" in page.text
    assert 'value="Mine"' in page.html
    again(lead, "/operations/O-2026-A1DER/edit", page, boxes(unit="Mine"))
    assert now(house).line("unit") == "Mine"


def test_the_main_threat_stays_the_main_one(lead: Person, house: House) -> None:
    keep(house, threats=("money", "drugs"), four_p=("protect", "pursue"))
    page = lead.opens("/operations/O-2026-A1DER/edit")
    chosen = page.html.split('id="threats-main"')[1].split("</select>")[0]
    assert '<option value="money" selected>' in chosen
    given = {
        "threats": ["drugs", "money"],
        "threats-main": "money",
        "four_p": ["pursue", "protect"],
    }
    changes(lead, "O-2026-A1DER", boxes(**given, **{"four_p-main": "protect"}))
    assert now(house).keys("threats") == ("money", "drugs")
    assert now(house).keys("four_p") == ("protect", "pursue")


def test_an_officer_reads_the_register_and_changes_nothing(
    lead: Person, house: House, person: People
) -> None:
    keep(house)
    officer = person("officer")
    page = officer.opens("/operations/O-2026-A1DER")
    assert "Change this entry" not in page.text and "Send a debrief for this operation" in page.text
    for way in ("edit", "late", "no-debrief"):
        officer.opens(f"/operations/O-2026-A1DER/{way}", status=403)
        officer.sends(f"/operations/O-2026-A1DER/{way}", boxes(title="x"), status=403)
    for address in (NEW, "/operations/import", "/operations/import/columns"):
        officer.opens(address, status=403)
    assert "Enter an operation" not in officer.opens("/operations").text
    assert now(house).title == "Operation Alder"


def test_a_named_lead_changes_their_own_but_not_who_leads(
    lead: Person, house: House, person: People
) -> None:
    keep(house, sio="Officer")
    keep(house, "O-2026-THE1R", title="Operation Birch")
    officer = person("officer")
    page = officer.opens("/operations/O-2026-A1DER/edit")
    assert 'name="sio"' not in page.html
    changes(officer, "O-2026-A1DER", boxes(unit="Central", lro="officer"))
    record = now(house)
    assert (record.line("unit"), record.line("lro"), record.line("sio")) == (
        "Central",
        "",
        "officer",
    )
    officer.opens("/operations/O-2026-THE1R/edit", status=403)


def test_somebody_who_does_not_see_the_restriction_leaves_it_as_it_is(
    lead: Person, house: House, person: People
) -> None:
    keep(house, groups=("north",), restricted_because="A source", author="someone")
    analyst = person("analyst", "analyst", "north")
    page = analyst.opens("/operations/O-2026-A1DER/edit")
    assert 'name="marking"' not in page.html and "A source" not in page.text
    changes(analyst, "O-2026-A1DER", boxes(title="Operation Ash", groups="", marking=""))
    record = now(house)
    assert (record.title, record.keys("groups"), record.line("marking")) == (
        "Operation Ash", ("north",), "official",
    )  # fmt: skip


def test_an_operation_of_a_group_shows_nowhere_to_others(
    lead: Person, house: House, person: People
) -> None:
    keep(house, groups=("north",), author="someone", sio="lead", unit="Northern unit")
    assert "Northern unit" not in lead.opens("/operations?tab=all").text
    for address in ("", "/edit", "/late", "/no-debrief", "/history"):
        lead.opens(f"/operations/O-2026-A1DER{address}", status=404)
    lead.sends("/operations/O-2026-A1DER/late", {"why_late": "x"}, status=404)
    assert "Alder" not in lead.client.get("/operations/list.csv?tab=all").text
    member = person("analyst", "analyst", "north")
    assert "Northern unit" in member.opens("/operations?tab=all").text
    assert "Alder" in member.client.get("/operations/list.csv?tab=all").text


def test_a_partner_has_no_register(lead: Person, house: House, person: People) -> None:
    keep(house)
    partner = person("partner")
    partner.opens("/operations", status=404)
    partner.opens("/operations/list.csv", status=404)
    partner.opens("/operations/O-2026-A1DER", status=404)


def test_a_file_written_by_hand_is_changed_here_as_any_other(
    lead: Person, house: House, content: Path
) -> None:
    (content / "operations").mkdir()
    (content / "operations" / "O-2026-HANDY.md").write_text(
        "---\nid: O-2026-HANDY\nkind: operation\ntitle: Operation Hand\noperation_kind: operation\n"
        "marking: official\nauthor: lead\n---\n"
    )
    house.library.sync()
    changes(lead, "O-2026-HANDY", boxes(title="Operation Hand", unit="Central"))
    assert now(house, "O-2026-HANDY").line("unit") == "Central"


# --- the list -------------------------------------------------------------------------------------------
def scene(house: House) -> None:
    """One overdue, one due, one going on, one debriefed, one that needs none."""
    keep(house, "O-2026-1ATE1", title="Operation Late", threats=("drugs",), unit="North")
    keep(
        house,
        "O-2025-01DER",
        title="Operation Older",
        ended=TODAY - timedelta(days=200),
        sio="other",
    )
    keep(house, "O-2026-S00N1", title="Operation Soon", ended=TODAY - timedelta(days=20))
    keep(house, "O-2026-G01NG", title="Operation Going", ended=None)
    keep(house, "O-2026-D0NE1", title="Operation Done", debriefed=TODAY)
    keep(house, "O-2026-N0NE1", title="Operation None", no_debrief="Never began.")
    keep(house, "O-2026-0THER", title="School visits", operation_kind="other", source_id="URN-77")


def test_the_register_lists_what_is_overdue_first_and_counts_all(
    lead: Person, house: House
) -> None:
    scene(house)
    page = lead.opens("/operations")
    assert "Needs a debrief (3)" in page.text and "Overdue (2)" in page.text
    assert "Going on (1)" in page.text and "Ended (6)" in page.text and "All (7)" in page.text
    at = [page.text.index(f"Operation {name}") for name in ("Older", "Late", "Soon")]
    assert at == sorted(at)
    assert "Operation Done" not in page.text and "Debrief overdue" in page.text
    assert "Operation Going" in lead.opens("/operations?tab=going_on").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("threat=drugs", {"Operation Late"}),
        ("unit=North", {"Operation Late"}),
        ("kind=other", {"School visits"}),
        ("words=urn-77", {"School visits"}),
        ("words=operation+o-2025", {"Operation Older"}),
        ("words=%22%3Cscript%3E", set()),
        ("unit=nowhere", set()),
    ],
)
def test_filters_narrow_the_list_and_its_csv(
    lead: Person, house: House, query: str, found: set[str]
) -> None:
    scene(house)
    lead.opens(f"/operations?tab=all&{query}")
    answer = lead.client.get(f"/operations/list.csv?tab=all&{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["title"] for row in rows} == found


def test_mine_are_those_i_lead_under_any_name(lead: Person, house: House) -> None:
    scene(house)
    keep(house, "O-2026-P1AN1", title="Operation Plan", sio="x", plan_owner="LEAD ")
    page = lead.opens("/operations?tab=all&whose=mine")
    assert "Operation Plan" in page.text and "Operation Older" not in page.text


def test_words_that_make_no_sense_in_the_address_do_no_harm(lead: Person, house: House) -> None:
    scene(house)
    page = lead.opens("/operations?tab=nonsense&page=99999999&kind=zz&threat=%00&whose=all")
    assert "Needs a debrief (3)" in page.text


def test_no_cell_of_the_csv_runs_in_a_spreadsheet(lead: Person, house: House) -> None:
    keep(house, title="=HYPERLINK(1)", unit="@cmd", why_late="+1")
    answer = lead.client.get("/operations/list.csv?tab=all")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["title"], row["unit"], row["why_late"]) == ("'=HYPERLINK(1)", "'@cmd", "'+1")
    assert answer.headers["Content-Disposition"].startswith(
        "attachment; filename=OFFICIAL-operations"
    )


def test_a_long_register_comes_in_pages(lead: Person, house: House) -> None:
    fields = {"operation_kind": "operation", "marking": "official", "author": "lead"}
    many = [
        Record(f"O-2026-{n:05d}", Kind.OPERATION, fields={**fields, "title": f"Operation {n}"})
        for n in range(51)
    ]
    house.library.save_many(SYSTEM, "import", [Change(record, 0) for record in many])
    page = lead.opens("/operations?tab=going_on")
    assert page.html.count("app-operations__title") == 50 and "Page 2" in page.html
    assert lead.opens("/operations?tab=going_on&page=2").html.count("app-operations__title") == 1


# --- late, or not needed ---------------------------------------------------------------------------------
def test_why_it_is_late_is_kept_and_shown(lead: Person, house: House) -> None:
    keep(house)
    assert "Say why the debrief is late" in lead.opens("/operations/O-2026-A1DER").text
    page = changes(lead, "O-2026-A1DER", {"why_late": ""}, status=422, way="late")
    assert "Say why it is late." in page.text
    changes(lead, "O-2026-A1DER", {"why_late": "The scene was released late."}, way="late")
    assert now(house).line("why_late") == "The scene was released late."
    assert "The scene was released late." in lead.opens("/operations").text
    assert "Said why it is late" in lead.opens("/operations/O-2026-A1DER/history").text


def test_no_debrief_is_needed_and_then_after_all(lead: Person, house: House) -> None:
    keep(house)
    page = changes(lead, "O-2026-A1DER", {"no_debrief": " "}, status=422, way="no-debrief")
    assert "Say why no debrief is needed." in page.text
    changes(lead, "O-2026-A1DER", {"no_debrief": "It never began."}, way="no-debrief")
    assert "Operation Alder" not in lead.opens("/operations").text
    assert "It never began." in lead.opens("/operations/O-2026-A1DER").text
    changes(lead, "O-2026-A1DER", {"no_debrief": ""}, way="no-debrief")
    assert "Operation Alder" in lead.opens("/operations").text
    assert "Said to need a debrief after all" in lead.opens("/operations/O-2026-A1DER/history").text


# --- what belongs to it ----------------------------------------------------------------------------------
def test_the_page_of_an_operation_shows_what_came_of_it(
    example_house: House, person: People
) -> None:
    lead = person("lead")
    page = lead.opens("/operations/O-2024-HV6B8")
    evaluations = [
        e for e in every(example_house, Kind.EVALUATION) if e.line("activity") == "O-2024-HV6B8"
    ]
    assert evaluations and f"Evaluations ({len(evaluations)})" in page.text
    assert all(e.title in page.text for e in evaluations)
    learned = [
        e for e in every(example_house, Kind.LESSON) if e.line("operation") == "O-2024-HV6B8"
    ]
    assert not learned or f"Lessons ({len(learned)})" in page.text
