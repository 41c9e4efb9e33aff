"""Beginnings of words and near spellings, as the words of the index that they stand for.

Only words that stand in something the reader may read are weighed against one another or take a place.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from lessons.adapters.whoosh_index import spelling
from lessons.adapters.whoosh_index.schema import EXACT
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot, as_key

MOST_STARTING = 60  # words that one beginning stands for, those of the most records
# Words that may be read, looked through for one beginning, in order of the alphabet.
MOST_WEIGHED = 2_000
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
    books = [spelling.of_segment(part.segment) for part in snapshot.parts]
    away = spelling.near(books, word, reach, same_start=True)
    seen = (
        Found(other, readable.counted(EXACT, as_key(other)), slips)
        for other, slips in away.items()
        if slips
    )
    found = [each for each in seen if each.df]
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
