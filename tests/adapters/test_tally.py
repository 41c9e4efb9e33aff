"""Searches counted by words and week: by many at once, without loss, and no more than is needed."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from lessons.adapters.database import DatabaseTally, migrations, open_database, tally
from lessons.adapters.database.tables import metadata, search_mended, search_tally
from lessons.domain.errors import NotFound
from lessons.ports import Mend, Outcome

MONDAY = date(2026, 11, 16)
SUNDAY = date(2026, 11, 22)
WORDS = st.sampled_from(["cuckoo house", "spice", "llyn", "100", "車 car"])


@pytest.fixture
def counts(database) -> DatabaseTally:
    return DatabaseTally(database)


def rows(database, table=search_tally):
    with database.direct() as connection:
        return connection.execute(table.select()).all()


def test_a_week_is_one_row(database, counts):
    for day in (MONDAY, MONDAY + timedelta(days=3), SUNDAY):
        counts.count("spice", Outcome.EMPTY, day)
    assert rows(database) == [("spice", "", MONDAY, 3, 0, 0)]
    counts.count("spice", Outcome.EMPTY, SUNDAY + timedelta(days=1))
    [failing] = counts.failing()
    assert (failing.nothing, failing.week) == (4, MONDAY + timedelta(days=7))


def test_what_was_opened_in_the_next_week_was_not_left(counts):
    counts.count("spice", Outcome.FOUND, SUNDAY)
    counts.count("spice", Outcome.OPENED, SUNDAY + timedelta(days=1))
    assert counts.failing() == []


def test_words_that_are_withheld_are_never_written(database, counts):
    counts.count("terry brannigan", Outcome.EMPTY, MONDAY, withheld="personal")
    counts.count("terry brannigan", Outcome.FOUND, MONDAY, withheld="personal")
    assert rows(database) == [("", "personal", MONDAY, 1, 1, 0)]
    assert counts.withheld() == {"personal": 2}
    assert counts.failing() == []


def test_the_most_often_failing_come_first(counts):
    for words, times in (("seldom", 1), ("often", 4), ("now and then", 2)):
        for _ in range(times):
            counts.count(words, Outcome.EMPTY, MONDAY)
    assert [f.words for f in counts.failing()] == ["often", "now and then", "seldom"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(WORDS, st.sampled_from(Outcome), st.integers(0, 20)), max_size=25))
def test_the_list_says_what_a_naive_count_says(database, counts, searches):
    with database.transaction() as connection:
        connection.execute(delete(search_tally))
    for words, outcome, later in searches:
        counts.count(words, outcome, MONDAY + timedelta(days=later))
    naive = {}
    for words in {s[0] for s in searches}:
        mine = [outcome for typed, outcome, _ in searches if typed == words]
        left = max(0, mine.count(Outcome.FOUND) - mine.count(Outcome.OPENED))
        if left + mine.count(Outcome.EMPTY):
            naive[words] = (mine.count(Outcome.EMPTY), left)
    assert {f.words: (f.nothing, f.left) for f in counts.failing()} == naive


def test_mended_words_leave_the_list_and_come_back_whole_when_it_is_undone(database, counts):
    counts.count("spice", Outcome.EMPTY, MONDAY)
    counts.count("spice", Outcome.FOUND, SUNDAY)
    before = counts.failing()
    counts.mend("spice", Mend.SYNONYM, "synthetic cannabinoids", SUNDAY)
    assert counts.failing() == []
    [done] = counts.mended(10)
    assert (done.words, done.how, done.target) == ("spice", Mend.SYNONYM, "synthetic cannabinoids")
    assert counts.take_back("spice") == done
    assert counts.failing() == before
    with pytest.raises(NotFound):
        counts.take_back("spice")


def test_what_was_counted_after_the_mend_is_kept_when_it_is_undone(counts):
    counts.count("spice", Outcome.EMPTY, MONDAY)
    counts.mend("spice", Mend.NO_GAP, "", MONDAY)
    counts.count("spice", Outcome.EMPTY, MONDAY)
    counts.take_back("spice")
    assert [f.nothing for f in counts.failing()] == [2]


def test_words_that_do_not_wait_cannot_be_mended(counts):
    with pytest.raises(NotFound):
        counts.mend("never typed", Mend.NO_GAP, "", MONDAY)
    counts.count("spice", Outcome.EMPTY, MONDAY)
    counts.mend("spice", Mend.NO_GAP, "", MONDAY)
    counts.count("spice", Outcome.EMPTY, MONDAY)
    with pytest.raises(NotFound):
        counts.mend("spice", Mend.SYNONYM, "mamba", MONDAY)
    assert [d.how for d in counts.mended(10)] == [Mend.NO_GAP]


def test_of_many_who_mend_at_once_one_does(counts):
    counts.count("spice", Outcome.EMPTY, MONDAY)

    def press(target):
        try:
            counts.mend("spice", Mend.SYNONYM, target, MONDAY)
        except NotFound:
            return ""
        return target

    with ThreadPoolExecutor(8) as pool:
        did = [target for target in pool.map(press, map(str, range(8))) if target]
    assert [d.target for d in counts.mended(10)] == did


def test_many_threads_and_processes_count_without_loss(url, database, counts):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        jobs = [processes.submit(_count_many, url, 60) for _ in range(2)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: _many(counts, 30), range(4)))
        for job in jobs:
            job.result()
    [failing] = counts.failing()
    assert (failing.nothing, failing.searched) == (2 * 60 + 4 * 30, 2 * 60 + 4 * 30)


def _many(counts, times):
    for _ in range(times):
        counts.count("spice", Outcome.EMPTY, MONDAY)


def _count_many(url, times):
    with closing(open_database(url)) as database:
        _many(DatabaseTally(database), times)


def test_what_is_older_than_a_year_is_forgotten(database, counts):
    for day in (MONDAY, MONDAY + timedelta(days=200), MONDAY + timedelta(days=380)):
        counts.count(f"spice {day}", Outcome.EMPTY, day)
        counts.count("x", Outcome.EMPTY, day, withheld="long")
    counts.mend(f"spice {MONDAY}", Mend.NO_GAP, "", MONDAY)
    counts.tidy(MONDAY + timedelta(days=380))
    assert {row.week for row in rows(database)} == {
        day - timedelta(days=day.weekday())
        for day in (MONDAY + timedelta(days=200), MONDAY + timedelta(days=380))
    }
    assert rows(database, search_mended) == []


def test_there_is_an_end_to_what_is_kept_and_the_rarest_goes_first(database, counts, monkeypatch):
    monkeypatch.setattr(tally, "MOST", 20)
    monkeypatch.setattr(tally, "BETWEEN", 10)
    for _ in range(3):
        counts.count("often", Outcome.EMPTY, MONDAY)
    for n in range(100):
        counts.count(f"once {n}", Outcome.EMPTY, MONDAY)
    assert len(rows(database)) <= 20 + 10
    assert counts.failing()[0].words == "often"


def test_a_database_of_the_version_before_is_brought_up_with_what_is_in_it(url):
    with closing(open_database(url)) as database, database.transaction() as connection:
        connection.execute(text("insert into throttle values ('k', 1, '2026', '2026')"))
        for name in (
            "search_tally",
            "search_mended",
            "notice",
            "announced",
            "mailing",
            "told_once",
        ):
            metadata.tables[name].drop(connection)
        for column in ("mail", "told"):
            connection.execute(text(f"alter table account drop column {column}"))
        connection.execute(text("update alembic_version set version_num = '0001'"))
    with closing(open_database(url)) as database:
        DatabaseTally(database).count("spice", Outcome.EMPTY, MONDAY)
        with database.direct() as connection:
            assert migrations.is_current(connection)
            assert connection.scalar(text("select count(*) from throttle")) == 1
