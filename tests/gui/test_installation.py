"""Help ▸ Check this installation: steps come in beside the work, failures say what to do, it can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QPushButton

from core.errors import Cancelled
from core.jobs import JobContext
from core.workflows.checks import Check
from core.workflows.self_test import STEPS, Step
from desktop.views import step_rows
from tests.gui.conftest import Drive, Person


class Staged:
    """The check of an installation that waits before each step until it is let go; the second one fails."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.stopped = False
        self.place = ""

    def checks(self) -> Iterator[Check]:
        yield Check("folders", "cache", "missing", self.place, "make it writable")

    def steps(self, _: object, context: JobContext) -> Iterator[Step]:
        for name in STEPS:
            yield Step(name, "running")
            context.progress(1, 2, "Loading mini")
            while not self.go.acquire(timeout=0.02):
                if context.cancelled():
                    self.stopped = True
                    raise Cancelled("stopped")
            failed = Step(name, "failed", "It was not found where it is.", "verify the model", 2.0)
            yield failed if name == "picture" else Step(name, "ok", "found", "", 1.0)


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Staged:
    check = Staged()
    monkeypatch.setattr("core.workflows.checks.all_checks", check.checks)
    monkeypatch.setattr("core.workflows.self_test.self_test", check.steps)
    return check


def rows(person: Person) -> list[tuple[str, str]]:
    """What each row says of its step, and by which sign."""
    steps = person.find(QListWidget, "installation_steps")
    items = [steps.item(row) for row in range(steps.count())]
    return [(str(item.data(step_rows.FOUND)).replace("\u200b", ""), str(item.data(step_rows.GLYPH))) for item in items]


def press(person: Person, button: str, key: Qt.Key) -> None:
    """Press a key on a button of the dialog, which stands beside the window."""
    target = person.find(QPushButton, button)
    target.window().activateWindow()
    person.until(target.window().isActiveWindow)
    QTest.keyClick(target, key)


def open_it(person: Person) -> None:
    person.window._commands["check_installation"].trigger()
    person.until(lambda: rows(person)[1] == ("Loading mini", "loading"))


def test_steps_come_in_while_one_works_on_and_the_report_names_nobody(
    drive: Drive, project_path: Path, staged: Staged
) -> None:
    staged.place = str(project_path.parent)

    def body(person: Person) -> None:
        person.until_shown()
        open_it(person)
        assert rows(person)[0] == ("Missing: cache\nWhat to do: make it writable", "error")
        assert rows(person)[2] == ("", "clock")
        before = person.item.path
        person.key(Qt.Key.Key_D, on=person.canvas)  # the window is not held up
        person.until(lambda: person.item.path != before)
        staged.go.release(len(STEPS))
        person.until(lambda: person.sees("installation_head") == "2 steps failed")
        assert rows(person)[2] == ("It was not found where it is.\nWhat to do: verify the model", "error")
        assert {sign for _, sign in rows(person)[3:]} == {"done"}
        press(person, "installation_copy", Qt.Key.Key_Space)
        report = QApplication.clipboard().text()
        assert "self-test / picture: It was not found where it is." in report and "-> verify the model" in report
        assert "folders / cache: " in report and staged.place not in report
        accessible = person.find(QListWidget, "installation_steps").item(2).data(Qt.ItemDataRole.AccessibleTextRole)
        assert str(accessible).startswith("Ask about a picture. failed. It was not found")
        press(person, "installation_close", Qt.Key.Key_Escape)

    drive(body, str(project_path))


def test_it_is_stopped_begun_again_and_ends_with_its_dialog(drive: Drive, project_path: Path, staged: Staged) -> None:
    def body(person: Person) -> None:
        open_it(person)
        person.click(person.find(QPushButton, "installation_stop"))
        person.until(lambda: person.sees("installation_head") == "Stopped")
        assert rows(person)[1:] == [("Not tried", "not-present")] * len(STEPS)
        person.click(person.find(QPushButton, "installation_again"))
        person.until(lambda: rows(person)[1] == ("Loading mini", "loading"))
        staged.stopped = False
        press(person, "installation_close", Qt.Key.Key_Escape)
        person.until(lambda: staged.stopped)

    drive(body)
