"""Accounts, sessions, keys, throttling, the audit log and the notebook."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _audit()
    for table in ("audit_event", "audit_batch", "audit_sealed"):
        key = "event" if table == "audit_sealed" else "id"
        _append_only(table, key)
    _people()
    _sign_in()
    _notebook()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, MOMENT, nullable=False)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account"], ["account.name"], name=f"fk_{table}_account", ondelete="CASCADE"
    )


def _audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", ROW_NUMBER, nullable=False),
        _moment("at"),
        *map(_text, ("who", "verb", "record")),
        _integer("revision"),
        *map(_text, ("note", "recipient")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_who_at", "audit_event", ["who", "at"])
    op.create_index("ix_audit_event_record_at", "audit_event", ["record", "at"])
    op.create_table(
        "audit_batch",
        sa.Column("id", ROW_NUMBER, nullable=False),
        _moment("sealed"),
        _integer("events"),
        *map(_text, ("previous", "digest")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_batch"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_sealed",
        sa.Column("event", ROW_NUMBER, nullable=False),
        sa.Column("batch", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_audit_sealed"),
        sa.ForeignKeyConstraint(["event"], ["audit_event.id"], name="fk_audit_sealed_event"),
        sa.ForeignKeyConstraint(["batch"], ["audit_batch.id"], name="fk_audit_sealed_batch"),
    )
    op.create_index("ix_audit_sealed_batch", "audit_sealed", ["batch"])


def _append_only(table: str, key: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        raise NotImplementedError("append-only tables are not yet written for this database")
    refusals = {
        "update": f"BEFORE UPDATE ON {table}",
        "delete": f"BEFORE DELETE ON {table}",
        # INSERT OR REPLACE removes the old row without asking the delete trigger.
        "replace": f"BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",
    }
    for verb, when in refusals.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        )


def _people() -> None:
    op.create_table(
        "account",
        *map(_text, ("name", "role", "groups")),
        _flag("disabled"),
        _text("language"),
        _flag("example"),
        _text("password"),
        sa.PrimaryKeyConstraint("name", name="pk_account"),
    )
    op.create_table(
        "session",
        *map(_text, ("token", "account")),
        *map(_moment, ("started", "seen")),
        sa.PrimaryKeyConstraint("token", name="pk_session"),
        _of_account("session"),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_table(
        "bearer_token",
        *map(_text, ("id", "name", "account", "secret")),
        _moment("added"),
        sa.Column("expires", MOMENT),
        _flag("revoked"),
        sa.PrimaryKeyConstraint("id", name="pk_bearer_token"),
        _of_account("bearer_token"),
    )
    op.create_index("ix_bearer_token_account", "bearer_token", ["account"])


def _sign_in() -> None:
    op.create_table(
        "throttle",
        _text("key"),
        _integer("failures"),
        *map(_moment, ("until", "forgotten")),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )
    op.create_index("ix_throttle_forgotten", "throttle", ["forgotten"])
    op.create_table(
        "known_place",
        *map(_text, ("account", "place")),
        _moment("seen"),
        sa.PrimaryKeyConstraint("account", "place", name="pk_known_place"),
        _of_account("known_place"),
    )


def _notebook() -> None:
    op.create_table(
        "note",
        *map(_text, ("id", "owner", "subject")),
        _integer("version"),
        _moment("saved"),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_owner_subject_saved", "note", ["owner", "subject", "saved"])
