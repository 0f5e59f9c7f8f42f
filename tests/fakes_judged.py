"""Truths and answers by hand, for what measures them."""

from __future__ import annotations

from collections.abc import Sequence

from core.evaluation import Judged, Truth
from core.schema import Answer, Box, MediaKind, Proposal, Query, Region, Segment


def square(x: float, y: float = 0.0, side: float = 10.0) -> Box:
    """A square box by its corner."""
    return Box(x, y, x + side, y + side)


def judged(
    true: Sequence[Region],
    said: Sequence[tuple[Region, float | None]] = (),
    *,
    media: str = "m",
    expression: str = "cup",
    error: str | None = None,
    kind: MediaKind | None = None,
) -> Judged:
    """A truth and an answer; nothing said is "not present", unless there is an error."""
    found = tuple(Proposal(str(n), "q", region, score, "model@1") for n, (region, score) in enumerate(said))
    answer = Answer(Query("q", media, expression), found, None if error else bool(found), "", "model@1", error=error)
    in_time = any(isinstance(region, Segment) for region in (*true, *(region for region, _ in said)))
    return Judged(Truth(media, kind or ("audio" if in_time else "image"), expression, tuple(true), bool(true)), answer)
