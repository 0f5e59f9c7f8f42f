"""CSV and TSV of all regions: a row per region, per key box of a track, per verdict, and per medium without any.

Columns are named in the first line; a table of another tool is read where its names are usual ones (`_ALIASES`). Boxes
are in pixels of the upright picture, times in seconds, both exact. One expression stands as it is, none or several as a
JSON list; attributes are a JSON object. Further columns are kept with their rows.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import count_note
from core.formats.kept import Kept
from core.formats.losses import EVERY, Holds, RegionKind, Sorted, sort_out
from core.formats.names import portable_names
from core.formats.tabular_reading import TableReader
from core.formats.text_files import plain_number, write_files
from core.jobs import Report
from core.schema import Annotation, Box, MediaItem, Region, Segment, Track, Verdict

COLUMNS = (
    *("record", "id", "media", "kind", "width", "height", "duration_s", "label", "label_number", "expressions"),
    *("x1", "y1", "x2", "y2", "at_s", "start_s", "end_s", "origin", "split", "review", "attributes"),
)


@dataclass(frozen=True, slots=True)
class TabularFormat:
    """Reads and writes one table."""

    id: str
    title: str
    delimiter: str

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every row; `FormatError` when one is malformed."""
        collector = TableReader(source, options, self.id, self.delimiter).read()
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the table, media in the order of the project."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        regions: frozenset[RegionKind] = frozenset({"boxes", "boxes at a frame", "segments", "tracks"})
        holds = Holds(self.id, self.id.upper(), EVERY, regions, attributes=True, origins=True, marks=True)
        found = sort_out(contents, holds, names, report)
        writer = _Writer(contents, names, Kept.of(contents, self.id), report)
        write_files({out: self._pieces(writer, found, options)})
        one, many = (
            "one rejected track is held as its first box",
            "{count} rejected tracks are held as their first boxes",
        )
        count_note(report, writer.tracks, one, many)
        return report

    def _pieces(self, writer: _Writer, found: Sorted, options: WriteOptions) -> Iterator[str]:
        """The text of the table, a medium at a time."""
        stream = io.StringIO()
        columns = [*COLUMNS, *writer.columns()]
        table = csv.DictWriter(stream, columns, delimiter=self.delimiter, lineterminator="\n", restval="")
        table.writeheader()
        for item in found.media:
            options.context.raise_if_cancelled()
            count = 0
            for row in chain(chain.from_iterable(writer.rows(one, item) for one in found.of(item)), writer.said(item)):
                table.writerow(row)
                count += 1
            if not count:
                table.writerow(writer.base("medium", item) | writer.further(item))
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()


@dataclass(slots=True)
class _Writer:
    contents: SnapshotLike
    names: Mapping[str, str]
    kept: Kept
    report: Report
    tracks: int = 0
    number: int = 0
    labels: dict[str, tuple[str, int]] = field(init=False)
    phrases: dict[str, str] = field(init=False)
    splits: dict[str, str] = field(init=False)
    reviews: dict[str, str] = field(init=False)
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = {label.id: (label.name, label.number) for label in self.contents.labels}
        self.phrases = {phrase.expression: phrase.label_id for phrase in self.contents.phrases}
        self.splits = {mark.id: mark.split for mark in self.contents.splits}
        self.reviews = {mark.id: mark.state for mark in self.contents.reviews}
        for verdict in self.contents.verdicts:
            self.verdicts.setdefault(verdict.media_id, []).append(verdict)

    def columns(self) -> list[str]:
        """The names of all columns of another tool's table that were kept."""
        names = {name for one in self.contents.annotations if one.extra for name in self.further(one)}
        return sorted(names | {name for one in self.contents.media if one.extra for name in self.further(one)})

    def further(self, record: Annotation | MediaItem) -> dict[str, str]:
        """Columns of another tool's table that were kept."""
        kept = self.kept.own(record) if isinstance(record, Annotation) else self.kept.medium(record.id)
        held = kept.get("columns")
        return {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}

    def base(self, record: str, item: MediaItem) -> dict[str, object]:
        """What every row of a medium says."""
        return {
            "record": record,
            "media": self.names[item.id],
            "kind": item.kind,
            "width": item.width or "",
            "height": item.height or "",
            "duration_s": "" if item.duration_s is None else plain_number(item.duration_s),
            "split": self.splits.get(item.id, ""),
            "review": self.reviews.get(item.id, ""),
        }

    def rows(self, annotation: Annotation, item: MediaItem) -> Iterator[dict[str, object]]:
        """A region's row, or one for each key box."""
        self.number += 1
        name, number = self.labels[annotation.label_id]
        region = annotation.region
        record = "track" if isinstance(region, Track) else "segment" if isinstance(region, Segment) else "box"
        row = self.base(record, item) | {"id": self.number, "label": name, "label_number": number}
        row |= {"expressions": expressions_text(annotation.expressions), "origin": annotation.origin}
        row["attributes"] = _json(dict(annotation.attributes)) if annotation.attributes else ""
        row |= self.further(annotation)
        for part in region.keys if isinstance(region, Track) else (region,):
            yield row | _numbers(part)

    def said(self, item: MediaItem) -> Iterator[dict[str, object]]:
        """A row for each rejection and absence of a medium."""
        for verdict in self.verdicts.get(item.id, ()):
            row = self.base(verdict.kind, item) | {"expressions": expressions_text((verdict.expression,))}
            region: Region | None = verdict.region
            if isinstance(region, Track):
                self.tracks += 1
                region = region.keys[0]
            label_id = self.phrases.get(verdict.expression)
            if label_id is not None:
                row["label"], row["label_number"] = self.labels[label_id]
            yield row | (_numbers(region) if region is not None else {})


def expressions_text(expressions: Sequence[str]) -> str:
    """One expression as it is, unless it looks like a list; otherwise a JSON list."""
    if len(expressions) == 1 and expressions[0].strip() == expressions[0] and not expressions[0].startswith("["):
        return expressions[0]
    return _json(list(expressions))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _numbers(region: Region) -> dict[str, object]:
    match region:
        case Box(x1, y1, x2, y2, at_s):
            row: dict[str, object] = {"x1": plain_number(x1), "y1": plain_number(y1)}
            row |= {"x2": plain_number(x2), "y2": plain_number(y2)}
            return row | ({} if at_s is None else {"at_s": plain_number(at_s)})
        case Segment(start_s, end_s):
            return {"start_s": plain_number(start_s), "end_s": plain_number(end_s)}
    return {}
