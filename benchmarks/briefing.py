"""A pack for an operation: whether it holds the lessons that belong there, how soon it is built, how soon printed.

Two sets. The operations of the example knowledge base: asked with their entry in the register and their plans, right
are the lessons that came from them; which operation they are is taken out, so that the lessons must be found. And
lessons that cite one another, taken in by `lessons import --create-themes` as any force would: asked with the whole
text of one of them as it stands, right are those that it cites or that cite it; told apart is what is left where the
numbers by which they cite, and the titles that they quote, are taken out for all. Plain search gets the very same
text, with the labels of the fields in words: as the results page asks, and as the like of a text, which reads all of
it. Settings were chosen mostly on every second query; the others are told by themselves, though what to recognise was
learnt from looking at both.

`python -m benchmarks.briefing` measures the quality alone.
"""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import numpy as np

from benchmarks import collections, table
from benchmarks.generate import LESSONS, new_content, open_house
from benchmarks.measures import Array, Comparison, compare, compare_all, recall
from benchmarks.server import run
from benchmarks.suggestions import LONGEST, LONGEST_TITLE, TEXTS
from benchmarks.table import Figure
from benchmarks.words import ROOT, words
from lessons.app import House
from lessons.domain import access, pack
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.paper import Heading, Paper, Para
from lessons.domain.query import Query
from lessons.domain.record import Kind, Record
from lessons.domain.schema import SHAPES
from lessons.domain.states import GOOD
from lessons.library import Library
from lessons.services.brief.building import build
from lessons.services.exchange import load_examples
from lessons.services.find import like_text

DEPTH = 10
SEED = 7
BETTER = 1.15  # times plain search
TARGET = 300.0  # milliseconds, p95
PRINTED = 2.0  # seconds
TIMES = 60  # packs that are timed
SCANS = 2  # of all lessons, for the naive way
HOSTILE = 2_000_000  # characters of an order
OURS, PAGE, LIKE, TANTIVY = "pack", "results page", "like of a text", "tantivy"
FIELDS = tuple(
    name for name in pack.FIELDS if any(f.name == name for f in SHAPES[Kind.BRIEFING].fields)
)
_NUMBER = re.compile(r"\b0*(\d{2,5})\b")
_CITING = re.compile(r"(?i)(?:lesson|llis|learned|plls|#|no\.?)[^.]{0,30}$")
_BRACKETS = re.compile(r"\([^()]{0,100}\)|\[[^\[\]]{0,100}\]")
NOTHING = ""

Method = Callable[["Asking"], Sequence[str]]


@dataclass(frozen=True)
class Asking:
    """asked: a briefing that is not kept. text: the same in words, for plain search. own: what is no answer."""

    asked: Record
    text: str
    right: frozenset[str]
    own: str = NOTHING


@dataclass(frozen=True)
class Measured:
    """recalls: by method, of each query."""

    name: str
    recalls: Mapping[str, Array]

    def against(self, plain: str, rows: slice = slice(None)) -> Comparison:
        return compare(self.recalls[OURS][rows], self.recalls[plain][rows])


def _asking(
    library: Library, title: str, plan: str, given: Record, right: set[str], own: str = NOTHING
) -> Asking:
    """given: a record with the fields."""
    fields = {name: given.fields[name] for name in FIELDS if name in given.fields}
    rows = ({"lesson": own},) if own else ()
    asked = Record(
        "B-2000-00000",
        Kind.BRIEFING,
        fields={"title": title, "lessons": rows, **fields},
        texts={"plan": plan},
    )
    shape = SHAPES[Kind.BRIEFING]
    labels = (library.vocabularies.label(shape[name].vocabulary, key) if shape[name].vocabulary else key
              for name in FIELDS for key in asked.keys(name))  # fmt: skip
    return Asking(asked, "\n".join((title, plan, " ".join(labels))), frozenset(right), own)


# --- the sets ------------------------------------------------------------------------------------


def operations(library: Library) -> Iterator[Asking]:
    """Each with its entry and its plans; what it is called is a code name, and says nothing."""
    debriefs = {d.id: d.line("operation") for d in library.ledger(SYSTEM, Kind.DEBRIEF)}
    right: dict[str, set[str]] = {}
    for line in library.ledger(SYSTEM, Kind.LESSON):
        if line.line("state") in GOOD:
            for id in {line.line("operation"), debriefs.get(line.line("debrief"), "")} - {""}:
                right.setdefault(id, set()).add(line.id)
    plans: dict[str, list[str]] = {}
    for line in library.ledger(SYSTEM, Kind.BRIEFING):
        plans.setdefault(line.line("operation"), []).append(
            library.open(SYSTEM, line.id).record.texts.get("plan", "")
        )
    for id, lessons in sorted(right.items()):
        operation = library.open(SYSTEM, id).record
        plan = "\n".join((operation.texts.get("summary", ""), *plans.get(id, ())))
        yield _asking(library, operation.title, plan, operation, lessons)


def _citing(place: Path) -> House:
    """The lessons with their fields: topics are themes, the organisation is the unit."""
    source = place / "rows.jsonl"
    new_content(place / "content")
    with source.open("w", encoding="utf-8") as file:
        for row in _rows():
            day = datetime.strptime(row["date"], "%m/%d/%Y").date().isoformat()
            text = "\n\n".join(row[name] for name in TEXTS if row.get(name))
            topics = [t.strip() for t in (row["topics"] or "").split(",") if t.strip()]
            made = {
                "source_id": row["id"],
                "title": (row["title"] or text).strip()[:LONGEST_TITLE] or "Untitled",
                "text": text[:LONGEST],
                "occurred": day,
                "themes": topics,
                "unit": row["organization"][:80],
            }
            file.write(json.dumps(made) + "\n")
    done = run(place, "import", str(source), "--create-themes", "--json")
    if done.returncode:
        raise OSError((done.stderr or done.stdout).decode()[-2_000:])
    house = open_house(place)
    house.library.index.settle()
    return house


def _rows() -> Iterator[dict[str, str]]:
    with (collections.folder().parent / "llis.jsonl").open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def related(
    library: Library, found: collections.Collection, change: Callable[[str], str]
) -> Iterator[Asking]:
    """change: what is taken out of the texts."""
    ids = {line.line("source_id"): line.id for line in library.ledger(SYSTEM, Kind.LESSON)}
    for query in found.queries:
        right = found.gains[query]
        own = ids[found.own(query)]
        lesson = library.open(SYSTEM, own).record
        plan = change(found.documents[found.own(query)].text)
        yield _asking(library, lesson.title, plan, lesson, {ids[r] for r in right}, own)


def without_numbers(known: frozenset[str]) -> Callable[[str], str]:
    """Takes out the numbers by which lessons are cited, and no other number."""

    def change(text: str) -> str:
        def kept(match: re.Match[str]) -> str:
            before = text[max(0, match.start() - 40) : match.start()]
            return " " if match[1] in known and _CITING.search(before) else match.group()

        return _NUMBER.sub(kept, text)

    return change


def without_titles(titles: Sequence[str]) -> Callable[[str], str]:
    """Takes out the titles of lessons as well."""
    bare = (_BRACKETS.sub("", title).strip() for title in titles)
    known = sorted({t for t in bare if len(t.split()) > 3}, key=len, reverse=True)

    def change(text: str) -> str:
        held = text.casefold()
        for title in known:
            if title.casefold() in held:
                text = re.sub(re.escape(title), " ", text, flags=re.IGNORECASE)
        return text

    return change


# --- what is compared ----------------------------------------------------------------------------


def methods(library: Library) -> dict[str, Method]:
    def ours(each: Asking) -> list[str]:
        return [p.lesson.id for p in build(library, SYSTEM, each.asked, most=DEPTH).picked]

    def page(each: Asking) -> list[str]:
        found = [hit.id for hit in like_text(library, SYSTEM, each.text, DEPTH + 1).hits]
        return [id for id in found if id != each.own][:DEPTH]

    def like(each: Asking) -> list[str]:
        query = Query(keys=access.keyring(SYSTEM), like=each.text, without=frozenset({each.own}), size=DEPTH,
                      expand=False, facets=False, suggest=False)  # fmt: skip
        return [hit.id for hit in library.search(SYSTEM, query, noted=False).hits]

    return {OURS: ours, PAGE: page, LIKE: like}


def measured(name: str, asked: Sequence[Asking], by: Mapping[str, Method]) -> Measured:
    found = {
        method: np.array(
            [recall(ask(each), dict.fromkeys(each.right, 1.0), DEPTH) for each in asked]
        )
        for method, ask in by.items()
    }
    return Measured(name, found)


def _tantivy(found: collections.Collection, ids: Mapping[str, str]) -> Method:
    from benchmarks.rivals import Tantivy

    engine = Tantivy(found.documents.values(), title=0.3, repeats=True)

    def ask(each: Asking) -> list[str]:
        hits = (ids[id] for id in engine.search(each.text, DEPTH + 1))
        return [id for id in hits if id != each.own][:DEPTH]

    return ask


def quality() -> list[Measured]:
    """The two sets of the target first, then the citing lessons with less and less in their texts."""
    place = Path(mkdtemp(prefix="briefing-"))
    try:
        new_content(place / "examples" / "content")
        house = open_house(place / "examples")
        house.library.rebuild()
        load_examples(house.library, house.text, ROOT / "content" / "examples", lambda *_: None)
        house.library.index.settle()
        library = house.library
        found = [
            measured(
                "operations of the example records", list(operations(library)), methods(library)
            )
        ]
        house.database.close()
        return found + _of_related(place / "related")
    finally:
        shutil.rmtree(place)


def _of_related(place: Path) -> list[Measured]:
    try:
        cited = collections.read(collections.folder(), collections.RELATED)
        house = _citing(place)
    except (collections.NoCollections, OSError) as error:
        print(f"Related lessons are left out: {error}", file=sys.stderr)
        return []
    library = house.library
    ids = {line.line("source_id"): line.id for line in library.ledger(SYSTEM, Kind.LESSON)}
    numbers = without_numbers(frozenset(ids))
    titles = without_titles([document.title for document in cited.documents.values()])
    by = methods(library)

    def both(text: str) -> str:
        return titles(numbers(text))

    also = {**by, TANTIVY: _tantivy(cited, ids)}
    found = [
        measured("lessons that cite one another", list(related(library, cited, lambda t: t)), also),
        measured("the same, numbers taken out", list(related(library, cited, numbers)), also),
        measured("the same, numbers and titles taken out", list(related(library, cited, both)), by),
    ]  # fmt: skip
    house.database.close()
    return found


def quality_figures(found: Sequence[Measured]) -> list[Figure]:
    figures = []
    for place, each in enumerate(found):
        for plain in (PAGE, LIKE, *([TANTIVY] if TANTIVY in each.recalls else [])):
            figures.append(_figure(each.name, plain, each.against(plain), None))
        if place in (1, 2):
            figures.append(
                _figure(
                    f"{each.name}, half not chosen on",
                    PAGE,
                    each.against(PAGE, slice(1, None, 2)),
                    None,
                )
            )
    sets = found[:2]
    for plain in (PAGE, LIKE):
        every = compare(*(np.concatenate([s.recalls[m] for s in sets]) for m in (OURS, plain)))
        target = BETTER if plain == PAGE else None
        figures.append(_figure("all queries of both sets", plain, every, target))
        both = compare_all([s.recalls[OURS] for s in sets], [s.recalls[plain] for s in sets])
        figures.append(_figure("both sets weighing the same", plain, both, None))
    return figures


def _figure(name: str, plain: str, found: Comparison, target: float | None) -> Figure:
    told = (
        f"{found.ratio:.3f}: pack {found.ours:.3f}, {plain} {found.theirs:.3f}; "
        f"p {found.t:.2g} (t), {found.flips:.2g} (signs)"
    )
    return Figure(f"recall@{DEPTH}, {name}", found.ratio, "×", target, least=True, baseline=told)


# --- speed ---------------------------------------------------------------------------------------


def speed_figures(data: Path) -> list[Figure]:
    """On the 20,000 lessons under `data`, as an officer."""
    house = open_house(data)
    library = house.library
    library.index.settle()
    reader = User("officer", Role.OFFICER)
    asked = list(_plans(library))
    for plan, order in asked[:3]:
        build(library, reader, plan, order=order)
    ours = _sorted(partial(build, library, reader, plan, order=order) for plan, order in asked)
    plain = _sorted(partial(_plain, library, reader, _words(plan)) for plan, _ in asked)
    naive = _sorted(partial(_scan, library, reader, _words(plan)) for plan, _ in asked[:SCANS])[0]
    first = asked[0][0]
    hostile = _sorted(partial(build, library, reader, first, order=o) for o in _hostile())[-1]
    paper = _paper(library, reader, first)
    pdf = _sorted([partial(house.printers["pdf"].print, paper)] * 3)[-1]
    house.database.close()
    aside = (
        f"plain search {plain[len(plain) // 2]:,.0f} ms p50, {plain[int(len(plain) * 0.95)]:,.0f} ms p95; "
        f"every lesson read and scored {naive:,.0f} ms"
    )
    return [
        Figure(f"pack from {LESSONS:,} lessons, p50", ours[len(ours) // 2], "ms", baseline=aside),
        Figure(f"pack from {LESSONS:,} lessons, p95", ours[int(len(ours) * 0.95)], "ms", TARGET, baseline=aside),
        Figure("pack for an order of 2 MB made to be slow", hostile, "ms", 1_000),
        Figure("PDF of ten lessons", pdf / 1_000, "s", PRINTED),
    ]  # fmt: skip


def _sorted(each: Iterable[Callable[[], object]]) -> list[float]:
    """How long each took, in milliseconds, the quickest first."""
    times = []
    for what in each:
        begun = time.perf_counter()
        what()
        times.append((time.perf_counter() - begun) * 1_000)
    return sorted(times)


def _plans(library: Library) -> Iterator[tuple[Record, str]]:
    """Plans of different lengths; every fourth with an order of 50 pages."""
    source, random = words(), Random(SEED)
    lists = library.vocabularies
    for number in range(TIMES):
        fields = {
            name: tuple(random.sample([t.key for t in lists[SHAPES[Kind.BRIEFING][name].vocabulary].current], 3))
            for name in FIELDS
            if SHAPES[Kind.BRIEFING][name].vocabulary and name != "place_type"
        }  # fmt: skip
        title = source.text(random, 12)[:150]
        text = source.text(random, random.choice((30, 80, 200)))
        asked = Record(
            "B-2000-00000", Kind.BRIEFING, fields={"title": title, **fields}, texts={"plan": text}
        )
        yield asked, source.text(random, 25_000) if number % 4 == 3 else ""


def _words(asked: Record) -> str:
    return f"{asked.title}\n{asked.texts['plan']}"


def _plain(library: Library, reader: User, text: str) -> None:
    for hit in like_text(library, reader, text, DEPTH).hits:
        library.peek(reader, hit.id)


def _scan(library: Library, reader: User, text: str) -> list[str]:
    """Every lesson that may be read, by how many of the words it holds."""
    wanted = set(text.casefold().split())
    scores = {}
    for id in library.records.versions(Kind.LESSON):
        stored = library.peek(reader, id)
        if stored and stored.record.line("state") in GOOD:
            held = set(
                "\n".join((stored.record.title, *stored.record.texts.values())).casefold().split()
            )
            scores[id] = len(wanted & held)
    return sorted(scores, key=lambda id: -scores[id])[:DEPTH]


def _hostile() -> Iterator[str]:
    yield " ".join(f"w{n}" for n in range(HOSTILE // 7))[:HOSTILE]
    yield "arrest " * (HOSTILE // 7)
    yield "L-2026-" * (HOSTILE // 7)
    yield "x" * HOSTILE
    yield "lesson no. 1 " * (HOSTILE // 13)
    yield "a-" * (HOSTILE // 2)


def _paper(library: Library, reader: User, asked: Record) -> Paper:
    blocks: list[Heading | Para] = []
    for each in build(library, reader, asked, most=DEPTH).picked:
        blocks.append(Heading(each.lesson.title))
        blocks += [Para(text) for text in each.lesson.texts.values() if text]
    made = datetime.now(UTC).date().isoformat()
    return Paper(asked.title, blocks, marking="OFFICIAL", made=made)


def figures(data: Path) -> list[Figure]:
    return quality_figures(quality()) + speed_figures(data)


if __name__ == "__main__":
    print(table.plain(quality_figures(quality())))
