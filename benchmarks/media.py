"""Times what reading media costs: numbering a video, sampling it, jumping in it, and sweeping a sound.

    .venv/bin/python benchmarks/media.py FILE… [--frames 64] [--side 224] [--json]

Measured, never asserted. Both readers of frames are timed where decord agrees with the numbering; `peak_mib` is the
most memory that the process had taken by then, so the first file tells the most.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.errors import MediaError  # noqa: E402
from core.media.audio import AudioFile  # noqa: E402
from core.media.packet_index import PacketIndex, build_index  # noqa: E402
from core.media.video import open_video  # noqa: E402

WINDOW_S, OVERLAP_S = 30.0, 5.0
JUMPS = 12


def measure(path: Path, frames: int, side: int) -> dict[str, object]:
    """Everything about one file; what it does not hold is left out."""
    found: dict[str, object] = {"file": path.name, "mib": round(path.stat().st_size / 2**20, 1)}
    try:
        found["video"] = measure_video(path, frames, side)
    except MediaError as error:
        found["video"] = str(error)
    try:
        found["sound"] = measure_sound(path)
    except MediaError as error:
        found["sound"] = str(error)
    return {**found, "peak_mib": round(peak_mib())}


def measure_video(path: Path, frames: int, side: int) -> dict[str, object]:
    started = time.perf_counter()
    index = build_index(path)
    facts = {
        "frames": len(index),
        "duration_s": round(index.duration_s, 3),
        "codec": index.codec,
        "size_wh": index.size_wh,
        "numbered_by": index.method,
        "index_s": since(started),
    }
    return {**facts, "readers": [measure_reader(path, index, frames, side, fast=fast) for fast in (False, True)]}


def measure_reader(path: Path, index: PacketIndex, frames: int, side: int, *, fast: bool) -> dict[str, object]:
    size = (side, side)
    started = time.perf_counter()
    with open_video(path, index=index, fast=fast) as video:
        video.frame(0, size_wh=size)
        first_s = since(started)
        started = time.perf_counter()
        for _ in video.frames_at(video.uniform(frames), size_wh=size):
            pass
        spread_s = since(started)
        started = time.perf_counter()
        for number in random.Random(1).choices(range(len(index)), k=JUMPS):
            video.frame(number, size_wh=size)
        jump_ms = round(1000 * (time.perf_counter() - started) / JUMPS, 1)
        return {"reader": video.reader, "first_frame_s": first_s, f"spread_{frames}_s": spread_s, "jump_ms": jump_ms}


def measure_sound(path: Path) -> dict[str, object]:
    with AudioFile(path) as sound:
        started = time.perf_counter()
        end_s = sound.end_s()
        length_s = since(started)
        started = time.perf_counter()
        middle = (sound.start_s + end_s) / 2
        sound.read(middle, middle + 10)
        read_s = since(started)
        started = time.perf_counter()
        windows = sum(1 for _ in sound.windows(WINDOW_S, OVERLAP_S))
        return {
            "rate": sound.native_rate,
            "channels": sound.channels,
            "end_s": round(end_s, 3),
            "length_found_s": length_s,
            "read_10s_s": read_s,
            "windows": windows,
            "sweep_s": since(started),
        }


def since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Time the reading of videos and sounds.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--frames", type=int, default=64, help="frames spread over a video")
    parser.add_argument("--side", type=int, default=224, help="side of the square that frames are scaled to")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    chosen = parser.parse_args(arguments)
    found = [measure(path, chosen.frames, chosen.side) for path in chosen.files]
    if chosen.json:
        print(json.dumps({"python": platform.python_version(), "machine": platform.machine(), "files": found}))
        return 0
    for one in found:
        print(json.dumps(one, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
