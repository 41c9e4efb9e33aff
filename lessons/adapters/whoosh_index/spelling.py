"""All plain words of a segment as arrays: those near to a misspelt one are found in a fraction of a millisecond."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.schema import EXACT
from lessons.adapters.whoosh_index.segments import Segment

LONGEST = 24  # letters of a word that is put right
Letters = NDArray[np.uint16]
Lengths = NDArray[np.int8]


class Lexicon:
    """Words of letters alone, by length; never changes, so threads share it."""

    def __init__(self, words: Iterable[str]) -> None:
        self._held = frozenset(w for w in words if len(w) <= LONGEST and _is_plain(w))
        self.words = sorted(self._held, key=len)
        lengths = np.array([len(w) for w in self.words], np.int8)
        self._begins = np.searchsorted(lengths, np.arange(LONGEST + 2)).tolist()
        self._letters = _letters(self.words)
        self._bits = _bits(self._letters)

    def __contains__(self, word: str) -> bool:
        return word in self._held

    def alike(
        self, word: str, bits: np.uint32, reach: int, *, same_start: bool
    ) -> tuple[NDArray[np.int64], Letters]:
        """Places in `words` of those that may be so near, and their letters, as far as they matter."""
        first = self._begins[max(len(word) - reach, 0)]
        last = self._begins[min(len(word) + reach, LONGEST) + 1]
        # One letter changed takes one away and brings one in; one left out or put in does half of that.
        other = np.bitwise_count(self._bits[first:last] ^ bits)
        rows = first + np.flatnonzero(other <= 2 * reach)
        if same_start:
            rows = rows[self._letters[rows, 0] == ord(word[0])]
        return rows, self._letters[rows, : len(word) + reach]


def near(
    books: Sequence[Lexicon], word: str, reach: int, *, same_start: bool = False
) -> dict[str, int]:
    """The words of all books that are at most `reach` letters away, with their distances; none for a word that is
    longer than those of any book. same_start: only those with its first letter.
    """
    if len(word) > LONGEST or not books:
        return {}
    bits = _bits(_letters([word]))[0]
    alike = [book.alike(word, bits, reach, same_start=same_start) for book in books]
    away = distances(word, np.concatenate([letters for _, letters in alike])).tolist()
    rows = ((book, row) for book, (rows, _) in zip(books, alike, strict=True) for row in rows)
    return {
        book.words[row]: slips
        for (book, row), slips in zip(rows, away, strict=True)
        if slips <= reach
    }


def _is_plain(word: str) -> bool:
    """Letters alone, of those that two bytes can hold: all that anybody here writes."""
    return word.isalpha() and max(word) <= "\uffff"


_OF_SEGMENTS: WeakKeyDictionary[Segment, Lexicon] = WeakKeyDictionary()


def of_segment(segment: Segment) -> Lexicon:
    """Made when first asked for: about 0.1 s for 50,000 terms."""
    found = _OF_SEGMENTS.get(segment)
    if found is None:
        found = Lexicon(term.decode() for term in segment.terms(EXACT))
        _OF_SEGMENTS[segment] = found
    return found


@lru_cache(maxsize=4)
def of_words(words: frozenset[str]) -> Lexicon:
    return Lexicon(words)


def _letters(words: list[str]) -> Letters:
    """One row a word, filled up with zeros."""
    if not words:
        return np.empty((0, LONGEST), np.uint16)
    wide = np.array(words, f"U{LONGEST}").view(np.uint32).reshape(len(words), LONGEST)
    return wide.astype(np.uint16)


def _bits(letters: Letters) -> NDArray[np.uint32]:
    """For each row a bit for each letter that the word holds, some sharing one: it only rules words out."""
    bits = np.where(letters > 0, np.uint32(1) << (letters & 31).astype(np.uint32), np.uint32(0))
    found: NDArray[np.uint32] = np.bitwise_or.reduce(bits, axis=1)
    return found


def distances(word: str, others: Letters) -> Lengths:
    """Letters put in, left out, changed or swapped with a neighbour, for all rows side by side.

    Source: optimal string alignment, F. J. Damerau, Comm. ACM 7 (1964) 171-176.
    """
    steps = np.arange(others.shape[1] + 1, dtype=np.int8)
    before = last = np.broadcast_to(steps, (len(others), len(steps)))
    typed = [ord(c) for c in word]
    for i, letter in enumerate(typed):
        row = np.empty(last.shape, np.int8)
        row[:, 0] = i + 1
        same = others == letter
        np.minimum(last[:, 1:] + np.int8(1), last[:, :-1] + ~same, out=row[:, 1:])
        if i:
            swapped = same[:, :-1] & (others[:, 1:] == typed[i - 1])
            over = np.where(swapped, before[:, :-2] + np.int8(1), row[:, 2:])
            np.minimum(row[:, 2:], over, out=row[:, 2:])
        # A letter put in: the best of all that stand to the left, each step costing one.
        row = np.minimum.accumulate(row - steps, axis=1) + steps
        before, last = last, row
    lengths = np.count_nonzero(others, axis=1)
    found: Lengths = last[np.arange(len(others)), lengths]
    return found
