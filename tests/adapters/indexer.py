"""Processes that change an index until they are killed; see `writer`, whose way of forking and dying is used here.

`python -m tests.adapters.indexer` reads a line for each: `steps FOLDER K` or `endless FOLDER SEED` or `hold FOLDER 0`,
which takes every lock and keeps it. They say `putting ID TITLE` before and `put ID TITLE` after each thing they do,
with a dash for the title of what is removed.
"""

import random
import signal
import sys
import time
from pathlib import Path

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index.folder import locked
from lessons.domain.record import Stored
from tests.adapters import writer
from tests.adapters.search_index import TODAY, id_of, lesson
from tests.adapters.writer import killed_at, say

REMOVED = "-"


class Changes:
    """Changes an index and says so."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.index = WhooshIndex(folder, lambda: TODAY)
        self.chance = random.Random(seed)

    def stored(self, number: int) -> Stored:
        return lesson(number, f"lamp{self.chance.randrange(1_000_000)}", "radio " * 20)

    def put(self, *numbers: int) -> None:
        stored = [self.stored(n) for n in numbers]
        say("putting", *(w for s in stored for w in (s.record.id, s.record.title)))
        self.index.put(*stored)
        say("put", *(w for s in stored for w in (s.record.id, s.record.title)))

    def remove(self, number: int, *, destroy: bool = False) -> None:
        say("putting", id_of(number), REMOVED)
        self.index.remove(id_of(number), destroy=destroy)
        say("put", id_of(number), REMOVED)

    def rebuild(self) -> None:
        stored = [self.stored(n) for n in range(30)]
        say("putting", *(w for s in stored for w in (s.record.id, s.record.title)))
        self.index.rebuild(stored)
        say("put", *(w for s in stored for w in (s.record.id, s.record.title)))

    def one_of_everything(self) -> None:
        self.put(1)
        self.put(*range(10, 15))
        self.remove(1)
        self.put(2)
        for _ in range(9):
            self.put(3)
        self.index.tend()
        self.remove(10, destroy=True)
        self.rebuild()

    def endless(self) -> None:
        while True:
            what = self.chance.randrange(12)
            if what < 6:
                self.put(self.chance.randrange(30))
            elif what < 8:
                self.put(*self.chance.sample(range(30), 5))
            elif what < 10:
                self.remove(self.chance.randrange(30), destroy=what == 9)
            elif what < 11:
                self.index.tend()
            else:
                self.rebuild()


def hold(folder: Path) -> None:
    with locked(folder / "upkeep.lock", 1), locked(next(folder.glob("[0-9]*")) / "write.lock", 1):
        time.sleep(writer.LIVES)


def live(order: str, folder: Path, number: int) -> None:
    signal.alarm(writer.LIVES)
    if order == "hold":
        hold(folder)
    elif order == "steps":
        changes = Changes(folder, number)
        sys.addaudithook(killed_at(number, folder))
        changes.one_of_everything()
    else:
        Changes(folder, number).endless()


if __name__ == "__main__":
    writer.live = live
    writer.serve()
