"""From a query to the terms of the index that it asks for, each with its weight."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lessons.adapters.whoosh_index.analysis import WORD, phrase_terms, read
from lessons.adapters.whoosh_index.schema import EXACT, TITLE, WORDS
from lessons.domain.query import EXACT_WEIGHT, TITLE_WEIGHT, Query
from lessons.domain.synonyms import Added

Phrase = list[tuple[str, int]]  # stems, each with its place


class Knows(Protocol):
    def has(self, name: str, term: str) -> bool:
        """Whether a term stands in anything that may be read."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What to look for, with weights: (field, term), phrases that must occur, and phrases that may."""

    words: dict[tuple[str, str], float]
    phrases: list[tuple[Phrase, float]]
    optional: list[tuple[Phrase, float]] = field(default_factory=list)

    @property
    def stems(self) -> frozenset[str]:
        """For extracts: the stems that are why a record was found."""
        stems = {term for name, term in self.words if name == WORDS}
        return frozenset(
            stems | {stem for phrase, _ in (*self.phrases, *self.optional) for stem, _ in phrase}
        )


def read_words(query: Query, matcher: Knows) -> dict[tuple[str, str], float]:
    """Every field and term that the typed words stand for, with its weight; a word typed twice counts twice."""
    counts = Counter(raw for typed in query.words for raw in WORD.findall(typed))
    weights: dict[tuple[str, str], float] = {}
    for raw, times in counts.items():
        for stem, exact in _forms(raw, matcher):
            _weigh(weights, stem, exact, float(times))
    return weights


def _forms(raw: str, matcher: Knows) -> Iterable[tuple[str, str]]:
    """Stem and exact form of what was typed; its pieces only where the whole is unknown."""
    reading = read(raw)
    forms = list(zip(reading.stems, reading.exact, strict=True))
    whole, pieces = forms[: reading.first], forms[reading.first :]
    if pieces and not any(matcher.has(WORDS, stem) for stem, _ in whole):
        return pieces
    return whole


def _weigh(weights: dict[tuple[str, str], float], stem: str, exact: str, weight: float) -> None:
    for name, term, share in (
        (WORDS, stem, 1.0),
        (TITLE, stem, TITLE_WEIGHT),
        (EXACT, exact, EXACT_WEIGHT),
    ):
        weights[name, term] = weights.get((name, term), 0.0) + weight * share


def read_added(added: Added) -> tuple[dict[tuple[str, str], float], list[tuple[Phrase, float]]]:
    """The terms that a synonym brings in: words, or one phrase."""
    phrase = phrase_terms(added.words)
    if len(phrase) != 1:
        return {}, [(phrase, added.weight)] if phrase else []
    weights: dict[tuple[str, str], float] = {}
    exact = next(w for w in added.words if read(w).stems)
    _weigh(weights, phrase[0][0], exact, added.weight)
    return weights, []
