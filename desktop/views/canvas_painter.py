"""Draws boxes, handles, bands and the cross-hair of the canvas. Sees frozen boxes and a view, keeps no state of work.

Lines lie on a dark halo and chips carry their own ground, so that both read on any picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.schema import Box
from desktop.views.canvas_box import CanvasBox
from desktop.views.chip_layout import CHIP_MAX_WIDTH_PX, ChipWish, Rect, floating, layout
from desktop.views.chips import ChipPainter, on_pixels
from desktop.views.hit_testing import area
from desktop.views.view_transform import ViewTransform

LINE_PX = 2.0
_HALO = QColor(0, 0, 0, 120)
_CROWD_HALO = QColor(38, 42, 48)  # opaque paints ten times as fast
_CROWD = 200
_DASH = [4.0, 3.0]
_HANDLE_PX = 9.0
_EDGE_HANDLES_FROM_PX = 44.0
_MANY_SELECTED = 12


class CanvasPainter:
    """Paints boxes for one view of the picture; made anew for each frame or cached layer, so it is cheap."""

    def __init__(self, chips: ChipPainter, view: ViewTransform, widget_wh: tuple[float, float], ratio: float) -> None:
        self._chips = chips
        self._view = view
        self._widget_wh = widget_wh
        self._ratio = ratio

    # --- the quiet layer: every box at rest ---

    def paint_resting(self, painter: QPainter, items: Sequence[CanvasBox]) -> dict[str, Rect]:
        """All boxes and as many chips as have room; returns where the chips are."""
        visible = [item for item in items if self._is_visible(item.box)]
        groups: dict[tuple[str, bool], list[QRectF]] = {}
        for item in visible:
            groups.setdefault((item.colour, item.is_proposal or item.between), []).append(self.rect(item.box))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        halo = _pen(_CROWD_HALO, LINE_PX + 1.5) if len(visible) > _CROWD else _pen(_HALO, LINE_PX + 2)
        for (colour, dashed), rects in groups.items():
            painter.setPen(halo)
            painter.drawRects(rects)
            painter.setPen(_pen(QColor(colour), LINE_PX, dashed=dashed))
            painter.drawRects(rects)
        placed = layout([self._wish(item) for item in by_importance(visible)], self._widget_wh, self._chips.height)
        for item in visible:
            if item.id in placed:
                self._chips.paint(painter, placed[item.id], item, self._ratio)
        return placed

    # --- the lively layer: hovered, selected, dragged ---

    def paint_hovered(self, painter: QPainter, item: CanvasBox, chip: Rect | None) -> None:
        """One box lifted a little, its chip always shown in full."""
        rect = self.rect(item.box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(rect, _tint(item.colour, 26))
        self._outline(painter, rect, item, LINE_PX + 1)
        self._paint_chip(painter, item, chip)

    def paint_selected(
        self, painter: QPainter, items: Sequence[CanvasBox], chips: dict[str, Rect], *, handles: bool, tinted: bool
    ) -> None:
        """Selected boxes: white-rimmed, tinted unless they move; handles where there are few enough to use them."""
        few = len(items) <= _MANY_SELECTED
        for item in sorted(items, key=lambda one: -area(one.box)):
            rect = self.rect(item.box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if tinted:
                painter.fillRect(rect, _tint(item.colour, 26))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(_pen(_HALO, LINE_PX + 6))
            painter.drawRect(rect)
            painter.setPen(_pen(QColor("#ffffff"), LINE_PX + 3))
            painter.drawRect(rect)
            painter.setPen(_pen(QColor(item.colour), LINE_PX + 1, dashed=item.is_proposal or item.between))
            painter.drawRect(rect)
            if few:
                self._paint_chip(painter, item, chips.get(item.id))
        if handles and few:
            for item in items:
                if not item.locked:
                    self._handles(painter, self.rect(item.box), QColor(item.colour))

    def paint_band(self, painter: QPainter, band: Box, colour: QColor, *, filled: int = 22) -> None:
        """A box being drawn, or a rubber band."""
        rect = self.rect(band)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        tint = QColor(colour)
        tint.setAlpha(filled)
        painter.fillRect(rect, tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(_HALO, LINE_PX + 2))
        painter.drawRect(rect)
        painter.setPen(_pen(colour, LINE_PX))
        painter.drawRect(rect)

    def paint_measure(self, painter: QPainter, box: Box, text: str) -> None:
        """The live size beside the lower right corner of a box, kept inside the widget."""
        rect = self.rect(box)
        width, height = self._chips.note_width(text), self._chips.height
        x = min(max(4.0, rect.right() - width), self._widget_wh[0] - width - 4.0)
        y = min(max(4.0, rect.bottom() + 8.0), self._widget_wh[1] - height - 4.0)
        self._chips.paint_note(painter, on_pixels(QPointF(x, y), self._ratio), text)

    def paint_cross_hair(self, painter: QPainter, at: QPointF, picture: QRectF) -> None:
        """Lines through the pointer across the picture, to aim the first corner with."""
        if not picture.contains(at):
            return
        at = on_pixels(at, self._ratio)
        lines = [
            QLineF(picture.left(), at.y(), picture.right(), at.y()),
            QLineF(at.x(), picture.top(), at.x(), picture.bottom()),
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_pen(QColor(0, 0, 0, 110), 3.0))
        painter.drawLines(lines)
        painter.setPen(_pen(QColor(255, 255, 255, 210), 1.0))
        painter.drawLines(lines)

    def rect(self, box: Box) -> QRectF:
        """The box in widget pixels, on the device's grid, never too small to be seen."""
        x1, y1, x2, y2 = self._view.box_to_widget(box)
        top_left = on_pixels(QPointF(x1, y1), self._ratio)
        bottom_right = on_pixels(QPointF(max(x2, x1 + 3.0), max(y2, y1 + 3.0)), self._ratio)
        return QRectF(top_left, bottom_right)

    # --- parts ---

    def _outline(self, painter: QPainter, rect: QRectF, item: CanvasBox, width: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(_HALO, width + 2))
        painter.drawRect(rect)
        painter.setPen(_pen(QColor(item.colour), width, dashed=item.is_proposal or item.between))
        painter.drawRect(rect)

    def _paint_chip(self, painter: QPainter, item: CanvasBox, resting: Rect | None) -> None:
        wish = self._wish(item, must=True)
        is_whole = resting is not None and resting[2] - resting[0] >= min(wish.width, CHIP_MAX_WIDTH_PX)
        chip = resting if is_whole else floating(wish, self._widget_wh, self._chips.height)
        if chip is not None and item.text + str(item.score or ""):
            self._chips.paint(painter, chip, item, self._ratio)

    def _handles(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = _HANDLE_PX / 2
        points = [rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()]
        if rect.width() >= _EDGE_HANDLES_FROM_PX:
            points += [QPointF(rect.center().x(), rect.top()), QPointF(rect.center().x(), rect.bottom())]
        if rect.height() >= _EDGE_HANDLES_FROM_PX:
            points += [QPointF(rect.left(), rect.center().y()), QPointF(rect.right(), rect.center().y())]
        for point in points:
            square = QRectF(point.x() - half, point.y() - half, _HANDLE_PX, _HANDLE_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 110))
            painter.drawRoundedRect(square.adjusted(-1.2, -1.2, 1.2, 1.2), 3, 3)
            painter.setPen(QPen(colour.darker(115), 1.5))
            painter.setBrush(QColor("#ffffff"))
            painter.drawRoundedRect(square, 2, 2)

    def _wish(self, item: CanvasBox, *, must: bool = False) -> ChipWish:
        return ChipWish(item.id, self._view.box_to_widget(item.box), self._chips.width(item), must)

    def _is_visible(self, box: Box) -> bool:
        x1, y1, x2, y2 = self._view.box_to_widget(box)
        return x2 >= -4 and y2 >= -4 and x1 <= self._widget_wh[0] + 4 and y1 <= self._widget_wh[1] + 4


def by_importance(items: Iterable[CanvasBox]) -> list[CanvasBox]:
    """Who gets a chip first where there is no room for all: proposals waiting for an answer, then the large."""
    return sorted(items, key=lambda item: (not item.is_proposal, -area(item.box), item.id))


def _pen(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern(_DASH)
    return pen


def _tint(colour: str, alpha: int) -> QColor:
    tint = QColor(colour)
    tint.setAlpha(alpha)
    return tint
