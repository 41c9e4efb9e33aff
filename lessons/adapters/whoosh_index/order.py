"""In which order what was found comes, and which of it stands on a page."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.folding import MOST_FOLDED, fold
from lessons.adapters.whoosh_index.ranking import Asked, Ranker
from lessons.adapters.whoosh_index.schema import APPLIED
from lessons.adapters.whoosh_index.snapshot import Mask, Snapshot
from lessons.domain.query import DEEPEST, Query, Sort

Key = Callable[[Ints], NDArray[np.generic]]
Ordered = tuple[Ints, Floats, Floats]  # document numbers, scores, match of words alone


class Line(NamedTuple):
    """One line of a page: document number, scores, numbers of the near-copies told under it."""

    number: int
    score: float
    match: float
    copies: list[int]


class Page(NamedTuple):
    """folded: how many records are told under others on all pages."""

    lines: list[Line]
    folded: int


class Order:
    """For one query in one thread."""

    def __init__(self, snapshot: Snapshot, query: Query, ranker: Ranker, today: int) -> None:
        self._snapshot = snapshot
        self._query = query
        self._ranker = ranker
        self._today = today
        self._size = min(max(query.size, 0), DEEPEST)
        self._start = (max(query.page, 1) - 1) * self._size
        self._end = min(self._start + self._size, DEEPEST)

    def page(self, found: Mask, scores: Floats | None, asked: Asked) -> Page:
        """Ties go by date, newest first, then by id."""
        if not self._size or self._start >= DEEPEST:
            return Page([], 0)
        ids, values, match = self._ordered(np.flatnonzero(found).astype(np.int32), scores, asked)
        lines = fold(self._snapshot, ids) if self._query.fold else None
        page = (
            [(number, []) for number in ids[self._start : self._end].tolist()]
            if lines is None
            else lines[self._start : self._end]
        )
        at = {number: i for i, number in enumerate(ids.tolist())}
        rows = ((at[number], number, copies) for number, copies in page)
        shown = [Line(n, float(values[i]), float(match[i]), copies) for i, n, copies in rows]
        return Page(shown, 0 if lines is None else len(ids) - len(lines))

    def _ordered(self, ids: Ints, scores: Floats | None, asked: Asked) -> Ordered:
        if self._query.sort is Sort.RELEVANCE and scores is not None:
            return self._best_first(ids, scores, asked)
        keys = [*self._keys(), self._snapshot.ids_of]
        first = _first(ids, keys, max(self._end, MOST_FOLDED if self._query.fold else 0))
        first = first[np.lexsort([key(first) for key in reversed(keys)])]
        values = scores[first] if scores is not None else np.zeros(len(first), np.float32)
        return first, values, values / (asked.most or 1)

    def _best_first(self, ids: Ints, scores: Floats, asked: Asked) -> Ordered:
        """As many as can be paged to are ranked; so no page depends on which was asked for."""
        keys: list[Key] = [lambda ids: -scores[ids], self._newest, self._snapshot.ids_of]
        first = _first(ids, keys, DEEPEST)
        first = first[np.lexsort([key(first) for key in reversed(keys)])]
        final, match = self._ranker.score(first, scores[first], asked)
        order = np.lexsort((self._snapshot.ids_of(first), self._newest(first), -final))
        return first[order], final[order], match[order]

    def _keys(self) -> list[Key]:
        if self._query.sort is Sort.OLDEST:
            days = self._snapshot.days
            last = np.int32(date.max.toordinal() + 1)  # what has no date comes last either way
            return [lambda ids: np.where(days[ids] == 0, last, days[ids])]
        if self._query.sort is Sort.APPLIED:
            return [self._most_applied(), self._newest]
        return [self._newest]

    def _newest(self, ids: Ints) -> NDArray[np.generic]:
        return -self._snapshot.days[ids]

    def _most_applied(self) -> Key:
        times = np.zeros(self._snapshot.count, np.int32)
        for id, count in self._snapshot.told(self._query.keys, self._today, APPLIED).items():
            times[self._snapshot.numbers_of(id.decode())] = count
        return lambda ids: -times[ids]


def _first(ids: Ints, keys: Sequence[Key], need: int) -> Ints:
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
