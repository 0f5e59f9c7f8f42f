"""The table of settings: every key with its kind, default, limits and words. Reads and writes no file."""

from __future__ import annotations

import getpass
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import Bug, SettingsError

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


def row(key: str) -> Setting:
    """The row of a key. Raises `Bug` where the table has none."""
    try:
        return TABLE[key]
    except KeyError:
        raise Bug(f"no setting is called {key}") from None


def checked(setting: Setting, value: object, path: Path | None) -> Value:
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
