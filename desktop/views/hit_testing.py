"""What lies under the pointer, and what a drag does to a box: pure functions, no Qt.

All coordinates are picture pixels; a tolerance in widget pixels is divided by the view's scale by the caller.
Edges that a hand places are whole pixels: nobody means half of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from core.schema import Box
from desktop.views.canvas_box import CanvasBox

MIN_SIDE_PX = 2.0

Point = tuple[float, float]
Size = tuple[float, float]


class Part(Enum):
    """The part of a box that is held: its body, an edge or a corner. The value is `(x side, y side)`."""

    BODY = (0, 0)
    LEFT = (-1, 0)
    RIGHT = (1, 0)
    TOP = (0, -1)
    BOTTOM = (0, 1)
    TOP_LEFT = (-1, -1)
    TOP_RIGHT = (1, -1)
    BOTTOM_LEFT = (-1, 1)
    BOTTOM_RIGHT = (1, 1)


@dataclass(frozen=True, slots=True)
class Hit:
    """A box and the part of it under the pointer."""

    id: str
    part: Part


def area(box: Box) -> float:
    """Area in square pixels."""
    return max(0.0, box.x2 - box.x1) * max(0.0, box.y2 - box.y1)


def contains(box: Box, point: Point, tolerance: float = 0.0) -> bool:
    """Whether a point lies in the box, or within `tolerance` of it."""
    x, y = point
    return box.x1 - tolerance <= x <= box.x2 + tolerance and box.y1 - tolerance <= y <= box.y2 + tolerance


def intersects(a: Box, b: Box) -> bool:
    """Whether two boxes share at least a point."""
    return a.x1 <= b.x2 and b.x1 <= a.x2 and a.y1 <= b.y2 and b.y1 <= a.y2


def part_at(box: Box, point: Point, tolerance: float) -> Part | None:
    """The part of one box under a point: corners first, then edges, then the body; None outside.

    In a box smaller than the tolerance the inner side of the border shrinks, so that the body can still be held.
    """
    if not contains(box, point, tolerance):
        return None
    x_side = _side(point[0], box.x1, box.x2, tolerance)
    y_side = _side(point[1], box.y1, box.y2, tolerance)
    return Part((x_side, y_side))


def _side(value: float, low: float, high: float, tolerance: float) -> int:
    inner = min(tolerance, (high - low) / 4)
    if value <= low + inner:
        return -1
    return 1 if value >= high - inner else 0


def boxes_at(boxes: Iterable[CanvasBox], point: Point, tolerance: float) -> list[CanvasBox]:
    """Every box under a point, the smallest first; those truly around the point before those merely near."""
    near = [item for item in boxes if contains(item.box, point, tolerance)]
    return sorted(near, key=lambda item: (not contains(item.box, point), area(item.box), item.id))


def pick(boxes: Sequence[CanvasBox], selected: Iterable[str], point: Point, tolerance: float) -> Hit | None:
    """What a press would take hold of.

    A border of a selected box wins (that is why it was selected), then the smallest box under the point.
    """
    under = boxes_at(boxes, point, tolerance)
    chosen = set(selected)
    for item in under:
        if item.id in chosen and not item.locked:
            part = part_at(item.box, point, tolerance)
            if part not in (None, Part.BODY):
                return Hit(item.id, part or Part.BODY)
    if not under:
        return None
    top = under[0]
    part = part_at(top.box, point, tolerance)
    return Hit(top.id, Part.BODY if top.locked or part is None else part)


def next_in_stack(stack: Sequence[CanvasBox], selected_id: str | None) -> str | None:
    """The box that a repeated click on the same place selects: the one below, then the first again."""
    if not stack:
        return None
    ids = [item.id for item in stack]
    if selected_id not in ids:
        return ids[0]
    return ids[(ids.index(selected_id) + 1) % len(ids)]


def in_rubber_band(boxes: Iterable[CanvasBox], band: Box) -> list[str]:
    """The boxes that a rubber band touches."""
    return [item.id for item in boxes if intersects(item.box, band)]


# --- drags -------------------------------------------------------------------------------------


def min_side(extent: float) -> float:
    """The least side of a box along an axis of this length."""
    return min(MIN_SIDE_PX, extent)


def box_between(a: Point, b: Point, size_wh: Size) -> Box:
    """The box spanned by two points, on whole pixels and inside the picture; may have no area."""
    xs = sorted(_snap(value, size_wh[0]) for value in (a[0], b[0]))
    ys = sorted(_snap(value, size_wh[1]) for value in (a[1], b[1]))
    return Box(xs[0], ys[0], xs[1], ys[1])


def _snap(value: float, extent: float) -> float:
    return min(max(float(round(value)), 0.0), extent)


def is_large_enough(box: Box, size_wh: Size) -> bool:
    """Whether a drawn box is one, rather than a slip of the hand."""
    return box.x2 - box.x1 >= min_side(size_wh[0]) and box.y2 - box.y1 >= min_side(size_wh[1])


def resize(box: Box, part: Part, delta: Point, size_wh: Size) -> Box:
    """The box with the held edges moved by `delta`.

    An edge stays in the picture and at least the least side away from its opposite; what is not held stays
    exactly where it was. Holding the body resizes nothing: use `move`.
    """
    x_side, y_side = part.value
    x1, x2 = _resize_axis(box.x1, box.x2, x_side, delta[0], size_wh[0])
    y1, y2 = _resize_axis(box.y1, box.y2, y_side, delta[1], size_wh[1])
    return replace(box, x1=x1, y1=y1, x2=x2, y2=y2)


def _resize_axis(low: float, high: float, side: int, delta: float, extent: float) -> tuple[float, float]:
    if side == 0 or delta == 0:
        return low, high
    least = min_side(extent)
    if side < 0:
        return max(0.0, min(float(round(low + delta)), high - least)), high
    return low, min(extent, max(float(round(high + delta)), low + least))


def move(boxes: Sequence[Box], delta: Point, size_wh: Size) -> list[Box]:
    """Boxes moved together by whole pixels, as far as all of them stay in the picture, sizes unchanged."""
    dx = _move_axis([(box.x1, box.x2) for box in boxes], delta[0], size_wh[0])
    dy = _move_axis([(box.y1, box.y2) for box in boxes], delta[1], size_wh[1])
    return [_moved(box, dx, dy, size_wh) for box in boxes]


def _move_axis(spans: Sequence[tuple[float, float]], delta: float, extent: float) -> float:
    if not spans:
        return 0.0
    room_before = min(low for low, _ in spans)
    room_after = extent - max(high for _, high in spans)
    whole = float(round(delta))
    return min(max(whole, min(0.0, -room_before)), max(0.0, room_after))


def _moved(box: Box, dx: float, dy: float, size_wh: Size) -> Box:
    """Shifted, with the last rounding error of float addition kept out of the picture's edge."""
    if dx == 0 and dy == 0:
        return box
    x2, y2 = min(box.x2 + dx, max(size_wh[0], box.x2)), min(box.y2 + dy, max(size_wh[1], box.y2))
    return replace(box, x1=max(box.x1 + dx, min(0.0, box.x1)), y1=max(box.y1 + dy, min(0.0, box.y1)), x2=x2, y2=y2)
