"""Draws boxes with their words and scores on a copy of a picture, legibly on tiny and on huge ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.errors import MediaError
from core.geometry import BoxXYXY, box_area, clip_box
from core.media.images import RGB

# Okabe and Ito's colours, told apart by colour-blind people too; yellow and black left out.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".bmp": "BMP"}
_SMALLEST_SIDE, _LARGEST_SIDE = 480, 4096
# Tried in this order for words that the built-in Latin font cannot show.
_WIDE_FONTS = ("NotoSansCJK-Regular.ttc", "Arial Unicode.ttf", "msyh.ttc", "PingFang.ttc", "DejaVuSans.ttf")

_LAST_LATIN = 0x24F

_Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A box in pixels of the picture, its words, and the number of its colour."""

    box_xyxy: BoxXYXY
    text: str
    colour: int = 0


def check_target(target: Path, source: Path) -> None:
    """Raise `MediaError` unless a picture may be written to `target`: asked before the work is done."""
    if target.suffix.lower() not in SUFFIXES:
        raise MediaError(f"{target} names no picture", next_step=f"End its name in {', '.join(SUFFIXES)}")
    if not target.parent.is_dir():
        raise MediaError(f"{target} cannot be written", why=f"There is no folder {target.parent}")
    if target.is_dir():
        raise MediaError(f"{target} is a folder", next_step="Name a file")
    if target.exists() and target.samefile(source):
        raise MediaError(f"{target} is the medium itself", why="Media are never changed", next_step="Name another file")


def draw_boxes(rgb: RGB, boxes: Sequence[DrawnBox]) -> Image.Image:
    """A picture of at least 480 and at most 4096 pixels on its long side, boxes drawn in proportion."""
    picture = Image.fromarray(rgb)
    long_side = max(picture.size)
    scale = max(1, -(-_SMALLEST_SIDE // long_side)) if long_side < _SMALLEST_SIDE else 1.0
    scale = min(scale, _LARGEST_SIDE / long_side)
    if scale != 1:
        method = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, method)
    pen = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 400))
    scaled = [_scaled(box, scale, picture.size) for box in boxes]
    for box in scaled:
        _outline(pen, box, width)
    taken: list[BoxXYXY] = []
    for box in scaled:
        _label(pen, box, width, picture.size, taken)
    return picture


def write_picture(picture: Image.Image, target: Path) -> None:
    """Write a picture whole or not at all. Raises `MediaError`."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            picture.save(temporary, format=SUFFIXES[target.suffix.lower()])
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise MediaError(f"{target} cannot be written", why=error.strerror or str(error)) from error


def _scaled(box: DrawnBox, scale: float, size_wh: tuple[int, int]) -> DrawnBox:
    x1, y1, x2, y2 = box.box_xyxy
    corners = clip_box((x1 * scale, y1 * scale, x2 * scale, y2 * scale), (size_wh[0] - 1, size_wh[1] - 1))
    return DrawnBox(corners, box.text, box.colour)


def _outline(pen: ImageDraw.ImageDraw, box: DrawnBox, width: int) -> None:
    """A coloured line between two thin white ones, visible on any ground."""
    x1, y1, x2, y2 = (round(value) for value in box.box_xyxy)
    pen.rectangle((x1 - 1, y1 - 1, x2 + 1, y2 + 1), outline="white", width=width + 2)
    pen.rectangle((x1, y1, x2, y2), outline=COLOURS[box.colour % len(COLOURS)], width=width)


def _label(pen: ImageDraw.ImageDraw, box: DrawnBox, width: int, size_wh: tuple[int, int], taken: list[BoxXYXY]) -> None:
    """The words on a plate of the box's colour: above, below or inside it, where no other plate stands."""
    text, font = fitting(box.text, max(12, round(max(size_wh) / 55)), size_wh[0])
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pad = width + 1
    wide, high = right - left + 2 * pad, bottom - top + 2 * pad
    x1, y1, x2, y2 = box.box_xyxy
    spots = [(x1, y1 - high), (x1, y2), (x1, y1), (x1, y2 - high), (x2, y1), (x1 - wide, y1)]
    inside = [
        (min(max(x, 0.0), max(0.0, size_wh[0] - wide)), min(max(y, 0.0), max(0.0, size_wh[1] - high))) for x, y in spots
    ]
    plates = [(x, y, x + wide, y + high) for x, y in inside]
    plate = min(plates, key=lambda place: sum(_overlap(place, other) for other in taken))
    taken.append(plate)
    pen.rectangle(plate, fill=COLOURS[box.colour % len(COLOURS)])
    pen.text((plate[0] + pad - left, plate[1] + pad - top), text, font=font, fill="white")


def _overlap(a: BoxXYXY, b: BoxXYXY) -> float:
    return box_area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def fitting(text: str, size_px: int, room_px: int) -> tuple[str, _Font]:
    """The text, shortened to the width of the picture, and a font that can show it.

    Where no font of the machine can, signs outside the Latin script are left out.
    """
    font: _Font | None = ImageFont.load_default(size_px)
    if max(map(ord, text), default=0) > _LAST_LATIN:
        font = _wide_font(size_px)
    if font is None:
        font = ImageFont.load_default(size_px)
        text = "".join(sign for sign in text if ord(sign) <= _LAST_LATIN).strip()
    while len(text) > 4 and font.getlength(text) > room_px * 0.9:
        text = text[: max(3, int(len(text) * 0.9) - 1)].rstrip("… ") + "…"
    return text, font


def _wide_font(size_px: int) -> _Font | None:
    for name in _WIDE_FONTS:
        try:
            return ImageFont.truetype(name, size_px)
        except OSError:
            continue
    return None
