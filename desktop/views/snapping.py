"""Edges that catch: where a drag is drawn to the picture's border or to an edge of another box. Pure, no Qt.

All coordinates are picture pixels; distances in widget pixels are divided by the view's scale by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.schema import Box
from desktop.views.gestures import BoxDrag, Drawing
from desktop.views.hit_testing import Part, Point, Size

REACH_PX = 6.0  # widget pixels from which an edge is caught
NEIGHBOUR_PX = 90.0  # widget pixels within which a box is near enough to align with

Axis = Literal["x", "y"]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Guide:
    """A line that shows what an edge was caught by: at `at` on the axis, from `low` to `high` on the other one."""

    axis: Axis
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Held:
    """What moves with the pointer: the bounds of it all, and which of their edges may be caught."""

    x_span: Span
    y_span: Span
    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Snapped:
    """A pointer that was caught, and the lines to show for it."""

    point: Point
    guides: tuple[Guide, ...] = ()


def held_by_drag(drag: BoxDrag, point: Point) -> Held | None:
    """The edges that a drag has taken to `point`: all four of what is moved, or those that are held by a part."""
    boxes = list(drag.originals.values())
    if not boxes:
        return None
    dx, dy = point[0] - drag.start[0], point[1] - drag.start[1]
    x_span = (min(box.x1 for box in boxes), max(box.x2 for box in boxes))
    y_span = (min(box.y1 for box in boxes), max(box.y2 for box in boxes))
    if drag.part is Part.BODY:
        x_span, y_span = (x_span[0] + dx, x_span[1] + dx), (y_span[0] + dy, y_span[1] + dy)
        return Held(x_span, y_span, x_span, y_span)
    x_side, y_side = drag.part.value
    return Held(x_span, y_span, _edges(x_span, x_side, dx), _edges(y_span, y_side, dy))


def _edges(span: Span, side: int, by: float) -> tuple[float, ...]:
    return () if side == 0 else ((span[0] if side < 0 else span[1]) + by,)


def held_by_drawing(drawing: Drawing, point: Point) -> Held:
    """The corner that is being drawn."""
    x_span, y_span = sorted((drawing.start[0], point[0])), sorted((drawing.start[1], point[1]))
    return Held((x_span[0], x_span[1]), (y_span[0], y_span[1]), (point[0],), (point[1],))


def held_by_aim(point: Point) -> Held:
    """The pointer itself, before a box is begun."""
    return Held((point[0], point[0]), (point[1], point[1]), (point[0],), (point[1],))


def snap(held: Held, point: Point, others: Sequence[Box], size_wh: Size, scale: float) -> Snapped:
    """Move the pointer so that the nearest caught edge lies on what caught it; both axes on their own.

    `scale` is widget pixels per picture pixel. Boxes catch only from nearby, else a crowd would catch everything.
    """
    reach, near = REACH_PX / scale, NEIGHBOUR_PX / scale
    beside = [box for box in others if _gap((box.y1, box.y2), held.y_span) <= near]
    x_by, x_guide = _along("x", held.x_edges, held.y_span, _vertical(beside), size_wh, reach)
    above = [box for box in others if _gap((box.x1, box.x2), held.x_span) <= near]
    y_by, y_guide = _along("y", held.y_edges, held.x_span, _horizontal(above), size_wh, reach)
    guides = tuple(guide for guide in (x_guide, y_guide) if guide is not None)
    return Snapped((point[0] + x_by, point[1] + y_by), guides)


def _vertical(boxes: Iterable[Box]) -> list[tuple[float, Span]]:
    return [(at, (box.y1, box.y2)) for box in boxes for at in (box.x1, box.x2)]


def _horizontal(boxes: Iterable[Box]) -> list[tuple[float, Span]]:
    return [(at, (box.x1, box.x2)) for box in boxes for at in (box.y1, box.y2)]


def _gap(a: Span, b: Span) -> float:
    """The distance between two spans; 0 where they overlap."""
    return max(0.0, a[0] - b[1], b[0] - a[1])


def _along(
    axis: Axis, edges: Sequence[float], across: Span, targets: list[tuple[float, Span]], size_wh: Size, reach: float
) -> tuple[float, Guide | None]:
    """How far to move on one axis, and the line to show. The picture's own border comes first among equals."""
    extent, whole = (size_wh[0], size_wh[1]) if axis == "x" else (size_wh[1], size_wh[0])
    best: tuple[float, float, float, Span] | None = None  # distance, by, at, span of what caught it
    for at, span in [(0.0, (0.0, whole)), (extent, (0.0, whole)), *targets]:
        for edge in edges:
            distance = abs(at - edge)
            if distance <= reach and (best is None or distance < best[0] - 1e-9):
                best = (distance, at - edge, at, span)
    if best is None:
        return 0.0, None
    _, by, at, span = best
    return by, Guide(axis, at, min(across[0], span[0]), max(across[1], span[1]))
