"""What media are called in exported files: unique relative names that lead nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from core.schema import MediaItem


def portable_names(media: Sequence[MediaItem]) -> dict[str, str]:
    """A name for each medium's id, the same for the same list of media.

    A medium inside its root is called by its path. Those reached with `..` are called from the nearest folder
    that holds them all, so that no name leads upwards. Names that would be equal are told apart by root, then number.
    """
    outside = [item for item in media if ".." in PurePosixPath(item.path).parts]
    shared = _shared_folders(outside)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for item in media:
        parts = [part for part in PurePosixPath(item.path).parts if part != "/"]
        if item.id in shared:
            parts = [part for part in parts[shared[item.id] :] if part != ".."]
        name = "/".join(parts)
        if name in taken:
            name = _free_name(name, item.root, taken)
        taken.add(name)
        names[item.id] = name
    return names


def _shared_folders(outside: Sequence[MediaItem]) -> dict[str, int]:
    """For each medium reached with `..`: how many leading parts it shares, as folders, with the others of its root."""
    lengths: dict[str, int] = {}
    for root in {item.root for item in outside}:
        members = [item for item in outside if item.root == root]
        folders = [PurePosixPath(item.path).parts[:-1] for item in members]
        shortest = min(len(folder) for folder in folders)
        length = 0
        while length < shortest and len({folder[length] for folder in folders}) == 1:
            length += 1
        lengths.update({item.id: length for item in members})
    return lengths


def _free_name(name: str, root: str, taken: set[str]) -> str:
    candidate, number = f"{root}/{name}", 2
    while candidate in taken:
        candidate, number = f"{root}-{number}/{name}", number + 1
    return candidate
