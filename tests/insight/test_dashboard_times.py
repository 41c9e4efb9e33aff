"""How long things take is told by moments that only decisions set."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.deciding import IllegalMove
from lessons.domain.record import Kind, Record
from lessons.services import review
from lessons.services.insight.dashboard import Wanted, figures

REVIEWER, LEAD = User("rev", Role.REVIEWER), User("lead", Role.LEAD)
MOMENTS = ("answered", "identified", "learned")


@pytest.fixture
def sent(house: House) -> str:
    id = house.library.fresh_id(Kind.LESSON)
    fields: dict[str, Any] = {
        "title": "Agree one channel", "learning": "change", "state": "sent", "author": "officer", "marking": "official",
        "occurred": house.library.today, "sent": house.library.clock() - timedelta(hours=1),
    }  # fmt: skip
    house.library.save(SYSTEM, "import", Record(id, Kind.LESSON, fields=fields), expected=0)
    return id


def moments(house: House, id: str) -> dict[str, datetime | None]:
    record = house.library.records.get(id).record
    return {name: record.moment(name) for name in MOMENTS}


def make(house: House, by: User, id: str, key: str, **given: Any) -> None:
    revision = house.library.records.get(id).revision.number
    review.make(house.library, by, id, key, given, expected=revision)


def days_go_by(house: House, days: int) -> None:
    clock, later = house.library.clock, timedelta(days=days)
    house.library.clock = lambda: clock() + later


def test_a_lesson_is_timed_from_its_answer_until_it_is_learned(house: House, sent: str) -> None:
    make(house, REVIEWER, sent, "return", reason="unclear", decision="Which channel?")
    answered = moments(house, sent)["answered"]
    assert answered
    make(house, User("officer", Role.OFFICER), sent, "resend")
    days_go_by(house, 3)
    make(house, REVIEWER, sent, "accept")
    assert moments(house, sent)["answered"] == answered, "the first answer counts"
    make(house, LEAD, sent, "identify", owner="officer")
    days_go_by(house, 40)
    make(house, LEAD, sent, "start")
    make(house, LEAD, sent, "done", decision="Written into the plan.")
    make(house, REVIEWER, sent, "learned", evidence="Four plans looked at.")
    told = figures(house.library, LEAD, Wanted()).figures["days_to_learn"]
    assert (told.value, told.n) == (40, 1)
    make(house, REVIEWER, sent, "reopen", decision="It happened again.")
    after = moments(house, sent)
    assert after["learned"] is None
    assert after["identified"]
    assert after["identified"] >= house.library.clock() - timedelta(minutes=1)
    assert figures(house.library, LEAD, Wanted()).figures["days_to_learn"].n == 0


def test_a_lesson_merged_as_it_came_in_was_answered(house: House, sent: str) -> None:
    into = house.library.fresh_id(Kind.LESSON)
    fields: dict[str, Any] = {
        "title": "One channel", "learning": "change", "state": "observation", "author": "officer",
        "marking": "official", "occurred": house.library.today,
    }  # fmt: skip
    house.library.save(SYSTEM, "import", Record(into, Kind.LESSON, fields=fields), expected=0)
    review.merge(house.library, REVIEWER, sent, into, expected=1)
    assert moments(house, sent)["answered"]
    assert moments(house, into) == dict.fromkeys(MOMENTS)


@pytest.mark.parametrize("name", MOMENTS)
def test_nobody_writes_a_better_moment_in(house: House, sent: str, name: str) -> None:
    stored = house.library.records.get(sent)
    better = stored.record.with_(**{name: stored.record.moment("sent")})
    with pytest.raises(IllegalMove):
        house.library.save(REVIEWER, "edit", better, expected=1)
    if name != "answered":
        with pytest.raises(IllegalMove):
            house.library.save(REVIEWER, "accept", better.with_(state="observation"), expected=1)
    assert moments(house, sent) == dict.fromkeys(MOMENTS)
