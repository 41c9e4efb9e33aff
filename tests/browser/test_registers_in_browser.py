"""The registers on a phone and at a desk: what only a browser can show."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.browser.conftest import DESK, PHONE, Site, Visitor

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]
Shots = Callable[[Page, str], None]
SMALL = {**PHONE, "viewport": {"width": 390, "height": 844}}
# Those with the widest tables and plots; on a phone some more.
WIDE = {
    "/operations": "Operations",
    "/evaluations/E-2024-2WDVN": "Gates on the back lanes of one estate: evaluation",
    "/actions": "Actions",
    "/dashboard": "Dashboard",
}
MORE = {
    "/operations/O-2026-3FS6D": "Operation Slate Ladder",
    "/evaluations": "Evaluations",
    "/findings": "Findings",
    "/findings/F-2023-0ZPF5": "There was no routine evaluation of prevent and protect activities",
}


@pytest.mark.parametrize(
    ("device", "pages"), [(SMALL, WIDE | MORE), (DESK, WIDE)], ids=["phone", "desk"]
)
def test_the_pages_of_the_registers_are_fit_for_everybody(
    visitor: Visits, shots: Shots, device: dict[str, Any], pages: dict[str, str]
) -> None:
    lead = visitor("lead", device)
    for address, heading in pages.items():
        page = lead.opens(address)
        expect(page.locator("h1")).to_have_text(heading)
        lead.checks()
        shots(page, address.strip("/").replace("/", "-"))


def test_a_protect_activity_is_entered_on_a_phone_and_its_evaluation_falls_due(
    visitor: Visits, shots: Shots
) -> None:
    lead = visitor("lead", SMALL)
    page = lead.opens("/operations/new")
    lead.presses("Enter it in the register")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    lead.checks()
    summary.get_by_role("link").first.click()
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("Locks for farm diesel tanks")
    page.get_by_label("Protect activity").check()
    page.get_by_label("Plan owner").fill(lead.name)
    lead.presses("Enter it in the register")
    expect(page.locator("h1")).to_have_text("Locks for farm diesel tanks")
    expect(page.locator(".app-falls-due")).to_contain_text("Evaluation")
    lead.checks()
    shots(page, "activity-entered")

    page.locator(".app-falls-due").get_by_role("link", name=re.compile("evaluation$")).click()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("h1")).to_have_text("Objective")
    page.get_by_label("Objective").fill("Half as many thefts of diesel in a year.")
    lead.presses("Save and go on")
    expect(page.locator("h1")).to_have_text("Delivered")
    page.get_by_label("Reached", exact=True).fill("90")
    page.get_by_label("Eligible", exact=True).fill("60")
    lead.presses("Save and go on")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("90 were reached out of 60")
    expect(page.get_by_label("Reached", exact=True)).to_have_value("90")
    lead.checks()
    shots(page, "evaluation-delivered")


def test_vague_words_are_questioned_while_somebody_types(visitor: Visits, shots: Shots) -> None:
    lead = visitor("lead")
    page = lead.opens("/actions/new?of=L-2026-V6KAW")
    page.get_by_label("What will be done").press_sequentially("Ensure that handovers improve")
    asked = page.locator("[data-wording]")
    expect(asked).to_contain_text("how would somebody else see that it was done?")
    page.get_by_label("Briefing or reminder").check()
    expect(asked).to_contain_text("People forget.")
    lead.checks()
    shots(page, "action-wording")
    page.get_by_label("What will be done").fill("Put a sheet in each scene box")
    page.get_by_label("Change the system or kit").check()
    expect(asked).to_be_empty()


def action(site: Site, owner: str) -> Record:
    fields: dict[str, Any] = {
        "title": "Put a sheet in each scene box", "owner": owner, "author": "lead", "marking": "official",
        "due": site.house.library.today, "strength": "checklist", "action_state": "open",
    }  # fmt: skip
    record = Record(site.house.library.fresh_id(Kind.ACTION), Kind.ACTION, fields=fields)
    return site.house.library.save(SYSTEM, "agree", record, expected=0).record


def test_an_action_is_done_with_a_file_that_shows_it(
    visitor: Visits, site: Site, shots: Shots, tmp_path: Path
) -> None:
    officer = visitor("officer", SMALL)
    mine = action(site, officer.name)
    page = officer.opens("/")
    expect(page.locator("#my-actions")).to_be_visible()
    officer.checks()
    shots(page, "home-with-actions")
    page.get_by_role("link", name=mine.title).click()
    officer.checks()
    page.get_by_role("link", name="It is done").click()

    drawing = tmp_path / "sheet.svg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    page.get_by_label("Evidence").fill("Nine of nine boxes had one.")
    page.get_by_label("Files that show it").set_input_files(drawing)
    officer.presses("It is done")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.get_by_label("Evidence")).to_have_value("Nine of nine boxes had one.")
    officer.checks()
    shots(page, "action-refused-file")

    shown = tmp_path / "boxes.csv"
    shown.write_text("box,sheet\n1,yes\n2,yes\n", encoding="utf-8")
    page.get_by_label("Files that show it").set_input_files(shown)
    officer.presses("It is done")
    expect(page.locator("h1")).to_have_text(mine.title)
    expect(page.locator(".app-files")).to_contain_text("boxes.csv")
    officer.checks()
    with page.expect_download() as taken:
        page.get_by_role("link", name="boxes.csv", exact=True).click()
    assert Path(taken.value.path()).read_text(encoding="utf-8") == "box,sheet\n1,yes\n2,yes\n"
