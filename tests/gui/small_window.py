"""A window on a small or fine screen: works a little, opens every dialog, and tells what does not fit. Run by a test.

QT_SCALE_FACTOR=2 python -m tests.gui.small_window PROJECT [FOLDER]: prints JSON; FOLDER gets a picture of each view.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from core.schema import Box
from desktop.app import main
from desktop.elided_label import ElidedLabel
from desktop.main_window import MainWindow
from tests.fakes_gui import HandHeldGrounder

PATIENCE_S = 60.0
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
# Command -> its key: what opens a dialog from the keyboard.
DIALOGS = {
    "settings": (Qt.Key.Key_Comma, CTRL),
    "models": (Qt.Key.Key_M, CTRL),
    "export": (Qt.Key.Key_E, CTRL | SHIFT),
    "import": (Qt.Key.Key_I, CTRL),
    "history": (Qt.Key.Key_H, CTRL),
    "labels": (Qt.Key.Key_L, CTRL | SHIFT),
    "keys": (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
}


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to what is waited for")
        QTest.qWait(20)


class Look:
    """Goes through the window, and writes down what a person could not read or reach."""

    def __init__(self, window: MainWindow, folder: Path | None) -> None:
        self._window = window
        self._folder = folder
        self.troubles: list[str] = []
        self.seen: list[str] = []

    def work(self) -> None:
        """Ask, accept, draw: all of it must be possible where there is little room."""
        window, canvas = self._window, self._window.desk.canvas
        workspace = window._session.workspace
        until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
        self.look_at(window, "new")
        edit = window.findChild(QLineEdit, "expression_edit")
        assert edit is not None
        QTest.mouseClick(edit, Qt.MouseButton.LeftButton)
        QTest.keyClicks(edit, "white cell; red cell")
        QTest.keyClick(edit, Qt.Key.Key_Return)
        until(lambda: len(canvas.boxes()) == 3)
        self.look_at(window, "asked")
        QTest.keyClick(canvas, Qt.Key.Key_Return, CTRL | SHIFT)
        QTest.keyClick(canvas, Qt.Key.Key_R)
        edit.setText("platelet")
        first, last = (QPoint(*map(round, canvas.view_transform().to_widget(at))) for at in ((120, 100), (200, 160)))
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(canvas, (first + last) / 2)
        QTest.mouseMove(canvas, last)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)
        until(lambda: len(window._session.showing.contents.annotations) == 4)
        self.look_at(window, "drawn")
        QTest.keyClick(canvas, Qt.Key.Key_T, CTRL)
        self.look_at(window, "chat")

    def open_dialogs(self) -> None:
        """Each by its key, and closed by Esc."""
        for name, (key, modifiers) in DIALOGS.items():
            self._window.activateWindow()
            until(self._window.isActiveWindow)
            QTest.keyClick(self._window.desk.canvas, key, modifiers)
            until(self._dialog)
            dialog = self._dialog()
            assert dialog is not None
            self.look_at(dialog, name)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            until(lambda: self._dialog() is None)

    def _dialog(self) -> QDialog | None:
        return next((dialog for dialog in self._window.findChildren(QDialog) if dialog.isVisible()), None)

    # --- looking -----------------------------------------------------------------------------

    def look_at(self, view: QWidget, name: str) -> None:
        """The view is on the screen, its controls are in the view, and their words are whole."""
        QTest.qWait(50)
        self.seen.append(name)
        room = view.screen().availableGeometry()
        if view.width() > room.width() or view.height() > room.height():
            self.troubles.append(f"{name}: {view.width()} x {view.height()} on {room.width()} x {room.height()}")
        for widget in self._controls(view):
            place = QRect(widget.mapTo(view, QPoint(0, 0)), widget.size())
            if not view.rect().contains(place):
                self.troubles.append(f"{name}: {widget.objectName() or widget.accessibleName()} is outside")
            if words_needed(widget) > widget.width():
                self.troubles.append(f"{name}: “{widget.property('text')}” is cut")
        if self._folder is not None:
            view.grab().save(str(self._folder / f"{name}.png"))

    def _controls(self, view: QWidget) -> Iterator[QWidget]:
        for widget in view.findChildren(QWidget):
            if not isinstance(widget, QAbstractButton | QLineEdit | QLabel) or isinstance(widget, ElidedLabel):
                continue
            if not widget.visibleRegion().isEmpty() and not _is_scrolled(widget, view):
                yield widget


def _is_scrolled(widget: QWidget, view: QWidget) -> bool:
    """Whether it lies in something that can be scrolled to it, or belongs to a part of the style's own."""
    parent = widget.parentWidget()
    while parent is not None and parent is not view:
        if isinstance(parent, QAbstractScrollArea) or parent.objectName() == "qt_toolbar_ext_button":
            return True
        parent = parent.parentWidget()
    return widget.objectName().startswith("qt_")


def words_needed(widget: QWidget) -> int:
    """The pixels that the words of a button or a label take in their own font; 0 where lines are broken."""
    if isinstance(widget, QLabel):
        plain = not widget.wordWrap() and "<" not in widget.text() and "\n" not in widget.text()
        return widget.fontMetrics().horizontalAdvance(widget.text().replace("&", "")) if plain else 0
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return 0
    if isinstance(widget, QPushButton | QToolButton):
        icon = 0 if widget.icon().isNull() else widget.iconSize().width() + 4
        return widget.fontMetrics().horizontalAdvance(widget.text().replace("&", "")) + icon + 8
    return 0


def run(_: QApplication, window: MainWindow) -> int:
    window.activateWindow()
    until(window.isActiveWindow)
    look = Look(window, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    look.work()
    look.open_dialogs()
    project, item = window._session.workspace.project, window._session.workspace.current
    assert project is not None and item is not None
    stored = [annotation.region for annotation in project.annotations(item.id)]
    found = {
        "troubles": look.troubles,
        "seen": look.seen,
        "boxes": sum(isinstance(region, Box) for region in stored),
        "screen": [window.screen().size().width(), window.screen().size().height()],
        "ratio": window.devicePixelRatioF(),
        "loaded": sorted({"torch", "transformers"} & set(sys.modules)),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    cells = HandHeldGrounder(
        {
            "white cell": [((20.0, 20.0, 80.0, 80.0), 0.91), ((120.0, 30.0, 180.0, 90.0), 0.55)],
            "red cell": [((30.0, 100.0, 70.0, 140.0), 0.7)],
        }
    )
    sys.exit(main(sys.argv[1:2], make_grounder=lambda model, device: cells, run=run))
