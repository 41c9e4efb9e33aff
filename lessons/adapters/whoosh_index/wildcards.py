"""Beginnings of words and near spellings, as the words of the index that they stand for.

Only words that stand in something the reader may read are weighed against one another or take a place.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.schema import EXACT
from lessons.adapters.whoosh_index.segments import Segment
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot, as_key
from lessons.adapters.whoosh_index.spelling import distance

MOST_STARTING = 60  # words that one beginning stands for, those of the most records
MOST_WEIGHED = (
    2_000  # words that may be read, looked through for one beginning, in order of the alphabet
)
MOST_NEAR = 20  # words that one near spelling stands for
LONG = 5  # letters, from which on a word may be spelt otherwise in two places
# What a word of a group weighs beside a word typed in full, by its distance in letters.
WEIGHTS = (0.8, 0.6, 0.4)

Weights = dict[tuple[str, str], float]


class Found(NamedTuple):
    """A word, in how many records that may be read it stands, and its distance from what was typed."""

    word: str
    df: int
    distance: int = 0


def starting(snapshot: Snapshot, readable: Readable, start: str) -> list[Found]:
    """The words that begin so, those of the most records first."""
    held: dict[str, int] = {}
    for part in snapshot.parts:
        words = part.segment.words_starting(EXACT, start[0])
        last = bisect_left(words, start + "\U0010ffff")
        for word in words[bisect_left(words, start) : last]:
            df = readable.among(part, part.segment.posting(EXACT, as_key(word)).ids)
            if df and (word in held or len(held) < MOST_WEIGHED):
                held[word] = held.get(word, 0) + df
    found = [Found(word, df) for word, df in held.items()]
    return sorted(found, key=lambda f: (-f.df, f.word))[:MOST_STARTING]


def near(snapshot: Snapshot, readable: Readable, word: str, reach: int = 0) -> list[Found]:
    """The words spelt nearly so with the same first letter, nearest first; without the word itself.

    reach: letters put in, left out, changed or swapped; 0 for what suits the word's length.
    """
    reach = reach or (2 if len(word) >= LONG else 1)
    away: dict[str, int] = {}
    held: dict[str, int] = {}
    for part in snapshot.parts:
        for other in _alike(part.segment, word, reach):
            if other not in away:
                away[other] = distance(word, other, reach)
            if 0 < away[other] <= reach:
                ids = part.segment.posting(EXACT, as_key(other)).ids
                held[other] = held.get(other, 0) + readable.among(part, ids)
    found = [Found(other, df, away[other]) for other, df in held.items() if df]
    return sorted(found, key=lambda f: (f.distance, -f.df, f.word))[:MOST_NEAR]


def weighed(readable: Readable, group: Iterable[Found]) -> Weights:
    """Each word weighed as if the group were one word, as common as all of its words together: so no rare
    word of a group outweighs a word that was typed.
    """
    found = list(group)
    if not found:
        return {}
    together = readable.idf(min(sum(f.df for f in found), readable.count))
    return {
        (EXACT, f.word): WEIGHTS[f.distance] * min(1.0, together / readable.idf(f.df))
        for f in found
    }


class _Shapes(NamedTuple):
    """Words with one first letter: their lengths, and a bit for each letter that they hold."""

    words: list[str]
    lengths: NDArray[np.int16]
    letters: NDArray[np.uint32]


_shapes: WeakKeyDictionary[Segment, dict[str, _Shapes]] = WeakKeyDictionary()
_lock = Lock()


def _bits(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def _shapes_of(segment: Segment, letter: str) -> _Shapes:
    with _lock:
        known = _shapes.setdefault(segment, {})
    if letter not in known:
        words = segment.words_starting(EXACT, letter)
        known[letter] = _Shapes(
            words,
            np.array([len(w) for w in words], np.int16),
            np.array([_bits(w) for w in words], np.uint32),
        )
    return known[letter]


def _alike(segment: Segment, word: str, reach: int) -> Iterator[str]:
    """The words that may be so near: of about the length, and of about the same letters."""
    shapes = _shapes_of(segment, word[0])
    other = np.bitwise_count(shapes.letters ^ np.uint32(_bits(word)))
    may = (np.abs(shapes.lengths - len(word)) <= reach) & (other <= 2 * reach)
    return (shapes.words[i] for i in np.flatnonzero(may).tolist())
