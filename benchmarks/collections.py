"""Search test collections: documents, queries, and which documents answer which query.

A folder holds one folder for each: docs.jsonl (id, title, text), queries.jsonl (id, text) and qrels.tsv (query,
document, gain). They are not the product's and do not travel with it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.words import ROOT

ENVIRONMENT = "BENCHMARK_COLLECTIONS"
BESIDE = ROOT.parent / "shared" / "data" / "relevance"
RELATED = "llis_related"  # its queries are lessons of the collection itself: r10 is lesson 10


@dataclass(frozen=True, slots=True)
class Document:
    """title: empty in some collections."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Collection:
    """documents and queries by id, queries only where something answers them; gains by query, then by document."""

    name: str
    documents: Mapping[str, Document]
    queries: Mapping[str, str]
    gains: Mapping[str, Mapping[str, float]]

    def own(self, query: str) -> str:
        """The document that the query is made of, which is no answer to it; "" where there is none."""
        return query.removeprefix("r") if self.name == RELATED else ""


class NoCollections(Exception):
    """There is nothing to measure with, in words for the person at the terminal."""


def folder(given: Path | None = None) -> Path:
    """Where the collections lie: as given, as the environment says, or beside the checkout. Raises NoCollections."""
    place = given or Path(os.environ.get(ENVIRONMENT) or BESIDE)
    if not place.is_dir():
        raise NoCollections(
            f"Relevance is not measured: there are no test collections in {place}. "
            f"Name their folder with --collections or {ENVIRONMENT}."
        )
    return place


def names(place: Path) -> list[str]:
    return sorted(path.parent.name for path in place.glob("*/qrels.tsv"))


def read(place: Path, name: str) -> Collection:
    """One collection. Raises NoCollections."""
    try:
        return _read(place / name)
    except (OSError, ValueError, LookupError) as error:
        raise NoCollections(f"The collection in {place / name} cannot be read: {error}") from None


def _read(place: Path) -> Collection:
    documents = {
        row["id"]: Document(row["id"], row["title"], row["text"])
        for row in _lines(place / "docs.jsonl")
    }
    gains: dict[str, dict[str, float]] = {}
    for line in (place / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            gains.setdefault(query, {})[document] = float(gain)
    queries = {r["id"]: r["text"] for r in _lines(place / "queries.jsonl") if r["id"] in gains}
    return Collection(place.name, documents, queries, gains)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
