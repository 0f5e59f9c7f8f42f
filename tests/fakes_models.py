"""`models` on the command line without a terminal: what was printed, and a folder that passes for a checkpoint."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core import commands
from core.grounding import downloads
from core.jobs import JobContext

TINY = "grounding-dino-tiny"
CONFIG = json.dumps({"model_type": "grounding-dino"})


@dataclass
class Line:
    """`run("list")` gives the exit code of `models list`; what was printed stands in `out` and `err`."""

    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def run(self, *arguments: object) -> int:
        self.capture.readouterr()
        code = commands.main(["models", *map(str, arguments)])
        self.out, self.err = self.capture.readouterr()
        return code

    def fails(self, *arguments: object) -> str:
        """Run what must end as a user's error: one line on stderr, which is returned."""
        assert self.run(*arguments) == 1
        assert self.err.startswith("GroundLabel: ")
        assert self.err.count("\n") == 1
        return self.err

    def json(self, *arguments: object) -> dict:
        """Run what must succeed, with `--json`."""
        assert self.run(*arguments, "--json") == 0, self.err
        assert self.err == ""
        return json.loads(self.out)


def run_here(job: str, *arguments: object, context: JobContext) -> object:
    """The job itself, in this process, which has torch already; see test_grounding_aside for the process of its own."""
    module, function = job.split(":")
    return getattr(importlib.import_module(module), function)(*arguments, context=context)


def model_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, aside: bool = False) -> Line:
    """The command line; `aside` reads weights as for people: in a child that loads torch, for seconds."""
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)  # it lasts as long as the process, tests do not
    monkeypatch.setattr(downloads, "BACKOFF_S", 0.0)
    if not aside:
        monkeypatch.setattr("core.workflows.models.run_aside", run_here)
        monkeypatch.setattr("core.workflows.assembling.run_aside", run_here)
    return Line(capsys)


def write_checkpoint(folder: Path) -> Path:
    """A folder that looks like a model as far as can be seen without loading it."""
    folder.mkdir()
    (folder / "config.json").write_text(CONFIG)
    save_file({"layer.weight": torch.arange(30_000, dtype=torch.float32)}, folder / "model.safetensors")
    return folder
