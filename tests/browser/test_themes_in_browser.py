"""Themes on a phone and at a desk: everybody can read the list, the plots, and what the lessons say together."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import DEVICES, Visitor

NewVisitor = Callable[..., Visitor]
INSIDE = """() => [...document.querySelectorAll(".app-plot__drawing")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("rect.app-plot__box, text")].map((e) => e.getBoundingClientRect())
    .filter((b) => b.left < frame.left - 1 || b.right > frame.right + 1 || b.bottom > frame.bottom + 1);
}).length"""


@DEVICES
def test_the_list_and_a_theme_hold_for_everybody(
    visitor: NewVisitor, device: dict[str, Any], shots: Callable[[Page, str], None]
) -> None:
    reviewer = visitor("reviewer", device)
    page = reviewer.opens("/themes")
    reviewer.checks()
    assert page.evaluate("document.documentElement.scrollHeight") < 4_000
    assert page.get_by_role("link", name="Add a theme").is_visible()
    shots(page, "themes")
    page.get_by_text("Why is it here?").first.click()
    assert page.get_by_text("Points halve with each year of age").first.is_visible()
    page.get_by_role("link", name="Information sharing").first.click()
    page.get_by_role("img", name="Lessons by quarter").wait_for()
    assert page.evaluate(INSIDE) == 0
    reviewer.checks()
    shots(page, "theme")
    page.get_by_text("The numbers as a table").first.click()
    assert page.get_by_role("columnheader", name="Quarter").is_visible()
    reviewer.checks()


@DEVICES
def test_themes_need_no_script(visitor: NewVisitor, device: dict[str, Any]) -> None:
    page = visitor("officer", device, script=False).opens("/themes")
    page.get_by_label("Words in a theme").fill("handover")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Handover", exact=True).click()
    page.get_by_role("heading", name="Trend").wait_for()
