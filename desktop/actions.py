"""Everything a person can command: one table of names, keys and icons, from which menus and tool bars are made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from desktop import icons

Need = Literal[
    "",
    "project",
    "writable",
    "item",
    "editable",
    "drawable",
    "selection",
    "proposals",
    "put_away",
    "undo",
    "redo",
    "playable",
    "keyable",
]
_APART = re.compile(r"\(&.\)")
# Where a key means its command: everywhere; over the picture or its objects; over a picture, for what is selected;
# over anything that plays; over a timeline or waveform. Text fields come first everywhere.
Where = Literal["window", "picture", "boxes", "player", "timeline"]


@dataclass(frozen=True, slots=True)
class Command:
    """One row: `keys` are the default shortcuts, `needs` what there must be for it to do anything.

    `fixed` keys cannot be given to anything else. "Enter" means both of them; `number` fills the {n} of the text.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = ""
    checkable: bool = False
    where: Where = "window"
    fixed: bool = False
    number: int | None = None


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for translation and leaves it as it is. The tools that gather texts know it by this name."""
    return text


COMMANDS: tuple[Command, ...] = (
    Command("new_project", QT_TRANSLATE_NOOP("Commands", "&New project…"), ("Ctrl+N",), "new"),
    Command("open_project", QT_TRANSLATE_NOOP("Commands", "Open &project…"), ("Ctrl+Shift+O",), "project"),
    Command("open_sample", QT_TRANSLATE_NOOP("Commands", "Open the &sample project"), (), "image"),
    Command("close_project", QT_TRANSLATE_NOOP("Commands", "&Close project"), ("Ctrl+W",), "", "project"),
    Command("open_files", QT_TRANSLATE_NOOP("Commands", "&Open files…"), ("Ctrl+O",), "file"),
    Command("open_pair", QT_TRANSLATE_NOOP("Commands", "Open a picture &with its sound…"), (), "file"),
    Command("open_folder", QT_TRANSLATE_NOOP("Commands", "Open &folder…"), ("Ctrl+U",), "folder"),
    Command("import", QT_TRANSLATE_NOOP("Commands", "&Import annotations…"), ("Ctrl+I",), "import", "writable"),
    Command("export", QT_TRANSLATE_NOOP("Commands", "&Export…"), ("Ctrl+Shift+E",), "export", "project"),
    Command("preferences", QT_TRANSLATE_NOOP("Commands", "&Settings…"), ("Ctrl+,",), "settings"),
    Command("quit", QT_TRANSLATE_NOOP("Commands", "&Quit"), ("Ctrl+Q",)),
    Command("undo", QT_TRANSLATE_NOOP("Commands", "&Undo"), ("Ctrl+Z",), "undo", "undo"),
    Command("redo", QT_TRANSLATE_NOOP("Commands", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "redo"),
    Command(
        "edit_label", QT_TRANSLATE_NOOP("Commands", "&Edit expression or label…"), ("Ctrl+E", "F2"), "edit", "selection"
    ),
    Command("delete", QT_TRANSLATE_NOOP("Commands", "&Delete"), ("Delete", "Backspace"), "delete", "selection"),
    Command("select_all", QT_TRANSLATE_NOOP("Commands", "Select &all"), ("Ctrl+A",), "", "item", where="picture"),
    Command("duplicate", QT_TRANSLATE_NOOP("Commands", "Dupl&icate"), ("Ctrl+D",), "copy", "selection"),
    Command("copy", QT_TRANSLATE_NOOP("Commands", "&Copy"), ("Ctrl+C",), "", "item"),
    Command("paste", QT_TRANSLATE_NOOP("Commands", "&Paste"), ("Ctrl+V",), "", "editable"),
    Command("copy_to_next", QT_TRANSLATE_NOOP("Commands", "Copy to the ne&xt item"), ("Ctrl+B",), "", "selection"),
    Command(
        "copy_to_frame", QT_TRANSLATE_NOOP("Commands", "Copy to the next fra&me"), ("Ctrl+Shift+B",), "", "playable"
    ),
    Command("lock", QT_TRANSLATE_NOOP("Commands", "&Lock or unlock"), ("L",), "lock", "item", where="picture"),
    Command("hide", QT_TRANSLATE_NOOP("Commands", "&Hide or show"), ("H",), "hide", "item", where="picture"),
    Command(
        "next_object", QT_TRANSLATE_NOOP("Commands", "Select the ne&xt one"), ("Alt+Down",), "", "item", where="picture"
    ),
    Command(
        "previous_object",
        QT_TRANSLATE_NOOP("Commands", "Select the previo&us one"),
        ("Alt+Up",),
        "",
        "item",
        where="picture",
    ),
    Command(
        "context_menu", QT_TRANSLATE_NOOP("Commands", "What can be done here"), ("Shift+F10",), "", "item", fixed=True
    ),
    Command(
        "show_hidden",
        QT_TRANSLATE_NOOP("Commands", "Sho&w what is hidden"),
        ("Shift+H",),
        "show",
        "item",
        where="picture",
    ),
    Command("select_tool", QT_TRANSLATE_NOOP("Commands", "&Select"), ("V",), "select", "item", True),
    Command("draw_tool", QT_TRANSLATE_NOOP("Commands", "&Draw a box"), ("R",), "draw", "drawable", True),
    Command("focus_ask", QT_TRANSLATE_NOOP("Commands", "Go to the &expression bar"), ("/", "Ctrl+K"), "search", "item"),
    Command(
        "ask_selected",
        QT_TRANSLATE_NOOP("Commands", "Ask about the &selected items"),
        ("Alt+Enter",),
        "ask",
        "editable",
    ),
    Command(
        "ask_all",
        QT_TRANSLATE_NOOP("Commands", "Ask about all items not yet as&ked"),
        ("Alt+Shift+Enter",),
        "propose-all",
        "editable",
    ),
    Command("chat", QT_TRANSLATE_NOOP("Commands", "C&hat"), ("Ctrl+T",), "chat", "project", True),
    Command("accept", QT_TRANSLATE_NOOP("Commands", "&Accept"), ("Ctrl+Enter",), "accept", "proposals"),
    Command(
        "accept_all",
        QT_TRANSLATE_NOOP("Commands", "Accept a&ll"),
        ("Ctrl+Shift+Enter",),
        "accept-all",
        "proposals",
    ),
    Command("reject", QT_TRANSLATE_NOOP("Commands", "&Reject"), ("X",), "reject", "proposals"),
    Command("reject_all", QT_TRANSLATE_NOOP("Commands", "Re&ject all"), ("Shift+X",), "reject", "proposals"),
    Command("not_present", QT_TRANSLATE_NOOP("Commands", "&Not present"), ("N",), "not-present", "editable"),
    Command(
        "restore",
        QT_TRANSLATE_NOOP("Commands", "Show answers that were &put away"),
        ("Shift+Escape",),
        "show",
        "put_away",
    ),
    Command("cancel", QT_TRANSLATE_NOOP("Commands", "&Cancel"), ("Escape",), "cancel", fixed=True),
    Command("next", QT_TRANSLATE_NOOP("Commands", "&Next item"), ("D",), "next", "item"),
    Command("previous", QT_TRANSLATE_NOOP("Commands", "&Previous item"), ("A",), "previous", "item"),
    Command(
        "next_unreviewed",
        QT_TRANSLATE_NOOP("Commands", "Next item that is not &done"),
        ("Ctrl+Shift+D",),
        "next",
        "item",
    ),
    Command(
        "previous_unreviewed",
        QT_TRANSLATE_NOOP("Commands", "Previous item that is not d&one"),
        ("Ctrl+Shift+A",),
        "previous",
        "item",
    ),
    Command("mark_done", QT_TRANSLATE_NOOP("Commands", "Mark as d&one"), ("Shift+D",), "done", "editable"),
    Command(
        "mark_review", QT_TRANSLATE_NOOP("Commands", "Mark as needs &review"), ("Shift+R",), "needs-review", "editable"
    ),
    Command(
        "filter_items", QT_TRANSLATE_NOOP("Commands", "Find and fi&lter items"), ("Ctrl+Shift+F",), "filter", "project"
    ),
    Command(
        "order_by_benefit",
        QT_TRANSLATE_NOOP("Commands", "Most worth looking at &first"),
        (),
        "order",
        "project",
        True,
    ),
    Command("order_anew", QT_TRANSLATE_NOOP("Commands", "Work the &order out anew"), (), "", "writable"),
    Command("find_moved", QT_TRANSLATE_NOOP("Commands", "Find &moved files…"), (), "missing", "writable"),
    Command("labels", QT_TRANSLATE_NOOP("Commands", "&Labels…"), ("Ctrl+Shift+L",), "label", "project"),
    Command("attributes", QT_TRANSLATE_NOOP("Commands", "A&ttributes…"), (), "details", "project"),
    Command("history", QT_TRANSLATE_NOOP("Commands", "Histor&y of the item…"), ("Ctrl+H",), "history", "item"),
    *(
        Command(
            f"digit_{digit}", QT_TRANSLATE_NOOP("Commands", "Label {n}, or alternative"), (str(digit),), number=digit
        )
        for digit in range(10)
    ),
    Command("fit", QT_TRANSLATE_NOOP("Commands", "&Fit to window"), ("Ctrl+F",), "fit", "item"),
    Command("actual_size", QT_TRANSLATE_NOOP("Commands", "&100 %"), ("Ctrl+0",), "actual-size", "item"),
    Command("zoom_in", QT_TRANSLATE_NOOP("Commands", "Zoom &in"), ("Ctrl++", "Ctrl+="), "zoom-in", "item"),
    Command("zoom_out", QT_TRANSLATE_NOOP("Commands", "Zoom &out"), ("Ctrl+-",), "zoom-out", "item"),
    Command("snapping", QT_TRANSLATE_NOOP("Commands", "&Snap to edges"), ("Shift+S",), "", "", True, where="picture"),
    Command("cross_hair", QT_TRANSLATE_NOOP("Commands", "Cross-&hair while drawing"), (), "", "", True),
    Command("minimap", QT_TRANSLATE_NOOP("Commands", "O&verview when zoomed in"), (), "", "", True),
    Command("colour_by_expression", QT_TRANSLATE_NOOP("Commands", "Colour by &expression"), (), "", "", True),
    Command("play", QT_TRANSLATE_NOOP("Commands", "&Play or pause"), ("Space",), "play", "playable", where="player"),
    Command(
        "frame_back",
        QT_TRANSLATE_NOOP("Commands", "Frame &back"),
        ("Left", "Alt+Left"),
        "step-back",
        "playable",
        where="player",
    ),
    Command(
        "frame_forward",
        QT_TRANSLATE_NOOP("Commands", "Frame &forward"),
        ("Right", "Alt+Right"),
        "step-forward",
        "playable",
        where="player",
    ),
    Command(
        "second_back",
        QT_TRANSLATE_NOOP("Commands", "&Jump back"),
        ("Shift+Left",),
        "",
        "playable",
        where="player",
    ),
    Command(
        "second_forward",
        QT_TRANSLATE_NOOP("Commands", "J&ump forward"),
        ("Shift+Right",),
        "",
        "playable",
        where="player",
    ),
    Command("to_start", QT_TRANSLATE_NOOP("Commands", "To the s&tart"), ("Home",), "", "playable", where="player"),
    Command("to_end", QT_TRANSLATE_NOOP("Commands", "To the e&nd"), ("End",), "", "playable", where="player"),
    Command("slower", QT_TRANSLATE_NOOP("Commands", "Slo&wer"), ("[",), "", "playable"),
    Command("faster", QT_TRANSLATE_NOOP("Commands", "Faste&r"), ("]",), "", "playable"),
    Command("loop", QT_TRANSLATE_NOOP("Commands", "&Loop"), ("Ctrl+L",), "loop", "playable", True),
    Command("mute", QT_TRANSLATE_NOOP("Commands", "&Mute"), ("M",), "audio", "playable", True),
    Command("mark_in", QT_TRANSLATE_NOOP("Commands", "Mark the be&ginning"), ("I",), "", "playable"),
    Command("mark_out", QT_TRANSLATE_NOOP("Commands", "Mark the en&d"), ("O",), "", "playable"),
    Command("clear_marks", QT_TRANSLATE_NOOP("Commands", "&Clear the marks"), ("Shift+I",), "", "playable"),
    Command("add_key", QT_TRANSLATE_NOOP("Commands", "Add a &key box here"), ("K",), "key-box", "keyable"),
    Command("remove_key", QT_TRANSLATE_NOOP("Commands", "Remove the key bo&x here"), ("Shift+K",), "", "keyable"),
    Command("previous_segment", QT_TRANSLATE_NOOP("Commands", "Previous segmen&t"), (",",), "", "playable"),
    Command("next_segment", QT_TRANSLATE_NOOP("Commands", "Ne&xt segment"), (".",), "", "playable"),
    Command("begin_here", QT_TRANSLATE_NOOP("Commands", "Segment begins &here"), ("Ctrl+[",), "", "playable"),
    Command("end_here", QT_TRANSLATE_NOOP("Commands", "Segment ends he&re"), ("Ctrl+]",), "", "playable"),
    Command("split_segment", QT_TRANSLATE_NOOP("Commands", "Split at the pla&yhead"), ("Alt+M",), "split", "playable"),
    Command("merge_segments", QT_TRANSLATE_NOOP("Commands", "&Merge segments"), ("Alt+J",), "merge", "playable"),
    Command(
        "make_segment",
        QT_TRANSLATE_NOOP("Commands", "Make a segment of the mar&ked stretch"),
        ("Enter",),
        "segment",
        "playable",
        where="timeline",
    ),
    Command("reload", QT_TRANSLATE_NOOP("Commands", "&Read the file again"), ("F5",), "", "item"),
    Command("next_pane", QT_TRANSLATE_NOOP("Commands", "Keyboard to the next &part"), ("F6",), "", "project"),
    Command(
        "previous_pane", QT_TRANSLATE_NOOP("Commands", "Keyboard to the pre&vious part"), ("Shift+F6",), "", "project"
    ),
    Command("theme_system", QT_TRANSLATE_NOOP("Commands", "As the &system"), (), "", "", True),
    Command("theme_light", QT_TRANSLATE_NOOP("Commands", "&Light"), (), "", "", True),
    Command("theme_dark", QT_TRANSLATE_NOOP("Commands", "&Dark"), (), "", "", True),
    Command("improve", QT_TRANSLATE_NOOP("Commands", "&Improve the model…"), ("Ctrl+Shift+M",), "train", "project"),
    Command("versions", QT_TRANSLATE_NOOP("Commands", "&Versions…"), (), "history", "project"),
    Command("effort", QT_TRANSLATE_NOOP("Commands", "&What the work cost…"), (), "clock", "project"),
    Command("choose_model", QT_TRANSLATE_NOOP("Commands", "&Models…"), ("Ctrl+M",), "model"),
    Command("tour", QT_TRANSLATE_NOOP("Commands", "Take the one-minute &tour"), (), "help"),
    Command("keys", QT_TRANSLATE_NOOP("Commands", "Change the &keys…"), (), "settings"),
    Command("shortcuts", QT_TRANSLATE_NOOP("Commands", "&Keyboard and mouse"), ("F1", "?"), "help"),
    Command(
        "move_left", QT_TRANSLATE_NOOP("Commands", "Move left: the selection, or the view"), ("Left",), where="boxes"
    ),
    Command(
        "move_right", QT_TRANSLATE_NOOP("Commands", "Move right: the selection, or the view"), ("Right",), where="boxes"
    ),
    Command("move_up", QT_TRANSLATE_NOOP("Commands", "Move up: the selection, or the view"), ("Up",), where="boxes"),
    Command(
        "move_down", QT_TRANSLATE_NOOP("Commands", "Move down: the selection, or the view"), ("Down",), where="boxes"
    ),
    Command("move_far_left", QT_TRANSLATE_NOOP("Commands", "Move left by a lot"), ("Shift+Left",), where="boxes"),
    Command("move_far_right", QT_TRANSLATE_NOOP("Commands", "Move right by a lot"), ("Shift+Right",), where="boxes"),
    Command("move_far_up", QT_TRANSLATE_NOOP("Commands", "Move up by a lot"), ("Shift+Up",), where="boxes"),
    Command("move_far_down", QT_TRANSLATE_NOOP("Commands", "Move down by a lot"), ("Shift+Down",), where="boxes"),
    Command("size_left", QT_TRANSLATE_NOOP("Commands", "Resize: narrower"), ("Ctrl+Left",), where="boxes"),
    Command("size_right", QT_TRANSLATE_NOOP("Commands", "Resize: wider"), ("Ctrl+Right",), where="boxes"),
    Command("size_up", QT_TRANSLATE_NOOP("Commands", "Resize: shorter"), ("Ctrl+Up",), where="boxes"),
    Command("size_down", QT_TRANSLATE_NOOP("Commands", "Resize: taller"), ("Ctrl+Down",), where="boxes"),
    Command(
        "size_far_left", QT_TRANSLATE_NOOP("Commands", "Resize: narrower by a lot"), ("Ctrl+Shift+Left",), where="boxes"
    ),
    Command(
        "size_far_right", QT_TRANSLATE_NOOP("Commands", "Resize: wider by a lot"), ("Ctrl+Shift+Right",), where="boxes"
    ),
    Command(
        "size_far_up", QT_TRANSLATE_NOOP("Commands", "Resize: shorter by a lot"), ("Ctrl+Shift+Up",), where="boxes"
    ),
    Command(
        "size_far_down", QT_TRANSLATE_NOOP("Commands", "Resize: taller by a lot"), ("Ctrl+Shift+Down",), where="boxes"
    ),
    Command("check_installation", QT_TRANSLATE_NOOP("Commands", "&Check this installation…"), (), "accept-all"),
    Command("report_fault", QT_TRANSLATE_NOOP("Commands", "Save a &diagnostic report…"), (), "details"),
    Command("show_logs", QT_TRANSLATE_NOOP("Commands", "Show the &log folder"), (), "folder"),
    Command("about", QT_TRANSLATE_NOOP("Commands", "&About GroundLabel"), (), "about"),
)


class Actions(QObject):
    """The table as `QAction`s, by id, which of them can be used now, and by which keys."""

    keys_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._by_id = {command.id: self._make(command, parent) for command in COMMANDS}

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys from now on, in menus, tool tips and everywhere."""
        for command_id, action in self._by_id.items():
            wanted = sequences(keys[command_id])
            if wanted != action.shortcuts():
                action.setShortcuts(wanted)
                action.setToolTip(tool_tip(action))
        self.keys_changed.emit()

    def in_brackets(self, command_id: str) -> str:
        """The first key of a command in brackets after a space, for a remark; empty without one."""
        keys = self.keys(command_id)
        return f" ({keys})" if keys else ""

    def keys(self, command_id: str) -> str:
        """The first key of a command as it is written on this system; empty without one."""
        return native(self._by_id[command_id].shortcut())

    def __getitem__(self, command_id: str) -> QAction:
        return self._by_id[command_id]

    def set_available(self, there_is: Set[Need]) -> None:
        """Grey out what would do nothing."""
        for command in COMMANDS:
            self._by_id[command.id].setEnabled(not command.needs or command.needs in there_is)

    @staticmethod
    def _make(command: Command, parent: QObject) -> QAction:
        text = QCoreApplication.translate("Commands", command.text)
        action = QAction(text if command.number is None else text.format(n=command.number), parent)
        action.setObjectName(f"action_{command.id}")
        action.setProperty("command", plain_text(action))  # the words alone, where the text says more
        action.setShortcuts(sequences(command.keys))
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icons.icon(command.icon))
        action.setToolTip(tool_tip(action))
        return action


def plain_text(action: QAction) -> str:
    """The words of an action without the mark of its access key, which stands apart in some languages: 文件(&F)."""
    return _APART.sub("", action.text()).replace("&", "").rstrip("…")


def tool_tip(action: QAction) -> str:
    """The words and the key: a person learns the key from the tool bar."""
    keys = native(action.shortcut())
    return f"{plain_text(action)} ({keys})" if keys else plain_text(action)


def native(keys: QKeySequence) -> str:
    """A key as it is written on this system."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def sequences(keys: Sequence[str]) -> list[QKeySequence]:
    """The shortcuts for keys of the table: Enter is there twice, beside the letters and beside the digits."""
    found = []
    for text in keys:
        found.append(QKeySequence(text))
        if text.rpartition("+")[2] == "Enter":
            found.append(QKeySequence(text.removesuffix("Enter") + "Return"))
    return found
