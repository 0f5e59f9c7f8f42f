"""What the command line promises for every sub-command: exit codes, one line on stderr, nothing heavy imported."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import commands
from core.errors import Cancelled, MediaError

ROOT = Path(__file__).resolve().parents[3]


def run_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, action: object) -> int:
    """Run a made-up command `try --depth N` whose work is `action`."""
    module = SimpleNamespace(add_arguments=lambda parser: parser.add_argument("--depth", type=int), run=action)
    monkeypatch.setitem(sys.modules, "core.commands.made_up", module)
    monkeypatch.setitem(commands.COMMANDS, "try", commands.Command("core.commands.made_up", "try it"))
    monkeypatch.setenv("GROUNDLABEL_HOME", str(tmp_path))
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    return commands.main(["try", "--depth", "3"])


def raising(error: BaseException) -> object:
    def action(_: argparse.Namespace) -> int:
        raise error

    return action


def test_arguments_reach_the_command_and_its_code_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run_with(monkeypatch, tmp_path, lambda args: args.depth) == 3


def test_a_users_error_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = MediaError("x.jpg\nis empty", why="It has 0 bytes", next_step="Copy it again")
    assert run_with(monkeypatch, tmp_path, raising(error)) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "GroundLabel: x.jpg is empty. It has 0 bytes. Copy it again.\n")


@pytest.mark.parametrize("stop", [Cancelled("stopped"), KeyboardInterrupt()])
def test_stopping_is_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], stop: BaseException
) -> None:
    assert run_with(monkeypatch, tmp_path, raising(stop)) == 130
    assert capsys.readouterr().err.count("\n") == 1


def test_a_bug_is_not_dressed_up_as_a_users_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_with(monkeypatch, tmp_path, raising(ZeroDivisionError()))


@pytest.mark.parametrize("arguments", [["photo.jpg"], ["ground"], ["ground", "--nonsense"]])
def test_usage_is_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert commands.main(arguments) == 2
    assert capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in commands.COMMANDS)


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_way_in_imports_nothing_heavy(tmp_path: Path, argument: str) -> None:
    code = (
        "import sys, main\n"
        f"code = main.start([{argument!r}])\n"
        "heavy = {'torch', 'PySide6', 'numpy', 'sqlalchemy', 'transformers', 'PIL', 'av'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "sys.exit(code)\n"
    )
    environment = {**os.environ, "GROUNDLABEL_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_bug_goes_to_the_log_and_leaves_one_line(tmp_path: Path) -> None:
    code = "from core.commands import settle_as_program; settle_as_program(); {}['absent']"
    environment = {**os.environ, "GROUNDLABEL_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" in (tmp_path / "logs" / "groundlabel.log").read_text(encoding="utf-8")


def test_native_libraries_and_children_do_not_reach_stderr(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys\n"
        "from core.commands import settle_as_program\n"
        "settle_as_program()\n"
        "os.write(2, b'native noise')\n"
        "subprocess.run([sys.executable, '-c', '1/0'])\n"
        "print('our line ü', file=sys.stderr)\n"
    )
    environment = {**os.environ, "GROUNDLABEL_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("", "our line ü\n")
    log = (tmp_path / "logs" / "stderr.log").read_text(encoding="utf-8")
    assert "native noise" in log
    assert "ZeroDivisionError" in log


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    code = "import logging; from core.logs import log_to_file; log_to_file(); logging.warning('x'); print('on')"
    environment = {**os.environ, "GROUNDLABEL_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("on\n", "")
