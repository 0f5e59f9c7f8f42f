"""Small pictures of media in the cache folder, made once and never half-written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PIL import Image

from core.media.images import open_upright
from core.media.kinds import check_readable, kind_by_suffix, unreadable
from core.schema import MediaKind


def thumbnail(path: Path, side_px: int, cache_dir: Path, *, kind: MediaKind | None = None) -> Path:
    """A JPEG that fits a square of `side_px`, from the cache or made now: a picture, a frame, a sound drawn.

    A changed file (other time or length) gets a new one. Raises `MediaError` when the medium cannot be read, or
    the copy not written.
    """
    check_readable(path)
    target = _place(path, side_px, cache_dir)
    if target.is_file():
        return target
    picture = _small(path, kind or kind_by_suffix(path), side_px)
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    try:
        _write(picture, target)
    except OSError as error:
        raise unreadable(target, error) from error
    return target


def kept_thumbnail(path: Path, side_px: int, cache_dir: Path) -> Path | None:
    """The thumbnail of a file as it is now, if one was made already. Raises `MediaError` when the file is not there."""
    check_readable(path)
    target = _place(path, side_px, cache_dir)
    return target if target.is_file() else None


def _place(path: Path, side_px: int, cache_dir: Path) -> Path:
    return cache_dir / "thumbnails" / _cache_name(path, side_px)


def _small(path: Path, kind: MediaKind | None, side_px: int) -> Image.Image:
    if kind == "video":
        from core.media.previews import video_preview  # PyAV loads here: not for pictures alone

        return video_preview(path, side_px)
    if kind == "audio":
        from core.media.previews import sound_preview

        return sound_preview(path, side_px)
    return open_upright(path, shrink_to=side_px)[0]


def _cache_name(path: Path, side_px: int) -> str:
    status = path.stat()
    key = f"{path.absolute()}\0{status.st_mtime_ns}\0{status.st_size}\0{side_px}"
    name = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{name[:2]}/{name}.jpg"


def _write(picture: Image.Image, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with ExitStack() as on_failure:
        on_failure.callback(Path(temporary).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            picture.save(file, format="JPEG", quality=85)
        Path(temporary).replace(target)
        on_failure.pop_all()
