"""Where playing has come to: clocks, loops, what is due, steps. Pure arithmetic; knows neither Qt nor files.

A running position counts on through the laps of a loop; `wrapped` says which lap, and where in the medium that is.
Positions are seconds of the file's own clock, `at` is seconds of `time.perf_counter`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SpanS = tuple[float, float]
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
SHORTEST_LOOP_S = 0.05
_BEFORE_END_S = 0.001  # the frame on the screen as a stretch ends, not the one that follows


class FrameTimes(Protocol):
    """The numbering of a video's frames; `core.media.packet_index.PacketIndex` fits."""

    def __len__(self) -> int: ...
    def time_of(self, index: int) -> float: ...
    def index_at(self, time_s: float) -> int: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """A running position: it stood at `position_s` at the moment `at`, and goes on at `speed` (0: it stands)."""

    position_s: float
    at: float
    speed: float = 1.0

    def now(self, at: float) -> float:
        """The running position at a moment."""
        return self.position_s + (at - self.at) * self.speed


def clamped_speed(speed: float) -> float:
    """The nearest speed that can be played, 0.25 to 2."""
    return min(max(speed, SPEEDS[0]), SPEEDS[-1])


def clean_loop(span: SpanS | None, start_s: float, end_s: float) -> SpanS | None:
    """A loop inside the medium, its ends in order; None for one too short to be heard."""
    if span is None:
        return None
    low, high = max(min(span), start_s), min(max(span), end_s)
    return (low, high) if high - low >= SHORTEST_LOOP_S else None


def wrapped(running_s: float, loop: SpanS | None) -> tuple[int, float]:
    """The lap and the position in the medium of a running position. Before the loop's end it is lap 0."""
    if loop is None or running_s < loop[1]:
        return 0, running_s
    laps, rest = divmod(running_s - loop[0], loop[1] - loop[0])
    return int(laps), loop[0] + rest


def running_start(position_s: float, loop: SpanS | None) -> float:
    """Where playing begins that is asked for at a position: from beyond a loop it begins at the loop's start."""
    return loop[0] if loop is not None and position_s >= loop[1] else position_s


def stepped(frames: FrameTimes, position_s: float, by: int) -> float:
    """The time of the frame that is `by` frames from the one on the screen, stopping at the ends."""
    number = min(max(frames.index_at(position_s) + by, 0), len(frames) - 1)
    return frames.time_of(number)


def last_frame_before(frames: FrameTimes, end_s: float) -> float:
    """The time of the frame on the screen as a stretch ends."""
    return frames.time_of(frames.index_at(end_s - _BEFORE_END_S))


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A frame in the order of playing: the lap first, then its number."""

    lap: int
    number: int


def due_at(frames: FrameTimes, running_s: float, loop: SpanS | None) -> Due:
    """The frame that belongs on the screen at a running position."""
    lap, position_s = wrapped(running_s, loop)
    return Due(lap, frames.index_at(position_s))


def following(due: Due, frames: FrameTimes, loop: SpanS | None) -> Due | None:
    """What is played after a frame; None after the last."""
    number = due.number + 1
    if loop is not None and (number >= len(frames) or frames.time_of(number) >= loop[1] - _BEFORE_END_S):
        return Due(due.lap + 1, frames.index_at(loop[0]))
    return Due(due.lap, number) if number < len(frames) else None


def clock_text(position_s: float) -> str:
    """`00:12.345`, from an hour on `1:00:12.345`."""
    thousandths = max(0, round(position_s * 1000))
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{hours}:{text}" if hours else text
