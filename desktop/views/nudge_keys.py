"""Which keys move and resize by steps: the arrows, until a person chooses others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop.views.view_transform import Point


@dataclass(frozen=True, slots=True)
class Nudge:
    """A step to one side. `far` is a large one, `resizing` moves the lower right corner only."""

    direction: Point
    far: bool = False
    resizing: bool = False


_SIDES: Mapping[str, Point] = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}
_KINDS: Mapping[str, tuple[bool, bool, str]] = {  # far, resizing, what is held with the arrow
    "move": (False, False, ""),
    "move_far": (True, False, "Shift+"),
    "size": (False, True, "Ctrl+"),
    "size_far": (True, True, "Ctrl+Shift+"),
}
# By the command of the table.
NUDGES: Mapping[str, Nudge] = {
    f"{kind}_{side}": Nudge(direction, far, resizing)
    for kind, (far, resizing, _) in _KINDS.items()
    for side, direction in _SIDES.items()
}
_ARROWS: Mapping[str, list[QKeySequence]] = {
    f"{kind}_{side}": [QKeySequence(held + side.capitalize())]
    for kind, (_, _, held) in _KINDS.items()
    for side in _SIDES
}


class NudgeKeys:
    """A table that can be replaced while the canvas is used."""

    def __init__(self) -> None:
        self._nudges: dict[int, Nudge] = {}  # by key and what is held with it
        self._keys: set[int] = set()
        self.set(_ARROWS)

    def set(self, keys: Mapping[str, Iterable[QKeySequence]]) -> None:
        """The keys by command, as in `NUDGES`."""
        pressed = ((name, combination(one)) for name, several in keys.items() for one in several if not one.isEmpty())
        self._nudges = {one.toCombined(): NUDGES[name] for name, one in pressed}
        self._keys = {QKeyCombination.fromCombined(one).key().value for one in self._nudges}

    def of(self, event: QKeyEvent) -> Nudge | None:
        """What a key means, or None."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._nudges.get(QKeyCombination(modifiers, Qt.Key(event.key())).toCombined())

    def has_key(self, key: int) -> bool:
        """Whether a key nudges, whatever is held with it."""
        return key in self._keys


def combination(keys: QKeySequence) -> QKeyCombination:
    """The first press of a key sequence."""
    return QKeyCombination(keys[0])  # type: ignore[index]  # the stubs leave the operator out
