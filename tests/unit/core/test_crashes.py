"""An end that nobody wanted is told at the next start: with its trace after a crash, quietly after a kill, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core import crashes
from core.crashes import BadEnd

ROOT = Path(__file__).resolve().parents[3]


def in_a_process(how: str) -> None:
    """Begin to watch, then end in this way."""
    code = f"import faulthandler, os, signal\nfrom core import crashes\nwatch = crashes.begin()\n{how}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, timeout=60)


def test_a_window_that_was_closed_leaves_nothing() -> None:
    in_a_process("watch.end()")
    assert crashes.look_back() is None
    assert crashes.last_crash() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_kill_is_known_and_tells_no_trace() -> None:
    in_a_process("os.kill(os.getpid(), signal.SIGKILL)")
    assert crashes.look_back() == BadEnd("")
    assert crashes.look_back() is None


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_native_crash_leaves_its_trace() -> None:
    in_a_process("os.kill(os.getpid(), signal.SIGSEGV)")
    end = crashes.look_back()
    assert end is not None
    assert "Segmentation fault" in end.trace and "<string>" in end.trace
    assert crashes.last_crash() == end.trace


def test_an_error_that_ends_the_app_counts_and_one_that_it_survives_does_not() -> None:
    in_a_process("watch.note(ValueError('survived'))\nwatch.end()")
    assert crashes.look_back() is None
    assert "ValueError: survived" in crashes.last_crash()
    in_a_process("watch.note(ValueError('fatal'), fatal=True)\nwatch.end()")
    end = crashes.look_back()
    assert end is not None and "ValueError: fatal" in end.trace


def test_where_no_log_can_be_written_nothing_is_watched_and_nothing_fails(groundlabel_home: Path) -> None:
    (groundlabel_home / "logs").write_text("a file where the folder should be")
    watch = crashes.begin()
    watch.note(ValueError("unheard"), fatal=True)
    watch.end()
    assert crashes.look_back() is None
