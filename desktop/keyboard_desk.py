"""The keyboard on the desk: from part to part, and the keys that views handle themselves follow the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from desktop.actions import COMMANDS, Actions
from desktop.views.canvas import ImageCanvas
from desktop.views.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Pane:
    """A part of the desk, whose focus proxy gets the keyboard. A dock is brought to the front."""

    area: QWidget
    dock: QDockWidget | None = None

    @property
    def target(self) -> QWidget:
        """The widget that gets the keyboard: the proxy, or while that cannot be used, the first one that can."""
        proxy = self.area.focusProxy() or self.area
        inside = (one for one in self.area.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return next((one for one in (proxy, *inside) if self._can_be_used(one)), proxy)

    @property
    def is_there(self) -> bool:
        """Whether it can be gone to; a dock may lie behind another one."""
        is_open = self.dock is None or self.dock.toggleViewAction().isChecked()
        return is_open and self._can_be_used(self.target)

    def _can_be_used(self, widget: QWidget) -> bool:
        return widget.isEnabled() and widget.isVisibleTo(self.dock or self.area.window())


class KeyboardDesk(QObject):
    """Made once by the desk, after its parts."""

    def __init__(
        self,
        actions: Actions,
        canvas: ImageCanvas,
        timelines: Sequence[Timeline],
        panes: Sequence[Pane],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._canvas = canvas
        self._timelines = tuple(timelines)
        self._panes = tuple(panes)
        actions["next_pane"].triggered.connect(lambda: self._step(1))
        actions["previous_pane"].triggered.connect(lambda: self._step(-1))
        actions.keys_changed.connect(self._follow_keys)
        self._follow_keys()

    def _follow_keys(self) -> None:
        """What moves and resizes by steps is handled by the canvas: a held key is one change."""
        names = [command.id for command in COMMANDS if command.where == "boxes"]
        self._canvas.nudge_keys.set({name: self._actions[name].shortcuts() for name in names})
        for timeline in self._timelines:
            timeline.show_mark_keys(*map(self._actions.keys, ("mark_in", "mark_out", "make_segment")))

    def _step(self, by: int) -> None:
        """The keyboard to the next part that is there; a ring shows where it came."""
        there = [pane for pane in self._panes if pane.is_there]
        if not there:
            return
        focused = QApplication.focusWidget()
        here = [n for n, pane in enumerate(there) if focused is not None and _is_in(focused, pane.area)]
        at = (here[0] + by) % len(there) if here else 0
        pane = there[at]
        if pane.dock is not None:
            pane.dock.show()
            pane.dock.raise_()
        pane.target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _is_in(widget: QWidget, area: QWidget) -> bool:
    return widget is area or area.isAncestorOf(widget)
