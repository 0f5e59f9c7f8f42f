"""Which windows of a long medium are asked, and what is said of one of them. Numbers only: no model, no files.

Seconds are presentation time on the file's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.geometry import SpanS

LONGEST_S = 60.0  # what is longer is asked in windows
# Two seconds are a tenth of such a window and six of 64 frames: what a checkpoint is taught to find. Each window begins
# in the middle of the one before, so that whatever lasts up to half of it lies whole in one of them.
SWEPT_S = 20.0
_AROUND_SHARE = 0.6  # of a swept window: how long the window is that decides on a span
_SLIVER_S = 1e-6


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A stretch of time that was named in an answer, how exactly, and the score of its numbers."""

    span_s: SpanS
    precision_s: float
    score: float


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """What was said about one expression in one window. `present` is None exactly when `error` is set."""

    window_s: SpanS
    spans: tuple[FoundSpan, ...]
    present: bool | None
    presence: float | None
    text: str = ""
    error: str | None = None
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class WindowAsker(Protocol):
    """Somebody who can be asked about any window of one medium by one sense."""

    @property
    def extent_s(self) -> SpanS:
        """From the beginning of the medium to its end."""
        ...

    @property
    def finest_s(self) -> float:
        """The precision beyond which refining is of no use: one frame, or a tenth of a second of sound."""
        ...

    def length_for(self, precision_s: float) -> float:
        """How long a window may be that is answered with this precision."""
        ...

    def ask(self, window_s: SpanS, expressions: Sequence[str]) -> list[WindowAnswer]:
        """One answer for each expression. Cheapest in ascending order. Raises `MediaError`, `Cancelled`."""
        ...

    def presences(self, window_s: SpanS, expressions: Sequence[str]) -> list[float | None]:
        """The probability that each expression is in the window."""
        ...


def plan(extent_s: SpanS, *, longest_s: float = LONGEST_S, window_s: float = SWEPT_S) -> list[SpanS]:
    """The windows to ask about a stretch: itself, or windows of one length that overlap by half.

    The last one ends where the stretch ends; it is shorter than the others, but never than half of them.
    """
    if extent_s[1] - extent_s[0] <= longest_s:
        return [extent_s]
    return overlapping(extent_s, window_s, window_s / 2)


def overlapping(extent_s: SpanS, window_s: float, step_s: float) -> list[SpanS]:
    """Windows of one length, each `step_s` after the one before, until the end is reached; the last may be shorter."""
    begin, end = extent_s
    windows: list[SpanS] = []
    while not windows or windows[-1][1] < end:
        start = begin + len(windows) * step_s
        until = start + window_s
        windows.append((start, end if until >= end - _SLIVER_S else until))
    return windows


def around(span_s: SpanS, extent_s: SpanS) -> SpanS:
    """A window of another length and place than those of the plan, with the span in its middle."""
    start, end = span_s
    margin = max((SWEPT_S * _AROUND_SHARE - (end - start)) / 2, (end - start) / 2)
    return max(start - margin, extent_s[0]), min(end + margin, extent_s[1])
