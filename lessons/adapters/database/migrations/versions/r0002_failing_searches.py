"""Searches that fail, counted by words and week, and what was made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTS = ("empty", "found", "opened")


def upgrade() -> None:
    op.create_table(
        "search_tally",
        *map(_text, ("words", "withheld")),
        _day("week"),
        *map(_integer, COUNTS),
        sa.PrimaryKeyConstraint("words", "withheld", "week", name="pk_search_tally"),
    )
    op.create_index("ix_search_tally_week", "search_tally", ["week"])
    op.create_table(
        "search_mended",
        *map(_text, ("words", "how", "target")),
        *map(_day, ("day", "week")),
        *map(_integer, COUNTS),
        sa.PrimaryKeyConstraint("words", name="pk_search_mended"),
    )
    op.create_index("ix_search_mended_day", "search_mended", ["day"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)
