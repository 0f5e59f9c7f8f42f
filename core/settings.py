"""The settings of one person on one machine: a declared table, one JSON file, written whole or not at all.

The file says which version of the table wrote it. One of an older version is brought up to date and kept aside; one of
a newer version is read as far as it is understood and never written: what is changed here then stands in a file of
this version beside it.
"""

from __future__ import annotations

import getpass
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Bug, SettingsError
from core.files import config_dir

FILE_NAME = "settings.json"
VERSION = 1  # of the table; to be raised with a step in `_STEPS` when a key or the meaning of a value changes
_VERSION_KEY = "version"
RECENT_PROJECTS_KEPT = 10
Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: what a dialog shows and what a value must be.

    The part of the key before the dot is the section. `choices` limits a text, `choice_titles` says them in words;
    `minimum` and `maximum` limit a number, `step` is what an arrow adds, `unit` stands behind it. `zero` is the
    word for the number 0. `shown` is False for what the app remembers by itself, or asks for elsewhere.
    """

    key: str
    kind: type[str] | type[int] | type[float] | type[bool] | type[tuple[str, ...]]
    default: Value | Callable[[], Value]
    description: str
    title: str = ""
    choices: tuple[str, ...] = ()
    choice_titles: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1.0
    unit: str = ""
    zero: str = ""
    shown: bool = True

    @property
    def section(self) -> str:
        """The part of the key before the dot."""
        return self.key.partition(".")[0]


def login_name() -> str:
    """The name under which the person is logged in; "somebody" where the system has none."""
    try:
        return getpass.getuser() or "somebody"
    except (KeyError, OSError, ImportError):  # no name for this user id; no `pwd` on Windows
        return "somebody"


BITS = ("auto", "16", "8", "4")  # precisions in which a model can be loaded

# The pages of a dialog in its order: a heading over the sections of the table.
PAGES: Mapping[str, tuple[str, ...]] = {
    "General": ("person", "appearance", "start"),
    "Pictures": ("canvas",),
    "Answers and model": ("answers", "model"),
    "Videos and sounds": ("playback",),
    "Memory": ("storage",),
}

SETTINGS: tuple[Setting, ...] = (
    Setting(
        *("person.name", str, login_name),
        title="Your name",
        description="It is written beside everything you do, so that a team knows who decided what.",
    ),
    Setting(
        *("appearance.theme", str, "system"),
        title="Colours",
        description="Of the whole window; it changes at once.",
        choices=("system", "light", "dark"),
        choice_titles=("As the system", "Light", "Dark"),
    ),
    Setting(
        *("appearance.language", str, "system"),
        title="Language",
        description="Of menus, dialogs and messages. A change holds from the next start of GroundLabel on.",
        choices=("system", "en", "zh_CN"),
        choice_titles=("As the system", "English", "简体中文"),
    ),
    Setting(
        *("start.reopen", bool, True),
        title="Open the last project at the start",
        description="Where you left it: item, view and filter.",
    ),
    Setting(
        *("canvas.snapping", bool, True),
        title="Edges catch",
        description="What is drawn, moved or resized is drawn to edges nearby. Alt suspends it.",
    ),
    Setting(
        *("canvas.cross_hair", bool, True),
        title="Cross-hair",
        description="Lines through the pointer while drawing.",
    ),
    Setting(
        *("canvas.minimap", bool, True),
        title="Overview",
        description="A small picture in the corner while zoomed in.",
    ),
    Setting(
        *("canvas.colour_by", str, "label"),
        title="One colour for",
        description="What boxes of the same colour have in common.",
        choices=("label", "expression"),
        choice_titles=("Each label", "Each expression"),
    ),
    Setting(
        *("answers.threshold", float, 0.0),
        title="Least score",
        description="Proposals with a lower score are hidden and counted. The slider beside an answer is the same.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        zero="Show all",
    ),
    Setting(
        *("playback.speed", float, 1.0),
        title="Speed",
        description="With which videos and sounds begin; [ and ] change it while playing.",
        minimum=0.25,
        maximum=2.0,
        step=0.25,
        unit="×",
    ),
    Setting(
        *("playback.jump_s", float, 1.0),
        title="Jump",
        description="How far Shift and an arrow go.",
        minimum=0.1,
        maximum=60.0,
        step=0.5,
        unit="s",
    ),
    Setting(
        *("playback.edge_s", float, 0.5),
        title="Play a dragged edge",
        description="How much of a segment is heard after its beginning or end was dragged.",
        minimum=0.0,
        maximum=5.0,
        step=0.1,
        unit="s",
        zero="Nothing",
    ),
    # The model itself is chosen in a dialog of its own, which knows what is on this machine.
    Setting(
        *("model.default", str, "mini"),
        "The model that is asked, about pictures first of all: a name or a folder",
        shown=False,
    ),
    Setting(
        *("model.time", str, "auto"),
        "The model that is asked about videos and sounds; auto: by what each can do",
        shown=False,
    ),
    Setting(
        *("model.device", str, "auto"),
        title="Runs on",
        description="Where the model runs. A change holds from the next question on.",
        choices=("auto", "cpu", "cuda"),
        choice_titles=("The best there is", "CPU", "GPU (CUDA)"),
    ),
    Setting(
        *("model.bits", str, "auto"),
        title="Precision",
        description="Fewer bits need less memory and are less exact.",
        choices=BITS,
        choice_titles=("What fits", "16 bits", "8 bits", "4 bits"),
    ),
    Setting(
        *("storage.ahead", int, 1),
        title="Pictures read ahead",
        description="On either side of the one you see, so that the next one is there at once.",
        minimum=0,
        maximum=8,
        zero="None",
    ),
    Setting(
        *("storage.pictures_mb", int, 400),
        title="Memory for pictures",
        description="What is kept of pictures that were seen or read ahead.",
        minimum=100,
        maximum=16_000,
        step=100,
        unit="MB",
    ),
    Setting("keys.preset", str, "groundlabel", "The set of keys", choices=("groundlabel", "cvat"), shown=False),
    Setting("keys.own", tuple, (), "Keys that differ from the set, as command=key|key", shown=False),
    Setting("recent.projects", tuple, (), "Projects opened lately, the latest first", shown=False),
    Setting("window.geometry", str, "", "Size and place of the window", shown=False),
    Setting("window.state", str, "", "Arrangement of the panels", shown=False),
)
TABLE: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


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
                self._values[key] = _checked(TABLE[key], value, self.path)
            else:
                self._foreign[key] = value

    def _of_this_version(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.version-{VERSION}{self.path.suffix}")

    def get(self, key: str) -> Any:
        """The value of a key of the table: its type is the one declared there."""
        _row(key)
        return self._values[key] if key in self._values else self.default(key)

    def set(self, key: str, value: Value) -> None:
        """Change a value in memory. Raises `SettingsError` when the table does not allow it."""
        self._values[key] = _checked(_row(key), value, None)

    def default(self, key: str) -> Any:
        """What a key has as long as nobody sets it."""
        setting = _row(key)
        return setting.default() if callable(setting.default) else setting.default

    def reset(self, key: str) -> None:
        """Go back to the default."""
        _row(key)
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


def _row(key: str) -> Setting:
    try:
        return TABLE[key]
    except KeyError:
        raise Bug(f"no setting is called {key}") from None


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
        return key in TABLE and _checked(TABLE[key], value, None) is not None
    except SettingsError:
        return False


def _numbered(data: dict[str, object]) -> dict[str, object]:
    """From 0 to 1: files got a version; nothing in them changed."""
    return data


# What brings the data of a version to the next one, by the version that it starts from.
_STEPS: dict[int, Callable[[dict[str, object]], dict[str, object]]] = {0: _numbered}


def _corrupt(path: Path, why: str) -> SettingsError:
    return SettingsError(f"The settings in {path} are damaged", why=why, next_step="Mend the file or remove it")


def _checked(setting: Setting, value: object, path: Path | None) -> Value:
    """The value as the table declares it. Raises `SettingsError`."""
    typed = _typed(setting, value)
    if typed is None or (setting.choices and typed not in setting.choices) or not _in_range(setting, typed):
        allowed = " or ".join(setting.choices) or _range(setting)
        raise SettingsError(
            f"{value!r} is no value for {setting.key}" + (f" in {path}" if path else ""), why=f"it must be {allowed}"
        )
    return typed


def _typed(setting: Setting, value: object) -> Value | None:
    if setting.kind is tuple:
        if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
            return tuple(value)
        return None
    if isinstance(value, bool):
        return value if setting.kind is bool else None
    if setting.kind is float and isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, setting.kind) and isinstance(value, (str, int)) else None


def _in_range(setting: Setting, value: Value) -> bool:
    if not isinstance(value, (int, float)):
        return True
    low = -math.inf if setting.minimum is None else setting.minimum
    high = math.inf if setting.maximum is None else setting.maximum
    return low <= value <= high


def _range(setting: Setting) -> str:
    name = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", tuple: "a list of texts"}
    limits = f" from {setting.minimum} to {setting.maximum}" if setting.minimum is not None else ""
    return name[setting.kind] + limits


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
