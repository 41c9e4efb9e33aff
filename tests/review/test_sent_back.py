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
    assert (after.line("reason"), after.line("decision")) == ("", ""), "it stands in the history"
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


# --- what its author and its reviewer see of it ----------------------------------------------------
REV = User("rev", Role.REVIEWER)
AUTHOR = User("olly", Role.OFFICER)
ASKED = {"reason": "unclear", "decision": "Say which key you mean."}


def move(house: House, by: User, key: str, **given: str) -> None:
    number = house.library.records.get(SENT_BACK.id).revision.number
    review.make(house.library, by, SENT_BACK.id, key, given, expected=number)


def goes_round(house: House, **changed: str) -> None:
    """It comes in again, is sent back by rev, and comes in once more."""
    move(house, AUTHOR, "resend", happened="We rang and nobody came.")
    move(house, REV, "return", **ASKED)
    move(house, AUTHOR, "resend", **changed)


def test_the_reviewer_sees_what_was_asked_who_asked_and_what_changed(
    house: House, person: Someone
) -> None:
    goes_round(house, action="Ask for the fob of the side gate.")
    reviewer = person("reviewer", "rex")
    assert "Came in again today" in reviewer.opens("/review").text
    text = reviewer.opens(f"/review/{SENT_BACK.id}").text
    assert "Came in again today" in text and "Came in today" not in text
    assert "rev asked its author: Hard to follow for an outsider: Say which key you mean." in text
    assert "[added: fob of the side gate. ]" in text
    assert SENT_BACK.line("decision") not in text, "nor what was asked the time before"
    assert "07700 900123" not in text, "nor what was changed then"
    assert "Decision: " not in person("officer", "olly").opens(f"/lessons/{SENT_BACK.id}").text


def test_an_author_who_changed_no_word_is_told_of_as_such(house: House, person: Someone) -> None:
    goes_round(house)
    page = person("reviewer", "rex").opens(f"/review/{SENT_BACK.id}")
    assert "Say which key you mean." in page.text and "Its author changed no words." in page.text


def test_who_asked_is_not_made_up_where_nothing_says_so(house: House, person: Someone) -> None:
    move(house, AUTHOR, "resend")
    page = person("reviewer").opens(f"/review/{SENT_BACK.id}")
    assert "Its author was asked: Could identify a person: Please take out" in page.text


def test_what_waits_for_another_reason_did_not_come_in_again(house: House, person: Someone) -> None:
    goes_round(house)
    move(house, REV, "not_take", reason="old", decision="The law has changed.")
    move(house, REV, "reconsider")
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{SENT_BACK.id}")
    assert "Came in again" not in page.text + reviewer.opens("/review").text
    assert "Say which key you mean." not in page.text
    assert now(house).line("reason") == "", "nor does an old reason stand by a new decision"


def test_words_that_were_destroyed_are_not_compared(house: House, person: Someone) -> None:
    goes_round(house, happened="Nobody came.")
    house.library.redact(SYSTEM, SENT_BACK.id, 3, "It named somebody.")
    page = person("reviewer").opens(f"/review/{SENT_BACK.id}")
    assert "Came in again today" in page.text
    assert "What its author changed" not in page.text and "We rang" not in page.text


def test_the_lesson_page_gives_its_author_the_reason_and_a_button(
    house: House, person: Someone
) -> None:
    olly = person("officer", "olly")
    page = olly.opens(f"/lessons/{SENT_BACK.id}")
    asked = "Could identify a person: Please take out the number of the keyholder."
    assert f"Sent back to you: {asked} Send in again" in page.text
    assert page.text.index("Send in again") < page.text.index("We rang"), "before the words"
    assert page.link("Send in again") == FIX
    assert "It has left this line for now: Back with the author" in page.text
    assert "(it is here now)" not in page.text
    reviewers = person("reviewer", "rex").opens(f"/lessons/{SENT_BACK.id}").text
    assert f"Decision: {asked}" in reviewers and "Send in again" not in reviewers
    move(house, REV, "not_take", reason="old", decision="The law has changed.")
    text = olly.opens(f"/lessons/{SENT_BACK.id}").text
    assert "Decision: " in text and ": The law has changed." in text and "Send in again" not in text
