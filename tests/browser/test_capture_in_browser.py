"""Sending in a debrief with a thumb and with a keyboard, on lines that drop and shifts that end."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.domain.record import Kind
from tests.browser.conftest import DESK, DEVICES, PHONE, Site, Visitor
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

HAPPENED = "Two teams searched a block of flats. Phones had no signal in the basement."
SENTENCE = "When two teams search, name one runner, because phones do not work in the basement."


def begins(visitor: Visitor) -> Page:
    page = visitor.opens("/debriefs/new?fresh")
    page.wait_for_selector("body.govuk-frontend-supported")
    return page


def fills(page: Page, name: str, happened: str = HAPPENED) -> None:
    page.get_by_label("Operation or activity").fill(name)
    page.get_by_label("What happened?").fill(happened)
    page.get_by_label("Keep doing", exact=True).check()
    page.get_by_label("The lesson in one sentence").fill(SENTENCE)


def is_saved(page: Page) -> None:
    expect(page.locator("[data-words]")).to_have_text(
        re.compile(r"^Saved at \d\d:\d\d$"), timeout=8_000
    )


def sent(site: Site, name: str) -> int:
    """How many debriefs there are by that name."""
    records = site.house.library.records
    return sum(records.get(id).record.title == name for id in records.versions(Kind.DEBRIEF))


@DEVICES
def test_a_debrief_from_the_empty_form_to_what_happens_next(visitor, site, device, shots):
    someone = visitor("officer", device)
    page = begins(someone)
    someone.checks()
    shots(page, "empty")
    someone.presses("Send the debrief")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    someone.checks()
    shots(page, "errors")
    name = f"Operation Example Cedar {device['viewport']['width']}"
    fills(page, name, f"{HAPPENED} DC Rowan ran up and down.")
    page.get_by_text("Add more if you know it").click()
    page.get_by_text("Tactic", exact=True).click()
    page.get_by_label("Search of premises").check()
    page.get_by_text("About the debrief itself").click()
    page.get_by_label("Role, row 1").fill("search officers")
    page.get_by_role("button", name="Add another learning point").click()
    page.get_by_role("group", name="Learning point 2").get_by_label("Warning", exact=True).check()
    page.get_by_role("group", name="Learning point 2").get_by_label("The lesson in one").fill(
        "When it rains, look."
    )
    someone.checks()
    shots(page, "filled")
    someone.presses("Send the debrief")
    someone.checks()
    shots(page, "warnings")
    page.get_by_role("link", name="What happened?").click()
    expect(page.locator("#happened-found")).to_be_in_viewport()
    page.get_by_label("I have checked what is marked").check()
    someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")
    someone.checks()
    shots(page, "sent")
    assert sent(site, name) == 1
    page.get_by_role("link", name="Home: see what became").click()
    expect(page.get_by_text("When it rains, look.").first).to_be_visible()


@DEVICES
def test_the_stop_page_and_the_pages_after_sending_hold_on_any_screen(visitor, device, shots):
    someone = visitor("officer", device)
    page = begins(someone)
    fills(page, "Operation Example Stop", "The driver was seriously injured in the police pursuit.")
    someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stop")
    someone.checks()
    shots(page, "stop")
    someone.presses("It is not such a matter: send it")
    page.get_by_role("link", name="See the debrief record").click()
    someone.checks()
    shots(page, "record")
    begins(someone).get_by_label("What happened?").fill("Half")
    is_saved(page)
    someone.opens("/debriefs/new")
    someone.checks()
    shots(page, "drafts")


def test_the_whole_form_by_keyboard_alone(visitor, site):
    someone = visitor("officer", DESK)
    page = begins(someone)
    press, type_ = page.keyboard.press, page.keyboard.type

    def tab_to(target: str) -> None:
        for _ in range(60):
            press("Tab")
            if page.evaluate("(t) => document.activeElement.matches(t)", target):
                return
        raise AssertionError(f"the Tab key does not lead to {target}")

    tab_to("#operation_name")
    type_("Operation Example Keys")
    tab_to("#happened")
    type_(HAPPENED)
    tab_to("[name=points-0-learning]")
    press("Space")
    press("ArrowDown")
    tab_to("#points-0-title")
    type_(SENTENCE)
    tab_to("[name=add_point]")
    press("Enter")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Learning point 2"
    tab_to("[name=remove_point][value='1']")
    press("Enter")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Learning point 1"
    tab_to("button[value=send]")
    with page.expect_navigation():
        press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")
    assert sent(site, "Operation Example Keys") == 1


def test_a_draft_begun_on_a_phone_is_gone_on_with_at_a_desk(visitor):
    phone = visitor("officer", PHONE)
    page = begins(phone)
    fills(page, "Operation Example Two Screens")
    page.get_by_role("button", name="Add another learning point").click()
    is_saved(page)
    desk = visitor(name=phone.name, device=DESK)
    there = desk.opens("/")
    there.get_by_role("link", name="Operation Example Two Screens").click()
    expect(there.get_by_label("What happened?")).to_have_value(HAPPENED)
    expect(there.get_by_role("group", name="Learning point 2")).to_be_visible()


def test_of_two_devices_at_once_the_later_is_shown_both(visitor, shots):
    phone = visitor("officer", PHONE)
    page = begins(phone)
    fills(page, "Operation Example Clash", "First words")
    is_saved(page)
    desk = visitor(name=phone.name, device=DESK)
    there = desk.opens(re.sub(r".*(/debriefs/new\?draft=[\w-]{16}).*", r"\1", page.url))
    there.get_by_label("What happened?").fill("Words of the desk")
    is_saved(there)
    page.get_by_label("What happened?").fill("Words of the phone")
    expect(page.locator("[data-words]")).to_contain_text("changed or sent somewhere else")
    phone.presses("Save and finish later")
    expect(page.get_by_text("Words of the desk")).to_be_visible()
    expect(page.get_by_label("What happened?")).to_have_value("Words of the phone")
    phone.checks()
    shots(page, "clash")
    phone.presses("Save and finish later")
    there.reload()
    expect(there.get_by_label("What happened?")).to_have_value("Words of the phone")


def test_a_dropped_connection_loses_nothing(visitor, shots):
    someone = visitor("officer", PHONE)
    page = begins(someone)
    fills(page, "Operation Example Tunnel")
    is_saved(page)
    someone.context.set_offline(True)
    page.get_by_label("What happened?").fill("Typed in a tunnel")
    expect(page.locator("[data-words]")).to_contain_text("no connection")
    shots(page, "offline")
    someone.context.set_offline(False)
    is_saved(page)
    there = visitor(name=someone.name).opens("/")
    there.get_by_role("link", name="Operation Example Tunnel").click()
    expect(there.get_by_label("What happened?")).to_have_value("Typed in a tunnel")


def test_a_page_closed_without_a_connection_gives_its_words_back(visitor):
    someone = visitor("officer", PHONE)
    page = begins(someone)
    fills(page, "Operation Example Lift")
    is_saved(page)
    someone.context.set_offline(True)
    page.get_by_label("What happened?").fill("Typed in a lift")
    expect(page.locator("[data-words]")).to_contain_text("no connection")
    someone.context.set_offline(False)
    someone.context.route("**/drafts/*", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("Typed in a lift")


def test_an_expired_session_loses_nothing_while_typing(visitor, site, shots):
    someone = visitor("officer", DESK)
    page = begins(someone)
    fills(page, "Operation Example Long Shift")
    is_saved(page)
    site.house.accounts.sign_out_everywhere(someone.name)
    page.get_by_label("What happened?").fill("Typed after the session ended")
    expect(page.locator("[data-words]")).to_contain_text("signed out")
    shots(page, "signed-out")
    with someone.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (opens in a new tab)").click()
    tab = opened.value
    tab.get_by_label("Name", exact=True).fill(someone.name)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/debriefs/new?draft=*")
    tab.close()
    page.bring_to_front()
    page.get_by_label("What happened?").press("End")
    page.keyboard.type(".")
    is_saved(page)
    someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")


@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
def test_sending_after_the_session_ended_goes_on_after_signing_in(visitor, site, script):
    someone = visitor("officer", PHONE, script=script)
    page = someone.opens("/debriefs/new?fresh")
    name = f"Operation Example Night {script}"
    fills(page, name)
    site.house.accounts.sign_out_everywhere(someone.name)
    someone.presses("Send the debrief")
    page.get_by_label("Name", exact=True).fill(someone.name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    someone.presses("Sign in")
    someone.presses("Go on with what I typed")
    expect(page.get_by_label("What happened?")).to_have_value(HAPPENED)
    expect(page.get_by_label("Keep doing", exact=True)).to_be_checked()
    someone.presses("Send the debrief")
    assert sent(site, name) == 1


def test_the_back_button_loses_nothing(visitor):
    someone = visitor("officer", PHONE)
    someone.opens("/")
    page = begins(someone)
    fills(page, "Operation Example Back")
    page.go_back()
    page.go_forward()
    expect(page.get_by_label("What happened?")).to_have_value(HAPPENED)
    expect(page.get_by_label("Keep doing", exact=True)).to_be_checked()
    page.get_by_label("What happened?").fill("Typed after coming back")
    is_saved(page)


def test_going_back_after_sending_sends_nothing_twice(visitor, site):
    someone = visitor("officer", DESK)
    page = begins(someone)
    fills(page, "Operation Example Twice")
    is_saved(page)
    page.evaluate(
        """() => { const send = document.querySelector("button[value=send]"); send.click(); send.click(); }"""
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")
    page.go_back()
    page.wait_for_load_state()
    if page.get_by_role("button", name="Send the debrief").count():
        someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_have_text("Debrief sent")
    assert sent(site, "Operation Example Twice") == 1


def test_ten_megabytes_meet_a_page_that_helps_and_the_words_are_still_there(visitor):
    someone = visitor("officer", DESK, script=False)
    page = someone.opens("/debriefs/new?fresh")
    fills(page, "Operation Example Long")
    page.evaluate("document.getElementById('happened').value = 'x'.repeat(10_000_000)")
    someone.presses("Send the debrief")
    expect(page.get_by_role("heading", level=1)).to_have_text("That is too large")
    expect(page.get_by_text("your words are still in the form")).to_be_visible()


def test_points_and_rows_are_added_without_javascript(visitor):
    someone = visitor("officer", PHONE, script=False)
    page = someone.opens("/debriefs/new?fresh")
    fills(page, "Operation Example Plain")
    someone.presses("Add another learning point")
    expect(page.get_by_role("group", name="Learning point 2")).to_be_in_viewport()
    page.get_by_text("About the debrief itself").click()
    someone.presses("Add a row")
    expect(page.get_by_label("Role, row 3")).to_be_visible()
    someone.presses("Remove learning point 1")
    expect(page.get_by_label("What happened?")).to_have_value(HAPPENED)
    expect(page.get_by_role("group", name="Learning point 2")).to_have_count(0)


def test_a_partner_meets_a_page_that_helps(visitor):
    partner = visitor("partner", PHONE)
    page = partner.opens("/debriefs/new", status=403)
    expect(page.get_by_text("Tell the officer you work with")).to_be_visible()
    partner.checks()
