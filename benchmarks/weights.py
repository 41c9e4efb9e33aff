"""Whether the weights of the ranking hold on collections that they were not chosen on, and what vectors cost.

Each weight is varied alone, and all of them at random round the chosen values. For each collection the setting that is
best on the others is taken, and measured on the one left out. `python -m benchmarks weights`
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np

from benchmarks import collections, features, many, table
from benchmarks.asked import WORDY, questions
from benchmarks.collections import NoCollections
from benchmarks.engines import KEYS
from benchmarks.features import BY_TEXT, USUAL, Setting, Shared
from benchmarks.many import TODAY, Lists, folder
from benchmarks.measures import DEPTH, Array, evaluate
from benchmarks.relevance import MEAN, run_of
from benchmarks.rivals import Tantivy
from benchmarks.search_speed import ROUNDS, SAMPLE, share
from benchmarks.table import Figure
from benchmarks.words import ROOT
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index.meaning import FEWEST, LEARNER
from lessons.domain.query import Query
from lessons.domain.ranking import BY_VECTORS, EVERY_PART, Part

# Round the chosen values.
GRID: Mapping[str, Sequence[float]] = {
    "k1": (1.2, 1.4, 1.8, 2.0),
    "b": (0.5, 0.6, 0.75, 0.8),
    "title": (0.0, 0.15, 0.45, 0.6),
    "exact": (0.0, 0.1, 0.3, 0.4),
    "near": (0.0, 0.05, 0.15, 0.2),
    "share": (0.0, 0.5, 1.0),
    "meaning": (0.2, 0.25, 0.35, 0.4),
    "short": (0.0, 10.0, 40.0),
    "neighbours": (0.25, 0.3, 0.4, 0.45),
}
OF_WORDS = ("k1", "b", "title", "exact", "near")
DRAWN = 60  # settings drawn at random
SHOWN = 20  # of the best settings
SEED = 5
GAIN = 2.0  # percent, the least by which vectors must gain over words alone
COST = 20.0  # milliseconds of one query, p95
SIZES = (2_000, 20_000)  # lessons that are learnt from, to see how long it takes
LEXICAL = USUAL.with_(parts=frozenset({Part.NEARNESS}))


def figures(data: Path) -> list[Figure]:
    return [*quality(data), *cost(data)]


# --- how good ------------------------------------------------------------------------------------


def quality(data: Path) -> list[Figure]:
    """Nothing where there are no collections."""
    try:
        place = collections.folder()
        read = [collections.read(place, name) for name in collections.names(place)]
        shared = [features.read(each, data) for each in read]
    except NoCollections as error:
        print(error, file=sys.stderr)
        return []
    theirs = np.array(
        [
            evaluate(run_of(Tantivy(each.documents.values()).search, each), each.gains).ndcg.mean()
            for each in read
        ]
    )
    full, words = (
        table_of(shared, settings(tuple(GRID), USUAL)),
        table_of(shared, settings(OF_WORDS, LEXICAL)),
    )
    _print([each.name for each in read], shared, full, theirs)
    return judged(full, words, theirs)


def settings(names: Sequence[str], start: Setting) -> list[Setting]:
    """The chosen one first, then each weight varied alone, then all at random."""
    found = [start]
    found += [start.with_(**{name: value}) for name in names for value in GRID[name]]
    random = Random(SEED)
    now = {name: _value(start, name) for name in names}
    for _ in range(DRAWN):
        found.append(start.with_(**{n: random.choice((now[n], now[n], *GRID[n])) for n in names}))
    return found


def _value(setting: Setting, name: str) -> float:
    held = setting if hasattr(setting, name) else setting.weights
    return float(getattr(held, name))


Table = Mapping[Setting, Array]


def table_of(shared: Sequence[Shared], tried: Sequence[Setting]) -> Table:
    """Mean nDCG by setting, one for each collection."""
    return {s: np.array([float(each.figures(s).mean()) for each in shared]) for s in tried}


def left_out(found: Table) -> tuple[Array, list[Setting]]:
    """By collection: the figure there of the setting that is best on the others, and that setting."""
    rows, tried = np.array(list(found.values())), list(found)
    others = (rows.sum(axis=1, keepdims=True) - rows).argmax(axis=0)
    return rows[others, np.arange(rows.shape[1])], [tried[i] for i in others]


def judged(full: Table, words: Table, theirs: Array) -> list[Figure]:
    kept, drawn = (float(left_out(each)[0].mean()) for each in (full, _drawn(full)))
    without, rival, ours = (
        float(v) for v in (left_out(words)[0].mean(), theirs.mean(), full[USUAL].mean())
    )
    best = max(float(row.mean()) for row in full.values())
    over = f"mean nDCG@{DEPTH} over {len(theirs)} collections"
    return [
        Figure(f"{over}, as set", ours / rival, table.RIVALS, MEAN, least=True,
               baseline=f"{ours:.4f} to {rival:.4f}"),
        Figure(f"{over}, each left out in turn", kept / rival, table.RIVALS, MEAN, least=True,
               baseline=f"{kept:.4f} to {rival:.4f}"),
        Figure(f"{over}, each left out in turn, of settings drawn at random alone", drawn / rival, table.RIVALS,
               baseline=f"{drawn:.4f} to {rival:.4f}"),
        Figure("what vectors gain over words alone, each left out in turn", 100 * (kept / without - 1), "%", GAIN,
               least=True, baseline=f"{kept:.4f} to {without:.4f}"),
        Figure("what the best of all settings tried would gain", 100 * (best / ours - 1), "%",
               baseline=f"{best:.4f} to {ours:.4f}"),
    ]  # fmt: skip


def _drawn(full: Table) -> Table:
    return dict(list(full.items())[-DRAWN:])


def _print(names: Sequence[str], shared: Sequence[Shared], full: Table, theirs: Array) -> None:
    heads = ("setting", *names, "mean", "÷ chosen")
    usual = full[USUAL]

    def row(what: str, values: Array) -> tuple[str, ...]:
        cells = (f"{v:.4f}" for v in (*values, values.mean()))
        return what, *cells, f"{values.mean() / usual.mean():.4f}"

    figures, chosen = left_out(full)
    lines = [
        heads,
        row("tantivy", theirs),
        row("as set", usual),
        row("each left out in turn", figures),
    ]
    without = {f"without {part}": BY_TEXT - {part} for part in sorted(BY_TEXT)}
    without |= {"without vectors": BY_TEXT - BY_VECTORS, "BM25F alone": frozenset()}
    for what, parts in without.items():
        lines.append(
            row(what, table_of(shared, (USUAL.with_(parts=parts),))[USUAL.with_(parts=parts)])
        )
    ranked = sorted(full, key=lambda s: -float(full[s].mean()))[:SHOWN]
    lines += [row(s.told() or "as set", full[s]) for s in ranked]
    print(table.aligned(lines))
    for name, setting in zip(names, chosen, strict=True):
        print(f"chosen without {name}: {setting.told() or 'as set'}")
    print()


# --- how much it costs ---------------------------------------------------------------------------


def cost(data: Path) -> Iterator[Figure]:
    """Of an index that was just learnt from."""
    known = many.lists(data)
    for size in SIZES:
        many.copied(folder(data, size), known, size)
        yield from _learning(size, folder(data, size) / "copy")
    yield _asking(folder(data, SIZES[-1]) / "copy", known)
    for size in SIZES:
        shutil.rmtree(folder(data, size) / "copy")


def _learning(size: int, place: Path) -> Iterator[Figure]:
    shutil.rmtree(place / "meaning", ignore_errors=True)
    begun = time.perf_counter()
    learner = subprocess.Popen([sys.executable, "-m", LEARNER, str(place), str(FEWEST)], cwd=ROOT)
    _, status, used = os.wait4(learner.pid, 0)
    learner.returncode = os.waitstatus_to_exitcode(status)
    if learner.returncode:
        raise RuntimeError(f"learning from {size:,} lessons failed")
    clock = time.perf_counter() - begun
    yield Figure(f"learning from {size:,} lessons, processor time", used.ru_utime + used.ru_stime, "s",
                 baseline=f"{clock:.0f} s by the clock")  # fmt: skip
    yield Figure(f"learning from {size:,} lessons, memory at most", used.ru_maxrss / 1024, "MB")


def _asking(place: Path, known: Lists) -> Figure:
    """What a page takes longer with vectors than without."""
    with_, without = (
        WhooshIndex(place, lambda: TODAY, parts=parts)
        for parts in (EVERY_PART, EVERY_PART - BY_VECTORS)
    )
    asked = [
        Query(each.words, keys=KEYS, since=each.since)
        for each in questions(many.source(), many.first(known, SAMPLE))
        if each.kind in WORDY
    ]
    longer = sorted(
        _fastest(with_, query, known) - _fastest(without, query, known) for query in asked
    )
    return Figure(
        f"what vectors cost a query at {SIZES[-1]:,} lessons, p95", share(longer, 0.95), "ms", COST,
        baseline=f"p50 {share(longer, 0.5):.1f} ms",
    )  # fmt: skip


def _fastest(index: WhooshIndex, query: Query, known: Lists) -> float:
    """Milliseconds of processor time."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        index.search(query, known.synonyms)
        taken.append(time.process_time() - begun)
    return min(taken) * 1000
