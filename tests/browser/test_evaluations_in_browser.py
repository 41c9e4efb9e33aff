"""Evaluations on a phone and at a desk: everybody can read the register, the stages and the plot."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import DEVICES, Visitor

NewVisitor = Callable[..., Visitor]
INSIDE = """() => [...document.querySelectorAll(".app-plot__drawing")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("path, text, circle, rect")].map((e) => e.getBoundingClientRect())
    .filter((b) => b.left < frame.left - 1 || b.right > frame.right + 1 || b.bottom > frame.bottom + 1);
}).length"""


@DEVICES
def test_the_register_an_evaluation_and_its_stages_hold_for_everybody(
    visitor: NewVisitor, device: dict[str, Any], shots: Callable[[Page, str], None]
) -> None:
    lead = visitor("lead", device)
    page = lead.opens("/evaluations")
    lead.checks()
    shots(page, "evaluations")
    page.get_by_role("link", name="Call-back for people who lost money").first.click()
    page.get_by_role("img", name="Before and after").wait_for()
    assert page.evaluate(INSIDE) == 0
    lead.checks()
    shots(page, "evaluation")
    lead.opens("/evaluations?standing=overdue")
    page.locator(".app-register a").first.click()
    page.get_by_role("link", name="Measured").click()
    lead.checks()
    page.get_by_role("link", name="Decide").click()
    lead.checks()
    shots(page, "evaluation-decide")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="Finish the evaluation").wait_for()
    lead.checks()
