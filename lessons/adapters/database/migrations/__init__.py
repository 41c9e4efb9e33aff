"""The schema, step by step. Steps travel in the package and are run when the database is opened.

A step that has been released is never changed; write the next one. While old and new versions may
serve side by side, first add (expand), and take away only in a later release (contract).
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from lessons.domain.errors import BadSetting
from lessons.domain.text import N_

HERE = Path(__file__).parent
HEAD = "0004"  # the newest step in versions/; a test compares


def is_current(connection: Connection) -> bool:
    return _revision(connection) == HEAD


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, within the transaction of `connection`.

    That transaction is the lock: one that comes second waits for it and finds nothing left to do.
    Raises BadSetting for a schema that this version does not know.
    """
    # Only here: importing Alembic takes longer than every other part of opening a database.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(5304217)"))
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    found = _revision(connection)
    if found == HEAD:
        return
    if found is not None and found not in {
        step.revision for step in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise BadSetting(
            N_("The database has schema %(found)s, which this version does not know."), found=found
        )
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found
