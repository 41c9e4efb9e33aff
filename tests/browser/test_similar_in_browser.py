"""Similar lessons, and “this looks like…” at capture, with a thumb and on a desk."""

import pytest
from playwright.sync_api import expect

from lessons.domain.record import Kind
from tests.browser.conftest import DEVICES, Site

pytestmark = pytest.mark.browser

# What the example knowledge base holds as well, in other words.
SENTENCE = (
    "When unarmed officers are near a flat where a gun may be, show them on the ground where they wait, "
    "because they run towards a shout"
)
HAPPENED = "A search officer went past the line when somebody shouted. No shot was fired."


@DEVICES
def test_a_lesson_leads_to_similar_ones(visitor, site: Site, device, shots):
    someone = visitor("lead", device)
    page = someone.opens("/lessons/L-2026-3G9J0")
    links = page.get_by_role("region", name="Similar lessons").get_by_role("link")
    expect(links.first).to_be_visible()
    someone.checks()
    shots(page, "similar-lesson")
    title = links.first.inner_text()
    links.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


@DEVICES
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_officer_says_that_it_happened_again(visitor, site: Site, device, script, shots):
    someone = visitor("lead", device, script=script)
    page = someone.opens("/debriefs/new?fresh")
    page.get_by_label("What happened?").fill(HAPPENED)
    page.get_by_label("Warning", exact=True).check()
    page.get_by_label("The lesson in one sentence").fill(SENTENCE)
    someone.presses("Send the debrief")
    looks = page.get_by_role("group", name="This looks like…")
    expect(looks).to_be_visible()
    if script:
        someone.checks()
        shots(page, "looks-like-form")
    page.get_by_label("Operation or activity").fill("Operation Example Larch")
    someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")
    again = page.get_by_role("radio", name="It happened again").first
    if script:
        someone.checks()
        shots(page, "looks-like-sent")
    again.check()
    someone.presses("Tell the reviewer")
    expect(page.get_by_text("The reviewer sees that it happened again.")).to_be_visible()
    expect(page.get_by_text("Happened again after")).to_be_visible()
    if script:
        someone.checks()
        shots(page, "looks-like-told")
    records = site.house.library.records
    mine = [records.get(id).record for id in records.versions(Kind.LESSON)]
    assert any(r.line("author") == someone.name and r.keys("seen_before") for r in mine)
