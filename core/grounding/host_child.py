"""The child process of a hosted model: what crosses its pipe, and how it answers until the pipe closes.

Knows nothing of the parent's side (`host`). Torch comes with the model that is loaded here.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, cast

from core.errors import Bug, GroundLabelError, ModelError
from core.grounding.protocol import Asked, Chat, ChatPart, ChatQuestion, ChatReply, Grounder, Replied, ground_many
from core.grounding.registry import find_model, load_model
from core.jobs import JobContext
from core.processes import child_log_path, give_memory_back, settle_in
from core.schema import Answer, MediaSource, Query

LOG_NAME = "model"
_TIDIED = 50  # requests after which freed memory is handed back; it takes some milliseconds, and nobody waits
_log = logging.getLogger(__name__)


# --- what crosses the pipe ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model the child loads. `loader` ("module:function") goes round the registry. threads: None for all."""

    model: str
    device: str
    loader: str | None
    bits: str
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for `queries` about `media`; no queries: only prepare it; no media: only load. Or a chat's, or `many`."""

    number: int
    media: MediaSource | None = None
    queries: tuple[Query, ...] = ()
    question: ChatQuestion | None = None
    many: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing said about a request: its `content` is a Progress, ModelInfo, `Result`, error, or `Done`."""

    number: int
    content: object


@dataclass(frozen=True, slots=True)
class Done:
    """The request is finished; nothing follows."""


Result = Answer | ChatPart | ChatReply | Replied  # what a request is made for


# --- answering --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _SharedToken:
    """The child's view of the wish to stop one request."""

    given_up: Any
    number: int

    def is_set(self) -> bool:
        return bool(self.given_up.value >= self.number)


def serve(pipe: Connection[Any, Any], given_up: Any, choice: ModelChoice) -> None:
    """Main function of the child: answer requests until the pipe closes."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads cost most of the speed on two cores
    if choice.threads is not None:
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(choice.threads)  # read when torch loads
    settle_in(LOG_NAME)
    grounder: Grounder | None = None
    try:
        while True:
            request: Request = pipe.recv()

            def reply(content: object, number: int = request.number) -> None:
                pipe.send(Reply(number, content))

            context = JobContext(_SharedToken(given_up, request.number), reply)
            try:
                grounder = grounder or _load(choice, context, reply)
                _answer(grounder, request, context, reply)
                reply(Done())
                if request.number % _TIDIED == 0:
                    give_memory_back()
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:  # noqa: BLE001 - the worker boundary: every error crosses as an object
                reply(_portable(error))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        _log.info("the parent closed the connection")
    finally:
        if grounder is not None:
            grounder.close()


def _load(choice: ModelChoice, context: JobContext, reply: Callable[[object], None]) -> Grounder:
    context.progress(0, 0, f"Loading {Path(choice.model).name}")
    if choice.loader is None:
        grounder = load_model(find_model(choice.model), choice.device, choice.bits, context)
    else:
        module_name, function_name = choice.loader.split(":")
        load = cast("Callable[[Path, str], Grounder]", getattr(importlib.import_module(module_name), function_name))
        grounder = load(Path(choice.model), choice.device)
    reply(grounder.describe())
    return grounder


def _answer(grounder: Grounder, request: Request, context: JobContext, reply: Callable[[object], None]) -> None:
    told = grounder.describe()
    try:
        for result in _results(grounder, request, context):
            reply(result)
            context.raise_if_cancelled()
    finally:
        if grounder.describe() != told:  # it moved to another precision or device for want of memory
            reply(grounder.describe())


def _results(grounder: Grounder, request: Request, context: JobContext) -> Iterator[Result]:
    if request.question is not None:
        return _chat(grounder).converse(request.question, context)
    if request.many:
        return ground_many(grounder, request.many, context)
    if request.media is not None:
        context.raise_if_cancelled()
        if request.queries:
            return grounder.ground(request.queries, request.media, context)
        grounder.prepare(request.media, context)
    return iter(())


def _chat(grounder: Grounder) -> Chat:
    if not isinstance(grounder, Chat):
        raise ModelError(
            f"The model {grounder.describe().name} cannot chat",
            why="it only answers where or when something is",
            next_step="choose another model for a conversation",
        )
    return grounder


def _portable(error: Exception) -> GroundLabelError:
    """An error that the parent can be sent and knows what to do with; anything unexpected is logged here first."""
    if isinstance(error, GroundLabelError):
        try:
            ForkingPickler.dumps(error)
        except Exception:  # noqa: BLE001 - pickling fails in many ways, and the message must get through
            return type(error)(str(error))
        return error
    _log.error("unexpected error in the model's process", exc_info=error)
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return ModelError(
            "There is not enough memory for the model",
            why=str(error),
            next_step="Close other programs, choose a smaller model, or --device cpu",
        )
    return Bug(f"the model failed with {type(error).__name__}: {error} (see {child_log_path(LOG_NAME)})")
