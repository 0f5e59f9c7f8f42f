"""Asking in the window: proposals, accepting, rejecting, cancelling, and answers that come late."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QToolButton

from core.errors import ModelError
from core.project import Project
from core.schema import Box
from tests.fakes_gui import HandHeldGrounder
from tests.gui.conftest import Drive, Person, boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_ask_accept_one_reject_the_other_export_coco(drive: Drive, project_path: Path) -> None:
    out = project_path.parent.parent / "out.json"  # keys of a test are ASCII

    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        person.until(lambda: [row[1] for row in person.objects()] == ["0.91", "0.55"])
        person.until(lambda: person.sees("answer_summary") == "“white cell”: 2 to decide")
        person.key(Qt.Key.Key_Return, CTRL)
        assert boxes(person.project, person.item) == [(20, 20, 80, 80)]
        person.key(Qt.Key.Key_X)
        assert [verdict.kind for verdict in person.project.verdicts()] == ["rejected"]
        person.until(lambda: [row[2] for row in person.objects()] == ["accepted · fake"])
        person.until(lambda: person.sees("status_saved").startswith("Saved "))
        person.key(Qt.Key.Key_E, CTRL, SHIFT)
        assert person.find(QComboBox, "export_format").currentData() == "coco"
        person.type_into("export_path", str(out))
        person.click(person.find(QPushButton, "export_go"))
        person.until(lambda: person.window.findChild(object, "report_view") is not None)
        person.click(person.find(QPushButton, "export_close"))

    drive(body, str(project_path))
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [(a["bbox"], a["category_id"]) for a in written["annotations"]] == [([20, 20, 60, 60], 1)]


def test_accept_all_of_several_expressions_is_one_undo(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell; red cell")
        person.until(lambda: len(person.objects()) == 3)
        person.key(Qt.Key.Key_Return, CTRL, SHIFT)
        assert len(person.project.annotations()) == 3
        assert [label.name for label in person.project.labels()] == ["white cell", "red cell"]
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.project.annotations() == []
        person.until(lambda: [row[1] for row in person.objects()] == ["0.91", "0.55", "0.70"])

    drive(body, str(project_path))


def test_late_answer_lands_on_the_item_it_was_asked_for(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        first = person.item
        grounder.hold()
        person.ask("white cell")
        person.until(grounder.thinking.is_set)
        person.key(Qt.Key.Key_D)
        person.until_shown()
        second = person.item
        assert second.id != first.id
        grounder.let_go()
        person.until(lambda: person.project.answers(first.id))
        assert person.project.answers(second.id) == []
        person.until(lambda: person.objects() == [])
        assert person.canvas.boxes() == ()
        person.until(lambda: "cell-1.png" in person.sees("status_hint"))
        person.key(Qt.Key.Key_A)
        person.until_shown()
        assert len(person.canvas.boxes()) == 2

    drive(body, str(project_path))


def test_cancel_during_generation(drive: Drive, project_path: Path, grounder: HandHeldGrounder) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        grounder.hold()
        person.ask("white cell")
        person.until(grounder.thinking.is_set)
        person.until(lambda: "white cell" in person.sees("ask_running"))
        person.click(person.find(QToolButton, "cancel_button"))
        person.until(lambda: grounder.cancelled == 1)
        person.until(lambda: "Stopped" in person.sees("status_hint"))
        assert person.project.answers() == []
        person.until(lambda: person.messages() == [])
        grounder.let_go()
        person.ask("red cell")
        person.until(lambda: len(person.objects()) == 1)

    drive(body, str(project_path))


def test_escape_closes_the_answer_then_stops_the_question_then_clears_the_selection(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("red cell")
        person.until(lambda: person.objects())
        person.key(Qt.Key.Key_Return, CTRL)
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 3)
        grounder.hold()
        person.ask("unicorn")
        person.until(grounder.thinking.is_set)
        person.click(person.canvas)
        person.drag((2, 170), (75, 95))  # a frame around the accepted red cell selects it
        assert len(person.canvas.selection()) == 1
        person.key(Qt.Key.Key_Escape)
        person.until(lambda: [row[2] for row in person.objects()] == ["accepted · fake"])
        assert grounder.cancelled == 0
        person.key(Qt.Key.Key_Escape)
        person.until(lambda: grounder.cancelled == 1)
        person.until(lambda: not person.sees("ask_running"))
        assert len(person.canvas.selection()) == 1
        person.key(Qt.Key.Key_Escape)
        assert person.canvas.selection() == []
        assert person.project.verdicts() == []

    drive(body, str(project_path))


def test_not_present_is_an_answer_that_a_person_gives(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("unicorn")
        person.until(lambda: person.project.answers())
        person.until(lambda: "not found" in person.sees("answer_summary"))
        person.key(Qt.Key.Key_N)
        assert [(v.kind, v.expression) for v in person.project.verdicts()] == [("not_present", "unicorn")]
        person.until(lambda: person.objects() == [["unicorn", "", ""]])
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.project.verdicts() == []

    drive(body, str(project_path))


def test_letters_typed_in_the_line_are_no_commands(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        first = person.item
        person.type_into("expression_edit", "dark red nx")
        assert person.find(QLineEdit, "expression_edit").text() == "dark red nx"
        assert person.item == first
        assert person.canvas.tool() == "select"

    drive(body, str(project_path))


def test_model_that_cannot_load_is_told_and_asked_again(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        grounder.fails_with = ModelError("The model is not whole", why="a shard is missing")
        person.ask("white cell")
        person.until(lambda: person.messages() == ["The model is not whole"])
        person.until(lambda: "not available" in person.sees("status_model"))
        grounder.fails_with = None
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        person.until(lambda: "CPU" in person.sees("status_model"))

    drive(body, str(project_path))


def test_closing_while_the_model_thinks(drive: Drive, project_path: Path, grounder: HandHeldGrounder) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        grounder.hold()
        person.ask("white cell")
        person.until(grounder.thinking.is_set)

    drive(body, str(project_path))
    assert grounder.cancelled == 1
    assert grounder.closed
    with Project.open(project_path, author="mara", role="command") as project:
        assert project.answers() == []


def test_what_is_marked_and_not_found_again_is_said(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.window._session.editing.draw(Box(1, 1, 50, 50), ("unicorn",))
        person.ask("unicorn")
        person.until(lambda: person.sees("status_hint").startswith("“unicorn”: not found"))
        assert [row[0] for row in person.objects()] == ["unicorn"]

    drive(body, str(project_path))


def test_not_present_of_several_spares_what_was_found(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell; unicorn; red cell")
        person.until(lambda: len(person.project.answers()) == 3)
        person.until(lambda: "unicorn" in person.sees("answer_summary"))
        summary = person.sees("answer_summary")
        assert summary.startswith("“unicorn”: not found")
        assert summary.endswith("  ·  “white cell”: 2, “red cell”: 1 to decide")
        person.key(Qt.Key.Key_N)
        assert [(v.kind, v.expression) for v in person.project.verdicts()] == [("not_present", "unicorn")]
        person.until(lambda: len(person.objects()) == 4)

    drive(body, str(project_path))
