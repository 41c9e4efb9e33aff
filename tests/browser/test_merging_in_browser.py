"""A reviewer merges two lessons, says that one happened again, and keeps others true, on a phone and at a desk."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from lessons.domain.access import SYSTEM
from lessons.ports import Change
from tests.browser.conftest import DEVICES, Site, Visitor
from tests.review.kit import RADIO_TOLD, lesson

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]
NUMBERS = count(90_000, 10)


@DEVICES
def test_a_reviewer_keeps_the_collection_small_and_true(
    visitor: Visits, site: Site, device: dict[str, object]
) -> None:
    n, library = next(NUMBERS), site.house.library
    title = f"When the walrus {n} is fed, ring the harbour first, because the tide turns early"
    late = library.today - timedelta(days=30)
    records = [
        lesson(n, title, happened=RADIO_TOLD, check_by=late, author="officer7"),
        lesson(n + 1, title, happened=RADIO_TOLD, author="officer8"),
        lesson(n + 2, f"{title} in May", state="learned", owner="Harbour desk", author="officer9"),
    ]
    library.save_many(SYSTEM, "import", [Change(record, 0) for record in records])
    reviewer = visitor("reviewer", device)
    page = reviewer.opens(f"/review/{records[1].id}/merge")
    reviewer.checks()
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name="Merge the first into the second?")).to_be_visible()
    reviewer.checks()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("alert")).to_contain_text("Merged.")
    expect(page.get_by_text("Not checked since")).to_be_visible()
    reviewer.checks()
    page.get_by_role("link", name="Had this happened before?").click()
    page.get_by_label(f"{title} in May").check()
    reviewer.checks()
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_role("alert")).to_contain_text("it happened again")
    page = reviewer.opens(f"/ageing/sweep?q=walrus+{n}")
    reviewer.checks()
    page.get_by_label("Why? The owners are shown it.").fill("The harbour has moved.")
    page.get_by_role("button", name="to be checked").click()
    expect(page.get_by_role("alert")).to_contain_text("sent to be checked.")
    reviewer.opens("/ageing")
    reviewer.checks()
