"""Notices that the app ended without being closed: a file for each running window, into which a crash writes its trace.

The file stands in the log folder while the window runs and is removed when it closes. One that is found at the next
start tells of an end that nobody wanted; it is empty when the process was killed from outside.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from core.files import log_dir

LAST_CRASH = "last-crash.txt"
_RUNNING = "running"
_KEPT_CHARACTERS = 200_000
_STDERR = 2


@dataclass(frozen=True, slots=True)
class BadEnd:
    """An earlier window that was not closed. `trace` is empty when it was killed and could say nothing."""

    trace: str = ""


class Watch:
    """From `begin` to `end`, the trace of a crash of this process is written down."""

    def __init__(self, stream: IO[str] | None, path: Path, *, was_enabled: bool) -> None:
        self._stream, self._path, self._was_enabled = stream, path, was_enabled
        self._is_crash = False

    def note(self, error: BaseException, *, fatal: bool = False) -> None:
        """Write an unexpected error down. Only a fatal one, after which the app does not go on, counts as a crash."""
        text = f"{datetime.now(UTC).isoformat(timespec='seconds')}\n" + "".join(traceback.format_exception(error))
        _keep(text)
        if fatal and self._stream is not None:
            with contextlib.suppress(OSError, ValueError):
                self._stream.write(text)
                self._stream.flush()
            self._is_crash = True

    def end(self) -> None:
        """The window was closed as it should be; after a fatal error the file stays and tells of it."""
        if self._stream is None:
            return
        faulthandler.disable()
        if self._was_enabled:
            faulthandler.enable(_STDERR)
        with contextlib.suppress(OSError):
            self._stream.close()
            if not self._is_crash:
                self._path.unlink(missing_ok=True)
        self._stream = None


def begin() -> Watch:
    """Start to watch this process. Where no log can be written, nothing is watched and nothing fails."""
    path = log_dir() / _RUNNING / f"{os.getpid()}.txt"
    was_enabled = faulthandler.is_enabled()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("w", encoding="utf-8")
    except OSError:
        return Watch(None, path, was_enabled=was_enabled)
    faulthandler.enable(stream)
    return Watch(stream, path, was_enabled=was_enabled)


def look_back() -> BadEnd | None:
    """Whether an earlier window ended badly; told once. Call it before `begin`. The worst of several counts."""
    ends = [_read_and_forget(path) for path in _left_behind()]
    crashed = [end for end in ends if end.trace]
    if crashed:
        _keep(crashed[-1].trace)
        return crashed[-1]
    return ends[0] if ends else None


def last_crash() -> str:
    """The trace of the last crash or unexpected error on this machine; "" when there was none."""
    try:
        return (log_dir() / LAST_CRASH).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _keep(text: str) -> None:
    with contextlib.suppress(OSError):
        (log_dir() / LAST_CRASH).write_text(text[-_KEPT_CHARACTERS:], encoding="utf-8")


def _left_behind() -> Iterator[Path]:
    """Files of processes that are gone, the oldest first."""
    folder = log_dir() / _RUNNING
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.txt"), key=lambda one: one.stat().st_mtime):
        pid = int(path.stem) if path.stem.isdecimal() else 0
        if pid == os.getpid() or not _is_alive(pid):
            yield path


def _read_and_forget(path: Path) -> BadEnd:
    try:
        trace = path.read_text(encoding="utf-8", errors="replace")[-_KEPT_CHARACTERS:].strip()
        path.unlink()
    except OSError:
        return BadEnd()
    return BadEnd(trace)


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return False  # there a file that is still open cannot be removed, and `_read_and_forget` leaves it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
