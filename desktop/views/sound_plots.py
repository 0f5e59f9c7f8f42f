"""Waveform over spectrogram in pyqtgraph: two plots whose columns are device pixels. Knows no segments."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from core.media.peaks import Columns
from core.media.spectrogram import BANDS, Floats, Picture
from desktop.tokens import Colours, mix

WAVE_SHARE = 0.5
_ROUNDING = 1.04  # room over the loudest


class SoundPlots(pg.GraphicsView):  # type: ignore[misc]
    """Draws what it is given; every change of the stretch in sight gives it new columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._layout = pg.GraphicsLayout(border=None)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setCentralItem(self._layout)
        self._wave_box = self._layout.addViewBox(row=0, col=0, enableMouse=False, enableMenu=False, defaultPadding=0)
        self._tone_box = self._layout.addViewBox(row=1, col=0, enableMouse=False, enableMenu=False, defaultPadding=0)
        for box in (self._wave_box, self._tone_box):
            box.setBorder(None)
            box.disableAutoRange()
        self._layout.layout.setRowStretchFactor(0, round(WAVE_SHARE * 100))
        self._layout.layout.setRowStretchFactor(1, round((1 - WAVE_SHARE) * 100))
        self._peaks = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        self._loudness = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
        self._zero = pg.InfiniteLine(pos=0, angle=0)
        for item in (self._zero, self._peaks, self._loudness):
            self._wave_box.addItem(item, ignoreBounds=True)
        self._tones = pg.ImageItem(axisOrder="row-major")
        self._tone_box.addItem(self._tones, ignoreBounds=True)
        self._scheme = ""

    def set_colours(self, named: Colours) -> None:
        """Waveform and spectrogram in the one blue of the scheme, on its canvas."""
        if named.scheme == self._scheme:
            return
        self._scheme = named.scheme
        self.setBackground(QColor(named.canvas))
        self._peaks.setPen(_thin(mix(named.canvas, named.accent, 0.45)))
        self._loudness.setPen(_thin(mix(named.canvas, named.accent, 0.85)))
        self._zero.setPen(_thin(mix(named.canvas, named.border_strong, 0.5)))
        self._tones.setLookupTable(_shades(named))

    def show_wave(self, columns: Columns, loudest: float) -> None:
        """The waveform of the stretch in sight; `loudest` is what fills the height."""
        count = len(columns.low)
        self._wave_box.setRange(
            xRange=(0, max(1, count)), yRange=(-loudest * _ROUNDING, loudest * _ROUNDING), padding=0
        )
        there = np.flatnonzero(np.isfinite(columns.low))
        low, high = _joined(columns.low[there], columns.high[there], loudest)
        x = np.repeat(there + 0.5, 2)
        self._peaks.setData(x, np.stack([low, high], axis=1).reshape(-1))
        rms = columns.rms[there]
        body = np.stack([np.maximum(low, -rms), np.minimum(high, rms)], axis=1)
        is_body = body[:, 1] > body[:, 0]
        self._loudness.setData(np.repeat(there[is_body] + 0.5, 2), body[is_body].reshape(-1))

    def show_tones(self, picture: Picture) -> None:
        """The spectrogram of the stretch in sight, [columns, BANDS]."""
        self._tone_box.setRange(xRange=(0, max(1, len(picture))), yRange=(0, BANDS), padding=0)
        fine = _doubled(_doubled(np.ascontiguousarray(picture.T)))
        self._tones.setImage(fine, autoLevels=False, levels=(0, 255))
        self._tones.setRect(QRectF(0, 0, max(1, len(picture)), BANDS))


def _joined(low: Floats, high: Floats, loudest: float) -> tuple[Floats, Floats]:
    """Each column reaches to the one before it, so that the waveform has no holes, and silence is a line."""
    if len(low) > 1:
        low, high = low.copy(), high.copy()
        before_low, before_high = low[:-1].copy(), high[:-1].copy()
        low[1:], high[1:] = np.minimum(low[1:], before_high), np.maximum(high[1:], before_low)
    return low - loudest * 0.004, high + loudest * 0.004


def _doubled(rows: Picture) -> Picture:
    """Twice as many rows, the new ones between: smoother than the painter would scale, and in less time."""
    out = np.repeat(rows, 2, axis=0)
    out[1:-1:2] = ((rows[:-1].astype(np.uint16) + rows[1:]) // 2).astype(np.uint8)
    return out


def _thin(colour: str) -> QPen:
    pen = QPen(QColor(colour), 0)
    pen.setCosmetic(True)
    return pen


def _shades(named: Colours) -> Picture:
    """256 shades from the ground through the accent to the ink."""
    stops = (named.canvas, mix(named.canvas, named.accent, 0.28), named.accent, mix(named.accent, named.text, 0.85))
    shades = []
    for value in range(256):
        place = (value / 255) ** 1.15 * (len(stops) - 1)
        first = min(int(place), len(stops) - 2)
        colour = QColor(mix(stops[first], stops[first + 1], place - first))
        shades.append((colour.red(), colour.green(), colour.blue()))
    return np.array(shades, dtype=np.uint8)
