"""Lines that a person types or a program writes to `chat`, and what Ctrl+C means at each moment."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from core.jobs import JobContext

_PROMPT = "> "


class Questions:
    """The lines of stdin until it ends, blank ones left out; with a prompt where a person types them.

    Ctrl+C at the prompt raises `KeyboardInterrupt` when it comes right after another one (`interrupted`), for the first
    may have been meant for an answer that had just ended. Through a pipe it does so at once.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        """quiet: stdout is for answers alone."""
        self.watched = sys.stdin.isatty()
        self.interrupted = False
        self._prompt_on_stdout = self.watched and not quiet and sys.stdout.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        if self._prompt_on_stdout:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401 - gives `input` its line editing and history

    def __iter__(self) -> Iterator[str]:
        while (line := self._next_line()) is not None:
            text = line.strip().lstrip("\ufeff")
            if text:
                self.interrupted = False
                yield text

    def _next_line(self) -> str | None:
        """A line, or None at the end of the input."""
        while True:
            try:
                return self._read()
            except EOFError:
                if self.watched:
                    _to_terminal("\n")
                return None
            except KeyboardInterrupt:
                if self.interrupted or not self.watched:
                    raise
                self.interrupted = True
                _to_terminal("\nCtrl+C once more ends the chat.\n")

    def _read(self) -> str:
        if self._prompt_on_stdout:
            return input(_PROMPT)
        if self.watched:
            _to_terminal(_PROMPT)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line


@contextlib.contextmanager
def stoppable(context: JobContext) -> Iterator[JobContext]:
    """While an answer is awaited Ctrl+C asks for its end; pressed again it raises `KeyboardInterrupt`."""
    stop = threading.Event()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield JobContext(stop, context.report)
    finally:
        signal.signal(signal.SIGINT, before)


def _to_terminal(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
