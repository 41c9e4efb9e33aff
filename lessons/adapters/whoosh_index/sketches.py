"""How alike two texts are: by their pairs of neighbouring stems, and by short sketches of these.

A sketch estimates what share of their pairs two texts have in common, without either text: of every one of
WIDTH orders of all possible pairs it keeps a byte of the first that occurs (Broder, "On the resemblance and
containment of documents", 1997; Li and König, "b-bit minwise hashing", 2010).
"""

from collections.abc import Iterable
from hashlib import blake2b, shake_128
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.analysis import WORD, read

Sketches = NDArray[np.uint8]

WIDTH = 64  # bytes: likeness to within 0.06, one standard deviation, where it is 0.6
SHORT = 8  # stems below which two texts are alike only where they are equal
ALIKE = 0.6  # likeness from which one text is a near-copy of another
_BLOCK = 4_096  # stems sketched at once: what fits into a processor's cache
_SEEDS = Random(1997)
_ORDERS = np.array([_SEEDS.getrandbits(32) | 1 for _ in range(WIDTH)], np.uint32)[:, None]


def likeness(a: str, b: str) -> float:
    """What share of all their pairs of neighbouring stems two texts have in common, from 0 to 1.

    Texts of fewer than SHORT stems are alike only where their stems are equal; those without any, never.
    """
    one, two = _stems(a), _stems(b)
    if min(len(one), len(two)) < SHORT:
        return float(bool(one) and one == two)
    first, second = set(pairwise(one)), set(pairwise(two))
    return len(first & second) / len(first | second)


def _stems(text: str) -> list[str]:
    return [stem for raw in WORD.findall(text) for stem in read(raw).stems]


def sketches(
    terms: Iterable[str], found: NDArray[np.int32], lengths: NDArray[np.int32]
) -> Sketches:
    """A row for each document; zeros where it has no stems.

    found: the stems of all documents, one after another, each as its place in terms. lengths: how many each has.
    """
    digests = b"".join(blake2b(term.encode(), digest_size=4).digest() for term in terms)
    stems = np.frombuffer(digests, np.uint32)[found]
    rows = np.zeros((len(lengths), WIDTH), np.uint8)
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = ends - lengths
    long = np.flatnonzero(lengths >= SHORT)
    for block in np.split(long, np.flatnonzero(np.diff(ends[long] // _BLOCK)) + 1):
        if len(block):
            rows[block] = _sketched(stems, starts[block], ends[block])
    for row in np.flatnonzero((lengths > 0) & (lengths < SHORT)):
        whole = stems[starts[row] : ends[row]].tobytes()
        rows[row] = np.frombuffer(shake_128(whole).digest(WIDTH), np.uint8)
    return rows


def _sketched(
    stems: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> Sketches:
    first, last = int(starts[0]), int(ends[-1])
    here = stems[first:last]
    pairs = _mixed(here[:-1] * np.uint32(0x9E3779B1) + _mixed(here[1:]))
    pairs = np.append(pairs, np.uint32(0))
    pairs[ends - first - 1] = pairs[ends - first - 2]  # no pair runs into the next document
    bounds = np.empty(2 * len(starts), np.int64)
    bounds[::2], bounds[1::2] = starts - first, ends - first
    least = np.minimum.reduceat(pairs * _ORDERS, bounds[:-1], axis=1)[:, ::2]
    return least.astype(np.uint8).T


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Every bit of the result hangs on every bit of the value (the finisher of MurmurHash3)."""
    values = (values ^ values >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    values = (values ^ values >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    mixed: NDArray[np.uint32] = values ^ values >> np.uint32(16)
    return mixed
