"""What people are told, in the app and by mail, and how often they want to hear."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, default in (("mail", sa.text("''")), ("told", "daily")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=default)
        op.add_column("account", column)
    op.create_table(
        "announced",
        *map(_text, ("token", "record")),
        _integer("revision"),
        sa.Column("at", MOMENT, nullable=False),
        *map(_text, ("by", "verb")),
        sa.PrimaryKeyConstraint("token", name="pk_announced"),
    )
    op.create_index("ix_announced_at", "announced", ["at"])
    _notice()
    op.create_table(
        "mailing",
        _text("account"),
        sa.Column("last", MOMENT),
        sa.Column("batch", sa.Text()),
        sa.Column("begun", MOMENT),
        sa.Column("lease", MOMENT),
        _integer("failures"),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("not_before", MOMENT),
        sa.PrimaryKeyConstraint("account", name="pk_mailing"),
        _of_account("mailing"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ROW_NUMBER, nullable=False),
        *map(_text, ("account", "about", "event", "source")),
        _integer("revision"),
        sa.Column("at", MOMENT, nullable=False),
        _text("said"),
        sa.Column("token", sa.Text()),
        sa.Column("seen", MOMENT),
        sa.Column("batch", sa.Text()),
        sa.Column("mailed", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        _of_account("notice"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_account_id", "notice", ["account", "id"])
    op.create_index("ix_notice_waiting", "notice", ["mailed", "account"])
    op.create_index("ix_notice_token", "notice", ["token"])
    op.create_index("ix_notice_source", "notice", ["source", "revision"])
    op.create_index("ix_notice_at", "notice", ["at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account"], ["account.name"], name=f"fk_{table}_account", ondelete="CASCADE"
    )
