"""What `interop.py` has other tools do, in an environment of their own: write files of known regions, read ours again.

    PYTHON interop_tools.py write FOLDER     files of every tool below FOLDER, and the pictures that they are about
    PYTHON interop_tools.py read FOLDER      what the tools find in our files there, as one JSON object

Knows nothing of GroundLabel.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Regions = dict[str, list[list[Any]]]  # by picture: label and corners; by sound: tier, start, end and text

SIZES = {"é ü.jpg": (640, 480), "b.png": (100, 300), "empty.jpg": (64, 48)}
BOXES: Regions = {
    "é ü.jpg": [["cat", 0, 0, 640, 480], ["犬", 12.5, 7.25, 312.75, 207.75], ["cat", 10, 10, 50, 60]],
    "b.png": [["犬", 33.25, 0.5, 93.75, 100.5]],
    "empty.jpg": [],
}
LABELS = ["cat", "犬"]
SPANS: Regions = {"a": [["dog", 1.25, 2.5, 'it "barks" é'], ["犬", 3.0, 3.125, "ring"]]}
LENGTH_S = 9.0
NAMED = "?d="


def write(folder: Path) -> None:
    """Files of each tool, in a folder of its name."""
    from PIL import Image

    for name, size in SIZES.items():
        place = folder / "images" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (10, 120, 200)).save(place)
    _datumaro_writes(folder)
    _label_studio_writes(folder)
    _praat_writes(folder)
    _tgt_writes(folder)


def _datumaro_writes(folder: Path) -> None:
    from datumaro.components.annotation import Bbox
    from datumaro.components.dataset import Dataset
    from datumaro.components.dataset_base import DatasetItem
    from datumaro.components.media import Image

    def item(name: str, first: int) -> DatasetItem:
        boxes = [
            Bbox(x1, y1, x2 - x1, y2 - y1, label=LABELS.index(label), id=first + n, group=first + n)
            for n, (label, x1, y1, x2, y2) in enumerate(BOXES[name])
        ]
        media = Image.from_file(path=str(folder / "images" / name))
        return DatasetItem(id=Path(name).stem, subset="train", media=media, annotations=boxes)

    dataset = Dataset.from_iterable([item(name, 1 + 10 * n) for n, name in enumerate(BOXES)], categories=LABELS)
    for name in ("coco_instances", "voc_detection", "yolo", "cvat", "mot_seq_gt"):
        dataset.export(str(folder / "datumaro" / name), name, save_media=name in ("yolo", "mot_seq_gt"))


def _label_studio_writes(folder: Path) -> None:
    """The converter makes tasks of Label Studio out of COCO and YOLO."""
    from label_studio_converter.imports.coco import convert_coco_to_ls
    from label_studio_converter.imports.yolo import convert_yolo_to_ls

    out = folder / "label-studio"
    out.mkdir()
    source = folder / "datumaro" / "coco_instances" / "annotations" / "instances_train.json"
    convert_coco_to_ls(str(source), str(out / "coco.json"), image_root_url=f"/data/local-files/{NAMED}")
    yolo = out / "yolo"
    shutil.copytree(folder / "images", yolo / "images")
    shutil.copytree(
        folder / "datumaro" / "yolo" / "obj_train_data", yolo / "labels", ignore=shutil.ignore_patterns("*.[jp][pn]g")
    )
    (yolo / "classes.txt").write_text("\n".join(LABELS) + "\n", encoding="utf-8")
    where = f"/data/local-files/{NAMED}"
    convert_yolo_to_ls(str(yolo), str(out / "yolo.json"), image_ext=".jpg,.png", image_root_url=where)


def _praat_writes(folder: Path) -> None:
    from parselmouth.praat import call, run

    out = folder / "praat"
    out.mkdir()
    grid = call("Create TextGrid", 0.0, LENGTH_S, " ".join(label for label, *_ in SPANS["a"]), "")
    for number, (_, start, end, text) in enumerate(SPANS["a"], start=1):
        for edge in (start, end):
            call(grid, "Insert boundary", number, edge)
        call(grid, "Set interval text", number, 2, text)
    for name in ("UTF-8", "UTF-16", "try ASCII, then UTF-16"):
        run(f'Text writing preferences: "{name}"')
        for kind in ("text file", "short text file"):
            place = out / f"{name} {kind}".replace(",", "").replace(" ", "-") / "a.TextGrid"
            place.parent.mkdir()
            call(grid, f"Save as {kind}", str(place))


def _tgt_writes(folder: Path) -> None:
    import tgt

    grid = tgt.TextGrid()
    for label, start, end, text in SPANS["a"]:
        tier = tgt.IntervalTier(0, LENGTH_S, label)
        tier.add_interval(tgt.Interval(start, end, text))
        grid.add_tier(tier)
    for kind in ("long", "short"):
        place = folder / "tgt" / kind / "a.TextGrid"
        place.parent.mkdir(parents=True)
        tgt.write_to_file(grid, str(place), format=kind)


# --- reading ours ------------------------------------------------------------------------------


def read(folder: Path) -> dict[str, Regions | str]:
    """What each tool finds in our files, or the error with which it gives up."""
    readers: dict[str, Callable[[], Regions]] = {
        "Datumaro coco": lambda: _datumaro_reads(folder / "coco", "coco_instances"),
        "Datumaro voc": lambda: _datumaro_reads(folder / "voc", "voc_detection"),
        "Datumaro cvat-images": lambda: _datumaro_reads(folder / "cvat-images" / "out.xml", "cvat"),
        "Label Studio's converter label-studio": lambda: _label_studio_reads(folder / "label-studio" / "out.json"),
        "Praat textgrid": lambda: _praat_reads(folder / "textgrid" / "a.TextGrid"),
        "TextGridTools textgrid": lambda: _tgt_reads(folder / "textgrid" / "a.TextGrid"),
    }
    found: dict[str, Regions | str] = {}
    for name, reader in readers.items():
        try:
            found[name] = reader()
        except Exception as error:  # noqa: BLE001 - whatever a foreign tool raises is a result
            found[name] = f"{type(error).__name__}: {error} ({error.__cause__ or error.__context__})"
    return found


def _datumaro_reads(source: Path, name: str) -> Regions:
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    dataset = Dataset.import_from(str(source), name)
    labels = [label.name for label in dataset.categories()[AnnotationType.label]]
    names = {Path(name).stem: name for name in BOXES}
    return {
        names[Path(item.id).stem]: [
            [labels[box.label], *map(float, box.points)] for box in item.annotations if box.type == AnnotationType.bbox
        ]
        for item in dataset
    }


def _label_studio_reads(source: Path) -> Regions:
    from label_studio_converter import Converter

    labels = "".join(f'<Label value="{name}"/>' for name in LABELS)
    image = '<Image name="image" value="$image"/>'
    config = f'<View>{image}<RectangleLabels name="label" toName="image">{labels}</RectangleLabels></View>'
    out = source.parent / "back"
    Converter(config=config, project_dir=str(out)).convert_to_coco(str(source), str(out), is_dir=False)
    found = json.loads((out / "result.json").read_text(encoding="utf-8"))
    names = {one["id"]: Path(unquote(one["file_name"]).split(NAMED)[-1]).name for one in found["images"]}
    kinds = {one["id"]: one["name"] for one in found["categories"]}
    regions: Regions = {name: [] for name in BOXES}
    for one in found["annotations"]:
        x, y, width, height = one["bbox"]
        regions[names[one["image_id"]]].append([kinds[one["category_id"]], x, y, x + width, y + height])
    return regions


def _praat_reads(source: Path) -> Regions:
    from parselmouth.praat import call

    grid = call("Read from file...", str(source))
    found: list[list[Any]] = []
    for tier in range(1, call(grid, "Get number of tiers") + 1):
        name = call(grid, "Get tier name", tier)
        for number in range(1, call(grid, "Get number of intervals", tier) + 1):
            text = call(grid, "Get label of interval", tier, number)
            if text:
                edges = [call(grid, f"Get {edge} time of interval", tier, number) for edge in ("start", "end")]
                found.append([name, *edges, text])
    return {"a": found}


def _tgt_reads(source: Path) -> Regions:
    import tgt

    grid = tgt.read_textgrid(str(source), encoding="utf-8")
    return {
        "a": [
            [tier.name, float(one.start_time), float(one.end_time), one.text]
            for tier in grid.tiers
            for one in tier.annotations
        ]
    }


if __name__ == "__main__":
    task, place = sys.argv[1], Path(sys.argv[2])
    if task == "write":
        write(place)
    else:
        Path(sys.argv[3]).write_text(json.dumps(read(place)), encoding="utf-8")
