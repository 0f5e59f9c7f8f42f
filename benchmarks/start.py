"""Times the start of the app: from a fresh process to a window that can be used, and where that time goes.

    .venv/bin/python benchmarks/start.py [--repeat 7] [--project NAME.groundlabel] [--json]

Warm: the first start is not counted. Processor time stands beside wall time, for a machine that is busy with other
things. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# In the fresh process: the window is usable once it was painted and its event loop has nothing left to do.
CHILD = """
import json, sys, time
sys.dont_write_bytecode = False
import main as program

def run(app, window):
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, app.quit)
    app.exec()
    window.grab()
    seen["usable"] = time.time(), time.process_time()
    return 0

seen = {}
open_window = program.load_window()
seen["imported"] = time.time(), time.process_time()
open_window(sys.argv[1:], run=run)
print(json.dumps(seen))
"""


def start_once(home: Path, arguments: list[str]) -> dict[str, float]:
    """Seconds from the start of a process until its modules are there, and until its window can be used."""
    environment = {**os.environ, "GROUNDLABEL_HOME": str(home)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed app has its modules compiled
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    seen = json.loads(done.stdout.splitlines()[-1])
    return {
        "modules imported": seen["imported"][0] - begun,
        "modules imported, processor": seen["imported"][1],
        "usable window": seen["usable"][0] - begun,
        "usable window, processor": seen["usable"][1],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the start of the app.")
    parser.add_argument("--repeat", type=int, default=7, help="how often (7)")
    parser.add_argument("--project", help="a project to open (none: the start page)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    arguments = [options.project] if options.project else []
    with tempfile.TemporaryDirectory() as home:
        starts = [start_once(Path(home), arguments) for _ in range(options.repeat + 1)][1:]
    seconds = {name: statistics.median(start[name] for start in starts) for name in starts[0]}
    best = {name: min(start[name] for start in starts) for name in starts[0]}
    if options.json:
        machine = {"system": platform.platform(terse=True), "cores": os.cpu_count()}
        print(json.dumps({"machine": machine, "median_s": seconds, "best_s": best}))
        return
    for name, value in seconds.items():
        print(f"{name:<32}{value:7.3f} s   best {best[name]:.3f} s")


if __name__ == "__main__":
    main()
