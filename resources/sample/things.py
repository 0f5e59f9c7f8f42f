"""The shapes and letters of the sample: their colours, outlines, and where they cover a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

OVERSAMPLING = 4

Colour = tuple[int, int, int]
Point = tuple[float, float]

COLOURS: dict[str, Colour] = {
    "red": (214, 39, 40), "green": (44, 160, 44), "blue": (31, 90, 200), "yellow": (250, 220, 30),
    "orange": (255, 140, 0), "purple": (142, 68, 173), "black": (20, 20, 20), "white": (250, 250, 248),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """One shape or letter: its kind, colour, centre and size in pixels of the upright picture."""

    kind: str
    colour: str
    x: float
    y: float
    size: float
    turn_deg: float = 0.0


def _polygon(count: int, *, first_deg: float, radii: tuple[float, ...] = (1.0,)) -> list[Point]:
    """Corners on the unit circle, or on several circles in turn (a star)."""
    steps = count * len(radii)
    angles = [math.radians(first_deg + 360 * step / steps) for step in range(steps)]
    return [
        (radii[step % len(radii)] * math.cos(angle), radii[step % len(radii)] * math.sin(angle))
        for step, angle in enumerate(angles)
    ]


def _heart() -> list[Point]:
    """A heart within -1..1: https://mathworld.wolfram.com/HeartCurve.html, the sixth curve."""
    points = []
    for step in range(120):
        t = 2 * math.pi * step / 120
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((math.sin(t) ** 3, -(y + 2.5) / 16))
    return points


OUTLINES: dict[str, list[Point]] = {
    "circle": _polygon(120, first_deg=0),
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "triangle": _polygon(3, first_deg=-90),
    "diamond": [(0, -1), (0.75, 0), (0, 1), (-0.75, 0)],
    "star": _polygon(5, first_deg=-90, radii=(1.0, 0.42)),
    "cross": [(-.34, -1), (.34, -1), (.34, -.34), (1, -.34), (1, .34), (.34, .34),
              (.34, 1), (-.34, 1), (-.34, .34), (-1, .34), (-1, -.34), (-.34, -.34)],
    "heart": _heart(),
}  # fmt: skip


def mask_of(thing: Thing, size_wh: tuple[int, int]) -> Image.Image:
    """Where the thing covers the picture: 8-bit grey, oversampled, then averaged down."""
    scale = OVERSAMPLING
    mask = Image.new("L", (size_wh[0] * scale, size_wh[1] * scale))
    draw = ImageDraw.Draw(mask)
    x, y, radius = thing.x * scale, thing.y * scale, thing.size * scale / 2
    if thing.kind == "ring":
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        draw.ellipse((x - radius * 0.58, y - radius * 0.58, x + radius * 0.58, y + radius * 0.58), fill=0)
    elif thing.kind in OUTLINES:
        cosine, sine = math.cos(math.radians(thing.turn_deg)), math.sin(math.radians(thing.turn_deg))
        corners = [(x + radius * (u * cosine - v * sine), y + radius * (u * sine + v * cosine))
                   for u, v in OUTLINES[thing.kind]]  # fmt: skip
        draw.polygon(corners, fill=255)
    else:
        font = ImageFont.load_default(size=2 * radius)
        draw.text((x, y), thing.kind, fill=255, font=font, anchor="mm", stroke_width=radius / 14, stroke_fill=255)
    return mask.resize(size_wh, Image.Resampling.BOX)
