"""Finding decoded frames by their number through PyAV: seeks, decodes forward, goes on past damage.

Hands out frames as decoded; it does not know RGB, turning or sizes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from core.media.packet_index import PacketIndex
from core.media.streams import DECODE_ERRORS, Discard, no_pictures, open_input, video_stream

_log = logging.getLogger(__name__)

_THREADS = 4  # each holds a frame or two
# On the way to a frame these pass over frames that no other is built from, which changes nothing in the others.
_SKIPPING = ("h264", "hevc", "mpeg4", "mpeg2video")
_WALK_ON = 6  # frames that are rather decoded through than jumped over


class FrameFinder:
    """A decoder over one file, standing at one frame. Not for two threads at once; close it."""

    def __init__(self, path: Path, index: PacketIndex) -> None:
        self._path = path
        self._index = index
        # Several threads lose the frames around a damaged one; one thread gives every frame that can be had.
        self._careful = index.method != "packets"
        self._container: av.container.InputContainer | None = None
        self._frames: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._wanted = 0  # the PTS that decoding is on its way to
        self._held: tuple[int, av.VideoFrame] | None = None  # the frame that we stand at

    def close(self) -> None:
        """Let go of the file."""
        self._frames = iter(())
        self._held = None
        if self._container is not None:
            self._container.close()
            self._container = None

    def find(self, number: int) -> tuple[int, av.VideoFrame] | None:
        """Frame `number`; where it cannot be decoded, the nearest before it that can, else the next; None if none.

        The number of the frame that is returned stands beside it.
        """
        try:
            return self._find(number)
        except DECODE_ERRORS as error:
            if self._careful:
                raise
            _log.info("%s: %s; decoding anew on one thread", self._path, error)
            self.close()
            self._careful = True
            return self._find(number)

    def _find(self, number: int) -> tuple[int, av.VideoFrame] | None:
        if self._can_walk_to(number):
            return self._walk(number)
        start = self._index.keyframe_before(number)
        for start_at in dict.fromkeys((start, self._index.keyframe_before(max(start - 1, 0)), 0)):
            self._stand_before(start_at)
            found = self._walk(number)
            if found is not None and found[0] <= number:
                return found
        return self._held

    def _can_walk_to(self, number: int) -> bool:
        if self._held is None or self._held[0] > number:
            return False
        key = self._index.keyframe_before(number)
        counted = self._index.method == "counted"
        return counted or key <= self._held[0] or number - self._held[0] <= _WALK_ON

    def _walk(self, number: int) -> tuple[int, av.VideoFrame] | None:
        """Decode forward to `number`: it, else the last one before it, else the first one after it."""
        before = self._held
        if before is not None and before[0] == number:
            return before
        self._wanted = int(self._index.pts[number])
        for found in self._frames:
            self._held = found
            if found[0] == number:
                return found
            if found[0] > number:
                return before or found
            before = found
        return before

    def _stand_before(self, number: int) -> None:
        """Jump so that frame `number`, at which decoding can start, is still to come."""
        self._held = None
        self._frames = iter(())
        counted = self._index.method == "counted"
        if self._container is None or number == 0 or counted:
            self._open()
        container = self._container
        assert container is not None
        video = video_stream(container)
        if video is None:
            raise no_pictures(self._path, container)
        if number > 0 and not counted:
            container.seek(int(self._index.pts[number]), stream=video)
        self._frames = self._numbered(container, video)

    def _open(self) -> None:
        self.close()
        self._container = open_input(self._path)
        video = video_stream(self._container)
        if video is None:
            raise no_pictures(self._path, self._container)
        for stream in self._container.streams:
            if stream.index != video.index:
                stream.discard = Discard.all
        video.thread_type = "NONE" if self._careful else "AUTO"
        video.codec_context.thread_count = 1 if self._careful else min(_THREADS, os.cpu_count() or 1)

    def _numbered(
        self, container: av.container.InputContainer, video: av.VideoStream
    ) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decoded frames with their numbers. A damaged packet is passed over by one thread, an error on several."""
        pts, counted, count = self._index.pts, self._index.method == "counted", 0
        skips = not self._careful and self._index.codec in _SKIPPING
        packets = container.demux(video)
        while (packet := self._next(packets)) is not None:
            if skips:
                on_the_way = packet.pts is not None and packet.pts < self._wanted
                video.codec_context.skip_frame = "NONREF" if on_the_way else "DEFAULT"
            try:
                frames = packet.decode()
            except DECODE_ERRORS as error:
                if not self._careful:
                    raise
                _log.info("%s: damaged packet at %s: %s", self._path, packet.pts, error)
                continue
            for frame in frames:
                if counted:
                    yield count, frame
                    count += 1
                elif frame.pts is not None:
                    number = int(np.searchsorted(pts, frame.pts))
                    if number < len(pts) and pts[number] == frame.pts:
                        yield number, frame

    def _next(self, packets: Iterator[av.Packet[av.VideoStream]]) -> av.Packet[av.VideoStream] | None:
        try:
            return next(packets, None)
        except DECODE_ERRORS as error:
            _log.info("%s ends early: %s", self._path, error)
            return None
