"""Time as these measurements count it: wall seconds and CPU seconds of this process and its children, interleaved.

On a machine that others use, wall time says little; CPU seconds, and the ratio of two ways measured in turn, say more.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(slots=True)
class Taken:
    """Seconds of one piece of work: on the clock, and of processors, all threads and children together."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(slots=True)
class Samples:
    """Pieces of work that were done the same way."""

    taken: list[Taken] = field(default_factory=list)

    @property
    def wall_s(self) -> float:
        """Median."""
        return statistics.median(one.wall_s for one in self.taken)

    @property
    def cpu_s(self) -> float:
        """Median."""
        return statistics.median(one.cpu_s for one in self.taken)


def _of_children() -> float:
    """CPU seconds of running children; 0 where the system does not say."""
    total = 0.0
    for child in multiprocessing.active_children():
        try:
            fields = Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def synchronise() -> None:
    """Wait until a GPU has done what it was told."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


@contextmanager
def measured(samples: Samples) -> Iterator[Taken]:
    """Add what the block takes."""
    taken = Taken()
    synchronise()
    wall, cpu, children = time.perf_counter(), time.process_time(), _of_children()
    yield taken
    synchronise()
    taken.wall_s = time.perf_counter() - wall
    taken.cpu_s = time.process_time() - cpu + _of_children() - children
    samples.taken.append(taken)


def in_turn(
    ways: Mapping[str, Callable[[int], object]], repeats: int
) -> tuple[dict[str, Samples], dict[str, list[Any]]]:
    """Do each way once, then each again, `repeats` times: what disturbs the machine disturbs all of them alike.

    A way gets the number of the repeat. Returns the times and what the ways returned.
    """
    samples: dict[str, Samples] = {name: Samples() for name in ways}
    results: dict[str, list[Any]] = {name: [] for name in ways}
    for number in range(repeats):
        order = list(ways.items())
        for name, way in order if number % 2 == 0 else reversed(order):
            with measured(samples[name]):
                result = way(number)
            results[name].append(result)
    return samples, results


def told(title: str, baseline: Samples, ours: Samples, same: bool | None, repeats: int) -> dict[str, Any]:
    """A row: seconds of both ways, their ratios (ours / baseline) and whether they said the same."""
    return {
        "title": title,
        "repeats": repeats,
        "baseline": {"wall_s": round(baseline.wall_s, 5), "cpu_s": round(baseline.cpu_s, 5)},
        "ours": {"wall_s": round(ours.wall_s, 5), "cpu_s": round(ours.cpu_s, 5)},
        "ratio": round(ours.wall_s / baseline.wall_s, 4),
        "cpu_ratio": round(ours.cpu_s / max(baseline.cpu_s, 1e-9), 4),
        "same_text": same,
    }


def slope(xs: Sequence[float], ys: Sequence[float]) -> dict[str, float]:
    """The straight line through points by least squares: y at 0, growth for one x, and the share r² it explains."""
    line = statistics.linear_regression(xs, ys)
    spread = statistics.pvariance(ys)
    left = statistics.fmean((y - line.slope * x - line.intercept) ** 2 for x, y in zip(xs, ys, strict=True))
    return {"at_0": line.intercept, "slope": line.slope, "r2": 1 - left / spread if spread else 1.0}


def machine() -> dict[str, Any]:
    """What the figures belong to, in words that fit any machine."""
    import torch
    import transformers

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {
        "words": gpu or f"{cores} CPU cores ({platform.machine()})",
        "processor": _processor(),
        "cores": cores,
        "threads": torch.get_num_threads(),
        "load_before": load,
        "gpu": gpu,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8", errors="replace").splitlines() if info.exists() else []
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


def commit() -> str:
    """The commit that is measured, with a plus when the tree differs from it."""
    if os.environ.get("COMMIT"):
        return os.environ["COMMIT"]
    try:
        head = subprocess.run(
            ["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
        tree = ["git", "status", "--porcelain", "--untracked-files=no", "--", "core", "ckpt", "benchmarks"]
        changed = subprocess.run(tree, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return f"{head}+" if changed else head


def today() -> str:
    """The date in UTC."""
    return datetime.now(UTC).date().isoformat()
