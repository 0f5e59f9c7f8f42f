"""What a format has room for, and the lines of an export's report about everything that it has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.formats.batch import SnapshotLike
from core.formats.classes import count_note, has_other_extras, note_extras_left, note_media_extras
from core.jobs import Note, Report
from core.packed import Packed
from core.schema import Annotation, Box, MediaItem, MediaKind, Segment, Track

_IN_A_ROW = 50_000  # annotations

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
    """The media and annotations that a format can hold, in the order of the project.

    A long row of annotations is dealt out into packed rows of neighbouring media, one of which is open at a time: ask
    for the media in their order.
    """

    media: list[MediaItem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # of annotations, by medium
    row_of: dict[str, int] = field(default_factory=dict)
    rows: list[Sequence[Annotation]] = field(default_factory=list)
    opened: int = -1
    by_media: dict[str, list[Annotation]] = field(default_factory=dict)  # those of the open row

    def of(self, item: MediaItem) -> list[Annotation]:
        """The annotations of a medium."""
        row = self.row_of.get(item.id)
        if row is None:
            return []
        if row != self.opened:
            self.by_media.clear()
            for annotation in self.rows[row]:
                self.by_media.setdefault(annotation.media_id, []).append(annotation)
            self.opened = row
        return self.by_media[item.id]

    def deal(self, annotations: Iterable[Annotation]) -> None:
        """Give each row its annotations; `counts` is complete."""
        held = 0
        for item in self.media:
            if self.counts[item.id]:
                self.row_of[item.id] = held // _IN_A_ROW
                held += self.counts[item.id]
        rows: list[Packed[Annotation]] = [Packed() for _ in range(-(-held // _IN_A_ROW))]
        for annotation in annotations:
            rows[self.row_of[annotation.media_id]].append(annotation)
        self.rows = [row.whole() for row in rows]


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
    losses = _Losses(holds, {label.id: label.name for label in contents.labels})
    for annotation in contents.annotations:
        losses.look(annotation)
        kind = kind_of(annotation)
        if annotation.media_id in taken and kind in holds.regions:
            found.counts[annotation.media_id] += 1
        elif sized[annotation.media_id]:
            wrong[annotation.media_id, kind] += 1
    report.read += len(contents.annotations)
    report.written += found.counts.total()
    regions = contents.annotations
    found.deal(one for one in regions if one.media_id in taken and kind_of(one) in holds.regions)
    for (media_id, wrong_kind), count in wrong.items():
        what = f"{count} {wrong_kind}" if count > 1 else f"one of the {wrong_kind}"
        report.skipped.append(Note(f"{what} not written: {_room(holds)}", names[media_id]))
    one, many = "one medium of another kind is not held", "{count} media of another kind are not held"
    count_note(report, silent, one, many)
    losses.note(report)
    _note_the_rest(contents, holds, report)
    return found


def _room(holds: Holds) -> str:
    kinds = {"image": "pictures", "video": "videos", "audio": "sounds"}
    media = ", ".join(kinds[kind] for kind in ("image", "video", "audio") if kind in holds.media)
    return f"{holds.name} holds {', '.join(sorted(holds.regions))} in {media}"


@dataclass(slots=True)
class _Losses:
    """Counts what a format does not hold of each annotation, in one walk: there may be a million."""

    holds: Holds
    labels: dict[str, str]
    unlike: int = 0  # say something else than their label
    unsaid: int = 0  # have a label that is none of their expressions
    several: int = 0
    attributed: int = 0
    made: int = 0
    linked: int = 0
    others: int = 0

    def look(self, annotation: Annotation) -> None:
        name, said = self.labels[annotation.label_id], annotation.expressions
        if said != (name,):
            self.unlike += 1
            self.unsaid += bool(said) and name not in said
            self.several += len(said) > 1
        self.attributed += bool(annotation.attributes)
        self.made += annotation.origin != "imported"
        self.linked += annotation.proposal_id is not None
        if annotation.extra:
            self.others += has_other_extras(annotation, self.holds.id if self.holds.extras else "")

    def note(self, report: Report) -> None:
        if self.holds.words == "none":
            one, many = "the expressions of one region are not held", "the expressions of {count} regions are not held"
            count_note(report, self.unlike, one, many)
        elif not self.holds.labels:
            one, many = "the label of one region is not held", "the labels of {count} regions are not held"
            count_note(report, self.unsaid, one, many)
            one = "one region with several expressions is written once for each"
            count_note(report, self.several, one, "{count} regions with several expressions are written once for each")
        if not self.holds.attributes:
            one, many = "the attributes of one region are not held", "the attributes of {count} regions are not held"
            count_note(report, self.attributed, one, many)
        if not self.holds.origins:
            one, many = "where one region came from is not held", "where {count} regions came from is not held"
            count_note(report, self.made, one, many)
        one, many = "the proposal of one annotation is not held", "the proposals of {count} annotations are not held"
        count_note(report, self.linked, one, many)
        note_extras_left(report, self.others)


def _note_the_rest(contents: SnapshotLike, holds: Holds, report: Report) -> None:
    """What is not held of a project besides its annotations."""
    if not holds.marks:
        count = len(contents.verdicts)
        one, many = "one rejection or absence is not held", "{count} rejections and absences are not held"
        count_note(report, count, one, many)
        count_note(report, len(contents.reviews), "one review state is not held", "{count} review states are not held")
    if not holds.marks and not holds.splits:
        count_note(report, len(contents.splits), "one split is not held", "{count} splits are not held")
    answers = len(contents.answers)
    count_note(report, answers, "one answer of a model is not held", "{count} answers of models are not held")
    note_media_extras(report, contents.media, holds.id if holds.extras else "")
    turned = sum(item.orientation != 1 and item.kind == "image" for item in contents.media)
    one, many = "one picture's EXIF orientation", "the EXIF orientations of {count} pictures"
    tail = "undone: boxes and sizes are of the upright picture"
    count_note(report, turned, f"{one} is {tail}", f"{many} are {tail}")
