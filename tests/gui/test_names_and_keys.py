"""By ear and by keyboard: everything that can be used has a name, and every part of the window can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from core.errors import MediaError
from core.schema import Box
from core.workflows.checks import folder_checks
from tests.fakes_gui_chat import HandHeldTalker
from tests.gui.conftest import Drive, Person, boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
USABLE = (
    *(QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractSlider, QAbstractItemView),
    *(QPlainTextEdit, QTextEdit),
)
PARTS_OF_OTHERS = (QComboBox, QAbstractSpinBox, QFileDialog, QLineEdit, QAbstractItemView)


def usable(root: QWidget) -> Iterator[QWidget]:
    """What a person can work with: not what Qt puts inside of its own widgets."""
    for widget in (root, *root.findChildren(QWidget)):
        takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if not isinstance(widget, USABLE) and not takes_keys:
            continue
        if isinstance(widget, QHeaderView | QScrollBar | QDialog) or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QLabel) and not widget.text():
            continue  # nothing is there to be read
        parent = widget.parentWidget()
        inside = False
        while parent is not None and not inside:
            inside = isinstance(parent, PARTS_OF_OTHERS)
            parent = parent.parentWidget()
        if not inside:
            yield widget


def nameless(root: QWidget) -> list[str]:
    """Those without a name for a screen reader."""
    found = []
    for widget in usable(root):
        told = QAccessible.queryAccessibleInterface(widget)
        if told is None or not told.text(QAccessible.Text.Name).strip():
            parent = widget.parentWidget()
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(parent).__name__}")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_in_the_window_has_a_name(drive: Drive, project_path: Path, theme: str) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.window._session.preferences.set("appearance.theme", theme)
        person.ask("white cell; unicorn")
        person.until(lambda: len(person.objects()) >= 2)
        person.key(Qt.Key.Key_T, CTRL)
        person.window._session.notices.error(MediaError("The file is gone", why="no idea", next_step="look for it"))
        person.until(person.messages)
        assert len(list(usable(person.window))) > 30
        assert "\n".join(nameless(person.window)) == ""
        assert nameless(person.window.start_page) == []

    drive(body, str(project_path))


# By the name of the dialog, the command that opens it.
DIALOGS = {
    "preferences_dialog": "preferences",
    "shortcuts_dialog": "shortcuts",
    "models_dialog": "choose_model",
    "improve_dialog": "improve",
    "versions_dialog": "versions",
    "effort_dialog": "effort",
    "attributes_dialog": "attributes",
    "history_dialog": "history",
    "diagnostics_dialog": "report_fault",
    "labels_dialog": "labels",
    "export_dialog": "export",
    "import_dialog": "import",
    "find_moved_dialog": "find_moved",
    "words_dialog": "edit_label",
}


@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_everything_in_a_dialog_has_a_name(
    drive: Drive, project_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workflows.diagnostics.all_checks", folder_checks)  # without trying every library

    def body(person: Person) -> None:
        person.until_shown()
        person.window._session.editing.draw(Box(1, 1, 50, 50), ("cell",))
        person.until(lambda: person.canvas.boxes())
        person.window._session.selection.set([person.canvas.boxes()[0].id])
        person.window._commands[DIALOGS[name]].trigger()
        dialog = person.find(QDialog, name)
        person.until(dialog.isVisible)
        assert len(list(usable(dialog))) >= 2
        assert "\n".join(nameless(dialog)) == ""
        dialog.reject()

    drive(body, str(project_path))


def test_f6_goes_through_the_parts_and_back(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(person.objects)
        person.key(Qt.Key.Key_T, CTRL)
        person.until(person.find(QPlainTextEdit, "chat_edit").hasFocus)
        person.key(Qt.Key.Key_K, CTRL)
        around = []
        for _ in range(5):
            focused = QApplication.focusWidget()
            assert focused is not None and focused.isVisible()
            around.append(focused.accessibleName())
            person.key(Qt.Key.Key_F6)
        assert around == ["Expression", "Picture canvas", "Objects", "Question", "Items"]
        assert QApplication.focusWidget() is person.window.desk.bar.edit
        person.key(Qt.Key.Key_F6, SHIFT)
        assert QApplication.focusWidget() is person.find(QListView, "item_list")

    talker = HandHeldTalker({"white cell": [((20.0, 20.0, 80.0, 80.0), 0.91)]})
    drive(body, str(project_path), make=lambda model, device: talker)


def test_keys_alone_draw_name_and_select_boxes(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.canvas.setFocus()
        person.key(Qt.Key.Key_R)
        for number, side in enumerate((Qt.Key.Key_Left, Qt.Key.Key_Right), start=1):
            person.key(side)
            person.key(Qt.Key.Key_Return)
            for _ in range(3):
                person.key(side, SHIFT)
                person.key(Qt.Key.Key_Down, SHIFT)
            person.key(Qt.Key.Key_Return)
            person.until(lambda: person.window.findChild(QLineEdit, "words_edit"))
            person.type_into("words_edit", f"cell {number}")
            person.key(Qt.Key.Key_Return, on=person.find(QLineEdit, "words_edit"))
            person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is None)
        left, right = boxes(person.project, person.item)
        assert left[2] == 120  # it began in the middle of 240
        assert right[0] == left[0] + 1  # and the other one a pixel beside the end of the first
        person.key(Qt.Key.Key_Escape)
        person.key(Qt.Key.Key_Escape)
        person.key(Qt.Key.Key_Down, ALT)
        chosen = person.canvas.selection()
        assert len(chosen) == 1 and "cell" in person.canvas.accessibleDescription()
        person.key(Qt.Key.Key_Down, ALT)
        assert len(person.canvas.selection()) == 1 and person.canvas.selection() != chosen

    drive(body, str(project_path))


def test_a_key_shows_what_can_be_done(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.canvas.setFocus()
        person.key(Qt.Key.Key_F10, SHIFT)
        person.until(lambda: QApplication.activePopupWidget() is not None)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu) and person.window._commands["lock"] in menu.actions()
        menu.close()

    drive(body, str(project_path))
