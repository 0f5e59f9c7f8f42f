"""The one definition of what trains: from what people stand behind to questions with their answers.

An `Example` is one question about one medium. Both the project itself and its exported conversation rows become the
same list of examples, so training on either is the same. The rules:

- Every expression of an annotation asks about its region; an annotation without expression asks with its label's name.
- Expressions that differ in letter case, spacing or Unicode form only are one, spelled as it was first.
- All regions of one expression in one medium are one answer, in the order of the answer grammar. Where they came
  from (accepted, edited, drawn, imported) makes no difference.
- A "not present" verdict is an answer too: `present` is False. Where there is also a region, the region holds.
- A rejected proposal says what the answer is not: `rejected`. An expression that has rejections only is an example
  with `present` None: the right answer is not known.
- Pictures answer with boxes; clips and sound with time segments. A frame of a video with boxes is asked about like a
  picture (`at_s`): an expression's boxes at that time are one answer. So is each frame at which a track has a key, with
  whatever else the expression means there; a track of very many keys is shown at some of them, evenly spread.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.formats.batch import SnapshotLike
from core.formats.names import portable_names
from core.formats.spaces import Space, to_pixels
from core.geometry import BoxXYXY, box_to_padded_norm
from core.jobs import Note
from core.schema import Box, MediaItem, MediaKind, Region, Segment, SplitName, Track
from core.tracks import box_between

DECIMALS = 3
_TICKS = 1000  # a second has so many moments that are told apart
_MOST_KEYS = 32  # frames of one track


@dataclass(frozen=True, slots=True)
class Example:
    """One question about one medium, and the answer that people stand behind.

    `media_path` is the portable name, relative and POSIX, as in exported rows; `media_id` is the project's id ("" for
    rows of other tools). `size_wh` are upright pixels (None for sound, or when a row does not say it); regions are in
    these pixels, or seconds. Without a size, `regions_norm` holds boxes in `space` as read (0-1 of the padded square as
    a rule), and `regions` is empty; once the size is known, `with_size` turns them into regions. `at_s`: it is asked
    about the frame of a video that is shown then, as about a picture: `kind` is "image", though the medium is a video.
    """

    media_path: str
    kind: MediaKind
    expression: str
    present: bool | None
    regions: tuple[Region, ...] = ()
    rejected: tuple[Region, ...] = ()
    size_wh: tuple[int, int] | None = None
    duration_s: float | None = None
    media_id: str = ""
    split: SplitName | None = None
    regions_norm: tuple[BoxXYXY, ...] = ()
    spans_norm: tuple[tuple[float, float], ...] = ()
    space: Space | None = "padded_norm"
    at_s: float | None = None


def examples_from_snapshot(snapshot: SnapshotLike, *, all_media: Sequence[MediaItem] | None = None) -> list[Example]:
    """Every example of a project, by medium in the project's order, then by expression in order of first use.

    `all_media` is the whole project's list when `snapshot` is a part of it: names stay the same.
    """
    names = portable_names(all_media or snapshot.media)
    splits = {mark.id: mark.split for mark in snapshot.splits}
    gathered = _gather(snapshot)
    examples: list[Example] = []
    for item in snapshot.media:
        size = (item.width, item.height) if item.width and item.height else None
        if item.kind == "image" and size is None:
            continue  # a picture that nobody could read
        base = Example(
            names[item.id], item.kind, "", None,
            size_wh=size, duration_s=item.duration_s, media_id=item.id, split=splits.get(item.id),
        )  # fmt: skip
        said = list(gathered.get(item.id, {}).values())
        examples += [example for found in said if (example := _of_medium(found, base)) is not None]
        if item.kind == "video" and size is not None:
            examples += _of_frames(said, base)
    return examples


def _of_medium(found: _Found, base: Example) -> Example | None:
    """The question about the whole medium; None where nothing is known of it."""
    regions = _in_order(found.regions, base.kind, base.size_wh)
    present = True if regions else (False if found.absent else None)
    rejected = _in_order(found.rejected, base.kind, base.size_wh)
    if present is None and not rejected:
        return None
    return replace(base, expression=found.expression, present=present, regions=regions, rejected=rejected)


def _of_frames(said: Sequence[_Found], base: Example) -> list[Example]:
    """The questions about single frames of a video, by time, then in the order of the expressions."""
    examples: list[Example] = []
    for found in said:
        moments: dict[int, float] = {}
        for at_s in _moments(found):
            moments.setdefault(round(at_s * _TICKS), at_s)
        for at_s in moments.values():
            boxes = _boxes_at(found.regions, at_s)
            rejected = _boxes_at(found.rejected, at_s)
            if boxes or rejected:
                examples.append(
                    replace(
                        base, kind="image", expression=found.expression, at_s=at_s, present=True if boxes else None,
                        regions=_in_order(boxes, "image", base.size_wh),
                        rejected=_in_order(rejected, "image", base.size_wh),
                    )
                )  # fmt: skip
    return sorted(examples, key=lambda example: example.at_s or 0.0)  # equal times keep their order


def _moments(found: _Found) -> list[float]:
    """The times of frames at which people placed or rejected a box."""
    times: list[float] = []
    for region in (*found.regions, *found.rejected):
        if isinstance(region, Box) and region.at_s is not None:
            times.append(region.at_s)
        elif isinstance(region, Track):
            keys = [key.at_s for key in region.keys if key.at_s is not None]
            count = min(len(keys), _MOST_KEYS)
            times += [keys[number * (len(keys) - 1) // max(1, count - 1)] for number in range(count)]
    return times


def _boxes_at(regions: Sequence[Region], at_s: float) -> list[Region]:
    """The boxes that stand on the frame at a time; of a track between two keys, where it is then."""
    boxes: list[Region] = []
    for region in regions:
        if isinstance(region, Track):
            near = next((key for key in region.keys if _same_moment(key.at_s, at_s)), None) or box_between(region, at_s)
            boxes += [replace(near, at_s=at_s)] if near is not None else []
        elif isinstance(region, Box) and _same_moment(region.at_s, at_s):
            boxes.append(replace(region, at_s=at_s))
    return boxes


def _same_moment(one: float | None, other: float) -> bool:
    return one is not None and round(one * _TICKS) == round(other * _TICKS)


def same_words(expression: str) -> str:
    """The form under which expressions are compared: letter case, spacing and Unicode form do not matter."""
    return " ".join(unicodedata.normalize("NFKC", expression).casefold().split())


def untrained(snapshot: SnapshotLike, *, frames: bool = False) -> list[Note]:
    """What people did that no example holds, and why. frames: whether examples of single frames count."""
    media = {item.id: item for item in snapshot.media}
    notes: list[Note] = []
    for annotation in snapshot.annotations:
        item = media[annotation.media_id]
        if frames and item.kind == "video" and item.width and item.height and _on_frames(annotation.region):
            continue
        if not _answers(annotation.region, item.kind):
            notes.append(
                Note("boxes at a frame and tracks are not in conversation rows", f"{item.path}, {annotation.id}")
            )
        elif item.kind == "image" and not (item.width and item.height):
            notes.append(Note("a picture of unknown size is not in conversation rows", f"{item.path}, {annotation.id}"))
    return notes


def with_size(example: Example) -> Example:
    """An example read without its medium's size, once `size_wh` or `duration_s` is set: boxes in pixels, spans in s."""
    size, duration = example.size_wh, example.duration_s
    space = example.space or "padded_norm"
    boxes = [Box(*to_pixels(box, space, size), example.at_s) for box in example.regions_norm] if size else []
    spans = [Segment(start * duration, end * duration) for start, end in example.spans_norm] if duration else []
    if not boxes and not spans:
        return example
    return replace(example, regions=(*boxes, *spans), regions_norm=(), spans_norm=())


def box_order(box: Box, size_wh: tuple[int, int] | None) -> tuple[float, ...]:
    """The place of a box in an answer: by y1, then x1, as an answer writes them; exact pixels decide what is left."""
    exact = (box.y1, box.x1, box.y2, box.x2)
    if size_wh is None:
        return exact
    x1, y1, x2, y2 = (round(value, DECIMALS) for value in box_to_padded_norm((box.x1, box.y1, box.x2, box.y2), size_wh))
    return (y1, x1, y2, x2, *exact)


@dataclass(slots=True)
class _Found:
    expression: str
    regions: list[Region]
    rejected: list[Region]
    absent: bool = False


def _gather(snapshot: SnapshotLike) -> dict[str, dict[str, _Found]]:
    """Per medium and expression: what was said. Expressions in order of first use, annotations before verdicts."""
    label_names = {label.id: label.name for label in snapshot.labels}
    gathered: dict[str, dict[str, _Found]] = {}

    def found(media_id: str, expression: str) -> _Found:
        return gathered.setdefault(media_id, {}).setdefault(same_words(expression), _Found(expression, [], []))

    for annotation in snapshot.annotations:
        for expression in dict.fromkeys(annotation.expressions or (label_names[annotation.label_id],)):
            found(annotation.media_id, expression).regions.append(annotation.region)
    for verdict in snapshot.verdicts:
        said = found(verdict.media_id, verdict.expression)
        if verdict.kind == "not_present":
            said.absent = True
        elif verdict.region is not None:
            said.rejected.append(verdict.region)
    return gathered


def _answers(region: Region, kind: MediaKind) -> bool:
    return isinstance(region, Box) and region.at_s is None if kind == "image" else isinstance(region, Segment)


def _on_frames(region: Region) -> bool:
    return isinstance(region, Track) or (isinstance(region, Box) and region.at_s is not None)


def _in_order(regions: Sequence[Region], kind: MediaKind, size_wh: tuple[int, int] | None) -> tuple[Region, ...]:
    """The regions that answer for this kind of medium, each once, as an answer orders them."""
    right = Box if kind == "image" else Segment
    fitting = dict.fromkeys(region for region in regions if isinstance(region, right))
    boxes = sorted((r for r in fitting if isinstance(r, Box)), key=lambda box: box_order(box, size_wh))
    segments = sorted((r for r in fitting if isinstance(r, Segment)), key=lambda s: (s.start_s, s.end_s))
    return (*boxes, *segments)
