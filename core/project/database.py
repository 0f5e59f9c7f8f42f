"""Connections to one SQLite file: durable transactions, the journal, and errors as `ProjectError`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from core.errors import ProjectError

Access = Literal["write", "watch", "frozen"]
BUSY_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Place:
    """Which file to open and how.

    `write`: read and write. `watch`: read beside a writer, in a folder that can be written. `frozen`: nothing
    near the file is touched, which is only right while nobody writes to it. `vfs` names another SQLite file layer.
    """

    path: Path
    access: Access
    vfs: str = ""

    @property
    def uri(self) -> str:
        """The file as an SQLite URI, any script in its name."""
        absolute = self.path.absolute().as_posix()
        slash = "" if absolute.startswith("/") else "/"
        options = {"write": "mode=rw", "watch": "mode=rw", "frozen": "mode=ro&immutable=1"}[self.access]
        vfs = f"&vfs={self.vfs}" if self.vfs else ""
        return f"file:{slash}{quote(absolute)}?{options}{vfs}"


class Database:
    """An engine over one file. Safe to use from several threads; writes take turns."""

    def __init__(self, place: Place, *, journal: Literal["wal", "delete"] = "wal") -> None:
        self.place = place
        self._journal = journal
        self._engine = _engine(place, journal)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the file from its first query on."""
        with said_plainly(self.place.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything is on the disk when this returns, or nothing is."""
        with said_plainly(self.place.path), self._engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Fold the journal into the file where nobody else is reading it, and let go of the file."""
        if self.place.access == "write" and self._journal == "wal":
            self._fold_journal()
        self._engine.dispose()

    def _fold_journal(self) -> None:
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError:  # a reader is in the way: whoever closes last folds it in
            pass
        finally:
            connection.close()


def _engine(place: Place, journal: str) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            place.uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        with ExitStack() as on_failure:
            on_failure.callback(connection.close)
            _configure(connection, place, journal)
            on_failure.pop_all()
        return connection

    # A rollback journal lets nobody read beside a writer that keeps its connection; short connections it is.
    pool = QueuePool if journal == "wal" else NullPool
    engine = create_engine("sqlite://", creator=connect, poolclass=pool)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, place: Place, journal: str) -> None:
    """Durability of one connection. The journal mode itself lives in the file (see `core.project.journal`)."""
    connection.execute("PRAGMA synchronous=FULL" if journal == "wal" else "PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA cache_size=-16384")
    if place.access != "write":
        connection.execute("PRAGMA query_only=ON")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn errors of the database into a `ProjectError` that a person understands."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise explain(error.orig if isinstance(error, DBAPIError) and error.orig else error, path) from error


def explain(error: BaseException, path: Path) -> ProjectError:
    """What an error of the database means for the person who works on `path`."""
    text = str(error)
    lowered = text.lower()
    if "locked" in lowered or "busy" in lowered:
        return ProjectError(
            f"{path.name} is being written by another program", next_step="Nothing was changed; try again in a moment"
        )
    if "full" in lowered:
        return ProjectError(
            f"{path.name} could not be saved: the disk is full", next_step="Nothing was changed; free some space"
        )
    if "malformed" in lowered or "not a database" in lowered:
        return ProjectError(f"{path.name} is damaged", why=text, next_step="Restore the file from a backup")
    if "readonly" in lowered or "read-only" in lowered:
        return ProjectError(f"{path.name} cannot be written", why=text, next_step="Nothing was changed")
    return ProjectError(
        f"{path.name} could not be read or written",
        why=text,
        next_step="Nothing was changed; see that its disk works and has room",
    )
