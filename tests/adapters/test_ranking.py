"""The order of what is found is what the formula in `domain.ranking` says, part by part."""

import math
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index.nearness import MOST_PAIRS, Nearness, lengths_of, pairs
from lessons.adapters.whoosh_index.ranking import likened, matched, smoothed
from lessons.adapters.whoosh_index.schema import EXACT, TITLE, WORDS
from lessons.domain.access import keyring
from lessons.domain.query import EXACT_WEIGHT, K1, TITLE_WEIGHT, B, Sort, Uses
from lessons.domain.ranking import (
    AGAIN_MOST,
    EVERY_PART,
    FRESH_DAYS,
    NEAR_WITHIN,
    NEAREST,
    OVER,
    RAISED_BY,
    TOLD,
    TOP,
    WEIGHTS,
    Part,
    proven,
)
from lessons.domain.record import Kind, Record, Stored
from tests.adapters.search_index import (
    ANALYST,
    OFFICER,
    TODAY,
    edited,
    find,
    id_of,
    index_in,
    kept,
    lesson,
)

VOCABULARY = ("lamp", "torch", "fence", "drone")
texts = st.lists(st.sampled_from(VOCABULARY), max_size=25).map(" ".join)
PLAIN = frozenset[Part]()


def index_with(folder: Path, parts: frozenset[Part], *stored: Stored) -> WhooshIndex:
    index = WhooshIndex(folder / "index", lambda: TODAY, parts=parts)
    if stored:
        index.rebuild(stored)
    return index


def scores(index: WhooshIndex, text: str, by=OFFICER, **rest) -> dict[str, float]:
    return {hit.id: hit.score for hit in find(index, text, by, size=100, **rest).hits}


# --- words ---------------------------------------------------------------------------------------


def test_with_every_part_off_the_score_is_bm25f_as_whoosh_has_it(tmp_path):
    made = [lesson(n, "lamp " * (n % 3), "torch fence " * n + "drone") for n in range(12)]
    warned = lesson(50, "lamp", "torch", learning="warning", state="learned")
    index = index_with(tmp_path, PLAIN, *made, warned)
    ours = scores(index, "lamp torch torch")
    folder = index.folder / str(index.snapshot().number)
    weights = {WORDS: 1.0, TITLE: TITLE_WEIGHT, EXACT: EXACT_WEIGHT}
    query = Or(
        [Term(f, w, w_ * n) for f, w_ in weights.items() for w, n in (("lamp", 1), ("torch", 2))]
    )
    stock = FileIndex(FileStorage(str(folder)), indexname="MAIN")
    with stock.searcher(weighting=BM25F(B=B, K1=K1)) as searcher:
        names = {
            n: id.decode() for n, id in enumerate(index.snapshot().parts[0].segment.texts("id"))
        }
        found = {names[d]: s for s, d in searcher.search(query, limit=None, optimize=False).top_n}
    assert ours == pytest.approx(found, rel=1e-5)


# --- nearness ------------------------------------------------------------------------------------


def naive_nearness(stored: Stored, asked: Counter, idfs: dict[str, float], below: float) -> float:
    """Straight from the texts."""
    beside, near = Counter(), Counter()
    for text in (stored.record.title, stored.record.texts.get("lesson", "")):
        words = text.split()
        for a, b in asked:
            beside[a, b] += sum(pair == (a, b) for pair in pairwise(words))
            near[a, b] += sum(
                word == a and b in words[max(i - NEAR_WITHIN, 0) : i + NEAR_WITHIN + 1]
                for i, word in enumerate(words)
            )
    return sum(
        WEIGHTS.near * times * min(idfs[a], idfs[b]) * (K1 + 1) * count / (count + below)
        for (a, b), times in asked.items()
        for count in (beside[a, b], near[a, b])
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=12),
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=6),
    st.integers(1, 12),
    st.sets(st.integers(0, 11), max_size=4),
    st.randoms(use_true_random=False),
)
def test_nearness_is_that_of_a_naive_count(made, asked, split, gone, chance):
    with tempfile.TemporaryDirectory() as folder:
        stored = [lesson(n, title, text) for n, (title, text) in enumerate(made)]
        index = index_in(Path(folder), *stored[:split])
        index.put(*stored[split:])
        index.remove(*map(id_of, gone))
        left = {s.record.id: s for n, s in enumerate(stored) if n not in gone}
        snapshot = index.snapshot()
        readable = snapshot.readable(keyring(OFFICER), frozenset({"lesson"}), TODAY.toordinal())
        df = {w: readable.frequency(WORDS, w.encode()) for w in VOCABULARY}
        idfs = {w: readable.idf(n) for w, n in df.items() if n}
        numbers = np.flatnonzero(readable.mask).astype(np.int32)
        chance.shuffle(order := numbers.tolist())
        numbers = np.array(order, np.int32)
        got = Nearness(snapshot, readable, idfs).score(numbers, pairs(asked))
        together = Counter(p for p in pairwise(asked) if p[0] != p[1] and set(p) <= set(idfs))
        average = readable.average_length(WORDS)
        below = K1 * ((1 - B) + B * lengths_of(snapshot, numbers) / average)
        ids = snapshot.ids_of(numbers).tolist()
        for id, amount, under in zip(ids, got.tolist(), below.tolist(), strict=True):
            wanted = naive_nearness(left[id.decode()], together, idfs, under)
            assert amount == pytest.approx(wanted, rel=1e-4, abs=1e-6)


def test_words_that_stand_together_come_before_the_same_words_apart(tmp_path):
    filler = "night garden visit school house street corner people"
    apart = lesson(1, "First", f"county {filler} lines {filler}")
    beside = lesson(2, "Other", f"county lines {filler} {filler}")
    near = lesson(
        3, "Third", f"county night garden lines {filler} school house street corner people visit"
    )
    for parts, first in ((frozenset({Part.NEARNESS}), [2, 3, 1]), (PLAIN, [1, 2, 3])):
        index = index_with(tmp_path / str(len(parts)), parts, apart, beside, near)
        found = scores(index, "county lines")
        if parts:
            assert list(found) == [id_of(n) for n in first]
        else:
            assert len({round(score, 5) for score in found.values()}) == 1


def test_only_so_many_pairs_of_a_long_question_are_looked_at():
    words = [f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(100)]
    assert len(pairs(words)) == MOST_PAIRS
    assert pairs(("lamp", "the", "torch", "torch", "lamp")) == {
        ("lamp", "torch"): 1,
        ("torch", "lamp"): 1,
    }


# --- match, vectors, neighbours ------------------------------------------------------------------

positive = st.floats(0.125, 50, width=32)


@given(st.lists(positive, min_size=1, max_size=30), st.just(0.0) | st.floats(0.5, 60.0))
def test_match_keeps_the_order_and_is_one_for_what_holds_every_word_for_ever(words, most):
    got = matched(np.array(words, np.float32), most)
    most = most or max(words)
    divisor = max(words) ** (1 - WEIGHTS.share) * most**WEIGHTS.share
    assert got.tolist() == pytest.approx([w / divisor for w in words], rel=1e-5)


def test_the_likeness_of_a_short_record_counts_less_and_unlikeness_nothing():
    got = likened(np.array([1, 1, 0.5, -0.5], np.float32), np.array([0, 20, 180, 180], np.float32))
    m, s = WEIGHTS.meaning, WEIGHTS.short
    assert got.tolist() == pytest.approx(
        [0, m * 20 / (20 + s), 0.5 * m * 180 / (180 + s), 0], abs=1e-6
    )


def units(count: int) -> st.SearchStrategy:
    rows = arrays.arrays(np.float32, (count, 4), elements=st.floats(-1, 1, width=16))
    return rows.map(lambda r: r / np.maximum(np.linalg.norm(r, axis=1, keepdims=True), 1e-6))


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(1, 30))
def test_each_score_is_partly_that_of_the_records_most_like_it(data, count):
    before = np.array(
        data.draw(st.lists(positive, min_size=count, max_size=count, unique=True)), np.float32
    )
    rows = data.draw(units(count))
    got = smoothed(before.copy(), rows)
    for i in range(count):
        alike = np.array(
            [max(float(rows[i] @ rows[j]), 0) ** 2 if i != j else 0 for j in range(count)]
        )
        if count > NEAREST:
            least = np.sort(alike)[-NEAREST]
            if np.isclose(alike, least, rtol=1e-5).sum() > 1 and least > 0:
                continue  # which of equals counts as nearer is a matter of rounding
            alike[alike < least] = 0
        mean = float(alike @ before) / alike.sum() if alike.sum() > 1e-9 else float(before[i])
        wanted = (1 - WEIGHTS.neighbours) * float(before[i]) + WEIGHTS.neighbours * mean
        if alike.sum() == 0 or alike.sum() > 1e-9:
            assert float(got[i]) == pytest.approx(wanted, rel=1e-3)
    assert got.min() >= before.min() * (1 - 1e-5)
    assert got.max() <= before.max() * (1 + 1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(TOP + 1, TOP + 60), st.integers(0, 2**31))
def test_what_lies_beyond_the_first_stays_beyond_in_its_order(count, seed):
    random = np.random.default_rng(seed)
    before = random.permutation(np.linspace(0.1, 5, count)).astype(np.float32)
    rows = random.normal(size=(count, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    got = smoothed(before.copy(), rows)
    order = np.argsort(-before)
    first, beyond = order[:TOP], order[TOP:]
    assert got[beyond].max() <= got[first].min()
    assert (np.diff(got[beyond]) < 0).all()
    assert (got > 0).all()


# --- what raises a record ------------------------------------------------------------------------

OLD = date(1950, 1, 1)


def ratio(folder: Path, part: Part, special: Stored, *others: Stored, by=OFFICER) -> float:
    """Of the scores of two records that differ in nothing else, with this part alone."""
    usual = edited(lesson(1, "Lamp", "torch fence", occurred=OLD))
    index = index_with(folder, frozenset({part}), usual, special, *others)
    found = scores(index, "torch lamp", by)
    return found[special.record.id] / found[usual.record.id]


def briefing(number: int, **fields: object) -> Stored:
    """After which the lesson 2 was found to happen again, told twice."""
    rows = ({"lesson": id_of(2), "answer": "applied", "outcome": "happened_again"},) * 2
    known = {"title": "Night", "state": "closed", "marking": "official", "answers": rows, **fields}
    return kept(Record(id_of(number, Kind.BRIEFING), Kind.BRIEFING, fields=known, texts={}))


def same(**fields: object) -> Stored:
    return lesson(2, "Lamp", "torch fence", **{"occurred": OLD, **fields})


@pytest.mark.parametrize(
    ("part", "fields"),
    [(Part.WARNING, {"learning": "warning"}), (Part.LEARNED, {"state": "learned"})],
)
def test_a_warning_and_what_is_learned_are_raised(tmp_path, part, fields):
    assert ratio(tmp_path, part, same(**fields)) == pytest.approx(1 + RAISED_BY[part])


@pytest.mark.parametrize("state", ["merged", "retired"])
def test_what_is_over_is_lowered(tmp_path, state):
    assert ratio(tmp_path, Part.OVER, same(state=state)) == pytest.approx(1 - OVER)


@pytest.mark.parametrize(
    ("days", "share"), [(0, 1), (FRESH_DAYS, 0.5), (2 * FRESH_DAYS, 0.25), (-30, 1)]
)
def test_what_is_fresh_is_raised_by_half_as_much_every_two_years(tmp_path, days, share):
    special = same(occurred=TODAY - timedelta(days))
    old = 1 + RAISED_BY[Part.FRESH] * 0.5 ** ((TODAY - OLD).days / FRESH_DAYS)
    wanted = (1 + share * RAISED_BY[Part.FRESH]) / old
    assert ratio(tmp_path, Part.FRESH, special) == pytest.approx(wanted, rel=1e-5)


def test_a_record_without_a_date_is_not_fresh(tmp_path):
    old = 1 + RAISED_BY[Part.FRESH] * 0.5 ** ((TODAY - OLD).days / FRESH_DAYS)
    assert ratio(tmp_path, Part.FRESH, same(occurred=None)) == pytest.approx(1 / old, rel=1e-6)


@pytest.mark.parametrize("times", [1, 2, AGAIN_MOST, AGAIN_MOST + 2])
def test_what_happened_again_is_raised_for_each_briefing_up_to_a_limit(tmp_path, times):
    briefings = [briefing(n) for n in range(times)]
    wanted = 1 + RAISED_BY[Part.AGAIN] * min(times, AGAIN_MOST)
    assert ratio(tmp_path, Part.AGAIN, same(), *briefings) == pytest.approx(wanted)


def told_of(number: int, *outcomes: str, **fields: object) -> Stored:
    """A briefing after which this was told of the lesson 2, once for each time that it was told."""
    rows = tuple(
        {"lesson": id_of(2), "role": "debrief", "outcome": outcome} for outcome in outcomes
    )
    return briefing(number, answers=rows, lessons=({"lesson": id_of(2)},), **fields)


@pytest.mark.parametrize(
    ("worked", "not_helped", "share"),
    [
        (1, 0, 1 / 3),
        (2, 0, 1 / 2),
        (6, 0, 3 / 4),
        (1, 1, 0),
        (0, 1, -1 / 3),
        (0, 6, -3 / 4),
        (3, 1, 1 / 3),
    ],
)
def test_what_worked_is_raised_and_what_did_not_help_is_lowered(
    tmp_path, worked, not_helped, share
):
    told = [told_of(n, "worked", "worked") for n in range(worked)]
    told += [told_of(100 + n, "did_not_help") for n in range(not_helped)]
    wanted = 1 + share * RAISED_BY[Part.PROVEN]
    assert ratio(tmp_path, Part.PROVEN, same(), *told) == pytest.approx(wanted)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_number_of_briefings_moves_a_lesson_by_more_than_the_weight(worked, not_helped):
    """And one more that worked never lowers it."""
    assert -1 < proven(worked, not_helped) < 1
    assert proven(worked + 1, not_helped) > proven(worked, not_helped)
    assert proven(worked, not_helped) == -proven(not_helped, worked)


def test_to_be_briefed_or_applied_alone_proves_nothing(tmp_path):
    silent = [
        briefing(1, answers=(), lessons=({"lesson": id_of(2)},)),
        briefing(2, answers=({"lesson": id_of(2), "role": "lro", "answer": "applied"},)),
        told_of(3, "happened_again"),
    ]
    assert ratio(tmp_path, Part.PROVEN, same(), *silent) == 1


def test_what_briefings_say_is_counted_once_for_each_that_i_may_read(tmp_path):
    index = index_in(
        tmp_path,
        same(),
        briefing(1, answers=(), lessons=({"lesson": id_of(2)},) * 2),
        told_of(2, "worked", "did_not_help"),
        told_of(3, "worked", marking="official_sensitive"),
        told_of(4, "happened_again", groups=("gold",)),
    )
    openly = Uses(briefed=2, applied=1, worked=1, not_helped=1)
    assert [hit.uses for hit in find(index, "torch").hits] == [openly]
    assert index.uses(keyring(OFFICER), id_of(2)) == openly
    assert index.uses(keyring(ANALYST), id_of(2)) == Uses(3, 2, 2, 1)
    gold = keyring(replace(OFFICER, groups=frozenset({"gold"})))
    assert index.uses(gold, id_of(2)) == Uses(3, 1, 1, 1, 1)
    assert index.uses(keyring(OFFICER), id_of(9)) == Uses()
    index.remove(id_of(2, Kind.BRIEFING))
    assert index.uses(keyring(OFFICER), id_of(2)) == Uses(briefed=1)


def test_where_no_briefing_tells_of_anything_nothing_moves(tmp_path):
    made = [lesson(n, "Lamp", "torch " * (n % 5 + 1)) for n in range(12)]
    silent = [briefing(n, answers=(), lessons=({"lesson": id_of(n)},)) for n in range(5)]
    with_ = index_with(tmp_path, EVERY_PART, *made, *silent)
    without = WhooshIndex(
        tmp_path / "index", lambda: TODAY, parts=EVERY_PART - {Part.PROVEN, Part.AGAIN}
    )
    assert scores(with_, "torch lamp") == scores(without, "torch lamp")


def test_outcomes_that_i_may_not_read_move_nothing(tmp_path):
    hidden = [told_of(n, "worked", marking="official_sensitive") for n in range(6)]
    assert ratio(tmp_path / "officer", Part.PROVEN, same(), *hidden) == 1
    raised = 1 + 0.75 * RAISED_BY[Part.PROVEN]
    assert ratio(tmp_path / "analyst", Part.PROVEN, same(), *hidden, by=ANALYST) == pytest.approx(
        raised
    )


def test_briefings_that_i_may_not_read_raise_nothing_and_are_not_counted(tmp_path):
    hidden = [briefing(n, marking="official_sensitive") for n in (1, 2)]
    hidden.append(briefing(3, groups=("gold",)))
    assert ratio(tmp_path / "officer", Part.AGAIN, same(), *hidden) == 1
    raised = 1 + 2 * RAISED_BY[Part.AGAIN]
    assert ratio(tmp_path / "analyst", Part.AGAIN, same(), *hidden, by=ANALYST) == pytest.approx(
        raised
    )
    index = WhooshIndex(tmp_path / "officer" / "index", lambda: TODAY)
    assert [(h.uses.applied, h.uses.again) for h in find(index, "torch").hits] == [(0, 0), (0, 0)]
    told = {h.id: (h.uses.applied, h.uses.again) for h in find(index, "torch", ANALYST).hits}
    assert told == {id_of(1): (0, 0), id_of(2): (2, 2)}


def test_the_most_applied_come_first_by_the_briefings_that_i_may_read(tmp_path):
    made = [lesson(n, "Lamp", "torch", occurred=TODAY - timedelta(n)) for n in (1, 2, 3)]
    sent = {"answer": "applied", "outcome": "worked"}
    open_ = briefing(1, answers=({"lesson": id_of(3), **sent},))
    hidden = [
        briefing(n, answers=({"lesson": id_of(2), **sent},), marking="official_sensitive")
        for n in (2, 3)
    ]
    index = index_in(tmp_path, *made, open_, *hidden)
    for text in ("torch", ""):
        assert list(scores(index, text, sort=Sort.APPLIED)) == [id_of(3), id_of(1), id_of(2)]
        assert list(scores(index, text, ANALYST, sort=Sort.APPLIED)) == [
            id_of(2),
            id_of(3),
            id_of(1),
        ]


def test_a_deleted_briefing_no_longer_counts(tmp_path):
    index = index_with(tmp_path, EVERY_PART, same(), briefing(1), briefing(2))
    assert find(index, "torch").hits[0].uses.again == 2
    index.remove(briefing(1).record.id)
    assert find(index, "torch").hits[0].uses.again == 1
    index.put(kept(edited(briefing(2), answers=()).record, "v2"))
    assert find(index, "torch").hits[0].uses.again == 0


REASONS = {
    Part.WARNING: same(learning="warning"),
    Part.LEARNED: same(state="learned"),
    Part.AGAIN: same(),
    Part.PROVEN: same(),
    Part.FRESH: same(occurred=TODAY),
}
# What briefings have to say so that the reason is told.
BRIEFINGS = {
    Part.AGAIN: [briefing(n) for n in range(math.ceil(TOLD / RAISED_BY[Part.AGAIN]))],
    Part.PROVEN: [told_of(n, "worked") for n in range(4)],
}


@pytest.mark.parametrize("part", REASONS)
def test_each_reason_is_told_and_can_be_switched_off(tmp_path, part):
    with_ = index_with(tmp_path, EVERY_PART, REASONS[part], *BRIEFINGS.get(part, ()))
    assert [h.raised for h in find(with_, "torch").hits] == [(str(part),)]
    without = WhooshIndex(tmp_path / "index", lambda: TODAY, parts=EVERY_PART - {part})
    assert [h.raised for h in find(without, "torch").hits] == [()]
    assert find(with_, "torch").hits[0].score > find(without, "torch").hits[0].score
    # Nothing is raised where there is no question, so nothing is told either.
    assert [h.raised for h in find(with_, "").hits] == [()]


def test_all_reasons_add_up(tmp_path):
    everything = same(learning="warning", state="learned", occurred=TODAY)
    parts = frozenset({Part.WARNING, Part.LEARNED, Part.AGAIN, Part.FRESH})
    with_ = index_with(tmp_path, parts, everything, *(briefing(n) for n in range(5)))
    without = WhooshIndex(tmp_path / "index", lambda: TODAY, parts=PLAIN)
    raised = find(with_, "torch").hits[0]
    assert set(raised.raised) == {str(part) for part in parts}
    most = (
        1 + math.fsum(RAISED_BY[part] for part in parts) + (AGAIN_MOST - 1) * RAISED_BY[Part.AGAIN]
    )
    assert raised.score / find(without, "torch").hits[0].score == pytest.approx(most)


def test_nobody_gets_another_order_by_another_page_or_size(tmp_path):
    made = [lesson(n, "Lamp", "torch " * (n % 5 + 1) + "fence lamp " * (n % 3)) for n in range(40)]
    index = index_with(tmp_path, EVERY_PART, *made)
    whole = list(scores(index, "torch fence lamp"))
    for size in (1, 7, 20):
        pages = [
            hit.id
            for page in range(1, 40 // size + 2)
            for hit in find(index, "torch fence lamp", size=size, page=page, fold=False).hits
        ]
        assert pages == whole
