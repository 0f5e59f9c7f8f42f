"""Draws what is seen or heard when: a strip of frames or a waveform over bars of time, true ones and answered ones.

Times are seconds from the beginning of the medium. Sides are in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from core.geometry import SpanS
from core.media.drawing import COLOURS, fitting
from core.media.images import RGB
from core.media.resampling import Samples

WIDTH, LABEL_WIDTH, EDGE = 1200, 260, 20
LANE_WIDTH = WIDTH - LABEL_WIDTH - EDGE  # the room that the whole time takes
_AXIS, _ROW, _LEGEND = 28, 52, 34
_SMALL = 12  # size of the smallest words
_TRUE, _FAINT, _INK = "#9AA0A6", "#E4E6E9", "#202124"
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True)
class TimedRow:
    """One expression: when it is true (None: nobody knows), and what was answered, with scores. No span: not present.

    `note` stands under the expression.
    """

    text: str
    true_s: tuple[SpanS, ...] | None
    found: tuple[tuple[SpanS, float | None], ...]
    note: str = ""


def strip_times(size_wh: tuple[int, int], duration_s: float, height: int = 96) -> list[float]:
    """When the frames of a strip of this height are taken: each from the middle of the time over which it lies."""
    count = max(1, round(LANE_WIDTH / (height * size_wh[0] / size_wh[1])))
    return [(number + 0.5) / count * duration_s for number in range(count)]


def film_strip(frames: Sequence[RGB], height: int = 96) -> Image.Image:
    """Frames side by side over the width of the time, each cut to its share of it."""
    strip = Image.new("RGB", (LANE_WIDTH, height), "white")
    edges = [round(number * LANE_WIDTH / len(frames)) for number in range(len(frames) + 1)]
    for left, right, rgb in zip(edges[:-1], edges[1:], frames, strict=True):
        scale = max((right - left) / rgb.shape[1], height / rgb.shape[0])
        tile = Image.fromarray(rgb).resize((max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))))
        x, y = (tile.width - (right - left)) // 2, (tile.height - height) // 2
        strip.paste(tile.crop((x, y, x + right - left - 1, y + height)), (left, 0))
    return strip


def waveform(samples: Samples, height: int = 96) -> Image.Image:
    """The loudest and the softest value, of [1, n] samples from -1 to 1, in each column over the width of the time."""
    picture = Image.new("RGB", (LANE_WIDTH, height), "#F6F7F8")
    pen = ImageDraw.Draw(picture)
    middle = (height - 1) / 2
    pen.line((0, middle, LANE_WIDTH, middle), fill=_FAINT)
    edges = [column * samples.shape[1] // LANE_WIDTH for column in range(LANE_WIDTH + 1)]
    for column in range(LANE_WIDTH):
        part = samples[0, edges[column] : edges[column + 1]]
        if len(part):
            high, low = float(part.max()), float(part.min())
            pen.line((column, middle - high * middle, column, middle - low * middle), fill="#5F6B7A")
    return picture


def draw_timeline(head: Image.Image, duration_s: float, rows: Sequence[TimedRow]) -> Image.Image:
    """`head` (as wide as the time) over an axis in seconds, then for each expression a true and an answered bar."""
    top = EDGE + head.height
    picture = Image.new("RGB", (WIDTH, top + _AXIS + _ROW * len(rows) + _LEGEND), "white")
    picture.paste(head, (LABEL_WIDTH, EDGE))
    pen = ImageDraw.Draw(picture)
    _axis(pen, top, picture.height - _LEGEND, duration_s)
    for number, row in enumerate(rows):
        _row(pen, top + _AXIS + number * _ROW, duration_s, row, COLOURS[number % len(COLOURS)])
    _legend(pen, picture.height - _LEGEND)
    return picture


def _place(time_s: float, duration_s: float) -> float:
    return LABEL_WIDTH + min(max(time_s / duration_s, 0.0), 1.0) * (LANE_WIDTH - 1)


def _axis(pen: ImageDraw.ImageDraw, top: float, bottom: float, duration_s: float) -> None:
    step = next((step for step in _STEPS_S if duration_s / step <= 12), _STEPS_S[-1])
    font = ImageFont.load_default(13)
    for number in range(int(duration_s / step + 1e-6) + 1):
        x = _place(number * step, duration_s)
        pen.line((x, top + 2, x, bottom), fill=_FAINT)
        pen.text((x, top + 6), f"{number * step:g} s", font=font, fill=_INK, anchor="ma")


def _row(pen: ImageDraw.ImageDraw, top: float, duration_s: float, row: TimedRow, colour: str) -> None:
    text, font = fitting(row.text, 16, LABEL_WIDTH - EDGE)
    pen.text((EDGE, top + 8), text, font=font, fill=_INK)
    note, font = fitting(row.note, 12, LABEL_WIDTH - EDGE)
    pen.text((EDGE, top + 29), note, font=font, fill="#5F6368")
    pen.line((EDGE, top, WIDTH - EDGE, top), fill=_FAINT)
    small = ImageFont.load_default(_SMALL)
    for start, end in row.true_s or ():
        pen.rectangle((_place(start, duration_s), top + 8, _place(end, duration_s), top + 16), fill=_TRUE)
    if row.true_s == ():
        pen.text((LABEL_WIDTH + 5, top + 5), "never", font=small, fill=_TRUE)
    for (start, end), score in row.found:
        bar = (_place(start, duration_s), top + 22, _place(end, duration_s), top + 42)
        pen.rectangle(bar, fill=colour)
        if score is not None:
            _score(pen, bar, f"{score:.2f}", colour)
    if not row.found:
        pen.text((LABEL_WIDTH + 5, top + 25), "no span", font=small, fill=colour)


def _score(pen: ImageDraw.ImageDraw, bar: tuple[float, float, float, float], label: str, colour: str) -> None:
    """In its bar, or where that is too short behind it, or before it."""
    font = ImageFont.load_default(_SMALL)
    left, top, right, bottom = bar
    middle, long = (top + bottom) / 2, font.getlength(label)
    if right - left > long + 8:
        pen.text((left + 5, middle), label, font=font, fill="white", anchor="lm")
    elif right + 6 + long < WIDTH - EDGE:
        pen.text((right + 4, middle), label, font=font, fill=colour, anchor="lm")
    else:
        pen.text((left - 4, middle), label, font=font, fill=colour, anchor="rm")


def _legend(pen: ImageDraw.ImageDraw, top: float) -> None:
    font = ImageFont.load_default(13)
    pen.line((EDGE, top, WIDTH - EDGE, top), fill=_FAINT)
    pen.rectangle((LABEL_WIDTH, top + 13, LABEL_WIDTH + 28, top + 21), fill=_TRUE)
    pen.text((LABEL_WIDTH + 36, top + 17), "true", font=font, fill=_INK, anchor="lm")
    pen.rectangle((LABEL_WIDTH + 100, top + 8, LABEL_WIDTH + 128, top + 26), fill=COLOURS[0])
    pen.text((LABEL_WIDTH + 136, top + 17), "answered, with its score", font=font, fill=_INK, anchor="lm")
