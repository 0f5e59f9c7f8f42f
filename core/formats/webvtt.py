"""WebVTT: a file per medium, times `HH:MM:SS.mmm`. Identifiers, settings, notes, styles and regions are kept."""

from __future__ import annotations

from pathlib import Path

from core.formats.subtitles import Cues, SubtitleFormat, cue_at, times_text
from core.formats.text_files import lines_of, malformed
from core.formats.timed import captions

_BLOCKS = ("NOTE", "STYLE", "REGION")


def parse(file: Path) -> Cues:
    """The cues of a file. Raises `FormatError` that names the line."""
    lines = lines_of(file)
    if not lines or lines[0][:6] != "WEBVTT" or lines[0][6:7] not in ("", " ", "\t"):
        raise malformed(file, "line 1", "WEBVTT", lines[0] if lines else "")
    number = 1
    while number < len(lines) and lines[number].strip():
        if "-->" in lines[number]:
            raise malformed(file, f"line {number + 1}", "an empty line before the first cue", lines[number])
        number += 1
    found = Cues(head="\n".join([lines[0][6:].strip(), *lines[1:number]]).strip("\n"))
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        first = lines[number].split()[0]
        if first in _BLOCKS and "-->" not in lines[number]:
            end = number
            while end < len(lines) and lines[end].strip():
                end += 1
            found.blocks.append("\n".join(lines[number:end]))
            number = end
        elif "-->" in lines[number]:
            cue, number = cue_at(lines, number, file, "")
            found.cues.append(cue)
        else:
            if number + 1 >= len(lines) or "-->" not in lines[number + 1]:
                raise malformed(
                    file, f"line {number + 2}", "times, start --> end", "".join(lines[number + 1 : number + 2])
                )
            cue, number = cue_at(lines, number + 1, file, lines[number].strip())
            found.cues.append(cue)
    return found


def write_cues(whole: Cues) -> str:
    """The text of a file."""
    head, _, more = whole.head.partition("\n")
    parts = [f"WEBVTT{' ' + head if head else ''}\n" + (f"{more}\n" if more else "")]
    parts += [f"{block}\n" for block in whole.blocks]
    for cue in whole.cues:
        identifier = f"{cue.identifier}\n" if cue.identifier else ""
        settings = f" {cue.settings}" if cue.settings else ""
        parts.append(f"{identifier}{times_text(cue, '.')}{settings}\n{cue.text}\n")
    return "\n".join(parts)


FORMAT = SubtitleFormat(
    "webvtt", "WebVTT (a file per medium)", captions("webvtt", "WebVTT"), ".vtt", True, parse, write_cues
)
