"""Shares with honest intervals, periods as people write them, and which claim the evidence can bear."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.domain import claims, periods, shares
from lessons.domain.record import Kind, Record
from lessons.domain.shares import Bare, Share

any_share = st.integers(1, 10**6).flatmap(lambda n: st.builds(Share, st.integers(0, n), st.just(n)))


# --- shares -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("64 of 612 matched", Share(64, 612)), ("3/147", Share(3, 147)), ("31 out of 612", Share(31, 612)),
        ("1,460 of 2,000", Share(1460, 2000)), ("64 o 612", Share(64, 612)), ("0 of the 9", Share(0, 9)),
        ("2%", Bare(2, percent=True)), ("24% (other schools 25%)", Bare(24, percent=True)), ("9", Bare(9)),
        ("5.1 per cent", Bare(5.1, percent=True)), ("Not recorded", None), ("", None), ("3/4/2025", None),
    ],
)  # fmt: skip
def test_figures_are_read_as_people_write_them(words: str, expected: shares.Figure | None) -> None:
    assert shares.read(words) == expected
    assert shares.wrong(words) == ""


@pytest.mark.parametrize(
    "words", ["150 of 147", "-3 of 147", "3 of 0", "3 of -7", "-2%", "140%", "-9"]
)
def test_figures_that_cannot_be_are_wrong_and_are_not_reckoned_with(words: str) -> None:
    assert shares.wrong(words) and shares.read(words) is None


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_words_at_all_can_stand_in_a_cell(words: str) -> None:
    shares.read(words), shares.wrong(words), periods.read(words)


def test_wilson_gives_what_is_printed() -> None:
    """81 of 263: Newcombe 1998, Statistics in Medicine 17, 857\u2013872, table I, method 3. 0 of 20: the same."""
    around = shares.wilson(Share(81, 263))
    assert (round(around.low, 4), round(around.high, 4)) == (0.2553, 0.3662)
    none = shares.wilson(Share(0, 20))
    assert (none.low, round(none.high, 4)) == (0, 0.1611)
    checkpoint = shares.wilson(Share(3, 147))
    assert (round(checkpoint.low, 3), round(checkpoint.high, 3)) == (0.007, 0.058)


def test_newcombe_gives_what_is_printed() -> None:
    """56/70 against 48/80 and 9/10 against 3/10: Newcombe 1998, 873\u2013890, table II, method 10."""
    found = shares.difference(Share(56, 70), Share(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    small = shares.difference(Share(9, 10), Share(3, 10))
    assert (round(small.low, 4), round(small.high, 4)) == (0.1705, 0.8090)


@given(any_share)
@settings(max_examples=100)
def test_an_interval_holds_its_share_and_mirrors_the_rest(share: Share) -> None:
    around = shares.wilson(share)
    assert 0 <= around.low <= share.value <= around.high <= 1
    rest = shares.wilson(Share(share.of - share.count, share.of))
    assert (rest.low, rest.high) == pytest.approx((1 - around.high, 1 - around.low), abs=1e-9)


@given(any_share, st.integers(2, 50))
@settings(max_examples=100)
def test_more_people_make_it_narrower(share: Share, times: int) -> None:
    few, many = shares.wilson(share), shares.wilson(Share(share.count * times, share.of * times))
    assert many.high - many.low < few.high - few.low


@given(any_share, any_share)
@settings(max_examples=100)
def test_a_difference_holds_what_was_seen_and_turns_round(one: Share, other: Share) -> None:
    found, back = shares.difference(one, other), shares.difference(other, one)
    seen = one.value - other.value
    assert -1 <= found.low <= seen + 1e-12 and seen - 1e-12 <= found.high <= 1
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-9)


# --- periods ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("October 2023 to September 2024", date(2023, 10, 1), date(2024, 9, 30)),
        ("March to June 2026", date(2026, 3, 1), date(2026, 6, 30)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("1 April 2025 \u2013 31 March 2026", date(2025, 4, 1), date(2026, 3, 31)),
        ("from February 2024 until 29 February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("Ionawr 2025 i Mawrth 2025", date(2025, 1, 1), date(2025, 3, 31)),
    ],
)
def test_periods_are_read_as_people_write_them(words: str, first: date, last: date) -> None:
    assert periods.read(words) == periods.Period(first, last)


@pytest.mark.parametrize(
    "words", ["", "Three months after", "to", "29 February 2025", "a to b to c"]
)
def test_other_words_are_no_period(words: str) -> None:
    assert periods.read(words) is None


# --- claims -----------------------------------------------------------------------------------------
FAIR = {
    "measure": "Lost money again", "baseline": "64 of 612", "baseline_period": "2024", "follow_up": "31 of 612",
    "follow_up_period": "2025",
}  # fmt: skip


def judged(*rows: dict[str, str], **fields: Any) -> claims.Claim:
    return claims.claim(evaluation(*rows, **fields))


def evaluation(*rows: dict[str, str], **fields: Any) -> Record:
    return Record(
        "E-2026-00001", Kind.EVALUATION, fields={"title": "X", "measures": rows, **fields}
    )


def keys(claim: claims.Claim) -> list[str]:
    return [reason.key for reason in claim.reasons]


def test_the_public_figure_read_with_care() -> None:
    claim = judged({"measure": "Reoffended", "follow_up": "3 of 147"}, reached=147, design="none")
    assert (claim.level.key, claim.verdict, claim.stage) == ("afterwards", "promising", "monitored")
    assert keys(claim) == ["comparison", "follow_up", "eligible"]
    assert claim.bears("promising") and not claim.bears("worked") and not claim.bears("didnt")


@pytest.mark.parametrize(
    ("design", "level", "verdict"),
    [("trial", "caused", "worked"), ("matched", "alike", "worked"), ("area", "place", "worked"),
     ("before_after", "changed", "promising"), ("none", "afterwards", "promising")],
)  # fmt: skip
def test_the_design_says_how_much(design: str, level: str, verdict: str) -> None:
    claim = judged(FAIR, design=design, eligible=700, stage="independent")
    assert (claim.level.key, claim.verdict) == (level, verdict)
    assert claim.stage == ("monitored" if level == "afterwards" else "independent")


def test_a_colleague_without_a_part_in_it_judges_locally() -> None:
    claim = judged(FAIR, design="matched", eligible=700, independent="yes")
    assert (claim.stage, keys(claim)) == ("local", [])
    insider = judged(FAIR, design="matched", eligible=700, independent="no", stage="independent")
    assert (insider.stage, keys(insider)) == ("local", ["independent"])


def test_a_difference_that_chance_may_make_is_none_that_worked() -> None:
    claim = judged(
        {**FAIR, "baseline": "5 of 34", "follow_up": "4 of 34"}, design="matched", eligible=40
    )
    assert (claim.level.key, claim.verdict) == ("unsure", "no_effect")
    assert "chance" in keys(claim)
    assert claim.bears("didnt") and not claim.bears("worked")


def test_percentages_alone_do_not_say_how_far_chance_reaches() -> None:
    claim = judged({**FAIR, "baseline": "22%", "follow_up": "24%"}, design="area")
    assert claim.level.key == "unsized" and "sizes" in keys(claim)


def test_a_comparison_without_periods_does_not_prove() -> None:
    claim = judged(
        {"measure": "X", "baseline": "64 of 612", "follow_up": "31 of 612"}, design="trial"
    )
    assert not claim.bears("worked")
    assert {"follow_up", "before"} <= set(keys(claim))


def test_the_comparison_group_counts_where_there_is_one() -> None:
    row = {"measure": "X", "baseline": "64 of 612", "follow_up": "31 of 612", "comparison": "32 of 612",
           "follow_up_period": "2025"}  # fmt: skip
    assert judged(row, design="area").level.key == "unsure"


def test_nothing_and_delivery_alone_bear_too_early() -> None:
    for claim in (judged(), judged(reached=12)):
        assert (claim.verdict, claim.stage) == ("early", "not_started")
        assert claim.bears("early") and claim.bears("harm") and not claim.bears("promising")
    assert judged(reached=12).bears("didnt"), "it could not be delivered"


@pytest.mark.parametrize(
    ("direction", "verdict"), [("worse", "didnt"), ("same", "no_effect"), ("both", "mixed")]
)
def test_didnt_work_is_borne_as_worked_is(direction: str, verdict: str) -> None:
    assert judged(FAIR, design="matched", direction=direction).verdict == verdict


def test_periods_are_questioned() -> None:
    def asked(before: str, after: str) -> list[str]:
        row = {**FAIR, "baseline_period": before, "follow_up_period": after}
        return [q.words for q in claims.questions(evaluation(row))]

    assert asked("2024", "2025") == []
    assert asked("2024", "June 2024 to May 2025") == [claims.OVERLAP]
    assert asked("2025", "2024") == [claims.TURNED]
    assert asked("2024", "January to March 2025") == [claims.UNEQUAL]
    assert asked("May 2024 to March 2024", "2025") == [claims.BACKWARDS]
