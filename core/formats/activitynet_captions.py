"""ActivityNet Captions: one JSON object, `{video: {"duration", "timestamps": [[start, end]], "sentences": [text]}}`.

Times are seconds. Further fields of a video are kept; its key `groundlabel` holds verdicts and marks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.kept import Json, Keeper, Kept, others
from core.formats.losses import sort_out
from core.formats.marks import MARKS, Marks, read_marks
from core.formats.names import portable_names
from core.formats.text_files import (
    as_list,
    as_number,
    as_numbers,
    as_object,
    as_text,
    json_text,
    malformed,
    plain_number,
    read_json,
    write_files,
)
from core.formats.timed import captions, short_names, span, span_in, texts_of
from core.jobs import Note, Report

HOLDS = captions("activitynet-captions", "ActivityNet Captions", marks=True)
_KNOWN = ("duration", "timestamps", "sentences", MARKS)


@dataclass(frozen=True, slots=True)
class ActivityNetCaptionsFormat:
    """Reads and writes one JSON file."""

    id: str = "activitynet-captions"
    title: str = "ActivityNet Captions (one JSON file)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every video; `FormatError` when one is malformed."""
        reader = _Reader(source, Collector(options))
        for name, value in as_object(read_json(source), source, "").items():
            options.context.raise_if_cancelled()
            reader.video(name, as_object(value, source, name))
        reader.keeper.finish(reader.collector)
        one, many = "one span has no length", "{count} spans have no length"
        count_note(reader.collector.report, reader.empty, one, many, str(source))
        return ImportBatch(self.id, source, reader.collector.contents(), reader.collector.report, verdicts_placed=True)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one entry per medium; media without spans too."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        short = short_names(options.all_media or contents.media, names)
        labels = {label.id: label.name for label in contents.labels}
        kept, marks = Kept.of(contents, self.id), Marks.of(contents)
        document: Json = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            pairs = [(span(a), text) for a in found.of(item) for text in texts_of(a, labels[a.label_id])]
            entry: Json = {"duration": plain_number(item.duration_s)} if item.duration_s is not None else {}
            if not entry:
                report.changed.append(Note("the duration is not known and is left out", names[item.id]))
            entry["timestamps"] = [[plain_number(s.start_s), plain_number(s.end_s)] for s, _ in pairs]
            entry["sentences"] = [text for _, text in pairs]
            document[short[item.id]] = entry | kept.medium(item.id) | marks.entry(item)
        write_files({out: json_text(document)})
        return report


@dataclass(slots=True)
class _Reader:
    source: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("activitynet-captions"))
    empty: int = 0

    def video(self, name: str, entry: Json) -> None:
        duration = as_number(entry["duration"], self.source, f"{name}.duration") if "duration" in entry else None
        spans = as_list(entry.get("timestamps"), self.source, f"{name}.timestamps")
        sentences = as_list(entry.get("sentences"), self.source, f"{name}.sentences")
        if len(spans) != len(sentences):
            raise malformed(self.source, f"{name}.sentences", f"{len(spans)} sentences, as timestamps", len(sentences))
        item = self.collector.medium(name, f"{self.source}, {name}", "video", duration_s=duration)
        if item is None:
            return
        self.keeper.hold("medium", item.id, others(entry, *_KNOWN))
        for index, (pair, text) in enumerate(zip(spans, sentences, strict=True)):
            place = f"{name}.timestamps[{index}]"
            start, end = as_numbers(pair, 2, self.source, place)
            times = span_in(start, end, self.source, place)
            self.empty += times.start_s == times.end_s
            sentence = as_text(text, self.source, f"{name}.sentences[{index}]").strip()
            if not sentence:
                raise malformed(self.source, f"{name}.sentences[{index}]", "a sentence", text)
            label = self.collector.label_for(sentence)
            extra = self.keeper.extra({}, medium=item.id)
            self.collector.say(item, label, times, sentence, extra=extra)
        if MARKS in entry:
            read_marks(entry[MARKS], item, self.collector, self.source, name)


FORMAT = ActivityNetCaptionsFormat()
