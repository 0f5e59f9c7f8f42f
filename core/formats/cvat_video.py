"""CVAT for video 1.1: one XML file per video, tracks of key boxes at frames that count from 0.

Frames are those of the video, as it is decoded; where it is not at hand they are counted at its rate. A track is on the
screen from its first box to its last; a box marked `outside` at the next frame says that it has gone. A track that goes
and comes again becomes several. A project's file holds the tracks of several videos. Boxes at one frame are tracks of
one key, as CVAT itself writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.cvat import SHAPES, add_words, box_of, is_outside, meta_element, read_labels, set_corners, words_of
from core.formats.folders import write_folder
from core.formats.frames import FrameClock, steady
from core.formats.kept import Keeper, Kept
from core.formats.losses import VIDEOS, Holds, sort_out
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of
from core.formats.shapes import fits, has_area
from core.formats.text_files import as_size, malformed
from core.formats.xml_files import (
    add,
    as_text,
    clean,
    note_unwritable,
    number_in,
    parse_kept,
    parse_xml,
    whole_in,
    xml_text,
)
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem, Track

HOLDS = Holds("cvat-video", "CVAT", VIDEOS, frozenset({"tracks", "boxes at a frame"}), attributes=True)
Key = tuple[int, Box]


@dataclass(frozen=True, slots=True)
class CvatVideoFormat:
    """Reads a file or a folder of files; writes a folder, or one file where there is one video."""

    id: str = "cvat-video"
    title: str = "CVAT for video 1.1 (an XML file per video)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every file. Other shapes become boxes, which the report says; `FormatError` when malformed."""
        collector = Collector(options)
        for file, _ in files_of(source, (".xml",)):
            options.context.raise_if_cancelled()
            _Reader(file, collector).read(parse_xml(file, "annotations"))
        frames = frozenset(item.id for item in collector.media)
        return ImportBatch(self.id, source, collector.contents(), collector.report, frames=frames)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one file per video with tracks. What CVAT has no place for is reported."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        writer = _Writer(contents, Kept.of(contents, self.id), report)
        files: dict[Path, str] = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            clock = clock_for(item, names[item.id], options, report, len(found.of(item)))
            if clock is None and not found.of(item):
                clock = steady(1.0, None)  # nothing is counted in the file of a video without tracks
            if clock is not None:
                place = file_for(out, names[item.id], ".xml", files, alone=len(found.media) == 1)
                files[place] = xml_text(writer.document(item, names[item.id], found.of(item), clock))
        said = {text for a in contents.annotations for text in a.expressions}
        note_unwritable(said | {label.name for label in contents.labels}, report)
        write_folder(files, out, report)
        return report


def clock_for(item: MediaItem, name: str, options: WriteOptions, report: Report, regions: int) -> FrameClock | None:
    """The frames of a video to be written, with a line in the report about how exact they are; None: not known."""
    clock = options.clock(item)
    if clock is not None:
        if regions:
            report.changed.append(Note("times became numbers of the video's frames, exact to a frame", name))
        return clock
    rate = steady(item.fps, item.duration_s)
    if rate is None and regions:
        report.skipped.append(Note("the frame rate is not known, and the format counts frames", name))
        report.written -= regions
    elif regions and item.fps:
        report.changed.append(Note(f"the video is not at hand: frames are counted at {item.fps:g} a second", name))
    return rate


def keys_at_frames(annotation: Annotation, clock: FrameClock, report: Report) -> list[Key]:
    """The key boxes of a region with their frames, each frame once."""
    region = annotation.region
    boxes = region.keys if isinstance(region, Track) else (region,) if isinstance(region, Box) else ()
    keys = {clock.index_at(box.at_s or 0.0): box for box in boxes}
    if len(keys) < len(boxes):
        lost = len(boxes) - len(keys)
        report.changed.append(Note(f"{lost} of a track's key boxes share a frame with another", annotation.id))
    return sorted(keys.items())


def region_at_frames(keys: list[Key]) -> Box | Track:
    """Key boxes as a region whose times are frame numbers: one is a box at a frame."""
    boxes = tuple(Box(box.x1, box.y1, box.x2, box.y2, at_s=float(frame)) for frame, box in keys)
    return boxes[0] if len(boxes) == 1 else Track(boxes)


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    file: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("cvat-video"))
    shaped: int = 0
    changing: int = 0

    def read(self, root: Element) -> None:
        if root.find("image") is not None:
            raise malformed(self.file, "annotations", "elements track (a file with pictures is cvat-images)", "image")
        meta = root.find("meta")
        read_labels(meta, self.collector)
        tasks = meta.findall("project/tasks/task") if meta is not None else []
        if meta is None or not tasks:
            self._video(meta, root.findall("track"))
        for task in tasks:  # a project's file: every track says of which task it is
            number = (task.findtext("id") or "").strip()
            of_task = [track for track in root.findall("track") if len(tasks) == 1 or track.get("task_id") == number]
            self._video(_meta_of(task, meta), of_task)
        known = {(task.findtext("id") or "").strip() for task in tasks}
        lost = sum(len(tasks) > 1 and track.get("task_id") not in known for track in root.findall("track"))
        if lost:
            what = "one track is of no task of the file" if lost == 1 else f"{lost} tracks are of no task of the file"
            self.collector.skip(what, str(self.file))
        one = "one track of other shapes became boxes; the original is kept for CVAT"
        many = "{count} tracks of other shapes became boxes; the originals are kept for CVAT"
        count_note(self.collector.report, self.shaped, one, many, str(self.file))
        one, many = (
            "the attributes of one track change on its way: those at its start are taken",
            "the attributes of {count} tracks change on their way: those at their start are taken",
        )
        count_note(self.collector.report, self.changing, one, many, str(self.file))
        self.keeper.finish(self.collector)

    def _video(self, meta: Element | None, tracks: list[Element]) -> None:
        root = Element("annotations")
        if meta is not None:
            root.append(meta)
        name = next((text for text in map(root.findtext, _SOURCES) if text and text.strip()), self.file.stem)
        size = {}
        for axis in ("width", "height"):
            text = next((found.text for found in root.iter("original_size") for found in found.iter(axis)), None)
            if text:
                where = f"element original_size/{axis}"
                size[axis] = as_size(number_in(text, self.file, where), self.file, where)
        item = self.collector.medium(name.strip(), str(self.file), "video", **size)
        if item is None:
            return
        if meta is not None:
            self.keeper.hold("medium", item.id, {"meta": as_text(meta)})
        for number, track in enumerate(tracks):
            self._track(track, item, f"track {track.get('id', number)}")

    def _track(self, track: Element, item: MediaItem, where: str) -> None:
        name = (track.get("label") or "").strip()
        if not name:
            raise malformed(self.file, where, "an attribute label", sorted(track.attrib))
        runs, flat = runs_of(track, self.file, where)
        if flat:
            what = f"{flat} boxes of {name} have no area" if flat > 1 else f"one box of {name} has no area"
            self.collector.skip(what, f"{self.file}, {where}")
        if len(runs) > 1:
            what = f"a track that goes and comes again became {len(runs)} tracks"
            self.collector.note(what, f"{self.file}, {where}")
        if not runs and not flat:
            what = f"a track of {name} is never on the screen"
            self.collector.skip(what, f"{self.file}, {where}")
        self.shaped += any(child.tag in SHAPES and child.tag != "box" for child in track)
        shapes = [child for child in track if child.tag in SHAPES]
        said, attributes = words_of(shapes[0] if shapes else track)
        self.changing += any(words_of(shape) != (said, attributes) for shape in shapes)
        label = self.collector.label(name)
        for run in runs:
            own: dict[str, object] = {"track": as_text(track)} if len(runs) == 1 and not flat else {}
            extra = self.keeper.extra(own, medium=item.id)
            self.collector.annotate(
                item, label, region_at_frames(run), expressions=said, attributes=attributes, extra=extra
            )


def _meta_of(task: Element, meta: Element | None) -> Element:
    """One task of a project's file as the `meta` of a file of its own, with the project's labels."""
    found = Element("meta")
    found.append(deepcopy(task))
    labels = meta.find("project/labels") if meta is not None else None
    if labels is not None and found[0].find("labels") is None:
        found[0].append(deepcopy(labels))
    return found


_SOURCES = ("meta/task/source", "meta/source", "meta/job/source", "meta/task/name")


def runs_of(track: Element, file: Path, where: str) -> tuple[list[list[Key]], int]:
    """The key boxes of each stretch in which a track is on the screen; and how many boxes without area were left out.

    Key frames, and the last box before the track goes, which may be one between key frames.
    """
    shapes = [child for child in track if child.tag in SHAPES]
    placed = [(whole_in(shape.get("frame"), file, f"{where}, frame"), shape) for shape in shapes]
    placed.sort(key=lambda pair: pair[0])
    runs: list[list[Key]] = [[]]
    between: Key | None = None
    flat = 0
    for frame, shape in placed:
        at = f"{where}, frame {frame}"
        if frame < 0:
            raise malformed(file, at, "a frame from 0", frame)
        if is_outside(shape):
            if between is not None:
                runs[-1].append(between)
            runs, between = ([*runs, []] if runs[-1] else runs), None
            continue
        key = (frame, box_of(shape, file, at))
        if not has_area(key[1]):
            flat += 1
        elif shape.get("keyframe", "1") == "1" or not runs[-1]:
            if runs[-1] and runs[-1][-1][0] == frame:
                raise malformed(file, at, "one box at a frame", "two")
            runs[-1].append(key)
            between = None
        else:
            between = key
    if between is not None:
        runs[-1].append(between)
    return [run for run in runs if run], flat


# --- writing -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writer:
    contents: SnapshotLike
    kept: Kept
    report: Report

    def document(self, item: MediaItem, name: str, annotations: list[Annotation], clock: FrameClock) -> Element:
        root = Element("annotations")
        add(root, "version", "1.1")
        facts = [("size", str(len(clock)))] if len(clock) < 1 << 40 else []
        meta = meta_element(
            self.kept.medium(item.id).get("meta"), self.contents.labels, [*facts, ("mode", "interpolation")]
        )
        task = next(iter(meta), meta)
        if item.width and item.height and next(meta.iter("original_size"), None) is None:
            size = add(task, "original_size")
            add(size, "width", str(item.width))
            add(size, "height", str(item.height))
        if not any(meta.find(place.removeprefix("meta/")) is not None for place in _SOURCES[:3]):
            add(task, "source", name)
        root.append(meta)
        labels = {label.id: label.name for label in self.contents.labels}
        for number, annotation in enumerate(annotations):
            track = self._track(annotation, labels[annotation.label_id], clock)
            track.set("id", str(number))
            root.append(track)
        return root

    def _track(self, annotation: Annotation, label: str, clock: FrameClock) -> Element:
        keys = keys_at_frames(annotation, clock, self.report)
        kept = self.kept.own(annotation).get("track")
        track = Element("track", {"id": "", "label": clean(label), "source": "manual"})
        if isinstance(kept, str):
            original = parse_kept(kept)
            runs, _ = runs_of(original, Path("kept"), "track")
            same = len(runs) == 1 and [frame for frame, _ in runs[0]] == [frame for frame, _ in keys]
            if same and all(fits(box, now) for (_, box), (_, now) in zip(runs[0], keys, strict=True)):
                return self._with_words(original, annotation, label)
            track.attrib |= {name: value for name, value in original.attrib.items() if name not in ("id", "label")}
            what = "the track was edited: what CVAT keeps of each box (shape, occluded, …) is left out"
            self.report.changed.append(Note(what, annotation.id))
        for element in _boxes(keys, clock):
            add_words(element, annotation, label)
            track.append(element)
        return track

    def _with_words(self, track: Element, annotation: Annotation, label: str) -> Element:
        track.set("label", clean(label))
        shapes = [child for child in track if child.tag in SHAPES]
        said = words_of(shapes[0])
        if said != (
            annotation.expressions if annotation.expressions != (label,) else None,
            list(annotation.attributes),
        ):
            for shape in shapes:
                for child in shape.findall("attribute"):
                    shape.remove(child)
                add_words(shape, annotation, label)
        return track


def _boxes(keys: list[Key], clock: FrameClock) -> Iterator[Element]:
    """A box per key, and one at the frame after the last that says that the thing has gone."""
    last, box = keys[-1]
    shown = [(frame, key, "0") for frame, key in keys] + ([(last + 1, box, "1")] if last + 1 < len(clock) else [])
    for frame, key, outside in shown:
        element = Element("box", {"frame": str(frame), "outside": outside, "occluded": "0", "keyframe": "1"})
        set_corners(element, key)
        element.set("z_order", "0")
        yield element


FORMAT = CvatVideoFormat()
