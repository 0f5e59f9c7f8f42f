"""Reading Label Studio's tasks: names out of its addresses, shapes as boxes, frames from 1, texts of regions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

from core.formats.batch import ReadOptions
from core.formats.classes import Collector, count_note
from core.formats.kept import Json, Keeper, others
from core.formats.marks import MARKS, read_marks
from core.formats.per_medium import number_labels_by_name
from core.formats.shapes import Point, box_around, has_area, rotated
from core.formats.text_files import as_list, as_number, as_numbers, as_object, as_text, malformed, read_json
from core.schema import Box, Label, MediaItem, MediaKind, Region, Segment, Track

_VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ogv")
_SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac", ".opus")
_KINDS: Mapping[str, MediaKind] = {"rectanglelabels": "image", "videorectangle": "video", "timelinelabels": "video"}
_SHAPES = ("rectanglelabels", "rectangle", "polygonlabels", "polygon", "ellipselabels", "ellipse")
_SPANS = ("labels", "audiolabels", "timelinelabels", "videorectangle")
_NOT_OURS = ("annotations", "predictions", "id")
_UPLOAD = re.compile(r"^/data/")


@dataclass(slots=True)
class TaskReader:
    """Reads one file into a `Collector`. One use. `frames` are the videos whose times are counted in frames."""

    source: Path
    options: ReadOptions
    collector: Collector = field(init=False)
    keeper: Keeper = field(default_factory=lambda: Keeper("label-studio"))
    frames: set[str] = field(default_factory=set)
    seen: dict[str, set[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    own: bool = False

    def read(self) -> Collector:
        """Everything in the file. Raises `FormatError`."""
        self.collector = Collector(self.options)
        tasks = as_list(read_json(self.source), self.source, "")
        for index, value in enumerate(tasks):
            self.options.context.raise_if_cancelled()
            self.options.context.progress(index, len(tasks))
            self._task(as_object(value, self.source, f"[{index}]"), f"[{index}]")
        number_labels_by_name(self.collector)
        if not self.own:
            pictures = {item.id for item in self.collector.media if item.kind == "image"}
            if len(pictures) == len(self.collector.media):
                self.collector.complete_absences(self.seen, list(self.collector.labels))
        for what, (one, many) in _TOLD.items():
            count_note(self.collector.report, self.counts.get(what, 0), one, many, str(self.source))
        self.keeper.finish(self.collector)
        return self.collector

    def _count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    # --- tasks

    def _task(self, task: Json, where: str) -> None:
        data = as_object(task.get("data"), self.source, f"{where}.data")
        groups = as_list(task.get("annotations", task.get("completions", [])), self.source, f"{where}.annotations")
        results: list[tuple[Json, str]] = []
        taken = 0
        for number, value in enumerate(groups):
            at = f"{where}.annotations[{number}]"
            group = as_object(value, self.source, at)
            if group.get("was_cancelled"):
                self._count("cancelled")
                continue
            taken += 1
            for index, result in enumerate(as_list(group.get("result", []), self.source, f"{at}.result")):
                results.append((as_object(result, self.source, f"{at}.result[{index}]"), f"{at}.result[{index}]"))
        if taken > 1:
            self.collector.note(f"the {taken} annotations of a task are all taken", f"{self.source}, {where}")
        predictions = task.get("predictions")
        self._count("predictions", len(predictions) if isinstance(predictions, list) else 0)
        item = self._medium(data, results, where)
        if item is None:
            return
        self.seen.setdefault(item.id, set())
        meta = task.get("meta")
        if isinstance(meta, dict) and MARKS in meta:
            self.own = True
            read_marks(meta[MARKS], item, self.collector, self.source, f"{where}.meta")
        kept = others(task, *_NOT_OURS, "meta", "total_annotations")
        kept |= {"meta": others(meta, MARKS)} if isinstance(meta, dict) and others(meta, MARKS) else {}
        texts = self._texts(results)
        further = [one for one, _ in results if not self._is_region(one) and not self._is_text_of(one, texts)]
        self._count("further", len(further))
        self.keeper.hold("medium", item.id, {"task": kept} | ({"results": further} if further else {}))
        for result, at in results:
            if self._is_region(result):
                self._region(result, item, texts, at)

    def _medium(self, data: Json, results: list[tuple[Json, str]], where: str) -> MediaItem | None:
        types = [str(result.get("type")) for result, _ in results]
        kinds = [_KINDS[kind] for kind in types if kind in _KINDS]
        found: list[tuple[str, str]] = [
            (key, value) for key, value in data.items() if isinstance(value, str) and _name_of(value)
        ]
        if not found:
            raise malformed(self.source, f"{where}.data", "the address of a medium", sorted(data))
        usual = ("image", "img", "video", "audio", "url")
        found.sort(key=lambda pair: usual.index(pair[0]) if pair[0] in usual else len(usual))
        key, address = found[0]
        name = _name_of(address)
        suffix = Path(name).suffix.lower()
        by_key = cast("MediaKind", key if key in ("video", "audio") else "image")
        guessed: MediaKind = "video" if suffix in _VIDEOS else "audio" if suffix in _SOUNDS else by_key
        kind = kinds[0] if kinds else guessed
        facts: Json = {}
        for result, _ in results:
            wide, high = result.get("original_width"), result.get("original_height")
            if isinstance(wide, int) and isinstance(high, int) and wide > 0 and high > 0 and kind == "image":
                facts = {"width": wide, "height": high}
            value = result.get("value")
            if isinstance(value, dict) and kind == "video":
                facts |= self._rate(value)
        item = self.collector.medium(name, f"{self.source}, {where}", kind, **facts)
        if item is not None and kind == "video":
            self.frames.add(item.id)
        return item

    def _rate(self, value: Json) -> Json:
        count, duration = value.get("framesCount"), value.get("duration")
        if isinstance(count, int | float) and isinstance(duration, int | float) and count > 0 and duration > 0:
            return {"fps": count / duration}
        return {}

    # --- results

    def _is_region(self, result: Json) -> bool:
        value, kind = result.get("value"), result.get("type")
        return isinstance(value, dict) and (kind in _SHAPES or kind in _SPANS or kind == "brushlabels")

    def _texts(self, results: list[tuple[Json, str]]) -> dict[str, tuple[str, ...]]:
        """What is said about each region: the text areas that carry a region's id."""
        regions = {str(result.get("id")) for result, _ in results if self._is_region(result)}
        found: dict[str, tuple[str, ...]] = {}
        for result, at in results:
            if result.get("type") == "textarea" and str(result.get("id")) in regions:
                value = as_object(result.get("value"), self.source, f"{at}.value").get("text", [])
                said = [value] if isinstance(value, str) else as_list(value, self.source, f"{at}.value.text")
                place = f"{at}.value.text"
                found[str(result["id"])] = tuple(as_text(text, self.source, place) for text in said)
        return found

    def _is_text_of(self, result: Json, texts: Mapping[str, tuple[str, ...]]) -> bool:
        return result.get("type") == "textarea" and str(result.get("id")) in texts

    def _region(self, result: Json, item: MediaItem, texts: Mapping[str, tuple[str, ...]], where: str) -> None:
        kind = str(result["type"])
        value = as_object(result["value"], self.source, f"{where}.value")
        names = value.get("labels" if kind in ("videorectangle", "labels") else kind, value.get("labels", []))
        said = as_list(names, self.source, f"{where}.value.{kind}") or ["region"]
        labels = [as_text(name, self.source, f"{where}.value.{kind}").strip() or "region" for name in said]
        self.seen[item.id].update(labels)
        if len(labels) > 1:
            self.collector.note(f"a region with {len(labels)} labels became as many", f"{self.source}, {where}")
        meta = as_object(result.get("meta") or {}, self.source, f"{where}.meta")
        texts_of_meta = {name: text for name, text in meta.items() if isinstance(text, str)}
        own: Json = {
            "result": others(result, "id", "value", "type", "meta", "original_width", "original_height"),
            "meta": others(meta, *texts_of_meta),
        }
        for region in self._regions(kind, value, own, where, aspect=_aspect(result)):
            for name in labels:
                label = self.collector.label(name)
                self._annotate(item, label, region, texts.get(str(result.get("id"))), texts_of_meta, own)

    def _annotate(
        self,
        item: MediaItem,
        label: Label,
        region: Region,
        said: tuple[str, ...] | None,
        attributes: Mapping[str, str],
        own: Json,
    ) -> None:
        extra = self.keeper.extra(own, medium=item.id)
        self.collector.annotate(item, label, region, expressions=said, attributes=attributes.items(), extra=extra)

    def _regions(self, kind: str, value: Json, own: Json, where: str, *, aspect: float = 1.0) -> list[Region]:
        if kind in ("labels", "audiolabels"):
            if "start" not in value:
                return self._no_region(kind, where)
            start, end = (as_number(value.get(key), self.source, f"{where}.value.{key}") for key in ("start", "end"))
            if end < start:
                raise malformed(self.source, f"{where}.value.end", f"at least start ({start})", end)
            own["value"] = others(value, "start", "end", "labels", "audiolabels")
            return [Segment(start, end)]
        if kind == "timelinelabels":
            return self._ranges(value, own, where)
        if kind == "videorectangle":
            own["value"] = others(value, "sequence", "labels", "framesCount", "duration")
            return self._sequence(value, where)
        box = shape_box(kind, value, self.source, f"{where}.value", aspect=aspect)
        if box is None or not has_area(box):
            return self._no_region(kind, where)
        if kind not in ("rectanglelabels", "rectangle") or value.get("rotation"):
            self._count("shapes")
            own["shape"], own["type"] = value, kind
        else:
            own["value"] = others(value, "x", "y", "width", "height", "rotation", kind)
        return [box]

    def _no_region(self, kind: str, where: str) -> list[Region]:
        self.collector.skip(f"a region of the type {kind} has no box", f"{self.source}, {where}")
        return []

    def _ranges(self, value: Json, own: Json, where: str) -> list[Region]:
        found: list[Region] = []
        own["value"] = others(value, "ranges", "timelinelabels")
        for index, entry in enumerate(as_list(value.get("ranges"), self.source, f"{where}.value.ranges")):
            place = f"{where}.value.ranges[{index}]"
            span = as_object(entry, self.source, place)
            start, end = (_frame(span.get(key), self.source, f"{place}.{key}") for key in ("start", "end"))
            if end < start:
                raise malformed(self.source, f"{place}.end", f"at least start ({start})", end)
            found.append(Segment(start - 1, end))  # frames from 0, and the first one after
        return found

    def _sequence(self, value: Json, where: str) -> list[Region]:
        """Key boxes; one that is not enabled ends what is on the screen."""
        runs: list[list[Box]] = [[]]
        for index, entry in enumerate(as_list(value.get("sequence"), self.source, f"{where}.value.sequence")):
            place = f"{where}.value.sequence[{index}]"
            key = as_object(entry, self.source, place)
            frame = _frame(key.get("frame"), self.source, f"{place}.frame")
            box = percent_box(key, self.source, place)
            if not has_area(box):
                self.collector.skip("a key box has no area", f"{self.source}, {place}")
                continue
            if runs[-1] and (runs[-1][-1].at_s or 0.0) >= frame - 1:
                raise malformed(self.source, f"{place}.frame", "frames in ascending order", frame)
            runs[-1].append(Box(box.x1, box.y1, box.x2, box.y2, at_s=float(frame - 1)))
            if key.get("enabled") is False:
                runs.append([])
        found = [run for run in runs if run]
        if len(found) > 1:
            self.collector.note(
                f"a track that goes and comes again became {len(found)} tracks", f"{self.source}, {where}"
            )
        return [run[0] if len(run) == 1 else Track(tuple(run)) for run in found]


_TOLD = {
    "shapes": (
        "one shape became its box; the original is kept for Label Studio",
        "{count} shapes became their boxes; the originals are kept for Label Studio",
    ),
    "cancelled": ("one cancelled annotation is passed over", "{count} cancelled annotations are passed over"),
    "predictions": ("one prediction of a model is not taken", "{count} predictions of models are not taken"),
    "further": (
        "one result that is no region is only kept for Label Studio",
        "{count} results that are no regions are only kept for Label Studio",
    ),
}


def _aspect(result: Json) -> float:
    wide, high = result.get("original_width"), result.get("original_height")
    known = isinstance(wide, int | float) and isinstance(high, int | float) and wide > 0 and high > 0
    return high / wide if known else 1.0  # type: ignore[operator]


def _frame(value: object, file: Path, where: str) -> int:
    number = as_number(value, file, where)
    if number != int(number) or number < 1:
        raise malformed(file, where, "a frame from 1", value)
    return int(number)


def percent_box(value: Json, file: Path, where: str) -> Box:
    """A box in percent, upright or turned about its upper left corner, in 0-1 of the picture."""
    x, y, wide, high = (as_number(value.get(key), file, f"{where}.{key}") for key in ("x", "y", "width", "height"))
    return Box(x / 100, y / 100, (x + wide) / 100, (y + high) / 100)


def shape_box(kind: str, value: Json, file: Path, where: str, *, aspect: float) -> Box | None:
    """The box around a shape in percent, in 0-1 of the picture; None for a shape that has none.

    `aspect` is height over width of the picture: percents of the two sides are not equally long.
    """
    if kind.startswith("rectangle"):
        box = percent_box(value, file, where)
        turn = as_number(value.get("rotation") or 0, file, f"{where}.rotation")
        if not turn:
            return box
        square = rotated(Box(box.x1, box.y1 * aspect, box.x2, box.y2 * aspect), turn, (box.x1, box.y1 * aspect))
        return Box(square.x1, square.y1 / aspect, square.x2, square.y2 / aspect)
    if kind.startswith("polygon"):
        points: list[Point] = []
        for index, pair in enumerate(as_list(value.get("points"), file, f"{where}.points")):
            x, y = as_numbers(pair, 2, file, f"{where}.points[{index}]")
            points.append((x / 100, y / 100))
        return box_around(points) if points else None
    if kind.startswith("ellipse"):
        keys = ("x", "y", "radiusX", "radiusY")
        x, y, wide, high = (as_number(value.get(key), file, f"{where}.{key}") / 100 for key in keys)
        return Box(x - wide, y - high, x + wide, y + high)
    return None


def _name_of(address: str) -> str:
    """The medium's name in an address: what follows `?d=`, the path of a URL without its host, or the text itself."""
    if address.startswith("/data/local-files/"):
        # It counts from the folder that Label Studio serves, also with a slash before it, as its converter writes.
        return unquote(parse_qs(urlsplit(address).query).get("d", [""])[0]).lstrip("/")
    if "://" in address:
        return unquote(urlsplit(address).path).lstrip("/")
    return unquote(_UPLOAD.sub("", address)) if address.startswith("/data/") else address
