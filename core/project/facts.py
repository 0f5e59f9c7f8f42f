"""Facts: media, answers, expressions, roots. They are appended and never changed; nothing here can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, insert, not_, or_, select

from core.errors import ProjectError
from core.project import tables
from core.project.encoding import decode_fact, encode_fact
from core.project.places import check_relative
from core.project.present import chunks
from core.project.wording import fold, tidy
from core.schema import Answer, MediaItem, Proposal

_M = tables.media.c
_A = tables.answers.c


def last_seq(connection: Connection, table: Table) -> int:
    """How many rows a fact or log table has: its numbers are dense."""
    return connection.scalar(select(func.max(table.c.seq))) or 0


# --- media ----------------------------------------------------------------------------------------


def add_media(connection: Connection, items: Iterable[MediaItem], batch: str | None) -> list[MediaItem]:
    """Append the media that are not there yet; for each item the one that stands in the project now."""
    wanted = list(items)
    for item in wanted:
        check_relative(item.path)
        if item.sound is not None:
            check_relative(item.sound[1])
    known = _known_places(connection, wanted)
    seq = last_seq(connection, tables.media)
    rows: list[dict[str, object]] = []
    again: list[MediaItem] = []
    result: list[MediaItem] = []
    for item in wanted:
        place = (item.root, item.path)
        if place in known:
            again.append(known[place])
        else:
            seq += 1
            known[place] = item
            rows.append(
                {"seq": seq, "id": item.id, "root": item.root, "path": item.path, "batch": batch}
                | {"body": encode_fact(item)}
            )
        result.append(known[place])
    _check_new_ids(connection, [str(row["id"]) for row in rows])
    if rows:
        connection.execute(insert(tables.media), rows)
    _note_arrivals(connection, [item.id for item in again], batch)
    return result


def _known_places(connection: Connection, items: Sequence[MediaItem]) -> dict[tuple[str, str], MediaItem]:
    known: dict[tuple[str, str], MediaItem] = {}
    paths = sorted({item.path for item in items})
    for part in chunks(paths):
        for row in connection.execute(select(_M.root, _M.path, _M.body).where(_M.path.in_(part))):
            known[row.root, row.path] = decode_fact(MediaItem, row.body)
    return known


def _check_new_ids(connection: Connection, ids: list[str]) -> None:
    taken = len(ids) != len(set(ids))
    for part in chunks(ids):
        taken = taken or connection.scalar(select(_M.id).where(_M.id.in_(part)).limit(1)) is not None
    if taken:
        raise ProjectError("Two media have the same id", next_step="Nothing was added")


def _note_arrivals(connection: Connection, ids: list[str], batch: str | None) -> None:
    """Remember that media came another way too, so that undoing the first import leaves them."""
    again = tables.arrivals.c
    name = batch or ""
    for part in chunks(sorted(set(ids))):
        imported = set(connection.scalars(select(_M.id).where(_M.id.in_(part), _M.batch.is_not(None))))
        known = set(connection.scalars(select(again.media_id).where(again.media_id.in_(part), again.batch == name)))
        first = set(connection.scalars(select(_M.id).where(_M.id.in_(part), _M.batch == name)))
        rows = [{"media_id": id_, "batch": name} for id_ in sorted(imported - known - first)]
        if rows:
            connection.execute(insert(tables.arrivals), rows)


def media_count(connection: Connection) -> int:
    """How many media the project shows."""
    if not _anything_hidden(connection):
        return last_seq(connection, tables.media)
    return connection.scalar(select(func.count()).select_from(tables.media).where(_shown())) or 0


def media(connection: Connection, offset: int, limit: int | None) -> list[MediaItem]:
    """Media in the order of adding. Numbers are dense, so a page is found by key however far down it is."""
    query = select(_M.body).order_by(_M.seq).limit(limit)
    if _anything_hidden(connection):
        query = query.where(_shown()).offset(offset).limit(-1 if limit is None else limit)
    else:
        query = query.where(_M.seq > offset)
    return [decode_fact(MediaItem, body) for body in connection.scalars(query)]


def media_item(connection: Connection, media_id: str) -> MediaItem | None:
    """One medium, hidden or not; None when the project never had it."""
    body = connection.scalar(select(_M.body).where(_M.id == media_id))
    return decode_fact(MediaItem, body) if body is not None else None


def media_at(connection: Connection, root: str, path: str) -> MediaItem | None:
    """The medium at a place; None when there is none."""
    body = connection.scalar(select(_M.body).where(_M.root == root, _M.path == path))
    return decode_fact(MediaItem, body) if body is not None else None


def media_row(connection: Connection, media_id: str) -> int | None:
    """Where a medium stands in the order of adding, counted from 0; None when it does not show."""
    seq = connection.scalar(select(_M.seq).where(_M.id == media_id))
    if seq is None or not _anything_hidden(connection):
        return None if seq is None else seq - 1
    if not connection.scalar(select(_M.seq).where(_M.seq == seq, _shown())):
        return None
    return connection.scalar(select(func.count()).select_from(tables.media).where(_M.seq < seq, _shown())) or 0


def only_shown(connection: Connection) -> ColumnElement[bool] | None:
    """The condition under which a medium shows; None when all of them do."""
    return _shown() if _anything_hidden(connection) else None


def _anything_hidden(connection: Connection) -> bool:
    return connection.scalar(select(tables.hidden_batches.c.batch).limit(1)) is not None


def _shown() -> ColumnElement[bool]:
    """A medium shows unless every import that brought it was undone and nobody's work stands on it."""
    hidden = select(tables.hidden_batches.c.batch)
    arrivals, annotations, verdicts = tables.arrivals.c, tables.annotations.c, tables.verdicts.c
    return or_(
        _M.batch.is_(None),
        _M.batch.not_in(hidden),
        exists().where(and_(arrivals.media_id == _M.id, arrivals.batch.not_in(hidden))),
        exists().where(and_(annotations.media_id == _M.id, annotations.stands)),
        exists().where(and_(verdicts.media_id == _M.id, verdicts.stands)),
    )


# --- answers --------------------------------------------------------------------------------------


def record_answers(connection: Connection, answers: Iterable[Answer]) -> None:
    """Append what models said. Raises `ProjectError` when one speaks of a medium that is not in the project."""
    said = list(answers)
    _check_media(connection, {answer.query.media_id for answer in said})
    seq = last_seq(connection, tables.answers)
    for answer in said:
        seq += 1
        connection.execute(insert(tables.answers).values(seq=seq, **_answer_columns(answer)))
        if answer.proposals:
            rows = [{"id": proposal.id, "answer_seq": seq} for proposal in answer.proposals]
            connection.execute(insert(tables.proposals), rows)
        _note_expression(connection, answer.query.expression, seq)


def _check_media(connection: Connection, ids: set[str]) -> None:
    missing = set(ids)
    for part in chunks(sorted(ids)):
        missing -= set(connection.scalars(select(_M.id).where(_M.id.in_(part))))
    if missing:
        raise ProjectError("An answer speaks of a medium that is not in the project", why=", ".join(sorted(missing)))


def _answer_columns(answer: Answer) -> dict[str, object]:
    query = answer.query
    return {
        "query_id": query.id,
        "media_id": query.media_id,
        "folded": fold(query.expression),
        "model_id": answer.model_id,
        "failed": answer.error is not None,
        "body": encode_fact(answer),
    }


def _note_expression(connection: Connection, expression: str, position: int) -> None:
    table, folded = tables.expressions, fold(expression)
    if folded and connection.scalar(select(table.c.folded).where(table.c.folded == folded)) is None:
        connection.execute(insert(table).values(folded=folded, expression=tidy(expression), position=position))


def answers(connection: Connection, media_id: str | None = None) -> list[Answer]:
    """Answers in order of asking; of one medium, if named."""
    query = select(_A.body).order_by(_A.seq)
    if media_id is not None:
        query = query.where(_A.media_id == media_id)
    return [decode_fact(Answer, body) for body in connection.scalars(query)]


def answered(connection: Connection, media_id: str, expression: str, model_id: str) -> bool:
    """Whether this model has answered this expression on this medium; an answer that failed does not count.

    Nor does one about a single frame or window of it.
    """
    query = select(_A.body).where(
        _A.media_id == media_id, _A.folded == fold(expression), _A.model_id == model_id, not_(_A.failed)
    )
    asked = (decode_fact(Answer, body).query for body in connection.scalars(query))
    return any(question.at_s is None and question.window_s is None for question in asked)


def anything_proposed(connection: Connection, media_id: str) -> bool:
    """Whether a model has answered anything on this medium without an error."""
    query = select(_A.seq).where(_A.media_id == media_id, not_(_A.failed)).limit(1)
    return connection.scalar(query) is not None


def media_with_answers(connection: Connection) -> set[str]:
    """The media on which a model has answered anything without an error."""
    return set(connection.scalars(select(_A.media_id).where(not_(_A.failed)).distinct()))


def proposal(connection: Connection, proposal_id: str) -> tuple[Answer, Proposal] | None:
    """A proposal with the answer that it came in; None when the project never had it."""
    query = select(_A.body).join(tables.proposals, tables.proposals.c.answer_seq == _A.seq)
    body = connection.scalar(query.where(tables.proposals.c.id == proposal_id))
    if body is None:
        return None
    answer = decode_fact(Answer, body)
    return answer, next(found for found in answer.proposals if found.id == proposal_id)


def asked_expressions(connection: Connection) -> list[str]:
    """Every expression that was asked, in order of first asking, each once."""
    table = tables.expressions
    return list(connection.scalars(select(table.c.expression).order_by(table.c.position)))


# --- roots ----------------------------------------------------------------------------------------


def roots(connection: Connection) -> dict[str, str]:
    """Name to folder, of the roots that were named."""
    return {row.name: row.folder for row in connection.execute(select(tables.roots))}


def set_root(connection: Connection, name: str, folder: str) -> None:
    """Say where a root is now."""
    connection.execute(delete(tables.roots).where(tables.roots.c.name == name))
    connection.execute(insert(tables.roots).values(name=name, folder=folder))
