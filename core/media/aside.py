"""Reads what may be hostile in a child process: a decoder that crashes or hangs takes nothing else down.

The child starts with the first file and serves one call at a time; after a crash the next call starts another.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from core.errors import GroundLabelError, MediaError
from core.jobs import JobContext
from core.processes import child_log_path, settle_in, spawn_context, start_child

PATIENCE_S = 60.0
_LOG_NAME = "media"
_POLL_S = 0.05
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Child:
    process: SpawnProcess
    pipe: Connection[Any, Any]


class AsideReader:
    """Made and used by whoever reads; any thread may call, and one waits for the other."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def call(self, act: Callable[[], T], name: str, context: JobContext) -> T:
        """What `act`, which pickles, returns in the child. `name` is the file's, for messages.

        Raises what it raised, `MediaError` when its process died or took too long, `Cancelled`.
        """
        with self._lock:
            context.raise_if_cancelled()
            child = self._child = self._child or _start()
            try:
                child.pipe.send(act)
                succeeded, result = self._wait(child, name, context)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                child.process.join()
                code = child.process.exitcode
                self._end()
                raise MediaError(
                    f"{name} cannot be read",
                    why=f"it crashed the process that read it (exit code {code}; log: {child_log_path(_LOG_NAME)})",
                    next_step="The file is damaged or hostile: get it anew, or convert it",
                ) from None
            except GroundLabelError:  # cancelled, or it took too long: the child is still at it
                self._end()
                raise
        if succeeded:
            return result  # type: ignore[no-any-return]
        raise result

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _wait(self, child: _Child, name: str, context: JobContext) -> tuple[bool, Any]:
        end = time.monotonic() + self._patience_s
        while not child.pipe.poll(_POLL_S):
            context.raise_if_cancelled()
            if time.monotonic() > end:
                raise MediaError(
                    f"{name} cannot be read",
                    why=f"reading its beginning took longer than {self._patience_s:.0f} s",
                    next_step="Copy it to a disk that answers, or convert it",
                )
        succeeded, result = child.pipe.recv()
        return bool(succeeded), result

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.pipe.close()
            child.process.kill()
            child.process.join()
            child.process.close()


def _start() -> _Child:
    here, there = spawn_context().Pipe()
    process = start_child(_serve, there, name="groundlabel-media")
    there.close()
    return _Child(process, here)


def _serve(pipe: Connection[Any, Any]) -> None:
    """Main function of the child: do what is asked until the pipe closes, or an error that nobody expects ends it."""
    settle_in(_LOG_NAME)
    try:
        while True:
            act = pipe.recv()
            try:
                answer = True, act()
            except GroundLabelError as error:
                answer = False, error
            pipe.send(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        _LOG.info("the parent closed the connection")
