"""One rendered picture as numbers: what stands where, and every disturbance. Drawn at random by a seed, not yet pixels.

All places are in 0-1 of the padded square, y downwards; colours are RGB 0-255.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.training.scenes.shapes import atlas
from core.training.scenes.vocabulary import (
    COLOURS,
    DIGITS,
    FILLS,
    LETTERS,
    SHADE_DEPTH,
    SHAPES,
    SIZES,
    confusable_with,
)

MAX_THINGS = 30
MAX_CLUTTER = 10
NOISE_GRIDS = (5, 10, 20, 40)  # cells a side of the background's octaves
NOISE_CELLS = 2 * sum(side * side for side in NOISE_GRIDS)

# Columns of `Scene.strokes`, one row for each drawn thing.
STROKE_FIELDS = (
    "variant", "cx", "cy", "half_w", "half_h", "angle", "red", "green", "blue", "red2", "green2", "blue2",
    "fill", "line", "frequency", "phase", "direction", "shade", "shade_radial", "opacity",
)  # fmt: skip
_OUTLINE_KINDS = frozenset({"square", "rectangle", "triangle", "diamond", "star", "heart"})
_TEXTURE_KINDS = frozenset({"circle", "square", "rectangle", "triangle", "diamond", "heart"})
CROWDED = 13  # from this many things on a scene counts as crowded
CROWDED_SHARE = 0.22
_EFFECTS = {
    "rotation": 0.36, "outline": 0.36, "texture": 0.42, "shading": 0.32, "glyphs": 0.34, "clutter": 0.26,
    "blur": 0.24, "noise": 0.24, "jpeg": 0.26, "photo": 0.26, "alike": 0.4, "touching": 0.32, "cut": 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be asked for. `box_norm` is what is inside the picture; `side` the uncut longer side."""

    kind: str
    colour: str
    fill: str
    size: str
    cx: float
    cy: float
    side: float
    box_norm: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture before rendering.

    content: (x1, y1, x2, y2) of the picture inside the padded square.
    strokes: [n, len(STROKE_FIELDS)], painted in order; the last `len(things)` rows are the things.
    background: kind 0-4, then three colours (9 values), angle, amount. noise: [NOISE_CELLS] standard normal.
    post: blur sigma (px at 320), noise amplitude (0-255), JPEG quality (0 = none), contrast, brightness, seed.
    """

    content: tuple[float, float, float, float]
    things: tuple[Thing, ...]
    strokes: NDArray[np.float32]
    background: NDArray[np.float32]
    noise: NDArray[np.float32]
    post: NDArray[np.float32]
    effects: frozenset[str]


@dataclass(slots=True)
class _Draft:
    rng: np.random.Generator
    effects: frozenset[str]
    content: tuple[float, float, float, float]
    ground_colours: NDArray[np.float64]
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)  # uncut
    things: list[Thing] = field(default_factory=list)
    strokes: list[list[float]] = field(default_factory=list)


def _mixed_colour(rng: np.random.Generator, name: str) -> NDArray[np.float64]:
    anchors = COLOURS[name]
    first, second = anchors[rng.integers(len(anchors))], anchors[rng.integers(len(anchors))]
    share = rng.random() if rng.random() < 0.5 else 0.0
    mixed = np.array(first) * (1 - share) + np.array(second) * share
    return np.clip(mixed + rng.normal(0, 4, 3), 0, 255)


def _content(rng: np.random.Generator) -> tuple[float, float, float, float]:
    if rng.random() < 0.3:
        return (0.0, 0.0, 1.0, 1.0)
    short = float(rng.choice([0.75, 0.75, 0.667, 0.5625, rng.uniform(0.5, 1.0)]))
    start = (1 - short) / 2
    return (0.0, start, 1.0, 1 - start) if rng.random() < 0.7 else (start, 0.0, 1 - start, 1.0)


def _ground(rng: np.random.Generator, effects: frozenset[str]) -> NDArray[np.float32]:
    """Background kind, three colours, angle, amount."""
    kind = 3 if "photo" in effects else (0, 1, 2, 4)[_weighted(rng, (0.4, 0.25, 0.2, 0.15))]
    if kind == 0 and rng.random() < 0.5:  # the paper-like ones that people draw on most
        base = np.full(3, float(rng.choice([255, 255, 245, 235, 220, 0, 30, 128])))
    else:
        base = rng.uniform(0, 255, 3)
        grey = base.mean()
        base = grey + (base - grey) * rng.uniform(0.15, 1.0)
    spread = {0: 0.0, 1: 45.0, 2: 25.0, 3: 55.0, 4: 22.0}[kind]
    others = np.clip(base + rng.normal(0, spread, (2, 3)), 0, 255)
    amount = rng.uniform(0.3, 1.0)
    return np.concatenate([[kind], base, others.ravel(), [rng.uniform(0, np.pi), amount]]).astype(np.float32)


def _angle(rng: np.random.Generator, kind: str, rotate: bool) -> float:
    if not rotate:
        return 0.0
    if kind in LETTERS or kind in DIGITS:
        return float(rng.uniform(-0.35, 0.35))
    if kind in ("square", "diamond", "cross"):
        return float(rng.uniform(-0.26, 0.26))
    if kind == "heart":
        return float(rng.uniform(-0.8, 0.8))
    return float(rng.uniform(-np.pi, np.pi))


def _half_sizes(rng: np.random.Generator, kind: str, side: float) -> tuple[float, float]:
    if kind == "rectangle":
        short = side / rng.uniform(1.5, 2.6)
        return (side / 2, short / 2) if rng.random() < 0.6 else (short / 2, side / 2)
    spread = {"triangle": 0.15, "diamond": 0.12, "heart": 0.08}.get(kind, 0.04)
    stretch = 1 - rng.uniform(0, spread)
    return (side / 2, side / 2 * stretch) if rng.random() < 0.5 else (side / 2 * stretch, side / 2)


def _reach(variant: int, half_w: float, half_h: float, angle: float) -> tuple[float, float, float, float]:
    """Exact extents (left, top, right, bottom) of a turned shape around its centre."""
    hull = atlas().hulls[variant]
    x, y = hull[:, 0] * half_w, hull[:, 1] * half_h
    cos, sin = np.cos(angle), np.sin(angle)
    turned_x, turned_y = x * cos - y * sin, x * sin + y * cos
    return float(turned_x.min()), float(turned_y.min()), float(turned_x.max()), float(turned_y.max())


def _cut(draft: _Draft, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = draft.content
    return (max(box[0], x1), max(box[1], y1), min(box[2], x2), min(box[3], y2))


def _area(box: tuple[float, float, float, float]) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _place(draft: _Draft, reach: tuple[float, float, float, float]) -> tuple[float, float] | None:
    """A centre where the shape disturbs no other: apart, touching, or cut by the edge, as the scene's effects say."""
    rng, (x1, y1, x2, y2) = draft.rng, draft.content
    left, top, right, bottom = reach
    tries = 28
    cut = "cut" in draft.effects and rng.random() < 0.3
    slack = 0.42 if cut else 0.0
    low_x, high_x = x1 - left * (1 - slack), x2 - right * (1 - slack)
    low_y, high_y = y1 - top * (1 - slack), y2 - bottom * (1 - slack)
    if low_x > high_x or low_y > high_y:
        return None
    centres = rng.uniform((low_x, low_y), (high_x, high_y), (tries, 2))
    touching = "touching" in draft.effects and draft.boxes and rng.random() < 0.5
    if touching:
        near = draft.boxes[rng.integers(len(draft.boxes))]
        share = rng.uniform(-0.6, 0.6, tries)
        side = rng.integers(0, 4, tries)
        mid_x, mid_y = (near[0] + near[2]) / 2, (near[1] + near[3]) / 2
        drift_x, drift_y = share * (near[2] - near[0]), share * (near[3] - near[1])
        centres[:, 0] = np.select(
            [side == 0, side == 1], [near[0] - right * 0.97, near[2] - left * 0.97], mid_x + drift_x
        )
        centres[:, 1] = np.select(
            [side == 2, side == 3], [near[1] - bottom * 0.97, near[3] - top * 0.97], mid_y + drift_y
        )
    boxes = centres[:, [0, 1, 0, 1]] + np.array([left, top, right, bottom])
    inside_w = np.minimum(boxes[:, 2], x2) - np.maximum(boxes[:, 0], x1)
    inside_h = np.minimum(boxes[:, 3], y2) - np.maximum(boxes[:, 1], y1)
    visible = np.maximum(inside_w, 0) * np.maximum(inside_h, 0) / ((right - left) * (bottom - top))
    fine = visible > (0.5 if cut else 0.97)
    if draft.boxes:
        others = np.array(draft.boxes)  # [m, 4]
        gap = 0.0 if "touching" in draft.effects else 0.006
        meet_w = np.minimum(boxes[:, None, 2], others[:, 2]) - np.maximum(boxes[:, None, 0], others[:, 0]) + gap
        meet_h = np.minimum(boxes[:, None, 3], others[:, 3]) - np.maximum(boxes[:, None, 1], others[:, 1]) + gap
        meet = np.maximum(meet_w, 0) * np.maximum(meet_h, 0)
        smaller = np.minimum(
            (right - left) * (bottom - top), (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
        )
        fine &= (meet / smaller).max(1) <= (0.1 if "touching" in draft.effects else 0.0)
    good = np.flatnonzero(fine)
    if not len(good):
        return None
    return float(centres[good[0], 0]), float(centres[good[0], 1])


def _second_colour(rng: np.random.Generator, colour: str, rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    if colour in ("white", "yellow", "pink", "grey", "orange"):
        return rgb * rng.uniform(0.25, 0.5) if colour != "white" else np.full(3, rng.uniform(60, 110))
    return np.full(3, 250.0) if rng.random() < 0.7 or colour == "black" else rgb * 0.35


def _draw(draft: _Draft, kind: str, colour: str, fill: str, size: str) -> bool:
    rng = draft.rng
    rgb = _mixed_colour(rng, colour)
    if np.abs(draft.ground_colours - rgb).max(1).min() < 65:
        return False
    if fill == "outline" and kind not in _OUTLINE_KINDS:
        fill = "solid"
    if fill in ("striped", "dotted") and (kind not in _TEXTURE_KINDS or size == "small"):
        fill = "solid"
    low, high = SIZES[size]
    side = float(rng.uniform(low, high))
    if len(draft.things) == 0 and size == "large" and rng.random() < 0.3:
        side = float(rng.uniform(0.42, 0.8))
    half_w, half_h = _half_sizes(rng, kind, side)
    indices = atlas().variants[kind]
    variant = int(indices[rng.integers(len(indices))])
    angle = _angle(rng, kind, "rotation" in draft.effects)
    reach = _reach(variant, half_w, half_h, angle)
    centre = _place(draft, reach)
    if centre is None:
        return False
    cx, cy = centre
    full = (cx + reach[0], cy + reach[1], cx + reach[2], cy + reach[3])
    seen = _cut(draft, full)
    if min(seen[2] - seen[0], seen[3] - seen[1]) < 0.01:
        return False
    shade = SHADE_DEPTH[colour] * rng.uniform(0.4, 1) if "shading" in draft.effects and rng.random() < 0.7 else 0.0
    second = _second_colour(rng, colour, rgb)
    line = min(half_w, half_h) * rng.uniform(0.14, 0.3) if fill == "outline" else 0.0
    if fill == "solid" and rng.random() < 0.15 and size != "small":  # a thin border, darker than the fill
        line, second = 0.008, rgb * 0.3
    frequency = rng.uniform(5, 9) if fill == "striped" else rng.uniform(8, 12)
    draft.strokes.append(
        [variant, cx, cy, half_w, half_h, angle, *rgb, *second, FILLS.index(fill), line, frequency,
         rng.uniform(0, 6.28), rng.uniform(0, np.pi), shade, float(rng.random() < 0.4), 1.0]
    )  # fmt: skip
    draft.boxes.append(full)
    draft.things.append(Thing(kind, colour, fill, size, cx, cy, side, seen))
    return True


def _clutter(draft: _Draft) -> None:
    rng = draft.rng
    indices = atlas().variants["clutter"]
    x1, y1, x2, y2 = draft.content
    for _ in range(int(rng.integers(3, MAX_CLUTTER + 1))):
        base = draft.ground_colours[rng.integers(len(draft.ground_colours))]
        rgb = np.clip(base + rng.normal(0, 28, 3), 0, 255)
        half = rng.uniform(0.02, 0.2)
        draft.strokes.append(
            [int(indices[rng.integers(len(indices))]), rng.uniform(x1, x2), rng.uniform(y1, y2), half,
             half * rng.uniform(0.5, 1), rng.uniform(-3, 3), *rgb, *rgb, 0, 0, 1, 0, 0, 0, 0, rng.uniform(0.3, 0.8)]
        )  # fmt: skip


def _cast(rng: np.random.Generator, effects: frozenset[str]) -> tuple[list[str], list[str], list[str]]:
    """Kinds, colours and fills that this scene draws from: few, so that near misses are common."""
    pool = list(SHAPES)
    if "glyphs" in effects:
        pool = [str(k) for k in rng.choice(LETTERS + DIGITS, 4, replace=False)] + [
            str(k) for k in rng.choice(SHAPES, 3, replace=False)
        ]
    kinds: list[str] = []
    for kind in rng.permutation(pool):
        if not any(other in confusable_with(str(kind)) for other in kinds):
            kinds.append(str(kind))
    kinds = kinds[: int(rng.integers(2, 7))]
    colours = [str(c) for c in rng.permutation(list(COLOURS))[: int(rng.integers(2, 7))]]
    fills = ["solid"]
    if "outline" in effects:
        fills.append("outline")
    if "texture" in effects:
        fills += ["striped", "dotted"]
    return kinds, colours, fills


def _count(rng: np.random.Generator, crowded: bool, easy: bool) -> int:
    if crowded:
        return int(rng.integers(CROWDED, MAX_THINGS + 1))
    low, high = (2, 5) if easy else ((1, 3), (4, 7), (8, CROWDED - 1))[_weighted(rng, (0.24, 0.46, 0.3))]
    return int(rng.integers(low, high + 1))


def _weighted(rng: np.random.Generator, weights: Sequence[float]) -> int:
    """An index drawn by weight: `Generator.choice` does the same, twenty times slower."""
    roll = rng.random() * sum(weights)
    for index, weight in enumerate(weights):
        roll -= weight
        if roll < 0:
            return index
    return len(weights) - 1


def _one(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _populate(draft: _Draft, count: int) -> None:
    rng = draft.rng
    kinds, colours, fills = _cast(rng, draft.effects)
    weights = (0.34, 0.36, 0.3) if count <= 5 else (0.45, 0.45, 0.1) if count <= 12 else (0.72, 0.27, 0.01)
    sizes = tuple(SIZES)
    main = (kinds[0], colours[0], _one(rng, fills), sizes[_weighted(rng, weights)])
    share = rng.uniform(0.5, 1.0) if "alike" in draft.effects else 0.0
    same = (True, rng.random() < 0.7, rng.random() < 0.7, rng.random() < 0.6)  # what the alike ones have in common
    for _ in range(count * 3):
        if len(draft.things) == count:
            break
        free = (_one(rng, kinds), _one(rng, colours), _one(rng, fills), sizes[_weighted(rng, weights)])
        alike = rng.random() < share
        kind, colour, fill, size = (main[i] if alike and same[i] else free[i] for i in range(4))
        _draw(draft, kind, colour, fill, size)


def sample_scene(
    rng: np.random.Generator,
    *,
    crowded: bool | None = None,
    easy: bool = False,
    count: int | None = None,
    glyphs: bool = True,
) -> Scene:
    """Draw one scene. The same generator state gives the same scene on every machine.

    `crowded` fixes whether it holds at least `CROWDED` things (else drawn by `CROWDED_SHARE`); `easy` is
    for the first lessons: few things, nothing that disturbs. `count` fixes how many things are tried for; without
    `glyphs` no letters and digits are among them.
    """
    plain = rng.random() < 0.12 or easy
    crowded = rng.random() < CROWDED_SHARE if crowded is None else crowded
    effects = frozenset(
        name
        for name, chance in _EFFECTS.items()
        if rng.random() < (chance if not plain or name in ("rotation", "alike", "outline") else 0.0)
    )
    if not glyphs:
        effects -= {"glyphs"}
    while True:
        ground = _ground(rng, effects)
        draft = _Draft(rng, effects, _content(rng), ground[1:10].reshape(3, 3).astype(np.float64))
        if "clutter" in effects:
            _clutter(draft)
        _populate(draft, _count(rng, crowded, easy) if count is None else count)
        if draft.things:
            break
    post = np.array(
        [
            rng.uniform(0.4, 1.5) if "blur" in effects else 0,
            rng.uniform(3, 14) if "noise" in effects else 0,
            rng.uniform(12, 75) if "jpeg" in effects else 0,
            rng.uniform(0.85, 1.1) if not plain else 1,
            rng.uniform(-12, 12) if not plain else 0,
            rng.integers(0, 1 << 22),
        ],
        np.float32,
    )
    noise = rng.standard_normal(NOISE_CELLS, dtype=np.float32)
    return Scene(
        draft.content, tuple(draft.things), np.array(draft.strokes, np.float32), ground, noise, post,
        _shown(draft, effects),
    )  # fmt: skip


def _shown(draft: _Draft, effects: frozenset[str]) -> frozenset[str]:
    """The effects that really came out, so that shares can be counted honestly."""
    things = draft.things
    alike = max((sum(t.kind == o.kind and t.colour == o.colour for o in things) for t in things), default=0)
    edge = any(
        abs(t.box_norm[2] - t.box_norm[0] - (b[2] - b[0])) + abs(t.box_norm[3] - t.box_norm[1] - (b[3] - b[1])) > 1e-3
        for t, b in zip(things, draft.boxes, strict=True)
    )
    touch = any(
        min(a[2], b[2]) - max(a[0], b[0]) > -0.003 and min(a[3], b[3]) - max(a[1], b[1]) > -0.003
        for i, a in enumerate(draft.boxes)
        for b in draft.boxes[:i]
    )
    measured = {
        "outline": any(t.fill == "outline" for t in things),
        "texture": any(t.fill in ("striped", "dotted") for t in things),
        "glyphs": any(t.kind in LETTERS or t.kind in DIGITS for t in things),
        "alike": alike >= 3,
        "touching": touch,
        "cut": edge,
        "many": len(things) >= 12,
    }
    return frozenset(n for n in effects if n not in measured) | frozenset(n for n, there in measured.items() if there)
