"""Which files count as media, by suffix; and the checks that every file passes before it is opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from core.errors import MediaError
from core.schema import MediaKind

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})
VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".ogv"}
    | {".3gp", ".mts", ".m2ts", ".flv"}
)
AUDIO_SUFFIXES = frozenset(
    {".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aif", ".aiff"}
    | {".mka", ".weba", ".caf", ".ac3", ".amr", ".au"}
)


def kind_by_suffix(path: Path) -> MediaKind | None:
    """What the name promises; the contents decide in the end."""
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return "image"
    if suffix in VIDEO_SUFFIXES:
        return "video"
    return "audio" if suffix in AUDIO_SUFFIXES else None


def is_media_path(path: Path) -> bool:
    """True when the name is that of a picture, video or sound. Does not look at the disk."""
    return kind_by_suffix(path) is not None and not path.name.startswith("._")


def list_media(folder: Path) -> list[Path]:
    """Every medium in a folder and below it, by name in a stable order; hidden folders are left out.

    Raises `MediaError` when there is no such folder.
    """
    if not folder.is_dir():
        what = f"{folder} is not a folder" if folder.exists() else f"There is no folder {folder}"
        raise MediaError(what, next_step="Name a folder that holds media")
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_refuse_listing):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found.extend(place for name in sorted(names) if is_media_path(place := Path(parent) / name))
    return found


def check_readable(path: Path) -> int:
    """The size of a regular, non-empty file in bytes. Raises `MediaError` for anything else."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise MediaError(f"There is no file {path}", next_step="Check the name, or put it back where it was") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(f"{path} is a folder", why="One picture, video or sound is needed", next_step="Name a file")
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(f"{path} is not an ordinary file", next_step="Name a picture, video or sound")
    if status.st_size == 0:
        raise MediaError(f"{path} is empty", why="It has 0 bytes", next_step="Copy it again from where it came")
    return status.st_size


def unreadable(path: Path, error: Exception) -> MediaError:
    """The error for a file that the system will not let us read."""
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    step = "Check the permissions of the file" if isinstance(error, PermissionError) else ""
    return MediaError(f"{path} cannot be read", why=why, next_step=step)


def not_a_medium(path: Path) -> MediaError:
    """The error for a file whose contents are not what its name says."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        return unreadable(path, error)
    holds = "It holds text" if _looks_like_text(start) else "Its contents are of no kind that can be read"
    kind = {"image": "a picture", "video": "a video", "audio": "a sound"}.get(kind_by_suffix(path) or "", "a medium")
    return MediaError(f"{path} is not {kind}", why=holds, next_step="Name another file")


def not_a_picture(path: Path) -> MediaError:
    """The error for a video or sound where a picture is needed."""
    kind = "video" if kind_by_suffix(path) == "video" else "sound"
    return MediaError(f"{path} is not a picture", why=f"It is a {kind}", next_step="Name a picture")


def _looks_like_text(start: bytes) -> bool:
    if b"\0" in start:
        return False
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # not merely a character cut in two at the end
            return False
        text = start[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\r\n\t\f" for character in text)


def _refuse_listing(error: OSError) -> None:
    raise unreadable(Path(error.filename or ""), error)
