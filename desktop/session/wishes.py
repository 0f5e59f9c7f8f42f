"""Hands each setting to the controller that acts by it: at the start, and whenever it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from desktop.session.preferences import Preferences

Apply = Callable[[Any], object]


class Wishes(QObject):
    """`table` says by key who takes the value."""

    def __init__(self, preferences: Preferences, table: Mapping[str, Apply], parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._table = table
        for key in table:
            self._follow(key)
        preferences.changed.connect(self._follow)

    def _follow(self, key: str) -> None:
        apply = self._table.get(key)
        if apply is not None:
            apply(self._preferences.get(key))
