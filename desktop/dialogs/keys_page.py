"""The page of keys: every command with its keys, and below it those of the chosen one, to be pressed anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import SettingsError
from core.files import write_atomically
from desktop import core_words, icons, theme
from desktop.actions import COMMANDS, Where, native
from desktop.dialogs.key_button import KeyButton
from desktop.key_desk import KeyDesk
from desktop.keymap import BY_ID, MOST_KEYS, Keymap
from desktop.tokens import SPACING

_ID = Qt.ItemDataRole.UserRole


class KeysPage(QWidget):
    """Changes hold at once. `names` are the commands' words; `menu_keys` the Alt keys of menus, with their titles."""

    def __init__(
        self, desk: KeyDesk, names: Mapping[str, str], menu_keys: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names = names
        self._menu_keys = menu_keys
        self._wanted = ""
        self._build_head()
        self._build_table()
        self._build_foot()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, 0, 0, 0)
        column.setSpacing(SPACING.m)
        column.addLayout(self._head)
        column.addWidget(self._table, 1)
        column.addLayout(self._foot)
        column.addWidget(self._note)
        desk.changed.connect(self._show)
        self._show()

    # --- building ----------------------------------------------------------------------------

    def _build_head(self) -> None:
        title = QLabel(self.tr("Keys"), self)
        theme.set_text_role(title, "heading")
        self._preset = QComboBox(self)
        self._preset.setObjectName("key_preset")
        self._preset.setAccessibleName(self.tr("Set of keys"))
        self._preset.addItem(self.tr("GroundLabel's keys"), "groundlabel")
        self._preset.addItem(self.tr("Keys as in CVAT"), "cvat")
        self._preset.activated.connect(self._choose_preset)
        self._head = QHBoxLayout()
        self._head.addWidget(title)
        self._head.addStretch(1)
        self._head.addWidget(self._preset)
        for name, glyph, words, act in (
            ("load_keys", "import", self.tr("Load keys from a file"), self._load),
            ("save_keys", "export", self.tr("Save the keys to a file"), self._save),
        ):
            button = QToolButton(self)
            button.setObjectName(name)
            button.setIcon(icons.icon(glyph))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(act)
            self._head.addWidget(button)

    def _build_table(self) -> None:
        self._table = QTreeWidget(self)
        self._table.setObjectName("key_table")
        self._table.setAccessibleName(self.tr("Commands and their keys"))
        self._table.setHeaderLabels([self.tr("Command"), self.tr("Key"), self.tr("Or"), self.tr("Where")])
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self._table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        where: dict[Where, str] = {
            "window": self.tr("everywhere"),
            "picture": self.tr("picture, objects"),
            "boxes": self.tr("picture"),
            "player": self.tr("picture, timeline"),
            "timeline": self.tr("timeline"),
        }
        for command in COMMANDS:
            row = QTreeWidgetItem(self._table, [self._names[command.id], "", "", where[command.where]])
            row.setData(0, _ID, command.id)
            row.setToolTip(0, self._names[command.id])
        self._table.currentItemChanged.connect(lambda *_: self._show_chosen())
        self._table.itemActivated.connect(lambda *_: self._buttons[0].listen())

    def _build_foot(self) -> None:
        self._chosen_name = QLabel(self)
        self._chosen_name.setFont(theme.font("body", bold=True))
        self._buttons: list[KeyButton] = []
        self._foot = QHBoxLayout()
        self._foot.setSpacing(SPACING.xs)
        self._foot.addWidget(self._chosen_name, 1)
        self._clears: list[QToolButton] = []
        for place in range(MOST_KEYS):
            button = KeyButton(self)
            button.setObjectName(f"key_{place}")
            button.pressed_key.connect(lambda key, place=place: self._on_key(place, key))
            clear = self._tool("reject", f"clear_key_{place}")
            clear.clicked.connect(lambda _=False, place=place: self._clear(place))
            self._buttons.append(button)
            self._clears.append(clear)
            self._foot.addWidget(button)
            self._foot.addWidget(clear)
            self._foot.addSpacing(SPACING.s)
        self._back = self._tool("undo", "reset_key")
        self._back.clicked.connect(self._reset)
        self._foot.addWidget(self._back)
        self._note = QLabel(self)
        self._note.setObjectName("key_note")
        self._note.setWordWrap(True)
        self._note.setMinimumHeight(self._note.fontMetrics().height())
        theme.set_text_role(self._note, "small", muted=True)

    def _tool(self, glyph: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icons.icon(glyph))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    # --- what is shown -----------------------------------------------------------------------

    @property
    def _rows(self) -> list[QTreeWidgetItem]:
        found = (self._table.topLevelItem(number) for number in range(self._table.topLevelItemCount()))
        return [row for row in found if row is not None]

    @property
    def _chosen(self) -> str:
        row = self._table.currentItem()
        return str(row.data(0, _ID)) if row is not None else COMMANDS[0].id

    def fits(self, wanted: str) -> bool:
        """Whether any command has this in its words or keys; in small letters."""
        return any(wanted in _words(row) for row in self._rows)

    def search(self, wanted: str) -> None:
        """Only commands whose words or keys have this in them; in small letters."""
        self._wanted = wanted
        for row in self._rows:
            row.setHidden(wanted not in _words(row))
        current = self._table.currentItem()
        shown = [row for row in self._rows if not row.isHidden()]
        if shown and (current is None or current.isHidden()):
            self._table.setCurrentItem(shown[0])

    def _show(self) -> None:
        keymap = self._desk.keymap
        self._preset.setCurrentIndex(self._preset.findData(keymap.preset))
        for row in self._rows:
            command_id = str(row.data(0, _ID))
            keys = [native(QKeySequence(key)) for key in (*keymap.keys(command_id), "", "") if key] + ["", ""]
            for place in range(MOST_KEYS):
                row.setText(1 + place, keys[place])
            font = row.font(0)
            font.setBold(command_id in keymap.own)
            for column in range(3):
                row.setFont(column, font)
        self.search(self._wanted)
        self._show_chosen()

    def _show_chosen(self) -> None:
        command_id, name = self._chosen, self._names[self._chosen]
        is_fixed = BY_ID[command_id].fixed
        keys = (*self._desk.keymap.keys(command_id), *[""] * MOST_KEYS)
        self._chosen_name.setText(name)
        for place, (button, clear) in enumerate(zip(self._buttons, self._clears, strict=True)):
            which = self.tr("First key of {name}") if place == 0 else self.tr("Second key of {name}")
            button.setAccessibleName(which.format(name=name))
            button.setEnabled(not is_fixed)
            button.show_key(keys[place])
            clear.setEnabled(bool(keys[place]) and not is_fixed)
            said = self.tr("Take the key away: {key}").format(key=keys[place])
            clear.setToolTip(said)
            clear.setAccessibleName(said)
        said = self.tr("{name}: back to the keys of the set").format(name=name)
        self._back.setToolTip(said)
        self._back.setAccessibleName(said)
        self._back.setEnabled(command_id in self._desk.keymap.own)
        self._say(self.tr("This key cannot be changed.") if is_fixed else self.tr("Click a key, then press another."))

    def _say(self, text: str) -> None:
        self._note.setText(text)

    # --- what a person does ------------------------------------------------------------------

    def _on_key(self, place: int, key: str) -> None:
        command_id, keymap = self._chosen, self._desk.keymap
        shown = native(QKeySequence(key))
        if not keymap.is_free(key, command_id):
            self._say(self.tr("{key} cannot be given to a command: every window needs it.").format(key=shown))
        elif key in self._menu_keys:
            said = self.tr("{key} opens the menu {menu}.").format(key=shown, menu=self._menu_keys[key])
            self._say(said)
        elif keymap.users(key, command_id):
            self._ask(place, key, keymap.users(key, command_id))
        else:
            self._desk.set(keymap.taken(command_id, place, key))
            self._say(self.tr("{key} it is.").format(key=shown))

    def _ask(self, place: int, key: str, others: list[str]) -> None:
        """The key has a meaning already: a person decides."""
        command_id, keymap = self._chosen, self._desk.keymap
        taken, swapped = keymap.taken(command_id, place, key), keymap.swapped(command_id, place, key)
        names = ", ".join(f"“{self._names[other]}”" for other in others)
        box = QMessageBox(self)
        box.setObjectName("key_conflict")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("The key is taken"))
        box.setText(self.tr("{key} means {names}.").format(key=native(QKeySequence(key)), names=names))
        box.setInformativeText(self.tr("Should it mean “{name}” instead?").format(name=self._names[command_id]))
        take = box.addButton(self.tr("Take it away there"), QMessageBox.ButtonRole.AcceptRole)
        take.setObjectName("conflict_take")
        take.clicked.connect(lambda: self._desk.set(taken))
        if swapped != taken:
            swap = box.addButton(self.tr("Swap the two"), QMessageBox.ButtonRole.AcceptRole)
            swap.setObjectName("conflict_swap")
            swap.clicked.connect(lambda: self._desk.set(swapped))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def _clear(self, place: int) -> None:
        keys = [key for number, key in enumerate(self._desk.keymap.keys(self._chosen)) if number != place]
        self._desk.set(self._desk.keymap.with_keys(self._chosen, keys))

    def _reset(self) -> None:
        """The keys of the set, taken from whoever has them now."""
        keymap, command_id = self._desk.keymap, self._chosen
        wanted = keymap.preset_keys(command_id)
        for place, key in enumerate(wanted):
            keymap = keymap.taken(command_id, place, key)
        self._desk.set(keymap.with_keys(command_id, wanted))

    def _choose_preset(self) -> None:
        """Another set as it is; own keys belong to the set over which they were made."""
        self._desk.set(Keymap(self._preset.currentData()))

    def reset_all(self) -> None:
        """As in the beginning."""
        self._desk.set(Keymap())

    # --- files -------------------------------------------------------------------------------

    def _save(self) -> None:
        dialog = self._file_dialog(self.tr("Save the keys"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("groundlabel-keys.json")
        dialog.fileSelected.connect(self._write)
        dialog.open()

    def _load(self) -> None:
        dialog = self._file_dialog(self.tr("Load keys"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read)
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, str(Path.home()), self.tr("Keys") + " (*.json)")
        dialog.setObjectName("keys_file_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _write(self, path: str) -> None:
        try:
            write_atomically(Path(path), self._desk.keymap.to_json())
        except OSError as error:
            self._fail(SettingsError("The keys could not be saved", why=error.strerror or str(error)))
        else:
            self._say(self.tr("Saved in {path}").format(path=path))

    def _read(self, path: str) -> None:
        try:
            self._desk.set(Keymap.from_json(Path(path).read_text(encoding="utf-8")))
        except SettingsError as error:
            self._fail(error)
        except (OSError, UnicodeDecodeError) as error:
            self._fail(SettingsError("The keys could not be read", why=str(error)))

    def _fail(self, error: SettingsError) -> None:
        self._say(core_words.error_text(error))


def _words(row: QTreeWidgetItem) -> str:
    return " ".join(row.text(column) for column in range(4)).casefold()
