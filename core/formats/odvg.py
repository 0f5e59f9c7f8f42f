"""ODVG, the rows that Grounding DINO trains on: JSON lines, a picture each, corners in pixels of the upright picture.

A picture whose words are its labels is a `detection` row; any other a `grounding` row, with its expressions as phrases
of a caption and the label as `category`. The table of classes is written beside as `NAME_label_map.json`. The key
`groundlabel` of a row holds verdicts and marks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector
from core.formats.groundinggpt import numbered_rows
from core.formats.kept import Json, Keeper, Kept, others
from core.formats.losses import PICTURES, Holds, sort_out
from core.formats.marks import MARKS, Marks, read_marks
from core.formats.names import portable_names
from core.formats.shapes import has_area
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_size,
    as_text,
    malformed,
    plain_number,
    read_json,
    write_files,
)
from core.jobs import Report
from core.packed import Packed
from core.schema import Annotation, Box, Label, MediaItem

HOLDS = Holds("odvg", "ODVG", PICTURES, frozenset({"boxes"}), marks=True, needs_size=True)
_KNOWN_IN_ROW = ("filename", "file_name", "height", "width", "detection", "grounding", MARKS)


@dataclass(frozen=True, slots=True)
class OdvgFormat:
    """Reads and writes JSON lines."""

    id: str = "odvg"
    title: str = "ODVG (JSON lines)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every row; `FormatError` when one is malformed."""
        reader = _Reader(source, Collector(options, annotations=Packed(), verdicts=Packed()))
        reader.read_table()
        for where, row in numbered_rows(source):
            options.context.raise_if_cancelled()
            reader.row(row, where)
        reader.finish()
        return ImportBatch(self.id, source, reader.collector.contents(), reader.collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one row per picture, and the table of classes beside."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        labels = {label.id: label for label in contents.labels}
        kept, marks = Kept.of(contents, self.id), Marks.of(contents)

        def lines() -> Iterator[str]:
            for item in found.media:
                options.context.raise_if_cancelled()
                row: Json = {"filename": names[item.id], "height": item.height, "width": item.width}
                row |= _annotations(found.of(item), labels, kept) | kept.medium(item.id) | marks.entry(item)
                yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"

        table = {str(label.number): label.name for label in sorted(contents.labels, key=lambda one: one.number)}
        text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
        write_files([(out, lines()), (out.with_name(f"{out.stem}_label_map.json"), text)])
        return report


def _annotations(annotations: list[Annotation], labels: dict[str, Label], kept: Kept) -> Json:
    if all(one.expressions == (labels[one.label_id].name,) for one in annotations):
        instances = [
            {
                "bbox": _numbers(one.region),
                "label": labels[one.label_id].number,
                "category": labels[one.label_id].name,
                **kept.own(one).get("fields", {}),  # type: ignore[dict-item]
            }
            for one in annotations
        ]
        return {"detection": {"instances": instances}}
    phrases = [text for one in annotations for text in (one.expressions or (labels[one.label_id].name,))]
    regions = [
        {
            "bbox": _numbers(one.region),
            "phrase": one.expressions[0] if one.expressions else labels[one.label_id].name,
            "category": labels[one.label_id].name,
            **({} if len(one.expressions) == 1 else {"expressions": list(one.expressions)}),
            **kept.own(one).get("fields", {}),  # type: ignore[dict-item]
        }
        for one in annotations
    ]
    return {"grounding": {"caption": " . ".join(dict.fromkeys(phrases)), "regions": regions}}


def _numbers(region: object) -> list[int | float]:
    assert isinstance(region, Box)  # sort_out leaves nothing else
    return [plain_number(value) for value in (region.x1, region.y1, region.x2, region.y2)]


@dataclass(slots=True)
class _Reader:
    source: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("odvg"))
    table: dict[int, str] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    own: bool = False

    def read_table(self) -> None:
        """The classes that stand beside the rows, where there are some."""
        folder = self.source.parent
        for place in (folder / f"{self.source.stem}_label_map.json", folder / "label_map.json"):
            if place.is_file():
                for number, name in as_object(read_json(place), place, "").items():
                    if not number.isdecimal():
                        raise malformed(place, number, "the number of a class", number)
                    self.table[int(number)] = as_text(name, place, number)
                break
        for known, named in sorted(self.table.items()):
            self.collector.label(named, known)

    def row(self, row: Json, where: str) -> None:
        name = as_text(row.get("filename", row.get("file_name")), self.source, f"{where}, filename")
        size = {axis: as_size(row.get(axis), self.source, f"{where}, {axis}") for axis in ("width", "height")}
        item = self.collector.medium(name, f"{self.source}, {where}", "image", **size)
        if item is None:
            return
        if MARKS in row:
            self.own = True
            read_marks(row[MARKS], item, self.collector, self.source, where)
        if "detection" not in row and "grounding" not in row:
            raise malformed(self.source, where, "detection or grounding", sorted(row))
        grounding = as_object(row.get("grounding") or {}, self.source, f"{where}, grounding")
        kept = others(row, *_KNOWN_IN_ROW)
        self.keeper.hold("medium", item.id, kept)
        if "detection" in row:
            self.seen.setdefault(item.id, set())
            detection = as_object(row["detection"], self.source, f"{where}, detection")
            for place, entry in self._entries(detection, ("instances", "instance"), f"{where}, detection"):
                self._instance(entry, item, place)
        for place, entry in self._entries(grounding, ("regions", "region"), f"{where}, grounding"):
            self._phrase(entry, item, place)

    def _entries(self, value: Json, keys: tuple[str, ...], where: str) -> Iterator[tuple[str, Json]]:
        for key in keys:
            for index, entry in enumerate(as_list(value.get(key, []), self.source, f"{where}.{key}")):
                place = f"{where}.{key}[{index}]"
                yield place, as_object(entry, self.source, place)

    def _instance(self, entry: Json, item: MediaItem, where: str) -> None:
        number = as_number(entry["label"], self.source, f"{where}.label") if "label" in entry else None
        name = entry.get("category") or (self.table.get(int(number)) if number is not None else None)
        if not isinstance(name, str) or not name.strip():
            raise malformed(self.source, where, "a category, or a label that is in the label map", entry.get("label"))
        known = None if number is None or self.table else int(number)
        label = self.collector.label(name.strip(), known)
        self.seen[item.id].add(label.name)
        for box in self._boxes(entry.get("bbox"), where, label.name):
            extra = self.keeper.extra({"fields": others(entry, "bbox", "label", "category")}, medium=item.id)
            self.collector.annotate(item, label, box, extra=extra)

    def _phrase(self, entry: Json, item: MediaItem, where: str) -> None:
        said = as_list(entry.get("expressions", [entry.get("phrase")]), self.source, f"{where}.expressions")
        phrases = [as_text(text, self.source, f"{where}.phrase") for text in said]
        category = as_text(entry.get("category", ""), self.source, f"{where}.category")
        label = self.collector.label_for(phrases[0] if phrases else category, category)
        known = ("bbox", "phrase", "category", "expressions")
        for box in self._boxes(entry.get("bbox"), where, label.name):
            extra = self.keeper.extra({"fields": others(entry, *known)}, medium=item.id)
            self.collector.annotate(item, label, box, expressions=phrases, extra=extra)

    def _boxes(self, value: object, where: str, name: str) -> Iterator[Box]:
        """A box, or a list of them for one phrase."""
        boxes = as_list(value, self.source, f"{where}.bbox")
        for one in boxes if boxes and isinstance(boxes[0], list) else [boxes]:
            box = Box(*as_numbers(one, 4, self.source, f"{where}.bbox"))
            if has_area(box):
                yield box
            else:
                self.collector.skip(f"the box {one} of {name} has no area", f"{self.source}, {where}")

    def finish(self) -> None:
        if not self.own and self.seen and len(self.seen) == len(self.collector.media):
            self.collector.complete_absences(self.seen, list(self.collector.labels))
        self.keeper.finish(self.collector)


FORMAT = OdvgFormat()
