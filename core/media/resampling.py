"""Changing the rate of sound, by windowed-sinc interpolation (Smith), so that a part sounds as it does in the whole.

The filter is the one by which GroundingGPT's sound was resampled: 6 zero crossings on each side, Hann window, 99 % of
the narrower band. Each output sample depends on its place only, so windows join without a seam. No torch.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]  # [channels, n]

_CROSSINGS = 6
_ROLLOFF = 0.99
# Multiplications at once: few enough for the linear algebra library to do them on one thread. On a busy machine its
# threads wait for each other ten times longer than the work takes.
_AT_ONCE = 200_000


@lru_cache(maxsize=8)
def _kernel(old: int, new: int) -> tuple[Samples, int]:
    """[taps, new] filters for rates without a common divisor, and how far they reach to each side.

    Computed in float32, as the original's were: rounding of the phases would be heard as 1e-3 of a log mel energy.
    """
    one, pi = np.float32(1), np.float32(math.pi)
    band = min(old, new) * _ROLLOFF
    reach = math.ceil(_CROSSINGS * old / band)
    taps = np.arange(-reach, reach + old, dtype=np.float32)[:, None] / np.float32(old)
    phases = -np.arange(new, dtype=np.float32)[None, :] / np.float32(new)
    times = np.clip((phases + taps) * np.float32(band), -_CROSSINGS, _CROSSINGS)
    window = np.cos(times * pi / _CROSSINGS / 2) ** 2
    angles = times * pi
    sinc = np.sin(angles) / np.where(angles == 0, one, angles) + (angles == 0)
    return (sinc * window * np.float32(band / old)).astype(np.float32), reach


class Resampler:
    """From one rate to another, for any stretch of a sound whose samples are numbered from its first one."""

    def __init__(self, rate: int, wanted: int) -> None:
        divisor = math.gcd(rate, wanted)
        self._old, self._new = rate // divisor, wanted // divisor

    def needed(self, first: int, end: int) -> tuple[int, int]:
        """Which input samples [first, end) the outputs [first, end) depend on; may reach beyond the sound."""
        if self._old == self._new:
            return first, end
        _, reach = _kernel(self._old, self._new)
        blocks = first // self._new, -(-end // self._new)
        return blocks[0] * self._old - reach, blocks[1] * self._old + reach

    def length(self, count: int) -> int:
        """How many outputs `count` inputs give."""
        return -(-count * self._new // self._old)

    def run(self, samples: Samples, first: int, end: int) -> Samples:
        """[h, end - first] outputs from the inputs that `needed` names (more may follow them)."""
        if self._old == self._new:
            return samples[:, : end - first]
        kernel, _ = _kernel(self._old, self._new)
        blocks = -(-end // self._new) - first // self._new
        out = np.empty((samples.shape[0], blocks * self._new), dtype=np.float32)
        step = max(1, _AT_ONCE // kernel.size)
        for channel, line in enumerate(samples):
            windows = np.lib.stride_tricks.sliding_window_view(line, len(kernel))[:: self._old]
            for start in range(0, blocks, step):
                stop = min(start + step, blocks)
                out[channel, start * self._new : stop * self._new] = (
                    np.ascontiguousarray(windows[start:stop]) @ kernel
                ).reshape(-1)
        skip = first - first // self._new * self._new
        return out[:, skip : skip + end - first]
