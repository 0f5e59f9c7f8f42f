"""A window that works a little, waits until its place is kept, and is killed. Run by test_safety.

python -m tests.gui.killed_window PROJECT [plays]: prints what it saw last, as JSON, before it kills itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.settings import Settings
from desktop.app import main
from desktop.main_window import MainWindow
from desktop.session.memory import Memory

PATIENCE_S = 60.0


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to what is waited for")
        QTest.qWait(20)


def work_and_die(_: QApplication, window: MainWindow) -> int:
    window.resize(1111, 701)
    workspace, canvas = window._session.workspace, window.desk.canvas
    until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
    for _key in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_D)
    until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
    window.desk.items_dock.hide()
    QTest.keyClick(canvas, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    project, item = workspace.project, workspace.current
    assert project is not None and item is not None
    until(lambda: (Memory().place(project.path).get("view") or {}).get("zoom") == canvas.zoom())
    until(lambda: Settings.load().get("window.state") == window.desk.arrangement.as_text())
    sys.stdout.write(json.dumps({"item": item.path, "zoom": canvas.zoom(), "width": window.width()}) + "\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def play_and_die(_: QApplication, window: MainWindow) -> int:
    """Play the video that is the last item, and be killed while it plays."""
    workspace, transport, canvas = window._session.workspace, window._session.transport, window.desk.canvas
    until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
    for _key in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_D)
    until(lambda: window.desk.video.is_shown and transport.is_open)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    project = workspace.project
    assert project is not None

    def kept_at() -> float:
        return float((Memory().place(project.path).get("position") or {}).get("at_s", 0.0))

    until(lambda: kept_at() > 0.5 and transport.playing)
    sys.stdout.write(json.dumps({"at_s": kept_at()}) + "\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


if __name__ == "__main__":
    main(sys.argv[1:2], run=play_and_die if sys.argv[2:] == ["plays"] else work_and_die)
