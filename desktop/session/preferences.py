"""The settings as the window uses them: a wrong file or a full disk is told, and never stops the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.errors import SettingsError
from core.settings import Settings
from core.settings_table import SETTINGS, Value
from desktop.session.notices import Notices


class Preferences(QObject):
    """Reads and writes single settings; every change is saved at once."""

    changed = Signal(str)  # key

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._is_told = False  # that nothing can be saved
        self.load_error: SettingsError | None = None
        try:
            self._settings = Settings.load()
        except SettingsError as error:
            self.load_error = error  # told once the window is there; the damaged file is left alone
            self._settings = Settings()

    @property
    def is_newer(self) -> bool:
        """Whether a newer version wrote the file: it stays as it is, and changes are kept beside it."""
        return self._settings.is_newer

    def get(self, key: str) -> Any:
        return self._settings.get(key)

    def default(self, key: str) -> Any:
        return self._settings.default(key)

    def reset(self, *keys: str) -> None:
        """Back to the defaults, all of them that are shown if none is named; saved once, told of each."""
        wanted = keys or tuple(row.key for row in SETTINGS if row.shown)
        gone = [key for key in wanted if self.get(key) != self.default(key)]
        for key in gone:
            self._settings.reset(key)
        if gone:
            self._save()
        for key in gone:
            self.changed.emit(key)

    def set(self, key: str, value: Value) -> None:
        """Change and save. What cannot be saved still holds until the window closes."""
        if self._settings.get(key) == value:
            return
        try:
            self._settings.set(key, value)
        except SettingsError as error:
            self._notices.error(error)
            return
        self._save()
        self.changed.emit(key)

    def recent_projects(self) -> list[Path]:
        """Projects opened lately that still exist, the latest first."""
        return [path for path in map(Path, self._settings.get("recent.projects")) if path.is_file()]

    def add_recent_project(self, path: Path) -> None:
        self._settings.add_recent_project(path)
        self._save()

    def _save(self) -> None:
        if self.load_error is not None:
            return  # never write over a file that a person may want to mend
        try:
            self._settings.save()
        except SettingsError as error:
            if not self._is_told:  # once, not at every change
                self._notices.error(error)
            self._is_told = True
        else:
            self._is_told = False
