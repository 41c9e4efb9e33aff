"""Which of the documents found are near-copies of one another, so that a page shows them as one."""

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Ints
from lessons.adapters.whoosh_index.sketches import ALIKE, WIDTH, Sketches
from lessons.adapters.whoosh_index.snapshot import Snapshot

MOST_FOLDED = 150  # documents compared, each with each; those further down stand for themselves


def fold(snapshot: Snapshot, numbers: Ints) -> list[tuple[int, list[int]]]:
    """The documents in their order, each with its near-copies of the same kind from further down.

    A document is compared with those that head a line, not with their copies: likeness does not creep along.
    """
    compared = numbers[:MOST_FOLDED]
    alike = _alike(_sketches_of(snapshot, compared))
    kinds = snapshot.ids_of(compared).astype("S1")
    alike &= kinds[:, None] == kinds
    folded: list[tuple[int, list[int]]] = []
    left = np.ones(len(compared), bool)
    for i, number in enumerate(compared.tolist()):
        if left[i]:
            copies = np.flatnonzero(alike[i] & left)
            left[copies] = False
            folded.append((number, compared[copies[copies > i]].tolist()))
    return folded + [(number, []) for number in numbers[MOST_FOLDED:].tolist()]


def _sketches_of(snapshot: Snapshot, numbers: Ints) -> Sketches:
    rows = np.zeros((len(numbers), WIDTH), np.uint8)
    for part, here, held in snapshot.by_part(numbers):
        rows[here] = part.segment.sketches()[held]
    return rows


def _alike(rows: Sketches) -> NDArray[np.bool_]:
    """Each with each; also with itself, unless it has no words."""
    same = np.zeros((len(rows), len(rows)), np.uint8)
    for column in np.ascontiguousarray(rows.T):
        same += (column[:, None] == column).view(np.uint8)
    alike: NDArray[np.bool_] = same >= round(ALIKE * WIDTH)
    wordless = ~rows.any(axis=1)
    alike[wordless] = alike[:, wordless] = False
    return alike
