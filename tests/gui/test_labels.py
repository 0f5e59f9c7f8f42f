"""Labels: digit keys, the table of classes, and what a new phrase means, asked once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QPushButton, QToolButton, QTreeWidget

from tests.gui.conftest import Drive, Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_digits_choose_an_alternative_while_an_answer_is_open_and_label_afterwards(
    drive: Drive, project_path: Path
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("red cell")
        person.until(lambda: person.objects())
        person.key(Qt.Key.Key_Return, CTRL)
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 3)
        person.key(Qt.Key.Key_2)  # the second best of the open answer
        chosen = list(person.canvas.selection())
        person.key(Qt.Key.Key_2)  # once more accepts it
        accepted = person.project.annotations()[-1]
        assert [accepted.proposal_id] == chosen
        person.key(Qt.Key.Key_X)  # the other one is chosen by now
        person.until(lambda: len(person.objects()) == 2)
        person.click(person.canvas)
        person.drag((110, 20), (190, 100))  # a frame around the accepted one
        assert person.canvas.selection() == [accepted.id]
        person.key(Qt.Key.Key_0)
        label = person.project.labels()[0]
        assert (label.name, person.project.annotations()[-1].label_id) == ("red cell", label.id)
        person.key(Qt.Key.Key_7)
        person.until(lambda: "no label 7" in person.sees("status_hint"))
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.project.annotations()[-1].label_id != label.id

    drive(body, str(project_path))


def test_a_new_phrase_asks_once_and_is_remembered(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("red cell")
        person.until(lambda: person.objects())
        person.key(Qt.Key.Key_Return, CTRL)
        assert not person.sees("meaning_text")  # nothing else that it could mean
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 3)
        person.key(Qt.Key.Key_Return, CTRL)
        person.until(lambda: "“white cell” is" in person.sees("meaning_text"))
        box = person.find(QComboBox, "meaning_label")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Down)
        person.click(person.find(QPushButton, "meaning_keep"))
        assert [label.name for label in person.project.labels()] == ["red cell"]
        assert {item.label_id for item in person.project.annotations()} == {person.project.labels()[0].id}
        person.key(Qt.Key.Key_Return, CTRL)
        assert len(person.project.annotations()) == 3 and not person.sees("meaning_text")

    drive(body, str(project_path))


def test_the_table_renames_colours_and_maps(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: person.objects())
        person.key(Qt.Key.Key_Return, CTRL)
        person.key(Qt.Key.Key_L, CTRL, SHIFT)
        table = person.find(QTreeWidget, "label_table")
        person.until(table.isVisible)
        person.type_into("label_new", "platelet")
        person.click(person.find(QPushButton, "label_add"))
        person.until(lambda: table.topLevelItemCount() == 2)
        person.type_into("phrase_new", "leucocyte")
        QTest.keyClick(person.find(QLineEdit, "phrase_new"), Qt.Key.Key_Return)
        phrases = person.find(QListWidget, "label_phrases")
        person.until(
            lambda: [phrases.item(row).text() for row in range(phrases.count())] == ["white cell", "leucocyte"]
        )
        person.click(person.find(QToolButton, "colour_d55e00"))
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = table.findChild(QLineEdit)
        QTest.keyClicks(editor, "WBC")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        person.until(lambda: person.project.labels()[0].name == "WBC")
        label = person.project.label_for("Leucocyte")
        assert label is not None and (label.name, label.number, label.colour) == ("WBC", 0, "#d55e00")
        person.click(person.find(QPushButton, "labels_close"))

    drive(body, str(project_path))
