"""The canvas under a real mouse and keyboard: what a person does comes out as one signal each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeySequence, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core.schema import Box
from desktop.views.canvas import CanvasBox, ImageCanvas, Pyramid

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


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
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


# --- changing ---


def test_dragging_a_corner_resizes_once_on_release(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    changed = QSignalSpy(canvas.box_changed)
    press_and_pull(canvas, at(canvas, 200, 160), at(canvas, 250, 200))
    assert changed.count() == 0
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 250, 200))
    assert rows(changed) == [["a", Box(100, 80, 250, 200)]]
    assert canvas.selection() == ["a"]


def test_dragging_an_edge_of_a_proposal_says_so_under_its_id(canvas: ImageCanvas) -> None:
    canvas.set_proposals([CanvasBox("p", Box(100, 80, 200, 160), "cat", BLUE, score=0.5)])
    changed = QSignalSpy(canvas.box_changed)
    drag(canvas, at(canvas, 100, 120), at(canvas, 60, 120))
    assert rows(changed) == [["p", Box(60, 80, 200, 160)]]


def test_dragging_the_body_moves_and_keeps_the_size(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100.5, 80.25, 200.5, 160.25)])
    changed = QSignalSpy(canvas.box_changed)
    drag(canvas, at(canvas, 150, 120), at(canvas, 170, 110))
    assert rows(changed) == [["a", Box(120.5, 70.25, 220.5, 150.25)]]


def test_a_box_cannot_be_dragged_out_of_the_picture(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 300, 200, 380, 280)])
    changed = QSignalSpy(canvas.box_changed)
    drag(canvas, at(canvas, 340, 240), QPoint(831, 631))
    assert rows(changed) == [["a", Box(320, 220, 400, 300)]]


def test_escape_during_a_drag_changes_nothing(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    changed = QSignalSpy(canvas.box_changed)
    press_and_pull(canvas, at(canvas, 150, 120), at(canvas, 200, 150))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 200, 150))
    assert changed.count() == 0


def test_a_trembling_click_moves_nothing(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    changed = QSignalSpy(canvas.box_changed)
    point = at(canvas, 150, 120)
    drag(canvas, point, point + QPoint(2, 1))
    assert changed.count() == 0 and canvas.selection() == ["a"]


def test_locked_boxes_and_read_only_projects_do_not_move(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160, locked=True), annotation("b", 250, 80, 350, 160)])
    changed, drawn = QSignalSpy(canvas.box_changed), QSignalSpy(canvas.box_drawn)
    drag(canvas, at(canvas, 150, 120), at(canvas, 180, 150))
    drag(canvas, at(canvas, 200, 160), at(canvas, 220, 180))
    canvas.set_editable(False)
    drag(canvas, at(canvas, 300, 120), at(canvas, 320, 150))
    canvas.set_tool("draw")
    drag(canvas, at(canvas, 10, 200), at(canvas, 60, 250))
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert changed.count() == 0 and drawn.count() == 0


def test_a_group_moves_together_as_one_signal(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 150, 130), annotation("b", 200, 80, 250, 130)])
    canvas.set_selection(["a", "b"])
    one, many = QSignalSpy(canvas.box_changed), QSignalSpy(canvas.boxes_changed)
    drag(canvas, at(canvas, 125, 105), at(canvas, 135, 125))
    assert one.count() == 0
    assert rows(many) == [[{"a": Box(110, 100, 160, 150), "b": Box(210, 100, 260, 150)}]]


def test_boxes_sent_back_during_the_signal_are_what_is_shown(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.box_changed.connect(lambda box_id, box: canvas.set_annotations([CanvasBox(box_id, box, "text", BLUE)]))
    drag(canvas, at(canvas, 150, 120), at(canvas, 170, 120))
    assert canvas.boxes()[0].box == Box(120, 80, 220, 160)
    assert canvas.selection() == ["a"]


def test_a_late_answer_does_not_end_a_drag_but_a_vanished_box_does(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    changed = QSignalSpy(canvas.box_changed)
    press_and_pull(canvas, at(canvas, 150, 120), at(canvas, 160, 120))
    canvas.set_proposals([CanvasBox("p", Box(10, 10, 50, 50), "cat", BLUE, score=0.5)])
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 170, 120))
    assert rows(changed) == [["a", Box(120, 80, 220, 160)]]
    press_and_pull(canvas, at(canvas, 150, 120), at(canvas, 160, 120))
    canvas.set_annotations([])
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 170, 120))
    assert changed.count() == 1


# --- nudging ---


def test_arrows_nudge_by_one_pixel_and_with_shift_by_ten(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_selection(["a"])
    changed = QSignalSpy(canvas.box_changed)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, SHIFT)
    assert rows(changed) == [["a", Box(101, 80, 201, 160)], ["a", Box(100, 70, 200, 150)]]


def test_a_held_arrow_is_one_change(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_selection(["a"])
    changed = QSignalSpy(canvas.box_changed)
    for _ in range(5):
        QTest.keyPress(canvas, Qt.Key.Key_Right)
    assert changed.count() == 0
    QTest.keyRelease(canvas, Qt.Key.Key_Right)
    assert rows(changed) == [["a", Box(105, 80, 205, 160)]]


def test_ctrl_and_an_arrow_move_the_lower_right_corner(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160), annotation("b", 10, 10, 50, 50)])
    canvas.set_selection(["a"])
    changed, several = QSignalSpy(canvas.box_changed), QSignalSpy(canvas.boxes_changed)
    QTest.keyClick(canvas, Qt.Key.Key_Right, CTRL | SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Up, CTRL)
    assert rows(changed) == [["a", Box(100, 80, 210, 160)], ["a", Box(100, 80, 200, 159)]]
    canvas.set_selection(["a", "b"])
    QTest.keyClick(canvas, Qt.Key.Key_Left, CTRL)
    assert rows(several) == [[{"a": Box(100, 80, 199, 160), "b": Box(10, 10, 49, 50)}]]


def test_a_nudge_that_becomes_a_resize_is_two_changes_and_loses_none(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_selection(["a"])

    def store(box_id: str, box: Box) -> None:
        canvas.set_annotations([CanvasBox(box_id, box, "text", BLUE)])

    canvas.box_changed.connect(store)
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    QTest.keyPress(canvas, Qt.Key.Key_Right, CTRL)
    QTest.keyRelease(canvas, Qt.Key.Key_Right, CTRL)
    assert canvas.boxes()[0].box == Box(101, 80, 202, 160)


# --- selecting ---


def test_a_click_selects_and_a_click_on_the_ground_clears(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    spy = QSignalSpy(canvas.selection_changed)
    click(canvas, at(canvas, 150, 120))
    click(canvas, at(canvas, 20, 20))
    assert rows(spy) == [[["a"]], [[]]]


def test_selecting_from_outside_is_silent(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    spy = QSignalSpy(canvas.selection_changed)
    canvas.set_selection(["a", "unknown"])
    assert canvas.selection() == ["a"] and spy.count() == 0


def test_a_selected_box_is_shown_where_it_was_sent_and_the_others_stay(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160), annotation("b", 250, 80, 350, 160)])
    canvas.set_selection(["a"])
    before = canvas.grab().toImage()
    canvas.set_annotations([annotation("a", 100, 180, 200, 260), annotation("b", 250, 80, 350, 160)])
    after = canvas.grab().toImage()
    ratio = after.devicePixelRatio()
    old, new, other = (at(canvas, x, y) * ratio for x, y in ((150, 80), (150, 260), (300, 80)))
    assert before.pixelColor(old) != after.pixelColor(old) == QColor("#808080")
    assert after.pixelColor(new) != QColor("#808080")
    assert before.pixelColor(other) == after.pixelColor(other) != QColor("#808080")
    canvas.set_selection([])
    assert canvas.grab().toImage().pixelColor(new) != QColor("#808080")


def test_shift_and_ctrl_add_and_take_away(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 150, 130), annotation("b", 200, 80, 250, 130)])
    click(canvas, at(canvas, 125, 105))
    click(canvas, at(canvas, 225, 105), SHIFT)
    assert canvas.selection() == ["a", "b"]
    click(canvas, at(canvas, 125, 105), CTRL)
    assert canvas.selection() == ["b"]


def test_a_rubber_band_selects_and_with_shift_adds(canvas: ImageCanvas) -> None:
    canvas.set_annotations(
        [annotation("a", 50, 50, 80, 80), annotation("b", 100, 50, 130, 80), annotation("c", 300, 200, 330, 230)]
    )
    drag(canvas, at(canvas, 40, 40), at(canvas, 140, 90))
    assert canvas.selection() == ["a", "b"]
    drag(canvas, at(canvas, 290, 190), at(canvas, 340, 240), SHIFT)
    assert canvas.selection() == ["a", "b", "c"]


def test_repeated_clicks_walk_through_boxes_that_lie_on_each_other(canvas: ImageCanvas) -> None:
    canvas.set_annotations(
        [
            annotation("large", 20, 20, 380, 280),
            annotation("middle", 80, 60, 300, 240),
            annotation("small", 120, 90, 250, 200),
        ]
    )
    seen = []
    for _ in range(4):
        click(canvas, at(canvas, 180, 140))
        seen += canvas.selection()
    assert seen == ["small", "middle", "large", "small"]


def test_a_vanished_box_leaves_the_selection_aloud(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    canvas.set_selection(["a"])
    spy = QSignalSpy(canvas.selection_changed)
    canvas.set_annotations([])
    assert rows(spy) == [[[]]]


def test_a_double_click_and_enter_ask_to_edit(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    spy = QSignalSpy(canvas.edit_requested)
    QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, 150, 120))
    canvas.set_selection(["a"])
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert rows(spy) == [["a"], ["a"]]


def test_a_double_click_edits_the_selected_box_of_a_stack(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("large", 20, 20, 380, 280), annotation("small", 120, 90, 250, 200)])
    spy = QSignalSpy(canvas.edit_requested)
    click(canvas, at(canvas, 180, 140))
    click(canvas, at(canvas, 180, 140))
    assert canvas.selection() == ["large"]
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 180, 140), delay=QApplication.doubleClickInterval() + 1)
    QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, 180, 140))
    assert rows(spy) == [["large"]]
    assert canvas.selection() == ["large"]


def test_the_pointer_shows_what_it_would_do(canvas: ImageCanvas) -> None:
    canvas.set_annotations([annotation("a", 100, 80, 200, 160)])
    hovered = QSignalSpy(canvas.hover_changed)
    shapes = {}
    for name, x, y in (("corner", 100, 80), ("edge", 200, 120), ("top", 150, 80), ("ground", 20, 20)):
        QTest.mouseMove(canvas, at(canvas, x, y))
        shapes[name] = canvas.cursor().shape()
    assert shapes == {
        "corner": Qt.CursorShape.SizeFDiagCursor,
        "edge": Qt.CursorShape.SizeHorCursor,
        "top": Qt.CursorShape.SizeVerCursor,
        "ground": Qt.CursorShape.ArrowCursor,
    }
    assert rows(hovered) == [["a"], [""]]


def test_a_text_that_is_cut_can_be_read_whole(canvas: ImageCanvas) -> None:
    long = "the large red cell right of the platelet that touches two others"
    canvas.set_annotations([CanvasBox("a", Box(100, 80, 200, 160), long, BLUE)])
    point = at(canvas, 150, 120)
    QTest.mouseMove(canvas, point)
    QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, point, canvas.mapToGlobal(point)))
    assert QToolTip.text() == long
    QToolTip.hideText()


def test_the_pointer_says_where_in_the_picture_it_is(canvas: ImageCanvas) -> None:
    spy = QSignalSpy(canvas.pointer_moved)
    QTest.mouseMove(canvas, at(canvas, 50, 60))
    QTest.mouseMove(canvas, QPoint(2, 2))
    assert rows(spy) == [[pytest.approx((50, 60), abs=0.5)], [None]]


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
