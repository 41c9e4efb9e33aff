"""A reviewer mends a failing search on a phone and at a desk, with and without JavaScript."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import expect

from lessons.ports import Outcome
from tests.browser.conftest import DESK, DEVICES, Site, Visitor

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]
NUMBERS = count(1)


@DEVICES
def test_a_reviewer_mends_a_search_with_one_press(
    visitor: Visits, site: Site, device: dict[str, object]
) -> None:
    words = f"kukoo barge {'abcdefgh'[next(NUMBERS)]}"
    officer = visitor("officer", device)
    officer.opens(f"/search?q={words}")
    for _ in range(9):
        site.house.tally.count(words, Outcome.EMPTY, site.house.library.today)
    reviewer = visitor("reviewer", device)
    page = reviewer.opens("/")
    page.get_by_role("link", name="Searches that fail").click()
    page.wait_for_url("**/search/failing")
    reviewer.checks()
    row = page.get_by_role("region", name=words)
    row.locator("summary").click()
    reviewer.checks()
    row.get_by_label("Means the same as").fill("nonsense")
    row.get_by_role("button", name="Make it a synonym").click()
    expect(page.get_by_role("link", name="No list has that term.")).to_be_visible()
    reviewer.checks()
    row.get_by_label("Means the same as").fill("home takeover")
    row.get_by_role("button", name="Make it a synonym").click()
    expect(page.get_by_role("alert")).to_contain_text("now means the same as “cuckooing”")
    expect(row).to_have_count(0)
    reviewer.checks()
    page.get_by_role("alert").get_by_role("link", name="Try it").click()
    page.wait_for_url("**/search?q=**")
    expect(page.locator(".app-hit").first).to_be_visible()
    reviewer.opens("/search/failing")
    undo = page.get_by_role("button", name=f"Undo (“{words}”)")
    undo.click()
    expect(row).to_have_count(1)


def test_without_javascript_every_press_works(visitor: Visits, site: Site) -> None:
    words = "kukoo tricycle"
    for _ in range(12):
        site.house.tally.count(words, Outcome.EMPTY, site.house.library.today)
    reviewer = visitor("reviewer", DESK, script=False)
    page = reviewer.opens("/search/failing")
    reviewer.presses(f"Not a gap (“{words}”)")
    expect(page.get_by_role("alert")).to_contain_text("set aside")


def test_a_result_that_is_opened_was_not_left(visitor: Visits, site: Site) -> None:
    page = visitor("lead", DESK).opens("/search?q=interpreter+phoneline")
    page.get_by_label("Change this").check()
    expect(page.locator(".app-chosen__tag")).to_have_count(1)
    assert [f for f in site.house.tally.failing() if f.words == "interpreter phoneline"]
    page.locator(".app-hit__title a").first.click()
    page.wait_for_url("**/lessons/**")
    assert not [f for f in site.house.tally.failing() if f.words == "interpreter phoneline"]
