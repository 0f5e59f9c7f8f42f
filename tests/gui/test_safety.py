"""After a crash, a kill and a fault: what the person is told, what comes back, and what a report would tell of them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
)

from core.media import probe_item
from core.project import Project
from core.workflows.checks import LIBRARIES, all_checks, folder_checks
from tests.fakes_media import Recipe, write_video
from tests.gui.conftest import Drive, Person

ROOT = Path(__file__).resolve().parents[2]
DEAD = 2**22 + 1  # above the highest number that Linux gives to a process


@pytest.fixture
def crashed(groundlabel_home: Path, project_path: Path) -> Path:
    """A window that crashed while it worked on the project."""
    mark = groundlabel_home / "logs" / "running" / f"{DEAD}.txt"
    mark.parent.mkdir(parents=True)
    mark.write_text(f'Fatal Python error: Segmentation fault\n  File "{project_path.parent}/x.py"\n', encoding="utf-8")
    return mark


@pytest.fixture
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without trying every library: what the report holds of the machine is not the promise everywhere."""
    monkeypatch.setattr("core.workflows.diagnostics.all_checks", folder_checks)


def save_as(person: Person, path: Path) -> None:
    person.until(lambda: person.window.findChild(QFileDialog, "diagnostics_place") is not None)
    edit = person.find(QFileDialog, "diagnostics_place").findChild(QLineEdit, "fileNameEdit")
    assert edit is not None
    edit.setText(str(path))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    person.until(lambda: person.window.findChild(QFileDialog, "diagnostics_place") is None)


def test_after_a_crash_the_next_start_says_so_once_and_the_report_names_nobody(
    drive: Drive, project_path: Path, crashed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every check there is, of one library in place of all; test_checks tries them all.
    few = partial(all_checks, [library for library in LIBRARIES if library.module == "numpy"])
    monkeypatch.setattr("core.workflows.diagnostics.all_checks", few)
    out = tmp_path / "for-the-makers.zip"

    def body(person: Person) -> None:
        person.until_shown()
        assert person.messages() == ["GroundLabel ended unexpectedly the last time"]
        person.click(person.find(QToolButton, "message_report"))
        person.until(lambda: person.find(QPushButton, "diagnostics_save").isEnabled())
        files, text = person.find(QListWidget, "diagnostics_files"), person.find(QPlainTextEdit, "diagnostics_text")
        shown = {}
        for row in range(files.count()):
            files.setCurrentRow(row)
            shown[files.item(row).text()] = text.toPlainText()
        assert "Segmentation fault" in shown["last-crash.txt"]
        person.click(person.find(QPushButton, "diagnostics_copy"))
        assert "Segmentation fault" in QApplication.clipboard().text()
        person.click(person.find(QPushButton, "diagnostics_save"))
        save_as(person, out)
        person.until(lambda: "for-the-makers.zip" in person.sees("diagnostics_said"))
        with zipfile.ZipFile(out) as archive:
            saved = {name: archive.read(name).decode() for name in archive.namelist()}
        assert saved == shown
        told = "".join(saved.values())
        assert not [name for name in (str(project_path.parent), "cell-1.png", "cells.groundlabel") if name in told]
        person.click(person.find(QPushButton, "diagnostics_close"))

    def later(person: Person) -> None:
        person.until_shown()
        assert person.messages() == []

    drive(body, str(project_path))
    drive(later)


@pytest.mark.usefixtures("quick_checks")
def test_a_report_that_cannot_be_saved_says_why_in_its_place(drive: Drive, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    def body(person: Person) -> None:
        person.window._commands["report_fault"].trigger()
        person.until(lambda: person.find(QPushButton, "diagnostics_save").isEnabled())
        person.key(Qt.Key.Key_Return, on=person.find(QPushButton, "diagnostics_save"))
        person.until(lambda: person.window.findChild(QFileDialog, "diagnostics_place") is not None)
        dialog = person.find(QFileDialog, "diagnostics_place")
        dialog.fileSelected.emit(str(tmp_path / "file" / "report.zip"))  # no file dialog offers a place that is none
        dialog.close()
        person.until(lambda: "cannot be written" in person.sees("diagnostics_said"))
        person.key(Qt.Key.Key_Escape, on=person.find(QPushButton, "diagnostics_close"))

    drive(body)


def killed(project: Path, *how: str) -> dict[str, Any]:
    """What a window saw last that was killed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.killed_window", str(project), *how],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_killed_while_a_video_plays_it_comes_back_near_the_playhead(drive: Drive, project_path: Path) -> None:
    write_video(project_path.parent / "walk.mp4", Recipe(frames=240))
    with Project.open(project_path, author="mara", role="command") as project:
        project.add_media([probe_item(project_path.parent / "walk.mp4", root="project", relative="walk.mp4")])
    left = killed(project_path, "plays")

    def body(person: Person) -> None:
        person.until_shown()
        assert person.item.path == "walk.mp4"
        transport = person.window._session.transport
        person.until(lambda: transport.position_s > left["at_s"] - 0.1)  # at the beginning of that frame
        assert not transport.playing

    drive(body)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_killed_it_comes_back_to_the_same_item_view_and_panels_and_alarms_nobody(
    drive: Drive, project_path: Path
) -> None:
    left = killed(project_path)
    assert left["item"] == "cell-3.png"

    def body(person: Person) -> None:
        person.until_shown()
        assert person.item.path == left["item"]
        assert person.canvas.zoom() == pytest.approx(left["zoom"])
        assert not person.window.desk.items_dock.isVisible()
        assert person.messages() == []

    drive(body)


@pytest.mark.usefixtures("quick_checks")
def test_a_fault_offers_the_report(drive: Drive, project_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("a fault"), None)
        person.until(lambda: person.messages() == ["Something went wrong inside GroundLabel"])
        person.click(person.find(QToolButton, "message_report"))
        person.until(lambda: person.find(QPushButton, "diagnostics_save").isEnabled())
        files = person.find(QListWidget, "diagnostics_files")
        files.setCurrentRow([files.item(row).text() for row in range(files.count())].index("last-crash.txt"))
        assert "ZeroDivisionError: a fault" in person.find(QPlainTextEdit, "diagnostics_text").toPlainText()
        person.click(person.find(QPushButton, "diagnostics_close"))
        caplog.clear()  # this one was expected

    drive(body, str(project_path))
