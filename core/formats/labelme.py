"""labelme: one JSON file per picture with its shapes; rectangles are boxes, corners in pixels of the upright picture.

The label of a shape is the class, its `description` the expression, `expressions` all of them where there are several.
Other shapes become their boxes on the way in and are written again as they were, unless their box was edited; shapes
without area (points, lines) wait with the picture's first box. The key `groundlabel` holds verdicts and marks.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.folders import write_folder
from core.formats.kept import Keeper, Kept, others
from core.formats.losses import PICTURES, Holds, sort_out
from core.formats.marks import MARKS, Marks, read_marks
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of, number_labels_by_name
from core.formats.shapes import Point, box_around, fits, has_area
from core.formats.text_files import (
    as_list,
    as_numbers,
    as_object,
    as_size,
    as_text,
    malformed,
    plain_number,
    read_json,
    safe_name,
)
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem

HOLDS = Holds("labelme", "labelme", PICTURES, frozenset({"boxes"}), attributes=True, marks=True, needs_size=True)
VERSION = "5.5.0"  # of labelme, whose file format this is
_KNOWN_IN_FILE = ("version", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth", MARKS)
_KNOWN_IN_SHAPE = ("label", "points", "shape_type", "description", "expressions", "attributes")
_SIZES = (("width", "imageWidth"), ("height", "imageHeight"))

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class LabelmeFormat:
    """Reads a file or a folder of files; writes a folder, or one file where there is one picture."""

    id: str = "labelme"
    title: str = "labelme (a folder of JSON files)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every file. Other shapes become boxes, which the report says; `FormatError` when malformed."""
        reader = _Reader(Collector(options))
        files = files_of(source, (".json",))
        for done, (file, folder) in enumerate(files):
            options.context.raise_if_cancelled()
            options.context.progress(done, len(files), file.name)
            reader.file(file, folder)
        reader.finish(source)
        return ImportBatch(self.id, source, reader.collector.contents(), reader.collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one file per picture, in the folders of the pictures' names."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        labels = {label.id: label.name for label in contents.labels}
        kept, marks = Kept.of(contents, self.id), Marks.of(contents)
        files: dict[Path, str] = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            place = file_for(out, names[item.id], ".json", files, alone=len(found.media) == 1)
            shapes = [_shape(one, labels[one.label_id], kept, report) for one in found.of(item)]
            document = _document(item, names[item.id], shapes, kept.medium(item.id)) | marks.entry(item)
            files[place] = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        write_folder(files, out, report)
        return report


@dataclass(slots=True)
class _Reader:
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("labelme"))
    seen: dict[str, set[str]] = field(default_factory=dict)
    shaped: int = 0
    embedded: int = 0
    own: bool = False

    def file(self, file: Path, folder: str) -> None:
        document = as_object(read_json(file), file, "")
        if "shapes" not in document:
            raise malformed(file, "", "a list 'shapes'", sorted(document))
        written = as_text(document.get("imagePath") or f"{file.stem}.jpg", file, "imagePath").replace("\\", "/")
        if written.startswith("../"):  # the way from a folder of its own to the pictures beside it
            written, folder = written[3:], str(PurePosixPath(folder).parent).lstrip(".")
        name = f"{folder}/{written}" if folder and safe_name(written) else written
        item = self.collector.medium(name, str(file), "image")
        if item is None:
            return
        if item.id in self.seen:
            self.collector.skip(f"the picture {item.path} is already described", str(file))
            return
        size = {name: as_size(document.get(key), file, key) for name, key in _SIZES}
        self.collector.set_facts(item, **size)
        self.seen[item.id] = set()
        self.embedded += bool(document.get("imageData"))
        waiting: list[object] = []
        boxes: list[tuple[Json, Box, str]] = []
        for index, value in enumerate(as_list(document["shapes"], file, "shapes")):
            where = f"shapes[{index}]"
            shape = as_object(value, file, where)
            label = as_text(shape.get("label"), file, f"{where}.label").strip()
            if not label:
                raise malformed(file, f"{where}.label", "the name of a class", shape.get("label"))
            self.seen[item.id].add(label)
            box = _box_of(shape, file, where)
            if has_area(box):
                boxes.append((shape, box, where))
            else:
                waiting.append(shape)
                what = f"the {shape.get('shape_type', 'shape')} of {label} has no area"
                self.collector.skip(f"{what}; it is kept for labelme", f"{file}, {where}")
        fields = others(document, *_KNOWN_IN_FILE)
        if fields.get("flags") == {}:
            del fields["flags"]
        self.keeper.hold("medium", item.id, fields | ({"shapes": waiting} if waiting else {}))
        for shape, box, where in boxes:
            self._take(shape, box, item, file, where)
        if MARKS in document:
            self.own = True
            read_marks(document[MARKS], item, self.collector, file, "")

    def _take(self, shape: Json, box: Box, item: MediaItem, file: Path, where: str) -> None:
        label = self.collector.label(str(shape["label"]).strip())
        own: Json = {"shape": {k: v for k, v in others(shape, *_KNOWN_IN_SHAPE).items() if v not in (None, {}, "")}}
        if shape.get("shape_type", "polygon") != "rectangle":
            self.shaped += 1
            own["points"], own["type"] = shape["points"], shape.get("shape_type", "polygon")
        attributes = as_object(shape.get("attributes") or {}, file, f"{where}.attributes")
        texts = {name: value for name, value in attributes.items() if isinstance(value, str)}
        own["attributes"] = others(attributes, *texts)
        self.collector.annotate(
            item,
            label,
            box,
            expressions=_expressions(shape, file, where),
            attributes=texts.items(),
            extra=self.keeper.extra(own, medium=item.id),
        )

    def finish(self, source: Path) -> None:
        number_labels_by_name(self.collector)
        if not self.own:
            named = sorted({name for names in self.seen.values() for name in names})
            for name in named:
                self.collector.label(name)
            number_labels_by_name(self.collector)
            self.collector.complete_absences(self.seen, named)
        one = "one shape became its box; the original is kept for labelme"
        many = "{count} shapes became their boxes; the originals are kept for labelme"
        count_note(self.collector.report, self.shaped, one, many, str(source))
        one, many = "one picture inside a file is not kept", "{count} pictures inside files are not kept"
        count_note(self.collector.report, self.embedded, one, many, str(source))
        self.keeper.finish(self.collector)


def _expressions(shape: Json, file: Path, where: str) -> tuple[str, ...] | None:
    """What the shape says about itself; None: nothing."""
    if "expressions" in shape:
        place = f"{where}.expressions"
        said = as_list(shape["expressions"], file, place)
        return tuple(dict.fromkeys(as_text(text, file, place) for text in said))
    description = shape.get("description")
    return (description.strip(),) if isinstance(description, str) and description.strip() else None


def _box_of(shape: Json, file: Path, where: str) -> Box:
    points: list[Point] = []
    for index, value in enumerate(as_list(shape.get("points"), file, f"{where}.points")):
        x, y = as_numbers(value, 2, file, f"{where}.points[{index}]")
        points.append((x, y))
    if not points:
        raise malformed(file, f"{where}.points", "at least one point", points)
    return _around(points, shape.get("shape_type", "polygon"))


def _around(points: list[Point], kind: object) -> Box:
    if kind == "circle" and len(points) == 2:  # the centre, and a point of the rim
        (x, y), rim = points
        radius = math.dist((x, y), rim)
        return Box(x - radius, y - radius, x + radius, y + radius)
    return box_around(points)


def _shape(annotation: Annotation, label: str, kept: Kept, report: Report) -> Json:
    box, own = annotation.region, kept.own(annotation)
    assert isinstance(box, Box)  # sort_out leaves nothing else
    points: object = [[plain_number(box.x1), plain_number(box.y1)], [plain_number(box.x2), plain_number(box.y2)]]
    kind: object = "rectangle"
    fields = own.get("shape") if isinstance(own.get("shape"), dict) else {}
    assert isinstance(fields, dict)
    if isinstance(own.get("points"), list):
        original = [(float(x), float(y)) for x, y in own["points"]]  # type: ignore[attr-defined]
        if fits(_around(original, own.get("type")), box):
            points, kind = own["points"], own.get("type")
        else:
            fields = others(fields, "mask")
            report.changed.append(Note("the shape is left out, because its box was edited", annotation.id))
    shape: Json = {"label": label, "points": points, "group_id": None}
    said = annotation.expressions
    shape["description"] = said[0] if said and said != (label,) else ""
    shape |= {"shape_type": kind, "flags": {}, "mask": None, **fields}
    if len(said) != 1:
        shape["expressions"] = list(said)
    more = own.get("attributes")
    attributes = dict(annotation.attributes) | (more if isinstance(more, dict) else {})
    return shape | ({"attributes": attributes} if attributes else {})


def _document(item: MediaItem, name: str, shapes: list[Json], fields: Json) -> Json:
    waiting = fields.get("shapes")
    return {
        "version": VERSION,
        "flags": {},
        **others(fields, "shapes"),
        "shapes": [*shapes, *(waiting if isinstance(waiting, list) else [])],
        "imagePath": PurePosixPath(name).name,
        "imageData": None,
        "imageHeight": item.height,
        "imageWidth": item.width,
    }


FORMAT = LabelmeFormat()
