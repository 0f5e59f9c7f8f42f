"""What a picture looks like in a few numbers: cheap enough for a hundred thousand, good enough to tell near-copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import MediaError
from core.media.thumbnails import thumbnail
from core.schema import MediaKind

CELLS = 4
LENGTH = CELLS * CELLS * 4
_SIDE = 64

Descriptor = npt.NDArray[np.float32]


def layout_descriptor(picture: Image.Image) -> Descriptor:
    """[64] float32, 0-1: over a grid of 4 x 4, mean luminance and colours (YCbCr), and how rough it is."""
    small = picture.convert("YCbCr").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32) / 255
    cells = pixels.reshape(CELLS, _SIDE // CELLS, CELLS, _SIDE // CELLS, 3).swapaxes(1, 2)
    means = cells.mean(axis=(2, 3))
    rough = cells[..., 0].std(axis=(2, 3)) * 2  # at most 1: half of the pixels black, half white
    return np.concatenate([means.reshape(-1), rough.reshape(-1)]).astype(np.float32)


def describe(path: Path, kind: MediaKind, cache: Path) -> Descriptor | None:
    """The descriptor of a medium by its small picture (a sound: its loudness drawn); None if it cannot be read."""
    try:
        small = thumbnail(path, _SIDE, cache, kind=kind)
        with Image.open(small) as picture:
            return layout_descriptor(picture)
    except (MediaError, OSError):
        return None
