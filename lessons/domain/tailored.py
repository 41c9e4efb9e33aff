"""How far a plan is its own: which of its sentences stand in other plans too.

A sentence counts that has at least one telling run: RUN words in a row, of which TELLING have LONG letters or more.
It stands in other plans too if at least half of its telling runs stand in them. Numbers, case and punctuation are
passed over, so that a sentence with another date in it is the same sentence. It measures texts, never a person.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

RUN = 5  # words
TELLING, LONG = 2, 4
_ENDS = re.compile(r"(?<=[.!?;])[\"”’')\]]*\s+|\n+")
_MARKUP = re.compile(r"^(?:[\s>#*•–-]|\d{1,2}[.)](?=\s))+")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """counted: sentences that could be compared. shared: those which stand in other plans too, as typed, in order."""

    counted: int
    shared: tuple[str, ...]

    @property
    def share(self) -> float:
        return len(self.shared) / self.counted if self.counted else 0.0


def sentences(text: str) -> list[str]:
    """Of a text as people type plans: a line of a list counts as a sentence. Each once, in order."""
    pieces = (" ".join(_MARKUP.sub("", piece).split()) for piece in _ENDS.split(text))
    return list(dict.fromkeys(piece for piece in pieces if piece))


def plain(text: str) -> str:
    """As texts are compared: one spelling of letters and apostrophes, no capitals."""
    return unicodedata.normalize("NFKC", text).replace("’", "'").casefold()


def runs(sentence: str) -> frozenset[Run]:
    """Its telling runs."""
    words = _WORD.findall(plain(sentence))
    found = (tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))
    return frozenset(run for run in found if sum(len(word) >= LONG for word in run) >= TELLING)


def compare(plan: str, others: Iterable[str]) -> Compared:
    """A plan with the texts of other plans, in whatever order they come."""
    stock = {run for other in others for each in sentences(other) for run in runs(each)}
    counted, shared = 0, []
    for sentence in sentences(plan):
        own = runs(sentence)
        counted += bool(own)
        if own and 2 * len(own & stock) >= len(own):
            shared.append(sentence)
    return Compared(counted, tuple(shared))
