"""The table of commands: no key means two things, no icon is missing."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from desktop.actions import COMMANDS
from desktop.icons import GLYPHS


def test_every_key_belongs_to_one_command() -> None:
    keys = Counter(QKeySequence(key).toString() for command in COMMANDS for key in command.keys)
    assert [key for key, count in keys.items() if count > 1 or not key] == []


def test_every_command_has_its_own_name_and_a_known_icon() -> None:
    assert [name for name, count in Counter(command.id for command in COMMANDS).items() if count > 1] == []
    assert {command.icon for command in COMMANDS if command.icon} <= set(GLYPHS)
