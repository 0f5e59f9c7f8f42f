"""A sound to look at: waveform over spectrogram, the timeline under them, and where it is in numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QVBoxLayout, QWidget

from core.media.peaks import Columns, Peaks, columns_of
from core.media.spectrogram import Floats, Picture, band_hz, compose, level_for
from desktop import theme
from desktop.tokens import RADIUS_SMALL_PX
from desktop.views.canvas_message import CanvasMessage, MessageKind, paint_message
from desktop.views.time_ground import TimeGround
from desktop.views.time_painting import SpanPainter, drag_note, paint_marks, paint_playhead
from desktop.views.time_spans import TimeSpan
from desktop.views.time_window import clock
from desktop.views.timeline import Timeline
from desktop.views.timeline_state import TimelineState

if TYPE_CHECKING:
    from desktop.views.sound_plots import SoundPlots

WAVE_SHARE = 0.5
TileOf = Callable[[int, int], Picture | None]  # level, number -> what there is of it; asked for if it is not there
SamplesOf = Callable[[float, float], tuple[float, Floats] | None]  # stretch -> first second and samples, if there
_SCROLL_STEPS = 10_000


class SoundOverlay(TimeGround):
    """What lies over waveform and spectrogram: segments, marks, playhead, words. Takes the mouse for both."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent)
        self.setObjectName("sound_overlay")
        self.setAccessibleName(self.tr("Waveform and spectrogram"))
        self.message: CanvasMessage | None = None
        self.captions: Sequence[tuple[float, str]] = ()  # share of the height, words
        self.progress = ""  # how far reading is, while it goes on
        self._playhead_x = 0.0
        state.playhead_moved.connect(self._move_playhead)

    def _move_playhead(self, at_s: float) -> None:
        before, self._playhead_x = self._playhead_x, self.state.window.x_of(at_s)
        for x in (before, self._playhead_x):
            if -4 <= x <= self.width() + 4:
                self.update(round(x) - 3, 0, 7, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A message, or everything over the plots."""
        painter = QPainter(self)
        named = theme.colours(self.palette())
        room = QRectF(self.rect())
        if self.message is not None:
            painter.fillRect(room, QColor(named.canvas))
            paint_message(painter, room, self.message, self.palette())
            painter.end()
            return
        state = self.state
        spans = SpanPainter(painter, state, named, named.canvas)

        def paint(span: TimeSpan, left: float, right: float) -> None:
            spans.column(span, QRectF(left, 0, right - left, room.height()))

        spans.each(paint, QRectF(event.rect()))
        paint_marks(painter, room, state, named)
        drag = state.drag
        if drag is not None and drag.original is None and drag.present is not None:
            left, right = state.window.x_of(drag.present.start_s), state.window.x_of(drag.present.end_s)
            spans.draft(QRectF(left, 0, right - left, room.height()))
        self._playhead_x = state.window.x_of(state.playhead_s)
        paint_playhead(painter, room, state, named, head=False)
        if event.rect().left() < 160:
            self._paint_captions(painter, QColor(named.canvas), QColor(named.canvas_text_muted))
        if self.progress:
            spans.note(room.width(), room.height() * WAVE_SHARE - 28, self.progress, room.width() - 6)
        note = drag_note(state)
        if note is not None:
            spans.note(note[0], 6, note[1], self.width())
        middle = round(room.height() * WAVE_SHARE)
        painter.fillRect(QRectF(0, middle, room.width(), 1), QColor(named.border))
        if self.has_focus_ring:
            painter.setPen(QPen(QColor(named.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(room.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_captions(self, painter: QPainter, ground: QColor, ink: QColor) -> None:
        font = theme.font("caption")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        ground.setAlpha(205)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for share, words in self.captions:
            rect = QRectF(4, share * self.height() + 2, metrics.horizontalAdvance(words) + 8, metrics.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, RADIUS_SMALL_PX, RADIUS_SMALL_PX)
            painter.setPen(ink)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)


class SoundView(QWidget):
    """Shows one sound, or says why there is none. Draws anew only when what is in sight changes."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sound_view")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.state = state
        self.tile: TileOf = lambda _level, _number: None
        self.samples: SamplesOf = lambda _start_s, _end_s: None
        self._media_id = ""
        self._peaks: Peaks | None = None
        self._plots: SoundPlots | None = None
        self._stage = QWidget(self)
        self.overlay = SoundOverlay(state, self._stage)
        self.timeline = Timeline(state, self)
        self.setFocusProxy(self.overlay)
        self._scroll = QScrollBar(Qt.Orientation.Horizontal, self)
        self._scroll.setAccessibleName(self.tr("Stretch in sight"))
        self._scroll.setRange(0, 0)
        self._scroll.valueChanged.connect(self._on_scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stage, 1)
        column.addWidget(self.timeline)
        column.addWidget(self._scroll)
        self._draw_soon = QTimer(self, singleShot=True, interval=0)
        self._draw_soon.timeout.connect(self.draw)
        state.window_changed.connect(self._on_window)
        state.changed.connect(self._describe)
        self._stage.installEventFilter(self)
        self.show_message(self.tr("No sound"), "", "empty")

    def sizeHint(self) -> QSize:
        return QSize(800, 600)

    # --- what is shown -----------------------------------------------------------------------

    def media_id(self) -> str:
        """The medium shown, or being read; empty where a message stands instead."""
        return self._media_id

    def has_sound(self) -> bool:
        """Whether a waveform is shown."""
        return self._peaks is not None

    def show_message(self, title: str, detail: str = "", kind: MessageKind = "info") -> None:
        """Show words instead of a waveform."""
        self._peaks = None
        self._media_id = ""
        self.overlay.message = CanvasMessage(title, detail, kind)
        self.overlay.setAccessibleDescription(f"{title}. {detail}")
        self.overlay.update()

    def show_loading(self, media_id: str, name: str) -> None:
        """A sound is being read; its segments can be worked on already."""
        self.show_message(self.tr("Reading the sound…"), name, "loading")
        self._media_id = media_id

    def set_peaks(self, peaks: Peaks, media_id: str) -> None:
        """A waveform, or more of the same one."""
        self._peaks, self._media_id = peaks, media_id
        self.overlay.message = None
        self.overlay.captions = self._captions(peaks)
        self._describe()
        self.draw()

    def _describe(self) -> None:
        """What a screen reader says of a sound that is shown."""
        if self._peaks is not None and self.overlay.message is None:
            length = self.tr("A sound of {length}").format(length=clock(self._peaks.facts.end_s, 0.1))
            self.overlay.setAccessibleDescription(f"{length}. {self.state.describe()}")

    def show_progress(self, words: str) -> None:
        """How far reading the sound is; an empty text when it is done."""
        if words != self.overlay.progress:
            self.overlay.progress = words
            self.overlay.update()

    def draw(self) -> None:
        """Waveform and spectrogram of the stretch in sight, a column for each device pixel."""
        self._draw_soon.stop()
        peaks = self._peaks
        if peaks is None:
            return
        plots = self._built_plots()
        window = self.state.window
        columns = max(1, round(self._stage.width() * self.devicePixelRatioF()))
        plots.show_wave(self._wave(peaks, columns), self._loudest(peaks))
        step_s = window.seconds / columns
        level = level_for(step_s)
        tile_of = partial(self.tile, level)
        plots.show_tones(compose(peaks.coarse, level, window.start_s, step_s, columns, tile_of))
        self.overlay.update()

    def details_came(self) -> None:
        """A tile or some samples are there now."""
        if not self._draw_soon.isActive():
            self._draw_soon.start()

    def _wave(self, peaks: Peaks, columns: int) -> Columns:
        """From samples where they are there and needed, else from peaks."""
        window = self.state.window
        if window.seconds / columns < peaks.bin_s:
            found = self.samples(window.start_s, window.end_s)
            if found is not None:
                return columns_of(found[1], peaks.facts.rate, found[0], window.start_s, window.end_s, columns)
        return peaks.window(window.start_s, window.end_s, columns)

    @staticmethod
    def _loudest(peaks: Peaks) -> float:
        """What fills the height: the loudest of the whole, so that a quiet recording is seen too."""
        whole = peaks.window(peaks.facts.start_s, peaks.facts.end_s, 4)
        with np.errstate(invalid="ignore"):
            return float(max(np.nanmax(np.abs(whole.low)), np.nanmax(np.abs(whole.high)), 0.01))

    def _captions(self, peaks: Peaks) -> list[tuple[float, str]]:
        loudest_db = 20 * math.log10(self._loudest(peaks))
        hertz = band_hz(peaks.facts.rate)
        captions = [(0.0, self.tr("{db} dB").format(db=f"{loudest_db:.0f}".replace("-", "−")))]
        for wanted in (100, 1000, 4000, 10_000):
            if wanted < hertz[-1]:
                place = math.log(wanted / hertz[0]) / math.log(hertz[-1] / hertz[0])
                words = f"{wanted // 1000} kHz" if wanted >= 1000 else f"{wanted} Hz"
                captions.append((WAVE_SHARE + (1 - WAVE_SHARE) * (1 - place), words))
        return captions

    # --- layout and scrolling ----------------------------------------------------------------

    def _built_plots(self) -> SoundPlots:
        """The plots, made when the first sound is shown: starting the app need not wait for their library."""
        if self._plots is None:
            from desktop.views.sound_plots import SoundPlots

            self._plots = SoundPlots(self._stage)
            self._plots.setGeometry(self._stage.rect())
            self._plots.lower()
            self._plots.show()
        self._plots.set_colours(theme.colours(self.palette()))
        return self._plots

    def _on_window(self) -> None:
        window = self.state.window
        self._scroll.blockSignals(True)
        visible = window.seconds / max(window.duration_s, 1e-9)
        page = max(1, round(_SCROLL_STEPS * min(1.0, visible)))
        self._scroll.setRange(0, _SCROLL_STEPS - page)
        self._scroll.setPageStep(page)
        self._scroll.setSingleStep(max(1, page // 10))
        self._scroll.setValue(round(window.start_s / max(window.duration_s, 1e-9) * _SCROLL_STEPS))
        self._scroll.blockSignals(False)
        self._draw_soon.start()

    def _on_scroll(self, value: int) -> None:
        window = self.state.window
        self.state.set_window(window.from_start(value / _SCROLL_STEPS * window.duration_s))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Plots and overlay fill the stage."""
        if watched is self._stage and event.type() == QEvent.Type.Resize:
            room = self._stage.rect()
            self.overlay.setGeometry(room)
            if self._plots is not None:
                self._plots.setGeometry(room)
            self._draw_soon.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_soon.start()

    def changeEvent(self, event: QEvent) -> None:
        """Plots are drawn in the colours of one theme: draw them anew when it changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_draw_soon"):
            self._draw_soon.start()
