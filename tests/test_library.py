"""The one door: access, then audit, then keep, then index."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lessons.app import House
from lessons.domain.access import SYSTEM, Role, User
from lessons.domain.errors import Busy, NotFound, SearchUnavailable, StaleWrite, Unreadable
from lessons.domain.query import Query, ask
from lessons.domain.record import Kind, Record, Stored
from lessons.library import Library
from lessons.ports import Change, Event
from lessons.services import find, watch
from tests.find.worlds import Clock, house_at

REVIEWER, OFFICER = User("rev", Role.REVIEWER), User("olly", Role.OFFICER)
RADIO = Record(
    "L-2026-7K3QD", Kind.LESSON,
    fields={"title": "Carry a spare radio battery", "state": "observation", "marking": "official"},
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = house_at(tmp_path, Clock())
    built.library.rebuild()
    yield built
    built.database.close()


@pytest.fixture
def library(house: House) -> Library:
    return house.library


def file_of(house: House, record: Record) -> Path:
    return Path(house.settings["CONTENT_DIR"]) / record.kind.folder / f"{record.id}.md"


def finds(library: Library, words: str, reader: User = OFFICER) -> list[str]:
    return [hit.id for hit in find.by_words(library, reader, words, 10).hits]


def trail(library: Library, id: str) -> list[tuple[str, str, int]]:
    """Who did what to which revision, oldest first."""
    return [(e.who, e.verb, e.revision) for e in library.audit.events(record=id)][::-1]


class Stub:
    """A real part, with one of its methods put in place by the test."""

    def __init__(self, part: object, **methods: Callable[..., Any]) -> None:
        self._part, self._methods = part, methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)


# --- audit before keep ------------------------------------------------------------------------------
def test_nothing_is_kept_that_the_audit_log_could_not_note(library: Library) -> None:
    def full(*events: Event) -> None:
        raise OSError("no space left on device")

    audit = library.audit
    library.audit = Stub(audit, note=full)
    with pytest.raises(OSError, match="no space"):
        library.save(SYSTEM, "send", RADIO, expected=0)
    with pytest.raises(OSError, match="no space"):
        library.save_many(SYSTEM, "send", [Change(RADIO, 0)])
    library.audit = audit
    with pytest.raises(NotFound):
        library.open(REVIEWER, RADIO.id)
    assert finds(library, "battery") == []


def test_a_crash_between_the_two_leaves_an_event_without_a_change_never_the_reverse(
    library: Library,
) -> None:
    def cut(*args: object, **rest: object) -> None:
        raise KeyboardInterrupt

    records = library.records
    library.records = Stub(records, put=cut)
    with pytest.raises(KeyboardInterrupt):
        library.save(SYSTEM, "send", RADIO, expected=0)
    library.records = records
    assert trail(library, RADIO.id) == [("system", "collection", 1)]
    with pytest.raises(NotFound):
        library.open(REVIEWER, RADIO.id)


def test_nothing_can_be_read_that_the_audit_log_could_not_note(library: Library) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)

    def full(*events: Event) -> None:
        raise OSError("no space left on device")

    library.audit = Stub(library.audit, note=full)
    for way in (library.open, library.history):
        with pytest.raises(OSError, match="no space"):
            way(OFFICER, RADIO.id)
    with pytest.raises(OSError, match="no space"):
        find.by_words(library, OFFICER, "radio", 5)


def test_reading_and_searching_are_noted_with_who_and_which_revision(library: Library) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=1)
    library.open(OFFICER, RADIO.id)
    library.history(OFFICER, RADIO.id)
    assert trail(library, RADIO.id) == [
        ("system", "collection", 1), ("rev", "alteration", 2), ("olly", "consultation", 2),
        ("olly", "consultation", 1), ("olly", "consultation", 2),
    ]  # fmt: skip
    finds(library, "radio")
    assert next(e.verb for e in library.audit.events(who="olly")) == "search"


def test_what_may_not_be_read_is_not_noted_as_read(library: Library) -> None:
    library.save(SYSTEM, "send", RADIO.with_(state="sent"), expected=0)
    with pytest.raises(NotFound):
        library.open(OFFICER, RADIO.id)
    assert trail(library, RADIO.id) == [("system", "collection", 1)]


# --- keeping ----------------------------------------------------------------------------------------
def test_the_second_of_two_who_save_is_refused_and_the_refusal_is_noted(library: Library) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=1)
    with pytest.raises(StaleWrite):
        library.save(OFFICER, "edit", RADIO.with_(unit="South"), expected=1)
    assert library.open(REVIEWER, RADIO.id).record.line("unit") == "North"
    assert ("olly", "refused", 2) in trail(library, RADIO.id)
    assert next(e.note for e in library.audit.events(who="olly")) == "StaleWrite"


def test_of_many_saved_at_once_each_has_its_own_answer_and_refusals_are_noted(
    library: Library,
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    other = Record("L-2026-AAAAA", Kind.LESSON, fields={**RADIO.fields, "title": "Tyres"})
    answers = library.save_many(SYSTEM, "import", [Change(RADIO, 0), Change(other, 0)])
    assert isinstance(answers[0], StaleWrite)
    assert finds(library, "tyres") == [other.id]
    assert ("system", "refused", 1) in trail(library, RADIO.id)
    assert trail(library, other.id) == [("system", "collection", 1)]


@pytest.mark.parametrize("trouble", [Busy(), SearchUnavailable(), RuntimeError("disk")])
def test_a_save_is_safe_when_the_index_fails_and_the_next_sync_finds_it(
    library: Library, trouble: Exception
) -> None:
    def fails(*stored: object) -> None:
        raise trouble

    index = library.index
    library.index = Stub(index, put=fails)
    library.save(SYSTEM, "send", RADIO, expected=0)
    library.index = index
    assert library.open(OFFICER, RADIO.id).record == RADIO
    assert finds(library, "battery") == []
    assert library.sync().indexed == 1
    assert finds(library, "battery") == [RADIO.id]
    assert library.sync().indexed == 0, "and then there is nothing left to do"


# --- keeping up with the files ----------------------------------------------------------------------
def test_an_edit_by_hand_is_read_at_once_found_after_a_sync_and_kept_in_the_history(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    path = file_of(house, RADIO)
    path.write_text(path.read_text("utf-8").replace("battery", "charger"), "utf-8")
    assert "charger" in library.open(OFFICER, RADIO.id).record.title
    report = library.sync()
    assert (report.indexed, report.edited_outside) == (1, [RADIO.id])
    assert finds(library, "charger") == [RADIO.id]
    assert finds(library, "battery") == []
    verbs = [s.revision.verb for s in library.history(OFFICER, RADIO.id)]
    assert verbs == ["send", "outside edit"]


def by_hand(house: House, record: Record, old: str, new: str) -> None:
    path = file_of(house, record)
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_an_edit_by_hand_is_in_the_audit_log_before_it_is_found(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    by_hand(house, RADIO, "battery", "charger")
    index = library.index
    known: list[tuple[str, str, int]] = []

    def put(*stored: Stored) -> None:
        known.extend(trail(library, RADIO.id))
        index.put(*stored)

    library.index = Stub(index, put=put)
    library.sync()
    assert known == [("system", "collection", 1), ("outside", "alteration", 2)]
    library.rebuild()
    library.sync()
    assert trail(library, RADIO.id) == known, "and it is noted once"
    assert next(iter(library.audit.events(record=RADIO.id))).note == "outside edit"


def test_an_edit_by_hand_that_a_save_comes_upon_is_in_the_audit_log(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    by_hand(house, RADIO, "battery", "charger")
    with pytest.raises(StaleWrite):
        library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=1)
    assert trail(library, RADIO.id)[-1] == ("outside", "alteration", 2)
    by_hand(house, RADIO, "charger", "cable")
    library.save_many(SYSTEM, "import", [Change(RADIO, 2)])
    assert trail(library, RADIO.id)[-1] == ("outside", "alteration", 3)


def test_an_edit_by_hand_whose_event_a_crash_cut_off_is_noted_by_the_next_save(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    by_hand(house, RADIO, "battery", "charger")
    library.records.settle(RADIO.id, at=library.clock())  # and then the machine stopped
    library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=2)
    assert ("outside", "alteration", 2) in trail(library, RADIO.id)


def test_a_sent_debrief_edited_by_hand_is_kept_and_complained_of_until_it_is_put_right(
    house: House, library: Library
) -> None:
    fields: dict[str, Any] = {"title": "Cold debrief", "author": "olly", "sent": library.clock()}
    debrief = Record("D-2026-7K3QD", Kind.DEBRIEF, fields=fields)
    library.save(OFFICER, "send", debrief, expected=0)

    def told() -> list[str]:
        return [c.problem for c in watch.complaints(library) if c.problem.startswith("this debr")]

    by_hand(house, debrief, "marking: official", "marking: official_sensitive")
    library.sync()
    assert told() == [], "who may read it can change"
    by_hand(house, debrief, "Cold debrief", "Warm debrief")
    said = ["this debrief was sent, and then edited outside: title"]
    assert told() == said
    library.sync()
    assert library.open(REVIEWER, debrief.id).record.title == "Warm debrief"
    assert told() == said
    by_hand(house, debrief, "Warm debrief", "Cold debrief")
    library.sync()
    assert told() == []


def test_an_edit_by_hand_that_closes_a_record_closes_it_everywhere(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    path = file_of(house, RADIO)
    path.write_text(path.read_text("utf-8").replace("state: observation", "state: sent"), "utf-8")
    with pytest.raises(NotFound):
        library.open(OFFICER, RADIO.id)
    library.sync()
    assert finds(library, "battery") == []
    assert finds(library, "battery", REVIEWER) == [RADIO.id]


def test_a_file_that_cannot_be_read_is_told_once_and_is_found_no_more_until_it_is_mended(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    path = file_of(house, RADIO)
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("---", "- - -", 1), "utf-8")
    first = library.sync()
    assert [e.path for e in first.news] == [e.path for e in first.unreadable] == [str(path)]
    assert first.removed == 1
    assert not first.clean
    assert finds(library, "battery") == []
    second = library.sync()
    assert (second.news, len(second.unreadable), second.removed) == ([], 1, 0)
    path.write_text(whole, "utf-8")
    assert library.sync().clean
    assert finds(library, "battery") == [RADIO.id]


def test_only_those_who_could_read_a_file_learn_that_it_is_broken(
    house: House, library: Library
) -> None:
    library.save(SYSTEM, "send", RADIO.with_(state="sent", author="ann"), expected=0)
    file_of(house, RADIO).write_text("nothing of ours", "utf-8")
    for reader in (REVIEWER, User("ann", Role.OFFICER), SYSTEM):
        with pytest.raises(Unreadable):
            library.open(reader, RADIO.id)
    with pytest.raises(NotFound):
        library.open(OFFICER, RADIO.id)
    assert library.peek(REVIEWER, RADIO.id) is None


def test_a_file_deleted_by_hand_is_found_no_more(house: House, library: Library) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    file_of(house, RADIO).unlink()
    assert library.sync().removed == 1
    assert finds(library, "battery") == []


def test_a_file_put_there_by_hand_is_found(house: House, library: Library) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    text = file_of(house, RADIO).read_text("utf-8")
    other = Record("L-2026-BBBBB", Kind.LESSON)
    file_of(house, other).write_text(text.replace(RADIO.id, other.id), "utf-8")
    assert library.sync().indexed == 1
    assert sorted(finds(library, "battery")) == [RADIO.id, other.id]


def test_a_record_saved_while_a_sync_looks_round_is_not_lost_from_the_index(
    library: Library,
) -> None:
    """It comes between the look at the index and the look at the files."""
    other = Record("L-2026-BBBBB", Kind.LESSON, fields={**RADIO.fields})
    library.save(SYSTEM, "send", RADIO, expected=0)
    records, meanwhile = library.records, iter([other])

    def versions(kind: Kind | None = None) -> Any:
        before = records.versions(kind)
        for late in meanwhile:
            library.save(SYSTEM, "send", late, expected=0)
        return before

    library.records = Stub(records, versions=versions)
    library.sync()
    library.records = records
    assert sorted(finds(library, "battery")) == [RADIO.id, other.id]


def test_a_record_erased_while_a_sync_reads_it_does_not_come_back(library: Library) -> None:
    index, records = library.index, library.records
    library.index = Stub(index, put=lambda *stored: None)
    library.save(SYSTEM, "send", RADIO, expected=0)  # the index has missed it

    def late(*stored: object) -> None:
        library.index = index
        library.purge(REVIEWER, RADIO.id, "erasure")
        index.put(*stored)  # type: ignore[arg-type]

    library.index = Stub(index, put=late)
    library.sync()
    library.index, library.records = index, records
    assert finds(library, "battery", REVIEWER) == []
    assert RADIO.id not in index.versions()


# --- an index that is behind ------------------------------------------------------------------------
def test_a_save_that_is_indexed_late_does_not_cover_a_newer_one(library: Library) -> None:
    first = library.save(SYSTEM, "send", RADIO, expected=0)
    other = Record("L-2026-BBBBB", Kind.LESSON, fields={**RADIO.fields, "title": "Carry tyres"})
    second = library.save(SYSTEM, "send", other, expected=0)
    closed = RADIO.with_(state="sent", decision="Look again.", title="Closed")
    library.save(REVIEWER, "review_again", closed, expected=1)
    library.index.remove(other.id)
    library.make_findable(first, second)
    assert library.index.versions() == library.records.versions()
    assert finds(library, "battery") == []
    assert finds(library, "tyres") == [other.id], "what was saved with it is there"


def test_an_edit_by_hand_that_closes_a_record_hides_it_from_search_at_once(
    house: House, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    by_hand(house, RADIO, "state: observation", "state: sent")
    results = find.by_words(library, OFFICER, "battery", 10)
    assert (results.hits, results.total) == ((), 0)
    assert "may no longer be read: L-2026-7K3QD" in caplog.text
    assert trail(library, RADIO.id)[-1] == ("outside", "alteration", 2)
    assert finds(library, "battery", REVIEWER) == [RADIO.id]
    assert library.sync().indexed == 0, "the search has brought the index up to date"


def test_a_file_deleted_by_hand_is_no_hit_even_where_the_index_cannot_be_written(
    house: House, library: Library
) -> None:
    def busy(*ids: object, destroy: bool = False) -> None:
        raise Busy

    library.save(SYSTEM, "send", RADIO, expected=0)
    file_of(house, RADIO).unlink()
    index = library.index
    library.index = Stub(index, put=busy, remove=busy)
    results = find.by_words(library, OFFICER, "battery", 10)
    assert (results.hits, results.total) == ((), 0)
    library.index = index
    assert RADIO.id in index.versions()
    assert finds(library, "battery") == []
    assert RADIO.id not in index.versions()


def test_a_save_that_closes_a_record_takes_it_out_of_an_index_that_cannot_take_it(
    library: Library,
) -> None:
    def busy(*ids: object, destroy: bool = False) -> None:
        raise Busy

    library.save(SYSTEM, "send", RADIO, expected=0)
    index = library.index
    library.index = Stub(index, put=busy)
    library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=1)
    assert RADIO.id in index.versions(), "whoever reads it may read the text before too"
    library.save(
        REVIEWER, "review_again", RADIO.with_(state="sent", decision="Look again."), expected=2
    )
    assert RADIO.id not in index.versions()


def test_a_save_that_closes_a_record_which_the_index_goes_on_showing_says_so(
    library: Library,
) -> None:
    def busy(*ids: object, destroy: bool = False) -> None:
        raise Busy

    library.save(SYSTEM, "send", RADIO, expected=0)
    index = library.index
    library.index = Stub(index, put=busy, remove=busy)
    with pytest.raises(Busy):
        library.save(
            REVIEWER, "review_again", RADIO.with_(state="sent", decision="Look again."), expected=1
        )
    library.index = index
    assert library.open(REVIEWER, RADIO.id).record.line("state") == "sent", "it is kept"


def test_files_that_went_back_to_a_backup_are_found_as_they_are_there(
    house: House, library: Library
) -> None:
    """Their revisions are then older than those of the index."""
    content = Path(house.settings["CONTENT_DIR"])
    library.save(SYSTEM, "send", RADIO, expected=0)
    shutil.copytree(content, content.with_name("backup"))
    library.save(REVIEWER, "edit", RADIO.with_(title="Carry a charger"), expected=1)
    shutil.rmtree(content)
    content.with_name("backup").rename(content)
    library.sync()
    assert finds(library, "battery") == [RADIO.id]
    assert finds(library, "charger") == []
    assert library.sync().indexed == 0


# --- erasure ----------------------------------------------------------------------------------------
def test_an_erased_record_is_gone_from_pages_search_and_history_and_the_log_says_why(
    library: Library,
) -> None:
    library.save(SYSTEM, "send", RADIO, expected=0)
    library.save(REVIEWER, "edit", RADIO.with_(unit="North"), expected=1)
    library.purge(REVIEWER, RADIO.id, "asked for by the person it named")
    for way in (library.open, library.history):
        with pytest.raises(NotFound):
            way(REVIEWER, RADIO.id)
    with pytest.raises(NotFound):
        library.revision(REVIEWER, RADIO.id, 1)
    assert finds(library, "battery", REVIEWER) == []
    event = next(iter(library.audit.events(record=RADIO.id)))
    assert (event.verb, event.note) == ("erasure", "asked for by the person it named")
    library.sync()
    assert finds(library, "battery", REVIEWER) == []


def test_a_record_is_not_erased_while_the_index_still_shows_it(library: Library) -> None:
    def busy(*ids: str, destroy: bool = False) -> None:
        raise Busy

    library.save(SYSTEM, "send", RADIO, expected=0)
    index = library.index
    library.index = Stub(index, remove=busy)
    with pytest.raises(Busy):
        library.purge(REVIEWER, RADIO.id, "erasure")
    library.index = index
    assert trail(library, RADIO.id)[-2:] == [("rev", "erasure", 0), ("rev", "refused", 0)]
    assert library.open(REVIEWER, RADIO.id).record == RADIO
    library.purge(REVIEWER, RADIO.id, "erasure")


def test_an_erasure_of_what_is_not_there_is_noted_as_refused(library: Library) -> None:
    with pytest.raises(NotFound):
        library.purge(REVIEWER, RADIO.id, "erasure")
    assert trail(library, RADIO.id) == [("rev", "erasure", 0), ("rev", "refused", 0)]


def test_a_record_indexed_while_it_is_erased_does_not_come_back(library: Library) -> None:
    stored = library.save(SYSTEM, "send", RADIO, expected=0)
    records = library.records

    def purge(*args: Any, **rest: Any) -> None:
        records.purge(*args, **rest)
        library.index.put(stored)  # by a sync that had read it before

    library.records = Stub(records, purge=purge)
    library.purge(REVIEWER, RADIO.id, "erasure")
    library.records = records
    assert RADIO.id not in library.index.versions()


def test_after_an_erasure_no_file_of_the_index_holds_a_word_of_it(
    house: House, library: Library
) -> None:
    folder = Path(house.settings["INSTANCE_DIR"]) / "index"
    other = Record("L-2026-BBBBB", Kind.LESSON, fields={**RADIO.fields, "title": "Carry tyres"})
    rare = RADIO.with_(title="Larkspurzz batteries")

    def on_disk(word: str) -> bool:
        return any(word.encode() in p.read_bytes() for p in folder.rglob("*") if p.is_file())

    library.save_many(SYSTEM, "import", [Change(rare, 0), Change(other, 0)])
    library.save(REVIEWER, "edit", rare.with_(title="Wolfsbanezz batteries"), expected=1)
    assert on_disk("larkspurzz"), "a deletion mark leaves the text of the first revision there"
    assert on_disk("wolfsbanezz")
    library.purge(REVIEWER, RADIO.id, "erasure")
    assert not any(on_disk(word) for word in ("larkspurzz", "wolfsbanezz", RADIO.id, "L2026"))
    assert finds(library, "tyres") == [other.id]


# --- lists ------------------------------------------------------------------------------------------
def theme(label: str, **fields: Any) -> Record:
    return Record("radio", Kind.THEME, fields={"label": label, **fields})


def test_a_theme_renamed_here_by_another_process_or_by_hand_is_seen_within_a_second(
    house: House, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 1_000, 2))
    monkeypatch.setattr("lessons.library.lists.monotonic", lambda: float(next(seconds)))
    assert library.vocabularies.label("theme", "radio") == "radio"
    library.save(SYSTEM, "send", theme("Radio"), expected=0)
    assert library.vocabularies.label("theme", "radio") == "Radio"
    path = file_of(house, theme("Radio"))
    path.write_text(path.read_text("utf-8").replace("Radio", "Radio and phones"), "utf-8")
    assert library.vocabularies.label("theme", "radio") == "Radio and phones"
    path.unlink()
    assert library.vocabularies.label("theme", "radio") == "radio"


def test_the_lists_are_not_read_again_while_nothing_changes(library: Library) -> None:
    library.save(SYSTEM, "send", theme("Radio"), expected=0)
    library.forget_lists()
    first = library.vocabularies
    opened: list[str] = []
    records = library.records

    def get(id: str) -> Stored:
        opened.append(id)
        return records.get(id)

    library.records = Stub(records, get=get)
    assert library.vocabularies is first
    assert opened == []


def test_the_label_of_a_theme_is_for_those_who_may_read_the_theme(library: Library) -> None:
    library.save(SYSTEM, "send", theme("Kidnap: hidden word", groups=("kidnap",)), expected=0)
    library.forget_lists()
    assert library.lists_for(OFFICER).label("theme", "radio") == "radio"
    member = User("gil", Role.OFFICER, groups=frozenset({"kidnap"}))
    assert library.lists_for(member).label("theme", "radio") == "Kidnap: hidden word"


# --- access -----------------------------------------------------------------------------------------
def test_nobody_searches_with_the_keys_of_another(library: Library) -> None:
    with pytest.raises(NotFound):
        library.search(OFFICER, Query(keys=frozenset({"role:reviewer"})))
    with pytest.raises(NotFound):
        library.search(OFFICER, ask("radio", keys=frozenset({"everything"})))


@pytest.mark.parametrize(
    "id", ["", "..", "../../etc/passwd", "L-2026-7K3Q", "L-2026-7K3QU", "Radio", "L-2026-7K3QD\n"]
)
def test_what_is_no_reference_is_not_found(library: Library, id: str) -> None:
    for way in (library.open, library.history):
        with pytest.raises(NotFound):
            way(SYSTEM, id)
    assert library.peek(SYSTEM, id) is None


def test_revisions_for_others_are_neither_shown_nor_counted(library: Library) -> None:
    secret = RADIO.with_(groups=("kidnap",))
    for number, record in enumerate(
        (secret, secret.with_(unit="North"), RADIO, RADIO.with_(unit="South"))
    ):
        library.save(SYSTEM, "edit", record, expected=number)
    shown: Sequence[Record] = [s.record for s in library.history(OFFICER, RADIO.id)]
    assert shown == [RADIO, RADIO.with_(unit="South")]
    for number in (1, 2):
        with pytest.raises(NotFound):
            library.revision(OFFICER, RADIO.id, number)
    library.save(REVIEWER, "edit", secret, expected=4)
    with pytest.raises(NotFound):
        library.history(OFFICER, RADIO.id)


def test_many_who_save_and_many_who_search_at_once_lose_nothing(library: Library) -> None:
    ids = [f"L-2026-{n:05d}" for n in range(12)]
    wrong: list[BaseException] = []

    def sends(id: str) -> None:
        try:
            library.save(SYSTEM, "send", Record(id, Kind.LESSON, fields=RADIO.fields), expected=0)
            finds(library, "battery")
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=sends, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    library.sync()
    assert wrong == []
    assert len(find.by_words(library, OFFICER, "battery", 50).hits) == len(ids)
