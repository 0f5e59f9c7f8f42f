"""Runs the real command line in this process, with a fake model where the hosted one would stand."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from core import commands
from core.grounding.host import HostedGrounder
from core.jobs import JobContext
from core.schema import ModelInfo
from tests.fakes_grounder import LOADER, FakeGrounder


class LoadedFake(FakeGrounder):
    """A `FakeGrounder` with the extra word of a hosted one."""

    def load(self, context: JobContext) -> ModelInfo:
        context.progress(0, 0, "Loading fake")
        return self.describe()


@dataclass
class CommandLine:
    """`run("ground", ...)` gives the exit code; what was printed stands in `out` and `err`."""

    capture: pytest.CaptureFixture[str]
    open_real: Callable[[argparse.Namespace], object]
    grounder: LoadedFake = field(default_factory=LoadedFake)
    out: str = ""
    err: str = ""

    def run(self, *arguments: object) -> int:
        self.capture.readouterr()
        code = commands.main([str(argument) for argument in arguments])
        self.out, self.err = self.capture.readouterr()
        return code

    @contextmanager
    def open(self, args: argparse.Namespace) -> Iterator[LoadedFake]:
        """Stands in for `open_grounder`: an unknown model is refused as by the real one."""
        if args.model not in ("mini", "fake"):
            HostedGrounder(args.model, args.device)
        yield self.grounder

    @contextmanager
    def open_process(self, args: argparse.Namespace) -> Iterator[HostedGrounder]:
        """Stands in for `open_grounder` where the fake model shall live in a real child process."""
        with HostedGrounder("fake", args.device, loader=LOADER) as hosted:
            yield hosted

    @property
    def json(self) -> dict:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


def make_command_line(
    monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str], module: object
) -> CommandLine:
    """The command line with the fake model put under one command's module."""
    line = CommandLine(capture, module.open_grounder)
    monkeypatch.setattr(module, "open_grounder", line.open)
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)  # it lasts as long as the process, tests do not
    return line
