"""Times a large COCO file: read into a project by the command, and written again, with the most memory that each took.

    .venv/bin/python benchmarks/exchange.py [--annotations 1000000] [--images 10000] [--classes 80] [--again] [--json]

Measured, never asserted. The file is made here, with as many small pictures as it names: an import looks at each. The
commands run as processes of their own, so that `peak_mib` is theirs alone. `--again` imports the same file once more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SIDE = 640
PICTURES_A_FOLDER = 10_000


def make_source(folder: Path, *, annotations: int, images: int, classes: int, masks: bool = False) -> Path:
    """A COCO file as the published ones are written, categories last, and its pictures beside it."""
    chance = random.Random(1)
    names = [f"images/{number // PICTURES_A_FOLDER:03d}/{number:08d}.png" for number in range(images)]
    first = folder / "picture.png"
    Image.new("L", (SIDE, SIDE)).save(first)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(first, folder / name)
    place = folder / "instances.json"
    with place.open("w", encoding="utf-8") as stream:
        stream.write('{"info": {"year": 2017}, "licenses": [], "images": [')
        entries = (
            {"id": number + 1, "file_name": name, "width": SIDE, "height": SIDE} for number, name in enumerate(names)
        )
        stream.write(", ".join(map(json.dumps, entries)) + '], "annotations": [')
        for number in range(annotations):
            x, y = chance.uniform(0, 500), chance.uniform(0, 500)
            width, height = chance.uniform(2, 130), chance.uniform(2, 130)
            box = [round(value, 2) for value in (x, y, width, height)]
            entry: dict[str, object] = {
                "id": number + 1,
                "image_id": chance.randrange(images) + 1,
                "category_id": chance.randrange(classes) + 1,
                "bbox": box,
                "area": box[2] * box[3],
                "segmentation": [],
                "iscrowd": 0,
            }
            if masks:
                entry["segmentation"] = [[round(chance.uniform(0, 640), 2) for _ in range(40)]]
            stream.write((", " if number else "") + json.dumps(entry))
        table = [{"id": number + 1, "name": f"class {number + 1}", "supercategory": ""} for number in range(classes)]
        stream.write('], "categories": ' + json.dumps(table) + "}")
    return place


def measure(name: str, command: Sequence[str], count: int) -> dict[str, object]:
    """Run `main.py` with these arguments; seconds, annotations a second, and the most memory of the process."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    text = child.stdout.read()
    child.stdout.close()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    report = json.loads(text) if text.strip() else {}
    return {
        "what": name,
        "exit": child.returncode,
        "seconds": round(seconds, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "annotations_per_s": round(count / seconds),
        "peak_mib": round(used.ru_maxrss / 1024),
        "written": report.get("written"),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Make the file, and time each command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--annotations", type=int, default=1_000_000)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--masks", action="store_true", help="a polygon of 20 corners for each")
    parser.add_argument("--again", action="store_true", help="import the same file a second time")
    parser.add_argument("--format", action="append", default=[], metavar="ID", help="also export this format")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="exchange-") as scratch:
        folder = Path(scratch)
        os.environ["GROUNDLABEL_HOME"] = str(folder / "home")
        count = args.annotations
        source = make_source(folder, annotations=count, images=args.images, classes=args.classes, masks=args.masks)
        project, out = str(folder / "p.groundlabel"), str(folder / "out.json")
        reading = ["import", str(source), "--format", "coco", "--into", project, "--json"]
        steps = [("import coco", reading)]
        if args.again:
            steps.append(("import coco again", reading))
        for name in ("coco", *args.format):
            steps.append((f"export {name}", ["export", project, "--format", name, "--out", f"{out}.{name}", "--json"]))
        print(f"{source.stat().st_size / 2**20:.0f} MiB, {count} annotations, {args.images} pictures")
        for name, command in steps:
            facts = measure(name, command, count)
            print(json.dumps(facts) if args.json else "  ".join(f"{key} {value}" for key, value in facts.items()))
        print(f"project: {Path(project).stat().st_size / 2**20:.0f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
