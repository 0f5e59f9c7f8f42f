"""Schema 3: the attributes that a project defines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

NUMBER = 3


def upgrade(op: Operations) -> None:
    """Make the table of attributes, empty."""
    op.create_table(
        "attributes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_attributes_folded", "attributes", ["folded"])
