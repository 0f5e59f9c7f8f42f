"""SubRip: a file per medium, cues numbered from 1, times `HH:MM:SS,mmm`. Places after the times are kept."""

from __future__ import annotations

from pathlib import Path

from core.errors import FormatError
from core.formats.subtitles import Cue, Cues, SubtitleFormat, cue_at, times_text, timing
from core.formats.text_files import lines_of, malformed
from core.formats.timed import captions


def parse(file: Path) -> Cues:
    """The cues of a file. An empty line inside a text does not end it, unless a cue follows. Raises `FormatError`."""
    lines = lines_of(file)
    found = Cues()
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
        elif (at := _cue_start(lines, number)) is not None:
            cue, number = cue_at(lines, at, file, "")
            found.cues.append(cue)
        elif not found.cues:
            raise malformed(file, f"line {number + 1}", "the number of a cue, or its times", lines[number])
        else:
            last = found.cues[-1]
            text = f"{last.text}\n{lines[number]}"
            found.cues[-1] = Cue(last.start_s, last.end_s, text, last.line, last.identifier, last.settings)
            number += 1
    if not found.cues and any(line.strip() for line in lines):
        raise FormatError(f"{file}: expected cues", why="there is none")
    return found


def _cue_start(lines: list[str], number: int) -> int | None:
    """The line of the times of a cue that begins here; None when none does. Raises nothing."""
    if "-->" in lines[number]:
        return number
    is_number = lines[number].strip().isdecimal()
    follows = number + 1 < len(lines) and (timing(lines[number + 1]) is not None or "-->" in lines[number + 1])
    return number + 1 if is_number and follows else None


def write_cues(whole: Cues) -> str:
    """The text of a file."""
    parts = []
    for number, cue in enumerate(whole.cues, start=1):
        settings = f" {cue.settings}" if cue.settings else ""
        parts.append(f"{number}\n{times_text(cue, ',')}{settings}\n{cue.text}\n")
    return "\n".join(parts)


FORMAT = SubtitleFormat(
    "srt", "SubRip subtitles (a file per medium)", captions("srt", "SubRip"), ".srt", False, parse, write_cues
)
