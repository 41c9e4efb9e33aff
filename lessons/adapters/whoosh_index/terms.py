"""From a query to the terms of the index that it asks for, each with its weight."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lessons.adapters.whoosh_index.analysis import WORD, phrase_terms, read
from lessons.adapters.whoosh_index.schema import EXACT, TITLE, WORDS
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot
from lessons.adapters.whoosh_index.wildcards import near, starting, weighed
from lessons.domain.query import EXACT_WEIGHT, TITLE_WEIGHT, Query
from lessons.domain.record import Kind, kind_of, tidy_id
from lessons.domain.synonyms import Added

REFERENCE_WEIGHT = 20.0  # of a record's reference in a sentence: more than all other words together
Phrase = list[tuple[str, int]]  # stems, each with its place


class Knows(Protocol):
    """Who may tell what stands in what may be read."""

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def readable(self) -> Readable: ...

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
        """For extracts: the stems that are why a record was found, but for those of `together`."""
        stems = {term for name, term in self.words if name == WORDS}
        stems.update(s for name, term in self.words if name == EXACT for s in read(term).stems)
        phrases = (phrase for phrase, _ in (*self.phrases, *self.optional) if len(phrase) == 1)
        return frozenset(stems | {phrase[0][0] for phrase in phrases})

    @property
    def together(self) -> tuple[Phrase, ...]:
        """For extracts: phrases of several words that are why a record was found."""
        return tuple(p for p, _ in (*self.phrases, *self.optional) if len(p) > 1)


def own_stems(words: Iterable[str]) -> Counter[str]:
    """How often each stem was typed."""
    return Counter(s for typed in words for raw in WORD.findall(typed) for s in read(raw).stems)


def read_words(query: Query, matcher: Knows) -> dict[tuple[str, str], float]:
    """Every field and term that the typed words stand for, with its weight; a word typed twice counts twice."""
    counts = Counter(raw for typed in query.words for raw in WORD.findall(typed))
    weights: dict[tuple[str, str], float] = {}
    for raw, times in counts.items():
        id = tidy_id(raw)
        weight = float(times)
        if kind_of(id) not in (None, Kind.THEME):
            raw, weight = id, REFERENCE_WEIGHT
        for stem, exact in _forms(raw, matcher):
            _weigh(weights, stem, exact, weight)
    _bring_in_open(weights, query, matcher)
    return weights


def _bring_in_open(weights: dict[tuple[str, str], float], query: Query, matcher: Knows) -> None:
    """What beginnings and near spellings stand for; a word typed in full as well keeps its weight."""
    groups = [starting(matcher.snapshot, matcher.readable, start) for start in query.prefixes]
    for typed in query.fuzzies:
        word, _, reach = typed.partition("~")
        for stem, exact in _forms(word, matcher):
            _weigh(weights, stem, exact, 1.0)
        groups.append(near(matcher.snapshot, matcher.readable, word, int(reach or 0)))
    for group in groups:
        for term, weight in weighed(matcher.readable, group).items():
            weights[term] = max(weight, weights.get(term, 0.0))


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
