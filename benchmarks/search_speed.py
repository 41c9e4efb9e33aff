"""Search in process: a page of results, one lesson added, building, memory; at three sizes, beside two engines.

A page is ten hits with extracts, the exact total, every facet, a date filter and access trimming. Figures of
pages are processor time, warm, all kinds of question mixed.
"""

import gc
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks import adding, many
from benchmarks.asked import KINDS, WORDY, Asked, questions
from benchmarks.engines import Engine, Ours, Stock, Tantivy
from benchmarks.many import Lists, folder
from benchmarks.table import Figure

SMALL, MIDDLE, LARGE = 2_000, 20_000, 200_000
SIZES = (SMALL, MIDDLE, LARGE)
STOCK_UP_TO = MIDDLE  # building a stock index of 200,000 takes twenty minutes and more
ROUNDS = 3
SLOW = 4  # of a slow engine, one question in so many is asked, in one round
SAMPLE = 2_000  # lessons in which words are counted, to see which are common
Times = Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds, and how often tantivy's median a page of words may take."""

    words: float
    others: float
    words_p95: float | None
    phrase: float
    phrase_p95: float | None
    rival: float


LIMITS = {
    MIDDLE: Limits(5, 15, None, 15, None, 3),
    LARGE: Limits(10, 10, 30, 40, 150, 4),
}
ADDED_CPU = {MIDDLE: 60.0, LARGE: 120.0}  # milliseconds
MEMORY = 300.0  # MB beyond the first worker
BUILT = 400.0  # lessons a second of one core
TIMES_STOCK = 10.0


def figures(data: Path) -> list[Figure]:
    known = many.lists(data)
    asked = questions(many.source(), many.first(known, SAMPLE))
    found: list[Figure] = []
    for size in SIZES:
        print(f"  {size:,} lessons", file=sys.stderr)
        found += _pages(data, known, asked, size)
        found += adding.figures(data, known, size, ADDED_CPU.get(size))
        found += adding.memory(data, size, MEMORY if size == LARGE else None)
    return [*found, *_building(data, known)]


def _engines(data: Path, known: Lists, size: int) -> Iterator[tuple[str, Engine]]:
    here = folder(data, size)
    yield "ours", Ours(many.built(here, known, size), known.synonyms)
    yield "tantivy", Tantivy(here / "tantivy", many.first(known, size))
    if size <= STOCK_UP_TO:
        yield "stock", Stock(here / "stock", many.first(known, size))


def timed(engine: Engine, asked: Sequence[Asked], rounds: int = ROUNDS) -> Times:
    """Milliseconds of processor time of every page, by kind, rising; after one round that is not counted."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for each in asked:
        engine.page(each)
    gc.collect()
    gc.freeze()  # what this program holds itself is no part of a page
    for _ in range(rounds):
        for each in asked:
            begun = time.process_time()
            engine.page(each)
            found[each.kind].append((time.process_time() - begun) * 1000)
    return {kind: sorted(times) for kind, times in found.items()}


def share(times: Sequence[float], part: float) -> float:
    return times[ceil(len(times) * part) - 1]


def _pages(data: Path, known: Lists, asked: Sequence[Asked], size: int) -> Iterator[Figure]:
    times = {
        name: timed(engine, asked[::SLOW], 1) if name == "stock" else timed(engine, asked)
        for name, engine in _engines(data, known, size)
    }
    limits = LIMITS.get(size)
    for kind in KINDS:
        ours = times["ours"][kind]
        target, target_p95 = _targets(kind, limits)
        beside = "; ".join(
            f"{name} {share(t[kind], 0.5):.2f} and {share(t[kind], 0.95):.2f} ms"
            for name, t in times.items()
            if name != "ours"
        )
        what = f"{size:,} lessons, {kind}"
        yield Figure(
            f"{what}, p50", share(ours, 0.5), "ms", target, baseline=f"p50 and p95: {beside}"
        )
        yield Figure(f"{what}, p95", share(ours, 0.95), "ms", target_p95)
    if limits:
        yield from _beside_others(size, times, limits)


def _targets(kind: str, limits: Limits | None) -> tuple[float | None, float | None]:
    if limits is None:
        return None, None
    if kind == "phrase":
        return limits.phrase, limits.phrase_p95
    return (limits.words if kind in WORDY else limits.others), limits.words_p95


def _beside_others(size: int, times: Mapping[str, Times], limits: Limits) -> Iterator[Figure]:
    ours, rival = times["ours"], times["tantivy"]
    for kind in KINDS:
        if kind in WORDY:
            ratio = share(ours[kind], 0.5) / share(rival[kind], 0.5)
            yield Figure(
                f"{size:,} lessons, {kind}, p50 beside tantivy's", ratio, "times", limits.rival
            )
    if "stock" in times:
        kind = "common word"
        ratio = share(times["stock"][kind], 0.5) / share(ours[kind], 0.5)
        yield Figure(
            f"{size:,} lessons, {kind}, faster than stock Whoosh",
            ratio,
            "times",
            TIMES_STOCK,
            least=True,
        )


def _building(data: Path, known: Lists) -> Iterator[Figure]:
    held = list(map(many.stored, many.first(known, MIDDLE)))
    rate = many.timed_build(folder(data, MIDDLE) / "trial", held)
    yield Figure(
        f"building an index of {MIDDLE:,}, by one core's time", rate.core, "/s", BUILT, least=True
    )
    yield Figure(f"building an index of {MIDDLE:,}, by the clock", rate.clock, "/s")
