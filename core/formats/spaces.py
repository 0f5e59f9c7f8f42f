"""The coordinate spaces that boxes stand in inside files, and their way to pixels of the upright picture and back."""

from __future__ import annotations

import math
from typing import Literal

from core.geometry import BoxXYXY, box_from_padded_norm, box_to_padded_norm

# padded_norm: 0-1 of the padded square (spans: of the duration). picture_norm: 0-1 of the picture's own sides.
# picture_1000: 0-1000 of them. qwen_resized: pixels of the picture as Qwen2.5-VL resizes it.
Space = Literal["padded_norm", "picture_norm", "picture_1000", "qwen_resized"]

# Qwen2.5-VL: sides are multiples of 28 (patch 14, merged by 2), between 56² and 1280 patches of 28² pixels.
_FACTOR = 28
_MIN_PIXELS = 56 * 56
_MAX_PIXELS = 14 * 14 * 4 * 1280


def to_pixels(box: BoxXYXY, space: Space, size_wh: tuple[int, int]) -> BoxXYXY:
    """A box of this space in pixels of a picture of this size. Only the padded square is clipped to the picture."""
    if space == "padded_norm":
        return box_from_padded_norm(box, size_wh)
    x, y = _scale(space, size_wh)
    return (box[0] / x, box[1] / y, box[2] / x, box[3] / y)


def from_pixels(box: BoxXYXY, space: Space, size_wh: tuple[int, int]) -> BoxXYXY:
    """A box in pixels of a picture of this size, in this space; not rounded."""
    if space == "padded_norm":
        return box_to_padded_norm(box, size_wh)
    x, y = _scale(space, size_wh)
    return (box[0] * x, box[1] * y, box[2] * x, box[3] * y)


def _scale(space: Space, size_wh: tuple[int, int]) -> tuple[float, float]:
    width, height = size_wh
    wide, high = qwen_resized_wh(size_wh) if space == "qwen_resized" else (1000, 1000)
    if space == "picture_norm":
        wide, high = 1, 1
    return wide / width, high / height


def qwen_resized_wh(size_wh: tuple[int, int]) -> tuple[int, int]:
    """The size to which Qwen2.5-VL resizes a picture (`smart_resize` of qwen-vl-utils, with its defaults)."""
    width, height = size_wh
    wide, high = (max(_FACTOR, round(side / _FACTOR) * _FACTOR) for side in (width, height))
    if wide * high > _MAX_PIXELS:
        shrink = math.sqrt(width * height / _MAX_PIXELS)
        wide, high = (max(_FACTOR, math.floor(side / shrink / _FACTOR) * _FACTOR) for side in (width, height))
    elif wide * high < _MIN_PIXELS:
        grow = math.sqrt(_MIN_PIXELS / (width * height))
        wide, high = (math.ceil(side * grow / _FACTOR) * _FACTOR for side in (width, height))
    return wide, high
