"""Which sub-commands there are, and the one place that turns errors into a line on stderr and an exit code.

Imports nothing heavy: the module of a command is imported when that command is run, no other.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, cast

from core.errors import Cancelled, UsageError, UserError

PROGRAM = "GroundLabel"
DONE, USER_ERROR, USAGE, SKIPPED, CANCELLED = 0, 1, 2, 3, 130
_READER_WENT_AWAY = 141  # what a shell reports of a program whose pipe was closed


class CommandModule(Protocol):
    """What every module of a sub-command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and print the result; returns the exit code."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table: the module that does it, and what it does in a few words."""

    module: str
    summary: str


COMMANDS: dict[str, Command] = {
    "ground": Command("core.commands.ground", "ask for things in one picture, video or sound"),
    "propose": Command("core.commands.propose", "ask for things in many media"),
    "chat": Command("core.commands.chat", "talk about pictures, videos and sounds"),
    "import": Command("core.commands.import_", "bring annotations of another tool into a project"),
    "export": Command("core.commands.export", "write a project in another tool's format"),
    "convert": Command("core.commands.convert", "turn one exchange format into another"),
    "prepare": Command("core.commands.prepare", "make training rows of a public dataset"),
    "finetune": Command("core.commands.finetune", "teach a model from corrections"),
    "pretrain": Command("core.commands.pretrain", "train a model from nothing on rendered scenes"),
    "scenes": Command("core.commands.scenes", "render what the bundled model learns from, or examine a model on it"),
    "evaluate": Command("core.commands.evaluate", "measure a model against what people annotated"),
    "calibrate": Command(
        "core.commands.calibrate", "what a model's scores mean in a project, and where to draw the line"
    ),
    "effort": Command("core.commands.effort", "what annotating cost, and what proposals saved"),
    "order": Command("core.commands.order", "which item is most worth looking at next"),
    "versions": Command("core.commands.versions", "what models were made of, how good they are, which one is asked"),
    "models": Command("core.commands.models", "list, download, add, verify, convert and remove models"),
    "checks": Command("core.commands.checks", "what this machine has, what is missing, and what to do"),
}
_VERSION = Command("core.commands.version", "print the version")


def main(arguments: Sequence[str]) -> int:
    """Run one sub-command. Returns the exit code: 0, 1 user's error, 2 usage, 3 something skipped, 130 cancelled."""
    try:
        return dispatch(list(arguments))
    except UsageError as error:
        _say(str(error))
        return USAGE
    except UserError as error:
        _say(str(error))
        return USER_ERROR
    except (Cancelled, KeyboardInterrupt):
        _say("Stopped.")
        return CANCELLED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it ends
        return _READER_WENT_AWAY


def settle_as_program() -> None:
    """For a process of its own: stderr is for our one line; tracebacks and the noise of native libraries are logged."""
    from core.processes import keep_stderr_for_people

    keep_stderr_for_people()
    sys.excepthook = _report_bug


def dispatch(arguments: list[str]) -> int:
    """Run one sub-command; errors are left to the caller. Returns the exit code."""
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help"):
        _print_help()
        return DONE
    command = _VERSION if first == "--version" else COMMANDS.get(first)
    if command is None:
        _say(f"There is no command {first!r}. Commands are {', '.join(COMMANDS)}; --help says what they do.")
        return USAGE
    module = cast("CommandModule", importlib.import_module(command.module))
    parser = argparse.ArgumentParser(prog=f"{_called()} {first}", description=command.summary.capitalize() + ".")
    module.add_arguments(parser)
    try:
        parsed = parser.parse_args(arguments[1:])
    except SystemExit as end:  # argparse has printed its help or its complaint
        return end.code if isinstance(end.code, int) else USAGE
    if command is not _VERSION:
        from core.logs import log_to_file

        log_to_file()
    code = module.run(parsed)
    sys.stdout.flush()
    return code


def _called() -> str:
    """What a person types before the command."""
    from core.files import is_packaged

    return PROGRAM if is_packaged() else "main.py"


def _print_help() -> None:
    called = _called()
    lines = [f"usage: {called} [PROJECT.groundlabel]", f"       {called} COMMAND ...", ""]
    lines += [f"  {name:<10} {command.summary}" for name, command in COMMANDS.items()]
    lines += [
        "",
        f"Without a command the window opens. {called} COMMAND --help says more; --version prints the version.",
    ]
    print("\n".join(lines))  # noqa: T201


def _say(text: str) -> None:
    one_line = " ".join(text.split())
    wiped = "\r\033[K" if sys.stderr is not None and sys.stderr.isatty() else ""  # a line of progress stood there
    print(f"{wiped}{PROGRAM}: {one_line}", file=sys.stderr)  # noqa: T201


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    import logging

    from core.logs import log_to_file

    path = log_to_file()
    logging.getLogger(__name__).critical("unexpected error", exc_info=(kind, error, trace))
    where = f"The details are in {path}." if path else "The log file cannot be written."
    _say(f"Something went wrong inside {PROGRAM} itself ({kind.__name__}: {error}). {where}")
