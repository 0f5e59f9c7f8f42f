"""Several boxes at once, copies, locks and hiding: by keys and mouse in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton, QTreeWidget

from core.project import Project, acts
from core.schema import Box
from tests.gui.conftest import Drive, Person, boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def boxed_path(project_path: Path) -> Path:
    """The first picture has two annotations: a cell and a ring."""
    with Project.open(project_path, author="mara", role="command") as project:
        first = project.media()[0]
        project.apply(acts.draw(project, first.id, Box(20, 20, 60, 60), "cell"))
        project.apply(acts.draw(project, first.id, Box(100, 100, 140, 130), "ring"))
    return project_path


def middle_click(person: Person, box: tuple[float, ...], modifier: Qt.KeyboardModifier) -> None:
    """Click into the middle of a box."""
    place = person.point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    QTest.mouseClick(person.canvas, LEFT, modifier, place)


def select_both(person: Person) -> None:
    person.until_shown()
    person.until(lambda: len(person.canvas.boxes()) == 2)
    person.key(Qt.Key.Key_A, CTRL, on=person.canvas)
    assert len(person.canvas.selection()) == 2


def changes(person: Person) -> int:
    return len(person.project.history())


def test_nudge_and_resize_by_keys_each_undoable(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        middle_click(person, (20, 20, 60, 60), Qt.KeyboardModifier.NoModifier)
        person.key(Qt.Key.Key_Right)
        person.key(Qt.Key.Key_Down, SHIFT)
        person.key(Qt.Key.Key_Left, CTRL)
        assert boxes(person.project, person.item)[0] == (21, 30, 60, 70)
        for expected in ((21, 30, 61, 70), (21, 20, 61, 60), (20, 20, 60, 60)):
            person.key(Qt.Key.Key_Z, CTRL)
            assert boxes(person.project, person.item)[0] == expected

    drive(body, str(boxed_path))


def test_several_are_moved_and_deleted_as_one_change(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        middle_click(person, (20, 20, 60, 60), Qt.KeyboardModifier.NoModifier)
        middle_click(person, (100, 100, 140, 130), CTRL)
        before = changes(person)
        person.drag((40, 40), (50, 45))
        assert boxes(person.project, person.item) == [(30, 25, 70, 65), (110, 105, 150, 135)]
        assert changes(person) == before + 1 and len(person.canvas.selection()) == 2
        person.key(Qt.Key.Key_Z, CTRL)
        assert boxes(person.project, person.item) == [(20, 20, 60, 60), (100, 100, 140, 130)]
        person.key(Qt.Key.Key_Escape)
        assert person.canvas.selection() == []
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 4)
        person.key(Qt.Key.Key_A, CTRL, on=person.canvas)
        before = changes(person)
        person.key(Qt.Key.Key_Delete)
        person.until(lambda: person.objects() == [])
        assert changes(person) == before + 1
        person.key(Qt.Key.Key_Z, CTRL)
        person.until(lambda: len(person.objects()) == 4)

    drive(body, str(boxed_path))


def test_several_get_other_words_or_only_another_label(drive: Drive, boxed_path: Path) -> None:
    def dialog(person: Person, words: str, label: str) -> None:
        person.key(Qt.Key.Key_E, CTRL, on=person.canvas)
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is not None)
        person.find(QComboBox, "label_edit").setCurrentText(label)
        person.type_into("words_edit", words)
        person.click(person.find(QPushButton, "words_ok"))
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is None)

    def body(person: Person) -> None:
        select_both(person)
        before = changes(person)
        dialog(person, "", "thing")
        names = {label.id: label.name for label in person.project.labels()}
        assert [(a.expressions, names[a.label_id]) for a in person.project.annotations()] == [
            (("cell",), "thing"),
            (("ring",), "thing"),
        ]
        dialog(person, "blob", "thing")
        assert [a.expressions for a in person.project.annotations()] == [("blob",), ("blob",)]
        assert changes(person) == before + 2
        person.key(Qt.Key.Key_Z, CTRL)
        person.key(Qt.Key.Key_Z, CTRL)
        person.until(lambda: [row[0] for row in person.objects()] == ["cell", "ring"])

    drive(body, str(boxed_path))


def test_a_duplicate_stands_aside_and_is_selected(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        middle_click(person, (20, 20, 60, 60), Qt.KeyboardModifier.NoModifier)
        person.key(Qt.Key.Key_D, CTRL)
        assert boxes(person.project, person.item)[2:] == [(32, 32, 72, 72)]
        assert person.canvas.selection() == [person.project.annotations()[2].id]
        person.key(Qt.Key.Key_Z, CTRL)
        assert len(boxes(person.project, person.item)) == 2

    drive(body, str(boxed_path))


def test_copied_boxes_are_pasted_at_the_same_place_of_another_item(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        select_both(person)
        person.key(Qt.Key.Key_C, CTRL)
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        assert boxes(person.project, person.item) == []
        person.key(Qt.Key.Key_V, CTRL, on=person.canvas)
        assert boxes(person.project, person.item) == [(20, 20, 60, 60), (100, 100, 140, 130)]
        person.key(Qt.Key.Key_V, CTRL, on=person.canvas)
        assert boxes(person.project, person.item)[2:] == [(32, 32, 72, 72), (112, 112, 152, 142)]
        last, before = person.item, changes(person)
        person.key(Qt.Key.Key_B, CTRL, on=person.canvas)  # there is nothing to copy over to
        assert person.item == last and changes(person) == before and len(person.canvas.selection()) == 2
        person.key(Qt.Key.Key_Z, CTRL)
        person.key(Qt.Key.Key_Z, CTRL)
        assert boxes(person.project, person.item) == []
        assert [label.name for label in person.project.labels()] == ["cell", "ring"]

    drive(body, str(boxed_path))


def test_copy_to_next_goes_there_once_and_is_one_undo(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        select_both(person)
        first, before = person.item, changes(person)
        person.key(Qt.Key.Key_B, CTRL)
        person.until_shown()
        second = person.item
        assert second != first and changes(person) == before + 1
        assert boxes(person.project, second) == [(20, 20, 60, 60), (100, 100, 140, 130)]
        assert len(person.canvas.selection()) == 2
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        assert boxes(person.project, person.item) == []  # nothing is carried on by itself
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        person.until_shown()
        assert person.item == second and boxes(person.project, second) == []
        assert len(boxes(person.project, first)) == 2

    drive(body, str(boxed_path))


def test_a_locked_box_stays_where_it_is_and_a_hidden_one_is_not_hit(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        select_both(person)
        middle_click(person, (20, 20, 60, 60), Qt.KeyboardModifier.NoModifier)
        person.key(Qt.Key.Key_L)
        person.drag((40, 40), (60, 50))
        person.key(Qt.Key.Key_Right)
        person.key(Qt.Key.Key_Delete)
        assert boxes(person.project, person.item)[0] == (20, 20, 60, 60)
        person.key(Qt.Key.Key_H)
        person.until(lambda: len(person.canvas.boxes()) == 1)
        middle_click(person, (20, 20, 60, 60), Qt.KeyboardModifier.NoModifier)
        assert person.canvas.selection() == []
        assert [row[0] for row in person.objects()] == ["cell", "ring"]

    def again(person: Person) -> None:
        """Both marks are still there after a new start; the list takes them away."""
        person.until_shown()
        person.until(lambda: len(person.canvas.boxes()) == 1)
        tree = person.find(QTreeWidget, "object_list")
        for column in (3, 4):
            row = tree.topLevelItem(0).child(0)
            place = tree.visualItemRect(row)
            place.setLeft(tree.header().sectionViewportPosition(column))
            place.setWidth(tree.header().sectionSize(column))
            QTest.mouseClick(tree.viewport(), LEFT, pos=place.center())
        person.until(lambda: len(person.canvas.boxes()) == 2)
        person.drag((40, 40), (60, 50))
        assert boxes(person.project, person.item)[0] == (40, 30, 80, 70)

    drive(body, str(boxed_path))
    drive(again, str(boxed_path))


def test_the_list_selects_all_and_a_right_click_offers_what_can_be_done(drive: Drive, boxed_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        tree = person.find(QTreeWidget, "object_list")
        first = tree.visualItemRect(tree.topLevelItem(0).child(0)).center()
        person.type_into("expression_edit", "unicorn")
        person.click(person.find(QPushButton, "not_present_button"))
        person.until(lambda: ["unicorn", "", ""] in person.objects())
        QTest.mouseClick(tree.viewport(), LEFT, pos=first)
        assert len(person.canvas.selection()) == 1
        person.key(Qt.Key.Key_A, CTRL)
        assert len(person.canvas.selection()) == len(tree.selectedItems()) == 2
        person.key(Qt.Key.Key_Escape)
        assert person.canvas.selection() == []
        place = person.point(40, 40)
        offered: list[str] = []

        def choose() -> None:
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            offered.extend(action.text().replace("&", "") for action in menu.actions() if action.isEnabled())
            QTest.keyClick(menu, Qt.Key.Key_I)  # the access key of Duplicate

        QTest.mousePress(person.canvas, Qt.MouseButton.RightButton, pos=place)
        QTimer.singleShot(0, choose)
        where = person.canvas.mapToGlobal(place)
        QApplication.sendEvent(person.canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, where))
        QTest.mouseRelease(person.canvas, Qt.MouseButton.RightButton, pos=place)
        assert {"Delete", "Lock or unlock", "Paste"} <= set(offered)
        assert boxes(person.project, person.item)[2:] == [(32, 32, 72, 72)]

    drive(body, str(boxed_path))


def test_boxes_of_one_label_are_told_apart_by_their_expressions(drive: Drive, boxed_path: Path) -> None:
    with Project.open(boxed_path, author="mara", role="command") as project:
        cell = project.label_for("cell")
        assert cell is not None
        project.apply(acts.set_label(project, project.annotations(), cell))

    def colours(person: Person) -> list[str]:
        return [box.colour for box in person.canvas.boxes()]

    def body(person: Person) -> None:
        person.until_shown()
        assert len(set(colours(person))) == 1
        bar = person.window.menuBar()
        view = next(action for action in bar.actions() if action.text() == "&View")
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(view).center())
        menu = view.menu()
        assert isinstance(menu, QMenu)
        person.until(menu.isVisible)
        QTest.keyClick(menu, Qt.Key.Key_E)
        person.until(lambda: len(set(colours(person))) == 2)

    def again(person: Person) -> None:
        """The switch is a setting: it holds at the next start."""
        person.until_shown()
        assert person.find(QAction, "action_colour_by_expression").isChecked()  # type: ignore[type-var]
        assert len(set(colours(person))) == 2

    drive(body, str(boxed_path))
    drive(again, str(boxed_path))
