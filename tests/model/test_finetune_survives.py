"""Training that is killed goes on to the same curve, and two processes learn what one does. Real processes.

Most are forked from one that has loaded the libraries already, which takes longer than all that is learned here; they
are told apart as `torchrun` tells them. One pair is really launched, by `accelerate`, which does it with `torchrun`.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from core.commands import main
from core.grounding.groundinggpt.checkpoint import load_model
from core.jobs import JobContext
from core.training.finetune import FinetunePlan, FinetuneResult, finetune
from core.training.samples import read_samples
from tests.fakes_model import corrected_project, tiny_checkpoint

_NEAR = 0.02  # of the way that training goes
_ROOT = Path(__file__).parents[2]
_LONGEST_S = 240
_FORKS = multiprocessing.get_context("forkserver")
_ALONE = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


@pytest.fixture(scope="module")
def loaded() -> None:
    """What forks the processes is given the libraries to load as it starts, with one thread each."""
    _FORKS.set_forkserver_preload(["core.training.finetune"])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _ALONE.items():
            patch.setenv(name, value)
        _ended(_FORKS.Process(target=_nothing))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a base and a project."""
    folder = tmp_path_factory.mktemp("work")
    tiny_checkpoint(folder / "tiny")
    corrected_project(folder)
    return folder


@pytest.fixture(scope="module")
def base(work: Path) -> Path:
    return work / "tiny"


@pytest.fixture(scope="module")
def project(work: Path) -> Path:
    return work / "work.groundlabel"


@pytest.fixture(scope="module")
def alone(base: Path, project: Path, work: Path) -> Path:
    """What one process learns."""
    _here(base, project, work / "alone")
    return work / "alone"


def _here(base: Path, project: Path, out: Path, **more: object) -> FinetuneResult:
    plan = FinetunePlan(str(base), out, **{"epochs": 4, "batch": 4, "rate": 3e-3, **more})  # type: ignore[arg-type]
    return finetune(read_samples([project]).samples, plan, JobContext())


def _words(base: Path, project: Path, out: Path, *more: str) -> list[str]:
    return [
        "finetune", str(project), "--base", str(base), "--out", str(out), "--epochs", "4", "--rate", "3e-3", "--json",
        *more,
    ]  # fmt: skip


# --- processes -------------------------------------------------------------------------------------


def _nothing() -> None:
    pass


def _command(words: list[str], environment: Mapping[str, str], said: Path, dies: bool) -> None:
    """The command in a process of its own; one that `dies` does so in the middle of the third state's optimizer."""
    os.environ.update(environment)
    torch.set_num_threads(1)
    if dies:
        _die_while_saving()
    with said.open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        code = main(words)
    sys.exit(code)


def _die_while_saving() -> None:
    written, count = torch.save, 0

    def dying(what: object, where: Path | str, *more: object, **named: object) -> None:
        nonlocal count
        count += str(where).endswith("optimizer.pt")
        if count == 3:
            Path(where).write_bytes(b"half of it")
            os.kill(os.getpid(), signal.SIGKILL)
        written(what, where, *more, **named)  # type: ignore[arg-type]

    torch.save = dying


def _ended(process: multiprocessing.process.BaseProcess) -> int | None:
    if process.pid is None:
        process.start()
    process.join(_LONGEST_S)
    code = process.exitcode
    process.kill()
    process.join()
    return code


def _forked(words: list[str], said: Path, *, dies: bool = False, processes: int = 1) -> list[int | None]:
    """How they ended. Their environment is that of `torchrun`; what the first one said stands in a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = []
    for rank in range(processes):
        own = {**_ALONE, "GROUNDLABEL_HOME": os.environ["GROUNDLABEL_HOME"]}
        if processes > 1:
            own |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(processes)}
            own |= {"LOCAL_WORLD_SIZE": str(processes), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        place = said if rank == 0 else said.with_suffix(f".{rank}")
        process = _FORKS.Process(target=_command, args=(words, own, place, dies))
        process.start()
        started.append(process)
    codes = [_ended(started[0])]
    if dies:  # as their launcher does when one is gone
        for process in started[1:]:
            process.kill()
    return [*codes, *(_ended(process) for process in started[1:])]


def _launched(words: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """`accelerate launch`, configured to share one copy of the model, and nothing of the person at the keyboard."""
    launch = [
        "-m", "accelerate.commands.launch", "--use_fsdp", "--num_processes", "2", "--num_machines", "1",
        "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0", "main.py",
    ]  # fmt: skip
    environment = {**os.environ, **_ALONE, "PYTHONPATH": str(_ROOT), "HF_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *launch, *words], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )


def _events(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def _curve(out: Path) -> list[float]:
    facts = json.loads((out / "training.json").read_text(encoding="utf-8"))
    return [entry["loss"] for entry in facts["losses"]]


def _apart(first: Path, second: Path) -> float:
    """How far two models' weights are apart on average. Where a gradient is nearly nothing its sign is chance."""
    one, other = load_model(first).state_dict(), load_model(second).state_dict()
    differences = torch.cat([(one[name] - other[name]).abs().flatten() for name in one])
    return float(differences.mean())


@pytest.mark.usefixtures("loaded")
def test_killed_while_a_state_is_written_it_goes_on_from_the_one_before(
    base: Path, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    whole = _here(base, project, tmp_path / "whole", method="lora", batch=2)
    words = _words(base, project, out, "--method", "lora", "--batch", "2")
    assert _forked(words, tmp_path / "said", dies=True) == [-signal.SIGKILL]
    saved = sorted(path.name for path in (out / "state").glob("checkpoint-*"))
    assert saved == ["checkpoint-1", "checkpoint-2", "checkpoint-3"] and not (out / "config.json").exists()
    assert not (out / "state" / "checkpoint-3" / "whole").exists()
    resumed = _here(base, project, out, method="lora", batch=2, resume=True)
    assert [step for step, _ in resumed.losses] == [step for step, _ in whole.losses]
    assert [loss for _, loss in resumed.losses] == pytest.approx([loss for _, loss in whole.losses], abs=2e-3)
    assert _apart(tmp_path / "whole", out) < _NEAR * _apart(base, tmp_path / "whole")


@pytest.mark.usefixtures("loaded")
def test_two_processes_learn_what_one_does(base: Path, project: Path, alone: Path, tmp_path: Path) -> None:
    words = _words(base, project, tmp_path / "two", "--batch", "2")
    assert _forked(words, tmp_path / "said", processes=2) == [0, 0]
    events = _events((tmp_path / "said").read_text(encoding="utf-8"))
    assert [event["event"] for event in events] == ["preflight", *["step"] * 4, "done"]
    assert events[0]["plan"]["processes"] == 2 and not events[0]["plan"]["sharded"]
    assert (tmp_path / "said.1").read_text(encoding="utf-8") == ""
    assert _curve(tmp_path / "two") == pytest.approx(_curve(alone), abs=5e-3)
    assert _apart(alone, tmp_path / "two") < _NEAR * _apart(base, alone)
    assert not (tmp_path / "two" / "state").exists()


@pytest.mark.usefixtures("loaded")
def test_a_model_that_two_processes_share_goes_on_too(base: Path, project: Path, alone: Path, tmp_path: Path) -> None:
    words = _words(base, project, tmp_path / "two", "--batch", "2")
    died = _forked([*words, "--shard", "on"], tmp_path / "said", dies=True, processes=2)
    assert died[0] == -signal.SIGKILL
    assert (tmp_path / "two" / "state" / "checkpoint-2" / "whole").exists()
    ended = _launched([*words, "--resume"], tmp_path / "hub")
    assert ended.returncode == 0, ended.stderr
    events = _events(ended.stdout)
    assert events[0]["plan"]["sharded"] and [e["step"] for e in events if e["event"] == "step"] == [3, 4]
    assert _curve(tmp_path / "two") == pytest.approx(_curve(alone), abs=5e-3)
    assert _apart(alone, tmp_path / "two") < _NEAR * _apart(base, alone)
