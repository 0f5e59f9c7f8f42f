"""Between a video's frames and the tensor that the video branch reads. Decoding happens elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.grounding.groundinggpt.processing import normalise

CROP_SCALE = (0.5, 1.0)
CROP_RATIO = (3 / 4, 4 / 3)
_CROP_TRIES = 10


def frame_indices(count: int, wanted: int, *, as_published: bool = False) -> list[int]:
    """Which of `count` frames to look at: evenly spread, the first of each stretch, at most `wanted` of them.

    as_published: the original counts in floating point and for some lengths gets one frame too many.
    """
    if count <= 0 or wanted <= 0:
        return []
    used = min(count, wanted)
    indices = [int(index) for index in np.arange(0, count, count / used)]
    return indices if as_published else indices[:used]


def clip_pixels(frames: NDArray[np.uint8]) -> Tensor:
    """[t, h, w, 3] uint8 frames, already of the branch's size -> [t, 3, h, w] float32 by CLIP's normalisation.

    Nothing is cropped and nothing is drawn by lot: the same clip gives the same answer.
    """
    return normalise(torch.from_numpy(np.array(frames)).permute(0, 3, 1, 2))


class PixelTable:
    """`clip_pixels` looked up instead of computed, on a device that frames travel to as bytes.

    The same to the bit wherever it is done: the table holds what `clip_pixels` makes of each of the 256 values of each
    channel on the CPU, and a GPU only reads it (it would divide by a number as a product with the inverse).
    """

    def __init__(self, device: torch.device, dtype: torch.dtype) -> None:
        values = np.arange(256, dtype=np.uint8)
        pixels = clip_pixels(np.broadcast_to(values[:, None, None, None], (256, 1, 1, 3)))  # [256, 3, 1, 1]
        self._device = device
        self._values = pixels[..., 0, 0].T.flatten().to(dtype).to(device)  # [3 * 256]
        self._firsts = torch.tensor([0, 256, 512], dtype=torch.int32, device=device)

    def __call__(self, frames: NDArray[np.uint8]) -> Tensor:
        """[t, h, w, 3] uint8 frames -> [t, 3, h, w] on the device, in its type; the device is not waited for."""
        here = torch.from_numpy(frames)
        if self._device.type == "cuda":
            here = here.pin_memory().to(self._device, non_blocking=True)
        places = here.int() + self._firsts
        return self._values.index_select(0, places.flatten()).view(places.shape).permute(0, 3, 1, 2)


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of pixels: its first row and column, its height and width."""

    top: int
    left: int
    height: int
    width: int


def draw_crop(height: int, width: int, generator: torch.Generator) -> Crop:
    """A random part of a frame, `CROP_SCALE` of its area and of an aspect within `CROP_RATIO`.

    Draws in the order of torchvision's `RandomResizedCrop`, so that a seed gives the original's rectangle.
    """
    low, high = (float(value) for value in torch.log(torch.tensor(CROP_RATIO)))
    for _ in range(_CROP_TRIES):
        area = height * width * _uniform(*CROP_SCALE, generator)
        aspect = float(torch.exp(torch.tensor(_uniform(low, high, generator))))
        crop_width, crop_height = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < crop_width <= width and 0 < crop_height <= height:
            top = _integer(height - crop_height + 1, generator)
            left = _integer(width - crop_width + 1, generator)
            return Crop(top, left, crop_height, crop_width)
    crop_width = min(width, round(height * CROP_RATIO[1]))
    crop_height = min(height, round(width / CROP_RATIO[0]))
    return Crop((height - crop_height) // 2, (width - crop_width) // 2, crop_height, crop_width)


def _uniform(low: float, high: float, generator: torch.Generator) -> float:
    return float(torch.empty(1).uniform_(low, high, generator=generator))


def _integer(below: int, generator: torch.Generator) -> int:
    return int(torch.randint(0, below, (1,), generator=generator))


def scaled_crop(frames: Tensor, crop: Crop, side: int) -> Tensor:
    """[t, 3, h, w] of 0-255 -> [t, 3, side, side] float32; bicubic values may pass both ends a little."""
    part = frames[..., crop.top : crop.top + crop.height, crop.left : crop.left + crop.width].float()
    return torch.nn.functional.interpolate(part, size=(side, side), mode="bicubic", align_corners=False)


def training_pixels(frames: Tensor, crop: Crop, side: int, *, as_published: bool = False) -> Tensor:
    """[t, 3, h, w] of 0-255 -> [t, 3, side, side] float32: one crop of all frames, bicubic, CLIP's normalisation.

    as_published: values that the interpolation carries below 0 or above 255 come back at the other end, as in the
    original, which does this at inference too; else they stay at the end that they passed.
    """
    whole = scaled_crop(frames, crop, side).trunc()
    return normalise(whole.remainder(256) if as_published else whole.clamp(0, 255))
