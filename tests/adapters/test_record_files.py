"""Records as files that people also edit, copy, delete and link; and several servers on one machine."""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from lessons.adapters.files import FileRecords, PlainText, disk
from lessons.adapters.files.desk import Desk, Ready
from lessons.adapters.files.places import Places
from lessons.domain.errors import Busy, Invalid, NotFound, StaleWrite, Unreadable
from lessons.domain.record import Kind, Record, Stored
from lessons.ports import Change
from tests.adapters.writer import race, save_too_much

NOW = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ID = "L-2026-7K3QD"
FOUND = (
    "---\nid: L-2026-7K3QD\ntitle: Found in a drawer\n---\n## What happened {#happened}\nRain.\n"
)


@pytest.fixture
def content(tmp_path) -> Path:
    return tmp_path / "content"


@pytest.fixture
def store(content) -> FileRecords:
    return FileRecords(content, PlainText())


def lesson(title: str = "Carry spare radio batteries", **texts: str) -> Record:
    return Record(
        ID, Kind.LESSON, fields={"title": title, "occurred": date(2026, 5, 4)}, texts=texts
    )


def send(store: FileRecords, record: Record, expected: int = 0) -> Stored:
    return store.put(record, expected=expected, by="ann", verb="send", at=NOW)


def current(content: Path) -> Path:
    return content / "lessons" / f"{ID}.md"


def edit(content: Path, old: str, new: str) -> None:
    """With an editor that writes in place."""
    text = current(content).read_text()
    assert old in text
    current(content).write_text(text.replace(old, new))


def by_hand(content: Path, text: str = FOUND) -> None:
    current(content).parent.mkdir(parents=True)
    current(content).write_text(text)


# --- where things lie --------------------------------------------------------------------------------
def test_the_current_text_is_a_plain_file_and_every_revision_another(store, content):
    send(store, lesson("First"))
    second = send(store, lesson("Second"), 1)
    files = {str(path.relative_to(content)) for path in content.rglob("*.md")}
    revisions = {f".history/lessons/{ID}/00000{number}.md" for number in (1, 2)}
    assert files == {f"lessons/{ID}.md", *revisions}
    assert current(content).read_text() == PlainText().render(second)
    assert not current(content).samefile(content / f".history/lessons/{ID}/000002.md")


def test_nobody_else_on_the_machine_can_read_them(store, content):
    send(store, lesson())
    store.purge(ID, by="dee", why="asked", at=NOW)
    send(store, Record("radio", Kind.THEME))
    for path in [content, *content.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_purge_leaves_no_word_of_the_record_anywhere(store, content):
    send(store, lesson("Zebedee fell"))
    send(store, lesson("Zebedee fell twice"), 1)
    store.purge(ID, by="dee", why="erasure asked for", at=NOW)
    left = [path for path in content.rglob("*") if path.is_file() and path.stat().st_size]
    assert [path.name for path in left] == [f"{ID}.json"]
    text = left[0].read_text()
    assert "Zebedee" not in text
    assert "erasure asked for" in text


def test_a_save_is_dated_after_what_it_replaces_even_when_the_clock_was_put_back(store, content):
    first = send(store, lesson("Title A"))
    ahead = current(content).stat().st_mtime_ns + 3_600 * 10**9
    os.utime(current(content), ns=(ahead, ahead))
    second = send(store, lesson("Title B"), first.revision.number)
    assert current(content).stat().st_mtime_ns > ahead
    assert store.versions()[ID] == second.version


# --- edits by hand -----------------------------------------------------------------------------------
def test_an_edit_by_hand_is_read_at_once_and_kept_as_a_revision_when_settled(store, content):
    first = send(store, lesson("Carry batteries"))
    edit(content, "Carry batteries", "Carry charged batteries")
    assert store.get(ID).record.title == "Carry charged batteries"
    assert store.versions()[ID] != first.version
    settled = store.settle(ID, at=LATER)
    assert settled.record.title == "Carry charged batteries"
    assert (settled.revision.number, settled.revision.at) == (2, LATER)
    assert (settled.revision.by, settled.revision.verb) == ("outside", "outside edit")
    assert store.get(ID) == settled
    assert store.get(ID).version == settled.version == store.versions()[ID]
    assert store.revision(ID, 1) == first
    assert store.settle(ID, at=LATER + timedelta(days=1)) == settled


def test_a_file_made_by_hand_becomes_revision_one(store, content):
    by_hand(content)
    assert store.get(ID).revision.number == 0
    assert store.history(ID) == ()
    settled = store.settle(ID, at=NOW)
    assert (settled.record.title, settled.revision.number) == ("Found in a drawer", 1)
    assert "revision: 1\n" in current(content).read_text()
    assert send(store, lesson("Put right"), 1).revision.number == 2


def test_a_save_over_an_edit_by_hand_is_refused_and_both_texts_are_kept(store, content):
    send(store, lesson("As sent"))
    edit(content, "As sent", "As edited by hand")
    with pytest.raises(StaleWrite):
        send(store, lesson("As typed in the browser"), 1)
    assert store.get(ID).record.title == "As edited by hand"
    assert [r.verb for r in store.history(ID)] == ["send", "outside edit"]
    assert send(store, lesson("Both, put together"), 2).revision.number == 3


def test_a_new_record_never_goes_over_a_file_made_by_hand(store, content):
    by_hand(content)
    with pytest.raises(StaleWrite):
        send(store, lesson("New"))
    assert store.get(ID).record.title == "Found in a drawer"
    assert [r.verb for r in store.history(ID)] == ["outside edit"]


def test_a_file_that_cannot_be_read_is_told_and_left_alone_by_everybody(store, content):
    send(store, lesson("As sent"))
    edit(content, "title: As sent", "title: [As sent\ncolour: blue")
    text = current(content).read_text()
    for ask in (
        lambda: store.get(ID),
        lambda: store.settle(ID, at=NOW),
        lambda: send(store, lesson("Typed"), 1),
    ):
        with pytest.raises(Unreadable, match=f"lessons/{ID}.md:"):
            ask()
    assert current(content).read_text() == text
    assert [r.number for r in store.history(ID)] == [1]
    other = Record("radio", Kind.THEME, fields={"label": "Radio"})
    changes = [Change(lesson("Typed"), 1), Change(other, 0)]
    refused, saved = store.put_many(changes, by="imp", verb="import", at=NOW)
    assert isinstance(refused, Unreadable)
    assert isinstance(saved, Stored)
    edit(content, "[As sent\ncolour: blue", "Mended")
    assert store.settle(ID, at=NOW).revision.number == 2


@pytest.mark.parametrize(
    ("data", "line", "field"),
    [
        (b"---\nid: L-2026-7K3QE\n---\n", 2, "id"),
        (b"---\nid: L-2026-7K3QD\ntitle: caf\xe9\n---\n", 3, "file"),
        (b"", 1, "file"),
    ],
)
def test_the_line_of_a_problem_is_told(store, content, data, line, field):
    by_hand(content)
    current(content).write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        store.settle(ID, at=NOW)
    assert [(p.line, p.field) for p in refused.value.problems] == [(line, field)]
    assert refused.value.path == str(current(content))


def test_a_change_of_layout_alone_is_no_revision(store, content):
    first = send(store, lesson("Carry batteries", happened="Rain.\nWind."))
    text = current(content).read_bytes()
    current(content).write_bytes(text.replace(b"\n", b"\r\n"))
    assert store.settle(ID, at=LATER) == first
    assert current(content).read_bytes() == text
    assert len(store.history(ID)) == 1


def test_an_edit_of_the_stamp_alone_is_put_back(store, content):
    first = send(store, lesson())
    edit(content, "revision: 1", "revision: 9")
    assert store.settle(ID, at=LATER) == first
    assert "revision: 1\n" in current(content).read_text()


def test_an_old_file_copied_back_from_a_backup_does_not_undo_a_later_save(store, content):
    send(store, lesson("First"))
    backup = current(content).read_bytes()
    send(store, lesson("Second"), 1)
    third = send(store, lesson("Third"), 2)
    current(content).write_bytes(backup)
    assert store.settle(ID, at=LATER) == third
    assert store.get(ID) == third
    current(content).write_bytes(backup)
    fourth = send(store, lesson("Fourth"), 3)
    assert store.get(ID) == fourth
    assert [r.verb for r in store.history(ID)] == ["send"] * 4


def test_a_file_deleted_by_hand_is_gone_until_somebody_saves_it_again(store, content):
    first = send(store, lesson("First"))
    current(content).unlink()
    assert store.versions() == {}
    for ask in (lambda: store.get(ID), lambda: store.settle(ID, at=NOW)):
        with pytest.raises(NotFound):
            ask()
    assert store.revision(ID, 1) == first
    with pytest.raises(StaleWrite):
        send(store, lesson("As if new"))
    assert send(store, lesson("Brought back"), 1).revision.number == 2
    assert store.get(ID).record.title == "Brought back"


def test_an_edit_made_while_a_save_was_cut_off_is_kept_beside_it(store, content):
    send(store, lesson("First"))
    before = current(content).read_bytes()
    send(store, lesson("Second"), 1)
    pending = content / ".history" / "pending" / f"{ID}.md"
    pending.write_bytes(current(content).read_bytes())
    current(content).write_bytes(before.replace(b"First", b"By hand"))
    again = FileRecords(content, PlainText())
    assert again.get(ID).record.title == "By hand"
    assert again.settle(ID, at=NOW).revision.number == 3
    assert [again.revision(ID, n).record.title for n in (1, 2, 3)] == ["First", "Second", "By hand"]


def test_a_file_that_comes_back_after_its_purge_is_not_served_and_is_told(store, content):
    send(store, lesson())
    text = current(content).read_text()
    store.purge(ID, by="dee", why="asked", at=NOW)
    current(content).write_text(text)
    again = FileRecords(content, PlainText())
    assert again.versions() == {}
    with pytest.raises(NotFound):
        again.get(ID)
    [(path, _)] = again.strays()
    assert path == str(current(content))


# --- what is not a record ----------------------------------------------------------------------------
def test_files_that_are_not_named_as_records_are_told_and_not_served(store, content):
    send(store, lesson())
    folder = content / "lessons"
    names = ["notes.txt", f"{ID}.md.bak", "D-2026-7K3QD.md", "l-2026-7k3qd.md", "ünï.md"]
    for name in [*names, ".#draft"]:
        (folder / name).write_text(FOUND)
    (folder / "L-2026-AAAAA.md").mkdir()
    (folder / os.fsdecode(b"caf\xe9.md")).write_text(FOUND)
    assert list(store.versions()) == [ID]
    told = sorted(Path(path).name for path, _ in store.strays())
    assert told == sorted([*names, "L-2026-AAAAA.md", "caf?.md"])


def test_links_are_not_followed_out_of_the_folder(store, content, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text(FOUND)
    (content / "lessons").mkdir(parents=True)
    current(content).symlink_to(secret)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "radio.md").write_text("---\nid: radio\n---\n")
    (content / "themes").symlink_to(tmp_path / "elsewhere")
    assert store.versions() == {}
    assert [path for path, _ in store.strays()] == [str(current(content)), str(content / "themes")]
    for id in (ID, "radio"):
        for ask in (store.get, lambda id: store.settle(id, at=NOW)):
            with pytest.raises(Unreadable):
                ask(id)
    with pytest.raises(Unreadable):
        send(store, lesson())
    with pytest.raises(Unreadable):
        send(store, Record("radio", Kind.THEME))
    assert secret.read_text() == FOUND


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(store, content):
    (content / "lessons").mkdir(parents=True)
    os.mkfifo(current(content))
    with pytest.raises(Unreadable):
        store.get(ID)


def test_a_record_that_could_not_be_read_back_is_refused(store, content):
    with pytest.raises(Invalid):
        send(store, replace(lesson(), fields={"colour": "blue"}))
    assert store.versions() == {}


# --- a folder in trouble -----------------------------------------------------------------------------
def test_a_folder_that_does_not_exist_yet_is_an_empty_store(store, content):
    assert store.versions() == {}
    assert list(store.strays()) == []
    assert not content.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "content").write_text("a file, not a folder")
    store = FileRecords(tmp_path / "content", PlainText())
    assert not store.writable()
    assert store.versions() == {}
    with pytest.raises(OSError):
        send(store, lesson())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_for_reading_only_is_served(store, content):
    by_hand(content)
    for path in (current(content).parent, content):
        path.chmod(0o500)
    try:
        again = FileRecords(content, PlainText())
        assert not again.writable()
        assert again.settle(ID, at=NOW) == again.get(ID)
    finally:
        for path in (content, current(content).parent):
            path.chmod(0o700)


def test_a_full_disk_loses_nothing_and_leaves_nothing(store, content):
    first = send(store, lesson("First"))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        assert process.submit(save_too_much, str(content), ID).result(timeout=60)
    assert store.get(ID) == first
    assert not [*content.glob(".history/pending/*"), *content.glob(".history/temp/*")]
    assert send(store, lesson("Second"), 1).revision.number == 2


# --- several servers ---------------------------------------------------------------------------------
def test_a_record_that_another_process_holds_for_long_makes_busy_not_stuck(content):
    locks = disk.Locks(content / "locks", patience=0.05)
    with locks.hold([ID]), pytest.raises(Busy), locks.hold(["radio", ID]):
        raise AssertionError("two held it")
    with locks.hold([ID, "radio"]):
        pass


def test_where_locks_do_not_work_a_revision_is_still_written_by_one_alone(store, content):
    send(store, lesson("First"))
    winner = send(store, lesson("The winner’s"), 1)
    loser = replace(winner, record=lesson("The loser’s"))
    over = Places(content).read_current(ID)
    [answer] = Desk(Places(content)).write([Ready(loser, PlainText().render(loser).encode(), over)])
    assert isinstance(answer, StaleWrite)
    assert store.get(ID) == store.revision(ID, 2) == winner
    assert not [*content.glob(".history/pending/*"), *content.glob(".history/temp/*")]


def test_processes_that_keep_trying_lose_no_words(store, content):
    send(store, lesson())
    names, lines = "abc", 15
    with ProcessPoolExecutor(len(names), mp_context=get_context("spawn")) as processes:
        racing = [
            processes.submit(race, str(content), ID, name, lines, len(names)) for name in names
        ]
        told = sum(each.result(timeout=60) for each in racing)
    final = store.get(ID)
    written = final.record.texts["lesson"].splitlines()
    assert sorted(written) == sorted(f"{name}{line}" for name in names for line in range(lines))
    assert [r.number for r in store.history(ID)] == list(range(1, len(written) + 2))
    assert told, "they never met: this test shows nothing"
    assert store.revision(ID, len(written) + 1) == final


def test_a_text_that_was_destroyed_stands_nowhere_on_the_disk_and_no_old_copy_brings_it_back(
    store, content
):
    first = send(store, lesson("Ask Jo Bloggs first", happened="Jo Bloggs was late."))
    before = current(content).read_bytes()
    newest = send(store, first.record.with_(title="Ask early").with_texts(happened="Rain."), 1)
    store.redact(ID, 1, by="dee", why="a name", at=LATER)
    assert not [p for p in content.rglob("*") if p.is_file() and b"Bloggs" in p.read_bytes()]
    assert (content / ".history/lessons" / ID / "000001.md").stat().st_mode & 0o777 == 0o600
    current(content).write_bytes(before)  # from a backup
    assert store.settle(ID, at=LATER) == newest
    assert not [p for p in content.rglob("*") if p.is_file() and b"Bloggs" in p.read_bytes()]
    assert [revision.number for revision in store.history(ID)] == [1, 2]
