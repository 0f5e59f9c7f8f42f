"""Fields of conversation rows that GroundLabel has no place for: kept by question, and given back to the same question.

A row is about one expression in one medium, so its fields ride with the first region that answers it, or with the
medium where none does, as `{"rows": [[expression, moment in a video or null, fields], …]}` under the format's id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.formats.batch import SnapshotLike
from core.formats.classes import Collector, count_note
from core.formats.examples import Example, same_words
from core.formats.kept import Kept, leave_with_media
from core.jobs import Report
from core.schema import MediaItem

Row = dict[str, object]
Asked = tuple[str, str, float | None]  # medium, folded expression, moment in a video
_KNOWN = ("image", "video", "sound", "conversations", "groundlabel", "problem", "solution")
_TURNS = "conversations"  # what stands in the turns besides speaker and words


def fields_of(row: Row, *, alone: bool) -> Row:
    """The fields of a row that are not known. `alone`: it asks one question, whose are its id and turns."""
    found = {name: value for name, value in row.items() if name not in _KNOWN}
    own = row.get("groundlabel")
    made = own.get("media_id") if isinstance(own, dict) else None
    if not alone or (made and str(row.get("id", "")).startswith(f"{made}/")):
        found.pop("id", None)  # of several questions, or made by GroundLabel
    turns = row.get("conversations")
    if alone and isinstance(turns, list):
        further = [_further(turn) for turn in turns]
        if any(further):
            found[_TURNS] = further
    return found


def _further(turn: object) -> Row:
    """What a turn holds besides speaker and words; a system's turn is kept whole."""
    if not isinstance(turn, dict):
        return {}
    return turn if turn.get("from") == "system" else {k: v for k, v in turn.items() if k not in ("from", "value")}


@dataclass(slots=True)
class RowFieldsRead:
    """While reading: the fields of each question, until its regions are known."""

    format_id: str
    by_question: dict[Asked, tuple[str, Row]] = field(default_factory=dict)
    lost: int = 0

    def hold(self, item: MediaItem, example: Example, fields: Row) -> None:
        """Remember the fields of a row; of several that ask the same, the first one's."""
        asked = (item.id, same_words(example.expression), example.at_s)
        if asked in self.by_question:
            self.lost += bool(fields) and self.by_question[asked][1] != fields
        elif fields:
            self.by_question[asked] = (example.expression, fields)

    def finish(self, collector: Collector) -> None:
        """After the last row: leave them with annotations, or with the media that have none of these words."""
        waiting = dict(self.by_question)
        assert isinstance(collector.annotations, list)
        for index, one in enumerate(collector.annotations if waiting else ()):
            at_s = getattr(one.region, "at_s", None)
            found = [(one.media_id, same_words(text), at_s) for text in one.expressions]
            mine = [_entry(asked, *waiting.pop(asked)) for asked in found if asked in waiting]
            if mine:
                extra = (*one.extra, (self.format_id, _text(mine)))
                collector.annotations[index] = replace(one, extra=extra)
        left: dict[str, Row] = {}
        for asked, kept in waiting.items():
            rows = left.setdefault(asked[0], {"rows": []})["rows"]
            assert isinstance(rows, list)
            rows.append(_entry(asked, *kept))
        leave_with_media(collector, self.format_id, left)
        first, many = (
            "one row asks what an earlier one asks: its further fields are not kept",
            "{count} rows ask what earlier ones ask: their further fields are not kept",
        )
        count_note(collector.report, self.lost, first, many)


def _entry(asked: Asked, expression: str, fields: Row) -> list[object]:
    return [expression, asked[2], fields]


def _text(rows: list[list[object]]) -> str:
    return json.dumps({"rows": rows}, ensure_ascii=False)


@dataclass(slots=True)
class RowFields:
    """While writing: the fields of each question that were kept for a format."""

    by_question: dict[Asked, Row] = field(default_factory=dict)

    @classmethod
    def of(cls, contents: SnapshotLike, format_id: str) -> RowFields:
        """Everything that the annotations and media of a project carry."""
        found, kept = cls(), Kept(format_id)
        for annotation in contents.annotations:
            if annotation.extra:
                found._gather(annotation.media_id, kept.own(annotation))
        for item in contents.media:
            if item.extra:
                found._gather(item.id, kept.own(item))
        return found

    def _gather(self, media_id: str, own: Mapping[str, object]) -> None:
        rows = own.get("rows")
        for row in rows if isinstance(rows, list) else ():
            expression, at_s, fields = row
            self.by_question.setdefault((media_id, same_words(expression), at_s), fields)

    def give(self, row: Row, example: Example) -> Row:
        """The row of an example with the fields that were kept for it."""
        fields = self.by_question.pop((example.media_id, same_words(example.expression), example.at_s), None)
        if not fields:
            return row
        rest = {name: value for name, value in fields.items() if name != _TURNS}
        further = fields.get(_TURNS)
        if isinstance(further, list):
            rest[_TURNS] = _with_further(row[_TURNS], further)
        return row | rest

    def note_left(self, report: Report) -> None:
        """A line about fields of questions that nobody asks any longer."""
        one, many = (
            "one row's further fields are not held: nothing is said of its words any longer",
            "the further fields of {count} rows are not held: nothing is said of their words any longer",
        )
        count_note(report, len(self.by_question), one, many)


def _with_further(turns: object, further: list[Row]) -> list[Row]:
    """The turns with what stood in them; a system's turns come where they came."""
    rest = list(turns) if isinstance(turns, list) else []
    found: list[Row] = []
    for one in further:
        if one.get("from") == "system":
            found.append(one)
        elif rest:
            found.append({**one, **rest.pop(0)})
    return [*found, *rest]
