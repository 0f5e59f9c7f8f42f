"""Joins the commands that work on the boxes of a picture: copies, marks, selecting all, and how boxes are shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from desktop.actions import Actions
from desktop.panels.objects import ObjectsPanel
from desktop.session.session import Session
from desktop.views.canvas import ImageCanvas

# Keys that a list or a player means something else by: they hold while the picture or its objects have the keyboard.
SCOPED = ("select_all", "lock", "hide", "show_hidden", "snapping")
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
        }
        for command_id, act in does.items():
            actions[command_id].triggered.connect(lambda _=False, act=act: act())
        for command_id in SCOPED:
            actions[command_id].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for widget in (canvas, objects):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            widget.addActions([self._line() if name is None else actions[name] for name in CONTEXT])
        canvas.addActions([self._line(), actions["snapping"]])
        objects.lock_wanted.connect(lambda one: session.marks.toggle_locked([one]))
        objects.hide_wanted.connect(lambda one: session.marks.toggle_hidden([one]))

    def _line(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def _select_all(self) -> None:
        """Everything on the picture: neither what is hidden nor what is said not to be there."""
        contents = self._session.showing.contents
        elsewhere = contents.hidden_ids | {verdict.id for verdict in contents.absent}
        self._session.selection.set(one for one in contents.ids() if one not in elsewhere)

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
