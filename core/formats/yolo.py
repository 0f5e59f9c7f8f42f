"""YOLO detection: a folder with `data.yaml` (the frozen table of classes), lists of pictures, and a text per picture.

A line is `class x y width height` in 0-1 of the picture's own sides, the centre first; numbers have up to 12 digits.
Classes count from 0: `Label.number`. Pictures are named as `images/NAME` in the lists, their texts are `labels/NAME`
with the suffix `.txt`, as Ultralytics looks for them; the pictures themselves are not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml  # type: ignore[import-untyped]

from core.errors import FormatError
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.folders import write_folder
from core.formats.kept import Kept
from core.formats.losses import PICTURES, Holds, Sorted, sort_out
from core.formats.names import portable_names
from core.formats.shapes import box_around, fits, pairs
from core.formats.spaces import Space, from_pixels, to_pixels
from core.formats.text_files import one_line, without_gaps
from core.formats.yolo_reading import YoloReader
from core.jobs import Note, Report
from core.schema import Annotation, Box, Label, MediaItem, SplitName

HOLDS = Holds("yolo", "YOLO", PICTURES, frozenset({"boxes"}), words="none", splits=True, needs_size=True)
_SPLITS: tuple[SplitName, ...] = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class YoloFormat:
    """Reads a folder, its `data.yaml`, or a Darknet folder with `classes.txt`; writes a folder."""

    id: str = "yolo"
    title: str = "YOLO detection (a folder of texts)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every text of labels. Polygons become boxes, which the report says; `FormatError` when malformed."""
        reader = YoloReader(source, options)
        collector = reader.read()
        spaces: dict[str, Space] = {item.id: "picture_norm" for item in collector.media}
        return ImportBatch(self.id, source, collector.contents(), collector.report, spaces=spaces)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the folder. What YOLO has no place for is reported."""
        if out.is_file():
            raise FormatError(f"{out} is a file", why="YOLO is a folder of files", next_step="name a folder")
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        places = _places(found, names, report)
        labels = {label.id: label for label in contents.labels}
        kept = Kept.of(contents, self.id)
        files: dict[Path, str] = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            lines = [_line(one, labels[one.label_id], item, kept, report) for one in found.of(item)]
            files[out.joinpath("labels", *PurePosixPath(places[item.id][1]).parts)] = "".join(f"{x}\n" for x in lines)
        splits = {mark.id: mark.split for mark in contents.splits}
        lists = _lists([(places[item.id][0], splits.get(item.id)) for item in found.media])
        files |= {out / f"{name}.txt": "".join(f"./images/{place}\n" for place in held) for name, held in lists.items()}
        files[out / "data.yaml"] = _data_yaml(contents.labels, lists, kept.file(), report)
        out.mkdir(parents=True, exist_ok=True)
        write_folder(files, out, report)
        return report


def _places(found: Sorted, names: Mapping[str, str], report: Report) -> dict[str, tuple[str, str]]:
    """For each medium: the picture's name under `images/` and its text's under `labels/`."""
    places: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for item in found.media:
        name = names[item.id].removeprefix("images/")
        if "\n" in name or "\r" in name:
            report.changed.append(Note("a line end in a picture's name became a space", names[item.id]))
            name = one_line(name)
        text = str(PurePosixPath(name).with_suffix(".txt"))
        if text in taken:
            what = f"labels/{text} is another picture's; its text is labels/{name}.txt, which YOLO itself does not find"
            report.changed.append(Note(what, names[item.id]))
            text = f"{name}.txt"
        taken.add(text)
        places[item.id] = (name, text)
    return places


def _line(annotation: Annotation, label: Label, item: MediaItem, kept: Kept, report: Report) -> str:
    box = annotation.region
    assert isinstance(box, Box) and item.width and item.height  # sort_out leaves nothing else
    size, own = (item.width, item.height), kept.own(annotation)
    polygon, score = own.get("polygon"), own.get("score")
    if isinstance(polygon, list):
        around = box_around(pairs([float(value) for value in polygon]))
        pixels = to_pixels((around.x1, around.y1, around.x2, around.y2), "picture_norm", size)
        if fits(Box(*pixels), box):
            return f"{label.number} {' '.join(map(_number, polygon))}"
        report.changed.append(Note("the polygon is left out, because its box was edited", item.path))
    x1, y1, x2, y2 = from_pixels((box.x1, box.y1, box.x2, box.y2), "picture_norm", size)
    numbers = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]
    more = own.get("points")
    numbers += [float(value) for value in more] if isinstance(more, list) else []
    numbers += [float(score)] if isinstance(score, int | float) else []
    return f"{label.number} {' '.join(map(_number, numbers))}"


def _number(value: float) -> str:
    return f"{value:.12g}"


def _lists(places: Iterable[tuple[str, SplitName | None]]) -> dict[str, list[str]]:
    """The pictures of each split; `unsplit` has those that are in none."""
    lists: dict[str, list[str]] = {}
    for name, split in places:
        lists.setdefault(split or "unsplit", []).append(name)
    return lists


def _data_yaml(
    labels: Iterable[Label], lists: Mapping[str, list[str]], fields: Mapping[str, object], report: Report
) -> str:
    """The table of classes and the lists. Ultralytics wants `train` and `val`: where there is none, all pictures."""
    table = {label.number: label.name for label in sorted(labels, key=lambda label: label.number)}
    if table and sorted(table) != list(range(len(table))):
        # Ultralytics counts classes without a gap: numbers that are not used get a name of their own.
        report.changed.append(Note("numbers without a class are called unused-N in data.yaml", "classes"))
        table = without_gaps(table, 0, "YOLO")
    document: dict[str, object] = {**fields, "path": "."}
    fallback = next((name for name in ("train", "unsplit", "val", "test") if name in lists), "unsplit")
    for split in _SPLITS:
        if split in lists or split != "test":
            document[split] = f"{split if split in lists else fallback}.txt"
    if "unsplit" in lists:
        document["unsplit"] = "unsplit.txt"
    document["names"] = table
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000))


FORMAT = YoloFormat()
