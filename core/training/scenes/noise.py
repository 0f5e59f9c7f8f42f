"""White noise from integers alone: the same on every device, for pixels and for samples."""

from __future__ import annotations

import torch
from torch import Tensor


def white_noise(places: Tensor, seed: Tensor | int) -> Tensor:
    """A number in [-1, 1] for each place (int64) under a seed, float32; `seed` broadcasts over the places."""
    value = (places * 2654435761 + seed * 40503 * 65537) & 0xFFFFFFFF
    for shift, factor in ((15, 2246822519), (13, 3266489917)):
        value = ((value ^ (value >> shift)) * factor) & 0xFFFFFFFF
    return (value ^ (value >> 16)).to(torch.float32) / 2147483648.0 - 1
