"""What audio decoders give, on its way to numbered float samples: past damage, of any sample kind, gaps as silence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt

from core.media.resampling import Samples
from core.media.streams import DECODE_ERRORS

_log = logging.getLogger(__name__)

Channels = Literal["mono", "all"]
Raw = npt.NDArray[Any]  # [channels, n] samples as decoded

# What whole numbers mean: silence, and the distance from it to the loudest.
_FULL_SCALE = {"uint8": (128, 128), "int16": (0, 1 << 15), "int32": (0, 1 << 31), "int64": (0, 1 << 63)}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Decoded samples [h, n] and the number of the first of them, counted from the first of the sound."""

    first: int
    samples: Samples

    @property
    def end(self) -> int:
        return self.first + int(self.samples.shape[1])


class Reservoir:
    """Hands out stretches of a sound, in ascending order, from decoded pieces; silence where there is none."""

    def __init__(self, pieces: Iterator[Piece], channels: int) -> None:
        self._source = pieces
        self._channels = channels
        self._pieces: list[Piece] = []
        self._reach = 0
        self.end: int | None = None  # behind the last sample, once that is known

    def take(self, first: int, end: int) -> Samples:
        """[h, end - first] samples. What lies before `first` is forgotten."""
        while self._reach < end and self.end is None:
            piece = next(self._source, None)
            if piece is None:
                self.end = self._reach
                break
            self._reach = max(self._reach, piece.end)
            if piece.end > first:
                self._pieces.append(piece)
        self._pieces = [piece for piece in self._pieces if piece.end > first]
        out = np.zeros((self._channels, end - first), dtype=np.float32)
        for piece in self._pieces:
            a, b = max(first, piece.first), min(end, piece.end)
            if a < b:
                out[:, a - first : b - first] = piece.samples[:, a - piece.first : b - piece.first]
        return out


def decoded_frames(
    container: av.container.InputContainer,
    stream: av.AudioStream,
    on_damage: Callable[[], None] = lambda: None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[av.AudioFrame]:
    """Decoded frames; damaged packets are passed over. `check` is called before each touch of the file."""
    packets = container.demux(stream)
    while True:
        check()
        try:
            packet = next(packets, None)
        except DECODE_ERRORS as error:
            _log.info("%s ends early: %s", container.name, error)
            on_damage()
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except DECODE_ERRORS as error:
            _log.info("%s: damaged packet at %s: %s", container.name, packet.pts, error)
            on_damage()
            continue
        yield from frames


def by_channel(frame: av.AudioFrame) -> Raw:
    """[h, n] samples of whatever kind the decoder gives."""
    samples: Raw = frame.to_ndarray()
    return samples if frame.format.is_planar else samples.reshape(-1, len(frame.layout.channels)).T


def to_float(samples: Raw) -> Samples:
    """[h, n] float32, -1 to 1."""
    scale = _FULL_SCALE.get(samples.dtype.name)
    if scale is None:
        return samples.astype(np.float32)
    silence, full = scale
    return (samples.astype(np.float32) - np.float32(silence)) / np.float32(full)


def mixed(samples: Samples, count: int, channels: Channels) -> Samples:
    """One channel, the mean of all; or all: a stretch with another number of channels sounds alike in each."""
    if samples.shape[0] == (1 if channels == "mono" else count):
        return samples
    mean = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return mean if channels == "mono" else np.repeat(mean, count, axis=0)
