"""Probing video and audio through PyAV: kind, upright size, rate and length. Decodes one frame at most."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
from av.error import FFmpegError

from core.errors import MediaError
from core.media.kinds import check_readable, not_a_medium, unreadable

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What the container says. `width` and `height` are upright, the raw ones as stored."""

    kind: Literal["video", "audio"]
    width: int | None
    height: int | None
    raw_width: int | None
    raw_height: int | None
    duration_s: float | None
    fps: float | None


def read_stream_header(path: Path) -> StreamHeader:
    """Kind, size, rate and length of a video or sound. Raises `MediaError`."""
    check_readable(path)
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            return _describe(path, container)
    except PermissionError as error:
        raise unreadable(path, error) from error
    except (FFmpegError, ValueError) as error:
        _log.info("PyAV on %s: %s", path, error)
        raise not_a_medium(path) from error


def _describe(path: Path, container: av.container.InputContainer) -> StreamHeader:
    length_s = None if container.duration is None else container.duration / av.time_base
    if container.streams.video:
        video = container.streams.video[0]
        raw = (video.width, video.height)
        width, height = raw[::-1] if _lies_on_its_side(container) else raw
        rate: Fraction | None = video.average_rate
        return StreamHeader("video", width, height, *raw, length_s, None if rate is None else float(rate))
    if container.streams.audio:
        return StreamHeader("audio", None, None, None, None, length_s, None)
    raise MediaError(f"{path} holds neither pictures nor sound", next_step="Name another file")


def _lies_on_its_side(container: av.container.InputContainer) -> bool:
    """Whether the first frame says that it is to be shown turned by a quarter."""
    try:
        frame = next(container.decode(video=0), None)
    except (FFmpegError, ValueError) as error:
        _log.info("no first frame: %s", error)
        return False
    return frame is not None and abs(round(frame.rotation)) % 180 == 90
