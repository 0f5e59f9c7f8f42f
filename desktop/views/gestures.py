"""What happens between a mouse press and its release: small pure objects, no Qt.

A gesture previews (`boxes`, `band`) and, on release, says what came of it. The canvas paints the preview
and emits the outcome; cancelling a gesture is forgetting it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.schema import Box
from desktop.views.hit_testing import Part, Point, Size, box_between, is_large_enough, move, resize

DRAG_THRESHOLD_PX = 4.0  # widget pixels before a press becomes a drag


@dataclass
class BoxDrag:
    """Moving or resizing: one box by a part, or the whole selection by its body."""

    start: Point  # picture pixels
    part: Part
    originals: Mapping[str, Box]
    size_wh: Size
    boxes: dict[str, Box] = field(default_factory=dict)

    def move_to(self, point: Point) -> None:
        """Preview for the pointer at this picture point."""
        delta = (point[0] - self.start[0], point[1] - self.start[1])
        if self.part is Part.BODY:
            moved = move(list(self.originals.values()), delta, self.size_wh)
            self.boxes = dict(zip(self.originals, moved, strict=True))
        else:
            self.boxes = {key: resize(box, self.part, delta, self.size_wh) for key, box in self.originals.items()}

    def changed(self) -> dict[str, Box]:
        """The boxes that ended elsewhere than they began."""
        return {key: box for key, box in self.boxes.items() if box != self.originals[key]}


@dataclass
class Drawing:
    """Spanning a new box."""

    start: Point
    size_wh: Size
    band: Box | None = None

    def move_to(self, point: Point) -> None:
        """Preview for the pointer at this picture point."""
        self.band = box_between(self.start, point, self.size_wh)

    def drawn(self) -> Box | None:
        """The new box, or None if it was too small to be meant."""
        return self.band if self.band is not None and is_large_enough(self.band, self.size_wh) else None


@dataclass
class RubberBand:
    """Selecting what a rectangle touches, on top of what was selected before (`keep`)."""

    start: Point
    keep: tuple[str, ...] = ()
    band: Box | None = None

    def move_to(self, point: Point) -> None:
        """Preview for the pointer at this picture point; may leave the picture."""
        xs, ys = sorted((self.start[0], point[0])), sorted((self.start[1], point[1]))
        self.band = Box(xs[0], ys[0], xs[1], ys[1])


@dataclass
class Panning:
    """Dragging the picture itself; points are widget pixels."""

    last: Point

    def step_to(self, point: Point) -> Point:
        """The widget pixels moved since the last step."""
        dx, dy = point[0] - self.last[0], point[1] - self.last[1]
        self.last = point
        return (dx, dy)


Gesture = BoxDrag | Drawing | RubberBand | Panning
