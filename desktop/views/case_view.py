"""One answer of a model to look at: the picture with truth and answer drawn, or spans on a line, and what was said."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import core_words, theme
from desktop.elided_label import ElidedLabel
from desktop.tokens import RADIUS_SMALL_PX, SPACING

SIZE = QSize(220, 148)
TRUE_COLOUR, SAID_COLOUR = "#009E73", "#D55E00"  # as in the pictures of a report


class CasePair(QWidget):
    """The same question before and after."""

    def __init__(self, case: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.xs)
        head = ElidedLabel(self)
        head.setText(case["expression"])
        head.setFont(theme.font("small", bold=True))
        name = ElidedLabel(self)
        name.setText(self._fitting(str(case["medium"]).rsplit("/", 1)[-1]))
        theme.set_text_role(name, "caption", muted=True)
        for line in (head, name):
            line.setToolTip(f"{case['expression']}\n{case['medium']}")
            line.setFixedWidth(SIZE.width())
            column.addWidget(line)
        for title, side in ((self.tr("Before"), case["before"]), (self.tr("After"), case["after"])):
            words = core_words.said(side["said"])
            column.addWidget(_CasePicture(side, f"{title}: {case['expression']}, {words}", self))
            said = QLabel(f"{title}: {words}", self)
            said.setWordWrap(True)
            said.setFixedWidth(SIZE.width())
            theme.set_text_role(said, "caption", muted=True)
            column.addWidget(said)
        column.addStretch(1)

    def _fitting(self, name: str) -> str:
        """The name of a file, cut in the middle: its end tells it from others."""
        metrics = QFontMetrics(theme.font("caption"))
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, SIZE.width() - SPACING.xs)


class _CasePicture(QWidget):
    def __init__(self, side: Mapping[str, Any], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._side = side
        self._picture = QPixmap()
        if side.get("jpeg"):
            self._picture.loadFromData(base64.b64decode(side["jpeg"]), "JPEG")
        self.setFixedSize(SIZE if not self._picture.isNull() else QSize(SIZE.width(), 64))

    def paintEvent(self, _: QPaintEvent) -> None:
        named = theme.colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(named.canvas))
        painter.drawRoundedRect(self.rect(), RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        if not self._picture.isNull():
            room = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, room.width(), room.height())
            target.moveCenter(QRectF(self.rect()).center())
            painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
            return
        duration = float(self._side.get("duration_s") or 0.0)
        if duration <= 0:
            painter.setPen(QColor(named.canvas_text_muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("It cannot be shown"))
            return
        width = self.width() - 2 * SPACING.s
        for top, colour, spans in ((14, TRUE_COLOUR, self._side["true_s"]), (38, SAID_COLOUR, self._side["found_s"])):
            painter.setBrush(QColor(named.border))
            painter.drawRoundedRect(QRectF(SPACING.s, top + 4, width, 4), 2, 2)
            painter.setBrush(QColor(colour))
            for start, end in spans:
                left = SPACING.s + width * min(1.0, start / duration)
                right = SPACING.s + width * min(1.0, end / duration)
                painter.drawRoundedRect(QRectF(left, top, max(3.0, right - left), 12), 3, 3)
