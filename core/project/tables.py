"""The tables of a project, as SQLAlchemy Core sees them. Migrations make them; a test keeps both alike.

Three groups: facts (append-only), the log (append-only), and the present, which is only ever what a replay of
the log gives. A record that was removed keeps its row with `stands` false, so that undo brings it back to its
old place in the order and a label's number is never given out twice.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# --- facts --------------------------------------------------------------------------------------

# `seq` is dense and counts from 1 in every fact and log table: nothing is ever deleted there.
media = Table(
    "media",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("root", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("batch", String(64)),
    Column("body", Text, nullable=False),
    UniqueConstraint("root", "path", name="uq_media_place"),
)
Index("ix_media_batch", media.c.batch)

# A medium that was added again, by hand (batch "") or by another import: it then stays when the first is undone.
arrivals = Table(
    "arrivals",
    metadata,
    Column("media_id", String(64), primary_key=True),
    Column("batch", String(64), primary_key=True),
)

answers = Table(
    "answers",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("query_id", String(64), nullable=False),
    Column("media_id", String(64), nullable=False),
    Column("folded", Text, nullable=False),
    Column("model_id", Text, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)
Index("ix_answers_asked", answers.c.media_id, answers.c.folded, answers.c.model_id)
Index("ix_answers_query", answers.c.query_id)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("answer_seq", Integer, nullable=False),
)

expressions = Table(
    "expressions",
    metadata,
    Column("folded", Text, primary_key=True),
    Column("expression", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

# Where named roots lie on this machine: the one thing that is replaced in place, because it is about a machine.
roots = Table(
    "roots",
    metadata,
    Column("name", Text, primary_key=True),
    Column("folder", Text, nullable=False),
)

# How long somebody worked on a medium at a stretch; since schema 4, like the two that follow.
attention = Table(
    "attention",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("media_id", String(64), nullable=False),
    Column("author", Text, nullable=False),
    Column("began_at", String(40), nullable=False),
    Column("seconds", Float, nullable=False),
)
Index("ix_attention_media", attention.c.media_id)

# What is expected of looking at a medium next: worked out from everything else, so it is replaced, not appended.
benefits = Table(
    "benefits",
    metadata,
    Column("media_id", String(64), primary_key=True),
    Column("benefit", Float, nullable=False),
)
Index("ix_benefits_order", benefits.c.benefit)

# Which model the project asks about which kinds of media (words with spaces between), from when on.
model_choices = Table(
    "model_choices",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("model", Text, nullable=False),
    Column("model_id", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("why", Text, nullable=False),
)

# --- the log ------------------------------------------------------------------------------------

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("role", String(8), nullable=False),
    Column("undoes", String(64)),
    Column("batch", String(64)),
    Column("body", Text, nullable=False),
)

touches = Table(
    "touches",
    metadata,
    Column("media_id", String(64), primary_key=True),
    Column("change_seq", Integer, primary_key=True),
)

# --- the present: rebuilt from the log at any time ------------------------------------------------

# The steps that each author can take back or do again. `change_id` is the Change that the next step inverts.
steps = Table(
    "steps",
    metadata,
    Column("author", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("change_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("done", Boolean, nullable=False),
)
Index("ix_steps_done", steps.c.author, steps.c.done, steps.c.position)

hidden_batches = Table("hidden_batches", metadata, Column("batch", String(64), primary_key=True))


def _record_table(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", String(64), primary_key=True),
        Column("position", BigInteger, nullable=False),
        Column("stands", Boolean, nullable=False),
        *columns,
        Column("body", Text, nullable=False),
    )


labels = _record_table("labels", Column("number", Integer, nullable=False, unique=True))
phrases = _record_table(
    "phrases", Column("folded", Text, nullable=False), Column("label_id", String(64), nullable=False)
)
annotations = _record_table(
    "annotations", Column("media_id", String(64), nullable=False), Column("label_id", String(64), nullable=False)
)
verdicts = _record_table(
    "verdicts",
    Column("media_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("folded", Text, nullable=False),
)
reviews = _record_table("reviews", Column("state", String(16), nullable=False))
splits = _record_table("splits", Column("split", String(8), nullable=False))
ratings = _record_table("ratings", Column("media_id", String(64), nullable=False))  # since schema 2
attributes = _record_table("attributes", Column("folded", Text, nullable=False))  # since schema 3
Index("ix_phrases_folded", phrases.c.folded)
Index("ix_phrases_label", phrases.c.label_id)
Index("ix_annotations_media", annotations.c.media_id)
Index("ix_annotations_label", annotations.c.label_id)
Index("ix_verdicts_media", verdicts.c.media_id)
Index("ix_ratings_media", ratings.c.media_id)
Index("ix_attributes_folded", attributes.c.folded)


def are_all_in(connection: Connection) -> bool:
    """Whether a file has every table and column that this version reads; one of a newer version may have more."""
    for table in metadata.sorted_tables:
        there = {row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')}
        if not {column.name for column in table.columns} <= there:
            return False
    return True
