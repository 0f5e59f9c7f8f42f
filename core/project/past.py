"""The past of one medium: which Changes touched it, what each did there, and how it stood after any of them.

Everything is found by the medium's own touches, and no older body is read than is asked about.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from core.project import reading, tables
from core.project.encoding import decode_sides
from core.project.log import tip
from core.project.present import key_of
from core.schema import Annotation, Record, Verdict

_C = tables.changes.c
_T = tables.touches.c
Kept = Annotation | Verdict  # what a restore brings back


@dataclass(frozen=True, slots=True)
class Moment:
    """One Change that touched a medium. `undone`: it was taken back, and not done again since."""

    seq: int
    id: str
    title: str
    author: str
    at: str
    undoes: str | None
    batch: str | None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """What one Change did on one medium: what stood before and what stood after, of annotations and verdicts."""

    before: tuple[Kept, ...] = ()
    after: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """Reads the log of an open project. `read` opens a connection that sees one state of the file."""

    read: Callable[[], AbstractContextManager[Connection]]

    def moments(
        self, media_id: str, *, of: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Moment]:
        """The latest `limit` Changes on a medium below number `before`, newest first; of one record, if `of` names it.

        An import says nothing of single records without reading all of it, so it is searched as text.
        """
        query = _touching(media_id).order_by(_C.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(_C.seq < before)
        if of is not None:
            query = query.where(_names(of))
        with self.read() as connection:
            undone = _undone(connection, media_id)
            return [replace(Moment(*row), undone=row.id in undone) for row in connection.execute(query)]

    def made_and_changed(self, media_id: str, record_id: str) -> tuple[Moment, Moment] | None:
        """The first and the last Change that names a record of a medium; None when none does."""
        query = _touching(media_id).where(_names(record_id)).limit(1)
        with self.read() as connection:
            first = connection.execute(query.order_by(_C.seq)).one_or_none()
            last = connection.execute(query.order_by(_C.seq.desc())).one_or_none()
        return (Moment(*first), Moment(*last)) if first is not None and last is not None else None

    def sides(self, media_id: str, seq: int) -> Sides:
        """What the Change of this number did on a medium."""
        with self.read() as connection:
            body = connection.scalar(select(_C.body).where(_C.seq == seq))
        if body is None:
            return Sides()
        before, after = decode_sides(body)
        return Sides(tuple(_kept(before, media_id)), tuple(_kept(after, media_id)))

    def state_after(self, media_id: str, seq: int) -> tuple[Kept, ...]:
        """The annotations and verdicts of a medium as they stood once the Change of this number was done.

        Taken back from the present, the latest Change first: recent states cost little in a long past.
        """
        with self.read() as connection:
            present: list[Kept] = [*reading.annotations(connection, media_id), *reading.verdicts(connection, media_id)]
            standing = {key_of(record): record for record in present}
            if seq < tip(connection):
                query = select(_C.body).join(tables.touches, _T.change_seq == _C.seq)
                query = query.where(_T.media_id == media_id, _C.seq > seq).order_by(_C.seq.desc())
                for body in connection.scalars(query):
                    before, after = decode_sides(body)
                    for record in _kept(after, media_id):
                        standing.pop(key_of(record), None)
                    standing.update({key_of(record): record for record in _kept(before, media_id)})
        return tuple(standing.values())


def _touching(media_id: str) -> Select[Any]:
    query = select(_C.seq, _C.id, _C.title, _C.author, _C.at, _C.undoes, _C.batch)
    return query.join(tables.touches, _T.change_seq == _C.seq).where(_T.media_id == media_id)


def _names(record_id: str) -> ColumnElement[bool]:
    """Whether a Change names a record: its id as the log writes it."""
    return func.instr(_C.body, '"id":' + json.dumps(record_id, ensure_ascii=False)) > 0


def _undone(connection: Connection, media_id: str) -> set[str]:
    """The Changes on a medium that do not hold: each inverse that holds takes back the one it undoes."""
    query = select(_C.id, _C.undoes).join(tables.touches, _T.change_seq == _C.seq)
    query = query.where(_T.media_id == media_id, _C.undoes.is_not(None)).order_by(_C.seq.desc())
    undone: set[str] = set()
    for row in connection.execute(query):
        if row.id not in undone:
            undone.add(row.undoes)
    return undone


def _kept(records: Iterable[Record], media_id: str) -> Iterable[Kept]:
    return (record for record in records if isinstance(record, Annotation | Verdict) and record.media_id == media_id)
