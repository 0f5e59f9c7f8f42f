"""How child processes start and end: one function for parents, one for children, in a checkout and in a packaged app.

A child never speaks on the parent's stdout or stderr, ignores Ctrl+C (its parent decides what that means),
and ends when its parent does, however that happens.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path

from core.files import is_packaged, log_dir

_MAX_LOG_BYTES = 5_000_000


def spawn_context() -> SpawnContext:
    """The only start method that works alike on every system and beside threads."""
    return multiprocessing.get_context("spawn")


def start_child(target: Callable[..., None], *arguments: object, name: str, has_children: bool = False) -> SpawnProcess:
    """Start `target(*arguments)` in a fresh process; `target` calls `settle_in` first. Raises `OSError`.

    has_children: it starts processes of its own. Whoever starts it then sees to its end before the program's own.
    """
    process = spawn_context().Process(target=target, args=arguments, name=name, daemon=not has_children)
    with _interrupts_held_back():
        process.start()
    return process


def settle_in(log_name: str) -> None:
    """What every child does first: output and logging to its log file, no Ctrl+C, no life without its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write_to_log(log_name)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def give_memory_back() -> None:
    """Hand what was freed back to the system, where the C library keeps it: its heap shrinks only from the top."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own; others give back by themselves
    if trim is not None:
        trim(0)


def keep_stderr_for_people() -> None:
    """From now on only Python's `sys.stderr` reaches the terminal; what native libraries print goes to a log file.

    For the program's own process; its children inherit it from their first moment.
    """
    if sys.stderr is None:
        return
    sys.stderr.flush()
    terminal = os.dup(2)
    encoding, errors = sys.stderr.encoding, sys.stderr.errors
    sys.stderr = os.fdopen(terminal, "w", encoding=encoding, errors=errors, buffering=1, closefd=False)
    descriptor = _open_log(child_log_path("stderr"))
    os.dup2(descriptor, 2)
    os.close(descriptor)


def keep_libraries_to_ourselves() -> None:
    """A packaged app's launcher makes its own libraries the first to be found; what it starts of the system needs those
    of the system: the file manager that shows a folder, the browser that shows a page. For the window's process.
    """
    if not is_packaged():
        return
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def child_log_path(log_name: str) -> Path:
    """Where a child's output goes."""
    return log_dir() / f"{log_name}.log"


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A child starts with Ctrl+C blocked, or one pressed while it imports would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _write_to_log(log_name: str) -> None:
    """Point the standard streams themselves at the log file: native libraries write there as well."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    descriptor = _open_log(child_log_path(log_name))
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    if sys.stdout is None or sys.stderr is None:  # a windowed app on some systems
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    faulthandler.enable(file=2)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    )
    logging.captureWarnings(True)


def _open_log(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _MAX_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
