"""Search goes by meaning too where a force gives a sentence model: its vectors come, go and mend by themselves."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason='needs the extra: pip install "lessons[sentences]"')
pytest.importorskip("tokenizers", reason='needs pip install "lessons[sentences]"')
pytest.importorskip("onnx", reason="needs the test tools: make test installs them")

from lessons.adapters.onnx_sentences import OnnxSentences
from lessons.adapters.whoosh_index import WhooshIndex, sentences
from lessons.domain.record import Stored
from tests.adapters.search_index import (
    ANALYST,
    OFFICER,
    PARTNER,
    TODAY,
    edited,
    find,
    found,
    id_of,
    lesson,
)
from tests.adapters.test_sentence_model import table, write_model, write_tokenizer

ASKED = "officers warrant"
COLD, RAID, RADIO = "Officers cold hypothermia", "Officers raid", "Officers airwave"
ROOT = Path(__file__).parents[2]


class Counting(OnnxSentences):
    """The real model, which writes down what it is given to read; before: done ahead of each text."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read: list[str] = []
        self.before: Callable[[str], object] = lambda text: None

    def vectors(self, texts: Sequence[str]) -> Any:
        for text in texts:
            self.before(text)
            self.read.append(text)
        return super().vectors(texts)

    def read_again(self) -> list[str]:
        """What was given since the last time this was asked."""
        read, self.read = self.read, []
        return read


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """The folder of the model."""
    folder = tmp_path / "model"
    folder.mkdir()
    write_tokenizer(folder)
    write_model(folder)
    return folder


@pytest.fixture
def model(given: Path) -> Counting:
    return Counting(given)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(place: Path, model: OnnxSentences | None) -> WhooshIndex:
    return WhooshIndex(place, lambda: TODAY, model=model)


def saying(number: int, title: str, **fields: object) -> Stored:
    """A lesson that says its title again, so that it is long enough for its vector to count."""
    return lesson(number, title, f"{title}. " * 8, **fields)


THREE = (saying(1, COLD), saying(2, RADIO), saying(3, RAID))


@pytest.fixture
def index(place: Path, model: Counting) -> WhooshIndex:
    """Three lessons, read to the end."""
    made = opened(place, model)
    made.rebuild(THREE)
    made.settle()
    model.read.clear()
    return made


def kept(place: Path) -> dict[str, bytes]:
    """The files with vectors and keys, by name."""
    folder = place / "sentences"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def vector_files(place: Path) -> list[Path]:
    return sorted((place / "sentences").glob("*/MAIN_*.npy"))


def bytes_of(model: OnnxSentences, title: str) -> bytes:
    """The vector of a lesson, as it would lie on disk."""
    row = OnnxSentences.vectors(model, [f"{title}. {f'{title}. ' * 8}"])[0]
    return row.astype(np.float16).tobytes()


# --- what it is good for -------------------------------------------------------------------------


def test_a_lesson_of_the_same_meaning_comes_first_though_it_says_it_in_another_word(place, index):
    assert found(index, ASKED)[0] == RAID
    assert found(opened(place, None), ASKED)[0] != RAID


def test_until_the_model_has_read_the_records_the_words_alone_decide(place, model, monkeypatch):
    monkeypatch.setattr(sentences, "SMALL", 2)
    index = opened(place, model)
    index.rebuild(THREE)
    plain = opened(place, None)
    assert find(index, ASKED).hits == find(plain, ASKED).hits
    index.settle()
    assert [h.title for h in find(index, ASKED).hits] != [h.title for h in find(plain, ASKED).hits]


def test_a_new_record_waits_for_its_vector_while_the_others_keep_theirs(index, model):
    index.put(saying(4, "Officers warrant handover"))
    assert found(index, "officers raid")[0] == RAID
    index.settle()
    assert set(found(index, "officers raid")[:2]) == {RAID, "Officers warrant handover"}


def test_a_question_is_read_once_however_often_it_is_asked(index, model):
    for _ in range(3):
        found(index, ASKED)
    assert model.read_again() == [ASKED]
    for n in range(sentences.MOST_QUERIES + 5):
        found(index, f"officers {n}")
    assert len(model.read_again()) == sentences.MOST_QUERIES + 5
    found(index, ASKED)
    assert model.read_again() == [ASKED]


def test_a_partner_profits_too_and_meets_only_what_is_for_partners(place, tmp_path, model):
    theirs = [saying(n, title, partner_safe=True) for n, title in enumerate((COLD, RADIO, RAID))]
    others = [saying(n, "Officers warrant secret") for n in range(10, 20)]
    whole, lean = opened(place, model), opened(tmp_path / "lean", model)
    whole.rebuild([*theirs, *others])
    lean.rebuild(theirs)
    whole.settle()
    lean.settle()
    assert find(whole, ASKED, PARTNER) == find(lean, ASKED, PARTNER)
    assert found(whole, ASKED, PARTNER)[0] == RAID
    assert find(whole, ASKED, OFFICER).total == 13


def test_a_long_record_is_read_to_its_end(place, model):
    long = "Officers words. " * 250
    index = opened(place, model)
    index.rebuild([lesson(1, "First", f"{long} cold"), lesson(2, "Second", long + "raid. " * 300)])
    index.settle()
    assert found(index, ASKED)[0] == "Second"
    assert max(map(len, model.read)) <= sentences.STRETCH


# --- keeping up ----------------------------------------------------------------------------------


def test_every_record_is_read_once_whatever_becomes_of_the_files_of_the_index(place, model):
    index = opened(place, model)
    index.rebuild(THREE)
    for n in range(10, 30):
        index.put(saying(n, f"{RAID} {n}"))
    index.settle()
    assert len(model.read_again()) == 23
    parts = len(index.snapshot().parts)
    for n in range(30, 40):
        index.put(saying(n, f"{COLD} {n}"))
        index.settle()
    assert len(index.snapshot().parts) < parts + 10, "nothing was merged"
    assert len(model.read_again()) == 10
    index.rebuild([*THREE, *(saying(n, f"{RAID} {n}") for n in range(10, 30))])
    index.settle()
    assert model.read_again() == []
    assert {p.stem for p in vector_files(place)} == {p.segment.name for p in index.snapshot().parts}
    assert found(index, ASKED)[0] != COLD


def test_a_changed_record_is_read_again_and_no_other(index, model):
    index.put(edited(saying(1, f"{RAID} raid")))
    index.settle()
    assert [text.split(".")[0] for text in model.read_again()] == [f"{RAID} raid"]
    assert set(found(index, ASKED)[:2]) == {RAID, f"{RAID} raid"}


def test_upkeep_goes_on_where_it_was_stopped(place, model, monkeypatch):
    monkeypatch.setattr(sentences, "STEP", 0.0)
    monkeypatch.setattr(sentences, "SAVED_AFTER", 0.0)
    index = opened(place, model)
    index.rebuild([saying(n, f"{RAID} {n}") for n in range(20)])
    for _ in range(8):
        assert index.tend()
    assert len(model.read_again()) == 8
    after = opened(place, model)
    after.settle()
    assert len(model.read_again()) == 12
    assert not [name for name in kept(place) if name.startswith("begun")]


def test_what_was_read_of_a_part_that_is_merged_away_meanwhile_is_not_lost(
    place, model, monkeypatch
):
    monkeypatch.setattr(sentences, "STEP", 0.0)
    index = opened(place, model)
    index.rebuild([saying(n, f"{RAID} {n}") for n in range(10)])
    for _ in range(6):
        index.tend()
    index.rebuild([saying(n, f"{RAID} {n}") for n in range(10)])
    index.settle()
    assert len(model.read) == 10


def test_vectors_of_another_model_are_taken_away_once_this_one_has_read_all(place, index, given):
    before = vector_files(place)[0].parent
    write_model(given, words=table()[:, ::-1].copy())
    other = opened(place, Counting(given))
    other.settle()
    assert not before.exists()
    assert len(list((place / "sentences").iterdir())) == 1
    assert found(other, ASKED)[0] == RAID


def test_only_this_account_can_look_into_the_folders(place, index):
    folders = [place / "sentences", *(p for p in place.rglob("sentences/**/*") if p.is_dir())]
    assert len(folders) == 3
    assert {p.stat().st_mode & 0o777 for p in folders} == {0o700}


# --- a model that fails --------------------------------------------------------------------------


def test_a_text_that_the_model_fails_on_keeps_nothing_else_from_being_read(place, model, caplog):
    def fail(text: str) -> None:
        if "hypothermia" in text:
            raise RuntimeError("no such node")

    model.before = fail
    index = opened(place, model)
    index.rebuild(THREE)
    index.settle()
    assert "the sentence model failed on L-2026-00001" in caplog.text
    assert found(index, ASKED)[0] == RAID
    assert found(index, "hypothermia", OFFICER) == [COLD]


def test_where_the_model_fails_on_the_question_the_words_still_find(index, model, caplog):
    def fail(text: str) -> None:
        raise ValueError("no such node")

    model.before = fail
    assert len(found(index, ASKED)) == 3
    assert "the sentence model failed on a query" in caplog.text
    assert index.ready()


def test_a_full_disk_is_told_and_upkeep_ends_quietly(place, model, monkeypatch, caplog):
    index = opened(place, model)
    index.rebuild(THREE)
    (place / "sentences").write_text("in the way")
    index.settle()
    assert "cannot be kept" in caplog.text
    assert len(found(index, ASKED)) == 3


# --- erasure -------------------------------------------------------------------------------------


def test_nothing_of_an_erased_record_stays_and_no_other_is_read_again(place, index, model):
    erased, stays = bytes_of(model, RAID), bytes_of(model, COLD)
    assert any(erased in data for data in kept(place).values())
    index.remove(id_of(3), destroy=True)
    assert not any(erased in data for data in kept(place).values())
    index.settle()
    assert not any(erased in data for data in kept(place).values())
    assert any(stays in data for data in kept(place).values())
    assert model.read_again() == []
    assert found(index, ASKED) == found(index, ASKED, ANALYST)
    assert set(found(index, ASKED)) == {COLD, RADIO}


def test_an_erased_record_goes_though_the_service_runs_without_the_model_now(place, index, model):
    erased = bytes_of(model, RAID)
    opened(place, None).remove(id_of(3), destroy=True)
    assert not any(erased in data for data in kept(place).values())


def test_earlier_words_of_an_erased_record_go_with_it(place, index, model):
    before = bytes_of(model, RAID)
    index.put(edited(THREE[2], title="Officers radio"))
    index.remove(id_of(3), destroy=True)
    index.settle()
    assert not any(before in data for data in kept(place).values())


def test_a_record_erased_while_another_process_reads_it_does_not_come_back(
    place, model, monkeypatch
):
    monkeypatch.setattr(sentences, "SAVED_AFTER", 0.0)
    monkeypatch.setattr(sentences, "STEP", 0.0)
    reader, eraser = opened(place, model), opened(place, None)
    reader.rebuild([*THREE, *(saying(n, f"{COLD} {n}") for n in range(10, 15))])
    erased = bytes_of(model, RAID)
    reader.tend()

    def erase(text: str) -> None:
        if f"{COLD} 10" in text:
            assert any(RAID in each for each in model.read), "not read before it is erased"
            eraser.remove(id_of(3), destroy=True)

    model.before = erase
    while reader.tend():
        if id_of(3) not in eraser.versions():
            assert not any(erased in data for data in kept(place).values())
    assert id_of(3) not in reader.versions()
    assert len([t for t in model.read if f"{COLD} 10" in t]) == 1


def test_a_record_removed_while_its_part_is_read_gets_no_vector(place, model, monkeypatch):
    monkeypatch.setattr(sentences, "STEP", 0.0)
    index = opened(place, model)
    index.rebuild([THREE[2], *(saying(n, f"{COLD} {n}") for n in range(10, 19))])
    while not any(RAID in text for text in model.read):
        index.tend()
    index.remove(id_of(3))
    index.settle()
    assert not any(bytes_of(model, RAID) in data for data in kept(place).values())


# --- damage --------------------------------------------------------------------------------------


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-3] ^= 0x10
    path.write_bytes(data)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [flip, cut, lose])
@pytest.mark.parametrize("which", ["*/MAIN_*.npy", "*/keys/MAIN_*.npy", "*/MAIN_*.npy.seal"])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_a_damaged_file_is_noticed_and_mends_itself(place, index, model, harm, which, restarted):
    before = find(index, ASKED)
    [path] = (place / "sentences").glob(which)
    harm(path)
    if restarted:
        index = opened(place, model)
    assert find(index, ASKED).total == 3
    index.settle()
    assert find(index, ASKED).hits == before.hits
    read = [text for text in model.read_again() if text != ASKED]
    unseen = which.endswith(".seal") and not restarted  # looked at when a file is opened
    assert len(read) == (0 if unseen else 3)


def test_damage_does_not_keep_a_vector_from_being_erased(place, index, model):
    erased = bytes_of(model, RAID)
    [path] = (place / "sentences").glob("*/keys/MAIN_*.npy")
    flip(path)
    index.remove(id_of(3), destroy=True)
    index.settle()
    assert not any(erased in data for data in kept(place).values())
    assert set(found(index, ASKED)) == {COLD, RADIO}


def test_what_a_killed_process_left_half_written_goes_with_the_erased_record(place, index, model):
    erased = bytes_of(model, RAID)
    [path] = vector_files(place)
    path.with_name(f"{path.name}.new").write_bytes(path.read_bytes())
    path.unlink()
    index.remove(id_of(3), destroy=True)
    assert not any(erased in data for data in kept(place).values())
    index.settle()
    assert set(found(index, ASKED)) == {COLD, RADIO}


# --- several processes ---------------------------------------------------------------------------

OTHER = """
    import sys
    from pathlib import Path
    from lessons.adapters.onnx_sentences import OnnxSentences
    from lessons.adapters.whoosh_index import WhooshIndex
    from tests.adapters.search_index import TODAY
    from tests.adapters.test_sentences_in_search import COLD, saying
    index = WhooshIndex(Path(sys.argv[1]), lambda: TODAY, model=OnnxSentences(Path(sys.argv[2])))
    for n in range(100, 112):
        index.put(saying(n, f"{COLD} {n}"))
        index.settle()
"""


def test_what_one_process_read_another_uses_and_both_may_keep_up(place, index, model, given):
    command = [sys.executable, "-c", textwrap.dedent(OTHER), str(place), str(given)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=env, cwd=ROOT) as other:
        number = 200
        while other.poll() is None:
            number += 1
            index.put(saying(number, f"{RADIO} {number}"))
            index.settle()
            assert find(index, ASKED).total >= number - 200 + 3
    assert other.returncode == 0
    index.settle()
    model.read.clear()
    after = opened(place, model)
    after.settle()
    assert found(after, ASKED)[0] == RAID
    assert model.read == [ASKED]
    assert {p.stem for p in vector_files(place)} == {p.segment.name for p in after.snapshot().parts}
