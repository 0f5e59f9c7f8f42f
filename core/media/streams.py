"""Opening containers through PyAV, and what their headers say of pictures and sound. Decodes one frame at most.

Imported only when a video or sound is read: PyAV loads here.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from core.errors import MediaError
from core.media.kinds import check_readable, not_a_medium, unreadable

try:
    import av
    from av.error import FFmpegError
    from av.stream import Discard, Disposition
except ImportError as missing:
    raise MediaError("Videos and sounds cannot be read", why=f"PyAV does not load ({missing})") from missing

__all__ = [
    "DECODE_ERRORS",
    "Discard",
    "StreamHeader",
    "audio_stream",
    "container_duration_s",
    "frame_orientation",
    "no_pictures",
    "no_sound",
    "open_container",
    "open_input",
    "read_stream_header",
    "stream_duration_s",
    "video_stream",
]

_log = logging.getLogger(__name__)

# What PyAV raises on contents that it cannot make sense of.
DECODE_ERRORS = (FFmpegError, ValueError, MemoryError)
# Files only: a play list in disguise must not reach for the network.
_OPTIONS = {"protocol_whitelist": "file"}
# Signs of the first two columns of the display matrix -> the EXIF orientation that undoes the same turn.
_ORIENTATIONS = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What the container says. `width` and `height` are upright, the raw ones as stored.

    `orientation` is the EXIF value that stands for the turn which was undone. `duration_s` is that of the whole
    file; the lengths of the first pictures and the first sound stand beside it where the file tells them.
    """

    kind: Literal["video", "audio"]
    width: int | None = None
    height: int | None = None
    raw_width: int | None = None
    raw_height: int | None = None
    duration_s: float | None = None
    fps: float | None = None
    orientation: int = 1
    has_video: bool = False
    has_audio: bool = False
    video_duration_s: float | None = None
    audio_duration_s: float | None = None


@contextmanager
def open_container(path: Path) -> Iterator[av.container.InputContainer]:
    """A container that is closed in the end, whatever happens. Raises `MediaError` for what is none."""
    container = open_input(path)
    try:
        yield container
    finally:
        container.close()


def open_input(path: Path) -> av.container.InputContainer:
    """An open container, for the caller to close. Raises `MediaError` for what is none."""
    check_readable(path)
    try:
        # an absolute path with its scheme: no name of a file is taken for a protocol
        return av.open(f"file:{path.absolute()}", "r", metadata_errors="ignore", options=dict(_OPTIONS))
    except DECODE_ERRORS as error:
        _log.info("PyAV on %s: %s", path, error)
        if isinstance(error, PermissionError) and not os.access(path, os.R_OK):
            raise unreadable(path, error) from error
        raise not_a_medium(path) from error  # also a play list, which may open nothing


def video_stream(container: av.container.InputContainer) -> av.VideoStream | None:
    """The first stream of moving pictures that can be decoded; the cover of a record is none."""
    still = Disposition.attached_pic
    streams = (stream for stream in container.streams.video if not stream.disposition & still)
    return next((stream for stream in streams if stream.codec_context is not None), None)


def audio_stream(container: av.container.InputContainer) -> av.AudioStream | None:
    """The first stream of sound that can be decoded."""
    return next((stream for stream in container.streams.audio if stream.codec_context is not None), None)


def read_stream_header(path: Path) -> StreamHeader:
    """Kind, size, rate and length of a video or sound. Raises `MediaError`."""
    with open_container(path) as container:
        try:
            return _describe(path, container)
        except DECODE_ERRORS as error:
            _log.info("PyAV on %s: %s", path, error)
            raise not_a_medium(path) from error


def no_pictures(path: Path, container: av.container.InputContainer) -> MediaError:
    """The error for a file without moving pictures where some are needed."""
    if any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video):
        why = "They are in a coding that is not known here"
        return MediaError(f"The pictures of {path} cannot be read", why=why, next_step="Convert it to MP4 with H.264")
    if audio_stream(container) is not None:
        return MediaError(f"{path} holds no pictures", why="It is a sound", next_step="Name a video")
    return _nothing(path)


def no_sound(path: Path, container: av.container.InputContainer) -> MediaError:
    """The error for a file without sound where some is needed."""
    if container.streams.audio:
        why = "It is in a coding that is not known here"
        return MediaError(f"The sound of {path} cannot be read", why=why, next_step="Convert it to FLAC or AAC")
    if video_stream(container) is not None:
        return MediaError(f"{path} holds no sound", why="It is a silent video", next_step="Name a file with sound")
    return _nothing(path)


def _nothing(path: Path) -> MediaError:
    return MediaError(f"{path} holds neither pictures nor sound", next_step="Name another file")


def frame_orientation(frame: av.VideoFrame) -> int:
    """The EXIF orientation that makes a frame upright; turns other than by quarters count as the nearest."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return 1
    with suppress(struct.error):
        a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
        if abs(a) + abs(d) < abs(b) + abs(c):
            a = d = 0
        else:
            b = c = 0
        return _ORIENTATIONS.get((_sign(a), _sign(b), _sign(c), _sign(d)), 1)
    return 1


def stream_duration_s(stream: av.VideoStream | av.AudioStream) -> float | None:
    """How long one stream lasts, where the file tells; Matroska does in a tag."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    hours, colon, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    with suppress(ValueError):
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds) if colon else None
    return None


def container_duration_s(container: av.container.InputContainer) -> float | None:
    """How long the whole file lasts, where it tells."""
    return None if container.duration is None else container.duration / av.time_base


def _describe(path: Path, container: av.container.InputContainer) -> StreamHeader:
    video, audio = video_stream(container), audio_stream(container)
    length_s = container_duration_s(container)
    audio_s = None if audio is None else stream_duration_s(audio)
    if video is None:
        if audio is None:
            raise no_pictures(path, container)
        return StreamHeader(
            "audio", duration_s=length_s, has_audio=True, audio_duration_s=length_s if audio_s is None else audio_s
        )
    orientation = _first_orientation(container, video)
    raw = (video.width, video.height)
    width, height = raw[::-1] if orientation >= 5 else raw
    rate: Fraction | None = video.average_rate
    return StreamHeader(
        "video",
        width,
        height,
        *raw,
        duration_s=length_s,
        fps=None if not rate else float(rate),
        orientation=orientation,
        has_video=True,
        has_audio=audio is not None,
        video_duration_s=stream_duration_s(video),
        audio_duration_s=audio_s,
    )


def _first_orientation(container: av.container.InputContainer, video: av.VideoStream) -> int:
    try:
        frame = next(container.decode(video), None)
    except DECODE_ERRORS as error:
        _log.info("no first frame: %s", error)
        return 1
    return 1 if frame is None else frame_orientation(frame)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
