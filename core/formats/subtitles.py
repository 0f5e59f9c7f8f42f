"""What SRT and WebVTT share: cues with their times and text, tags taken out of texts, and one file per medium."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.folders import write_folder
from core.formats.kept import Json, Keeper, Kept
from core.formats.losses import Holds, sort_out
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of, medium_of
from core.formats.text_files import malformed, one_line
from core.formats.timed import clock_text, note_empty, note_rounding, note_silent, span, span_in, texts_of, time_in
from core.jobs import Report
from core.schema import MediaItem

TAG = re.compile(r"</?(?:b|i|u|s|c|v|font|lang|ruby|rt)(?:[.\s][^<>]*)?>|<\d[\d:.]*>", re.IGNORECASE)
_STYLE = re.compile(r"\{\\[^{}]*\}")  # {\an8}: a place on the screen, in SRT
_TIMING = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3})(.*)$")


@dataclass(frozen=True, slots=True)
class Cue:
    """One text on the screen: times in seconds, the lines as they stand in the file, an identifier and settings."""

    start_s: float
    end_s: float
    text: str
    line: int
    identifier: str = ""
    settings: str = ""


@dataclass(slots=True)
class Cues:
    """The cues of a file, and blocks that are none (notes, styles, regions), as they stand."""

    cues: list[Cue] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    head: str = ""


def timing(line: str) -> tuple[str, str, str] | None:
    """Start, end and what follows, of a line `start --> end settings`; None for any other line."""
    found = _TIMING.match(line)
    return (found[1], found[2], found[3].strip()) if found else None


def cue_at(lines: list[str], number: int, file: Path, identifier: str) -> tuple[Cue, int]:
    """The cue whose times stand in line `number` (from 0), and the number of the empty line after its text."""
    found = timing(lines[number])
    if found is None:
        raise malformed(file, f"line {number + 1}", "times, start --> end", lines[number])
    where = f"line {number + 1}"
    times = span_in(time_in(found[0], file, where), time_in(found[1], file, where), file, where)
    end = number + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    text = "\n".join(lines[number + 1 : end])
    return Cue(times.start_s, times.end_s, text, number + 1, identifier, found[2]), end


def plain_text(text: str, *, escaped: bool) -> str:
    """The words of a cue: without tags, on one line; `escaped` texts have `&lt;` for `<`."""
    bare = _STYLE.sub("", TAG.sub("", text)) if not escaped else TAG.sub("", text)
    return " ".join((html.unescape(bare) if escaped else bare).split())


@dataclass(frozen=True, slots=True)
class SubtitleFormat:
    """SRT or WebVTT: `parse` reads the cues of a file, `write_cues` makes the text of one."""

    id: str
    title: str
    holds: Holds
    suffix: str
    escaped: bool
    parse: Callable[[Path], Cues]
    write_cues: Callable[[Cues], str]

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read a file, or every file of a folder; `FormatError` when one is malformed."""
        collector = Collector(options)
        counts = {"tags": 0, "empty": 0}
        for file, folder in files_of(source, (self.suffix,)):
            options.context.raise_if_cancelled()
            item = collector.medium(medium_of(file, folder), str(file), "video")
            if item is not None:
                self._read(file, item, collector, counts)
        one, many = "the tags of one text are only kept", "the tags of {count} texts are only kept"
        count_note(collector.report, counts["tags"], one, many, str(source))
        one, many = "one span has no length", "{count} spans have no length"
        count_note(collector.report, counts["empty"], one, many, str(source))
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def _read(self, file: Path, item: MediaItem, collector: Collector, counts: dict[str, int]) -> None:
        found = self.parse(file)
        keeper = Keeper(self.id)
        keeper.hold("medium", item.id, {k: v for k, v in (("blocks", found.blocks), ("head", found.head)) if v})
        for cue in found.cues:
            text = plain_text(cue.text, escaped=self.escaped)
            if not text:
                collector.skip("a cue without words", f"{file}, line {cue.line}")
                continue
            times = span_in(cue.start_s, cue.end_s, file, f"line {cue.line}")
            counts["empty"] += cue.start_s == cue.end_s
            own: Json = {"settings": cue.settings, "identifier": cue.identifier}
            if cue.text != self.spelled(text):
                own["text"] = cue.text
                counts["tags"] += TAG.search(cue.text) is not None
            label = collector.label_for(text)
            collector.say(item, label, times, text, extra=keeper.extra(own, medium=item.id))
        keeper.finish(collector)

    def spelled(self, text: str) -> str:
        """A text as a cue holds it."""
        return html.escape(one_line(text), quote=False) if self.escaped else one_line(text)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one file per medium that has spans: a cue for each expression of each span, by time."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, self.holds, names, report)
        labels = {label.id: label.name for label in contents.labels}
        kept = Kept.of(contents, self.id)
        media = [item for item in found.media if found.of(item) or kept.medium(item.id)]
        files: dict[Path, str] = {}
        changed = 0
        for item in media:
            options.context.raise_if_cancelled()
            cues: list[Cue] = []
            for annotation in found.of(item):
                times, own = span(annotation), kept.own(annotation)
                for text in texts_of(annotation, labels[annotation.label_id]):
                    spelled = self.spelled(text)
                    original = own.get("text")
                    if isinstance(original, str) and plain_text(original, escaped=self.escaped) == text:
                        spelled = original
                    changed += plain_text(spelled, escaped=self.escaped) != " ".join(text.split())
                    settings, identifier = (str(own.get(name) or "") for name in ("settings", "identifier"))
                    cues.append(Cue(times.start_s, times.end_s, spelled, 0, identifier, settings))
            cues.sort(key=lambda cue: (round(cue.start_s, 3), round(cue.end_s, 3)))
            fields = kept.medium(item.id)
            blocks = fields.get("blocks")
            whole = Cues(cues, blocks if isinstance(blocks, list) else [], str(fields.get("head") or ""))
            place = file_for(out, names[item.id], self.suffix, files, alone=len(media) == 1)
            files[place] = self.write_cues(whole)
        every = [annotation for item in media for annotation in found.of(item)]
        note_rounding(every, report)
        note_empty(every, report, "may not be shown by players")
        one, many = "one text looks like a tag and reads back without it", "{count} texts look like tags"
        count_note(report, changed, one, many)
        note_silent(found, report, kept)
        write_folder(files, out, report)
        return report


def times_text(cue: Cue, decimal_mark: str) -> str:
    """`start --> end`, to a millisecond."""
    return f"{clock_text(cue.start_s, decimal_mark)} --> {clock_text(cue.end_s, decimal_mark)}"
