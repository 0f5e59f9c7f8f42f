"""Pictures of plain shapes, drawn by Pillow: another hand than the renderer that the bundled model learnt from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.geometry import BoxXYXY

RGB = {
    "red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "orange": (255, 165, 0),
    "purple": (128, 0, 128), "pink": (255, 105, 180), "brown": (139, 69, 19), "grey": (128, 128, 128),
    "black": (0, 0, 0), "white": (255, 255, 255),
}  # fmt: skip
GROUNDS = {"white": (255, 255, 255), "grey": (200, 200, 200), "dark": (40, 40, 40)}
SHAPES = ("circle", "square", "rectangle", "triangle", "ring", "diamond", "cross", "star", "heart")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape on a picture: what it is, its colour, and the box of the pixels that it covers."""

    kind: str
    colour: str
    box: BoxXYXY

    @property
    def words(self) -> str:
        """`red circle`, `blue letter A`."""
        return f"{self.colour} {'letter ' if len(self.kind) == 1 else ''}{self.kind}"


class Sketch:
    """A picture that is painted shape by shape on a plain ground or a gradient."""

    def __init__(self, size_wh: tuple[int, int], ground: str = "white") -> None:
        width, height = size_wh
        if ground == "gradient":
            share = np.linspace(0, 1, height)[:, None, None]
            rows = np.array((200, 220, 255)) * (1 - share) + np.array((250, 250, 235)) * share
            self.image = Image.fromarray(rows.repeat(width, 1).astype(np.uint8))
        else:
            self.image = Image.new("RGB", size_wh, GROUNDS[ground])

    def draw(self, kind: str, colour: str, centre: tuple[float, float], side: float) -> Drawn:
        """Paint a filled shape; a ring is a band of an eighth of its size."""
        mask = Image.new("L", self.image.size)
        _paint(ImageDraw.Draw(mask), kind, *centre, side)
        box = mask.getbbox()
        assert box is not None
        self.image.paste(RGB[colour], mask=mask)
        return Drawn(kind, colour, tuple(map(float, box)))  # type: ignore[arg-type]

    @property
    def rgb(self) -> NDArray[np.uint8]:
        return np.array(self.image)


def _paint(pen: ImageDraw.ImageDraw, kind: str, x: float, y: float, side: float) -> None:
    h = side / 2
    if kind == "circle":
        pen.ellipse((x - h, y - h, x + h, y + h), fill=255)
    elif kind == "ring":
        pen.ellipse((x - h, y - h, x + h, y + h), outline=255, width=max(4, round(side / 8)))
    elif kind == "square":
        pen.rectangle((x - h, y - h, x + h, y + h), fill=255)
    elif kind == "rectangle":
        pen.rectangle((x - h, y - h / 2, x + h, y + h / 2), fill=255)
    elif kind == "triangle":
        pen.polygon([(x, y - h), (x + h, y + h), (x - h, y + h)], fill=255)
    elif kind == "diamond":
        pen.polygon([(x, y - h), (x + h, y), (x, y + h), (x - h, y)], fill=255)
    elif kind == "cross":
        pen.rectangle((x - h * 0.3, y - h, x + h * 0.3, y + h), fill=255)
        pen.rectangle((x - h, y - h * 0.3, x + h, y + h * 0.3), fill=255)
    elif kind == "star":
        radii = [h if i % 2 == 0 else h * 0.4 for i in range(10)]
        turns = [i * math.pi / 5 for i in range(10)]
        pen.polygon([(x + r * math.sin(t), y - r * math.cos(t)) for r, t in zip(radii, turns, strict=True)], fill=255)
    elif kind == "heart":
        pen.ellipse((x - h, y - h, x, y), fill=255)
        pen.ellipse((x, y - h, x + h, y), fill=255)
        pen.polygon([(x - h * 0.93, y - h * 0.25), (x + h * 0.93, y - h * 0.25), (x, y + h)], fill=255)
    else:
        pen.text((x, y), kind, fill=255, font=ImageFont.load_default(size=side), anchor="mm")
