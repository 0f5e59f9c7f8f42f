"""The settings of a person, page by page, made from the table; what is changed holds at once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.settings_table import PAGES, SETTINGS
from desktop import theme
from desktop.dialogs.close_box import close_box
from desktop.dialogs.fitting import resize_within_screen
from desktop.dialogs.folder_rows import FolderRows
from desktop.dialogs.keys_page import KeysPage
from desktop.dialogs.setting_row import SettingRow
from desktop.session.preferences import Preferences
from desktop.tokens import SPACING

KEYS, FOLDERS = "keys", "folders"
LIST_PX, WIDEST_LIST_PX = 180, 260


class PreferencesDialog(QDialog):
    """A list of pages, a line to search in, and the rows; nothing has to be confirmed."""

    def __init__(self, preferences: Preferences, keys: KeysPage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences_dialog")
        self.setWindowTitle(self.tr("Settings"))
        resize_within_screen(self, 860, 600)
        self._preferences = preferences
        self._keys = keys
        self._sections: dict[str, _Section] = {}
        self._search = QLineEdit(self)
        self._search.setObjectName("settings_search")
        self._search.setPlaceholderText(self.tr("Search the settings and keys"))
        self._search.setAccessibleName(self.tr("Search the settings and keys"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._show)
        self._list = QListWidget(self)
        self._build_pages()
        self._build_list()
        self._lay_out()
        self._list.setCurrentRow(0)

    # --- building ----------------------------------------------------------------------------

    def _build_pages(self) -> None:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.l, 0, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.xl)
        for name, sections in PAGES.items():
            shown = [row for row in SETTINGS if row.shown and row.section in sections]
            rows = [SettingRow(row, self._preferences, page) for row in shown]
            self._sections[name] = _Section(QCoreApplication.translate("Settings", name), rows, page)
        self._sections[FOLDERS] = _Section(self.tr("Folders"), [FolderRows(page)], page)
        for section in self._sections.values():
            column.addWidget(section)
        self._nothing = QLabel(self.tr("No setting and no key is called so."), page)
        self._nothing.setProperty("muted", True)
        column.addWidget(self._nothing)
        column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._keys)

    def _build_list(self) -> None:
        self._list.setObjectName("settings_pages")
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setProperty("roomy", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names = [*self._sections]
        self._names.insert(-1, KEYS)
        for name in self._names:
            self._list.addItem(self.tr("Keys") if name == KEYS else self._sections[name].title)
        self._list.ensurePolished()
        words = self._list.sizeHintForColumn(0) + 2 * SPACING.m
        self._list.setFixedWidth(min(max(LIST_PX, words), WIDEST_LIST_PX))
        self._list.currentRowChanged.connect(self._on_page)

    def _lay_out(self) -> None:
        self._reset = QPushButton(self.tr("Reset all…"), self)
        self._reset.setObjectName("reset_all")
        self._reset.setAutoDefault(False)
        self._reset.clicked.connect(self._ask_reset)
        buttons = close_box(self, "preferences_close")
        foot = QHBoxLayout()
        foot.addWidget(self._reset)
        foot.addStretch(1)
        foot.addWidget(buttons)
        middle = QHBoxLayout()
        middle.setSpacing(SPACING.m)
        middle.addWidget(self._list)
        middle.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.l)
        layout.addWidget(self._search)
        layout.addLayout(middle, 1)
        layout.addLayout(foot)

    # --- what is shown -----------------------------------------------------------------------

    def _on_page(self) -> None:
        """A page is chosen: what was searched for no longer matters, unless it is searched among the keys."""
        if self._name != KEYS and self._search.text():
            self._search.clear()
        self._show()

    def _show(self) -> None:
        """The chosen page; while something is searched for, what fits on any page, or else among the keys."""
        wanted = self._search.text().strip().casefold()
        self._keys.search(wanted)
        is_found = any(section.fits(wanted) for section in self._sections.values())
        shows_keys = self._name == KEYS or bool(wanted and not is_found and self._keys.fits(wanted))
        self._stack.setCurrentWidget(self._keys if shows_keys else self._scroll)
        row = self._list.currentItem()
        if row is not None:  # while all pages are searched none of them is the one
            row.setSelected(self._name == KEYS or not wanted)
        for name, section in self._sections.items():
            section.show_rows(wanted, whole=not wanted and name == self._name)
        self._nothing.setVisible(bool(wanted) and not is_found)
        self._scroll.verticalScrollBar().setValue(0)

    @property
    def _name(self) -> str:
        return self._names[max(0, self._list.currentRow())]

    def open_at(self, name: str = "") -> None:
        """Open on a page: one of the table, `KEYS` or `FOLDERS`; on the first if none is named."""
        self._list.setCurrentRow(self._names.index(name) if name else 0)
        self._search.setFocus()
        self.open()

    def done(self, result: int) -> None:
        """What is still being typed counts."""
        for section in self._sections.values():
            section.settle()
        super().done(result)

    def _ask_reset(self) -> None:
        box = QMessageBox(self)
        box.setObjectName("reset_box")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Reset"))
        box.setText(self.tr("Set everything back to how it was in the beginning?"))
        box.setInformativeText(self.tr("That is all pages here, your name and your keys among them."))
        reset = box.addButton(self.tr("Reset all"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        reset.clicked.connect(self._reset_all)
        box.open()

    def _reset_all(self) -> None:
        self._preferences.reset()
        self._keys.reset_all()


class _Section(QWidget):
    """A heading over rows. A row says by `fits` whether it is what is searched for."""

    def __init__(self, title: str, rows: list[SettingRow] | list[FolderRows], parent: QWidget) -> None:
        super().__init__(parent)
        self.title = title
        self._rows = rows
        heading = QLabel(title, self)
        theme.set_text_role(heading, "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.l)
        column.addWidget(heading)
        for row in rows:
            column.addWidget(row)

    def settle(self) -> None:
        for row in self._rows:
            if isinstance(row, SettingRow):
                row.settle()

    def fits(self, wanted: str) -> bool:
        return any(row.fits(wanted) for row in self._rows)

    def show_rows(self, wanted: str, *, whole: bool) -> None:
        """All rows, or those that fit what is searched for; without any, nothing."""
        for row in self._rows:
            row.setVisible(whole or (bool(wanted) and row.fits(wanted)))
        self.setVisible(whole or (bool(wanted) and self.fits(wanted)))
