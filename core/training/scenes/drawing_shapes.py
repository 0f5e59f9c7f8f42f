"""Draws the atlas of shapes: `python -m core.training.scenes.drawing_shapes` writes the file that `shapes.py` reads.

Needed only when a shape is to be drawn otherwise. Nothing else imports OpenCV, so that a packaged app does without.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.files import bundled
from core.training.scenes.shapes import ATLAS, FIELD, REACH, Atlas
from core.training.scenes.vocabulary import DIGITS, LETTERS

_FINE = 384
_HULL = 48

Mask = NDArray[np.bool_]


def _polygon(points: list[tuple[float, float]]) -> Mask:
    canvas = np.zeros((_FINE, _FINE), np.uint8)
    scaled = (np.array(points) / REACH + 1) * _FINE / 2
    cv2.fillPoly(canvas, [np.round(scaled * 16).astype(np.int32)], 255, lineType=cv2.LINE_8, shift=4)
    return canvas > 127


def _plane() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    axis = ((np.arange(_FINE) + 0.5) / _FINE * 2 - 1) * REACH
    return np.meshgrid(axis, axis)


def _disc(inner: float) -> Mask:
    x, y = _plane()
    radius = np.hypot(x, y)
    return (radius <= 1) & (radius >= inner)


def _star(inner: float) -> Mask:
    points = []
    for index in range(10):
        radius = 1.0 if index % 2 == 0 else inner
        angle = -np.pi / 2 + index * np.pi / 5
        points.append((radius * float(np.cos(angle)), radius * float(np.sin(angle))))
    return _polygon(points)


def _cross(arm: float) -> Mask:
    x, y = _plane()
    x, y = np.abs(x), np.abs(y)
    return ((x <= arm) & (y <= 1)) | ((y <= arm) & (x <= 1))


def _heart(depth: float) -> Mask:
    t = np.linspace(0, 2 * np.pi, 200)
    x = np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16 * depth
    y = (y - (y.max() + y.min()) / 2) / ((y.max() - y.min()) / 2)
    return _polygon(list(zip(x.tolist(), y.tolist(), strict=True)))


def _blob(seed: int) -> Mask:
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    radius = 0.62 + sum(rng.uniform(-0.16, 0.16) * np.cos(k * angle + rng.uniform(0, 2 * np.pi)) for k in range(2, 7))
    return _polygon(list(zip((radius * np.cos(angle)).tolist(), (radius * np.sin(angle)).tolist(), strict=True)))


def _scribble(seed: int) -> Mask:
    rng = np.random.default_rng(seed)
    canvas = np.zeros((_FINE, _FINE), np.uint8)
    heading = rng.uniform(0, 2 * np.pi)
    turns = heading + np.cumsum(rng.normal(0, 0.4, 24))
    path = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], 1), 0)
    path = (path - path.min(0)) / np.ptp(path, 0).max() * (_FINE * 0.8) + _FINE * 0.1
    cv2.polylines(canvas, [path.astype(np.int32)], False, 255, thickness=int(rng.integers(5, 12)))
    return _fit(canvas > 127)


def _fit(mask: Mask) -> Mask:
    """Move and stretch a glyph so that its longer side spans the unit square, aspect kept."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    crop = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.uint8) * 255
    scale = _FINE / REACH / max(crop.shape)
    size_wh = (max(8, round(crop.shape[1] * scale)), max(8, round(crop.shape[0] * scale)))
    resized = cv2.resize(crop, size_wh, interpolation=cv2.INTER_LINEAR)
    canvas = np.zeros((_FINE, _FINE), np.uint8)
    top, left = (_FINE - size_wh[1]) // 2, (_FINE - size_wh[0]) // 2
    canvas[top : top + size_wh[1], left : left + size_wh[0]] = resized
    return canvas > 127


def _stroke_glyph(text: str, font: int, thickness: int) -> Mask:
    canvas = np.zeros((600, 600), np.uint8)
    cv2.putText(canvas, text, (120, 420), font, 10, 255, thickness, cv2.LINE_AA)
    return _fit(canvas > 127)


def _outline_glyph(text: str, stroke: int) -> Mask:
    picture = Image.new("L", (600, 600))
    font = ImageFont.load_default(320)
    ImageDraw.Draw(picture).text((120, 100), text, fill=255, font=font, stroke_width=stroke, stroke_fill=255)
    return _fit(np.asarray(picture) > 127)


def _field(mask: Mask) -> NDArray[np.float32]:
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    signed = np.where(mask, inside - 0.5, 0.5 - outside) * (2 * REACH / _FINE)
    small = cv2.resize(signed.astype(np.float32), (FIELD, FIELD), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _hull(mask: Mask) -> NDArray[np.float32]:
    rows, columns = np.nonzero(mask)
    edge = cv2.convexHull(np.stack([columns, rows], 1).astype(np.int32))[:, 0, :].astype(np.float64)
    points = ((edge + 0.5) / _FINE * 2 - 1) * REACH
    angle = np.arange(_HULL) * 2 * np.pi / _HULL
    direction = np.stack([np.cos(angle), np.sin(angle)])  # [2, h]
    support = points[np.argmax(points @ direction, 0)]
    # half a fine cell outwards: the mask's cells have an extent
    return np.asarray(support + np.sign(support) * (REACH / _FINE), np.float32)


def _recipes() -> dict[str, list[Callable[[], Mask]]]:
    square = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
    diamond = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]
    recipes: dict[str, list[Callable[[], Mask]]] = {
        "circle": [lambda: _disc(0)],
        "square": [lambda: _polygon(square)],
        "rectangle": [lambda: _polygon(square)],
        "triangle": [lambda: _polygon([(0, -1), (1, 1), (-1, 1)]), lambda: _polygon([(0, -1), (1, 0.75), (-1, 0.75)])],
        "ring": [functools.partial(_disc, inner) for inner in (0.45, 0.55, 0.65, 0.75, 0.85)],
        "diamond": [lambda: _polygon(diamond)],
        "cross": [functools.partial(_cross, arm) for arm in (0.18, 0.27, 0.36)],
        "star": [functools.partial(_star, inner) for inner in (0.38, 0.45, 0.54)],
        "heart": [functools.partial(_heart, depth) for depth in (0.9, 1.0)],
        "clutter": [
            *(functools.partial(_blob, seed) for seed in range(8)),
            *(functools.partial(_scribble, seed) for seed in range(16)),
        ],
    }
    fonts = [(cv2.FONT_HERSHEY_SIMPLEX, 28), (cv2.FONT_HERSHEY_SIMPLEX, 46), (cv2.FONT_HERSHEY_COMPLEX, 30),
             (cv2.FONT_HERSHEY_TRIPLEX, 34), (cv2.FONT_HERSHEY_DUPLEX, 36)]  # fmt: skip
    for text in LETTERS + DIGITS:
        recipes[text] = [functools.partial(_outline_glyph, text, stroke) for stroke in (4, 10, 18)]
        recipes[text] += [functools.partial(_stroke_glyph, text, font, thick) for font, thick in fonts]
    return recipes


def draw_atlas() -> Atlas:
    """Draw every variant (about two seconds). The glyphs depend on the fonts that Pillow and OpenCV bring."""
    masks: list[Mask] = []
    variants: dict[str, tuple[int, ...]] = {}
    for kind, recipes in _recipes().items():
        variants[kind] = tuple(range(len(masks), len(masks) + len(recipes)))
        masks.extend(recipe() for recipe in recipes)
    return Atlas(np.stack([_field(mask) for mask in masks]), np.stack([_hull(mask) for mask in masks]), variants)


def save_atlas(drawn: Atlas, path: Path) -> None:
    """Write an atlas, its fields in steps of 1/100 of a half size: under half a pixel at any scene's size."""
    fields = np.clip(np.round(drawn.fields * 100), -127, 127).astype(np.int8)
    kinds = [kind for kind, indices in drawn.variants.items() for _ in indices]
    np.savez_compressed(path, fields=fields, hulls=drawn.hulls, kinds=np.array(kinds))


if __name__ == "__main__":
    save_atlas(draw_atlas(), bundled(ATLAS))
