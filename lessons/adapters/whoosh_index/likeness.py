"""What tells most in a text whose like is looked for."""

from collections import Counter
from collections.abc import Mapping
from math import log2

from lessons.adapters.whoosh_index.analysis import WORD, read
from lessons.domain.query import K1

LONGEST = 20_000  # characters that are read of it
LIKE_TERMS = 80  # of a text whose like is looked for
LIKE_TITLE = 1.5  # weight of a word of its first line, beside 1 for a word that stands once in it


def telling(
    counts: Mapping[str, int], first: Mapping[str, int], idfs: Mapping[str, float], unseen: float
) -> dict[str, float]:
    """The stems of a text that tell most, with weights.

    counts: of all stems; first: of those of the first line; idfs: of those that stand in what may be read; unseen: of
    the others, which find nothing, but tell how much of the text was found.
    """
    weights = {
        stem: times * (K1 + 1) / (times + K1) + LIKE_TITLE * log2(1 + first.get(stem, 0))
        for stem, times in counts.items()
    }
    amount = {stem: weight * idfs.get(stem, unseen) for stem, weight in weights.items()}
    best = sorted(weights, key=lambda stem: (-amount[stem], stem))[:LIKE_TERMS]
    return {stem: weights[stem] for stem in best}


def stems_of(text: str) -> tuple[Counter[str], Counter[str]]:
    """How often each stem stands in a text, and in its first line, which is taken for its title."""
    text = text.strip()[:LONGEST]
    whole = Counter(_stems(text))
    return whole, Counter(_stems(text.partition("\n")[0])) if "\n" in text else Counter()


def _stems(text: str) -> list[str]:
    return [stem for raw in WORD.findall(text) for stem in read(raw).stems]
