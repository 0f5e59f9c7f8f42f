"""Makes the sample: pictures, a video, a sound, and `sample.json`, what is in them. The same files come out again.

.venv/bin/python resources/sample/render.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent.parent)]

from in_time import SAMPLE_RATE, SOUND, VIDEO  # noqa: E402
from things import COLOURS, Colour, Point, Thing, mask_of  # noqa: E402

from core.media.writing import write_sound, write_video  # noqa: E402

ORIENTATION_TAG = 0x0112
TURNED_RIGHT = 6  # EXIF: stored on its side, as a phone held upright does


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


def clips() -> list[dict[str, object]]:
    """Write the video and the sound; what stands in them."""
    size_wh = VIDEO.size_wh
    write_video(FOLDER / VIDEO.file, VIDEO.frames(), size_wh=size_wh, rate=VIDEO.rate, preset="slow", crf=23)
    write_sound(FOLDER / SOUND.file, [SOUND.samples()], SAMPLE_RATE)
    return [
        {"file": VIDEO.file, "kind": "video", "duration_s": VIDEO.duration_s, "spans_s": VIDEO.spans_s},
        {"file": SOUND.file, "kind": "audio", "duration_s": SOUND.duration_s, "spans_s": SOUND.spans_s},
    ]


def main() -> None:
    """Write every picture, the video and the sound, and the answers that a person would give."""
    pictures = []
    for scene in SCENES:
        picture, boxes = draw_scene(scene)
        save(picture, scene)
        truth = {text: [box for thing, box in boxes if fits(thing)] for text, fits in EXPRESSIONS.items()}
        pictures.append(
            {"file": scene.file, "width": scene.size_wh[0], "height": scene.size_wh[1], "boxes_xyxy": truth}
        )
    described = {"expressions": list(EXPRESSIONS), "pictures": pictures, "clips": clips()}
    (FOLDER / "sample.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
