"""Which keys mean which command: a preset and a person's own keys over it, and whether two of them collide.

Keys are portable texts ("Ctrl+Shift+D"); "Enter" stands for both of them. Knows no widget and no action.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtGui import QKeySequence

from core.errors import SettingsError
from desktop.actions import COMMANDS, Command, Where
from desktop.key_presets import PRESETS

MOST_KEYS = 2  # of one command
BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}
# Keys that the system or every window needs; nothing else may have them.
RESERVED = frozenset({"Tab", "Shift+Tab", "Backtab", "Shift+Backtab", "Menu", "F10", "Alt+F4"})
_APART: frozenset[frozenset[Where]] = frozenset(
    {
        frozenset[Where]({"boxes", "player"}),  # a selected box takes the arrows
        frozenset[Where]({"boxes", "timeline"}),
        frozenset[Where]({"picture", "timeline"}),
    }
)


def canonical(text: str) -> str:
    """A key as it is kept, or an empty text for one that Qt does not know."""
    read = QKeySequence(text)
    kept = read.toString(QKeySequence.SequenceFormat.PortableText)
    if read.count() != 1 or not kept:  # Qt writes nothing for a word that is no key
        return ""
    return kept.removesuffix("Return") + "Enter" if kept.rpartition("+")[2] == "Return" else kept


def overlap(a: Where, b: Where) -> bool:
    """Whether a key in one place could mean something in the other as well."""
    return frozenset({a, b}) not in _APART


@dataclass(frozen=True, slots=True)
class Keymap:
    """A preset, and what is different from it by command."""

    preset: str = "groundlabel"
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, command_id: str) -> tuple[str, ...]:
        """The keys of a command."""
        return self.own.get(command_id, self.preset_keys(command_id))

    def preset_keys(self, command_id: str) -> tuple[str, ...]:
        """What it would have without a person's own."""
        keys = PRESETS[self.preset].get(command_id, BY_ID[command_id].keys)
        return tuple(dict.fromkeys(map(canonical, keys)))[:MOST_KEYS]

    def all_keys(self) -> dict[str, tuple[str, ...]]:
        return {command.id: self.keys(command.id) for command in COMMANDS}

    def with_keys(self, command_id: str, keys: Iterable[str]) -> Keymap:
        """The same with other keys for one command; those of the preset are nobody's own."""
        wanted = tuple(dict.fromkeys(key for key in keys if key))[:MOST_KEYS]
        own = {name: value for name, value in self.own.items() if name != command_id}
        if wanted != self.preset_keys(command_id):
            own[command_id] = wanted
        return replace(self, own=own)

    def users(self, key: str, command_id: str) -> list[str]:
        """The other commands that have this key where this command could be meant by it."""
        where = BY_ID[command_id].where
        return [
            other.id
            for other in COMMANDS
            if other.id != command_id and key in self.keys(other.id) and overlap(where, other.where)
        ]

    @staticmethod
    def is_free(key: str, command_id: str) -> bool:
        """Whether a command may have a key at all: the system's and Esc are not to be had, Space also moves."""
        fixed = any(command.fixed and key in map(canonical, command.keys) for command in COMMANDS)
        return not fixed and key not in RESERVED and (key != "Space" or command_id == "play")

    def taken(self, command_id: str, place: int, key: str) -> Keymap:
        """Give a key to a command, in its first or second place, and take it from whoever has it."""
        result = self
        for other in self.users(key, command_id):
            result = result.with_keys(other, [one for one in result.keys(other) if one != key])
        return result._placed(command_id, place, key)

    def swapped(self, command_id: str, place: int, key: str) -> Keymap:
        """Give a key to a command; the one that had it gets the old key of that place, where that is free for it."""
        old = (*self.keys(command_id), "", "")[place]
        others = self.users(key, command_id)
        result = self.taken(command_id, place, key)
        for other in others[:1]:
            if old and self.is_free(old, other) and not result.users(old, other):
                result = result.with_keys(other, [old if one == key else one for one in self.keys(other)])
        return result

    def _placed(self, command_id: str, place: int, key: str) -> Keymap:
        keys = list((*self.keys(command_id), *[""] * MOST_KEYS)[:MOST_KEYS])
        keys = ["" if one == key else one for one in keys]
        keys[place] = key
        return self.with_keys(command_id, keys)

    # --- as text -----------------------------------------------------------------------------

    def texts(self) -> tuple[str, ...]:
        """A person's own keys, as the settings keep them."""
        return tuple(f"{name}={json.dumps(keys)}" for name, keys in sorted(self.own.items()))

    @classmethod
    def read(cls, preset: str, texts: Iterable[str]) -> Keymap:
        """The other way. What this version does not understand is left out."""
        result = cls(preset)
        for text in texts:
            name, _, value = text.partition("=")
            keys = _keys(value)
            if name in BY_ID and not BY_ID[name].fixed and keys is not None:
                result = result.with_keys(name, [key for key in keys if cls.is_free(key, name)])
        return result

    def to_json(self) -> str:
        """The keymap as a file for somebody else."""
        own = {name: list(keys) for name, keys in sorted(self.own.items())}
        return json.dumps({"groundlabel_keys": 1, "preset": self.preset, "keys": own}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Keymap:
        """Read such a file. Raises `SettingsError` when it is none."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise _no_keymap(str(error)) from error
        if not isinstance(data, dict) or data.get("groundlabel_keys") != 1 or data.get("preset") not in PRESETS:
            raise _no_keymap("it does not say that it holds keys of GroundLabel")
        own = data.get("keys")
        if not isinstance(own, dict):
            raise _no_keymap("its keys are no table")
        return cls.read(data["preset"], [f"{name}={json.dumps(keys)}" for name, keys in own.items()])


def _keys(text: str) -> list[str] | None:
    """The keys in a JSON list, each as it is kept; None when it is none."""
    try:
        keys = json.loads(text)
    except ValueError:
        return None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        return None
    return [kept for kept in map(canonical, keys) if kept]


def _no_keymap(why: str) -> SettingsError:
    return SettingsError("The file holds no keys", why=why, next_step="Choose a file that was saved from this page")
