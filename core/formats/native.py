"""GroundLabel's own JSON: everything a project knows, without loss. The schema ships as `resources/schemas`.

Only the folders that named roots have on this machine are left out: they mean nothing, and tell too much, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from core.errors import FormatError
from core.formats.batch import Contents, ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.json_stream import members
from core.formats.names import portable_names
from core.formats.records import Reader, schema_of, to_plain
from core.formats.text_files import as_list, json_pieces, malformed, one_line_json, safe_name, write_files
from core.jobs import Note, Report
from core.packed import Packed
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Change,
    Label,
    MediaItem,
    Phrase,
    Rating,
    Record,
    Review,
    SplitMark,
    Verdict,
)

FORMAT_NAME = "groundlabel"
VERSION = 1
SCHEMA_FILE = "resources/schemas/native.schema.json"
# section of the file -> what its entries are
SECTIONS: dict[str, type[Any]] = {
    "media": MediaItem,
    "labels": Label,
    "phrases": Phrase,
    "annotations": Annotation,
    "verdicts": Verdict,
    "reviews": Review,
    "splits": SplitMark,
    "answers": Answer,
    "changes": Change,
    "ratings": Rating,
    "attributes": Attribute,
}
_LONG = ("annotations", "verdicts")
_SIDES = ("before", "after")
_SIDES_OF_CHANGES = {f"changes.{side}": side for side in _SIDES}
_A_WHILE = 5000  # entries between two looks at whether to stop
_LATER = frozenset({"ratings", "attributes"})  # sections that files of before do not have


@dataclass(frozen=True, slots=True)
class NativeFormat:
    """Reads and writes one JSON file."""

    id: str = "native"
    title: str = "GroundLabel JSON (everything a project knows)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read the file; every value is checked and every reference must point at something in it."""
        reader = _SectionReader(source, options)
        contents = reader.read()
        _check_references(contents, source)
        report = Report(read=len(contents.annotations))
        unknown = reader.records.unknown | {name for name in reader.head if name not in ("format", "version")}
        report.changed.extend(
            Note(f"the field {name} is not known and is passed over", str(source)) for name in sorted(unknown)
        )
        contents = _with_safe_names(contents, source, report)
        if options.names is not None:
            contents = _restrict(contents, {item.id for item in contents.media if options.wants(item.path)})
        return ImportBatch(self.id, source, contents, report, keeps_identity=True)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the file. Nothing is lost, so the report lists nothing."""
        context, total = options.context, len(contents.annotations)

        def entries(name: str) -> Iterator[object]:
            for done, entry in enumerate(getattr(contents, name)):
                if done % _A_WHILE == 0:
                    context.raise_if_cancelled()
                    context.progress(done, total, name)
                yield _change_pieces(entry) if isinstance(entry, Change) else to_plain(entry)

        head = [("format", FORMAT_NAME), ("version", VERSION)]
        write_files({out: json_pieces(chain(head, ((name, entries(name)) for name in SECTIONS)))})
        return Report(read=total, written=total)


def _change_pieces(change: Change) -> Iterator[str]:
    """A Change as one line of JSON, by pieces: its sides may be very long."""
    opening = "{"
    for name, value in to_plain(replace(change, before=(), after=())).items():
        yield f"{opening}{one_line_json(name)}: "
        opening = ", "
        if name in _SIDES:
            between = "["
            for record in getattr(change, name):
                yield between + one_line_json(to_plain(record, hint=Record))
                between = ", "
            yield "[]" if between == "[" else "]"
        else:
            yield one_line_json(value)
    yield "}"


@dataclass(slots=True)
class _SectionReader:
    """Reads the file entry by entry; what may be long is packed. One use."""

    source: Path
    options: ReadOptions
    head: dict[str, object] = field(default_factory=dict)  # all that is no section
    records: Reader = field(init=False)
    found: dict[str, list[Any] | Packed[Any]] = field(default_factory=dict)
    sides: dict[str, Packed[Any]] = field(default_factory=dict)  # of the Change that is being read

    def read(self) -> Contents:
        """Everything in the file. Raises `FormatError`."""
        self.records = Reader(str(self.source))
        self.found = {name: Packed() if name in _LONG else [] for name in SECTIONS}
        try:
            for name, index, value in members(self.source, tuple(SECTIONS), {"changes": _SIDES}):
                if index >= 0:
                    self._entry(name, index, value)
                elif name in SECTIONS:
                    as_list(value, self.source, name)
                else:
                    self.head[name] = value
        except FormatError:
            if "format" not in self.head:  # rather say that it is another format, where it is
                named = members(self.source, tuple(SECTIONS))
                _check_head({name: value for name, index, value in named if index < 0}, self.source)
            raise
        _check_head(self.head, self.source)
        sections: dict[str, Any] = {name: _whole(records) for name, records in self.found.items()}
        return Contents(**sections)

    def _entry(self, name: str, index: int, value: object) -> None:
        if name == "annotations" and index % _A_WHILE == 0:
            self.options.context.raise_if_cancelled()
            self.options.context.progress(index, 0)
        if name in _SIDES_OF_CHANGES:
            side = _SIDES_OF_CHANGES[name]
            packed = self.sides.setdefault(side, Packed())
            packed.append(self.records.value(Record, value, f"changes[{index}].{side}[{len(packed)}]"))
        elif name == "changes" and isinstance(value, dict):
            sides = {side: records.whole() for side, records in self.sides.items()}
            self.sides = {}
            self.found[name].append(replace(self.records.build(Change, value, f"{name}[{index}]"), **sides))
        else:
            self.found[name].append(self.records.build(SECTIONS[name], value, f"{name}[{index}]"))


def _whole(records: list[Any] | Packed[Any]) -> Sequence[Any]:
    return records.whole() if isinstance(records, Packed) else tuple(records)


def native_schema() -> dict[str, Any]:
    """The JSON schema of the format: what `resources/schemas/native.schema.json` holds."""
    properties: dict[str, Any] = {"format": {"const": FORMAT_NAME}, "version": {"const": VERSION}}
    for name, cls in SECTIONS.items():
        properties[name] = {"type": "array", "items": schema_of(cls)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "GroundLabel project",
        "type": "object",
        "properties": properties,
        "required": ["format", "version", *(name for name in SECTIONS if name not in _LATER)],
    }


# --- checks ------------------------------------------------------------------------------------


def _check_head(document: dict[str, object], source: Path) -> None:
    if document.get("format") != FORMAT_NAME:
        raise malformed(source, "format", f"{FORMAT_NAME!r}", document.get("format"))
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise malformed(source, "version", "a whole number from 1", version)
    if version > VERSION:
        raise malformed(source, "version", f"at most {VERSION} (the file is of a newer GroundLabel)", version)


def _check_references(contents: Contents, source: Path) -> None:
    for name in ("media", "labels", "phrases", "annotations", "verdicts", "reviews", "splits", "ratings", "attributes"):
        found: set[str] = set()
        for index, entry in enumerate(getattr(contents, name)):
            if entry.id in found:
                raise malformed(source, f"{name}[{index}].id", "an id used once", entry.id)
            found.add(entry.id)
    media = {item.id for item in contents.media}
    labels = {label.id for label in contents.labels}
    for name in ("annotations", "verdicts", "ratings"):
        for index, entry in enumerate(getattr(contents, name)):
            if entry.media_id not in media:
                raise malformed(source, f"{name}[{index}].media_id", "the id of a medium", entry.media_id)
    for name in ("annotations", "phrases"):
        for index, entry in enumerate(getattr(contents, name)):
            if entry.label_id not in labels:
                raise malformed(source, f"{name}[{index}].label_id", "the id of a label", entry.label_id)
    for index, attribute in enumerate(contents.attributes):
        for label_id in attribute.label_ids or ():
            if label_id not in labels:
                raise malformed(source, f"attributes[{index}].label_ids", "ids of labels", label_id)
    for name in ("reviews", "splits"):
        for index, entry in enumerate(getattr(contents, name)):
            if entry.id not in media:
                raise malformed(source, f"{name}[{index}].id", "the id of a medium", entry.id)


def _with_safe_names(contents: Contents, source: Path, report: Report) -> Contents:
    """Paths that lead upwards become portable names, to be looked for; absolute ones are refused with their records."""
    names = portable_names(contents.media)
    media: list[MediaItem] = []
    for item in contents.media:
        absolute = safe_name(item.path.replace("..", "up")) is None
        name = safe_name(names[item.id])
        if absolute or name is None:
            report.skipped.append(Note(f"the path {item.path!r} leads out of the project", str(source)))
            continue
        if item.sound is not None:  # its root is a name on another machine
            report.changed.append(Note(f"the sound {item.sound[1]!r} beside it is to be named again", item.path))
            item = replace(item, sound=None)
        media.append(item if name == item.path else replace(item, path=name, root="outside"))
    kept = replace(contents, media=tuple(media))
    return kept if len(media) == len(contents.media) else _restrict(kept, {item.id for item in media})


def _restrict(contents: Contents, wanted: set[str]) -> Contents:
    """Only what concerns these media. A Change that also concerns others is left out."""
    return replace(
        contents,
        media=tuple(item for item in contents.media if item.id in wanted),
        annotations=Packed(item for item in contents.annotations if item.media_id in wanted).whole(),
        verdicts=Packed(item for item in contents.verdicts if item.media_id in wanted).whole(),
        reviews=tuple(item for item in contents.reviews if item.id in wanted),
        splits=tuple(item for item in contents.splits if item.id in wanted),
        answers=tuple(item for item in contents.answers if item.query.media_id in wanted),
        ratings=tuple(item for item in contents.ratings if item.media_id in wanted),
        changes=(),
    )


def media_of_record(record: Record) -> str | None:
    """The id of the medium that a record is about; None for labels, phrases and attributes."""
    if isinstance(record, Annotation | Verdict | Rating):
        return record.media_id
    return record.id if isinstance(record, Review | SplitMark) else None


FORMAT = NativeFormat()
