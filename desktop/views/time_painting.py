"""How rulers, segments, marks and the playhead are painted, alike in every widget over time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from desktop import theme
from desktop.tokens import RADIUS_SMALL_PX, Colours, readable
from desktop.views.time_spans import Part, TimeSpan
from desktop.views.time_window import clock, ticks
from desktop.views.timeline_state import TimelineState

RULER_PX = 26.0
_TICK_ROOM_PX = 92.0
_PAD_PX = 6.0
_HANDLE_PX = 3.0
_HEAD_PX = 5.0
_NARROW_PX = 5.0
_STRIP_PX = 3.0
_MARGIN_PX = 24.0
_WORD_PX = 64.0
_CROWD = 60  # segments in sight


@lru_cache(maxsize=256)
def _shade(colour: str, ground: str) -> str:
    return readable(colour, ground)


def on_pixel(x: float, ratio: float) -> float:
    """The middle of a device pixel, so that a thin line is sharp."""
    return (int(x * ratio) + 0.5) / ratio


def paint_ruler(painter: QPainter, room: QRectF, state: TimelineState, named: Colours, ratio: float) -> None:
    """Numbers with room between them, a fine line at each, shorter ones at the fifths."""
    painter.fillRect(room, QColor(named.window))
    painter.setFont(theme.font("caption"))
    step_s, places = ticks(state.window, _TICK_ROOM_PX)
    hours = state.window.duration_s >= 3600
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    fine = QPen(QColor(named.border), 1.0 / ratio)
    strong = QPen(QColor(named.border_strong), 1.0 / ratio)
    ink = QPen(QColor(named.text_muted))
    bottom = room.bottom()
    for place_s in [places[0] - step_s, *places] if places else []:
        for fifth in range(1, 5):
            x = on_pixel(state.window.x_of(place_s + fifth * step_s / 5), ratio)
            painter.setPen(fine)
            painter.drawLine(QPointF(x, bottom - 4), QPointF(x, bottom))
    for place_s in places:
        x = on_pixel(state.window.x_of(place_s), ratio)
        painter.setPen(strong)
        painter.drawLine(QPointF(x, bottom - 9), QPointF(x, bottom))
        painter.setPen(ink)
        label = QRectF(x + 4, room.top(), _TICK_ROOM_PX, room.height() - 5)
        painter.drawText(
            label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, clock(place_s, step_s, hours=hours)
        )
    painter.setPen(strong)
    painter.drawLine(QPointF(room.left(), bottom - 0.5 / ratio), QPointF(room.right(), bottom - 0.5 / ratio))


def paint_ticks(painter: QPainter, room: QRectF, state: TimelineState, named: Colours) -> None:
    """Moments that have something, as small strokes at the foot of the ruler."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    last_x = -9.0
    for tick in sorted(state.ticks, key=lambda one: one.at_s):
        x = state.window.x_of(tick.at_s)
        if x - last_x >= 1.0 and 0 <= x <= room.width():
            painter.fillRect(QRectF(x - 1, room.bottom() - 7, 2, 6), QColor(_shade(tick.colour, named.window)))
            last_x = x


def paint_marks(painter: QPainter, room: QRectF, state: TimelineState, named: Colours) -> None:
    """The marked stretch as a light band, its ends as brackets."""
    window = state.window
    accent = QColor(named.accent)
    if state.marked is not None:
        tint = QColor(accent)
        tint.setAlpha(36)
        left, right = window.x_of(state.marked.start_s), window.x_of(state.marked.end_s)
        painter.fillRect(QRectF(left, room.top(), right - left, room.height()).intersected(room), tint)
    painter.setPen(QPen(accent, 2))
    for at_s, side in ((state.mark_in_s, 1), (state.mark_out_s, -1)):
        if at_s is None or not window.start_s <= at_s <= window.end_s:
            continue
        x = window.x_of(at_s) + side
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        for y in (room.top() + 1, room.bottom() - 1):
            painter.drawLine(QPointF(x, y), QPointF(x + side * 5, y))


def paint_playhead(painter: QPainter, room: QRectF, state: TimelineState, named: Colours, *, head: bool) -> None:
    """A line of accent, with a head in the ruler."""
    x = state.window.x_of(state.playhead_s)
    if not -1 <= x <= room.width() + 1:
        return
    accent = QColor(named.accent)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not head:  # over a bright spectrogram the line keeps a dark companion
        painter.fillRect(QRectF(x - 1.5, room.top(), 3.0, room.height()), QColor(0, 0, 0, 90))
    painter.fillRect(QRectF(x - 0.75, room.top(), 1.5, room.height()), accent)
    if head:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        top = room.top()
        points = [QPointF(x - _HEAD_PX, top), QPointF(x + _HEAD_PX, top), QPointF(x, top + 1.6 * _HEAD_PX)]
        painter.drawPolygon(QPolygonF(points))


class SpanPainter:
    """Paints segments as bars of one height, or as columns over a waveform."""

    def __init__(self, painter: QPainter, state: TimelineState, named: Colours, ground: str) -> None:
        self._painter = painter
        self._state = state
        self._named = named
        self._ground = ground
        self._is_crowded = False
        self._font = theme.font("caption", bold=True)
        self._metrics = QFontMetricsF(self._font)

    def each(self, paint: Callable[[TimeSpan, float, float], None], clip: QRectF) -> None:
        """Call for every segment within the part to be painted with its left and right, the selected last."""
        window, state = self._state.window, self._state
        first_s = window.start_s + (clip.left() - _MARGIN_PX) * window.seconds_a_pixel
        last_s = window.start_s + (clip.right() + _MARGIN_PX) * window.seconds_a_pixel
        dragged = state.drag.span_id if state.drag is not None else ""
        found: list[tuple[TimeSpan, float, float]] = []
        covered = 0.0
        for span in state.spans:
            segment = span.segment if span.id != dragged else state.shown_segment(span)
            if segment.end_s >= first_s and segment.start_s <= last_s:
                left, right = window.x_of(segment.start_s), window.x_of(segment.end_s)
                left, right = max(left, -20.0), min(max(right, left + 2), window.width + 20)
                found.append((span, left, right))
                covered += right - left
        self._is_crowded = len(found) > _CROWD or covered > 2 * clip.width() + window.width
        chosen = set(state.selection)
        for one in sorted(found, key=lambda one: one[0].id in chosen):
            paint(*one)

    def bar(self, span: TimeSpan, rect: QRectF) -> None:
        """A bar in its tier: filled and solid for an annotation, an outline in dashes with its score for a proposal."""
        painter, selected = self._painter, span.id in self._state.selection
        shade = QColor(_shade(span.colour, self._ground))
        if rect.width() < _NARROW_PX and not selected:  # there is no room for anything but its colour
            painter.fillRect(rect, shade)
            return
        fill = QColor(span.colour)
        fill.setAlpha((26 if span.is_proposal else 92) + (34 if selected else 0))
        pen = QPen(shade, 1.6)
        if span.is_proposal:
            pen.setDashPattern([3, 2.2])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = min(RADIUS_SMALL_PX, rect.width() / 2)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius)
        if selected:
            painter.setPen(QPen(QColor(self._named.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
            if rect.width() > 6 * _HANDLE_PX and not span.is_fixed:
                self._handles(rect)
        self._words(span, rect)

    def column(self, span: TimeSpan, rect: QRectF) -> None:
        """A tint over the waveform, with lines at its ends; the selected one stands out.

        Where segments crowd, only the selected are tinted, and the others have a strip at the top.
        """
        painter, selected = self._painter, span.id in self._state.selection
        tint = QColor(span.colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), _STRIP_PX), tint)
        if self._is_crowded and not selected:
            return
        tint.setAlpha(44 if selected else 24)
        painter.fillRect(rect, tint)
        pen = QPen(QColor(_shade(span.colour, self._ground)), 2.0 if selected else 1.0)
        if span.is_proposal:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        for x in (rect.left(), rect.right()):
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    def draft(self, rect: QRectF) -> None:
        """A segment that is being drawn."""
        tint = QColor(self._named.accent)
        tint.setAlpha(60)
        self._painter.fillRect(rect, tint)
        self._painter.setPen(QPen(QColor(self._named.accent), 1.5))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))

    def note(self, x: float, top: float, text: str, width: float) -> None:
        """A dark chip with a time, beside the edge that is being dragged, kept inside."""
        self._painter.setFont(self._font)
        wide = self._metrics.horizontalAdvance(text) + 2 * _PAD_PX
        left = min(max(0.0, x + 8), width - wide)
        rect = QRectF(left, top, wide, self._metrics.height() + 4)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(18, 20, 24, 235))
        self._painter.drawRoundedRect(rect, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
        self._painter.setPen(QColor("#ffffff"))
        self._painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _handles(self, rect: QRectF) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._named.text))
        height = rect.height() * 0.5
        for x in (rect.left() + 3, rect.right() - 3 - _HANDLE_PX):
            grip = QRectF(x, rect.center().y() - height / 2, _HANDLE_PX, height)
            self._painter.drawRoundedRect(grip, 1.5, 1.5)

    def _words(self, span: TimeSpan, rect: QRectF) -> None:
        """The text, and the score at the right where that leaves room for a word."""
        room = rect.intersected(QRectF(0, rect.top(), self._state.window.width, rect.height()))
        room = room.adjusted(_PAD_PX + _HANDLE_PX, 0, -_PAD_PX - _HANDLE_PX, 0)
        if room.width() < 12 or rect.height() < self._metrics.height() - 2:
            return
        painter = self._painter
        painter.setFont(self._font)
        painter.setPen(QColor(self._named.text))
        score = "" if span.score is None else f"{span.score:.2f}"
        score_width = self._metrics.horizontalAdvance(score) if score else 0.0
        needed = min(self._metrics.horizontalAdvance(span.text), _WORD_PX)
        if score and room.width() >= score_width + _PAD_PX + needed:
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, score)
            room.setRight(room.right() - score_width - _PAD_PX)
        if room.width() > 14:
            text = self._metrics.elidedText(span.text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def drag_note(state: TimelineState) -> tuple[float, str] | None:
    """Where the note of the drag in progress stands, and what it says: the edge's time, and the length."""
    drag = state.drag
    if drag is None or drag.present is None or (drag.original is not None and drag.present == drag.original):
        return None
    step_s = state.window.seconds_a_pixel
    start_s, end_s = drag.present.start_s, drag.present.end_s
    length = clock(end_s - start_s, step_s)
    if drag.part is Part.BODY:
        return state.window.x_of(start_s), f"{clock(start_s, step_s)} – {clock(end_s, step_s)}"
    edge_s = start_s if drag.part is Part.START else end_s
    return state.window.x_of(edge_s), f"{clock(edge_s, step_s)}   ({length})"
