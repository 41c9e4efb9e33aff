"""Words of the field: whether what officers type finds the lesson they mean, with and without synonyms and spelling.

The pairs stand in `field_words.yaml`. `python -m benchmarks.field_words` prints the table by kind, and what was missed.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.generate import new_content
from benchmarks.table import Figure
from benchmarks.words import EXAMPLES
from lessons.app import House, build_house
from lessons.domain import access
from lessons.domain.access import Role, User
from lessons.domain.query import ask
from lessons.library import Library
from lessons.services.exchange import load_examples

PAIRS = Path(__file__).with_suffix(".yaml")
# A lead reads the sensitive lessons among the examples, but none that waits for clearance.
READER = User("field.words", Role.LEAD)
FIRST = 5  # hits, among which the lesson has to be
WITH, WITHOUT = 0.9, 0.6  # of all pairs: at least, at most


@dataclass(frozen=True, slots=True)
class Pair:
    """What is typed, and the ids of lessons of which any one will do. held: not looked at while words were added."""

    kind: str
    typed: str
    right: frozenset[str]
    held: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """helped, alone: whether the lesson came among the first with synonyms and spelling, and without."""

    pair: Pair
    helped: bool
    alone: bool


def pairs() -> tuple[Pair, ...]:
    given = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    return tuple(
        Pair(kind, row["typed"], frozenset(row["right"]), row.get("held", False))
        for kind, rows in given.items()
        for row in rows
    )


def try_all(library: Library) -> tuple[Tried, ...]:
    """Every pair searched both ways, in a library that holds the examples."""
    return tuple(
        Tried(pair, _found(library, pair, help=True), _found(library, pair, help=False))
        for pair in pairs()
    )


def _found(library: Library, pair: Pair, *, help: bool) -> bool:
    query = ask(
        pair.typed, keys=access.keyring(READER), size=FIRST, expand=help, suggest=help, facets=False
    )
    return not pair.right.isdisjoint(hit.id for hit in library.search(READER, query).hits)


def success(tried: Sequence[Tried], *, help: bool) -> float:
    return sum(t.helped if help else t.alone for t in tried) / (len(tried) or 1)


@contextmanager
def example_house() -> Iterator[House]:
    """The starter lists and the example records, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new_content(folder / "content")
        house = build_house(
            {"CONTENT_DIR": folder / "content", "INSTANCE_DIR": folder / "instance"}
        )
        house.library.rebuild()
        load_examples(house.library, house.text, EXAMPLES, lambda done, total: None)
        yield house
        house.database.close()


def figures(data: Path) -> list[Figure]:
    """For `python -m benchmarks`; the generated records under `data` have no part in it."""
    with example_house() as house:
        tried = try_all(house.library)
    held = [t for t in tried if t.pair.held]
    made = []
    for what, part in (("words of the field", tried), ("of which held back", held)):
        without = f"without synonyms and spelling {success(part, help=False):.2f}"
        helped = success(part, help=True)
        made.append(
            Figure(f"{what}: success@{FIRST}", helped, "", WITH, least=True, baseline=without)
        )
    alone = success(tried, help=False)
    return [*made, Figure("words of the field without synonyms and spelling", alone, "", WITHOUT)]


def report(tried: Sequence[Tried]) -> str:
    kinds = dict.fromkeys(t.pair.kind for t in tried)
    rows = [(kind, [t for t in tried if t.pair.kind == kind]) for kind in kinds]
    rows += [
        ("tuned on", [t for t in tried if not t.pair.held]),
        ("held back", [t for t in tried if t.pair.held]),
        ("all", list(tried)),
    ]
    lines = [f"{'success@5':14}{'pairs':>6}{'with':>8}{'without':>9}"]
    lines += [
        f"{name:14}{len(part):6}{success(part, help=True):8.3f}{success(part, help=False):9.3f}"
        for name, part in rows
    ]
    missed = [t.pair for t in tried if not t.helped and not t.pair.held]
    lines += ["", "missed, of those tuned on:"]
    lines += [f"  {p.kind}: {p.typed} ({', '.join(sorted(p.right))})" for p in missed]
    return "\n".join(lines)


def main() -> None:
    with example_house() as house:
        print(report(try_all(house.library)))


if __name__ == "__main__":
    main()
