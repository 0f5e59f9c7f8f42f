"""What is true of one expression and one medium, and what a model said about it: the pair that metrics measure."""

from __future__ import annotations

from dataclasses import dataclass

from core.geometry import BoxXYXY, SpanS
from core.schema import Answer, Box, MediaKind, Proposal, Region, Segment


@dataclass(frozen=True, slots=True)
class Truth:
    """Every region that an expression truly means in a medium; none of them when it is not present.

    at_s: in the frame of a video that is shown then; `kind` is "image" there, as it is asked about like a picture.
    """

    media_id: str
    kind: MediaKind
    expression: str
    regions: tuple[Region, ...]
    present: bool
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A truth and the answer to the same expression about the same medium."""

    truth: Truth
    answer: Answer

    @property
    def true_boxes(self) -> list[BoxXYXY]:
        """The true boxes, in pixels."""
        return [_corners(region) for region in self.truth.regions if isinstance(region, Box)]

    @property
    def true_spans(self) -> list[SpanS]:
        """The true time spans, in seconds."""
        return [(region.start_s, region.end_s) for region in self.truth.regions if isinstance(region, Segment)]

    @property
    def boxes(self) -> list[tuple[BoxXYXY, float | None]]:
        """Proposed boxes and their scores, best score first, unscored ones last; the model's order decides ties."""
        return [(_corners(p.region), p.score) for p in self._ranked() if isinstance(p.region, Box)]

    @property
    def spans(self) -> list[tuple[SpanS, float | None]]:
        """Proposed spans and their scores, ranked like `boxes`."""
        ranked = self._ranked()
        return [((p.region.start_s, p.region.end_s), p.score) for p in ranked if isinstance(p.region, Segment)]

    def _ranked(self) -> list[Proposal]:
        return sorted(self.answer.proposals, key=lambda p: -1.0 if p.score is None else p.score, reverse=True)


def _corners(box: Box) -> BoxXYXY:
    return (box.x1, box.y1, box.x2, box.y2)
