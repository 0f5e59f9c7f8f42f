"""The log of Changes: appending, undo, redo, history, and the replay that gives the present again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, cast

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from core.errors import Bug, ProjectError
from core.project import tables
from core.project.encoding import LongSides, decode_sides, encode_record, encode_sides
from core.project.present import MOST_AT_ONCE, RECORD_TABLES, AnyRow, chunks, media_of, write_sides
from core.schema import Change, new_id

_C = tables.changes.c
_S = tables.steps.c
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Step:
    """One act that its author can take back (`done`) or do again: `change_id` is what the next step inverts."""

    position: int
    change_id: str
    title: str


def now() -> str:
    """The present moment in UTC, ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def append_act(connection: Connection, change: Change) -> Change:
    """Write a new act: the present, the log, and the author's steps (what could be redone no longer can)."""
    if change.undoes is not None:
        raise Bug("an inverse is appended by undo and redo only")
    _append(connection, change, "act")
    _push_step(connection, change)
    return change


def next_undo(connection: Connection, author: str) -> Step | None:
    """The author's latest act that stands."""
    return _step(connection, _steps(author, done=True).order_by(_S.position.desc()))


def next_redo(connection: Connection, author: str) -> Step | None:
    """The author's act that was taken back last."""
    return _step(connection, _steps(author, done=False).order_by(_S.position))


def append_inverse(connection: Connection, author: str, step: Step, *, redo: bool) -> Change:
    """Append the inverse of the Change that `step` names. Raises `StaleChangeError` when that is in the way."""
    row = connection.execute(select(tables.changes).where(_C.id == step.change_id)).one()
    target = _change(row)
    inverse = Change(
        title=f"{'Redo' if redo else 'Undo'}: {step.title}",
        before=target.after,
        after=target.before,
        author=author,
        id=new_id(),
        at=now(),
        undoes=target.id,
        batch=target.batch,
    )
    _append(connection, inverse, "redo" if redo else "undo")
    _move_step(connection, inverse, redo=redo)
    return inverse


def _append(connection: Connection, change: Change, role: str) -> None:
    seq = tip(connection) + 1
    values: dict[str, Any] = {"role": role, "undoes": change.undoes, "batch": change.batch}
    values |= {"seq": seq, "id": change.id, "title": change.title, "author": change.author, "at": change.at}
    if len(change.before) + len(change.after) > MOST_AT_ONCE:
        _append_long(connection, values, change, role)
    else:
        _write_present(connection, seq, change, role)
        body = encode_sides(change.before, change.after)
        connection.execute(insert(tables.changes).values(body=body, **values))
    media_ids = media_of(change.before) | media_of(change.after)
    if media_ids:
        rows = [{"media_id": media_id, "change_seq": seq} for media_id in sorted(media_ids)]
        connection.execute(insert(tables.touches), rows)


def _append_long(connection: Connection, values: dict[str, Any], change: Change, role: str) -> None:
    """A Change of very many records: its body goes to a temporary file, and from there into its row, by pieces."""
    try:
        with tempfile.TemporaryFile(prefix="groundlabel-") as body:
            sides = LongSides(cast("IO[bytes]", body), change.before)
            _write_present(connection, values["seq"], change, role, sides)
            if not sides.has_after:
                sides.add_after(map(encode_record, change.after))
            sides.end()
            connection.execute(insert(tables.changes).values(body=func.zeroblob(body.tell()), **values))
            body.seek(0)
            raw: Any = connection.connection.driver_connection
            with raw.blobopen("changes", "body", values["seq"]) as row:
                while piece := body.read(_PIECE_BYTES):
                    row.write(piece)
    except OSError as error:
        step = "Nothing was changed; free some space on the disk for temporary files"
        raise ProjectError("The Change could not be written down", why=str(error), next_step=step) from error


def _write_present(connection: Connection, seq: int, change: Change, role: str, sides: LongSides | None = None) -> None:
    write_sides(connection, seq, change.before, change.after, sides)
    if change.batch is None:
        return
    hidden = tables.hidden_batches
    connection.execute(delete(hidden).where(hidden.c.batch == change.batch))
    if role == "undo":
        connection.execute(insert(hidden).values(batch=change.batch))


def _push_step(connection: Connection, act: Change) -> None:
    connection.execute(delete(tables.steps).where(_S.author == act.author, _S.done.is_(False)))
    last = connection.scalar(select(func.max(_S.position)).where(_S.author == act.author)) or 0
    connection.execute(
        insert(tables.steps).values(author=act.author, position=last + 1, change_id=act.id, title=act.title, done=True)
    )


def _move_step(connection: Connection, inverse: Change, *, redo: bool) -> None:
    connection.execute(
        update(tables.steps)
        .where(_S.author == inverse.author, _S.change_id == inverse.undoes)
        .values(change_id=inverse.id, done=redo)
    )


def _steps(author: str, *, done: bool) -> Select[Any]:
    return select(_S.position, _S.change_id, _S.title).where(_S.author == author, _S.done.is_(done)).limit(1)


def _step(connection: Connection, query: Select[Any]) -> Step | None:
    row = connection.execute(query).one_or_none()
    return Step(*row) if row is not None else None


# --- reading --------------------------------------------------------------------------------------


def tip(connection: Connection) -> int:
    """The number of the last Change, 0 when there is none."""
    return connection.scalar(select(func.max(_C.seq))) or 0


def history(connection: Connection, media_id: str | None = None, *, after: int = 0) -> list[Change]:
    """Every Change after number `after` in the order it happened; of one medium, if named."""
    query = select(tables.changes).where(_C.seq > after).order_by(_C.seq)
    if media_id is not None:
        query = query.join(tables.touches, tables.touches.c.change_seq == _C.seq)
        query = query.where(tables.touches.c.media_id == media_id)
    return [_change(row) for row in connection.execute(query)]


def work_on(connection: Connection, media_ids: Sequence[str]) -> dict[str, list[Change]]:
    """The Changes of each of these media in order, without imports: reading one for a few media takes seconds."""
    found: dict[str, list[Change]] = {}
    read: dict[int, Change] = {}
    touches = tables.touches.c
    for part in chunks(media_ids):
        query = select(touches.media_id, tables.changes).join(tables.touches, touches.change_seq == _C.seq)
        for row in connection.execute(query.where(touches.media_id.in_(part), _C.batch.is_(None)).order_by(_C.seq)):
            change = read.get(row.seq)
            if change is None:
                change = read[row.seq] = _change(row)
            found.setdefault(row.media_id, []).append(change)
    return found


def _change(row: AnyRow) -> Change:
    before, after = decode_sides(row.body)
    return Change(row.title, before, after, row.author, row.id, row.at, row.undoes, row.batch)


# --- replay ---------------------------------------------------------------------------------------

PRESENT_TABLES = (*RECORD_TABLES.values(), tables.steps, tables.hidden_batches)


def rebuild_present(connection: Connection) -> None:
    """Forget the present and make it again out of the log alone, inside the caller's transaction."""
    for table in PRESENT_TABLES:
        connection.execute(delete(table))
    for seq in connection.scalars(select(_C.seq).order_by(_C.seq)).all():
        row = connection.execute(select(tables.changes).where(_C.seq == seq)).one()
        change = _change(row)
        _write_present(connection, row.seq, change, row.role)
        if row.role == "act":
            _push_step(connection, change)
        else:
            _move_step(connection, change, redo=row.role == "redo")
