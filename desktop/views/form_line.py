"""A line of a form: Esc puts back what stood there, and undo is the project's once nothing is being typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget


class FormLine(QLineEdit):
    """Text that a person may replace; `editingFinished` says when they are done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setMaxLength(2000)

    def show_text(self, text: str) -> None:
        """What stands here now. A line that is being typed in is left alone."""
        self._shown = text
        if not (self.hasFocus() and self.isModified()):
            self.setText(text)
            self.setCursorPosition(0)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if is_history_key(event) and not self.isModified():
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape and self.isModified():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is for this line first, then for the window."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(self._shown)
            return
        super().keyPressEvent(event)


def is_history_key(event: QKeyEvent) -> bool:
    """Whether a key means undo or redo."""
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
