"""Schema 4: how long people looked, in what order items are worth it, and which model is used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

NUMBER = 4


def upgrade(op: Operations) -> None:
    """Make the three tables, empty."""
    _attention(op)
    _benefits(op)
    _model_choices(op)


def _attention(op: Operations) -> None:
    op.create_table(
        "attention",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("media_id", sa.String(64), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("began_at", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_index("ix_attention_media", "attention", ["media_id"])


def _benefits(op: Operations) -> None:
    op.create_table(
        "benefits",
        sa.Column("media_id", sa.String(64), primary_key=True),
        sa.Column("benefit", sa.Float, nullable=False),
    )
    op.create_index("ix_benefits_order", "benefits", ["benefit"])


def _model_choices(op: Operations) -> None:
    op.create_table(
        "model_choices",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
