"""What the ranking looks at, read once for each query of a test collection, so that other weights can be tried quickly.

The terms, their rarity, the pairs, the vectors and the formula are the product's own; only the sum of BM25F is made
again here, because its two parameters may change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.collections import Collection, NoCollections
from benchmarks.indexed import WHEN, Ours
from benchmarks.measures import DEPTH, Array, ndcg
from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.correcting import Speller, typed_words
from lessons.adapters.whoosh_index.expanding import asked_for
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.nearness import Nearness, added, lengths_of, pairs
from lessons.adapters.whoosh_index.ranking import likened, matched, smoothed
from lessons.adapters.whoosh_index.schema import EXACT, TITLE, WORDS
from lessons.adapters.whoosh_index.segments import LENGTHS
from lessons.adapters.whoosh_index.snapshot import Part, Readable, Snapshot
from lessons.adapters.whoosh_index.terms import own_stems
from lessons.domain import query as chosen
from lessons.domain.access import SYSTEM
from lessons.domain.query import DEEPEST, Query
from lessons.domain.ranking import MEANT_TOP, NEAR_TOP, WEIGHTS, Weights
from lessons.domain.ranking import Part as RankingPart
from lessons.library import Library
from lessons.services.find import like_text

# Records of which pairs are counted: other parameters bring others to the top.
LOOKED_AT = 4 * NEAR_TOP
BY_TEXT = frozenset({RankingPart.NEARNESS, RankingPart.MEANING, RankingPart.NEIGHBOURS})
FIELDS = (WORDS, TITLE, EXACT)


@dataclass(frozen=True)
class Setting:
    """Everything that is chosen by hand, and which parts count. k1, b, title, exact: as in `lessons.domain.query`."""

    weights: Weights = WEIGHTS
    k1: float = chosen.K1
    b: float = chosen.B
    title: float = chosen.TITLE_WEIGHT
    exact: float = chosen.EXACT_WEIGHT
    parts: frozenset[RankingPart] = BY_TEXT

    def with_(self, **changes: Any) -> "Setting":
        known = {name: value for name, value in changes.items() if hasattr(self.weights, name)}
        rest = {name: value for name, value in changes.items() if name not in known}
        return replace(self, weights=replace(self.weights, **known), **rest)

    def told(self) -> str:
        """What differs from what the product uses."""
        ours, usual = vars(self) | _slots(self.weights), vars(USUAL) | _slots(USUAL.weights)
        return ", ".join(
            f"{k} {ours[k]:g}"
            for k in ours
            if k not in ("weights", "parts") and ours[k] != usual[k]
        )


def _slots(weights: Weights) -> dict[str, float]:
    return {name: getattr(weights, name) for name in Weights.__slots__}


USUAL = Setting()


class _Overheard(Matcher):
    """Keeps what BM25F is summed up from."""

    def __init__(self, snapshot: Snapshot, readable: Readable) -> None:
        super().__init__(snapshot, readable)
        self._seen: list[tuple[Ints, Ints, Floats, Floats]] = []

    def _add(
        self, scores: Floats, part: Part, name: str, ids: Ints, tf: Floats, factor: np.float32
    ) -> None:
        at = FIELDS.index(name)
        share = (1.0, chosen.TITLE_WEIGHT, chosen.EXACT_WEIGHT)[at] * (chosen.K1 + 1)
        amounts = np.full(len(ids), float(factor) / share, np.float32)
        self._seen.append((ids + part.base, np.full(len(ids), at, np.int8), tf.copy(), amounts))
        super()._add(scores, part, name, ids, tf, factor)

    def overheard(self, docs: Ints) -> tuple[Ints, Ints, Floats, Floats]:
        """Of these documents: row, field, how often, and how much it tells."""
        ids, fields, times, amounts = (np.concatenate(c) for c in zip(*self._seen, strict=True))
        kept = np.isin(ids, docs)
        rows = np.searchsorted(docs, ids[kept]).astype(np.int32)
        return rows, fields[kept], times[kept], amounts[kept]


@dataclass(frozen=True)
class Asked:
    """One query. docs: the candidates; terms: columns row, field, how often, amount; counts: of pairs, at `near`."""

    docs: Ints
    rows: Ints
    fields: Ints
    times: Floats
    amounts: Floats
    most: float
    near: Ints
    counts: Floats
    pairs: Floats
    likeness: Floats | None
    own: int
    gains: Mapping[str, float]


@dataclass
class Shared:
    """One collection. ids, rank: the collection's ids, and the places of ours by which ties are decided; relative:
    lengths over the mean, (fields, documents); lengths: in words; vectors: of all documents.
    """

    ids: list[str]
    rank: NDArray[np.intp]
    relative: Floats
    lengths: Floats
    vectors: Floats
    asked: list[Asked] = field(default_factory=list)

    def figures(self, setting: Setting) -> Array:
        """nDCG of each query."""
        return np.array([ndcg(self._best(each, setting), each.gains) for each in self.asked])

    def _best(self, asked: Asked, setting: Setting) -> list[str]:
        words = self._words(asked, setting)
        first = np.lexsort((self.rank[asked.docs], -words))[:DEEPEST].astype(np.int32)
        if not len(first):
            return []
        scores = self._scored(asked, setting, words, first)
        order = np.lexsort((self.rank[asked.docs[first]], -scores))[: DEPTH + 1]
        best = asked.docs[first[order]].tolist()
        return [self.ids[doc] for doc in best if doc != asked.own][:DEPTH]

    def _words(self, asked: Asked, s: Setting) -> Floats:
        docs = asked.docs[asked.rows]
        below = s.k1 * ((1 - s.b) + s.b * self.relative[asked.fields, docs])
        shares = np.array([1, s.title, s.exact], np.float32)[asked.fields] * (s.k1 + 1)
        parts = shares * asked.amounts * asked.times / (asked.times + below)
        return np.bincount(asked.rows, parts, len(asked.docs)).astype(np.float32)

    def _scored(self, asked: Asked, s: Setting, words: Floats, first: Ints) -> Floats:
        scores = words[first]
        docs = asked.docs[first]
        if RankingPart.NEARNESS in s.parts and len(asked.pairs):
            scores[:NEAR_TOP] += self._near(asked, s, first[:NEAR_TOP])
        if s.parts:
            scores = matched(scores, asked.most * (s.k1 + 1), s.weights)
        if RankingPart.MEANING in s.parts and asked.likeness is not None:
            best = first[:MEANT_TOP]
            lengths = self.lengths[asked.docs[best]]
            scores[: len(best)] += likened(asked.likeness[best], lengths, s.weights)
        if RankingPart.NEIGHBOURS in s.parts:
            scores = smoothed(scores, self.vectors[docs], s.weights)
        return scores

    def _near(self, asked: Asked, s: Setting, first: Ints) -> Floats:
        counts = np.zeros((*asked.counts.shape[:2], len(first)), np.float32)
        place = np.full(len(asked.docs), -1)
        place[asked.near] = np.arange(len(asked.near))
        known = place[first] >= 0
        counts[:, :, known] = asked.counts[:, :, place[first][known]]
        below = s.k1 * ((1 - s.b) + s.b * self.relative[0, asked.docs[first]])
        return added(counts, s.weights.near * (s.k1 + 1) * asked.pairs, below)


def read(collection: Collection, cache: Path) -> Shared:
    """Every query of a collection; the index is made and learnt from where it is not there."""
    reader = _Reader(collection, cache)
    shared = reader.shared()
    for name in collection.gains:
        shared.asked.append(reader.asked(name))
    return shared


class _Reader:
    def __init__(self, collection: Collection, cache: Path) -> None:
        ours = Ours(collection, cache / "ours")
        self._collection, self._snapshot = collection, ours.index.snapshot()
        self._synonyms = ours.library.reference.synonyms()
        usual = _query("")
        kinds = frozenset(map(str, usual.kinds))
        self._readable = self._snapshot.readable(usual.keys, kinds, WHEN.toordinal())
        view = ours.index.meaning.view(self._snapshot, usual.keys)
        if view is None:
            raise NoCollections(f"From {collection.name} nothing was learnt.")
        every = np.arange(self._snapshot.count, dtype=np.int32)
        held = self._snapshot.ids_of(every)
        self._rank = np.argsort(np.argsort(held))
        self._ids = [ours.theirs(id.decode()) for id in held.tolist()]
        self._numbers = {id: number for number, id in enumerate(self._ids)}
        self._vectors, self._space = view.rows(every), view.space
        self._lengths = lengths_of(self._snapshot, every)

    def shared(self) -> Shared:
        relative = [
            np.concatenate([LENGTHS[p.segment.length_codes(name)] for p in self._snapshot.parts])
            / np.float32(self._readable.average_length(name))
            for name in FIELDS
        ]
        return Shared(self._ids, self._rank, np.stack(relative), self._lengths, self._vectors)

    def asked(self, name: str) -> Asked:
        query = _query(self._collection.queries[name])
        matcher = _Overheard(self._snapshot, self._readable)
        speller = Speller(self._snapshot, self._readable, self._synonyms)
        corrections = speller.corrections(typed_words(query))
        terms, _ = asked_for(query, self._synonyms, matcher, corrections)
        scores = np.where(self._readable.mask, matcher.score(terms), 0)
        docs = np.flatnonzero(scores > 0).astype(np.int32)
        idfs = {stem: idf for (name, stem), idf in matcher.idfs.items() if name == WORDS}
        stems = {stem: weight for (name, stem), weight in terms.words.items() if name == WORDS}
        vector = self._space.query(stems, " ".join(query.words))
        nearness = Nearness(self._snapshot, self._readable, idfs)
        known = nearness.known(pairs(query.words))
        near = np.argsort(-scores[docs], kind="stable")[:LOOKED_AT].astype(np.int32)
        return Asked(
            docs,
            *matcher.overheard(docs),
            sum(weight * idfs.get(stem, 0) for stem, weight in own_stems(query.words).items()),
            near,
            nearness.counts(docs[near], known),
            nearness.amounts(known),
            None if vector is None else self._vectors[docs] @ vector,
            self._numbers.get(self._collection.own(name), -1),
            self._collection.gains[name],
        )


def _query(text: str) -> Query:
    """As `lessons search --queries` asks."""
    heard: list[Query] = []
    library = SimpleNamespace(search=lambda reader, query: heard.append(query))
    like_text(cast(Library, library), SYSTEM, text, DEPTH + 1)
    return heard[0]
