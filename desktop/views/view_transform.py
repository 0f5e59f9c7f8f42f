"""Where the picture stands in the widget: zoom and pan as pure arithmetic, no Qt.

`scale` is logical widget pixels per picture pixel; a widget point is `picture * scale + offset`.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.schema import Box

Point = tuple[float, float]
Size = tuple[float, float]

MAX_SCALE = 64.0
FIT_MAX_SCALE = 32.0  # a thumbnail-sized picture is enlarged, but not without end
FIT_MARGIN_PX = 16.0
KEEP_VISIBLE_PX = 48.0
WHEEL_STEP = 1.2


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Zoom and position of a picture in a widget."""

    scale: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    def to_widget(self, point: Point) -> Point:
        """A picture point in widget pixels."""
        return (point[0] * self.scale + self.offset_x, point[1] * self.scale + self.offset_y)

    def to_picture(self, point: Point) -> Point:
        """A widget point in picture pixels; may lie outside the picture."""
        return ((point[0] - self.offset_x) / self.scale, (point[1] - self.offset_y) / self.scale)

    def box_to_widget(self, box: Box) -> tuple[float, float, float, float]:
        """Corners `x1, y1, x2, y2` of a box in widget pixels."""
        x1, y1 = self.to_widget((box.x1, box.y1))
        x2, y2 = self.to_widget((box.x2, box.y2))
        return (x1, y1, x2, y2)


def fit(picture_wh: Size, widget_wh: Size) -> ViewTransform:
    """The whole picture, centred, with a margin."""
    width = max(1.0, widget_wh[0] - 2 * FIT_MARGIN_PX)
    height = max(1.0, widget_wh[1] - 2 * FIT_MARGIN_PX)
    scale = min(width / max(1.0, picture_wh[0]), height / max(1.0, picture_wh[1]), FIT_MAX_SCALE)
    return centred(picture_wh, widget_wh, scale)


def centred(picture_wh: Size, widget_wh: Size, scale: float) -> ViewTransform:
    """The picture's middle in the widget's middle."""
    return ViewTransform(scale, (widget_wh[0] - picture_wh[0] * scale) / 2, (widget_wh[1] - picture_wh[1] * scale) / 2)


def scale_limits(picture_wh: Size, widget_wh: Size) -> tuple[float, float]:
    """Smallest and largest useful scale: from half of "fit" (or 100 %) up to where pixels are big squares."""
    fitting = fit(picture_wh, widget_wh).scale
    return (min(fitting, 1.0) / 2, max(MAX_SCALE, fitting))


def zoom_at(view: ViewTransform, anchor: Point, factor: float, limits: tuple[float, float]) -> ViewTransform:
    """Zoom so that the picture point under `anchor` (widget pixels) stays under it."""
    scale = min(max(view.scale * factor, limits[0]), limits[1])
    x, y = view.to_picture(anchor)
    return ViewTransform(scale, anchor[0] - x * scale, anchor[1] - y * scale)


def wheel_factor(angle_delta: float) -> float:
    """Zoom factor of a wheel's turn, in eighths of a degree (120 is one notch)."""
    return float(WHEEL_STEP ** (angle_delta / 120.0))


def pan(view: ViewTransform, dx: float, dy: float) -> ViewTransform:
    """Move the picture by widget pixels."""
    return ViewTransform(view.scale, view.offset_x + dx, view.offset_y + dy)


def keep_in_sight(view: ViewTransform, picture_wh: Size, widget_wh: Size) -> ViewTransform:
    """The nearest view in which some of the picture is still to be seen, so that nobody loses it."""
    return ViewTransform(
        view.scale,
        _clamp_offset(view.offset_x, picture_wh[0] * view.scale, widget_wh[0]),
        _clamp_offset(view.offset_y, picture_wh[1] * view.scale, widget_wh[1]),
    )


def _clamp_offset(offset: float, extent: float, room: float) -> float:
    margin = min(KEEP_VISIBLE_PX, extent, room)
    return min(max(offset, margin - extent), room - margin)


def reveal(view: ViewTransform, box: Box, widget_wh: Size) -> ViewTransform:
    """The least pan that brings a box into sight (its middle, where it is larger than the widget)."""
    x1, y1, x2, y2 = view.box_to_widget(box)
    return pan(view, _shift(x1, x2, widget_wh[0]), _shift(y1, y2, widget_wh[1]))


def _shift(low: float, high: float, room: float) -> float:
    margin = min(FIT_MARGIN_PX, room / 4)
    if high - low > room - 2 * margin:
        return room / 2 - (low + high) / 2 if high < margin or low > room - margin else 0.0
    if low < margin:
        return margin - low
    return min(0.0, room - margin - high)
