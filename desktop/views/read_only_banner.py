"""The line over everything that says why nothing can be changed in this project."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop import core_words, icons, theme
from desktop.tokens import SPACING
from desktop.wrapping import sentence


class ReadOnlyBanner(QFrame):
    """Hidden until there is a reason. It is painted in the colours of the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("read_only_banner")
        self._text = QLabel(self)
        self._text.setObjectName("read_only_text")
        self._text.setWordWrap(True)
        icon = QLabel(self)
        icon.setPixmap(icons.icon("lock", role="warning").pixmap(18, 18))
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        line.addWidget(icon)
        line.addWidget(self._text, 1)
        self.hide()

    def show_reason(self, reason: str) -> None:
        """Say why; without a reason nothing is shown."""
        self.setVisible(bool(reason))
        words = self.tr("{reason} You can look at everything, and export it.")
        self._text.setText(words.format(reason=sentence(core_words.said(reason))) if reason else "")

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def showEvent(self, event: QShowEvent) -> None:
        """The colours are known now."""
        super().showEvent(event)
        self._paint()

    def _paint(self) -> None:
        named = theme.colours(self.palette())
        wanted = f"#read_only_banner {{ background: {named.sunken}; border-bottom: 2px solid {named.warning}; }}"
        if self.styleSheet() != wanted:
            self.setStyleSheet(wanted)
