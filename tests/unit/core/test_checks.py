"""`checks` survives whatever a library does on import, and says what to do about it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core import commands
from core.workflows.checks import (
    LIBRARIES,
    all_checks,
    device_checks,
    folder_checks,
    library_check,
    model_checks,
    system_checks,
)
from core.workflows.display import usable_display
from core.workflows.probing import Finding, Library, import_one, probe

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def broken_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Modules that misbehave on import, as real ones do where a driver or a shared library is missing."""
    (tmp_path / "groundlabel_no_portaudio.py").write_text("raise OSError('PortAudio library not found')\n")
    (tmp_path / "groundlabel_native_crash.py").write_text("import os\nos.abort()\n")
    (tmp_path / "groundlabel_chatty.py").write_text("print('hello')\n__version__ = '1.2'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def library(module: str, *, required: bool = True) -> Library:
    return Library(module, module.replace("_", "-"), "a test", required=required, advice="do this")


@pytest.mark.usefixtures("broken_libraries")
def test_an_import_that_crashes_costs_one_library(capfd: pytest.CaptureFixture[str]) -> None:
    names = ("groundlabel_no_portaudio", "groundlabel_native_crash", "groundlabel_chatty", "groundlabel_absent")
    found = probe([library(name) for name in names])
    assert [finding.library.module for finding in found] == list(names)
    assert found[0].problem == "OSError: PortAudio library not found"
    assert "ended the process" in found[1].problem
    assert (found[2].problem, found[2].version) == ("", "1.2")
    assert "groundlabel_absent" in found[3].problem
    assert capfd.readouterr() == ("", "")


def test_what_is_needed_is_missing_and_the_rest_a_note() -> None:
    needed = library_check(Finding(library("x"), problem="ImportError: no"))
    optional = library_check(Finding(library("x", required=False), problem="OSError: no"))
    broken = library_check(Finding(library("x"), version="2.0", problem="OSError: libx.so is missing"))
    assert (needed.state, optional.state, broken.state) == ("missing", "note", "missing")
    assert "make setup" in needed.advice
    assert "libx.so is missing" in broken.found
    assert broken.advice == "do this"


def test_whatever_is_missing_comes_with_advice() -> None:
    for check in (*system_checks(), *folder_checks(), *model_checks()):
        assert check.found
        assert check.advice or check.state == "ok" or check.found == "unknown"


def test_looking_at_folders_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDLABEL_HOME", str(tmp_path / "new" / "home"))
    assert {check.state for check in folder_checks()} == {"ok"}
    assert not (tmp_path / "new").exists()


def test_every_library_of_the_project_is_looked_at() -> None:
    """A new dependency in `pyproject.toml` belongs into the table of checks."""
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\s;<>=!\[]", one)[0].lower() for one in [*project["dependencies"], "flash-attn"]}
    assert wanted == {known.distribution.lower() for known in LIBRARIES}


@pytest.mark.parametrize(
    "environment",
    [{}, {"DISPLAY": ""}, {"DISPLAY": ":7931"}, {"DISPLAY": "nonsense"}, {"WAYLAND_DISPLAY": "no-such-socket"}],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_a_display_that_does_not_answer_is_none(environment: dict[str, str]) -> None:
    assert usable_display(environment) == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_a_display_that_answers_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("wayland-9")
        server.listen()
        found = usable_display({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "."})
    assert found == "Wayland wayland-9"


@pytest.mark.usefixtures("broken_libraries")
def test_quick_checks_come_first() -> None:
    groups = [check.group for check in all_checks([library("groundlabel_chatty")])]
    assert groups[0] == "system"
    assert groups[-1] == "libraries"


def test_an_import_reports_in_process() -> None:
    assert import_one(Library("json", "no-such-distribution", "a test")).version == "2.0.9"


def test_the_command_prints_one_json_object() -> None:
    """The real command on this machine: every library imports without a GPU, a sound card or a display."""
    done = subprocess.run(
        [sys.executable, "main.py", "checks", "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert done.stderr == ""
    assert done.returncode == (0 if told["ok"] else 3)
    assert told["self_test"] is None
    needed = {known.distribution for known in LIBRARIES if known.required}
    problems = [check for check in told["checks"] if check["name"] in needed and check["state"] != "ok"]
    assert problems == []


def test_version_is_the_one_of_the_project() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("GroundLabel 0.")


@pytest.mark.parametrize(
    ("gpu", "flash", "attention"),
    [
        ("", "ModuleNotFoundError: No module named 'flash_attn'", "sdpa: flash-attn needs an NVIDIA GPU"),
        ("H", "ModuleNotFoundError: No module named 'flash_attn'", "sdpa: flash_attn is not installed"),
        ("H", "ImportError: undefined symbol", "sdpa: flash_attn cannot be imported"),
        ("H", "", "flash_attention_2: flash_attn is installed"),
    ],
)
def test_attention_and_precision_are_told_with_their_reason(gpu: str, flash: str, attention: str) -> None:
    findings = {
        "torch": Finding(library("torch"), "2", details=(("gpu0", gpu), ("cuda_build", "12")) if gpu else ()),
        "flash_attn": Finding(library("flash_attn", required=False), problem=flash),
        "bitsandbytes": Finding(library("bitsandbytes", required=False), "0.50"),
    }
    told = {check.name: check.found for check in device_checks(findings)}
    assert told["attention"] == attention
    assert told["precision"] == f"32, 16, 8 and 4 bits on the {'GPU' if gpu else 'CPU'}"
    findings["bitsandbytes"] = Finding(library("bitsandbytes", required=False), problem="OSError: no library")
    assert "bitsandbytes cannot be used" in {check.name: check.found for check in device_checks(findings)}["precision"]


def test_a_report_for_those_who_look_for_a_fault_is_written_without_the_person_s_places(
    tmp_path: Path, groundlabel_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.commands.checks.all_checks", lambda: iter([*folder_checks(), *model_checks()]))
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)  # it lasts as long as the process, tests do not
    out = tmp_path / "new" / "report.zip"
    assert commands.main(["checks", "--bundle", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bundle"] == str(out)
    with zipfile.ZipFile(out) as archive:
        told = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"about.txt", "checks.txt", "settings.json", "last-crash.txt"} <= told.keys()
    assert "models / mini" in told["checks.txt"] and "<data folder>" in told["checks.txt"]
    assert str(groundlabel_home) not in "".join(told.values())
    (tmp_path / "file").touch()
    assert commands.main(["checks", "--bundle", str(tmp_path / "file" / "report.zip")]) == 1
    assert "cannot be written" in capsys.readouterr().err
