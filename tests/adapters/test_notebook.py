"""Drafts: kept for one person, never overwritten unawares. Every backend keeps the same promise."""

from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest

from lessons.adapters.database import DatabaseNotebook, open_database
from lessons.domain.errors import Invalid, NotFound, StaleWrite
from lessons.ports import Note

MORNING = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORDS = {"title": "Derby day", "learned": ["Radios — spare batteries", 3, None, True, {"a": 0.5}]}


@pytest.fixture
def notebook(database):
    return DatabaseNotebook(database)


def keep(notebook, body=WORDS, *, id="n1", owner="kit", expected=0, now=MORNING):
    return notebook.keep(id, owner, "debrief", body, expected=expected, now=now)


def test_a_draft_is_there_again_later_as_it_was_left(notebook):
    kept = keep(notebook)
    assert kept == Note("n1", "kit", "debrief", 1, MORNING, WORDS)
    assert notebook.get("n1", "kit") == kept


def test_each_save_counts_one_up(notebook):
    keep(notebook)
    second = keep(notebook, {"title": "Cup final"}, expected=1, now=MORNING + MINUTE)
    third = keep(notebook, {"title": "Final"}, expected=None, now=MORNING + 2 * MINUTE)
    assert (second.version, third.version) == (2, 3)
    assert notebook.get("n1", "kit") == third


def test_a_save_over_whatever_is_there_also_begins(notebook):
    assert keep(notebook, expected=None).version == 1


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_the_second_of_two_tabs_is_told_and_the_first_ones_words_stay(notebook, expected):
    keep(notebook)
    first = keep(notebook, {"title": "Cup final"}, expected=1)
    with pytest.raises(StaleWrite):
        keep(notebook, {"title": "Other"}, expected=expected)
    assert notebook.get("n1", "kit") == first


def test_a_save_of_a_draft_that_was_dropped_meanwhile_is_told(notebook):
    keep(notebook)
    notebook.drop("n1", "kit")
    with pytest.raises(StaleWrite):
        keep(notebook, expected=1)


@pytest.mark.parametrize("expected", [0, 1, None])
def test_nobody_reads_replaces_or_drops_what_is_somebody_elses(notebook, expected):
    kept = keep(notebook)
    with pytest.raises(NotFound):
        keep(notebook, {"title": "Mine now"}, owner="robin", expected=expected)
    with pytest.raises(NotFound):
        notebook.get("n1", "robin")
    notebook.drop("n1", "robin")
    assert list(notebook.all("robin", "debrief")) == []
    assert notebook.get("n1", "kit") == kept


def test_a_person_sees_their_own_drafts_newest_first(notebook):
    for i in range(3):
        keep(notebook, id=f"n{i}", now=MORNING + i * MINUTE)
    keep(notebook, id="theirs", owner="robin")
    notebook.keep("b1", "kit", "briefing", {}, expected=0, now=MORNING)
    keep(notebook, id="n1", expected=1, now=MORNING + 5 * MINUTE)
    assert [n.id for n in notebook.all("kit", "debrief")] == ["n1", "n2", "n0"]


def test_the_machine_sees_what_everybody_keeps_for_one_purpose_oldest_first(notebook):
    keep(notebook, id="n1", now=MORNING + MINUTE)
    keep(notebook, id="n2", owner="robin")
    notebook.keep("b1", "kit", "briefing", {}, expected=0, now=MORNING)
    assert [(n.id, n.owner) for n in notebook.every("debrief")] == [("n2", "robin"), ("n1", "kit")]


def test_what_is_dropped_is_gone_and_may_be_dropped_again(notebook):
    keep(notebook)
    notebook.drop("n1", "kit")
    notebook.drop("n1", "kit")
    with pytest.raises(NotFound):
        notebook.get("n1", "kit")


def test_dropped_words_are_not_left_behind_in_the_file(database, notebook, tmp_path):
    words = "walked through the orchard at dawn "
    keep(notebook, {"text": words * 2_000})
    keep(notebook, {"text": "short"}, expected=1)
    notebook.drop("n1", "kit")
    database.close()
    left = b"".join(f.read_bytes() for f in tmp_path.glob("lessons.db*"))
    assert words.encode() not in left


def test_a_draft_over_a_million_bytes_is_refused_and_the_last_one_stays(notebook):
    kept = keep(notebook, {"text": "x" * 999_000})
    with pytest.raises(Invalid):
        keep(notebook, {"text": "x" * 1_000_000}, expected=1)
    assert notebook.get("n1", "kit") == kept


def test_what_is_not_json_is_refused(notebook):
    loop: dict[str, object] = {}
    loop["again"] = loop
    for odd in ({"at": MORNING}, {"n": float("nan")}, {"n": float("inf")}, loop):
        with pytest.raises(Invalid):
            keep(notebook, odd)
    assert list(notebook.all("kit", "debrief")) == []


def test_whatever_people_paste_comes_back(notebook):
    odd = {
        "text": "nul \0, half a pair \ud83d, \U0001f4fb, \u2028, ŵy",
        "\0": "'; drop table note; --",
    }
    keep(notebook, odd)
    assert notebook.get("n1", "kit").body == odd


def test_two_processes_that_save_at_once_lose_no_save(notebook, url):
    keep(notebook, {"n": 0})
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_add_fifty, [url, url]))
    note = notebook.get("n1", "kit")
    assert (note.version, note.body) == (101, {"n": 100})


def _add_fifty(url):
    with closing(open_database(url)) as database:
        notebook = DatabaseNotebook(database)
        saved = 0
        while saved < 50:
            note = notebook.get("n1", "kit")
            try:
                keep(notebook, {"n": note.body["n"] + 1}, expected=note.version)
            except StaleWrite:
                continue
            saved += 1
