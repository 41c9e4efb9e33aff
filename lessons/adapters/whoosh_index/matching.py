"""Which documents the words of a query find, and how well: BM25F by arrays.

The score of a term in a field is Whoosh's own `whoosh.scoring.BM25F`; fields are weighed and summed.
"""

from collections.abc import Iterable

import numpy as np

from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.phrases import phrase_in
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.segments import NOTHING, Segment
from lessons.adapters.whoosh_index.snapshot import Mask, Part, Readable, Snapshot, as_key
from lessons.adapters.whoosh_index.terms import Phrase, Terms
from lessons.domain.query import K1


class Matcher:
    """Scores documents of one snapshot. For one query in one thread."""

    def __init__(self, snapshot: Snapshot, readable: Readable) -> None:
        self._snapshot = snapshot
        self._readable = readable
        self.idfs: dict[tuple[str, str], float] = {}  # of the terms scored
        self._phrases: dict[tuple[str, tuple[tuple[str, int], ...]], tuple[Ints, Floats]] = {}

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    @property
    def readable(self) -> Readable:
        return self._readable

    def score(self, terms: Terms) -> Floats:
        """The sum over all terms, by document; 0 where none occurs."""
        scores = np.zeros(self._snapshot.count, np.float32)
        for (name, term), weight in terms.words.items():
            self._add_term(scores, name, term, weight)
        for phrase, weight in (*terms.phrases, *terms.optional):
            self.add_phrase(scores, phrase, weight)
        return scores

    def _add_term(self, scores: Floats, name: str, term: str, weight: float) -> None:
        key = as_key(term)
        df = self._readable.frequency(name, key)
        if not df:
            return
        idf = self.idfs[name, term] = self._readable.idf(df)
        factor = np.float32(weight * idf * (K1 + 1))
        for part in self._snapshot.parts:
            posting = part.segment.posting(name, key)
            if posting is not NOTHING:
                self._add(scores[part.span], part, name, posting.ids, posting.tf, factor)

    def _add(
        self, scores: Floats, part: Part, name: str, ids: Ints, tf: Floats, factor: np.float32
    ) -> None:
        below = self._readable.norms(part, name, ids)
        below += tf
        np.divide(tf, below, out=below)
        below *= factor
        np.add.at(scores, ids.astype(np.intp), below)  # twice as fast as `scores[ids] += below`

    def add_phrase(self, scores: Floats, phrase: Phrase, weight: float) -> bool:
        """Score a phrase as one term of its own; False where it is in nothing that may be read."""
        found = [(p, *self._phrase_in(p.segment, phrase)) for p in self._snapshot.parts]
        df = sum(self._readable.among(part, ids) for part, ids, _ in found)
        if not df:
            return False
        factor = np.float32(weight * self._readable.idf(df) * (K1 + 1))
        for part, ids, tf in found:
            if len(ids):
                self._add(scores[part.span], part, WORDS, ids, tf, factor)
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

    def idf_of(self, stems: Iterable[str]) -> dict[str, float]:
        """How rare each of these stems is, of those that stand in anything that may be read."""
        found = {}
        for stem in stems:
            df = self._readable.frequency(WORDS, as_key(stem))
            if df:
                found[stem] = self._readable.idf(df)
        return found

    def has(self, name: str, term: str) -> bool:
        """Whether a term stands in anything that may be read."""
        return self._readable.frequency(name, as_key(term)) > 0
