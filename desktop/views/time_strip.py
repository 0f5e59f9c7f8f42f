"""A strip of a medium's whole time: where it is, what is marked, spans that were found or kept. Knows no project.

A press or drag on it goes there; a press on a span chooses the span. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.tokens import Colours, readable

MARGIN_PX = 12.0
RAIL_PX = 22.0
LANE_PX = 13.0
LANES_MAX = 4
_BAR_PX = 9.0
_BAR_MIN_PX = 5.0

Marks = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class StripSpan:
    """A stretch of time: kept (filled) or offered by a model (dashed)."""

    id: str
    start_s: float
    end_s: float
    text: str
    colour: str
    is_proposal: bool = False
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A box on a frame, or a key box of a track."""

    at_s: float
    colour: str


class TimeStrip(QWidget):
    """The rail with ticks and playhead, and lanes of spans under it."""

    seeked = Signal(float)
    span_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time_strip")
        self.setAccessibleName(self.tr("Time"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._range = (0.0, 0.0)
        self._position_s = 0.0
        self._spans: tuple[StripSpan, ...] = ()
        self._lanes: dict[str, int] = {}
        self._ticks: tuple[Tick, ...] = ()
        self._marks: Marks = (None, None)
        self._loop: tuple[float, float] | None = None
        self._scrubbing = False

    # --- what is shown -----------------------------------------------------------------------

    def set_range(self, start_s: float, end_s: float) -> None:
        """The whole time that the strip stands for."""
        self._range = (start_s, end_s)
        self.update()

    def set_position(self, position_s: float) -> None:
        """Move the playhead; painted only where that is another pixel."""
        before = round(self._x(self._position_s))
        self._position_s = position_s
        if round(self._x(position_s)) != before:
            self.update()

    def set_spans(self, spans: Sequence[StripSpan], ticks: Sequence[Tick]) -> None:
        """What lies in the lanes, and which frames have boxes."""
        self._spans, self._ticks = tuple(spans), tuple(ticks)
        before = self.sizeHint()
        self._lanes = lanes_of(self._spans)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def set_marks(self, marks: Marks, loop: tuple[float, float] | None) -> None:
        """Where the marked part begins and ends, and what is played again and again."""
        self._marks, self._loop = marks, loop
        self.update()

    def spans(self) -> tuple[StripSpan, ...]:
        """What lies in the lanes."""
        return self._spans

    def span_rect(self, span_id: str) -> QRectF | None:
        """Where a span is drawn, in pixels."""
        span = next((one for one in self._spans if one.id == span_id), None)
        if span is None:
            return None
        left, right = self._x(span.start_s), self._x(span.end_s)
        lane = min(self._lanes.get(span.id, 0), LANES_MAX - 1)  # a crowd lies over each other rather than nowhere
        top = RAIL_PX + lane * LANE_PX + (LANE_PX - _BAR_PX) / 2
        return QRectF(left, top, max(right - left, _BAR_MIN_PX), _BAR_PX)

    def x_of(self, time_s: float) -> float:
        """The pixel of a time."""
        return self._x(time_s)

    def sizeHint(self) -> QSize:
        """The rail, and as many lanes as are needed."""
        lanes = min(LANES_MAX, max(self._lanes.values(), default=-1) + 1)
        return QSize(300, round(RAIL_PX + lanes * LANE_PX + (2 if lanes else 0)))

    def minimumSizeHint(self) -> QSize:
        """Narrower, not lower."""
        return QSize(120, self.sizeHint().height())

    def _x(self, time_s: float) -> float:
        start_s, end_s = self._range
        room = max(1.0, self.width() - 2 * MARGIN_PX)
        return MARGIN_PX + (room * (time_s - start_s) / (end_s - start_s) if end_s > start_s else 0.0)

    def _time(self, x: float) -> float:
        start_s, end_s = self._range
        part = (x - MARGIN_PX) / max(1.0, self.width() - 2 * MARGIN_PX)
        return start_s + min(max(part, 0.0), 1.0) * (end_s - start_s)

    # --- mouse -------------------------------------------------------------------------------

    def _span_at(self, at: QPointF) -> StripSpan | None:
        for span in reversed(self._spans):
            rect = self.span_rect(span.id)
            if rect is not None and rect.adjusted(-2, -2, 2, 2).contains(at):
                return span
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a span, or go there."""
        if event.button() != Qt.MouseButton.LeftButton or self._range[1] <= self._range[0]:
            event.ignore()
            return
        span = self._span_at(event.position())
        if span is not None:
            self.span_chosen.emit(span.id)
            return
        self._scrubbing = True
        self.seeked.emit(self._time(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or show that a span can be pressed."""
        if self._scrubbing:
            self.seeked.emit(self._time(event.position().x()))
            return
        over = self._span_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Scrubbing ends."""
        self._scrubbing = False

    def event(self, event: QEvent) -> bool:
        """A tool tip says what a span is about."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            span = self._span_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), span.text if span is not None else "", self)
            return True
        return super().event(event)

    # --- painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Rail, marks, ticks, spans, playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        named = theme.colours(self.palette())
        self._paint_rail(painter, named)
        for span in self._spans:
            self._paint_span(painter, span, named)
        self._paint_playhead(painter, named)
        painter.end()

    def _paint_rail(self, painter: QPainter, named: Colours) -> None:
        middle, right = RAIL_PX / 2, self.width() - MARGIN_PX
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(named.pressed))
        painter.drawRoundedRect(QRectF(MARGIN_PX, middle - 2, max(1.0, right - MARGIN_PX), 4), 2, 2)
        begin, end = self._marks
        if begin is not None or end is not None:
            low = self._x(self._range[0] if begin is None else begin)
            high = self._x(self._range[1] if end is None else end)
            painter.setBrush(QColor(named.selection))
            painter.drawRect(QRectF(low, middle - 7, high - low, 14))
            painter.setPen(QPen(QColor(named.accent), 2))
            if begin is not None:
                painter.drawPolyline([QPointF(low + 4, middle - 7), QPointF(low, middle - 7), QPointF(low, middle + 7)])
            if end is not None:
                painter.drawPolyline(
                    [QPointF(high - 4, middle - 7), QPointF(high, middle - 7), QPointF(high, middle + 7)]
                )
        if self._loop is not None:
            painter.setPen(QPen(QColor(named.accent), 2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(self._x(self._loop[0]), middle + 8), QPointF(self._x(self._loop[1]), middle + 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(named.accent))
        played = self._x(self._position_s) - MARGIN_PX
        painter.drawRoundedRect(QRectF(MARGIN_PX, middle - 2, max(0.0, played), 4), 2, 2)
        for tick in self._ticks:
            painter.setBrush(QColor(readable(tick.colour, named.window)))
            x = self._x(tick.at_s)
            painter.drawPolygon(QPolygonF([QPointF(x, 1), QPointF(x + 3, 4), QPointF(x, 7), QPointF(x - 3, 4)]))

    def _paint_span(self, painter: QPainter, span: StripSpan, named: Colours) -> None:
        rect = self.span_rect(span.id)
        if rect is None:
            return
        colour = QColor(readable(span.colour, named.window))
        pen = QPen(colour, 1.5)
        fill = QColor(colour)
        if span.is_proposal:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2])
            fill.setAlpha(50)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 2.5, 2.5)
        if span.is_selected:
            painter.setPen(QPen(QColor(named.text), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 3.5, 3.5)

    def _paint_playhead(self, painter: QPainter, named: Colours) -> None:
        x = self._x(self._position_s)
        painter.setPen(QPen(QColor(named.accent), 1.5))
        painter.drawLine(QPointF(x, RAIL_PX / 2), QPointF(x, self.height()))
        painter.setBrush(QColor(named.surface))
        painter.setPen(QPen(QColor(named.accent), 2))
        painter.drawEllipse(QPointF(x, RAIL_PX / 2), 6, 6)


def lanes_of(spans: Sequence[StripSpan]) -> dict[str, int]:
    """The lane of each span, so that none covers another: the first lane that is free, by start."""
    ends: list[float] = []
    lanes: dict[str, int] = {}
    for span in sorted(spans, key=lambda one: (one.start_s, -one.end_s)):
        lane = next((number for number, end_s in enumerate(ends) if end_s <= span.start_s), len(ends))
        if lane == len(ends):
            ends.append(span.end_s)
        ends[lane] = span.end_s
        lanes[span.id] = lane
    return lanes
