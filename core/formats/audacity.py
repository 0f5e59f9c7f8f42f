"""Audacity labels: a text per medium, `start⇥end⇥label` in seconds; a label may have a second line of frequencies.

The range of frequencies (`\\⇥low⇥high`) is kept and written again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector
from core.formats.folders import write_folder
from core.formats.kept import Keeper, Kept
from core.formats.losses import sort_out
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of, medium_of
from core.formats.text_files import lines_of, malformed, one_line
from core.formats.timed import captions, note_silent, seconds, span, span_in, texts_of, time_in
from core.jobs import Report
from core.schema import MediaItem

HOLDS = captions("audacity", "Audacity")


@dataclass(frozen=True, slots=True)
class AudacityFormat:
    """Reads a text or a folder of texts; writes a folder, or one text where there is one medium."""

    id: str = "audacity"
    title: str = "Audacity labels (a text per medium)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every text; `FormatError` when a line is malformed."""
        collector = Collector(options)
        for file, folder in files_of(source, (".txt",)):
            options.context.raise_if_cancelled()
            item = collector.medium(medium_of(file, folder), str(file), "audio")
            if item is not None:
                _read(file, item, collector)
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one text per medium that has spans."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        labels = {label.id: label.name for label in contents.labels}
        kept = Kept.of(contents, self.id)
        media = [item for item in found.media if found.of(item)]
        files: dict[Path, str] = {}
        for item in media:
            options.context.raise_if_cancelled()
            lines: list[str] = []
            for annotation in found.of(item):
                times, band = span(annotation), kept.own(annotation).get("frequencies")
                for text in texts_of(annotation, labels[annotation.label_id]):
                    lines.append(f"{seconds(times.start_s)}\t{seconds(times.end_s)}\t{one_line(text)}\n")
                    if isinstance(band, list):
                        lines.append("\\\t" + "\t".join(str(value) for value in band) + "\n")
            files[file_for(out, names[item.id], ".txt", files, alone=len(media) == 1)] = "".join(lines)
        note_silent(found, report)
        write_folder(files, out, report)
        return report


def _read(file: Path, item: MediaItem, collector: Collector) -> None:
    keeper = Keeper("audacity")
    lines = lines_of(file)
    for number, line in enumerate(lines, start=1):
        where = f"line {number}"
        cells = line.split("\t")
        if not line.strip() or cells[0] == "\\":
            if cells[0] == "\\" and (number == 1 or len(cells) != 3):
                raise malformed(file, where, "frequencies after a label, \\⇥low⇥high", line)
            continue
        if len(cells) < 2:
            raise malformed(file, where, "start⇥end⇥label", line)
        times = span_in(time_in(cells[0], file, where), time_in(cells[1], file, where), file, where)
        text = " ".join(cells[2:]).strip()
        if not text:
            collector.skip("a label without text says nothing", f"{file}, {where}")
            continue
        following = lines[number].split("\t") if number < len(lines) else []
        band = [time_in(cell, file, f"line {number + 1}") for cell in following[1:]] if following[:1] == ["\\"] else []
        label = collector.label_for(text)
        collector.say(item, label, times, text, extra=keeper.extra({"frequencies": band}, medium=item.id))


FORMAT = AudacityFormat()
