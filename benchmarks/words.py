"""Sentences to make records of: from real lessons where the public file is there, else from the example records."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from lessons.adapters.files import PlainText

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
REAL = ROOT.parent / "shared" / "data" / "llis.jsonl"
EXAMPLES = ROOT / "content" / "examples"
COLUMNS = ("abstract", "driving_event", "lessons", "recommendations")

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True)
class Words:
    """origin: where the sentences are from, to be printed. sentences: in the order of the source."""

    origin: str
    sentences: tuple[str, ...]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for s in self.sentences for word in set(_WORD.findall(s.lower())))

    @cached_property
    def common(self) -> tuple[str, ...]:
        """Words that stand in very many sentences, without the commonest hundred, which say nothing."""
        return tuple(word for word, _ in self._counts.most_common(400)[100:])

    @cached_property
    def rare(self) -> tuple[str, ...]:
        """Words that stand in one to three sentences."""
        return tuple(sorted(word for word, n in self._counts.items() if n <= 3))

    def text(self, random: Random, length: int) -> str:
        """Whole sentences, `length` words or a few more, running on from some place in the source."""
        place = random.randrange(len(self.sentences))
        found: list[str] = []
        so_far = 0
        while so_far < length:
            sentence = self.sentences[place % len(self.sentences)]
            found.append(sentence)
            so_far += sentence.count(" ") + 1
            place += 1 if random.random() < 0.8 else random.randrange(len(self.sentences))
        return " ".join(found)


def words() -> Words:
    if REAL.is_file():
        return Words("the vocabulary of 2,102 real lessons (LLIS)", tuple(_sentences(_real())))
    return Words("the vocabulary of the example records", tuple(_sentences(_examples())))


def _real() -> Iterator[str]:
    with REAL.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield from (str(row.get(column) or "") for column in COLUMNS)


def _examples() -> Iterator[str]:
    reader = PlainText()
    for path in sorted(EXAMPLES.glob("*/*.md")):
        yield from reader.parse(path.read_text(encoding="utf-8"), str(path)).record.texts.values()


def _sentences(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        for sentence in _SENTENCE.split(" ".join(text.split())):
            if 3 <= sentence.count(" ") < 60:
                yield sentence
