"""GroundingGPT conversation rows: one JSON list, one row per medium and expression, so that questions stay independent.

A row is `{"id", "image"|"video"|"sound": path, "conversations": [{from: human, value}, {from: gpt, value}]}` with the
marker `<image>`, `<video>` or `<sound>`; `"image": "clip.mp4#t=3.2"` is the frame of a video that is shown at 3.2 s (a
media fragment, as in www.w3.org/TR/media-frags). Boxes stand in 0-1 of the padded square with three decimals, spans in
0-1 of the duration; several are joined by `, `; absence is `not present`. The extra key `groundlabel` keeps what the
text rounds away (exact boxes, size, id of the medium) and what it has no word for (rejected boxes, label, split). A row
whose right answer is not known, because people have only rejected proposals, has no answer turn. Where text and exact
regions disagree, somebody has edited the text: the text holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

from core.errors import FormatError
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import count_note, has_other_extras, note_extras_left, note_media_extras
from core.formats.examples import DECIMALS, Example, examples_from_snapshot, same_words, untrained, with_size
from core.formats.groundinggpt_reading import RowCollector
from core.formats.json_stream import entries
from core.formats.row_fields import RowFields, fields_of
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_size,
    as_text,
    malformed,
    opened_text,
    parse_json,
    plain_number,
    safe_name,
    shown,
    write_files,
)
from core.geometry import BoxXYXY, box_to_padded_norm
from core.jobs import Note, Report
from core.schema import Box, MediaKind, Region, Segment, SplitName, Track

ABSENT = "not present"
EXTRA = "groundlabel"
MEDIA_KEYS: dict[str, MediaKind] = {"image": "image", "video": "video", "sound": "audio"}
_KEY_OF: dict[MediaKind, str] = {kind: key for key, kind in MEDIA_KEYS.items()}
_NUMBER = r"\s*([-+]?[0-9]*\.?[0-9]+)\s*"
_BOX = re.compile(r"\[" + ",".join([_NUMBER] * 4) + r"\]")
_SPAN = re.compile(r"\{" + ",".join([_NUMBER] * 2) + r"\}")
_MOMENT = re.compile(r"#t=(\d+(?:\.\d+)?(?:e-\d+)?)$")
_MARKERS = re.compile(r"<(?:image|video|sound)>")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class GroundingGptFormat:
    """Reads a JSON list or JSON lines; writes a JSON list with one row a line."""

    id: str = "groundinggpt"
    title: str = "GroundingGPT conversation rows (one JSON file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every question with a region or absence as its answer; other turns are reported and passed over."""
        collector = RowCollector(options, format_id=self.id)
        for where, row in numbered_rows(source):
            options.context.raise_if_cancelled()
            answers = list(_answers_of(row, source, where))
            fields = fields_of(row, alone=len(answers) == 1)
            for example, problem in answers:
                if example is None:
                    collector.skip(problem, f"{source}, {where}")
                elif options.wants(example.media_path):
                    collector.add(example, label_names(row, len(example.regions)), fields)
        collector.finish()
        return ImportBatch(self.id, source, collector.contents(), collector.report, spaces=collector.spaces)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one row for each example of the project."""
        examples = examples_from_snapshot(contents, all_media=options.all_media)
        report = Report(read=len(contents.annotations), skipped=untrained(contents, frames=True))
        labels, fields = labels_of_regions(contents), RowFields.of(contents, self.id)
        lines: list[str] = []
        for example in examples:
            options.context.raise_if_cancelled()
            if any(isinstance(region, Segment) for region in example.regions) and not example.duration_s:
                report.skipped.append(Note("a clip of unknown length is not in conversation rows", example.media_path))
                continue
            row = fields.give(example_to_row(example, labels), example)
            lines.append(json.dumps(row, ensure_ascii=False, allow_nan=False))
        write_files({out: "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"})
        report.written = len(contents.annotations) - len(report.skipped)
        fields.note_left(report)
        report_row_losses(contents, examples, report, self.id)
        return report


# --- example -> row ----------------------------------------------------------------------------


def box_text(box_xyxy: BoxXYXY, size_wh: tuple[int, int]) -> str:
    """A box in pixels as an answer writes it: `[x1, y1, x2, y2]`, three decimals, 0-1 of the padded square."""
    values = box_to_padded_norm(box_xyxy, size_wh)
    return "[" + ", ".join(f"{min(max(value, 0.0), 1.0):.{DECIMALS}f}" for value in values) + "]"


def span_text(span_s: tuple[float, float], duration_s: float) -> str:
    """A segment in seconds as an answer writes it: `{t1,t2}`, three decimals, 0-1 of the duration."""
    return "{" + ",".join(f"{min(max(value / duration_s, 0.0), 1.0):.{DECIMALS}f}" for value in span_s) + "}"


def answer_text(example: Example) -> str | None:
    """What a model should say: the regions, `not present`, or None when the right answer is not known."""
    if example.present is None:
        return None
    if not example.present:
        return ABSENT
    texts: list[str] = []
    for region in example.regions:
        if isinstance(region, Box) and example.size_wh:
            texts.append(box_text((region.x1, region.y1, region.x2, region.y2), example.size_wh))
        elif isinstance(region, Segment) and example.duration_s:
            texts.append(span_text((region.start_s, region.end_s), example.duration_s))
    return ", ".join(texts)


def example_to_row(example: Example, labels: Mapping[tuple[str, str, Region | None], str] | None = None) -> Row:
    """The row of an example. `labels` gives label names by (medium id, folded expression, region or None)."""
    key = _KEY_OF[example.kind]
    turns = [{"from": "human", "value": f"<{key}>\n{example.expression}"}]
    answer = answer_text(example)
    if answer is not None:
        turns.append({"from": "gpt", "value": answer})
    extra: Row = {"media_id": example.media_id, "present": example.present}
    if example.size_wh:
        extra["size_wh"] = list(example.size_wh)
    if example.duration_s is not None:
        extra["duration_s"] = plain_number(example.duration_s)
    extra |= _exact(example.regions, "")
    extra |= _exact(example.rejected, "rejected_")
    if example.split:
        extra["split"] = example.split
    found = labels or {}
    regions: Sequence[Region | None] = example.regions or (None,)
    names = [found.get((example.media_id, same_words(example.expression), region), "") for region in regions]
    if any(names):
        extra["labels"] = names
    moment = "" if example.at_s is None else f"#t={plain_number(example.at_s)}"
    return {
        "id": f"{example.media_id}/{example.expression}{moment}",
        key: example.media_path + moment,
        "conversations": turns,
        EXTRA: extra,
    }


def _exact(regions: Sequence[Region], prefix: str) -> Row:
    boxes = [[plain_number(v) for v in (r.x1, r.y1, r.x2, r.y2)] for r in regions if isinstance(r, Box)]
    spans = [[plain_number(v) for v in (r.start_s, r.end_s)] for r in regions if isinstance(r, Segment)]
    found: Row = {f"{prefix}boxes_xyxy": boxes} if boxes else {}
    return found | ({f"{prefix}segments_s": spans} if spans else {})


def labels_of_regions(contents: SnapshotLike) -> dict[tuple[str, str, Region | None], str]:
    """The name of each region's label by (medium id, folded expression, region); None for an absence."""
    names = {label.id: label.name for label in contents.labels}
    by_phrase = {same_words(phrase.expression): names[phrase.label_id] for phrase in contents.phrases}
    found: dict[tuple[str, str, Region | None], str] = {}
    for annotation in contents.annotations:
        name = names[annotation.label_id]
        for expression in annotation.expressions or (name,):
            found.setdefault((annotation.media_id, same_words(expression), annotation.region), name)
    for verdict in contents.verdicts:
        words = same_words(verdict.expression)
        if words in by_phrase:
            found.setdefault((verdict.media_id, words, None), by_phrase[words])
    return found


def report_row_losses(contents: SnapshotLike, examples: Sequence[Example], report: Report, format_id: str) -> None:
    """What rows of these examples in a format do not hold of a project."""
    made = sum(annotation.origin != "imported" for annotation in contents.annotations)
    tracks = sum(isinstance(annotation.region, Track) for annotation in contents.annotations)
    kept = any(example.at_s is not None for example in examples)
    one, many = (
        "one track is held as boxes on the frames of its keys",
        "{count} tracks are held as boxes on the frames of their keys",
    )
    count_note(report, tracks if kept else 0, one, many)
    count_note(report, made, "where one region came from is not held", "where {count} regions came from is not held")
    attributed = sum(bool(annotation.attributes) for annotation in contents.annotations)
    one, many = "the attributes of one region are not held", "the attributes of {count} regions are not held"
    count_note(report, attributed, one, many)
    note_extras_left(report, sum(has_other_extras(annotation, format_id) for annotation in contents.annotations))
    note_media_extras(report, contents.media, format_id)
    silent = len({item.id for item in contents.media} - {example.media_id for example in examples})
    one, many = "one medium without answers has no row", "{count} media without answers have no row"
    count_note(report, silent, one, many)
    both = {(example.media_id, same_words(example.expression)) for example in examples if example.present}
    absences = [verdict for verdict in contents.verdicts if verdict.kind == "not_present"]
    absent = [verdict for verdict in absences if (verdict.media_id, same_words(verdict.expression)) in both]
    one, many = "one absence gives way to a region", "{count} absences give way to regions"
    count_note(report, len(absent), one, many)
    count_note(report, len(contents.reviews), "one review state is not held", "{count} review states are not held")
    answers = len(contents.answers)
    count_note(report, answers, "one answer of a model is not held", "{count} answers of models are not held")


# --- row -> example ----------------------------------------------------------------------------


def iter_rows(path: Path) -> Iterator[Row]:
    """The rows of a JSON list, or of JSON lines. Raises `FormatError` that names the line or row."""
    for _, row in numbered_rows(path):
        yield row


def numbered_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """The rows, each with the words that say where it stands."""
    with opened_text(path, newline="\n") as stream:
        first = next((line for line in stream if line.strip()), None)
        if first is None:
            raise FormatError(f"{path}, line 1: expected conversation rows", why="the file is empty")
        if not first.lstrip().startswith("["):
            stream.seek(0)
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    value = parse_json(line.rstrip("\n"), path, first_line=number)
                    yield f"line {number}", as_object(value, path, f"line {number}")
            return
    for index, value in enumerate(entries(path)):
        yield f"row {index}", as_object(value, path, f"row {index}")


def row_to_example(row: Row, *, source: Path | str = "row", where: str = "") -> Example:
    """The example of a row that asks one question. Raises `FormatError` when it has none, or several."""
    examples = row_to_examples(row, source=source, where=where)
    if len(examples) != 1:
        raise malformed(
            source, where, "one question with a region or `not present` as its answer", row.get("conversations")
        )
    return examples[0]


def row_to_examples(row: Row, *, source: Path | str = "row", where: str = "") -> list[Example]:
    """The examples of a row: one for each question that is answered by regions or `not present`. Chat gives none."""
    return [example for example, _ in _answers_of(row, source, where) if example is not None]


def label_names(row: Row, count: int) -> list[str]:
    """The label of each region (or the one of an absence), "" where the row does not say it."""
    extra = row.get(EXTRA)
    names = extra.get("labels") if isinstance(extra, dict) else None
    if not isinstance(names, list) or len(names) != max(count, 1):
        return [""] * max(count, 1)
    return [name if isinstance(name, str) else "" for name in names]


def _answers_of(row: Row, source: Path | str, where: str) -> Iterator[tuple[Example | None, str]]:
    """Each question of a row as an example, or None with the reason why it is none."""
    keys = [key for key in MEDIA_KEYS if row.get(key)]
    if len(keys) != 1:
        yield None, "a row of no medium" if not keys else "a row of several media"
        return
    written = as_text(row[keys[0]], source, f"{where}, {keys[0]}")
    moment = _MOMENT.search(written) if keys[0] == "image" else None
    name = safe_name(written[: moment.start()] if moment else written)
    if name is None:
        yield None, f"the name {shown(written)} leads out of the folder"
        return
    pairs = list(_pairs(row, keys[0], source, where))
    for expression, answer in pairs:
        base = Example(name, MEDIA_KEYS[keys[0]], expression, None, at_s=float(moment[1]) if moment else None)
        extra = row.get(EXTRA)
        if extra is not None and len(pairs) == 1:
            base = with_extra(base, as_object(extra, source, f"{where}, {EXTRA}"), source, f"{where}, {EXTRA}")
        yield _with_answer(base, answer)


def _pairs(row: Row, key: str, source: Path | str, where: str) -> Iterator[tuple[str, str | None]]:
    """(expression, answer) of each question; the answer is None where there is none."""
    exact = EXTRA in row  # GroundLabel wrote it: what follows the marker is the expression to the last character
    turns = as_list(row.get("conversations"), source, f"{where}, conversations")
    question: str | None = None
    for index, value in enumerate(turns):
        place = f"{where}, conversations[{index}]"
        turn = as_object(value, source, place)
        speaker, text = turn.get("from"), as_text(turn.get("value"), source, f"{place}.value")
        if speaker == "human":
            if question is not None:
                yield question, None
            question = text if exact else _MARKERS.sub("", text).strip("\n")
            question = question.removeprefix(f"<{key}>\n")
        elif speaker == "gpt":
            if question is not None:
                yield question, text
            question = None
        else:
            raise malformed(source, f"{place}.from", "human or gpt", speaker)
    if question is not None:
        yield question, None


def with_extra(base: Example, extra: Row, source: Path | str, where: str) -> Example:
    """The exact regions, size, ids and rejections of a row that GroundLabel wrote."""
    size = extra.get("size_wh")
    numbers = as_list(size, source, f"{where}.size_wh") if size is not None else []
    sides = [as_size(number, source, f"{where}.size_wh") for number in numbers]
    if sides and (len(sides) != 2 or None in sides):
        raise malformed(source, f"{where}.size_wh", "width and height", size)
    duration = extra.get("duration_s")
    split, present = extra.get("split"), extra.get("present")
    if split is not None and split not in get_args(SplitName):
        raise malformed(source, f"{where}.split", "train, val or test", split)
    if present is not None and not isinstance(present, bool):
        raise malformed(source, f"{where}.present", "true, false or null", present)
    return replace(
        base,
        present=present,
        size_wh=cast("tuple[int, int]", tuple(sides)) if sides else None,
        duration_s=as_number(duration, source, f"{where}.duration_s") if duration is not None else None,
        media_id=as_text(extra.get("media_id", ""), source, f"{where}.media_id"),
        split=cast("SplitName | None", split),
        regions=_regions(extra, "", source, where, base.at_s),
        rejected=_regions(extra, "rejected_", source, where, base.at_s),
    )


def _regions(extra: Row, prefix: str, source: Path | str, where: str, at_s: float | None = None) -> tuple[Region, ...]:
    found: list[Region] = []
    for key, count in ((f"{prefix}boxes_xyxy", 4), (f"{prefix}segments_s", 2)):
        for index, value in enumerate(as_list(extra.get(key, []), source, f"{where}.{key}")):
            numbers = as_numbers(value, count, source, f"{where}.{key}[{index}]")
            found.append(replace(Box(*numbers), at_s=at_s) if count == 4 else Segment(*numbers))
    return tuple(found)


def _with_answer(base: Example, answer: str | None) -> tuple[Example | None, str]:
    if not base.expression.strip():
        return None, "a question without words"
    if answer is None:
        known = replace(base, present=None, regions=())
        return (known, "") if base.rejected else (None, "a question without answer")
    if base.present is not None and answer == answer_text(base):
        return base, ""  # the text is as it was written: the exact regions hold
    return _from_text(replace(base, regions=()), answer)


def _from_text(base: Example, answer: str) -> tuple[Example | None, str]:
    """The example that the text alone describes."""
    if answer.strip().rstrip(".").lower() == ABSENT:
        return replace(base, present=False), ""
    boxes = [cast("BoxXYXY", tuple(map(float, match))) for match in _BOX.findall(answer)]
    spans = [cast("tuple[float, float]", tuple(map(float, match))) for match in _SPAN.findall(answer)]
    good_boxes = tuple(box for box in boxes if all(0 <= v <= 1 for v in box) and box[0] < box[2] and box[1] < box[3])
    good_spans = tuple(span for span in spans if 0 <= span[0] <= span[1] <= 1)
    if base.kind == "image":
        good_spans = ()
    else:
        good_boxes = ()
    if not good_boxes and not good_spans:
        return None, f"the answer {shown(answer)} holds no region"
    if len(good_boxes) + len(good_spans) < len(boxes) + len(spans):
        return None, f"the answer {shown(answer)} holds a region that is none"
    found = replace(base, present=True, regions_norm=good_boxes, spans_norm=good_spans)
    return with_size(found), ""


FORMAT = GroundingGptFormat()
