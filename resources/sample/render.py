"""Draws the sample pictures and writes `sample.json`, what stands in them. Run it again and the same files come out.

.venv/bin/python resources/sample/render.py
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent
OVERSAMPLING = 4
ORIENTATION_TAG = 0x0112
TURNED_RIGHT = 6  # EXIF: stored on its side, as a phone held upright does

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


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the sample; `background` is the colour at the top and at the bottom."""

    file: str
    size_wh: tuple[int, int]
    background: tuple[Colour, Colour]
    things: tuple[Thing, ...]
    stored_turned: bool = False


def _grid(kind: str, colour: str, places: list[Point], size: float) -> Iterator[Thing]:
    yield from (Thing(kind, colour, x, y, size) for x, y in places)


SCENES = (
    Scene("four-shapes.png", (480, 360), ((236, 240, 244), (205, 214, 222)), (
        Thing("circle", "red", 110, 100, 110), Thing("square", "blue", 350, 100, 104),
        Thing("triangle", "green", 130, 260, 120), Thing("star", "yellow", 345, 262, 124),
    )),
    Scene("many-circles.jpg", (640, 480), ((250, 247, 238), (224, 216, 196)), (
        *_grid("circle", "red", [(80, 90), (230, 70), (390, 110), (560, 80), (140, 250), (310, 240), (520, 230)], 72),
        *_grid("ring", "blue", [(90, 400), (420, 380)], 88),
        Thing("square", "blue", 250, 390, 70), Thing("star", "purple", 565, 385, 90),
    )),
    Scene("letters.png", (520, 300), ((252, 252, 250), (252, 252, 250)), (
        Thing("A", "black", 90, 150, 120), Thing("K", "red", 220, 150, 120),
        Thing("B", "blue", 345, 150, 120), Thing("heart", "yellow", 455, 150, 92),
    )),
    Scene("meadow.jpg", (600, 400), ((178, 205, 226), (120, 150, 96)), (
        Thing("heart", "yellow", 120, 110, 100), Thing("star", "white", 300, 95, 96, 12),
        Thing("star", "orange", 470, 130, 110, 20), Thing("diamond", "purple", 150, 290, 110),
        Thing("circle", "red", 430, 300, 84),
    )),
    Scene("upright.jpg", (360, 540), ((228, 222, 236), (196, 188, 210)), (
        Thing("triangle", "green", 110, 110, 116), Thing("heart", "orange", 250, 120, 110),
        Thing("A", "blue", 110, 300, 120), Thing("square", "blue", 255, 300, 90, 15),
        Thing("cross", "purple", 180, 455, 96),
    ), stored_turned=True),
    Scene("crowded.png", (560, 400), ((70, 78, 92), (40, 46, 56)), (
        Thing("square", "blue", 90, 90, 92), Thing("square", "orange", 184, 90, 92),
        Thing("circle", "red", 12, 250, 90), Thing("circle", "red", 300, 210, 76),
        Thing("star", "yellow", 440, 100, 116), Thing("triangle", "green", 430, 300, 120),
        Thing("A", "white", 190, 310, 96), Thing("heart", "yellow", 300, 335, 86),
    )),
)  # fmt: skip


def _is(kind: str, colour: str | None = None) -> Callable[[Thing], bool]:
    return lambda thing: thing.kind == kind and colour in (None, thing.colour)


EXPRESSIONS: dict[str, Callable[[Thing], bool]] = {
    "all red circles": _is("circle", "red"),
    "blue square": _is("square", "blue"),
    "all stars": _is("star"),
    "green triangle": _is("triangle", "green"),
    "the letter A": _is("A"),
    "yellow heart": _is("heart", "yellow"),
}


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


def draw_scene(scene: Scene) -> tuple[Image.Image, list[tuple[Thing, list[int]]]]:
    """The upright picture, and each thing with the box of its visible pixels, xyxy."""
    width, height = scene.size_wh
    shade = Image.linear_gradient("L").resize(scene.size_wh)
    top, bottom = (Image.new("RGB", scene.size_wh, colour) for colour in scene.background)
    picture = Image.composite(bottom, top, shade)
    boxes: list[tuple[Thing, list[int]]] = []
    covered = Image.new("L", scene.size_wh)
    for thing in scene.things:
        mask = mask_of(thing, scene.size_wh)
        if ImageChops.multiply(covered, mask).point(lambda value: 255 * (value > 40)).getbbox():
            raise ValueError(f"{scene.file}: {thing} covers another thing")
        covered = ImageChops.lighter(covered, mask)
        picture.paste(COLOURS[thing.colour], (0, 0, width, height), mask)
        box = mask.point(lambda value: 255 * (value > 127)).getbbox()
        assert box is not None
        boxes.append((thing, list(box)))
    return picture, boxes


def save(picture: Image.Image, scene: Scene) -> None:
    """Write the file; a turned one is stored on its side with the EXIF tag that says so."""
    path = FOLDER / scene.file
    if scene.stored_turned:
        exif = Image.Exif()
        exif[ORIENTATION_TAG] = TURNED_RIGHT
        picture.transpose(Image.Transpose.ROTATE_90).save(path, quality=90, exif=exif)
    elif path.suffix == ".jpg":
        picture.save(path, quality=90)
    else:
        picture.save(path, optimize=True)


def main() -> None:
    """Write every picture, and the answers that a person would give."""
    pictures = []
    for scene in SCENES:
        picture, boxes = draw_scene(scene)
        save(picture, scene)
        truth = {text: [box for thing, box in boxes if fits(thing)] for text, fits in EXPRESSIONS.items()}
        pictures.append(
            {"file": scene.file, "width": scene.size_wh[0], "height": scene.size_wh[1], "boxes_xyxy": truth}
        )
    described = {"expressions": list(EXPRESSIONS), "pictures": pictures}
    (FOLDER / "sample.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
