"""The table of moves: sound in itself, and agreeing with the lists and the schema that it speaks of."""

from datetime import date
from pathlib import Path

import pytest

from lessons.adapters.files import FileReference
from lessons.domain.access import Permit
from lessons.domain.deciding import REFUSALS
from lessons.domain.lifecycle import (
    LIFE,
    MOVES,
    OWN_WORDS,
    USUAL_LIFE,
    WORDING,
    Move,
    Need,
    Tie,
    Whom,
    check_day,
    stale,
)
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.states import CLEARED, GOOD, OPEN, OVER, State

ROOT = Path(__file__).resolve().parents[2]
SHAPE = SHAPES[Kind.LESSON]
EVERY_MOVE = pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)


@pytest.fixture(scope="module")
def lists() -> dict[str, set[str]]:
    found = FileReference(ROOT / "content").vocabularies().lists
    return {name: set(vocabulary.terms) for name, vocabulary in found.items()}


def test_the_states_are_those_of_the_list_and_the_lives_as_well(lists) -> None:
    assert {state.value for state in State} == lists["state"]
    assert set(LIFE) == lists["life"] == set(USUAL_LIFE.values()) | {"change"}
    assert set(USUAL_LIFE) == lists["learning"]


def test_every_state_is_of_one_sort_and_can_be_reached_from_what_is_sent_in() -> None:
    assert {*OPEN, *GOOD, *OVER, State.NOT_TAKEN} == set(State)
    assert len(OPEN) + len(GOOD) + len(OVER) + 1 == len(State)
    reached = {State.SENT}
    for _ in State:
        reached |= {m.to for m in MOVES.values() if m.to and m.sources & reached}
    assert reached == set(State)


def test_no_state_is_a_dead_end() -> None:
    for state in State:
        assert any(state in m.sources and m.to not in (None, state) for m in MOVES.values()), state


def test_the_only_way_to_learned_is_a_check_of_what_was_done() -> None:
    [move] = [m for m in MOVES.values() if m.to is State.LEARNED]
    assert move.sources == {State.AWAITING_CHECK}
    assert {Need.OTHER_THAN_OWNER, Need.EVIDENCE} <= set(move.needs)
    [done] = [m for m in MOVES.values() if m.to is State.AWAITING_CHECK]
    assert done.sources == {State.UNDER_WAY}


@EVERY_MOVE
def test_whatever_comes_among_the_cleared_is_cleared_by_somebody_else(move: Move) -> None:
    outside = move.sources - CLEARED
    if move.to in CLEARED and outside:
        assert {Need.NOT_OWN, Need.FLAGS, Need.TWO} <= set(move.needs)
        assert move.who == {Permit.REVIEW}
    if Need.FLAGS in move.needs:
        assert Need.NOT_OWN in move.needs


@EVERY_MOVE
def test_a_move_speaks_of_what_there_is(move: Move) -> None:
    assert MOVES[move.key] is move
    assert move.sources and move.sources <= set(State) and move.to not in move.sources
    assert move.who and all(isinstance(who, Permit | Tie) for who in move.who)
    assert set(move.takes) <= set(SHAPE.by_name), "every word it takes is a field"
    assert not [n for n in move.takes if SHAPE[n].stamped], "what we set ourselves nobody gives"
    assert move.label and move.done and len(set(move.needs)) == len(move.needs)
    assert bool(move.tells) == bool(move.told) and set(move.tells) <= set(Whom)


@EVERY_MOVE
def test_whoever_must_say_something_has_a_box_for_it(move: Move) -> None:
    for need in move.needs:
        box, words = REFUSALS[need]
        assert words.endswith(".")
        if box and box != "cleared":
            assert box in move.takes, (move.key, need)


def test_every_need_has_its_refusal() -> None:
    assert set(REFUSALS) == set(Need)
    assert len({words for _box, words in REFUSALS.values()}) == len(Need)


def test_an_author_changes_words_and_a_reviewer_neither_origin_nor_decision() -> None:
    assert set(OWN_WORDS) <= set(WORDING)
    assert not {"owner", "author", "state", "decision", "source_id", "debrief"} & set(WORDING)
    assert {"marking", "themes", "learning", "summary"} <= set(WORDING)


@pytest.mark.parametrize(
    ("life", "from_day", "day"),
    [
        ("six_months", date(2026, 8, 31), date(2027, 2, 28)),
        ("six_months", date(2027, 8, 31), date(2028, 2, 29)),
        ("year", date(2028, 2, 29), date(2029, 2, 28)),
        ("two_years", date(2026, 12, 31), date(2028, 12, 31)),
        ("year", date(2026, 11, 22), date(2027, 11, 22)),
        ("change", date(2026, 1, 1), None),
        ("", date(2026, 1, 1), None),
    ],
)
def test_the_day_of_the_next_look_is_a_real_day(life, from_day, day) -> None:
    assert check_day(life, from_day) == day


def test_only_what_holds_good_can_grow_stale() -> None:
    today, past = date(2026, 11, 22), date(2026, 11, 21)
    assert {s for s in State if stale(s, past, today)} == GOOD
    assert not any(stale(s, day, today) for s in State for day in (None, today))
