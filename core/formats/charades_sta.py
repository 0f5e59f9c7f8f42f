"""Charades-STA: a line per sentence, `VIDEO start end##sentence`, in seconds. The video is named without suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.losses import sort_out
from core.formats.names import portable_names
from core.formats.text_files import lines_of, malformed, one_line, write_files
from core.formats.timed import captions, note_silent, seconds, short_names, span, span_in, texts_of, time_in
from core.jobs import Report

HOLDS = captions("charades-sta", "Charades-STA")
_LINE = re.compile(r"^(\S.*?)\s+(\S+)\s+(\S+?)##(.*)$")


@dataclass(frozen=True, slots=True)
class CharadesFormat:
    """Reads and writes one text."""

    id: str = "charades-sta"
    title: str = "Charades-STA (one text)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every line; `FormatError` when one is malformed."""
        collector = Collector(options)
        empty = 0
        for number, line in enumerate(lines_of(source), start=1):
            if not line.strip():
                continue
            where = f"line {number}"
            found = _LINE.match(line)
            if found is None:
                raise malformed(source, where, "VIDEO start end##sentence", line)
            name, start, end, sentence = found.groups()
            if not sentence.strip():
                raise malformed(source, where, "a sentence after ##", line)
            times = span_in(time_in(start, source, where), time_in(end, source, where), source, where)
            empty += times.start_s == times.end_s
            item = collector.medium(name, f"{source}, {where}", "video")
            if item is not None:
                sentence = sentence.strip()
                collector.say(item, collector.label_for(sentence), times, sentence)
        one, many = "one span has no length", "{count} spans have no length"
        count_note(collector.report, empty, one, many, str(source))
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one line for each expression of each span."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        short = short_names(options.all_media or contents.media, names)
        labels = {label.id: label.name for label in contents.labels}
        lines: list[str] = []
        for item in found.media:
            options.context.raise_if_cancelled()
            for annotation in found.of(item):
                times = span(annotation)
                head = f"{one_line(short[item.id])} {seconds(times.start_s)} {seconds(times.end_s)}##"
                lines += [head + one_line(text) + "\n" for text in texts_of(annotation, labels[annotation.label_id])]
        note_silent(found, report)
        write_files({out: "".join(lines)})
        return report


FORMAT = CharadesFormat()
