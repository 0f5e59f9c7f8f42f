"""Small squares of colour for rows of a list: filled, or in dashes for what a model offers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.tokens import readable

SWATCH_PX = 14


class Swatches:
    """Draws each once for the scheme and the screen of a widget."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._drawn: dict[tuple[object, ...], QIcon] = {}

    def of(self, colour: str, *, dashed: bool = False) -> QIcon:
        """A filled square for an annotation, an outlined one for a proposal: colour is never the only sign."""
        ratio = self._widget.devicePixelRatioF()
        named = theme.colours(self._widget.palette())
        key = (colour, dashed, ratio, named.scheme)
        if key not in self._drawn:
            self._drawn[key] = _draw(readable(colour, named.surface), ratio, dashed=dashed)
        return self._drawn[key]


def _draw(shade: str, ratio: float, *, dashed: bool) -> QIcon:
    pixmap = QPixmap(round(SWATCH_PX * ratio), round(SWATCH_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(QColor(shade))
    pen.setWidthF(1.6)
    if dashed:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([1.6, 1.4])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush if dashed else QColor(shade))
    painter.drawRoundedRect(2, 2, SWATCH_PX - 4, SWATCH_PX - 4, 2, 2)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # the colour says the same in a selected row
    return icon
