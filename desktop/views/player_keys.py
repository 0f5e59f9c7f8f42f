"""Keys that play and step, as long as the canvas or the controls have the keyboard, and nothing there needs them.

A selected box takes the keys that move it. A tap on Space plays, if it is the key of playing; held it pans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

_SPACE = QKeySequence(Qt.Key.Key_Space)


class PlayerKeys(QObject):
    """Watches widgets; `is_taken` says whether something selected there wants the key for itself."""

    touched = Signal()  # a press of the mouse: something is about to be drawn or moved

    def __init__(
        self,
        actions: Mapping[str, QAction],
        is_active: Callable[[], bool],
        is_taken: Callable[[QKeyEvent], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._is_active = is_active
        self._is_taken = is_taken
        self._is_tap = False

    def watch(self, *widgets: QWidget) -> None:
        """Take keys from these."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a key that was used here."""
        if not self._is_active():
            return False
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self._is_tap, was_tap = False, self._is_tap
            if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton and not was_tap:
                self.touched.emit()
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if self._action_for(event) is not None and event.key() != Qt.Key.Key_Space:
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._press(event)
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Space:
            self._release(event)
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._is_tap = event.modifiers() == Qt.KeyboardModifier.NoModifier
            return False  # the canvas has its own use for a held one
        action = self._action_for(event)
        if action is not None:
            action.trigger()
        return action is not None

    def _release(self, event: QKeyEvent) -> None:
        if self._is_tap and not event.isAutoRepeat():
            self._is_tap = False
            if _SPACE in self._actions["play"].shortcuts():
                self._actions["play"].trigger()

    def _action_for(self, event: QKeyEvent) -> QAction | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._is_taken(event):
            return None
        pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
        for action in self._actions.values():
            if pressed in action.shortcuts():
                return action
        return None
