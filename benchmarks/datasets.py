"""Times `prepare coco` on a made file of many boxes, and how much memory it takes: the largest files that it reads.

    .venv/bin/python benchmarks/datasets.py [--boxes 1000000] [--json]

Pictures need not exist: their rows are kept. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # in place of this folder, whose queue.py is not the one that others import

from core.workflows.prepare import Wish, prepare  # noqa: E402

CATEGORIES = 80
BOXES_A_PICTURE = 8
CORNERS = 30  # of an outline, which is most of COCO's size


def pictures(count: int) -> Iterator[dict[str, object]]:
    """Entries as COCO has them."""
    for number in range(count):
        yield {"id": number, "file_name": f"{number:012d}.jpg", "width": 640, "height": 480, "license": 1}


def boxes(count: int, picture_count: int) -> Iterator[dict[str, object]]:
    """Boxes with outlines, those of a picture spread over the file."""
    draw = random.Random(0)
    for number in range(count):
        outline = [round(draw.random() * 600, 2) for _ in range(2 * CORNERS)]
        x, y = round(draw.random() * 500, 2), round(draw.random() * 400, 2)
        yield {
            "segmentation": [outline],
            "iscrowd": 0,
            "image_id": draw.randrange(picture_count),
            "bbox": [x, y, 100.5, 70.25],
            "category_id": draw.randrange(1, CATEGORIES + 1),
            "id": number,
        }


def make_file(place: Path, count: int) -> None:
    """instances_train2017.json with so many boxes, categories at its end as in COCO."""
    picture_count = max(count // BOXES_A_PICTURE, 1)
    place.parent.mkdir(parents=True)
    with place.open("w", encoding="utf-8") as stream:
        for head, entries in (
            ('{"info": {}, "images": [', pictures(picture_count)),
            ('], "annotations": [', boxes(count, picture_count)),
            ('], "categories": [', ({"id": k, "name": f"thing {k}"} for k in range(1, CATEGORIES + 1))),
        ):
            stream.write(head)
            for number, entry in enumerate(entries):
                stream.write((", " if number else "") + json.dumps(entry))
        stream.write("]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boxes", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        file = source / "annotations/instances_train2017.json"
        make_file(file, args.boxes)
        begun = time.perf_counter()
        done = prepare(Wish("coco", source, source / "rows.json", keep_missing=True))
        seconds = time.perf_counter() - begun
        megabytes = file.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    found = {
        "boxes": args.boxes,
        "file_mb": round(megabytes, 1),
        "rows": done.rows,
        "seconds": round(seconds, 1),
        "peak_mib": round(peak),
    }
    print(json.dumps(found) if args.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
