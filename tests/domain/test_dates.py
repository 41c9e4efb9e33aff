"""Dates as people write them, and what only looks like one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.domain.dates import MOST, dates_in, read_day, read_span

TODAY = date(2026, 3, 27)


def said(text: str) -> list[tuple[str, str, str]]:
    return [
        (d.typed, str(d.since or ""), str(d.until or "")) for d in dates_in(f"radio {text}", TODAY)
    ]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("last 6 months", "2025-09-27", ""),
        ("in the last two years", "2024-03-27", ""),
        ("within the last 3 days", "2026-03-24", ""),
        ("past year", "2025-03-27", ""),
        ("the last year", "2025-03-27", ""),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("last week", "2026-03-16", "2026-03-22"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("yesterday", "2026-03-26", "2026-03-26"),
        ("since May 2025", "2025-05-01", ""),
        ("since December", "2025-12-01", ""),
        ("since March", "2026-03-01", ""),
        ("since 31/12/2024", "2024-12-31", ""),
        ("after 3 March 2024", "2024-03-04", ""),
        ("before 3 March 2024", "", "2024-03-02"),
        ("before 3rd of March 2024", "", "2024-03-02"),
        ("until 2024-02", "", "2024-02-29"),
        ("up to 2024", "", "2024-12-31"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("in May 2025", "2025-05-01", "2025-05-31"),
        ("on 3 March 2024", "2024-03-03", "2024-03-03"),
        ("between March and June 2025", "2025-03-01", "2025-06-30"),
        ("between 3 March and 6 June 2025", "2025-03-03", "2025-06-06"),
        ("from 2023 to 2024", "2023-01-01", "2024-12-31"),
        ("6 mis diwethaf", "2025-09-27", ""),
        ("y flwyddyn ddiwethaf", "2025-03-27", ""),
        ("ers Mai 2025", "2025-05-01", ""),
        ("cyn 3 Mawrth 2024", "", "2024-03-02"),
        ("ym Mawrth 2024", "2024-03-01", "2024-03-31"),
        ("yn 2023", "2023-01-01", "2023-12-31"),
        ("rhwng Mawrth a Mehefin 2025", "2025-03-01", "2025-06-30"),
        ("eleni", "2026-01-01", "2026-12-31"),
        ("llynedd", "2025-01-01", "2025-12-31"),
        ("ddoe", "2026-03-26", "2026-03-26"),
    ],
)
def test_what_is_unmistakable_is_read(text: str, since: str, until: str) -> None:
    assert said(text) == [(text, since, until)]


@pytest.mark.parametrize(
    "text",
    [
        "Operation Alder 2025",
        "Operation Yesterday",
        "2025",
        "May 2025",
        "march in formation",
        "may be late",
        "after 2000 hours",
        "before 2015 hrs",
        "in 2000 homes",
        "the last week of the operation",
        "last year's debrief",
        "the last day",
        "on 31 June 2024",
        "since 2024/25",
        "last 999 years",
        "between June and March 2025",
        '"since 2024"',
        "pre-2024",
    ],
)
def test_what_may_be_something_else_stays_words(text: str) -> None:
    assert said(text) == []


def test_two_stretches_of_time_are_told_in_order() -> None:
    assert [d[0] for d in said("since 2024 door before June 2025")] == [
        "since 2024",
        "before June 2025",
    ]


def test_a_plan_tells_of_dates_and_asks_for_none() -> None:
    assert said("door " * 40 + "since 2024") == []


def test_a_month_back_from_a_long_one_ends_with_the_short_one() -> None:
    (found,) = dates_in("past month", date(2026, 3, 31))
    assert found.since == date(2026, 2, 28)


def test_days_and_spans_that_stand_alone() -> None:
    assert read_day("3/4/2024") == date(2024, 4, 3)
    assert read_day("tomorrow") is None
    assert read_span("2024-13") is None
    assert read_span("Chwefror 2024") == (date(2024, 2, 1), date(2024, 2, 29))


LIKE_A_DATE = st.sampled_from(
    ("last", "the", "past", "6", "999", "months", "years", "since", "between", "and", "to", "from", "in", "2024",
     "0000", "31", "february", "may", "30/2/2024", "9999-12-31", "after", "before", "mis", "diwethaf", "ers", "of", '"')
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=2_000), st.lists(LIKE_A_DATE, max_size=30).map(" ".join)),
    st.dates(min_value=date(1, 1, 2)),
)
def test_any_text_on_any_day_gives_stretches_that_lie_in_it(text: str, today: date) -> None:
    found = dates_in(text, today)
    assert len(found) <= MOST
    for each in found:
        assert text[each.start : each.end] == each.typed
        assert each.since or each.until
        assert not (each.since and each.until) or each.since <= each.until
