"""How good a ranking is, query by query, and whether one is better than another by more than chance.

A run is the ids of the documents found for each query, best first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

Array = NDArray[np.float64]
Run = Mapping[str, Sequence[str]]
Gains = Mapping[str, Mapping[str, float]]

DEPTH = 10
REACH = 100
FLIPS = 10_000
SEED = 7


@dataclass(frozen=True)
class Scores:
    """One value for each query, in the order of the judgements. average: average precision over the first `REACH`."""

    ndcg: Array
    average: Array
    recall: Array


def evaluate(run: Run, gains: Gains) -> Scores:
    """Every query that is judged counts; one that found nothing has 0."""
    rows = [
        (ndcg(found, right), average_precision(found, right), recall(found, right))
        for query, right in gains.items()
        for found in (run.get(query, ()),)
    ]
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Scores(table[:, 0], table[:, 1], table[:, 2])


def ndcg(found: Sequence[str], right: Mapping[str, float], depth: int = DEPTH) -> float:
    """Järvelin & Kekäläinen (2002), gains as they are, discounted by the logarithm of the rank."""
    got = _discounted(right.get(id, 0.0) for id in found[:depth])
    best = _discounted(sorted(right.values(), reverse=True)[:depth])
    return got / best if best else 0.0


def _discounted(gains: Iterable[float]) -> float:
    return float(sum(gain / np.log2(rank) for rank, gain in enumerate(gains, 2)))


def average_precision(found: Sequence[str], right: Mapping[str, float]) -> float:
    """Precision at each right answer within `REACH`, over all right answers there are."""
    hits, total = 0, 0.0
    for rank, id in enumerate(found[:REACH], 1):
        if id in right:
            hits += 1
            total += hits / rank
    return total / len(right) if right else 0.0


def recall(found: Sequence[str], right: Mapping[str, float], depth: int = REACH) -> float:
    return len(set(found[:depth]) & set(right)) / len(right) if right else 0.0


@dataclass(frozen=True)
class Comparison:
    """ours against theirs over the same queries. t, flips: two-sided p-values, of the paired t-test and of the
    paired randomisation test.
    """

    ours: float
    theirs: float
    t: float
    flips: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float("nan")


def compare(ours: Array, theirs: Array) -> Comparison:
    """One collection: means and both tests."""
    p = float(stats.ttest_rel(ours, theirs).pvalue) if np.any(ours != theirs) else 1.0
    flips = randomisation([ours - theirs])
    return Comparison(float(ours.mean()), float(theirs.mean()), p, flips)


def compare_all(ours: Sequence[Array], theirs: Sequence[Array]) -> Comparison:
    """The mean over collections, each weighing the same however many queries it has.

    t: Welch's approximation for a mean of independent means.
    """
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    return Comparison(
        float(np.mean([a.mean() for a in ours])),
        float(np.mean([b.mean() for b in theirs])),
        _t_of_means(differences),
        randomisation(differences),
    )


def _t_of_means(differences: Sequence[Array]) -> float:
    parts = np.array([d.var(ddof=1) / len(d) if len(d) > 1 else 0.0 for d in differences])
    mean = sum(float(d.mean()) for d in differences)
    if not parts.sum():
        return 1.0 if not mean else 0.0
    freedom = parts.sum() ** 2 / sum(
        part**2 / (len(d) - 1) for part, d in zip(parts, differences, strict=True) if len(d) > 1
    )
    return float(2 * stats.t.sf(abs(mean) / np.sqrt(parts.sum()), freedom))


def randomisation(differences: Sequence[Array]) -> float:
    """How often signs drawn by chance give a mean of means as far from nothing (Smucker et al., 2007)."""
    random = np.random.default_rng(SEED)
    seen = abs(sum(float(d.mean()) for d in differences))
    drawn: Any = np.zeros(FLIPS)
    for difference in differences:
        signs = random.integers(0, 2, (FLIPS, len(difference)), dtype=np.int8) * 2 - 1
        drawn += signs @ difference / len(difference)
    return float((np.count_nonzero(np.abs(drawn) >= seen - 1e-12) + 1) / (FLIPS + 1))
