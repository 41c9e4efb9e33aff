"""What was sent back opens for its author with the reason, is put right, and goes in again without a word lost."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.deciding import NOT_FOR_YOU, NOT_FROM_HERE
from lessons.domain.record import Kind, Record
from lessons.services import review
from tests.people import Person

Someone = Callable[..., Person]
SENT_BACK = Record(
    "L-2026-7K3QD", Kind.LESSON,
    fields={"title": "Ask the keyholder before the warrant", "state": "needs_fix", "learning": "change",
            "marking": "official", "author": "olly", "reason": "personal",
            "decision": "Please take out the number of the keyholder.", "sent": datetime(2026, 3, 4, tzinfo=UTC)},
    texts={"happened": "We rang 07700 900123 and nobody came.", "action": "Ask for the fob."},
)  # fmt: skip
FIX = f"/lessons/{SENT_BACK.id}/fix"


@pytest.fixture(autouse=True)
def sent_back(house: House) -> None:
    house.library.save(SYSTEM, "import", SENT_BACK, expected=0)


def now(house: House) -> Record:
    return house.library.records.get(SENT_BACK.id).record


def boxes(page: object) -> dict[str, str]:
    hidden = page.hidden  # type: ignore[attr-defined]
    return {n: v for n, v in hidden.items() if n in ("version", "confirmed")}


def test_the_author_finds_it_at_home_with_the_reason_and_sends_it_in_again(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    home = olly.opens("/")
    page = olly.opens(home.link("Sent back to you"))
    assert "Could identify a person" in page.text
    assert "Please take out the number of the keyholder." in page.text
    assert "Look at this first" in page.text and "07700 900123" in page.html
    assert [b["value"] for b in page.boxes if b.get("name") == "learning" and "checked" in b] == [
        "change"
    ]
    said = {"title": SENT_BACK.title, "learning": "change", "happened": "We rang and nobody came."}
    olly.sends(FIX, {**boxes(page), **said})
    after = now(house)
    assert (after.line("state"), after.texts["happened"]) == ("sent", "We rang and nobody came.")
    assert after.texts["action"] == "Ask for the fob.", "what was not asked for is not lost"
    assert after.moment("sent") > SENT_BACK.moment("sent"), "the five days begin anew"
    assert after.line("decision") == SENT_BACK.line("decision"), "the reviewer sees what was asked"
    assert "Send in again" not in olly.opens(f"/lessons/{SENT_BACK.id}").text


def test_what_came_in_with_the_new_words_is_told_before_it_goes_in(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    page = olly.opens(FIX)
    said = {"title": SENT_BACK.title, "happened": "Mail jo.bloggs@example.org first."}
    page = olly.sends(FIX, {**boxes(page), **said}, status=422)
    assert "jo.bloggs@example.org" in page.text and said["happened"] in page.html
    assert now(house) == SENT_BACK
    olly.sends(FIX, {**boxes(page), **said})  # a false alarm: pressed again
    assert now(house).line("state") == "sent"


def test_nothing_above_official_sensitive_goes_in_however_often_it_is_pressed(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    said = {"title": SENT_BACK.title, "happened": "TOP SECRET: see the other file."}
    page = olly.opens(FIX)
    for _ in range(3):
        page = olly.sends(FIX, {**boxes(page), **said}, status=422)
        assert "TOP SECRET: see the other file." in page.html
    assert now(house) == SENT_BACK


def test_no_word_is_lost_when_the_one_sentence_is_missing_or_too_long(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    for title in ("", "x" * 501):
        page = olly.opens(FIX)
        said = {"title": title, "happened": "We rang & nobody came."}
        page = olly.sends(FIX, {**boxes(page), **said}, status=422)
        assert "There is a problem" in page.text
        assert "We rang &amp; nobody came." in page.html and title in page.html
    assert now(house) == SENT_BACK


def test_the_reviewer_closed_it_meanwhile_and_the_author_is_told_and_keeps_the_words(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    page = olly.opens(FIX)
    given = {"reason": "old", "decision": "The law has changed."}
    review.make(
        house.library, User("rev", Role.REVIEWER), SENT_BACK.id, "not_take", given, expected=1
    )
    said = {"title": "Ask for the fob before the warrant", "happened": "Nobody came."}
    page = olly.sends(FIX, {**boxes(page), **said}, status=409)
    assert "Not taken forward" in page.text and "The law has changed." in page.text
    assert "Nobody came." in page.html and "Ask for the fob before the warrant" in page.html
    assert NOT_FROM_HERE in page.text
    assert now(house).line("state") == "not_taken"


def test_nobody_but_its_author_sends_it_in_again(house: House, person: Someone) -> None:
    page = person("reviewer").opens(FIX, status=409)
    assert NOT_FOR_YOU in page.text
    person("officer", "other").opens(FIX, status=404)
    person("lead").sends(FIX, {"version": "1", "title": "Mine"}, status=404)
    assert now(house) == SENT_BACK
