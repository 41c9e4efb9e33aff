"""What search learns from the records: from whom, for whom, and what becomes of it when records or files go."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lessons.adapters.whoosh_index import WhooshIndex, meaning
from lessons.adapters.whoosh_index.folder import locked
from lessons.adapters.whoosh_index.latent import FILES
from lessons.domain.access import User, keyring
from lessons.domain.errors import SearchUnavailable
from lessons.domain.query import Query, ask
from lessons.domain.ranking import BY_VECTORS, EVERY_PART
from lessons.domain.record import Stored
from tests.adapters.search_index import (
    ANALYST,
    NOBODY_KNOWS,
    OFFICER,
    PARTNER,
    REVIEWER,
    TODAY,
    edited,
    find,
    id_of,
    lesson,
)

ROOT = Path(__file__).parents[2]
FEWEST = 20
COUNT = 40
TOPICS = (
    "lamp torch battery charger night bulb beam",
    "fence gate hedge ladder wall garden shed",
    "school teacher pupil parent lunch corridor visit",
    "van engine tyre fuel garage mileage keys",
)
QUESTIONS = (
    "lamp",
    "torch night",
    "gate garden visit",
    "fuel",
    "pupil battery",
    "zebra",
    "wall keys",
)
SECRET = "larkspur"
LONG = 60.0  # seconds to wait for what takes two


def text_about(topic: str, chance: random.Random) -> str:
    return " ".join(chance.choices(topic.split(), k=25))


def lessons_made(numbers: range, **fields: object) -> list[Stored]:
    made = []
    for n in numbers:
        chance = random.Random(n)
        text = text_about(TOPICS[n % len(TOPICS)], chance)
        made.append(lesson(n, f"About {chance.choice(text.split())}", text, **fields))
    return made


def opened(folder: Path, **options: Any) -> WhooshIndex:
    return WhooshIndex(folder, lambda: TODAY, **{"fewest": FEWEST, **options})


def answers(index: WhooshIndex, by: User = OFFICER) -> list[Any]:
    """All that a reader gets to see of an order, of questions and of lessons like a text."""
    keys = keyring(by)
    asked = [ask(words, keys=keys, size=100) for words in QUESTIONS]
    asked += [
        Query(like=f"{words}\nschool lamp garden", keys=keys, size=100) for words in QUESTIONS[:3]
    ]
    results = [index.search(query, NOBODY_KNOWS) for query in asked]
    return [[(h.id, h.score, h.match, h.raised) for h in each.hits] for each in results]


def by_words_alone(index: WhooshIndex, by: User = OFFICER) -> list[Any]:
    plain = WhooshIndex(index.folder, lambda: TODAY, parts=EVERY_PART - BY_VECTORS)
    return answers(plain, by)


def in_force(index: WhooshIndex, by: User = OFFICER) -> bool:
    return index.meaning.view(index.snapshot(), keyring(by)) is not None


def learnt_from(index: WhooshIndex) -> set[str]:
    model = index.meaning.model_for(index.snapshot())
    assert model is not None
    return {id.decode() for id in model.learnt.tolist()}


def vector_of(index: WhooshIndex, id: str) -> Any:
    view = index.meaning.view(index.snapshot(), keyring(REVIEWER))
    assert view is not None
    return view.rows(np.array(index.snapshot().numbers_of(id), np.int32))[0]


def files_with(folder: Path, words: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    ]


def models(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "meaning").glob("latent-*"))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index from which was learnt."""
    folder: Path = tmp_path_factory.mktemp("learnt") / "index"
    index = opened(folder)
    index.rebuild(lessons_made(range(COUNT)))
    index.settle()
    assert in_force(index)
    return folder


@pytest.fixture
def index(pristine: Path, tmp_path: Path) -> Iterator[WhooshIndex]:
    """The same, to be changed."""
    shutil.copytree(pristine, tmp_path / "index")
    index = opened(tmp_path / "index")
    yield index
    index.meaning.wait()


# --- what it is for ------------------------------------------------------------------------------


def test_a_record_of_the_same_matter_comes_before_one_that_only_holds_the_word(tmp_path):
    about = lesson(900, "First", "lamp torch battery charger night bulb beam")
    other = lesson(901, "Other", "lamp school teacher pupil parent lunch corridor")
    index = opened(tmp_path / "index")
    index.rebuild([*lessons_made(range(COUNT)), about, other])
    index.settle()
    rows = vector_of(index, about.record.id), vector_of(index, other.record.id)
    wanted = index.meaning.view(index.snapshot(), keyring(OFFICER)).space.query({"torch": 1.0}, "")
    assert rows[0] @ wanted > 2 * abs(float(rows[1] @ wanted))
    assert answers(index) != by_words_alone(index)


def test_the_same_records_are_found_with_what_was_learnt_as_without(index):
    assert [{hit[0] for hit in hits} for hits in answers(index)] == [
        {hit[0] for hit in hits} for hits in by_words_alone(index)
    ]


def test_the_order_is_the_same_again_and_in_another_process(index):
    first = answers(index)
    assert answers(index) == first
    assert answers(opened(index.folder)) == first
    told = subprocess.run(
        [sys.executable, "-c",
         "import sys; from pathlib import Path; from tests.adapters import test_learning as t\n"
         "print(t.answers(t.opened(Path(sys.argv[1]))))", str(index.folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=LONG, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == str(first)


# --- from whom and for whom ----------------------------------------------------------------------


def restricted() -> list[Stored]:
    """Of every kind that not everybody may read, all speaking of the secret in the words of the others."""
    made = []
    for n in range(100, 130):
        chance = random.Random(n)
        text = f"{SECRET} {text_about(TOPICS[n % len(TOPICS)], chance)} {SECRET}"
        fields: dict[str, object] = (
            {"marking": "official_sensitive"},
            {"groups": ("gold",)},
            {"state": "sent", "author": "somebody.else"},
        )[n % 3]  # fmt: skip
        made.append(lesson(n, f"{SECRET} and torch", text, **fields))
    return made


def test_restricted_records_leave_no_trace_in_what_an_officer_gets(tmp_path):
    open_, hidden = lessons_made(range(COUNT)), restricted()
    alone, together = opened(tmp_path / "alone"), opened(tmp_path / "together")
    alone.rebuild(open_)
    together.rebuild([*hidden[:12], *reversed(open_[:30]), *hidden[12:20]])
    together.put(*hidden[20:], *open_[30:])
    for each in (alone, together):
        each.settle()
        assert in_force(each)
    assert learnt_from(together) == {s.record.id for s in open_}
    assert answers(together) == answers(alone)
    folders = [next((i.folder / "meaning").glob("latent-*")) for i in (alone, together)]
    for name in FILES:
        first, second = ((folder / f"{name}.npy").read_bytes() for folder in folders)
        assert first == second, name
    assert files_with(tmp_path / "together" / "meaning", SECRET) == []
    # Who may read them has them among the vectors as well.
    assert np.linalg.norm(vector_of(together, hidden[0].record.id)) == pytest.approx(1, abs=0.01)
    assert answers(together, REVIEWER) != answers(alone, REVIEWER)


def test_records_that_come_in_restricted_later_change_nothing_for_an_officer(index):
    before = answers(index)
    index.put(*restricted())
    assert answers(index) == before
    index.settle()
    assert answers(index) == before
    assert len(models(index.folder)) == 1


def test_a_partner_gets_the_order_of_words_alone(index):
    index.put(*(edited(s, partner_safe=True) for s in lessons_made(range(10))))
    index.settle()
    assert in_force(index, OFFICER)
    assert in_force(index, ANALYST)
    assert not in_force(index, PARTNER)
    assert any(answers(index, PARTNER))
    assert answers(index, PARTNER) == by_words_alone(index, PARTNER)


CLOSED: dict[str, Callable[[WhooshIndex, Stored], None]] = {
    "restricted to a group": lambda index, s: index.put(edited(s, groups=("gold",))),
    "marked": lambda index, s: index.put(edited(s, marking="official_sensitive")),
    "sent back": lambda index, s: index.put(edited(s, state="needs_fix")),
    "removed": lambda index, s: index.remove(s.record.id),
    "erased": lambda index, s: index.remove(s.record.id, destroy=True),
}


@pytest.mark.parametrize("how", CLOSED)
def test_what_was_learnt_is_out_of_force_at_once_when_a_record_of_it_is(index, how):
    gone = lessons_made(range(7, 8))[0]
    another = opened(index.folder)  # a process that has it in memory already
    assert in_force(another)
    CLOSED[how](index, gone)
    for each in (index, another, opened(index.folder)):
        assert not in_force(each)
        assert answers(each) == by_words_alone(each)


def test_it_is_learnt_anew_without_the_record_that_was_restricted(index):
    gone = lessons_made(range(7, 8))[0]
    index.put(edited(gone, groups=("gold",)))
    index.settle()
    assert in_force(index)
    assert learnt_from(index) == {id_of(n) for n in range(COUNT) if n != 7}
    assert len(models(index.folder)) == 1


def test_nothing_of_an_erased_record_stays(tmp_path):
    index = opened(tmp_path / "index")
    erased = [lesson(n, f"{SECRET} torch", f"{SECRET} lamp night") for n in (500, 501)]
    index.rebuild([*lessons_made(range(COUNT)), *erased])
    index.settle()
    folder = tmp_path / "index"
    assert any("terms" in name for name in files_with(folder, SECRET))
    shutil.copytree(folder / "meaning" / models(folder)[0], folder / "meaning" / "latent-x-99")
    (folder / "meaning" / "latent-x-98").mkdir()  # of learners that were killed
    shutil.copy(next(folder.rglob("terms.npy")), folder / "meaning/latent-x-98/terms.npy.new")
    index.remove(*(s.record.id for s in erased), destroy=True)
    assert not (folder / "meaning").exists()
    index.settle()
    assert in_force(index)
    assert files_with(folder, SECRET) == []
    assert [n for n in erased if files_with(folder, n.record.id)] == []


def test_what_an_erasure_left_when_it_was_ended_in_the_middle_goes_soon(index):
    folder = index.folder
    shutil.copytree(folder / "meaning", folder / f"{meaning.FORGOTTEN}1")
    index.tend()
    assert not list(folder.glob(f"{meaning.FORGOTTEN}*"))
    assert in_force(index)


def test_what_was_learnt_from_an_erased_record_goes_even_where_the_index_cannot_be_read(index):
    folder = index.folder
    (folder / "current").unlink()
    with pytest.raises(SearchUnavailable):
        opened(folder).remove(id_of(7), destroy=True)
    assert not (folder / "meaning").exists()


def test_a_record_that_goes_while_it_is_learnt_from_is_not_learnt_from(index):
    folder = index.folder
    shutil.rmtree(folder / "meaning")
    with locked(folder / "upkeep.lock", 1.0):  # as an erasure does
        assert index.meaning.tend(index.snapshot())
        time.sleep(5)  # by now it has learnt, and waits to keep it
        index.remove(id_of(7))
    assert index.meaning.wait()
    assert models(folder) == []
    index.settle()
    assert id_of(7) not in learnt_from(index)


def test_few_records_teach_nothing(tmp_path):
    index = opened(tmp_path / "index")
    index.rebuild([*lessons_made(range(FEWEST - 1)), *restricted()])
    index.settle()
    assert not (tmp_path / "index" / "meaning").exists()
    assert answers(index) == by_words_alone(index)
    index.put(*lessons_made(range(FEWEST - 1, FEWEST)))
    index.settle()
    assert in_force(index)


# --- keeping up ----------------------------------------------------------------------------------


def test_a_new_record_and_a_changed_one_get_their_vectors_without_learning_anew(index):
    before = models(index.folder)
    changed = edited(lessons_made(range(3, 4))[0], title="Of schools")
    changed = edited(changed, "v3", title="School pupil teacher lunch")
    index.put(lesson(700, "Torch", "lamp battery night torch"), changed)
    assert in_force(index)
    assert not vector_of(index, id_of(700)).any()
    index.tend()
    assert vector_of(index, id_of(700)) @ vector_of(index, id_of(0)) > 0.5
    assert vector_of(index, id_of(3)).any()
    assert models(index.folder) == before


def test_merging_parts_keeps_all_vectors(index):
    before = models(index.folder)
    for n in range(700, 712):
        index.put(lesson(n, "Torch", "lamp battery night torch"))
    kept = vector_of(index, id_of(5))
    parts = len(index.snapshot().parts)
    while index.tend():
        pass
    assert len(index.snapshot().parts) < parts
    for n in (*range(COUNT), *range(700, 712)):
        assert vector_of(index, id_of(n)).any()
    assert vector_of(index, id_of(5)) == pytest.approx(kept, abs=1e-3)
    assert models(index.folder) == before
    names = {p.segment.name for p in index.snapshot().parts}
    laid_out = (index.folder / "meaning" / before[0]).glob("MAIN_*.npy")
    assert {path.stem for path in laid_out} == names


def test_much_that_is_new_is_learnt_from(index):
    index.put(*lessons_made(range(300, 340)))
    index.settle()
    assert len(learnt_from(index)) == COUNT + 40
    assert len(models(index.folder)) == 1


# --- damage --------------------------------------------------------------------------------------


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def emptied(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(0)


@pytest.mark.parametrize("damage", [flipped, cut, emptied, Path.unlink])
def test_damaged_vectors_of_records_are_noticed_and_made_again(index, damage):
    before = answers(index)
    damage(next(index.folder.glob("meaning/latent-*/MAIN_*.npy")))
    assert {h[0] for h in answers(index)[0]} == {h[0] for h in before[0]}
    assert answers(index) == answers(opened(index.folder)) != before
    assert index.tend()
    assert answers(index) == answers(opened(index.folder)) == before


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [("latent-*/vectors.npy", cut), ("latent-*/terms.npy", flipped), ("current", emptied),
     ("latent-*/weights.npy.seal", Path.unlink)],
)  # fmt: skip
def test_a_damaged_model_is_noticed_and_learnt_again(index, pattern, damage):
    before = answers(index)
    damage(next((index.folder / "meaning").glob(pattern)))
    if not pattern.endswith(".seal"):  # which is only looked at when a file is opened
        assert answers(index) == by_words_alone(index) != before
    again = opened(index.folder)
    assert answers(again) == by_words_alone(again) != before
    again.settle()
    assert answers(again) == before
    assert len(models(index.folder)) == 1


def test_where_nothing_can_be_kept_search_goes_on_and_it_is_tried_again(index, monkeypatch, caplog):
    folder = index.folder
    shutil.rmtree(folder / "meaning")
    (folder / "meaning").touch()
    index.settle()
    assert "nothing was learnt" in caplog.text
    assert answers(index) == by_words_alone(index)
    (folder / "meaning").unlink()
    assert not index.tend()  # not at once
    monkeypatch.setattr(index.meaning, "_resting", 0.0)
    index.settle()
    assert in_force(index)


def test_vectors_that_cannot_be_laid_out_keep_nobody_from_tending(index, monkeypatch, caplog):
    folder = next(index.folder.glob("meaning/latent-*"))
    index.put(lesson(700, "Torch", "lamp battery night torch"))
    name = index.snapshot().parts[-1].segment.name
    (folder / f"{name}.npy.new").mkdir()  # in the way of the file
    assert not index.tend()
    assert "nothing was learnt" in caplog.text
    assert find(index, "torch lamp").hits
    (folder / f"{name}.npy.new").rmdir()
    monkeypatch.setattr(index.meaning, "_resting", 0.0)
    assert index.tend()
    assert vector_of(index, id_of(700)).any()


def test_a_killed_learner_is_told_and_learning_tried_again(index, monkeypatch, caplog):
    shutil.rmtree(index.folder / "meaning")
    assert index.tend()
    index.meaning._learner.kill()
    index.meaning._learner.wait()
    assert not index.tend()
    assert "nothing was learnt from the records: ended with -9" in caplog.text
    assert answers(index) == by_words_alone(index)
    monkeypatch.setattr(index.meaning, "_resting", 0.0)
    index.settle()
    assert in_force(index)


def test_nobody_waits_for_a_learner(index):
    shutil.rmtree(index.folder / "meaning")
    assert index.tend()
    assert not index.tend()  # it is at work
    assert answers(index) == by_words_alone(index)
    index.put(lesson(700, "Torch", "lamp battery night torch"))
    assert id_of(700) in {h.id for h in find(index, "torch", size=100).hits}
    assert index.meaning.wait()
    assert in_force(index)


def test_a_learner_outlives_the_process_that_began_it(index):
    folder = index.folder
    shutil.rmtree(folder / "meaning")
    begun = (
        "import os, sys; from pathlib import Path; from tests.adapters import test_learning as t\n"
        "assert t.opened(Path(sys.argv[1])).tend(); os._exit(0)"
    )
    command = [sys.executable, "-c", begun, str(folder)]
    subprocess.run(command, cwd=ROOT, timeout=LONG, check=True)
    until = time.monotonic() + LONG
    while not in_force(index):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_of_two_processes_one_learns_and_the_other_waits(index):
    folder = index.folder
    shutil.rmtree(folder / "meaning")
    both = [opened(folder), opened(folder)]
    for each in both:
        assert each.tend()
    for each in both:
        assert each.meaning.wait()
        assert in_force(each)
    assert [name.rpartition("-")[2] for name in models(folder)] == ["1"]


def test_what_another_version_learnt_is_not_used(index, monkeypatch):
    other = meaning.Meaning(index.folder, "0" * 16, fewest=FEWEST)
    assert other.view(index.snapshot(), keyring(OFFICER)) is None
    assert in_force(index)
