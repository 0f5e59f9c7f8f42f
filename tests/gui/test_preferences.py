"""Settings and keys in the window: what is set holds at once and is there again, for menus and views alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from core.settings import Settings
from core.settings_table import SETTINGS
from tests.gui.conftest import Drive, Person, boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def open_settings(person: Person, page: str = "") -> QDialog:
    person.key(Qt.Key.Key_Comma, CTRL)
    dialog = person.find(QDialog, "preferences_dialog")
    person.until(dialog.isVisible)
    if page:
        pages = person.find(QListWidget, "settings_pages")
        pages.setCurrentItem(pages.findItems(page, Qt.MatchFlag.MatchExactly)[0])
    return dialog


def close(person: Person, dialog: QDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    person.until(lambda: person.window.findChild(QDialog, "preferences_dialog") is None)


def choose_command(person: Person, words: str) -> None:
    """Look for a command among the keys."""
    search = person.find(QLineEdit, "settings_search")
    search.clear()
    QTest.keyClicks(search, words)
    table = person.find(QTreeWidget, "key_table")
    (row,) = table.findItems(words, Qt.MatchFlag.MatchExactly)
    assert not row.isHidden()
    table.setCurrentItem(row)


def press(person: Person, place: int, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Give the chosen command a key."""
    button = person.find(QPushButton, f"key_{place}")
    person.click(button)
    person.key(key, *modifiers, on=button)


def choose(person: Person, name: str, text: str) -> None:
    """Choose in a box with the keyboard."""
    box = person.find(QComboBox, name)
    box.setFocus()
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        QTest.keyClick(box, Qt.Key.Key_Down)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.currentText() == text


def test_every_setting_that_is_shown_has_a_row_a_name_and_a_way_back(drive: Drive) -> None:
    def body(person: Person) -> None:
        dialog = open_settings(person)
        for row in (row for row in SETTINGS if row.shown):
            control = person.find(QWidget, f"setting_{row.key}")
            assert control.accessibleName() == row.title and control.accessibleDescription() == row.description
            assert not person.find(QToolButton, f"reset_{row.key}").isEnabled()
        close(person, dialog)

    drive(body)


def test_settings_hold_at_once_and_after_a_restart(drive: Drive, project_path: Path) -> None:
    def change(person: Person) -> None:
        person.until_shown()
        dialog = open_settings(person)
        person.type_into("setting_person.name", "Mara Ø")
        choose(person, "setting_appearance.theme", "Dark")
        assert QApplication.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
        assert person.window._commands["theme_dark"].isChecked()
        assert person.window._session.workspace.author == "Mara Ø"
        open_page(person, "Videos and sounds")
        speed = person.find(QDoubleSpinBox, "setting_playback.speed")
        speed.setFocus()
        QTest.keyClick(speed, Qt.Key.Key_Up)
        assert person.window._session.transport.speed == 1.25
        open_page(person, "Pictures")
        person.click(person.find(QCheckBox, "setting_canvas.snapping"))
        assert not person.window._commands["snapping"].isChecked()
        open_page(person, "Memory")
        ahead = person.find(QSpinBox, "setting_storage.ahead")
        ahead.setFocus()
        QTest.keyClick(ahead, Qt.Key.Key_Up)
        close(person, dialog)

    def look(person: Person) -> None:
        person.until_shown()
        assert QApplication.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
        assert person.window._session.workspace.author == "Mara Ø"
        assert person.window._session.transport.speed == 1.25
        dialog = open_settings(person, "Memory")
        assert person.find(QSpinBox, "setting_storage.ahead").value() == 2
        person.click(person.find(QToolButton, "reset_storage.ahead"))
        assert person.find(QSpinBox, "setting_storage.ahead").value() == 1
        person.click(person.find(QPushButton, "reset_all"))
        box = person.find(QMessageBox, "reset_box")
        person.until(box.isVisible)
        person.click(box.buttons()[0] if "Reset" in box.buttons()[0].text() else box.buttons()[1])
        person.until(lambda: person.window._session.transport.speed == 1.0)
        close(person, dialog)

    drive(change, str(project_path))
    drive(look, str(project_path))
    kept = json.loads(Settings.load().path.read_text(encoding="utf-8"))
    assert not {row.key for row in SETTINGS if row.shown} & kept.keys()


def open_page(person: Person, page: str) -> None:
    pages = person.find(QListWidget, "settings_pages")
    pages.setCurrentItem(pages.findItems(page, Qt.MatchFlag.MatchExactly)[0])


def test_the_least_score_is_the_slider_and_the_last_project_may_stay_closed(drive: Drive, project_path: Path) -> None:
    def change(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        dialog = open_settings(person, "Answers and model")
        least = person.find(QDoubleSpinBox, "setting_answers.threshold")
        least.setFocus()
        least.selectAll()
        QTest.keyClicks(least, "0.60")
        QTest.keyClick(least, Qt.Key.Key_Return)
        person.until(lambda: len(person.objects()) == 1)
        assert person.find(QSlider, "threshold").value() == 60
        assert dialog.isVisible()
        open_page(person, "General")
        person.click(person.find(QCheckBox, "setting_start.reopen"))
        close(person, dialog)

    def look(person: Person) -> None:
        assert person.window.start_page.isVisible()
        assert person.window._session.workspace.project is None

    drive(change, str(project_path))
    drive(look)


def test_what_is_still_being_typed_counts_when_the_dialog_is_closed(drive: Drive) -> None:
    def body(person: Person) -> None:
        get = person.window._session.preferences.get
        dialog = open_settings(person)
        person.type_into("setting_person.name", "  Ann   Lee ")
        close(person, dialog)
        assert get("person.name") == "Ann Lee"
        dialog = open_settings(person, "Memory")
        room = person.find(QSpinBox, "setting_storage.pictures_mb")
        room.setFocus()
        room.selectAll()
        QTest.keyClicks(room, "750")
        assert get("storage.pictures_mb") == 400
        close(person, dialog)
        assert get("storage.pictures_mb") == 750
        dialog = open_settings(person)
        person.type_into("setting_person.name", "x")
        QTest.keyClick(person.find(QLineEdit, "setting_person.name"), Qt.Key.Key_Backspace)
        close(person, dialog)  # nobody is called nothing
        assert get("person.name") == person.window._session.preferences.default("person.name")

    drive(body)


def test_a_search_finds_rows_of_all_pages_and_keys(drive: Drive) -> None:
    def body(person: Person) -> None:
        dialog = open_settings(person)
        search = person.find(QLineEdit, "settings_search")
        QTest.keyClicks(search, "read ahead")
        shown = [row.key for row in SETTINGS if row.shown and person.find(QWidget, f"row_{row.key}").isVisible()]
        assert shown == ["storage.ahead", "storage.pictures_mb"]
        search.clear()
        QTest.keyClicks(search, "merge segments")
        table = person.find(QTreeWidget, "key_table")
        assert table.isVisible() and table.currentItem().text(1) == "Alt+J"
        close(person, dialog)

    drive(body)


def test_a_new_key_works_everywhere_and_the_old_one_no_longer(drive: Drive, project_path: Path) -> None:
    def change(person: Person) -> None:
        person.until_shown()
        first = person.item
        dialog = open_settings(person, "Keys")
        choose_command(person, "Next item")
        press(person, 0, Qt.Key.Key_G)
        close(person, dialog)
        person.canvas.setFocus()
        person.key(Qt.Key.Key_D)
        assert person.item == first
        person.key(Qt.Key.Key_G)
        assert person.item != first
        assert "G" in person.window._commands["next"].toolTip()
        person.key(Qt.Key.Key_F1)
        sheet = person.find(QTreeWidget, "shortcut_list")
        assert sheet.findItems("Next item", Qt.MatchFlag.MatchExactly)[0].text(1) == "G"
        QTest.keyClick(sheet.window(), Qt.Key.Key_Escape)
        person.type_into("expression_edit", "dog")  # G is a letter there
        assert person.find(QLineEdit, "expression_edit").text() == "dog"

    def look(person: Person) -> None:
        person.until_shown()
        before = person.item
        person.canvas.setFocus()
        person.key(Qt.Key.Key_G)
        assert person.item != before

    drive(change, str(project_path))
    drive(look, str(project_path))


@pytest.mark.parametrize(("answer", "next_keys", "skip_keys"), [("swap", "X", "D"), ("take", "", "D"), ("", "D", "X")])
def test_a_key_that_is_taken_asks_what_to_do(
    drive: Drive, project_path: Path, answer: str, next_keys: str, skip_keys: str
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        dialog = open_settings(person, "Keys")
        choose_command(person, "Reject")
        press(person, 0, Qt.Key.Key_D)
        box = person.find(QMessageBox, "key_conflict")
        person.until(box.isVisible)
        assert "Next item" in box.text()
        if answer:
            person.click(person.find(QPushButton, f"conflict_{answer}"))
        else:
            QTest.keyClick(box, Qt.Key.Key_Escape)
        person.until(lambda: person.window.findChild(QMessageBox, "key_conflict") is None)
        assert person.window._commands.keys("next") == next_keys
        assert person.window._commands.keys("reject") == skip_keys
        close(person, dialog)

    drive(body, str(project_path))


def test_keys_of_the_system_and_of_menus_are_refused_with_a_reason(drive: Drive) -> None:
    def body(person: Person) -> None:
        dialog = open_settings(person, "Keys")
        choose_command(person, "Reject")
        for key, modifier, said in (
            (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "every window needs it"),
            (Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier, "opens the menu File"),
        ):
            press(person, 1, key, modifier)
            assert said in person.find(QLabel, "key_note").text()
        press(person, 1, Qt.Key.Key_Escape)  # gives up
        assert dialog.isVisible() and person.window._commands.keys("reject") == "X"
        press(person, 1, Qt.Key.Key_F8)
        person.click(person.find(QToolButton, "clear_key_0"))
        assert person.window._commands.keys("reject") == "F8"
        person.click(person.find(QToolButton, "reset_key"))
        assert person.window._commands.keys("reject") == "X"
        close(person, dialog)

    drive(body)


def test_nudging_by_other_keys_is_one_change_still(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        dialog = open_settings(person, "Keys")
        choose_command(person, "Move right: the selection, or the view")
        press(person, 0, Qt.Key.Key_J)
        close(person, dialog)
        person.ask("red cell")
        person.until(person.objects)
        person.canvas.setFocus()
        person.key(Qt.Key.Key_Return, CTRL)
        person.until(lambda: boxes(person.project, person.item) == [(30, 100, 70, 140)])
        person.key(Qt.Key.Key_A, CTRL)
        person.key(Qt.Key.Key_Right)
        person.key(Qt.Key.Key_J)
        assert boxes(person.project, person.item) == [(31, 100, 71, 140)]

    drive(body, str(project_path))


def test_keys_as_in_cvat_and_back_and_as_a_file(drive: Drive, project_path: Path, tmp_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        dialog = open_settings(person, "Keys")
        choose(person, "key_preset", "Keys as in CVAT")
        QTest.keyClick(person.find(QComboBox, "key_preset"), Qt.Key.Key_Return)
        commands = person.window._commands
        person.until(lambda: commands.keys("next") == "F")
        person.click(person.find(QToolButton, "save_keys"))
        file = tmp_path / "keys.json"
        files = person.find(QFileDialog, "keys_file_dialog")
        files.selectFile(str(file))
        files.accept()
        assert json.loads(file.read_text(encoding="utf-8"))["preset"] == "cvat"
        close(person, dialog)
        first = person.item
        person.canvas.setFocus()
        person.key(Qt.Key.Key_F)
        assert person.item != first
        person.key(Qt.Key.Key_D)
        assert person.item == first
        person.key(Qt.Key.Key_N)
        assert person.canvas.tool() == "draw"
        person.key(Qt.Key.Key_Escape)
        person.key(Qt.Key.Key_F2)
        person.until(lambda: person.window.findChild(QDialog, "preferences_dialog"))

    drive(body, str(project_path))
