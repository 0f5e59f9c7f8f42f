"""Times the step to the next item in the whole window, when it was read ahead: from the key to the picture shown.

    QT_QPA_PLATFORM=offscreen .venv/bin/python benchmarks/next_item.py FOLDER [--steps 30]

FOLDER holds pictures. Prints one JSON object: milliseconds of wall time, median, 95th percentile and worst.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PAUSE_MS = 400  # as long as somebody looks at a picture: the next one is read meanwhile


def measure(folder: Path, work: Path, steps: int) -> list[float]:
    """Milliseconds of each step, on copies of the pictures in an empty folder."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from core.media import probe_item
    from core.project import Project
    from desktop.app import main
    from desktop.main_window import MainWindow

    place = work / "p.groundlabel"
    paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".jpg", ".jpeg", ".png")]
    for path in paths:
        shutil.copy(path, work / path.name)
    with Project.create(place, author="bench", role="command") as project:
        project.add_media(probe_item(work / path.name, root="project", relative=path.name) for path in paths)
    taken: list[float] = []

    def until(condition: Callable[[], object]) -> None:
        while not condition():
            QApplication.processEvents()

    def walk(_: QApplication, window: MainWindow) -> int:
        canvas, workspace = window.desk.canvas, window._session.workspace
        until(lambda: workspace.current is not None and canvas.media_id() == workspace.current.id)
        for _step in range(steps):
            QTest.qWait(PAUSE_MS)
            before = canvas.media_id()
            began = time.perf_counter()
            QTest.keyClick(canvas, Qt.Key.Key_D)
            until(lambda before=before: canvas.media_id() != before and canvas.has_image())
            canvas.repaint()
            taken.append((time.perf_counter() - began) * 1000)
        return 0

    main([str(place)], run=walk)
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=30)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GROUNDLABEL_HOME"] = str(Path(scratch) / "home")
        work = Path(scratch) / "work"
        work.mkdir()
        found = sorted(measure(args.folder, work, args.steps))
    told = {"steps": len(found), "median_ms": round(statistics.median(found), 1)}
    told |= {"p95_ms": round(found[int(len(found) * 0.95)], 1), "worst_ms": round(found[-1], 1)}
    sys.stdout.write(json.dumps(told) + "\n")
