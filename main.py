"""The one way in: without arguments (or with a project) the window opens, with a sub-command the command line runs."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable


def start(arguments: list[str]) -> int:
    """Open the window or run a sub-command; imports only what that needs. Returns the exit code."""
    if not arguments or (len(arguments) == 1 and arguments[0].endswith(".groundlabel")):
        return load_window()(arguments)
    from core.commands import main as run_command
    from core.commands import settle_as_program

    settle_as_program()
    return run_command(arguments)


def load_window() -> Callable[..., int]:
    """What opens the window. While it is imported nothing becomes garbage, so nobody looks for any."""
    gc.disable()
    from desktop.app import main as open_window

    gc.freeze()  # modules stay: later searches need not go through them either
    gc.enable()
    return open_window


if __name__ == "__main__":
    multiprocessing.freeze_support()  # a packaged app's child processes start here and go no further
    sys.exit(start(sys.argv[1:]))
