"""What somebody who knows the addresses and the forms would try, and may not do."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import Role, User
from lessons.domain.deciding import IllegalMove
from lessons.domain.errors import LessonsError
from lessons.domain.lifecycle import MOVES
from lessons.domain.record import Kind, Record
from lessons.domain.states import State
from lessons.services import review
from lessons.services.review import restoring
from tests.people import Person
from tests.review.desk import waiting
from tests.review.kit import keep
from tests.review.test_item import clears, state

People = Callable[..., Person]
ANN, BOB, CAT = (
    User("ann", Role.OFFICER),
    User("bob", Role.REVIEWER),
    User("cat", Role.REVIEWER),
)
ID = "L-2026-7K3QD"
RAW = Record(
    ID, Kind.LESSON,
    fields={"title": "Ask before the door", "state": "sent", "learning": "change", "marking": "official_sensitive",
            "author": "ann"},
    texts={"lesson": "As the first told it."},
)  # fmt: skip


# --- two pairs of eyes -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "then",
    [RAW, RAW.with_(marking="official", first_eyes="bob")],
    ids=["sensitive", "lowered by one"],
)
def test_words_that_two_never_accepted_do_not_come_back_by_one(house: House, then: Record) -> None:
    accepted = then.with_(state="observation", first_eyes=None).with_texts(lesson="As two put it.")
    keep(house, then, accepted)
    with pytest.raises(IllegalMove):
        restoring.restore(house.library, BOB, ID, 1, expected=2)
    assert house.library.records.get(ID).record == accepted


def test_what_its_author_wrote_anew_is_seen_by_two_again(house: House) -> None:
    keep(house, RAW)
    make = review.make
    given = {"marking": "official", "reason": "unclear", "decision": "Which door?"}
    make(house.library, BOB, ID, "return", given, expected=1)
    make(house.library, ANN, ID, "resend", {"lesson": "Something else altogether."}, expected=2)
    with pytest.raises(LessonsError):
        make(house.library, CAT, ID, "accept", {}, expected=3)


@pytest.mark.parametrize("change", [{"partner_safe": "yes"}, {"unit": "Somewhere else"}])
def test_the_second_of_two_opens_it_to_nobody_whom_the_first_did_not(
    house: House, person: People, change: dict[str, str]
) -> None:
    (one,) = waiting(house, "Sensitive", marking="official_sensitive")
    first, second = person("reviewer"), person("reviewer", "rev2")
    clears(first, one, "first_look", {"marking": "official"})
    clears(second, one, "accept", change, status=409)
    assert state(house, one) == State.SENT


def test_words_under_a_high_marking_are_not_put_right_by_one(house: House) -> None:
    keep(house, RAW.with_(state="observation"))
    make = review.make
    for given in ({"lesson": "By one alone."}, {"title": "By one alone"}, {"unit": "North"}):
        with pytest.raises(IllegalMove):
            make(house.library, BOB, ID, "put_right", given, expected=1)
    make(house.library, BOB, ID, "put_right", {"themes": ("radio",)}, expected=1)


def test_one_may_raise_a_marking_and_not_write_anew_under_it(house: House) -> None:
    keep(house, RAW.with_(state="observation", marking="official"))
    high: dict[str, Any] = {"marking": "official_sensitive"}
    with pytest.raises(IllegalMove):
        review.make(house.library, BOB, ID, "put_right", high | {"lesson": "More."}, expected=1)
    review.make(house.library, BOB, ID, "put_right", high, expected=1)
    with pytest.raises(IllegalMove):
        review.make(house.library, CAT, ID, "put_right", {"marking": "official"}, expected=2)


def test_words_brought_back_while_it_was_not_taken_forward_are_seen_by_two(house: House) -> None:
    looked = RAW.with_(first_eyes="bob")
    keep(house, RAW, looked.with_texts(lesson="As bob saw it."))
    said = {"reason": "unclear", "decision": "Not now."}
    review.make(house.library, BOB, ID, "not_take", said, expected=2)
    restoring.restore(house.library, CAT, ID, 1, expected=3)
    review.make(house.library, CAT, ID, "reconsider", {}, expected=4)
    with pytest.raises(IllegalMove):
        review.make(house.library, CAT, ID, "accept", {}, expected=5)


# --- what would hold others up -------------------------------------------------------------------------
def test_an_item_with_more_in_it_than_a_form_can_hold_is_still_decided(
    house: House, person: People
) -> None:
    text = " ".join(f"Ring 07700 9{n:05d}." for n in range(1_500))
    (one,) = waiting(house, "Many", texts={"happened": text})
    reviewer = person("reviewer")
    page = reviewer.opens(f"/review/{one.id}")
    assert (
        "1500 things to clear in the text" in page.text and "These are the first 150." in page.text
    )
    first = dict.fromkeys(re.findall(r'id="(flag-[0-9a-f]{10})"', page.html), "remove")
    assert len(first) == 150
    assert "1350 things to clear" in clears(reviewer, one, "save", first).text
    clears(reviewer, one, "accept", status=422)
    clears(reviewer, one, "not_take", {"reason": "unclear", "decision": "A list of numbers."})
    assert state(house, one) == State.NOT_TAKEN


def test_a_move_that_is_not_open_to_somebody_says_so_whatever_it_takes(
    house: House, person: People
) -> None:
    keep(house, RAW.with_(state="observation", marking="official", occurred=date(2026, 3, 4)))
    officer = person("officer")
    for key in MOVES:
        page = officer.opens(f"/lessons/{ID}/move/{key}", status=409)
        assert "Your role does not decide" in page.text or "cannot go that way" in page.text
