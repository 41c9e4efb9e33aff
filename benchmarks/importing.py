"""`lessons import` of 20,000 lines, each record kept and found when it ends; and a start with nothing to do."""

import json
import shutil
import time
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from benchmarks import baseline
from benchmarks.generate import LESSONS, Maker, new_content, open_house
from benchmarks.server import run, served
from benchmarks.table import Figure
from benchmarks.words import words
from lessons.domain.record import Kind
from lessons.domain.schema import to_words

FEW = 2_000  # records of the baseline
TAKEN = ("title", "learning", "occurred", "themes", "four_p", "threats", "tactics", "partners", "unit",
         "marking")  # fmt: skip


def figures(data: Path) -> list[Figure]:
    apart = Path(mkdtemp(prefix="import-", dir=data))
    try:
        new_content(apart / "content")
        house = open_house(apart)
        maker = Maker(words(), house.library.vocabularies)
        rows = apart / "rows.jsonl"
        _write(rows, maker)
        stock = _stock(apart, maker)
        house.database.close()
        begun = time.perf_counter()
        done = run(apart, "import", str(rows), "--json")
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise OSError(done.stderr.decode()[-2_000:] or done.stdout.decode()[-2_000:])
    finally:
        shutil.rmtree(apart)
    return [
        Figure(f"import of {LESSONS:,} lines: kept, with history, and indexed", LESSONS / seconds, "/s", 250,
               least=True, baseline=f"stock Whoosh, indexing alone {stock:,.0f}/s"),
    ]  # fmt: skip


def _write(path: Path, maker: Maker) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(LESSONS):
            record = maker.lesson(number)
            row = {n: to_words(record.fields[n]) for n in TAKEN if n in record.fields}
            text = "\n\n".join(record.texts.values())
            file.write(json.dumps({"source_id": f"B{number}", **row, "text": text}) + "\n")


def _stock(apart: Path, maker: Maker) -> float:
    """Records a second, of `FEW` in one commit."""
    records = list(islice((r for r in maker.records() if r.kind is Kind.LESSON), FEW))
    begun = time.perf_counter()
    return baseline.make(apart / "stock", iter(records)) / (time.perf_counter() - begun)


def starting(data: Path) -> list[Figure]:
    """A second start: the first may have found something to do."""
    with served(data):
        pass
    with served(data) as here:
        return [
            Figure("warm start, nothing changed, until it says it is ready", here.started, "s", 3)
        ]
