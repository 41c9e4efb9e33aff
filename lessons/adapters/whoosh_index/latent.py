"""Vectors learnt from the records themselves: words that stand in the same records lie near one another.

Latent semantic indexing with log-entropy weights. Only records that everybody of the force may read are learnt
from, so nothing that a person may not read shows in an order; every other record is only laid out by what was learnt.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.arrays import Mapped, load_array, save_array
from lessons.adapters.whoosh_index.codec import Floats
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.segments import Segment
from lessons.domain.ranking import WEIGHTS

Halves = NDArray[np.float16]
FILES = ("terms", "vectors", "weights", "learnt")


class Latent:
    """What was learnt. For all threads.

    terms: in order of their bytes. vectors: (terms, size). weights: (terms, 2), in a record and in a query.
    learnt: ids of the records learnt from, in order.
    """

    def __init__(
        self,
        terms: NDArray[np.bytes_],
        vectors: Halves,
        weights: Floats,
        learnt: NDArray[np.bytes_],
        files: Sequence[Mapped] = (),
    ) -> None:
        self.terms, self.vectors, self.weights, self.learnt = terms, vectors, weights, learnt
        self._files = files

    @property
    def size(self) -> int:
        return int(self.vectors.shape[1])

    @classmethod
    def load(cls, folder: Path) -> "Latent":
        """Mapped, so that processes share it. Raises OSError, ValueError."""
        terms, vectors, weights, learnt = files = [load_array(folder / f"{n}.npy") for n in FILES]
        return cls(terms.values, vectors.values, weights.values, learnt.values, files)

    def is_as_read(self) -> bool:
        return all(file.is_as_read() for file in self._files)

    def save(self, folder: Path) -> None:
        for name in FILES:
            save_array(folder / f"{name}.npy", getattr(self, name))

    @property
    def weight(self) -> float:
        return WEIGHTS.meaning

    def query(self, stems: Mapping[str, float], text: str = "") -> Floats | None:
        """See `Space.query`; None where it holds no word that was learnt."""
        wanted = np.array([s.encode() for s in stems] or [b""])
        at = np.searchsorted(self.terms, wanted)
        at[at == len(self.terms)] = 0
        known = self.terms[at] == wanted
        if not known.any():
            return None
        times = np.array(list(stems.values()), np.float32)[known]
        rows = at[known]
        amount = np.where(times < 1, times, 1 + np.log(np.maximum(times, 1)))
        vector = amount * self.weights[rows, 1] @ self.vectors[rows].astype(np.float32)
        length = float(np.linalg.norm(vector))
        return (vector / length).astype(np.float32) if length else None

    def project(self, segment: Segment) -> Halves:
        """A unit vector for each document of a segment; zeros where it holds no word that was learnt."""
        made = np.zeros((segment.count, self.size), np.float32)
        for name, term, at in segment.all_terms():
            if name != WORDS:
                continue
            row = int(np.searchsorted(self.terms, np.bytes_(term)))
            if row < len(self.terms) and self.terms[row] == term:
                posting = segment.read(at, places=False)
                amount = np.log1p(posting.tf) * self.weights[row, 0]
                made[posting.ids] += np.outer(amount, self.vectors[row].astype(np.float32))
        return unit(made)


def unit(rows: Floats) -> Halves:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float16)
