"""ActivityNet 1.3: one JSON file, `{"database": {video: {"duration", "subset", "annotations": [{segment, label}]}}}`.

Times are seconds. A label is a class; expressions stand beside it as `expressions` where they are not just the label.
Further fields (taxonomy, url, resolution, …) are kept; the key `groundlabel` of a video holds verdicts and marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.kept import Json, Keeper, Kept, others
from core.formats.losses import CLIPS, Holds, sort_out
from core.formats.marks import MARKS, Marks, read_marks
from core.formats.names import portable_names
from core.formats.per_medium import number_labels_by_name
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_text,
    malformed,
    one_line_json,
    plain_number,
    read_json,
    write_files,
)
from core.formats.timed import short_names, span, span_in
from core.jobs import Report
from core.schema import Annotation, MediaItem, SplitMark, SplitName

HOLDS = Holds("activitynet", "ActivityNet", CLIPS, frozenset({"segments"}), attributes=True, marks=True)
_SUBSETS: Mapping[str, SplitName] = {"training": "train", "validation": "val", "testing": "test"}
_SUBSET_OF: Mapping[SplitName, str] = {split: subset for subset, split in _SUBSETS.items()}
_KNOWN_IN_VIDEO = ("duration", "subset", "annotations", MARKS)
_KNOWN_IN_SPAN = ("segment", "label", "expressions", "attributes")


@dataclass(frozen=True, slots=True)
class ActivityNetFormat:
    """Reads and writes one JSON file."""

    id: str = "activitynet"
    title: str = "ActivityNet 1.3 (one JSON file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every video; `FormatError` when one is malformed."""
        document = as_object(read_json(source), source, "")
        reader = _Reader(source, Collector(options))
        reader.keeper.hold("file", "", others(document, "database"))
        for name, value in as_object(document.get("database"), source, "database").items():
            options.context.raise_if_cancelled()
            reader.video(name, as_object(value, source, f"database.{name}"), f"database.{name}")
        number_labels_by_name(reader.collector)
        reader.keeper.finish(reader.collector)
        one, many = "one span has no length", "{count} spans have no length"
        count_note(reader.collector.report, reader.empty, one, many, str(source))
        return ImportBatch(self.id, source, reader.collector.contents(), reader.collector.report, verdicts_placed=True)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one entry per medium."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        short = short_names(options.all_media or contents.media, names)
        labels = {label.id: label.name for label in contents.labels}
        kept, marks = Kept.of(contents, self.id), Marks.of(contents)
        splits = {mark.id: mark.split for mark in contents.splits}
        database: Json = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            entry: Json = {"duration": plain_number(item.duration_s)} if item.duration_s is not None else {}
            if item.id in splits:
                entry["subset"] = _SUBSET_OF[splits[item.id]]
            entry["annotations"] = [_entry(one, labels[one.label_id], kept) for one in found.of(item)]
            database[short[item.id]] = kept.medium(item.id) | entry | marks.entry(item)
        write_files({out: _text({"version": "VERSION 1.3", **kept.file()}, database)})
        return report


def _text(document: Json, database: Json) -> str:
    """The document with one video a line."""
    head = "".join(f"{one_line_json(name)}: {one_line_json(value)},\n" for name, value in document.items())
    videos = ",\n".join(f" {one_line_json(name)}: {one_line_json(entry)}" for name, entry in database.items())
    return "{\n" + head + '"database": {\n' + videos + "\n}}\n"


def _entry(annotation: Annotation, label: str, kept: Kept) -> Json:
    times = span(annotation)
    entry: Json = {"segment": [plain_number(times.start_s), plain_number(times.end_s)], "label": label}
    if annotation.expressions != (label,):
        entry["expressions"] = list(annotation.expressions)
    if annotation.attributes:
        entry["attributes"] = dict(annotation.attributes)
    fields = kept.own(annotation).get("fields")
    return entry | (fields if isinstance(fields, dict) else {})


@dataclass(slots=True)
class _Reader:
    source: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("activitynet"))
    empty: int = 0

    def video(self, name: str, entry: Json, where: str) -> None:
        duration = as_number(entry["duration"], self.source, f"{where}.duration") if "duration" in entry else None
        item = self.collector.medium(name, f"{self.source}, {where}", "video", duration_s=duration)
        if item is None:
            return
        subset = entry.get("subset")
        kept = others(entry, *_KNOWN_IN_VIDEO)
        if isinstance(subset, str) and subset in _SUBSETS:
            if MARKS not in entry:
                self.collector.splits.append(SplitMark(item.id, _SUBSETS[subset]))
        elif subset is not None:
            kept["subset"] = subset
        self.keeper.hold("medium", item.id, kept)
        spans = as_list(entry.get("annotations", []), self.source, f"{where}.annotations")
        for index, value in enumerate(spans):
            place = f"{where}.annotations[{index}]"
            self._span(as_object(value, self.source, place), item, place)
        if MARKS in entry:
            read_marks(entry[MARKS], item, self.collector, self.source, where)

    def _span(self, entry: Json, item: MediaItem, where: str) -> None:
        times = as_numbers(entry.get("segment"), 2, self.source, f"{where}.segment")
        segment = span_in(times[0], times[1], self.source, f"{where}.segment")
        self.empty += segment.start_s == segment.end_s
        name = as_text(entry.get("label"), self.source, f"{where}.label").strip()
        if not name:
            raise malformed(self.source, f"{where}.label", "the name of a class", entry.get("label"))
        label = self.collector.label(name)
        said = None
        if "expressions" in entry:
            place = f"{where}.expressions"
            said = [as_text(text, self.source, place) for text in as_list(entry["expressions"], self.source, place)]
        attributes = as_object(entry.get("attributes") or {}, self.source, f"{where}.attributes")
        pairs = [(key, as_text(value, self.source, f"{where}.attributes.{key}")) for key, value in attributes.items()]
        extra = self.keeper.extra({"fields": others(entry, *_KNOWN_IN_SPAN)}, medium=item.id)
        self.collector.annotate(item, label, segment, expressions=said, attributes=pairs, extra=extra)


FORMAT = ActivityNetFormat()
