"""Reading frames of a video, upright, as RGB, by number or by time: one at a time, never the whole of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import av
import numpy as np

from core.errors import MediaError
from core.jobs import JobContext
from core.media.decoding import FrameFinder
from core.media.fast_frames import FastFrames
from core.media.images import RGB
from core.media.packet_index import PacketIndex, build_index, uniform_indices
from core.media.streams import DECODE_ERRORS, frame_orientation, no_pictures, open_container, video_stream

_log = logging.getLogger(__name__)

SizeWH = tuple[int, int]
SLACK_S = 0.5  # a time that far before a medium means its first moment

# What FFmpeg does to make a frame upright, by EXIF orientation.
_TURNS = {
    2: ("hflip",),
    3: ("hflip", "vflip"),
    4: ("vflip",),
    5: ("transpose=cclock_flip",),
    6: ("transpose=clock",),
    7: ("transpose=clock_flip",),
    8: ("transpose=cclock",),
}


@dataclass(frozen=True, slots=True, eq=False)
class StillFrame:
    """A frame that is looked at like a picture: [h, w, 3] uint8, upright; `at_s` is when it is shown."""

    rgb: RGB
    at_s: float
    warnings: tuple[str, ...] = ()


def open_video(
    path: Path, *, index: PacketIndex | None = None, context: JobContext | None = None, fast: bool = False
) -> VideoFile:
    """A video ready to be read; its frames are numbered now unless an `index` is at hand.

    fast: let decord decode where it numbers the frames as the index does. Frames of the video's own size are the same
    to the bit, scaled ones differ by under 1 of 255 on average; which of the two is faster depends on the file and the
    machine (`benchmarks/media.py`), so it has to be asked for.
    Raises `MediaError` and `Cancelled`.
    """
    return VideoFile(path, index or build_index(path, context), fast=fast)


def first_frame(path: Path) -> StillFrame:
    """The first frame that can be decoded, before anybody has numbered them. Raises `MediaError`."""
    with open_container(path) as container:
        stream = video_stream(container)
        if stream is None or stream.time_base is None:
            raise no_pictures(path, container)
        try:
            frame = next(iter(container.decode(stream)), None)
        except DECODE_ERRORS as error:
            raise MediaError(f"The first frame of {path} cannot be decoded", why=str(error)) from error
        if frame is None:
            raise MediaError(f"{path} holds no picture that can be shown", why="No frame of it can be decoded")
        rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        return StillFrame(turned(rgb, frame_orientation(frame)), float((frame.pts or 0) * stream.time_base))


class VideoFile:
    """An open video. Use it in a `with` block, from one thread; it holds the file and a few frames."""

    def __init__(self, path: Path, index: PacketIndex, *, fast: bool = False) -> None:
        self.path = path
        self.index = index
        self._fast = fast
        self._fast_frames: tuple[SizeWH | None, FastFrames | None] | None = None
        self._finder = FrameFinder(path, index)
        self._scaler: tuple[tuple[object, ...], av.filter.Graph] | None = None
        self._missing: dict[int, int] = {}
        self._is_open = True

    def another(self) -> VideoFile:
        """The same file opened once more, for another thread; this one's `warnings` tell of the frames of both."""
        twin = VideoFile(self.path, self.index, fast=self._fast)
        twin._missing = self._missing
        return twin

    def __enter__(self) -> VideoFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless twice."""
        self._is_open = False
        self._finder.close()
        self._scaler = None
        self._leave_fast()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not as it should be: of the file, and of the frames read so far."""
        if not self._missing:
            return self.index.warnings
        some = ", ".join(str(number) for number in sorted(self._missing)[:5])
        more = "…" if len(self._missing) > 5 else ""
        note = f"{self.path.name} is damaged: the neighbour stands for {len(self._missing)} frame(s) ({some}{more})"
        return (*self.index.warnings, note)

    @property
    def reader(self) -> str:
        """Which library gave the last frame."""
        return "decord" if self._fast_frames is not None and self._fast_frames[1] is not None else "pyav"

    def frame(self, number: int, *, size_wh: SizeWH | None = None) -> RGB:
        """[h, w, 3] uint8 of one frame, upright; with `size_wh` of that size, the aspect not kept.

        A frame that cannot be decoded is stood for by its neighbour, and `warnings` says so. Raises `IndexError`
        for a number that there is not, `MediaError` where nothing can be decoded.
        """
        if not 0 <= number < len(self.index):
            raise IndexError(f"frame {number} of {len(self.index)}")
        if not self._is_open:
            raise ValueError(f"{self.path} was closed")
        fast = self._fast_reader(size_wh)
        if fast is not None:
            try:
                return fast.frame(number)
            except MediaError as error:
                _log.info("%s: %s", self.path, error)
                self._leave_fast()
                self._fast = False
        return self._frame_by_pyav(number, size_wh)

    def frame_at(self, time_s: float, *, size_wh: SizeWH | None = None) -> RGB:
        """The frame on the screen at a time of the file's clock, like `frame`."""
        return self.frame(self.index.index_at(time_s), size_wh=size_wh)

    def still(self, at_s: float) -> StillFrame:
        """The frame on the screen at a time, of its own size. Raises `MediaError` for a time outside the video."""
        first, last = self.index.start_s, self.index.end_s
        if not first - SLACK_S <= at_s <= last + 1 / max(self.index.fps, 1.0):
            raise MediaError(
                f"{self.path} shows no frame at {at_s:g} s",
                why=f"It lasts from {first:.3f} s to {last:.3f} s",
                next_step="Name a time inside it",
            )
        number = self.index.index_at(at_s)
        return StillFrame(self.frame(number), self.index.time_of(number), self.warnings)

    def frames_at(
        self, numbers: Iterable[int], *, size_wh: SizeWH | None = None, context: JobContext | None = None
    ) -> Iterator[RGB]:
        """Frames in the order asked for, each decoded when it is taken; ascending numbers are the cheap order."""
        wanted = list(numbers)
        job = context or JobContext()
        for done, number in enumerate(wanted):
            job.raise_if_cancelled()
            frame = self.frame(number, size_wh=size_wh)
            job.progress(done + 1, len(wanted))
            yield frame

    def uniform(self, count: int, window_s: tuple[float, float] | None = None) -> list[int]:
        """At most `count` frames evenly spread over a window of the file's clock, or over the whole."""
        frames = range(len(self.index)) if window_s is None else self.index.window(*window_s)
        return uniform_indices(len(frames), count, first=frames.start)

    def _frame_by_pyav(self, number: int, size_wh: SizeWH | None) -> RGB:
        try:
            found = self._finder.find(number)
        except DECODE_ERRORS as error:
            raise MediaError(f"Frame {number} of {self.path} cannot be decoded", why=str(error)) from error
        if found is None:
            raise MediaError(f"Frame {number} of {self.path} cannot be decoded", why="Nor can any other near it")
        if found[0] != number:
            self._missing[number] = found[0]
            _log.warning("%s: frame %d cannot be decoded, frame %d stands for it", self.path, number, found[0])
        return self._upright(found[1], size_wh or self.index.size_wh)

    def _upright(self, frame: av.VideoFrame, size_wh: SizeWH) -> RGB:
        stored = (frame.width, frame.height)
        orientation = self.index.orientation
        if (stored[::-1] if orientation >= 5 else stored) == size_wh:
            return turned(np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8), orientation)
        graph = self._graph(frame, size_wh)
        graph.push(frame)
        scaled = graph.pull()
        assert isinstance(scaled, av.VideoFrame)
        return np.asarray(scaled.to_ndarray(), dtype=np.uint8)

    def _graph(self, frame: av.VideoFrame, size_wh: SizeWH) -> av.filter.Graph:
        """Turn, then scale, in the order in which decord makes a frame of another size."""
        key = (frame.width, frame.height, frame.format.name, size_wh)
        if self._scaler is not None and self._scaler[0] == key:
            return self._scaler[1]
        graph = av.filter.Graph()
        graph.threads = 1
        base = self.index.time_base
        last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)
        turns = _TURNS.get(self.index.orientation, ())
        for step in (*turns, f"scale={size_wh[0]}:{size_wh[1]}:flags=bilinear", "format=rgb24", "buffersink"):
            name, _, arguments = step.partition("=")
            following = graph.add(name, arguments)
            last.link_to(following)
            last = following
        graph.configure()
        self._scaler = (key, graph)
        return graph

    def _fast_reader(self, size_wh: SizeWH | None) -> FastFrames | None:
        if not self._fast:
            return None
        wanted = None if size_wh == self.index.size_wh else size_wh
        if self._fast_frames is None or self._fast_frames[0] != wanted:
            self._leave_fast()
            self._fast_frames = (wanted, FastFrames.open(self.path, self.index, wanted))
        return self._fast_frames[1]

    def _leave_fast(self) -> None:
        if self._fast_frames is not None and self._fast_frames[1] is not None:
            self._fast_frames[1].close()
        self._fast_frames = None


def turned(rgb: RGB, orientation: int) -> RGB:
    """A picture as stored, made upright by its EXIF orientation. Contiguous."""
    if orientation in (5, 6, 7, 8):
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    return np.ascontiguousarray(rgb)
