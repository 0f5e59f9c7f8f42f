"""The inspector, attributes, the history of an item and merged labels: through the window, with mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)

from core.project import Project, acts
from core.project.attributing import define, set_value
from core.project.past import Sides
from core.schema import Annotation, Attribute, Box, Change, Label, Segment, Track, new_id
from desktop.object_rows import fitting, in_order, rows_of
from desktop.session.differences import difference_lines
from desktop.session.showing import Contents
from tests.gui.conftest import Drive, Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
K = Qt.Key
POSE = Attribute("t1", "pose", "choice", ("left", "right"))
SPEED = Attribute("t2", "speed", "number", (), 0.0, 3.5)


@pytest.fixture
def drawn_path(project_path: Path) -> Path:
    """Two boxes on the first picture, and two attributes."""
    with Project.open(project_path, author="mara", role="command") as project:
        first = project.media()[0]
        project.apply(acts.draw(project, first.id, Box(20.25, 20, 60, 60), "cell"))
        project.apply(acts.draw(project, first.id, Box(100, 100, 140, 130), "ring"))
        for attribute in (POSE, SPEED):
            project.apply(define(project, attribute))
        project.apply(set_value(project, project.annotations()[:1], POSE, "left"))
    return project_path


def select(person: Person, *numbers: int) -> list[str]:
    """Select annotations in the list; what is known of them is shown."""
    tree = person.find(QTreeWidget, "object_list")
    group = tree.topLevelItem(tree.topLevelItemCount() - 1)
    for place, number in enumerate(numbers):
        where = tree.visualItemRect(group.child(number)).center()
        keys = CTRL if place else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, keys, where)
    ids = [person.project.annotations(person.item.id)[number].id for number in numbers]
    person.until(lambda: set(person.window._session.inspecting.inspected.ids) == set(ids))
    return ids


def type_number(person: Person, name: str, text: str) -> None:
    field = person.find(QDoubleSpinBox, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, K.Key_Return)


def choose(person: Person, name: str, downs: int) -> None:
    """Go down so many entries of a list, by keys."""
    combo = person.find(QComboBox, name)
    combo.setFocus()
    for _ in range(downs):
        QTest.keyClick(combo, K.Key_Down)


def title(person: Person) -> str:
    return person.find(QLabel, "inspector_title").text()


def test_a_place_is_typed_in_numbers_and_undone(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        assert person.sees("inspector_empty")
        (first,) = select(person, 0)
        assert title(person) == "Annotation"
        person.until(lambda: "Made by mara" in person.find(QLabel, "inspector_log").text())
        type_number(person, "place_y", "30")
        assert person.project.annotation(first).region == Box(20.25, 30, 60, 70)  # x keeps what is not shown of it
        type_number(person, "place_w", "10.5")
        assert person.project.annotation(first).region == Box(20.25, 30, 30.75, 70)
        x = person.find(QDoubleSpinBox, "place_x")
        person.until(lambda: x.maximum() == 229.5)  # no further than the picture goes
        type_number(person, "place_x", "229.5")
        assert person.project.annotation(first).region == Box(229.5, 30, 240, 70)
        person.key(K.Key_Z, CTRL, on=person.canvas)
        person.key(K.Key_Z, CTRL, on=person.canvas)
        person.until(lambda: person.find(QDoubleSpinBox, "place_w").value() == 39.8)  # 39.75, to the tenth
        assert person.project.annotation(first).region == Box(20.25, 30, 60, 70)
        person.until(lambda: "Changed by" in person.find(QLabel, "inspector_log").text())

    drive(body, str(drawn_path))


def test_esc_puts_back_what_was_typed_and_undo_reaches_the_project_from_a_field(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        (first,) = select(person, 0)
        words, x = person.find(QLineEdit, "inspector_words"), person.find(QDoubleSpinBox, "place_x")
        person.type_into("inspector_words", "something else")
        person.key(K.Key_Escape, on=words)
        x.setFocus()
        x.selectAll()
        QTest.keyClicks(x, "77")
        person.key(K.Key_Escape, on=x)
        assert (words.text(), x.text()) == ("cell", "20.3")
        assert person.window._session.selection.ids == (first,)  # it was the field that Esc was for
        assert person.project.annotation(first).region == Box(20.25, 20, 60, 60)
        person.type_into("inspector_words", "blob")
        QTest.keyClick(words, K.Key_Return)
        assert person.project.annotation(first).expressions == ("blob",)
        person.key(K.Key_Z, CTRL, on=words)
        person.until(lambda: words.text() == "cell")
        assert person.project.annotation(first).expressions == ("cell",)

    drive(body, str(drawn_path))


def test_words_label_and_attributes_of_several_are_one_change_each(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        project, item = person.project, person.item
        ids = select(person, 0, 1)
        assert title(person) == "2 selected"
        words = person.find(QLineEdit, "inspector_words")
        assert (words.text(), words.placeholderText()) == ("", "Various")
        pose = person.find(QComboBox, "attribute_pose")
        assert pose.currentIndex() == -1
        before = len(project.history(item.id))
        choose(person, "attribute_pose", 3)
        person.until(lambda: [dict(a.attributes) for a in project.annotations(item.id)] == [{"pose": "right"}] * 2)
        person.type_into("inspector_words", "blob; spot")
        QTest.keyClick(words, K.Key_Return)
        assert [a.expressions for a in project.annotations(item.id)] == [("blob", "spot")] * 2
        assert len({a.label_id for a in project.annotations(item.id)}) == 2  # labels are another field
        person.type_into("attribute_speed", "9")
        QTest.keyClick(person.find(QLineEdit, "attribute_speed"), K.Key_Return)
        person.until(lambda: "“speed” is at most 3.5" in person.messages())
        person.until(lambda: person.find(QLineEdit, "attribute_speed").text() == "")
        person.type_into("attribute_speed", "2,5")
        select(person, 0)  # going elsewhere takes what was typed
        assert [dict(a.attributes)["speed"] for a in project.annotations(item.id)] == ["2.5"] * 2
        assert person.find(QLineEdit, "attribute_speed").text() == "2.5"
        combo = person.find(QComboBox, "inspector_label")
        assert combo.currentText() == "cell"
        choose(person, "inspector_label", 1)
        person.until(lambda: len({a.label_id for a in project.annotations(item.id)}) == 1)
        for _ in range(len(project.history(item.id)) - before):
            person.key(K.Key_Z, CTRL, on=person.canvas)
        assert [a.expressions for a in project.annotations(item.id)] == [("cell",), ("ring",)]
        assert [dict(a.attributes) for a in project.annotations(item.id)] == [{"pose": "left"}, {}]
        assert [a.id for a in project.annotations(item.id)] == ids

    drive(body, str(drawn_path))


def test_a_locked_object_and_a_proposal_are_shown_and_not_edited(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        select(person, 0)
        person.key(K.Key_L, on=person.canvas)
        person.until(lambda: title(person) == "Annotation, locked")
        assert not person.find(QDoubleSpinBox, "place_x").isEnabled()
        assert person.find(QLineEdit, "inspector_words").isReadOnly()
        person.ask("red cell")
        person.until(lambda: len(person.objects()) == 3)
        person.key(K.Key_1, on=person.canvas)
        person.until(lambda: title(person) == "Proposal")
        assert "fake, score 0.70" in person.find(QLabel, "inspector_origin").text()
        person.key(K.Key_Return, CTRL, on=person.canvas)
        person.until(lambda: len(person.project.annotations()) == 3)
        select(person, 2)
        told = "Accepted as proposed\nfake, score 0.70\nasked “red cell”"
        assert person.find(QLabel, "inspector_origin").text() == told

    drive(body, str(drawn_path))


def test_attributes_are_defined_in_a_dialog_and_new_objects_begin_with_them(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.window._commands["attributes"].trigger()
        person.until(lambda: person.sees("attributes_empty"))
        person.click(person.find(QPushButton, "attribute_add"))
        person.type_into("attribute_name", "pose")
        choose(person, "attribute_kind", 2)
        save = person.find(QPushButton, "attribute_save")
        assert not save.isEnabled() and person.sees("attribute_problem") == "A choice needs values"
        values = person.find(QPlainTextEdit, "attribute_values")
        QTest.keyClicks(values, "left")
        QTest.keyClick(values, K.Key_Return)
        QTest.keyClicks(values, "right")
        person.type_into("attribute_default", "right")
        person.click(save)
        person.until(lambda: person.project.attribute_table())
        (pose,) = person.project.attribute_table()
        assert (pose.name, pose.kind, pose.values, pose.default) == ("pose", "choice", ("left", "right"), "right")
        person.click(person.find(QPushButton, "attribute_add"))
        person.type_into("attribute_name", "Pose")
        assert "already" in person.sees("attribute_problem") and not save.isEnabled()
        person.click(person.find(QPushButton, "attributes_close"))
        person.until(lambda: person.window.findChild(QWidget, "attributes_dialog") is None)
        person.ask("red cell")
        person.until(lambda: person.objects())
        person.key(K.Key_Return, CTRL, on=person.canvas)
        person.until(lambda: person.project.annotations())
        assert dict(person.project.annotations()[0].attributes) == {"pose": "right"}
        select(person, 0)
        person.key(K.Key_D, CTRL, on=person.canvas)  # a copy keeps them
        assert [dict(a.attributes) for a in person.project.annotations()] == [{"pose": "right"}] * 2

    drive(body, str(project_path))


def test_the_history_tells_and_restores_any_state(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        project, item = person.project, person.item
        kept = project.annotations(item.id)
        select(person, 0)
        person.key(K.Key_Delete, on=person.canvas)
        person.key(K.Key_Z, CTRL, on=person.canvas)
        select(person, 1)
        person.key(K.Key_Delete, on=person.canvas)
        select(person, 0)
        person.key(K.Key_H, CTRL, on=person.canvas)
        rows = person.find(QTreeWidget, "history_list")
        person.until(lambda: rows.topLevelItemCount() == 6)
        said = [rows.topLevelItem(row).text(2) for row in range(6)]
        assert said[:3] == ["Delete “ring”", "Undo: Delete “cell”", "Delete “cell”  ·  undone"]
        assert {rows.topLevelItem(row).text(1) for row in range(3, 6)} == {"mara"}
        preview = person.find(QPlainTextEdit, "history_preview")
        assert preview.toPlainText() == "− “ring”, 100, 100, 40 × 30 px"
        restore = person.find(QPushButton, "history_restore")
        assert not restore.isEnabled()  # the present needs none
        rows.setCurrentItem(rows.topLevelItem(3))
        assert preview.toPlainText() == "~ “cell”: pose – → left"
        count = len(project.history(item.id))
        person.click(restore)
        person.until(lambda: rows.topLevelItemCount() == 7)
        assert project.annotations(item.id) == kept and len(project.history(item.id)) == count + 1
        assert rows.topLevelItem(0).text(2) == "Restore the state after: Set “pose” to “left”"
        only = person.find(QWidget, "history_only")
        only.setFocus()
        QTest.keyClick(only, K.Key_Space)
        person.until(lambda: rows.topLevelItemCount() == 4)  # drawn, set, deleted and back: nothing about the ring
        person.click(person.find(QPushButton, "history_close"))
        person.key(K.Key_Z, CTRL, on=person.canvas)
        assert [a.expressions for a in project.annotations(item.id)] == [("cell",)]

    drive(body, str(drawn_path))


def test_a_history_of_hundreds_comes_page_by_page_and_an_import_is_looked_into(drive: Drive, drawn_path: Path) -> None:
    with Project.open(drawn_path, author="ben", role="command") as project:
        cell = project.annotations()[0]
        brought = acts.draw(project, cell.media_id, Box(1, 2, 3, 4), "ring").after[:1]
        project.apply(Change("Import all.json", (), brought, batch=new_id()))
        for step in range(150):
            moved = project.annotation(cell.id)
            assert moved is not None
            project.apply(acts.edit_region(project, moved, Box(step, 0, step + 9, 9)))

    def body(person: Person) -> None:
        person.until_shown()
        person.key(K.Key_H, CTRL, on=person.canvas)
        rows = person.find(QTreeWidget, "history_list")
        person.until(lambda: rows.topLevelItemCount() >= 60)
        assert rows.topLevelItemCount() < 155
        rows.setFocus()
        person.until(lambda: (QTest.keyClick(rows, K.Key_End), rows.topLevelItemCount() == 154)[1])
        rows.setCurrentItem(rows.topLevelItem(150))
        preview = person.find(QPlainTextEdit, "history_preview")
        person.until(lambda: preview.toPlainText() == "+ “ring”, 1, 2, 2 × 2 px")
        person.click(person.find(QPushButton, "history_close"))

    drive(body, str(drawn_path))


def test_a_label_is_merged_and_an_unused_one_deleted(drive: Drive, drawn_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        project = person.project
        person.key(K.Key_L, CTRL, SHIFT)
        table = person.find(QTreeWidget, "label_table")
        person.until(table.isVisible)
        delete = person.find(QPushButton, "label_delete")
        assert not delete.isEnabled() and "One annotation" in delete.toolTip()
        merge = person.find(QComboBox, "label_merge")
        merge.setFocus()
        QTest.keyClick(merge, K.Key_Down)
        person.until(lambda: [label.name for label in project.labels()] == ["ring"])
        assert len({a.label_id for a in project.annotations()}) == 1
        person.type_into("label_new", "spare")
        person.click(person.find(QPushButton, "label_add"))
        person.until(lambda: table.topLevelItemCount() == 2)
        assert [label.number for label in project.labels()] == [1, 2]
        table.setCurrentItem(table.topLevelItem(1))
        person.until(delete.isEnabled)
        person.click(delete)
        person.until(lambda: table.topLevelItemCount() == 1)
        person.click(person.find(QPushButton, "labels_close"))
        for _ in range(3):
            person.key(K.Key_Z, CTRL, on=person.canvas)
        assert [(label.name, label.number) for label in project.labels()] == [("cell", 0), ("ring", 1)]

    drive(body, str(drawn_path))


def test_a_long_list_is_sorted_by_its_headings_and_searched(drive: Drive, drawn_path: Path) -> None:
    with Project.open(drawn_path, author="mara", role="command") as project:
        for number in range(9):
            project.apply(acts.draw(project, project.media()[0].id, Box(number, 0, 50, 50), f"thing {9 - number}"))

    def body(person: Person) -> None:
        person.until_shown()
        tree = person.find(QTreeWidget, "object_list")
        person.until(lambda: len(person.objects()) == 11)
        header: QHeaderView = tree.header()
        for wanted in (["cell", "ring", "thing 1"], ["thing 9", "thing 8", "thing 7"], ["cell", "ring", "thing 9"]):
            place = header.viewport().rect().center()
            place.setX(header.sectionViewportPosition(0) + 20)
            QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
            assert [row[0] for row in person.objects()][:3] == wanted
        person.type_into("objects_filter", "thing 7")
        assert [row[0] for row in person.objects()] == ["thing 7"]
        person.type_into("objects_filter", "nowhere")
        assert "No object has these words" in person.sees("objects_empty")

    drive(body, str(drawn_path))


def test_rows_say_when_things_are_and_sort_by_it() -> None:
    label = Label("l", "bell", 0, "#0072b2")
    annotations = [
        Annotation("a", "m", "l", ("late",), Segment(3.25, 64.5), "drawn"),
        Annotation("b", "m", "l", ("frame",), Box(0, 0, 9, 9, 1.5), "imported"),
        Annotation("c", "m", "l", ("track",), Track((Box(0, 0, 9, 9, 0.0), Box(0, 0, 9, 9, 2.0))), "drawn"),
    ]
    rows = rows_of(Contents("m", annotations=tuple(annotations), labels={"l": label}), {"drawn": "drawn"})
    assert [row.time for row in rows] == ["0:03.2–1:04.5", "0:01.5", "0:00.0–0:02.0"]
    assert [row.id for row in in_order(rows, "time")] == ["c", "b", "a"]
    assert [row.id for row in in_order(rows, "text", descending=True)] == ["c", "a", "b"]
    assert [row.id for row in fitting(rows, "bell drawn")] == ["a", "c"]
    assert list(difference_lines(Sides((annotations[0],), (annotations[1],)), {})) == [
        "− “late”, 3.25–64.5 s",
        "+ “frame”, 0, 0, 9 × 9 px at 1.5 s",
    ]
