"""Draws label chips and measures them: filled for annotations, dark with a coloured rim and a score for proposals."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from desktop import icons, theme
from desktop.tokens import RADIUS_SMALL_PX, readable, text_on
from desktop.views.canvas_box import CanvasBox
from desktop.views.chip_layout import CHIP_MIN_WIDTH_PX, Rect

_PAD_PX = 7.0
_GAP_PX = 6.0
_LOCK_PX = 12.0
_CACHE_SIZE = 1500
_DARK = QColor(18, 20, 24, 235)


class ChipPainter:
    """Chips in one font, each drawn once and kept."""

    def __init__(self) -> None:
        self._font = theme.font("small", bold=True)
        self._metrics = QFontMetricsF(self._font)
        self._drawn: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._widths: dict[str, float] = {}

    @property
    def height(self) -> float:
        """Height of every chip in logical pixels."""
        return round(self._metrics.height() + 5.0)

    def width(self, item: CanvasBox) -> float:
        """What the whole text of a box needs."""
        parts = [self._text_width(part) for part in (item.text, _score_text(item)) if part]
        if item.locked:
            parts.append(_LOCK_PX)
        return max(CHIP_MIN_WIDTH_PX, round(sum(parts) + _GAP_PX * max(0, len(parts) - 1) + 2 * _PAD_PX))

    def paint(self, painter: QPainter, rect: Rect, item: CanvasBox, device_ratio: float) -> None:
        """Draw the chip of a box, its text elided to the rectangle."""
        width, height = rect[2] - rect[0], rect[3] - rect[1]
        key = (item.text, item.colour, _score_text(item), item.is_proposal, item.locked, round(width), device_ratio)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._draw(item, width, height, device_ratio)
            self._drawn[key] = drawn
            if len(self._drawn) > _CACHE_SIZE:
                self._drawn.popitem(last=False)
        else:
            self._drawn.move_to_end(key)
        painter.drawPixmap(on_pixels(QPointF(rect[0], rect[1]), device_ratio), drawn)

    def paint_note(self, painter: QPainter, corner: QPointF, text: str) -> None:
        """A quiet dark chip, such as the size of a box while it is drawn."""
        rect = QRectF(corner.x(), corner.y(), self._text_width(text) + 2 * _PAD_PX, self.height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_DARK)
        painter.drawRoundedRect(rect, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        painter.setFont(self._font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def note_width(self, text: str) -> float:
        """Width of such a note."""
        return self._text_width(text) + 2 * _PAD_PX

    def font(self) -> QFont:
        """The font of all chips."""
        return self._font

    def _text_width(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) > _CACHE_SIZE:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def _draw(self, item: CanvasBox, width: float, height: float, device_ratio: float) -> QPixmap:
        pixmap = QPixmap(round(width * device_ratio), round(height * device_ratio))
        pixmap.setDevicePixelRatio(device_ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(item.colour)
        if item.is_proposal:
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(_DARK)
            ink = QColor("#ffffff")
        else:
            painter.setPen(QPen(QColor(0, 0, 0, 90), 1.0))
            painter.setBrush(colour)
            ink = QColor(text_on(colour.name()))
        painter.drawRoundedRect(QRectF(0.75, 0.75, width - 1.5, height - 1.5), RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        self._write(painter, item, QRectF(_PAD_PX, 0, width - 2 * _PAD_PX, height), ink)
        painter.end()
        return pixmap

    def _write(self, painter: QPainter, item: CanvasBox, room: QRectF, ink: QColor) -> None:
        """Lock, text and score from left to right; the text gives way first, the score last."""
        painter.setFont(self._font)
        painter.setPen(ink)
        middle = Qt.AlignmentFlag.AlignVCenter
        if item.locked and room.width() > _LOCK_PX * 2:
            lock = QRectF(room.x(), room.center().y() - _LOCK_PX / 2, _LOCK_PX, _LOCK_PX)
            icons.paint_glyph(painter, lock, "lock", ink)
            room.setLeft(lock.right() + _GAP_PX)
        score = _score_text(item)
        if score:
            score_width = min(self._text_width(score), room.width() + _PAD_PX)
            alone = room.width() - score_width - _GAP_PX < self._text_width("mm…")
            place = Qt.AlignmentFlag.AlignHCenter if alone else Qt.AlignmentFlag.AlignRight
            painter.setPen(QColor(readable(item.colour, _DARK.name(), 5.5)) if item.is_proposal else ink)
            painter.drawText(room.adjusted(-2, 0, 2, 0), middle | place, score)
            painter.setPen(ink)
            if alone:
                return
            room.setRight(room.right() - score_width - _GAP_PX)
        text = self._metrics.elidedText(item.text, Qt.TextElideMode.ElideRight, room.width() + 0.5)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text)


def _score_text(item: CanvasBox) -> str:
    return "" if item.score is None else f"{item.score:.2f}"


def on_pixels(point: QPointF, device_ratio: float) -> QPointF:
    """The nearest point of the device's own grid, so that lines and text stay sharp."""
    return QPointF(round(point.x() * device_ratio) / device_ratio, round(point.y() * device_ratio) / device_ratio)
