"""The dashboard: what people see of it, what they can take away, and what no figure tells them."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.measure import FIGURES
from lessons.domain.record import Kind, Record
from lessons.services.insight.dashboard import Wanted, figures
from lessons.web.dashboard_sections import PLOTS
from tests.people import Person

Make = Callable[..., Person]
ANALYST = User("analyst", Role.ANALYST)


def keep(house: House, kind: Kind, **fields: Any) -> str:
    id = house.library.fresh_id(kind)
    record = Record(id, kind, fields={"title": "One more", "marking": "official"} | fields)
    house.library.save(SYSTEM, "import", record, expected=0)
    return id


def lesson(house: House, **fields: Any) -> str:
    today = house.library.today
    return keep(house, Kind.LESSON, **(
        {"learning": "warning", "state": "observation", "occurred": today, "four_p": ("pursue",)} | fields
    ))  # fmt: skip


def values(house: House, reader: User = ANALYST, **wanted: Any) -> dict[str, Any]:
    board = figures(house.library, reader, Wanted(**wanted))
    return {key: (figure.value, figure.n, figure.parts) for key, figure in board.figures.items()}


# --- the page --------------------------------------------------------------------------------------
def test_an_analyst_looks_at_every_plot_and_can_read_each_as_a_table_and_a_file(
    example_house: House, person: Make
) -> None:
    analyst = person("analyst")
    page = analyst.opens("/dashboard?period=all")
    assert page.headings == ["Dashboard"]
    html = analyst.response.text
    drawings = html.count('role="img"')
    assert drawings == html.count("The numbers as a table") == len(PLOTS)
    for key in PLOTS:
        assert f"/dashboard/{key}.csv?period=all" in [href for href, _ in page.links]
    for each in FIGURES.values():
        assert " ".join(each.label.split()) in page.text
    assert "Counted from what you may read" in page.text
    assert "312 (84 %) were pursue" in page.text
    assert "<script>" not in html
    assert " style=" not in html


def test_a_page_with_nothing_in_it_says_so(person: Make) -> None:
    page = person("officer").opens("/dashboard")
    assert "There is nothing to draw for this period." in page.text
    assert "0 %" not in page.text


def test_the_address_of_a_view_can_be_passed_on(person: Make) -> None:
    lead = person("lead")
    page = lead.opens("/dashboard?threat=drugs&period=own&from=2025-01-01&to=2025-12-31")
    assert "1 January 2025 to 31 December 2025" in page.text
    assert "small numbers are not shown" in page.text
    link = page.link("Download every figure")
    assert link.endswith("?threat=drugs&period=own&from=2025-01-01&to=2025-12-31")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2025-02-29", "Write a day as year-month-day"),
        ("to=31/12/2025", "Write a day as year-month-day"),
        ("from=2026-02-01&to=2026-01-01", "The first day is after the last one."),
    ],
)
def test_a_day_that_is_none_is_told_at_its_box_and_stays_as_typed(
    person: Make, query: str, told: str
) -> None:
    officer = person("officer")
    page = officer.opens(f"/dashboard?{query}", status=422)
    assert told in page.text
    boxes = {box["name"]: box.get("value", "") for box in page.boxes if "name" in box}
    typed = dict(pair.split("=") for pair in query.split("&"))
    assert {name: boxes[name] for name in typed} == typed
    officer.opens(f"/dashboard/balance.csv?{query}", status=422)


def test_a_unit_or_a_threat_that_is_not_there_shows_nothing_and_breaks_nothing(
    person: Make,
) -> None:
    officer = person("officer")
    officer.opens("/dashboard?unit=<script>alert(1)</script>&threat=none&period=never")
    assert "<script>alert" not in officer.response.text


def test_partners_do_not_see_it(person: Make) -> None:
    partner = person("partner")
    for address in ("/dashboard", "/dashboard/figures.csv", "/dashboard/monthly"):
        partner.opens(address, status=403)


# --- taken away ------------------------------------------------------------------------------------
def rows_of(someone: Person, address: str) -> list[list[str]]:
    answer = someone.client.get(address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_file_says_its_marking_its_meaning_and_runs_nothing(house: House, person: Make) -> None:
    today = house.library.today
    for n, unit in enumerate(["=HYPERLINK(1)", "+1", "@x", "-2"] * 2):
        lesson(house, unit=unit, occurred=today - timedelta(n))
    theme = house.library.vocabularies["theme"].current[0]
    record = house.library.records.settle(theme.key, at=house.library.clock())
    house.library.save(
        SYSTEM, "theme", record.record.with_(label="=cmd|'/c calc'!A1"), expected=record.revision.number
    )  # fmt: skip
    house.library.forget_lists()
    for unit in ("North", "South", "East"):
        lesson(house, unit=unit, themes=(theme.key,))
    rows = rows_of(person("analyst"), "/dashboard/recurring_themes.csv?unit=&period=all")
    assert rows[0] == ["OFFICIAL"]
    assert any("three or more from at least two quarters" in row[0] for row in rows if row)
    cells = [cell for row in rows for cell in row]
    assert "'=cmd|'/c calc'!A1" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_the_file_of_all_figures_has_every_one(person: Make) -> None:
    officer = person("officer")
    rows = rows_of(officer, "/dashboard/figures.csv?period=all")
    assert {row[0] for row in rows if row} >= set(FIGURES)
    assert rows_of(officer, "/dashboard/debrief_rate.csv")[-1][0] == "debrief_rate"
    officer.opens("/dashboard/nothing.csv", status=404)


# --- what nobody learns from it ---------------------------------------------------------------------
def test_what_somebody_may_not_read_changes_no_figure(example_house: House) -> None:
    house, today = example_house, example_house.library.today
    before, all_before = values(house), values(house, SYSTEM)
    hidden = {"groups": ("cedar",), "restricted_because": "Need to know."}
    secret = lesson(
        house, unit="Secret unit", themes=("handover",), recurrence="after_learned", **hidden
    )
    keep(
        house,
        Kind.OPERATION,
        operation_kind="operation",
        ended=today - timedelta(90),
        unit="Secret unit",
        **hidden,
    )
    keep(house, Kind.EVALUATION, due=today - timedelta(9), four_p=("prevent",), **hidden)
    keep(
        house,
        Kind.ACTION,
        owner="lead",
        due=today - timedelta(9),
        of=(secret,),
        action_state="open",
        **hidden,
    )
    keep(
        house,
        Kind.DEBRIEF,
        operation_name="Op",
        occurred=today,
        debrief_type="hot",
        four_p=("pursue",),
    )
    lesson(house, state="sent", sent=house.library.clock() - timedelta(30))
    assert values(house) == before
    board = figures(house.library, ANALYST, Wanted())
    assert "Secret unit" not in board.units
    told = values(house, SYSTEM)
    for key in (
        "debriefs_overdue",
        "evaluations_overdue",
        "actions_overdue",
        "four_p_debriefs",
        "days_to_answer",
    ):
        assert told[key] != all_before[key], key


def test_an_action_is_under_a_threat_only_through_what_may_be_read(house: House) -> None:
    hidden = lesson(
        house, threats=("drugs",), groups=("cedar",), restricted_because="Need to know."
    )
    for n in range(6):
        keep(
            house, Kind.ACTION, owner="lead", of=(hidden,), action_state="open", title=f"Change {n}"
        )
    assert values(house, threat="drugs")["actions_open"][0] == 0
    assert values(house, SYSTEM, threat="drugs")["actions_open"][0] == 6


def test_small_numbers_of_a_unit_are_not_shown_nor_given_back_by_the_force(house: House) -> None:
    today = house.library.today
    for unit, late in (("North", 2), ("South", 8), ("East", 9)):
        for n in range(late):
            keep(
                house, Kind.EVALUATION, unit=unit, due=today - timedelta(n + 1), four_p=("prevent",)
            )
    assert values(house)["evaluations_overdue"][0] == 19
    north, south, east = (
        values(house, unit=unit)["evaluations_overdue"] for unit in ("north", "South", "East")
    )
    assert north == south == (None, None, {})
    assert east[0] == 9
    assert east[1] is None, "how many there are would give away the rest"


def test_figures_name_nobody(house: House, person: Make) -> None:
    for n in range(6):
        keep(
            house,
            Kind.ACTION,
            owner="Quentin Q",
            due=house.library.today,
            action_state="open",
            title=f"Do {n}",
        )
        lesson(house, author="Quentin Q", owner="Quentin Q", unit=f"Unit {n}")
    analyst = person("analyst")
    for address in ("/dashboard", "/dashboard/figures.csv", "/dashboard/monthly"):
        assert "Quentin" not in analyst.client.get(address).text


def test_a_record_without_a_date_belongs_to_no_period_but_all(house: House) -> None:
    lesson(house, occurred=date(2024, 2, 29))
    assert values(house)["positive_share"][1] == 1
    assert values(house, since=date(2024, 2, 29), until=date(2024, 2, 29))["positive_share"][1] == 1
    assert values(house, since=date(2024, 3, 1))["positive_share"][1] == 0
