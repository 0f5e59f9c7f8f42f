"""What catches a drag, from how far, and that it is where the line says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schema import Box
from desktop.views.gestures import BoxDrag, Drawing
from desktop.views.hit_testing import Part
from desktop.views.snapping import Guide, held_by_aim, held_by_drag, held_by_drawing, snap

SIZE = (400.0, 300.0)
OTHER = Box(100, 100, 150, 140)
points = st.tuples(st.floats(-50, 450), st.floats(-50, 350))


def moved(part: Part, box: Box, to: tuple[float, float], others: list[Box], scale: float = 1.0) -> Box:
    """The box after a drag from 0, 0 to a point that may be caught."""
    drag = BoxDrag((0.0, 0.0), part, {"a": box}, SIZE)
    held = held_by_drag(drag, to)
    assert held is not None
    drag.move_to(snap(held, to, others, SIZE, scale).point)
    return drag.boxes["a"]


def test_a_moved_box_is_caught_by_the_picture_and_by_its_neighbour() -> None:
    assert moved(Part.BODY, Box(10, 50, 40, 80), (-7, 0), []) == Box(0, 50, 30, 80)
    assert moved(Part.BODY, Box(10, 50, 40, 80), (56, 0), [OTHER]) == Box(70, 50, 100, 80)
    assert moved(Part.BODY, Box(10, 50, 40, 80), (145, 14), [OTHER]) == Box(150, 70, 180, 100)


def test_only_the_held_edge_is_caught_and_the_others_stay() -> None:
    assert moved(Part.RIGHT, Box(40, 100, 80, 140), (17, 30), [OTHER]) == Box(40, 100, 100, 140)
    assert moved(Part.TOP_LEFT, Box(40, 40, 80, 80), (-38, -36), []) == Box(0, 0, 80, 80)


def test_the_reach_is_in_screen_pixels() -> None:
    box, to = Box(10, 50, 40, 80), (56.0, 0.0)
    assert moved(Part.BODY, box, to, [OTHER], scale=1.0).x2 == 100
    assert moved(Part.BODY, box, to, [OTHER], scale=4.0).x2 == 96


def test_a_box_far_off_on_the_other_axis_does_not_catch() -> None:
    assert moved(Part.BODY, Box(10, 50, 40, 80), (56, 0), [Box(100, 200, 150, 240)]).x2 == 96


def test_the_nearest_edge_wins() -> None:
    others = [Box(100, 50, 120, 80), Box(97, 50, 130, 80)]
    assert moved(Part.BODY, Box(10, 50, 40, 80), (56, 0), others).x2 == 97


def test_a_drawn_corner_and_the_aim_are_caught_with_a_line_from_one_to_the_other() -> None:
    drawing = Drawing((20.0, 20.0), SIZE)
    caught = snap(held_by_drawing(drawing, (97.0, 60.0)), (97.0, 60.0), [OTHER], SIZE, 1.0)
    assert caught.point == (100.0, 60.0)
    assert caught.guides == (Guide("x", 100.0, 20.0, 140.0),)
    aimed = snap(held_by_aim((148.0, 297.0)), (148.0, 297.0), [], SIZE, 1.0)
    assert aimed.point == (148.0, 300.0) and aimed.guides == (Guide("y", 300.0, 0.0, 400.0),)


@given(points, st.floats(0.1, 20))
def test_nothing_is_moved_farther_than_the_reach_and_lines_say_where(point: tuple[float, float], scale: float) -> None:
    caught = snap(held_by_aim(point), point, [OTHER], SIZE, scale)
    for place in (0, 1):
        assert abs(caught.point[place] - point[place]) <= 6.0 / scale + 1e-9
    for guide in caught.guides:
        assert caught.point[0 if guide.axis == "x" else 1] == pytest.approx(guide.at)
        assert guide.low <= guide.high


def test_without_anything_held_there_is_nothing_to_catch() -> None:
    assert held_by_drag(BoxDrag((0.0, 0.0), Part.BODY, {}, SIZE), (5.0, 5.0)) is None
