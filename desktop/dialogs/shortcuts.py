"""Lists every command with its keys, straight from the actions that the menus are made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import native
from desktop.dialogs.fitting import resize_within_screen
from desktop.tokens import SPACING


class ShortcutsDialog(QDialog):
    """A list with a line to search in."""

    change_wanted = Signal()

    def __init__(
        self, actions: Sequence[QAction], mouse: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        resize_within_screen(self, 600, 560)
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setObjectName("shortcut_search")
        self._search.setAccessibleName(self.tr("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._list = QTreeWidget(self)
        self._list.setObjectName("shortcut_list")
        self._list.setAccessibleName(self.tr("What keys and mouse do"))
        self._list.setHeaderLabels([self.tr("What"), self.tr("How")])
        self._list.setRootIsDecorated(False)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        rows = [(str(action.property("command")), _keys(action)) for action in actions]
        for what, how in [row for row in rows if row[1]] + list(mouse):
            QTreeWidgetItem(self._list, [what, how])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        buttons.rejected.connect(self.reject)
        change = buttons.addButton(self.tr("Change the keys…"), QDialogButtonBox.ButtonRole.ActionRole)
        change.setObjectName("change_keys")
        change.setAutoDefault(False)
        change.clicked.connect(self.accept)
        change.clicked.connect(self.change_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        for widget in (self._search, self._list, buttons):
            layout.addWidget(widget)

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        for number in range(self._list.topLevelItemCount()):
            row = self._list.topLevelItem(number)
            if row is not None:
                row.setHidden(wanted not in f"{row.text(0)} {row.text(1)}".casefold())


def _keys(action: QAction) -> str:
    """The keys in words; both of the two Enter keys are one."""
    said = (native(keys).replace("Return", "Enter") for keys in action.shortcuts())
    return ", ".join(dict.fromkeys(said))
