"""Asking about many items while the person works on one, the threshold, the history, and the model for the medium."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSlider, QToolButton

from core.media import probe_item
from core.project import Project
from core.schema import ModelInfo
from tests.fakes_gui import HandHeldGrounder
from tests.fakes_media import tones, write_sound
from tests.gui.conftest import Drive, Person

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_all_items_are_asked_while_the_person_is_on_another_one(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        first = person.item
        grounder.hold()
        person.type_into("expression_edit", "white cell; unicorn")
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(grounder.thinking.is_set)
        person.until(lambda: "0 of 3 items" in person.sees("run_text"))
        person.click(person.canvas)
        person.key(Qt.Key.Key_D)
        person.until_shown()
        second = person.item
        assert person.project.answers() == []
        person.click(person.find(QToolButton, "run_pause"))
        person.until(lambda: person.sees("run_text").startswith("Paused"))
        grounder.let_go()
        person.until(lambda: "1 of 3 items" in person.sees("run_text"))
        assert {answer.query.media_id for answer in person.project.answers()} == {first.id}
        assert person.objects() == [] and person.item == second
        person.click(person.find(QToolButton, "run_pause"))
        person.until(lambda: len(person.project.answers()) == 6)
        person.until(lambda: len(person.objects()) == 2)
        person.until(lambda: not person.sees("run_text"))
        person.until(lambda: "3 items and found on 3" in person.sees("status_hint"))
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(lambda: "has been asked" in person.sees("status_hint"))

    drive(body, str(project_path))


def test_a_persons_own_question_passes_the_item_that_is_being_asked_about(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        grounder.hold("white cell")  # the background's first item would take for ever
        person.type_into("expression_edit", "white cell")
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(grounder.thinking.is_set)
        person.type_into("expression_edit", "red cell")
        person.key(Qt.Key.Key_Return)
        person.until(lambda: [a.query.expression for a in person.project.answers()] == ["red cell"])
        grounder.let_go()
        person.until(lambda: len(person.project.answers()) == 4 and not person.sees("run_text"))

    drive(body, str(project_path))


def test_a_loaded_model_looks_at_what_is_shown_and_what_comes_next_before_it_is_asked(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.type_into("expression_edit", "white cell")
        person.key(Qt.Key.Key_Return)
        person.until(lambda: len(person.project.answers()) == 1)
        shown, *following = person.project.media()
        person.until(lambda: grounder.prepared == [item.path for item in (shown, *following)])
        person.click(person.canvas)
        person.key(Qt.Key.Key_D)
        person.until_shown()
        person.until(lambda: grounder.prepared[3:] == [item.path for item in following])
        assert len(grounder.asked) == 1

    drive(body, str(project_path))


def test_a_run_that_was_cut_off_is_taken_up_again(drive: Drive, project_path: Path, grounder: HandHeldGrounder) -> None:
    def first(person: Person) -> None:
        person.until_shown()
        grounder.hold()
        person.type_into("expression_edit", "white cell")
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(grounder.thinking.is_set)

    def second(person: Person) -> None:
        person.until_shown()
        person.until(lambda: person.sees("run_text").startswith("Paused at 0 of 3 items  ·  “white cell”"))
        person.click(person.find(QToolButton, "run_pause"))
        person.until(lambda: len(person.project.answers()) == 3 and not person.sees("run_text"))
        grounder.hold()
        person.type_into("expression_edit", "red cell")
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(lambda: "red cell" in person.sees("run_text"))
        person.click(person.find(QToolButton, "run_cancel"))
        person.until(lambda: not person.sees("run_text"))
        grounder.let_go()

    drive(first, str(project_path))
    grounder.let_go()
    drive(second, str(project_path))


def test_the_threshold_says_how_many_it_hides(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        slider = person.find(QSlider, "threshold")
        person.until(slider.isVisible)
        slider.setFocus()
        for _ in range(6):
            QTest.keyClick(slider, Qt.Key.Key_PageUp)
        person.until(lambda: person.sees("threshold_text") == "≥ 0.60 hides 1")
        assert [row[1] for row in person.objects()] == ["0.91"]
        person.key(Qt.Key.Key_Return, CTRL, SHIFT)
        assert len(person.project.annotations()) == 1  # what is hidden is not accepted with the rest
        person.until(lambda: person.window._session.preferences.get("answers.threshold") == 0.6)

    drive(body, str(project_path))


def test_what_was_asked_is_there_again_after_a_restart(drive: Drive, project_path: Path) -> None:
    def first(person: Person) -> None:
        person.until_shown()
        person.ask("white cell")
        person.ask("red cell")
        person.until(lambda: len(person.project.answers()) == 2)

    def second(person: Person) -> None:
        person.until_shown()
        edit = person.find(QLineEdit, "expression_edit")
        person.click(edit)
        QTest.keyClick(edit, Qt.Key.Key_Up)
        QTest.keyClick(edit, Qt.Key.Key_Up)
        assert edit.text() == "white cell"
        QTest.keyClick(edit, Qt.Key.Key_Down)
        assert edit.text() == "red cell"

    drive(first, str(project_path))
    drive(second, str(project_path))


class Listener(HandHeldGrounder):
    """A fake that hears."""

    def describe(self) -> ModelInfo:
        from dataclasses import replace

        return replace(super().describe(), name="fake-time", kinds=frozenset({"video", "audio"}))


def test_a_question_about_a_sound_goes_to_the_model_that_hears(
    drive: Drive, project_path: Path, grounder: HandHeldGrounder
) -> None:
    place = write_sound(project_path.parent / "talk.wav", tones(1.0, 8000), 8000, "pcm_s16le")
    with Project.open(project_path, author="mara", role="command") as project:
        project.add_media([probe_item(place, root="project", relative=place.name)])
    listener = Listener()

    def make(model: str, device: str) -> HandHeldGrounder:
        return {"mini": grounder, "mini-time": listener}[model]

    def body(person: Person) -> None:
        person.until_shown()
        person.type_into("expression_edit", "white cell")
        person.key(Qt.Key.Key_Return, ALT, SHIFT)
        person.until(lambda: len(person.project.answers()) == 4)
        assert [name for name, _ in listener.asked] == ["talk.wav"]
        assert [name for name, _ in grounder.asked] == ["cell-1.png", "cell-2.png", "cell-3.png"]
        assert "mini-time" not in person.sees("status_model")
        for _ in range(3):
            person.key(Qt.Key.Key_D, on=person.canvas)
        person.until(lambda: person.item.kind == "audio")
        person.until(lambda: "mini-time" in person.sees("status_model"))

    drive(body, str(project_path), make=make)
