"""Hearing back, in a browser: nobody is shut out of their news or of choosing how they hear."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from lessons.services import review
from tests.browser.conftest import DEVICES, Site, Visitor

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]


def accepted(site: Site, author: str, id: str) -> None:
    """A reviewer has tagged and accepted a lesson of this person."""
    fields = {"title": f"When one of {author} is late, tell the room", "state": "sent",
              "learning": "change", "marking": "official", "author": author}  # fmt: skip
    site.house.library.save(SYSTEM, "import", Record(id, Kind.LESSON, fields=fields), expected=0)
    reviewer = site.house.accounts.get(site.newcomer("reviewer")).user
    said = {"decision": "Thank you: two other teams had the same."}
    review.make(site.house.library, reviewer, id, "accept", said, expected=1)


@DEVICES
def test_news_is_read_marked_and_chosen_by_everybody(
    visitor: Visits, site: Site, device: dict[str, object]
) -> None:
    olly = visitor("officer", device)
    for _ in range(2):
        accepted(site, olly.name, site.house.library.fresh_id(Kind.LESSON))
    page = olly.opens("/")
    expect(page.get_by_role("heading", name="News for you")).to_be_visible()
    olly.checks()
    page.get_by_role("link", name="All your news").click()
    expect(page.get_by_text("two other teams had the same").first).to_be_visible()
    olly.checks()
    olly.presses("Mark all as seen")
    expect(page.get_by_text("2 are marked as seen.")).to_be_visible()
    page.get_by_role("link", name="How you hear").click()
    page.get_by_label("Your mail address at work").fill("olly at work")
    page.get_by_label("Once a week").check()
    olly.presses("Save how you hear")
    expect(page.get_by_text("Enter one mail address").first).to_be_visible()
    expect(page.get_by_label("Once a week")).to_be_checked()
    olly.checks()
    page.get_by_label("Your mail address at work").fill("olly@force.example")
    olly.presses("Save how you hear")
    expect(page.get_by_text("How you hear is changed.")).to_be_visible()
    olly.checks()
    assert site.house.accounts.get(olly.name).told == "weekly"
