"""Where media are: named roots and relative POSIX paths, and back to absolute places. Pure path arithmetic.

The root "project" is the folder of the project file itself, wherever that was moved to; every other root is a
name for a folder on this machine. What was moved out of a root by itself has a place of its own among the roots,
under a name with a slash: `root/folder` for the files right in a folder, `root/path` for a single file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from core.errors import ProjectError

PROJECT_ROOT = "project"


def relative_to_root(place: Path, folder: Path) -> str | None:
    """`place` relative to `folder`, POSIX, with `..` where they share more than the top of the disk; else None."""
    absolute, base = _absolute(place), _absolute(folder)
    try:
        shared = Path(os.path.commonpath([absolute, base]))
    except ValueError:  # two drives
        return None
    if shared == Path(shared.anchor) and base != shared:
        return None
    return Path(os.path.relpath(absolute, base)).as_posix()


def inside_root(place: Path, folder: Path) -> str | None:
    """`place` relative to `folder`, POSIX, if it lies inside; else None."""
    absolute, base = _absolute(place), _absolute(folder)
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else None


def best_root(place: Path, roots: Mapping[str, str]) -> tuple[str, str] | None:
    """The named root that `place` lies deepest inside, and the path there; None when there is none."""
    found = [
        (len(relative), name, relative)
        for name, folder in roots.items()
        if name != PROJECT_ROOT and "/" not in name and (relative := inside_root(place, Path(folder))) is not None
    ]
    if not found:
        return None
    _, name, relative = min(found)
    return name, relative


def within_reach(place: Path, roots: Mapping[str, str]) -> tuple[str, str] | None:
    """`(root, path)`: in the project's folder, else in a named root, else as seen from the project; or None."""
    folder = Path(roots[PROJECT_ROOT])
    inside = inside_root(place, folder)
    if inside is not None:
        return PROJECT_ROOT, inside
    found = best_root(place, roots)
    if found is not None:
        return found
    relative = relative_to_root(place, folder)
    return None if relative is None else (PROJECT_ROOT, relative)


def new_root_name(folder: Path, taken: Mapping[str, str]) -> str:
    """A short readable name for a root, not yet taken."""
    stem = re.sub(r"[^\w.-]+", "-", folder.name or folder.anchor).strip("-") or "media"
    name, number = stem, 2
    while name in taken or name == PROJECT_ROOT:
        name, number = f"{stem}-{number}", number + 1
    return name


def absolute_place(root: str, relative: str, roots: Mapping[str, str]) -> Path:
    """The absolute path of a medium. Raises `ProjectError` when the project has no such root."""
    path = PurePosixPath(relative)
    alone, beside = roots.get(moved_key(root, relative)), roots.get(moved_key(root, path.parent.as_posix()))
    if alone is not None:
        return _absolute(Path(alone))
    if beside is not None:
        return _absolute(Path(beside) / path.name)
    folder = roots.get(root)
    if folder is None:
        raise ProjectError(f"The folder {root!r} of {relative} is not known here", next_step="Choose where it is now")
    return _absolute(Path(folder).joinpath(*PurePosixPath(relative).parts))


def moved_key(root: str, path: str) -> str:
    """The name under which the new place of a folder or file of a root is kept; a root itself has no slash."""
    return f"{root}/{path}"


def moved_from(place: Path, roots: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """`(root, path)` of what may have been moved to `place`, in no order."""
    absolute = _absolute(place)
    for name, now in roots.items():
        root, slash, path = name.partition("/")
        if slash and Path(now) == absolute:
            yield root, path
        elif slash and Path(now) == absolute.parent:
            yield root, (PurePosixPath(path) / absolute.name).as_posix()


def check_relative(path: str) -> None:
    """Raise `ProjectError` unless `path` is a relative POSIX path that a file can store."""
    if not path or PurePosixPath(path).is_absolute() or re.match(r"[A-Za-z]:[\\/]", path):
        raise ProjectError(f"{path!r} is not a relative path")
    check_text(path)


def check_text(text: str) -> None:
    """Raise `ProjectError` when a name is not Unicode text (a file name of an old encoding, say)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
        raise ProjectError(f"The name {shown} is not valid text", next_step="Rename the file") from error


def _absolute(path: Path) -> Path:
    """Absolute without following links: `..` goes where the name says, whatever a link points to."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", Path.resolve follows links
