"""One lesson added to a large index: what it costs, and when others see it. And what one more worker's memory is."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from math import ceil
from pathlib import Path
from statistics import median

from benchmarks import many
from benchmarks.asked import questions
from benchmarks.engines import KEYS, Ours
from benchmarks.many import Lists
from benchmarks.table import Figure
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.domain.query import Query
from lessons.domain.record import Record, Stored
from lessons.domain.synonyms import Synonyms

ADDED = 60
TENDED_EVERY = 10  # lessons; in life, upkeep runs beside the saves
SEEN = 15
SAMPLE = 2_000
SPREAD = 3.0  # times the median that the slowest twentieth may take
SOON = 1_000.0  # milliseconds
PATIENCE = 10.0  # seconds
_NONE = Synonyms()


def figures(data: Path, known: Lists, size: int, limit: float | None) -> Iterator[Figure]:
    """limit: milliseconds of processor time."""
    index = many.copied(many.folder(data, size), known, size)
    fresh = islice(many.records(known), size, size + ADDED + SEEN)
    added = list(map(_marked, fresh, range(ADDED + SEEN)))
    here = sorted(_add_here(index, added[:ADDED]))
    middle, slow = median(here), here[ceil(ADDED * 0.95) - 1]
    there = sorted(_seen_there(index, added[ADDED:]))
    what = f"{size:,} lessons, one added"
    yield Figure(f"{what}: processor time until found in this process, p50", middle, "ms", limit)
    yield Figure(f"{what}, p95", slow, "ms", SPREAD * middle if limit else None)
    yield Figure(
        f"{what}: until another process finds it, slowest of {SEEN}", there[-1], "ms", SOON
    )


def _marked(record: Record, number: int) -> Stored:
    """With a word of its own, by which it is found; one that every officer may read."""
    record = record.with_(
        title=f"Marked zq{number}q", state="identified", marking="official", groups=()
    )
    return many.stored(record)


def _finds(index: WhooshIndex, title: str) -> bool:
    query = Query((title.split()[-1],), keys=KEYS)
    return index.search(query, _NONE).total > 0


def _add_here(index: WhooshIndex, added: list[Stored]) -> Iterator[float]:
    """Milliseconds of processor time of each."""
    _finds(index, "warm")
    for number, each in enumerate(added):
        if number % TENDED_EVERY == TENDED_EVERY - 1:
            index.tend()
            _finds(index, "warm")
        begun = time.process_time()
        index.put(each)
        if not _finds(index, each.record.title):
            raise OSError("what was added is not found")
        yield (time.process_time() - begun) * 1000


def _seen_there(index: WhooshIndex, added: list[Stored]) -> Iterator[float]:
    """Milliseconds from the beginning of each save until another process, which asks without rest, finds it."""
    with _another("watch", str(index.folder)) as other:
        for each in added:
            other.ask(each.record.title)
            time.sleep(0.05)
            begun = time.monotonic()
            index.put(each)
            yield (float(other.answer()) - begun) * 1000


class _Other:
    """A process that is asked and answers line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def _another(*arguments: str) -> Iterator[_Other]:
    command = [sys.executable, "-m", "benchmarks.adding", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        other = _Other(process)
        try:
            other.answer()  # that it is ready
            yield other
        finally:
            process.kill()


def memory(data: Path, size: int, limit: float | None) -> Iterator[Figure]:
    """Of the second of two processes that answered every question, while the first is there. limit: MB."""
    arguments = ("answer", str(data), str(size))
    with _another(*arguments), _another(*arguments) as second:
        second.ask("memory")
        pss, uss = map(float, second.answer().split())
    yield Figure(
        f"{size:,} lessons, memory of one more worker", uss, "MB", limit,
        baseline=f"with its share of what all share (PSS) {pss:,.0f} MB",
    )  # fmt: skip


def _held() -> tuple[float, float]:
    """MB of this process: with its share of what it shares (PSS), and its own alone (USS)."""
    sizes: dict[str, int] = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0])
    return sizes["Pss"] / 1024, (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024


def _watch(folder: Path) -> None:
    index = WhooshIndex(folder, lambda: many.TODAY)
    _finds(index, "warm")
    print("ready", flush=True)
    for line in sys.stdin:
        until = time.monotonic() + PATIENCE
        while not _finds(index, line) and time.monotonic() < until:
            time.sleep(0.005)
        print(time.monotonic(), flush=True)


def _answer(data: Path, size: int) -> None:
    known = many.lists(data)
    ours = Ours(many.built(many.folder(data, size), known, size), known.synonyms)
    for each in questions(many.source(), many.first(known, SAMPLE)):
        ours.page(each)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(*_held(), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        _watch(Path(sys.argv[2]))
    else:
        _answer(Path(sys.argv[2]), int(sys.argv[3]))
