"""Joins the commands that work on the boxes of a picture: copies, marks, selecting all, and how boxes are shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from desktop.actions import COMMANDS, Actions
from desktop.panels.objects import ObjectsPanel
from desktop.session.session import Session
from desktop.views.canvas import ImageCanvas

# Keys that a list or a player means something else by: they hold while the picture or its objects have the keyboard.
SCOPED = tuple(command.id for command in COMMANDS if command.where == "picture")
# What a right click offers, on the picture and in the list; None is a line between.
CONTEXT = (
    "edit_label", "delete", None, "duplicate", "copy", "paste", "copy_to_next", "copy_to_frame", None,
    "lock", "hide", "show_hidden", None, "select_all",
)  # fmt: skip


class PictureCommands(QObject):
    """Made once by the desk; afterwards everything goes by signals."""

    def __init__(
        self, session: Session, actions: Actions, canvas: ImageCanvas, objects: ObjectsPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._objects = objects
        copying = session.copying
        does: dict[str, Callable[[], object]] = {
            "select_all": self._select_all,
            "duplicate": copying.duplicate,
            "copy": copying.copy,
            "paste": copying.paste,
            "copy_to_next": copying.copy_to_next,
            "copy_to_frame": copying.copy_to_frame,
            "lock": self._toggle_locked,
            "hide": self._toggle_hidden,
            "show_hidden": self._show_hidden,
            "context_menu": self._show_menu,
            "next_object": lambda: self._step(1),
            "previous_object": lambda: self._step(-1),
        }
        for command_id, act in does.items():
            actions[command_id].triggered.connect(lambda _=False, act=act: act())
        for command_id in SCOPED:
            actions[command_id].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for widget in (canvas, objects):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            widget.addActions([self._line() if name is None else actions[name] for name in CONTEXT])
        canvas.addActions([self._line(), actions["snapping"]])
        for widget in (canvas, objects):
            widget.addActions([actions["next_object"], actions["previous_object"]])
        objects.lock_wanted.connect(lambda one: session.marks.toggle_locked([one]))
        objects.hide_wanted.connect(lambda one: session.marks.toggle_hidden([one]))

    def _line(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def _show_menu(self) -> None:
        """What a right click offers, by the keyboard: Qt knows the menu key, but not Shift+F10 on each system."""
        focused = QApplication.focusWidget()
        if focused is None:
            return
        middle = focused.mapToGlobal(focused.rect().center())
        for widget in (self._canvas, self._objects):
            if widget is focused or widget.isAncestorOf(focused):
                menu = QMenu(widget)
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                menu.addActions(widget.actions())
                menu.popup(middle)
                return
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, focused.rect().center(), middle)
        QApplication.sendEvent(focused, asked)

    def _select_all(self) -> None:
        """Everything on the picture: neither what is hidden nor what is said not to be there."""
        contents = self._session.showing.contents
        elsewhere = contents.hidden_ids | {verdict.id for verdict in contents.absent}
        self._session.selection.set(one for one in contents.ids() if one not in elsewhere)

    def _step(self, by: int) -> None:
        """Select what comes next, in the order of the list; after the last one comes the first."""
        contents = self._session.showing.contents
        elsewhere = contents.hidden_ids | {verdict.id for verdict in contents.absent}
        ids, chosen = [one for one in contents.ids() if one not in elsewhere], self._session.selection.ids
        if not ids:
            self._session.notices.hint(self.tr("There is nothing to select yet"))
            return
        at = ids.index(chosen[-1]) + by if chosen and chosen[-1] in ids else (0 if by > 0 else -1)
        self._session.selection.set([ids[at % len(ids)]])

    def _annotations(self) -> list[str]:
        contents = self._session.showing.contents
        found = [item.id for item in contents.chosen(self._session.selection.ids)]
        if not found:
            self._session.notices.hint(self.tr("Select annotations to lock or hide them"))
        return found

    def _toggle_locked(self) -> None:
        self._session.marks.toggle_locked(self._annotations())

    def _toggle_hidden(self) -> None:
        self._session.marks.toggle_hidden(self._annotations())

    def _show_hidden(self) -> None:
        contents = self._session.showing.contents
        self._session.marks.show(item.id for item in contents.annotations)
