"""What a query asks for in all: its own words, what was meant by those misspelt, and what means the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lessons.adapters.whoosh_index.analysis import phrase_terms
from lessons.adapters.whoosh_index.correcting import SPELLING_WEIGHT, Correction, typed_words
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.snapshot import as_key
from lessons.adapters.whoosh_index.terms import Phrase, Terms, read_added, read_words
from lessons.domain.query import Expansion, Query
from lessons.domain.synonyms import Added, Synonyms


def asked_for(
    query: Query, synonyms: Synonyms, matcher: Matcher, corrections: Sequence[Correction] = ()
) -> tuple[Terms, list[Expansion]]:
    """All terms, and what to tell the person was searched for besides their own words.

    corrections: of `typed_words(query)`.
    """
    words = read_words(query, matcher)
    phrases = [(p, 1.0) for p in map(phrase_terms, query.phrases) if p]
    terms = Terms(words, phrases)
    told = _expand(query, terms, synonyms, matcher, corrections) if query.expand else []
    return terms, told


def _expand(
    query: Query,
    terms: Terms,
    synonyms: Synonyms,
    matcher: Matcher,
    corrections: Sequence[Correction],
) -> list[Expansion]:
    """Bring in other words, as far as they find something that this person may read, and say so."""
    meant = _meant(terms, synonyms, matcher, typed_words(query), 1.0)
    found: set[str] = set()
    for words in _put_right(typed_words(query), corrections):
        more = _meant(terms, synonyms, matcher, words, SPELLING_WEIGHT)
        found.update(e.typed for e in more)
        meant += [e for e in more if e not in meant]
    spelt = []
    for correction in corrections:
        kept = [a.term for a in correction.added() if _bring_in(terms, a, matcher)]
        # A word that the records lack is told as well where words that mean the same as it were found.
        better = tuple(b for b in correction.better if b in kept or _within(b, found))
        if better:
            spelt.append(Expansion(correction.typed, better, spelling=True))
    return spelt + meant


def _within(words: str, found: set[str]) -> bool:
    return any(words in typed for typed in found)


def _put_right(
    words: tuple[str, ...], corrections: Sequence[Correction]
) -> Iterator[tuple[str, ...]]:
    """The words with each mistake put right: by the nearest words, then by the next to it."""
    for rank in range(max((len(c.better) for c in corrections), default=0)):
        right = list(words)
        for correction in reversed(corrections):
            better = correction.better[min(rank, len(correction.better) - 1)]
            right[correction.at : correction.at + correction.length] = better.split()
        yield tuple(right)


def _meant(
    terms: Terms, synonyms: Synonyms, matcher: Matcher, words: tuple[str, ...], share: float
) -> list[Expansion]:
    """Bring in what means the same as these words, at a share of its weight."""
    added, told = synonyms.expand(words)
    kept = {a.term for a in added if _bring_in(terms, replace(a, weight=a.weight * share), matcher)}
    shown = (Expansion(e.typed, tuple(t for t in e.added if t in kept)) for e in told)
    return [e for e in shown if e.added]


def _bring_in(terms: Terms, added: Added, matcher: Matcher) -> bool:
    """False where it is in nothing that may be read."""
    phrase = phrase_terms(added.words)
    df = _df(phrase, matcher)
    if not df:
        return False
    words, phrases = read_added(replace(added, weight=added.weight * _share(added, df, matcher)))
    for term, weight in words.items():
        terms.words[term] = max(weight, terms.words.get(term, 0.0))
    known = [held for held, _ in terms.optional]
    terms.optional.extend((p, weight) for p, weight in phrases if p not in known)
    return True


def _share(added: Added, df: int, matcher: Matcher) -> float:
    """Of its weight, so that a term seldom met counts no more than what was typed would in its place."""
    typed = _df(phrase_terms(added.because), matcher)
    return min(1.0, matcher.readable.idf(typed) / matcher.readable.idf(df)) if typed else 1.0


def _df(phrase: Phrase, matcher: Matcher) -> int:
    """In how many records that may be read a word or phrase stands."""
    if not phrase or not all(matcher.has(WORDS, stem) for stem, _ in phrase):
        return 0
    if len(phrase) > 1:
        return int(np.count_nonzero(matcher.holding(phrase) & matcher.readable.mask))
    return matcher.readable.frequency(WORDS, as_key(phrase[0][0]))
