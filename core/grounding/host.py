"""A model in a child process: looks like any `Grounder`, survives the death of the real one.

Torch is imported in the child and nowhere else. Requests and replies cross a pipe as frozen objects, errors
as themselves; a number in shared memory tells the child which requests nobody wants any more.
"""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from core.errors import Bug, Cancelled, ModelCrashedError, ModelError
from core.grounding.host_child import LOG_NAME, ModelChoice, Request, Result, serve
from core.grounding.protocol import Asked, ChatPart, ChatQuestion, ChatReply, Replied
from core.grounding.registry import DEFAULT_MODEL, find_model
from core.jobs import JobContext, Progress
from core.processes import child_log_path, spawn_context, start_child
from core.schema import Answer, MediaSource, ModelInfo, Query

_POLL_S = 0.02  # how often a waiting parent looks at its own cancel token
_ALL_REQUESTS = 2**63


@dataclass(slots=True)
class _Child:
    """One running child: its process, our end of the pipe, the number up to which requests are given up."""

    process: SpawnProcess
    pipe: Connection[Any, Any]
    given_up: Any  # a ctypes unsigned 64-bit number in shared memory
    info: ModelInfo | None = None
    requests: int = 0


class HostedGrounder:
    """A `Grounder`, and a `Chat`, whose model lives in a child process: started at the first call and after a crash.

    One thread asks at a time; `close` may come from any thread. An unknown model raises `ModelError` at
    once. Cancelling lands within one token; a model still loading, or silent for `patience_s`, is ended, unless the job
    only gives way (`GivingWay`).
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = DEFAULT_MODEL,
        device: str = "auto",
        *,
        loader: str | None = None,
        patience_s: float = 10.0,
        bits: str = "auto",
        threads: int | None = None,
    ) -> None:
        """threads: how many of the CPU's the child computes with, where others compute beside it."""
        if loader is None:
            find_model(model)
        self._choice = ModelChoice(os.fspath(model), device, loader, bits, threads)
        self._patience_s = patience_s
        self._child: _Child | None = None
        self._closed = False
        self._lock = threading.Lock()  # held while the pipe or `_child` is touched

    def __enter__(self) -> HostedGrounder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def loaded(self) -> ModelInfo | None:
        """What the running model says about itself; None while none is loaded. Never waits."""
        child = self._child
        return None if child is None else child.info

    def describe(self) -> ModelInfo:
        """What the model can do; loads it when needed. Raises `ModelError`, `ModelCrashedError`."""
        return self.load(JobContext())

    def load(self, context: JobContext) -> ModelInfo:
        """Start the child and load the model, unless that is done. Raises `ModelError`, `Cancelled`."""
        info = self.loaded
        if info is not None and self._is_alive():
            return info
        for _ in self._exchange(context):
            pass
        info = self.loaded
        if info is None:
            raise Bug("the model's process finished loading without saying what it loaded")
        return info

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Encode a medium ahead of its questions, as in `Grounder`."""
        for _ in self._exchange(context, media):
            pass

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """Answer every query in order, as in `Grounder`. Giving the iterator up stops the model."""
        if queries:
            yield from cast("Iterator[Answer]", self._exchange(context, media, tuple(queries)))

    def ground_many(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """Answer about several media, as in `Batching`. Giving the iterator up stops the model."""
        if asked:
            yield from cast("Iterator[Replied]", self._exchange(context, many=tuple(asked)))

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """Answer a question of a conversation, as in `Chat`. Raises `ModelError` where the model cannot chat."""
        yield from cast("Iterator[ChatPart | ChatReply]", self._exchange(context, question=question))

    def close(self) -> None:
        """End the child, whatever it is doing. Calling it again does nothing."""
        self._closed = True
        child = self._child
        if child is not None:
            child.given_up.value = _ALL_REQUESTS
        with self._lock:
            child, self._child = self._child, None
            if child is not None:
                _end(child, self._patience_s if child.info else 0.0)

    def _is_alive(self) -> bool:
        with self._lock:
            return self._child is not None and self._child.process.is_alive()

    def _exchange(
        self,
        context: JobContext,
        media: MediaSource | None = None,
        queries: tuple[Query, ...] = (),
        question: ChatQuestion | None = None,
        many: tuple[Asked, ...] = (),
    ) -> Iterator[Result]:
        """Send one request and yield what it was made for; progress goes to the context, errors are raised."""
        context.raise_if_cancelled()
        with self._lock:
            child = self._running_child()
            child.requests += 1
            number = child.requests
            self._send(child, Request(number, media, queries, question, many))
        try:
            while True:
                content = self._next_content(child, number, context)
                if isinstance(content, Result):
                    yield content
                elif isinstance(content, Progress):
                    context.report(content)
                elif isinstance(content, ModelInfo):
                    child.info = content
                elif isinstance(content, BaseException):
                    raise content
                else:
                    return
        finally:
            child.given_up.value = max(child.given_up.value, number)

    def _running_child(self) -> _Child:
        if self._closed:
            raise Cancelled("the model was closed")
        if self._child is not None and not self._child.process.is_alive():
            _end(self._child, 0.0)
            self._child = None
        if self._child is None:
            self._child = _start(self._choice)
        return self._child

    def _send(self, child: _Child, request: Request) -> None:
        try:
            child.pipe.send(request)
        except OSError:
            raise self._crashed(child) from None

    def _next_content(self, child: _Child, number: int, context: JobContext) -> object:
        """Wait for the next reply to this request; replies to requests given up earlier are passed over."""
        asked_to_stop_at: float | None = None
        while True:
            if context.cancelled():
                child.given_up.value = max(child.given_up.value, number)
            if asked_to_stop_at is None and context.ordered():
                asked_to_stop_at = time.monotonic()
            if asked_to_stop_at is not None:
                self._stop_waiting_if_hopeless(child, time.monotonic() - asked_to_stop_at)
            if self._closed:
                raise Cancelled("the model was closed")
            with self._lock:
                if self._child is not child:
                    raise Cancelled("the model was closed")
                if not wait([child.pipe], _POLL_S):
                    continue
                try:
                    reply = child.pipe.recv()
                except (EOFError, OSError):
                    raise self._crashed(child) from None
            if reply.number == number or isinstance(reply.content, ModelInfo):
                return reply.content

    def _stop_waiting_if_hopeless(self, child: _Child, waited_s: float) -> None:
        """End a child that cannot notice a wish to stop: it is still loading, or has not answered it in time."""
        if child.info is not None and waited_s < self._patience_s:
            return
        with self._lock:
            if self._child is child:
                self._child = None
                _end(child, 0.0)
        raise Cancelled("stopped by the person who started it")

    def _crashed(self, child: _Child) -> ModelCrashedError:
        """The error for a child that is gone; called with the lock held."""
        child.process.join(self._patience_s)
        code = child.process.exitcode
        if self._child is child:
            self._child = None
        _end(child, 0.0)
        return ModelCrashedError(
            f"The model {Path(self._choice.model).name} stopped working",
            why=f"Its process {_how_it_ended(code)}; its log is {child_log_path(LOG_NAME)}",
            next_step="Ask again: it is then loaded anew",
        )


def _start(choice: ModelChoice) -> _Child:
    ours, theirs = spawn_context().Pipe(duplex=True)
    given_up = spawn_context().RawValue(ctypes.c_uint64, 0)  # no lock that a killed child could keep
    try:
        process = start_child(serve, theirs, given_up, choice, name="groundlabel-model")
    except OSError as error:
        ours.close()
        raise ModelError("The model's process cannot be started", why=error.strerror or str(error)) from error
    finally:
        theirs.close()  # so that the child's death is the end of our pipe
    return _Child(process, ours, given_up)


def _end(child: _Child, patience_s: float) -> None:
    """End a child: by asking while there is patience, then by force. Frees the pipe and the process."""
    child.pipe.close()  # the child, waiting for a request, takes this as the wish to end
    if patience_s > 0:
        child.process.join(patience_s)
    if child.process.is_alive():
        child.process.kill()
    child.process.join()
    child.process.close()


def _how_it_ended(code: int | None) -> str:
    if code is None:
        return "closed its connection"
    if code >= 0:
        return f"ended with code {code}"
    name = signal.Signals(-code).name if -code in {int(known) for known in signal.Signals} else f"signal {-code}"
    hint = " (perhaps for want of memory)" if name == "SIGKILL" else ""
    return f"was ended by {name}{hint}"
