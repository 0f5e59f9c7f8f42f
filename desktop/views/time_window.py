"""Which stretch of a medium is in sight, where a second stands on the screen, and what a ruler says. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SHORTEST_S = 0.02  # no closer than this, across the whole width
WHEEL_STEP = 1.25
_STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_STEPS_H = (3600, 7200, 10_800, 21_600)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `start_s`, `seconds` across `width` pixels, of a medium that is `duration_s` long."""

    start_s: float = 0.0
    seconds: float = 1.0
    width: float = 1.0
    duration_s: float = 0.0

    @property
    def end_s(self) -> float:
        return self.start_s + self.seconds

    @property
    def seconds_a_pixel(self) -> float:
        return self.seconds / max(1.0, self.width)

    @property
    def is_whole(self) -> bool:
        """Whether all of the medium is in sight."""
        return self.seconds >= self.duration_s

    def x_of(self, at_s: float) -> float:
        """The pixel at which a second stands; may lie outside."""
        return (at_s - self.start_s) / self.seconds_a_pixel

    def s_of(self, x: float) -> float:
        """The second at a pixel, never outside the medium."""
        return min(max(self.start_s + x * self.seconds_a_pixel, 0.0), self.duration_s)

    def whole(self) -> TimeWindow:
        """Everything in sight."""
        return replace(self, start_s=0.0, seconds=max(self.duration_s, SHORTEST_S))

    def resized(self, width: float) -> TimeWindow:
        """Another width; the same stretch in sight."""
        return replace(self, width=max(1.0, width))

    def zoomed(self, factor: float, anchor_x: float) -> TimeWindow:
        """`factor` times as close; the second at `anchor_x` stays where it is, as far as the ends allow."""
        longest = max(self.duration_s, SHORTEST_S)
        seconds = min(max(self.seconds / factor, min(SHORTEST_S, longest)), longest)
        anchor_s = self.start_s + anchor_x * self.seconds_a_pixel
        start_s = anchor_s - anchor_x / max(1.0, self.width) * seconds
        return replace(self, start_s=start_s, seconds=seconds)._kept_inside()

    def panned(self, dx: float) -> TimeWindow:
        """Moved by pixels: positive shows what comes later."""
        return replace(self, start_s=self.start_s + dx * self.seconds_a_pixel)._kept_inside()

    def from_start(self, start_s: float) -> TimeWindow:
        """The same length of time from another second."""
        return replace(self, start_s=start_s)._kept_inside()

    def showing(self, start_s: float, end_s: float) -> TimeWindow:
        """Moved, and made wider where it must be, so that a stretch is in sight; unchanged where it is."""
        if start_s >= self.start_s and end_s <= self.end_s:
            return self
        length = end_s - start_s
        if length > self.seconds * 0.9:
            wide = min(length / 0.8, max(self.duration_s, SHORTEST_S))
            return replace(self, start_s=start_s - (wide - length) / 2, seconds=wide)._kept_inside()
        return replace(self, start_s=(start_s + end_s - self.seconds) / 2)._kept_inside()

    def following(self, at_s: float) -> TimeWindow:
        """Turned over like a page when the playhead leaves it."""
        if self.is_whole or self.start_s <= at_s <= self.end_s - 0.02 * self.seconds:
            return self
        return replace(self, start_s=at_s - 0.05 * self.seconds)._kept_inside()

    def _kept_inside(self) -> TimeWindow:
        latest = max(0.0, self.duration_s - self.seconds)
        return replace(self, start_s=min(max(self.start_s, 0.0), latest))


def wheel_factor(delta: int) -> float:
    """How much closer a turn of the wheel brings; `delta` is in eighths of a degree, 120 a notch."""
    return float(WHEEL_STEP ** (delta / 120))


def ticks(window: TimeWindow, room_px: float) -> tuple[float, list[float]]:
    """The step between the ruler's numbers, which get `room_px` each, and the seconds in sight that they stand at."""
    wanted = window.seconds_a_pixel * room_px
    step = next((step for step in (*_STEPS_S, *_STEPS_H) if step >= wanted), float(_STEPS_H[-1]))
    first = math.ceil(window.start_s / step - 1e-9)
    last = math.floor(min(window.end_s, window.duration_s) / step + 1e-9)
    return step, [number * step for number in range(first, last + 1)]


def clock(at_s: float, step_s: float = 0.001, *, hours: bool = False) -> str:
    """A time as people write it, with as many decimals as the step between times needs."""
    decimals = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2 if step_s >= 0.01 else 3
    scaled = round(max(0.0, at_s) * 10**decimals)
    whole, part = divmod(scaled, 10**decimals)
    minutes, seconds = divmod(whole, 60)
    fraction = f".{part:0{decimals}d}" if decimals else ""
    if hours or minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}{fraction}"
    return f"{minutes}:{seconds:02d}{fraction}"
