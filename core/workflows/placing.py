"""Turns regions as a file means them into pixels and seconds of the upright medium, once the medium is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.formats import Contents, ImportBatch
from core.formats.frames import FrameClock, edge_s, steady
from core.formats.spaces import to_pixels
from core.geometry import turned
from core.jobs import Note, Report
from core.packed import Packed
from core.schema import Annotation, Box, MediaItem, Region, Segment, Track, Verdict


def in_pixels(
    batch: ImportBatch,
    known: Mapping[str, MediaItem],
    report: Report,
    *,
    clocks: Mapping[str, FrameClock] | None = None,
) -> Contents:
    """The contents with every region in pixels of the upright picture, and seconds.

    `known` gives the real medium for the ids of the batch, `clocks` the frames of videos whose times are counted in
    frames. Regions of a medium that stays unknown in size or frame rate are left out, which the report says. Sizes that
    disagree are reported too: those of a picture as it is stored, before its EXIF orientation, have their boxes turned
    with it.
    """
    placers: dict[str, _Placer] = {}
    for item in batch.contents.media:
        placers[item.id] = _Placer(batch, item, known.get(item.id), report, (clocks or {}).get(item.id))
    if all(placer.is_plain for placer in placers.values()):
        return batch.contents
    annotations: Packed[Annotation] = Packed()
    for annotation in batch.contents.annotations:
        placer = placers[annotation.media_id]
        region = placer.place(annotation.region)
        if region is None:
            report.skipped.append(Note(placer.problem, placer.name))
        else:
            annotations.append(annotation if region is annotation.region else replace(annotation, region=region))
    verdicts: Packed[Verdict] = Packed()
    for verdict in batch.contents.verdicts:
        if batch.verdicts_placed:
            verdicts.append(verdict)
            continue
        placed = placers[verdict.media_id].place(verdict.region) if verdict.region else None
        verdicts.append(replace(verdict, region=placed))
    return replace(batch.contents, annotations=annotations.whole(), verdicts=verdicts.whole())


class _Placer:
    """What is done to the regions of one medium."""

    def __init__(
        self,
        batch: ImportBatch,
        said: MediaItem,
        real: MediaItem | None,
        report: Report,
        clock: FrameClock | None,
    ) -> None:
        self.name = said.path
        self.space = batch.spaces.get(said.id)
        self.item = real or said
        self.turn = 1
        self.problem = "a region of a medium of unknown size"
        self.counts_frames = said.id in batch.frames
        self.clock: FrameClock | None = clock
        if self.counts_frames:
            self._find_clock(said, report)
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

    @property
    def is_plain(self) -> bool:
        """Whether every region is in pixels and seconds as it stands."""
        return self.space is None and self.turn == 1 and not self.counts_frames

    def _find_clock(self, said: MediaItem, report: Report) -> None:
        """Frames are those of the video where it is at hand, otherwise counted at the rate that is known."""
        real_fps = self.item.fps
        if self.clock is not None and said.fps and real_fps and abs(said.fps - real_fps) > 0.01 * real_fps:
            self.clock = None  # the tool counted at a rate of its own, as Label Studio does unless it is told
        if self.clock is not None:
            report.changed.append(Note("frame numbers became the times of the video's frames", said.path))
            return
        fps = said.fps or self.item.fps
        self.clock = steady(fps, None)
        if fps:
            report.changed.append(Note(f"frame numbers became times at {fps:g} frames a second", said.path))

    def place(self, region: Region) -> Region | None:
        """The region in pixels or seconds; None when that cannot be known: `problem` says why."""
        self.problem = "a region of a medium of unknown size"
        match region:
            case Box():
                return self._box(region)
            case Segment():
                return self._segment(region)
            case Track(keys):
                boxes = [self._box(key) for key in keys]
                return Track(tuple(box for box in boxes if box is not None)) if all(boxes) else None

    def _segment(self, region: Segment) -> Segment | None:
        if self.counts_frames:
            start, end = self._time(region.start_s), self._time(region.end_s)
            return None if start is None or end is None else Segment(start, end)
        if self.space is None:
            return region
        length = self.item.duration_s
        self.problem = "a segment of a medium of unknown length"
        return Segment(region.start_s * length, region.end_s * length) if length else None

    def _time(self, frame: float) -> float | None:
        if self.clock is None:
            self.problem = "a region at a frame of a video of unknown frame rate"
            return None
        try:
            return edge_s(self.clock, frame)
        except IndexError as error:
            self.problem = f"a region at a frame that there is not: {error}"
            return None

    def _box(self, box: Box) -> Box | None:
        corners, at_s = (box.x1, box.y1, box.x2, box.y2), box.at_s
        if self.counts_frames and at_s is not None:
            at_s = self._time(at_s)
            if at_s is None:
                return None
        raw = (self.item.raw_width or 0, self.item.raw_height or 0)
        is_raw = self.turn != 1 and all(raw)
        if self.space is not None:
            size = raw if is_raw else (self.item.width or 0, self.item.height or 0)
            if not all(size):
                return None
            corners = to_pixels(corners, self.space, size)
        if is_raw:
            corners = turned(corners, self.turn, raw)
        return Box(*corners, at_s=at_s)
