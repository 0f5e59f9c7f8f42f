"""Frames through decord, and only of files on which it agrees with the packet index. Absent where it has no wheel.

Count and times are not enough to trust it: on transport streams, ASF and open groups of pictures it counts right and
shows other frames after a jump. So it is used only where decoding can start cleanly at every keyframe.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import MediaError
from core.media.images import RGB
from core.media.packet_index import PacketIndex

_log = logging.getLogger(__name__)

_MOST_FRAMES = 20_000  # it reads the whole file when it opens
_THREADS = 4  # left to itself it takes one for each core, and several readers of a file may be open
_AGREES_S = 0.002
_CONTAINERS = ("mov,mp4", "matroska,webm", "avi")


class FastFrames:
    """A decord reader of one file at one size. Frames as numbered by the packet index."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    @classmethod
    def open(cls, path: Path, index: PacketIndex, size_wh: tuple[int, int] | None = None) -> FastFrames | None:
        """A reader where decord counts and times the frames as the index does, None elsewhere.

        Turned, damaged and very long videos are left to PyAV.
        """
        if index.method != "packets" or not index.closed or not index.container.startswith(_CONTAINERS):
            return None
        if index.orientation != 1 or len(index) > _MOST_FRAMES or index.warnings:
            return None
        try:
            import decord
        except (ImportError, OSError) as error:
            _log.info("decord does not load: %s", error)
            return None
        decord.logging.set_level(decord.logging.QUIET)
        width, height = size_wh or (-1, -1)
        try:
            threads = min(_THREADS, os.cpu_count() or 1)
            reader = decord.VideoReader(str(path.absolute()), width=width, height=height, num_threads=threads)
            agrees = _agrees(reader, index)
        except (RuntimeError, decord.DECORDError) as error:
            _log.info("decord on %s: %s", path, error)
            return None
        if not agrees:
            _log.info("%s: decord numbers the frames in another way", path)
            return None
        return cls(reader)

    def frame(self, number: int) -> RGB:
        """[h, w, 3] uint8 of one frame. Raises `MediaError` where decord fails inside the file."""
        import decord

        try:
            pixels: RGB = self._reader[number].asnumpy()
        except (RuntimeError, decord.DECORDError) as error:
            raise MediaError(f"Frame {number} cannot be decoded", why=str(error).splitlines()[0]) from error
        if pixels.shape[2] != 3:  # rows padded to 32 bytes come as further channels at some widths
            raise MediaError(f"Frame {number} comes in {pixels.shape[2]} channels")
        return pixels

    def close(self) -> None:
        """Let go of the file."""
        self._reader = None


def _agrees(reader: Any, index: PacketIndex) -> bool:
    """Same count, same times; decord moves the first frame of Matroska to zero, so times are compared from there."""
    if len(reader) != len(index):
        return False
    starts = np.asarray(reader.get_frame_timestamp(range(len(reader))), dtype=np.float64)[:, 0]
    times = index.times_of(range(len(index)))
    slack = _AGREES_S + 1e-6 * float(times[-1])  # decord's seconds are 32-bit
    return bool(np.abs((starts - starts[0]) - (times - times[0])).max() <= slack)
