"""Totals and facets are those of a naive count over the records, for whatever can be asked, after any changes."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.adapters.whoosh_index.analysis import phrase_terms
from lessons.adapters.whoosh_index.facets import FEW, WORD_BITS, FacetPairs
from lessons.adapters.whoosh_index.phrases import phrase_in
from lessons.domain.access import keyring, may_read
from lessons.domain.query import Query, day_of
from tests.adapters.search_index import (
    NOBODY_KNOWS,
    OFFICER,
    REVIEWER,
    TODAY,
    edited,
    id_of,
    index_in,
    lesson,
)  # fmt: skip

# No two have one stem, and no other word of the records begins as these do.
WORDS = ["lamp", "lantern", "torch", "fence", "drone", "dragnet", "gate", "map"]
DAYS = [None, date(2023, 5, 5), date(2024, 1, 1), date(2025, 6, 1), date(2026, 1, 1)]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
lessons = st.builds(
    lesson,
    st.integers(0, 20),
    title=texts,
    text=texts,
    state=st.sampled_from(["identified", "learned", "sent"]),
    themes=st.lists(st.sampled_from(["kit", "radio"]), unique=True).map(tuple),
    occurred=st.sampled_from(DAYS),
)
changes = st.one_of(
    st.tuples(st.just("put"), st.lists(lessons, min_size=1, max_size=3)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 20), min_size=1, max_size=3)),
    st.tuples(st.just("tend"), st.none()),
)
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(tuple)


@dataclass(frozen=True)
class Wish:
    """What is asked for; `holds` says by looking whether a record answers it."""

    words: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def query(self, by):
        return Query(
            self.words,
            keys=keyring(by),
            prefixes=self.prefixes,
            phrases=(self.phrase,) if self.phrase else (),
            excluded=(self.excluded,) if self.excluded else (),
            since=self.since,
            until=self.until,
            size=100,
        )

    def holds(self, record) -> bool:
        if self.phrase and not self._has(record, self.phrase):
            return False
        if not self.phrase and (self.words or self.prefixes) and not self._any_word(record):
            return False
        if self.excluded and self._has(record, self.excluded):
            return False
        day = day_of(record) or date.min
        return (not self.since or day >= self.since) and (
            not (self.since or self.until) or date.min < day <= (self.until or date.max)
        )

    def _any_word(self, record) -> bool:
        found = {word for text in texts_of(record) for word in text}
        return bool(found & set(self.words)) or any(
            word.startswith(start) for word in found for start in self.prefixes
        )

    @staticmethod
    def _has(record, phrase) -> bool:
        return any(
            tuple(text[i : i + len(phrase)]) == phrase
            for text in texts_of(record)
            for i in range(len(text))
        )


wishes = st.builds(
    Wish,
    words=st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple),
    prefixes=st.lists(st.sampled_from(["la", "lam", "dr", "tor"]), max_size=1).map(tuple),
    phrase=st.one_of(st.just(()), phrases),
    excluded=st.one_of(st.just(()), st.just(()), phrases, st.sampled_from(WORDS).map(lambda w: (w,))),
    since=st.sampled_from([None, None, date(2024, 1, 1), date(2025, 6, 1)]),
    until=st.sampled_from([None, None, date(2025, 6, 1), date(2025, 12, 31)]),
)  # fmt: skip


def texts_of(record) -> list[list[str]]:
    return [record.line("title").split(), record.texts.get("lesson", "").split()]


def values_of(record, param) -> set[str]:
    if param == "year":
        day = day_of(record)
        return {str(day.year)} if day else set()
    return set(record.keys({"theme": "themes"}.get(param, param)))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(lessons, max_size=12, unique_by=lambda s: s.record.id),
    st.lists(changes, max_size=6),
    st.lists(wishes, min_size=1, max_size=4),
    st.sampled_from([OFFICER, REVIEWER]),
)
def test_whatever_is_asked_for_is_counted_as_by_looking(first, changes, asked, by):
    with tempfile.TemporaryDirectory() as folder:
        index = index_in(Path(folder), *first)
        held = {s.record.id: s.record for s in first}
        for what, which in changes:
            if what == "put":
                index.put(*which)
                held |= {s.record.id: s.record for s in which}
            elif what == "remove":
                index.remove(*map(id_of, which))
                held = {i: r for i, r in held.items() if i not in set(map(id_of, which))}
            else:
                index.tend()
        for wish in asked:
            results = index.search(wish.query(by), NOBODY_KNOWS)
            right = [r for r in held.values() if may_read(by, r, TODAY) and wish.holds(r)]
            assert {h.id for h in results.hits} == {r.id for r in right}
            assert results.total == len(right)
            for param in ("theme", "year", "state", "marking"):
                shown = {c.key: c.count for c in results.facets[param] if c.count}
                assert shown == Counter(v for r in right for v in values_of(r, param))


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1_000])
@pytest.mark.parametrize("share", [0.0, 0.5 / FEW, 2 / FEW, 0.5, 1.0])
def test_facets_are_counted_alike_for_common_values_and_seldom_ones_among_few_and_many(
    count, share
):
    rnd = np.random.default_rng(count)
    lists = []
    for code, size in enumerate((1, count // WORD_BITS, count // WORD_BITS + 1, count // 2, count)):
        docs = np.sort(rnd.choice(count, min(max(size, 1), count), replace=False))
        lists.append((("theme", str(code)), docs.astype(np.int32)))
    mask = np.zeros(count, bool)
    mask[rnd.choice(count, round(count * share), replace=False)] = True
    counted = FacetPairs(count, lists).counts(mask, int(mask.sum()))
    assert counted.tolist() == [int(mask[docs].sum()) for _, docs in lists]


def test_an_index_without_facets_counts_none():
    assert FacetPairs(3, []).counts(np.ones(3, bool), 3).tolist() == []


def test_a_phrase_is_found_in_every_segment_after_changes(tmp_path):
    made = [
        lesson(n, "gate", f"{'drone ' * (n % 4)}lamp torch map {'lamp torch ' * (n % 3)}")
        for n in range(90)
    ]
    index = index_in(tmp_path, *made[:40])
    index.put(*made[40:70])
    index.put(*made[70:])
    index.put(*(edited(made[n], title="no gate") for n in range(0, 90, 7)))
    found = {}
    for part in index.snapshot().parts:
        ids, times = phrase_in(part.segment, phrase_terms(("lamp", "torch")))
        names = [part.segment.texts("id")[int(doc)].decode() for doc in ids]
        found |= {
            name: int(n) for name, n, doc in zip(names, times, ids, strict=True) if part.live[doc]
        }
    assert found == {id_of(n): 1 + n % 3 for n in range(90)}
