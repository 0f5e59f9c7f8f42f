"""Fields of a file that GroundLabel has no place for: kept with the annotations, and given back when it is written.

What belongs to one region stays with its annotation. What belongs to a medium, a class or the whole file rides with
the first annotation that is read after it (`medium`, `label`, `file`), because only annotations have room for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.formats.batch import SnapshotLike
from core.formats.classes import Collector, count_note
from core.schema import Annotation

Json = dict[str, object]
Extra = tuple[tuple[str, str], ...]
_PARTS = ("medium", "label", "file")


@dataclass(slots=True)
class Keeper:
    """While reading: holds fields until an annotation can carry them."""

    format_id: str
    waiting: dict[tuple[str, str], object] = field(default_factory=dict)

    def hold(self, part: str, key: str, fields: object) -> None:
        """Fields of a medium ("medium", its id), a class ("label", its id) or the file ("file", "")."""
        if fields:
            self.waiting[part, key] = fields

    def extra(self, own: Mapping[str, object], *, medium: str, label: str = "") -> Extra:
        """`Annotation.extra` for a region with these fields of its own, and all that waits for it."""
        kept = {name: value for name, value in own.items() if value}
        for part, key in zip(_PARTS, (medium, label, ""), strict=True):
            if (part, key) in self.waiting:
                kept[part] = self.waiting.pop((part, key))
        return ((self.format_id, json.dumps(kept, ensure_ascii=False)),) if kept else ()

    def finish(self, collector: Collector, where: str) -> None:
        """After the last annotation: say what nothing could carry."""
        media = sum(part == "medium" for part, _ in self.waiting)
        one = "further fields of one medium without regions are not kept"
        many = "further fields of {count} media without regions are not kept"
        count_note(collector.report, media, one, many, where)
        if len(self.waiting) > media:
            collector.note("further fields of the file or of unused classes are not kept", where)


@dataclass(slots=True)
class Kept:
    """While writing: what was kept for this format, by region, medium, class and file."""

    format_id: str
    parts: dict[tuple[str, str], object] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: SnapshotLike, format_id: str) -> Kept:
        """Everything that the annotations of a project carry for a format."""
        found = cls(format_id)
        for annotation in contents.annotations:
            kept = found.own(annotation)
            for part, key in zip(_PARTS, (annotation.media_id, annotation.label_id, ""), strict=True):
                if part in kept:
                    found.parts.setdefault((part, key), kept[part])
        return found

    def own(self, annotation: Annotation) -> Json:
        """What one region carries."""
        text = dict(annotation.extra).get(self.format_id)
        kept = json.loads(text) if text else {}
        return kept if isinstance(kept, dict) else {}

    def medium(self, media_id: str) -> Json:
        """The fields of a medium."""
        return self._fields("medium", media_id)

    def label(self, label_id: str) -> Json:
        """The fields of a class."""
        return self._fields("label", label_id)

    def file(self) -> Json:
        """The fields of the whole file."""
        return self._fields("file", "")

    def _fields(self, part: str, key: str) -> Json:
        found = self.parts.get((part, key))
        return found if isinstance(found, dict) else {}


def others(fields: Mapping[str, object], *known: str) -> Json:
    """The fields that are not among the known ones."""
    return {name: value for name, value in fields.items() if name not in known}
