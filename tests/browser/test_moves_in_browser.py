"""What becomes of a lesson, on a phone and at a desk: every page about it reads, fits and can be used."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record
from tests.browser.conftest import DEVICES, Site, Visitor

Visit = Callable[..., Visitor]
Shots = Callable[[Page, str], None]


def lesson(site: Site, **fields: object) -> Record:
    """One that a visitor may work on, twice changed."""
    here = site.house.library
    given = {
        "title": "When two teams share a door, do share one channel, because nobody hears both",
        "state": "awaiting_check", "learning": "change", "marking": "official", "author": "olly", "owner": "owen",
        "themes": ("radio",), "unit": "North", "example": True, **fields,
    }  # fmt: skip
    record = Record(
        here.fresh_id(Kind.LESSON), Kind.LESSON,
        fields=given, texts={"lesson": "Say which channel.", "happened": "Two doors, one key."},
    )  # type: ignore[arg-type]  # fmt: skip
    here.save(SYSTEM, "import", record.with_(title="Share a channel", state="observation"), expected=0)  # fmt: skip
    here.save(SYSTEM, "outside edit", record, expected=1)
    return record


@DEVICES
def test_every_page_about_what_becomes_of_a_lesson_is_for_everybody(
    site: Site, visitor: Visit, shots: Shots, device: dict[str, Any]
) -> None:
    size = "phone" if "is_mobile" in device else "desk"
    record = lesson(site)
    reviewer = visitor("reviewer", device)
    page = reviewer.opens(f"/lessons/{record.id}")
    page.get_by_role("heading", name="What happens next").scroll_into_view_if_needed()
    reviewer.checks()
    shots(reviewer.page, f"moves-lesson-{size}")
    reviewer.opens(f"/lessons/{record.id}/move/learned")
    reviewer.checks()
    shots(reviewer.page, f"moves-form-{size}")
    page.get_by_label("Evidence that it lasts").fill("Ring 07700 900123 to see it.")
    reviewer.presses("It lasts: learned")
    page.get_by_text("Look at this first").wait_for()
    reviewer.checks()
    shots(reviewer.page, f"moves-refused-{size}")
    page.get_by_label("why may it stay").fill("The number of the front desk.")
    reviewer.presses("It lasts: learned")
    page.get_by_text("Checked: learned.").wait_for()
    reviewer.opens(f"/lessons/{record.id}/history")
    reviewer.checks()
    shots(reviewer.page, f"moves-history-{size}")
    page.get_by_role("link", name="Bring these words back").last.click()
    page.get_by_role("heading", name="What would change").wait_for()
    reviewer.checks()
    shots(reviewer.page, f"moves-restore-{size}")
    reviewer.opens(f"/lessons/{record.id}/history/1/close")
    reviewer.checks()
    shots(reviewer.page, f"moves-close-{size}")
    page.get_by_label("Why").fill("A name stood there.")
    reviewer.presses("Destroy it")
    page.get_by_text("Text destroyed").wait_for()
    reviewer.checks()
    shots(reviewer.page, f"moves-closed-{size}")


@DEVICES
def test_an_author_puts_right_what_was_sent_back(
    site: Site, visitor: Visit, shots: Shots, device: dict[str, Any]
) -> None:
    size = "phone" if "is_mobile" in device else "desk"
    author = visitor("officer", device)
    record = lesson(site, state="needs_fix", author=author.name, owner="", reason="personal",
                    decision="Please take out the number.")  # fmt: skip
    author.opens(f"/lessons/{record.id}/fix")
    author.page.get_by_label("What happened").fill("Ring 07700 900123 to see it.")
    author.presses("Send in again")
    author.page.get_by_text("Look at this first").wait_for()
    author.checks()
    shots(author.page, f"moves-fix-{size}")
    author.presses("Send in again")
    author.page.get_by_text("Sent in again.").wait_for()
    author.checks()
    shots(author.page, f"moves-fixed-{size}")
