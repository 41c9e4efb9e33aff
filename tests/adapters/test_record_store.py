"""What every record store promises. A new backend is one line more in BACKENDS."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest

from lessons.adapters.files import FileRecords, PlainText
from lessons.domain.errors import Invalid, NotFound, StaleWrite
from lessons.domain.record import Closed, Kind, Record, Revision, Stored, new_id
from lessons.ports import Change, RecordStore
from tests.adapters.memory import MemoryRecords

NOW = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
Open = Callable[[], RecordStore]  # each call is one more server that opens the same records


def files(folder: Path) -> Open:
    return lambda: FileRecords(folder / "content", PlainText())


def memory(folder: Path) -> Open:
    store = MemoryRecords()
    return lambda: store


BACKENDS = [files, memory]


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.__name__)
def opened(request, tmp_path) -> Open:
    return request.param(tmp_path)


@pytest.fixture
def store(opened) -> RecordStore:
    return opened()


def lesson(title: str = "Carry spare radio batteries", **texts: str) -> Record:
    fields = {"title": title, "occurred": date(2026, 5, 4), "themes": ("radio", "handover")}
    return Record(new_id(Kind.LESSON, 2026), Kind.LESSON, fields=fields, texts=texts)


def send(store: RecordStore, record: Record, expected: int = 0, by: str = "ann") -> Stored:
    return store.put(record, expected=expected, by=by, verb="send", at=NOW)


# --- one after another -------------------------------------------------------------------------------
def test_what_an_officer_sends_can_be_opened_again(store, opened):
    record = lesson(
        happened="Two radios died.\r\n\n## What happened {#happened}\n---\n", lesson=" "
    )
    saved = send(store, record)
    assert saved == Stored(record, Revision(1, NOW, "ann", "send"))
    for reader in (store, opened()):
        assert reader.get(record.id) == saved
        assert reader.get(record.id).version == saved.version != ""


def test_the_time_of_a_save_is_kept_in_utc_and_whole_seconds(tmp_path):
    store = FileRecords(tmp_path, PlainText())
    at = datetime(2026, 7, 1, 10, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    saved = store.put(lesson(), expected=0, by="ann", verb="send", at=at)
    assert saved.revision.at == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert store.get(saved.record.id) == saved


def test_a_reviewer_accepts_it_and_both_texts_are_kept(store):
    first = send(store, lesson("Carry batteries"))
    clean = first.record.with_(title="When it is loud, carry spare batteries")
    second = store.put(clean, expected=1, by="raj", verb="accept", at=NOW + timedelta(days=1))
    assert store.get(clean.id) == second
    assert store.history(clean.id) == (
        Revision(1, NOW, "ann", "send"),
        Revision(2, NOW + timedelta(days=1), "raj", "accept"),
    )
    assert store.revision(clean.id, 1) == first
    assert store.revision(clean.id, 2) == second


def test_the_version_changes_with_every_save(store):
    saved = send(store, lesson("Title A"))
    seen = {saved.version}
    for number in range(1, 20):
        saved = send(store, saved.record.with_(title=f"Title {number % 2}"), number)
        assert store.versions() == {saved.record.id: saved.version}
        seen.add(saved.version)
    assert len(seen) == 20


def test_the_version_of_one_record_is_known_without_opening_it(store):
    first = send(store, lesson())
    assert store.version(first.record.id) == first.version == store.versions()[first.record.id]
    second = send(store, first.record.with_(title="Two batteries"), 1)
    assert store.version(first.record.id) == second.version != first.version
    assert store.version("L-2026-00000") == store.version("../secret") == ""
    store.purge(first.record.id, by="dee", why="asked", at=NOW)
    assert store.version(first.record.id) == ""


def test_two_people_change_the_same_lesson_and_the_second_is_told(store):
    first = send(store, lesson())
    send(store, first.record.with_(title="What Ann made of it"), 1)
    with pytest.raises(StaleWrite, match=first.record.id):
        send(store, first.record.with_(title="What Bob made of it"), 1)
    assert store.get(first.record.id).record.title == "What Ann made of it"
    assert len(store.history(first.record.id)) == 2


@pytest.mark.parametrize("expected", [-1, 1, 2, 7])
def test_nobody_can_change_what_is_not_there(store, expected):
    with pytest.raises(StaleWrite):
        send(store, lesson(), expected)
    assert store.versions() == {}


@pytest.mark.parametrize("expected", [-1, 0, 2, 3])
def test_a_save_must_name_the_revision_that_it_replaces(store, expected):
    first = send(store, lesson())
    with pytest.raises(StaleWrite):
        send(store, first.record.with_(title="Other"), expected)
    assert store.get(first.record.id) == first
    assert len(store.history(first.record.id)) == 1


@pytest.mark.parametrize(
    "id", ["L-2026-AAAAA", "radio", "", ".", "..", "../lessons/x", "L-2026-7k3qd", "L-2026-7K3QD\n", "a/b", "\x00"]
)  # fmt: skip
def test_what_is_not_there_is_not_found(store, id):
    send(store, lesson())
    for ask in (
        lambda: store.get(id),
        lambda: store.settle(id, at=NOW),
        lambda: store.history(id),
        lambda: store.revision(id, 1),
        lambda: store.purge(id, by="dee", why="asked", at=NOW),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("number", [-1, 0, 2, 10**7])
def test_a_revision_that_never_was_is_not_found(store, number):
    first = send(store, lesson())
    with pytest.raises(NotFound):
        store.revision(first.record.id, number)


def test_versions_tell_the_records_of_one_kind_apart(store):
    saved = send(store, lesson())
    theme = send(store, Record("radio", Kind.THEME, fields={"label": "Radio"}))
    assert store.versions() == {saved.record.id: saved.version, "radio": theme.version}
    assert store.versions(Kind.THEME) == {"radio": theme.version}
    assert store.versions(Kind.DEBRIEF) == {}


def test_settling_what_nobody_touched_changes_nothing(store):
    saved = send(store, lesson())
    settled = store.settle(saved.record.id, at=NOW + timedelta(days=1))
    assert settled == saved
    assert settled.version == saved.version
    assert len(store.history(saved.record.id)) == 1


def test_a_store_in_good_order_says_so(store):
    send(store, lesson())
    assert store.writable()
    assert list(store.strays()) == []


# --- many at once ------------------------------------------------------------------------------------
def test_an_import_gets_an_answer_for_each_record_in_its_place(store):
    old = send(store, lesson("Old"))
    new = [lesson(f"New {i}") for i in range(450)]
    changes = [
        *(Change(record, 0) for record in new),
        Change(old.record.with_(title="Changed"), 1),
        Change(old.record.with_(title="Too late"), 1),
        Change(old.record.with_(title="Changed again"), 2),
        Change(new[0], 0),
        Change(new[1].with_(title="New 1, put right"), 1),
        Change(lesson("Never was"), 3),
    ]
    answers = store.put_many(changes, by="imp", verb="import", at=NOW)
    told = [a.revision.number if isinstance(a, Stored) else type(a) for a in answers]
    assert told == [1] * 450 + [2, StaleWrite, 3, StaleWrite, 2, StaleWrite]
    for change, answer in zip(changes, answers, strict=True):
        if isinstance(answer, Stored):
            assert store.revision(change.record.id, answer.revision.number) == answer
            assert answer.record == change.record
    assert store.get(old.record.id).record.title == "Changed again"
    assert store.get(new[1].id).record.title == "New 1, put right"
    last = {a.record.id: a.version for a in answers if isinstance(a, Stored)}
    assert store.versions() == last


def test_an_import_of_nothing_is_nothing(store):
    assert store.put_many([], by="imp", verb="import", at=NOW) == []


# --- erasure -----------------------------------------------------------------------------------------
def test_a_purged_record_leaves_a_tombstone_and_can_never_come_back(store, opened):
    first = send(store, lesson())
    send(store, first.record.with_(title="Second"), 1)
    other = send(store, lesson("Somebody else’s"))
    later = NOW + timedelta(days=1)
    store.purge(first.record.id, by="dee", why="erasure asked for", at=later)
    for reader in (store, opened()):
        assert reader.versions() == {other.record.id: other.version}
        [tombstone] = reader.history(first.record.id)
        assert (tombstone.number, tombstone.at, tombstone.by) == (3, later, "dee")
        for ask in (
            lambda: store.get(first.record.id),
            lambda: store.settle(first.record.id, at=NOW),
            lambda: store.revision(first.record.id, 1),
            lambda: store.revision(first.record.id, 3),
            lambda: store.purge(first.record.id, by="dee", why="again", at=NOW),
        ):
            with pytest.raises(NotFound):
                ask()
        for expected in (0, 1, 2, 3):
            with pytest.raises(StaleWrite):
                send(store, first.record, expected)
    assert store.get(other.record.id) == other


def test_the_text_of_an_earlier_revision_can_be_destroyed_and_who_made_it_stays(store, opened):
    named = lesson("Ask Jo Bloggs first", happened="Jo Bloggs was late.").with_(
        state="observation", marking="official"
    )
    first = send(store, named)
    second = send(
        store, named.with_(title="Ask early").with_texts(happened="A keyholder was late."), 1
    )
    later = NOW + timedelta(days=1)
    for _ in range(2):
        store.redact(named.id, 1, by="dee", why="a name", at=later)
        later += timedelta(days=1)
    for reader in (store, opened()):
        kept = reader.revision(named.id, 1)
        made = Revision(1, NOW, "ann", "send", Closed(NOW + timedelta(days=1), "dee", "a name"))
        assert kept == Stored(
            Record(named.id, Kind.LESSON, fields={"state": "observation", "marking": "official"}),
            made,
        )
        assert reader.history(named.id) == (made, second.revision)
        assert reader.get(named.id) == reader.revision(named.id, 2) == second
        assert reader.versions() == {named.id: second.version}
    assert send(store, first.record, 2).revision.number == 3


@pytest.mark.parametrize("number", [0, 1, 3, -1])
def test_the_text_that_holds_now_is_never_destroyed_nor_one_that_is_not_there(store, number):
    first = send(store, lesson())
    with pytest.raises(Invalid if number == 1 else NotFound):
        store.redact(first.record.id, number, by="dee", why="asked", at=NOW)
    with pytest.raises(NotFound):
        store.redact("L-2026-AAAAA", 1, by="dee", why="asked", at=NOW)
    assert store.get(first.record.id) == store.revision(first.record.id, 1) == first
    store.purge(first.record.id, by="dee", why="asked", at=NOW)
    with pytest.raises(NotFound):
        store.redact(first.record.id, 1, by="dee", why="asked", at=NOW)


# --- all at the same time ----------------------------------------------------------------------------
def test_of_many_people_who_save_at_once_exactly_one_wins(opened):
    first = send(opened(), lesson())
    together = Barrier(8)

    def race(name: str) -> Stored | StaleWrite:
        store = opened()
        together.wait()
        try:
            return send(store, first.record.with_(title=f"What {name} made of it"), 1, name)
        except StaleWrite as error:
            return error

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(race, "abcdefgh"))
    [winner] = [answer for answer in answers if isinstance(answer, Stored)]
    assert opened().get(first.record.id) == winner
    assert len(opened().history(first.record.id)) == 2


def test_of_many_new_records_with_one_reference_exactly_one_is_made(opened):
    record = lesson()
    together = Barrier(8)

    def race(name: str) -> bool:
        store = opened()
        together.wait()
        [answer] = store.put_many(
            [Change(record.with_(title=name), 0)], by=name, verb="send", at=NOW
        )
        return isinstance(answer, Stored)

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(race, "abcdefgh")) == 1


def test_people_who_keep_trying_lose_no_words(opened):
    record = send(opened(), lesson(lesson="")).record

    def add_lines(name: str) -> None:
        store = opened()
        for line in range(5):
            while True:
                now = store.get(record.id)
                text = now.record.texts.get("lesson", "") + f"{name}{line}\n"
                try:
                    send(store, now.record.with_texts(lesson=text), now.revision.number, name)
                    break
                except StaleWrite:
                    continue

    with ThreadPoolExecutor(6) as people:
        list(people.map(add_lines, "abcdef"))
    final = opened().get(record.id)
    lines = final.record.texts["lesson"].splitlines()
    assert sorted(lines) == [f"{name}{line}" for name in "abcdef" for line in range(5)]
    assert [r.number for r in opened().history(record.id)] == list(range(1, 32))


def test_a_reader_always_sees_a_whole_text_while_others_write(opened):
    record = send(opened(), lesson(lesson="0 " * 2_000)).record

    def write(_: int) -> None:
        store = opened()
        for number in range(1, 40):
            text = f"{number} " * 2_000
            send(store, record.with_texts(lesson=text), number)

    def read(_: int) -> int:
        store, last = opened(), 0
        while last < 40:
            now = store.get(record.id)
            assert now.record.texts["lesson"] == f"{now.revision.number - 1} " * 2_000
            assert now.revision.number >= last
            last = now.revision.number
        return last

    with ThreadPoolExecutor(3) as people:
        done = [people.submit(write, 0), people.submit(read, 0), people.submit(read, 0)]
        assert [each.result(timeout=60) for each in done] == [None, 40, 40]
