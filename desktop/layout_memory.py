"""Keeps size, place and panels of the window a little after each change, in case the app is killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.session.preferences import Preferences

REMEMBER_AFTER_MS = 800
_TELLING = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})


class LayoutMemory(QObject):
    """`watched` are the window, first, and the panels in it; `panels_state` tells how they are arranged."""

    def __init__(
        self, preferences: Preferences, watched: Sequence[QWidget], panels_state: Callable[[], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._window = watched[0]
        self._panels_state = panels_state
        self._later = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self._later.timeout.connect(self.remember)
        for widget in watched:
            widget.installEventFilter(self)

    def remember(self) -> None:
        """Keep it now. A window that was never shown has nothing to keep."""
        self._later.stop()
        self._preferences.set("window.geometry", bytes(self._window.saveGeometry().toBase64().data()).decode("ascii"))
        self._preferences.set("window.state", self._panels_state())

    def restore_geometry(self) -> None:
        """Size and place as they were, else large, but no larger than the screen."""
        kept = self._preferences.get("window.geometry")
        if kept and self._window.restoreGeometry(QByteArray.fromBase64(kept.encode("ascii", "ignore"))):
            return
        room = self._window.screen().availableGeometry()
        self._window.resize(min(1320, room.width() - 40), min(860, room.height() - 60))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Nothing is held back; while the window is hidden its panels hide too, which is no change."""
        if event.type() in _TELLING and self._window.isVisible():
            self._later.start()
        return super().eventFilter(watched, event)
