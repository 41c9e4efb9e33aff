"""Figures from plain lines: what is counted, by which day, and what small numbers are kept back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.domain import measure_counting as counting
from lessons.domain.due import Rule, Timetable
from lessons.domain.ledger import Line
from lessons.domain.measure import FIGURES, Counted, Period, Unit, World, figure_of
from lessons.domain.measure_judged import Verdict, judge
from lessons.domain.measure_small import ALL, FEWEST, guard, kept_back, shown
from lessons.domain.record import Kind
from lessons.domain.vocabulary import Term, Vocabulary

TODAY = date(2026, 6, 30)
RULES = {"operation": Rule(debrief_within=28), "prevent_activity": Rule(evaluate_within=182)}


def listed(*keys: str) -> Vocabulary:
    return Vocabulary("list", {"en": "List"}, {key: Term(key, {"en": key}) for key in keys})


LISTS = {
    "four_p": listed("pursue", "prevent", "protect", "prepare"),
    "threat_kind": listed("group", "individual", "vulnerability"),
    "action_strength": listed("design", "reminder"),
}


def line(kind: Kind, number: int = 0, **facts: Any) -> Line:
    tables = {name: facts.pop(name) for name in ("lessons",) if name in facts}
    return Line(f"{kind.letter}-2026-{number:05d}", kind, "Title", facts, tables)


def operation(**facts: Any) -> Line:
    return line(Kind.OPERATION, **({"operation_kind": "operation"} | facts))


def lesson(number: int = 0, **facts: Any) -> Line:
    return line(Kind.LESSON, number, **({"state": "observation", "occurred": "2026-03-01"} | facts))


def world(period: Period | None = None, **lines: Sequence[Line]) -> World:
    given: dict[str, Any] = dict.fromkeys(
        ("operations", "lessons", "evaluations", "actions", "findings", "briefings"), ()
    )
    given |= {"debriefs": None} | lines
    return World(
        **given, timetable=Timetable(TODAY, RULES), period=period or Period(), lists=LISTS,
        theme=lambda key: {"old": "new"}.get(key, key),
    )  # fmt: skip


# --- debriefs --------------------------------------------------------------------------------------
def test_one_not_yet_due_is_neither_a_success_nor_a_failure() -> None:
    found = world(operations=[
        operation(ended="2026-01-10", debriefed="2026-01-20"),
        operation(ended="2026-01-10"),
        operation(ended="2026-06-29"),
        operation(ended="2026-01-10", no_debrief="An exercise."),
        operation(operation_kind="prevent_activity", ended="2026-01-10"),
        operation(),
    ])  # fmt: skip
    rate = counting.debrief_rate(found)
    assert (rate.value, rate.n) == (0.5, 2)
    assert counting.debriefs_overdue(found).value == 1


def test_a_debrief_due_today_is_not_overdue() -> None:
    due_today = operation(ended="2026-06-01", debrief_due="2026-06-30")
    assert counting.debriefs_overdue(world(operations=[due_today])).value == 0


def test_what_waits_is_counted_as_it_stood_at_the_end_of_the_period() -> None:
    late = operation(ended="2026-01-10", debriefed="2026-06-01")
    assert (
        counting.debriefs_overdue(world(Period(None, date(2026, 5, 31)), operations=[late])).value
        == 1
    )
    assert counting.debriefs_overdue(world(operations=[late])).value == 0


def test_what_is_long_overdue_is_not_lost_when_the_period_begins_later() -> None:
    old = line(Kind.EVALUATION, due="2020-02-29")
    assert (
        counting.evaluations_overdue(world(Period(date(2026, 1, 1)), evaluations=[old])).value == 1
    )


def test_an_evaluation_not_needed_is_not_overdue() -> None:
    spared = line(Kind.EVALUATION, due="2026-01-01", not_needed="Stopped at once.")
    found = counting.evaluations_overdue(world(evaluations=[spared]))
    assert (found.value, found.n) == (0, 0)


# --- what is recorded ------------------------------------------------------------------------------
def test_the_main_strand_counts_and_strands_at_nought_are_told() -> None:
    lessons = [lesson(n, four_p=["pursue", "prevent"]) for n in range(3)]
    found = counting.four_p_lessons(world(lessons=[*lessons, lesson(9)]))
    assert found.value == {"pursue": 1.0, "prevent": 0.0, "protect": 0.0, "prepare": 0.0}
    assert found.n == 3


def test_the_published_case_is_told_as_it_was() -> None:
    """Cheshire: 373 disruptions, 312 of them pursue; 118 threats, none a vulnerability."""
    rest = ("prevent", "protect", "prepare")
    strands = ["pursue"] * 312 + [rest[n % 3] for n in range(61)]
    lessons = [lesson(n, four_p=[s]) for n, s in enumerate(strands)]
    operations = [operation(started="2026-01-01", threat_kinds=["group"]) for _ in range(118)]
    found = world(lessons=lessons, operations=operations)
    balance = figure_of(FIGURES["four_p_share"], found, counting.four_p_share(found))
    kinds = figure_of(FIGURES["threat_kinds"], found, counting.threat_kinds(found))
    assert isinstance(balance.value, Mapping)
    assert round(balance.value["pursue"] or 0, 2) == 0.84
    assert judge(balance).verdict is Verdict.LOOK
    assert kinds.value == {"group": 118, "individual": 0, "vulnerability": 0}
    assert "No vulnerability" in judge(kinds).why


def test_nothing_to_count_is_not_nought_of_nothing() -> None:
    assert counting.debrief_rate(world()).value is None
    assert counting.four_p_share(world()).value is None
    assert counting.evaluations_overdue(world()).value == 0


def test_a_theme_recurs_over_quarters_or_units_and_under_its_new_name() -> None:
    bad_night = [lesson(n, learning="warning", themes=["once"], unit="North") for n in range(4)]
    spread = [
        lesson(10 + n, learning="change", themes=["old"], occurred=day)
        for n, day in enumerate(("2026-01-05", "2026-02-05", "2026-05-05"))
    ]
    good = [lesson(20 + n, learning="keep", themes=["fine"], unit=f"U{n}") for n in range(5)]
    found = counting.recurring_themes(world(lessons=[*bad_night, *spread, *good]))
    assert found.value == {"new": 3}
    assert found.n == 7


# --- actions and learning --------------------------------------------------------------------------
def test_actions_open_overdue_and_their_age() -> None:
    actions = [
        line(Kind.ACTION, 1, action_state="open", due="2026-06-29", agreed="2026-06-20"),
        line(Kind.ACTION, 2, action_state="under_way", due="2026-12-01", agreed="2025-06-30"),
        line(Kind.ACTION, 3, action_state="done", due="2026-01-01", agreed="2025-01-01"),
        line(Kind.ACTION, 4, action_state="not_taken", due="2026-01-01", agreed="2025-01-01"),
    ]
    found = world(actions=actions)
    assert counting.actions_open(found).value == 2
    assert counting.actions_overdue(found).value == 1
    assert counting.action_age(found).value == {"median": 187.5, "oldest": 365}


def test_answers_count_in_working_days_and_those_kept_waiting_count_as_late() -> None:
    found = counting.days_to_answer(world(lessons=[
        lesson(1, sent="2026-06-05T09:00:00+00:00", answered="2026-06-08T09:00:00+00:00"),
        lesson(2, sent="2026-06-01T09:00:00+00:00", answered="2026-06-12T09:00:00+00:00"),
        lesson(3, state="sent", sent="2026-06-01T09:00:00+00:00"),
        lesson(4, state="sent", sent="2026-06-29T09:00:00+00:00"),
        lesson(5, sent="2026-06-20T09:00:00+00:00", answered="2026-06-12T09:00:00+00:00"),
    ]))  # fmt: skip
    assert found.value == {"median": 5.0, "within_5": 1 / 3}
    assert found.n == 3


def test_a_lesson_is_used_once_however_often_it_is_briefed() -> None:
    briefings = [
        line(Kind.BRIEFING, n, issued="2026-05-01T09:00:00+00:00", lessons=[{"lesson": lesson(1).id}])
        for n in range(3)
    ]  # fmt: skip
    found = counting.lessons_briefed(world(lessons=[lesson(1), lesson(2)], briefings=briefings))
    assert (found.value, found.n) == (0.5, 2)


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_says_what_it_means_and_stands_an_empty_knowledge_base(key: str) -> None:
    figure = FIGURES[key]
    assert len(figure.definition) > 60
    found = figure.count(world())
    assert found.n == 0
    assert found.value in (None, 0, {}) or not any(dict(found.value).values())  # type: ignore[arg-type]


# --- small numbers ---------------------------------------------------------------------------------
def test_a_small_count_takes_the_next_smallest_with_it() -> None:
    assert kept_back({"a": 40, "b": 12, "c": 3, "d": 0}) == {"c", "b"}
    assert kept_back({"a": 40, "b": 12}) == frozenset()
    assert kept_back({"a": 1, "b": 1, "c": 30, "d": 40}) == {"a", "b", "c"}, "1 and 1 add up to 2"


def kept_of(key: str, counted: Counted) -> Any:
    alone = {name: Counted(None, 0) for name in FIGURES} | {key: counted}
    figure = figure_of(FIGURES[key], world(), counted)
    return shown(figure, guard({"": alone}, "")[key])


def test_a_share_among_fewer_than_five_or_with_a_small_part_is_not_shown() -> None:
    for part, rest in ((2, 2), (3, 30), (30, 3)):
        figure = kept_of("positive_share", counting.share(part, rest, "keep", "other"))
        assert (figure.value, figure.n, figure.parts) == (None, None, {})
    assert kept_of("positive_share", counting.share(6, 30, "keep", "other")).n == 36
    assert kept_of("positive_share", counting.share(0, 30, "keep", "other")).value == 0


def test_what_is_left_of_a_breakdown_does_not_give_back_what_is_hidden() -> None:
    cells = {"pursue": 40, "prevent": 3, "protect": 20, "prepare": 0}
    counted = Counted({key: count / 63 for key, count in cells.items()}, 63, cells)
    figure = kept_of("four_p_lessons", counted)
    assert figure.value == {"pursue": 40 / 63, "prevent": None, "protect": None, "prepare": 0}
    assert figure.parts == {"pursue": 40, "prepare": 0}


def test_the_whole_force_less_the_other_units_does_not_give_a_unit_back() -> None:
    def unit(overdue: int) -> dict[str, Counted]:
        empty = {name: Counted(None, 0) for name in FIGURES}
        return empty | {"actions_overdue": Counted(overdue, 50, {"count": overdue})}

    counts = {"north": unit(2), "south": unit(9), "east": unit(30)}
    kept = {name: guard(counts, name)["actions_overdue"] for name in counts}
    assert kept["north"]
    assert kept["south"], "else the 2 of the north would be the force less south and east"
    assert not kept["east"]


def test_a_part_hidden_in_one_balance_is_hidden_in_the_balance_of_all() -> None:
    def balance(prevent: int, prepare: int) -> Counted:
        cells = {"pursue": 40, "prevent": prevent, "protect": 20, "prepare": prepare}
        return Counted(dict(cells), sum(cells.values()), cells)

    alone = {name: Counted(None, 0) for name in FIGURES} | {
        "four_p_debriefs": balance(3, 9), "four_p_lessons": balance(30, 9), "four_p_evaluations": balance(30, 9),
        "four_p_share": Counted(None, 1, {"pursue": 120, "prevent": 63, "protect": 60, "prepare": 27}),
    }  # fmt: skip
    alone["four_p_share"] = Counted(None, 270, alone["four_p_share"].cells)
    kept = guard({"": alone}, "")
    for key in ("four_p_debriefs", "four_p_lessons", "four_p_evaluations", "four_p_share"):
        assert "prevent" in kept[key], key


tables = st.dictionaries(
    st.sampled_from(["n", "s", "e", "w"]),
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_number_that_is_hidden_can_be_worked_out(rows: dict[str, list[int]]) -> None:
    cells = {unit: dict(zip("abc", counts, strict=True)) for unit, counts in rows.items()}
    empty = {name: Counted(None, 0) for name in FIGURES}
    counts = {
        unit: empty | {"strength_mix": Counted(dict(row), sum(row.values()), row)}
        for unit, row in cells.items()
    }
    kept = {unit: guard(counts, unit)["strength_mix"] for unit in counts}
    for unit, row in cells.items():
        hidden = [cell for cell in row if cell in kept[unit] and row[cell]]
        assert all(cell in hidden for cell, count in row.items() if 0 < count < FEWEST)
        if hidden and ALL not in kept[unit]:
            assert len(hidden) > 1, "one gap in a row is its total less the others"
    for cell in "abc":
        holes = [u for u in cells if cells[u][cell] and (cell in kept[u] or ALL in kept[u])]
        shown_ = [u for u in cells if cells[u][cell] and u not in holes]
        assert len(holes) != 1 or not shown_, "one gap in a column is the force less the others"


def test_every_unit_of_a_figure_has_a_rule() -> None:
    assert {figure.unit for figure in FIGURES.values()} == set(Unit)
