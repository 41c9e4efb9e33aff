"""Opening a database: made where there is none, brought to the current schema, left alone when it is there."""

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from lessons.adapters.database import DatabaseAudit, migrations, open_database
from lessons.adapters.database.tables import metadata
from lessons.domain.errors import BadSetting, Busy
from lessons.ports import Event


def note(database):
    DatabaseAudit(database).note(Event(datetime(2026, 5, 4, tzinfo=UTC), "kit", "search"))


def schema(folder):
    with closing(sqlite3.connect(folder / "lessons.db")) as db:
        return sorted(db.execute("select type, name, sql from sqlite_master"), key=str)


def test_the_steps_lead_to_the_tables_that_the_code_speaks_of(database):
    with database.direct() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_missing_column_would_be_noticed(database):
    with database.transaction() as connection:
        connection.execute(text("alter table account drop column example"))
    with database.direct() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []


def test_the_newest_step_is_the_one_named_as_newest():
    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_opening_again_changes_nothing_and_keeps_what_is_there(url, tmp_path):
    with closing(open_database(url)) as database:
        note(database)
    before = schema(tmp_path)
    with closing(open_database(url)) as database:
        with database.transaction() as connection:
            migrations.upgrade(connection)
        assert len(list(DatabaseAudit(database).events())) == 1
    assert schema(tmp_path) == before


def test_several_workers_may_start_at_once_on_a_fresh_machine(url):
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(_open_and_note, [url] * 6))
    with closing(open_database(url)) as database:
        assert len(list(DatabaseAudit(database).events())) == 6


def _open_and_note(url):
    with closing(open_database(url)) as database:
        note(database)


def test_a_folder_with_odd_characters_will_do(tmp_path):
    folder = tmp_path / "50% of ŵy"
    folder.mkdir()
    with closing(open_database(f"sqlite:///{folder}/lessons.db")) as database:
        assert database.ready()
    assert [f.name for f in folder.iterdir()] == ["lessons.db"]


def test_only_the_service_may_read_the_files_also_those_restored_by_hand(url, tmp_path):
    open_database(url).close()
    (tmp_path / "lessons.db").chmod(0o644)
    with closing(open_database(url)) as database:
        note(database)
        assert {oct(f.stat().st_mode & 0o777) for f in tmp_path.iterdir()} == {"0o600"}


@pytest.mark.parametrize(
    "bad", ["", "lessons.db", "sqlite://", "sqlite:///:memory:", "postgresql://h/lessons", "\0"]
)
def test_an_address_that_is_no_database_of_ours_is_one_clear_line(bad):
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        open_database(bad)


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(BadSetting, match=r"lessons\.db cannot be made or opened: No such file"):
        open_database(f"sqlite:///{tmp_path}/nowhere/lessons.db")


def test_a_file_that_is_something_else_is_left_alone(url, tmp_path):
    (tmp_path / "lessons.db").write_text("Not a database, but somebody's notes. " * 200)
    with pytest.raises(BadSetting, match="file is not a database"):
        open_database(url)
    assert (tmp_path / "lessons.db").read_text().startswith("Not a database")


def test_a_database_from_a_newer_version_is_left_alone(url, tmp_path):
    open_database(url).close()
    with closing(sqlite3.connect(tmp_path / "lessons.db")) as db:
        db.execute("update alembic_version set version_num = '9999'")
        db.commit()
    before = schema(tmp_path)
    with pytest.raises(BadSetting, match="9999"):
        open_database(url)
    assert schema(tmp_path) == before


def test_a_step_that_breaks_off_leaves_nothing_half_done(url, tmp_path, monkeypatch):
    monkeypatch.setattr(migrations, "HERE", _broken_steps(tmp_path))
    with pytest.raises(BadSetting, match="no such table"):
        open_database(url)
    assert schema(tmp_path) == []


def _broken_steps(folder):
    steps = folder / "steps"
    (steps / "versions").mkdir(parents=True)
    (steps / "env.py").write_text((migrations.HERE / "env.py").read_text())
    (steps / "versions" / "r0001.py").write_text(
        "from alembic import op\n"
        "revision, down_revision = '0001', None\n"
        "def upgrade():\n"
        "    op.execute('create table one (id integer)')\n"
        "    op.execute('insert into two values (1)')\n"
    )
    return steps


def test_who_waits_too_long_for_another_writer_is_told_that_it_is_busy(database):
    with database.direct() as connection:
        connection.exec_driver_sql("pragma busy_timeout = 50")
        with database.transaction(), pytest.raises(Busy):
            connection.execute(text("delete from note"))


def test_a_transaction_that_fails_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        connection.execute(text("insert into throttle values ('k', 1, '2026', '2026')"))
        raise ZeroDivisionError
    with database.direct() as connection:
        assert connection.scalar(text("select count(*) from throttle")) == 0
    assert database.ready()
