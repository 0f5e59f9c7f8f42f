"""Finds the media that an exchange file names: where it says, in a folder one names, beside it, in `images/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from core.media.kinds import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES

_USUAL_FOLDERS = ("", "images", "JPEGImages")
_SUFFIXES = (*sorted(IMAGE_SUFFIXES), *sorted(VIDEO_SUFFIXES), *sorted(AUDIO_SUFFIXES))


def search_folders(source: Path, *more: Path | None) -> list[Path]:
    """Where to look for the media of a file or folder, best first; `more` are folders that somebody named."""
    beside = source if source.is_dir() else source.parent
    named = [folder for folder in more[:1] if folder is not None]
    later = [folder for folder in more[1:] if folder is not None]
    found: dict[Path, None] = {}
    for folder in (*named, beside, source.absolute().parent, beside.absolute().parent, *later):
        for usual in _USUAL_FOLDERS:
            place = folder / usual
            if place.is_dir():
                found.setdefault(place.absolute())
    return list(found)


def locate(names: Iterable[str], folders: Sequence[Path]) -> dict[str, Path]:
    """The file of each name that was found. No file is given to two names.

    A name is looked for as it stands in every folder first; then without its leading folders; then with the suffix
    of another kind of medium, as some tools write none.
    """
    waiting = list(dict.fromkeys(names))
    found: dict[str, Path] = {}
    taken: set[Path] = set()
    for variants in (_as_written, _shortened, _other_suffixes):
        for name in waiting:
            place = next((p for p in _places(variants(name), folders) if p not in taken and _is_file(p)), None)
            if place is not None:
                found[name] = place
                taken.add(place)
        waiting = [name for name in waiting if name not in found]
    return found


def _places(variants: Iterable[str], folders: Sequence[Path]) -> Iterator[Path]:
    for variant in variants:
        for folder in folders:
            yield folder.joinpath(*PurePosixPath(variant).parts)


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):  # a name that the system does not take
        return False


def _as_written(name: str) -> Iterator[str]:
    yield name


def _shortened(name: str) -> Iterator[str]:
    parts = PurePosixPath(name).parts
    for start in range(1, len(parts)):
        yield "/".join(parts[start:])


def _other_suffixes(name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    stem = path.name.removesuffix(path.suffix) if path.suffix.lower() in _SUFFIXES else path.name
    for suffix in _SUFFIXES:
        for spelled in (suffix, suffix.upper()):
            yield str(path.with_name(stem + spelled))
            yield stem + spelled
