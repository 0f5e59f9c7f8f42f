"""Opening and making project files: says what is wrong with a file before anything near it is touched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, literal_column, select

from core.errors import ProjectError
from core.project import encoding, journal, lock, tables
from core.project.database import Database, Place, explain, said_plainly
from core.schema import new_id

SUFFIX = ".groundlabel"
SCHEMA_VERSION = 4
READ_AS_THEY_ARE = frozenset({1, 2, 3})  # older versions that only lack tables, which then read as empty
APPLICATION_ID = 0x474C626C  # "GLbl" in the header of every project file
_HEADER_BYTES = 100
_SQLITE_MAGIC = b"SQLite format 3\x00"
_CHECKED_WHOLE_BYTES = 64 << 20  # larger files are checked at their tables' doors only

Role = Literal["window", "command"]


@dataclass(slots=True)
class Opened:
    """An open file: `reason` says why it cannot be written, `note` what is unusual about how it is saved."""

    database: Database
    hold: lock.Hold | None = None
    holder: lock.Holder | None = None
    reason: str = ""
    note: str = ""
    private_copy: Path | None = None

    def close(self) -> None:
        """Let go of the file, the hold, and a private copy."""
        try:
            self.database.close()
        finally:
            if self.hold is not None:
                self.hold.release()
            if self.private_copy is not None:
                shutil.rmtree(self.private_copy, ignore_errors=True)


# --- making ---------------------------------------------------------------------------------------


def create_file(path: Path) -> None:
    """Make an empty project file; it appears complete or not at all. Raises `ProjectError`."""
    if path.suffix != SUFFIX:
        raise ProjectError(f"A project's name ends in {SUFFIX}", why=f"{path.name} does not")
    if path.exists():
        raise ProjectError(f"{path.name} exists already", next_step="Open it, or choose another name")
    if not path.parent.is_dir():
        raise ProjectError(f"There is no folder {path.parent}", next_step="Make it first")
    draft = path.with_name(f".{path.name}.{new_id()[:8]}.new")
    try:
        draft.touch(exist_ok=False)
        _fill(draft)
        _put_in_place(draft, path)
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be made", why=error.strerror or str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _fill(draft: Path) -> None:
    from core.project.migrations import upgrade  # Alembic is needed only where a schema changes

    database = Database(Place(draft, "write"), journal="delete")
    try:
        with database.writing() as connection:
            _stamp(connection, upgrade(connection, 0))
    finally:
        database.close()


def _stamp(connection: Connection, version: int) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={version}")


def _put_in_place(draft: Path, path: Path) -> None:
    for suffix in ("-wal", "-journal"):  # of a file that is gone: it would be read into the new one
        orphan = path.with_name(path.name + suffix)
        if orphan.exists():
            orphan.replace(path.with_name(f"{path.name}{suffix}.{new_id()[:8]}.orphan"))
    try:
        os.link(draft, path)  # unlike a rename, never replaces what somebody else made meanwhile
    except FileExistsError:
        raise ProjectError(f"{path.name} exists already", next_step="Open it, or choose another name") from None
    except OSError:  # no hard links here
        draft.rename(path)


# --- opening --------------------------------------------------------------------------------------


def open_file(path: Path, *, read_only: bool, role: Role, vfs: str = "") -> Opened:
    """Open a project file. Raises `ProjectError`, with nothing touched, when it cannot be used at all."""
    version = check_header(path)
    if version > SCHEMA_VERSION:
        return _open_newer(path, version)
    reason = why_not_writable(path)
    if reason:
        return _open_frozen(path, version, reason)
    holder = lock.holder_of(path)
    if holder is None:
        _check_sound(path)
    if read_only:
        return _open_watching(path, version, f"{path.name} was opened for reading only", holder)
    if role == "command":
        return _open_writing(path, version, None, vfs)
    try:
        taken = lock.take(path)
    except ProjectError as error:
        return _open_watching(path, version, str(error), None)
    if isinstance(taken, lock.Holder):
        return _open_watching(path, version, f"{path.name} is open already: {taken} holds it", taken)
    with ExitStack() as on_failure:
        on_failure.callback(taken.release)
        opened = _open_writing(path, version, taken, vfs)
        on_failure.pop_all()
    return opened


def _open_writing(path: Path, version: int, hold: lock.Hold | None, vfs: str) -> Opened:
    place = Place(path, "write", vfs)
    with said_plainly(path):
        mode, note = journal.settle(place)
    database = Database(place, journal=mode)
    with ExitStack() as on_failure:
        on_failure.callback(database.close)
        if version < SCHEMA_VERSION:
            _migrate(database, path, hold)
        _check_version(database, path)
        on_failure.pop_all()
    return Opened(database, hold=hold, note=note)


def _migrate(database: Database, path: Path, hold: lock.Hold | None) -> None:
    from core.project.migrations import upgrade

    if hold is None and (holder := lock.holder_of(path)) is not None:
        raise ProjectError(
            f"{path.name} is of an older version and open: {holder} holds it", next_step="Close it there"
        )
    with database.writing() as connection:
        present = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if present < SCHEMA_VERSION:  # nobody else writes before this transaction has ended
            _keep_aside(path, present)
        _stamp(connection, upgrade(connection, present))


def _keep_aside(path: Path, version: int) -> Path:
    """The project as it was, in a file beside it that an older GroundLabel opens. Raises `ProjectError`.

    It appears complete or not at all, and never in place of another one.
    """
    draft = path.with_name(f".{path.name}.{new_id()[:8]}.new")
    try:
        source, target = sqlite3.connect(Place(path, "watch").uri, uri=True), sqlite3.connect(draft)
        try:
            with said_plainly(path):
                source.backup(target)
        finally:
            source.close()
            target.close()
        number = 1
        while (kept := path.with_name(f"{path.stem}.schema-{version}{_numbered(number)}{SUFFIX}")).exists():
            number += 1
        draft.rename(kept)
    except OSError as error:
        why = error.strerror or str(error)
        raise ProjectError(
            f"{path.name} is of an older version and could not be kept aside before it is brought up to date",
            why=why,
            next_step="Nothing was changed; free some space, or make its folder writable",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _numbered(number: int) -> str:
    return "" if number == 1 else f"-{number}"


def _open_watching(path: Path, version: int, reason: str, holder: lock.Holder | None) -> Opened:
    if version < SCHEMA_VERSION and version not in READ_AS_THEY_ARE:
        raise _older(path)
    mode: journal.Journal = "wal" if _header(path)[18] == 2 else "delete"
    database = Database(Place(path, "watch"), journal=mode)
    _check_version(database, path, expected=version)
    return Opened(database, holder=holder, reason=reason)


def _open_frozen(path: Path, version: int, reason: str) -> Opened:
    if version < SCHEMA_VERSION and version not in READ_AS_THEY_ARE:
        raise _older(path)
    copy: Path | None = None
    with ExitStack() as on_failure:
        if has_journal(path):  # what it holds must be read, and may not be folded in here
            copy = _private_copy(path)
            on_failure.callback(shutil.rmtree, copy, ignore_errors=True)
        place = Place(copy / path.name, "write") if copy is not None else Place(path, "frozen")
        _check_pages(place, path)
        database = Database(Place(place.path, "watch" if copy is not None else "frozen"), journal="wal")
        _check_version(database, path, expected=version)
        on_failure.pop_all()
    return Opened(database, reason=reason, private_copy=copy)


def _open_newer(path: Path, version: int) -> Opened:
    """A file of a newer version, for reading only. Raises `ProjectError` where what this version reads is not in it."""
    why = (
        f"{path.name} was written by a newer GroundLabel and can only be read here:"
        f" it has version {version}, this one knows up to {SCHEMA_VERSION}"
    )
    if why_not_writable(path):
        opened = _open_frozen(path, version, why)
    else:
        opened = _open_watching(path, version, why, lock.holder_of(path))
    with ExitStack() as on_failure:
        on_failure.callback(opened.close)
        with opened.database.reading() as connection:
            if not tables.are_all_in(connection) or encoding.is_newer(_latest(connection)):
                raise _newer(path, version)
        on_failure.pop_all()
    return opened


def _latest(connection: Connection) -> Iterator[object]:
    """The last record that was written of each kind."""
    for table in tables.metadata.sorted_tables:
        if "body" in table.c:
            yield from connection.execute(
                select(table.c.body).order_by(literal_column("rowid").desc()).limit(1)
            ).scalars()


def why_not_writable(path: Path) -> str:
    """Why nothing can be written to a file or its folder, "" when it can. Mode bits count for the superuser too."""
    for place, name in ((path, path.name), (path.parent, f"the folder {path.parent}")):
        mode = place.stat().st_mode
        marked = not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
        if marked or not os.access(place, os.W_OK):
            return f"{name} is read-only: nothing can be changed"
    return ""


# --- checks ---------------------------------------------------------------------------------------


def check_header(path: Path) -> int:
    """The schema version in a project's first bytes; nothing but those is read.

    Raises `ProjectError` when the file is missing, a folder, empty, no project, or cut short.
    """
    if not path.exists():
        raise ProjectError(f"There is no project {path}", next_step="Check the name, or make a new project")
    if not path.is_file():
        raise ProjectError(f"{path} is a folder, not a project file", next_step=f"Choose a file NAME{SUFFIX}")
    header = _header(path)
    if not header:
        raise ProjectError(f"{path.name} is empty", why="it holds no byte", next_step="Restore it from a backup")
    if len(header) < _HEADER_BYTES or not header.startswith(_SQLITE_MAGIC):
        raise ProjectError(f"{path.name} is not a GroundLabel project", next_step=f"Choose a file NAME{SUFFIX}")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise ProjectError(f"{path.name} is a database of another program", next_step=f"Choose a file NAME{SUFFIX}")
    _check_size(path, header)
    return int.from_bytes(header[60:64], "big")


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER_BYTES)
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be read", why=error.strerror or str(error)) from error


def _check_size(path: Path, header: bytes) -> None:
    """A file shorter than its header says was cut, unless a journal holds the rest."""
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    valid = header[24:28] == header[92:96]
    if valid and path.stat().st_size < pages * (65536 if page == 1 else page) and not has_journal(path):
        raise ProjectError(f"{path.name} is damaged: its end is missing", next_step="Restore it from a backup")


def has_journal(path: Path) -> bool:
    """Whether work lies in a journal beside the file: it is open somewhere, or its program was killed."""
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and beside.stat().st_size > 0:
            return True
    return False


def _check_sound(path: Path) -> None:
    """Raise `ProjectError` when the pages of a file that nobody has open are damaged."""
    if not has_journal(path):
        _check_pages(Place(path, "frozen"), path)
    elif path.stat().st_size <= _CHECKED_WHOLE_BYTES:
        copy = _private_copy(path)
        try:
            _check_pages(Place(copy / path.name, "write"), path)
        finally:
            shutil.rmtree(copy, ignore_errors=True)


def _check_pages(place: Place, path: Path) -> None:
    try:
        connection = sqlite3.connect(place.uri, uri=True, isolation_level=None)
        try:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            for name in names:
                connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()
            if place.path.stat().st_size <= _CHECKED_WHOLE_BYTES:
                finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if finding != "ok":
                    raise sqlite3.DatabaseError(f"malformed: {finding}")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explain(error, path) from error


def _check_version(database: Database, path: Path, expected: int = SCHEMA_VERSION) -> None:
    """Raise `ProjectError` for a version that neither this program knows nor the file's head named."""
    try:
        with database.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    except ProjectError:
        database.close()
        raise
    if version > max(SCHEMA_VERSION, expected):
        database.close()
        raise _newer(path, version)


def _private_copy(path: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="groundlabel-"))
    for suffix in ("", "-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            shutil.copyfile(beside, folder / beside.name)
    return folder


def _newer(path: Path, version: int) -> ProjectError:
    return ProjectError(
        f"{path.name} was written by a newer GroundLabel",
        why=f"it has version {version}, this one knows up to {SCHEMA_VERSION}",
        next_step="Update GroundLabel to open it",
    )


def _older(path: Path) -> ProjectError:
    return ProjectError(
        f"{path.name} is of an older version and cannot be updated where it is",
        why="it cannot be written",
        next_step="Copy it to a folder that can be written and open it there",
    )
