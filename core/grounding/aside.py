"""One job in a child process of its own: for files that nobody can trust, and for torch where it must not be loaded.

A job is named as "module:function"; it is called with its arguments and, by name, a `context` whose progress
reaches the caller. Cancelling ends the child, whatever it is doing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from core.errors import Bug, GroundLabelError, ModelError
from core.jobs import JobContext, Progress
from core.processes import child_log_path, settle_in, spawn_context, start_child

_LOG_NAME = "weights"
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class _Result:
    """What the job returned; nothing follows."""

    value: object


def run_aside(job: str, *arguments: object, context: JobContext) -> Any:
    """Run a job in a child and return its result. Arguments and result must pickle.

    Raises what the job raised, `ModelError` when its process died, `Cancelled`.
    """
    context.raise_if_cancelled()
    receiver, sender = spawn_context().Pipe(duplex=False)
    child = start_child(_serve, job, arguments, sender, name="groundlabel-weights")
    sender.close()
    try:
        while True:
            context.raise_if_cancelled()
            if not receiver.poll(_POLL_S):
                continue
            content = receiver.recv()
            if isinstance(content, Progress):
                context.report(content)
            elif isinstance(content, _Result):
                return content.value
            else:
                raise cast("BaseException", content)
    except EOFError:
        child.join()
        raise ModelError(
            "The process that reads the weights ended early",
            why=f"exit code {child.exitcode}; its log is {child_log_path(_LOG_NAME)}",
            next_step="the files may be damaged, or there was not enough memory",
        ) from None
    finally:
        receiver.close()
        if child.is_alive():
            child.kill()
        child.join()
        child.close()


def _serve(job: str, arguments: tuple[object, ...], pipe: Connection[Any, Any]) -> None:
    """Main function of the child."""
    settle_in(_LOG_NAME)
    module_name, function_name = job.split(":")
    try:
        function = cast("Callable[..., object]", getattr(importlib.import_module(module_name), function_name))
        pipe.send(_Result(function(*arguments, context=JobContext(report=pipe.send))))
    except GroundLabelError as error:
        pipe.send(error)
    except Exception as error:
        pipe.send(Bug(f"{job} failed with {type(error).__name__}: {error} (see {child_log_path(_LOG_NAME)})"))
        raise
