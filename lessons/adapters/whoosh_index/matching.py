"""Which documents the words of a query find, and how well: BM25F by arrays.

The score of a term in a field is Whoosh's own `whoosh.scoring.BM25F`; fields are weighed and summed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.segments import LENGTHS, NOTHING, Segment
from lessons.adapters.whoosh_index.snapshot import Mask, Readable, Snapshot, as_key
from lessons.adapters.whoosh_index.terms import Phrase, Terms
from lessons.domain.query import K1, B

PLACE_BITS = 24  # of a key that joins document number and place


class Matcher:
    """Scores documents of one snapshot. For one query in one thread."""

    def __init__(self, snapshot: Snapshot, readable: Readable) -> None:
        self._snapshot = snapshot
        self._readable = readable
        self._norms: dict[str, Floats] = {}
        self._phrases: dict[tuple[str, tuple[tuple[str, int], ...]], tuple[Ints, Floats]] = {}

    def score(self, terms: Terms) -> Floats:
        """The sum over all terms, by document; 0 where none occurs."""
        scores = np.zeros(self._snapshot.count, np.float32)
        for (name, term), weight in terms.words.items():
            self._add_term(scores, name, as_key(term), weight)
        for phrase, weight in (*terms.phrases, *terms.optional):
            self.add_phrase(scores, phrase, weight)
        return scores

    def _norm(self, name: str) -> Floats:
        """K1 * ((1 - B) + B * length / average) for each of the 256 codes of a length."""
        if name not in self._norms:
            average = self._readable.average_length(name)
            self._norms[name] = (K1 * ((1 - B) + B * LENGTHS / average)).astype(np.float32)
        return self._norms[name]

    def _add_term(self, scores: Floats, name: str, term: bytes, weight: float) -> None:
        found = [(p, p.segment.posting(name, term)) for p in self._snapshot.parts]
        found = [(p, posting) for p, posting in found if posting is not NOTHING]
        df = sum(self._readable.among(part, posting.ids) for part, posting in found)
        if not df:
            return
        factor = np.float32(weight * self._readable.idf(df) * (K1 + 1))
        for part, posting in found:
            self._add(scores[part.span], part.segment, name, posting.ids, posting.tf, factor)

    def _add(
        self, scores: Floats, segment: Segment, name: str, ids: Ints, tf: Floats, factor: np.float32
    ) -> None:
        below = self._norm(name)[segment.length_codes(name)[ids]]
        below += tf
        np.divide(tf, below, out=below)
        below *= factor
        scores[ids] += below

    def add_phrase(self, scores: Floats, phrase: Phrase, weight: float) -> bool:
        """Score a phrase as one term of its own; False where it is in nothing that may be read."""
        found = [(p, *self._phrase_in(p.segment, phrase)) for p in self._snapshot.parts]
        df = sum(self._readable.among(part, ids) for part, ids, _ in found)
        if not df:
            return False
        factor = np.float32(weight * self._readable.idf(df) * (K1 + 1))
        for part, ids, tf in found:
            if len(ids):
                self._add(scores[part.span], part.segment, WORDS, ids, tf, factor)
        return True

    def holding(self, phrase: Phrase) -> Mask:
        """Which documents hold a word or phrase."""
        mask = np.zeros(self._snapshot.count, bool)
        for part in self._snapshot.parts:
            mask[part.span][self._phrase_in(part.segment, phrase)[0]] = True
        return mask

    def is_readable(self, phrase: Phrase) -> bool:
        """Whether a word or phrase stands in anything that may be read."""
        return bool((self.holding(phrase) & self._readable.mask).any())

    def _phrase_in(self, segment: Segment, phrase: Phrase) -> tuple[Ints, Floats]:
        key = (segment.name, tuple(phrase))
        if key not in self._phrases:
            self._phrases[key] = phrase_in(segment, phrase)
        return self._phrases[key]

    def has(self, name: str, term: str) -> bool:
        """Whether a term stands in anything that may be read."""
        key = as_key(term)
        return any(
            self._readable.among(p, p.segment.posting(name, key).ids) for p in self._snapshot.parts
        )


def phrase_in(segment: Segment, phrase: Phrase) -> tuple[Ints, Floats]:
    """Documents in which the stems stand at these places from one another, and how often."""
    postings = [segment.posting(WORDS, as_key(stem), places=True) for stem, _ in phrase]
    if len(phrase) == 1:
        return postings[0].ids, postings[0].tf
    if not phrase or any(p is NOTHING for p in postings):
        return NOTHING.ids, NOTHING.tf
    seldom = min(range(len(postings)), key=lambda i: len(postings[i].ids))
    common = _in_all(segment.count, [p.ids for p in postings], postings[seldom].ids)
    if not len(common):
        return NOTHING.ids, NOTHING.tf
    wanted = np.zeros(segment.count, bool)
    wanted[common] = True
    last = max(at for _, at in phrase)
    keys = [
        _keys(p.ids, p.tf, p.places, wanted, last - at)
        for p, (_, at) in zip(postings, phrase, strict=True)
    ]
    matched = keys[seldom]
    for i, other in enumerate(keys):
        if i != seldom:
            matched = matched[_member(matched, other)]
    ids, tf = np.unique(matched >> PLACE_BITS, return_counts=True)
    return ids.astype(np.int32), tf.astype(np.float32)


def _in_all(count: int, lists: Sequence[Ints], ids: Ints) -> Ints:
    for other in lists:
        if other is not ids and len(ids):
            member = np.zeros(count, bool)
            member[other] = True
            ids = ids[member[ids]]
    return ids


def _keys(ids: Ints, tf: Floats, places: Ints, wanted: Mask, shift: int) -> NDArray[np.int64]:
    """Document number and place of each occurrence in wanted documents as one rising number."""
    times = tf.astype(np.int64)
    kept = wanted[ids]
    docs = np.repeat(ids[kept].astype(np.int64), times[kept])
    return (docs << PLACE_BITS) + places[np.repeat(kept, times)] + shift


def _member(keys: NDArray[np.int64], among: NDArray[np.int64]) -> Mask:
    at = np.searchsorted(among, keys)
    at[at == len(among)] = 0
    found: Mask = among[at] == keys
    return found
