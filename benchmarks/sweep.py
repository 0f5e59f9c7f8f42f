"""Finds one event in long media: renders a video and a sound for each seed, asks `ground`, counts what is right.

    .venv/bin/python benchmarks/sweep.py [--count 10] [--minutes 30] [--event 2] [--kind video sound] [--model NAME|DIR]

For a quick look: --count 1 --minutes 2. Prints one JSON object; a line for each file goes to stderr meanwhile. R@1 is
the share of files whose best-scored span meets the true one with a temporal IoU of at least 0.5. `seconds` is answering
without loading, `wall_s` the whole command; `windows` is how many were asked, where the answer says it.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.geometry import SpanS, temporal_iou  # noqa: E402
from core.training.scenes.long_files import LongMedium, write_long_sound, write_long_video  # noqa: E402

GOOD_IOU, BETTER_IOU = 0.5, 0.7
WINDOWS = re.compile(r"\b(\d+) windows of\b")


@dataclass(frozen=True)
class Found:
    """What was answered about one file: the best-scored span, how well it meets the true one, and the cost."""

    kind: str
    seed: int
    expression: str
    true_s: SpanS
    span_s: SpanS | None
    score: float | None
    iou: float
    spans: int
    seconds: float | None
    windows: int | None
    wall_s: float
    render_s: float
    mib: float
    method: str | None = None
    error: str | None = None


def measure(kind: str, seed: int, folder: Path, options: argparse.Namespace) -> Found:
    """Render one file, ask about it, and forget it unless it shall be kept."""
    rng = np.random.default_rng([seed, {"video": 0, "sound": 1}[kind]])
    started = time.perf_counter()
    length = {"duration_s": 60 * options.minutes, "event_s": options.event}
    if kind == "video":
        made = write_long_video(folder / f"video-{seed}.mp4", rng, **length)
    else:
        made = write_long_sound(folder / f"sound-{seed}.flac", rng, **length)
    render_s = time.perf_counter() - started
    path = made.medium.path
    mib = path.stat().st_size / 2**20
    started = time.perf_counter()
    answer = ask(path, made.expression, options)
    wall_s = time.perf_counter() - started
    if options.keep is None:
        path.unlink()
    return judged(kind, seed, made, answer, wall_s=wall_s, render_s=render_s, mib=mib)


def ask(path: Path, expression: str, options: argparse.Namespace) -> dict[str, Any] | str:
    """The object that `ground --json` prints, or what it says when it cannot."""
    line = [sys.executable, str(ROOT / "main.py"), "ground", str(path), expression, "--json"]
    line += ["--device", options.device, *(("--model", options.model) if options.model else ())]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return done.stderr.strip() or f"exit code {done.returncode}"
    return answer if isinstance(answer, dict) else "no object was printed"


def judged(
    kind: str, seed: int, made: LongMedium, answer: dict[str, Any] | str, *, wall_s: float, render_s: float, mib: float
) -> Found:
    """The answer against the truth."""
    cost = {"wall_s": round(wall_s, 2), "render_s": round(render_s, 2), "mib": round(mib, 1)}
    if isinstance(answer, str):
        return Found(kind, seed, made.expression, made.span_s, None, None, 0.0, 0, None, None, **cost, error=answer)
    (result,) = answer["results"]
    spans = [one for one in result["proposals"] if one["segment_s"] is not None]
    best = max(spans, key=lambda one: -1.0 if one["score"] is None else one["score"], default=None)
    counts = [int(count) for text in answer["warnings"] for count in WINDOWS.findall(text)]
    span_s = None if best is None else (float(best["segment_s"][0]), float(best["segment_s"][1]))
    return Found(
        kind, seed, made.expression, made.span_s, span_s,
        None if best is None else best["score"],
        0.0 if span_s is None else round(temporal_iou(span_s, made.span_s), 4),
        len(spans), result["seconds"], sum(counts) if counts else None, **cost,
        method=None if best is None else best["method"], error=result["error"],
    )  # fmt: skip


def summary(found: Sequence[Found]) -> dict[str, object]:
    """Figures of one kind of medium."""
    seconds = [one.seconds for one in found if one.seconds is not None]
    windows = [one.windows for one in found if one.windows is not None]
    return {
        "n": len(found),
        "r1_50": round(statistics.fmean(one.iou >= GOOD_IOU for one in found), 4),
        "r1_70": round(statistics.fmean(one.iou >= BETTER_IOU for one in found), 4),
        "mtiou": round(statistics.mean(one.iou for one in found), 4),
        "nothing_found": sum(one.span_s is None and one.error is None for one in found),
        "errors": sum(one.error is not None for one in found),
        "seconds": round(statistics.mean(seconds), 2) if seconds else None,
        "windows": round(statistics.mean(windows), 1) if windows else None,
        "wall_s": round(statistics.mean(one.wall_s for one in found), 2),
        "render_s": round(statistics.mean(one.render_s for one in found), 2),
    }


def peak_mib() -> int:
    """The most memory that any process of a `ground` command had taken."""
    return round(
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    )


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Find one short event in long rendered media.")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="files of each kind (default 10)")
    parser.add_argument("--minutes", type=float, default=30.0, help="length of a file (default 30)")
    parser.add_argument("--event", type=float, default=2.0, metavar="S", help="seconds of the event (default 2)")
    parser.add_argument("--kind", nargs="+", choices=["video", "sound"], default=["video", "sound"])
    parser.add_argument("--seed", type=int, default=0, help="of the first file (default 0)")
    parser.add_argument("--model", metavar="NAME|DIR", help="a model (default: the one of the medium)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the files in this folder")
    options = parser.parse_args(arguments)
    if options.count < 1 or not 0 < options.event <= 60 * options.minutes:
        parser.error("--count must be 1 or more, and the event shorter than the file")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    found: list[Found] = []
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="groundlabel-sweep-")))
        folder.mkdir(parents=True, exist_ok=True)
        for kind in options.kind:
            for seed in range(options.seed, options.seed + options.count):
                found.append(measure(kind, seed, folder, options))
                print(json.dumps(asdict(found[-1])), file=sys.stderr, flush=True)
    by_kind = {kind: summary([one for one in found if one.kind == kind]) for kind in options.kind}
    facts = {"model": options.model, "minutes": options.minutes, "event_s": options.event, "peak_mib": peak_mib()}
    machine = {"machine": platform.machine(), "python": platform.python_version()}
    print(json.dumps({**facts, **by_kind, "files": [asdict(one) for one in found], **machine}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
