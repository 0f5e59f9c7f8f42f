"""Reading tables of regions: own ones, and those of other tools whose columns have usual names."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from core.errors import FormatError
from core.formats.batch import ReadOptions
from core.formats.classes import Collector
from core.formats.kept import Keeper
from core.formats.shapes import has_area
from core.formats.text_files import as_list, as_object, as_size, as_text, malformed, opened_text, parse_json
from core.formats.timed import span_in, time_in
from core.packed import Packed
from core.schema import (
    Box,
    Label,
    MediaItem,
    MediaKind,
    Origin,
    Region,
    Review,
    ReviewState,
    SplitMark,
    SplitName,
    Track,
    Verdict,
    VerdictKind,
    new_id,
)

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "media": ("media", "filename", "file_name", "file", "image", "image_path", "path", "video", "audio", "sound"),
    "label": ("label", "class", "class_name", "category", "name"),
    "expressions": ("expressions", "expression", "phrase", "caption", "text", "sentence", "transcription"),
    "x1": ("x1", "xmin", "x_min", "left", "xtl"),
    "y1": ("y1", "ymin", "y_min", "top", "ytl"),
    "x2": ("x2", "xmax", "x_max", "right", "xbr"),
    "y2": ("y2", "ymax", "y_max", "bottom", "ybr"),
    "start_s": ("start_s", "start", "start_time", "onset", "begin"),
    "end_s": ("end_s", "end", "end_time", "stop", "offset"),
    "split": ("split", "subset"),
}
_OWN = (
    "record",
    "id",
    "kind",
    "width",
    "height",
    "duration_s",
    "label_number",
    "at_s",
    "origin",
    "review",
    "attributes",
)
_CORNERS = ("x1", "y1", "x2", "y2")
_SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac", ".opus")
csv.field_size_limit(1 << 24)

Row = Mapping[str, str]


@dataclass(slots=True)
class TableReader:
    """Reads one table into a `Collector`. One use."""

    source: Path
    options: ReadOptions
    format_id: str
    delimiter: str
    collector: Collector = field(init=False)
    keeper: Keeper = field(init=False)
    column_of: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)
    own: bool = False
    tracks: dict[str, list[tuple[Row, Box, MediaItem, Label]]] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)

    def read(self) -> Collector:
        """Everything in the table. Raises `FormatError`."""
        self.collector = Collector(self.options, annotations=Packed(), verdicts=Packed())
        self.keeper = Keeper(self.format_id)
        for where, row in self._rows():
            self._row(row, where)
        for keys in self.tracks.values():
            row, _, item, label = keys[0]
            boxes = tuple(sorted((box for _, box, _, _ in keys), key=lambda box: box.at_s or 0.0))
            self._annotate(row, item, label, Track(boxes), "a track")
        self.keeper.finish(self.collector)
        return self.collector

    def _rows(self) -> Iterator[tuple[str, Row]]:
        with opened_text(self.source, newline="") as stream:
            yield from self._rows_of(csv.reader(stream, delimiter=self.delimiter, strict=True))

    def _rows_of(self, table: CsvReader) -> Iterator[tuple[str, Row]]:
        try:
            header = [name.strip() for name in next(table, [])]
            if not any(header) and not any(any(cell.strip() for cell in cells) for cells in table):
                raise FormatError(f"{self.source}, line 1: expected names of columns", why="the file is empty")
            self._columns(header)
            for cells in table:
                if not any(cell.strip() for cell in cells):
                    continue
                if table.line_num % 1000 < 2:
                    self.options.context.raise_if_cancelled()
                where = f"line {table.line_num}"
                if len(cells) != len(header):
                    raise malformed(self.source, where, f"{len(header)} cells", len(cells))
                yield where, dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise FormatError(f"{self.source}, line {table.line_num}: expected a table", why=str(error)) from None

    def _columns(self, header: list[str]) -> None:
        lower = {name.lower(): name for name in reversed(header)}
        self.own = "record" in lower
        for field_name, names in _ALIASES.items():
            column = next((lower[name] for name in names if name in lower), None)
            if column is not None and column not in self.column_of.values():
                self.column_of[field_name] = column
        for name in _OWN:
            if name in lower and lower[name] not in self.column_of.values():
                self.column_of[name] = lower[name]
        if "media" not in self.column_of:
            raise malformed(self.source, "line 1", "a column media (or filename, image, video, path)", header)
        if not self.own and "label" not in self.column_of and "expressions" not in self.column_of:
            raise malformed(self.source, "line 1", "a column label or expression", header)
        used = set(self.column_of.values())
        if not self.own and "id" in self.column_of:
            used.discard(self.column_of.pop("id"))
        self.further = [name for name in header if name not in used and name]

    def _cell(self, row: Row, name: str) -> str:
        column = self.column_of.get(name)
        return row[column].strip() if column is not None else ""

    def _number(self, row: Row, name: str, where: str) -> float | None:
        text = self._cell(row, name)
        if not text:
            return None
        place = f"{where}, {self.column_of[name]}"
        try:
            value = float(text)
        except ValueError:
            raise malformed(self.source, place, "a number", text) from None
        if not math.isfinite(value):
            raise malformed(self.source, place, "a finite number", text)
        return value

    # --- a row

    def _row(self, row: Row, where: str) -> None:
        region = self._region(row, where)
        item = self._medium(row, region, where)
        if item is None:
            return
        self._marks(row, item, where)
        record = self._cell(row, "record")
        if record == "medium":
            self.keeper.hold("medium", item.id, {"columns": self._others(row)} if self._others(row) else {})
            return
        label = self._label(row, where)
        if record in get_args(VerdictKind):
            for text in self._said(row, where) or ():
                self.collector.phrase(text, label)
                verdict = Verdict(new_id(), item.id, text, cast("VerdictKind", record), region=region)
                self.collector.verdicts.append(verdict)
            return
        if record not in ("", "box", "segment", "track"):
            expected = "one of box, segment, track, rejected, not_present, medium"
            raise malformed(self.source, f"{where}, record", expected, record)
        if region is None:
            raise malformed(self.source, where, "the corners of a box, or start and end", dict(row))
        if isinstance(region, Box) and not has_area(region):
            self.collector.skip(f"the box of {label.name} has no area", f"{self.source}, {where}")
        elif record == "track" and isinstance(region, Box):
            self.tracks.setdefault(self._cell(row, "id"), []).append((row, region, item, label))
        else:
            self._annotate(row, item, label, region, where)

    def _annotate(self, row: Row, item: MediaItem, label: Label, region: Region, where: str) -> None:
        text = self._cell(row, "attributes")
        place = f"{where}, attributes"
        attributes = as_object(parse_json(text, self.source), self.source, place) if text else {}
        origin = self._cell(row, "origin") or "imported"
        if origin not in get_args(Origin):
            raise malformed(self.source, f"{where}, origin", f"one of {', '.join(get_args(Origin))}", origin)
        own = {"columns": self._others(row)}
        self.collector.annotate(
            item,
            label,
            region,
            expressions=self._said(row, where),
            attributes=[(name, as_text(value, self.source, place)) for name, value in attributes.items()],
            extra=self.keeper.extra(own, medium=item.id),
            origin=cast("Origin", origin),
        )

    def _others(self, row: Row) -> dict[str, str]:
        """The columns of a row that are not ours."""
        return {name: row[name] for name in self.further if row[name]}

    def _medium(self, row: Row, region: Region | None, where: str) -> MediaItem | None:
        name = self._cell(row, "media")
        if not name:
            raise malformed(self.source, f"{where}, {self.column_of['media']}", "the name of a medium", name)
        kind = self._cell(row, "kind")
        if kind and self.own and kind not in get_args(MediaKind):
            raise malformed(self.source, f"{where}, kind", f"one of {', '.join(get_args(MediaKind))}", kind)
        if kind not in get_args(MediaKind):
            sound = Path(name).suffix.lower() in _SOUNDS
            still = region is None or (isinstance(region, Box) and region.at_s is None)
            kind = "audio" if sound else "image" if still else "video"
        sides = {axis: as_size(self._number(row, axis, where), self.source, where) for axis in ("width", "height")}
        duration = self._number(row, "duration_s", where)
        place = f"{self.source}, {where}"
        return self.collector.medium(name, place, cast("MediaKind", kind), duration_s=duration, **sides)

    def _label(self, row: Row, where: str) -> Label:
        name = self._cell(row, "label")
        number = self._number(row, "label_number", where)
        if number is not None and (number != int(number) or number < 0):
            raise malformed(self.source, f"{where}, label_number", "a whole number from 0", number)
        if name:
            return self.collector.label(name, None if number is None else int(number))
        said = self._said(row, where)
        if not said:
            raise malformed(self.source, where, "a label or an expression", dict(row))
        return self.collector.label_for(said[0])

    def _said(self, row: Row, where: str) -> tuple[str, ...] | None:
        text = self._cell(row, "expressions")
        if not text:
            return None
        if not (self.own and text.startswith("[")):
            return (text,)
        place = f"{where}, expressions"
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise malformed(self.source, place, "an expression, or a JSON list of them", text) from None
        return tuple(as_text(one, self.source, place) for one in as_list(found, self.source, place))

    def _region(self, row: Row, where: str) -> Region | None:
        start, end = self._cell(row, "start_s"), self._cell(row, "end_s")
        corners = [self._number(row, name, where) for name in _CORNERS]
        if all(value is not None for value in corners):
            x1, y1, x2, y2 = (value for value in corners if value is not None)
            return Box(x1, y1, x2, y2, at_s=self._number(row, "at_s", where))
        if any(value is not None for value in corners):
            raise malformed(self.source, where, "four corners", corners)
        if start and end:
            place = f"{where}, start and end"
            return span_in(time_in(start, self.source, place), time_in(end, self.source, place), self.source, place)
        return None

    def _marks(self, row: Row, item: MediaItem, where: str) -> None:
        if item.id in self.marked:
            return
        self.marked.add(item.id)
        split, review = self._cell(row, "split"), self._cell(row, "review")
        if split in get_args(SplitName):
            self.collector.splits.append(SplitMark(item.id, cast("SplitName", split)))
        elif split:
            self.collector.note(f"the split {split!r} is none of train, val and test", f"{self.source}, {where}")
        if review in get_args(ReviewState):
            self.collector.reviews.append(Review(item.id, cast("ReviewState", review)))
