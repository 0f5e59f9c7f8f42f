"""What a format has room for, and the lines of an export's report about everything that it has not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from core.formats.batch import SnapshotLike
from core.formats.classes import count_note, note_other_extras
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem, MediaKind, Segment, Track

RegionKind = Literal["boxes", "boxes at a frame", "segments", "tracks"]


@dataclass(frozen=True, slots=True)
class Holds:
    """What a format can hold. `regions` names kinds of regions, `words` how many expressions a region may have."""

    id: str
    name: str
    media: frozenset[MediaKind]
    regions: frozenset[RegionKind]
    words: Literal["none", "all"] = "all"
    labels: bool = True
    attributes: bool = False
    origins: bool = False
    marks: bool = False  # verdicts, splits and review states
    splits: bool = False
    needs_size: bool = False
    extras: bool = True


PICTURES: frozenset[MediaKind] = frozenset({"image"})
CLIPS: frozenset[MediaKind] = frozenset({"video", "audio"})
VIDEOS: frozenset[MediaKind] = frozenset({"video"})
EVERY: frozenset[MediaKind] = PICTURES | CLIPS


def kind_of(annotation: Annotation) -> RegionKind:
    """What kind of region an annotation has."""
    match annotation.region:
        case Box(at_s=None):
            return "boxes"
        case Box():
            return "boxes at a frame"
        case Segment():
            return "segments"
        case Track():
            return "tracks"


@dataclass(slots=True)
class Sorted:
    """The media and annotations that a format can hold, in the order of the project."""

    media: list[MediaItem] = field(default_factory=list)
    by_media: dict[str, list[Annotation]] = field(default_factory=dict)

    def of(self, item: MediaItem) -> list[Annotation]:
        """The annotations of a medium."""
        return self.by_media.get(item.id, [])


def sort_out(contents: SnapshotLike, holds: Holds, names: dict[str, str], report: Report) -> Sorted:
    """What can be written. Counts it in the report, with a line for everything that cannot be."""
    found = Sorted()
    wrong: Counter[tuple[str, str]] = Counter()
    sized: dict[str, bool] = {}
    silent = 0
    annotated = {annotation.media_id for annotation in contents.annotations}
    for item in contents.media:
        sized[item.id] = not holds.needs_size or bool(item.width and item.height)
        if item.kind not in holds.media:
            silent += item.id not in annotated
        elif not sized[item.id]:
            report.skipped.append(Note(f"{holds.name} needs the size of a medium, and it is not known", names[item.id]))
        else:
            found.media.append(item)
    taken = {item.id for item in found.media}
    for annotation in contents.annotations:
        report.read += 1
        kind = kind_of(annotation)
        if annotation.media_id in taken and kind in holds.regions:
            found.by_media.setdefault(annotation.media_id, []).append(annotation)
            report.written += 1
        elif sized[annotation.media_id]:
            wrong[annotation.media_id, kind] += 1
    for (media_id, wrong_kind), count in wrong.items():
        what = f"{count} {wrong_kind}" if count > 1 else f"one of the {wrong_kind}"
        report.skipped.append(Note(f"{what} not written: {_room(holds)}", names[media_id]))
    one, many = "one medium of another kind is not held", "{count} media of another kind are not held"
    count_note(report, silent, one, many)
    _note_losses(contents, holds, report)
    return found


def _room(holds: Holds) -> str:
    kinds = {"image": "pictures", "video": "videos", "audio": "sounds"}
    media = ", ".join(kinds[kind] for kind in ("image", "video", "audio") if kind in holds.media)
    return f"{holds.name} holds {', '.join(sorted(holds.regions))} in {media}"


def _note_losses(contents: SnapshotLike, holds: Holds, report: Report) -> None:
    annotations = contents.annotations
    labels = {label.id: label.name for label in contents.labels}
    if holds.words == "none":
        said = sum(a.expressions != (labels[a.label_id],) for a in annotations)
        one, many = "the expressions of one region are not held", "the expressions of {count} regions are not held"
        count_note(report, said, one, many)
    elif not holds.labels:
        named = sum(bool(a.expressions) and labels[a.label_id] not in a.expressions for a in annotations)
        count_note(report, named, "the label of one region is not held", "the labels of {count} regions are not held")
        several = sum(len(a.expressions) > 1 for a in annotations)
        one = "one region with several expressions is written once for each"
        count_note(report, several, one, "{count} regions with several expressions are written once for each")
    if not holds.attributes:
        count = sum(bool(a.attributes) for a in annotations)
        one, many = "the attributes of one region are not held", "the attributes of {count} regions are not held"
        count_note(report, count, one, many)
    if not holds.origins:
        made = sum(a.origin != "imported" for a in annotations)
        one, many = "where one region came from is not held", "where {count} regions came from is not held"
        count_note(report, made, one, many)
    if not holds.marks:
        count = len(contents.verdicts)
        one, many = "one rejection or absence is not held", "{count} rejections and absences are not held"
        count_note(report, count, one, many)
        count_note(report, len(contents.reviews), "one review state is not held", "{count} review states are not held")
    if not holds.marks and not holds.splits:
        count_note(report, len(contents.splits), "one split is not held", "{count} splits are not held")
    linked = sum(a.proposal_id is not None for a in annotations)
    one, many = "the proposal of one annotation is not held", "the proposals of {count} annotations are not held"
    count_note(report, linked, one, many)
    answers = len(contents.answers)
    count_note(report, answers, "one answer of a model is not held", "{count} answers of models are not held")
    note_other_extras(report, annotations, holds.id if holds.extras else "")
    turned = sum(item.orientation != 1 and item.kind == "image" for item in contents.media)
    one, many = "one picture's EXIF orientation", "the EXIF orientations of {count} pictures"
    tail = "undone: boxes and sizes are of the upright picture"
    count_note(report, turned, f"{one} is {tail}", f"{many} are {tail}")
