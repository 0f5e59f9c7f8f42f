"""Training that is killed goes on to the same curve, and two processes learn what one does. Real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.grounding.groundinggpt.checkpoint import load_model
from core.jobs import JobContext
from core.training.finetune import FinetunePlan, FinetuneResult, finetune
from core.training.samples import read_samples
from tests.fakes_model import corrected_project, tiny_checkpoint

_NEAR = 0.02  # of the way that training goes
_ROOT = Path(__file__).parents[2]
# The command, with a disk at which the process dies: in the middle of the third state's optimizer.
_DYING = """
import os, signal, sys
from pathlib import Path
import torch
written, count = torch.save, 0
def dying(what, where, *more, **named):
    global count
    count += str(where).endswith("optimizer.pt")
    if count == 3:
        Path(where).write_bytes(b"half of it")
        os.kill(os.getpid(), signal.SIGKILL)
    written(what, where, *more, **named)
torch.save = dying
from core.commands import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return corrected_project(tmp_path)


def _here(base: Path, project: Path, out: Path, **more: object) -> FinetuneResult:
    plan = FinetunePlan(str(base), out, **{"epochs": 8, "batch": 4, "rate": 3e-3, **more})  # type: ignore[arg-type]
    return finetune(read_samples([project]).samples, plan, JobContext())


def _words(base: Path, project: Path, out: Path, *more: str) -> list[str]:
    return [
        "finetune", str(project), "--base", str(base), "--out", str(out), "--epochs", "8", "--rate", "3e-3", "--json",
        *more,
    ]  # fmt: skip


def _run(program: list[str], words: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(_ROOT)}
    return subprocess.run(
        [sys.executable, *program, *words], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )


def _together(program: list[str], words: list[str]) -> subprocess.CompletedProcess[str]:
    return _run(["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *program], words)


def _curve(out: Path) -> list[float]:
    facts = json.loads((out / "training.json").read_text(encoding="utf-8"))
    return [entry["loss"] for entry in facts["losses"]]


def _apart(first: Path, second: Path) -> float:
    """How far two models' weights are apart on average. Where a gradient is nearly nothing its sign is chance."""
    one, other = load_model(first).state_dict(), load_model(second).state_dict()
    differences = torch.cat([(one[name] - other[name]).abs().flatten() for name in one])
    return float(differences.mean())


def test_killed_while_a_state_is_written_it_goes_on_from_the_one_before(
    base: Path, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    whole = _here(base, project, tmp_path / "whole", method="lora", batch=2)
    killed = _run(["-c", _DYING], _words(base, project, out, "--method", "lora", "--batch", "2"))
    assert killed.returncode == -signal.SIGKILL
    saved = sorted(path.name for path in (out / "state").glob("checkpoint-*"))
    assert saved == ["checkpoint-2", "checkpoint-4", "checkpoint-6"] and not (out / "config.json").exists()
    assert not (out / "state" / "checkpoint-6" / "whole").exists()
    resumed = _here(base, project, out, method="lora", batch=2, resume=True)
    assert [step for step, _ in resumed.losses] == [step for step, _ in whole.losses]
    assert [loss for _, loss in resumed.losses] == pytest.approx([loss for _, loss in whole.losses], abs=2e-3)
    assert _apart(tmp_path / "whole", out) < _NEAR * _apart(base, tmp_path / "whole")


def test_two_processes_learn_what_one_does(base: Path, project: Path, tmp_path: Path) -> None:
    alone = _here(base, project, tmp_path / "alone")
    ended = _together(["main.py"], _words(base, project, tmp_path / "two", "--batch", "2"))
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [event["event"] for event in events] == ["preflight", *["step"] * 8, "done"]
    assert events[0]["plan"]["processes"] == 2 and not events[0]["plan"]["sharded"]
    assert _curve(tmp_path / "two") == pytest.approx([loss for _, loss in alone.losses], abs=5e-3)
    assert _apart(tmp_path / "alone", tmp_path / "two") < _NEAR * _apart(base, tmp_path / "alone")
    assert not (tmp_path / "two" / "state").exists()


def test_a_model_that_two_processes_share_goes_on_too(base: Path, project: Path, tmp_path: Path) -> None:
    alone = _here(base, project, tmp_path / "alone")
    words = _words(base, project, tmp_path / "two", "--batch", "2", "--shard", "on")
    (tmp_path / "dying.py").write_text(_DYING, encoding="utf-8")
    assert _together([str(tmp_path / "dying.py")], words).returncode != 0
    assert (tmp_path / "two" / "state" / "checkpoint-2" / "whole").exists()
    ended = _together(["main.py"], [*words, "--resume"])
    assert ended.returncode == 0, ended.stderr
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert events[0]["plan"]["sharded"] and [e["step"] for e in events if e["event"] == "step"] == [3, 4, 5, 6, 7, 8]
    assert _curve(tmp_path / "two") == pytest.approx([loss for _, loss in alone.losses], abs=5e-3)
    assert _apart(tmp_path / "alone", tmp_path / "two") < _NEAR * _apart(base, tmp_path / "alone")
