"""Fields of a file that GroundLabel has no place for: kept with the annotations, and given back when it is written.

What belongs to one region stays with its annotation. What belongs to a medium or the whole file rides with the first
annotation that is read after it (`medium`, `file`); where there is none, with the medium, or with the file's first one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.formats.batch import SnapshotLike
from core.formats.classes import Collector
from core.schema import Annotation, MediaItem

Json = dict[str, object]
Extra = tuple[tuple[str, str], ...]
_PARTS = ("medium", "file")


@dataclass(slots=True)
class Keeper:
    """While reading: holds fields until an annotation can carry them."""

    format_id: str
    waiting: dict[tuple[str, str], object] = field(default_factory=dict)

    def hold(self, part: str, key: str, fields: object) -> None:
        """Fields of a medium ("medium", its id) or the file ("file", "")."""
        if fields:
            self.waiting[part, key] = fields

    def extra(self, own: Mapping[str, object], *, medium: str) -> Extra:
        """`Annotation.extra` for a region with these fields of its own, and all that waits for it."""
        kept = {name: value for name, value in own.items() if value}
        for part, key in zip(_PARTS, (medium, ""), strict=True):
            if (part, key) in self.waiting:
                kept[part] = self.waiting.pop((part, key))
        return ((self.format_id, json.dumps(kept, ensure_ascii=False)),) if kept else ()

    def finish(self, collector: Collector) -> None:
        """After the last annotation: what still waits is left with the media."""
        held: dict[str, Json] = {}
        for (part, key), fields in self.waiting.items():
            owner = key if part == "medium" else next((item.id for item in collector.media), "")
            held.setdefault(owner, {})[part] = fields
        leave_with_media(collector, self.format_id, held)
        self.waiting.clear()


def leave_with_media(collector: Collector, format_id: str, held: Mapping[str, Json]) -> None:
    """Fields that no annotation carries, by the media that they are left with."""
    left = dict(held)
    for index in range(len(collector.media) - 1, -1, -1):  # a file's own medium is among the last
        if not left:
            return
        item = collector.media[index]
        if item.id in left:
            text = json.dumps(left.pop(item.id), ensure_ascii=False)
            whole = replace(item, extra=tuple((dict(item.extra) | {format_id: text}).items()))
            collector.media[index] = whole
            if collector.by_path.get(item.path) is item:
                collector.by_path[item.path] = whole


@dataclass(slots=True)
class Kept:
    """While writing: what was kept for this format, by region, medium, class and file."""

    format_id: str
    parts: dict[tuple[str, str], object] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: SnapshotLike, format_id: str) -> Kept:
        """Everything that the annotations and media of a project carry for a format."""
        found = cls(format_id)
        for annotation in contents.annotations:
            found._gather(annotation.media_id, found.own(annotation))
        for item in contents.media:
            found._gather(item.id, found.own(item))
        return found

    def _gather(self, media_id: str, kept: Json) -> None:
        for part, key in zip(_PARTS, (media_id, ""), strict=True):
            if part in kept:
                self.parts.setdefault((part, key), kept[part])

    def own(self, record: Annotation | MediaItem) -> Json:
        """What one region, or one medium, carries."""
        text = dict(record.extra).get(self.format_id) if record.extra else None
        kept = json.loads(text) if text else {}
        return kept if isinstance(kept, dict) else {}

    def medium(self, media_id: str) -> Json:
        """The fields of a medium."""
        return self._fields("medium", media_id)

    def file(self) -> Json:
        """The fields of the whole file."""
        return self._fields("file", "")

    def _fields(self, part: str, key: str) -> Json:
        found = self.parts.get((part, key))
        return found if isinstance(found, dict) else {}


def others(fields: Mapping[str, object], *known: str) -> Json:
    """The fields that are not among the known ones."""
    return {name: value for name, value in fields.items() if name not in known}
