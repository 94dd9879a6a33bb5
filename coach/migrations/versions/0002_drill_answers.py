"""Answers of the drill."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One table more; nothing that exists changes."""
    op.create_table(
        "drill_answer",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("given", sa.String(32), nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Without the drill."""
    op.drop_table("drill_answer")
