"""`chat` as a person uses it: a terminal, a prompt, Ctrl+C, the end of the input. And in a pipe, as a real process."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX terminals")
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "tests/e2e/fake_model_command_line.py", "chat"]
ENVIRONMENT = {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "TERM": "dumb"}
PROMPT = "> "
CTRL_D = "\x04"


class Terminal:
    """A chat in a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        import pty

        self._screen, inside = pty.openpty()
        self._process = subprocess.Popen(
            [*PROGRAM, *arguments], cwd=ROOT, stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
            env=os.environ | ENVIRONMENT,
        )  # fmt: skip
        os.close(inside)
        self._unread = ""

    def wait_for(self, text: str) -> str:
        """Everything on the screen since the last time, up to and with a text."""
        while text not in self._unread:
            assert select.select([self._screen], [], [], 60)[0], f"{text!r} never came after {self._unread!r}"
            try:
                self._unread += os.read(self._screen, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
            except OSError:  # the other end is gone
                pytest.fail(f"it ended without {text!r}: {self._unread!r}")
        before, found, self._unread = self._unread.partition(text)
        return before + found

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def press_ctrl_c(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def press_ctrl_c_until_it_ends(self) -> int:
        """Python's line editing does not notice one that comes while it writes the prompt; a person presses again."""
        while True:
            self.press_ctrl_c()
            try:
                return self._process.wait(2)
            except subprocess.TimeoutExpired:
                continue

    def end(self) -> int:
        return self._process.wait(60)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._screen)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    Image.new("RGB", (200, 100)).save(tmp_path / "photo.png")
    opened = Terminal(str(tmp_path / "photo.png"))
    yield opened
    opened.close()


def test_a_conversation_at_a_terminal(terminal: Terminal) -> None:
    welcome = terminal.wait_for(PROMPT)
    assert "fake on cpu. /help" in welcome and "photo.png  200 x 100" in welcome
    terminal.type("2 cups\n")
    assert "0.80   100.0  25.0  200.0  75.0" in terminal.wait_for(f"\n{PROMPT}")
    terminal.type("I think about it\n")
    terminal.wait_for("about it\n")  # what was typed
    terminal.wait_for("I think ")  # the answer, as far as it has come
    terminal.press_ctrl_c()
    assert "Stopped." in terminal.wait_for(PROMPT)
    terminal.type("go on\n")
    assert "go on (1 before, 1 media, seed 0)" in terminal.wait_for(f"\n{PROMPT}")
    terminal.type(CTRL_D)
    assert terminal.end() == 0


def test_ctrl_c_at_the_prompt_leaves(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("think\n")
    terminal.wait_for("think\n")  # what was typed
    terminal.wait_for("think ")  # the answer, as far as it has come
    terminal.press_ctrl_c()
    terminal.wait_for("Stopped.\n")
    assert terminal.press_ctrl_c_until_it_ends() == 130


def test_a_model_that_crashes_is_one_line_and_the_chat_goes_on(tmp_path: Path) -> None:
    Image.new("RGB", (200, 100)).save(tmp_path / "photo.png")
    done = subprocess.run(
        [*PROGRAM, str(tmp_path / "photo.png")], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env=os.environ | ENVIRONMENT, input="one\nbe killed now\ntwo\n",
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1 and "was ended by SIGKILL" in done.stderr
    assert done.stdout == "one (0 before, 1 media, seed 0)\nbe killed \ntwo (1 before, 1 media, seed 0)\n"
