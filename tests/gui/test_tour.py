"""The one-minute tour: it points at the real window, goes on by what one does or by Next, and Esc ends it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from desktop.views.coach_mark import find_spot
from tests.fakes_gui import HandHeldGrounder
from tests.gui.conftest import Drive, Person

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CIRCLES = [((44.0, 54.0, 116.0, 126.0), 0.95), ((194.0, 34.0, 266.0, 106.0), 0.9)]


@pytest.fixture
def grounder() -> HandHeldGrounder:
    return HandHeldGrounder({"all red circles": CIRCLES})


def card(person: Person) -> QWidget | None:
    found = person.window.findChild(QWidget, "coach_mark")
    return found if found is not None and found.isVisible() else None


def step(person: Person) -> str:
    return person.sees("coach_count") if card(person) is not None else ""


def begin(person: Person) -> None:
    person.click(person.find(QPushButton, "start_tour"))
    person.until(lambda: step(person) == "1 of 7")
    person.until_shown()


def ring_of(person: Person) -> QRect:
    return person.find(QWidget, "coach_ring").geometry()


def place_of(person: Person, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(person.window, widget.rect().topLeft()), widget.size())


def test_the_tour_goes_on_by_what_one_does(drive: Drive) -> None:
    def body(person: Person) -> None:
        begin(person)
        assert person.item.path == "many-circles.jpg"
        edit = person.find(QLineEdit, "expression_edit")
        assert ring_of(person).contains(place_of(person, edit))
        assert not ring_of(person).intersects(card(person).geometry().adjusted(8, 8, -8, -8))
        QTest.keyClicks(edit, "all red circles")
        QTest.keyClick(edit, Qt.Key.Key_Return)
        person.until(lambda: step(person) == "2 of 7")
        person.key(Qt.Key.Key_Return, CTRL, SHIFT, on=person.canvas)
        person.until(lambda: step(person) == "3 of 7")
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        assert step(person) == "3 of 7"  # taking back is no correcting
        person.key(Qt.Key.Key_Z, CTRL, SHIFT, on=person.canvas)
        person.key(Qt.Key.Key_R, on=person.canvas)
        person.drag((215, 355), (285, 425))
        person.until(lambda: person.window.findChild(QLineEdit, "words_edit") is not None or step(person) == "4 of 7")
        if step(person) != "4 of 7":
            QTest.keyClick(person.find(QLineEdit, "words_edit"), Qt.Key.Key_Return)
        person.until(lambda: step(person) == "4 of 7")
        person.ask("yellow heart")
        person.until(lambda: len(person.window._session.showing.contents.answers) == 2)
        person.key(Qt.Key.Key_N, on=person.canvas)
        person.until(lambda: step(person) == "5 of 7")
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until(lambda: step(person) == "6 of 7")
        person.key(Qt.Key.Key_E, CTRL, SHIFT, on=person.canvas)
        person.until(lambda: person.window.findChild(QDialog, "export_dialog") is not None)
        QTest.keyClick(person.find(QComboBox, "export_format"), Qt.Key.Key_Return)
        person.until(lambda: person.window.findChild(QLabel, "report_head") is not None)
        person.click(person.find(QPushButton, "export_close"))
        person.until(lambda: step(person) == "7 of 7")
        assert ring_of(person).intersects(place_of(person, person.find(QWidget, "status_model")))
        person.click(person.find(QPushButton, "coach_next"))
        assert card(person) is None

    drive(body)


def test_next_back_and_escape_by_the_keyboard_and_again_from_help(drive: Drive) -> None:
    def body(person: Person) -> None:
        begin(person)
        edit = person.find(QLineEdit, "expression_edit")
        person.key(Qt.Key.Key_N, ALT, on=edit)
        person.until(lambda: step(person) == "2 of 7")
        person.key(Qt.Key.Key_B, ALT, on=edit)
        person.until(lambda: step(person) == "1 of 7")
        person.window.resize(820, 640)  # what it points at has moved
        person.until(lambda: ring_of(person).contains(place_of(person, edit)))
        assert person.window.rect().contains(card(person).geometry())
        person.key(Qt.Key.Key_Escape, on=edit)
        assert card(person) is None
        person.key(Qt.Key.Key_Escape, on=person.canvas)  # which is a command of its own again
        person.window._commands["tour"].trigger()
        person.until(lambda: step(person) == "1 of 7")
        person.key(Qt.Key.Key_W, CTRL, on=person.canvas)
        person.until(lambda: person.find(QPushButton, "start_tour").isVisible())
        assert card(person) is None  # what it points at is gone

    drive(body)


@pytest.mark.parametrize(
    "target",
    [QRect(5, 5, 300, 30), QRect(700, 600, 60, 30), QRect(0, 300, 200, 200), QRect(0, 0, 790, 630), None],
)
def test_a_card_never_leaves_the_window_and_covers_its_target_only_for_want_of_room(target: QRect | None) -> None:
    room, size = QRect(0, 0, 800, 640), QSize(360, 160)
    spot = find_spot(target, size, room)
    assert room.contains(spot.rect)
    assert (spot.side == "none") == (target is None or target.width() > 700)
    if target is not None and spot.side != "none":
        assert not spot.rect.intersects(target)
