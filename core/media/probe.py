"""What a file is: kind, upright size, orientation, length, and a fingerprint for finding it again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import MediaError
from core.media.kinds import check_readable, kind_by_suffix, unreadable
from core.schema import MediaItem, MediaKind, new_id

_ENDS_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Probe:
    """What a medium is. `width` and `height` are upright; `orientation` is the EXIF value that was undone.

    The lengths of pictures and sound stand apart where the file tells them; they may differ.
    """

    kind: MediaKind
    width: int | None = None
    height: int | None = None
    orientation: int = 1
    raw_width: int | None = None
    raw_height: int | None = None
    duration_s: float | None = None
    fps: float | None = None
    warnings: tuple[str, ...] = ()
    has_video: bool = False
    has_audio: bool = False
    video_duration_s: float | None = None
    audio_duration_s: float | None = None


def probe(path: Path) -> Probe:
    """Read the header of a medium, whatever its kind, without decoding it.

    Raises `MediaError` for a missing or empty file, a folder, and contents that are no medium.
    """
    check_readable(path)
    if kind_by_suffix(path) in ("video", "audio"):
        return _probe_stream(path)
    from core.media.images import read_header

    try:
        header = read_header(path)
    except MediaError:
        if kind_by_suffix(path) is not None:
            raise
        return _probe_stream(path)  # a name that says nothing: what it holds decides
    return Probe("image", header.width, header.height, header.orientation, header.raw_width, header.raw_height)


def probe_item(path: Path, *, root: str, relative: str) -> MediaItem:
    """A new `MediaItem` for a file that a project knows as `relative` (POSIX) under the root named `root`."""
    found = probe(path)
    return MediaItem(
        id=new_id(),
        kind=found.kind,
        path=relative,
        root=root,
        width=found.width,
        height=found.height,
        duration_s=found.duration_s,
        fps=found.fps,
        orientation=found.orientation,
        raw_width=found.raw_width,
        raw_height=found.raw_height,
        content_hash=content_hash(path),
        warnings=found.warnings,
    )


def content_hash(path: Path) -> str:
    """A fingerprint to know a moved file by: its length, its first and its last MiB. Cheap for a 10 GB video."""
    size = check_readable(path)
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    try:
        with path.open("rb") as file:
            digest.update(file.read(_ENDS_BYTES))
            if size > _ENDS_BYTES:
                file.seek(max(_ENDS_BYTES, size - _ENDS_BYTES), os.SEEK_SET)
                digest.update(file.read(_ENDS_BYTES))
    except OSError as error:
        raise unreadable(path, error) from error
    return digest.hexdigest()


def _probe_stream(path: Path) -> Probe:
    from core.media.streams import read_stream_header

    header = read_stream_header(path)
    return Probe(
        header.kind,
        header.width,
        header.height,
        header.orientation,
        raw_width=header.raw_width,
        raw_height=header.raw_height,
        duration_s=header.duration_s,
        fps=header.fps,
        has_video=header.has_video,
        has_audio=header.has_audio,
        video_duration_s=header.video_duration_s,
        audio_duration_s=header.audio_duration_s,
    )
