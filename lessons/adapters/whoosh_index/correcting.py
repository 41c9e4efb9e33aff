"""Words put right: those that the reader meets nowhere, and known ones spelt nearly like them.

A word is known where it stands in a record of any kind that the reader may read, or in the list of synonyms, which
everybody reads. Nothing else is ever offered.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby, islice
from typing import NamedTuple

from lessons.adapters.whoosh_index.analysis import WORD, phrase_terms, read
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.schema import EXACT, WORDS
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot, as_key
from lessons.adapters.whoosh_index.spelling import LONGEST, Lexicon, near, of_segment, of_words
from lessons.domain.query import Query
from lessons.domain.synonyms import Added, Synonyms
from lessons.domain.words import folded, plain_words

SPELLING_WEIGHT = 0.6  # of the nearest word; those that come after it count half of that
MOST_WORDS = 10  # put right in one query
MOST_NEAR = 3  # words for one that is unknown
MOST_SPLITS = 3  # ways to read one word as two that are tried on the records
SHORTEST = 4  # letters; shorter words are near to everything
SHORTEST_JOINED = 7  # letters of two words that may be one
SHORTEST_PART = 3
TWO_SLIPS = 7  # letters, from which a word may hold two slips, and not only one


class Correction(NamedTuple):
    """Words typed, from `at` and `length` of them, and what was meant, best first; each may be two words."""

    at: int
    length: int
    typed: str
    better: tuple[str, ...]

    def added(self) -> Iterator[Added]:
        for rank, words in enumerate(self.better):
            weight = SPELLING_WEIGHT if not rank else SPELLING_WEIGHT / 2
            yield Added(plain_words(words), weight, words)


class Speller:
    """Puts words right for one reader. For one query in one thread."""

    def __init__(self, snapshot: Snapshot, readable: Readable, synonyms: Synonyms) -> None:
        """readable: every kind of record that the reader may read, whatever kinds are searched."""
        self._snapshot = snapshot
        self._readable = readable
        self._matcher = Matcher(snapshot, readable)
        self._listed = synonyms.words

    def corrections(self, words: Sequence[str]) -> list[Correction]:
        """In the order of the words. No more than MOST_WORDS unknown ones are looked at, whatever comes of it."""
        found: list[Correction] = []
        at = tried = 0
        while at < len(words) and len(found) < MOST_WORDS:
            correction = self._joined(words, at)
            if not correction and tried < MOST_WORDS and self._is_unknown(words[at]):
                tried += 1
                correction = self._put_right(words, at)
            if correction:
                found.append(correction)
            at += correction.length if correction else 1
        return found

    def _joined(self, words: Sequence[str], at: int) -> Correction | None:
        """Two words that are one in the records, and not a phrase of their own."""
        if at + 1 == len(words):
            return None
        pair = [folded(word) for word in words[at : at + 2]]
        one = "".join(pair)
        if min(map(len, pair)) < SHORTEST_PART or len(one) < SHORTEST_JOINED or not one.isalpha():
            return None
        if not self._is_word(one) or self._matcher.is_readable(phrase_terms(tuple(pair))):
            return None
        return Correction(at, 2, " ".join(words[at : at + 2]), (one,))

    def _is_unknown(self, typed: str) -> bool:
        word = folded(typed)
        if not (SHORTEST <= len(word) <= LONGEST and word.isalpha() and read(typed).stems):
            return False
        return not self._is_known(word)

    def _put_right(self, words: Sequence[str], at: int) -> Correction | None:
        word = folded(words[at])
        better = tuple(self._split(word)) or self._near(word)
        return Correction(at, 1, words[at], better) if better else None

    def _split(self, word: str) -> Iterator[str]:
        """As two words that stand together somewhere."""
        places = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        pairs = ((word[:place], word[place:]) for place in places)
        known = (pair for pair in pairs if all(map(self._is_word, pair)))
        for pair in islice(known, MOST_SPLITS):
            if self._matcher.is_readable(phrase_terms(pair)):
                yield " ".join(pair)
                return

    def _near(self, word: str) -> tuple[str, ...]:
        """Of the nearest known words those that most records hold; a wrong first letter is one slip more."""
        reach = 1 if len(word) < TWO_SLIPS else 2
        found = near(self._books, word, reach)
        ranked = sorted((slips + (other[0] != word[0]), other) for other, slips in found.items())
        for _, tier in groupby(ranked, key=lambda pair: pair[0]):
            # Words of hidden records alone take nobody's place.
            seen = [(self._seen(other), other) for _, other in tier]
            known = [(-n, other) for n, other in seen if n or other in self._listed]
            if known:
                return tuple(islice(_one_of_a_stem(o for _, o in sorted(known)), MOST_NEAR))
        return ()

    @cached_property
    def _books(self) -> list[Lexicon]:
        parts = [of_segment(part.segment) for part in self._snapshot.parts]
        return [*parts, of_words(self._listed)]

    def _is_word(self, word: str) -> bool:
        """Whether it is known as it is spelt; the look into the books is the quicker one."""
        return any(word in book for book in self._books) and self._is_known(word)

    def _is_known(self, word: str) -> bool:
        if word in self._listed:
            return True
        stems = read(word).stems
        return bool(stems) and self._matcher.has(WORDS, stems[0])

    def _seen(self, word: str) -> int:
        """In how many records that may be read the word stands."""
        return self._readable.counted(EXACT, as_key(word))


def _one_of_a_stem(words: Iterable[str]) -> Iterator[str]:
    held: set[tuple[str, ...]] = set()
    for word in words:
        stems = read(word).stems
        if stems and stems not in held:
            held.add(stems)
            yield word


def typed_words(query: Query) -> tuple[str, ...]:
    """The words of a query one by one, as they are put right."""
    return tuple(raw for word in query.words for raw in WORD.findall(word))


def suggestion(query: Query, corrections: Sequence[Correction]) -> str:
    """The query with its words put right, or "" where none was."""
    if not corrections:
        return ""
    words: list[str] = list(typed_words(query))
    for found in reversed(corrections):
        words[found.at : found.at + found.length] = [found.better[0]]
    words += [f'"{" ".join(phrase)}"' for phrase in query.phrases]
    words += [f"{start}*" for start in query.prefixes]
    words += [word if "~" in word else f"{word}~" for word in query.fuzzies]
    words += [f'-"{" ".join(phrase)}"' for phrase in query.excluded]
    return " ".join(words)
