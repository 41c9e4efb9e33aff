"""Themes suggested for lessons whose own are hidden, beside the commonest themes and plain nearest neighbours.

Each set is taken in by `lessons import --create-themes` into a house of its own: the older 70 % with their themes; the
newer 30 % are asked for, and count where training has their themes. The example lessons of this repository are few, and
are asked for one by one, without themselves. The two files of others do not travel with the product.
"""

import csv
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import numpy as np

from benchmarks import table
from benchmarks.generate import new_content, open_house
from benchmarks.measures import Array, compare, recall
from benchmarks.server import run
from benchmarks.table import Figure
from benchmarks.words import ROOT
from lessons.app import House
from lessons.domain import access
from lessons.domain.access import SYSTEM
from lessons.domain.query import Query
from lessons.domain.record import Kind
from lessons.domain.schema import SHAPES
from lessons.services import insight
from lessons.services.exchange import load_examples

ENVIRONMENT = "BENCHMARK_LABELLED"
BESIDE = ROOT.parent / "shared" / "data"
OLDER = 0.7
NEIGHBOURS = 10  # of the plain vote
DEPTH = 5
SEED = 7
FREQUENT, NEAREST = 1.5, 1.1  # targets: times each baseline's recall
CPU = 50.0  # milliseconds
OURS, COMMON, PLAIN = "suggested", "commonest", f"{NEIGHBOURS} nearest"
LONGEST = SHAPES[Kind.LESSON]["detail"].limit
LONGEST_TITLE = SHAPES[Kind.LESSON]["title"].limit
TEXTS = ("abstract", "driving_event", "lessons", "recommendations", "evidence")

Suggest = Callable[["Labelled"], Sequence[str]]


@dataclass(frozen=True)
class Labelled:
    """A lesson and its themes, as labels or keys. own: its id in the house, where it is there."""

    source_id: str
    title: str
    text: str
    day: str
    themes: tuple[str, ...]
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Set:
    """judged: whether both targets can be reached at all; with a handful of themes five are nearly all of them."""

    name: str
    judged: bool
    rows: Callable[[Path], Iterator[Labelled]] | None = None


@dataclass
class Scores:
    """By method: recall@DEPTH and precision@1 of each lesson asked for."""

    recalls: dict[str, Array] = field(default_factory=dict)
    firsts: dict[str, Array] = field(default_factory=dict)
    themes: int = 0


# --- the sets ------------------------------------------------------------------------------------


def _llis(folder: Path) -> Iterator[Labelled]:
    with (folder / "llis.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            day = datetime.strptime(row["date"], "%m/%d/%Y").date().isoformat()
            text = "\n\n".join(row[name] for name in TEXTS if row.get(name))
            yield Labelled(row["id"], row["title"], text, day, _split(row["topics"], ","))


def _safenet(folder: Path, *columns: str) -> Iterator[Labelled]:
    with (folder / "safenet_sample.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.strptime(row["date"].split()[0], "%m/%d/%Y").date().isoformat()
            text = "\n\n".join(t for t in (row["text"], row["action"]) if t)
            themes = tuple(t for name in columns for t in _split(row[name], ";"))
            yield Labelled(row["id"], row["title"], text, day, themes)


def _split(cell: str | None, mark: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t.strip() for t in (cell or "").split(mark) if t.strip()))


EXAMPLES = Set("example lessons", judged=True)
SETS = (
    Set("LLIS topics", judged=True, rows=_llis),
    Set("SAFENET factors", judged=False, rows=lambda f: _safenet(f, "factors")),
    Set(
        "SAFENET factors, human factors",
        judged=False,
        rows=lambda f: _safenet(f, "factors", "human_factors"),
    ),
)


def halves(rows: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """The older and the newer, of those that have themes."""
    dated = sorted((r for r in rows if r.themes), key=lambda r: (r.day, r.source_id))
    cut = round(len(dated) * OLDER)
    return dated[:cut], dated[cut:]


# --- a house with the lessons in it --------------------------------------------------------------


def _house(place: Path, rows: Sequence[Labelled]) -> House:
    """Raises OSError where the import refuses anything."""
    new_content(place / "content")
    with (place / "rows.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(_as_row(row)) + "\n")
    done = run(place, "import", str(place / "rows.jsonl"), "--create-themes", "--json")
    if done.returncode:
        raise OSError((done.stderr or done.stdout).decode()[-2_000:])
    return open_house(place)


def _as_row(row: Labelled) -> dict[str, object]:
    title = (row.title or row.text).strip()[:LONGEST_TITLE] or "Untitled"
    return {"source_id": row.source_id, "title": title, "text": row.text[:LONGEST],
            "occurred": row.day, "themes": row.themes}  # fmt: skip


def _examples(house: House) -> Iterator[Labelled]:
    """The example lessons that are in the house, each to be asked for without itself."""
    for id in house.library.records.versions(Kind.LESSON):
        record = house.library.records.get(id).record
        text = "\n\n".join(record.texts.values())
        if record.keys("themes"):
            yield Labelled(id, record.title, text, "", record.keys("themes"), frozenset({id}))


# --- what is compared ----------------------------------------------------------------------------


def _plain(house: House, row: Labelled) -> list[str]:
    """A vote of the nearest, each counting one; of as many votes, the nearer first."""
    like = f"{row.title}\n{row.text}"
    query = Query(
        keys=access.keyring(SYSTEM), like=like, without=row.own, size=NEIGHBOURS, facets=False
    )
    votes: Counter[str] = Counter()
    for hit in house.library.search(SYSTEM, query, noted=False).hits:
        votes.update(hit.facts.get("themes") or ())  # type: ignore[call-overload]
    return [key for key, _ in votes.most_common()]


def _common(house: House, row: Labelled) -> dict[str, int]:
    query = Query(keys=access.keyring(SYSTEM), without=row.own, size=0)
    facets = house.library.search(SYSTEM, query, noted=False).facets
    return {count.key: count.count for count in facets["theme"] if count.count}


def _ours(house: House, row: Labelled) -> list[str]:
    found = insight.suggest(house.library, SYSTEM, row.title, row.text, without=row.own)
    return [each.key for each in found]


def measured(house: House, rows: Sequence[Labelled]) -> Scores:
    """All methods on these lessons, in one house. Themes that no lesson there has do not count."""
    vocabulary = house.library.vocabularies["theme"]
    scores = Scores()
    recalls: dict[str, list[float]] = {}
    firsts: dict[str, list[float]] = {}
    for row in rows:
        common = _common(house, row)
        terms = (vocabulary.find(theme) for theme in row.themes)
        right = {term.key: 1.0 for term in terms if term and term.key in common}
        if not right:
            continue
        scores.themes = max(scores.themes, len(common))
        ordered = sorted(common, key=lambda key: (-common[key], key))
        answers = {COMMON: ordered, PLAIN: _plain(house, row), OURS: _ours(house, row)}
        for name, keys in answers.items():
            recalls.setdefault(name, []).append(recall(keys, right, DEPTH))
            firsts.setdefault(name, []).append(float(bool(keys) and keys[0] in right))
    scores.recalls = {name: np.array(values) for name, values in recalls.items()}
    scores.firsts = {name: np.array(values) for name, values in firsts.items()}
    return scores


# --- what is printed -----------------------------------------------------------------------------


def lines(found: Sequence[tuple[Set, Scores]]) -> Iterator[tuple[str, ...]]:
    """A line for each set and method."""
    yield (
        "set",
        "themes",
        "asked",
        "method",
        f"recall@{DEPTH}",
        "precision@1",
        "suggested ÷ its recall",
        "p",
    )
    for each, scores in found:
        for name, recalls in scores.recalls.items():
            against = compare(scores.recalls[OURS], recalls)
            cells = ("–", "–") if name == OURS else (f"{against.ratio:.2f}", f"{against.flips:.3f}")
            yield (each.name, str(scores.themes), str(len(recalls)), name,
                   f"{recalls.mean():.3f}", f"{scores.firsts[name].mean():.3f}", *cells)  # fmt: skip


def judged(found: Sequence[tuple[Set, Scores]]) -> Iterator[Figure]:
    for each, scores in found:
        for baseline, target in ((COMMON, FREQUENT), (PLAIN, NEAREST)):
            one = compare(scores.recalls[OURS], scores.recalls[baseline])
            most = "" if each.judged else f"; {1 / one.theirs:.2f} is the most there can be"
            yield Figure(
                f"themes for {each.name}, recall@{DEPTH}", one.ratio, f"× {baseline}",
                target if each.judged else None, least=True,
                baseline=f"{one.ours:.3f} to {one.theirs:.3f}, p {one.flips:.3f}{most}",
            )  # fmt: skip


def _time(place: Path, rows: Sequence[Labelled]) -> Figure:
    """One suggestion among all these lessons, of which those without themes are given two by chance."""
    random = Random(SEED)
    known = sorted({theme for row in rows for theme in row.themes})
    tagged = [replace(r, themes=r.themes or tuple(random.sample(known, 2))) for r in rows]
    house = _house(place, tagged)
    times = []
    for row in rows[:: len(rows) // 200]:
        begun = time.process_time()
        insight.suggest(house.library, SYSTEM, row.title, row.text)
        times.append((time.process_time() - begun) * 1000)
    house.database.close()
    what = f"themes for one lesson among {len(rows):,}, processor time"
    return Figure(
        f"{what}, p50", float(np.median(times[1:])), "ms", CPU,
        baseline=f"p95 {np.percentile(times[1:], 95):.0f} ms",
    )  # fmt: skip


def figures(data: Path) -> list[Figure]:
    """For `python -m benchmarks`: every set whose file is there."""
    folder = Path(os.environ.get(ENVIRONMENT) or BESIDE)
    data.mkdir(parents=True, exist_ok=True)
    apart = Path(mkdtemp(prefix="suggestions-", dir=data))
    timed = []
    try:
        house = _house(apart / "examples", ())
        load_examples(house.library, house.text, ROOT / "content" / "examples", lambda *_: None)
        house.library.index.settle()
        found = [(EXAMPLES, measured(house, list(_examples(house))))]
        house.database.close()
        for number, each in enumerate(SETS):
            try:
                rows = list(each.rows(folder)) if each.rows else []
            except FileNotFoundError as error:
                print(f"{each.name} is not measured: {error}", file=sys.stderr)
                continue
            older, newer = halves(rows)
            house = _house(apart / str(number), older)
            found.append((each, measured(house, newer)))
            house.database.close()
            if each.rows is _llis:
                timed.append(_time(apart / "time", rows))
    finally:
        shutil.rmtree(apart)
    print(table.aligned(list(lines(found))) + "\n")
    return [*judged(found), *timed]
