"""Frame numbers of formats that count frames, to seconds and back. It does not know how a video's frames are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.schema import Segment


class FrameClock(Protocol):
    """When each frame of a video is shown. Frames count from 0. The packet index of a video fits."""

    def __len__(self) -> int: ...
    @property
    def end_s(self) -> float: ...
    def time_of(self, index: int) -> float: ...
    def index_at(self, time_s: float) -> int: ...


@dataclass(frozen=True, slots=True)
class SteadyClock:
    """Frames at one rate from 0 s on, for a video that is not at hand. `count` is how many there are."""

    fps: float
    count: int

    def __len__(self) -> int:
        return self.count

    @property
    def end_s(self) -> float:
        return self.count / self.fps

    def time_of(self, index: int) -> float:
        """When a frame is shown. Raises `IndexError` for one that there is not."""
        if not 0 <= index < self.count:
            raise IndexError(f"frame {index} of {self.count}")
        return index / self.fps

    def index_at(self, time_s: float) -> int:
        """The frame on the screen; a time up to half a millisecond before a frame means that frame."""
        slack = min(0.0005, 0.25 / self.fps)
        return min(max(int((time_s + slack) * self.fps), 0), self.count - 1)


def steady(fps: float | None, duration_s: float | None) -> SteadyClock | None:
    """The clock of a video of this rate; None when it is not known. An unknown length is as long as can be counted."""
    if not fps:
        return None
    return SteadyClock(fps, max(1, round(duration_s * fps)) if duration_s else 1 << 40)


def frames_of(segment: Segment, clock: FrameClock) -> tuple[int, int]:
    """First and last frame on the screen during a segment: at least one."""
    first = clock.index_at(segment.start_s)
    last = clock.index_at(segment.end_s)
    # A segment that ends when a frame comes does not show that frame.
    if last > first and abs(clock.time_of(last) - segment.end_s) < 0.0005:
        last -= 1
    return first, last


def edge_s(clock: FrameClock, index: float) -> float:
    """When a frame comes; one past the last: when the last one goes. Raises `IndexError` for frames beyond."""
    number = int(index)
    return clock.end_s if number == len(clock) else clock.time_of(number)
