"""Times the start of the packaged app beside that of the checkout: from a fresh process to a window on the screen.

    DISPLAY=:1 .venv/bin/python benchmarks/start_app.py dist/GroundLabel/GroundLabel [--repeat 5] [--json]

The two take turns, so that their ratio holds on a busy machine; processor time stands beside wall time. The first start
of each is not counted. Each start is told on the error stream as it is made. Needs an X display on which nobody else
starts GroundLabel meanwhile, and xdotool. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
WINDOW_CLASS = "^GroundLabel$"
PATIENCE_S = 180.0  # a first start reads a gigabyte from the disk
LOOK_S = 0.02  # between two looks at the screen, which cost processor time themselves
LAST_WORDS = 1500  # characters of what a process that ended said


def start_once(command: list[str], home: Path, patience_s: float) -> dict[str, float]:
    """Seconds, wall and processor, until a window that was not there is on the screen. Raises `SystemExit`."""
    environment = {**os.environ, "GROUNDLABEL_HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the checkout, too, may keep its modules compiled
    before = windows()
    with tempfile.TemporaryFile() as said:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )  # a session of its own: what a launcher starts ends with it
        try:
            while time.monotonic() - begun < patience_s:
                if windows() - before:
                    return {"wall": time.monotonic() - begun, "processor": _processor_seconds(process.pid)}
                if process.poll() is not None:
                    ended = f"{command[0]} ended with {process.returncode} before its window was there"
                    raise SystemExit(f"{ended}\n{_last_words(said)}")
                time.sleep(LOOK_S)
            raise SystemExit(f"{command[0]} showed no window in {patience_s:.0f} s\n{_last_words(said)}")
        finally:
            _end(process, before)


def windows() -> set[str]:
    """The ids of the app's windows that are on the screen, by their class: a launcher's process has none itself."""
    search = ["xdotool", "search", "--onlyvisible", "--class", WINDOW_CLASS]
    found = subprocess.run(search, capture_output=True, text=True, check=False)
    if "display" in found.stderr.lower():
        raise SystemExit(f"The display {os.environ.get('DISPLAY', '')!r} cannot be looked at: {found.stderr.strip()}")
    return set(found.stdout.split())


def _end(process: subprocess.Popen[bytes], before: set[str]) -> None:
    """It and all that it has started. Returns once its windows are gone: the next ones may get their ids."""
    with contextlib.suppress(ProcessLookupError):  # it ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while windows() - before:
        time.sleep(LOOK_S)


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace")[-LAST_WORDS:]


def _processor_seconds(process_id: int) -> float:
    """Of the process and all that it has started."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_processor_seconds(child) for child in _children(process_id))


def _children(process_id: int) -> Iterable[int]:
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        yield from map(int, (thread / "children").read_text(encoding="utf-8").split())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the start of the packaged app beside that of the checkout.")
    parser.add_argument("launcher", type=Path, help="the packaged app's GroundLabel")
    parser.add_argument("--repeat", type=int, default=5, help="how often (5)")
    parser.add_argument("--patience", type=float, default=PATIENCE_S, help=f"seconds for a window ({PATIENCE_S:.0f})")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    if shutil.which("xdotool") is None:
        raise SystemExit("xdotool is not installed: the window cannot be looked for")
    commands = {"app": [str(options.launcher.absolute())], "checkout": [sys.executable, str(ROOT / "main.py")]}
    starts: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        for number in range(options.repeat + 1):
            for name, command in commands.items():
                one = start_once(command, Path(home), options.patience)
                starts[name].append(one)
                counted = f"{number} of {options.repeat}" if number else "not counted"
                told = f"{name:<10}{counted:<14}{one['wall']:7.3f} s   processor {one['processor']:.3f} s"
                print(told, file=sys.stderr, flush=True)
    median = {
        name: {kind: statistics.median(one[kind] for one in seen[1:]) for kind in ("wall", "processor")}
        for name, seen in starts.items()
    }
    if options.json:
        print(json.dumps(median))
        return
    for name, seconds in median.items():
        print(f"{name:<10}{seconds['wall']:7.3f} s   processor {seconds['processor']:.3f} s")
    print(f"{'ratio':<10}{median['app']['wall'] / median['checkout']['wall']:7.2f}")


if __name__ == "__main__":
    main()
