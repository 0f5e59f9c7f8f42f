"""A list to choose from that does not change under a wheel that only passes over it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.elided_combo import ElidedComboBox


class QuietCombo(ElidedComboBox):
    """As narrow as the room that there is; its words are elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only where the keyboard is; else what lies around it scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
