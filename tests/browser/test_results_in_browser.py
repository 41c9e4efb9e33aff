"""Results that follow the filters, offers under the search box, links to copy and sheets to print."""

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
BOX = "Words, or a few sentences"


def total(page: Page) -> int:
    return int(page.locator("[data-total]").inner_text().split()[0])


def stays(page: Page) -> None:
    """Mark this page, so that `stayed` can tell whether another one was loaded."""
    page.evaluate("window.same = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.same === true") is True


# --- without a new page -------------------------------------------------------------------------------
def test_order_and_tags_change_the_results_in_place_and_back_undoes_each(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant&learning=change&four_p=pursue")
    stays(page)
    both = total(page)
    page.get_by_role("link", name="Newest").click()
    expect(page.locator(".app-sort strong")).to_have_text("Newest")
    page.locator(".app-chosen__tag").filter(has_text="4P").click()
    expect(page.locator(".app-chosen__tag")).to_have_count(1)
    assert total(page) > both
    expect(page.locator("[data-total]")).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text(f"{total(page)} results")
    assert page.url.endswith("/search?q=warrant&learning=change&sort=newest")
    page.get_by_label("Keep doing").check()
    expect(page.locator(".app-chosen__tag")).to_have_count(2)
    assert "sort=newest" in page.url, "the order stays as it was chosen"
    page.go_back()
    expect(page.locator(".app-chosen__tag")).to_have_count(1)
    expect(page.get_by_label("Keep doing")).not_to_be_checked()
    page.go_back()
    page.go_back()
    expect(page.locator(".app-sort strong")).to_have_text("Best")
    expect(page.locator("[data-total]")).to_have_text(re.compile(f"^{both} result"))
    page.go_forward()
    expect(page.locator(".app-sort strong")).to_have_text("Newest")
    assert stayed(page), "no page was loaded anew"


def test_a_link_opened_in_a_new_tab_opens_there(visitor: Visits) -> None:
    lead = visitor("lead", DESK)
    page = lead.opens("/search?q=warrant")
    with lead.context.expect_page() as opened:
        page.get_by_role("link", name="Newest").click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator(".app-sort strong")).to_have_text("Newest")
    expect(page.locator(".app-sort strong")).to_have_text("Best")


def test_the_marking_of_the_page_follows_what_it_shows(visitor: Visits, site: Site) -> None:
    for n, marking in enumerate(("official", "official_sensitive")):
        record = Record(
            site.house.library.fresh_id(Kind.LESSON), Kind.LESSON,
            fields={"title": f"Quagmire {n}", "state": "observation", "marking": marking,
                    "learning": ("keep", "warning")[n]},
        )  # fmt: skip
        site.house.library.save(SYSTEM, "send", record, expected=0)
    page = visitor("lead", DESK).opens("/search?q=quagmire&learning=keep")
    shown = page.locator(".app-marking")
    assert [m.split()[-1] for m in shown.all_inner_texts()] == ["OFFICIAL"] * 2
    page.get_by_label("Warning").check()
    expect(page.locator("[data-total]")).to_have_text("2 results")
    assert [m.split()[-1] for m in shown.all_inner_texts()] == ["OFFICIAL-SENSITIVE"] * 2
    page.get_by_label("Warning").uncheck()
    expect(page.locator("[data-total]")).to_have_text("1 result")
    assert [m.split()[-1] for m in shown.all_inner_texts()] == ["OFFICIAL"] * 2


def test_quick_fingers_get_the_last_of_what_they_chose(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    for label in ("Change this", "Keep doing", "Change this"):
        page.get_by_label(label).click()
    expect(page.locator(".app-chosen__tag")).to_have_count(1)
    expect(page.locator(".app-chosen__tag")).to_contain_text("Keep doing")
    assert page.url.endswith("learning=keep")


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(visitor: Visits) -> None:
    lead = visitor("lead", DESK)
    page = lead.opens("/search?q=warrant")
    lead.context.clear_cookies()
    page.get_by_label("Change this").click()
    page.wait_for_url("**/login?next=**")
    assert "learning%3Dchange" in page.url


def test_on_a_phone_a_button_at_the_foot_of_the_filters_leads_to_the_results(
    visitor: Visits,
) -> None:
    lead = visitor("lead", PHONE)
    page = lead.opens("/search?q=warrant")
    expect(page.locator("[data-show]")).not_to_be_visible()
    page.locator(".app-filters__summary").click()
    page.get_by_label("Change this").check()
    expect(page.locator(".app-filters__summary")).to_have_text("Filters (1)")
    show = page.locator("[data-show]")
    expect(show).to_have_text(f"Show {total(page)} results")
    expect(show).to_be_in_viewport()
    lead.checks()
    show.click()
    expect(page.locator(".app-filters__body")).not_to_be_visible()
    expect(page.locator("[data-total]")).to_be_in_viewport()
    expect(page.locator("[data-total]")).to_be_focused()
    lead.checks()


def test_no_filter_hides_behind_the_button_while_the_keyboard_goes_through(visitor: Visits) -> None:
    page = visitor("lead", PHONE).opens("/search?q=warrant")
    page.locator(".app-filters__summary").click()
    page.locator(".app-filters__summary").focus()
    hidden = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const bar = document.querySelector(".app-filters__show").getBoundingClientRect();
      return !document.activeElement.closest(".app-filters__show") && box.bottom > bar.top && box.top < bar.bottom;
    }"""
    for _ in range(25):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")


@DEVICES
def test_extracts_take_two_lines_and_show_a_marked_word(
    visitor: Visits, device: dict[str, object]
) -> None:
    page = visitor("lead", device).opens("/search?q=two+teams+radio+channel")
    seen = page.locator(".app-hit__extract:has(mark)").evaluate_all(
        """all => all.map(e => {
          const line = parseFloat(getComputedStyle(e).lineHeight), box = e.getBoundingClientRect();
          const mark = e.querySelector("mark").getBoundingClientRect();
          return [Math.round(box.height / line), mark.bottom <= box.bottom + 1];
        })"""
    )
    assert seen
    assert all(lines <= 2 and marked for lines, marked in seen), seen


# --- offers under the box -----------------------------------------------------------------------------
@DEVICES
def test_an_offer_is_found_chosen_and_searched_for_by_keyboard(
    visitor: Visits, device: dict[str, object]
) -> None:
    lead = visitor("lead", device)
    page = lead.opens("/")
    box = page.get_by_role("combobox", name="Search lessons").first
    below = page.locator("h2").first.bounding_box()
    box.press_sequentially("theme:rad")
    offers = page.get_by_role("option")
    expect(offers.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.locator("h2").first.bounding_box() == below, "nothing on the page moves"
    lead.checks()
    expect(page.locator(".app-search__row [role=status]")).to_contain_text("Suggestions:")
    page.keyboard.press("ArrowDown")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == offers.first.get_attribute("id")
    lead.checks()
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None, "back in the box"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator(".app-chosen__tag")).to_contain_text("Radio and communications")


def test_escape_shuts_the_offers_and_keeps_what_was_typed(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search")
    box = page.get_by_role("combobox", name=BOX)
    box.press_sequentially("theme:rad")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).not_to_be_visible()
    expect(box).to_have_value("theme:rad")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).not_to_be_visible()


def test_an_offer_can_be_pressed(visitor: Visits) -> None:
    page = visitor("lead", PHONE).opens("/search")
    page.get_by_role("combobox", name=BOX).press_sequentially("theme:rad")
    page.get_by_role("option", name="Radio and communications").first.tap()
    page.wait_for_url("**/search?**")
    expect(page.locator(".app-hit").first).to_be_visible()


def test_words_are_searched_for_as_they_are_where_no_offer_is_chosen(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/")
    page.get_by_role("combobox").first.press_sequentially("radio")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=radio")


def test_without_a_connection_the_box_is_a_plain_box(visitor: Visits) -> None:
    lead = visitor("lead", DESK)
    page = lead.opens("/")
    lead.context.set_offline(True)
    page.get_by_role("combobox").first.press_sequentially("theme:rad")
    page.wait_for_timeout(400)
    expect(page.get_by_role("option")).to_have_count(0)
    lead.context.set_offline(False)


# --- to keep ------------------------------------------------------------------------------------------
@DEVICES
def test_a_search_is_saved_found_renamed_and_removed(
    visitor: Visits, device: dict[str, object]
) -> None:
    lead = visitor("lead", device)
    page = lead.opens("/search?q=warrant")
    page.get_by_text("Save, share or print").click()
    lead.checks()
    lead.presses("Save this search")
    expect(page.get_by_role("alert")).to_contain_text("Saved as “warrant”")
    lead.checks()
    lead.opens("/")
    lead.checks()
    page.get_by_role("link", name="Rename or remove them").click()
    page.locator(".app-saved summary").click()
    page.get_by_label("Name of this search").fill("Doors")
    lead.checks()
    lead.presses("Save warrant")
    page.get_by_role("link", name="Doors", exact=True).click()
    assert page.url.endswith("/search?q=warrant")
    lead.opens("/account")
    page.locator(".app-saved summary").click()
    lead.presses("Remove Doors")
    expect(page.locator(".app-saved")).to_have_count(0)


def test_the_link_to_copy_is_that_of_the_results_as_they_stand(visitor: Visits) -> None:
    lead = visitor("lead", DESK)
    lead.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = lead.opens("/search?q=warrant")
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_be_visible()
    page.get_by_text("Save, share or print").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("[data-copied]")).to_contain_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == f"{lead.site.address}/search?q=warrant&learning=change"


def test_the_files_are_those_of_the_results_as_they_stand(visitor: Visits) -> None:
    page = visitor("lead", DESK).opens("/search?q=warrant")
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_be_visible()
    page.get_by_text("Save, share or print").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON Lines").click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == total(page)


def test_without_javascript_the_page_says_how_to_copy_and_print(visitor: Visits) -> None:
    lead = visitor("lead", PHONE, script=False)
    page = lead.opens("/search?q=warrant")
    page.get_by_text("Save, share or print").click()
    expect(page.get_by_text("copy the address of this page")).to_be_visible()
    for name in ("Copy the link", "Print"):
        expect(page.get_by_role("button", name=name, exact=True)).not_to_be_visible()
    lead.presses("Save this search")
    expect(page.get_by_text("Saved as “warrant”")).to_be_visible()


def test_results_print_clean(visitor: Visits, tmp_path: Path) -> None:
    page = visitor("lead", DESK).opens("/search?q=radio+channel&learning=change")
    page.emulate_media(media="print")
    for gone in (".app-search", ".app-filters", ".app-sort", ".app-keep", ".app-chosen"):
        for each in page.locator(gone).all():
            expect(each).not_to_be_visible()
    expect(page.locator(".app-on-paper")).to_contain_text("/search?q=radio+channel&learning=change")
    expect(page.locator(".app-on-paper")).to_contain_text("radio channel; Kind of learning: Change")
    cut = "all => all.filter(e => e.scrollHeight > e.clientHeight + 1).length"
    assert page.locator(".app-hit__extract").evaluate_all(cut) == 0, "extracts stand in full"
    reader = which("pdftotext")
    if reader is None:
        return
    paper = tmp_path / "results.pdf"
    page.pdf(path=str(paper), format="A4", prefer_css_page_size=True)
    text = subprocess.run([reader, str(paper), "-"], capture_output=True, check=True, text=True)
    first = text.stdout.split("\f")[0]
    assert first.strip().startswith("OFFICIAL")
    assert "Apply filters" not in first
