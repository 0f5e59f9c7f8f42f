"""Segments as a timeline lays them out: in tiers where they overlap, found under the pointer. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from core.schema import Segment
from desktop.views.time_window import TimeWindow


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A segment as it is drawn: an annotation (solid) or a model's proposal (dashed, with its score).

    A fixed one, such as a track through a video, can be selected and played, not dragged.
    """

    id: str
    segment: Segment
    text: str
    colour: str
    score: float | None = None
    is_proposal: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A moment that has something, such as a box on a frame."""

    at_s: float
    colour: str


class Part(Enum):
    """What of a segment is under the pointer; the value is the sign of the side."""

    START = -1
    BODY = 0
    END = 1


@dataclass(frozen=True, slots=True)
class SpanHit:
    """A segment under the pointer, and which part of it."""

    id: str
    part: Part


def tiers_of(spans: Iterable[TimeSpan]) -> dict[str, int]:
    """The row of each segment: the first that is free when it begins, so that none covers another."""
    free_from: list[float] = []
    rows: dict[str, int] = {}
    for span in sorted(spans, key=lambda one: (one.segment.start_s, -one.segment.end_s, one.id)):
        start_s, end_s = span.segment.start_s, span.segment.end_s
        row = next((number for number, until in enumerate(free_from) if until <= start_s), len(free_from))
        if row == len(free_from):
            free_from.append(end_s)
        free_from[row] = max(end_s, start_s)
        rows[span.id] = row
    return rows


def span_at(
    spans: Sequence[TimeSpan],
    rows: Mapping[str, int],
    selected: Iterable[str],
    window: TimeWindow,
    x: float,
    *,
    row: int | None,
    grab_px: float,
) -> SpanHit | None:
    """What is under a pixel: in a row of the timeline, or at any height where `row` is None (over the waveform).

    Edges come before bodies, the selected before others, short ones before long. Over the waveform only a selected
    segment can be taken by its body, so that another can be drawn across the others.
    """
    chosen = set(selected)
    best: tuple[tuple[int, int, float], SpanHit] | None = None
    for span in spans:
        if row is not None and rows.get(span.id) != row:
            continue
        left, right = window.x_of(span.segment.start_s), window.x_of(span.segment.end_s)
        part = _part(x, left, right, grab_px)
        if span.is_fixed and part is not None:
            part = Part.BODY
        if part is None or (row is None and part is Part.BODY and span.id not in chosen):
            continue
        rank = (part is Part.BODY, span.id not in chosen, right - left)
        if best is None or rank < best[0]:
            best = (rank, SpanHit(span.id, part))
    return best[1] if best else None


def _part(x: float, left: float, right: float, grab_px: float) -> Part | None:
    """A short segment leaves its middle third to its body."""
    inner = min(grab_px, (right - left) / 3)
    if left - grab_px <= x <= left + inner:
        return Part.START
    if right - inner <= x <= right + grab_px:
        return Part.END
    return Part.BODY if left < x < right else None


def spans_over(spans: Sequence[TimeSpan], at_s: float) -> list[TimeSpan]:
    """The segments that a second lies in, the shortest first."""
    over = [span for span in spans if span.segment.start_s <= at_s <= span.segment.end_s]
    return sorted(over, key=lambda span: span.segment.end_s - span.segment.start_s)


def neighbour(spans: Sequence[TimeSpan], selected: Sequence[str], at_s: float, by: int) -> TimeSpan | None:
    """The segment after (+1) or before (-1) the selected one that a time lies in, else after or before the time.

    None at the ends.
    """
    ordered = sorted(spans, key=lambda span: (span.segment.start_s, span.segment.end_s, span.id))
    here = [span.segment.start_s - 1e-3 <= at_s <= span.segment.end_s + 1e-3 for span in ordered]
    places = [number for number, span in enumerate(ordered) if span.id in selected and here[number]]
    if places:
        place = (places[-1] if by > 0 else places[0]) + by
        return ordered[place] if 0 <= place < len(ordered) else None
    later = [span for span in ordered if span.segment.start_s >= at_s]
    earlier = [span for span in ordered if span.segment.start_s < at_s]
    return next(iter(later), None) if by > 0 else next(reversed(earlier), None)


def mergeable(spans: Sequence[TimeSpan], selected: Sequence[str]) -> list[str]:
    """Ids of the selected annotations in order of time, if there are at least two: what can become one."""
    chosen = [span for span in spans if span.id in selected and not (span.is_proposal or span.is_fixed)]
    chosen.sort(key=lambda span: (span.segment.start_s, span.segment.end_s))
    return [span.id for span in chosen] if len(chosen) > 1 else []
