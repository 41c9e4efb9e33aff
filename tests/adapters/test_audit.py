"""The audit log: what is noted stays noted, as it was. Every backend keeps the same promise."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lessons.adapters.database import DatabaseAudit, open_database
from lessons.ports import Event

MORNING = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def audit(database):
    return DatabaseAudit(database)


def test_the_log_gives_back_who_did_what_newest_first(audit):
    read = Event(MORNING, "kit", "consultation", record="L-2026-7K3QD", revision=3)
    sent = Event(
        MORNING + SECOND, "kit", "disclosure", record="D-2026-AAAAA", note="R v A", to="CPS"
    )
    many = [
        Event(MORNING + 2 * SECOND, "robin", "collection", record=f"L-2026-0000{i}") for i in "12"
    ]
    audit.note(read)
    audit.note(sent)
    audit.note(*many)
    audit.note()
    assert list(audit.events()) == [many[1], many[0], sent, read]


def test_the_log_is_asked_by_record_by_person_and_by_period(audit):
    for i, (who, record) in enumerate([("kit", "a"), ("robin", "a"), ("kit", "b"), ("kit", "a")]):
        audit.note(Event(MORNING + i * SECOND, who, "consultation", record=record))
    at = lambda **asked: [(e.at - MORNING) // SECOND for e in audit.events(**asked)]  # noqa: E731
    assert at(record="a") == [3, 1, 0]
    assert at(who="kit") == [3, 2, 0]
    assert at(record="a", who="kit", since=MORNING + SECOND) == [3]
    assert at(since=MORNING + SECOND, limit=2) == [3, 2]
    assert at(limit=0) == at(who="nobody") == []


def test_a_long_log_is_read_whole_also_where_many_things_happened_at_once(audit):
    audit.note(*(Event(MORNING, "kit", "combination", revision=i) for i in range(2_500)))
    assert [e.revision for e in audit.events(limit=10_000)] == list(reversed(range(2_500)))
    assert len(list(audit.events(limit=1_001))) == 1_001


def test_a_time_from_another_zone_is_the_same_moment(audit):
    summer = timezone(timedelta(hours=1))
    audit.note(Event(MORNING.astimezone(summer), "kit", "search"))
    [event] = audit.events(since=MORNING.astimezone(summer))
    assert event.at == MORNING
    assert event.at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(audit):
    with pytest.raises(Exception, match="zone"):
        audit.note(Event(MORNING.replace(tzinfo=None), "kit", "search"))
    assert list(audit.events()) == []


def test_odd_input_does_not_stop_an_event_from_being_noted(audit):
    audit.note(Event(MORNING, "k\ud800t\0", "search", note="two\nlines"))
    [event] = audit.events()
    assert (event.who, event.note) == ("k?t\N{REPLACEMENT CHARACTER}", "two\nlines")


@pytest.mark.parametrize(
    "tampering",
    [
        "update audit_event set who = 'robin'",
        "update audit_event set note = note",
        "delete from audit_event",
        "insert or replace into audit_event select id, at, 'robin', verb, record, revision, note,"
        " recipient from audit_event",
        "update audit_batch set digest = ''",
        "delete from audit_batch",
        "update audit_sealed set batch = 2",
        "delete from audit_sealed",
        "insert or replace into audit_sealed select event, 2 from audit_sealed",
    ],
)
def test_the_database_itself_refuses_to_alter_or_remove_what_was_noted(audit, database, tampering):
    event = Event(MORNING, "kit", "consultation", record="L-2026-7K3QD")
    audit.note(event)
    with database.transaction() as connection:
        for batch in (1, 2):
            connection.execute(
                text(
                    "insert into audit_batch values (:id, '2026-05-04 08:00:00.000000', 1, '', 'a')"
                ),
                {"id": batch},
            )
        connection.execute(text("insert into audit_sealed values (1, 1)"))
    with pytest.raises(DatabaseError, match="append only"), database.transaction() as connection:
        connection.execute(text(tampering))
    assert list(audit.events()) == [event]


def test_two_processes_note_at_once_and_every_event_is_kept(audit, url):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_note_hundred, [url, url], ["kit", "robin"]))
    for who in ("kit", "robin"):
        assert sorted(e.revision for e in audit.events(who=who)) == list(range(100))


def _note_hundred(url, who):
    with closing(open_database(url)) as database:
        audit = DatabaseAudit(database)
        for i in range(100):
            verb = "alteration" if i % 2 else "consultation"
            audit.note(Event(MORNING, who, verb, revision=i))


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from lessons.adapters.database import DatabaseAudit, open_database
from lessons.ports import Event
audit = DatabaseAudit(open_database(sys.argv[1]))
for verb in ("consultation", "alteration", "search"):
    audit.note(Event(datetime(2026, 5, 4, tzinfo=UTC), "kit", verb))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_noted_outlives_a_process_killed_the_instant_after(audit, url):
    done = subprocess.run([sys.executable, "-c", KILLED, url], check=False)
    assert done.returncode == -9
    assert [e.verb for e in audit.events()] == ["search", "alteration", "consultation"]


FORKED = """
import os, sys
from contextlib import closing
from datetime import UTC, datetime
from lessons.adapters.database import DatabaseAudit, open_database
from lessons.ports import Event
with closing(open_database(sys.argv[1])) as database:
    audit = DatabaseAudit(database)
    def note(who):
        for i in range(50):
            verb = "alteration" if i % 2 else "consultation"
            audit.note(Event(datetime(2026, 5, 4, tzinfo=UTC), who, verb, revision=i))
    note("before")
    children = []
    for name in ("first worker", "second worker"):
        child = os.fork()
        if not child:
            assert database._quick.pool.checkedin() == database._sure.pool.checkedin() == 0
            note(name)
            os._exit(0)
        children.append(child)
    note("parent")
    assert [os.waitpid(c, 0)[1] for c in children] == [0, 0]
"""


def test_workers_forked_from_a_process_that_had_it_open_write_safely(audit, database, url):
    subprocess.run([sys.executable, "-W", "error", "-c", FORKED, url], check=True)
    for who in ("before", "parent", "first worker", "second worker"):
        assert len(list(audit.events(who=who))) == 50
    with database.direct() as connection:
        assert connection.scalar(text("pragma integrity_check")) == "ok"
