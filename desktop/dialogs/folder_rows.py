"""Where settings, cache, logs and models of this person are, each with a button that shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from core import files
from desktop import icons, theme
from desktop.tokens import SPACING
from desktop.wrapping import breakable


class FolderRows(QWidget):
    """Four folders; one that is not there yet is made when it is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACING.l)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self._words = ""
        folders: tuple[tuple[str, str, Callable[[], Path]], ...] = (
            ("config", self.tr("Settings"), files.config_dir),
            ("cache", self.tr("Cache: small pictures, waveforms; can be deleted at any time"), files.cache_dir),
            ("log", self.tr("Logs"), files.log_dir),
            ("home", self.tr("Models of yours"), files.home),
        )
        for number, (name, title, place) in enumerate(folders):
            path = place()
            self._words += f" {title} {path}".casefold()
            where = QLabel(breakable(str(path)), self)
            where.setWordWrap(True)
            theme.set_text_role(where, "small", muted=True)
            show = QPushButton(icons.icon("folder"), " " + self.tr("Show folder"), self)
            show.setObjectName(f"show_{name}")
            show.setAutoDefault(False)
            show.setAccessibleName(self.tr("Show folder: {title}").format(title=title))
            show.clicked.connect(lambda _=False, path=path: self._show_folder(path))
            named = QLabel(title, self)
            named.setWordWrap(True)
            grid.addWidget(named, number * 3, 0)
            grid.addWidget(where, number * 3 + 1, 0)
            grid.addWidget(show, number * 3, 1, 2, 1)
            grid.setRowMinimumHeight(number * 3 + 2, SPACING.m)

    def fits(self, wanted: str) -> bool:
        """Whether the words are in a title or a path; `wanted` in small letters."""
        return wanted in self._words

    @staticmethod
    def _show_folder(path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
