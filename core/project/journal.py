"""Which journal a project file can have: write-ahead where that works, else a rollback journal, and why."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Literal

from core.project.database import BUSY_TIMEOUT_S, Place

Journal = Literal["wal", "delete"]
_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ncpfs", "fuse.sshfs"})


def settle(place: Place) -> tuple[Journal, str]:
    """Put the file into the best journal mode that its place allows; the mode, and a line for people if not WAL.

    Raises `sqlite3.Error` when the file cannot be opened at all.
    """
    if on_network(place.path):
        return _rollback(place), f"{place.path.name} is on a network share: saved with a rollback journal"
    connection = sqlite3.connect(place.uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        # A read first: it fails at once where a file that is in WAL already has no shared memory.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return "wal", ""
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise
    finally:
        connection.close()
    return _rollback(place), f"{place.path.name} is where no write-ahead log works: saved with a rollback journal"


def _rollback(place: Place) -> Journal:
    """Leave WAL. Exclusive locking lets SQLite read a write-ahead log where there is no shared memory."""
    connection = sqlite3.connect(place.uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        connection.close()
    return "delete"


def on_network(path: Path) -> bool:
    """Whether a file lies on another computer, as far as the system says."""
    absolute = path.absolute()
    if sys.platform == "win32":
        return str(absolute).startswith("\\\\")
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return file_system_of(absolute.parent, mounts) in _NETWORK_FILE_SYSTEMS


def file_system_of(folder: Path, mounts: str) -> str:
    """The type of the file system that `folder` lies on, out of the text of /proc/self/mounts."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) > best:
            best, kind = len(point), fields[2]
    return kind
