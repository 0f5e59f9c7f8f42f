"""A canvas in a window of its own, and the hands that work on it: for the tests of the view of pictures."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.schema import Box
from desktop.views.canvas import CanvasBox, ImageCanvas

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
BLUE = "#56b4e9"


def picture(width: int = 400, height: int = 300) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    return image


def annotation(box_id: str, *corners: float, locked: bool = False) -> CanvasBox:
    return CanvasBox(box_id, Box(*corners), f"text of {box_id}", BLUE, locked=locked)


def shown_canvas(qtbot: QtBot) -> ImageCanvas:
    """A canvas in a window, with a grey picture."""
    widget = ImageCanvas()
    qtbot.addWidget(widget)
    widget.resize(832, 632)
    widget.show()
    qtbot.waitExposed(widget)
    widget.set_image(picture(), "medium")
    return widget


def at(canvas: ImageCanvas, x: float, y: float) -> QPoint:
    """The widget point over a picture point."""
    left, top = canvas.view_transform().to_widget((x, y))
    return QPoint(round(left), round(top))


def drag(canvas: ImageCanvas, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    press_and_pull(canvas, start, end, modifiers)
    QTest.mouseRelease(canvas, LEFT, modifiers, end)


def press_and_pull(
    canvas: ImageCanvas,
    start: QPoint,
    end: QPoint,
    modifiers: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    QTest.mouseMove(canvas, start)
    QTest.mousePress(canvas, button, modifiers, start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)


def click(canvas: ImageCanvas, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A click far enough in time from the one before not to be a double click."""
    QTest.mouseClick(canvas, LEFT, modifiers, point, delay=QApplication.doubleClickInterval() + 1)


def wheel(canvas: ImageCanvas, point: QPoint, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    where = QPointF(point)
    event = QWheelEvent(
        where,
        QPointF(canvas.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def rows(spy: QSignalSpy) -> list[list[object]]:
    return [list(spy.at(number)) for number in range(spy.count())]
