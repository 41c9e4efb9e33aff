"""The same lesson sent in twice is shown once, with the other beneath it; what only looks alike stands by itself."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.adapters.whoosh_index.folding import MOST_FOLDED, fold
from lessons.adapters.whoosh_index.sketches import ALIKE, likeness
from lessons.domain.record import Kind, Record
from tests.adapters.search_index import edited, id_of, index_in, kept, lesson

RADIO = (
    "The batteries of the radios died in the fifth hour of the search, and the team at the back of the house could "
    "not tell the command vehicle that the second suspect had left through the garden. Nobody had brought spares, "
    "because the plan said that the warrant would be over by nine. Bring one spare battery for each radio, and name "
    "who carries them."
)
PAPER = (
    "When the late turn went home the early turn did not know which of the two addresses had been searched already. "
    "The log was in a car that had gone back to the yard. Hand over on paper, face to face, before anybody leaves, "
    "and let both sergeants sign the sheet so that it can be found afterwards."
)
DATED = RADIO.replace("nine", "3 May 2026")


def folded(tmp_path, *stored, order=None):
    """Groups of the numbers that made the lessons, in the order in which they were asked for."""
    snapshot = index_in(tmp_path, *stored).snapshot()
    ids = [id.decode() for id in snapshot.ids_of(np.arange(snapshot.count, dtype=np.int32))]
    rows = {s.record.id: number for number, s in enumerate(stored)}
    at = {rows[id]: number for number, id in enumerate(ids)}
    asked = order if order is not None else range(len(stored))
    back = {number: row for row, number in at.items()}
    found = fold(snapshot, np.array([at[row] for row in asked], np.int32))
    return [[back[first], *(back[n] for n in others)] for first, others in found]


@pytest.mark.parametrize(
    ("copy", "what"),
    [
        (RADIO, "an exact copy"),
        (RADIO.replace("garden", "yard"), "one word changed"),
        (RADIO.replace("nine", "12 March 2026"), "a date put in"),
        (DATED, "another date"),
        (RADIO + " Thanks to the kit room for their help with this afterwards.", "a sentence more"),
        (RADIO.replace(".", " …").replace("radio", "RADIO"), "other stops and capitals"),
    ],
)
def test_a_near_copy_is_folded_under_the_first(tmp_path, copy, what):
    one = lesson(1, "Bring spare batteries", RADIO)
    two = lesson(2, "Bring spare batteries", copy, occurred=date(2025, 5, 3), themes=("kit",))
    other = lesson(3, "Hand over on paper", PAPER)
    assert folded(tmp_path, one, other, two) == [[0, 2], [1]], what


def test_the_order_that_was_asked_for_is_kept_and_the_first_in_it_leads(tmp_path):
    texts = (RADIO, PAPER, DATED, PAPER + " Sign it.", "Something else altogether.")
    stored = [lesson(n, f"Number {n}", text) for n, text in enumerate(texts)]
    assert folded(tmp_path, *stored) == [[0, 2], [1, 3], [4]]
    assert folded(tmp_path, *stored, order=[4, 3, 2, 1, 0]) == [[4], [3, 1], [2, 0]]
    assert folded(tmp_path, *stored, order=[2, 4]) == [[2], [4]]
    assert folded(tmp_path, *stored, order=[]) == []


def test_short_lessons_fold_only_where_every_word_is_the_same(tmp_path):
    words = ("Call the school first", "Call the school last", "Call the school first", "Call")
    stored = [lesson(n, text) for n, text in enumerate(words)]
    assert folded(tmp_path, *stored) == [[0, 2], [1], [3]]


def test_lessons_without_a_word_are_not_copies_of_one_another(tmp_path):
    assert folded(tmp_path, lesson(1, "…"), lesson(2, "…")) == [[0], [1]]


def test_an_operation_and_a_lesson_with_the_same_words_stay_apart(tmp_path):
    title = "Operation Example Lantern"
    fields = {"title": title, "marking": "official"}
    operation = kept(Record(id_of(2, Kind.OPERATION), Kind.OPERATION, fields=fields))
    assert folded(tmp_path, lesson(1, title), operation) == [[0], [1]]


def test_copies_are_known_across_segments_and_after_these_are_merged(tmp_path):
    index = index_in(tmp_path, lesson(1, "Batteries", RADIO), lesson(2, "Paper", PAPER))
    for number in range(3, 14):
        index.put(lesson(number, f"Copy {number}", RADIO if number % 2 else PAPER))
    index.put(edited(lesson(4, "Now something else"), texts={}))

    def groups():
        snapshot = index.snapshot()
        living = np.flatnonzero(np.concatenate([p.live for p in snapshot.parts])).astype(np.int32)
        named = dict(zip(living.tolist(), snapshot.ids_of(living).tolist(), strict=True))
        return {frozenset(named[n] for n in (a, *rest)) for a, rest in fold(snapshot, living)}

    before = groups()
    assert sorted(map(len, before)) == [1, 5, 7]
    assert index.tend()
    assert groups() == before


def test_far_down_the_list_everything_stands_for_itself(tmp_path):
    many = [lesson(n, "Batteries", RADIO) for n in range(MOST_FOLDED + 3)]
    found = folded(tmp_path, *many)
    assert [len(group) for group in found] == [MOST_FOLDED, 1, 1, 1]


# --- likeness ------------------------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from([*RADIO.split(), *PAPER.split(), "…"]), max_size=60).map(" ".join)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_whole_for_the_same_words(a, b):
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1
    assert likeness(f"Kit. {a}", f"(kit) {a} …") == 1


def test_likeness_tells_a_copy_from_another_lesson():
    assert likeness(RADIO, RADIO) == 1
    assert ALIKE < likeness(RADIO, DATED) < 1
    assert likeness(RADIO, PAPER) < 0.1
    assert likeness("Call the school first", "Call the school last") == 0
    assert likeness("", "") == likeness("…", "…") == 0
