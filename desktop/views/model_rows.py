"""The rows of the list of models: an icon, a name, a second line, and a tick where a model is in use."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.tokens import ICON_PX, RADIUS_PX, SPACING, Colours

NAME = int(Qt.ItemDataRole.UserRole)
SECOND_LINE = NAME + 1
GLYPH = NAME + 2
ROLE = NAME + 3  # the colour token of the icon
IS_USED = NAME + 4


class ModelRows(QStyledItemDelegate):
    """A row without a `NAME` is a heading."""

    def sizeHint(self, _: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        body = QFontMetricsF(theme.font("body")).height()
        second = QFontMetricsF(theme.font("caption")).height()
        if not index.data(NAME):
            return QSize(0, round(second + SPACING.m + SPACING.xs))
        return QSize(0, round(body + second + SPACING.m + SPACING.xs))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        named = theme.colours(option.palette)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not index.data(NAME):
            painter.setFont(theme.font("caption", bold=True))
            painter.setPen(QColor(named.text_muted))
            painter.drawText(
                rect.adjusted(SPACING.s, 0, -SPACING.s, -SPACING.xs),
                int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft),
                str(index.data()),
            )
            painter.restore()
            return
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_selected or is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(named.selection if is_selected else named.hover))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), RADIUS_PX, RADIUS_PX)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(named.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(2.5, 1.5, -2.5, -1.5), RADIUS_PX, RADIUS_PX)
        _paint_words(painter, rect, index, named, QColor(named.selection_text if is_selected else named.text))
        painter.restore()


def _paint_words(
    painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex, named: Colours, ink: QColor
) -> None:
    """Icon, name, second line and tick."""
    icon = QRectF(rect.left() + SPACING.m, rect.center().y() - ICON_PX / 2, ICON_PX, ICON_PX)
    icons.paint_glyph(painter, icon, str(index.data(GLYPH)), QColor(getattr(named, str(index.data(ROLE)))))
    right = rect.right() - SPACING.m
    if index.data(IS_USED):
        tick = QRectF(right - ICON_PX, rect.center().y() - ICON_PX / 2, ICON_PX, ICON_PX)
        icons.paint_glyph(painter, tick, "done", QColor(named.success))
        right = tick.left() - SPACING.xs
    left = icon.right() + SPACING.m
    first, second = theme.font("body"), theme.font("caption")
    height = QFontMetricsF(first).height() + QFontMetricsF(second).height()
    top = rect.center().y() - height / 2
    lines = (
        (str(index.data()), first, ink, Qt.TextElideMode.ElideMiddle),
        (str(index.data(SECOND_LINE)), second, QColor(named.text_muted), Qt.TextElideMode.ElideRight),
    )
    for text, face, colour, mode in lines:
        metrics = QFontMetricsF(face)
        painter.setFont(face)
        painter.setPen(colour)
        painter.drawText(
            QRectF(left, top, right - left, metrics.height()),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            metrics.elidedText(text, mode, right - left),
        )
        top += metrics.height()
