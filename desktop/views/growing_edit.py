"""A field for a few lines of text that is as high as what stands in it. Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

MOST_LINES = 6
_AROUND_PX = 20  # padding, border and the document's own margin, above and below


class GrowingEdit(QPlainTextEdit):
    """One line at first; from `MOST_LINES` on it scrolls."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def _fit(self) -> None:
        """Plain documents measure their height in lines, broken ones counted too."""
        lines = max(1, round(self.document().size().height()))
        scrolls = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(scrolls)
        height = min(lines, MOST_LINES) * QFontMetrics(self.font()).lineSpacing() + _AROUND_PX
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.sent.emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """With nothing typed to take back, undo is the project's: the last thing that was done is taken back."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            of_text = self.document().isUndoAvailable() or self.document().isRedoAvailable()
            is_undo = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
            if is_undo and not of_text:
                event.ignore()
                return False
        return super().event(event)
