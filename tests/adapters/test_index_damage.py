"""Whatever happens to the files of the index: search is right or says that it is being rebuilt, and mends itself."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lessons.adapters.whoosh_index import WhooshIndex
from lessons.adapters.whoosh_index import keeper as module
from lessons.adapters.whoosh_index.sealed import (
    check,
    read_sealed,
    seal_of,
    write_sealed,
)
from lessons.domain.access import SYSTEM
from lessons.domain.errors import SearchUnavailable
from lessons.services.watch import look_round
from tests.adapters.search_index import TODAY, find, found, index_in, lesson
from tests.conftest import CHEAP, House, build_house
from tests.test_library import RADIO

QUESTIONS = ('"spare radio"', "radio lamp walrus", "", "theme:kit lamp", "walrsu", "-lamp")
WORDS = ("lamp", "walrus", "radio", "paper", "school", "garden", "night", "battery")
CASES = 30  # of each kind of damage


def lessons_of(house: House, numbers: range, chance: random.Random) -> None:
    for n in numbers:
        words = " ".join(chance.choices(WORDS, k=60))
        record = RADIO.with_(
            title=f"Carry a spare radio {n}", themes=(chance.choice(("kit", "lamps")),)
        )
        from_id = f"L-2026-{n:05d}"
        house.library.save(
            SYSTEM, "test", type(record)(from_id, record.kind, fields=record.fields, texts={"lesson": words}),
            expected=0,
        )  # fmt: skip


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A knowledge base with an index of several parts, some of them with deletions."""
    folder = tmp_path_factory.mktemp("pristine")
    (folder / "content").mkdir()
    source = Path(__file__).parents[2] / "content"
    shutil.copytree(source / "vocabularies", folder / "content" / "vocabularies")
    house = build_house(
        {"CONTENT_DIR": folder / "content", "INSTANCE_DIR": folder / "instance"}, cost=CHEAP
    )
    chance = random.Random(5)
    lessons_of(house, range(40), chance)
    house.library.rebuild()
    lessons_of(house, range(40, 46), chance)
    for n in (3, 41):
        held = house.library.records.get(f"L-2026-{n:05d}")
        house.library.save(SYSTEM, "test", held.record.with_(title="Walrus"), expected=1)
    yield house
    house.database.close()


@pytest.fixture
def house(pristine: House, tmp_path: Path) -> Iterator[House]:
    """Its records, with an index of its own to be damaged."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    built = build_house(
        {"CONTENT_DIR": pristine.settings["CONTENT_DIR"], "INSTANCE_DIR": instance}, cost=CHEAP
    )
    yield built
    built.database.close()


def answers(index: WhooshIndex) -> list[Any]:
    """What is found, whole; or that search is unavailable."""
    found: list[Any] = []
    for question in QUESTIONS:
        try:
            results = find(index, question, SYSTEM, size=60)
        except SearchUnavailable:
            assert not index.ready()
            found.append(None)
        else:
            found.append((results.total, {h.id: h.title for h in results.hits}, results.facets))
    return found


def index_of(house: House) -> Path:
    return Path(house.settings["INSTANCE_DIR"]) / "index"


def a_file(folder: Path, chance: random.Random) -> Path:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size)
    return chance.choice(files)


def flip(folder: Path, chance: random.Random) -> None:
    path = a_file(folder, chance)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(folder: Path, chance: random.Random) -> None:
    path = a_file(folder, chance)
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def blank(folder: Path, chance: random.Random) -> None:
    """Zeros in the place of a stretch, as a file system leaves that lost a block."""
    path = a_file(folder, chance)
    data = bytearray(path.read_bytes())
    begin = chance.randrange(len(data))
    end = min(len(data), begin + chance.choice((1, 64, 4096)))
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)


def add(folder: Path, chance: random.Random) -> None:
    with a_file(folder, chance).open("ab") as file:
        file.write(chance.randbytes(chance.randrange(1, 100)))


def swap(folder: Path, chance: random.Random) -> None:
    one, other = a_file(folder, chance), a_file(folder, chance)
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)


def lose(folder: Path, chance: random.Random) -> None:
    things = sorted(folder.rglob("*"))
    for path in chance.sample(things, chance.randrange(1, len(things))):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def lose_all(folder: Path, chance: random.Random) -> None:
    shutil.rmtree(folder)


KINDS: list[tuple[Callable[[Path, random.Random], None], int]] = [
    (flip, 2 * CASES), (cut, CASES), (blank, CASES), (add, CASES // 2), (swap, CASES // 2), (lose, CASES // 2),
    (lose_all, 1),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "cases"), KINDS, ids=[kind.__name__ for kind, _ in KINDS])
def test_search_is_right_or_unavailable_and_one_round_of_the_watch_mends_it(
    pristine: House, house: House, damage: Callable[..., None], cases: int
) -> None:
    library, folder = house.library, index_of(house)
    right = answers(pristine.library.index)
    assert None not in right
    wrong = 0
    for case in range(cases):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(index_of(pristine), folder)
        serving = WhooshIndex(folder, lambda: TODAY)
        if case % 2:
            assert answers(serving) == right
        damage(folder, random.Random(case))
        for reader in (serving, WhooshIndex(folder, lambda: TODAY)):
            told = answers(reader)
            assert all(a in (None, b) for a, b in zip(told, right, strict=True)), case
        wrong += None in told
        assert library.records.get("L-2026-00003").record.title == "Walrus"
        library.index.tend()
        look_round(library)
        assert answers(serving) == answers(WhooshIndex(folder, lambda: TODAY)) == right, case
        assert library.index.versions() == library.records.versions()
    assert wrong, "no damage at all is no test"


def test_where_little_is_damaged_search_goes_on_with_the_rest(
    pristine: House, house: House
) -> None:
    folder, library = index_of(house), house.library
    shutil.copytree(index_of(pristine), folder)
    small = min((folder / "1").glob("*.seg"), key=lambda p: p.stat().st_size)
    small.write_bytes(small.read_bytes()[:-1] + b"?")
    assert not library.index.ready()
    assert library.index.tend()
    held, wanted = library.index.versions(), library.records.versions()
    assert 0 < len(wanted.keys() - held.keys()) < 5
    assert held.items() <= wanted.items()
    report = library.sync()
    assert report.indexed == len(wanted) - len(held)
    assert answers(library.index) == answers(pristine.library.index)
    assert (folder / "1").exists(), "nothing was made anew that was good"


def test_where_much_is_damaged_nothing_is_shown_until_it_is_made_anew(
    pristine: House, house: House
) -> None:
    folder, index = index_of(house), house.library.index
    shutil.copytree(index_of(pristine), folder)
    large = max((folder / "1").glob("*.seg"), key=lambda p: p.stat().st_size)
    large.unlink()
    assert not index.tend()
    assert not index.ready()


def test_a_file_that_was_only_touched_is_no_damage(pristine: House, house: House) -> None:
    folder = index_of(house)
    shutil.copytree(index_of(pristine), folder)
    index = house.library.index
    before = answers(index)
    for path in folder.rglob("*"):
        path.touch()
    assert answers(index) == before


def test_a_save_into_an_index_whose_folder_is_gone_is_told_at_once(
    pristine: House, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT", 60.0)
    folder = index_of(house)
    shutil.copytree(index_of(pristine), folder)
    shutil.rmtree(folder / "1")
    with pytest.raises(SearchUnavailable):
        house.library.index.put(house.library.records.get("L-2026-00003"))


def test_a_generation_that_a_killed_rebuild_left_is_cleared_away(
    pristine: House, house: House
) -> None:
    folder = index_of(house)
    shutil.copytree(index_of(pristine), folder)
    (folder / "2").mkdir()
    (folder / "2" / "MAIN_abc.seg").write_bytes(b"texts that nobody would ever destroy")
    house.library.index.tend()
    assert not (folder / "2").exists()
    assert answers(house.library.index) == answers(pristine.library.index)


# --- sealed files --------------------------------------------------------------------------------


def test_a_sealed_file_gives_back_what_was_written_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    for data in (b"", b"\n", b"some bytes \x00\xff" * 30):
        write_sealed(path, data)
        assert read_sealed(path) == data
    whole = path.read_bytes()
    for at in range(len(whole)):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :]):
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match="vectors is damaged"):
                read_sealed(path)


def test_a_file_is_checked_against_the_seal_that_is_kept_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    for data in (b"", b"0123456789"):
        path.write_bytes(data)
        seal = seal_of(path)
        check(path, seal)
        path.write_bytes(data + b"\n")
        with pytest.raises(ValueError, match="vectors is damaged"):
            check(path, seal)


def test_a_query_that_meets_a_mistake_of_ours_does_not_take_search_from_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_in(tmp_path, lesson(1, "Radio"))

    def broken(self: object) -> None:
        raise KeyError("a mistake")

    with monkeypatch.context() as patched, pytest.raises(SearchUnavailable):
        patched.setattr("lessons.adapters.whoosh_index.search.Search.results", broken)
        find(index, "radio")
    assert index.ready()
    assert found(index, "radio") == ["Radio"]
