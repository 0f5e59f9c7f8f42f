"""The settings of one person on one machine: one JSON file, written whole or not at all, of what the table declares.

The file says which version of the table wrote it. One of an older version is brought up to date and kept aside; one of
a newer version is read as far as it is understood and never written: what is changed here then stands in a file of
this version beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.errors import SettingsError
from core.files import config_dir
from core.settings_table import TABLE, Value, checked, row

FILE_NAME = "settings.json"
VERSION = 1  # of the table; to be raised with a step in `_STEPS` when a key or the meaning of a value changes
_VERSION_KEY = "version"
RECENT_PROJECTS_KEPT = 10


class Settings:
    """Values by key; what was never set has its default. `save` writes what was set, and nothing else."""

    def __init__(self, path: Path | None = None, values: Mapping[str, Value] | None = None) -> None:
        """Defaults only, unless `values` are given; `load` reads the file."""
        self.path = settings_path() if path is None else path
        self._values: dict[str, Value] = dict(values or {})
        self._foreign: dict[str, object] = {}
        self._older: int | None = None  # the version of the file, where it is to be kept aside before it is written
        self._newer: dict[str, Value] | None = None  # what a file of a newer version says, as far as it is understood

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """Read the file; without one, defaults. Raises `SettingsError`, the file untouched, when it is corrupt.

        A key that this version does not know is kept and written back.
        """
        settings = cls(path)
        data = _read(settings.path)
        version = _version_of(data, settings.path)
        if version > VERSION:
            settings._take({key: value for key, value in data.items() if _is_understood(key, value)})
            settings._newer = dict(settings._values)
            data = _read(settings._of_this_version())
            data.pop(_VERSION_KEY, None)
        elif data and version < VERSION:
            settings._older = version
            for step in range(version, VERSION):
                data = _STEPS[step](data)
        settings._take(data)
        return settings

    @property
    def is_newer(self) -> bool:
        """Whether the file was written by a newer version: it stays as it is."""
        return self._newer is not None

    def _take(self, data: Mapping[str, object]) -> None:
        for key, value in data.items():
            if key in TABLE:
                self._values[key] = checked(TABLE[key], value, self.path)
            else:
                self._foreign[key] = value

    def _of_this_version(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.version-{VERSION}{self.path.suffix}")

    def get(self, key: str) -> Any:
        """The value of a key of the table: its type is the one declared there."""
        row(key)
        return self._values[key] if key in self._values else self.default(key)

    def set(self, key: str, value: Value) -> None:
        """Change a value in memory. Raises `SettingsError` when the table does not allow it."""
        self._values[key] = checked(row(key), value, None)

    def default(self, key: str) -> Any:
        """What a key has as long as nobody sets it."""
        setting = row(key)
        return setting.default() if callable(setting.default) else setting.default

    def reset(self, key: str) -> None:
        """Go back to the default."""
        row(key)
        self._values.pop(key, None)

    def add_recent_project(self, path: Path) -> None:
        """Put a project first among those opened lately."""
        place = str(path.absolute())
        recent: tuple[str, ...] = self.get("recent.projects")
        kept = tuple(other for other in recent if other != place)
        self.set("recent.projects", (place, *kept)[:RECENT_PROJECTS_KEPT])

    def save(self) -> None:
        """Write the file: the old one or the new one is there at any moment. Raises `SettingsError`."""
        told: dict[str, object] = {**self._foreign, **self._values, _VERSION_KEY: VERSION}
        path = self.path
        if self._newer is not None:
            before = Settings(self.path, self._newer)
            changed = {key: self.get(key) for key in TABLE if self.get(key) != before.get(key)}
            told, path = {**self._foreign, **changed, _VERSION_KEY: VERSION}, self._of_this_version()
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}
        text = json.dumps(dict(sorted(plain.items())), ensure_ascii=False, indent=2) + "\n"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._keep_aside()
            _replace_whole(path, text.encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise SettingsError(
                f"The settings could not be saved in {path}",
                why=error.strerror or str(error),
                next_step="What was changed holds until the window closes",
            ) from error

    def _keep_aside(self) -> None:
        """The file of an older version, as it was, beside the one that is about to be written. Raises `OSError`."""
        if self._older is None:
            return
        kept = self.path.with_name(f"{self.path.stem}.version-{self._older}{self.path.suffix}")
        if not kept.exists():
            shutil.copyfile(self.path, kept)
        self._older = None


def settings_path() -> Path:
    """Where the settings file is."""
    return config_dir() / FILE_NAME


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"The settings in {path} cannot be read", why=error.strerror or str(error)) from error
    except ValueError as error:
        raise _corrupt(path, str(error)) from error
    if not isinstance(data, dict):
        raise _corrupt(path, "an object is expected")
    return data


def _version_of(data: dict[str, object], path: Path) -> int:
    """Takes the version out of what a file holds; the first files had none. Raises `SettingsError`."""
    version = data.pop(_VERSION_KEY, 0)
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise _corrupt(path, f"{version!r} is no version")
    return version


def _is_understood(key: str, value: object) -> bool:
    """Whether a value that a newer version wrote means something here."""
    try:
        return key in TABLE and checked(TABLE[key], value, None) is not None
    except SettingsError:
        return False


def _numbered(data: dict[str, object]) -> dict[str, object]:
    """From 0 to 1: files got a version; nothing in them changed."""
    return data


# What brings the data of a version to the next one, by the version that it starts from.
_STEPS: dict[int, Callable[[dict[str, object]], dict[str, object]]] = {0: _numbered}


def _corrupt(path: Path, why: str) -> SettingsError:
    return SettingsError(f"The settings in {path} are damaged", why=why, next_step="Mend the file or remove it")


def _replace_whole(path: Path, data: bytes) -> None:
    descriptor, draft_name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(draft_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)  # gone already when all went well
