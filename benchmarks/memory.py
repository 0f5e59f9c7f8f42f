"""Whether memory grows with the number of questions: resident megabytes of the model's process and of this one.

    python benchmarks/memory.py [--questions 10000] [--model mini] [--write]

Asks through the product's own host (a child process), many different expressions on pictures in turn, alone and five
together. Promised: at most 1 MB for 1,000 questions after the first 1,000. Exit code 1 when it is more. `--write` puts
what was found into `docs/measurements/memory.json`.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="groundlabel-memory-")
os.environ["GROUNDLABEL_HOME"] = str(Path(SCRATCH.name) / "home")

from timing import record  # noqa: E402
from timing.clock import commit, machine, slope, today  # noqa: E402
from timing.material import Material, clips, photographs, sounds  # noqa: E402

from core.grounding.host import HostedGrounder  # noqa: E402
from core.grounding.registry import DEFAULT_MODEL  # noqa: E402
from core.jobs import JobContext  # noqa: E402
from core.workflows.ask import ask  # noqa: E402

OUT = ROOT / "docs" / "measurements" / "memory.json"
WARM = 1_000  # questions before the growth counts
PROMISED_MB = 1.0  # for 1,000 questions
LOOKS = 40
_TOGETHER = 5
_COLOURS = ("red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "grey", "black", "white")
_THINGS = ("circle", "square", "triangle", "star", "heart", "ring", "cross", "diamond", "arrow", "letter A", "cup")
_WHERE = ("", " on the left", " on the right", " at the top", " at the bottom", " next to the circle")


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def expressions() -> Iterator[str]:
    """Words without end; over 2,000 of them before the first comes again, and a number makes each its own."""
    number = 0
    while True:
        for where in _WHERE:
            for thing in _THINGS:
                for colour in _COLOURS:
                    for amount in ("the", "all", "the largest"):
                        number += 1
                        yield f"{amount} {colour} {thing}{where}" + (f" {number}" if number % 3 == 0 else "")


def material(kind: str, folder: Path) -> list[Material]:
    """More media than are kept encoded."""
    if kind == "image":
        return photographs(folder, 40, size_wh=(640, 480))
    return list(clips(folder, 8, seconds=4.0) if kind == "video" else sounds(folder, 20))


def main() -> int:
    """Ask, look, print; 0 when growth is as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or a folder (mini)")
    parser.add_argument("--kind", choices=("image", "video", "audio"), default="image", help="of the media (image)")
    parser.add_argument("--write", action="store_true", help=f"write {OUT.relative_to(ROOT)}")
    args = parser.parse_args()
    with SCRATCH:
        found = watch(args.model, args.kind, args.questions)
    print(json.dumps({key: value for key, value in found.items() if key != "looks"}))
    if args.write:
        record.write(OUT, found)
        record.memory_page(found)
    return 0 if found["as_promised"] else 1


def watch(model: str, kind: str, questions: int) -> dict[str, Any]:
    """Resident memory over so many questions, and how it grows behind the first `WARM`."""
    media = material(kind, Path(SCRATCH.name))
    words = expressions()
    looks: list[tuple[int, float, float]] = []
    asked = turn = 0
    began = time.monotonic()
    with HostedGrounder(model) as grounder:
        grounder.describe()
        (child,) = multiprocessing.active_children()
        while asked < questions:
            # one medium ten times in a row, as people do, then the next
            medium = media[(turn // 10) % len(media)]
            count = _TOGETHER if turn % 2 else 1
            for _ in ask(grounder, medium.source, [next(words) for _ in range(count)], JobContext()):
                asked += 1
            turn += 1
            if asked >= (len(looks) + 1) * questions / LOOKS:
                gc.collect()
                looks.append((asked, resident_mb(child.pid or 0), resident_mb(os.getpid())))
                print(f"{asked} questions: model {looks[-1][1]:.1f} MB, asker {looks[-1][2]:.1f} MB", flush=True)
    after = [look for look in looks if look[0] >= min(WARM, questions / 4)]
    xs = [look[0] / 1000 for look in after]
    growth = {name: slope(xs, [look[at] for look in after]) for at, name in ((1, "model"), (2, "asker"))}
    return {
        "machine": machine(), "date": today(), "commit": commit(), "model": model, "kind": kind, "questions": asked,
        "mb_per_1000_after_the_first_1000": {name: round(line["slope"], 3) for name, line in growth.items()},
        "from_to_mb": {"model": [round(after[0][1], 1), round(after[-1][1], 1)],
                       "asker": [round(after[0][2], 1), round(after[-1][2], 1)]},
        "as_promised": all(line["slope"] <= PROMISED_MB for line in growth.values()),
        "seconds": round(time.monotonic() - began), "looks": looks,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
