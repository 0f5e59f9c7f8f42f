"""How a person wants the canvas: a switch in the menu for each, kept in the settings, followed at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.actions import Actions
from desktop.session.session import Session
from desktop.views.canvas import ImageCanvas


@dataclass(frozen=True, slots=True)
class Switch:
    """A checkable command and the setting behind it: `on` and `off` are its two values."""

    command: str
    key: str
    apply: Callable[[object], None]
    on: str | bool = True
    off: str | bool = False


class CanvasOptions(QObject):
    """Made once by the desk."""

    def __init__(self, session: Session, actions: Actions, canvas: ImageCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = session.preferences
        self._actions = actions
        self._switches = {
            switch.key: switch
            for switch in (
                Switch("snapping", "canvas.snapping", lambda value: canvas.set_snapping(bool(value))),
                Switch("cross_hair", "canvas.cross_hair", lambda value: canvas.set_cross_hair(bool(value))),
                Switch("minimap", "canvas.minimap", lambda value: canvas.minimap.set_wanted(bool(value))),
                Switch(
                    "colour_by_expression",
                    "canvas.colour_by",
                    lambda value: session.showing.set_colour_by(str(value)),
                    on="expression",
                    off="label",
                ),
            )
        }
        for switch in self._switches.values():
            actions[switch.command].toggled.connect(lambda checked, switch=switch: self._set(switch, checked))
            self._follow(switch.key)
        session.preferences.changed.connect(self._follow)

    def _set(self, switch: Switch, checked: bool) -> None:
        self._preferences.set(switch.key, switch.on if checked else switch.off)

    def _follow(self, key: str) -> None:
        switch = self._switches.get(key)
        if switch is not None:
            value = self._preferences.get(key)
            self._actions[switch.command].setChecked(value == switch.on)
            switch.apply(value)
