"""Finding a lesson on a phone in a doorway and at a desk, by thumb, by keyboard and on paper."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Page, expect

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.browser.conftest import DESK, DEVICES, PHONE, Site, Visitor

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]


def total(page: Page) -> int:
    return int(page.locator("[data-total]").inner_text().split()[0])


def first_of(site: Site, kind: Kind) -> str:
    return next(iter(site.house.library.records.versions(kind)))


def pages_of(site: Site) -> list[tuple[str, int]]:
    """Every kind of page of this room and its neighbours, with the status that it has."""
    records = [f"/{kind.folder}/{first_of(site, kind)}" for kind in Kind]
    return [
        ("/", 200), ("/search?q=two+teams+radio&learning=change&from=2023-01-01", 200),
        ("/search?q=zzzqqq&theme=radio", 200), ("/search?q=radio&page=99", 200),
        ("/search?q=interpretor&kind=lesson&kind=debrief&kind=operation&page=1&foo=1", 200),
        *((address, 200) for address in records), (f"{records[1]}/history", 200), ("/guidance/", 200),
        ("/guidance/accessibility", 200), ("/guidance/the-4ps", 200), ("/account", 200), ("/nowhere", 404),
        ("/lessons/L-2026-ZZZZZ", 404),
    ]  # fmt: skip


@DEVICES
def test_nobody_is_shut_out_of_any_page(
    visitor: Visits, site: Site, device: dict[str, object]
) -> None:
    """Axe finds nothing, nothing hangs over the side, thumbs can hit everything."""
    keeper, found = visitor("disclosure", device), []
    for address, status in pages_of(site):
        keeper.opens(address, status=status)
        try:
            keeper.checks()
        except AssertionError as error:
            found.append(f"{address}: {error}")
    assert not found, "\n".join(found)


@DEVICES
def test_the_sign_in_page_is_open_to_everybody(visitor: Visits, device: dict[str, object]) -> None:
    stranger = visitor("officer", device)
    stranger.context.clear_cookies()
    stranger.opens("/")
    expect(stranger.page).to_have_url(re.compile(r"/login"))
    stranger.checks()


@DEVICES
def test_somebody_planning_finds_the_lesson_and_comes_back_to_the_results(
    visitor: Visits, device: dict[str, object]
) -> None:
    lead = visitor("lead", device)
    page = lead.opens("/")
    page.get_by_label("Search lessons").first.fill("two teams one building radio")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator("mark").first).to_be_visible()
    page.locator(".app-hit__title a").first.click()
    expect(page.locator("h1")).to_contain_text("radio channel")
    page.get_by_role("link", name="Back to the results").click()
    expect(page.get_by_label("Words, or a few sentences")).to_have_value(
        "two teams one building radio"
    )


def test_on_a_phone_the_results_come_before_the_filters_take_the_screen(visitor: Visits) -> None:
    page = visitor("lead", PHONE).opens("/search?q=radio")
    expect(page.get_by_role("button", name="Apply filters")).not_to_be_visible()
    box = page.locator("[data-total]").bounding_box()
    assert box
    assert box["y"] < 740, "the number of results is on the first screen"
    page.locator(".app-filters__summary").click()
    expect(page.get_by_text("Look for").first).to_be_visible()


def test_at_a_desk_the_first_three_groups_of_filters_stand_open(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    folds = page.locator(".app-facet:not(#facet-kind)").evaluate_all("all => all.map(e => e.open)")
    assert folds[:4] == [True, True, True, False]


def test_a_ticked_filter_applies_by_itself_and_going_back_takes_it_away(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    before = total(page)
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_contain_text("Change this")
    after = total(page)
    assert 0 < after < before
    assert "learning=change" in page.url
    expect(page.locator("[data-announce]")).to_have_text(f"{after} results")
    expect(page.get_by_label("Change this")).to_be_focused()
    page.go_back()
    expect(page.locator("[data-total]")).to_have_text(f"{before} results")
    expect(page.locator(".app-chosen__tag")).to_have_count(0)


def test_a_fold_that_was_shut_stays_shut_when_a_filter_applies(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    page.locator("#facet-four_p summary").first.click()
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_be_visible()
    assert page.locator("#facet-four_p").evaluate("e => e.open") is False


def test_other_words_keep_the_filters_that_were_ticked(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_be_visible()
    page.get_by_label("Words, or a few sentences").fill("radio")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=radio**")
    expect(page.locator(".app-chosen__tag")).to_contain_text("Change this")


def test_filters_that_cannot_be_fetched_say_so_and_the_button_still_works(visitor: Visits) -> None:
    lead = visitor("lead", DESK)
    page = lead.opens("/search?q=warrant")
    lead.context.set_offline(True)
    page.get_by_label("Change this").check()
    expect(page.locator("[data-announce]")).to_contain_text("could not be applied")
    lead.context.set_offline(False)
    lead.presses("Apply filters")
    assert "learning=change" in page.url


@DEVICES
def test_without_javascript_the_filters_work_by_their_button(
    visitor: Visits, device: dict[str, object]
) -> None:
    lead = visitor("lead", device, script=False)
    page = lead.opens("/search?q=warrant")
    before = total(page)
    if device is PHONE:
        page.locator(".app-filters__summary").click()
    page.get_by_label("Change this").check()
    lead.presses("Apply filters")
    assert total(page) < before
    page.locator(".app-chosen__tag").click()
    expect(page.locator("[data-total]")).to_have_text(f"{before} results")


def test_the_keyboard_alone_is_enough(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search lessons").first).to_be_focused()
    page.keyboard.type("warrant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=warrant**")
    tab_to(page, "#learning-1")
    page.keyboard.press("Space")
    expect(page.locator(".app-chosen__tag")).to_be_visible()
    tab_to(page, ".app-hit__title a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/**")
    tab_to(page, "article a[href$=history]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("History")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus, which must then be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            shown = "getComputedStyle(document.activeElement)"
            assert page.evaluate(f"{shown}.outlineStyle != 'none' || {shown}.boxShadow != 'none'")
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_on_paper_the_marking_stands_at_the_head_and_the_foot_of_every_sheet(
    visitor: Visits, site: Site, tmp_path: Path
) -> None:
    record = Record(
        site.house.library.fresh_id(Kind.LESSON), Kind.LESSON,
        fields={"title": "A long one", "state": "observation", "marking": "official_sensitive"},
        texts={"detail": "\n\n".join(f"Paragraph {n}. " + "What we saw at the door. " * 30 for n in range(24))},
    )  # fmt: skip
    site.house.library.save(SYSTEM, "send", record, expected=0)
    page = visitor("lead", DESK).opens(f"/lessons/{record.id}")
    page.emulate_media(media="print")
    for gone in (".app-header", ".app-navigation", ".govuk-back-link"):
        expect(page.locator(gone).first).not_to_be_visible()
    paper, reader = tmp_path / "lesson.pdf", which("pdftotext")
    page.pdf(path=str(paper), format="A4", prefer_css_page_size=True)
    if reader is None:
        assert (
            page.locator(".app-top").evaluate("e => getComputedStyle(e).display")
            == "table-header-group"
        )
        assert (
            page.locator(".app-footer").evaluate("e => getComputedStyle(e).display")
            == "table-footer-group"
        )
        return
    text = subprocess.run(
        [reader, "-layout", str(paper), "-"], capture_output=True, check=True, text=True
    )
    sheets = [sheet for sheet in text.stdout.split("\f") if sheet.strip()]
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        lines = [line.strip() for line in sheet.splitlines() if line.strip()]
        assert "OFFICIAL-SENSITIVE" in lines[0], f"head of sheet {number}"
        assert any("OFFICIAL-SENSITIVE" in line for line in lines[-2:]), f"foot of sheet {number}"
