"""Draws what a view says when it has nothing to show: empty, loading, error. Title, detail, one icon, centred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette

from desktop import icons, theme
from desktop.tokens import SPACING

MessageKind = Literal["empty", "loading", "error", "info"]

_ICONS: dict[MessageKind, str] = {"empty": "image", "loading": "loading", "error": "warning", "info": "info"}
_ICON_PX = 44.0
_MAX_WIDTH_PX = 460.0


@dataclass(frozen=True, slots=True)
class CanvasMessage:
    """What happened (or what is missing), and what to do about it."""

    title: str
    detail: str = ""
    kind: MessageKind = "info"


def paint_message(painter: QPainter, room: QRectF, message: CanvasMessage, palette: QPalette) -> None:
    """Draw a message into the middle of a view."""
    named = theme.colours(palette)
    width = min(_MAX_WIDTH_PX, max(120.0, room.width() - 2 * SPACING.xl))
    title_font, detail_font = theme.font("heading"), theme.font("body")
    wrap = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    tall = QRectF(0, 0, width, 10_000)
    title_height = QFontMetricsF(title_font).boundingRect(tall, int(wrap), message.title).height()
    detail_height = 0.0
    if message.detail:
        detail_height = SPACING.s + QFontMetricsF(detail_font).boundingRect(tall, int(wrap), message.detail).height()
    top = room.center().y() - (_ICON_PX + SPACING.l + title_height + detail_height) / 2
    left = room.center().x() - width / 2

    is_error = message.kind == "error"
    icon_rect = QRectF(room.center().x() - _ICON_PX / 2, top, _ICON_PX, _ICON_PX)
    icons.paint_glyph(
        painter, icon_rect, _ICONS[message.kind], QColor(named.danger if is_error else named.canvas_text_muted)
    )
    top += _ICON_PX + SPACING.l
    painter.setFont(title_font)
    painter.setPen(QColor(named.canvas_text))
    painter.drawText(QRectF(left, top, width, title_height + 2), int(wrap), message.title)
    if message.detail:
        painter.setFont(detail_font)
        painter.setPen(QColor(named.canvas_text_muted))
        painter.drawText(QRectF(left, top + title_height + SPACING.s, width, detail_height), int(wrap), message.detail)
