"""Lessons by the ten thousand straight into an index, without a file each; each index is kept for the next run."""

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

from benchmarks.generate import WHEN, Maker, open_house
from benchmarks.words import Words, words
from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index.schema import signature
from lessons.domain.record import Record, Revision, Stored
from lessons.domain.synonyms import Synonyms
from lessons.domain.vocabulary import Vocabularies

TODAY = date(2026, 7, 1)
_MADE = Revision(1, WHEN, "benchmark", "import")


@dataclass(frozen=True, slots=True)
class Lists:
    """What the knowledge base itself brings to a search."""

    vocabularies: Vocabularies
    synonyms: Synonyms


def lists(data: Path) -> Lists:
    house = open_house(data)
    try:
        return Lists(house.library.vocabularies, house.library.reference.synonyms())
    finally:
        house.database.close()


@cache
def source() -> Words:
    return words()


def records(known: Lists) -> Iterator[Record]:
    """The same lessons in every run, without end."""
    maker = Maker(source(), known.vocabularies)
    return map(maker.lesson, range(2**25))


def first(known: Lists, count: int) -> Iterator[Record]:
    return islice(records(known), count)


def stored(record: Record) -> Stored:
    return Stored(record, _MADE, "1")


@dataclass(frozen=True, slots=True)
class Rate:
    """Lessons a second of one core's time, and of the clock."""

    core: float
    clock: float


def timed_build(folder: Path, held: Sequence[Stored]) -> Rate:
    """Building an index of these in a new folder, which is taken away again."""
    shutil.rmtree(folder, ignore_errors=True)
    begun, used = time.perf_counter(), cpu()
    WhooshIndex(folder, lambda: TODAY).rebuild(held)
    rate = Rate(len(held) / (cpu() - used), len(held) / (time.perf_counter() - begun))
    shutil.rmtree(folder)
    return rate


def cpu() -> float:
    """Seconds of processor time of this process and of the children that it has seen end."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def folder(data: Path, size: int) -> Path:
    """Where indexes of that many lessons are kept."""
    return data / "search" / str(size)


def built(folder: Path, known: Lists, count: int) -> WhooshIndex:
    """The index of the first `count` lessons, made unless this version of the product has made it before."""
    here = folder / f"index-{signature()}"
    index = WhooshIndex(here, lambda: TODAY)
    if not (here / "whole").exists():
        for old in folder.glob("index-*"):
            shutil.rmtree(old)
        print(f"making an index of {count:,} lessons …", file=sys.stderr)
        here.parent.mkdir(parents=True, exist_ok=True)
        index.rebuild(map(stored, first(known, count)))
        while index.tend():
            pass
        (here / "whole").touch()
    return index


def copied(folder: Path, known: Lists, count: int) -> WhooshIndex:
    """The same index once more, to be changed. Files of an index never change, so both share them."""
    built(folder, known, count)
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / f"index-{signature()}", copy, copy_function=_linked)
    return WhooshIndex(copy, lambda: TODAY)


def _linked(source: str, to: str) -> None:
    Path(to).hardlink_to(source)
