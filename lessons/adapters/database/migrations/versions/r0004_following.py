"""What people follow is told once, mail that follows goes as soon as it is made, and no letter is handed over twice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("notice", sa.Column("prompt", sa.Boolean()))
    op.add_column("mailing", sa.Column("handed", MOMENT))
    op.create_table(
        "told_once",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "thing", name="pk_told_once"),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name="fk_told_once_account", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_told_once_at", "told_once", ["at"])
