"""Reading a lesson, and the barest page that the same server can give."""

import os
from pathlib import Path

from benchmarks import baseline, queries
from benchmarks.client import measure
from benchmarks.generate import open_house
from benchmarks.server import free_port, served, serving, sign_in
from benchmarks.table import Figure

SECONDS = 10.0


def figures(data: Path) -> list[Figure]:
    house = open_house(data)
    paths = queries.readings(house.library)
    house.database.close()
    with served(data) as here:
        here.cookie = sign_in(here, data)
        measure(here.port, here.cookie, paths, clients=2, seconds=3)
        one = measure(here.port, here.cookie, paths, clients=1, seconds=SECONDS)
        eight = measure(here.port, here.cookie, paths, clients=8, seconds=SECONDS)
    port = free_port()
    with serving(baseline.command(port, data / "stock"), os.environ, port, "/"):
        measure(port, "", ["/"], clients=2, seconds=1)
        bare_one = measure(port, "", ["/"], clients=1, seconds=SECONDS / 3)
        bare_eight = measure(port, "", ["/"], clients=8, seconds=SECONDS / 3)
    return [
        Figure("reading a lesson, 1 client, p50", one.ms(0.5), "ms", 5,
               baseline=f"bare Flask and Jinja page {bare_one.ms(0.5):.1f} ms"),
        Figure("reading a lesson, 1 client, p95", one.ms(0.95), "ms",
               baseline=f"bare page {bare_one.ms(0.95):.1f} ms"),
        Figure("lessons read, 8 clients on 2 workers", eight.rate, "/s", 400, least=True,
               baseline=f"bare page {bare_eight.rate:,.0f}/s"),
    ]  # fmt: skip
