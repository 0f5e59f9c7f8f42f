"""Annotations put elsewhere: what a copy keeps, where it fits, and all of them as one Change. Pure; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.geometry import clip_box
from core.project.acts import LABEL_COLOURS, ProjectView
from core.project.wording import fold, tidy
from core.schema import (
    Annotation,
    Box,
    Change,
    Label,
    MediaItem,
    MediaKind,
    Phrase,
    Record,
    Region,
    Review,
    Segment,
    new_id,
)

ASIDE_PX = 12.0  # how far a duplicate stands from what it was made of, in picture pixels
LEAST_LENGTH_S = 0.01  # what is left of a segment in a shorter medium, or nothing
LEAST_SIDE_PX = 2.0  # what is left of a box in a smaller picture, or nothing

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy keeps of an annotation. The class goes by its name, so that it can go to another project."""

    media_id: str
    region: Region
    expressions: tuple[str, ...]
    label: str
    attributes: tuple[tuple[str, str], ...] = ()
    kind: MediaKind = "image"  # of the medium that it came from


def copied(annotations: Iterable[Annotation], labels: dict[str, Label], kind: MediaKind = "image") -> list[Copied]:
    """Annotations as copies; where they came from and what only a file knew of them stays behind."""
    return [
        Copied(
            item.media_id,
            item.region,
            item.expressions,
            labels[item.label_id].name if item.label_id in labels else next(iter(item.expressions), ""),
            item.attributes,
            kind,
        )
        for item in annotations
    ]


def fitted(copy: Copied, item: MediaItem, at_s: float | None = None) -> Copied | None:
    """The copy as it can stand in `item`, whose frame at `at_s` is shown if it is a video. None where nothing fits.

    A box goes onto a picture or the frame that is shown, clipped to it; a segment into a medium of the same kind, as
    far as that lasts. A track stays in its own video: elsewhere its times mean nothing.
    """
    region = copy.region
    if copy.media_id == item.id:
        on_frame = isinstance(region, Box) and region.at_s is not None and at_s is not None
        return replace(copy, region=replace(region, at_s=at_s)) if on_frame and isinstance(region, Box) else copy
    if isinstance(region, Segment) and copy.kind == item.kind != "image":
        end_s = region.end_s if item.duration_s is None else min(region.end_s, item.duration_s)
        fits = end_s - region.start_s >= LEAST_LENGTH_S
        return replace(copy, media_id=item.id, region=Segment(region.start_s, end_s)) if fits else None
    if not isinstance(region, Box) or item.kind == "audio" or (item.kind == "video" and at_s is None):
        return None
    box = region
    corners = (box.x1, box.y1, box.x2, box.y2)
    x1, y1, x2, y2 = clip_box(corners, size_of(item)) if item.width and item.height else corners
    if min(x2 - x1, y2 - y1) < LEAST_SIDE_PX:
        return None
    return replace(copy, media_id=item.id, region=Box(x1, y1, x2, y2, at_s if item.kind == "video" else None))


def size_of(item: MediaItem) -> Size:
    """Width and height in upright pixels; 0, 0 where they are not known."""
    return (float(item.width or 0), float(item.height or 0))


def aside(copies: Sequence[Copied], size_wh: Size, standing: Iterable[Annotation]) -> list[Copied]:
    """The copies together moved aside until none lies exactly on an annotation with the same words.

    They stay in the picture; where there is no room to step aside they stay where they are.
    """
    taken = {(item.region, item.expressions) for item in standing}
    boxes = [copy.region for copy in copies if isinstance(copy.region, Box)]
    for step in range(len(taken) + 1):
        dx = _room([(box.x1, box.x2) for box in boxes], step * ASIDE_PX, size_wh[0])
        dy = _room([(box.y1, box.y2) for box in boxes], step * ASIDE_PX, size_wh[1])
        moved = [replace(copy, region=_moved(copy.region, dx, dy)) for copy in copies]
        if not any((copy.region, copy.expressions) in taken for copy in moved):
            return moved
    return list(copies)


def _room(spans: Sequence[tuple[float, float]], wanted: float, extent: float) -> float:
    """The step itself, or backwards where the picture ends; 0 where neither fits."""
    if not spans or not wanted:
        return 0.0
    if extent <= 0 or max(high for _, high in spans) + wanted <= extent:
        return wanted
    return -wanted if min(low for low, _ in spans) - wanted >= 0 else 0.0


def _moved(region: Region, dx: float, dy: float) -> Region:
    if not isinstance(region, Box):
        return region
    return replace(region, x1=region.x1 + dx, y1=region.y1 + dy, x2=region.x2 + dx, y2=region.y2 + dy)


def not_there_yet(copies: Iterable[Copied], standing: Iterable[Annotation]) -> list[Copied]:
    """The copies without those that stand there already, in the same place with the same words."""
    taken = {(item.region, item.expressions) for item in standing}
    return [copy for copy in copies if (copy.region, copy.expressions) not in taken]


def put_together(project: ProjectView, media_id: str, copies: Sequence[Copied], verb: str) -> Change:
    """Copies put into a medium as one Change, titled by `verb` ("Paste"): drawn by hand as far as anybody asks.

    A class or phrase that the project does not know comes with them; what is there cannot be "not present".
    """
    draft = _Draft(project)
    for copy in copies:
        label = draft.label(copy.label)
        draft.phrase(copy.expressions[:1], label)
        draft.after.append(
            Annotation(new_id(), media_id, label.id, copy.expressions, copy.region, "drawn", attributes=copy.attributes)
        )
    said = {fold(text) for copy in copies for text in copy.expressions}
    absent = [v for v in project.verdicts(media_id) if v.kind == "not_present" and fold(v.expression) in said]
    review = project.review_record(media_id)
    before: list[Record] = [*absent]
    if review is None or review.state in ("new", "proposed"):
        before += [] if review is None else [review]
        draft.after.append(Review(media_id, "in_work"))
    first = next((text for copy in copies for text in (*copy.expressions, copy.label)), "")
    what = f"“{first}”" if len(copies) == 1 else f"{len(copies)} annotations"
    return Change(f"{verb} {what}", tuple(before), tuple(draft.after))


class _Draft:
    """The new records, and which labels and phrases there are by then."""

    def __init__(self, project: ProjectView) -> None:
        self._project = project
        self._labels = {fold(label.name): label for label in project.labels()}
        self._number = project.next_label_number()
        self._phrases: set[str] = set()
        self.after: list[Record] = []

    def label(self, name: str) -> Label:
        known = self._labels.get(fold(name))
        if known is not None:
            return known
        label = Label(new_id(), tidy(name), self._number, LABEL_COLOURS[self._number % len(LABEL_COLOURS)])
        self._number += 1
        self._labels[fold(name)] = label
        self.after.append(label)
        return label

    def phrase(self, expressions: Sequence[str], label: Label) -> None:
        for text in expressions:
            if fold(text) not in self._phrases and self._project.phrase_for(text) is None:
                self.after.append(Phrase(new_id(), text, label.id))
            self._phrases.add(fold(text))
