"""Boxes around other shapes, and whether a shape that was kept still fits the box that it became."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from core.schema import Box

Point = tuple[float, float]


def box_around(points: Iterable[Point]) -> Box:
    """The smallest box that holds these points: at least one."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def pairs(numbers: Sequence[float]) -> list[Point]:
    """x, y, x, y, … as points."""
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def rotated(box: Box, degrees: float, pivot: Point) -> Box:
    """The box around a box that is turned clockwise about a point."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(x - pivot[0], y - pivot[1]) for x in (box.x1, box.x2) for y in (box.y1, box.y2)]
    return box_around((pivot[0] + x * cos - y * sin, pivot[1] + x * sin + y * cos) for x, y in corners)


def has_area(box: Box) -> bool:
    """Whether a box is one: its corners in order, with something between them."""
    return box.x1 < box.x2 and box.y1 < box.y2


def fits(shape: Box, box: Box) -> bool:
    """Whether a box is still the one that was read from a shape: the same but for rounding."""
    pair = ((shape.x1, box.x1), (shape.y1, box.y1), (shape.x2, box.x2), (shape.y2, box.y2))
    return all(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6) for one, other in pair)
