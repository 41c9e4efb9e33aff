"""From text to the terms of the index: one reading of words for indexing, queries and extracts."""

from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.snowball.english import EnglishStemmer

from lessons.domain.query import WORD, token

__all__ = ["STOP", "WORD", "Reading", "phrase_terms", "read"]

# Words that are nearly everywhere and say nothing. Typed in capitals (IT, OR) they count.
_STOP = """
a an and are as at be been but by for from had has have he her his i if in into is it its me my of on or our
she so such that the their them then there these they this to was we were which will with you your
"""
STOP = frozenset(_STOP.split())

_stem = EnglishStemmer().stem


class Reading(NamedTuple):
    """What one match of WORD brings to the index.

    stems, exact: side by side, one for each term. offsets: their places, counted from the match's own.
    advance: places that the match takes up. first: how many of the terms follow one another;
    the rest are pieces at the first place.
    """

    stems: tuple[str, ...]
    exact: tuple[str, ...]
    offsets: tuple[int, ...]
    advance: int
    first: int


@lru_cache(maxsize=60_000)  # about 30 MB when full
def read(raw: str) -> Reading:
    """The terms of one match of WORD; none where it is a stop word."""
    found = token(raw)
    kept = [(w, i) for i, w in enumerate(found.words) if not _stops(w, raw)]
    pieces = [(w, 0) for w in found.pieces if w not in STOP]
    both = kept + pieces
    return Reading(
        tuple(_stem(w) for w, _ in both),
        tuple(w for w, _ in both),
        tuple(i for _, i in both),
        len(found.words),
        len(kept),
    )


def _stops(word: str, raw: str) -> bool:
    return word in STOP and not (len(raw) > 1 and raw.isupper())


def phrase_terms(words: tuple[str, ...]) -> list[tuple[str, int]]:
    """The stems of words that stand together, each with its place; stop words leave a gap."""
    terms: list[tuple[str, int]] = []
    place = 0
    for raw in words:
        for match in WORD.findall(raw):
            reading = read(match)
            terms += [(reading.stems[i], place + reading.offsets[i]) for i in range(reading.first)]
            place += reading.advance
    start = terms[0][1] if terms else 0
    return [(stem, at - start) for stem, at in terms]
