"""The table of commands: no name is there twice, no icon is missing."""

from __future__ import annotations

from collections import Counter

from desktop.actions import COMMANDS
from desktop.icons import GLYPHS


def test_every_command_has_its_own_name_and_a_known_icon() -> None:
    assert [name for name, count in Counter(command.id for command in COMMANDS).items() if count > 1] == []
    assert {command.icon for command in COMMANDS if command.icon} <= set(GLYPHS)
