"""Small copies of pictures in the cache folder, made once and never half-written."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PIL import Image

from core.errors import MediaError
from core.media.images import open_upright
from core.media.kinds import check_readable, kind_by_suffix, unreadable


def thumbnail(path: Path, side_px: int, cache_dir: Path) -> Path:
    """A JPEG copy of a picture that fits a square of `side_px`, from the cache or made now.

    A changed picture (other time or length) gets a new copy. Raises `MediaError` when the picture cannot
    be read, or the copy not written.
    """
    check_readable(path)
    if kind_by_suffix(path) in ("video", "audio"):
        raise MediaError(f"{path} has no thumbnail", why="It is not a picture")
    target = cache_dir / "thumbnails" / _cache_name(path, side_px)
    if target.is_file():
        return target
    picture, _ = open_upright(path, shrink_to=side_px)
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    try:
        _write(picture, target)
    except OSError as error:
        raise unreadable(target, error) from error
    return target


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
