"""Plays and steps videos in the real window, and prints how smooth that is: lag, latency of steps, frames shown.

    .venv/bin/python benchmarks/player.py [VIDEO…] [--seconds 5] [--steps 40] [--speed 1] [--json]

Without a VIDEO: the sample's, a rendered one of 1920 × 1080 at 30 frames a second, and one of three hours to open.
Measured, never asserted: what a machine does on a busy day must not fail a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
from PySide6.QtCore import Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from core.media import probe_item  # noqa: E402
from core.media.images import RGB  # noqa: E402
from core.media.writing import write_video  # noqa: E402
from core.project import Project  # noqa: E402
from desktop.app import main as run_app  # noqa: E402
from desktop.main_window import MainWindow  # noqa: E402

TICK_MS = 5  # the timer whose lateness is the lag of the event loop
PATIENCE_S = 300.0
Figures = dict[str, float | int | str]


def moving_stripes(size_wh: tuple[int, int], count: int) -> Iterator[RGB]:
    """A noisy ground over which a bright stripe walks: every frame differs from the one before."""
    ground = np.random.default_rng(1).integers(40, 120, (size_wh[1], size_wh[0], 3), dtype=np.uint8)
    for number in range(count):
        frame = ground.copy()
        left = number * 13 % (size_wh[0] - 60)
        frame[:, left : left + 60] = (230, 180, 60)
        yield frame


def own_videos(folder: Path) -> list[Path]:
    """What is measured when nobody names a video."""
    large, long = folder / "full-hd.mp4", folder / "three-hours.mp4"
    write_video(large, moving_stripes((1920, 1080), 240), size_wh=(1920, 1080), rate=30, preset="ultrafast", crf=28)
    still = np.full((48, 64, 3), 90, dtype=np.uint8)
    write_video(long, (still for _ in range(3 * 3600 * 30)), size_wh=(64, 48), rate=30, preset="ultrafast", crf=40)
    return [ROOT / "resources/sample/moving-shapes.mp4", large, long]


class Lag:
    """How late a timer is that should come every 5 ms, in ms."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self._last = now

    def figures(self, name: str) -> Figures:
        self._timer.stop()
        return {f"{name} lag p{part} ms": round(float(np.percentile(self.late_ms, part)), 1) for part in (50, 99, 100)}


class Watch:
    """Drives the window by keys, and looks at what is shown when."""

    def __init__(self, window: MainWindow, options: argparse.Namespace) -> None:
        self._window = window
        self._transport = window._session.transport
        self._options = options

    def until(self, condition: Callable[[], object]) -> float:
        """Milliseconds until something is so."""
        began = time.perf_counter()
        while not condition():
            if time.perf_counter() - began > PATIENCE_S:
                raise TimeoutError("the window did not come to what the benchmark waits for")
            QApplication.processEvents()
        return (time.perf_counter() - began) * 1000

    def measure(self) -> Figures:
        """The current item."""
        transport = self._transport
        lag = Lag()
        first_ms = self.until(lambda: transport.frame is not None and self._canvas_shows(transport.frame.number))
        numbered_ms = first_ms + self.until(lambda: transport.is_open and self._canvas_shows(0))
        index = transport.index
        assert index is not None
        figures: Figures = {
            "size": f"{index.width} x {index.height}", "frames": len(index),
            "first picture ms": round(first_ms), "can be played ms": round(numbered_ms),
        }  # fmt: skip
        figures |= lag.figures("opening")
        figures |= self._play()
        figures |= self._step(Qt.Key.Key_Right, "forward")
        figures |= self._step(Qt.Key.Key_Left, "back")
        return figures

    def _canvas_shows(self, number: int) -> bool:
        frame, canvas = self._transport.frame, self._window.desk.canvas
        return frame is not None and frame.number == number and canvas.media_id() == self._transport.media_id

    def _play(self) -> Figures:
        transport, shown = self._transport, []
        transport.set_speed(self._options.speed)
        transport.frame_changed.connect(lambda frame: shown.append((frame.number, transport.position_s)))
        lag = Lag()
        began = time.perf_counter()
        start_s = transport.position_s
        self._key(Qt.Key.Key_Space)
        self.until(lambda: time.perf_counter() - began > self._options.seconds or not transport.playing)
        end_s = transport.position_s
        if transport.playing:
            self._key(Qt.Key.Key_Space)
        index = transport.index
        assert index is not None
        due = index.index_at(end_s) - index.index_at(start_s)
        behind = [index.index_at(position_s) - number for number, position_s in shown] or [0]
        self.until(lambda: transport.frame is not None)
        return {
            **lag.figures("playing"),
            "frames due": due,
            "frames shown": len({number for number, _ in shown}),
            "most frames behind": max(behind),
        }

    def _step(self, key: Qt.Key, name: str) -> Figures:
        taken = []
        for _ in range(self._options.steps):
            before = self._transport.position_s
            began = time.perf_counter()
            self._key(key)
            if self._transport.position_s == before:
                break
            index = self._transport.index
            assert index is not None
            wanted = index.index_at(self._transport.position_s)
            self.until(lambda wanted=wanted: self._canvas_shows(wanted))
            self._window.desk.canvas.repaint()
            taken.append((time.perf_counter() - began) * 1000)
        parts = (50, 100) if taken else ()
        return {f"step {name} p{part} ms": round(float(np.percentile(taken, part)), 1) for part in parts}

    def _key(self, key: Qt.Key) -> None:
        QTest.keyClick(self._window.desk.canvas, key)


def measure_all(videos: list[Path], options: argparse.Namespace, folder: Path) -> dict[str, Figures]:
    """Every video, each as an item of one project in one window."""
    path = folder / "videos.groundlabel"
    with Project.create(path, author="benchmark", role="command") as project:
        items = [probe_item(video, root="project", relative=link(video, folder)) for video in videos]
        project.add_media(items)
    found: dict[str, Figures] = {}

    def run(_: QApplication, window: MainWindow) -> int:
        window.resize(1280, 800)
        watch = Watch(window, options)
        for number, video in enumerate(videos):
            if number:
                window._session.workspace.show_row(number)
            found[video.name] = watch.measure()
        return 0

    run_app([str(path)], run=run)
    return found


def link(video: Path, folder: Path) -> str:
    """The video beside the project, as a link."""
    beside = folder / video.name
    if not beside.exists():
        beside.symlink_to(video.absolute())
    return video.name


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("videos", nargs="*", type=Path, metavar="VIDEO")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each one is played")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GROUNDLABEL_HOME"] = str(folder / "home")
        found = measure_all(options.videos or own_videos(folder), options, folder)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for video, figures in found.items():
        print(f"\n{video}")
        for what, figure in figures.items():
            print(f"  {what:<28} {figure}")


if __name__ == "__main__":
    main()
