"""Turns regions as a file means them into pixels and seconds of the upright medium, once the medium is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.formats import Contents, ImportBatch
from core.geometry import BoxXYXY, box_from_padded_norm
from core.jobs import Note, Report
from core.schema import Annotation, Box, MediaItem, Region, Segment, Track, Verdict


def in_pixels(batch: ImportBatch, known: Mapping[str, MediaItem], report: Report) -> Contents:
    """The contents with every region in pixels of the upright picture, and seconds.

    `known` gives the real medium for the ids of the batch. Regions of a medium that stays unknown in size are left
    out, which the report says. Sizes that disagree are reported too: those of a picture as it is stored, before its
    EXIF orientation, have their boxes turned with it.
    """
    placers: dict[str, _Placer] = {}
    for item in batch.contents.media:
        placers[item.id] = _Placer(batch, item, known.get(item.id), report)
    annotations: list[Annotation] = []
    for annotation in batch.contents.annotations:
        region = placers[annotation.media_id].place(annotation.region)
        if region is None:
            report.skipped.append(Note("a region of a medium of unknown size", placers[annotation.media_id].name))
        else:
            annotations.append(replace(annotation, region=region))
    verdicts: list[Verdict] = []
    for verdict in batch.contents.verdicts:
        placed = placers[verdict.media_id].place(verdict.region) if verdict.region else None
        verdicts.append(replace(verdict, region=placed))
    return replace(batch.contents, annotations=tuple(annotations), verdicts=tuple(verdicts))


class _Placer:
    """What is done to the regions of one medium."""

    def __init__(self, batch: ImportBatch, said: MediaItem, real: MediaItem | None, report: Report) -> None:
        self.name = said.path
        self.space = batch.spaces.get(said.id)
        self.item = real or said
        self.turn = 1
        if real is None or not said.width or not said.height or batch.keeps_identity:
            return
        written, upright = (said.width, said.height), (real.width, real.height)
        if written == upright:
            return
        if written == (real.raw_width, real.raw_height):
            self.turn = real.orientation
            report.changed.append(Note("boxes were turned with the picture's EXIF orientation", said.path))
        else:
            what = f"the file says {written[0]}×{written[1]} pixels, the picture has {upright[0]}×{upright[1]}"
            report.changed.append(Note(f"{what}; boxes are taken as written", said.path))

    def place(self, region: Region) -> Region | None:
        """The region in pixels or seconds; None when the medium's size is not known."""
        match region:
            case Box():
                return self._box(region)
            case Segment(start_s, end_s):
                if self.space is None:
                    return region
                length = self.item.duration_s
                return Segment(start_s * length, end_s * length) if length else None
            case Track(keys):
                boxes = [self._box(key) for key in keys]
                return Track(tuple(box for box in boxes if box is not None)) if all(boxes) else None

    def _box(self, box: Box) -> Box | None:
        corners = (box.x1, box.y1, box.x2, box.y2)
        if self.space is not None:
            if not self.item.width or not self.item.height:
                return None
            return Box(*box_from_padded_norm(corners, (self.item.width, self.item.height)), at_s=box.at_s)
        if self.turn != 1 and self.item.raw_width and self.item.raw_height:
            return Box(*turned(corners, self.turn, (self.item.raw_width, self.item.raw_height)), at_s=box.at_s)
        return box


def turned(box_xyxy: BoxXYXY, orientation: int, raw_wh: tuple[float, float]) -> BoxXYXY:
    """A box of the picture as stored, in the upright picture. `orientation` is EXIF's value 1-8."""
    x1, y1, x2, y2 = box_xyxy
    width, height = raw_wh
    match orientation:
        case 2:
            return (width - x2, y1, width - x1, y2)
        case 3:
            return (width - x2, height - y2, width - x1, height - y1)
        case 4:
            return (x1, height - y2, x2, height - y1)
        case 5:
            return (y1, x1, y2, x2)
        case 6:
            return (height - y2, x1, height - y1, x2)
        case 7:
            return (height - y2, width - x2, height - y1, width - x1)
        case 8:
            return (y1, width - x2, y2, width - x1)
    return box_xyxy
