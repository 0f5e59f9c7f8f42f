"""What a person sees when no project is open: what this is, how to begin, and what they worked on lately."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import icons, theme
from desktop.actions import plain_text
from desktop.tokens import SPACING

WIDTH_PX = 620


class StartPage(QScrollArea):
    """Big ways in, recent projects below them, all in one calm column."""

    recent_chosen = Signal(object)  # Path

    def __init__(self, ways_in: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName(self.tr("Start page"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        page = QWidget(self)
        column = QWidget(page)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(SPACING.xl, SPACING.xl, SPACING.xl, SPACING.xl)
        outer.addStretch(1)
        outer.addWidget(column, 10)
        outer.addStretch(1)
        layout = QVBoxLayout(column)
        layout.setSpacing(SPACING.m)
        layout.addStretch(2)
        layout.addLayout(self._build_head())
        layout.addSpacing(SPACING.m)
        layout.addLayout(self._build_ways_in(ways_in))
        hint = QLabel(self.tr("You can also drop pictures, folders or a project anywhere on this window."), self)
        theme.set_text_role(hint, "small", muted=True)
        hint.setWordWrap(True)
        layout.addWidget(hint)
        layout.addSpacing(SPACING.m)
        self._build_recent(layout)
        layout.addStretch(3)
        column.setMaximumWidth(max(WIDTH_PX, layout.minimumSize().width()))  # long words of a language push it apart
        self.setWidget(page)

    def _build_head(self) -> QHBoxLayout:
        badge = QLabel(self)
        badge.setPixmap(icons.app_icon().pixmap(56, 56))
        title = QLabel("GroundLabel", self)
        theme.set_text_role(title, "title")
        line = QLabel(self.tr("Say in words what you look for. Correct what the model finds."), self)
        line.setProperty("muted", True)
        line.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(SPACING.xs)
        words.addWidget(title)
        words.addWidget(line)
        head = QHBoxLayout()
        head.setSpacing(SPACING.l)
        head.addWidget(badge)
        head.addLayout(words, 1)
        return head

    def _build_ways_in(self, ways_in: Sequence[QAction]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(SPACING.s)
        for number, action in enumerate(ways_in):
            keys = action.shortcut().toString()
            button = QPushButton(action.icon(), f"  {plain_text(action)}" + (f"    {keys}" if keys else ""), self)
            button.setObjectName("start_" + action.objectName().removeprefix("action_"))
            button.setToolTip(action.toolTip())
            button.setMinimumHeight(44)
            button.setProperty("primary", number == 0)
            if number == 0:
                button.setIcon(icons.icon("folder", role="accent_text"))
            button.clicked.connect(action.trigger)
            is_alone = number == len(ways_in) - 1 and number % 2 == 1
            if number == 0:
                grid.addWidget(button, 0, 0, 1, 2)
            elif is_alone:
                grid.addWidget(button, (number + 1) // 2, 0, 1, 2)
            else:
                grid.addWidget(button, (number + 1) // 2, (number + 1) % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _build_recent(self, layout: QVBoxLayout) -> None:
        self._recent_title = QLabel(self.tr("Recent projects"), self)
        theme.set_text_role(self._recent_title, "heading")
        self._recent = QListWidget(self)
        self._recent.setObjectName("recent_projects")
        self._recent.setAccessibleName(self.tr("Recent projects"))
        self._recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._recent.setSpacing(2)
        self._recent.itemActivated.connect(self._choose)
        self._recent.itemClicked.connect(self._choose)
        layout.addWidget(self._recent_title)
        layout.addWidget(self._recent)

    def set_recent(self, paths: Sequence[Path]) -> None:
        """List these, newest first."""
        self._recent.clear()
        for path in paths:
            row = QListWidgetItem(icons.icon("project"), f"{path.stem}   —   {path.parent}")
            row.setToolTip(str(path))
            row.setData(Qt.ItemDataRole.UserRole, path)
            self._recent.addItem(row)
        height = max(1, min(len(paths), 6)) * (self._recent.sizeHintForRow(0) + 4) + 8 if paths else 0
        self._recent.setFixedHeight(height)
        self._recent_title.setVisible(bool(paths))
        self._recent.setVisible(bool(paths))

    def _choose(self, row: QListWidgetItem) -> None:
        self.recent_chosen.emit(row.data(Qt.ItemDataRole.UserRole))
