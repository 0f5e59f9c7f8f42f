"""The canvas under a real mouse and keyboard: what a person does comes out as one signal each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeySequence, QMouseEvent, QPainter
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.schema import Box
from desktop.views.canvas import CanvasBox, ImageCanvas, Pyramid
from tests.fakes_canvas import (
    BLUE,
    CTRL,
    LEFT,
    MIDDLE,
    NONE,
    SHIFT,
    annotation,
    at,
    click,
    drag,
    picture,
    press_and_pull,
    rows,
    shown_canvas,
    wheel,
)


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    return shown_canvas(qtbot)


# --- the view ---


def test_a_new_picture_is_fitted_and_the_same_one_keeps_its_zoom(canvas: ImageCanvas) -> None:
    assert canvas.zoom() == pytest.approx(2.0)
    canvas.set_zoom(5.0)
    canvas.set_image(picture(), "medium")
    assert canvas.zoom() == pytest.approx(5.0)
    canvas.set_image(picture(), "another")
    assert canvas.zoom() == pytest.approx(2.0)


@pytest.mark.parametrize("modifiers", [NONE, CTRL])
def test_the_wheel_zooms_at_the_pointer(canvas: ImageCanvas, modifiers: Qt.KeyboardModifier) -> None:
    point = at(canvas, 100, 80)
    before = canvas.view_transform().to_picture((point.x(), point.y()))
    spy = QSignalSpy(canvas.zoom_changed)
    wheel(canvas, point, 2, modifiers)
    assert canvas.zoom() == pytest.approx(2.0 * 1.2**2)
    assert rows(spy) == [[pytest.approx(canvas.zoom())]]
    assert canvas.view_transform().to_picture((point.x(), point.y())) == pytest.approx(before)


def test_fit_100_percent_and_zoom(canvas: ImageCanvas) -> None:
    canvas.actual_size()
    assert canvas.zoom() == pytest.approx(1.0)
    canvas.zoom_in()
    assert canvas.zoom() == pytest.approx(1.2)
    canvas.zoom_out()
    assert canvas.zoom() == pytest.approx(1.0)
    canvas.fit()
    assert canvas.zoom() == pytest.approx(2.0)


def test_a_fitted_picture_stays_fitted_when_the_window_grows(canvas: ImageCanvas) -> None:
    canvas.resize(432, 332)
    assert canvas.zoom() == pytest.approx(1.0)


def test_a_picture_that_was_mended_is_shown_under_the_same_boxes(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_zoom(4.0)
    first, small = canvas.grab().toImage(), canvas.minimap.grab().toImage()
    mended = picture()
    mended.fill(QColor("#203040"))
    canvas.set_image(mended, "medium")
    middle = canvas.rect().center() + QPoint(37, 41)
    assert first.pixelColor(middle).name() == "#808080"
    assert canvas.grab().toImage().pixelColor(middle).name() == "#203040"
    assert canvas.minimap.grab().toImage() != small


def test_middle_drag_and_space_drag_pan(canvas: ImageCanvas) -> None:
    canvas.set_zoom(4.0)
    before = canvas.view_transform()
    press_and_pull(canvas, QPoint(300, 300), QPoint(340, 320), button=MIDDLE)
    QTest.mouseRelease(canvas, MIDDLE, NONE, QPoint(340, 320))
    after = canvas.view_transform()
    assert (after.offset_x - before.offset_x, after.offset_y - before.offset_y) == pytest.approx((40, 20))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, QPoint(300, 300), QPoint(290, 270))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    last = canvas.view_transform()
    assert (last.offset_x - after.offset_x, last.offset_y - after.offset_y) == pytest.approx((-10, -30))


def test_the_view_shows_the_picture_and_magnified_pixels_as_squares(canvas: ImageCanvas) -> None:
    image = picture(20, 10)
    image.setPixelColor(3, 4, QColor("#ff0000"))
    canvas.set_image(image, "tiny")
    canvas.set_zoom(30.0)
    shown = canvas.grab().toImage()
    ratio = shown.devicePixelRatio()
    for x, y, colour in ((3.1, 4.1, "#ff0000"), (3.9, 4.9, "#ff0000"), (4.1, 4.5, "#808080"), (2.9, 4.5, "#808080")):
        left, top = canvas.view_transform().to_widget((x, y))
        assert shown.pixelColor(round(left * ratio), round(top * ratio)).name() == colour


@pytest.mark.parametrize("zoom", [0.13, 0.25, 0.37, 0.5, 0.8, 1.0, 1.7, 3.3])
def test_what_is_painted_lies_where_the_boxes_are(canvas: ImageCanvas, zoom: float) -> None:
    """At every zoom, whichever copy it is painted from: the picture's own edges stand within a pixel of the box's."""
    image = picture(3001, 2003)
    painter = QPainter(image)
    painter.fillRect(1200, 800, 601, 403, QColor("#ff0000"))
    painter.end()
    canvas.set_image(image, "large")
    canvas.set_zoom(zoom, (411.3, 317.7))
    shown = canvas.grab().toImage()
    x1, y1, x2, y2 = canvas.view_transform().box_to_widget(Box(1200, 800, 1801, 1203))

    def is_red(x: float, y: float) -> bool | None:
        if not (0 <= x < canvas.width() and 0 <= y < canvas.height()):
            return None
        return shown.pixelColor(int(x), int(y)).green() < 64

    middle_y, middle_x = max(0.0, min((y1 + y2) / 2, 631)), max(0.0, min((x1 + x2) / 2, 831))
    assert is_red(x1 + 2, middle_y) in (True, None) and is_red(x1 - 2, middle_y) in (False, None)
    assert is_red(x2 - 2, middle_y) in (True, None) and is_red(x2 + 2, middle_y) in (False, None)
    assert is_red(middle_x, y1 + 2) in (True, None) and is_red(middle_x, y1 - 2) in (False, None)
    assert is_red(middle_x, y2 - 2) in (True, None) and is_red(middle_x, y2 + 2) in (False, None)


def test_without_a_picture_there_is_no_zoom_to_tell(qtbot: QtBot) -> None:
    empty = ImageCanvas()
    qtbot.addWidget(empty)
    spy = QSignalSpy(empty.zoom_changed)
    empty.resize(700, 500)
    empty.show()
    empty.fit()
    empty.zoom_in()
    empty.pan_by(10, 10)
    assert spy.count() == 0


def test_a_huge_picture_is_painted_from_a_small_copy() -> None:
    pyramid = Pyramid.build(picture(6000, 3000))
    assert pyramid.size_wh == (6000, 3000)
    assert pyramid.level_for(1.0).width() == 6000
    assert pyramid.level_for(0.25).width() == 1500
    assert pyramid.level_for(0.26).width() == 3000
    assert pyramid.level_for(0.001).width() <= 1024


# --- drawing ---


def test_a_drag_draws_a_box_once_on_release(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    press_and_pull(canvas, at(canvas, 50, 40), at(canvas, 150, 120))
    assert drawn.count() == 0
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 150, 120))
    assert rows(drawn) == [[Box(50, 40, 150, 120)]]
    assert canvas.tool() == "draw"


def test_keys_alone_draw_a_box(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    QTest.keyClick(canvas, Qt.Key.Key_Left)  # the pen comes, in the middle of 400 × 300
    assert canvas.accessibleDescription() == "Drawing at 200, 150"
    QTest.keyClick(canvas, Qt.Key.Key_Left, CTRL)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Down, CTRL)
    assert canvas.accessibleDescription().startswith("Drawing at ") and drawn.count() == 0
    QTest.mouseMove(canvas, at(canvas, 20, 20))  # somebody shoves the mouse
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    (box,) = rows(drawn)[0]
    assert (box.x1, box.y1, box.y2) == (190, 149, 159) and box.x2 >= 200
    assert canvas.tool() == "draw"


def test_escape_lifts_the_pen_and_a_press_of_the_mouse_takes_over(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(canvas, key)
    drag(canvas, at(canvas, 350, 250), at(canvas, 400, 300))
    assert rows(drawn) == [[Box(350, 250, 400, 300)]]


def test_other_keys_nudge_when_a_person_wants_them(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_selection(["a"])
    changed = QSignalSpy(canvas.box_changed)
    canvas.nudge_keys.set({"move_right": [QKeySequence("Alt+L")], "size_far_down": [QKeySequence("J")]})
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(canvas, Qt.Key.Key_J)
    assert rows(changed)[0] == ["a", Box(101, 80, 201, 160)]
    assert rows(changed)[1] == ["a", Box(100, 80, 200, 170)]
    assert changed.count() == 2


def test_a_drawn_box_stays_in_sight_until_it_is_an_annotation_or_given_up(canvas: ImageCanvas) -> None:
    def has_band() -> bool:
        """Whether the middle of the drawn box is tinted."""
        shown = canvas.grab().toImage()
        return shown.pixelColor(at(canvas, 100, 80) * shown.devicePixelRatio()) != QColor("#808080")

    canvas.set_tool("draw")
    drag(canvas, at(canvas, 50, 40), at(canvas, 150, 120))
    assert has_band()
    canvas.set_annotations([])
    assert not has_band()
    drag(canvas, at(canvas, 50, 40), at(canvas, 150, 120))
    QTest.mouseMove(canvas, at(canvas, 300, 200))
    assert not has_band()


def test_a_drawn_box_stays_in_the_picture(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    drag(canvas, at(canvas, 350, 250), QPoint(831, 631))
    assert rows(drawn) == [[Box(350, 250, 400, 300)]]


def test_escape_cancels_the_drawing_then_puts_the_tool_away(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    press_and_pull(canvas, at(canvas, 50, 40), at(canvas, 150, 120))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 150, 120))
    assert drawn.count() == 0 and canvas.tool() == "draw"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool() == "select"


def test_a_click_with_the_drawing_tool_draws_nothing(canvas: ImageCanvas) -> None:
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    click(canvas, at(canvas, 50, 40))
    assert drawn.count() == 0


# --- changing the medium ---


def test_another_medium_starts_without_boxes_and_cancels_a_drag(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    changed = QSignalSpy(canvas.box_changed)
    press_and_pull(canvas, at(canvas, 150, 120), at(canvas, 200, 150))
    canvas.set_image(picture(), "another")
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 200, 150))
    assert canvas.boxes() == () and canvas.selection() == [] and changed.count() == 0


@pytest.mark.parametrize("kind", ["empty", "loading", "error", "info"])
def test_a_message_stands_instead_of_a_picture_and_takes_no_drags(canvas: ImageCanvas, kind: str) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.show_message("The file is missing", "Find it with File → Relink.", kind)
    drawn = QSignalSpy(canvas.box_drawn)
    canvas.set_tool("draw")
    drag(canvas, QPoint(100, 100), QPoint(300, 300))
    wheel(canvas, QPoint(100, 100), 1)
    assert not canvas.has_image() and canvas.boxes() == () and drawn.count() == 0
    assert canvas.accessibleDescription() == "The file is missing. Find it with File → Relink."
    assert not canvas.grab().isNull()


def test_screen_readers_hear_what_is_there(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_proposals([CanvasBox("p", Box(10, 10, 50, 50), "cat", BLUE, score=0.5)])
    canvas.set_selection(["p"])
    assert canvas.accessibleName() == "Picture canvas"
    assert canvas.accessibleDescription() == "1 annotations, 1 proposals, 1 selected: cat, 10, 10, 40 × 40 px"


def test_a_thousand_boxes_with_every_kind_of_text_are_painted(canvas: ImageCanvas) -> None:
    texts = ["", "a", "红细胞", "a very long expression about the leftmost of all cells " * 4]
    canvas.set_annotations(
        [
            CanvasBox(f"a{n}", Box(n % 40 * 10, n // 40 * 10, n % 40 * 10 + 8, n // 40 * 10 + 8), texts[n % 4], BLUE)
            for n in range(1000)
        ]
    )
    canvas.set_proposals([CanvasBox("p", Box(0, 0, 400, 300), "cat", BLUE, score=None, locked=True)])
    canvas.select_all()
    assert len(canvas.selection()) == 1001
    assert not canvas.grab().isNull()


# --- snapping, and the overview ---


def send_move(canvas: ImageCanvas, point: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """A move with a key held, which the test tool cannot send."""
    where = QPointF(point)
    event = QMouseEvent(QEvent.Type.MouseMove, where, QPointF(canvas.mapToGlobal(point)), LEFT, LEFT, modifiers)
    QApplication.sendEvent(canvas, event)


def test_a_drawn_corner_is_caught_by_another_box_unless_alt_is_held(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_tool("draw")
    drawn = QSignalSpy(canvas.box_drawn)
    drag(canvas, at(canvas, 202, 162), at(canvas, 250, 200))
    press_and_pull(canvas, at(canvas, 202, 162), at(canvas, 250, 200))
    send_move(canvas, at(canvas, 398, 200), Qt.KeyboardModifier.AltModifier)
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.AltModifier, at(canvas, 398, 200))
    canvas.set_snapping(False)
    drag(canvas, at(canvas, 202, 162), at(canvas, 250, 200))
    assert [row[0] for row in rows(drawn)] == [
        Box(200, 160, 250, 200),
        Box(200, 160, 398, 200),
        Box(202, 162, 250, 200),
    ]


def test_lines_show_what_caught_a_moved_box_and_go_when_it_is_let_go(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160), annotation("b", 20, 200, 60, 240)])
    changed = QSignalSpy(canvas.box_changed)
    press_and_pull(canvas, at(canvas, 40, 220), at(canvas, 122, 220))
    assert [(guide.axis, guide.at) for guide in canvas.guides()] == [("x", 100.0)]
    assert not canvas.grab().isNull()
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 122, 220))
    assert canvas.guides() == ()
    assert rows(changed) == [["b", Box(100, 200, 140, 240)]]


def test_the_overview_is_there_while_something_is_out_of_sight_and_a_click_goes_there(canvas: ImageCanvas) -> None:
    overview = canvas.minimap
    assert not overview.isVisible()
    canvas.set_zoom(8.0)
    assert overview.isVisible() and not overview.grab().isNull()
    QTest.mouseClick(overview, LEFT, NONE, QPoint(overview.width() // 4, overview.height() // 4))
    x, y = canvas.view_transform().to_picture((canvas.width() / 2, canvas.height() / 2))
    assert (x, y) == pytest.approx((100, 75), abs=3)
    assert canvas.selection() == []
    QTest.mouseClick(overview, LEFT, NONE, QPoint(1, 1))
    assert canvas.picture_rect().topLeft().toTuple() == pytest.approx((0, 0), abs=0.01)  # no farther than its border
    overview.set_wanted(False)
    assert not overview.isVisible()
    overview.set_wanted(True)
    canvas.fit()
    assert not overview.isVisible()
    canvas.set_zoom(8.0)
    canvas.show_message("gone", "", "error")
    assert not overview.isVisible()
