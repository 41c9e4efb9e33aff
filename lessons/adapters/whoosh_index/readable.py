"""What a reader may be shown, and the figures of ranking over that alone."""

from collections.abc import Sequence
from math import log
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.segments import LENGTHS, Segment
from lessons.domain.query import K1, B

Mask = NDArray[np.bool_]
MOST_COUNTED = 2_000  # terms of which a reader's counts are kept
DENSE = 16  # a list of more than one in so many documents has their norms kept


class Part(NamedTuple):
    """One segment's place in the whole: its documents are numbered from base."""

    segment: Segment
    base: int
    live: Mask

    @property
    def span(self) -> slice:
        return slice(self.base, self.base + self.segment.count)


class _HasParts(Protocol):
    @property
    def parts(self) -> Sequence[Part]: ...


class Readable:
    """The documents that a reader may be shown, and the figures of ranking over these alone: a score then says
    nothing of how many others there are, nor how often a word stands in them.
    """

    def __init__(self, snapshot: _HasParts, mask: Mask) -> None:
        mask.flags.writeable = False
        self.mask = mask
        self.count = int(np.count_nonzero(mask))
        self._snapshot = snapshot
        self._averages: dict[str, float] = {}
        self._frequencies: dict[tuple[str, bytes], int] = {}
        self._norms: dict[tuple[str, int], Floats] = {}

    def among(self, part: Part, ids: Ints) -> int:
        """How many of these documents of a part are among the readable ones."""
        return int(np.count_nonzero(self.mask[part.span].take(ids)))

    def frequency(self, field: str, term: bytes) -> int:
        """How many of the readable documents hold a term."""
        found = self._frequencies.get((field, term))
        if found is None:
            found = self.counted(field, term)
            if len(self._frequencies) >= MOST_COUNTED:
                self._frequencies.clear()
            self._frequencies[field, term] = found
        return found

    def counted(self, field: str, term: bytes) -> int:
        """As `frequency`, but not remembered: for terms by the hundred, which would crowd out the others."""
        parts = self._snapshot.parts
        return sum(self.among(p, p.segment.posting(field, term).ids) for p in parts)

    def norms(self, part: Part, field: str, ids: Ints) -> Floats:
        """K1 * ((1 - B) + B * length / average) of each of these documents of a part; an array of its own."""
        known = self._norms.get((field, part.base))
        if known is not None:
            return known.take(ids)
        table = (K1 * ((1 - B) + B * LENGTHS / self.average_length(field))).astype(np.float32)
        codes = part.segment.length_codes(field)
        if len(ids) * DENSE < len(codes):
            return table.take(codes.take(ids))
        self._norms[field, part.base] = table.take(codes)
        return self._norms[field, part.base].take(ids)

    def idf(self, df: int) -> float:
        """See `whoosh.scoring.WeightingModel.idf`."""
        return log(max(self.count, 1) / (df + 1)) + 1

    def average_length(self, field: str) -> float:
        """In words; 1 where there are none."""
        if field not in self._averages:
            total = sum(
                float(
                    LENGTHS[p.segment.length_codes(field)][self.mask[p.span]].sum(dtype=np.float64)
                )
                for p in self._snapshot.parts
            )
            self._averages[field] = (total / self.count if self.count else 0) or 1
        return self._averages[field]
