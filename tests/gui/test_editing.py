"""Correcting in the window: drawing, dragging, words, deleting, undo and redo, also across items."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from core.project import Project
from tests.gui.conftest import Drive, Person, boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def draw(person: Person, text: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a box with the words that are asked for."""
    person.key(Qt.Key.Key_R, on=person.canvas)
    person.drag(start, end)
    person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is not None)
    person.type_into("words_edit", text)
    person.click(person.find(QPushButton, "words_ok"))
    person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is None)
    person.key(Qt.Key.Key_V, on=person.canvas)


def menu_text(person: Person, command: str) -> str:
    return person.find(QAction, f"action_{command}").text().replace("&", "")  # type: ignore[type-var]


def test_draw_edit_words_undo_redo(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        draw(person, "purple cell", (20, 20), (80, 90))
        assert boxes(person.project, person.item) == [(20, 20, 80, 90)]
        assert menu_text(person, "undo") == "Undo Draw “purple cell”"
        person.key(Qt.Key.Key_E, CTRL, on=person.canvas)
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is not None)
        person.type_into("words_edit", "nucleus")
        assert person.find(QComboBox, "label_edit").currentText() == "nucleus"
        person.click(person.find(QPushButton, "words_ok"))
        person.until(lambda: person.objects() == [["nucleus", "", "drawn"]])
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        person.until(lambda: person.objects() == [["purple cell", "", "drawn"]])
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        person.until(lambda: person.objects() == [])
        assert person.canvas.boxes() == ()
        person.key(Qt.Key.Key_Y, CTRL, on=person.canvas)
        person.key(Qt.Key.Key_Z, CTRL, SHIFT, on=person.canvas)
        person.until(lambda: person.objects() == [["nucleus", "", "drawn"]])
        assert [label.name for label in person.project.labels()] == ["purple cell", "nucleus"]

    drive(body, str(project_path))


def test_dragging_a_corner_is_one_change_and_an_edited_proposal_is_accepted(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("red cell")
        person.until(lambda: person.objects())
        person.drag((70, 140), (90, 150))
        assert boxes(person.project, person.item) == [(30, 100, 90, 150)]
        person.until(lambda: person.objects() == [["red cell", "0.70", "edited · fake"]])
        assert len(person.project.history()) == 1
        person.drag((30, 125), (20, 125))
        assert boxes(person.project, person.item) == [(20, 100, 90, 150)]
        assert len(person.project.history()) == 2

    drive(body, str(project_path))


def test_delete_and_undo_from_another_item_jumps_back(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        first = person.item
        draw(person, "cell", (10, 10), (60, 60))
        person.key(Qt.Key.Key_Delete, on=person.canvas)
        person.until(lambda: person.objects() == [])
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        assert person.item != first
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        person.until_shown()
        assert person.item == first
        person.until(lambda: person.objects() == [["cell", "", "drawn"]])
        assert len(person.canvas.boxes()) == 1
        assert person.canvas.selection() == [person.project.annotations()[0].id]

    drive(body, str(project_path))


def test_selection_is_one_on_canvas_and_in_the_list(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        assert len(person.canvas.selection()) == 1
        centre = person.point(150, 60)
        QTest.mouseClick(person.canvas, Qt.MouseButton.LeftButton, pos=centre)
        second = person.project.answers()[0].proposals[1].id
        assert person.canvas.selection() == [second]
        tree = person.window.desk.objects._tree
        assert [row.text(1) for row in tree.selectedItems()] == ["0.55"]
        QTest.mouseClick(
            tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(tree.topLevelItem(0).child(0)).center()
        )
        assert person.canvas.selection() == [person.project.answers()[0].proposals[0].id]

    drive(body, str(project_path))


def test_drawn_with_the_words_in_the_bar_and_known_to_the_next_start(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.type_into("expression_edit", "platelets")
        person.key(Qt.Key.Key_Escape)
        assert person.canvas.hasFocus()
        person.key(Qt.Key.Key_R)
        person.drag((100, 100), (120, 130))
        person.until(lambda: person.objects() == [["platelets", "", "drawn"]])

    drive(body, str(project_path))
    with Project.open(project_path, author="mara", role="command") as project:
        assert [annotation.expressions for annotation in project.annotations()] == [("platelets",)]


def test_read_only_project_says_so_and_keeps_its_hands_off(drive: Drive, project_path: Path) -> None:
    with Project.open(project_path, author="noor"):

        def body(person: Person) -> None:
            person.until_shown()
            person.until(lambda: "You can look at everything" in person.sees("read_only_text"))
            assert not person.find(QAction, "action_draw_tool").isEnabled()  # type: ignore[type-var]
            person.until(lambda: person.sees("status_saved") == "Read-only")
            assert "read-only" in person.window.windowTitle()
            person.key(Qt.Key.Key_R, on=person.canvas)
            person.drag((10, 10), (60, 60))
            person.until(lambda: person.objects() == [])
            person.ask("white cell")
            person.until(lambda: person.messages() == ["Answers cannot be kept"])

        drive(body, str(project_path))


def test_a_drawn_box_with_two_expressions_has_both_and_is_one_undo(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        draw(person, "purple cell; nucleus", (20, 20), (80, 90))
        person.until(lambda: person.objects() == [["purple cell, nucleus", "", "drawn"]])
        assert [label.name for label in person.project.labels()] == ["purple cell"]
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        person.until(lambda: person.objects() == [] and person.project.labels() == [])

    drive(body, str(project_path))


def test_commands_that_would_do_nothing_are_grey(drive: Drive, project_path: Path) -> None:
    def can(person: Person) -> set[str]:
        names = ("accept", "accept_all", "reject", "delete", "edit_label", "undo", "redo")
        return {name for name in names if person.find(QAction, f"action_{name}").isEnabled()}  # type: ignore[type-var]

    def body(person: Person) -> None:
        person.until_shown()
        assert can(person) == set()
        person.ask("red cell")
        person.until(lambda: len(person.objects()) == 1)
        assert can(person) >= {"accept", "accept_all", "reject"} and "undo" not in can(person)
        person.key(Qt.Key.Key_Return, CTRL)
        assert can(person) == {"undo"}
        person.key(Qt.Key.Key_A, CTRL, on=person.canvas)
        assert can(person) == {"undo", "delete", "edit_label"}
        person.key(Qt.Key.Key_Delete)
        person.key(Qt.Key.Key_Z, CTRL)
        assert can(person) >= {"undo", "redo"}

    drive(body, str(project_path))
