"""The menu bar, made of the actions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.actions import Actions

SEPARATOR = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)


class Menus(QObject):
    """Builds the menus, and keeps the list of recent projects in one of them."""

    recent_chosen = Signal(object)  # Path

    def __init__(self, bar: QMenuBar, actions: Actions, panels: Sequence[QAction]) -> None:
        super().__init__(bar)
        self._actions = actions
        self._recent = QMenu(_tr("Open &recent"), bar)
        self._recent.setObjectName("recent_menu")
        file = self._menu(bar, _tr("&File"), ("new_project", "open_project"))
        file.addMenu(self._recent)
        self._fill(
            file, ("open_sample", "close_project", SEPARATOR, "open_files", "open_folder", "open_pair", SEPARATOR)
        )
        self._fill(file, ("import", "export", SEPARATOR, "preferences", SEPARATOR, "quit"))
        self._menu(bar, _tr("&Edit"), ("undo", "redo", SEPARATOR, "edit_label", "delete", SEPARATOR, *_BOXES, *_TOOLS))
        self._menu(
            bar,
            _tr("&Ask"),
            (*_ASKING, SEPARATOR, *_DECISIONS, SEPARATOR, "restore", "cancel"),
        )
        self._menu(bar, _tr("&Items"), _ITEMS)
        self._menu(bar, _tr("&Play"), (*_PLAYING, SEPARATOR, *_MARKING, SEPARATOR, *_SEGMENTS, SEPARATOR, *_KEY_BOXES))
        view = self._menu(bar, _tr("&View"), ("next", "previous", *_ZOOM, *_CANVAS, "reload", SEPARATOR))
        colours = view.addMenu(_tr("&Colours"))
        self._fill(colours, ("theme_system", "theme_light", "theme_dark"))
        group = QActionGroup(self)
        for name in ("theme_system", "theme_light", "theme_dark"):
            group.addAction(actions[name])
        view.addSeparator()
        view.addActions(list(panels))
        self._fill(view, (SEPARATOR, "next_pane", "previous_pane"))
        self._menu(bar, _tr("Mo&del"), ("choose_model", SEPARATOR, "improve", "versions", SEPARATOR, "effort"))
        self._menu(
            bar,
            _tr("&Help"),
            ("tour", "shortcuts", "keys", SEPARATOR, *_FAULTS, SEPARATOR, "about"),
        )
        self.set_recent([])

    def set_recent(self, paths: Sequence[Path]) -> None:
        """The projects opened lately, the latest first."""
        self._recent.clear()
        self._recent.setEnabled(bool(paths))
        for path in paths:
            action = self._recent.addAction(str(path).replace("&", "&&"))
            action.triggered.connect(lambda _=False, chosen=path: self.recent_chosen.emit(chosen))

    def _menu(self, bar: QMenuBar, title: str, command_ids: Sequence[str]) -> QMenu:
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(False)
        self._fill(menu, command_ids)
        return menu

    def _fill(self, menu: QMenu, command_ids: Sequence[str]) -> None:
        for command_id in command_ids:
            if command_id == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[command_id])


_TOOLS = ("select_tool", "draw_tool")
_COPIES = ("duplicate", "copy", "paste", "copy_to_next", "copy_to_frame")
_BOXES = (
    *_COPIES,
    SEPARATOR,
    "select_all",
    "next_object",
    "previous_object",
    SEPARATOR,
    "lock",
    "hide",
    "show_hidden",
    SEPARATOR,
)
_CANVAS = ("snapping", "cross_hair", "minimap", "colour_by_expression", SEPARATOR)
_DECISIONS = ("accept", "accept_all", "reject", "reject_all", "not_present")
_KEY_BOXES = ("add_key", "remove_key")
_SEGMENTS = (
    *("make_segment", "previous_segment", "next_segment", "begin_here", "end_here"),
    *("split_segment", "merge_segments"),
)
_ZOOM = (SEPARATOR, "fit", "actual_size", "zoom_in", "zoom_out", SEPARATOR)
_PLAYING = (
    *("play", "frame_back", "frame_forward", "second_back", "second_forward", "to_start", "to_end"),
    *("slower", "faster", "loop", "mute"),
)
_MARKING = ("mark_in", "mark_out", "clear_marks")
_FAULTS = ("check_installation", "report_fault", "show_logs")
_ASKING = ("focus_ask", "ask_selected", "ask_all")
_ITEMS = (
    *("filter_items", "order_by_benefit", "order_anew", SEPARATOR, "next_unreviewed", "previous_unreviewed"),
    *(SEPARATOR, "mark_done", "mark_review", SEPARATOR, "history", SEPARATOR, "labels", "attributes", "find_moved"),
)
