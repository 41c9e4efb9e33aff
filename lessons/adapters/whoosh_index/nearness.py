"""How near to one another the words of a query stand in the records found best."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.analysis import WORD, read
from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.segments import LENGTHS, Segment
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot, as_key
from lessons.domain.query import K1, B
from lessons.domain.ranking import NEAR_WITHIN, WEIGHTS

MOST_PAIRS = 24  # of one query
Pairs = Mapping[tuple[str, str], int]
Places = tuple[Ints, NDArray[np.int64]]  # rows, rising, and the place of each occurrence


def pairs(words: Sequence[str]) -> Pairs:
    """The stems that a query puts side by side, and how often; stop words between them do not count."""
    stems = [s for word in words for raw in WORD.findall(word) for s in read(raw).stems]
    found = Counter((a, b) for a, b in pairwise(stems) if a != b)
    return dict(found.most_common(MOST_PAIRS))


class Nearness:
    """Scores of pairs for some documents of one snapshot."""

    def __init__(self, snapshot: Snapshot, readable: Readable, idfs: Mapping[str, float]) -> None:
        """idfs: by stem, of the query's own words."""
        self._snapshot = snapshot
        self._idfs = idfs
        self._average = readable.average_length(WORDS)

    def score(self, numbers: Ints, asked: Pairs) -> Floats:
        """For each of these documents what its pairs add to BM25F."""
        known = self.known(asked)
        if not known:
            return np.zeros(len(numbers), np.float32)
        below = K1 * ((1 - B) + B * lengths_of(self._snapshot, numbers) / self._average)
        amounts = WEIGHTS.near * (K1 + 1) * self.amounts(known)
        return added(self.counts(numbers, known), amounts, below)

    def known(self, asked: Pairs) -> Pairs:
        """Those of which both stems stand in anything that may be read."""
        return {p: n for p, n in asked.items() if p[0] in self._idfs and p[1] in self._idfs}

    def amounts(self, known: Pairs) -> Floats:
        """How much each pair tells: how often it is asked for, times the rarity of its commoner stem."""
        told = [n * min(self._idfs[a], self._idfs[b]) for (a, b), n in known.items()]
        return np.array(told, np.float32)

    def counts(self, numbers: Ints, known: Pairs) -> Floats:
        """(2, pairs, documents): how often each pair stands side by side, and near."""
        found = np.zeros((2, len(known), len(numbers)), np.float32)
        for part, here, rows in self._snapshot.by_part(numbers):
            order = np.argsort(rows)
            stems = {stem for pair in known for stem in pair}
            places = {stem: _places(part.segment, stem, rows[order]) for stem in stems}
            for row, (a, b) in enumerate(known):
                found[:, row, here[order]] = _counts(places[a], places[b], len(rows))
        return found


def lengths_of(snapshot: Snapshot, numbers: Ints) -> Floats:
    """How many words each of these documents has."""
    found = np.zeros(len(numbers), np.float32)
    for part, here, rows in snapshot.by_part(numbers):
        found[here] = LENGTHS[part.segment.length_codes(WORDS)[rows]]
    return found


def added(counts: Floats, amounts: Floats, below: Floats) -> Floats:
    """BM25 of pairs as of words. counts: (2, pairs, documents); amounts: of each pair; below: of each document."""
    summed: Floats = (amounts[:, None] * counts / (counts + below)).sum(axis=(0, 1))
    return summed


def _places(segment: Segment, stem: str, rows: Ints) -> Places:
    """Where a stem stands in these documents, read out of its list without decoding the rest of it."""
    posting, view = segment.places(WORDS, as_key(stem))
    if not len(posting.ids):
        return np.empty(0, np.int32), np.empty(0, np.int64)
    at = np.searchsorted(posting.ids, rows)
    at[at == len(posting.ids)] = 0
    held = np.flatnonzero(posting.ids[at] == rows)
    times = posting.tf[at[held]].astype(np.int64)
    ends = np.cumsum(posting.tf, dtype=np.int64)[at[held]]
    total = int(times.sum())
    steps = np.arange(total) - np.repeat(np.cumsum(times) - times, times)
    taken = view[np.repeat(ends - times, times) + steps]
    return np.repeat(held, times).astype(np.int32), taken.astype(np.int64)


def _counts(a: Places, b: Places, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By row: how often b comes right after a, and how often a stands within NEAR_WITHIN places of b."""
    if not len(a[0]) or not len(b[0]):
        nothing = np.zeros(rows, np.int64)
        return nothing, nothing
    one, other = _line(a), _line(b)
    at = np.searchsorted(other, one + 1)
    at[at == len(other)] = 0
    right_after = other[at] == one + 1
    near = np.searchsorted(other, one - NEAR_WITHIN) < np.searchsorted(
        other, one + NEAR_WITHIN, side="right"
    )
    return (
        np.bincount(a[0][right_after], minlength=rows),
        np.bincount(a[0][near], minlength=rows),
    )


def _line(places: Places) -> NDArray[np.int64]:
    """Row and place as one rising number, rows too far apart to be near one another."""
    return (places[0].astype(np.int64) << 32) + places[1]
