"""What is measured about a project and its models: attention, benefits, and the model in use. None of it can be undone.

Attention and choices of models are facts: appended, never changed. Benefits are worked out from what stands elsewhere,
and replaced as a whole. In a file of an older schema that is only read, all of them are empty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select

from core.errors import ProjectError
from core.project import tables
from core.project.log import now
from core.schema import MediaKind

_ROWS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Attention:
    """A stretch of time in which somebody worked on a medium: not idle, and in the window."""

    media_id: str
    began_at: str
    seconds: float
    author: str = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """From a moment on, the model that this project asks: `model` is a name or folder, `why` for people.

    kinds: the media that it is asked about; none named means all.
    """

    model: str
    model_id: str
    kinds: frozenset[MediaKind] = frozenset()
    why: str = ""
    author: str = ""
    at: str = ""


class Measures:
    """These tables of an open project. Every method may raise `ProjectError`, like those of `Project`."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
        author: str,
    ) -> None:
        self._reading, self._writing, self._author = reading, writing, author

    def record_attention(self, stretches: Iterable[Attention]) -> None:
        """Append stretches of work. Raises `ProjectError` for a time that is negative or no number."""
        rows = []
        for stretch in stretches:
            if not (math.isfinite(stretch.seconds) and stretch.seconds >= 0):
                raise ProjectError(f"{stretch.seconds} seconds is no time that somebody worked")
            row = {"media_id": stretch.media_id, "author": stretch.author or self._author}
            rows.append(row | {"began_at": stretch.began_at, "seconds": stretch.seconds})
        if rows:
            with self._writing() as connection:
                _append(connection, tables.attention, rows)

    def attention(self) -> list[Attention]:
        """Every stretch, in order of recording."""
        table = tables.attention.c
        with self._reading() as connection:
            if not _is_there(connection, tables.attention):
                return []
            query = select(table.media_id, table.began_at, table.seconds, table.author).order_by(table.seq)
            return [Attention(*row) for row in connection.execute(query)]

    def set_benefits(self, benefits: Mapping[str, float]) -> None:
        """How much is expected of a person's looking at each medium, in place of all that was known before."""
        rows = [{"media_id": media_id, "benefit": benefit} for media_id, benefit in benefits.items()]
        with self._writing() as connection:
            connection.execute(delete(tables.benefits))
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                connection.execute(insert(tables.benefits), rows[start : start + _ROWS_AT_ONCE])

    def benefits(self) -> dict[str, float]:
        """Medium id to benefit, the greatest first."""
        table = tables.benefits.c
        with self._reading() as connection:
            if not _is_there(connection, tables.benefits):
                return {}
            query = select(table.media_id, table.benefit).order_by(table.benefit.desc(), table.media_id)
            return {row.media_id: row.benefit for row in connection.execute(query)}

    def choose_model(self, choice: ModelChoice) -> None:
        """From now on the project asks this model; those before stay in the list, to go back to."""
        row: dict[str, object] = {"model": choice.model, "model_id": choice.model_id, "why": choice.why}
        row["kinds"] = " ".join(sorted(choice.kinds))
        row |= {"author": choice.author or self._author, "at": choice.at or now()}
        with self._writing() as connection:
            _append(connection, tables.model_choices, [row])

    def model_choices(self) -> list[ModelChoice]:
        """Every choice, the latest last: for each kind of medium that one holds."""
        table = tables.model_choices.c
        with self._reading() as connection:
            if not _is_there(connection, tables.model_choices):
                return []
            query = select(table.model, table.model_id, table.kinds, table.why, table.author, table.at)
            return [
                ModelChoice(row.model, row.model_id, frozenset(row.kinds.split()), row.why, row.author, row.at)
                for row in connection.execute(query.order_by(table.seq))
            ]

    def chosen_model(self, kind: MediaKind) -> str | None:
        """The model that the project asks about media of a kind; None where nobody chose one."""
        fitting = [choice.model for choice in self.model_choices() if not choice.kinds or kind in choice.kinds]
        return fitting[-1] if fitting else None


def _append(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    last = connection.scalar(select(func.max(table.c.seq))) or 0
    connection.execute(insert(table), [{"seq": last + number, **row} for number, row in enumerate(rows, start=1)])


def _is_there(connection: Connection, table: Table) -> bool:
    return inspect(connection).has_table(table.name)
