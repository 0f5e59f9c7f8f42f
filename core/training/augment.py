"""Variations of a picture that keep boxes and words true: zoom and shift, mirror where no word minds, light."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.geometry import BoxXYXY, box_area, clip_box

# Words that a mirrored picture would turn into lies; writing cannot be mirrored either.
_SIDED = re.compile(
    r"\b(\w*left\w*|\w*right\w*|\w*clockwise|letters?|digits?|numbers?|words?|text|writing|sign|signs|logo)\b", re.I
)
_PLACED = re.compile(
    r"\b(left|right|top|bottom|middle|cent(er|re)|corner|edge|above|below|upper|lower|\w+most|first|last|far|near\w*)\b",
    re.I,
)
_KEPT = 0.55  # a zoomed picture may cut a box down to this share of its area, no further


@dataclass(frozen=True, slots=True)
class Varied:
    """A varied picture [h, w, 3] and its boxes in pixels, in the order they came."""

    rgb: NDArray[np.uint8]
    boxes: tuple[BoxXYXY, ...]


def may_mirror(expressions: Sequence[str]) -> bool:
    """Whether no expression speaks of left, right, or of something written."""
    return not any(_SIDED.search(expression) or re.search(r"\b\w\b", expression) for expression in expressions)


def may_zoom(expressions: Sequence[str]) -> bool:
    """Whether no expression speaks of places or extremes that a crop could change."""
    return not any(_PLACED.search(expression) for expression in expressions)


def vary(
    rgb: NDArray[np.uint8], boxes: Sequence[BoxXYXY], expressions: Sequence[str], rng: np.random.Generator
) -> Varied:
    """A random variation under which every expression still names exactly these boxes."""
    varied = Varied(rgb, tuple(boxes))
    if may_mirror(expressions) and rng.random() < 0.5:
        varied = _mirrored(varied)
    if may_zoom(expressions) and rng.random() < 0.7:
        varied = _zoomed(varied, rng)
    return Varied(_relit(varied.rgb, rng), varied.boxes)


def _mirrored(varied: Varied) -> Varied:
    width = varied.rgb.shape[1]
    boxes = tuple((width - x2, y1, width - x1, y2) for x1, y1, x2, y2 in varied.boxes)
    return Varied(np.ascontiguousarray(varied.rgb[:, ::-1]), boxes)


def _zoomed(varied: Varied, rng: np.random.Generator) -> Varied:
    """A window of 0.7 to 1.25 times the picture's size; left as it is where a box would be lost or cut too far."""
    height, width = varied.rgb.shape[:2]
    share = float(rng.uniform(0.7, 1.25))
    stretch = float(rng.uniform(0.9, 1.11))
    window_w, window_h = width * share * stretch, height * share / stretch
    left = float(rng.uniform(min(0, width - window_w), max(0, width - window_w)))
    top = float(rng.uniform(min(0, height - window_h), max(0, height - window_h)))
    shifted = [(x1 - left, y1 - top, x2 - left, y2 - top) for x1, y1, x2, y2 in varied.boxes]
    seen = [clip_box(box, (window_w, window_h)) for box in shifted]
    if any(box_area(part) < _KEPT * box_area(box) for part, box in zip(seen, shifted, strict=True)):
        return varied
    fill = tuple(int(value) for value in varied.rgb.reshape(-1, 3).mean(0))
    picture = Image.fromarray(varied.rgb).transform(
        (width, height),
        Image.Transform.AFFINE,
        (window_w / width, 0, left, 0, window_h / height, top),
        resample=Image.Resampling.BILINEAR,
        fillcolor=fill,
    )
    scale_x, scale_y = width / window_w, height / window_h
    boxes = tuple((x1 * scale_x, y1 * scale_y, x2 * scale_x, y2 * scale_y) for x1, y1, x2, y2 in seen)
    return Varied(np.asarray(picture), boxes)


def _relit(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    gain, offset = rng.uniform(0.85, 1.15), rng.uniform(-14, 14)
    tint = rng.uniform(0.96, 1.04, 3)
    table = np.clip(np.arange(256)[:, None] * gain * tint + offset, 0, 255).astype(np.uint8)
    return np.stack([table[:, k][rgb[..., k]] for k in range(3)], -1)
