"""Paints one row of the item list: thumbnail, name, state, counts. Only reads the model's `RowRole`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.schema import ReviewState
from desktop import icons, theme
from desktop.tokens import FOCUS_RING_PX, RADIUS_PX, RADIUS_SMALL_PX, SPACING, Colours
from desktop.views.thumbnails import ThumbnailModel, ThumbnailRow, clock_text, missing_text, state_text

PICTURE_WH = (72, 54)
# Letters of other scripts come from faces with lower feet than the one that was measured.
_UNCLIPPED = int(Qt.TextFlag.TextDontClip)
_STATE_PX = 10.0
_COUNT_ROOM_PX = 44.0  # a count that would run into the mark of the state stays away
_COUNT_ICON_PX = 13.0
_BADGE_GROUND, _BADGE_INK = QColor(18, 19, 22, 200), QColor(245, 246, 248)  # on a picture, in either scheme


class ThumbnailDelegate(QStyledItemDelegate):
    """A calm row of fixed height, so that a list of any length scrolls without measuring."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for every row."""
        lines = QFontMetricsF(theme.font("body")).height() + QFontMetricsF(theme.font("caption")).height()
        return QSize(180, max(PICTURE_WH[1], round(lines) + SPACING.xs) + 2 * SPACING.s)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, picture, two lines of text."""
        row = index.data(ThumbnailModel.RowRole)
        if not isinstance(row, ThumbnailRow):
            return
        named = theme.colours(option.palette)
        rect = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        self._ground(painter, rect, state, named)
        picture = QRectF(
            rect.left() + SPACING.m, rect.center().y() - PICTURE_WH[1] / 2, float(PICTURE_WH[0]), float(PICTURE_WH[1])
        )
        self._picture(painter, picture, index, row, named)
        text = QRectF(picture.right() + SPACING.m, rect.top(), 0, rect.height())
        text.setRight(rect.right() - SPACING.m)
        self._texts(painter, text, row, named, is_selected=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag, named: Colours) -> None:
        inner = rect.adjusted(SPACING.xs, 1, -SPACING.xs, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(named.selection))
            painter.drawRoundedRect(inner, RADIUS_PX, RADIUS_PX)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(named.hover))
            painter.drawRoundedRect(inner, RADIUS_PX, RADIUS_PX)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(QColor(named.accent), FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)

    def _picture(
        self,
        painter: QPainter,
        rect: QRectF,
        index: QModelIndex | QPersistentModelIndex,
        row: ThumbnailRow,
        named: Colours,
    ) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(rect, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        pixmap = None if row.is_missing else index.data(Qt.ItemDataRole.DecorationRole)
        painter.fillPath(frame, QColor(named.sunken))
        if isinstance(pixmap, QPixmap):
            painter.save()
            painter.setClipPath(frame, Qt.ClipOperation.IntersectClip)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(rect, pixmap, _cover(pixmap, rect))
            painter.restore()
        else:
            name, colour = ("missing", named.danger) if row.is_missing else (row.kind, named.text_disabled)
            glyph = QRectF(rect.center() - QPointF(11, 11), rect.center() + QPointF(11, 11))
            icons.paint_glyph(painter, glyph, name, QColor(colour))
        painter.setPen(QPen(QColor(128, 128, 128, 60), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(frame)
        if row.kind != "image" and not row.is_missing:
            self._badge(painter, rect, row)

    def _badge(self, painter: QPainter, rect: QRectF, row: ThumbnailRow) -> None:
        """What medium it is and how long: a dark chip in the corner of the picture."""
        text = clock_text(row.duration_s) if row.duration_s else ""
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        height = max(_COUNT_ICON_PX + 2, metrics.height())
        width = _COUNT_ICON_PX + 6 + (metrics.horizontalAdvance(text) + 3 if text else 0)
        chip = QRectF(rect.right() - width - 2, rect.bottom() - height - 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BADGE_GROUND)
        painter.drawRoundedRect(chip, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        glyph = QRectF(chip.left() + 3, chip.center().y() - _COUNT_ICON_PX / 2, _COUNT_ICON_PX, _COUNT_ICON_PX)
        icons.paint_glyph(painter, glyph, row.kind, _BADGE_INK)
        if text:
            painter.setFont(font)
            painter.setPen(_BADGE_INK)
            line = QRectF(glyph.right() + 3, chip.top(), chip.right() - glyph.right(), height)
            painter.drawText(line, _UNCLIPPED | int(Qt.AlignmentFlag.AlignVCenter), text)

    def _texts(self, painter: QPainter, room: QRectF, row: ThumbnailRow, named: Colours, *, is_selected: bool) -> None:
        """Name above; state mark, state and counts below."""
        name_font, small_font = theme.font("body"), theme.font("caption")
        name_metrics, small_metrics = QFontMetricsF(name_font), QFontMetricsF(small_font)
        total = name_metrics.height() + SPACING.xs + small_metrics.height()
        top = room.center().y() - total / 2
        painter.setFont(name_font)
        painter.setPen(QColor(named.selection_text if is_selected else named.text))
        name = name_metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(QRectF(room.left(), top, room.width(), name_metrics.height()), _UNCLIPPED, name)

        line = QRectF(room.left(), top + name_metrics.height() + SPACING.xs, room.width(), small_metrics.height())
        ink = QColor(named.selection_text if is_selected else named.text_muted)
        painter.setFont(small_font)
        right = line.right()
        mark = QRectF(line.left(), line.center().y() - _STATE_PX / 2, _STATE_PX, _STATE_PX)
        for glyph, number in (("annotation", row.annotations), ("ask", row.proposals)):
            if number and right - mark.right() > _COUNT_ROOM_PX:
                right = self._count(painter, line, right, glyph, number, ink) - SPACING.s
        paint_state(painter, mark, row.state, named)
        words = missing_text() if row.is_missing else state_text(row.state)
        left = mark.right() + SPACING.xs + 2
        painter.setPen(QColor(named.danger) if row.is_missing else ink)
        painter.setFont(small_font)
        shown = small_metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, right - left))
        painter.drawText(QRectF(left, line.top(), max(0.0, right - left), line.height()), _UNCLIPPED, shown)

    def _count(self, painter: QPainter, line: QRectF, right: float, glyph: str, number: int, ink: QColor) -> float:
        """A small icon with a number, right-aligned; returns its left end."""
        text = str(number) if number < 1000 else "999+"
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(text)
        painter.setPen(ink)
        painter.drawText(QRectF(right - width, line.top(), width + 1, line.height()), 0, text)
        left = right - width - 3 - _COUNT_ICON_PX
        rect = QRectF(left, line.center().y() - _COUNT_ICON_PX / 2, _COUNT_ICON_PX, _COUNT_ICON_PX)
        icons.paint_glyph(painter, rect, glyph, ink)
        return left


class ThumbnailList(QListView):
    """A list view set up for these rows: uniform, smooth, one or many selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Items"))
        self.setItemDelegate(ThumbnailDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)

    def dataChanged(
        self,
        _top_left: QModelIndex | QPersistentModelIndex,
        _bottom_right: QModelIndex | QPersistentModelIndex,
        _roles: Sequence[int] = (),
    ) -> None:
        """Paint anew. Qt would lay out every row again, though all are of one height: 100 ms for 100,000 rows."""
        self.viewport().update()


def paint_state(painter: QPainter, rect: QRectF, state: ReviewState, named: Colours) -> None:
    """A state's mark: its colour and its own shape (ring, dotted ring, half, tick, flag), for any painter."""
    colour = QColor(named.state(state))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, 1.6)
    ring = rect.adjusted(0.8, 0.8, -0.8, -0.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == "proposed":
        pen.setDashPattern([1.5, 1.2])
        painter.setPen(pen)
        painter.drawEllipse(ring)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(rect.center(), rect.width() * 0.16, rect.height() * 0.16)
    elif state == "in_work":
        painter.setPen(pen)
        painter.drawEllipse(ring)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPie(ring, 90 * 16, 180 * 16)
    elif state == "done":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(rect)
        painter.setPen(QPen(QColor(named.surface), 1.5, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        tick = [(0.27, 0.53), (0.44, 0.7), (0.74, 0.33)]
        points = [QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()) for x, y in tick]
        painter.drawPolyline(points)
    elif state == "needs_review":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        middle = rect.center()
        corners = [
            QPointF(middle.x(), rect.top() - 0.5),
            QPointF(rect.right() + 0.5, middle.y()),
            QPointF(middle.x(), rect.bottom() + 0.5),
            QPointF(rect.left() - 0.5, middle.y()),
        ]
        painter.drawPolygon(corners)
    else:
        painter.setPen(pen)
        painter.drawEllipse(ring)
    painter.restore()


def _cover(pixmap: QPixmap, room: QRectF) -> QRectF:
    """The middle part of a picture that fills a frame without being squeezed."""
    width, height = float(pixmap.width()), float(pixmap.height())
    scale = max(room.width() / width, room.height() / height)
    part_wh = (room.width() / scale, room.height() / scale)
    return QRectF((width - part_wh[0]) / 2, (height - part_wh[1]) / 2, *part_wh)
