"""Times the picture canvas as a hand feels it: frames while dragging, panning and zooming, and a stored edit.

    .venv/bin/python benchmarks/canvas.py [--boxes 1000] [--side 10000] [--frames 60] [--json]

Every frame is painted by the real window into memory, so there is no wait for a screen: what is measured is what the
program takes. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt  # noqa: E402
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QWheelEvent  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from core.project import Project  # noqa: E402
from core.schema import Annotation, Box, Change, Label, MediaItem, Phrase, new_id  # noqa: E402
from desktop.app import main as run_app  # noqa: E402
from desktop.main_window import MainWindow  # noqa: E402
from desktop.views.canvas import ImageCanvas  # noqa: E402

WINDOW_WH = (1600, 1000)
WORDS = ("red cell", "white cell", "platelet", "the large cell left of the platelets")
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True)
class Frames:
    """Milliseconds of each frame of one kind of movement: by the clock, and of the processor alone."""

    spent: tuple[tuple[float, float], ...]

    def summary(self) -> dict[str, float]:
        """Median, 95th percentile and worst frame, and frames a second at the median."""
        ordered = sorted(ms for ms, _ in self.spent)
        middle = statistics.median(ordered)
        late = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
        return {
            "frames_per_s": round(1000 / middle, 1),
            "p50_ms": round(middle, 2),
            "p95_ms": round(late, 2),
            "worst_ms": round(ordered[-1], 2),
            "p50_cpu_ms": round(statistics.median(cpu for _, cpu in self.spent), 2),
        }


def make_picture(path: Path, side: int) -> None:
    """A square picture with something to see at every zoom, written as JPEG."""
    tile = QImage(500, 500, QImage.Format.Format_RGB32)
    tile.fill(QColor("#d8c8c0"))
    painter = QPainter(tile)
    dice = random.Random(4)
    for _ in range(120):
        painter.setBrush(QColor.fromHsv(dice.randrange(360), 120, 200))
        painter.drawEllipse(dice.randrange(500), dice.randrange(500), dice.randrange(4, 60), dice.randrange(4, 60))
    painter.end()
    image = QImage(side, side, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.drawTiledPixmap(image.rect(), _pixmap(tile))
    painter.end()
    image.save(str(path), "jpg", 85)


def _pixmap(image: QImage):
    from PySide6.QtGui import QPixmap

    return QPixmap.fromImage(image)


def make_project(folder: Path, side: int, boxes: int) -> Path:
    """A project on one picture that holds this many annotations, as an import would have left them."""
    make_picture(folder / "large.jpg", side)
    path = folder / "bench.groundlabel"
    dice = random.Random(7)
    labels = [Label(new_id(), word, number, "") for number, word in enumerate(WORDS)]
    phrases = [Phrase(new_id(), word, label.id) for word, label in zip(WORDS, labels, strict=True)]
    with Project.create(path, author="bench", role="command") as project:
        [item] = project.add_media([MediaItem(new_id(), "image", "large.jpg", width=side, height=side)])
        found = []
        for number in range(boxes):
            x, y = dice.uniform(0, 0.96) * side, dice.uniform(0, 0.96) * side
            width, height = dice.uniform(0.005, 0.04) * side, dice.uniform(0.005, 0.04) * side
            word = number % len(WORDS)
            region = Box(round(x), round(y), round(x + width), round(y + height))
            found.append(Annotation(new_id(), item.id, labels[word].id, (WORDS[word],), region, "imported"))
        project.apply(Change("Bench", (), (*labels, *phrases, *found)))
    return path


class Hand:
    """Moves the mouse over the canvas and paints after every move, as the screen would."""

    def __init__(self, canvas: ImageCanvas, frames: int) -> None:
        self._canvas = canvas
        self._frames = frames

    def drag(self, *, all_boxes: bool = False) -> Frames:
        """Take a box by its middle and move it about, alone or with all others; then let it go where it was."""
        start = self._grip()
        if all_boxes:
            self._canvas.select_all()
        else:
            QTest.mouseClick(self._canvas, LEFT, NONE, start)
        self._paint()
        self._send(QEvent.Type.MouseButtonPress, start)
        spent = self._sweep(start, LEFT)
        self._send(QEvent.Type.MouseButtonRelease, start)
        return spent

    def hover(self) -> Frames:
        """Only look: the box under the pointer lights up."""
        middle = QPoint(self._canvas.width() // 2, self._canvas.height() // 2)
        QTest.mouseMove(self._canvas, middle)  # from now on the pointer is over the canvas
        return self._sweep(middle, Qt.MouseButton.NoButton)

    def pan(self) -> Frames:
        """Drag the picture itself."""
        middle = QPoint(self._canvas.width() // 2, self._canvas.height() // 2)
        self._send(QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.MiddleButton)
        spent = self._sweep(middle, Qt.MouseButton.MiddleButton)
        self._send(QEvent.Type.MouseButtonRelease, middle, Qt.MouseButton.MiddleButton)
        return spent

    def zoom(self) -> Frames:
        """Turn the wheel in and out."""
        at = QPointF(self._canvas.width() / 2, self._canvas.height() / 2)
        spent: list[tuple[float, float]] = []
        for number in range(self._frames):
            turn = 40 if number % 20 < 10 else -40
            with timed(spent):
                event = QWheelEvent(
                    at,
                    QPointF(self._canvas.mapToGlobal(at.toPoint())),
                    QPoint(),
                    QPoint(0, turn),
                    Qt.MouseButton.NoButton,
                    NONE,
                    Qt.ScrollPhase.NoScrollPhase,
                    False,
                )
                QApplication.sendEvent(self._canvas, event)
                self._paint()
        return Frames(tuple(spent))

    def edit(self, times: int) -> Frames:
        """Nudge a box by a key: stored, read back, listed and painted."""
        QTest.mouseClick(self._canvas, LEFT, NONE, self._grip())
        spent: list[tuple[float, float]] = []
        for number in range(times):
            with timed(spent):
                QTest.keyClick(self._canvas, Qt.Key.Key_Right if number % 2 else Qt.Key.Key_Left)
                self._paint()
        return Frames(tuple(spent))

    def edit_all(self, times: int) -> Frames:
        """Select everything, nudge it by a key, stored, and let it go again."""
        spent: list[tuple[float, float]] = []
        for number in range(times):
            with timed(spent):
                QTest.keyClick(self._canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                QTest.keyClick(self._canvas, Qt.Key.Key_Right if number % 2 else Qt.Key.Key_Left)
                self._paint()
            QTest.mouseClick(self._canvas, LEFT, NONE, self._grip())
        return Frames(tuple(spent))

    def _grip(self) -> QPoint:
        """The middle of the smallest box in sight: nothing lies over it."""
        view, rect = self._canvas.view_transform(), self._canvas.rect().adjusted(80, 80, -80, -80)
        best: tuple[float, QPoint] | None = None
        for item in self._canvas.boxes():
            x, y = view.to_widget(((item.box.x1 + item.box.x2) / 2, (item.box.y1 + item.box.y2) / 2))
            size = (item.box.x2 - item.box.x1) * (item.box.y2 - item.box.y1)
            if rect.contains(QPoint(round(x), round(y))) and (best is None or size < best[0]):
                best = (size, QPoint(round(x), round(y)))
        if best is None:
            raise RuntimeError("no box is in sight")
        return best[1]

    def _sweep(self, start: QPoint, button: Qt.MouseButton) -> Frames:
        spent: list[tuple[float, float]] = []
        for number in range(self._frames):
            x = (number * 7) % 160 - 80
            with timed(spent):
                self._send(QEvent.Type.MouseMove, start + QPoint(x, (number * 5) % 120 - 60), button)
                self._paint()
        return Frames(tuple(spent))

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        moved = kind == QEvent.Type.MouseMove
        pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        where = QPointF(at)
        event = QMouseEvent(
            kind,
            where,
            QPointF(self._canvas.mapToGlobal(at)),
            Qt.MouseButton.NoButton if moved else button,
            pressed,
            NONE,
        )
        QApplication.sendEvent(self._canvas, event)

    def _paint(self) -> None:
        self._canvas.repaint()


@contextmanager
def timed(into: list[tuple[float, float]]) -> Iterator[None]:
    """Milliseconds of a block, appended: by the clock, and of this thread's processor time."""
    clock, cpu = time.perf_counter(), time.thread_time()
    yield
    into.append(((time.perf_counter() - clock) * 1000, (time.thread_time() - cpu) * 1000))


def measure(window: MainWindow, frames: int) -> dict[str, dict[str, float]]:
    """Everything, at the zoom that shows all boxes and at one that shows some."""
    canvas = window.desk.canvas
    wait_until(canvas.has_image)
    hand = Hand(canvas, frames)
    found: dict[str, Frames] = {}
    for name, zoom in (("all in sight", None), ("at 50 %", 0.5), ("at 100 %", 1.0)):
        canvas.fit()
        if zoom is not None:
            canvas.set_zoom(zoom)
        canvas.repaint()
        found[f"hover, {name}"] = hand.hover()
        found[f"pan, {name}"] = hand.pan()
        found[f"drag one box, {name}"] = hand.drag()
    canvas.fit()
    found["zoom by the wheel"] = hand.zoom()
    canvas.fit()
    found["nudge, stored"] = hand.edit(max(4, frames // 4))
    found["select and nudge all, stored"] = hand.edit_all(4)
    found["drag all boxes"] = hand.drag(all_boxes=True)
    return {name: spent.summary() for name, spent in found.items()}


def wait_until(condition: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the picture was not shown")
        QTest.qWait(20)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--boxes", type=int, default=1000)
    parser.add_argument("--side", type=int, default=10_000, help="pixels of one side of the square picture")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results: dict[str, dict[str, float]] = {}

    def run(_: QApplication, window: MainWindow) -> int:
        window.resize(*WINDOW_WH)
        results.update(measure(window, options.frames))
        return 0

    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as media:
        os.environ["GROUNDLABEL_HOME"] = home
        application = QApplication(sys.argv[:1])
        path = make_project(Path(media), options.side, options.boxes)
        run_app([str(path)], run=run)
        del application
    machine = {"boxes": options.boxes, "megapixels": round(options.side**2 / 1e6), "cpus": os.cpu_count()}
    if options.json:
        print(json.dumps({**machine, "machine": platform.platform(), "frames": results}, indent=2))
        return 0
    print(f"{machine['boxes']} boxes on {machine['megapixels']} megapixels, {machine['cpus']} CPUs")
    for name, row in results.items():
        print(
            f"{name:32} {row['frames_per_s']:7.1f} frames/s   p50 {row['p50_ms']:7.2f} ms"
            f"   p95 {row['p95_ms']:7.2f} ms   worst {row['worst_ms']:7.2f} ms   processor {row['p50_cpu_ms']:6.2f} ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
