"""How well search ranks, beside tantivy and stock Whoosh, on test collections with known answers.

`python -m benchmarks.relevance [NAME…] [--quick] [--collections FOLDER] [--cache FOLDER] [--markdown FILE]
[--model FOLDER]`
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import collections, table
from benchmarks.collections import RELATED, Collection, NoCollections
from benchmarks.indexed import Ours, without_extracts
from benchmarks.measures import (
    DEPTH,
    REACH,
    Array,
    Comparison,
    Run,
    Scores,
    compare,
    compare_all,
    evaluate,
    recall,
)
from benchmarks.rivals import LIKE_SETTINGS, Engine, Tantivy, rivals
from benchmarks.table import Figure
from benchmarks.words import CACHE
from lessons.adapters.onnx_sentences import OnnxSentences
from lessons.domain.errors import BadSetting
from lessons.ports import SentenceModel

KEPT = CACHE / "lessons-relevance"
OURS, RIVAL, TUNED = "ours", "tantivy", "tantivy, tuned"
MEAN, EACH, SIMILAR = 1.06, 0.98, 1.05  # targets: parts of tantivy's figure
COLUMNS = (f"nDCG@{DEPTH}", "MAP", f"recall@{REACH}")

Search = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Measured:
    """One collection. scores: by engine. seconds: our searches, all. similar: see `likeness`."""

    collection: Collection
    scores: Mapping[str, Scores]
    seconds: float
    similar: tuple[Comparison, str] | None = None

    def against(self, engine: str) -> Comparison:
        return compare(self.scores[OURS].ndcg, self.scores[engine].ndcg)


@dataclass
class Report:
    """All collections that were asked for."""

    measured: list[Measured] = field(default_factory=list)

    def against(self, engine: str) -> Comparison:
        """Over all collections, each weighing the same."""
        ours, theirs = ([m.scores[e].ndcg for m in self.measured] for e in (OURS, engine))
        return compare_all(ours, theirs)

    def means(self, engine: str) -> Array:
        """nDCG, MAP and recall, as means of the means."""
        rows = np.array([_means(m.scores[engine]) for m in self.measured], np.float64)
        means: Array = rows.mean(axis=0)
        return means


def run_of(search: Search, collection: Collection) -> Run:
    """The first `REACH` for every query, without the document that the query is made of."""
    found = {}
    for query, text in collection.queries.items():
        own = collection.own(query)
        found[query] = [id for id in search(text, REACH + 1) if id != own][:REACH]
    return found


def measure(collection: Collection, cache: Path, model: SentenceModel | None = None) -> Measured:
    """Every engine on one collection."""
    others = rivals(collection, cache / "stock" / collection.name)
    ours = Ours(collection, cache / "ours", model)
    begun = time.perf_counter()
    scores = {OURS: evaluate(run_of(ours.search, collection), collection.gains)}
    seconds = time.perf_counter() - begun
    for name, engine in others.items():
        scores[name] = evaluate(run_of(engine.search, collection), collection.gains)
    similar = likeness(collection, ours, others) if collection.name == RELATED else None
    return Measured(collection, scores, seconds, similar)


def likeness(
    collection: Collection, ours: Ours, others: Mapping[str, Engine]
) -> tuple[Comparison, str]:
    """recall@10 of lessons like a lesson, by its whole text; against tantivy's best setting, named in words."""
    theirs = {
        f"{name}, {setting[0]}/{setting[1]}/{setting[2]}": _recalls(
            collection, partial(engine.like, setting=setting)
        )
        for name, engine in others.items()
        if isinstance(engine, Tantivy)
        for setting in LIKE_SETTINGS
    }
    best = max(theirs, key=lambda name: float(theirs[name].mean()))
    return compare(_recalls(collection, ours.like), theirs[best]), best


def _recalls(collection: Collection, like: Search) -> Array:
    return np.array(
        [
            recall(like(collection.own(query), DEPTH), right, DEPTH)
            for query, right in collection.gains.items()
        ]
    )


# --- what is printed -----------------------------------------------------------------------------


def rows(report: Report) -> Iterator[tuple[str, ...]]:
    """A line for each collection and engine, then the means."""
    yield "collection", "engine", *COLUMNS, "ours ÷ its nDCG", "p (t-test)", "p (randomisation)"
    for m in report.measured:
        for engine, scores in m.scores.items():
            compared = m.against(engine) if engine != OURS else None
            yield m.collection.name, engine, *_cells(_means(scores), compared)
    if len(report.measured) > 1:
        for engine in report.measured[0].scores:
            compared = report.against(engine) if engine != OURS else None
            yield "mean", engine, *_cells(report.means(engine), compared)


def _means(scores: Scores) -> tuple[float, float, float]:
    return float(scores.ndcg.mean()), float(scores.average.mean()), float(scores.recall.mean())


def _cells(means: Sequence[float] | Array, compared: Comparison | None) -> tuple[str, ...]:
    figures = tuple(f"{value:.3f}" for value in means)
    if compared is None:
        return (*figures, "–", "–", "–")
    return (*figures, f"{compared.ratio:.3f}", _p(compared.t), _p(compared.flips))


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"


def judged(report: Report) -> list[Figure]:
    """The figures that have targets."""
    found: list[Figure] = []
    if len(report.measured) > 1:
        mean, tuned = report.against(RIVAL), report.against(TUNED)
        found.append(
            Figure(f"mean nDCG@{DEPTH} over {len(report.measured)} collections",
                   mean.ratio, table.RIVALS, MEAN, least=True,
                   baseline=f"{mean.ours:.3f} to {mean.theirs:.3f}, p {_p(mean.flips)}; "
                            f"{tuned.ratio:.3f} × tantivy tuned ({tuned.theirs:.3f})")
        )  # fmt: skip
    for m in report.measured:
        one = m.against(RIVAL)
        found.append(
            Figure(f"nDCG@{DEPTH} on {m.collection.name}", one.ratio, table.RIVALS, EACH,
                   least=True, baseline=f"{one.ours:.3f} to {one.theirs:.3f}, p {_p(one.flips)}")
        )  # fmt: skip
        if m.similar:
            like, setting = m.similar
            found.append(
                Figure(f"similar lessons, recall@{DEPTH}, beside its more-like query", like.ratio,
                       table.RIVALS, SIMILAR, least=True,
                       baseline=f"{like.ours:.3f} to {like.theirs:.3f} ({setting}), p {_p(like.flips)}")
            )  # fmt: skip
    return found


def measured(
    names: Sequence[str], place: Path, cache: Path, model: SentenceModel | None = None
) -> Report:
    """Those collections; all that are there where none is named. Raises NoCollections."""
    report = Report()
    for name in names or collections.names(place):
        print(f"measuring {name} …", file=sys.stderr)
        report.measured.append(measure(collections.read(place, name), cache, model))
    if not report.measured:
        raise NoCollections(f"Relevance is not measured: {place} holds no test collection.")
    return report


def figures(data: Path) -> list[Figure]:
    """For `python -m benchmarks`: every collection, where there are any."""
    try:
        report = measured((), collections.folder(), data)
    except NoCollections as error:
        print(error, file=sys.stderr)
        return []
    print(table.aligned(list(rows(report))) + "\n")
    return judged(report)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="collections  [all that are there]"
    )
    parser.add_argument("--collections", type=Path, help="folder with a folder for each collection")
    parser.add_argument("--cache", type=Path, default=KEPT, help=f"indexes kept there [{KEPT}]")
    parser.add_argument("--markdown", type=Path, help="write the tables there as well")
    parser.add_argument("--quick", action="store_true", help="without making extracts")
    parser.add_argument(
        "--model", type=Path, help="folder with a sentence model, used in place of what is learnt"
    )
    given = parser.parse_args()
    try:
        model = OnnxSentences(given.model) if given.model else None
        with without_extracts() if given.quick else nullcontext():
            report = measured(
                given.names, collections.folder(given.collections), given.cache, model
            )
    except (NoCollections, BadSetting) as error:
        print(error, file=sys.stderr)
        return
    found, lines = judged(report), list(rows(report))
    print(f"{table.aligned(lines)}\n\n{table.plain(found)}")
    if given.markdown:
        text = f"{table.piped(lines)}\n\n{table.markdown(found)}\n"
        given.markdown.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
