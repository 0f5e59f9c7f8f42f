"""Times the start of the packaged app beside that of the checkout: from a fresh process to a window on the screen.

    DISPLAY=:1 .venv/bin/python benchmarks/start_app.py dist/GroundLabel/GroundLabel [--repeat 5] [--json]

The two take turns, so that their ratio holds on a busy machine; processor time stands beside wall time. The first start
of each is not counted. Needs an X display and xdotool. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0


def start_once(command: list[str], home: Path) -> dict[str, float]:
    """Seconds, wall and processor, until the window of a fresh process is on the screen."""
    environment = {**os.environ, "GROUNDLABEL_HOME": str(home), "QT_QPA_PLATFORM": "xcb"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the checkout, too, may keep its modules compiled
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        while time.monotonic() - begun < PATIENCE_S:
            if _has_window(process.pid):
                return {"wall": time.monotonic() - begun, "processor": _processor_seconds(process.pid)}
        raise SystemExit(f"{command[0]} showed no window in {PATIENCE_S:.0f} s")
    finally:
        process.kill()
        process.wait()


def _has_window(process_id: int) -> bool:
    search = ["xdotool", "search", "--onlyvisible", "--all", "--pid", str(process_id), "--name", "GroundLabel"]
    return bool(subprocess.run(search, capture_output=True, check=False).stdout.strip())


def _processor_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the start of the packaged app beside that of the checkout.")
    parser.add_argument("launcher", type=Path, help="the packaged app's GroundLabel")
    parser.add_argument("--repeat", type=int, default=5, help="how often (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    commands = {"app": [str(options.launcher.absolute())], "checkout": [sys.executable, str(ROOT / "main.py")]}
    starts: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(options.repeat + 1):
            for name, command in commands.items():
                starts[name].append(start_once(command, Path(home)))
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
