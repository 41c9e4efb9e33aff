"""From BM25F to the order of a results page: see `domain.ranking` for the formula of each part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lessons.adapters.whoosh_index.codec import Floats, Ints
from lessons.adapters.whoosh_index.nearness import Nearness, lengths_of, pairs
from lessons.adapters.whoosh_index.schema import AGAIN, NOT_HELPED, WORKED, facet
from lessons.adapters.whoosh_index.shelf import View
from lessons.adapters.whoosh_index.snapshot import Readable, Snapshot
from lessons.domain.query import K1
from lessons.domain.ranking import (
    AGAIN_MOST,
    FRESH_DAYS,
    LIKE_SHARE,
    MEANT_TOP,
    NEAR_TOP,
    NEAREST,
    OVER,
    RAISED_BY,
    TOLD,
    TOP,
    WEIGHTS,
    Part,
    Weights,
    proven,
)
from lessons.domain.states import OVER as OUT_OF_USE
from lessons.domain.states import State

PROVING = (AGAIN, WORKED, NOT_HELPED)
_SCALED = frozenset({Part.NEARNESS, Part.MEANING, Part.NEIGHBOURS})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the ranking knows of a query.

    own: how often each stem was typed. weights: of all stems asked for, those brought in too. words: as typed, in
    order; text: all of it. idfs: of the stems that stand in anything readable. like: whether
    a text is asked for, and not a question.
    """

    own: Mapping[str, float]
    weights: Mapping[str, float]
    words: tuple[str, ...]
    idfs: Mapping[str, float]
    text: str
    like: bool = False
    unseen: float = 0.0

    @property
    def most(self) -> float:
        """What a record would reach that holds every word for ever."""
        return sum(w * self.idfs.get(stem, self.unseen) for stem, w in self.own.items()) * (K1 + 1)


class Ranker:
    """Scores the candidates of one query anew."""

    def __init__(
        self,
        snapshot: Snapshot,
        readable: Readable,
        view: View | None,
        parts: frozenset[Part],
        told: Mapping[str, Mapping[bytes, int]],
        today: int,
    ) -> None:
        """view: None where vectors may not be used. told: of each field in PROVING, how often briefings say so, by id.
        today: as an ordinal.
        """
        self._snapshot, self._readable, self._view, self._told = snapshot, readable, view, told
        self._parts, self._today = parts, today

    def score(self, ids: Ints, scores: Floats, asked: Asked) -> tuple[Floats, Floats]:
        """The scores in full, and the match of words alone (see `Hit.match`).

        ids: best first by `scores`, which belong to them one by one and are changed.
        """
        match = scores / (asked.most or 1)
        if not len(ids):
            return scores, match
        if Part.NEARNESS in self._parts and not asked.like:
            near = Nearness(self._snapshot, self._readable, asked.idfs)
            scores[:NEAR_TOP] += near.score(ids[:NEAR_TOP], pairs(asked.words))
        if self._parts & _SCALED:
            scores = matched(scores, asked.most)
        if self._view:
            scores = self._by_vectors(ids, scores, asked, self._view)
        return scores * self._raised(ids), match

    # --- vectors -----------------------------------------------------------------------------

    def _by_vectors(self, ids: Ints, scores: Floats, asked: Asked, view: View) -> Floats:
        best = ids[:MEANT_TOP]
        rows = view.rows(best)
        meant = Part.MEANING in self._parts
        vector = view.space.query(asked.weights, asked.text) if meant else None
        if vector is not None:
            share = LIKE_SHARE if asked.like else 1
            weights = replace(WEIGHTS, meaning=view.space.weight * share)
            scores[: len(best)] += likened(rows @ vector, lengths_of(self._snapshot, best), weights)
        if Part.NEIGHBOURS in self._parts and not asked.like:
            scores = smoothed(scores, rows)
        return scores

    # --- what raises a record ----------------------------------------------------------------

    def _raised(self, ids: Ints) -> Floats:
        raised = np.ones(len(ids), np.float32)
        for share in self.shares(ids).values():
            raised += share
        if Part.OVER in self._parts:
            raised -= OVER * self._snapshot.having(facet("state"), tuple(OUT_OF_USE))[ids]
        return raised

    def shares(self, ids: Ints) -> dict[Part, Floats]:
        """By how much each of these documents is raised, by reason."""
        found: dict[Part, Floats] = {}
        for part, param, value in (
            (Part.WARNING, "learning", "warning"),
            (Part.LEARNED, "state", State.LEARNED),
        ):
            if part in self._parts:
                found[part] = RAISED_BY[part] * self._snapshot.having(facet(param), (value,))[ids]
        found |= self._by_briefings(ids)
        if Part.FRESH in self._parts:
            days = self._snapshot.days[ids]
            age = np.maximum(self._today - days, 0)
            fresh = RAISED_BY[Part.FRESH] * 0.5 ** (age / FRESH_DAYS)
            found[Part.FRESH] = np.where(days > 0, fresh, 0)
        return found

    def _by_briefings(self, ids: Ints) -> dict[Part, Floats]:
        """What came of it where people were briefed with it."""
        asked = self._parts & {Part.AGAIN, Part.PROVEN}
        if not asked or not any(self._told.values()):
            return {}
        names = self._snapshot.ids_of(ids).tolist()
        again, worked, not_helped = (
            np.array([self._told[field].get(id, 0) for id in names]) for field in PROVING
        )
        found = {
            Part.AGAIN: RAISED_BY[Part.AGAIN] * np.minimum(again, AGAIN_MOST),
            Part.PROVEN: RAISED_BY[Part.PROVEN] * proven(worked, not_helped),
        }
        return {part: share for part, share in found.items() if part in asked}

    def reasons(self, ids: Ints) -> list[tuple[str, ...]]:
        """Names of what raised each document enough to be told."""
        shares = self.shares(ids)
        return [
            tuple(str(part) for part, share in shares.items() if share[i] >= TOLD)
            for i in range(len(ids))
        ]


def matched(words: Floats, most: float, weights: Weights = WEIGHTS) -> Floats:
    """`match` of the formula: between nothing and about one. words: of all candidates; most: 0 where not known."""
    best = float(words.max())
    return words / ((best ** (1 - weights.share) * (most or best) ** weights.share) or 1)


def likened(likeness: Floats, lengths: Floats, weights: Weights = WEIGHTS) -> Floats:
    """What `meaning` adds to `match`. likeness: cosines; lengths: in words."""
    near: Floats = weights.meaning * np.maximum(likeness, 0) * lengths / (lengths + weights.short)
    return near


def smoothed(scores: Floats, rows: Floats, weights: Weights = WEIGHTS) -> Floats:
    """`score` of the formula. What lies beyond TOP stays beyond, in its order. rows: unit vectors."""
    first = np.argsort(-scores, kind="stable")[:TOP]
    smooth = _with_neighbours(scores[first], rows[first], weights.neighbours)
    beyond = np.ones(len(scores), bool)
    beyond[first] = False
    room = float(smooth.min()) / (float(scores.max(where=beyond, initial=0)) or 1)
    found = scores * np.float32(min(1.0, room))
    found[first] = smooth
    return found


def _with_neighbours(scores: Floats, rows: Floats, share: float) -> Floats:
    """Scores, best first, each partly that of the records most like it among these."""
    alike = np.maximum(rows @ rows.T, 0) ** 2
    np.fill_diagonal(alike, 0)
    if len(scores) > NEAREST:
        least = np.partition(alike, -NEAREST, axis=1)[:, -NEAREST][:, None]
        alike = np.where(alike >= least, alike, 0)
    total = alike.sum(axis=1)
    near = np.where(total > 0, (alike @ scores) / np.where(total > 0, total, 1), scores)
    return ((1 - share) * scores + share * near).astype(np.float32)
