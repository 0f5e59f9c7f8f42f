"""A box of choices whose chosen words end in an ellipsis where they do not fit; the style would cut them anywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox


class ElidedComboBox(QComboBox):
    """For words of the person's own, which may be long; the list that unfolds shows them in full."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What the style is told to draw."""
        super().initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + 4
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, max(0, field.width() - icon - 4)
        )
