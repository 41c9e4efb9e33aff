"""Other processes that save: one that races with its like, one with a full disk, and writers that get killed.

`python -m tests.adapters.writer` reads a line for each writer and forks one, which is faster than starting Python anew:

    endless FOLDER SEED     saves for ever, to be killed from outside
    steps FOLDER K          does one of everything, and kills itself before the K-th motion on disk

It answers on standard output: `pid N`, then what the writer says, then `dead STATUS`. A writer says `began ID…` or
`purging ID` or `closing ID NUMBER` before, and `saved ID NUMBER SHA`, `edited ID SHA`, `purged ID` or
`closed ID NUMBER` after each thing it does.
"""

import hashlib
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from lessons.adapters.files import FileRecords, PlainText
from lessons.domain.errors import StaleWrite
from lessons.domain.record import Kind, Record, Stored, new_id
from lessons.ports import Change

NOW = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
HOT = [f"L-2026-H0T{i}0" for i in range(4)]
LIVES = 60  # seconds after which a forgotten writer ends by itself


def sha(record: Record) -> str:
    """Of the words of a record, whatever file they stand in."""
    words = repr((record.id, sorted(record.fields.items()), sorted(record.texts.items())))
    return hashlib.sha256(words.encode()).hexdigest()


def race(folder: str, id: str, name: str, lines: int, runners: int) -> int:
    """Add lines to one lesson, one save each, trying again when somebody was first; how often that was so.

    Nobody begins before all runners are there.
    """
    store, told = FileRecords(Path(folder), PlainText()), 0
    start = Path(folder).parent
    (start / f"ready-{name}").touch()
    while len([*start.glob("ready-*")]) < runners:
        time.sleep(0.005)
    for line in range(lines):
        while True:
            now = store.get(id)
            text = now.record.texts.get("lesson", "") + f"{name}{line}\n"
            try:
                number = now.revision.number
                store.put(
                    now.record.with_texts(lesson=text), expected=number, by=name, verb="x", at=NOW
                )
                break
            except StaleWrite:
                told += 1
    return told


def save_too_much(folder: str, id: str) -> bool:
    """Whether a save fails where files may have 10,000 bytes, which stands in for a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    store = FileRecords(Path(folder), PlainText())
    long = store.get(id).record.with_texts(happened="Rain. " * 5_000)
    try:
        store.put(long, expected=1, by="ann", verb="send", at=NOW)
    except OSError:
        return True
    return False


def say(*words: object) -> None:
    """In one write, so that a kill cannot halve it."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Writer:
    """Saves this and that, and says what was acknowledged."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.store = FileRecords(folder, PlainText())
        self.folder = folder
        self.chance = random.Random(seed)
        self.made: list[str] = []
        self.number = count()

    def record(self, id: str = "") -> Record:
        words = f"{next(self.number)} {self.chance.random()}"
        texts = {"happened": f"{words}\n" * self.chance.randrange(1, 400), "lesson": words}
        id = id or new_id(Kind.LESSON, 2026)
        return Record(id, Kind.LESSON, fields={"title": words}, texts=texts)

    def change(self, id: str) -> Change:
        return Change(self.record(id), self.store.settle(id, at=NOW).revision.number)

    def save(self, change: Change) -> None:
        say("began", change.record.id)
        number = change.expected
        self.told(self.store.put(change.record, expected=number, by="w", verb="save", at=NOW))

    def save_many(self, changes: Sequence[Change]) -> None:
        say("began", *(change.record.id for change in changes))
        for answer in self.store.put_many(changes, by="w", verb="save", at=NOW):
            assert isinstance(answer, Stored), answer
            self.told(answer)

    def told(self, stored: Stored) -> None:
        say("saved", stored.record.id, stored.revision.number, sha(stored.record))
        if stored.record.id not in HOT:
            self.made.append(stored.record.id)

    def edit(self, id: str) -> None:
        """By hand, as an editor does: beside, then renamed."""
        say("began", id)
        edited = self.store.get(id)
        record = self.record(id)
        beside = self.folder / ".edited"
        beside.write_text(PlainText().render(Stored(record, edited.revision)), newline="")
        beside.replace(self.folder / "lessons" / f"{id}.md")
        say("edited", id, sha(record))
        self.store.settle(id, at=NOW)

    def purge(self, id: str) -> None:
        self.made = [other for other in self.made if other != id]
        say("purging", id)
        self.store.purge(id, by="dee", why="test", at=NOW)
        say("purged", id)

    def redact(self, id: str, number: int) -> None:
        say("closing", id, number)
        self.store.redact(id, number, by="dee", why="test", at=NOW)
        say("closed", id, number)

    def new(self) -> Change:
        return Change(self.record(), 0)

    def endless(self) -> None:
        while True:
            what = self.chance.randrange(12)
            if what < 4:
                self.save(self.change(self.chance.choice(HOT)))
            elif what < 6:
                self.save(self.new())
            elif what < 7:
                some = self.chance.sample(HOT, 2)
                self.save_many([*(self.new() for _ in range(9)), *(self.change(i) for i in some)])
            elif what < 9:
                self.edit(self.chance.choice(HOT))
            elif self.made:
                self.purge(self.chance.choice(self.made))

    def one_of_everything(self) -> None:
        first = self.new()
        self.save(first)
        self.save(self.change(first.record.id))
        self.edit(first.record.id)
        doomed, kept = self.new(), self.new()
        self.save_many([doomed, self.change(first.record.id), kept])
        self.redact(first.record.id, 2)
        self.purge(doomed.record.id)


def killed_at(step: int, folder: Path) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook that counts motions in the folder, and is SIGKILL before one of them."""
    motions = {"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime"}
    seen = count(1)

    def hook(event: str, details: tuple[object, ...]) -> None:
        if event in motions and str(details[0]).startswith(str(folder)) and next(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def live(order: str, folder: Path, number: int) -> None:
    signal.alarm(LIVES)
    if order == "steps":
        folder.mkdir(exist_ok=True)
        sys.addaudithook(killed_at(number, folder))
        Writer(folder, 7).one_of_everything()
    else:
        Writer(folder, number).endless()


def serve() -> None:
    for line in sys.stdin:
        order, folder, number = line.rstrip("\n").split("\t")
        pid = os.fork()
        if not pid:
            status = 1
            try:
                live(order, Path(folder), int(number))
                status = 0
            finally:
                if status:
                    sys.excepthook(*sys.exc_info())
                os._exit(status)
        say("pid", pid)
        _, status = os.waitpid(pid, 0)
        say("dead", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    serve()
