"""Reading COCO instances: checks every value, and keeps what GroundLabel has no field for."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from core.attributes import stored
from core.formats.batch import Contents, ReadOptions
from core.formats.classes import Collector, count_note
from core.formats.coco_own import OWN, OwnSection, id_in
from core.formats.json_stream import members
from core.formats.kept import leave_with_media
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_size,
    as_text,
    malformed,
    plain_number,
    safe_name,
    shown,
)
from core.packed import Packed
from core.schema import (
    Annotation,
    Box,
    Label,
    MediaItem,
    MediaKind,
    Origin,
    Segment,
    new_id,
)

KEPT = "coco"  # the key in `Annotation.extra`
CORNERS = "box_xyxy"  # the attribute that holds the corners which x + width would round
_KNOWN_IN_FILE = ("images", "annotations", "categories", "time_segments", OWN)
_KNOWN_IN_IMAGE = ("id", "file_name", "width", "height")
_KNOWN_IN_CATEGORY = ("id", "name")
_KNOWN_IN_ANNOTATION = frozenset({"id", "image_id", "category_id", "bbox", "attributes"})
_OWN_ATTRIBUTES = ("expression", "expressions", "origin", CORNERS)

Json = dict[str, object]


_LONG = ("annotations", "time_segments")
_MASKS_NAMED = 5
_A_WHILE = 5000  # annotations between two looks at whether to stop


class CocoReader:
    """Reads one file into a `Collector` and `annotations`, which may be very many. One use.

    The file is walked twice, because its categories and pictures may stand after its annotations. With
    `knows_ids`, `annotation_ids` has the file's ids of annotations to ours, "" for those that are not taken.
    """

    def __init__(self, source: Path, options: ReadOptions, *, knows_ids: bool = False) -> None:
        self.source = source
        self.collector = Collector(options, verdicts=Packed())
        self.annotations: Packed[Annotation] = Packed()
        self.knows_ids = knows_ids
        self.said: dict[str, set[str]] = {}
        self.usual: dict[str, tuple[str, ...]] = {}  # what people say for a label, where the file does not
        self.entries = dict.fromkeys(_LONG, 0)
        self.items: dict[int, MediaItem | None] = {}  # None: a picture that is not taken
        self.by_name: dict[str, MediaItem] = {}
        self.classes: dict[int, Label] = {}
        self.seen: dict[str, set[str]] = {}
        self.left_over: dict[str, Json] = {}  # fields of a picture, category or the file, until something keeps them
        self.masks: Counter[str] = Counter()  # by kind of shape
        self.first_masks: dict[str, list[str]] = {}
        self.annotation_ids: dict[int, str] = {}
        self.has_own_section = False

    def contents(self) -> Contents:
        """Everything that was read, as a value."""
        contents = self.collector.contents()
        self.collector.report.read += len(self.annotations)
        return replace(contents, annotations=self.annotations.whole())

    def read(self) -> Collector:
        """Everything in the file. Raises `FormatError`."""
        document = self._all_but_the_long()
        for name in ("images", "categories"):
            if name not in document:
                raise malformed(self.source, "", f"a list {name!r}", sorted(document))
        self._categories(as_list(document["categories"], self.source, "categories"))
        own = document.get(OWN)
        section = OwnSection(self.source, self.collector, self.classes, self.by_name)
        if isinstance(own, dict):
            section.attributes(as_list(own.get("attributes", []), self.source, f"{OWN}.attributes"))
        self._images(as_list(document["images"], self.source, "images"))
        self._keep("file", {name: value for name, value in document.items() if name not in _KNOWN_IN_FILE})
        for name, take in zip(_LONG, (self._annotation, self._segment), strict=True):
            if self.entries[name]:
                self._each(name, take)
        if isinstance(own, dict) and "verdicts" in own:
            self.has_own_section = True
            section.read(own)  # such a file lists its absences itself
        else:
            names = [label.name for label in self.classes.values()]
            self.collector.complete_absences(self.seen, names, self.said)
        self._leave_the_rest()
        self._report()
        return self.collector

    def _all_but_the_long(self) -> Json:
        """The file without the entries of its long lists, which are counted."""
        document: Json = {}
        context = self.collector.options.context
        for name, index, value in members(self.source, _LONG):
            if index < 0:
                document[name] = value
                if name in _LONG:
                    as_list(value, self.source, name)
            else:
                self.entries[name] += 1
                if index % _A_WHILE == 0:
                    context.raise_if_cancelled()
                    context.progress(index, 0)
        return document

    def _each(self, wanted: str, take: Callable[[Json, str], None]) -> None:
        context, total = self.collector.options.context, self.entries[wanted]
        for name, index, value in members(self.source, _LONG):
            if name != wanted or index < 0:
                continue
            if index % _A_WHILE == 0:
                context.raise_if_cancelled()
                context.progress(index, total)
            where = f"{name}[{index}]"
            take(as_object(value, self.source, where), where)
            if index == total - 1:
                return

    # --- categories and pictures

    def _id(self, entry: Json, where: str, name: str = "id") -> int:
        return id_in(entry, self.source, where, name)

    def _categories(self, entries: list[object]) -> None:
        found: list[tuple[int, Json]] = []
        for index, value in enumerate(entries):
            where = f"categories[{index}]"
            entry = as_object(value, self.source, where)
            if not as_text(entry.get("name"), self.source, f"{where}.name").strip():
                raise malformed(self.source, f"{where}.name", "the name of a category", entry.get("name"))
            found.append((self._id(entry, where), entry))
        found.sort(key=lambda pair: pair[0])
        as_written = all(number >= 1 for number, _ in found)
        for position, (number, entry) in enumerate(found):
            name = str(entry["name"]).strip()
            if number in self.classes:
                raise malformed(self.source, "categories", "ids that are used once", number)
            if name in self.collector.labels:
                self.collector.note(f"two categories are called {name!r} and become one", f"{self.source}, categories")
            self.classes[number] = self.collector.label(name, number - 1 if as_written else position)
            kept = {key: value for key, value in entry.items() if key not in _KNOWN_IN_CATEGORY}
            if kept and kept != {"supercategory": ""}:
                self._keep(f"category {number}", kept)
        if not as_written:
            self.collector.note("category ids below 1 are counted anew from 1", f"{self.source}, categories")

    def _images(self, entries: list[object]) -> None:
        for index, value in enumerate(entries):
            where = f"images[{index}]"
            entry = as_object(value, self.source, where)
            number = self._id(entry, where)
            if number in self.items:
                raise malformed(self.source, f"{where}.id", "an id used once", number)
            written = as_text(entry.get("file_name"), self.source, f"{where}.file_name")
            name = safe_name(written)
            self.items[number] = None
            if name is None:
                self.collector.skip(f"the name {shown(written)} leads out of the folder", f"{self.source}, {where}")
            elif name in self.by_name:
                self.collector.note(f"{name} stands in the list twice and becomes one", f"{self.source}, {where}")
                self.items[number] = self.by_name[name]
            elif self.collector.options.wants(name):
                size = [as_size(entry.get(axis), self.source, f"{where}.{axis}") for axis in ("width", "height")]
                item = MediaItem(id=new_id(), kind="image", path=name, width=size[0], height=size[1])
                self._add(item)
                self.items[number] = item
                self._keep(f"image {item.id}", {k: v for k, v in entry.items() if k not in _KNOWN_IN_IMAGE})

    def _add(self, item: MediaItem) -> None:
        self.collector.media.append(item)
        self.by_name[item.path] = item
        self.seen[item.id] = set()

    def _keep(self, key: str, fields: Json) -> None:
        if fields and fields != {"info": {}, "licenses": []}:
            self.left_over[key] = fields

    # --- annotations

    def _annotation(self, entry: Json, where: str) -> None:
        image, category = self._id(entry, where, "image_id"), self._id(entry, where, "category_id")
        if image not in self.items or category not in self.classes:
            unknown = f"image_id {image}" if image not in self.items else f"category_id {category}"
            self.collector.skip(f"{unknown} is not in the file", f"{self.source}, {where}")
            return
        item, label = self.items[image], self.classes[category]
        number = entry.get("id")
        known = self.knows_ids and isinstance(number, int)
        if known:
            self.annotation_ids[cast("int", number)] = ""
        if item is None:
            return
        self.seen[item.id].add(label.name)
        if "bbox" not in entry:
            raise malformed(self.source, where, "a field 'bbox'", sorted(entry))
        x, y, width, height = as_numbers(entry["bbox"], 4, self.source, f"{where}.bbox")
        if width <= 0 or height <= 0 or not math.isfinite(x + width) or not math.isfinite(y + height):
            numbers = ", ".join(f"{plain_number(value)}" for value in (x, y, width, height))
            self.collector.skip(f"the box [{numbers}] of {label.name} has no area", f"{self.source}, {where}")
            return
        box = self._exact(Box(x, y, x + width, y + height), entry, where)
        kept = {name: value for name, value in entry.items() if name not in _KNOWN_IN_ANNOTATION}
        self._note_shape(kept, entry.get("id", where))
        usual: Json = {"area": plain_number(width * height), "segmentation": [], "iscrowd": 0}
        extra: Json = {"annotation": kept, "box": [box.x1, box.y1, box.x2, box.y2]} if kept != usual else {}
        for part, key in (("image", f"image {item.id}"), ("category", f"category {category}"), ("file", "file")):
            if key in self.left_over:
                extra[part] = self.left_over.pop(key)
        found = self._record(entry, where, item, label, box, extra)
        self._take(found)
        if known:
            self.annotation_ids[cast("int", number)] = found.id

    def _take(self, found: Annotation) -> None:
        self.annotations.append(found)
        self.said.setdefault(found.media_id, set()).update(found.expressions)

    def _exact(self, box: Box, entry: Json, where: str) -> Box:
        """The corners as they were before x + width rounded them, where the file says them and they agree."""
        attributes = entry.get("attributes")
        if not isinstance(attributes, dict) or CORNERS not in attributes:
            return box
        corners = as_numbers(attributes[CORNERS], 4, self.source, f"{where}.attributes.{CORNERS}")
        rounded = (box.x1, box.y1, box.x2, box.y2)
        agree = all(math.isclose(one, other, rel_tol=1e-9) for one, other in zip(corners, rounded, strict=True))
        return Box(*corners) if agree else box

    def _note_shape(self, kept: Json, name: object) -> None:
        if kept.get("iscrowd") or kept.get("segmentation"):
            shape = "crowd" if kept.get("iscrowd") else "mask"
            self.masks[shape] += 1
            first = self.first_masks.setdefault(shape, [])
            if len(first) < _MASKS_NAMED:
                first.append(f"annotation {name}")

    def _record(
        self, entry: Json, where: str, item: MediaItem, label: Label, region: Box | Segment, extra: Json
    ) -> Annotation:
        given = entry.get("attributes")
        if not given:  # as most files have it, and some have a million
            if label.id not in self.usual:
                self.usual[label.id] = self.collector.expressions_of(label)
            kept = ((KEPT, json.dumps(extra, ensure_ascii=False)),) if extra else ()
            return Annotation(new_id(), item.id, label.id, self.usual[label.id], region, "imported", extra=kept)
        attributes = as_object(given, self.source, f"{where}.attributes")
        expressions = self._expressions(attributes, where)
        if not expressions and attributes.get("expressions") != []:  # an own file may say that there is none
            expressions = self.collector.expressions_of(label)
        for expression in expressions:
            self.collector.phrase(expression, label)
        others = {name: value for name, value in attributes.items() if name not in _OWN_ATTRIBUTES}
        known = self.collector.attributes
        told = {name: stored(known[name], value) if name in known else value for name, value in others.items()}
        texts = {name: value for name, value in told.items() if isinstance(value, str)}
        if len(texts) < len(others):
            extra["attributes"] = {name: value for name, value in others.items() if name not in texts}
        origin = attributes.get("origin")
        return Annotation(
            id=new_id(),
            media_id=item.id,
            label_id=label.id,
            expressions=expressions,
            region=region,
            origin=cast("Origin", origin) if origin in get_args(Origin) else "imported",
            attributes=tuple(texts.items()),
            extra=((KEPT, json.dumps(extra, ensure_ascii=False)),) if extra else (),
        )

    def _expressions(self, attributes: Json, where: str) -> tuple[str, ...]:
        place = f"{where}.attributes.expressions"
        said = as_list(attributes.get("expressions") or [attributes.get("expression") or ""], self.source, place)
        return tuple(dict.fromkeys(text for text in (as_text(one, self.source, place) for one in said) if text.strip()))

    # --- what only GroundLabel's own files hold

    def _segment(self, entry: Json, where: str) -> None:
        kind = entry.get("kind", "video")
        if kind not in get_args(MediaKind):
            raise malformed(self.source, f"{where}.kind", f"one of {', '.join(get_args(MediaKind))}", kind)
        category = self._id(entry, where, "category_id")
        name = safe_name(as_text(entry.get("file_name"), self.source, f"{where}.file_name"))
        if name is None or category not in self.classes:
            self.collector.skip("the clip or category is not one that can be used", f"{self.source}, {where}")
            return
        if not self.collector.options.wants(name):
            return
        if name not in self.by_name:
            self._add(MediaItem(id=new_id(), kind=cast("MediaKind", kind), path=name))
        start, end = (as_number(entry.get(key), self.source, f"{where}.{key}") for key in ("start_s", "end_s"))
        if end < start:
            raise malformed(self.source, f"{where}.end_s", f"at least start_s ({start})", end)
        label, item = self.classes[category], self.by_name[name]
        self.seen[item.id].add(label.name)
        self._take(self._record(entry, where, item, label, Segment(start, end), {}))

    # --- the report

    def _report(self) -> None:
        report, where = self.collector.report, str(self.source)
        first = self._first("mask")
        one = f"one mask became its box; the original is kept for COCO ({first})"
        many = f"{{count}} masks became their boxes; the originals are kept for COCO ({first})"
        count_note(report, self.masks["mask"], one, many, where)
        first = self._first("crowd")
        one = f"one crowd became its box; the original is kept for COCO ({first})"
        many = f"{{count}} crowds became their boxes; the originals are kept for COCO ({first})"
        count_note(report, self.masks["crowd"], one, many, where)

    def _first(self, kind: str) -> str:
        """Where the first masks of a kind stand."""
        return ", ".join(self.first_masks.get(kind, [])) + (", …" if self.masks[kind] > _MASKS_NAMED else "")

    def _leave_the_rest(self) -> None:
        """Fields that no annotation carries are left with their pictures, and others with the first picture."""
        held: dict[str, Json] = {}
        for key, fields in self.left_over.items():
            part, _, name = key.partition(" ")
            owner = name if part == "image" else next((item.id for item in self.collector.media), "")
            kept = held.setdefault(owner, {})
            if part == "category":
                named = cast("Json", kept.setdefault("categories", {}))
                named[self.classes[int(name)].name] = fields
            else:
                kept[part] = fields
        leave_with_media(self.collector, KEPT, held)
