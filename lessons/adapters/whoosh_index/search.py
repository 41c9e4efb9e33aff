"""One query over one snapshot: what is found, its total and facets, the page asked for."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

import numpy as np

from lessons.adapters.whoosh_index.analysis import phrase_terms
from lessons.adapters.whoosh_index.codec import Floats
from lessons.adapters.whoosh_index.correcting import Correction, Speller, suggestion, typed_words
from lessons.adapters.whoosh_index.expanding import asked_for
from lessons.adapters.whoosh_index.hits import hits
from lessons.adapters.whoosh_index.likeness import stems_of, telling
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.order import Order
from lessons.adapters.whoosh_index.ranking import PROVING, Asked, Ranker
from lessons.adapters.whoosh_index.schema import CHOSEN, PARAMS, TITLE, WORDS, YEAR, facet
from lessons.adapters.whoosh_index.shelf import View
from lessons.adapters.whoosh_index.snapshot import Mask, Snapshot
from lessons.adapters.whoosh_index.terms import Terms, own_stems
from lessons.domain.actions import OF_THEME
from lessons.domain.query import TITLE_WEIGHT, Count, Expansion, Query, Results
from lessons.domain.ranking import EVERY_PART, Part
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.domain.synonyms import Synonyms
from lessons.domain.waiting import DESK

_LESSONS = frozenset({str(Kind.LESSON)})
_THEME = SHAPES[Kind.LESSON]["themes"].param
_CHOICES = frozenset({*CHOSEN, OF_THEME})
_EVERY_KIND = frozenset(str(kind) for kind in Kind)


class Search:
    """Answers one query. For one thread, once."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        synonyms: Synonyms,
        today: date,
        view: View | None = None,
        parts: frozenset[Part] = EVERY_PART,
    ) -> None:
        """view: vectors of the records, where there are any for this reader. parts: of the ranking."""
        self._snapshot = snapshot
        self._query = query
        self._synonyms = synonyms
        self._today = today.toordinal()
        kinds = frozenset(str(k) for k in query.kinds)
        self._readable = snapshot.readable(query.keys, kinds, self._today)
        self._matcher = Matcher(snapshot, self._readable)
        told = {field: snapshot.told(query.keys, self._today, field) for field in PROVING}
        self._ranker = Ranker(snapshot, self._readable, view, parts, told, self._today)

    def results(self) -> Results:
        query = self._query
        own, terms, expanded = self._terms()
        mask, scores = self._matching(terms)
        chosen = {p: self._having(p, v) for p, v in query.chosen.items() if v and p in _CHOICES}
        found = _all_of(mask, chosen.values())
        order = Order(self._snapshot, query, self._ranker, self._today)
        page = order.page(found, scores, self._asked(own, terms))
        total = int(np.count_nonzero(found))
        return Results(
            total,
            hits(self._snapshot, query, page.lines, terms, self._ranker, self._today),
            self._facets(mask, chosen, found) if query.facets else {},
            tuple(expanded),
            suggestion(query, self._corrections) if query.suggest else "",
            total - page.folded,
        )

    def among(self) -> frozenset[str]:
        """Which of the ids of `within` it finds, without looking at anything else of them."""
        _, terms, _ = self._terms()
        mask, _ = self._matching(terms)
        chosen = (self._having(p, v) for p, v in self._query.chosen.items() if v and p in _CHOICES)
        found, ids = _all_of(mask, chosen), self._query.within or frozenset()
        return frozenset(id for id in ids if found[self._snapshot.numbers_of(id)].any())

    # --- what is found -----------------------------------------------------------------------

    def _terms(self) -> tuple[Mapping[str, float], Terms, list[Expansion]]:
        """The stems that were typed, all that is asked for, and what to tell the person of it."""
        if self._query.like:
            counts, first = stems_of(self._query.like)
            own = telling(counts, first, self._matcher.idf_of(counts), self._readable.idf(0))
            weights = {(WORDS, stem): w for stem, w in own.items()}
            weights |= {(TITLE, stem): w * TITLE_WEIGHT for stem, w in own.items()}
            return own, Terms(weights, []), []
        corrections = self._corrections if self._query.expand else ()
        terms, told = asked_for(self._query, self._synonyms, self._matcher, corrections)
        return own_stems(self._query.words), terms, told

    @cached_property
    def _corrections(self) -> list[Correction]:
        """A word that stands in any kind of record the person may read is no mistake."""
        if self._query.like or not (self._query.expand or self._query.suggest):
            return []
        everywhere = self._snapshot.readable(self._query.keys, _EVERY_KIND, self._today)
        speller = Speller(self._snapshot, everywhere, self._synonyms)
        return speller.corrections(typed_words(self._query))

    def _asked(self, own: Mapping[str, float], terms: Terms) -> Asked:
        """For the ranker, once the words are scored."""
        idfs = {stem: idf for (name, stem), idf in self._matcher.idfs.items() if name == WORDS}
        weights = {stem: w for (name, stem), w in terms.words.items() if name == WORDS}
        query = self._query
        if query.like:
            return Asked(own, weights, (), idfs, query.like, True, self._readable.idf(0))
        words = (*query.words, *(word for phrase in query.phrases for word in phrase))
        return Asked(own, weights, query.words, idfs, " ".join(words))

    def _matching(self, terms: Terms) -> tuple[Mask, Floats | None]:
        """What the words and every filter but the chosen values leave, and the scores where there are words."""
        query = self._query
        mask = self._readable.mask.copy()
        scores = None
        if not query.empty:
            scores = self._matcher.score(terms)
            if terms.phrases:
                for phrase, _ in terms.phrases:
                    mask &= self._matcher.holding(phrase)
            else:
                mask &= scores > 0
        for words in query.excluded:
            phrase = phrase_terms(words)
            if phrase:
                mask &= ~self._matcher.holding(phrase)
        for id in query.without:
            mask[self._snapshot.numbers_of(id)] = False
        if query.within is not None:
            mask &= self._one_of(query.within)
        if query.since or query.until:
            mask &= self._within()
        return mask, scores

    def _having(self, param: str, values: frozenset[str]) -> Mask:
        """Which documents hold any of these values, or come from what does and this reader may read."""
        if param != OF_THEME:
            return self._snapshot.having(facet(param), values)
        lessons = self._snapshot.readable(self._query.keys, _LESSONS, self._today).mask
        under = self._snapshot.having(facet(_THEME), values)
        return self._snapshot.links.coming_from(lessons & under)

    def _one_of(self, ids: frozenset[str]) -> Mask:
        alone: Mask = np.zeros_like(self._readable.mask)
        for id in ids:
            alone[self._snapshot.numbers_of(id)] = True
        return alone

    def _within(self) -> Mask:
        days = self._snapshot.days
        since = self._query.since.toordinal() if self._query.since else 1
        until = self._query.until.toordinal() if self._query.until else date.max.toordinal()
        within: Mask = (days >= since) & (days <= until)
        return within

    # --- facets ------------------------------------------------------------------------------

    def _facets(
        self, mask: Mask, chosen: dict[str, Mask], found: Mask
    ) -> dict[str, tuple[Count, ...]]:
        asked = {f.param for kind in self._query.kinds for f in SHAPES[kind].facets} | {YEAR}
        asked |= {*DESK} if self._query.desk else set()
        counted = self._snapshot.facet_counts(found)
        for param in chosen:
            others = _all_of(mask, (m for p, m in chosen.items() if p != param))
            counted[param] = self._snapshot.facet_counts(others).get(param, {})
        return {
            p: _listed(p, counted.get(p, {}), self._query.chosen.get(p, frozenset()))
            for p in PARAMS
            if p in asked
        }


def _all_of(mask: Mask, others: Iterable[Mask]) -> Mask:
    for other in others:
        mask = mask & other
    return mask


def _listed(param: str, counts: Mapping[str, int], chosen: frozenset[str]) -> tuple[Count, ...]:
    """Most first, years newest first; a chosen value is listed even where it has come to nothing."""
    rows = [Count(k, n, k in chosen) for k, n in counts.items()]
    rows += [Count(k, 0, True) for k in chosen if k not in counts]
    if param == YEAR:
        return tuple(sorted(rows, key=lambda c: c.key, reverse=True))
    return tuple(sorted(rows, key=lambda c: (-c.count, c.key)))
