"""The shapes as signed distance fields: one atlas that the renderer samples, and hulls that give exact boxes.

The atlas is a file; `drawing_shapes.py` made it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.files import bundled

FIELD = 80  # cells a side of one distance field
REACH = 1.25  # the field covers [-REACH, REACH] in units of the shape's half size
ATLAS = "resources/scenes/shapes.npz"


@dataclass(frozen=True, slots=True)
class Atlas:
    """Every drawable variant of every kind.

    fields: [v, FIELD, FIELD] float32, signed distance in half sizes, positive inside, rows = y.
    hulls: [v, h, 2] float32, outermost points (x, y) of the unit shape.
    variants: kind -> indices of its variants. `clutter` names shapes that nobody asks for.
    """

    fields: NDArray[np.float32]
    hulls: NDArray[np.float32]
    variants: dict[str, tuple[int, ...]]


@functools.cache
def atlas() -> Atlas:
    """The committed atlas, so that scenes look the same wherever they are rendered."""
    with np.load(bundled(ATLAS)) as stored:
        kinds = stored["kinds"].tolist()
        variants = {kind: tuple(i for i, other in enumerate(kinds) if other == kind) for kind in dict.fromkeys(kinds)}
        return Atlas(stored["fields"].astype(np.float32) / 100, stored["hulls"].astype(np.float32), variants)
