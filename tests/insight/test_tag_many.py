"""A reviewer tags all that a search found, however many, and takes it back; a kill on the way loses nothing."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from time import monotonic, sleep

import pytest

from lessons.app import House, chores
from lessons.domain.access import Role, User
from lessons.domain.record import Kind, Record
from lessons.ports import Change
from lessons.services.insight import batches, theme_changes, themes
from lessons.services.insight.batch import SUBJECT, Batch
from lessons.services.insight.batch_work import SETTLE, SLICE
from lessons.services.watch import keep_watch
from tests.find.kit import add, lesson
from tests.insight.kit import tags
from tests.people import Page, Person

Someone = Callable[..., Person]
REV = User("rev", Role.REVIEWER)
ASKED = {"asked": "q=ladder", "theme": "radio", "change": "add"}


def ids(count: int) -> list[str]:
    return [lesson(n).id for n in range(1, count + 1)]


def ladders(house: House, count: int, **fields: object) -> None:
    add(house, *(lesson(n, title=f"Ladder {n}", **fields) for n in range(1, count + 1)))


def tag(someone: Person, **form: object) -> Page:
    page = someone.sends("/themes/tag", {**ASKED, **form})
    return someone.sends("/themes/tag", {**page.hidden, **form, "do": "confirm"})


def begun(house: House, by: User, key: str, chosen: Sequence[str]) -> Batch:
    plan = batches.tagging(house.library, by, key, chosen)
    [batch] = batches.prepare(house.library, house.notebook, by, plan)
    return batch


def all_done(house: House) -> None:
    while batches.work_batches(house.library, house.notebook):
        pass


# --- from a search ----------------------------------------------------------------------------------
def test_all_that_a_search_found_is_tagged(person: Someone, house: House) -> None:
    ladders(house, 12, themes=("handover",))
    add(house, lesson(20, title="Rope"))
    reviewer = person("reviewer")
    assert "Tag these" in reviewer.opens("/search?q=ladder").text
    page = reviewer.sends("/themes/tag", ASKED)
    assert "Put “Radio and communications” on 12 records?" in page.text
    assert tags(house, ids(1)[0]) == ("handover",)  # nothing was changed yet
    page = tag(reviewer)
    assert "It is done." in page.text
    assert "Changed 12" in page.text
    assert all(tags(house, id) == ("handover", "radio") for id in ids(12))
    assert tags(house, "L-2026-00020") == ()
    history = reviewer.opens("/lessons/L-2026-00001/history")
    assert "Tagged" in history.text


def test_only_those_that_were_ticked_are_tagged(person: Someone, house: House) -> None:
    ladders(house, 3)
    tag(person("reviewer"), scope="ticked", id=ids(2))
    assert [tags(house, id) for id in ids(3)] == [("radio",), ("radio",), ()]


def test_a_theme_is_taken_off_many_and_what_has_it_not_is_told_apart(
    person: Someone, house: House
) -> None:
    ladders(house, 3, themes=("radio", "handover"))
    add(house, lesson(9, title="Ladder 9"))
    page = tag(person("reviewer"), change="remove")
    assert "Changed 3" in page.text
    assert "Nothing to change 1" in page.text
    assert tags(house, ids(1)[0]) == ("handover",)


def test_a_batch_is_undone_but_for_what_somebody_changed_since(
    person: Someone, house: House
) -> None:
    ladders(house, 3)
    add(house, lesson(9, title="Ladder 9", themes=("radio",)))
    reviewer = person("reviewer")
    tag(reviewer)
    stored = house.library.records.get("L-2026-00002")
    changed = stored.record.with_(themes=("welfare",))
    house.library.save(REV, "tag", changed, expected=stored.revision.number)
    address = reviewer.response.request.path
    page = reviewer.sends(f"{address}/undo", {})
    assert "Changed 2" in page.text
    assert "Ladder 2 : Somebody has changed its themes since." in page.text
    assert [tags(house, id) for id in ids(3)] == [(), ("welfare",), ()]
    assert tags(house, "L-2026-00009") == ("radio",)  # it had the theme before
    assert "This was undone already." in reviewer.sends(f"{address}/undo", {}).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"theme": ""}, "Choose a theme that is in use."),
        ({"theme": "no_such"}, "Choose a theme that is in use."),
        ({"asked": "q=zzzz"}, "Nothing is chosen that can have a theme."),
        ({"scope": "ticked"}, "Nothing is chosen that can have a theme."),
        ({"scope": "ticked", "id": "O-2026-00001"}, "Nothing is chosen that can have a theme."),
    ],
)
def test_what_cannot_be_tagged_is_told(
    person: Someone, house: House, form: dict[str, str], told: str
) -> None:
    ladders(house, 1)
    reviewer = person("reviewer")
    for do in ("", "confirm"):
        assert told in reviewer.sends("/themes/tag", {**ASKED, **form, "do": do}).text
    assert tags(house, ids(1)[0]) == ()


def test_what_a_reviewer_may_not_read_is_not_tagged_and_not_told_of(
    person: Someone, house: House
) -> None:
    ladders(house, 2)
    add(house, lesson(9, title="Ladder Zanzibar", groups=("kidnap",)))
    reviewer = person("reviewer")
    page = tag(reviewer)
    assert "Changed 2" in page.text
    page = tag(reviewer, scope="ticked", id=["L-2026-00009"])
    assert "Zanzibar" not in page.html
    assert "L-2026-00009" not in page.html
    assert tags(house, "L-2026-00009") == ()


def test_nobody_else_sees_a_batch_or_undoes_it(person: Someone, house: House) -> None:
    ladders(house, 1)
    reviewer = person("reviewer")
    tag(reviewer)
    address = reviewer.response.request.path
    other = person("reviewer", "other")
    other.opens(address, status=404)
    other.sends(f"{address}/undo", {}, status=404)
    person("officer").opens(address, status=403)
    person("officer", "again").sends("/themes/tag", ASKED, status=403)
    assert tags(house, ids(1)[0]) == ("radio",)


def test_records_of_other_kinds_are_tagged_too(person: Someone, house: House) -> None:
    add(house, Record("F-2026-00001", Kind.FINDING, fields={"title": "Ladder finding"}))
    add(house, Record("O-2026-00001", Kind.OPERATION, fields={"title": "Ladder operation"}))
    tag(person("reviewer"), asked="q=ladder&kind=finding&kind=operation")
    assert tags(house, "F-2026-00001") == ("radio",)


# --- slice by slice ---------------------------------------------------------------------------------
def test_the_first_slice_is_done_at_once_and_the_rest_by_itself(
    person: Someone, house: House
) -> None:
    ladders(house, SLICE + 50)
    reviewer = person("reviewer")
    page = tag(reviewer)
    assert f"{SLICE} of {SLICE + 50} are done." in page.text
    all_done(house)
    page = reviewer.opens(reviewer.response.request.path)
    assert "It is done." in page.text
    assert all(tags(house, id) == ("radio",) for id in ids(SLICE + 50))
    assert not batches.work_batches(house.library, house.notebook)


def test_the_process_that_keeps_watch_does_the_rest(house: House) -> None:
    ladders(house, 2 * SLICE)
    batch, stop = begun(house, REV, "radio", ids(2 * SLICE)), Event()
    work = {"every": 0.2, "may_work": lambda: True, "chores": chores(house)}
    watch = Thread(target=keep_watch, args=(house.library, stop), kwargs=work)
    watch.start()
    until = monotonic() + 60
    while not batches.batch(house.notebook, REV, batch.id).finished and monotonic() < until:
        sleep(0.1)
    stop.set()
    watch.join(60)
    assert all(tags(house, id) == ("radio",) for id in ids(2 * SLICE))


def test_what_somebody_changes_meanwhile_is_kept_and_tagged(house: House) -> None:
    ladders(house, 30)
    batch, ready = begun(house, REV, "radio", ids(30)), Barrier(2)

    def writes() -> None:
        ready.wait()
        for id in ids(30):
            for _ in range(50):
                stored = house.library.records.get(id)
                after = stored.record.with_texts(detail="Words of somebody else")
                done = house.library.save_many(REV, "edit", [Change(after, stored.revision.number)])
                if not isinstance(done[0], Exception):
                    break

    def tagging() -> None:
        ready.wait()
        all_done(house)

    both = [Thread(target=writes), Thread(target=tagging)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    all_done(house)
    assert not batches.batch(house.notebook, REV, batch.id).refused
    for id in ids(30):
        assert tags(house, id) == ("radio",)
        assert house.library.records.get(id).record.texts["detail"] == "Words of somebody else"


def test_a_theme_that_was_merged_meanwhile_is_what_it_became_and_says_who_merged_it(
    person: Someone, house: House
) -> None:
    ladders(house, 2)
    reviewer, other = person("reviewer", "ann"), person("reviewer", "bob")
    page = reviewer.sends("/themes/tag", {**ASKED, "theme": "handover"})
    revision = other.opens("/themes/handover/merge").hidden["revision"]
    form = {"revision": revision, "into": "radio", "do": "confirm"}
    other.sends("/themes/handover/merge", form)
    told = reviewer.sends("/themes/tag", {**page.hidden, "do": "confirm"}).text
    assert "bob merged “Handover” into “Radio and communications” meanwhile" in told
    assert [tags(house, id) for id in ids(2)] == [("radio",), ("radio",)]


def test_what_is_tagged_while_its_theme_is_merged_is_found_again(house: House) -> None:
    """Another process may know the old theme for a second longer."""
    ladders(house, 2, themes=("handover",))
    library, notebook = house.library, house.notebook
    revision = library.records.settle("handover", at=library.clock()).revision.number
    themes.make(
        library, notebook, REV, "handover", revision,
        lambda record: theme_changes.merging(library, REV, record, "radio"),
    )  # fmt: skip
    add(house, lesson(9, themes=("handover",)))
    all_done(house)
    assert tags(house, "L-2026-00009") == ("handover",)  # not yet
    now = library.clock
    library.clock = lambda: now() + SETTLE + timedelta(seconds=2)
    all_done(house)
    assert tags(house, "L-2026-00009") == ("radio",)
    library.clock = lambda: now() + 3 * SETTLE
    all_done(house)
    assert not notebook.every(SUBJECT)


def test_a_theme_that_is_retired_meanwhile_is_not_put_on_the_rest(house: House) -> None:
    ladders(house, 2)
    batch = begun(house, REV, "handover", ids(2))
    library = house.library
    revision = library.records.settle("handover", at=library.clock()).revision.number
    themes.make(
        library, house.notebook, REV, "handover", revision,
        lambda record: theme_changes.retiring(library, REV, record, ""),
    )  # fmt: skip
    all_done(house)
    assert batches.batch(house.notebook, REV, batch.id).refused == dict.fromkeys(ids(2), "retired")
    assert tags(house, ids(1)[0]) == ()


def test_a_file_that_somebody_edited_by_hand_is_tagged_with_their_words(
    house: House, content: Path
) -> None:
    ladders(house, 1)
    path = content / "lessons" / "L-2026-00001.md"
    path.write_text(path.read_text().replace("Ladder 1", "Ladder by hand"))
    begun(house, REV, "radio", ids(1))
    all_done(house)
    record = house.library.records.get("L-2026-00001").record
    assert (record.title, record.keys("themes")) == ("Ladder by hand", ("radio",))


def test_a_record_with_as_many_themes_as_there_can_be_is_told(house: House) -> None:
    ladders(house, 1, themes=tuple(f"t{n}" for n in range(50)))
    batch = begun(house, REV, "radio", ids(1))
    all_done(house)
    assert batches.batch(house.notebook, REV, batch.id).refused == {"L-2026-00001": "full"}


KILLED = """
import os, sys
from pathlib import Path
from lessons.app import build_house
from lessons.services.insight import batches

class Cut:
    def __init__(self, notebook, keeps):
        self.notebook, self.left = notebook, keeps
    def __getattr__(self, name):
        return getattr(self.notebook, name)
    def keep(self, *args, **rest):
        if not self.left:
            os._exit(9)
        self.left -= 1
        return self.notebook.keep(*args, **rest)

house = build_house({"CONTENT_DIR": Path(sys.argv[1]), "INSTANCE_DIR": Path(sys.argv[2])})
batches.work_batches(house.library, Cut(house.notebook, int(sys.argv[3])))
os._exit(9)
"""


@pytest.mark.parametrize("keeps", [0, 1])
def test_a_kill_on_the_way_loses_neither_what_was_done_nor_what_to_undo(
    house: House, content: Path, tmp_path: Path, keeps: int
) -> None:
    ladders(house, 5)
    batch = begun(house, REV, "radio", ids(5))
    run = [sys.executable, "-c", KILLED, str(content), str(tmp_path / "instance"), str(keeps)]
    assert subprocess.run(run, check=False, timeout=120).returncode == 9
    assert tags(house, ids(1)[0]) == (("radio",) if keeps else ())
    library, now = house.library, house.library.clock
    all_done(house)
    later = batches.batch(house.notebook, REV, batch.id)
    assert bool(later.todo) == bool(keeps)  # another may be at work on a slice for a minute
    library.clock = lambda: now() + timedelta(minutes=2)
    all_done(house)
    later = batches.batch(house.notebook, REV, batch.id)
    assert later.finished
    assert [later.did[did] for did in later.done.values()] == [[["radio"], []]] * 5
    for id in ids(5):
        assert house.library.records.get(id).revision.number == 2  # no change was made twice
    batches.undo(library, house.notebook, REV, batch.id)
    assert {tags(house, id) for id in ids(5)} == {()}


def test_a_change_of_a_theme_that_was_never_made_leaves_nothing_to_do(house: House) -> None:
    """Somebody was killed between planning a merge and making it."""
    ladders(house, 2, themes=("handover",))
    library, notebook = house.library, house.notebook
    plan = replace(batches.tagging(library, REV, "radio", ids(2)), machine=True)
    batches.prepare(library, notebook, REV, plan, theme="handover", revision=7)
    all_done(house)
    assert tags(house, ids(1)[0]) == ("handover",)
    now = library.clock
    library.clock = lambda: now() + timedelta(minutes=2)
    all_done(house)
    assert not notebook.every(SUBJECT)
    assert tags(house, ids(1)[0]) == ("handover",)


def test_several_at_work_on_one_batch_do_each_record_once(house: House) -> None:
    ladders(house, 450)
    batch = begun(house, REV, "radio", ids(450))
    ready = Barrier(4)

    def works() -> None:
        ready.wait()
        for _ in range(40):
            batches.work_batches(house.library, house.notebook)

    all_of = [Thread(target=works) for _ in range(4)]
    for each in all_of:
        each.start()
    for each in all_of:
        each.join()
    all_done(house)
    later = batches.batch(house.notebook, REV, batch.id)
    assert len(later.done) == 450
    assert set(later.done.values()) == {0}
    assert {house.library.records.get(id).revision.number for id in ids(450)} == {2}
