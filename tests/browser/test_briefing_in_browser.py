"""Before an operation: from home to a printed pack in three taps, and a pack put in order without a script."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.browser.conftest import DESK, PHONE, Site, Visitor

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]
Shots = Callable[[Page, str], None]
SMALL = {**PHONE, "viewport": {"width": 390, "height": 844}}
NAME = "Operation Example Harbour"


def operation(site: Site, lead: str, **fields: Any) -> str:
    """One that begins tomorrow and that this person leads."""
    library = site.house.library
    given = {
        "title": NAME, "operation_kind": "operation", "sio": lead, "started": library.today + timedelta(days=1),
        "threats": ("drugs",), "vulnerabilities": ("cuckooing",), "tactics": ("arrest_phase", "search_warrant"),
        "partners": ("housing",), "four_p": ("pursue", "protect"), "marking": "official", "author": lead, **fields,
    }  # fmt: skip
    text = {
        "summary": "Arrests and searches at six addresses in the early morning; two homes were taken over."
    }
    record = Record(library.fresh_id(Kind.OPERATION), Kind.OPERATION, fields=given, texts=text)
    return library.save(SYSTEM, "register", record, expected=0).record.id


@pytest.mark.parametrize("device", [SMALL, DESK], ids=["phone", "desk"])
def test_from_home_to_a_printed_pack_in_three_taps(
    visitor: Visits, site: Site, shots: Shots, device: dict[str, Any], tmp_path: Any
) -> None:
    lead = visitor("lead", device)
    operation(site, lead.name)
    page = lead.opens("/")
    lead.checks()
    shots(page, "briefing-home")

    lead.presses(f"Get the lessons: {NAME}")
    expect(page.locator("h1")).to_have_text(NAME)
    assert page.locator(".app-brief__lesson").count() >= 5
    lead.checks()
    shots(page, "briefing-draft")
    issue = page.get_by_role("button", name="Issue the pack").first
    expect(issue).to_be_in_viewport()

    with page.expect_navigation():
        issue.click()
    expect(page.locator("h1")).to_have_text(NAME)
    lead.checks()
    shots(page, "briefing-pack")
    button = page.get_by_role("button", name="Print", exact=True)
    expect(button).to_be_in_viewport()
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    button.click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")

    page.emulate_media(media="print")
    shots(page, "briefing-print")
    sheet = tmp_path / "pack.pdf"
    page.pdf(path=sheet, format="A4", print_background=False, prefer_css_page_size=True)
    sides = PdfReader(sheet).pages
    assert len(sides) == 1
    words = " ".join(sides[0].extract_text().split())
    assert NAME in words
    assert "OFFICIAL" in words
    assert "Make a new version" not in words


def test_a_pack_is_put_in_order_without_a_script(visitor: Visits, shots: Shots) -> None:
    officer = visitor("officer", SMALL, script=False)
    page = officer.opens("/briefings/new")
    shots(page, "briefing-new")
    page.get_by_label("Operation or activity").fill("Three doors on Friday")
    page.get_by_label("The plan").fill(
        "Search warrants at three addresses; one home was taken over by a county line."
    )
    page.get_by_role("button", name="Get the lessons").first.click()
    expect(page.locator("h1")).to_have_text("Three doors on Friday")
    lessons = page.locator(".app-brief__lesson")
    before = lessons.count()
    first = lessons.first.get_by_role("heading").inner_text()

    lessons.first.get_by_role("button", name=re.compile("^Remove")).click()
    expect(lessons).to_have_count(before - 1)
    expect(page.get_by_role("heading", name=first)).to_have_count(0)

    page.get_by_label("Words, or the reference of a lesson").fill("interpreter")
    page.get_by_role("button", name="Find").click()
    found = page.locator(".app-brief-found__one").first
    added = found.get_by_role("link").inner_text()
    shots(page, "briefing-add")
    found.get_by_role("button").click()
    expect(lessons).to_have_count(before)
    one = lessons.filter(has_text=added)
    expect(one).to_contain_text("Added by hand")

    one.locator("summary").click()
    one.get_by_label(re.compile("^Note")).fill("Book one by noon.")
    one.get_by_label(re.compile("^Heading")).select_option("Information")
    one.get_by_role("button", name=re.compile("^Move there")).click()
    informed = page.locator(".app-brief").first
    expect(informed).to_contain_text(added)
    expect(one.get_by_label(re.compile("^Note"))).to_have_value("Book one by noon.")
    shots(page, "briefing-edited")
    page.get_by_role("button", name="Issue the pack").last.click()
    expect(informed).to_contain_text("Book one by noon.")


# Beside the home page, a draft and a pack. On a phone all of them; at a desk those that are set otherwise there.
PAGES = {
    "/briefings?tab=all": "Briefings",
    "/briefings/new": "Prepare a briefing",
    "/lessons/L-2023-9VMQB/exercise": "Questions for your team",
    "/account": "Your account",
}
WIDE = {
    "/briefings/B-2026-DA4M2": "Operation Bramble Gate: arrest phase",
    "/briefings/B-2026-DA4M2/answers": "Answer as SIO",
    "/briefings/B-2026-DA4M2/checks": "Questions about the plan",
    "/lessons/L-2023-9VMQB/card": "Card for a shift briefing",
    "/operations/O-2025-PWFF9": "Operation Bramble Gate",
}


@pytest.mark.parametrize(
    ("device", "pages"), [(SMALL, WIDE | PAGES), (DESK, WIDE)], ids=["phone", "desk"]
)
def test_the_other_pages_of_briefings_are_fit_for_everybody(
    visitor: Visits, site: Site, shots: Shots, device: dict[str, Any], pages: dict[str, str]
) -> None:
    lead = visitor("lead", device)
    led_by(site, lead.name, "O-2025-PWFF9")
    for address, heading in pages.items():
        page = lead.opens(address)
        expect(page.locator("h1")).to_have_text(heading)
        lead.checks()
        shots(page, "briefing" + re.sub(r"\W+", "-", address))


def led_by(site: Site, name: str, operation: str) -> None:
    now = site.house.library.records.get(operation)
    named = now.record.with_(sio=name)
    site.house.library.save(SYSTEM, "edit", named, expected=now.revision.number)


def test_the_pages_around_a_draft_are_fit_for_everybody(visitor: Visits, shots: Shots) -> None:
    lead = visitor("lead", SMALL)
    page = lead.opens("/briefings/B-2026-DA4M2")
    lead.presses("Make a new version")
    draft = page.url.removeprefix(lead.site.address).partition("#")[0]
    for part in ("", "/about", "/checks", "/delete"):
        page = lead.opens(draft + part)
        lead.checks()
        shots(page, "briefing-again" + part.replace("/", "-"))


def test_what_is_followed_is_fit_for_everybody_on_a_phone(visitor: Visits, shots: Shots) -> None:
    lead = visitor("lead", SMALL)
    page = lead.opens("/account")
    page.get_by_text("Follow a threat", exact=True).click()
    page.get_by_label("SOC threat").select_option(index=1)
    lead.presses("Follow")
    page.locator("#follows ~ ul summary").first.click()
    lead.checks()
    shots(page, "account-follows")
