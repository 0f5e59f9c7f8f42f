"""Makes conversation rows (`core.formats.groundinggpt`): boxes in the padded square, spans relative to the duration.

A row asks one question, except where a dataset is a conversation. Exact regions, size and length stand beside the text,
as in rows of GroundLabel itself, with the bare expression as label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.datasets.media import Medium
from core.datasets.model import Row
from core.datasets.source import Source
from core.formats.examples import Example, box_order
from core.formats.groundinggpt import EXTRA, box_text, example_to_row
from core.geometry import BoxXYXY, box_area, clip_box, turned
from core.schema import Box, MediaKind, Segment

_KEY: dict[MediaKind, str] = {"image": "image", "video": "video", "audio": "sound"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a row is about: its id in the dataset, its medium, and where it stood for messages."""

    id: str
    medium: Medium
    kind: MediaKind
    where: str


@dataclass(frozen=True, slots=True)
class PlacedBoxes:
    """Boxes in pixels of the upright picture, and its size."""

    boxes_xyxy: list[BoxXYXY]
    size_wh: tuple[int, int]


def usable_boxes(
    source: Source, medium: Medium, boxes_xyxy: Sequence[BoxXYXY], size_wh: tuple[int, int]
) -> PlacedBoxes:
    """The boxes clipped to the picture, in pixels; those without area are left out and counted.

    `size_wh` is what the dataset says. Where the picture is at hand and says otherwise, the picture holds: boxes of its
    size as it is stored are turned with its EXIF orientation, others are taken as written. Both are counted.
    """
    boxes_xyxy, size_wh = _in_real_size(source, medium, boxes_xyxy, size_wh)
    width, height = size_wh
    clipped = [clip_box(box, (float(width), float(height))) for box in boxes_xyxy]
    good = [box for box in dict.fromkeys(clipped) if box_area(box) > 0]
    if len(good) < len(set(clipped)):
        source.count("boxes without area inside their picture are left out")
    return PlacedBoxes(good, size_wh)


def _in_real_size(
    source: Source, medium: Medium, boxes_xyxy: Sequence[BoxXYXY], said_wh: tuple[int, int]
) -> tuple[Sequence[BoxXYXY], tuple[int, int]]:
    header = source.media.header_of(medium)
    if header is None or (header.width, header.height) == said_wh:
        return boxes_xyxy, said_wh
    upright = (header.width, header.height)
    if (header.raw_width, header.raw_height) == said_wh:
        source.differs(medium, "pictures are stored turned: their boxes were turned with the EXIF orientation")
        return [turned(box, header.orientation, said_wh) for box in boxes_xyxy], upright
    source.differs(medium, "pictures have another size than the dataset says: boxes are taken as written")
    return boxes_xyxy, upright


def box_row(
    source: Source, place: Place, expression: str, boxes_xyxy: Sequence[BoxXYXY], size_wh: tuple[int, int], *, task: str
) -> Row | None:
    """A question for boxes in pixels; None when none of them is usable."""
    placed = usable_boxes(source, place.medium, boxes_xyxy, size_wh)
    boxes, size_wh = placed.boxes_xyxy, placed.size_wh
    if not boxes or not expression.strip():
        source.skip("no box, or no words for it", place.where)
        return None
    source.tally.read += 1
    ordered = sorted((Box(*box) for box in boxes), key=lambda box: box_order(box, size_wh))
    question = source.words.choose(task, place.id, expression.strip())
    example = Example(
        place.medium.name,
        place.kind,
        question,
        True,
        regions=tuple(ordered),
        size_wh=size_wh,
        split=source.split,
    )
    return _labelled(example, place, expression.strip())


def span_row(
    source: Source, place: Place, expression: str, spans_s: Sequence[tuple[float, float]], duration_s: float
) -> Row | None:
    """A question for time spans in seconds; spans are cut to the medium, None when nothing of them is left."""
    cut = [(max(start, 0.0), min(end, duration_s)) for start, end in spans_s]
    good = [span for span in dict.fromkeys(cut) if span[0] < span[1]]
    if not good or not expression.strip():
        source.skip(f"no time inside the {duration_s:g} s of {place.medium.name}", place.where)
        return None
    source.tally.read += 1
    question = source.words.choose("find_span", place.id, expression.strip())
    regions = tuple(Segment(start, end) for start, end in sorted(good))
    example = Example(
        place.medium.name, place.kind, question, True, regions=regions, duration_s=duration_s, split=source.split
    )
    return _labelled(example, place, expression.strip())


def talk_row(source: Source, place: Place, turns: Sequence[tuple[str, str]]) -> Row | None:
    """Questions and answers in words (regions written into them by `box_text` and `span_text`)."""
    good = [(question.strip(), answer.strip()) for question, answer in turns if question.strip() and answer.strip()]
    if not good:
        source.skip("a question or an answer without words", place.where)
        return None
    source.tally.read += 1
    key = _KEY[place.kind]
    conversation: list[Row] = []
    for index, (question, answer) in enumerate(good):
        head = f"<{key}>\n" if index == 0 else ""
        conversation += [{"from": "human", "value": head + question}, {"from": "gpt", "value": answer}]
    return {"id": place.id, key: place.medium.name, "conversations": conversation, EXTRA: {"split": source.split}}


def joined(boxes_xyxy: Sequence[BoxXYXY], size_wh: tuple[int, int]) -> str:
    """Boxes in pixels as an answer writes them, from top to bottom."""
    ordered = sorted((Box(*box) for box in boxes_xyxy), key=lambda box: box_order(box, size_wh))
    return ", ".join(box_text((box.x1, box.y1, box.x2, box.y2), size_wh) for box in ordered)


def _labelled(example: Example, place: Place, expression: str) -> Row:
    row = example_to_row(example)
    row["id"] = place.id
    extra = row[EXTRA]
    assert isinstance(extra, dict)
    extra.pop("media_id")
    extra["labels"] = [expression] * len(example.regions)
    return row
