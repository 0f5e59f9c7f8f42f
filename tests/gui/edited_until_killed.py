"""A window in which somebody edits without a rest, until it is killed. Run by test_killed_while_editing.

python -m tests.gui.edited_until_killed PROJECT SEED: says on stdout how many annotations each Change left, as it is
shown as saved; only keys are pressed, as fast as the window takes them.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.app import main
from desktop.main_window import MainWindow

PATIENCE_S = 120.0
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to what is waited for")
        QTest.qWait(5)


def say(window: MainWindow) -> None:
    """What stands now, from what is shown."""
    item = window._session.workspace.current
    assert item is not None
    shown = sorted(annotation.id for annotation in window._session.showing.contents.annotations)
    os.write(1, (json.dumps({"item": item.id, "shown": shown}) + "\n").encode())


def draw(window: MainWindow, chance: random.Random) -> None:
    """A box by keys alone, named by what stands in the line."""
    canvas = window.desk.canvas
    QTest.keyClick(canvas, Qt.Key.Key_R)
    for direction in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        for _ in range(chance.randrange(1, 4)):
            QTest.keyClick(canvas, direction, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    for direction in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        for _ in range(chance.randrange(2, 5)):
            QTest.keyClick(canvas, direction, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_V)


def work(window: MainWindow, chance: random.Random) -> None:
    """Draw, nudge, delete, undo, redo, and go to a neighbour."""
    canvas, workspace = window.desk.canvas, window._session.workspace
    until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
    edit = window.findChild(QLineEdit, "expression_edit")
    assert edit is not None
    edit.setText("thing")
    canvas.setFocus()
    while True:
        act = chance.choice(("draw", "draw", "draw", "nudge", "delete", "undo", "undo", "redo", "next", "previous"))
        if act == "draw":
            draw(window, chance)
        elif act in ("next", "previous"):
            QTest.keyClick(canvas, Qt.Key.Key_D if act == "next" else Qt.Key.Key_A)
            until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
        else:
            key, modifiers = {
                "nudge": (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
                "delete": (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
                "undo": (Qt.Key.Key_Z, CTRL),
                "redo": (Qt.Key.Key_Y, CTRL),
            }[act]
            QTest.keyClick(canvas, key, modifiers)
            until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
        QTest.qWait(1)
        say(window)


def run(_: QApplication, window: MainWindow) -> int:
    window.activateWindow()
    until(window.isActiveWindow)
    work(window, random.Random(int(sys.argv[2])))
    return 1


if __name__ == "__main__":
    main(sys.argv[1:2], run=run)
