"""A reviewer clears the queue: from the keyboard alone, on a phone, and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessons.domain.record import Record
from lessons.domain.states import State
from tests.browser.conftest import DESK, DEVICES, PHONE, Site, Visitor
from tests.review.desk import now, waiting

pytestmark = pytest.mark.browser
Visits = Callable[..., Visitor]
Shots = Callable[[Page, str], None]
NAMED = {
    "happened": "Keys did not fit. We asked DC Rowan to ring the landlord on 07700 900123, who came."
}


def desk_of(visitor: Visits, device: dict[str, Any] = DESK, **more: Any) -> Visitor:
    """A reviewer with a desk of their own: what waits there was given to them."""
    return visitor("reviewer", device, **more)


def title_is(page: Page, title: str) -> None:
    expect(page.locator("h1")).to_have_text(title)
    page.wait_for_load_state()


def tab_to(page: Page, words: str, most: int = 120) -> None:
    """Tab until what has the focus says these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText"
        )
        if words in (said or ""):
            return
    raise AssertionError(f"tab never came to “{words}”")


def test_ten_items_are_cleared_from_the_keyboard_alone(visitor: Visits, site: Site) -> None:
    reviewer = desk_of(visitor)
    mine: dict[str, Any] = {"reviewer": reviewer.name, "days": 3}
    plain = waiting(site.house, *(f"Plain one {n}" for n in range(6)), **mine)
    named = waiting(
        site.house, "Ring the landlord first", texts=NAMED, reviewer=reviewer.name, days=2
    )
    alarm = waiting(site.house, "Meet at the Rowan tree", texts={"happened": "We met DC Rowan there."},
                    reviewer=reviewer.name, days=2)  # fmt: skip
    thin = waiting(site.house, "A thin one", reviewer=reviewer.name, days=1)
    last = waiting(site.house, "The last one", reviewer=reviewer.name, days=0)
    page = reviewer.opens("/review?who=-me")
    expect(page.locator(".app-queue__item")).to_have_count(10)
    tab_to(page, "Review the next one")
    page.keyboard.press("Enter")
    title_is(page, "Plain one 0")

    page.keyboard.press("Control+Enter")  # accept, and go on
    title_is(page, "Plain one 1")
    expect(page.get_by_role("alert")).to_contain_text("Accepted. Next: Plain one 1")
    page.keyboard.press("Alt+w")  # to the wording
    page.keyboard.press("Control+a")
    page.keyboard.type("Plain one, but clearer")
    page.keyboard.press("Alt+t")
    page.keyboard.press("Control+Enter")
    title_is(page, "Plain one 2")
    tab_to(page, "Accept and go on")  # without any shortcut
    page.keyboard.press("Enter")
    for n in (3, 4, 5):
        title_is(page, f"Plain one {n}")
        page.keyboard.press("Control+Enter")

    clears_what_was_found(page)
    title_is(page, "A thin one")
    sends_it_back(page)
    title_is(page, "The last one")
    page.keyboard.press("Control+Enter")
    title_is(page, "Review")
    expect(page.get_by_role("alert")).to_contain_text("Accepted. Nothing else here waits for you.")

    def state(record: Record) -> str:
        return now(site.house, record).record.line("state")

    assert [state(r) for r in (*plain, *named, *alarm, *last)] == [State.OBSERVATION] * 9
    assert now(site.house, plain[1]).record.title == "Plain one, but clearer"
    assert state(thin[0]) == State.NEEDS_FIX
    assert now(site.house, thin[0]).record.line("reason") == "thin"
    told = now(site.house, named[0]).record.texts["happened"]
    assert told == "Keys did not fit. We asked an officer to ring the landlord on, who came."
    assert now(site.house, alarm[0]).record.rows("cleared")[0]["why"] == "It is a tree."


def clears_what_was_found(page: Page) -> None:
    """The one with a name and a number, and the one with the tree, in whichever order they came."""
    for _ in range(2):
        expect(page.locator("h1")).to_have_text(re.compile("landlord|tree"))
        was = page.locator("h1").inner_text()
        if "landlord" in was:
            clears_a_name_and_a_number(page)
        else:
            says_it_is_a_false_alarm(page)
        expect(page.locator("h1")).not_to_have_text(was)


def sends_it_back(page: Page) -> None:
    page.keyboard.press("Alt+r")  # to the reason
    page.keyboard.type("Not enough")
    page.keyboard.press("Tab")
    page.keyboard.type("What did you do then?")
    tab_to(page, "Send back to its author")
    page.keyboard.press("Enter")


def clears_a_name_and_a_number(page: Page) -> None:
    expect(page.locator("[data-flag]").first.locator("input[type=radio]").first).to_be_focused()
    page.keyboard.press("Space")  # write “an officer” instead
    page.keyboard.press("Alt+m")  # to the next thing to clear
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # take it out
    page.keyboard.press("Control+Enter")


def says_it_is_a_false_alarm(page: Page) -> None:
    expect(page.locator("[data-flag] input[type=radio]").first).to_be_focused()
    page.keyboard.press("ArrowUp")  # the last of the three: it may stay
    page.keyboard.press("Tab")
    page.keyboard.type("It is a tree.")
    page.keyboard.press("Control+Enter")


def test_no_key_does_anything_by_itself(visitor: Visits, site: Site) -> None:
    reviewer = desk_of(visitor)
    (one,) = waiting(site.house, "Type away", reviewer=reviewer.name)
    page = reviewer.opens(f"/review/{one.id}")
    for key in "smwtrbnSMWTRBN":
        page.keyboard.press(key)
    page.get_by_label("What to do").focus()
    page.keyboard.type("smwtrbn")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What to do")).to_have_value("smwtrbn\n")
    assert now(site.house, one).revision.number == 1


@DEVICES
def test_the_queue_and_an_item_serve_everybody(
    visitor: Visits, site: Site, shots: Shots, device: dict[str, Any]
) -> None:
    reviewer = desk_of(visitor, device)
    lessons = site.house.library
    debrief = lessons.records.get("D-2026-6HRVT").record.id
    (one,) = waiting(
        site.house, "When keys do not fit, ring the landlord first, because a locksmith takes an hour",
        texts=NAMED | {"lesson": "The landlord had a spare.", "action": "Ring the landlord before the day."},
        reviewer=reviewer.name, days=7, debrief=debrief, threats=("drugs",), themes=("entry_planning",),
    )  # fmt: skip
    waiting(site.house, "Knives were hidden in the boots of two people", learning="warning",
            reviewer=reviewer.name, days=0)  # fmt: skip
    waiting(site.house, "A sensitive one", marking="official_sensitive", first_eyes="somebody.else",
            reviewer=reviewer.name, days=2)  # fmt: skip
    page = reviewer.opens("/review")
    reviewer.checks()
    shots(page, "queue")
    page = reviewer.opens("/review?who=-me&late=yes")
    reviewer.checks()
    page.get_by_role("link", name="When keys do not fit").click()
    expect(page.locator("h1")).to_contain_text("When keys do not fit")
    reviewer.checks()
    shots(page, "item")
    page.locator("summary").evaluate_all(
        "all => all.forEach((each) => { each.parentElement.open = true; })"
    )
    reviewer.checks()
    page.get_by_role("button", name="Accept and go on").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text(
        "There is still something to clear"
    )
    reviewer.checks()
    shots(page, "item-refused")
    page.get_by_role("link", name="There is still something to clear").click()
    page.get_by_label("Take it out").first.check()
    page.get_by_label("What to write instead of 07700 900123").fill("his mobile")
    page.get_by_role("button", name="Do this to the text and show it").click()
    expect(page.get_by_role("alert")).to_contain_text("Saved. Nothing is decided yet.")
    text = now(site.house, one).record.texts["happened"]
    assert text.endswith("to ring the landlord on his mobile, who came.")
    reviewer.checks()
    shots(page, "item-clear")


def test_the_decision_is_at_hand_on_a_phone_and_covers_nothing(visitor: Visits, site: Site) -> None:
    reviewer = desk_of(visitor, PHONE)
    (one,) = waiting(site.house, "Far down", texts=NAMED, reviewer=reviewer.name)
    page = reviewer.opens(f"/review/{one.id}")
    to_it = page.get_by_role("link", name="To the decision")
    expect(to_it).to_be_in_viewport(ratio=1)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "accept":
            break
        assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML")
    expect(page.get_by_role("button", name="Accept and go on")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")
    to_it.click()
    expect(page.get_by_role("heading", name="Decision")).to_be_in_viewport(ratio=1)


# Whether what has the focus can be seen, in part at least, beside what stays at the bottom.
UNCOVERED = """() => {
    const sticky = document.querySelector(".app-to-decision").getBoundingClientRect();
    const focused = document.activeElement;
    if (focused.closest(".app-to-decision")) return true;
    const box = focused.getBoundingClientRect();
    return box.top < sticky.top || box.right <= sticky.left || box.top >= sticky.bottom;
}"""


def test_what_stands_beside_an_item_is_not_cut(visitor: Visits, site: Site) -> None:
    reviewer = desk_of(visitor)
    debrief = site.house.library.records.get("D-2026-6HRVT").record.id
    (one,) = waiting(site.house, "Beside it", texts=NAMED, reviewer=reviewer.name, debrief=debrief)
    page = reviewer.opens(f"/review/{one.id}")
    assert page.locator("#beside").evaluate("each => each.scrollHeight <= each.clientHeight")
    expect(page.get_by_role("link", name="To the decision")).to_be_hidden()
    page.get_by_role("link", name="The debrief", exact=True).click()
    expect(page.get_by_role("heading", name="The debrief", exact=True)).to_be_in_viewport(ratio=1)


def test_two_at_one_item_and_the_page_of_what_is_decided(
    visitor: Visits, site: Site, shots: Shots
) -> None:
    first, second = desk_of(visitor), desk_of(visitor, PHONE)
    (one,) = waiting(site.house, "Two at once", texts={"action": "Ring."}, reviewer=first.name)
    mine, theirs = first.opens(f"/review/{one.id}"), second.opens(f"/review/{one.id}")
    mine.get_by_label("What to do").fill("Ring the landlord.")
    mine.get_by_role("button", name="Save without deciding").click()
    expect(mine.get_by_role("alert")).to_contain_text("Saved.")
    theirs.get_by_label("What to do").fill("Ring the tenant.")
    theirs.get_by_role("button", name="Accept and go on").click()
    expect(theirs.get_by_role("heading", name="Somebody was here before you")).to_be_visible()
    expect(theirs.get_by_label("What to do")).to_have_value("Ring the tenant.")
    second.checks()
    shots(theirs, "two-at-once")
    mine.get_by_role("button", name="Accept and go on").click()
    expect(mine.get_by_role("alert")).to_contain_text("Accepted.")
    theirs.get_by_role("button", name="Accept and go on").click()
    expect(theirs.locator("main")).to_contain_text("Nothing of yours was saved.")
    expect(theirs.locator("main")).to_contain_text("Ring the tenant.")
    second.checks()
    shots(theirs, "decided")


def test_all_of_it_works_without_javascript(visitor: Visits, site: Site) -> None:
    reviewer = desk_of(visitor, script=False)
    one, _two = waiting(
        site.house, "Rung first", "And the next", texts=NAMED, reviewer=reviewer.name
    )
    page = reviewer.opens("/review?who=-me")
    page.get_by_role("link", name="Rung first").click()
    for answer in page.get_by_label("Take it out").all():
        answer.check()
    page.get_by_label("Action").or_(page.get_by_label("What to do")).first.fill("Ring.")
    reviewer.presses("Accept and go on")
    title_is(page, "And the next")
    after = now(site.house, one).record
    assert after.line("state") == State.OBSERVATION
    assert "Rowan" not in after.texts["happened"]
