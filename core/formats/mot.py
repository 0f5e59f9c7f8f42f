"""MOT Challenge: a folder per video with `gt/gt.txt`, a row per frame and thing, frames and ids from 1.

A row is `frame,id,left,top,width,height,confidence,class,visibility`, pixels as written. Between key boxes a row is
written for every frame; read back, rows on a straight line become its two ends. Classes stand in `gt/labels.txt`, from
1: `Label.number + 1`. Frames are those of the video, or counted at its rate where it is not at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from core.errors import FormatError
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.cvat_video import Key, clock_for, keys_at_frames
from core.formats.folders import write_folder
from core.formats.frames import FrameClock
from core.formats.kept import Json, Kept
from core.formats.losses import VIDEOS, Holds, sort_out
from core.formats.mot_reading import MotReader
from core.formats.names import portable_names
from core.formats.text_files import one_line, plain_number, width_from, without_gaps
from core.formats.timed import short_names
from core.jobs import Note, Report
from core.schema import Annotation, Box, Label, MediaItem

_DECIMALS = 6  # of a row between two key boxes; key boxes are exact
_MOST_FRAMES = 1_000_000  # of one track: nine hours at 30 frames a second
HOLDS = Holds("mot", "MOT", VIDEOS, frozenset({"tracks", "boxes at a frame"}), words="none")


@dataclass(frozen=True, slots=True)
class MotFormat:
    """Reads a `gt.txt` or a folder of sequences; writes a folder."""

    id: str = "mot"
    title: str = "MOT Challenge (a folder of sequences)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every sequence; `FormatError` when a row is malformed."""
        reader = MotReader(source, options)
        collector = reader.read()
        frames = frozenset(item.id for item in collector.media if item.kind == "video")
        return ImportBatch(self.id, source, collector.contents(), collector.report, frames=frames)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one sequence per video that has tracks."""
        if out.is_file():
            raise FormatError(f"{out} is a file", why="MOT is a folder of sequences", next_step="name a folder")
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        short = short_names(options.all_media or contents.media, names)
        kept = Kept.of(contents, self.id)
        files: dict[Path, str] = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            clock = clock_for(item, names[item.id], options, report, len(found.of(item))) if found.of(item) else None
            if clock is not None:
                folder = out.joinpath(*PurePosixPath(short[item.id]).parts)
                rows = _rows(found.of(item), {label.id: label for label in contents.labels}, clock, kept, report)
                files[folder / "gt" / "gt.txt"] = "".join(rows)
                files[folder / "gt" / "labels.txt"] = _labels(contents.labels)
                files[folder / "seqinfo.ini"] = _sequence(item, names[item.id], clock, kept)
        write_folder(files, out, report)
        return report


def _rows(
    annotations: list[Annotation], labels: dict[str, Label], clock: FrameClock, kept: Kept, report: Report
) -> list[str]:
    """The rows of a sequence by frame, then id."""
    used: dict[int, set[int]] = {}
    rows: list[tuple[int, int, str]] = []
    for annotation in annotations:
        own = kept.own(annotation)
        keys = keys_at_frames(annotation, clock, report)
        if keys[-1][0] - keys[0][0] > _MOST_FRAMES:
            report.written -= 1
            report.skipped.append(Note(f"a track of more than {_MOST_FRAMES} frames is not written", annotation.id))
            continue
        boxes = list(dense_boxes(keys, clock))
        frames = {frame for frame, _ in boxes}
        wanted = own.get("id")
        number = wanted if isinstance(wanted, int) and wanted > 0 and not used.get(wanted, set()) & frames else 0
        number = number or max([0, *used]) + 1
        used.setdefault(number, set()).update(frames)
        for frame, box in boxes:
            rows.append((frame + 1, number, _row(frame + 1, number, box, labels[annotation.label_id], own)))
    return [text for _, _, text in sorted(rows)]


def _row(frame: int, number: int, box: Box, label: Label, own: Json) -> str:
    values = [plain_number(value) for value in (box.x1, box.y1, width_from(box.x1, box.x2), width_from(box.y1, box.y2))]
    held = own.get("rows")
    said = held.get(str(frame), (1, 1)) if isinstance(held, dict) else (1, 1)
    confidence, *rest = map(plain_number, said)
    further = rest if len(rest) > 1 else (label.number + 1, *rest)  # MOT15 has a place in the world and no class
    cells = (frame, number, *values, confidence, *further)
    return ",".join(str(cell) for cell in cells) + "\n"


def dense_boxes(keys: list[Key], clock: FrameClock) -> Iterator[Key]:
    """A box for every frame from the first key to the last, on a straight line in time between two keys."""
    for (first, one), (last, other) in pairwise(keys):
        start, length = clock.time_of(first), clock.time_of(last) - clock.time_of(first)
        yield first, one
        for frame in range(first + 1, last):
            share = (clock.time_of(frame) - start) / length
            corners = zip((one.x1, one.y1, one.x2, one.y2), (other.x1, other.y1, other.x2, other.y2), strict=True)
            yield frame, Box(*(round(a + share * (b - a), _DECIMALS) for a, b in corners))
    yield keys[-1]


def _labels(labels: Iterable[Label]) -> str:
    """The names of classes from 1, a line each; a number without a class is called unused-N."""
    table = without_gaps({label.number: label.name for label in labels}, 1, "MOT")
    return "".join(f"{one_line(name)}\n" for name in table.values())


def _sequence(item: MediaItem, name: str, clock: FrameClock, kept: Kept) -> str:
    """What is known of the video, among what the file that it came from said besides."""
    facts: dict[str, object] = {"name": one_line(name)}
    if item.fps:
        facts["frameRate"] = plain_number(item.fps)
    if len(clock) < 1 << 40:
        facts["seqLength"] = len(clock)
    if item.width and item.height:
        facts |= {"imWidth": item.width, "imHeight": item.height}
    said = kept.medium(item.id).get("seqinfo")
    known = {key.lower() for key in facts}
    held = {key: value for key, value in (said if isinstance(said, dict) else {}).items() if key.lower() not in known}
    lines = [f"{key}={value}\n" for key, value in (facts | held).items()]
    return "[Sequence]\n" + "".join(lines)


FORMAT = MotFormat()
