"""Praat TextGrid: a file per medium, a tier of touching intervals per label, with the expressions as their texts.

Gaps are intervals without text. Overlapping spans go to further tiers (`core.formats.tiers`), spans without length to
tiers of points; tiers without any text are kept. Read are the long and the short form, in UTF-8 or UTF-16; written is
the long form in UTF-8.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FormatError
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector
from core.formats.folders import write_folder
from core.formats.kept import Keeper, Kept
from core.formats.losses import CLIPS, Holds, sort_out
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of, medium_of, number_labels_by_name
from core.formats.text_files import is_utf8, malformed, one_line, read_text
from core.formats.tiers import Tier, label_names, tiers_of
from core.formats.timed import note_silent, seconds
from core.jobs import Report
from core.schema import Label, MediaItem, Segment

HOLDS = Holds("textgrid", "TextGrid", CLIPS, frozenset({"segments"}))
_TOKEN = re.compile(r'"(?:[^"]|"")*"|![^\n]*|[^\s"]+|"')
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class TextGridFormat:
    """Reads a file or a folder of files; writes a folder, or one file where there is one medium."""

    id: str = "textgrid"
    title: str = "Praat TextGrid (a file per medium)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every file; `FormatError` that names the line when one is malformed."""
        collector = Collector(options)
        for file, folder in files_of(source, (".textgrid",)):
            options.context.raise_if_cancelled()
            item = collector.medium(medium_of(file, folder), str(file), "audio")
            if item is not None:
                _read(file, item, collector)
        number_labels_by_name(collector)
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one file per medium that has spans."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        kept = Kept.of(contents, self.id)
        media = [item for item in found.media if found.of(item) or kept.medium(item.id)]
        files: dict[Path, str] = {}
        for item in media:
            options.context.raise_if_cancelled()
            tiers = tiers_of(found.of(item), contents.labels, silent=False, points=True, report=report)
            tiers = _with_empty(tiers, kept.medium(item.id).get("tiers"))
            end = max([item.duration_s or 0.0, *(span.end_s for tier in tiers for span, _, _ in tier.spans)])
            files[file_for(out, names[item.id], ".textgrid", files, alone=len(media) == 1)] = _text(tiers, end or 1.0)
        note_silent(found, report, kept)
        write_folder({_spelled(place): text for place, text in files.items()}, out, report)
        return report


def _spelled(place: Path) -> Path:
    """Praat spells the suffix `.TextGrid`; a name that somebody chose stays as it is."""
    return place.with_suffix(".TextGrid") if place.suffix == ".textgrid" else place


# --- writing -----------------------------------------------------------------------------------


def _with_empty(tiers: list[Tier], kept: object) -> list[Tier]:
    """The tiers, and among them those that were empty in the file, at their places; not where one has spans now."""
    found, taken = list(tiers), {tier.name for tier in tiers}
    for place, name, is_points in kept if isinstance(kept, list) else ():
        if name not in taken:
            found.insert(place, Tier(name, Label("", name, 0), is_points=is_points))
    return found


def _text(tiers: list[Tier], end_s: float) -> str:
    head = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {seconds(end_s)}"]
    lines = [*head, "tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, tier in enumerate(tiers, start=1):
        kind, part = ("TextTier", "points") if tier.is_points else ("IntervalTier", "intervals")
        entries = list(_points(tier) if tier.is_points else _intervals(tier, end_s))
        lines += [f"    item [{number}]:", f'        class = "{kind}"', f"        name = {_quoted(tier.name)}"]
        lines += ["        xmin = 0", f"        xmax = {seconds(end_s)}", f"        {part}: size = {len(entries)}"]
        for index, values in enumerate(entries, start=1):
            lines.append(f"        {part} [{index}]:")
            lines += [f"            {name} = {value}" for name, value in values]
    return "\n".join(lines) + "\n"


def _points(tier: Tier) -> Iterator[list[tuple[str, str]]]:
    for span, text, _ in tier.spans:
        yield [("number", seconds(span.start_s)), ("mark", _quoted(text))]


def _intervals(tier: Tier, end_s: float) -> Iterator[list[tuple[str, str]]]:
    """The spans and the gaps between them: Praat's intervals touch."""
    at = 0.0
    for span, text, _ in tier.spans:
        if span.start_s > at:
            yield _interval(at, span.start_s, "")
        yield _interval(span.start_s, span.end_s, text)
        at = span.end_s
    if at < end_s:
        yield _interval(at, end_s, "")


def _interval(start_s: float, end_s: float, text: str) -> list[tuple[str, str]]:
    return [("xmin", seconds(start_s)), ("xmax", seconds(end_s)), ("text", _quoted(text))]


def _quoted(text: str) -> str:
    return '"' + one_line(text).replace('"', '""') + '"'


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tokens:
    """The texts and free-standing numbers of a file, which is all that Praat reads of it."""

    file: Path
    tokens: list[tuple[str, int]] = field(default_factory=list)
    place: int = 0

    @classmethod
    def of(cls, file: Path, collector: Collector) -> _Tokens:
        found = cls(file)
        text, line, at = _decoded(file, collector), 1, 0
        for match in _TOKEN.finditer(text):
            line += text.count("\n", at, match.start())
            at = match.start()
            token = match.group()
            if token == '"':
                raise malformed(file, f"line {line}", "a closing quotation mark", "the end of the file")
            if token[0] == '"' or token in ("<exists>", "<absent>") or _NUMBER.fullmatch(token):
                found.tokens.append((token, line))
        return found

    def _next(self, expected: str) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise malformed(
                self.file, f"line {self.tokens[-1][1] if self.tokens else 1}", expected, "the end of the file"
            )
        token, line = self.tokens[self.place]
        self.place += 1
        return token, f"line {line}"

    def text(self, what: str) -> str:
        token, where = self._next(what)
        if token[0] != '"':
            raise malformed(self.file, where, what, token)
        return token[1:-1].replace('""', '"')

    def number(self, what: str) -> tuple[float, str]:
        token, where = self._next(what)
        if not _NUMBER.fullmatch(token) or not math.isfinite(float(token)):
            raise malformed(self.file, where, what, token)
        return float(token), where

    def count(self, what: str) -> int:
        value, where = self.number(what)
        if value != int(value) or not 0 <= value <= len(self.tokens):
            raise malformed(self.file, where, what, value)
        return int(value)

    def flag(self) -> bool:
        token, where = self._next("<exists>")
        if token not in ("<exists>", "<absent>"):
            raise malformed(self.file, where, "<exists>", token)
        return token == "<exists>"


def _decoded(file: Path, collector: Collector) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or Latin-1: Praat's settings offer all three."""
    try:
        data = file.read_bytes()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        if data.startswith(b"ooBinaryFile"):
            raise FormatError(
                f"{file}: expected a text",
                why="it is a binary TextGrid",
                next_step="open it in Praat and save it as a text file",
            )
        if data.startswith(b"File type") and not is_utf8(data):
            what = "the text is not UTF-8 and was read as Latin-1, as Praat does"
            collector.note(what, str(file))
            return data.decode("latin-1")
    except OSError as error:
        raise FormatError(f"{file} cannot be read", why=error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{file}: expected text in UTF-16", why=f"byte {error.start} is not") from None
    return read_text(file)


def _read(file: Path, item: MediaItem, collector: Collector) -> None:
    tokens = _Tokens.of(file, collector)
    for expected in ("ooTextFile", "TextGrid"):
        found = tokens.text(f'"{expected}"')
        if found != expected:
            raise malformed(file, f"line {tokens.tokens[tokens.place - 1][1]}", f'"{expected}"', found)
    tokens.number("the start")
    end, _ = tokens.number("the end")
    collector.set_facts(item, duration_s=end if end > 0 else None)
    tiers: list[_Tier] = []
    for _ in range(tokens.count("the number of tiers") if tokens.flag() else 0):
        tiers.append(_tier(tokens))
    labels = label_names([name for name, _, _ in tiers])
    keeper = Keeper(HOLDS.id)
    empty = [[place, name, is_points] for place, (name, is_points, spans) in enumerate(tiers) if not spans]
    keeper.hold("medium", item.id, {"tiers": empty} if empty else {})
    for number, (name, _, spans) in enumerate(tiers, start=1):
        label = labels[name].strip() or f"tier {number}"
        for segment, text in spans:
            collector.say(item, collector.label(label), segment, text, extra=keeper.extra({}, medium=item.id))
    keeper.finish(collector)


_Tier = tuple[str, bool, list[tuple[Segment, str]]]  # name, whether of points, spans with their texts


def _tier(tokens: _Tokens) -> _Tier:
    kind = tokens.text("the class of a tier")
    if kind not in ("IntervalTier", "TextTier"):
        where = f"line {tokens.tokens[tokens.place - 1][1]}"
        raise malformed(tokens.file, where, '"IntervalTier" or "TextTier"', kind)
    name = tokens.text("the name of a tier")
    tokens.number("the start of a tier")
    tokens.number("the end of a tier")
    spans: list[tuple[Segment, str]] = []
    for _ in range(tokens.count("the number of intervals")):
        start, where = tokens.number("the start of an interval")
        end = tokens.number("the end of an interval")[0] if kind == "IntervalTier" else start
        if end < start:
            raise malformed(tokens.file, where, f"an end after the start ({seconds(start)})", seconds(end))
        text = " ".join(tokens.text("the text of an interval").split())
        if text:
            spans.append((Segment(start, end), text))
    return name, kind == "TextTier", spans


FORMAT = TextGridFormat()
