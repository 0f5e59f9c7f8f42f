"""Whether there is a screen to open a window on, found out without Qt: Qt ends the process where there is none."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

CONNECT_TIMEOUT_S = 2.0
X_BASE_PORT = 6000


def usable_display(environment: Mapping[str, str] = os.environ) -> str:
    """The display that a window would open on, or an empty text. Asks the server whether it is really there."""
    if not sys.platform.startswith("linux"):
        return "desktop"  # Windows and macOS: a person who runs a program has a screen
    wayland = environment.get("WAYLAND_DISPLAY", "")
    if wayland:
        place = Path(environment.get("XDG_RUNTIME_DIR", ""), wayland)
        if _unix_answers(str(place)):
            return f"Wayland {wayland}"
    display = environment.get("DISPLAY", "")
    return f"X11 {display}" if display and _x_answers(display) else ""


def _x_answers(display: str) -> bool:
    """`DISPLAY` is `[host]:number[.screen]`; without a host it is a local socket, abstract or in /tmp."""
    match = re.fullmatch(r"(?P<host>[^:]*):(?P<number>\d+)(\.\d+)?", display)
    if match is None:
        return False
    number = int(match["number"])
    if match["host"] in {"", "unix"}:
        place = f"/tmp/.X11-unix/X{number}"
        return _unix_answers(place) or _unix_answers("\0" + place)
    try:
        with socket.create_connection((match["host"], X_BASE_PORT + number), timeout=CONNECT_TIMEOUT_S):
            return True
    except OSError:
        return False


def _unix_answers(place: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(CONNECT_TIMEOUT_S)
        try:
            client.connect(place)
        except OSError:
            return False
    return True
