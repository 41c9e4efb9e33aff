"""Counting facets: how many of some documents of a segment hold each value."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Ints

WORD_BITS = 64
FEW = 24  # where fewer than one in so many documents is found, each is looked at by itself


class FacetPairs:
    """Every (value, document) pair of every facet field, in three forms.

    labels[c] is (parameter, value) of code c. Of common values a row of bits each, a bit for each document;
    of the others the documents, one value after another; and for few documents their codes, those of d being
    codes[offsets[d]:offsets[d + 1]].
    """

    def __init__(self, count: int, lists: Sequence[tuple[tuple[str, str], Ints]]) -> None:
        self.labels = [label for label, _ in lists]
        sizes = np.array([len(ids) for _, ids in lists], np.int64)
        common = sizes * WORD_BITS > count
        self._common, self._seldom = np.flatnonzero(common), np.flatnonzero(~common)
        self._bits = np.zeros((len(self._common), -(-count // WORD_BITS)), np.uint64)
        for row, code in zip(self._bits, self._common.tolist(), strict=True):
            held = np.zeros(len(row) * WORD_BITS, bool)
            held[lists[code][1]] = True
            row[:] = np.packbits(held).view(np.uint64)
        few = sizes[self._seldom]
        self._docs = _joined(lists[code][1] for code in self._seldom.tolist())
        self._starts = np.cumsum(few) - few
        docs = _joined(ids for _, ids in lists)
        by_doc = np.argsort(docs, kind="stable")
        narrow = np.uint16 if len(lists) < 1 << 16 else np.int32
        self._codes = np.repeat(np.arange(len(lists), dtype=narrow), sizes)[by_doc]
        self._offsets = np.searchsorted(docs[by_doc], np.arange(count + 1)).astype(np.int32)

    def counts(self, mask: NDArray[np.bool_], total: int) -> NDArray[np.int64]:
        """How many documents under the mask hold each code. total: how many are under it."""
        if total * FEW < len(mask):
            return self._of_few(np.flatnonzero(mask))
        found = np.zeros(len(self.labels), np.int64)
        if len(self._common):
            wanted = np.zeros(self._bits.shape[1] * WORD_BITS, bool)
            wanted[: len(mask)] = mask
            both = self._bits & np.packbits(wanted).view(np.uint64)
            found[self._common] = np.bitwise_count(both).sum(axis=1, dtype=np.uint32)
        if len(self._seldom):
            under = mask.view(np.uint8).take(self._docs)
            found[self._seldom] = np.add.reduceat(under, self._starts, dtype=np.int64)
        return found

    def _of_few(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        begins = self._offsets[rows]
        sizes = self._offsets[rows + 1] - begins
        steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        found = self._codes[np.repeat(begins, sizes) + steps]
        return np.bincount(found, minlength=len(self.labels))


def _joined(lists: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int32), *lists])
