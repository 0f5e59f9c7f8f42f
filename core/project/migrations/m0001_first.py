"""Schema 1: facts, the log, and the present."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

NUMBER = 1


def upgrade(op: Operations) -> None:
    """Make every table of schema 1."""
    _facts(op)
    _log(op)
    _present(op)


def _facts(op: Operations) -> None:
    op.create_table(
        "media",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("batch", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("root", "path", name="uq_media_place"),
    )
    op.create_index("ix_media_batch", "media", ["batch"])
    op.create_table(
        "arrivals",
        sa.Column("media_id", sa.String(64), primary_key=True),
        sa.Column("batch", sa.String(64), primary_key=True),
    )
    op.create_table(
        "answers",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("query_id", sa.String(64), nullable=False),
        sa.Column("media_id", sa.String(64), nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("model_id", sa.Text, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_answers_asked", "answers", ["media_id", "folded", "model_id"])
    op.create_index("ix_answers_query", "answers", ["query_id"])
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("answer_seq", sa.Integer, nullable=False),
    )
    op.create_table(
        "expressions",
        sa.Column("folded", sa.Text, primary_key=True),
        sa.Column("expression", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "roots",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("folder", sa.Text, nullable=False),
    )


def _log(op: Operations) -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("undoes", sa.String(64)),
        sa.Column("batch", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "touches",
        sa.Column("media_id", sa.String(64), primary_key=True),
        sa.Column("change_seq", sa.Integer, primary_key=True),
    )


def _present(op: Operations) -> None:
    op.create_table(
        "steps",
        sa.Column("author", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("change_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_index("ix_steps_done", "steps", ["author", "done", "position"])
    op.create_table("hidden_batches", sa.Column("batch", sa.String(64), primary_key=True))
    _records(op, "labels", sa.Column("number", sa.Integer, nullable=False, unique=True))
    _records(op, "phrases", _text("folded"), _id("label_id"))
    _records(op, "annotations", _id("media_id"), _id("label_id"))
    _records(op, "verdicts", _id("media_id"), sa.Column("kind", sa.String(16), nullable=False), _text("folded"))
    _records(op, "reviews", sa.Column("state", sa.String(16), nullable=False))
    _records(op, "splits", sa.Column("split", sa.String(8), nullable=False))
    op.create_index("ix_phrases_folded", "phrases", ["folded"])
    op.create_index("ix_phrases_label", "phrases", ["label_id"])
    op.create_index("ix_annotations_media", "annotations", ["media_id"])
    op.create_index("ix_annotations_label", "annotations", ["label_id"])
    op.create_index("ix_verdicts_media", "verdicts", ["media_id"])


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(64), nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _records(op: Operations, name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        *columns,
        sa.Column("body", sa.Text, nullable=False),
    )
