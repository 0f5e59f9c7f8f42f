"""Times what people wait for when they ask: start, first answer, next answers, and how smooth the window stays.

    .venv/bin/python benchmarks/ask.py [--model mini] [--repeat 5] [--json]

Measured, never asserted: what a machine does on a busy day must not fail a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from core.grounding.host import HostedGrounder  # noqa: E402
from core.grounding.registry import DEFAULT_MODEL  # noqa: E402
from core.jobs import JobContext  # noqa: E402
from core.media import probe_item  # noqa: E402
from core.schema import MediaSource, Query, new_id  # noqa: E402
from core.workflows.sample import load_sample  # noqa: E402

TICK_MS = 5  # the timer whose lateness is the lag of the event loop
IMPORTS = {
    "python alone": "pass",
    "command line, up to dispatch": "import core.commands",
    "window, up to its application": "import desktop.app",
}


def import_seconds(repeat: int) -> dict[str, float]:
    """Median seconds of fresh processes that only import."""
    found = {}
    for name, statement in IMPORTS.items():
        seconds = []
        for _ in range(repeat):
            started = time.perf_counter()
            done = subprocess.run([sys.executable, "-c", statement], cwd=ROOT, capture_output=True, check=False)
            if done.returncode != 0:
                break
            seconds.append(time.perf_counter() - started)
        if seconds:
            found[name] = statistics.median(seconds)
    return found


def questions(repeat: int) -> list[tuple[MediaSource, str]]:
    """Pictures and expressions in turn, so that no picture is asked twice in a row."""
    sample = load_sample()
    sources = [
        MediaSource(
            probe_item(sample.folder / picture.file, root="", relative=picture.file), str(sample.folder / picture.file)
        )
        for picture in sample.pictures
    ]
    return [
        (sources[number % len(sources)], sample.expressions[number % len(sample.expressions)])
        for number in range(repeat * len(sources))
    ]


def ask_one(grounder: HostedGrounder, source: MediaSource, expression: str) -> float:
    """Seconds from asking to the answer, as a person feels them."""
    started = time.perf_counter()
    list(grounder.ground([Query(new_id(), source.item.id, expression)], source, JobContext()))
    return time.perf_counter() - started


def answer_seconds(model: str, repeat: int) -> dict[str, float]:
    """The first answer of a fresh child process (loading counted), then the ones after it."""
    asked = questions(repeat)
    grounder = HostedGrounder(model)
    try:
        first = ask_one(grounder, *asked[0])
        others = [ask_one(grounder, source, expression) for source, expression in asked[1:]]
    finally:
        grounder.close()
    return {"first answer, loading counted": first, **spread("next answer", others)}


def loop_lag_ms(model: str, repeat: int) -> dict[str, float]:
    """How late a timer of the window fires while the model is loaded, and while it answers, in a child process."""
    grounder = HostedGrounder(model)
    asked = questions(repeat)
    try:
        loading = lateness_while(lambda: grounder.describe())
        answering = lateness_while(lambda: [ask_one(grounder, *question) for question in asked])
    finally:
        grounder.close()
    return {**spread("lag while loading", loading), **spread("lag while answering", answering)}


def lateness_while(work: Callable[[], object]) -> list[float]:
    """Run the work in a thread beside a real event loop; milliseconds by which each tick of a timer was late."""
    from PySide6.QtCore import QCoreApplication, Qt, QTimer

    application = QCoreApplication.instance() or QCoreApplication([])
    late: list[float] = []
    before = time.perf_counter()

    def tick() -> None:
        nonlocal before
        now = time.perf_counter()
        late.append(max(0.0, (now - before) * 1000 - TICK_MS))
        before = now
        if not worker.is_alive():
            application.quit()

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    worker = threading.Thread(target=work, name="benchmark")
    worker.start()
    timer.start(TICK_MS)
    application.exec()
    worker.join()
    timer.stop()
    return late


def spread(name: str, values: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and worst."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {f"{name}, median": statistics.median(ordered), f"{name}, p99": p99, f"{name}, worst": ordered[-1]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time what people wait for when they ask.")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or a folder (mini)")
    parser.add_argument("--repeat", type=int, default=5, help="how often (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    measured = {
        "machine": {
            "system": platform.platform(terse=True),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "model": options.model,
        "import_s": import_seconds(options.repeat),
        "answer_s": answer_seconds(options.model, options.repeat),
        "lag_ms": loop_lag_ms(options.model, options.repeat),
    }
    if options.json:
        print(json.dumps(measured))
        return
    for group, unit in (("import_s", "s"), ("answer_s", "s"), ("lag_ms", "ms")):
        for name, value in measured[group].items():
            print(f"{name:<36}{value:9.3f} {unit}")


if __name__ == "__main__":
    main()
