"""What formats with one file per medium share: which files there are, and what they are called."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from pathlib import Path, PurePosixPath

from core.errors import FormatError
from core.formats.classes import Collector


def files_of(source: Path, suffixes: tuple[str, ...]) -> list[tuple[Path, str]]:
    """The file, or those below a folder with one of these suffixes, each with its folder inside ("" at the top)."""
    if source.is_file():
        return [(source, "")]
    if not source.is_dir():
        raise FormatError(f"There is no file or folder {source}", next_step="check the name")
    files = sorted(path for path in source.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    if not files:
        raise FormatError(f"{source}: expected files {' or '.join(suffixes)}", why="there is none")
    folders = [path.relative_to(source).parent.as_posix() for path in files]
    return [(path, "" if folder == "." else folder) for path, folder in zip(files, folders, strict=True)]


def medium_of(file: Path, folder: str) -> str:
    """The medium that a file is about by its own name: `sub/a` or `sub/a.mp4` for `sub/a.srt` or `sub/a.mp4.srt`."""
    return f"{folder}/{file.stem}" if folder else file.stem


def file_for(out: Path, name: str, suffix: str, taken: Container[Path], *, alone: bool) -> Path:
    """Where the file of a medium goes: `out/sub/a.srt`, or `out/sub/a.mp4.srt` when `a.srt` is another medium's.

    A name with the format's own suffix is the file itself, where there is one medium only. Raises `FormatError`.
    """
    if out.suffix.lower() == suffix and not out.is_dir():
        if alone:
            return out
        why = "there are several media, and the format has a file for each"
        raise FormatError(f"{out} would be one file", why=why, next_step="name a folder")
    if out.is_file():
        raise FormatError(f"{out} is a file", why="the format has a file for each medium", next_step="name a folder")
    relative = PurePosixPath(name)
    place = out.joinpath(*relative.with_suffix(suffix).parts)
    return place if place not in taken else out.joinpath(*relative.parts[:-1], relative.name + suffix)


def number_labels_by_name(collector: Collector) -> None:
    """Classes count in alphabetical order, whichever file names them first."""
    for number, name in enumerate(sorted(collector.labels)):
        collector.labels[name] = replace(collector.labels[name], number=number)
    collector.labels = dict(sorted(collector.labels.items()))
