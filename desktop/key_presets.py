"""The sets of keys that come with the app: its own is the table of commands, another one says how it differs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# CVAT's published defaults, from "Shortcuts" in its manual, https://docs.cvat.ai/docs/manual/advanced/shortcuts/
# (site/content/en/docs/manual/advanced/shortcuts.md in cvat-ai/cvat). F1, Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y, Ctrl+C,
# Ctrl+V, Ctrl+B, Space, Alt+M, K, L, H and Esc mean the same in both. What CVAT has no word for keeps our key, unless
# CVAT needs that key; its chords of two letters (T+L, Shift+B+=) have no counterpart here.
_CVAT: Mapping[str, tuple[str, ...]] = {
    "next": ("F",),  # "Go to the next frame"
    "previous": ("D",),  # "Go to the previous frame"
    "second_forward": ("V", "Shift+Right"),  # "Go forward with a step"
    "second_back": ("C", "Shift+Left"),  # "Go backward with a step"
    "draw_tool": ("N", "R"),  # "Repeat the latest procedure of drawing"
    "merge_segments": ("M", "Alt+J"),  # "mode to merging shapes"
    "delete": ("Delete", "Shift+Delete"),
    "preferences": ("F2", "Ctrl+,"),  # "Go to the settings page"
    **{f"digit_{digit}": (f"Ctrl+{digit}", str(digit)) for digit in range(10)},  # "Changes a label"
    # Ours, moved out of the way.
    "select_tool": ("Shift+V",),
    "not_present": ("Shift+N",),
    "mute": ("Shift+M",),
    "actual_size": ("Ctrl+Alt+0",),
    "edit_label": ("Ctrl+E",),
}
PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({"groundlabel": {}, "cvat": _CVAT})
