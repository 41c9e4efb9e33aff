"""Several processes make the index anew together: faster, and nothing else is different."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lessons.adapters.whoosh_index import WhooshIndex, building
from lessons.app import House
from lessons.domain.access import SYSTEM
from lessons.domain.record import Kind, Record, Stored
from lessons.library import upkeep as library_module
from tests.adapters.search_index import TODAY, edited, find, found, index_in, lesson


def rebuilt(index: WhooshIndex, *shares: Iterable[Stored]) -> int:
    return index.rebuild_shares(shares, lambda done: None)


@dataclass(frozen=True)
class Share:
    """Lessons that are made in the process that reads them; perhaps something happens on the way."""

    numbers: tuple[int, ...]
    fails: bool = False
    is_killed: bool = False
    saves_in: Path | None = None

    def __iter__(self) -> Iterator[Stored]:
        yield from (lesson(n, f"Lamp {n}", "radio " * (n % 7)) for n in self.numbers)
        if self.saves_in:
            other = WhooshIndex(self.saves_in, lambda: TODAY)
            other.put(edited(lesson(1), title="Torch"))
            assert found(other, "fence") == ["Fence"], "the old index serves meanwhile"
        if self.fails:
            raise OSError(28, "the disk is full")
        if self.is_killed:
            os.kill(os.getpid(), signal.SIGKILL)


def test_shares_make_the_same_index_as_one_process(tmp_path: Path) -> None:
    numbers = tuple(range(90))
    index = index_in(tmp_path, lesson(1, "Fence"))
    told: list[int] = []
    shares = [Share(numbers[i::2]) for i in range(2)]
    assert index.rebuild_shares(shares, told.append) == 90
    assert told == sorted(told)
    assert told[-1] == 90
    alone = index_in(tmp_path / "alone", *Share(numbers))
    for question in ("lamp radio", "lamp 7", "", "fence"):
        mine, theirs = (find(i, question, SYSTEM, size=100) for i in (index, alone))
        assert (mine.total, mine.facets) == (theirs.total, theirs.facets)
        assert [(h.id, round(h.score, 5)) for h in mine.hits] == [
            (h.id, round(h.score, 5)) for h in theirs.hits
        ]


def test_shares_may_be_empty(tmp_path: Path) -> None:
    index = index_in(tmp_path, lesson(1, "Fence"))
    assert rebuilt(index, Share(()), Share((2,))) == 1
    assert found(index, "") == ["Lamp 2"]
    assert rebuilt(index) == 0


def test_what_is_saved_meanwhile_is_carried_over(tmp_path: Path) -> None:
    index = index_in(tmp_path, lesson(1, "Fence"), lesson(5, "Fence"))
    index.remove(lesson(5).record.id)
    assert rebuilt(index, Share((1, 2)), Share((3, 4), saves_in=None)) == 4
    index = index_in(tmp_path / "again", lesson(1, "Wall"), lesson(9, "Fence"))
    assert rebuilt(index, Share((1, 2)), Share((9,), saves_in=tmp_path / "again" / "index")) == 3
    assert set(found(index, "")) == {"Torch", "Lamp 2", "Lamp 9"}


def test_where_one_process_fails_the_old_index_stays_and_it_is_told_why(tmp_path: Path) -> None:
    index = index_in(tmp_path, lesson(1, "Fence"))
    with pytest.raises(OSError, match="the disk is full"):
        rebuilt(index, Share((1,)), Share((2,), fails=True))
    with pytest.raises(OSError, match="was ended"):
        rebuilt(index, Share((1,)), Share((2,), is_killed=True))
    assert found(index, "fence") == ["Fence"]
    left = {p.name for p in (tmp_path / "index").iterdir()}
    assert not [name for name in left if name.startswith("new-")]
    assert [name for name in left if name.isdigit()] == ["1"]


def test_a_large_merge_in_a_process_of_its_own_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "APART", 5)
    index = index_in(tmp_path, *Share(tuple(range(4))))
    for n in range(10, 19):
        index.put(lesson(n, f"Lamp {n}", "all alike"))
    index.remove(lesson(12).record.id)
    before = [(h.id, h.title, round(h.score, 5)) for h in find(index, "lamp alike", size=50).hits]
    other = WhooshIndex(tmp_path / "index", lambda: TODAY)
    merge = building.merge

    def merge_while_somebody_saves(scratch: Path, parts: list[Any]) -> Any:
        made = merge(scratch, parts)
        other.put(edited(lesson(13), title="Torch"))
        return made

    monkeypatch.setattr(building, "merge", merge_while_somebody_saves)
    assert index.tend()
    assert len(index.snapshot().parts) <= 8
    assert found(index, "torch") == ["Torch"]
    index.put(edited(lesson(13, "Lamp 13", "all alike"), "v3"))
    after = [(h.id, h.title, round(h.score, 5)) for h in find(index, "lamp alike", size=50).hits]
    assert after == before


COMMAND = """
import sys
from pathlib import Path
from tests.adapters.search_index import index_in
from tests.adapters.test_index_shares import Share, rebuilt
print(rebuilt(index_in(Path(sys.argv[1])), Share((1, 2)), Share((3,))))
"""


def test_the_command_that_asks_for_it_is_not_run_again_in_each_process(tmp_path: Path) -> None:
    """Command scripts as installers write them do all they do when they are merely read."""
    script = tmp_path / "command"
    script.write_text(COMMAND, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script), str(tmp_path)]
    ran = subprocess.run(command, check=False, env=env, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("3\n", "")


def test_the_library_shares_out_its_records(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    library = house.library
    monkeypatch.setattr(library_module, "WORTH_A_PROCESS", 2)
    for n in range(5):
        fields = {"title": f"Lamp {n}", "state": "identified", "marking": "official"}
        record = Record(f"L-2026-0000{n}", Kind.LESSON, fields=fields)
        library.save(SYSTEM, "test", record, expected=0)
    content = Path(house.settings["CONTENT_DIR"])
    (content / "lessons" / "L-2026-00003.md").write_text("no record at all", encoding="utf-8")
    told: list[int] = []
    assert library.rebuild(told.append, processes=2) == len(library.records.versions()) - 1
    held = library.index.versions()
    assert "L-2026-00003" not in held
    assert held.items() <= library.records.versions().items()
    assert library.sync().indexed == 0
