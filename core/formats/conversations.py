"""Conversation rows about boxes in pictures, as VLM-R1, LLaVA and Qwen-VL train on: one file, one row a question.

A row is `{"id", "image", "conversations": [{from: human, value}, {from: gpt, value}]}`. What differs is the question's
wording, how an answer spells boxes, and the space they stand in (`Dialect`). The key `groundlabel` names that space
and keeps what the text rounds away; where text and exact boxes disagree, somebody has edited the text: the text holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import count_note
from core.formats.examples import Example, examples_from_snapshot, untrained
from core.formats.groundinggpt import (
    EXTRA,
    example_to_row,
    label_names,
    labels_of_regions,
    numbered_rows,
    report_row_losses,
    with_extra,
)
from core.formats.groundinggpt_reading import RowCollector
from core.formats.row_fields import RowFields, fields_of
from core.formats.shapes import has_area
from core.formats.spaces import Space, from_pixels, qwen_resized_wh, to_pixels
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_text,
    json_lines_text,
    malformed,
    safe_name,
    shown,
    write_files,
)
from core.geometry import BoxXYXY
from core.jobs import Note, Report
from core.schema import Box

Row = dict[str, object]
SpaceName = Literal["padded_norm", "picture_1000", "qwen_resized", "pixels"]
_MARKER = re.compile(r"<image>\n?")
_NO = re.compile(r"^(not present|none|there (is|are) (none|no .*))\.?$", re.IGNORECASE)
_FENCE = re.compile(r"^```(?:json)?\s*(.*?)\s*```$", re.DOTALL)
_BRACKETS = re.compile(r"\[\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write the rows.

    `question` has `{}` for the expression; `frames` are further wordings that are taken off when rows are read.
    `decimals` is None for exact numbers. `lines`: JSON lines instead of a list.
    """

    id: str
    title: str
    name: str
    space: SpaceName
    question: str
    answer: Literal["bbox_2d", "brackets"]
    decimals: int | None
    lines: bool = False
    frames: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ConversationFormat:
    """Reads a JSON list or JSON lines of one dialect; writes one file."""

    dialect: Dialect

    @property
    def id(self) -> str:
        """The format id."""
        return self.dialect.id

    @property
    def title(self) -> str:
        """What the format is called."""
        return self.dialect.title

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every question with boxes or absence as its answer; other turns are reported and passed over."""
        reader = _Reader(self.dialect, source, RowCollector(options, format_id=self.id))
        for where, row in numbered_rows(source):
            options.context.raise_if_cancelled()
            reader.row(row, where)
        collector = reader.collector
        collector.finish()
        one, many = (
            "the wording around one expression was taken off",
            "the wording around {count} expressions was taken off",
        )
        count_note(collector.report, reader.framed, one, many, str(source))
        return ImportBatch(self.id, source, collector.contents(), collector.report, spaces=collector.spaces)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one row for each expression of each picture."""
        found = examples_from_snapshot(contents, all_media=options.all_media)
        examples = [one for one in found if one.kind == "image" and one.at_s is None]
        pictures = {item.id for item in contents.media if item.kind == "image"}
        report = Report(read=len(contents.annotations), skipped=untrained(contents))
        left_out = {note.where for note in report.skipped}
        for annotation in contents.annotations:
            if annotation.media_id not in pictures:
                where = next(item.path for item in contents.media if item.id == annotation.media_id)
                if f"{where}, {annotation.id}" not in left_out:
                    what = f"{self.dialect.name} rows are about pictures"
                    report.skipped.append(Note(what, f"{where}, {annotation.id}"))
        labels, fields = labels_of_regions(contents), RowFields.of(contents, self.id)
        rows: list[Row] = []
        for example in examples:
            options.context.raise_if_cancelled()
            row = example_to_row(example, labels)
            row["conversations"] = self._turns(example)
            row[EXTRA] = {"coordinate_space": self.dialect.space, **cast("Row", row[EXTRA])}
            if self.dialect.space == "qwen_resized" and example.size_wh:
                cast("Row", row[EXTRA])["resized_wh"] = list(qwen_resized_wh(example.size_wh))
            rows.append(fields.give(row, example))
        texts = (json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        write_files({out: "".join(texts) if self.dialect.lines else json_lines_text(rows)})
        report.written = len(contents.annotations) - len(report.skipped)
        fields.note_left(report)
        report_row_losses(contents, examples, report, self.id)
        if self.dialect.decimals is not None and any(example.regions for example in examples):
            what = f"boxes are written with {self.dialect.decimals} decimals; the exact ones stand beside ({EXTRA})"
            report.changed.append(Note(what))
        return report

    def _turns(self, example: Example) -> list[Row]:
        turns: list[Row] = [{"from": "human", "value": f"<image>\n{self.dialect.question.format(example.expression)}"}]
        answer = answer_text(example, self.dialect)
        return turns if answer is None else [*turns, {"from": "gpt", "value": answer}]


# --- answers -----------------------------------------------------------------------------------


def answer_text(example: Example, dialect: Dialect) -> str | None:
    """What a model should say; None when the right answer is not known."""
    if example.present is None:
        return None
    boxes = [region for region in example.regions if isinstance(region, Box)]
    corners = [_in_space(box, dialect, example.size_wh) for box in boxes]
    if dialect.answer == "brackets":
        texts = ["[" + ", ".join(f"{value:.{dialect.decimals or 0}f}" for value in box) + "]" for box in corners]
        return ", ".join(texts) or "not present"
    return json.dumps([{"bbox_2d": box, "label": example.expression} for box in corners], ensure_ascii=False)


def _in_space(box: Box, dialect: Dialect, size_wh: tuple[int, int] | None) -> list[int | float]:
    corners: BoxXYXY = (box.x1, box.y1, box.x2, box.y2)
    if dialect.space != "pixels" and size_wh is not None:
        corners = from_pixels(corners, dialect.space, size_wh)
        most = {"padded_norm": (1, 1), "picture_1000": (1000, 1000)}.get(dialect.space) or qwen_resized_wh(size_wh)
        x1, y1, x2, y2 = corners
        corners = (_within(x1, most[0]), _within(y1, most[1]), _within(x2, most[0]), _within(y2, most[1]))
    digits = dialect.decimals
    if digits is None:
        return [int(value) if float(value).is_integer() else value for value in corners]
    return [round(value) if digits == 0 else round(value, digits) for value in corners]


def _within(value: float, most: int) -> float:
    return min(max(value, 0.0), float(most))


def boxes_in(answer: str) -> list[BoxXYXY] | None:
    """The boxes that an answer spells, [] for an absence; None when it is neither."""
    text = answer.strip()
    fenced = _FENCE.match(text)
    text = fenced.group(1) if fenced else text
    if text == "[]" or _NO.match(text):
        return []
    if text.startswith(("[", "{")):
        try:
            found = _boxes_of_json(json.loads(text))
        except (ValueError, RecursionError, OverflowError):
            found = None
        if found is not None:
            return found
    corners = [tuple(map(_float, match)) for match in _BRACKETS.findall(text)]
    return [cast("BoxXYXY", box) for box in corners if None not in box] or None


def _boxes_of_json(value: object) -> list[BoxXYXY] | None:
    entries = value if isinstance(value, list) else [value]
    if len(entries) == 4 and all(isinstance(one, int | float) for one in entries):
        entries = [{"bbox_2d": entries}]
    found: list[BoxXYXY] = []
    for entry in entries:
        box = entry.get("bbox_2d", entry.get("bbox")) if isinstance(entry, dict) else None
        if not isinstance(box, list) or len(box) != 4 or not all(isinstance(one, int | float) for one in box):
            return None
        found.append(cast("BoxXYXY", tuple(map(float, box))))
    return found or None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    dialect: Dialect
    source: Path
    collector: RowCollector
    framed: int = 0

    def row(self, row: Row, where: str) -> None:
        written = row.get("image")
        if isinstance(written, list) and len(written) == 1:
            written = written[0]
        if not isinstance(written, str):
            self.collector.skip("a row of no picture, or of several", f"{self.source}, {where}")
            return
        name = safe_name(written)
        if name is None:
            self.collector.skip(f"the name {shown(written)} leads out of the folder", f"{self.source}, {where}")
        elif self.collector.options.wants(name):
            pairs = self._pairs(row, where)
            fields = fields_of(row, alone=len(pairs) == 1)
            for expression, answer in pairs:
                self._take(row, name, expression, answer, where, fields)

    def _pairs(self, row: Row, where: str) -> list[tuple[str, object]]:
        """(question, answer) of each exchange; VLM-R1's `problem` and `solution` are one."""
        if "conversations" not in row and "problem" in row:
            return [(as_text(row["problem"], self.source, f"{where}, problem"), row.get("solution"))]
        found: list[tuple[str, object]] = []
        question: str | None = None
        turns = as_list(row.get("conversations"), self.source, f"{where}, conversations")
        for index, value in enumerate(turns):
            place = f"{where}, conversations[{index}]"
            turn = as_object(value, self.source, place)
            text = as_text(turn.get("value"), self.source, f"{place}.value")
            if turn.get("from") in ("human", "user"):
                found += [(question, None)] if question is not None else []
                question = text
            elif turn.get("from") in ("gpt", "assistant"):
                found += [(question, text)] if question is not None else []
                question = None
            elif turn.get("from") != "system":
                raise malformed(self.source, f"{place}.from", "human or gpt", turn.get("from"))
        return [*found, (question, None)] if question is not None else found

    def _take(self, row: Row, name: str, question: str, answer: object, where: str, fields: Row) -> None:
        expression = self._expression(question)
        base = Example(name, "image", expression, None, space=self._space(row, where))
        extra = row.get(EXTRA)
        if extra is not None:
            base = with_extra(
                base, as_object(extra, self.source, f"{where}, {EXTRA}"), self.source, f"{where}, {EXTRA}"
            )
        elif isinstance(row.get("width"), int) and isinstance(row.get("height"), int):
            base = replace(base, size_wh=cast("tuple[int, int]", (row["width"], row["height"])))
        example, problem = self._answered(base, answer, where)
        if example is None:
            self.collector.skip(problem, f"{self.source}, {where}")
        else:
            self.collector.add(example, label_names(row, len(example.regions)), fields)

    def _space(self, row: Row, where: str) -> Space | None:
        """The space of a row's boxes: what it says, or what the dialect means. None is pixels."""
        extra = row.get(EXTRA)
        said = extra.get("coordinate_space", self.dialect.space) if isinstance(extra, dict) else self.dialect.space
        if said not in ("padded_norm", "picture_1000", "qwen_resized", "pixels"):
            raise malformed(self.source, f"{where}, {EXTRA}.coordinate_space", "a coordinate space", said)
        return None if said == "pixels" else cast("Space", said)

    def _expression(self, question: str) -> str:
        text = _MARKER.sub("", question).strip("\n")
        for frame in (self.dialect.question, *self.dialect.frames):
            head, _, tail = frame.partition("{}")
            if len(text) > len(head) + len(tail) and text.startswith(head) and text.endswith(tail):
                self.framed += 1
                return text[len(head) : len(text) - len(tail)]
        return text

    def _answered(self, base: Example, answer: object, where: str) -> tuple[Example | None, str]:
        if not base.expression.strip():
            return None, "a question without words"
        if answer is None:
            return (
                (replace(base, present=None, regions=()), "") if base.rejected else (None, "a question without answer")
            )
        if base.present is not None and answer == answer_text(base, self.dialect):
            return base, ""  # the text is as it was written: the exact regions hold
        if isinstance(answer, list):  # VLM-R1's solution
            corners: list[BoxXYXY] | None = [cast("BoxXYXY", as_numbers(answer, 4, self.source, f"{where}, solution"))]
        else:
            corners = boxes_in(as_text(answer, self.source, where))
        if corners is None:
            return None, f"the answer {shown(answer)} holds no box"
        for box in corners:
            for value in box:
                as_number(value, self.source, where)
            if not has_area(Box(*box)):
                return None, f"the answer {shown(answer)} holds a box without area"
        return _with_boxes(replace(base, regions=()), corners), ""


def _with_boxes(base: Example, corners: list[BoxXYXY]) -> Example:
    if not corners:
        return replace(base, present=False)
    if base.space is None:
        return replace(base, present=True, regions=tuple(Box(*box) for box in corners))
    if base.size_wh is not None:
        size, space = base.size_wh, base.space
        return replace(base, present=True, regions=tuple(Box(*to_pixels(box, space, size)) for box in corners))
    return replace(base, present=True, regions_norm=tuple(corners))
