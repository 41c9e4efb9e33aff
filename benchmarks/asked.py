"""What is asked of the engines: seven kinds of question, the same for each engine and in every run."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.generate import SEED
from benchmarks.words import Words
from lessons.adapters.whoosh_index.analysis import STOP
from lessons.domain.record import Record

EACH = 40  # questions of a kind
COMMON = (0.2, 0.4)  # share of lessons that hold a common word
WORDY = {"common word", "three words", "rare word", "sentence"}  # kinds that are words alone
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: words of one kind (see `KINDS`), about lessons of a day or later."""

    kind: str
    words: tuple[str, ...]
    since: date


def questions(source: Words, records: Iterable[Record]) -> list[Asked]:
    """Mixed as people mix them. records: some, to see which words are common."""
    counts: Counter[str] = Counter()
    total = 0
    for record in records:
        total += 1
        counts.update(set(_WORD.findall(" ".join(record.texts.values()).lower())) - STOP)
    low, high = (share * total for share in COMMON)
    common = sorted(word for word, n in counts.items() if low <= n <= high)
    r = Random(SEED + 3)
    made = [
        Asked(
            kind, words(r, source, common), date(2026, 6, 30) - timedelta(r.randrange(700, 3_300))
        )
        for kind, words in KINDS.items()
        for _ in range(EACH)
    ]
    r.shuffle(made)
    return made


Pick = Callable[[Random, Words, list[str]], tuple[str, ...]]


def _sentence(r: Random, source: Words) -> list[str]:
    while True:
        found = re.findall(r"[a-z]+", r.choice(source.sentences).lower())
        if len(found) >= 12:
            return found


def _phrase(r: Random, source: Words, _: list[str]) -> tuple[str, ...]:
    """Two or three words that stand together somewhere, the outer ones no stop words."""
    while True:
        sentence = _sentence(r, source)
        start, size = r.randrange(len(sentence) - 3), r.choice((2, 2, 3))
        found = sentence[start : start + size]
        if all(len(word) > 2 and word not in STOP for word in (found[0], found[-1])):
            return tuple(found)


def _slip(r: Random, source: Words, common: list[str]) -> tuple[str, ...]:
    word = r.choice([word for word in (*common, *source.common) if len(word) > 5])
    at = r.randrange(1, len(word) - 1)
    return (word[:at] + word[at + 1 :],)


KINDS: Mapping[str, Pick] = {
    "common word": lambda r, source, common: (r.choice(common),),
    "three words": lambda r, source, common: tuple(r.sample(source.common, 3)),
    "rare word": lambda r, source, common: (r.choice(source.rare),),
    "sentence": lambda r, source, common: tuple(_sentence(r, source)[:12]),
    "phrase": _phrase,
    "prefix": lambda r, source, common: (r.choice(source.common)[:5],),
    "fuzzy": _slip,
}
