"""The user's own models: where they stand, where each came from, and the hashes that its files had then.

A model is a folder (or a link to one) in `models` of the user's home; its record stands beside in `.records`,
so that a model's folder holds nothing but the model. What is not finished waits in `.unfinished`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from core.errors import ModelError
from core.files import home, write_atomically

_NAME = re.compile(r"[\w][\w.+-]{0,99}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")

Source = Literal["hub", "copy", "link"]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size in bytes and SHA-256, hexadecimal, of a file when it came."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """How a model came here. `origin` is the hub's repository, or the folder it was taken from."""

    name: str
    source: Source
    origin: str
    revision: str = ""
    added_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    files: Mapping[str, FileFacts] = field(default_factory=dict)


def models_folder() -> Path:
    """Where the user's models stand."""
    return home() / "models"


def unfinished_folder(name: str) -> Path:
    """Where a model is put together before it counts."""
    return models_folder() / ".unfinished" / name


def make_folder(folder: Path) -> None:
    """A folder with all that it lies in, unless it is there. Raises `ModelError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(f"{folder} cannot be made", why=error.strerror or str(error)) from error


def check_name(name: str) -> str:
    """The name, if it may be one of a model. Raises `ModelError`."""
    if not _NAME.fullmatch(name) or name.endswith(".") or _RESERVED.fullmatch(name):
        raise ModelError(
            f"{name!r} cannot be a model's name",
            why="names are letters, digits, and . _ + - after the first",
            next_step="give another with --name",
        )
    return name


def standing(name: str) -> Path | None:
    """The user's model of this name (a link too, also a broken one), or None."""
    path = models_folder() / check_name(name)
    return path if path.is_dir() or path.is_symlink() else None


def put_up(name: str) -> Path:
    """Turn what waits in `unfinished_folder` into a model. Raises `ModelError` when the name is taken."""
    place = models_folder() / check_name(name)
    if standing(name) is not None:
        raise _taken(name)
    try:
        unfinished_folder(name).replace(place)
    except OSError as error:
        raise ModelError(f"{place} cannot be made", why=error.strerror or str(error)) from error
    return place


def link(name: str, folder: Path) -> Path:
    """A model that stays where it is. Raises `ModelError` when the name is taken, or links cannot be made here."""
    place = models_folder() / check_name(name)
    if standing(name) is not None:
        raise _taken(name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(folder, target_is_directory=True)
    except OSError as error:
        raise ModelError(
            f"{place} cannot be made a link", why=error.strerror or str(error), next_step="add it without --link"
        ) from error
    return place


def _taken(name: str) -> ModelError:
    return ModelError(
        f"There is already a model {name!r}",
        why=f"it stands in {models_folder() / name}",
        next_step=f"give another name with --name, or `models remove {name}` first",
    )


def take_down(name: str) -> None:
    """Delete a model of the user and its record; of a link, the link alone. Raises `ModelError`."""
    place = standing(name)
    try:
        if place is not None:
            if place.is_symlink():
                place.unlink()
            else:
                shutil.rmtree(place)
        _record_path(name).unlink(missing_ok=True)
        if unfinished_folder(name).exists():
            shutil.rmtree(unfinished_folder(name))
    except OSError as error:
        raise ModelError(f"{error.filename or place} cannot be removed", why=error.strerror or str(error)) from error


def _record_path(name: str) -> Path:
    return models_folder() / ".records" / f"{check_name(name)}.json"


def write_record(record: Record) -> None:
    """Remember how a model came. Raises `ModelError`."""
    path = _record_path(record.name)
    content = {**asdict(record), "files": {name: asdict(facts) for name, facts in sorted(record.files.items())}}
    try:
        write_atomically(path, json.dumps(content, indent=1) + "\n")
    except OSError as error:
        raise ModelError(f"{path} cannot be written", why=error.strerror or str(error)) from error


def read_record(name: str) -> Record | None:
    """How a model came; None when nobody wrote that down. Raises `ModelError` for a record that cannot be read."""
    path = _record_path(name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = {
            str(name): FileFacts(int(one["size"]), str(one["sha256"])) for name, one in content.pop("files").items()
        }
        return Record(**content, files=files)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{path} cannot be read", why=str(error), next_step="remove that file; the model stays"
        ) from error


def files_below(folder: Path) -> dict[str, Path]:
    """Every file of a model by its POSIX path in the folder. Hidden ones are none of it, nor are links to folders."""
    found: dict[str, Path] = {}
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(base) / name
            if not name.startswith(".") and path.is_file():
                found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))
