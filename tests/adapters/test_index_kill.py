"""A process that changes the index is killed again and again: what it acknowledged is found, and nothing is torn."""

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

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index import keeper as module
from lessons.adapters.whoosh_index.folder import locked
from lessons.domain.access import SYSTEM
from lessons.domain.errors import Busy
from tests.adapters.indexer import REMOVED
from tests.adapters.search_index import TODAY, find, id_of, index_in, lesson

ROOT = Path(__file__).parents[2]
KILLS = 60
STEP = 7  # every so many motions on disk, one kill


class Killed:
    """Starts processes, and knows for each record what it may be after the last was killed."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self.server = server
        self.may_be: dict[str, set[str]] = {}

    def start(self, order: str, folder: Path, number: int) -> int:
        assert self.server.stdin
        self.server.stdin.write(f"{order}\t{folder}\t{number}\n")
        self.server.stdin.flush()
        return int(self._until("pid")[1])

    def end(self) -> int:
        return int(self._until("dead")[1])

    def _until(self, last: str) -> list[str]:
        assert self.server.stdout
        while True:
            line = self.server.stdout.readline()
            assert line, "the server of processes has ended"
            words = line.split()
            if words[0] == last:
                return words
            for id, title in zip(words[1::2], words[2::2], strict=True):
                if words[0] == "putting":
                    self.may_be.setdefault(id, {REMOVED}).add(title)
                else:
                    self.may_be[id] = {title}

    def settle(self, now: dict[str, str]) -> None:
        """From here on it is what it was found to be."""
        for id in self.may_be:
            self.may_be[id] = {now.get(id, REMOVED)}


@pytest.fixture
def killed() -> Iterator[Killed]:
    command = [sys.executable, "-m", "tests.adapters.indexer"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as server:
        yield Killed(server)
        assert server.stdin
        server.stdin.close()
        assert server.wait(10) == 0


def assert_whole(folder: Path, killed: Killed) -> None:
    """As a process finds it that comes next: no rebuild is needed, everything acknowledged is there, and it goes on."""
    index = WhooshIndex(folder, lambda: TODAY)
    assert index.ready()
    results = find(index, "", SYSTEM, size=100)
    now = {hit.id: hit.title for hit in results.hits}
    assert results.total == len(now) == len(index.versions())
    for id, titles in killed.may_be.items():
        assert now.get(id, REMOVED) in titles
    index.put(lesson(99, "Torch"))
    assert find(index, "torch").total == 1
    index.remove(id_of(99), destroy=True)
    index.tend()
    assert len([p for p in folder.iterdir() if p.name.isdigit()]) == 1
    killed.settle(now)


def test_killed_at_any_time(killed: Killed, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index_in(tmp_path)
    chance = random.Random(8)
    for number in range(KILLS):
        pid = killed.start("endless", folder, number)
        time.sleep(chance.uniform(0.0, 0.08))
        os.kill(pid, signal.SIGKILL)
        assert killed.end() == -signal.SIGKILL
        assert_whole(folder, killed)
    assert len(killed.may_be) == 30


def test_killed_before_any_motion_on_disk(killed: Killed, tmp_path: Path) -> None:
    kills = 0
    for step in range(1, 5_000, STEP):
        shutil.rmtree(tmp_path / "index", ignore_errors=True)
        killed.may_be = {}
        index_in(tmp_path)
        killed.start("steps", tmp_path / "index", step)
        how = killed.end()
        assert_whole(tmp_path / "index", killed)
        if how == 0:
            break
        assert how == -signal.SIGKILL
        kills += 1
    assert kills > 40


def _free(lock: Path) -> bool:
    try:
        with locked(lock, 0):
            return True
    except Busy:
        return False


def test_the_locks_of_a_dead_process_hold_nobody_up(
    killed: Killed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 0.0)
    index = index_in(tmp_path, lesson(1, "Lamp"))
    pid = killed.start("hold", tmp_path / "index", 0)
    until = time.monotonic() + 20
    while _free(tmp_path / "index" / "1" / "write.lock"):
        assert time.monotonic() < until
        time.sleep(0.01)
    with pytest.raises(Busy):
        index.put(lesson(2, "Torch"))
    os.kill(pid, signal.SIGKILL)
    assert killed.end() == -signal.SIGKILL
    index.put(lesson(2, "Torch"))
    index.remove(id_of(1), destroy=True)
    assert index.rebuild([lesson(3, "Fence")]) == 1
    assert find(index, "", SYSTEM).total == 1
