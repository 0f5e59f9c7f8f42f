"""One numbering of a video's frames: which there are, when each is shown, where decoding can start.

Time is the file's own clock: the time of a frame is its PTS times the time base, as `ffprobe` prints it (`pts_time`).
Nothing is moved to zero, so that pictures and sound of one file share the clock; the first frame may be shown at
0.033 s (Matroska) or at 1.4 s (a broadcast), and `start_s` says so. A file without any clock is counted at its rate.
It does not know pixels: `core.media.video` reads those.
"""

from __future__ import annotations

import logging
from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.jobs import JobContext
from core.media.streams import (
    DECODE_ERRORS,
    Discard,
    audio_stream,
    frame_orientation,
    no_pictures,
    open_container,
    video_stream,
)

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    import av

# A time that was written with three decimals still means the frame that it was taken from.
_ROUNDING_S = 0.0005
_HEAD_FRAMES = 12  # decoded to see whether the decoder shows what the packets promise
_POLL_PACKETS = 256
_DEFAULT_RATE = Fraction(25)
_NO_TICKS = -(1 << 62)
_STEADY_S = 0.002  # Matroska writes whole milliseconds: gaps of 33 and 34 are one rate

# packets: as many frames as packets, found without decoding. decoded: every frame was decoded once, because the
# packets do not tell. counted: decoded, and even the frames carry no usable PTS, so that only counting finds one.
Method = Literal["packets", "decoded", "counted"]


@dataclass(frozen=True, slots=True, eq=False)
class PacketIndex:
    """Every frame of a video in the order of presentation, numbered from 0.

    `pts` is [n] int64 in ticks of `time_base`, strictly ascending; `keyframes` is [n] bool. `width` and `height` are
    upright, in stored pixels (a pixel that is not square stays one pixel); `orientation` is the EXIF value of the turn.
    """

    pts: npt.NDArray[np.int64]
    keyframes: npt.NDArray[np.bool_]
    time_base: Fraction
    last_ticks: int  # how long the last frame is shown
    fps: float  # on average
    width: int
    height: int
    orientation: int
    codec: str
    method: Method
    has_audio: bool
    container: str  # FFmpeg's name of the format
    closed: bool  # no frame needs one from before the last keyframe
    warnings: tuple[str, ...] = ()
    _times_s: npt.NDArray[np.float64] = field(init=False, repr=False)
    _slack_s: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        seconds = self.pts * float(self.time_base.numerator) / float(self.time_base.denominator)
        object.__setattr__(self, "_times_s", seconds)
        shortest_s = float(np.diff(seconds).min()) if len(seconds) > 1 else 1.0
        object.__setattr__(self, "_slack_s", min(_ROUNDING_S, shortest_s / 4))

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def start_s(self) -> float:
        """When the first frame is shown."""
        return float(self._times_s[0])

    @property
    def end_s(self) -> float:
        """When the last frame goes."""
        return float((int(self.pts[-1]) + self.last_ticks) * self.time_base)

    @property
    def duration_s(self) -> float:
        """From the first frame's coming to the last one's going."""
        return self.end_s - self.start_s

    @property
    def size_wh(self) -> tuple[int, int]:
        """Upright width and height in pixels."""
        return self.width, self.height

    @property
    def rotation_deg(self) -> int:
        """By how many degrees clockwise a stored frame is turned to stand upright: 0, 90, 180 or 270."""
        return {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(self.orientation, 0)

    @property
    def is_vfr(self) -> bool:
        """True when frames come at an uneven pace, the rounding of the clock set aside."""
        if len(self) < 3:
            return False
        gaps = np.diff(self.pts)
        return int(gaps.max() - gaps.min()) * self.time_base > max(2 * self.time_base, Fraction(_STEADY_S))

    def time_of(self, index: int) -> float:
        """When frame `index` is shown, in seconds. Raises `IndexError` for a frame that there is not."""
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {len(self)}")
        return float(self._times_s[index])

    def times_of(self, indices: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """[k] seconds of presentation of [k] frames."""
        return np.asarray(self._times_s[np.asarray(indices, dtype=np.int64)], dtype=np.float64)

    def index_at(self, time_s: float) -> int:
        """The frame on the screen at a time: the last one shown by then; the first before it, the last after it.

        A time up to half a millisecond before a frame means that frame, so that a written time finds its frame.
        """
        return max(0, int(np.searchsorted(self._times_s, time_s + self._slack_s, side="right")) - 1)

    def indices_at(self, times_s: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """[k] frames on the screen at [k] times, each as `index_at` finds it."""
        found = np.searchsorted(self._times_s, np.asarray(times_s, dtype=np.float64) + self._slack_s, side="right") - 1
        return np.maximum(found, 0).astype(np.int64)

    def window(self, start_s: float, end_s: float) -> range:
        """The frames on the screen during [start, end): at least one."""
        first = self.index_at(start_s)
        return range(first, max(first + 1, int(np.searchsorted(self._times_s, end_s - self._slack_s, side="left"))))

    def keyframe_before(self, index: int) -> int:
        """The last frame at or before `index` at which decoding can start."""
        found = np.flatnonzero(self.keyframes[: index + 1])
        return int(found[-1]) if len(found) else 0


def uniform_indices(count: int, wanted: int, *, first: int = 0) -> list[int]:
    """Evenly spread frames of `count` from `first` on: floor(i * count / n) for n = min(wanted, count).

    In floating point as GroundingGPT counts, without the one index too many that its way gives for some lengths.
    """
    if count <= 0 or wanted <= 0:
        return []
    used = min(count, wanted)
    return [first + int(index) for index in np.arange(0, count, count / used)[:used]]


def build_index(path: Path, context: JobContext | None = None) -> PacketIndex:
    """Number the frames of a video. Reads the whole file once; decodes it only where the packets do not tell.

    Raises `MediaError` for a file without pictures, without a single frame, or of no known kind, and `Cancelled`.
    Progress is in bytes of the file.
    """
    job = context or JobContext()
    head = _read_head(path)
    found = _scan(path, job, decode=False)
    if not _is_exact(found, head):
        _log.info("%s: packets do not tell the frames, decoding (%s)", path, found.summary())
        found = _scan(path, job, decode=True)
    job.progress(path.stat().st_size, path.stat().st_size)
    if not len(found.pts):
        raise MediaError(f"{path} holds no picture that can be shown", why="No frame of it can be decoded")
    return _assemble(path, found, head)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first frames as the decoder shows them."""

    pts: tuple[int | None, ...]
    size_wh: tuple[int, int]
    orientation: int
    codec: str
    has_audio: bool
    container: str


@dataclass(slots=True)
class _Scan:
    """Ticks of frames in file order (packets) or as they came out of the decoder."""

    time_base: Fraction
    rate: Fraction
    decoded: bool
    pts: array[int] = field(default_factory=lambda: array("q"))
    dts: array[int] = field(default_factory=lambda: array("q"))
    keyframes: bytearray = field(default_factory=bytearray)
    last: tuple[int, int] = (_NO_TICKS, 0)  # PTS and duration of the frame shown last
    step: int = 0  # what a frame says of its own duration
    without_pts: int = 0
    damaged: int = 0
    last_key: int = _NO_TICKS
    closed: bool = True

    def add(self, pts: int | None, dts: int | None, duration: int | None, is_keyframe: bool) -> None:
        self.without_pts += pts is None
        self.pts.append(_NO_TICKS if pts is None else pts)
        self.dts.append(_NO_TICKS if dts is None else dts)
        self.keyframes.append(is_keyframe)
        self.step = duration or self.step
        if pts is not None:
            self.last_key = pts if is_keyframe else self.last_key
            self.closed &= pts >= self.last_key
        if pts is not None and pts > self.last[0]:
            self.last = (pts, duration or 0)

    def summary(self) -> str:
        return f"{len(self.pts)} frames, {self.without_pts} without PTS, {self.damaged} damaged"


def _read_head(path: Path) -> _Head:
    with open_container(path) as container:
        video = video_stream(container)
        has_audio = audio_stream(container) is not None
        if video is None:
            raise no_pictures(path, container)
        frames: list[tuple[int | None, int, int, int]] = []
        try:
            for packet in container.demux(video):
                for frame in _decoded(packet):
                    frames.append((frame.pts, frame.width, frame.height, frame_orientation(frame)))
                if len(frames) >= _HEAD_FRAMES:
                    break
        except DECODE_ERRORS as error:
            _log.info("%s: head: %s", path, error)
        if not frames:
            raise MediaError(f"{path} holds no picture that can be shown", why="No frame of it can be decoded")
        _, width, height, orientation = frames[0]
        codec = video.codec_context.codec.canonical_name
        return _Head(
            tuple(frame[0] for frame in frames), (width, height), orientation, codec, has_audio, container.format.name
        )


def _decoded(packet: av.Packet[av.VideoStream]) -> list[av.VideoFrame]:
    """Frames that a packet brings out; none of a damaged one."""
    try:
        return packet.decode()
    except DECODE_ERRORS as error:
        _log.info("damaged packet at %s: %s", packet.pts, error)
        return []


def _scan(path: Path, job: JobContext, *, decode: bool) -> _Scan:
    size = path.stat().st_size
    with open_container(path) as container:
        video = video_stream(container)
        if video is None or video.time_base is None:
            raise no_pictures(path, container)
        for stream in container.streams:
            if stream.index != video.index:
                stream.discard = Discard.all
        scan = _Scan(video.time_base, video.average_rate or video.guessed_rate or _DEFAULT_RATE, decode)
        packets = container.demux(video)
        number = 0
        while True:
            try:
                packet = next(packets, None)
            except DECODE_ERRORS as error:
                _log.info("%s ends early: %s", path, error)
                scan.damaged += 1
                packet = None
            if packet is None:
                return scan
            if number % _POLL_PACKETS == 0:
                job.raise_if_cancelled()
                job.progress(min(packet.pos or 0, size), size)
            number += 1
            _take(scan, packet)


def _take(scan: _Scan, packet: av.Packet[av.VideoStream]) -> None:
    scan.damaged += packet.is_corrupt
    if not scan.decoded:
        if packet.size and not packet.is_discard:
            scan.add(packet.pts, packet.dts, packet.duration, packet.is_keyframe)
        return
    try:
        frames = packet.decode()
    except DECODE_ERRORS as error:
        _log.info("damaged packet at %s: %s", packet.pts, error)
        scan.damaged += 1
        return
    for frame in frames:
        scan.add(frame.pts, frame.dts, frame.duration, bool(frame.key_frame))


def _is_exact(scan: _Scan, head: _Head) -> bool:
    """Whether the packets alone number the frames: each has its own PTS, none is damaged, and the decoder agrees."""
    if scan.without_pts or scan.damaged or not scan.pts:
        return False
    ticks = np.sort(np.frombuffer(scan.pts, dtype=np.int64))
    return bool((np.diff(ticks) > 0).all()) and list(head.pts) == [int(tick) for tick in ticks[: len(head.pts)]]


def _assemble(path: Path, scan: _Scan, head: _Head) -> PacketIndex:
    pts = np.array(scan.pts, dtype=np.int64)
    keyframes = np.frombuffer(bytes(scan.keyframes), dtype=np.bool_)
    time_base, last_ticks = scan.time_base, scan.last[1]
    method: Method = "decoded" if scan.decoded else "packets"
    if not scan.decoded:
        order = np.argsort(pts, kind="stable")
        pts, keyframes = pts[order], keyframes[order]
    elif scan.without_pts or (np.diff(pts) <= 0).any():
        method = "counted"
        pts, time_base, last_ticks = _best_clock(scan)
    fps = _average_rate(pts, time_base, scan.rate)
    if last_ticks <= 0 or (len(pts) > 2 and last_ticks > 100 * int(np.median(np.diff(pts)))):
        last_ticks = max(1, round(1 / (fps * float(time_base))))
    notes = []
    if scan.damaged:
        notes.append(f"{path.name} is damaged or cut short: {len(pts)} frames can be shown")
    if method == "counted":
        notes.append(f"{path.name} does not say when each frame is shown: frames are counted")
    size = head.size_wh[::-1] if head.orientation >= 5 else head.size_wh
    return PacketIndex(
        np.ascontiguousarray(pts),
        keyframes,
        time_base,
        last_ticks,
        fps,
        *size,
        head.orientation,
        head.codec,
        method,
        head.has_audio,
        head.container,
        not scan.decoded and scan.closed,
        tuple(notes),
    )


def _best_clock(scan: _Scan) -> tuple[npt.NDArray[np.int64], Fraction, int]:
    """Ticks, time base and the last frame's ticks where PTS fail: decoding times (AVI), else steps of one length."""
    dts = np.array(scan.dts, dtype=np.int64)
    known = int((dts != _NO_TICKS).sum())
    if known > 2 and (np.diff(dts[:known]) > 0).all() and (dts[known:] == _NO_TICKS).all():
        step = int(np.median(np.diff(dts[:known])))
        dts[known:] = dts[known - 1] + step * np.arange(1, len(dts) - known + 1)  # the decoder's last ones have none
        return dts, scan.time_base, step
    numbers = np.arange(len(dts), dtype=np.int64)
    return (numbers * scan.step, scan.time_base, scan.step) if scan.step > 0 else (numbers, 1 / scan.rate, 1)


def _average_rate(pts: npt.NDArray[np.int64], time_base: Fraction, stated: Fraction) -> float:
    """Frames a second over the whole; the stated rate where it says the same, as it is free of the clock's rounding."""
    if len(pts) < 2:
        return float(stated)
    measured = float((len(pts) - 1) / (int(pts[-1] - pts[0]) * time_base))
    return float(stated) if abs(measured - float(stated)) < 0.002 * measured else measured
