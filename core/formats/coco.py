"""COCO instances: one JSON file of pictures, boxes and categories, that pycocotools loads.

Category ids count from 1: `Label.number + 1`. Expressions, score, origin and what the project says of
annotations stand in `attributes`, time segments in the top-level list `time_segments`, phrases, verdicts, splits and
what attributes there are in the top-level object `groundlabel`. Fields that are
not known (also masks, crowds, licences) are kept with the annotations and written again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.attributes import typed
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import count_note, has_other_extras, note_extras_left, note_media_extras
from core.formats.coco_reading import CORNERS, KEPT, CocoReader
from core.formats.names import portable_names
from core.formats.text_files import json_pieces, plain_number, width_from, write_files
from core.jobs import JobContext, Note, Report
from core.schema import Annotation, Attribute, Box, Label, MediaItem, Segment

Json = dict[str, object]
_LISTS = ("images", "annotations", "categories", "time_segments", "groundlabel")
_A_WHILE = 5000  # annotations between two looks at whether to stop


@dataclass(frozen=True, slots=True)
class CocoFormat:
    """Reads and writes one JSON file."""

    id: str = "coco"
    title: str = "COCO (one JSON file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read the file. Masks and crowds become boxes, which the report says; `FormatError` when it is malformed."""
        reader = CocoReader(source, options)
        report = reader.read().report
        return ImportBatch(self.id, source, reader.contents(), report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the file. What COCO has no place for is reported."""
        writer = CocoWriter(contents, portable_names(options.all_media or contents.media), options.context)
        write_files({out: json_pieces(writer.members())})
        return writer.report


@dataclass(slots=True)
class CocoWriter:
    """Builds the document of one file; `names` are the pictures' names by medium. One use."""

    contents: SnapshotLike
    names: dict[str, str]
    context: JobContext = field(default_factory=JobContext)
    report: Report = field(default_factory=Report)
    labels: dict[str, Label] = field(init=False)
    scores: dict[str, float | None] = field(init=False)
    attributes: dict[str, Attribute] = field(init=False)
    image_ids: dict[str, int] = field(default_factory=dict)
    kept_of_image: dict[str, Json] = field(default_factory=dict)
    kept_of_category: dict[str, Json] = field(default_factory=dict)
    kept_of_file: Json = field(default_factory=dict)
    segments: Counter[str] = field(default_factory=Counter)  # by medium
    linked: int = 0  # annotations with a proposal
    others: int = 0  # annotations with fields of another format

    def __post_init__(self) -> None:
        self.labels = {label.id: label for label in self.contents.labels}
        self.attributes = {attribute.name: attribute for attribute in self.contents.attributes}
        proposals = [proposal for answer in self.contents.answers for proposal in answer.proposals]
        self.scores = {proposal.id: proposal.score for proposal in proposals}
        for annotation in self.contents.annotations:
            self.segments.update([annotation.media_id] if isinstance(annotation.region, Segment) else [])
            self.linked += annotation.proposal_id is not None
            if not annotation.extra:
                continue
            self.others += has_other_extras(annotation, KEPT)
            self._gather(_kept(annotation), annotation.media_id, annotation.label_id)
        by_name = {label.name: label.id for label in self.contents.labels}
        for item in self.contents.media:
            kept = _kept(item)
            self._gather(kept, item.id, "")
            named = kept.get("categories")
            for name, fields in (named if isinstance(named, dict) else {}).items():
                self._gather({"category": fields}, item.id, by_name.get(name, ""))

    def _gather(self, kept: Json, media_id: str, label_id: str) -> None:
        """Remember what was kept of a picture, a category and the file; what is met first holds."""
        for part, store, key in (
            ("image", self.kept_of_image, media_id),
            ("category", self.kept_of_category, label_id),
        ):
            if isinstance(kept.get(part), dict):
                store.setdefault(key, kept[part])  # type: ignore[arg-type]
        if not self.kept_of_file and isinstance(kept.get("file"), dict):
            self.kept_of_file = kept["file"]  # type: ignore[assignment]

    def document(self) -> Json:
        """The whole file, in the order of the project."""
        return {name: list(value) if isinstance(value, Iterator) else value for name, value in self.members()}

    def members(self) -> Iterator[tuple[str, object]]:
        """The file's members in their order, each to be used before the next; long lists are iterators."""
        own = {"info": {}, "licenses": [], **self.kept_of_file}
        yield from ((name, value) for name, value in own.items() if name not in _LISTS)
        yield "images", list(self._images())
        yield "annotations", self._annotations()
        yield "categories", [self._category(one) for one in sorted(self.contents.labels, key=lambda one: one.number)]
        if self.segments:
            yield "time_segments", self._segments()
        yield "groundlabel", self._own_section()
        self._report_losses()

    def _images(self) -> Iterator[Json]:
        for item in self.contents.media:
            if item.kind != "image":
                continue
            if not item.width or not item.height:
                self.report.skipped.append(Note("COCO holds pictures of known size only", self.names[item.id]))
                continue
            self.image_ids[item.id] = len(self.image_ids) + 1
            yield {
                **self.kept_of_image.get(item.id, {}),
                "id": self.image_ids[item.id],
                "file_name": self.names[item.id],
                "width": item.width,
                "height": item.height,
            }

    def _category(self, label: Label) -> Json:
        kept = self.kept_of_category.get(label.id, {})
        return {"supercategory": "", **kept, "id": label.number + 1, "name": label.name}

    def _annotations(self) -> Iterator[Json]:
        number, total = 0, len(self.contents.annotations)
        for annotation in self.contents.annotations:
            if self.report.read % _A_WHILE == 0:
                self.context.raise_if_cancelled()
                self.context.progress(self.report.read, total)
            self.report.read += 1
            region = annotation.region
            if isinstance(region, Segment):
                continue
            if not isinstance(region, Box) or annotation.media_id not in self.image_ids:
                name = self.names[annotation.media_id]
                self.report.skipped.append(Note("COCO holds boxes in pictures only", f"{name}, {annotation.id}"))
                continue
            number += 1
            self.report.written += 1
            yield self._box(annotation, region, number)

    def _box(self, annotation: Annotation, box: Box, number: int) -> Json:
        width, height = width_from(box.x1, box.x2), width_from(box.y1, box.y2)
        bbox = [plain_number(value) for value in (box.x1, box.y1, width, height)]
        fresh: Json = {"area": plain_number(width * height), "segmentation": [], "iscrowd": 0}
        kept = _kept(annotation)
        original = kept.get("annotation")
        if isinstance(original, dict) and kept.get("box") == [box.x1, box.y1, box.x2, box.y2]:
            fresh |= original
        elif isinstance(original, dict):
            fresh |= {name: value for name, value in original.items() if name not in fresh}
            if original.get("segmentation"):
                where = f"{self.names[annotation.media_id]}, annotation {number}"
                self.report.changed.append(Note("the mask is left out, because its box was edited", where))
        return {
            "id": number,
            "image_id": self.image_ids[annotation.media_id],
            "category_id": self.labels[annotation.label_id].number + 1,
            "bbox": bbox,
            **fresh,
            "attributes": self._attributes(annotation, kept) | _exact(box, width, height),
        }

    def _attributes(self, annotation: Annotation, kept: Mapping[str, object]) -> Json:
        found: Json = {}
        others = kept.get("attributes")
        if isinstance(others, dict):
            found |= others
        for name, text in annotation.attributes:
            known = self.attributes.get(name)
            found[name] = text if known is None else typed(known, text)
        for name in ("expression", "expressions", "origin"):
            if name in dict(annotation.attributes):
                self.report.changed.append(
                    Note(f"the attribute {name!r} gives way to GroundLabel's own", annotation.id)
                )
        found["expression"] = annotation.expressions[0] if annotation.expressions else ""
        found["expressions"] = list(annotation.expressions)
        found["origin"] = annotation.origin
        if annotation.proposal_id in self.scores:
            found["score"] = self.scores[annotation.proposal_id]
        return found

    def _segments(self) -> Iterator[Json]:
        number = 0
        kinds: dict[str, MediaItem] = {item.id: item for item in self.contents.media}
        for annotation in self.contents.annotations:
            if isinstance(annotation.region, Segment):
                number += 1
                self.report.written += 1
                yield {
                    "id": number,
                    "file_name": self.names[annotation.media_id],
                    "kind": kinds[annotation.media_id].kind,
                    "category_id": self.labels[annotation.label_id].number + 1,
                    "start_s": plain_number(annotation.region.start_s),
                    "end_s": plain_number(annotation.region.end_s),
                    "attributes": self._attributes(annotation, _kept(annotation)),
                }

    def _own_section(self) -> Json:
        verdicts: list[Json] = []
        for verdict in self.contents.verdicts:
            entry: Json = {"file_name": self.names[verdict.media_id], "expression": verdict.expression}
            entry["kind"] = verdict.kind
            if isinstance(verdict.region, Box):
                box = verdict.region
                entry["box_xyxy"] = [plain_number(value) for value in (box.x1, box.y1, box.x2, box.y2)]
            elif verdict.region is not None:
                self.report.changed.append(
                    Note("a rejected region that is no box is not held", self.names[verdict.media_id])
                )
            verdicts.append(entry)
        return {
            "version": 1,
            "phrases": [
                {"expression": phrase.expression, "category_id": self.labels[phrase.label_id].number + 1}
                for phrase in self.contents.phrases
            ],
            "verdicts": verdicts,
            **({"attributes": [self._definition(one) for one in self.contents.attributes]} if self.attributes else {}),
            "splits": {self.names[mark.id]: mark.split for mark in self.contents.splits},
            "reviews": {self.names[mark.id]: mark.state for mark in self.contents.reviews},
        }

    def _definition(self, attribute: Attribute) -> Json:
        found: Json = {"name": attribute.name, "kind": attribute.kind, "values": list(attribute.values)}
        found |= {"minimum": attribute.minimum, "maximum": attribute.maximum, "default": attribute.default}
        ids = attribute.label_ids
        found["category_ids"] = None if ids is None else [self.labels[one].number + 1 for one in ids]
        return found

    def _report_losses(self) -> None:
        others = [item for item in self.contents.media if item.kind != "image"]
        silent = sum(item.id not in self.segments for item in others)
        count_note(
            self.report, silent, "one clip without segments is not held", "{count} clips without segments are not held"
        )
        one, many = "the proposal of one annotation is not held", "the proposals of {count} annotations are not held"
        count_note(self.report, self.linked, one, many)
        answers = len(self.contents.answers)
        count_note(self.report, answers, "one answer of a model is not held", "{count} answers of models are not held")
        note_extras_left(self.report, self.others)
        note_media_extras(self.report, self.contents.media, KEPT)
        rounds = [item for item in self.contents.media if item.orientation != 1]
        one, many = "one picture's EXIF orientation", "the EXIF orientations of {count} pictures"
        tail = "undone: boxes and sizes are of the upright picture"
        count_note(self.report, len(rounds), f"{one} is {tail}", f"{many} are {tail}")


def _exact(box: Box, width: float, height: float) -> Json:
    """The corners, where rounding leaves no width or height that gives them back to the last bit."""
    if box.x1 + width == box.x2 and box.y1 + height == box.y2:
        return {}
    return {CORNERS: [box.x1, box.y1, box.x2, box.y2]}


def _kept(record: Annotation | MediaItem) -> Json:
    text = dict(record.extra).get(KEPT) if record.extra else None
    kept = json.loads(text) if text else {}
    return kept if isinstance(kept, dict) else {}


FORMAT = CocoFormat()
