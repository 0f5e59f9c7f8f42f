"""Schema 2: what people think of answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

NUMBER = 2


def upgrade(op: Operations) -> None:
    """Make the table of ratings, empty."""
    op.create_table(
        "ratings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        sa.Column("media_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_ratings_media", "ratings", ["media_id"])
