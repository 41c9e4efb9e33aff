"""One query over one snapshot: total, facets, order, page."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.analysis import phrase_terms
from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.expanding import asked_for
from lessons.adapters.whoosh_index.extracts import extract
from lessons.adapters.whoosh_index.matching import Matcher
from lessons.adapters.whoosh_index.schema import ID, PARAMS, SHOWN, YEAR, facet
from lessons.adapters.whoosh_index.segments import unpack_shown
from lessons.adapters.whoosh_index.snapshot import Mask, Snapshot
from lessons.adapters.whoosh_index.spelling import FEW, suggestion
from lessons.adapters.whoosh_index.terms import Terms
from lessons.domain.query import DEEPEST, Count, Expansion, Hit, Query, Results, Sort
from lessons.domain.record import Kind, kind_of
from lessons.domain.schema import SHAPES
from lessons.domain.synonyms import Synonyms

_EVERY_KIND = frozenset(str(kind) for kind in Kind)


class Search:
    """Answers one query. For one thread, once."""

    def __init__(self, snapshot: Snapshot, query: Query, synonyms: Synonyms, today: date) -> None:
        self._snapshot = snapshot
        self._query = query
        self._synonyms = synonyms
        self._expanded: list[Expansion] = []
        kinds = frozenset(str(k) for k in query.kinds)
        self._today = today.toordinal()
        self._readable = snapshot.readable(query.keys, kinds, self._today)
        self._matcher = Matcher(snapshot, self._readable)

    def results(self) -> Results:
        terms = self._terms()
        mask, scores = self._matching(terms)
        chosen = {
            p: self._snapshot.having(facet(p), v)
            for p, v in self._query.chosen.items()
            if v and p in PARAMS
        }
        found = _all_of(mask, chosen.values())
        total = int(np.count_nonzero(found))
        return Results(
            total,
            self._hits(self._page(found, scores), scores, terms.stems),
            self._facets(mask, chosen, found) if self._query.facets else {},
            tuple(self._expanded),
            self._suggestion() if self._query.suggest and total < FEW else "",
        )

    def _suggestion(self) -> str:
        """A word that stands in any kind of record the person may read is no mistake."""
        everywhere = self._snapshot.readable(self._query.keys, _EVERY_KIND, self._today)
        return suggestion(self._snapshot, self._query, everywhere.mask)

    # --- what is found -----------------------------------------------------------------------

    def _terms(self) -> Terms:
        terms, self._expanded = asked_for(self._query, self._synonyms, self._matcher)
        return terms

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
        if query.since or query.until:
            mask &= self._within()
        return mask, scores

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
        counted = self._snapshot.facet_counts(found)
        for param in chosen:
            others = _all_of(mask, (m for p, m in chosen.items() if p != param))
            counted[param] = self._snapshot.facet_counts(others).get(param, {})
        return {
            p: _listed(p, counted.get(p, {}), self._query.chosen.get(p, frozenset()))
            for p in PARAMS
            if p in asked
        }

    # --- order and page ----------------------------------------------------------------------

    def _page(self, found: Mask, scores: Floats | None) -> Ints:
        """Document numbers of the page, best first; ties by date, newest first, then by id."""
        size = min(max(self._query.size, 0), DEEPEST)
        start = (max(self._query.page, 1) - 1) * size
        if not size or start >= DEEPEST:
            return np.empty(0, np.int32)
        end = min(start + size, DEEPEST)
        days = self._snapshot.days
        keys: list[Callable[[Ints], NDArray[np.generic]]] = [lambda ids: -days[ids]]
        if self._query.sort is Sort.OLDEST:
            last = np.int32(date.max.toordinal() + 1)  # what has no date comes last either way
            keys = [lambda ids: np.where(days[ids] == 0, last, days[ids])]
        elif self._query.sort is Sort.RELEVANCE and scores is not None:
            keys.insert(0, lambda ids: -scores[ids])
        ids = _first(np.flatnonzero(found).astype(np.int32), [*keys, self._snapshot.ids_of], end)
        order = np.lexsort((self._snapshot.ids_of(ids), *(key(ids) for key in reversed(keys))))
        return ids[order][start:end]

    def _hits(
        self, numbers: Ints, scores: Floats | None, wanted: frozenset[str]
    ) -> tuple[Hit, ...]:
        return tuple(
            self._hit(n, float(scores[n]) if scores is not None else 0.0, wanted)
            for n in numbers.tolist()
        )

    def _hit(self, number: int, score: float, wanted: frozenset[str]) -> Hit:
        part = self._snapshot.part_of(number)
        row = number - part.base
        id = part.segment.texts(ID)[row].decode()
        shown = json.loads(unpack_shown(part.segment.texts(SHOWN)[row]))
        kind = kind_of(id) or Kind.LESSON
        return Hit(id, kind, shown["title"], score, extract(shown["text"], wanted), shown["facts"])


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


def _first(ids: Ints, keys: Sequence[Callable[[Ints], NDArray[np.generic]]], need: int) -> Ints:
    """The `need` documents that come first by these keys, lowest first, in no order."""
    if len(ids) <= need or not keys:
        return ids[:need]
    values = keys[0](ids)
    if len(keys) == 1:
        return ids[np.argsort(values, kind="stable")[:need]]
    limit = np.partition(values, need - 1)[need - 1]
    sure = ids[values < limit]
    tied = _first(ids[values == limit], keys[1:], need - len(sure))
    return np.concatenate([sure, tied])
