"""One small model in several processes, each answering about other media: many media then cost what the cores allow.

A model in one process leaves cores idle while it decodes a picture, and gains little from a second core for matrices
as small as those of the bundled models. The first of the processes also answers what is asked of it alone.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from core.grounding.host import HostedGrounder
from core.grounding.protocol import Asked, Replied
from core.grounding.registry import find_model
from core.jobs import AnyOf, JobContext
from core.schema import Answer, MediaSource, ModelInfo, Query
from core.workflows.asking_many import Outcome, answer_request, requests

MOST = 4  # processes; each takes about half a gigabyte besides the weights
WORTH_IT = 24  # media for each process: starting one takes as long as some twenty answers
SMALL = 500_000_000  # bytes of weights; several copies of a larger model would not fit


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes_for(model: str, media: int) -> int:
    """How many processes a model is worth for so many media. Raises `ModelError` where there is no such model."""
    most = min(cores(), MOST, media // WORTH_IT)
    if most < 2:
        return 1
    folder = find_model(model).folder
    weights = sum(path.stat().st_size for path in folder.glob("*") if path.suffix in (".safetensors", ".bin"))
    return most if 0 < weights <= SMALL else 1


def threads_each(processes: int) -> int | None:
    """With how many threads each of these computes; None where one has all of them."""
    return None if processes == 1 else max(1, cores() // processes)


class _End:
    """Nothing follows in a request's queue."""


class SideBySide:
    """A `Grounder`, and `Streaming`, over hosted ones of the same checkpoint. Asked from one thread; owns none."""

    def __init__(self, hosted: Sequence[HostedGrounder]) -> None:
        self._hosted = tuple(hosted)
        self._info: ModelInfo | None = None

    def load(self, context: JobContext) -> ModelInfo:
        """Load the first; the others do it when they are needed. Raises `ModelError`, `Cancelled`."""
        self._info = self._hosted[0].load(context)
        return self._info

    def describe(self) -> ModelInfo:
        """See `Grounder.describe`; as it was when it was loaded, for its processes are spoken to from other threads."""
        return self._info or self.load(JobContext())

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """See `Grounder.prepare`."""
        self._hosted[0].prepare(media, context)

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`."""
        return self._hosted[0].ground(queries, media, context)

    def ground_many(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """See `Batching.ground_many`. Raises `ModelCrashedError` too."""
        for outcome in self.stream(asked, context):
            if not isinstance(outcome, Replied):
                raise outcome.error
            yield outcome

    def close(self) -> None:
        """See `Grounder.close`."""
        for hosted in self._hosted:
            hosted.close()

    def stream(self, asked: Iterable[Asked], context: JobContext) -> Iterator[Outcome]:
        """See `Streaming.stream`. One request more than there are processes is at hand, so that none waits for it."""
        given_up = threading.Event()
        watched = JobContext(AnyOf(context.token, given_up))
        free: queue.SimpleQueue[HostedGrounder] = queue.SimpleQueue()
        for hosted in self._hosted:
            free.put(hosted)
        coming: deque[tuple[int, queue.SimpleQueue[Outcome | _End], Future[None]]] = deque()
        pool = ThreadPoolExecutor(len(self._hosted), thread_name_prefix="groundlabel-side-by-side")
        taken = 0
        waiting = requests(asked)
        try:
            while True:
                while len(coming) <= len(self._hosted) and (request := next(waiting, None)) is not None:
                    outcomes: queue.SimpleQueue[Outcome | _End] = queue.SimpleQueue()
                    coming.append((taken, outcomes, pool.submit(_work, free, request, outcomes, watched)))
                    taken += len(request)
                if not coming:
                    return
                first, outcomes, work = coming.popleft()
                while not isinstance(outcome := outcomes.get(), _End):
                    yield replace(outcome, index=first + outcome.index)
                work.result()  # raises what ended it
        finally:
            given_up.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _work(
    free: queue.SimpleQueue[HostedGrounder],
    request: Sequence[Asked],
    outcomes: queue.SimpleQueue[Outcome | _End],
    context: JobContext,
) -> None:
    """Answer one request with a process that has nothing to do."""
    hosted = free.get()
    try:
        for outcome in answer_request(hosted, request, context):
            outcomes.put(outcome)
    finally:
        outcomes.put(_End())
        free.put(hosted)
