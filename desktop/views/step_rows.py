"""The rows of a list of steps: a sign of the state, the step, and what was found, on as many lines as it needs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.tokens import ICON_PX, RADIUS_PX, SPACING

FOUND = int(Qt.ItemDataRole.UserRole)
TOOK = FOUND + 1  # how long it took, in words
GLYPH = FOUND + 2
ROLE = FOUND + 3  # the colour token of the sign
_LEFT = SPACING.m + ICON_PX + SPACING.m
_WORDS = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class StepRows(QStyledItemDelegate):
    """Paints and measures; belongs to the list whose width it wraps to."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        body = QFontMetrics(theme.font("body")).height()
        return QSize(0, body + self._found_height(index) + 2 * SPACING.s)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        named = theme.colours(option.palette)
        rect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        frame = QRectF(rect).adjusted(2.5, 1.5, -2.5, -1.5)
        if is_selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(named.selection))
            painter.drawRoundedRect(frame, RADIUS_PX, RADIUS_PX)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(named.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS_PX, RADIUS_PX)
        body = theme.font("body")
        height = QFontMetrics(body).height()
        top = rect.top() + SPACING.s
        sign = QRectF(rect.left() + SPACING.m, top + (height - ICON_PX) / 2, ICON_PX, ICON_PX)
        icons.paint_glyph(painter, sign, str(index.data(GLYPH)), QColor(getattr(named, str(index.data(ROLE)))))
        ink = named.selection_text if is_selected else named.text
        painter.setFont(body)
        painter.setPen(QColor(ink))
        first = QRect(rect.left() + _LEFT, top, rect.width() - _LEFT - SPACING.m, height)
        painter.drawText(first, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), str(index.data()))
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(ink if is_selected else named.text_muted))
        painter.drawText(
            first, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), index.data(TOOK) or ""
        )
        if str(index.data(ROLE)) == "danger" and not is_selected:
            painter.setPen(QColor(ink))
        second = QRect(first.left(), top + height, first.width(), self._found_height(index))
        painter.drawText(second, _WORDS, index.data(FOUND) or "")
        painter.restore()

    def _found_height(self, index: QModelIndex | QPersistentModelIndex) -> int:
        """Of the lines under the first; one line is kept free, so that rows do not jump when something is found."""
        metrics = QFontMetrics(theme.font("caption"))
        room = QRect(0, 0, max(80, self._view.viewport().width() - _LEFT - SPACING.m), 10_000)
        wrapped = metrics.boundingRect(room, _WORDS, index.data(FOUND) or "").height()
        return max(metrics.height(), wrapped)
