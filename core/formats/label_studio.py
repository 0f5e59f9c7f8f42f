"""Label Studio JSON: a list of tasks with their results. Boxes in percent of the picture, sounds in seconds.

Videos: `timelinelabels` are ranges of frames and `videorectangle` key boxes at frames, both counted from 1 as Label
Studio does. Its frames are the video's own where rate and count agree, otherwise they are counted at its rate. What
people say about a region is a `textarea` of the same id; the task's `meta.groundlabel` holds verdicts and marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.cvat_video import clock_for, keys_at_frames
from core.formats.frames import FrameClock, frames_of
from core.formats.kept import Json, Kept, others
from core.formats.label_studio_reading import TaskReader, shape_box
from core.formats.losses import EVERY, Holds, sort_out
from core.formats.marks import Marks
from core.formats.names import portable_names
from core.formats.shapes import fits
from core.formats.spaces import Space, from_pixels, to_pixels
from core.formats.text_files import json_lines_text, plain_number, write_files
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem, MediaKind, Segment, Track

HOLDS = Holds(
    "label-studio",
    "Label Studio",
    EVERY,
    frozenset({"boxes", "boxes at a frame", "segments", "tracks"}),
    attributes=True,
    marks=True,
)
_KEYS: Mapping[MediaKind, str] = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class LabelStudioFormat:
    """Reads and writes one JSON file."""

    id: str = "label-studio"
    title: str = "Label Studio (one JSON file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every task. Other shapes become boxes, which the report says; `FormatError` when malformed."""
        reader = TaskReader(source, options)
        collector = reader.read()
        spaces: dict[str, Space] = {item.id: "picture_norm" for item in collector.media if item.kind != "audio"}
        return ImportBatch(
            self.id,
            source,
            collector.contents(),
            collector.report,
            spaces=spaces,
            frames=frozenset(reader.frames),
            verdicts_placed=True,
        )

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one task per medium."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        writer = _Writer(Kept.of(contents, self.id), Marks.of(contents), report)
        writer.labels = {label.id: label.name for label in contents.labels}
        tasks: list[object] = []
        for number, item in enumerate(found.media, start=1):
            options.context.raise_if_cancelled()
            held = found.of(item)
            clock = clock_for(item, names[item.id], options, report, len(held)) if item.kind == "video" else None
            if item.kind == "video" and clock is None:
                held = []
            tasks.append(writer.task(item, number, names[item.id], held, clock))
        write_files({out: json_lines_text(tasks)})
        return report


@dataclass(slots=True)
class _Writer:
    kept: Kept
    marks: Marks
    report: Report
    labels: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def task(
        self, item: MediaItem, number: int, name: str, annotations: list[Annotation], clock: FrameClock | None
    ) -> Json:
        fields = self.kept.medium(item.id)
        task = fields.get("task")
        task = dict(task) if isinstance(task, dict) else {}
        data = task.pop("data", None)
        key = _KEYS[item.kind]
        if not isinstance(data, dict):
            data = {key: "/data/local-files/?d=" + quote(name)}
        results = [result for one in annotations for result in self._results(one, item, clock)]
        more = fields.get("results")
        meta = task.pop("meta", None)
        return {
            "id": number,
            **task,
            "data": data,
            "meta": (meta if isinstance(meta, dict) else {}) | self.marks.entry(item),
            "annotations": [{"id": number, "result": [*results, *(more if isinstance(more, list) else [])]}],
            "predictions": [],
        }

    def _results(self, annotation: Annotation, item: MediaItem, clock: FrameClock | None) -> Iterator[Json]:
        self.number += 1
        own, label = self.kept.own(annotation), self.labels[annotation.label_id]
        value, kind = self._value(annotation, item, clock, own)
        if value is None:
            return
        kept = own.get("result")
        result: Json = {"id": f"r{self.number}", "from_name": "label", "to_name": _KEYS[item.kind]}
        result |= {"type": kind, "value": value | {_LABELS_IN.get(kind, kind): [label]}, "origin": "manual"}
        if item.kind != "audio" and item.width and item.height:
            result |= {"original_width": item.width, "original_height": item.height, "image_rotation": 0}
        result |= {name: held for name, held in (kept if isinstance(kept, dict) else {}).items() if name != "value"}
        if annotation.attributes or (own.get("meta") and isinstance(own["meta"], dict)):
            meta = own.get("meta")
            result["meta"] = (meta if isinstance(meta, dict) else {}) | dict(annotation.attributes)
        yield result
        if annotation.expressions != (label,):
            yield {
                "id": result["id"],
                "from_name": "expression",
                "to_name": result["to_name"],
                "type": "textarea",
                "value": {"text": list(annotation.expressions)},
            }

    def _value(
        self, annotation: Annotation, item: MediaItem, clock: FrameClock | None, own: Json
    ) -> tuple[Json | None, str]:
        region, kept = annotation.region, own.get("value")
        fields = kept if isinstance(kept, dict) else {}
        size = (item.width, item.height) if item.width and item.height else None
        if isinstance(region, Segment) and item.kind == "audio":
            times = {"start": plain_number(region.start_s), "end": plain_number(region.end_s)}
            return {"channel": 0, **fields, **times}, "labels"
        if isinstance(region, Segment) and clock is not None:
            first, last = frames_of(region, clock)
            return {**fields, "ranges": [{"start": first + 1, "end": last + 1}]}, "timelinelabels"
        if size is None or isinstance(region, Segment):
            self._leave_out("the size of its medium is not known", annotation)
            return None, ""
        if isinstance(region, Box) and region.at_s is None:
            return self._box(annotation, region, size, own, fields)
        if clock is None:
            self._leave_out("its medium has no frames", annotation)
            return None, ""
        return self._sequence(annotation, size, clock, fields), "videorectangle"

    def _leave_out(self, why: str, annotation: Annotation) -> None:
        self.report.written -= 1
        self.report.skipped.append(Note(f"a region is not written: {why}", annotation.id))

    def _box(
        self, annotation: Annotation, box: Box, size: tuple[int, int], own: Json, fields: Json
    ) -> tuple[Json, str]:
        original = own.get("shape")
        if isinstance(original, dict):
            kind = str(own.get("type"))
            around = shape_box(kind, original, Path("kept"), "shape", aspect=size[1] / size[0])
            if around is not None:
                pixels = to_pixels((around.x1, around.y1, around.x2, around.y2), "picture_norm", size)
                if fits(Box(*pixels), box):
                    return original, kind
            self.report.changed.append(Note("the shape is left out, because its box was edited", annotation.id))
        return {"rotation": 0, **fields, **_percent(box, size)}, "rectanglelabels"

    def _sequence(self, annotation: Annotation, size: tuple[int, int], clock: FrameClock, fields: Json) -> Json:
        keys = keys_at_frames(annotation, clock, self.report)
        last = len(keys) - 1
        single = not isinstance(annotation.region, Track)
        sequence = [
            {
                "frame": frame + 1,
                "enabled": index < last and not single,
                "rotation": 0,
                **_percent(box, size),
                "time": plain_number(clock.time_of(frame)),
            }
            for index, (frame, box) in enumerate(keys)
        ]
        count: Json = {"framesCount": len(clock), "duration": plain_number(clock.end_s)} if len(clock) < 1 << 40 else {}
        return {**count, **others(fields, "framesCount", "duration"), "sequence": sequence}


# The key of a value under which its labels stand, where it is not the type of the result itself.
_LABELS_IN = {"videorectangle": "labels"}


def _percent(box: Box, size: tuple[int, int]) -> Json:
    x1, y1, x2, y2 = (100 * value for value in from_pixels((box.x1, box.y1, box.x2, box.y2), "picture_norm", size))
    return {"x": x1, "y": y1, "width": x2 - x1, "height": y2 - y1}


FORMAT = LabelStudioFormat()
