"""Jobs that a child process is given in tests."""

from __future__ import annotations

import os

from core.errors import ModelError
from core.jobs import JobContext


def add_up(*numbers: int, context: JobContext) -> int:
    """A job that does what it should, and says how far it is."""
    context.progress(1, 2, "adding")
    return sum(numbers)


def refuse(what: str, *, context: JobContext) -> None:
    """A job that finds something wrong."""
    raise ModelError(what, why="it is a test")


def stumble(*, context: JobContext) -> None:
    """A job with a mistake in it."""
    raise ZeroDivisionError("nothing to divide by")


def die(*, context: JobContext) -> None:
    """A job whose process ends as by a crash of a native library."""
    os._exit(7)


def read_for_ever(*, context: JobContext) -> None:
    """A job that nobody hears from again after its first word."""
    context.progress(0, 0, "reading")
    os.read(os.pipe()[0], 1)
