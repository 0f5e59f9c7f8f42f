"""Boxes on the canvas: changed, nudged and selected by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core.schema import Box
from desktop.views.canvas import CanvasBox, ImageCanvas
from tests.fakes_canvas import (
    BLUE,
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    annotation,
    at,
    click,
    drag,
    press_and_pull,
    rows,
    shown_canvas,
)


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    return shown_canvas(qtbot)


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
