"""Zoom and pan arithmetic: what is under the pointer stays there, and the picture is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schema import Box
from desktop.views.view_transform import (
    ViewTransform,
    fit,
    keep_in_sight,
    reveal,
    scale_limits,
    wheel_factor,
    zoom_at,
)

sizes = st.tuples(st.floats(1, 20_000), st.floats(1, 20_000))
widgets = st.tuples(st.floats(160, 4000), st.floats(120, 3000))
points = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000))
views = st.builds(ViewTransform, st.floats(0.01, 64), st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))


@given(views, points)
def test_there_and_back(view: ViewTransform, point: tuple[float, float]) -> None:
    assert view.to_widget(view.to_picture(point)) == pytest.approx(point, abs=1e-4)


@given(views, points, st.floats(0.1, 10), sizes, widgets)
def test_zoom_keeps_the_point_under_the_pointer(
    view: ViewTransform,
    anchor: tuple[float, float],
    factor: float,
    picture: tuple[float, float],
    widget: tuple[float, float],
) -> None:
    limits = scale_limits(picture, widget)
    zoomed = zoom_at(view, anchor, factor, limits)
    assert limits[0] <= zoomed.scale <= limits[1]
    assert zoomed.to_widget(view.to_picture(anchor)) == pytest.approx(anchor, abs=1e-3)


@given(sizes, widgets)
def test_fit_shows_the_whole_picture_in_the_middle(picture: tuple[float, float], widget: tuple[float, float]) -> None:
    view = fit(picture, widget)
    left, top = view.to_widget((0, 0))
    right, bottom = view.to_widget(picture)
    assert left >= -0.01 and top >= -0.01
    assert right <= widget[0] + 0.01 and bottom <= widget[1] + 0.01
    assert left == pytest.approx(widget[0] - right, abs=0.01)
    assert top == pytest.approx(widget[1] - bottom, abs=0.01)


@given(views, sizes, widgets)
def test_some_of_the_picture_always_stays_in_sight(
    view: ViewTransform, picture: tuple[float, float], widget: tuple[float, float]
) -> None:
    kept = keep_in_sight(view, picture, widget)
    left, top = kept.to_widget((0, 0))
    right, bottom = kept.to_widget(picture)
    assert right > 0 and bottom > 0 and left < widget[0] and top < widget[1]
    again = keep_in_sight(kept, picture, widget)
    assert (again.offset_x, again.offset_y) == pytest.approx((kept.offset_x, kept.offset_y), abs=1e-6)


def test_a_notch_forward_and_one_back_is_where_it_began() -> None:
    assert wheel_factor(120) * wheel_factor(-120) == pytest.approx(1.0)
    assert wheel_factor(120) == pytest.approx(1.2)


@given(views, widgets, st.floats(0, 1e4), st.floats(0, 1e4), st.floats(1, 500), st.floats(1, 500))
def test_reveal_brings_a_box_into_sight(
    view: ViewTransform, widget: tuple[float, float], x: float, y: float, width: float, height: float
) -> None:
    box = Box(x, y, x + width, y + height)
    x1, y1, x2, y2 = reveal(view, box, widget).box_to_widget(box)
    assert x2 > 0 and x1 < widget[0] and y2 > 0 and y1 < widget[1]


def test_reveal_leaves_alone_what_is_in_sight() -> None:
    view = ViewTransform(1.0, 0.0, 0.0)
    assert reveal(view, Box(100, 100, 200, 200), (800, 600)) == view
