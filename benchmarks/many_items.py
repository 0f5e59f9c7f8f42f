"""Times a project of many items: opening the window on it, filtering its list, and how smoothly the list scrolls.

    .venv/bin/python benchmarks/many_items.py [--items 100000] [--json]

The project is made of facts alone: its media need not exist. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from core.project import Filter, Project  # noqa: E402
from core.schema import (  # noqa: E402
    Annotation,
    Answer,
    Box,
    Change,
    Label,
    MediaItem,
    MediaKind,
    Proposal,
    Query,
    Review,
    new_id,
)

KINDS: tuple[MediaKind, ...] = ("image", "image", "image", "video", "audio")
TICK_MS = 5
SCROLL_S = 6.0


def make_project(path: Path, count: int) -> str:
    """A tenth done, a fifth proposed, three tenths annotated by an import. Returns the id of its one label."""
    with Project.create(path, author="bench", role="command") as project:
        items = [
            MediaItem(
                *(new_id(), KINDS[number % 5], f"day {number // 1000:03d}/photo-{number:06d}.jpg"),
                width=640, height=480, content_hash=new_id(), duration_s=None if number % 5 < 3 else 61.0,
            )
            for number in range(count)
        ]  # fmt: skip
        project.add_media(items)
        label = Label(new_id(), "cat", 0, "#0072b2")
        regions = [
            Annotation(new_id(), item.id, label.id, ("cat",), Box(1, 1, 50, 50), "imported")
            for item in items[count // 10 : count * 4 // 10]
        ]
        done = [Review(item.id, "done") for item in items[: count // 10]]
        project.apply(Change("Import", (), (label, *regions, *done), batch=new_id()))
        project.record_answers(answer_about(item, number) for number, item in enumerate(items[: count // 5]))
    return label.id


def answer_about(item: MediaItem, number: int) -> Answer:
    """One proposal for one of two expressions."""
    query = Query(new_id(), item.id, "cat" if number % 2 else "red dog")
    return Answer(query, (Proposal(new_id(), query.id, Box(1, 2, 30, 40), 0.5, "mini@1"),), True, "", "mini@1")


def filters(label_id: str) -> dict[str, Filter]:
    """One for each condition, and all together."""
    return {
        "state": Filter(states=frozenset({"done"})),
        "not done": Filter(states=frozenset({"new", "proposed", "in_work", "needs_review"})),
        "medium": Filter(kinds=frozenset({"video"})),
        "text": Filter(text="photo-0123"),
        "text, not ASCII": Filter(text="é"),
        "expression": Filter(expression="cat"),
        "label": Filter(label_id=label_id),
        "all together": Filter(frozenset({"new", "in_work"}), frozenset({"video"}), "", label_id, "day 02"),
    }


def in_the_window(path: Path, label_id: str) -> dict[str, dict[str, float]]:
    """Seconds until the list is painted, seconds until each filter shows, lag of the loop while scrolling."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication, QListView

    from desktop.app import main
    from desktop.main_window import MainWindow

    found: dict[str, dict[str, float]] = {"open_s": {}, "filter_s": {}, "lag_ms": {}}

    def run(app: QApplication, window: MainWindow) -> int:
        session = window._session
        view = window.findChild(QListView, "item_list")
        started = time.perf_counter()
        session.workspace.open(path)
        app.processEvents()
        view.grab()
        found["open_s"]["open and paint"] = time.perf_counter() - started
        for name, wanted in filters(label_id).items():
            begun = time.perf_counter()
            window.desk.items.filter.changed.emit(wanted)
            wait(lambda wanted=wanted: session.workspace.items.wanted == wanted)
            view.grab()
            found["filter_s"][f"{name} ({len(session.workspace.items):,})"] = time.perf_counter() - begun
        session.filtering.clear()
        late: list[float] = []
        before = time.perf_counter()

        def tick() -> None:
            nonlocal before
            now = time.perf_counter()
            late.append(max(0.0, (now - before) * 1000 - TICK_MS))
            before = now

        timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        timer.start(TICK_MS)
        bar, steps = view.verticalScrollBar(), 0
        end = time.perf_counter() + SCROLL_S
        mover = QTimer(timerType=Qt.TimerType.PreciseTimer)

        def move() -> None:
            nonlocal steps
            steps += 1  # a turn of the wheel, and now and then a leap by the scroll bar
            leap = (steps * 7919 * 71) % max(1, bar.maximum())
            bar.setValue(leap if steps % 60 == 0 else bar.value() + 120)

        mover.timeout.connect(move)
        mover.start(16)
        wait(lambda: time.perf_counter() > end)
        mover.stop()
        timer.stop()
        found["lag_ms"] = spread("lag while scrolling", late)
        return 0

    main((), run=run)
    return found


def wait(until: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    while not until():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def spread(name: str, values: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and worst."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {f"{name}, median": statistics.median(ordered), f"{name}, p99": p99, f"{name}, worst": ordered[-1]}


def main_() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description="Time a project of many items.")
    parser.add_argument("--items", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GROUNDLABEL_HOME"] = str(Path(folder, "home"))
        path = Path(folder, "many.groundlabel")
        label_id = make_project(path, options.items)
        measured = {"items": options.items, **in_the_window(path, label_id)}
    if options.json:
        print(json.dumps(measured))
        return
    for group, unit in (("open_s", "s"), ("filter_s", "s"), ("lag_ms", "ms")):
        for name, value in measured[group].items():
            print(f"{name:<36}{value:9.3f} {unit}")


if __name__ == "__main__":
    main_()
