"""A project has one window: whoever opens it again finds it in front, and what a crash left is in nobody's way."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop.session import other_windows
from tests.gui.conftest import Drive, Person

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="listens by name there, not by a file")


# The other window's end, in a process of its own: python -c ... ADDRESS; it prints what it is asked.
ANSWERING = """
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", flush=True)
while True:
    caller = server.accept()[0]
    print(caller.recv(100).split()[0].decode(), flush=True)
    caller.sendall(b"here\\n")
"""


def address_of(project: Path) -> str:
    address = other_windows._address(project)
    assert address is not None
    return address


@contextmanager
def open_in_another_window(project: Path) -> Iterator[IO[str]]:
    """Another window that has the project; what it is asked can be read."""
    line = [sys.executable, "-S", "-c", ANSWERING, address_of(project)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "listening\n"
        try:
            yield other.stdout
        finally:
            other.kill()
    Path(address_of(project)).unlink()


def test_a_second_start_brings_the_window_forward_though_one_had_crashed(drive: Drive, project_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(address_of(project_path))  # and it is not taken away

    def body(person: Person) -> None:
        person.until_shown()
        person.window.showMinimized()
        url = QUrl.fromLocalFile(str(project_path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
        second = subprocess.Popen([sys.executable, "main.py", url], cwd=ROOT)
        person.until(lambda: second.poll() is not None)
        assert second.returncode == 0
        assert not person.window.isMinimized() and person.messages() == []

    drive(body, str(project_path))
    assert not Path(address_of(project_path)).exists()


def test_what_is_open_elsewhere_is_not_opened_twice_and_a_start_without_a_name_opens_nothing_of_it(
    drive: Drive, project_path: Path
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.window._session.workspace.close()
        with open_in_another_window(project_path) as asked:
            person.drop(project_path)
            assert person.messages() == ["cells is open in another window"]
            assert asked.readline() == "raise\n" and person.window._session.workspace.project is None

    def later(person: Person) -> None:
        assert person.window._session.workspace.project is None and person.messages() == []

    drive(body, str(project_path))
    with open_in_another_window(project_path) as asked:
        drive(later)
        assert asked.readline() == "ask\n"


def test_a_file_that_the_system_hands_over_is_opened(drive: Drive, qapp: QApplication, project_path: Path) -> None:
    def body(person: Person) -> None:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(project_path))))
        person.until_shown()
        assert person.window.windowTitle().startswith("cells")

    drive(body)
