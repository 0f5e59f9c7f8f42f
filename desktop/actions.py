"""Everything a person can command: one table of names, keys and icons, from which menus and tool bars are made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence

from desktop import icons


@dataclass(frozen=True, slots=True)
class Command:
    """One row: `keys` are the default shortcuts; `writes` is true when it needs a project that may be written."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: str = ""  # "project", "writable", "item" (a current item), or nothing
    checkable: bool = False


_T = QT_TRANSLATE_NOOP
COMMANDS: tuple[Command, ...] = (
    Command("new_project", _T("Commands", "&New project…"), ("Ctrl+N",), "new"),
    Command("open_project", _T("Commands", "Open &project…"), ("Ctrl+Shift+O",), "project"),
    Command("open_sample", _T("Commands", "Open the &sample project"), (), "image"),
    Command("close_project", _T("Commands", "&Close project"), ("Ctrl+W",), "", "project"),
    Command("open_files", _T("Commands", "&Open files…"), ("Ctrl+O",), "file"),
    Command("open_folder", _T("Commands", "Open &folder…"), ("Ctrl+U",), "folder"),
    Command("import", _T("Commands", "&Import annotations…"), ("Ctrl+I",), "import", "writable"),
    Command("export", _T("Commands", "&Export…"), ("Ctrl+Shift+E",), "export", "project"),
    Command("preferences", _T("Commands", "&Settings…"), ("Ctrl+,",), "settings"),
    Command("quit", _T("Commands", "&Quit"), ("Ctrl+Q",)),
    Command("undo", _T("Commands", "&Undo"), ("Ctrl+Z",), "undo", "writable"),
    Command("redo", _T("Commands", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "writable"),
    Command("edit_label", _T("Commands", "&Edit expression or label…"), ("Ctrl+E",), "edit", "item"),
    Command("delete", _T("Commands", "&Delete"), ("Delete", "Backspace"), "delete", "item"),
    Command("select_tool", _T("Commands", "&Select"), ("V",), "select", "item", True),
    Command("draw_tool", _T("Commands", "&Draw a box"), ("R",), "draw", "item", True),
    Command("focus_ask", _T("Commands", "Go to the &expression bar"), ("/", "Ctrl+K"), "search", "item"),
    Command("accept", _T("Commands", "&Accept"), ("Ctrl+Return", "Ctrl+Enter"), "accept", "item"),
    Command(
        "accept_all", _T("Commands", "Accept a&ll"), ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), "accept-all", "item"
    ),
    Command("reject", _T("Commands", "&Reject"), ("X",), "reject", "item"),
    Command("reject_all", _T("Commands", "Re&ject all"), ("Shift+X",), "reject", "item"),
    Command("not_present", _T("Commands", "&Not present"), ("N",), "not-present", "item"),
    Command("restore", _T("Commands", "Show answers that were &put away"), ("Shift+Escape",), "show", "item"),
    Command("cancel", _T("Commands", "&Cancel"), ("Escape",), "cancel"),
    Command("next", _T("Commands", "&Next item"), ("D",), "next", "item"),
    Command("previous", _T("Commands", "&Previous item"), ("A",), "previous", "item"),
    Command("fit", _T("Commands", "&Fit to window"), ("Ctrl+F",), "fit", "item"),
    Command("actual_size", _T("Commands", "&100 %"), ("Ctrl+0",), "actual-size", "item"),
    Command("zoom_in", _T("Commands", "Zoom &in"), ("Ctrl++", "Ctrl+="), "zoom-in", "item"),
    Command("zoom_out", _T("Commands", "Zoom &out"), ("Ctrl+-",), "zoom-out", "item"),
    Command("reload", _T("Commands", "&Read the file again"), ("F5",), "", "item"),
    Command("theme_system", _T("Commands", "As the &system"), (), "", "", True),
    Command("theme_light", _T("Commands", "&Light"), (), "", "", True),
    Command("theme_dark", _T("Commands", "&Dark"), (), "", "", True),
    Command("choose_model", _T("Commands", "&Choose the model…"), ("Ctrl+M",), "model"),
    Command("shortcuts", _T("Commands", "&Keyboard shortcuts"), ("F1",), "help"),
    Command("show_logs", _T("Commands", "Show the &log folder"), (), "folder"),
    Command("about", _T("Commands", "&About GroundLabel"), (), "about"),
)


class Actions:
    """The table as `QAction`s, by id, and which of them can be used now."""

    def __init__(self, parent: QObject) -> None:
        self._by_id = {command.id: self._make(command, parent) for command in COMMANDS}

    def __getitem__(self, command_id: str) -> QAction:
        return self._by_id[command_id]

    def set_available(self, *, project: bool, writable: bool, item: bool) -> None:
        """Grey out what would do nothing."""
        can = {"": True, "project": project, "writable": writable, "item": item}
        for command in COMMANDS:
            self._by_id[command.id].setEnabled(can[command.needs])

    @staticmethod
    def _make(command: Command, parent: QObject) -> QAction:
        action = QAction(QCoreApplication.translate("Commands", command.text), parent)
        action.setObjectName(f"action_{command.id}")
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icons.icon(command.icon))
        action.setToolTip(tool_tip(action))
        return action


def plain_text(action: QAction) -> str:
    """The words of an action without the mark of its access key."""
    return action.text().replace("&", "").rstrip("…")


def tool_tip(action: QAction) -> str:
    """The words and the key: a person learns the key from the tool bar."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{plain_text(action)} ({keys})" if keys else plain_text(action)
