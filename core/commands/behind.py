"""Runs one sub-command behind the window, in a process of its own. What it tells goes to a file, a JSON line at a time.

The lines are those of `--json`; between them stand `{"event": "progress"}`, and the last one is `{"event": "ended"}`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.commands import CANCELLED, USER_ERROR, dispatch
from core.commands.terminal import print_json, stand_behind
from core.errors import Cancelled, OutOfMemoryError, UserError
from core.jobs import CancelToken, JobContext, Progress
from core.processes import settle_in, spawn_context, start_child

LOG = "behind"
_LOOK_S = 0.1  # between two looks at what was told
_TELL_S = 0.2  # between two lines of progress
_PATIENCE_S = 8.0  # for a command that was asked to stop, to save its state and end

Event = dict[str, Any]


def run_behind(arguments: Sequence[str], told: Path, context: JobContext) -> Iterator[Event]:
    """Run `main.py ARGUMENTS` and yield what it tells, as it comes; runs in a worker thread.

    told: the file that the lines are added to. Once the context is cancelled the command is asked to stop, and
    `Cancelled` is raised when it has; one that has not made a step has nothing to save, and is ended at once. Raises
    `OSError` where no process can be started.
    """
    told.parent.mkdir(parents=True, exist_ok=True)
    stop = spawn_context().Event()
    read_to = told.stat().st_size if told.exists() else 0
    process = start_child(_work, list(arguments), str(told), stop, name="groundlabel-behind", has_children=True)
    asked_at: float | None = None
    has_stepped = False
    try:
        running = True
        while running:
            process.join(_LOOK_S)
            running = process.is_alive()
            if context.cancelled() and asked_at is None:
                stop.set()
                asked_at = time.monotonic()
            if asked_at is not None and not (has_stepped and time.monotonic() - asked_at < _PATIENCE_S):
                break
            events, read_to = read_told(told, read_to)
            has_stepped = has_stepped or any(event.get("event") == "step" for event in events)
            yield from events
        context.raise_if_cancelled()
        if process.exitcode not in (0, None):  # it was killed, or fell: it told nothing of that itself
            yield {"event": "ended", "code": process.exitcode, "crashed": True}
    finally:
        if process.is_alive():
            process.kill()
        process.join()


def read_told(told: Path, read_to: int = 0) -> tuple[list[Event], int]:
    """The whole lines that stand in the file from a place on, and the place to go on from. What is no JSON is left."""
    try:
        with told.open("rb") as file:
            file.seek(read_to)
            part = file.read()
    except OSError:
        return [], read_to
    whole, newline, _ = part.rpartition(b"\n")
    events: list[Event] = []
    for line in whole.splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # a line that a kill cut short
            continue
        if isinstance(event, dict):
            events.append(event)
    return events, read_to + len(whole) + len(newline)


def _work(arguments: list[str], told: str, stop: CancelToken) -> None:
    """The child: the command, with its output in the file."""
    settle_in(LOG)
    sys.stdout = Path(told).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - as long as the process
    sys.stdout.write("\n")  # after a line that a kill cut short
    stand_behind(JobContext(stop, _Teller()))
    print_json(_ended(arguments))


def _ended(arguments: list[str]) -> Event:
    try:
        return {"event": "ended", "code": dispatch(arguments)}
    except UserError as error:
        said: Event = {"what": error.what, "why": error.why, "next_step": error.next_step}
        if isinstance(error, OutOfMemoryError):
            said["smaller"] = error.smaller
        return {"event": "ended", "code": USER_ERROR, **said}
    except Cancelled:
        return {"event": "ended", "code": CANCELLED}


class _Teller:
    """Progress as lines, no more of them than anybody reads."""

    def __init__(self) -> None:
        self._at, self._note = 0.0, ""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.note == self._note and now - self._at < _TELL_S and progress.done < progress.total:
            return
        self._at, self._note = now, progress.note
        print_json({"event": "progress", "done": progress.done, "of": progress.total, "note": progress.note})
