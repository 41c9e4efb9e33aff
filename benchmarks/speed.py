"""The results page: mixed searches by an officer, with facets, extracts, and all trimmed to what they may read; then
the pages of themes and of review.
"""

import gc
import os
import time
from pathlib import Path

from benchmarks import baseline, queries, rooms
from benchmarks.client import Timing, measure
from benchmarks.generate import open_house
from benchmarks.server import free_port, served, serving, sign_in
from benchmarks.table import Figure
from benchmarks.words import words

SECONDS = 12.0
SAMPLE = 60  # searches timed in process on stock Whoosh


def figures(data: Path) -> list[Figure]:
    house = open_house(data)
    lists = house.library.vocabularies
    asked = queries.typed(words(), lists)
    paths, lessons = queries.searches(words(), lists), queries.readings(house.library)
    stock_index = baseline.prepared(data, house.library)
    house.database.close()
    with served(data) as here:
        here.cookie = sign_in(here, data)
        measure(here.port, here.cookie, paths, clients=2, seconds=3)
        one = measure(here.port, here.cookie, paths, clients=1, seconds=SECONDS)
        eight = measure(here.port, here.cookie, paths, clients=8, seconds=SECONDS)
        measure(here.port, here.cookie, lessons, clients=2, seconds=3)
        memory = here.memory()
    stock_one, stock_eight = _stock_page(stock_index, paths)
    searched = _stock_in_process(stock_index, [text for text, _ in asked[:SAMPLE]])
    return [
        Figure("results page, 1 client, p50", one.ms(0.5), "ms", 25,
               baseline=f"stock Whoosh page {stock_one.ms(0.5):,.0f} ms; search alone {searched[0]:,.0f} ms"),
        Figure("results page, 1 client, p95", one.ms(0.95), "ms", 80,
               baseline=f"stock Whoosh page {stock_one.ms(0.95):,.0f} ms; search alone {searched[1]:,.0f} ms"),
        Figure("results pages, 8 clients on 2 workers", eight.rate, "/s", 120, least=True,
               baseline=f"stock Whoosh page {stock_eight.rate:,.1f}/s"),
        Figure("memory of a worker after the load, PSS", max(pss for pss, _ in memory), "MB", 350,
               baseline=f"its alone (USS) {max(uss for _, uss in memory):,.0f} MB"),
        *rooms.figures(data),
    ]  # fmt: skip


def _stock_page(folder: Path, paths: list[str]) -> tuple[Timing, Timing]:
    port = free_port()
    with serving(baseline.command(port, folder), os.environ, port, "/"):
        measure(port, "", paths, clients=2, seconds=3)
        return (
            measure(port, "", paths, clients=1, seconds=SECONDS),
            measure(port, "", paths, clients=8, seconds=SECONDS),
        )


def _stock_in_process(folder: Path, texts: list[str]) -> tuple[float, float]:
    """p50 and p95 of `searcher.search(…, groupedby=…)` alone, in milliseconds."""
    stock = baseline.Stock(folder)
    gc.collect()
    gc.freeze()  # what this process holds besides is none of Whoosh's business
    times = []
    for text in texts:
        begun = time.perf_counter()
        stock.search(text)
        times.append((time.perf_counter() - begun) * 1000)
    timing = sorted(times)
    return timing[len(timing) // 2], timing[int(len(timing) * 0.95)]
