"""The fast path answers as the slow one would: naive counts over the records, and Whoosh's own scores."""

import random
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from lessons.adapters.whoosh_index.analysis import WORD, phrase_terms, read
from lessons.adapters.whoosh_index.codec import TermAt, read_posting
from lessons.adapters.whoosh_index.extracts import extract
from lessons.adapters.whoosh_index.matching import Matcher, Terms, phrase_in
from lessons.adapters.whoosh_index.schema import EXACT, TITLE, WORDS
from lessons.adapters.whoosh_index.snapshot import Readable
from lessons.domain.access import may_read
from lessons.domain.query import K1, B, day_of
from lessons.domain.record import Stored
from tests.adapters.search_index import (
    ANALYST,
    OFFICER,
    PARTNER,
    REVIEWER,
    TODAY,
    edited,
    find,
    id_of,
    index_in,
    lesson,
)  # fmt: skip

WORDS_OF_TEXTS = ["lamp", "torch", "fence", "drone", "van", "gate", "map", "key"]
THEMES = ["kit", "radio", "handover"]

texts = st.lists(st.sampled_from(WORDS_OF_TEXTS), max_size=12).map(" ".join)
lessons = st.builds(
    lesson,
    st.integers(0, 30),
    title=texts,
    text=texts,
    state=st.sampled_from(["identified", "learned", "sent"]),
    marking=st.sampled_from(["official", "official_sensitive"]),
    themes=st.lists(st.sampled_from(THEMES), unique=True, max_size=3).map(tuple),
    four_p=st.lists(st.sampled_from(["pursue", "protect"]), unique=True, max_size=2).map(tuple),
    occurred=st.sampled_from([None, date(2024, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]),
    partner_safe=st.booleans(),
    groups=st.sampled_from([(), ("gold",)]),
)
steps = st.one_of(
    st.tuples(st.just("put"), st.lists(lessons, min_size=1, max_size=4)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 30), min_size=1, max_size=3)),
    st.tuples(st.just("tend"), st.none()),
)


def words_of(stored: Stored) -> set[str]:
    return set(f"{stored.record.line('title')} {stored.record.texts.get('lesson', '')}".split())


def naive(held, words, chosen, by, without=""):
    """What a person may read, holding any of the words and a chosen value of every field but `without`."""
    for stored in held:
        record = stored.record
        if not may_read(by, record, TODAY) or (words and not words & words_of(stored)):
            continue
        if all(v & values_of(record, p) for p, v in chosen.items() if p != without):
            yield record


def values_of(record, param) -> set[str]:
    if param == "year":
        day = day_of(record)
        return {str(day.year)} if day else set()
    return set(record.keys({"theme": "themes"}.get(param, param)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(lessons, max_size=12, unique_by=lambda s: s.record.id),
    st.lists(steps, max_size=8),
    st.lists(st.sampled_from(WORDS_OF_TEXTS), max_size=3, unique=True),
    st.dictionaries(
        st.sampled_from(["theme", "four_p", "year", "state"]),
        st.frozensets(
            st.sampled_from([*THEMES, "pursue", "2025", "learned"]), min_size=1, max_size=2
        ),
        max_size=2,
    ),
    st.sampled_from([OFFICER, REVIEWER, ANALYST, PARTNER]),
)
def test_totals_and_facets_are_those_of_a_naive_count(first, changes, words, chosen, by):
    with tempfile.TemporaryDirectory() as folder:
        index = index_in(Path(folder), *first)
        held = {s.record.id: s for s in first}
        for what, which in changes:
            if what == "put":
                index.put(*which)
                held |= {s.record.id: s for s in which}
            elif what == "remove":
                index.remove(*map(id_of, which))
                held = {i: s for i, s in held.items() if i not in set(map(id_of, which))}
            else:
                index.tend()
        results = find(index, " ".join(words), by, chosen=chosen, size=100)
        wanted = set(words)
        expected = {r.id for r in naive(held.values(), wanted, chosen, by)}
        assert {h.id for h in results.hits} == expected
        assert results.total == len(expected)
        for param in ("theme", "four_p", "year", "state", "marking"):
            records = naive(held.values(), wanted, chosen, by, without=param)
            expect = Counter(v for r in records for v in values_of(r, param))
            shown = {c.key: c.count for c in results.facets[param] if c.count}
            assert shown == expect


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Several segments, with deletions, of texts of uneven length."""
    rnd = random.Random(20260327)
    vocabulary = [a + b for a in ("lamp", "torch", "drone", "gate") for b in ("", "x", "yz", "qqq")]
    weights = [1 / n for n in range(1, len(vocabulary) + 1)]

    def text(most: int) -> str:
        return " ".join(rnd.choices(vocabulary, weights, k=rnd.randint(0, most)))

    made = [lesson(n, text(9), text(rnd.choice([5, 80, 900]))) for n in range(300)]
    index = index_in(tmp_path_factory.mktemp("many"), *made[:200])
    index.put(*made[200:260])
    index.put(*made[260:])
    index.remove(*(id_of(n) for n in range(0, 300, 11)))
    index.put(*(edited(made[n], title=text(5)) for n in range(1, 300, 13)))
    return index, vocabulary


def stock_searcher(index):
    snapshot = index.snapshot()
    storage = FileStorage(str(index.folder / str(snapshot.number)))
    return FileIndex(storage, indexname="MAIN").searcher(weighting=BM25F(B=B, K1=K1))


@pytest.mark.parametrize("field", [WORDS, TITLE, EXACT])
def test_scores_are_those_of_whoosh(many, field):
    index, vocabulary = many
    snapshot = index.snapshot()
    assert len(snapshot.parts) > 2
    live = np.concatenate([p.live for p in snapshot.parts])
    assert not live.all()
    rnd = random.Random(field)
    with stock_searcher(index) as searcher:
        for size in (1, 1, 2, 3, 5):
            terms = rnd.sample(vocabulary, size)
            query = Or([Term(field, t) for t in terms])
            stock = {d: s for s, d in searcher.search(query, limit=None, optimize=False).top_n}
            # Whoosh counts deleted documents in its figures, so here they count as readable.
            everything = Readable(snapshot, np.ones(snapshot.count, bool))
            ours = Matcher(snapshot, everything).score(Terms({(field, t): 1.0 for t in terms}, []))
            ours = np.where(live, ours, 0)
            assert set(np.flatnonzero(ours).tolist()) == set(stock)
            assert [float(ours[d]) for d in stock] == pytest.approx(list(stock.values()), rel=1e-5)


def test_a_score_says_nothing_of_records_that_may_not_be_read(tmp_path):
    open_ = [lesson(n, "torch", "lamp gate " * (n + 1)) for n in range(6)]
    hidden = [lesson(n, "drone", "lamp " * 40, state="sent", author="x") for n in range(20, 60)]
    alone = index_in(tmp_path / "alone", *open_)
    together = index_in(tmp_path / "together", *open_[:3], *hidden[:20])
    together.put(*open_[3:], *hidden[20:])
    for text in ("lamp", "lamp gate", "torch lamp", '"lamp gate"', "drone", "lamp-drone"):
        scores = [
            {h.id: h.score for h in find(index, text, OFFICER).hits} for index in (alone, together)
        ]
        assert scores[0] == pytest.approx(scores[1], rel=1e-6)


def test_the_ten_best_are_those_of_a_full_sort(many):
    index, vocabulary = many
    for word in vocabulary:
        everything = [(-h.score, h.id) for h in find(index, word, size=1_000).hits]
        assert everything == sorted(everything)  # one date, so ties come by id
        assert [(-h.score, h.id) for h in find(index, word, size=7, page=2).hits] == everything[
            7:14
        ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(texts, min_size=1, max_size=6),
    st.lists(st.sampled_from(WORDS_OF_TEXTS), min_size=2, max_size=3),
)
def test_a_phrase_is_found_where_it_stands(bodies, phrase):
    with tempfile.TemporaryDirectory() as folder:
        index = index_in(Path(folder), *(lesson(n, "", body) for n, body in enumerate(bodies)))
        segment = index.snapshot().parts[0].segment
        ids, times = phrase_in(segment, phrase_terms(tuple(phrase)))
        expected = {}
        for n, body in enumerate(bodies):
            words = body.split()
            here = sum(words[i : i + len(phrase)] == phrase for i in range(len(words)))
            if here:
                expected[id_of(n)] = here
        names = [segment.texts("id")[int(d)].decode() for d in ids]
        assert dict(zip(names, times.tolist(), strict=True)) == expected


def test_a_list_cut_short_is_an_error_not_a_wrong_answer():
    with pytest.raises((ValueError, IndexError)):
        read_posting(memoryview(b"\x02\x00\x00"), TermAt(3, 3, 0, 13))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["abc", "xyz", "ab", "abcx", "x.", "Abc,", "ab-c"]), max_size=150).map(
        " ".join
    ),
    st.frozensets(st.sampled_from(["abc", "xyz", "ab"]), max_size=3),
)
def test_an_extract_is_a_stretch_of_the_text_with_what_was_meant(text, stems):
    pieces = extract(text, stems)
    shown = "".join(p.text for p in pieces).removeprefix("…").removesuffix("…")
    assert shown in text
    assert len(shown) <= 220
    meant = any(stems.intersection(read(raw).stems) for raw in WORD.findall(text))
    assert any(p.marked for p in pieces) == meant
