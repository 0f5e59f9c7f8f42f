"""The diagnostic report: what somebody needs who is to find a fault, without names, media or annotations.

What `checks --bundle` and the window share. Everything in it is text, and all of it goes through the redactor.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import locale
import platform
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from core.about import title
from core.crashes import last_crash
from core.errors import SettingsError, UserError
from core.files import bundled, cache_dir, config_dir, home, log_dir
from core.redaction import Redactor
from core.settings import Settings
from core.settings_table import SETTINGS
from core.workflows.checks import Check, all_checks

if TYPE_CHECKING:
    from core.workflows.self_test import Step

LOG_TAIL_BYTES = 200_000
# Of these settings only whether they are set is told: their values name people and places, or say nothing.
_UNTOLD = frozenset({"person.name", "recent.projects", "window.geometry", "window.state"})
# Folders whose names say nothing about anybody, and would be missed everywhere.
_COMMON_FOLDERS = frozenset({"home", "users", "user", "documents", "desktop", "downloads", "tmp", "temp", "var", "mnt"})
_NAME_LENGTH = 4  # a folder's name or a file's name without suffix of fewer letters is an everyday word


@dataclass(frozen=True, slots=True)
class Bundle:
    """The report as it would be saved: names in the archive, and their redacted texts."""

    files: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        """All of it in one piece, for people who want to see it first."""
        return "\n\n".join(f"━━━ {name} ━━━\n{text.strip()}" for name, text in self.files) + "\n"

    def save(self, path: Path) -> None:
        """Write a zip archive; the old file or the new one is there at any moment. Raises `UserError`."""
        beside = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in self.files:
                    archive.writestr(name, text)
            beside.replace(path)
        except OSError as error:
            raise UserError(
                f"The report cannot be written to {path}",
                why=error.strerror or str(error),
                next_step="choose another place",
            ) from error
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def collect(projects: Sequence[Path] = (), checks: Iterable[Check] | None = None) -> Bundle:
    """Put the report together: takes as long as the checks do. `projects` are those whose names must not be in it."""
    settings = _settings()
    recent = [Path(place) for place in settings.get("recent.projects")] if settings is not None else []
    redactor = redactor_for([*projects, *recent], names=(settings.get("person.name"),) if settings is not None else ())
    parts = [
        ("about.txt", _about()),
        ("checks.txt", "\n".join(_line(check) for check in (all_checks() if checks is None else checks))),
        ("settings.json", _told(settings)),
        ("last-crash.txt", last_crash() or "There was none."),
        *((f"logs/{path.name}", _tail(path)) for path in sorted(log_dir().glob("*.log*"))),
    ]
    return Bundle(tuple((name, redactor.clean(text)) for name, text in parts))


def installation_report(checks: Iterable[Check], steps: Iterable[Step], projects: Sequence[Path] = ()) -> str:
    """What the check of an installation found, as lines; names of people and places are taken out, as in a bundle."""
    lines = [title(), *map(_line, checks)]
    for step in steps:
        lines.append(f"{step.state:<8}self-test / {step.name}: {step.found} ({step.seconds:.1f} s)")
        lines += [f"{'':<8}-> {step.advice}"] if step.advice else []
    settings = _settings()
    recent = [Path(place) for place in settings.get("recent.projects")] if settings is not None else []
    names = (settings.get("person.name"),) if settings is not None else ()
    return redactor_for([*projects, *recent], names=names).clean("\n".join(lines)) + "\n"


def redactor_for(projects: Iterable[Path], names: Iterable[str] = ()) -> Redactor:
    """What must not leave this machine: its own name, the person's, home folders, and the names of projects' files."""
    folders: dict[str, str] = {}
    for place, shown in (
        (bundled("."), "GroundLabel"),
        (Path(sys.prefix), "Python"),
        (Path(sys.base_prefix), "Python"),
        (config_dir(), "settings folder"),
        (cache_dir(), "cache folder"),
        (log_dir(), "log folder"),
        (home(), "data folder"),
        (Path.home(), "home"),
    ):
        for text in (str(place), str(place.resolve())):
            if len(text) > 1:
                folders.setdefault(text, shown)
    words = {name: "person" for name in (*names, _login(), Path.home().name) if name}
    words[platform.node()] = "machine"
    for project in projects:
        words |= _names_of(project)
    return Redactor(folders, {word: shown for word, shown in words.items() if word.strip()})


def _names_of(project: Path) -> dict[str, str]:
    """Everything that a project's place and its files are called."""
    words = {str(project): "project", project.name: "project", str(project.parent): "folder"}
    words |= {part: "folder" for part in project.parent.parts if _tells(part)}
    if len(project.stem) >= _NAME_LENGTH:
        words[project.stem] = "project"
    for path in _media_of(project):
        pure = PurePosixPath(path)
        words |= {path: "file", pure.name: "file"}
        words |= {part: "folder" for part in pure.parent.parts if _tells(part)}
    return words


def _tells(folder: str) -> bool:
    return len(folder) >= _NAME_LENGTH and folder.lower() not in _COMMON_FOLDERS


def _media_of(project: Path) -> list[str]:
    """The paths of a project's media, whoever has it open; none when it cannot be read."""
    if not project.is_file():
        return []
    try:
        with contextlib.closing(sqlite3.connect(f"{project.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return [str(row[0]) for row in database.execute("SELECT path FROM media")]
    except sqlite3.Error:
        return []


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _settings() -> Settings | None:
    try:
        return Settings.load()
    except SettingsError:
        return None


def _told(settings: Settings | None) -> str:
    if settings is None:
        return "The settings file cannot be read."
    told = {one.key: "(not told)" if one.key in _UNTOLD else settings.get(one.key) for one in SETTINGS if one.key}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _about() -> str:
    lines = (
        title(),
        f"written {datetime.now(UTC).isoformat(timespec='seconds')}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        f"{platform.platform()}, {platform.machine()}",
        f"language {locale.getlocale()[0] or 'unknown'}, encoding {sys.getfilesystemencoding()}",
        "packaged app" if getattr(sys, "frozen", False) else "run from its folder",
        "",
        "Names of people, machines, folders and files were taken out. There are no media and no annotations in it.",
    )
    return "\n".join(lines)


def _line(check: Check) -> str:
    return f"{check.state:<8}{check.group} / {check.name}: {check.found}" + (
        f"  ({check.advice})" if check.advice else ""
    )


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - LOG_TAIL_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError as error:
        return f"cannot be read: {error.strerror}"
