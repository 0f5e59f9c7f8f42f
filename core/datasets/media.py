"""Finds the media of a dataset in the folders that it uses, and measures what its annotations do not say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import MediaError
from core.formats.text_files import safe_name
from core.media import probe
from core.media.images import ImageHeader, read_header
from core.media.kinds import kind_by_suffix
from core.schema import MediaKind


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium's name relative to the root, POSIX, and where it is; `place` None: it is not there, but kept."""

    name: str
    place: Path | None


class MediaFinder:
    """Looks below `root` in `folders`, best first, then in the root itself.

    keep: what is missing is named as if it lay in the first folder, instead of being left out.
    """

    def __init__(self, root: Path, folders: Sequence[str], *, keep: bool = False) -> None:
        self.root = root
        self._first = folders[0] if folders else ""
        self._folders = [name for name in dict.fromkeys((*folders, "")) if (root / name).is_dir()]
        self._keep = keep
        self._found: dict[tuple[str, MediaKind | None], Medium | None] = {}
        self._listed: dict[tuple[str, MediaKind], dict[str, str]] = {}
        self._headers: dict[str, ImageHeader | None] = {}
        self._measured: dict[str, tuple[tuple[int, int] | None, float | None]] = {}

    def find(self, name: str, *, any_of: MediaKind | None = None) -> Medium | None:
        """The medium of this name; with `any_of` also one of that kind with another suffix. None: left out."""
        key = (name, any_of)
        if key not in self._found:
            self._found[key] = self._look(name, any_of)
        return self._found[key]

    def size_of(self, medium: Medium) -> tuple[int, int] | None:
        """Upright width and height, from the file itself; None when it cannot be read."""
        return self._measure(medium)[0]

    def header_of(self, medium: Medium) -> ImageHeader | None:
        """What the header of a picture says; None when it is not there or cannot be read."""
        if medium.name not in self._headers:
            found: ImageHeader | None = None
            if medium.place is not None:
                with suppress(MediaError):
                    found = read_header(medium.place)
            self._headers[medium.name] = found
        return self._headers[medium.name]

    def duration_of(self, medium: Medium) -> float | None:
        """Seconds, from the file itself; None when it cannot be read."""
        return self._measure(medium)[1]

    def _look(self, name: str, any_of: MediaKind | None) -> Medium | None:
        safe = safe_name(name)
        if safe is None:
            return None
        for folder in self._folders:
            written = f"{folder}/{safe}" if folder else safe
            place = self.root / written
            if _is_file(place):
                return Medium(written, place)
            if any_of is not None:
                other = self._other_suffix(PurePosixPath(written), any_of)
                if other is not None:
                    return Medium(other, self.root / other)
        if not self._keep:
            return None
        return Medium(f"{self._first}/{safe}" if self._first else safe, None)

    def _other_suffix(self, written: PurePosixPath, kind: MediaKind) -> str | None:
        folder = written.parent.as_posix()
        if (folder, kind) not in self._listed:
            self._listed[folder, kind] = _stems(self.root / folder, kind)
        beside = self._listed[folder, kind]
        found = beside.get(written.name) or beside.get(written.stem)
        return None if found is None else (found if folder == "." else f"{folder}/{found}")

    def _measure(self, medium: Medium) -> tuple[tuple[int, int] | None, float | None]:
        if medium.place is None:
            return None, None
        if medium.name not in self._measured:
            try:
                found = probe(medium.place)
            except MediaError:
                self._measured[medium.name] = (None, None)
            else:
                size = (found.width, found.height) if found.width and found.height else None
                self._measured[medium.name] = (size, found.duration_s)
        return self._measured[medium.name]


def _stems(folder: Path, kind: MediaKind) -> dict[str, str]:
    """The media of a kind in a folder by their name without suffix; the first by name where several share it."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError:
        return {}
    found: dict[str, str] = {}
    for name in names:
        if kind_by_suffix(Path(name)) == kind:
            found.setdefault(Path(name).stem, name)
    return found


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):  # a name that the system does not take
        return False
