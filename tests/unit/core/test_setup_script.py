"""Set-up of a checkout: what it asks pip for, when it works again, and that it never waits for a silent index."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def setup_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("groundlabel_setup", ROOT / ".ci" / "setup.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_direct_is_asked_for(setup_script: ModuleType) -> None:
    wanted = setup_script.requirements()
    assert {"torch", "PySide6-Essentials", "opencv-python-headless", "pytest", "ruff"} <= set(wanted)
    assert "flash-attn" not in wanted  # only of use with a GPU, and it compiles for an hour


def test_the_stamp_follows_what_is_wanted(setup_script: ModuleType) -> None:
    once = setup_script.fingerprint(["a", "b"], cpu_torch=True)
    assert setup_script.fingerprint(["a", "b"], cpu_torch=True) == once
    assert setup_script.fingerprint(["a", "c"], cpu_torch=True) != once
    assert setup_script.fingerprint(["a", "b"], cpu_torch=False) != once


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is one build of torch")
def test_the_build_of_torch_can_be_chosen(setup_script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDLABEL_TORCH", "cpu")
    assert setup_script.wants_cpu_torch()
    monkeypatch.setenv("GROUNDLABEL_TORCH", "cuda")
    assert not setup_script.wants_cpu_torch()
    monkeypatch.setenv("GROUNDLABEL_TORCH", "tpu")
    with pytest.raises(SystemExit, match="must be auto, cpu or cuda"):
        setup_script.wants_cpu_torch()


def test_an_index_that_refuses_does_not_answer(setup_script: ModuleType) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        assert not setup_script.answers(f"http://127.0.0.1:{taken.getsockname()[1]}/torch/")


def without_system_packages(setup_script: ModuleType, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    """A machine with apt and without root, where one package of this group is missing."""
    missing = {"python": [], "window": [], "comfort": []} | {group: ["libmissing1"]}
    monkeypatch.setattr(setup_script, "missing_packages", lambda: missing)
    monkeypatch.setattr(setup_script.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a matter of Linux")
def test_without_root_it_prints_the_one_command_and_goes_on(
    setup_script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_system_packages(setup_script, monkeypatch, "window")
    setup_script.system_libraries(for_tests=False)
    assert "sudo apt-get update && sudo apt-get install -y libmissing1" in capsys.readouterr().out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are a matter of Linux")
@pytest.mark.parametrize(("group", "for_tests"), [("python", False), ("window", True)])
def test_it_stops_where_the_next_step_would_fail(
    setup_script: ModuleType, monkeypatch: pytest.MonkeyPatch, group: str, for_tests: bool
) -> None:
    without_system_packages(setup_script, monkeypatch, group)
    with pytest.raises(SystemExit, match="stopped"):
        setup_script.system_libraries(for_tests=for_tests)
