"""A ring around a list that the keyboard came to, not one that was clicked. Other controls have theirs by style."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget


class FocusRing(QObject):
    """Follows the focus of the app as long as its parent lives."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._on_focus)

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        for widget, wanted in ((old, False), (now, not by_mouse)):
            if isinstance(widget, QAbstractItemView) and bool(widget.property("ring")) != wanted:
                widget.setProperty("ring", wanted)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
                widget.update()
