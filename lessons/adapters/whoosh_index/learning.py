"""Learning vectors from the records, in a process of its own: see `main`.

It takes a while and much memory, and the libraries for it are large; a server that answers must feel none of that.
"""

import os
import sys
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

from lessons.adapters.whoosh_index.folder import UPKEEP, locked
from lessons.adapters.whoosh_index.index import WhooshIndex
from lessons.adapters.whoosh_index.latent import Latent
from lessons.adapters.whoosh_index.meaning import LONGEST, MOST_RECORDS
from lessons.adapters.whoosh_index.schema import WORDS
from lessons.adapters.whoosh_index.snapshot import Mask, Snapshot

MOST_TERMS = 50_000
SEED = 1
SIZE = 300
# Shares of the dimensions: the first count in each, the last in one only.
LAYERS = (1 / 6, 1 / 3, 2 / 3, 1)
ROUNDS = 4  # of the randomised decomposition
NICE = 10


def learn(snapshot: Snapshot, chosen: Mask) -> Latent:
    """chosen: the documents to learn from."""
    rows = _in_order(snapshot, chosen)
    if len(rows) > MOST_RECORDS:
        drawn = np.random.default_rng(SEED).choice(len(rows), MOST_RECORDS, replace=False)
        rows = rows[np.sort(drawn)]
    terms, counts = _counts(snapshot, rows)
    weights = _weights(counts)
    matrix = counts.copy()
    matrix.data = np.log1p(matrix.data) * weights[matrix.indices, 0]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(matrix.indptr))
    size = max(2, min(SIZE, int(0.7 * min(matrix.shape)) - 1))
    _, _, found = randomized_svd(matrix.astype(np.float32), size, n_iter=ROUNDS, random_state=SEED)
    vectors = found.T * np.sqrt(_layers(size))
    learnt = np.sort(snapshot.ids_of(rows.astype(np.int32)))
    return Latent(terms, vectors.astype(np.float16), weights.astype(np.float32), learnt)


def _in_order(snapshot: Snapshot, chosen: Mask) -> NDArray[np.int64]:
    """By id: so what is learnt says nothing of what else the index holds, nor of how it came in."""
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(snapshot.ids_of(rows.astype(np.int32)))]


def _layers(size: int) -> NDArray[np.int64]:
    """In how many layers each dimension counts."""
    ends = [max(1, round(size * share)) for share in LAYERS]
    return np.array([sum(i < end for end in ends) for i in range(size)])


def _counts(snapshot: Snapshot, rows: NDArray[np.int64]) -> tuple[NDArray[np.bytes_], csr_matrix]:
    """The terms that stand in two of these documents or more, and how often they stand in each."""
    place = np.full(snapshot.count, -1, np.int64)
    place[rows] = np.arange(len(rows))
    found: dict[bytes, list[tuple[NDArray[np.int64], NDArray[np.float32]]]] = {}
    for part in snapshot.parts:
        for name, term, at in part.segment.all_terms():
            if name == WORDS:
                posting = part.segment.read(at, places=False)
                here = place[part.span][posting.ids]
                if (here >= 0).any():
                    found.setdefault(term, []).append((here[here >= 0], posting.tf[here >= 0]))
    held = {t: sum(len(ids) for ids, _ in lists) for t, lists in found.items()}
    kept = [t for t, df in held.items() if df > 1]
    kept = sorted(sorted(kept, key=lambda t: (-held[t], t))[:MOST_TERMS])
    columns = np.repeat(np.arange(len(kept)), [held[t] for t in kept])
    ids = np.concatenate([ids for t in kept for ids, _ in found[t]])
    times = np.concatenate([tf for t in kept for _, tf in found[t]]).astype(np.float64)
    return np.array(kept), csr_matrix((times, (ids, columns)), (len(rows), len(kept)))


def _weights(counts: csr_matrix) -> NDArray[np.float64]:
    """For each term: 1 + its entropy, by which it counts in a record, and its rarity, by which it counts in a query."""
    records = counts.shape[0]
    by_term = counts.tocsc()
    df = np.diff(by_term.indptr)
    share = by_term.data / np.repeat(np.asarray(by_term.sum(axis=0)).ravel(), df)
    entropy = np.add.reduceat(share * np.log(share), by_term.indptr[:-1]) / np.log(max(records, 2))
    return np.stack([1 + entropy, np.log((records + 1) / (df + 0.5))], axis=1)


def main(folder: Path, fewest: int) -> None:
    """`python -m lessons.adapters.whoosh_index.learning FOLDER FEWEST`; see `Meaning`."""
    os.nice(NICE)
    with locked(folder / "learn.lock", LONGEST):
        index = WhooshIndex(folder, date.today, fewest=fewest)
        snapshot, store = index.snapshot(), index.meaning
        model = store.model_for(snapshot)
        if model is None or store.is_outgrown(model, snapshot):
            model = learn(snapshot, snapshot.open)
            with locked(folder / UPKEEP, LONGEST):  # which whoever erases holds
                snapshot = index.snapshot()
                if not _still_open(model, snapshot):
                    return
                store.keep(model)
        store.lay_out(snapshot, model)


def _still_open(model: Latent, snapshot: Snapshot) -> bool:
    now = snapshot.ids_of(np.flatnonzero(snapshot.open).astype(np.int32))
    return bool(np.isin(model.learnt, now).all())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
