"""What the canvas shows: one frozen record per box. Knows neither project nor widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.schema import Box

Tool = Literal["select", "draw"]


@dataclass(frozen=True, slots=True)
class CanvasBox:
    """A box as the canvas draws it: an annotation (solid) or a model's proposal (dashed, with its score).

    `text` is what the chip says, `colour` `#rrggbb`; a `locked` box can be selected, not changed. One `between` key
    boxes of its track is dashed: where it is was worked out.
    """

    id: str
    box: Box
    text: str
    colour: str
    score: float | None = None
    is_proposal: bool = False
    locked: bool = False
    between: bool = False
