"""CVAT for images 1.1: one XML file of pictures and their shapes, corners in pixels of the upright picture.

Expressions stand as attributes called `expression` where they are not just the label. Polygons, masks and the like
become their boxes on the way in and are written again as they were, unless the box was edited. The split is `subset`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import Element

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.cvat import (
    CORNERS,
    SHAPES,
    add_words,
    box_of,
    is_plain,
    meta_element,
    read_labels,
    set_corners,
    words_of,
)
from core.formats.kept import Keeper, Kept
from core.formats.losses import PICTURES, Holds, sort_out
from core.formats.names import portable_names
from core.formats.shapes import fits, has_area
from core.formats.text_files import as_size, malformed, write_files
from core.formats.xml_files import add, as_text, clean, note_unwritable, number_in, parse_kept, parse_xml, xml_text
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem, SplitMark, SplitName

HOLDS = Holds("cvat-images", "CVAT", PICTURES, frozenset({"boxes"}), attributes=True, splits=True, needs_size=True)
SUBSETS: Mapping[str, SplitName] = {"train": "train", "val": "val", "validation": "val", "test": "test"}
_KNOWN_IN_IMAGE = ("id", "name", "width", "height", "subset")


@dataclass(frozen=True, slots=True)
class CvatImagesFormat:
    """Reads and writes one XML file."""

    id: str = "cvat-images"
    title: str = "CVAT for images 1.1 (one XML file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read the file. Other shapes become boxes, which the report says; `FormatError` when it is malformed."""
        root = parse_xml(source, "annotations")
        if root.find("track") is not None:
            raise malformed(source, "annotations", "elements image (a file with tracks is cvat-video)", "track")
        reader = _Reader(source, Collector(options))
        reader.read(root)
        return ImportBatch(self.id, source, reader.collector.contents(), reader.collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the file. What CVAT has no place for is reported."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        labels = {label.id: label.name for label in contents.labels}
        kept = Kept.of(contents, self.id)
        splits = {mark.id: mark.split for mark in contents.splits}
        root = Element("annotations")
        add(root, "version", "1.1")
        facts = [("size", str(len(found.media))), ("mode", "annotation")]
        root.append(meta_element(kept.file().get("meta"), contents.labels, facts))
        for number, item in enumerate(found.media):
            options.context.raise_if_cancelled()
            image = add(root, "image", "", {"id": str(number), "name": names[item.id]})
            if item.id in splits:
                image.set("subset", splits[item.id])
            image.set("width", str(item.width))
            image.set("height", str(item.height))
            fields = kept.medium(item.id)
            _restore_image(image, fields)
            for annotation in found.of(item):
                image.append(_shape(annotation, labels[annotation.label_id], kept, report))
        said = {text for a in contents.annotations for text in a.expressions}
        note_unwritable(said | set(labels.values()) | set(names.values()), report)
        write_files({out: xml_text(root)})
        return report


@dataclass(slots=True)
class _Reader:
    source: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("cvat-images"))
    seen: dict[str, set[str]] = field(default_factory=dict)
    shaped: int = 0
    tags: int = 0

    def read(self, root: Element) -> None:
        meta = root.find("meta")
        read_labels(meta, self.collector)
        if meta is not None:
            self.keeper.hold("file", "", {"meta": as_text(meta)})
        images = root.findall("image")
        for done, image in enumerate(images):
            self.collector.options.context.raise_if_cancelled()
            self.collector.options.context.progress(done, len(images))
            self._image(image, f"image {image.get('id', done)}")
        self.collector.complete_absences(self.seen, list(self.collector.labels))
        where = str(self.source)
        one = "one shape became its box; the original is kept for CVAT"
        many = "{count} shapes became their boxes; the originals are kept for CVAT"
        count_note(self.collector.report, self.shaped, one, many, where)
        one, many = "one tag of a picture is only kept for CVAT", "{count} tags of pictures are only kept for CVAT"
        count_note(self.collector.report, self.tags, one, many, where)
        self.keeper.finish(self.collector)

    def _image(self, image: Element, where: str) -> None:
        size = {
            axis: as_size(number_in(image.get(axis), self.source, f"{where}, {axis}"), self.source, where)
            for axis in ("width", "height")
            if image.get(axis)
        }
        name = image.get("name")
        if not name:
            raise malformed(self.source, where, "an attribute name", sorted(image.attrib))
        item = self.collector.medium(name, f"{self.source}, {where}", "image", **size)
        if item is None:
            return
        subset = SUBSETS.get((image.get("subset") or "").lower())
        if subset and item.id not in self.seen:
            self.collector.splits.append(SplitMark(item.id, subset))
        self.seen.setdefault(item.id, set())
        boxes: list[tuple[Element, Box, str]] = []
        waiting: list[str] = []
        for number, element in enumerate(image, start=1):
            at = f"{where}, {element.tag} {number}"
            if element.tag not in SHAPES:
                self.tags += element.tag == "tag"
                if element.tag == "tag" and element.get("label"):
                    self.seen[item.id].add(str(element.get("label")))
                waiting.append(as_text(element))
                continue
            label = (element.get("label") or "").strip()
            if not label:
                raise malformed(self.source, at, "an attribute label", sorted(element.attrib))
            self.seen[item.id].add(label)
            box = box_of(element, self.source, at)
            if has_area(box):
                boxes.append((element, box, label))
            else:
                waiting.append(as_text(element))
                what = f"the {element.tag} of {label} has no area; it is kept for CVAT"
                self.collector.skip(what, f"{self.source}, {at}")
        fields: dict[str, object] = {k: v for k, v in image.attrib.items() if k not in _KNOWN_IN_IMAGE}
        if image.get("subset") and not subset:
            fields["subset"] = image.get("subset")
        held = {name: part for name, part in (("attributes", fields), ("elements", waiting)) if part}
        self.keeper.hold("medium", item.id, held)
        for element, box, label in boxes:
            self._take(element, box, label, item)

    def _take(self, element: Element, box: Box, name: str, item: MediaItem) -> None:
        label = self.collector.label(name)
        said, attributes = words_of(element)
        own: dict[str, object] = {}
        if is_plain(element):
            own["attributes"] = {k: v for k, v in element.attrib.items() if k not in ("label", *CORNERS)}
        else:
            self.shaped += 1
            own["shape"] = as_text(element)
        extra = self.keeper.extra(own, medium=item.id)
        self.collector.annotate(item, label, box, expressions=said, attributes=attributes, extra=extra)


def _restore_image(image: Element, fields: Mapping[str, object]) -> None:
    attributes, elements = fields.get("attributes"), fields.get("elements")
    for name, value in (attributes if isinstance(attributes, dict) else {}).items():
        if name not in image.attrib:
            image.set(name, str(value))
    for text in elements if isinstance(elements, list) else []:
        image.append(parse_kept(text))


def _shape(annotation: Annotation, label: str, kept: Kept, report: Report) -> Element:
    box, own = cast("Box", annotation.region), kept.own(annotation)
    element = Element("box", {"label": clean(label), "source": "manual", "occluded": "0"})
    if isinstance(own.get("shape"), str):
        original = parse_kept(str(own["shape"]))
        if fits(box_of(original, Path("kept"), "shape"), box):
            original.set("label", clean(label))
            for child in original.findall("attribute"):
                original.remove(child)
            element = original
        else:
            report.changed.append(Note("the shape is left out, because its box was edited", annotation.id))
    if element.tag == "box" and is_plain(element):
        fields = own.get("attributes")
        for name, value in (fields if isinstance(fields, dict) else {}).items():
            element.set(name, str(value))
        set_corners(element, box)
        if "z_order" not in element.attrib:
            element.set("z_order", "0")
    add_words(element, annotation, label)
    return element


FORMAT = CvatImagesFormat()
