"""The formula for what keeps happening: what it counts, what it leaves out, and that the guidance tells it right."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain import recurrence
from lessons.domain.recurrence import (
    AFTER_LEARNED,
    APART,
    ENOUGH,
    HALF_LIFE,
    LOOK_BACK,
    SEVERITY,
    Quarter,
    Tally,
    Trend,
    is_recurring,
    quarters_to,
    score,
    trend,
    weight,
)

ROOT = Path(__file__).resolve().parents[2]
GUIDANCE = (ROOT / "content" / "guidance" / "recurring-themes.md").read_text(encoding="utf-8")
NOTHING = Tally()
kinds = st.dictionaries(
    st.sampled_from(["warning", "change", "didnt", "keep", "idea"]), st.integers(0, 9)
)
tallies = st.builds(Tally, kinds, st.integers(0, 3))
years = st.lists(tallies, min_size=LOOK_BACK, max_size=LOOK_BACK)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


def story(*newest_first: Tally) -> list[Tally]:
    """The quarters that count, oldest first, from those that are told."""
    rest = [NOTHING] * (LOOK_BACK - len(newest_first))
    return [*rest, *reversed(newest_first)]


# --- how often, how badly, how recently ---------------------------------------------------------------
def test_a_warning_weighs_as_much_as_three_things_to_change() -> None:
    assert score(story(Tally({"warning": 1}))) == score(story(Tally({"change": 3})))
    assert score(story(Tally({"change": 1}))) == score(story(Tally({"didnt": 1}))) == 1


def test_what_worked_is_no_trouble_however_often_it_was_done() -> None:
    assert score(story(Tally({"keep": 50, "idea": 9}))) == 0
    assert not is_recurring(story(Tally({"keep": 50}), Tally({"keep": 50})), units=9)


def test_what_came_back_after_it_was_learned_weighs_more() -> None:
    assert score(story(Tally({"change": 1}, returned=1))) == 1 + AFTER_LEARNED


def test_points_halve_with_every_year_and_end_after_three() -> None:
    one = Tally({"warning": 1})
    assert score(story(one)) == 3
    assert score(story(*[NOTHING] * 4, one)) == pytest.approx(1.5)
    assert score(story(*[NOTHING] * 8, one)) == pytest.approx(0.75)
    assert weight(LOOK_BACK - 1) > 0
    assert weight(LOOK_BACK) == 0


@given(years, years)
def test_no_two_themes_change_places_because_time_went_by(
    one: list[Tally], two: list[Tally]
) -> None:
    """Both lose the quarter that becomes too old; what is left keeps its order."""
    one[0] = two[0] = NOTHING
    before = score(one) - score(two)
    after = score([*one[1:], NOTHING]) - score([*two[1:], NOTHING])
    assert after == pytest.approx(before * 0.5 ** (1 / HALF_LIFE), abs=1e-9)


@given(years, st.integers(0, LOOK_BACK - 1), tallies)
def test_more_trouble_never_lowers_a_theme(before: list[Tally], at: int, more: Tally) -> None:
    after = list(before)
    summed = {k: before[at].by_kind.get(k, 0) + more.by_kind.get(k, 0) for k in SEVERITY}
    kept = {k: n for k, n in before[at].by_kind.items() if k not in SEVERITY}
    after[at] = Tally(kept | summed, before[at].returned + more.returned)
    assert score(after) >= score(before) - 1e-9


# --- when it keeps happening --------------------------------------------------------------------------
def test_one_bad_night_that_left_three_lessons_has_not_happened_again() -> None:
    night = Tally({"change": 2, "warning": 1})
    assert not is_recurring(story(night), units=1)
    assert is_recurring(story(night), units=2)


def test_three_lessons_from_two_quarters_keep_happening_and_two_do_not() -> None:
    assert is_recurring(story(Tally({"change": 2}), Tally({"didnt": 1})), units=1)
    assert not is_recurring(story(Tally({"change": 1}), Tally({"didnt": 1})), units=2)


# --- quarters and trends ------------------------------------------------------------------------------
@given(days)
def test_every_day_lies_in_its_quarter_and_quarters_leave_no_gap(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.back(1).last + timedelta(1) == quarter.first
    assert quarter.back(-1).first - timedelta(1) == quarter.last
    assert quarter.back(5).back(-5) == quarter


@given(days)
def test_the_quarters_that_count_end_with_the_present_one(day: date) -> None:
    quarters = quarters_to(day)
    assert len(quarters) == LOOK_BACK
    assert quarters[-1] == Quarter.of(day)
    assert list(quarters) == sorted(quarters)


@given(days)
def test_the_two_years_of_a_trend_join_without_overlap(day: date) -> None:
    (since, until), (first, last) = recurrence.years_to(day)
    assert until == day
    assert last + timedelta(1) == since
    assert (until - since) == (last - first) == timedelta(364)


@pytest.mark.parametrize(
    ("recent", "before", "told"),
    [(0, 0, Trend.NONE), (1, 0, Trend.SAME), (2, 0, Trend.MORE), (3, 1, Trend.SAME), (5, 1, Trend.MORE),
     (1, 5, Trend.FEWER), (50, 45, Trend.SAME), (0, 2, Trend.FEWER)],
)  # fmt: skip
def test_small_differences_are_no_trend(recent: int, before: int, told: Trend) -> None:
    assert trend(recent, before) is told


# --- the guidance -------------------------------------------------------------------------------------
def test_the_guidance_gives_the_points_that_are_counted() -> None:
    rows = dict(re.findall(r"^\| (.+?) \| (\d)(?: more)? \|$", GUIDANCE, re.MULTILINE))
    assert {name: int(points) for name, points in rows.items()} == {
        "Warning": SEVERITY["warning"],
        "Change this": SEVERITY["change"],
        "Didn’t work": SEVERITY["didnt"],
        "Keep doing, or idea": 0,
        "It happened again after a lesson was marked learned": AFTER_LEARNED,
    }
    assert set(SEVERITY) == {"warning", "change", "didnt"}


def test_the_guidance_gives_the_numbers_of_the_formula() -> None:
    plain = " ".join(GUIDANCE.split())
    assert f"Points halve with every {HALF_LIFE} quarters of age" in plain
    assert f"looks back over {LOOK_BACK} quarters" in plain
    assert (
        f"It takes {ENOUGH} lessons that tell of trouble, from {APART} different quarters" in plain
    )
    worth = [SEVERITY["warning"] * weight(age) for age in (0, 4, 8)]
    told = "counts {:g}. One from the same quarter a year ago counts {:g}, and from two years ago {:g}."
    assert told.format(*worth) in plain
    assert trend(3, 1) is Trend.SAME
    assert trend(5, 1) is Trend.MORE
    assert "3 after 1 is about as many, and 5 after 1 is more" in plain
