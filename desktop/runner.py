"""Worker threads: a priority lane for the model, one for reading and writing files. Results return on the GUI thread.

A task sees only the immutable data it was made with and a `JobContext`. It does not know Qt. A task that
is a generator delivers each object that it yields as soon as it is there.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal

from core.errors import Cancelled
from core.jobs import JobContext, Progress

LaneName = Literal["model", "files", "downloads", "thumbnails", "behind"]
Task = Callable[[JobContext], Any]
_LOG = logging.getLogger(__name__)


class Priority(IntEnum):
    """Which waiting task goes first in a lane: a person's question before what nobody waits for."""

    STOP = -1
    NOW = 0
    SOON = 5
    BACKGROUND = 10


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What is called on the GUI thread, and when. `ended` comes last, however the task ended.

    `done` tells what a task has done, even when somebody cancelled it too late for it to notice: what it wrote is
    there. `found` is for tasks that only read: what nobody wants any more is not told.
    """

    done: Callable[[Any], object] | None = None
    found: Callable[[Any], object] | None = None
    item: Callable[[Any], None] | None = None
    progress: Callable[[Progress], None] | None = None
    failed: Callable[[Exception], None] | None = None
    cancelled: Callable[[], None] | None = None
    ended: Callable[[], None] | None = None


class Job:
    """One submitted task. `cancel` is a wish: the task ends at its next look at the context."""

    def __init__(
        self,
        task: Task,
        callbacks: Callbacks,
        deliver: Callable[[Callable[[], object]], None],
        gives_way: threading.Event | None = None,
    ) -> None:
        self._task = task
        self._callbacks = callbacks
        self._deliver = deliver
        self._gives_way = gives_way
        self._token = threading.Event()
        self._lock = threading.Lock()
        self._state: Literal["waiting", "running", "ended"] = "waiting"

    def cancel(self) -> None:
        """Stop the task. One that still waits for its turn ends at once."""
        self._token.set()
        with self._lock:
            if self._state != "waiting":
                return
            self._state = "ended"
        self._end(self._callbacks.cancelled)

    def give_way(self) -> None:
        """Somebody waits for the lane: a running task that can be taken up again is told so."""
        with self._lock:
            if self._state == "running" and self._gives_way is not None:
                self._gives_way.set()

    def run(self) -> None:
        """Called by the lane's thread: the boundary that no exception crosses."""
        with self._lock:
            if self._state != "waiting":
                return
            self._state = "running"
        try:
            result = self._task(JobContext(self._token, self._report))
            if isinstance(result, Iterator):
                self._drain(result)
                result = None
        except Cancelled:
            self._end(self._callbacks.cancelled)
        except Exception as error:  # noqa: BLE001 - the worker boundary: errors cross threads as objects
            _LOG.info("a task failed", exc_info=error)
            self._end(self._callbacks.failed, error)
        else:
            self._end(self._tell_result, result)

    def _tell_result(self, result: Any) -> None:
        """On the GUI thread, where `cancel` is called too: nothing comes between the look at the token and the act."""
        if self._callbacks.done is not None:
            self._callbacks.done(result)
        if self._callbacks.found is not None and not self._token.is_set():
            self._callbacks.found(result)

    def _drain(self, items: Iterator[Any]) -> None:
        for item in items:
            self._send(self._callbacks.item, item)

    def _report(self, progress: Progress) -> None:
        self._send(self._callbacks.progress, progress)

    def _send(self, callback: Callable[..., object] | None, *arguments: Any) -> None:
        if callback is not None:
            self._deliver(lambda: callback(*arguments))

    def _end(self, callback: Callable[..., object] | None, *arguments: Any) -> None:
        """One delivery: what a person does on seeing the result must not come before the task has ended."""
        self._state = "ended"

        def tell() -> None:
            try:
                if callback is not None:
                    callback(*arguments)
            finally:
                if self._callbacks.ended is not None:
                    self._callbacks.ended()

        self._deliver(tell)


class _Lane:
    """A queue of tasks, the most urgent first, and the threads that run them, one task each at a time."""

    def __init__(self, name: str, threads: int) -> None:
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._jobs: set[Job] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, name=f"groundlabel-{name}-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job, priority: Priority) -> None:
        with self._lock:
            others = list(self._jobs)
            self._jobs.add(job)
        self._queue.put((priority, next(self._numbers), job))
        if priority == Priority.NOW:
            for other in others:
                other.give_way()

    def stop(self) -> None:
        """Ask every task to end, and the threads after them."""
        with self._lock:
            jobs = list(self._jobs)
        for _ in self._threads:
            self._queue.put((Priority.STOP, next(self._numbers), None))
        for job in jobs:
            job.cancel()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            job = self._queue.get()[2]
            if job is None:
                return
            job.run()
            with self._lock:
                self._jobs.discard(job)


class Runner(QObject):
    """Both lanes. Created and used on the GUI thread only."""

    _delivered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closing = False
        self._delivered.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._lanes: dict[LaneName, _Lane] = {
            "model": _Lane("model", threads=1),
            "files": _Lane("files", threads=2),  # a picture is read while an export goes on
            "downloads": _Lane("downloads", threads=1),  # a model that comes for an hour keeps no picture waiting
            "thumbnails": _Lane("thumbnails", threads=1),  # a file that takes for ever keeps nobody waiting
            "behind": _Lane("behind", threads=1),  # looks after a command that teaches or measures a model
        }

    def submit(
        self,
        lane: LaneName,
        task: Task,
        callbacks: Callbacks,
        *,
        priority: Priority = Priority.SOON,
        gives_way: threading.Event | None = None,
    ) -> Job:
        """Run `task` in a lane; the callbacks are called on the GUI thread.

        gives_way: set while the task runs when something that a person waits for comes into its lane; a task that can
        be taken up again ends then, as if it were cancelled, and is submitted anew by whoever wants the rest.
        """
        job = Job(task, callbacks, self._delivered.emit, gives_way)
        self._lanes[lane].put(job, priority)
        return job

    def shutdown(self) -> None:
        """Cancel, quit, wait. Callbacks that have not been called by now never are."""
        self._closing = True
        for lane in self._lanes.values():
            lane.stop()
        for lane in self._lanes.values():
            lane.wait()

    def _call(self, callback: Callable[[], object]) -> None:
        if not self._closing:
            callback()
