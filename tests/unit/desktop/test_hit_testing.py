"""What a press takes hold of and what a drag does: boxes stay in the picture, sizes and far edges stay put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schema import Box
from desktop.views.canvas_box import CanvasBox
from desktop.views.gestures import BoxDrag, Drawing
from desktop.views.hit_testing import (
    MIN_SIDE_PX,
    Part,
    area,
    box_between,
    boxes_at,
    in_rubber_band,
    is_large_enough,
    move,
    next_in_stack,
    part_at,
    pick,
    resize,
)

SIZE = (640.0, 480.0)
deltas = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))
points = st.tuples(st.floats(-100, 800), st.floats(-100, 600))
edges = [part for part in Part if part is not Part.BODY]


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x1, y1 = draw(st.floats(0, SIZE[0] - MIN_SIDE_PX)), draw(st.floats(0, SIZE[1] - MIN_SIDE_PX))
    x2 = draw(st.floats(x1 + MIN_SIDE_PX, SIZE[0])) if x1 + MIN_SIDE_PX < SIZE[0] else SIZE[0]
    y2 = draw(st.floats(y1 + MIN_SIDE_PX, SIZE[1])) if y1 + MIN_SIDE_PX < SIZE[1] else SIZE[1]
    return Box(x1, y1, x2, y2)


def shown(box_id: str, box: Box, *, locked: bool = False) -> CanvasBox:
    return CanvasBox(box_id, box, box_id, "#56b4e9", locked=locked)


def is_inside(box: Box) -> bool:
    return box.x1 >= 0 and box.y1 >= 0 and box.x2 <= SIZE[0] and box.y2 <= SIZE[1]


@given(boxes(), st.sampled_from(edges), deltas)
def test_resizing_stays_inside_and_keeps_what_is_not_held(box: Box, part: Part, delta: tuple[float, float]) -> None:
    changed = resize(box, part, delta, SIZE)
    assert is_inside(changed)
    assert changed.x2 - changed.x1 >= MIN_SIDE_PX - 1e-9
    assert changed.y2 - changed.y1 >= MIN_SIDE_PX - 1e-9
    x_side, y_side = part.value
    assert x_side == -1 or changed.x1 == box.x1
    assert x_side == 1 or changed.x2 == box.x2
    assert y_side == -1 or changed.y1 == box.y1
    assert y_side == 1 or changed.y2 == box.y2


@given(boxes(), st.sampled_from(list(Part)))
def test_a_drag_of_nothing_changes_nothing(box: Box, part: Part) -> None:
    assert resize(box, part, (0.0, 0.0), SIZE) == box
    drag = BoxDrag((5.0, 5.0), part, {"a": box}, SIZE)
    drag.move_to((5.0, 5.0))
    assert drag.changed() == {}


@given(st.lists(boxes(), min_size=1, max_size=5), deltas)
def test_moving_keeps_sizes_distances_and_the_picture(group: list[Box], delta: tuple[float, float]) -> None:
    moved = move(group, delta, SIZE)
    for before, after in zip(group, moved, strict=True):
        assert is_inside(after)
        assert after.x2 - after.x1 == pytest.approx(before.x2 - before.x1, abs=1e-6)
        assert after.y2 - after.y1 == pytest.approx(before.y2 - before.y1, abs=1e-6)
        assert after.x1 - before.x1 == pytest.approx(moved[0].x1 - group[0].x1, abs=1e-6)
        assert after.y1 - before.y1 == pytest.approx(moved[0].y1 - group[0].y1, abs=1e-6)


def test_the_frame_time_of_a_box_survives_its_drags() -> None:
    box = Box(10, 10, 50, 50, at_s=1.25)
    assert resize(box, Part.RIGHT, (5, 0), SIZE).at_s == 1.25
    assert move([box], (5, 5), SIZE)[0].at_s == 1.25


@given(points, points)
def test_a_drawn_box_is_whole_pixels_inside_the_picture(a: tuple[float, float], b: tuple[float, float]) -> None:
    box = box_between(a, b, SIZE)
    assert is_inside(box)
    assert box.x1 <= box.x2 and box.y1 <= box.y2
    assert all(value == round(value) for value in (box.x1, box.y1, box.x2, box.y2))
    assert box_between(b, a, SIZE) == box


def test_a_slip_of_the_hand_draws_nothing_but_a_tiny_picture_can_still_be_boxed() -> None:
    drawing = Drawing((10.0, 10.0), SIZE)
    drawing.move_to((11.0, 30.0))
    assert drawing.drawn() is None
    drawing.move_to((13.0, 30.0))
    assert drawing.drawn() == Box(10, 10, 13, 30)
    assert is_large_enough(Box(0, 0, 1, 1), (1.0, 1.0))


@given(boxes(), st.floats(0.1, 10))
def test_each_corner_edge_and_the_middle_are_found(box: Box, tolerance: float) -> None:
    middle = ((box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2)
    assert part_at(box, middle, tolerance) is Part.BODY
    assert part_at(box, (box.x1, box.y1), tolerance) is Part.TOP_LEFT
    assert part_at(box, (box.x2, box.y2), tolerance) is Part.BOTTOM_RIGHT
    assert part_at(box, (box.x2, middle[1]), tolerance) is Part.RIGHT
    assert part_at(box, (middle[0], box.y1), tolerance) is Part.TOP
    assert part_at(box, (box.x2 + 2 * tolerance, middle[1]), tolerance) is None


def test_the_smallest_box_is_on_top_and_repeated_clicks_walk_through_the_stack() -> None:
    large, middle, small = (shown(name, Box(0, 0, side, side)) for name, side in (("l", 300), ("m", 200), ("s", 100)))
    stack = boxes_at([large, small, middle], (50, 50), 4)
    assert [item.id for item in stack] == ["s", "m", "l"]
    assert next_in_stack(stack, None) == "s"
    assert next_in_stack(stack, "s") == "m"
    assert next_in_stack(stack, "l") == "s"
    assert next_in_stack([], "s") is None


def test_a_box_truly_under_the_pointer_comes_before_a_smaller_one_beside_it() -> None:
    around, beside = shown("around", Box(0, 0, 100, 100)), shown("beside", Box(102, 40, 110, 60))
    assert boxes_at([around, beside], (98, 50), 5)[0].id == "around"


def test_the_border_of_a_selected_box_wins_over_a_smaller_box() -> None:
    large, small = shown("large", Box(0, 0, 100, 100)), shown("small", Box(60, 40, 110, 60))
    free = pick([large, small], [], (100, 50), 4)
    assert free is not None and free.id == "small"
    held = pick([large, small], ["large"], (100, 50), 4)
    assert held is not None and (held.id, held.part) == ("large", Part.RIGHT)


def test_a_locked_box_has_no_handles() -> None:
    hit = pick([shown("a", Box(0, 0, 100, 100), locked=True)], ["a"], (100, 100), 4)
    assert hit is not None and hit.part is Part.BODY


def test_nothing_under_the_pointer_is_nothing() -> None:
    assert pick([shown("a", Box(0, 0, 10, 10))], [], (50, 50), 4) is None


@given(st.lists(boxes(), max_size=8), boxes())
def test_a_rubber_band_takes_what_it_touches(group: list[Box], band: Box) -> None:
    items = [shown(str(number), box) for number, box in enumerate(group)]
    touched = set(in_rubber_band(items, band))
    for item in items:
        overlap = Box(
            max(item.box.x1, band.x1), max(item.box.y1, band.y1), min(item.box.x2, band.x2), min(item.box.y2, band.y2)
        )
        if area(overlap) > 0:
            assert item.id in touched
