"""Reading pictures: any common format, upright, as 8-bit RGB, damaged ones as far as they go.

It sets no switch of Pillow that would change how another thread decodes; the one limit it lifts
(`Image.MAX_IMAGE_PIXELS`) is replaced by its own check here.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from core.errors import MediaError
from core.media.kinds import check_readable, kind_by_suffix, not_a_medium, not_a_picture, unreadable

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")  # JPEG finds MPO, of many phones, by itself
MAX_PIXELS = 300_000_000  # 0.9 GB as RGB; a 100-megapixel camera fits three times
_STRIP_ROWS = 512
_ORIENTATION_TAG = 0x0112
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_NOTES = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

RGB = npt.NDArray[np.uint8]  # [height, width, 3]


@dataclass(frozen=True, slots=True, eq=False)
class ImagePixels:
    """A decoded picture: `rgb` is [height, width, 3] uint8, upright; `warnings` says what is not as it should be."""

    rgb: RGB
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What the header of a picture says. `width` and `height` are upright, the raw ones as stored."""

    width: int
    height: int
    orientation: int
    raw_width: int
    raw_height: int


def read_image(path: Path) -> ImagePixels:
    """Decode a picture: EXIF orientation applied, alpha over white, first frame of several.

    Raises `MediaError` when the file is missing, empty, not a picture, absurdly large, or so damaged
    that nothing of it can be shown.
    """
    picture, notes = open_upright(path)
    return ImagePixels(_to_array(picture), notes)


def read_header(path: Path) -> ImageHeader:
    """Size and orientation of a picture without decoding it. Raises `MediaError` like `read_image`."""
    check_readable(path)
    with _open(path, path) as image:
        early = image.format == "PNG" and not _tells_late(path)
        orientation = _orientation(image, decode=not early)
        width, height = image.size
    turned = orientation >= 5
    if image.format == "TIFF":  # Pillow gives the upright size of this format, the stored one of all others
        raw = (height, width) if turned else (width, height)
        return ImageHeader(width, height, orientation, *raw)
    upright = (height, width) if turned else (width, height)
    return ImageHeader(*upright, orientation, width, height)


def open_upright(path: Path, shrink_to: int | None = None) -> tuple[Image.Image, tuple[str, ...]]:
    """A decoded RGB picture, upright, and warnings. With `shrink_to`, JPEGs may come smaller (not below that side)."""
    check_readable(path)
    with _open(path, path) as image:
        if shrink_to is not None and image.format in ("JPEG", "MPO"):
            image.draft("RGB", (shrink_to, shrink_to))
        notes: list[str] = []
        damage = _decode(image)
        if damage is None:
            return _upright(_to_rgb(image, notes), _orientation(image)), tuple(notes)
        whole = _decode_past_the_end(path) if image.format in ("JPEG", "MPO") else None
        rescued = _to_rgb(whole or _stop_decoding(path, image), notes)
        orientation = _orientation(image)
    if len(rescued.getcolors(1) or ()) == 1:
        raise MediaError(f"{path} is damaged", why=f"No part of it can be shown ({damage})", next_step="Copy it again")
    notes.append(f"{path.name} is damaged or cut short and was read as far as it goes: {damage}")
    return _upright(rescued, orientation), tuple(notes)


def _open(path: Path, source: Path | io.BytesIO) -> Image.Image:
    """Open the header. `path` names the file in errors; `source` is what is read."""
    Image.MAX_IMAGE_PIXELS = None  # the check below refuses instead, without a warning on the way
    warnings.filterwarnings("ignore", module=r"PIL(\.|$)")  # odd metadata is no news to whoever looks at a picture
    try:
        image = Image.open(source, formats=FORMATS)
    except UnidentifiedImageError:
        raise (not_a_medium(path) if kind_by_suffix(path) in ("image", None) else not_a_picture(path)) from None
    except OSError as error:
        raise unreadable(path, error) from error
    except (*_DECODE_ERRORS, Image.DecompressionBombError) as error:
        raise MediaError(f"{path} is damaged", why=str(error), next_step="Copy it again") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        image.close()
        limit = MAX_PIXELS // 1_000_000
        why = f"{width} × {height} pixels are more than {limit} megapixels"
        raise MediaError(f"{path} is too large", why=why, next_step="Cut it into smaller pictures")
    return image


def _decode(image: Image.Image) -> str | None:
    """Decode the pixels; None when all is well, else what is wrong."""
    try:
        image.load()
    except _DECODE_ERRORS as error:
        return str(error) or type(error).__name__
    return None


def _decode_past_the_end(path: Path) -> Image.Image | None:
    """A JPEG cut short, decoded again with an end marker put behind it: the decoder then fills in what is missing.

    Unlike stopping half-way this also brings out the coarse passes of a progressive file.
    """
    data = path.read_bytes() + b"\xff\xd9"
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except _DECODE_ERRORS:
        return None
    return image if _decode(image) is None else None


def _stop_decoding(path: Path, image: Image.Image) -> Image.Image:
    """What had been decoded when `load` failed: its pixels stand in the picture already."""
    if getattr(image, "_im", None) is None:
        raise MediaError(f"{path} is damaged", why="Nothing of it could be decoded", next_step="Copy it again")
    if hasattr(image, "tile"):
        image.tile = []  # nothing left to decode, so that conversions take the pixels that are there
    return image


def _to_array(picture: Image.Image) -> RGB:
    """An array of its own, filled strip by strip: a huge picture is never in memory a third time."""
    width, height = picture.size
    rgb = np.empty((height, width, 3), dtype=np.uint8)
    for top in range(0, height, _STRIP_ROWS):
        bottom = min(top + _STRIP_ROWS, height)
        rgb[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    return rgb


def _tells_late(path: Path) -> bool:
    """Whether a PNG has chunks behind its pixels that may hold EXIF; Pillow decodes the pixels to get there."""
    with path.open("rb") as file:
        file.seek(len(_PNG_SIGNATURE))
        behind = False
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            behind = behind or kind == b"IDAT"
            if behind and kind in _PNG_NOTES:
                return True
            file.seek(length + 4, os.SEEK_CUR)
    return False


def _orientation(image: Image.Image, *, decode: bool = True) -> int:
    """The EXIF orientation 1-8; 1 when it is absent or nonsense. `decode` lets Pillow read a PNG to its end for it."""
    value: object = 1
    with suppress(*_DECODE_ERRORS, KeyError, TypeError):
        exif = image.getexif() if decode else Image.Image.getexif(image)
        value = exif.get(_ORIENTATION_TAG, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    method = _UPRIGHT.get(orientation)
    return picture if method is None else picture.transpose(method)


def _to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Any mode to RGB: alpha over white, deep greys scaled to 8 bits."""
    mode = image.mode
    if mode == "RGB" and "transparency" not in image.info:
        return image
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    if mode == "F" or mode.startswith("I"):
        return Image.fromarray(_grey_to_8_bit(np.asarray(image), notes)).convert("RGB")
    return image.convert("RGB")


def _grey_to_8_bit(values: npt.NDArray[np.generic], notes: list[str]) -> npt.NDArray[np.uint8]:
    """Deep grey values to 0-255. 16-bit integers by their full range (12 bits when none is above), others by theirs."""
    numbers = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if low >= 0 and high <= 65535 and not np.issubdtype(values.dtype, np.floating):
        low, high = 0.0, 4095.0 if high <= 4095 else 65535.0
        if high == 4095.0:
            notes.append("The 16-bit grey values use 12 bits at most; they are shown as 12-bit values")
    elif np.issubdtype(values.dtype, np.floating) and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    else:
        notes.append(f"Grey values from {low:g} to {high:g} are shown stretched to 8 bits")
    scaled = (numbers - low) * (255.0 / (high - low) if high > low else 0.0)
    eight_bits: npt.NDArray[np.uint8] = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return eight_bits
