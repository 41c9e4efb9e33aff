"""Keeping the index to what the files say, and saying what is wrong with them."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask

from lessons.adapters.gunicorn_server import OnlyOne
from lessons.app import House
from lessons.domain import access
from lessons.domain.access import SYSTEM
from lessons.domain.query import ask
from lessons.domain.record import Kind, Record
from lessons.services.watch import complaints, keep_watch, look_round

PATIENCE = 30.0


def lesson(house: House, id: str, text: str, **fields: str) -> Path:
    record = Record(id, Kind.LESSON, fields={
        "title": f"About {text}", "state": "identified", "learning": "change", "marking": "official", **fields
    }, texts={"detail": f"All about {text}."})  # fmt: skip
    house.library.save(SYSTEM, "test", record, expected=0)
    return file_of(house, id)


def file_of(house: House, id: str) -> Path:
    return Path(house.settings["CONTENT_DIR"]) / "lessons" / f"{id}.md"


def found(house: House, words: str) -> list[str]:
    query = ask(words, keys=access.keyring(SYSTEM), expand=False)
    return [hit.id for hit in house.library.search(SYSTEM, query).hits]


def comes_true(what: Callable[[], bool]) -> bool:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if what():
            return True
        sleep(0.05)
    return False


@pytest.fixture
def watch(house: House) -> Iterator[None]:
    """A process that keeps watch, as a thread."""
    stop = Event()
    work = {"every": 0.2, "may_work": lambda: True}
    thread = Thread(target=keep_watch, args=(house.library, stop), kwargs=work)
    thread.start()
    yield
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.usefixtures("watch")
def test_a_file_edited_by_hand_is_found_by_its_new_words_and_kept_in_its_history(
    house: House,
) -> None:
    path = lesson(house, "L-2026-AAAAA", "walruses")
    path.write_text(
        path.read_text(encoding="utf-8").replace("walruses", "penguins"), encoding="utf-8"
    )
    assert comes_true(lambda: found(house, "penguins") == ["L-2026-AAAAA"])
    assert found(house, "walruses") == []
    verbs = [r.verb for r in house.library.records.history("L-2026-AAAAA")]
    assert verbs == ["test", "outside edit"]


@pytest.mark.usefixtures("watch")
def test_a_file_put_there_or_taken_away_by_hand_is_seen(house: House) -> None:
    path = lesson(house, "L-2026-AAAAA", "walruses")
    copy = file_of(house, "L-2026-BBBBB")
    text = path.read_text(encoding="utf-8").replace("L-2026-AAAAA", "L-2026-BBBBB")
    copy.write_text(text.replace("walruses", "penguins"), encoding="utf-8")
    assert comes_true(lambda: found(house, "penguins") == ["L-2026-BBBBB"])
    path.unlink()
    assert comes_true(lambda: found(house, "walruses") == [])


@pytest.mark.usefixtures("watch")
def test_a_broken_file_stops_nobody_and_comes_back_when_it_is_put_right(house: House) -> None:
    path = lesson(house, "L-2026-AAAAA", "walruses")
    good = path.read_text(encoding="utf-8")
    path.write_text("---\nnot a record", encoding="utf-8")
    assert comes_true(lambda: found(house, "walruses") == [])
    lesson(house, "L-2026-BBBBB", "penguins")
    assert found(house, "penguins") == ["L-2026-BBBBB"]
    path.write_text(good, encoding="utf-8")
    assert comes_true(lambda: found(house, "walruses") == ["L-2026-AAAAA"])


@pytest.mark.usefixtures("watch")
@pytest.mark.parametrize(
    "damage", ["folder gone", "pointer gone", "parts gone", "parts cut", "contents cut"]
)
def test_an_index_that_is_lost_or_damaged_mends_itself(house: House, damage: str) -> None:
    lesson(house, "L-2026-AAAAA", "walruses")
    folder = Path(house.settings["INSTANCE_DIR"]) / "index"
    parts = [p for p in folder.glob("*/*") if p.is_file() and p.stat().st_size]
    assert parts
    if damage == "folder gone":
        shutil.rmtree(folder)
    elif damage == "pointer gone":
        (folder / "current").unlink()
    else:
        for path in parts:
            if (path.suffix == ".toc") == (damage == "contents cut"):
                path.unlink() if damage == "parts gone" else path.write_bytes(
                    path.read_bytes()[:20]
                )
    assert comes_true(lambda: is_whole(house))
    lesson(house, "L-2026-BBBBB", "penguins")
    assert comes_true(lambda: found(house, "penguins") == ["L-2026-BBBBB"])


def is_whole(house: House) -> bool:
    try:
        return found(house, "walruses") == ["L-2026-AAAAA"]
    except Exception:
        return False


def test_what_goes_wrong_once_does_not_end_the_watch(house: House, tmp_path: Path) -> None:
    """The folder of the lock may be away for a moment: the watch is still there when it is back."""
    asked = []

    def sometimes() -> bool:
        asked.append(1)
        if len(asked) < 3:
            raise FileNotFoundError("gone for a moment")
        return True

    stop = Event()
    work = {"every": 0.01, "may_work": sometimes}
    thread = Thread(target=keep_watch, args=(house.library, stop), kwargs=work)
    thread.start()
    path = lesson(house, "L-2026-AAAAA", "walruses")
    path.write_text(
        path.read_text(encoding="utf-8").replace("walruses", "penguins"), encoding="utf-8"
    )
    assert comes_true(lambda: found(house, "penguins") == ["L-2026-AAAAA"])
    stop.set()
    thread.join(PATIENCE)


def test_of_several_only_one_keeps_watch_until_it_ends(tmp_path: Path) -> None:
    first, second = OnlyOne(tmp_path / "watch.lock"), OnlyOne(tmp_path / "watch.lock")
    assert first.mine() and first.mine()
    assert not second.mine()
    first.leave()
    assert second.mine()
    assert not first.mine()


# --- lessons check ---------------------------------------------------------------------------------
def told(house: House) -> str:
    return "\n".join(f"{c.where}: {c.problem}" for c in complaints(house.library))


def test_the_examples_have_nothing_wrong_with_them(example_house: House) -> None:
    assert told(example_house) == ""


def test_everything_that_is_wrong_is_found_with_its_place(house: House) -> None:
    lesson(house, "L-2026-AAAAA", "walruses", debrief="D-2026-00000")
    lesson(house, "L-2026-BBBBB", "penguins", learning="moral")
    lesson(house, "L-2026-CCCCC", "seals")
    unreadable = lesson(house, "L-2026-DDDDD", "bears")
    unreadable.write_text(
        "---\nid: L-2026-DDDDD\nkind: lesson\noccurred: soon\n---\n", encoding="utf-8"
    )
    folder = unreadable.parent
    (folder / "notes.txt").write_text("not a record")
    file_of(house, "L-2026-CCCCC").unlink()
    (folder.parent / "vocabularies" / "threat.yaml").write_text("terms: [")
    house.library.reference.vocabularies()
    sleep(1.1)
    words = told(house)
    assert f"{unreadable}:4: occurred: Enter a real date" in words
    assert "L-2026-AAAAA: debrief: D-2026-00000 does not exist" in words
    assert "L-2026-BBBBB: learning: “moral” is not in the list" in words
    assert "L-2026-CCCCC: is in the index but not on disk" in words
    assert f"{folder / 'notes.txt'}: This is not named as a record" in words
    assert "threat.yaml:" in words


def test_looking_for_what_is_wrong_changes_nothing(house: House) -> None:
    path = lesson(house, "L-2026-AAAAA", "walruses")
    path.write_text(
        path.read_text(encoding="utf-8").replace("walruses", "penguins"), encoding="utf-8"
    )
    assert "L-2026-AAAAA: the index does not hold this text" in told(house)
    assert told(house) != ""
    assert len(house.library.records.history("L-2026-AAAAA")) == 1
    look_round(house.library)
    assert told(house) == ""


def test_a_pack_that_names_a_lesson_that_is_gone_is_found(house: House) -> None:
    fields: dict[str, Any] = {
        "title": "For a warrant",
        "lessons": ({"lesson": "L-2026-00000", "why": "entry"},),
    }
    record = Record("B-2026-AAAAA", Kind.BRIEFING, fields=fields)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    stored = house.library.records.put(record, expected=0, by="kim", verb="issue", at=at)
    house.library.index.put(stored)
    assert told(house) == "B-2026-AAAAA: lessons: L-2026-00000 does not exist"


# --- for whoever looks after the machine -----------------------------------------------------------
def test_alive_and_ready_are_told_without_signing_in(app: Flask, house: House) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200, {"status": "ready", "records": True, "index": True, "database": True}
    )  # fmt: skip


def test_not_ready_says_what_is_missing_and_nothing_else(app: Flask, house: House) -> None:
    client = app.test_client()
    shutil.rmtree(Path(house.settings["INSTANCE_DIR"]) / "index")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503, {"status": "not ready", "records": True, "index": False, "database": True}
    )  # fmt: skip
    assert client.get("/healthz").status_code == 200
    look_round(house.library)
    assert client.get("/readyz").status_code == 200


def test_a_lost_database_is_told(app: Flask, house: House) -> None:
    house.database.close()
    for path in Path(house.settings["INSTANCE_DIR"]).glob("lessons.sqlite*"):
        path.unlink()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None and answer.json["database"] is False
