"""What a query asks for in all: its own words, and what means the same, as far as it finds anything."""

from lessons.adapters.whoosh_index.analysis import phrase_terms
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.terms import Terms, read_added, read_words
from lessons.domain.query import Expansion, Query
from lessons.domain.synonyms import Added, Synonyms


def asked_for(query: Query, synonyms: Synonyms, matcher: Matcher) -> tuple[Terms, list[Expansion]]:
    """All terms, and what to tell the person was searched for besides their own words."""
    words = read_words(query, matcher)
    phrases = [(p, 1.0) for p in map(phrase_terms, query.phrases) if p]
    terms = Terms(words, phrases)
    told = _expand(query, terms, synonyms, matcher) if query.expand and query.words else []
    return terms, told


def _expand(query: Query, terms: Terms, synonyms: Synonyms, matcher: Matcher) -> list[Expansion]:
    """Bring in synonyms, as far as they find something that this person may read, and say so."""
    added, told = synonyms.expand(query.words)
    kept = {a.term for a in added if _bring_in(terms, a, matcher)}
    shown = (Expansion(e.typed, tuple(t for t in e.added if t in kept), e.spelling) for e in told)
    return [e for e in shown if e.added]


def _bring_in(terms: Terms, added: Added, matcher: Matcher) -> bool:
    words, phrases = read_added(added)
    phrase = phrases[0][0] if phrases else phrase_terms(added.words)
    if not phrase or not matcher.is_readable(phrase):
        return False
    for term, weight in words.items():
        terms.words[term] = max(weight, terms.words.get(term, 0.0))
    terms.optional.extend(phrases)
    return True
