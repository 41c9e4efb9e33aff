"""The pages of themes and of review, with 2,000 actions and 10,000 lessons that wait."""

from collections.abc import Callable
from pathlib import Path

from benchmarks import busy
from benchmarks.client import Timing, measure
from benchmarks.generate import LESSONS, id_of, open_house
from benchmarks.server import Served, served, sign_in
from benchmarks.table import Figure
from lessons.domain.access import Role
from lessons.domain.record import Kind

SECONDS = 8.0
ITEMS = 200  # of those that wait
PAGES = 40  # of the queue, which has more


def figures(data: Path) -> list[Figure]:
    folder = busy.prepared(data)
    themes = _themes(folder)
    items = [f"/review/{id_of(Kind.LESSON, LESSONS + n * 31)}" for n in range(ITEMS)]
    queue = [f"/review?page={n + 1}" for n in range(PAGES)]
    with served(folder) as here:
        ask = _asking(here, folder)
        timed = [
            ("list of themes", ask(Role.OFFICER, ["/themes"]), 120),
            ("page of a theme", ask(Role.OFFICER, themes), 120),
            ("page of a theme, for a reviewer", ask(Role.REVIEWER, themes), 120),
            ("queue of 10,000", ask(Role.REVIEWER, queue), None),
            ("page of one of them", ask(Role.REVIEWER, items), None),
        ]
    return [
        Figure(f"{what}, 1 client, {name}", timing.ms(share), "ms", target if share == 0.5 else None)
        for what, timing, target in timed
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]  # fmt: skip


def _themes(folder: Path) -> list[str]:
    house = open_house(folder)
    try:
        return [f"/themes/{term.key}" for term in house.library.vocabularies["theme"].current]
    finally:
        house.database.close()


def _asking(here: Served, folder: Path) -> Callable[[Role, list[str]], Timing]:
    cookies = {role: sign_in(here, folder, role) for role in (Role.OFFICER, Role.REVIEWER)}

    def ask(role: Role, paths: list[str]) -> Timing:
        measure(here.port, cookies[role], paths, clients=2, seconds=3)
        return measure(here.port, cookies[role], paths, clients=1, seconds=SECONDS)

    return ask
