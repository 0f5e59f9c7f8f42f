"""Reading MOT sequences: rows into tracks of key boxes on a video, or boxes on the pictures of `img1/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FormatError
from core.formats.batch import ReadOptions
from core.formats.classes import Collector, count_note
from core.formats.cvat_video import Key, region_at_frames
from core.formats.kept import Json, Keeper
from core.formats.shapes import has_area
from core.formats.text_files import is_folder, lines_of, malformed
from core.formats.timed import time_in
from core.schema import Box, MediaItem

# The classes of MOT16 to MOT20, for sequences without a table of their own (motchallenge.net/instructions).
_MOT_CLASSES = (
    *("pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle", "static person"),
    *("distractor", "occluder", "occluder on the ground", "occluder full", "reflection"),
)
_WORLD_COLUMNS = 10  # MOT15: frame, id, box, confidence, and x, y, z in the world instead of a class
_STRAIGHT_PX = 1e-6  # how far a row may be off the line between two keys and still be on it


@dataclass(frozen=True, slots=True)
class _Row:
    frame: int  # from 1
    box: Box
    rest: tuple[float, ...] = (1, 1)  # confidence and visibility; of ten columns, confidence and place in the world


@dataclass(slots=True)
class MotReader:
    """Reads sequences into a `Collector`. One use."""

    source: Path
    options: ReadOptions
    collector: Collector = field(init=False)
    keeper: Keeper = field(default_factory=lambda: Keeper("mot"))
    simplified: int = 0

    def read(self) -> Collector:
        """Everything. Raises `FormatError`."""
        self.collector = Collector(self.options)
        for file in self._files():
            self.options.context.raise_if_cancelled()
            self._sequence(file)
        one, many = "one row on a straight line between two others", "{count} rows on straight lines between others"
        tail = "is no key box" if self.simplified == 1 else "are no key boxes"
        count_note(self.collector.report, self.simplified, f"{one} {tail}", f"{many} {tail}", str(self.source))
        self.keeper.finish(self.collector)
        return self.collector

    def _files(self) -> list[Path]:
        if self.source.is_file():
            return [self.source]
        if not self.source.is_dir():
            raise FormatError(f"There is no file or folder {self.source}", next_step="check the name")
        for name in ("gt.txt", "det.txt"):
            found = sorted(path for path in self.source.rglob(name) if path.is_file())
            if found:
                return found
        raise FormatError(f"{self.source}: expected gt/gt.txt", why="there is none")

    # --- a sequence

    def _sequence(self, file: Path) -> None:
        folder = file.parent.parent if file.parent.name in ("gt", "det") else file.parent
        said = _info(folder / "seqinfo.ini")
        info = {key.lower(): value for key, value in said.items()}
        names = self._names(file)
        by_id = self._rows(file, names)
        name = info.get("name") or (folder.name if file.parent != folder else file.stem)
        pictures = folder / info.get("imdir", "img1")
        if is_folder(pictures) and ".." not in pictures.parts[len(folder.parts) :]:
            self._pictures(file, folder, pictures, info.get("imext", ".jpg"), by_id)
            return
        facts: Json = {}
        for key, fact in (("imwidth", "width"), ("imheight", "height")):
            if info.get(key, "").isdecimal():
                facts[fact] = int(info[key]) or None
        if info.get("framerate"):
            facts["fps"] = time_in(info["framerate"], folder / "seqinfo.ini", "frameRate") or None
        item = self.collector.medium(name, str(file), "video", **facts)
        if item is None:
            return
        self.keeper.hold("medium", item.id, {"seqinfo": said} if said else {})
        for (number, class_name), rows in by_id.items():
            runs = _runs(rows) if number > 0 else [[row] for row in rows]
            if len(runs) > 1 and number > 0:
                what = f"thing {number} goes and comes again: it became {len(runs)} tracks"
                self.collector.note(what, str(file))
            for run in runs:
                self._track(run, number, class_name, item)

    def _track(self, run: list[_Row], number: int, class_name: str, item: MediaItem) -> None:
        keys = _keys([(row.frame - 1, row.box) for row in run])
        self.simplified += len(run) - len(keys)
        label = self.collector.label(class_name)
        own: Json = {"id": number} if number > 0 else {}
        rows = {str(row.frame): list(row.rest) for row in run if row.rest != (1, 1)}
        extra = self.keeper.extra(own | ({"rows": rows} if rows else {}), medium=item.id)
        self.collector.annotate(item, label, region_at_frames(keys), extra=extra)

    def _pictures(
        self, file: Path, folder: Path, pictures: Path, suffix: str, by_id: dict[tuple[int, str], list[_Row]]
    ) -> None:
        """Boxes on the pictures of a sequence; what thing they are is an attribute."""
        base = f"{folder.name}/{pictures.name}" if folder != self.source else pictures.name
        for (number, class_name), rows in by_id.items():
            label = self.collector.label(class_name)
            for row in rows:
                item = self.collector.medium(f"{base}/{row.frame:06d}{suffix}", str(file), "image")
                if item is not None:
                    attributes = [("track_id", str(number))] if number > 0 else []
                    self.collector.annotate(item, label, row.box, attributes=attributes)

    def _names(self, file: Path) -> dict[int, str]:
        table = file.parent / "labels.txt"
        names = dict(enumerate(lines_of(table), start=1)) if table.is_file() else dict(enumerate(_MOT_CLASSES, start=1))
        if table.is_file():
            for number, name in names.items():
                if name.strip() and not name.startswith("unused-"):
                    self.collector.label(name.strip(), number - 1)
        return names

    def _rows(self, file: Path, names: dict[int, str]) -> dict[tuple[int, str], list[_Row]]:
        """The rows of each thing by (id, class), in order of frames."""
        found: dict[tuple[int, str], list[_Row]] = {}
        seen: set[tuple[int, int]] = set()
        for line_number, line in enumerate(lines_of(file), start=1):
            if not line.strip():
                continue
            where = f"line {line_number}"
            cells = [time_in(cell, file, where) for cell in line.split(",")]
            if len(cells) < 6 or cells[0] != int(cells[0]) or cells[0] < 1 or cells[1] != int(cells[1]):
                raise malformed(file, where, "frame,id,left,top,width,height,…, frames from 1", line)
            frame, number = int(cells[0]), int(cells[1])
            if number > 0 and (frame, number) in seen:
                raise malformed(file, where, "one row for a frame and id", line)
            seen.add((frame, number))
            x, y, wide, high = cells[2:6]
            in_world = len(cells) == _WORLD_COLUMNS
            kind = int(cells[7]) if len(cells) > 7 and cells[7] > 0 and not in_world else 0
            name = (names.get(kind) or f"class {kind}").strip() if kind else "object"
            box = Box(x, y, x + wide, y + high)
            if not has_area(box):
                self.collector.skip(f"the box of thing {number} has no area", f"{file}, {where}")
                continue
            confidence = cells[6] if len(cells) > 6 else 1.0
            visibility = cells[8] if len(cells) > 8 else 1.0
            rest = tuple(cells[6:]) if in_world else (confidence, visibility)
            found.setdefault((number, name), []).append(_Row(frame, box, rest))
        for rows in found.values():
            rows.sort(key=lambda row: row.frame)
        return found


def _info(file: Path) -> dict[str, str]:
    """What `seqinfo.ini` says; nothing without such a file."""
    if not file.is_file():
        return {}
    pairs = [line.split("=", 1) for line in lines_of(file) if "=" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def _runs(rows: list[_Row]) -> list[list[_Row]]:
    """Stretches of frames without a gap."""
    runs: list[list[_Row]] = [[rows[0]]]
    for row in rows[1:]:
        if row.frame == runs[-1][-1].frame + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _keys(rows: list[Key]) -> list[Key]:
    """The rows that are needed: those between are on a straight line."""
    keys = [rows[0]]
    for index in range(1, len(rows) - 1):
        if not _is_between(rows[index], keys[-1], rows[index + 1]) or not _all_between(rows, keys[-1], index + 1):
            keys.append(rows[index])
    return keys + ([rows[-1]] if len(rows) > 1 else [])


def _all_between(rows: list[Key], start: Key, end: int) -> bool:
    """Whether the line from a key to a row still holds the row in the middle, against a slow drift."""
    first = start[0]
    middle = end - (rows[end][0] - first) // 2
    return _is_between(rows[middle], start, rows[end])


def _is_between(row: Key, start: Key, end: Key) -> bool:
    if end[0] == start[0] or row[0] == start[0]:
        return True
    share = (row[0] - start[0]) / (end[0] - start[0])
    corners = zip(_corners(row[1]), _corners(start[1]), _corners(end[1]), strict=True)
    return all(abs(a + share * (b - a) - value) <= _STRAIGHT_PX for value, a, b in corners)


def _corners(box: Box) -> tuple[float, float, float, float]:
    return (box.x1, box.y1, box.x2, box.y2)
