"""How smoothly the timeline of a long recording zooms and pans, in the real window. Prints; asserts nothing.

python benchmarks/timeline.py [--hours 3] [--segments 400] [--size 1600x900]

The recording is made for the purpose; nothing is shown on a screen unless QT_QPA_PLATFORM says so.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

RATE = 16_000
STEPS = 150
PATIENCE_S = 600.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--segments", type=int, default=400)
    parser.add_argument("--size", default="1600x900")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GROUNDLABEL_HOME"] = str(Path(folder) / "home")
        project = prepare(Path(folder), options.hours, options.segments)
        return drive(project, (width, height))


def prepare(folder: Path, hours: float, segments: int) -> Path:
    """A recording of bursts of noise, and a project on it with segments all over."""
    from core.media import probe_item
    from core.project import Project, acts
    from core.schema import Segment

    random = np.random.default_rng(5)
    path = folder / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        minute = random.normal(0, 0.12, RATE * 60) * np.repeat(random.uniform(0, 1, 240) ** 3, RATE // 4)
        for _ in range(round(hours * 60)):
            loud = random.uniform(0.1, 1)
            file.writeframes((np.clip(np.roll(minute, random.integers(RATE * 60)) * loud, -1, 1) * 32767).astype("<i2"))
    place = folder / "long.groundlabel"
    with Project.create(place, author="bench", role="command") as project:
        (item,) = project.add_media([probe_item(path, root="project", relative=path.name)])
        for number in range(segments):
            start_s = float(random.uniform(0, hours * 3600 - 60))
            segment = Segment(start_s, start_s + float(random.uniform(1, 60)))
            project.apply(acts.draw(project, item.id, segment, f"kind {number % 6}"))
    return place


def drive(project: Path, size_wh: tuple[int, int]) -> int:
    """Open the window on the recording, wait for its peaks, and measure."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import main as run_app
    from desktop.main_window import MainWindow

    def run(app: QApplication, window: MainWindow) -> int:
        window.resize(*size_wh)
        began, sound = time.perf_counter(), window.desk.time.sound
        for _ in range(3):  # the window itself is painted for the first time
            app.processEvents()
        worst_ms = 0.0
        while window._session.sounds.peaks is None or not window._session.sounds.peaks.is_whole:
            before = time.perf_counter()
            app.processEvents()
            worst_ms = max(worst_ms, (time.perf_counter() - before) * 1000)
            time.sleep(0.002)
            if time.perf_counter() - began > PATIENCE_S:
                print("the peaks did not come")
                return 1
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peaks of {sound.state.window.duration_s / 3600:.1f} h: {time.perf_counter() - began:.1f} s,", end=" ")
        print(f"longest stop of the window meanwhile {worst_ms:.0f} ms, memory at most {memory:.0f} MB")
        print(f"window {size_wh[0]} x {size_wh[1]}, {len(sound.state.spans)} segments")
        for name, steps in WALKS.items():
            report(name, frames(app, window, steps(window)))
        return 0

    return run_app([str(project)], run=run)


def frames(app: object, window: object, steps: Iterator[Callable[[], None]]) -> list[tuple[float, float]]:
    """Milliseconds from each step until everything is painted, and those of it that this thread was running."""
    sound = window.desk.time.sound  # type: ignore[attr-defined]
    times = []
    for step in steps:
        began, busy = time.perf_counter(), time.thread_time()
        step()
        if sound._draw_soon.isActive():
            sound.draw()
        app.processEvents()  # type: ignore[attr-defined]
        times.append(((time.perf_counter() - began) * 1000, (time.thread_time() - busy) * 1000))
    return times


def zoom_in_and_out(window: object) -> Iterator[Callable[[], None]]:
    state = window.desk.time.state  # type: ignore[attr-defined]
    state.fit()
    for number in range(STEPS):
        yield lambda n=number: state.zoom(1.19 if n < STEPS / 2 else 1 / 1.19, 600.0)


def pan_at(seconds: float) -> Callable[[object], Iterator[Callable[[], None]]]:
    def steps(window: object) -> Iterator[Callable[[], None]]:
        state = window.desk.time.state  # type: ignore[attr-defined]
        state.fit()
        state.zoom(state.window.seconds / seconds, 300.0)
        for number in range(STEPS):
            yield lambda n=number: state.set_window(state.window.panned(37.0 if n < STEPS / 2 else -37.0))

    return steps


def playing(window: object) -> Iterator[Callable[[], None]]:
    state = window.desk.time.state  # type: ignore[attr-defined]
    state.fit()
    for number in range(STEPS):
        yield lambda n=number: state.set_playhead(n * state.window.duration_s / STEPS)


WALKS: dict[str, Callable[[object], Iterator[Callable[[], None]]]] = {
    "zoom from all of it to milliseconds and back": zoom_in_and_out,
    "pan with an hour in sight": pan_at(3600.0),
    "pan with a minute in sight": pan_at(60.0),
    "pan with two seconds in sight": pan_at(2.0),
    "playhead over all of it": playing,
}


def report(name: str, both: list[tuple[float, float]]) -> None:
    times, busy = [pair[0] for pair in both], sum(pair[1] for pair in both) / len(both)
    ordered = sorted(times)
    median, slow = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(
        f"{name:46s} {1000 * len(times) / sum(times):6.0f} frames/s   median {median:5.1f} ms   95 % {slow:5.1f} ms",
        end="",
    )
    print(f"   CPU {busy:5.1f} ms")


if __name__ == "__main__":
    raise SystemExit(main())
