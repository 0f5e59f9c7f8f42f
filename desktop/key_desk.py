"""The keys of this person: read from the settings, given to the actions, kept when they change."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.actions import Actions
from desktop.keymap import Keymap
from desktop.session.preferences import Preferences


class KeyDesk(QObject):
    """Made once by the window. `keymap` is what holds now."""

    changed = Signal()

    def __init__(self, preferences: Preferences, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._actions = actions
        self.keymap = Keymap()
        self._give(Keymap.read(preferences.get("keys.preset"), preferences.get("keys.own")))

    def set(self, keymap: Keymap) -> None:
        """Other keys from now on; kept for the next start."""
        if keymap == self.keymap:
            return
        self._give(keymap)
        self._preferences.set("keys.preset", keymap.preset)
        self._preferences.set("keys.own", keymap.texts())

    def _give(self, keymap: Keymap) -> None:
        if keymap != self.keymap:
            self.keymap = keymap
            self._actions.set_keys(keymap.all_keys())
            self.changed.emit()
