"""How the panels of the desk are arranged: as they were left, else as wide as their words need."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSplitter


class DeskLayout:
    """Of the docks on the left and on the right, the tool bar, and the two panels in the right dock."""

    def __init__(self, desk: QMainWindow, left: QDockWidget, right: QDockWidget, split: QSplitter) -> None:
        self._desk = desk
        self._docks = [left, right]
        self._split = split
        self._wanted = ""
        self.is_arranged = False

    def arrange(self) -> None:
        """As it was left, else panels as wide as their words need, and most of it for the picture. Once."""
        self.is_arranged = True
        docks, _, split = self._wanted.partition(".")
        self._split.restoreState(_from_text(split))
        if docks and self._desk.restoreState(_from_text(docks)):
            return
        width = self._desk.width()
        widths = [min(250, width // 4), min(320, width * 2 // 7)]
        self._desk.resizeDocks(self._docks, widths, Qt.Orientation.Horizontal)
        layout = self._desk.layout()
        if layout is not None:
            layout.activate()  # at once, not under the hand that draws already

    def as_text(self) -> str:
        """The arrangement, to be kept."""
        if not self.is_arranged:  # never shown: what was kept still holds
            return self._wanted
        return f"{_as_text(self._desk.saveState())}.{_as_text(self._split.saveState())}"

    def restore(self, text: str) -> None:
        """Take up an earlier arrangement once the desk has its size; a spoiled one changes nothing."""
        self._wanted = text


def _as_text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _from_text(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))
