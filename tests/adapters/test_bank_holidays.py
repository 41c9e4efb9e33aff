"""Bank holidays of each part of the country, with the days that stand in for them."""

from datetime import UTC, date, datetime

import pytest

import config
from lessons.adapters.bank_holidays import PARTS, BankHolidays
from lessons.app import build_house
from lessons.domain.access import Role, User
from lessons.domain.due import Rule, Timetable
from lessons.domain.working_days import working_days
from lessons.services import review
from tests.conftest import CHEAP
from tests.review.desk import waiting


@pytest.fixture(scope="module")
def parts():
    return {part: BankHolidays(part) for part in PARTS}


@pytest.mark.parametrize(
    ("day", "where"),
    [
        (date(2026, 12, 25), {"england_and_wales", "england", "wales", "scotland", "northern_ireland"}),
        (date(2026, 12, 28), {"england_and_wales", "england", "wales", "scotland", "northern_ireland"}),
        (date(2026, 4, 6), {"england_and_wales", "england", "wales", "northern_ireland"}),  # Easter Monday
        (date(2026, 11, 30), {"scotland"}),
        (date(2026, 7, 13), {"northern_ireland"}),  # the 12th is a Sunday
        (date(2022, 9, 19), {"england_and_wales", "england", "wales", "scotland", "northern_ireland"}),
        (date(2026, 6, 3), set()),
    ],
)  # fmt: skip
def test_each_part_has_its_own_and_the_days_in_their_place(parts, day, where):
    assert {part for part, days in parts.items() if days.holiday(day)} == where


def test_england_and_wales_keep_the_same_days(parts):
    year = [date.fromordinal(date(2027, 1, 1).toordinal() + n) for n in range(365)]
    found = [
        {day for day in year if parts[part].holiday(day)}
        for part in ("england_and_wales", "england", "wales")
    ]
    assert found[0] == found[1] == found[2] and len(found[0]) >= 8


@pytest.mark.parametrize("day", [date.min, date.max, date(1752, 9, 2)])
def test_a_year_that_nobody_has_laid_down_has_none(parts, day):
    assert all(days.holiday(day) == "" for days in parts.values())


def test_what_falls_due_on_one_moves_on_past_the_weekend(parts):
    kinds = {"operation": Rule(debrief_within=28)}
    timetable = Timetable(date(2026, 3, 9), kinds, parts["england_and_wales"].holiday)
    assert timetable.after(date(2026, 3, 6), 28) == date(2026, 4, 7), "Good Friday to Easter Monday"
    assert timetable.after(date(2024, 2, 1), 28) == date(2024, 2, 29), "a leap day is a day"


def test_the_promise_counts_none(parts):
    since, today = date(2026, 12, 23), date(2026, 12, 31)
    assert working_days(since, today) == 6
    assert working_days(since, today, parts["scotland"].holiday) == 4


def test_reviewers_are_not_late_because_of_christmas(house):
    """Sent in on 23 December: without the holidays it would be late on New Year's Eve."""
    house.library.clock = lambda: datetime(2026, 12, 31, 9, tzinfo=UTC)
    waiting(house, "Came in before Christmas", sent=datetime(2026, 12, 23, 12, tzinfo=UTC))
    reviewer = User("rae", Role.REVIEWER)
    figures = review.figures(house.library, reviewer)
    assert (figures.late, figures.oldest) == (0, 4)
    house.library.clock = lambda: datetime(2027, 1, 5, 9, tzinfo=UTC)
    assert review.figures(house.library, reviewer).late == 1


@pytest.mark.parametrize(
    ("words", "name"), [("", "Christmas Day"), ("scotland", "Christmas Day"), ("none", "")]
)
def test_the_setting_says_whose_count(content, tmp_path, words, name):
    environ = {"LESSONS_BANK_HOLIDAYS": words} if words else {}
    part = config.load(environ)["BANK_HOLIDAYS"]
    given = {"CONTENT_DIR": content, "INSTANCE_DIR": tmp_path / "instance", "BANK_HOLIDAYS": part}
    house = build_house(given, cost=CHEAP)
    assert house.library.holidays.holiday(date(2026, 12, 25)) == name
    assert house.library.timetable.holiday(date(2026, 12, 25)) == name
    house.database.close()


def test_a_part_that_is_none_of_these_stops_the_start_in_one_line():
    with pytest.raises(
        ValueError, match="LESSONS_BANK_HOLIDAYS='cornwall' must be one of england_and_wales"
    ):
        config.load({"LESSONS_BANK_HOLIDAYS": "cornwall"})
