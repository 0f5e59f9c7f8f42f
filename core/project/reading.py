"""Queries of the present state. Every function takes a connection and returns frozen records."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, func, inspect, select

from core.errors import Bug
from core.packed import Packed
from core.project import facts, log, tables
from core.project.encoding import decode_record
from core.project.snapshot import Snapshot
from core.project.wording import fold
from core.schema import (
    Annotation,
    Attribute,
    Label,
    MediaItem,
    Phrase,
    Rating,
    Record,
    Review,
    ReviewState,
    SplitMark,
    SplitName,
    Verdict,
)

R = TypeVar("R", bound=Record)
_PAGE = 2000


def _standing(connection: Connection, cls: type[R], table: Table, *conditions: ColumnElement[bool]) -> list[R]:
    return list(_walked(connection, cls, table, *conditions))


def _walked(connection: Connection, cls: type[R], table: Table, *conditions: ColumnElement[bool]) -> Iterator[R]:
    query = select(table.c.body).where(table.c.stands.is_(True), *conditions).order_by(table.c.position)
    for body in connection.scalars(query.execution_options(yield_per=_PAGE)):
        yield _of(cls, decode_record(body))


def every_annotation(connection: Connection) -> Sequence[Annotation]:
    """All annotations in order of drawing; very many of them take little memory."""
    return Packed(_walked(connection, Annotation, tables.annotations)).whole()


def every_verdict(connection: Connection) -> Sequence[Verdict]:
    """All verdicts in order; very many of them take little memory."""
    return Packed(_walked(connection, Verdict, tables.verdicts)).whole()


def _of(cls: type[R], record: Record) -> R:
    if not isinstance(record, cls):
        raise Bug(f"a {type(record).__name__} stands among {cls.__name__}s")
    return record


def labels(connection: Connection) -> list[Label]:
    """The table of classes in order of their numbers."""
    return sorted(_standing(connection, Label, tables.labels), key=lambda label: label.number)


def next_label_number(connection: Connection) -> int:
    """The first number that no label has or ever had."""
    last = connection.scalar(select(func.max(tables.labels.c.number)))
    return 0 if last is None else last + 1


def phrases(connection: Connection) -> list[Phrase]:
    """Every phrase in order of adding."""
    return _standing(connection, Phrase, tables.phrases)


def phrase_for(connection: Connection, expression: str) -> Phrase | None:
    """The phrase of an expression; case and spacing do not matter."""
    table = tables.phrases
    found = _standing(connection, Phrase, table, table.c.folded == fold(expression))
    return found[0] if found else None


def label_for(connection: Connection, expression: str) -> Label | None:
    """The label that typing an expression uses."""
    phrase = phrase_for(connection, expression)
    if phrase is None:
        return None
    return next(iter(_standing(connection, Label, tables.labels, tables.labels.c.id == phrase.label_id)), None)


def annotations(connection: Connection, media_id: str | None = None) -> list[Annotation]:
    """Annotations in order of drawing; of one medium, if named."""
    table = tables.annotations
    conditions = [] if media_id is None else [table.c.media_id == media_id]
    return _standing(connection, Annotation, table, *conditions)


def annotation(connection: Connection, annotation_id: str) -> Annotation | None:
    """One annotation that stands."""
    table = tables.annotations
    return next(iter(_standing(connection, Annotation, table, table.c.id == annotation_id)), None)


def verdicts(connection: Connection, media_id: str | None = None) -> list[Verdict]:
    """Rejections and "not present" records; of one medium, if named."""
    table = tables.verdicts
    conditions = [] if media_id is None else [table.c.media_id == media_id]
    return _standing(connection, Verdict, table, *conditions)


def ratings(connection: Connection, media_id: str | None = None) -> list[Rating]:
    """What people think of answers; of one medium, if named. None in a file of schema 1 that is only read."""
    table = tables.ratings
    if not inspect(connection).has_table(table.name):
        return []
    conditions = [] if media_id is None else [table.c.media_id == media_id]
    return _standing(connection, Rating, table, *conditions)


def attributes(connection: Connection) -> list[Attribute]:
    """What can be said of annotations, in order of adding. None in a file of before schema 3 that is only read."""
    table = tables.attributes
    return _standing(connection, Attribute, table) if inspect(connection).has_table(table.name) else []


def annotations_labelled(connection: Connection, label_id: str) -> list[Annotation]:
    """The annotations of one label, on all media."""
    return _standing(connection, Annotation, tables.annotations, tables.annotations.c.label_id == label_id)


def label_uses(connection: Connection) -> dict[str, int]:
    """Label id to how many annotations, and verdicts whose expression means it, there are; unused ones are absent."""
    uses: dict[str, int] = {}
    table, verdicts, phrases = tables.annotations, tables.verdicts, tables.phrases
    drawn = select(table.c.label_id, func.count()).where(table.c.stands.is_(True)).group_by(table.c.label_id)
    said = (
        select(phrases.c.label_id, func.count())
        .join(verdicts, verdicts.c.folded == phrases.c.folded)
        .where(phrases.c.stands.is_(True), verdicts.c.stands.is_(True))
        .group_by(phrases.c.label_id)
    )
    for query in (drawn, said):
        for label_id, count in connection.execute(query):
            uses[label_id] = uses.get(label_id, 0) + count
    return uses


def label_ever(connection: Connection, label_id: str) -> Label | None:
    """A label as it stands, or as it was when it was taken away; None when the project never had it."""
    body = connection.scalar(select(tables.labels.c.body).where(tables.labels.c.id == label_id))
    return None if body is None else _of(Label, decode_record(body))


def review_record(connection: Connection, media_id: str) -> Review | None:
    """What people said about where a medium stands; None when nobody did."""
    table = tables.reviews
    return next(iter(_standing(connection, Review, table, table.c.id == media_id)), None)


def review(connection: Connection, media_id: str) -> ReviewState:
    """Where a medium stands: what people said, else whether a model has answered on it."""
    record = review_record(connection, media_id)
    if record is not None:
        return record.state
    return "proposed" if facts.anything_proposed(connection, media_id) else "new"


def reviews(connection: Connection) -> dict[str, ReviewState]:
    """Where every medium stands that is not new."""
    states: dict[str, ReviewState] = dict.fromkeys(facts.media_with_answers(connection), "proposed")
    table = tables.reviews
    for row in connection.execute(select(table.c.id, table.c.state).where(table.c.stands.is_(True))):
        states[row.id] = row.state
    return states


def split_record(connection: Connection, media_id: str) -> SplitMark | None:
    """The mark that puts a medium into a split."""
    table = tables.splits
    return next(iter(_standing(connection, SplitMark, table, table.c.id == media_id)), None)


def splits(connection: Connection) -> dict[str, SplitName]:
    """Medium id to split, of the media that have one."""
    table = tables.splits
    rows = connection.execute(select(table.c.id, table.c.split).where(table.c.stands.is_(True)))
    return {row.id: row.split for row in rows}


def known_expressions(connection: Connection) -> list[str]:
    """Phrases first, then what was only asked; each once, in order of first use."""
    known: dict[str, str] = {}
    said = (phrase.expression for phrase in phrases(connection))
    for expression in (*said, *facts.asked_expressions(connection)):
        known.setdefault(fold(expression), expression)
    return list(known.values())


def snapshot(connection: Connection, path: str, roots: dict[str, str], *, history: bool = True) -> Snapshot:
    """Everything, as of one moment; of media that an undone import hides, only the log tells.

    Without `history` the Changes are left out, which those of large imports make long.
    """
    media: list[MediaItem] = facts.media(connection, 0, None)
    shown = {item.id for item in media}
    return Snapshot(
        path=path,
        roots=tuple(roots.items()),
        media=tuple(media),
        labels=tuple(labels(connection)),
        phrases=tuple(phrases(connection)),
        annotations=every_annotation(connection),
        verdicts=every_verdict(connection),
        attributes=tuple(attributes(connection)),
        ratings=tuple(rating for rating in ratings(connection) if rating.media_id in shown),
        reviews=tuple(mark for mark in _standing(connection, Review, tables.reviews) if mark.id in shown),
        splits=tuple(mark for mark in _standing(connection, SplitMark, tables.splits) if mark.id in shown),
        answers=tuple(answer for answer in facts.answers(connection) if answer.query.media_id in shown),
        changes=tuple(log.history(connection)) if history else (),
    )
