"""Who holds a project: a small file beside it, locked by the system for as long as the holder's process lives.

The record in it (user, host, pid) is for people; the lock itself ends with the process, so that the lock of a
killed process is simply taken over. Where the file system knows no locks, the record decides.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ProjectError

_LOCK_OFFSET = 1 << 30  # far behind the record: on Windows a locked range cannot be read by others
_TRIES = 30
_BETWEEN_TRIES_S = 0.01


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a project open for writing in a window."""

    user: str
    host: str
    pid: int
    since: str = ""

    def __str__(self) -> str:
        return f"{self.user} on {self.host} (process {self.pid})"


class Hold:
    """A lock that this process has taken; `release` gives it back."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let others hold the project. May be called twice."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(descriptor)
            self._path.unlink(missing_ok=True)
        else:  # removed while still locked, so that nobody can lock the file that is about to go
            self._path.unlink(missing_ok=True)
            os.close(descriptor)


def lock_path(project: Path) -> Path:
    """The lock's file; not `.lock`, which SQLite itself uses where a file system knows no locks."""
    return project.with_name(project.name + "-lock")


def this_process() -> Holder:
    """The record that this process writes."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # no name for this user id
        user = "somebody"
    return Holder(user, socket.gethostname(), os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))


def take(project: Path) -> Hold | Holder:
    """Take the hold of a project, or say who has it. Raises `ProjectError` when no lock file can be written."""
    path = lock_path(project)
    tries = _TRIES
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise ProjectError(f"{path.name} cannot be written", why=error.strerror or str(error)) from error
        holder = _lock_or_holder(descriptor)
        if holder is not None:
            os.close(descriptor)
            tries -= 1
            if tries == 0 or _seems_alive(holder):
                return holder
            time.sleep(_BETWEEN_TRIES_S)  # somebody is only looking, or has not written their name yet
            continue
        if not _still_there(path, descriptor):  # its last holder removed it between our open and our lock
            os.close(descriptor)
            continue
        hold = Hold(path, descriptor)
        try:
            _write_record(descriptor, this_process())
        except OSError as error:  # the disk is full
            hold.release()
            raise ProjectError(f"{path.name} cannot be written", why=error.strerror or str(error)) from error
        return hold


def holder_of(project: Path) -> Holder | None:
    """Who holds a project now; None when nobody does. Leaves no trace."""
    try:
        descriptor = os.open(lock_path(project), os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        return _lock_or_holder(descriptor)
    finally:
        os.close(descriptor)  # also gives a lock back that was taken just now


def _lock_or_holder(descriptor: int) -> Holder | None:
    """Lock the file; who has locked it otherwise."""
    try:
        _system_lock(descriptor)
    except OSError as error:
        record = _read_record(descriptor)
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK):
            return record or Holder("somebody", socket.gethostname(), 0)
        return record if record is not None and _seems_alive(record) else None
    return None


if sys.platform == "win32":
    import msvcrt

    def _system_lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _system_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _still_there(path: Path, descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _read_record(descriptor: int) -> Holder | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        data = json.loads(os.read(descriptor, 4096).decode("utf-8"))
        return Holder(str(data["user"]), str(data["host"]), int(data["pid"]), str(data["since"]))
    except (ValueError, KeyError, TypeError):  # empty, or half written by a process that died
        return None


def _write_record(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(asdict(holder)).encode("utf-8"))


def _seems_alive(record: Holder) -> bool:
    """Whether the process of a record may still live; one on another computer may."""
    if record.host != socket.gethostname():
        return True
    if record.pid <= 0:
        return False
    if sys.platform == "win32":
        return True
    try:
        os.kill(record.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
