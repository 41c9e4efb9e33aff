"""Opening the database, and the two ways in: single statements, or a transaction put on disk."""

import errno
import os
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError

from lessons.adapters.database import migrations
from lessons.domain.errors import BadSetting, Busy
from lessons.domain.text import N_

WAIT_MS = 5_000  # for another process to finish writing
PRIVATE = 0o600


class Database:
    """An open database with its current schema; shared by threads and by later forks."""

    def __init__(self, url: URL) -> None:
        self._quick = _engine(url, sure=False)
        self._sure = _engine(url, sure=True)
        _OPEN.add(self)

    @contextmanager
    def direct(self) -> Iterator[Connection]:
        """For reading, and for single statements: each is its own transaction.

        What is written so outlives this process, but the last of it may not outlive a power cut.
        """
        with self._quick.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing, one writer at a time, on disk when the block ends.

        Raises Busy after five seconds.
        """
        with self._sure.begin() as connection:
            yield connection

    def upsert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do when the row is there."""
        if self._sure.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def ready(self) -> bool:
        """Whether the database answers."""
        try:
            with self.direct() as connection:
                return bool(connection.scalar(text("select 1")))
        except (DatabaseError, Busy):
            return False

    def close(self) -> None:
        self._quick.dispose()
        self._sure.dispose()

    def _before_fork(self) -> None:
        """Close what lies idle: a SQLite connection must not be carried into another process."""
        self.close()

    def _in_child(self) -> None:
        """Leave what the parent's threads were using alone: fresh pools, fresh locks."""
        self._quick.dispose(close=False)
        self._sure.dispose(close=False)


_OPEN: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _each_before_fork() -> None:
    for database in list(_OPEN):
        database._before_fork()


def _each_in_child() -> None:
    for database in list(_OPEN):
        database._in_child()


os.register_at_fork(before=_each_before_fork, after_in_child=_each_in_child)


def open_database(url: str) -> Database:
    """Open, make where there is none, and bring to the current schema. url: sqlite:///FILE.

    Several processes may do so at once. Raises BadSetting where there is no way to use it, Busy.
    """
    parsed = _parsed(url)
    file = Path(parsed.database or "")
    try:
        _make(file)
        _keep_private(file)
    except OSError as error:
        raise BadSetting(
            N_("The database %(file)s cannot be made or opened: %(why)s."),
            file=file,
            why=error.strerror,
        ) from error
    database = Database(parsed)
    try:
        with database.direct() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            current = migrations.is_current(connection)
        if not current:
            with database.transaction() as connection:
                migrations.upgrade(connection)
    except DatabaseError as error:
        database.close()
        raise BadSetting(
            N_("The database %(file)s cannot be used: %(why)s."), file=file, why=error.orig
        ) from error
    except BaseException:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    # A database in memory would be another one for every connection.
    if (
        parsed is None
        or parsed.get_backend_name() != "sqlite"
        or parsed.database in (None, "", ":memory:")
    ):
        raise BadSetting(N_("DATABASE_URL must look like sqlite:////folder/lessons.db."))
    return parsed


def _make(file: Path) -> None:
    """An empty database, made beside and linked into place, so that no process meets it half made.

    It is in WAL mode from the start: switching later may be refused while others are opening it.
    """
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if file.exists():
        return
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 0600
    os.close(handle)
    try:
        fresh = sqlite3.connect(name)
        fresh.execute("PRAGMA journal_mode = WAL")
        fresh.close()
        with suppress(FileExistsError):  # somebody was first
            os.link(name, file)
    finally:
        Path(name).unlink()


def _keep_private(file: Path) -> None:
    """SQLite gives its -wal and -shm files the same mode."""
    if file.stat().st_mode & 0o077:
        file.chmod(PRIVATE)


def _engine(url: URL, *, sure: bool) -> Engine:
    level: dict[str, Any] = {} if sure else {"isolation_level": "AUTOCOMMIT"}
    # As many connections as a worker has threads, and then some; the last used is used first.
    engine = create_engine(
        url, pool_size=8, max_overflow=24, pool_timeout=5, pool_use_lifo=True, **level
    )
    event.listen(engine, "connect", _on_connect_sure if sure else _on_connect_quick)
    event.listen(engine, "handle_error", _tell_busy)
    if sure:
        event.listen(engine, "begin", _begin)
    return engine


def _on_connect_sure(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin, not by the driver
    _pragmas(connection, "FULL")


def _on_connect_quick(connection: sqlite3.Connection, _: object) -> None:
    _pragmas(connection, "NORMAL")


def _pragmas(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA secure_delete = ON")  # a dropped draft is overwritten, not unlinked


def _begin(connection: Connection) -> None:
    # A transaction that reads first and asks for the write lock later is refused without waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tell_busy(context: ExceptionContext) -> None:
    code = getattr(context.original_exception, "sqlite_errorcode", 0)
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise Busy() from context.original_exception
