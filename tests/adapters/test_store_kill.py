"""A writer is killed again and again, at random and at every single step: nothing acknowledged is ever lost."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessons.adapters.files import FileRecords, PlainText
from lessons.domain.errors import NotFound, StaleWrite
from lessons.domain.record import Kind, Record
from tests.adapters.writer import HOT, NOW, sha

ROOT = Path(__file__).parents[2]
KILLS = 30


class Writers:
    """Starts writers one after another, and remembers what they said was saved."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self.server = server
        self.saved: dict[tuple[str, int], str] = {}
        self.edited: dict[str, set[str]] = {}
        self.purging: set[str] = set()
        self.purged: set[str] = set()
        self.closing: set[tuple[str, int]] = set()
        self.closed: set[tuple[str, int]] = set()
        self.touched: set[str] = set()

    def start(self, order: str, folder: Path, number: int) -> int:
        self.touched = set()
        assert self.server.stdin
        self.server.stdin.write(f"{order}\t{folder}\t{number}\n")
        self.server.stdin.flush()
        while (words := self._heard())[0] != "pid":
            self._note(words)
        return int(words[1])

    def end(self) -> int:
        """Everything the last writer said is noted; how it ended."""
        while (words := self._heard())[0] != "dead":
            self._note(words)
        return int(words[1])

    def _heard(self) -> list[str]:
        assert self.server.stdout
        line = self.server.stdout.readline()
        assert line, "the server of writers has ended"
        return line.split()

    def _note(self, words: list[str]) -> None:
        match words:
            case ["began", *ids]:
                self.touched.update(ids)
            case ["saved", id, number, words_sha]:
                self.saved[id, int(number)] = words_sha
            case ["edited", id, words_sha]:
                self.edited.setdefault(id, set()).add(words_sha)
            case ["purging", id]:
                self.purging.add(id)
            case ["closing", id, number]:
                self.closing.add((id, int(number)))
            case ["closed", id, number]:
                self.closed.add((id, int(number)))
            case ["purged", id]:
                self.purged.add(id)
        self.touched.update(words[1:2])  # the id


@pytest.fixture
def writers() -> Iterator[Writers]:
    command = [sys.executable, "-m", "tests.adapters.writer"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as server:
        yield Writers(server)
        assert server.stdin
        server.stdin.close()
        assert server.wait(10) == 0


def left_over(folder: Path) -> list[Path]:
    inside = folder / ".history"
    return [*inside.glob("pending/*"), *inside.glob("temp/*")]


def assert_whole(folder: Path, writers: Writers, ids: set[str]) -> None:
    """What a person who opens the store after the kill may rely on."""
    store = FileRecords(folder, PlainText())
    assert left_over(folder) == []
    saved: dict[str, set[int]] = {}
    for id, number in writers.saved:
        saved.setdefault(id, set()).add(number)
    for id in ids:
        try:
            store.settle(id, at=NOW)  # an edit by hand was perhaps not yet kept
        except NotFound:
            assert not saved.get(id) or id in writers.purging
            assert not (folder / "lessons" / f"{id}.md").exists()
            assert not [*(folder / ".history" / "lessons" / id).glob("*")]
            continue
        assert id not in writers.purged
        assert_history(store, writers, id, saved.get(id, set()))


def assert_history(store: FileRecords, writers: Writers, id: str, saved: set[int]) -> None:
    current = store.get(id)
    numbers = [revision.number for revision in store.history(id)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert saved <= set(numbers)
    kept = {number: sha(store.revision(id, number).record) for number in numbers}
    closed = {revision.number for revision in store.history(id) if revision.closed}
    told, begun = ({n for i, n in said if i == id} for said in (writers.closed, writers.closing))
    assert told <= closed <= begun
    assert all(kept[number] == writers.saved[id, number] for number in saved - closed)
    assert all(not store.revision(id, number).record.title.strip(id) for number in closed)
    assert writers.edited.get(id, set()) <= set(kept.values())
    newest = store.revision(id, numbers[-1])
    assert current == newest
    assert store.versions()[id] == current.version


def assert_usable(folder: Path, id: str) -> None:
    store = FileRecords(folder, PlainText())
    now = store.settle(id, at=NOW)
    number = now.revision.number
    saved = store.put(now.record, expected=number, by="next", verb="save", at=NOW)
    assert (store.get(id), saved.revision.number) == (saved, number + 1)


@pytest.mark.parametrize("round", range(10))
def test_after_every_kill_all_that_was_acknowledged_is_there(writers, tmp_path, round):
    """Ten rounds of thirty kills."""
    chance = random.Random(round)
    store = FileRecords(tmp_path, PlainText())
    for id in HOT:
        store.put(Record(id, Kind.LESSON), expected=0, by="w", verb="save", at=NOW)
    interrupted, everything = 0, set(HOT)
    for kill in range(KILLS):
        pid = writers.start("endless", tmp_path, round * KILLS + kill)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(pid, signal.SIGKILL)
        assert writers.end() == -signal.SIGKILL
        interrupted += bool(left_over(tmp_path))
        assert_whole(tmp_path, writers, writers.touched | {chance.choice(HOT)})
        everything |= writers.touched
        assert_usable(tmp_path, chance.choice(HOT))
    assert_whole(tmp_path, writers, everything)
    assert set(store.versions()) <= everything
    assert list(store.strays()) == []
    assert interrupted, "all kills came at idle moments: this test shows nothing"
    assert writers.saved


def test_a_kill_at_any_single_step_leaves_all_or_nothing(writers, tmp_path):
    for step in range(1, 1_000):
        folder = tmp_path / str(step)
        writers.saved, writers.edited, writers.purging, writers.purged = {}, {}, set(), set()
        writers.closing, writers.closed = set(), set()
        writers.start("steps", folder, step)
        end = writers.end()
        assert end in (0, -signal.SIGKILL)
        assert_whole(folder, writers, writers.touched)
        if writers.saved and end:
            assert_usable(folder, next(iter(writers.saved))[0])
        if end == 0:
            break
    assert step > 60, "hardly a step was seen: this test shows nothing"
    assert len(writers.saved) == 5
    assert writers.closed


@pytest.mark.parametrize("ask", ["get", "settle", "put"])
def test_a_save_that_was_cut_off_is_finished_by_whoever_comes_next(writers, tmp_path, ask):
    """Also by a server that was running all the time, and opened the store long before."""
    long_open, id = cut_off(writers, tmp_path)
    assert writers.saved == {}
    if ask == "get":
        assert long_open.get(id).revision.number == 1
    elif ask == "settle":
        assert long_open.settle(id, at=NOW).revision.verb == "save"
    else:
        changed = long_open.revision(id, 1).record.with_(title="Changed")
        with pytest.raises(StaleWrite):
            long_open.put(changed, expected=0, by="next", verb="save", at=NOW)
        long_open.put(changed, expected=1, by="next", verb="save", at=NOW)
    assert [revision.by for revision in long_open.history(id)] == ["w", "next"][
        : 1 + (ask == "put")
    ]
    stored = long_open.get(id)
    assert stored == long_open.revision(id, stored.revision.number)
    assert stored.version == long_open.versions()[id]
    assert left_over(tmp_path / "content") == []


def cut_off(writers: Writers, folder: Path) -> tuple[FileRecords, str]:
    """A store, and the id of a record of which the first revision is there and the current file is not."""
    for step in range(1, 200):
        inside = folder / "content"
        shutil.rmtree(inside, ignore_errors=True)
        long_open = FileRecords(inside, PlainText())
        writers.start("steps", inside, step)
        assert writers.end() == -signal.SIGKILL
        for path in inside.glob(".history/lessons/*/000001.md"):
            assert not (inside / "lessons" / f"{path.parent.name}.md").exists()
            return long_open, path.parent.name
    raise AssertionError("the first save was never cut off")
