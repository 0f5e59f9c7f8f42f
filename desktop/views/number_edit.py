"""A field for a number that does not change under a wheel that only passes over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from desktop.views.form_line import is_history_key


class NumberEdit(QDoubleSpinBox):
    """Says `valueChanged` once a person is done: after Enter, a step, or going elsewhere."""

    def __init__(self, decimals: int, step: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setProperty("plain", True)  # without buttons: the arrow keys step, and room is short
        self.lineEdit().setTextMargins(4, 0, 0, 0)
        self.setDecimals(decimals)
        self.setSingleStep(step)
        self.setRange(0.0, 1e9)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editingFinished.connect(lambda: self.lineEdit().setModified(False))

    def show_value(self, value: float, low: float, high: float) -> None:
        """Show a number and what it may become, without saying so. A field that is being typed in is left alone."""
        if self.hasFocus() and self._is_typed_in:
            return
        blocked = self.blockSignals(True)
        self.setRange(min(low, value), max(high, value))
        self.setValue(value)
        self.blockSignals(blocked)

    @property
    def _is_typed_in(self) -> bool:
        return self.lineEdit().isModified()

    def event(self, event: QEvent) -> bool:
        """Esc puts back the number, and undo is the project's once nothing is being typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if is_history_key(event) and not self._is_typed_in:
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape and self._is_typed_in:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is for this field first, then for the window."""
        if event.key() == Qt.Key.Key_Escape and self._is_typed_in:
            self.lineEdit().setText(self.textFromValue(self.value()))
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Five digits: the largest number that could stand here is no measure."""
        return QSize(self.fontMetrics().horizontalAdvance("0000.0") + 16, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As narrow; it grows with the room."""
        return self.minimumSizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only where the keyboard is; else what lies around it scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
