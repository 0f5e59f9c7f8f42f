"""A thread of its own for one file that is decoded: begun, asked to end, and waited for by whoever opened the file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from core.jobs import JobContext
from desktop.runner import Callbacks, Job

Deliver = Callable[[Callable[[], object]], None]  # has something called on the owner's thread


class DecodingThread:
    """`_changed` guards what the owner and the thread share; `_stopped` is part of it. Every call returns at once."""

    def __init__(self, name: str, work: Callable[[JobContext], Any], callbacks: Callbacks, deliver: Deliver) -> None:
        """Nothing runs before `_begin`: what the thread reads is to be there by then."""
        self._stopped = False
        self._changed = threading.Condition()
        self._job = Job(work, callbacks, deliver)
        self._thread = threading.Thread(target=self._job.run, name=name)

    def _begin(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._job.cancel()
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()
