"""A picture with its halved copies, so that a zoomed-out view of a huge one costs no more than the screen.

Building takes a while for tens of megapixels and needs no GUI thread: make a `Pyramid` in a worker and hand it over.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

SMALLEST_SIDE_PX = 512


@dataclass(frozen=True)
class Pyramid:
    """`levels[0]` is the picture itself, each next one half the size, in formats that paint fast."""

    levels: tuple[QImage, ...]

    @staticmethod
    def build(image: QImage) -> Pyramid:
        """Halve until the longer side is small. About a third more memory than the picture alone."""
        levels = [_paintable(image)]
        while max(levels[-1].width(), levels[-1].height()) > SMALLEST_SIDE_PX * 2:
            last = levels[-1]
            half = last.scaled(
                max(1, (last.width() + 1) // 2),
                max(1, (last.height() + 1) // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            levels.append(_paintable(half))
        return Pyramid(tuple(levels))

    @property
    def size_wh(self) -> tuple[int, int]:
        """Size of the picture itself."""
        return (self.levels[0].width(), self.levels[0].height())

    def level_for(self, device_scale: float) -> QImage:
        """The smallest copy that still has a pixel for every screen pixel, `device_scale` screen per picture pixel."""
        index = 0
        while index + 1 < len(self.levels) and device_scale * 2 ** (index + 1) <= 1.0 + 1e-6:
            index += 1
        return self.levels[index]

    def paint(self, painter: QPainter, target: QRectF, source: QRectF, device_scale: float) -> None:
        """Draw the part `source` (picture pixels) into `target`; from three times enlarged on, pixels are squares."""
        level = self.level_for(device_scale)
        across = level.width() / self.levels[0].width()
        down = level.height() / self.levels[0].height()
        part = QRectF(source.x() * across, source.y() * down, source.width() * across, source.height() * down)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, device_scale < 3.0 and device_scale != 1.0)
        painter.drawImage(target, level, part)


def _paintable(image: QImage) -> QImage:
    wanted = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    return image if image.format() == wanted else image.convertToFormat(wanted)
