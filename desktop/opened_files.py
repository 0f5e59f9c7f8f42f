"""Projects that the Finder hands over: on macOS a double-click comes as an event, not as an argument."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class OpenedFiles(QObject):
    """Opens what the system asks this app to open, for as long as the app lives."""

    def __init__(self, app: QApplication, open_project: Callable[[Path], object]) -> None:
        super().__init__(app)
        self._open = open_project
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self._open(Path(event.file()))
            return True
        return super().eventFilter(watched, event)
