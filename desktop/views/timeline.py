"""The timeline of a video or sound: ruler, segments in tiers, marks, playhead. One for both kinds of view."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.tokens import FOCUS_RING_PX, SPACING
from desktop.views.time_ground import TimeGround
from desktop.views.time_painting import (
    RULER_PX,
    SpanPainter,
    drag_note,
    paint_marks,
    paint_playhead,
    paint_ruler,
    paint_ticks,
)
from desktop.views.time_spans import TimeSpan
from desktop.views.timeline_state import TimelineState

TIER_PX = 26.0
_LEAST_TIER_PX = 8.0
_GAP_PX = 3.0
_TIERS_MOST = 5  # before they grow thinner


class Timeline(TimeGround):
    """Shows a `TimelineState`; everything that is done on it comes out of the state as signals."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None, *, least_tiers: int = 2) -> None:
        """`least_tiers` have room also where there are fewer."""
        super().__init__(state, parent)
        self._least_tiers = least_tiers
        self._mark_keys = ""
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._playhead_x = 0.0
        self._tiers = 0
        state.changed.connect(self._follow)
        state.playhead_moved.connect(self._move_playhead)
        self._follow()

    def show_mark_keys(self, begin: str, end: str, make: str) -> None:
        """By which keys a stretch is marked and made a segment, to be told while there is none."""
        said = self.tr("{begin} and {end} mark a stretch, {make} makes a segment of it.")
        self._mark_keys = f" {said.format(begin=begin, end=end, make=make)}" if begin and end and make else ""
        self.update()

    def sizeHint(self) -> QSize:
        """The ruler and a tier for each row of segments, within reason."""
        tiers = min(max(self._tiers, self._least_tiers), _TIERS_MOST)
        return QSize(400, round(RULER_PX + 2 * _GAP_PX + tiers * (TIER_PX + _GAP_PX)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def row_at(self, y: float) -> int | None:
        """The tier under a y; -1 where there is none."""
        height = self.tier_px() + _GAP_PX
        row = int((y - RULER_PX - _GAP_PX) // height)
        return row if y >= RULER_PX and row < max(1, self.state.row_count) else -1

    def is_ruler(self, y: float) -> bool:
        """A press in the ruler moves the playhead."""
        return y < RULER_PX

    def tier_px(self) -> float:
        """Height of a tier: thinner when there are many."""
        rows = max(self._least_tiers, self.state.row_count)
        room = self.height() - RULER_PX - 2 * _GAP_PX
        return min(TIER_PX, max(_LEAST_TIER_PX, room / rows - _GAP_PX))

    def bar_rect(self, span: TimeSpan) -> QRectF:
        """Where a segment stands, in widget pixels."""
        segment = self.state.shown_segment(span)
        left, right = self.state.window.x_of(segment.start_s), self.state.window.x_of(segment.end_s)
        return _bar(self.state.rows.get(span.id, 0), left, right, self.tier_px())

    def _follow(self) -> None:
        """More or fewer tiers want more or less room; and a screen reader wants words."""
        rows = self.state.row_count
        if rows != self._tiers:
            self._tiers = rows
            self.updateGeometry()
        self.setAccessibleDescription(self.state.describe())

    def _move_playhead(self, at_s: float) -> None:
        """Only the old and the new place are painted anew."""
        before, self._playhead_x = self._playhead_x, self.state.window.x_of(at_s)
        for x in (before, self._playhead_x):
            if -8 <= x <= self.width() + 8:
                self.update(round(x) - 8, 0, 16, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, segments, what is being dragged, marks, ruler, playhead."""
        painter = QPainter(self)
        named = theme.colours(self.palette())
        painter.fillRect(self.rect(), QColor(named.canvas))
        state = self.state
        if not state.has_medium:
            painter.end()
            return
        lanes = QRectF(0, RULER_PX, self.width(), self.height() - RULER_PX)
        paint_marks(painter, lanes, state, named)
        spans = SpanPainter(painter, state, named, named.canvas)
        height = self.tier_px()

        def paint(span: TimeSpan, left: float, right: float) -> None:
            spans.bar(span, _bar(state.rows.get(span.id, 0), left, right, height))

        spans.each(paint, QRectF(event.rect()))
        if not state.spans and state.drag is None:
            self._paint_hint(painter, lanes, named.canvas_text_muted)
        drag = state.drag
        if drag is not None and drag.original is None and drag.present is not None:
            left, right = state.window.x_of(drag.present.start_s), state.window.x_of(drag.present.end_s)
            spans.draft(QRectF(left, lanes.top() + _GAP_PX, right - left, lanes.height() - 2 * _GAP_PX))
        paint_ruler(painter, QRectF(0, 0, self.width(), RULER_PX), state, named, self.devicePixelRatioF())
        paint_ticks(painter, QRectF(0, 0, self.width(), RULER_PX), state, named)
        self._playhead_x = state.window.x_of(state.playhead_s)
        paint_playhead(painter, QRectF(0, 0, self.width(), self.height()), state, named, head=True)
        note = drag_note(state)
        if note is not None:
            spans.note(note[0], lanes.top() + _GAP_PX, note[1], self.width())
        if self.has_focus_ring:
            half = FOCUS_RING_PX / 2
            painter.setPen(QPen(QColor(named.accent), FOCUS_RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
        painter.end()

    def _paint_hint(self, painter: QPainter, room: QRectF, colour: str) -> None:
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(colour))
        text = self.tr("Drag to make a segment.") + self._mark_keys
        if not self.state.is_editable:
            text = self.tr("No segments yet.")
        inner = room.adjusted(SPACING.m, 0, -SPACING.m, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _bar(row: int, left: float, right: float, height: float) -> QRectF:
    return QRectF(left, RULER_PX + _GAP_PX + row * (height + _GAP_PX), max(2.0, right - left), height)
