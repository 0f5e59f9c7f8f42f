"""Spectrograms: loudness in bands of a logarithmic scale of pitch, as bytes, a column for each step of time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.jobs import JobContext
from core.media.audio import AudioFile

Floats = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]  # [columns, BANDS], the lowest band first

BANDS = 96
LOWEST_HZ = 60.0
COARSE_STEP_S = 0.25
TILE_COLUMNS = 256
FINEST = 7  # halvings of the coarse step: columns of 2 ms
_FLOOR_DB, _TOP_DB = -90.0, -10.0
_LONGEST, _SHORTEST = 2048, 256  # samples under one look, at 44.1 kHz and the like
_LOOKS_AT_ONCE = 512


def step_of(level: int) -> float:
    """Seconds of a column at a level of detail; 0 is the coarse one that peak files hold."""
    return COARSE_STEP_S / (1 << level)


def level_for(seconds_a_pixel: float) -> int:
    """The level whose columns are about a pixel wide, or wider where there is none so fine."""
    level = 0
    while level < FINEST and step_of(level) > seconds_a_pixel * 1.5:
        level += 1
    return level


def tile_span(level: int, number: int) -> tuple[float, float]:
    """Where a tile stands, in seconds."""
    length = TILE_COLUMNS * step_of(level)
    return number * length, (number + 1) * length


def tiles_between(level: int, start_s: float, end_s: float) -> range:
    """The tiles that a stretch needs."""
    length = TILE_COLUMNS * step_of(level)
    return range(max(0, int(start_s // length)), max(0, int(-(-end_s // length))))


def tile(path: Path, level: int, number: int, context: JobContext) -> Picture:
    """One tile, shorter where the sound ends. Raises `MediaError`, `Cancelled`."""
    start_s, end_s = tile_span(level, number)
    with AudioFile(path) as sound:
        context.raise_if_cancelled()
        margin_s = look_samples(sound.native_rate, step_of(level)) / sound.native_rate
        before_s = min(margin_s, start_s)
        samples = sound.read(start_s - before_s, end_s + margin_s, rate=None)[0]
        rate = sound.native_rate
    context.raise_if_cancelled()
    length = samples.size / rate - before_s
    columns = min(TILE_COLUMNS, int(np.ceil(length / step_of(level) - 1e-6)))
    return spectrum_columns(samples, rate, step_of(level), before_s=before_s, columns=max(0, columns))


def compose(
    coarse: Picture,
    level: int,
    start_s: float,
    seconds_a_column: float,
    columns: int,
    tile_of: Callable[[int], Picture | None],
) -> Picture:
    """[columns, BANDS] of any stretch: from tiles of a level where they are there, else from the coarse picture."""
    times = start_s + (np.arange(columns) + 0.5) * seconds_a_column
    out = np.zeros((columns, BANDS), dtype=np.uint8)
    rough = np.floor(times / COARSE_STEP_S).astype(np.int64)
    inside = (rough >= 0) & (rough < len(coarse))
    out[inside] = coarse[rough[inside]]
    if level == 0:
        return out
    numbers = np.floor(times / step_of(level)).astype(np.int64)
    for number in np.unique(numbers[numbers >= 0] // TILE_COLUMNS):
        found = tile_of(int(number))
        if found is not None and len(found):
            mine = np.flatnonzero(numbers // TILE_COLUMNS == number)
            within = numbers[mine] - number * TILE_COLUMNS
            held = within < len(found)
            out[mine[held]] = found[within[held]]
    return out


def look_samples(rate: int, step_s: float) -> int:
    """Samples under one look: enough for the pitch, few enough for the time, a power of two."""
    wanted = min(max(step_s * 4 * rate, 0.012 * rate), 0.046 * rate)
    size = 2 ** int(np.ceil(np.log2(max(wanted, 32))))
    return int(min(size, _LONGEST if rate <= 48_000 else 2 * _LONGEST))


def spectrum_columns(
    samples: Floats, rate: int, step_s: float, *, before_s: float = 0.0, columns: int | None = None
) -> Picture:
    """Columns of a stretch: each the loudest of a few looks within its step. 0 is -90 dB or less, 255 -10 or more.

    `before_s` of the samples lie before the first column.
    """
    size = look_samples(rate, step_s)
    count = int(np.ceil((samples.size / rate - before_s) / step_s - 1e-6)) if columns is None else columns
    if count <= 0 or samples.size == 0:
        return np.zeros((0, BANDS), dtype=np.uint8)
    looks = int(min(4, max(1, round(step_s * rate / size))))
    centres = (before_s + (np.arange(count * looks) + 0.5) * step_s / looks) * rate
    starts = np.round(centres).astype(np.int64)  # in the padded samples a look begins where its centre was
    padded = np.pad(samples, (size // 2, size))
    starts = np.clip(starts, 0, padded.size - size)
    window = np.hanning(size).astype(np.float32)
    matrix = _bands(rate, size)
    views = np.lib.stride_tricks.sliding_window_view(padded, size)
    power = np.empty((starts.size, BANDS), dtype=np.float32)
    for at in range(0, starts.size, _LOOKS_AT_ONCE):
        spectrum = np.abs(np.fft.rfft(views[starts[at : at + _LOOKS_AT_ONCE]] * window, axis=1)) ** 2
        power[at : at + len(spectrum)] = spectrum.astype(np.float32) @ matrix
    loudest = power.reshape(count, looks, BANDS).max(axis=1) / float(window.sum() / 2) ** 2
    decibels = 10 * np.log10(np.maximum(loudest, 1e-12))
    share = (decibels - _FLOOR_DB) / (_TOP_DB - _FLOOR_DB)
    picture: Picture = (np.clip(share, 0, 1) * 255).astype(np.uint8)
    return picture


def band_hz(rate: int) -> Floats:
    """The middle of each band in hertz."""
    return np.geomspace(LOWEST_HZ, rate / 2 * 0.96, BANDS).astype(np.float32)


@lru_cache(maxsize=16)
def _bands(rate: int, size: int) -> Floats:
    """[frequencies, BANDS]: how much of each frequency a band takes; a triangle, wide enough for one."""
    centres = band_hz(rate).astype(np.float64)
    ratio = (centres[1] / centres[0]) if BANDS > 1 else 2.0
    frequencies = np.arange(size // 2 + 1) * rate / size
    matrix = np.zeros((frequencies.size, BANDS), dtype=np.float32)
    for number, centre in enumerate(centres):
        reach = max(centre * (ratio - 1), rate / size)
        matrix[:, number] = np.clip(1 - np.abs(frequencies - centre) / reach, 0, 1)
    return matrix
