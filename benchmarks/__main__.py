"""`python -m benchmarks [NAME…] [--data FOLDER] [--markdown FILE]`."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import (
    briefing,
    dashboard,
    field_words,
    generate,
    hostile,
    importing,
    reading,
    relevance,
    saving,
    search_speed,
    speed,
    suggestions,
    table,
    weights,
)
from benchmarks.table import Figure
from benchmarks.words import CACHE

MEASURES: Mapping[str, Callable[[Path], list[Figure]]] = {
    "speed": speed.figures,
    "reading": reading.figures,
    "saving": saving.figures,
    "importing": importing.figures,
    "starting": importing.starting,
    "hostile": hostile.figures,
    "search_speed": search_speed.figures,
    "relevance": relevance.figures,
    "weights": weights.figures,
    "field_words": field_words.figures,
    "suggestions": suggestions.figures,
    "dashboard": dashboard.figures,
    "briefing": briefing.figures,
}
# Measured on collections of their own.
APART = frozenset({"relevance", "field_words", "suggestions", "dashboard"})
KEPT = CACHE / "lessons-benchmarks"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--data", type=Path, default=KEPT, help=f"records kept there [{KEPT}]")
    parser.add_argument("--markdown", type=Path, help="write the table there as well")
    given = parser.parse_args()
    unknown = set(given.names) - set(MEASURES)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    data = given.data.absolute()
    names = given.names or list(MEASURES)
    what = generate.prepared(data) if set(names) - APART else "test collections"
    print(f"{what}; {os.cpu_count()} cores\n")
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        figures += MEASURES[name](data)
    print(table.plain(figures))
    missed = [f.what for f in figures if not f.met]
    print(f"\nmissed: {'; '.join(missed)}" if missed else "\nAll targets are met.")
    if given.markdown:
        given.markdown.write_text(f"Measured on {what}.\n\n{table.markdown(figures)}\n")


if __name__ == "__main__":
    main()
