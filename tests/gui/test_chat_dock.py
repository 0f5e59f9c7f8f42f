"""The chat dock: questions about the current item, boxes that can be accepted, other answers, ratings, late answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QToolButton

from core.errors import ModelError
from core.project import Project
from tests.fakes_gui_chat import HandHeldTalker
from tests.gui.conftest import Drive, Person, boxes

CTRL = Qt.KeyboardModifier.ControlModifier
WHERE = "Where is the white cell?"


@pytest.fixture
def grounder() -> HandHeldTalker:
    """One white blood cell, and words about everything else."""
    return HandHeldTalker({WHERE: [((20.0, 20.0, 80.0, 80.0), 0.91)]})


def open_chat(person: Person) -> None:
    person.until_shown()
    person.key(Qt.Key.Key_T, CTRL)
    person.until(person.find(QPlainTextEdit, "chat_edit").hasFocus)


def say(person: Person, text: str) -> None:
    """Type a question into the chat and press Enter."""
    edit = person.find(QPlainTextEdit, "chat_edit")
    person.click(edit.viewport())
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    person.until(lambda: edit.toPlainText() == "")


def shown(person: Person, name: str) -> list[str]:
    """What the visible labels or buttons of this name say, from top to bottom."""
    panel = person.find(QPlainTextEdit, "chat_edit").parentWidget().parentWidget()
    found = [*panel.findChildren(QLabel, name), *panel.findChildren(QToolButton, name)]
    seen = [widget for widget in found if widget.isVisible()]
    seen.sort(key=lambda widget: widget.mapTo(panel, widget.rect().topLeft()).y())
    return [widget.text().replace("\u200b", "") for widget in seen]


def button(person: Person, name: str) -> QToolButton:
    """The last visible button of this name."""
    person.until(lambda: [found for found in person.window.findChildren(QToolButton, name) if found.isVisible()])
    return [found for found in person.window.findChildren(QToolButton, name) if found.isVisible()][-1]


def test_ask_see_the_box_accept_it_and_undo(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        say(person, WHERE)
        person.until(lambda: shown(person, "chat_text") == [f"{WHERE}: 0 before, seed 0"])
        assert (shown(person, "chat_question"), shown(person, "chat_model")) == ([WHERE], ["fake"])
        person.until(lambda: len(person.canvas.boxes()) == 1)
        person.key(Qt.Key.Key_Escape)  # puts the answer away undecided
        person.until(lambda: person.canvas.boxes() == ())
        person.click(button(person, "chat_mark"))  # and its chip brings it back
        person.until(lambda: len(person.canvas.selection()) == 1)
        assert shown(person, "chat_mark") == ["1  0.91"] and button(person, "chat_mark").isChecked()
        person.click(button(person, "chat_accept"))
        assert boxes(person.project, person.item) == [(20, 20, 80, 80)]
        assert [row[0] for row in person.objects()] == ["white cell"]  # not the whole question
        person.until(lambda: button(person, "chat_mark").property("mark") == "accepted")
        assert shown(person, "chat_accept") == []
        person.key(Qt.Key.Key_Z, CTRL)  # the keyboard is still in the empty field
        assert boxes(person.project, person.item) == []
        person.until(lambda: button(person, "chat_mark").property("mark") == "open")

    drive(body, str(project_path))


def test_the_key_opens_the_chat_and_puts_it_away(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        edit = person.find(QPlainTextEdit, "chat_edit")
        QTest.keyClicks(edit, "d n x /")  # letters are letters here
        QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        assert edit.toPlainText() == "d n x /\n" and person.item.path == "cell-1.png"
        assert person.project.verdicts() == []
        person.click(person.canvas)
        person.key(Qt.Key.Key_T, CTRL)
        person.until(edit.hasFocus)
        person.key(Qt.Key.Key_T, CTRL)
        person.until(lambda: not edit.isVisible())
        assert person.canvas.hasFocus()

    drive(body, str(project_path))


def test_another_answer_takes_the_place_of_the_last_and_clear_forgets(
    drive: Drive, project_path: Path, grounder: HandHeldTalker
) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        say(person, "What is this?")
        person.until(lambda: shown(person, "chat_text"))
        person.until(lambda: shown(person, "chat_again"))
        say(person, "And this?")
        person.until(lambda: shown(person, "chat_text")[-1:] == ["And this?: 1 before, seed 0"])
        person.click(button(person, "chat_again"))
        person.until(lambda: shown(person, "chat_text")[-1:] == ["And this?: 1 before, seed 1"])
        assert shown(person, "chat_question") == ["What is this?", "And this?"]
        assert [question.temperature > 0 for question in grounder.questions] == [False, False, True]
        person.click(person.find(QToolButton, "chat_clear"))
        person.until(lambda: shown(person, "chat_question") == [])
        assert "single questions" in person.sees("chat_empty")
        say(person, "What is left?")
        person.until(lambda: shown(person, "chat_text") == ["What is left?: 0 before, seed 0"])

    drive(body, str(project_path))


def test_a_rating_is_kept_with_the_project_and_shown_again(drive: Drive, project_path: Path) -> None:
    def rate(person: Person) -> None:
        open_chat(person)
        say(person, WHERE)
        person.until(lambda: shown(person, "chat_mark"))
        person.click(button(person, "chat_rate_up"))
        person.click(button(person, "chat_rate_down"))
        person.until(lambda: button(person, "chat_rate_down").isChecked())
        assert not button(person, "chat_rate_up").isChecked()
        assert [rating.value for rating in person.project.ratings()] == ["down"]
        person.key(Qt.Key.Key_Z, CTRL)
        person.until(lambda: button(person, "chat_rate_up").isChecked())

    def look(person: Person) -> None:
        open_chat(person)
        person.until(lambda: shown(person, "chat_question") == [WHERE])
        assert shown(person, "chat_model") == ["fake  ·  rated earlier"]
        assert button(person, "chat_rate_up").isChecked() and shown(person, "chat_mark") == ["1  0.91"]
        person.click(button(person, "chat_rate_up"))
        person.until(lambda: shown(person, "chat_question") == [])

    drive(rate, str(project_path))
    with Project.open(project_path, author="Ben", role="command") as project:
        (rating,) = project.ratings()
    assert (rating.value, rating.question, rating.text) == ("up", WHERE, f"{WHERE}: 0 before, seed 0")
    drive(look, str(project_path))


def test_a_late_answer_belongs_to_the_item_it_was_asked_about(
    drive: Drive, project_path: Path, grounder: HandHeldTalker
) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        first = person.item
        grounder.hold()
        say(person, WHERE)
        person.until(lambda: shown(person, "chat_text") == [f"{WHERE}: "])  # what is written so far
        person.click(person.canvas)
        person.key(Qt.Key.Key_D)
        person.until_shown()
        person.until(lambda: shown(person, "chat_question") == [])
        grounder.let_go()
        person.until(lambda: person.project.answers(first.id))
        assert person.project.answers(person.item.id) == [] and person.canvas.boxes() == ()
        person.until(lambda: "cell-1.png" in person.sees("status_hint"))
        assert shown(person, "chat_question") == []
        person.key(Qt.Key.Key_A)
        person.until_shown()
        person.until(lambda: shown(person, "chat_question") == [WHERE])
        assert len(person.canvas.boxes()) == 1

    drive(body, str(project_path))


def test_an_answer_is_stopped_and_asked_for_again_and_a_failure_says_why(
    drive: Drive, project_path: Path, grounder: HandHeldTalker
) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        grounder.hold()
        say(person, WHERE)
        person.until(grounder.thinking.is_set)
        person.until(lambda: "Stop" in person.find(QPushButton, "chat_send").text())
        person.click(person.find(QPushButton, "chat_send"))
        person.until(lambda: grounder.cancelled == 1 and shown(person, "chat_note") == ["Stopped."])
        assert person.project.answers() == []
        grounder.let_go()
        grounder.stumbles_with = ModelError("It does not fit", next_step="Ask less")
        person.click(button(person, "chat_again"))
        person.until(lambda: shown(person, "chat_note") == ["It does not fit. Ask less."])
        grounder.stumbles_with = None
        person.click(button(person, "chat_again"))
        person.until(lambda: shown(person, "chat_mark") == ["1  0.91"])
        assert shown(person, "chat_note") == [] and person.messages() == []

    drive(body, str(project_path))


def test_a_model_that_cannot_chat_says_so(drive: Drive, project_path: Path, grounder: HandHeldTalker) -> None:
    grounder.chats = False

    def body(person: Person) -> None:
        open_chat(person)
        edit = person.find(QPlainTextEdit, "chat_edit")
        QTest.keyClicks(edit, "H")  # loads the model
        person.until(lambda: "cannot chat" in person.sees("chat_obstacle"))
        assert not edit.isEnabled() and not person.find(QPushButton, "chat_send").isEnabled()

    drive(body, str(project_path))


def test_a_read_only_project_can_be_talked_about_and_nothing_is_kept(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        open_chat(person)
        assert person.project.read_only
        say(person, WHERE)
        person.until(lambda: shown(person, "chat_mark") == ["1  0.91"])
        chip, thumb = button(person, "chat_mark"), button(person, "chat_rate_up")
        assert (chip.isEnabled(), thumb.isEnabled()) == (False, False)
        assert "read-only" in chip.toolTip() and "read-only" in thumb.toolTip()
        assert person.project.answers() == [] and person.messages() == []

    with Project.open(project_path, author="Ben"):  # somebody else holds it
        drive(body, str(project_path))
