"""What a drag on a timeline does: makes, resizes or moves a segment, snapping where it is asked to. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.schema import Segment
from desktop.views.time_spans import Part

Snap = Callable[[float], float]
SHORTEST_S = 0.01  # no segment is made shorter


def no_snap(at_s: float) -> float:
    """Every second stays as it is."""
    return at_s


@dataclass(frozen=True, slots=True)
class SpanDrag:
    """A drag in progress. `original` is None while a new segment is being made; times are seconds."""

    grabbed_s: float
    duration_s: float
    span_id: str = ""
    part: Part = Part.END
    original: Segment | None = None
    present: Segment | None = None

    def moved_to(self, at_s: float, snap: Snap = no_snap) -> SpanDrag:
        """The drag with the pointer at another second."""
        if self.original is None:
            a, b = sorted((self._inside(snap(self.grabbed_s)), self._inside(snap(at_s))))
            return replace(self, present=Segment(a, b), part=Part.END if at_s >= self.grabbed_s else Part.START)
        if self.part is Part.BODY:
            return replace(self, present=self._shifted(self.original, at_s - self.grabbed_s, snap))
        edge = self.original.start_s if self.part is Part.START else self.original.end_s
        moved = self._inside(snap(edge + at_s - self.grabbed_s))
        if self.part is Part.START:
            return replace(self, present=Segment(min(moved, self.original.end_s - SHORTEST_S), self.original.end_s))
        return replace(self, present=Segment(self.original.start_s, max(moved, self.original.start_s + SHORTEST_S)))

    @property
    def result(self) -> Segment | None:
        """What the drag has made; None when that is nothing, or nothing new."""
        if self.present is None or self.present == self.original:
            return None
        return self.present if self.present.end_s - self.present.start_s >= SHORTEST_S * 0.99 else None

    @property
    def edge_s(self) -> float | None:
        """Where the edge is that is being dragged; None while a body moves."""
        if self.present is None or self.part is Part.BODY:
            return None
        return self.present.start_s if self.part is Part.START else self.present.end_s

    def _shifted(self, segment: Segment, by_s: float, snap: Snap) -> Segment:
        """The whole segment elsewhere; whichever end snaps first takes the other along."""
        start_s, end_s = segment.start_s + by_s, segment.end_s + by_s
        pull = snap(start_s) - start_s or snap(end_s) - end_s
        length = end_s - start_s
        start_s = min(max(start_s + pull, 0.0), max(0.0, self.duration_s - length))
        return Segment(start_s, start_s + length)

    def _inside(self, at_s: float) -> float:
        return min(max(at_s, 0.0), self.duration_s)


def tail_of(segment: Segment, length_s: float) -> Segment:
    """The end of a segment, of this length at most: what is played after its end was dragged."""
    return Segment(max(segment.start_s, segment.end_s - length_s), segment.end_s)
