"""A small figure in pyqtgraph, in the colours of the theme: lines, points and bars over one axis. Nothing to click."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.tokens import SPACING

_LINE_PX = 2.0
_BAR = 0.6  # of the way from one to the next


class Figure(pg.PlotWidget):  # type: ignore[misc]
    """Shows what it was given last; a new theme draws it anew."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, enableMenu=False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAccessibleName(name)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.plotItem.setContentsMargins(SPACING.s, SPACING.m, SPACING.l, SPACING.xs)
        self._from_zero = False
        self._lines: list[tuple[Sequence[float], Sequence[float], bool]] = []
        self._bars: Sequence[float] = ()
        self._names: Sequence[str] = ()
        self._draw()

    def show_lines(
        self, *lines: tuple[Sequence[float], Sequence[float]], points: bool = False, from_zero: bool = False
    ) -> None:
        """Lines of (x, y); the first in the accent, others quieter. from_zero: the upright axis begins there."""
        self._from_zero = from_zero
        self._lines = [(xs, ys, points) for xs, ys in lines if len(xs)]
        self._bars = ()
        self._draw()

    def show_bars(self, values: Sequence[float], names: Sequence[str]) -> None:
        """A bar for each value, with its name below."""
        self._lines, self._bars, self._names = [], tuple(values), tuple(names)
        self._draw()

    def name_points(self, names: Sequence[str]) -> None:
        """What stands below x = 0, 1, …"""
        self._names = tuple(names)
        self._draw()

    def label(self, left: str, bottom: str = "") -> None:
        """What the axes tell."""
        self.setLabel("left", left)
        self.setLabel("bottom", bottom)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_names"):
            self._draw()

    def _draw(self) -> None:
        named = theme.colours(self.palette())
        self.setBackground(QColor(named.surface))
        self.plotItem.clear()
        text = QColor(named.text_muted)
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(_pen(named.border_strong, 1.0))
            axis.setTextPen(text)
            axis.setSIPrefixEnableRanges(())  # `enableAutoSIPrefix(False)` scales once more: 0.7 would be 700
            axis.setStyle(tickFont=theme.font("caption"))
            axis.label.setFont(theme.font("caption"))
        ticks = [[(at, name) for at, name in enumerate(self._names) if name]] if self._names else None
        self.plotItem.getAxis("bottom").setTicks(ticks)
        for number, (xs, ys, points) in enumerate(self._lines):
            colour = (named.accent, named.warning, named.text_muted)[min(number, 2)]
            line = pg.PlotDataItem(
                list(xs), list(ys), pen=_pen(colour, _LINE_PX), symbol="o" if points or len(xs) == 1 else None,
                symbolSize=7, symbolBrush=QColor(colour), symbolPen=None,
            )  # fmt: skip
            self.plotItem.addItem(line)
        if self._bars:
            bars = pg.BarGraphItem(
                x=list(range(len(self._bars))), height=list(self._bars), width=_BAR, brush=QColor(named.accent),
                pen=QPen(Qt.PenStyle.NoPen),
            )  # fmt: skip
            self.plotItem.addItem(bars)
            self.setXRange(-0.6, max(len(self._bars), 2) - 0.4, padding=0)
            self.setYRange(0, max(*self._bars, 0.0001) * 1.1, padding=0)
            return
        self.plotItem.enableAutoRange()
        values = [value for _, ys, _ in self._lines for value in ys]
        if self._from_zero and values:
            self.setYRange(0, max(*values, 0.0001) * 1.15, padding=0)
            count = max(len(self._lines[0][0]), 2)
            self.setXRange(-max(0.4, 0.05 * count), count - 0.6, padding=0)  # the first name has room below its point


def _pen(colour: str, width: float) -> QPen:
    return pg.mkPen(QColor(colour), width=width)  # type: ignore[no-any-return]
