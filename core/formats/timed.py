"""What formats of time spans share: words of a span, names of media without suffix, times as text, rounding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path, PurePosixPath

from core.formats.classes import count_note
from core.formats.kept import Kept
from core.formats.losses import CLIPS, Holds, Sorted
from core.formats.text_files import malformed
from core.jobs import Report
from core.schema import Annotation, MediaItem, Segment

_MOST_S = 1e9
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$")


def captions(format_id: str, name: str, *, marks: bool = False) -> Holds:
    """What a format holds whose spans have a text each, and no class."""
    return Holds(format_id, name, CLIPS, frozenset({"segments"}), labels=False, marks=marks)


def span(annotation: Annotation) -> Segment:
    """The segment of an annotation that `sort_out` let through."""
    assert isinstance(annotation.region, Segment)
    return annotation.region


def texts_of(annotation: Annotation, label: str) -> tuple[str, ...]:
    """What is written for a span: its expressions, or its label where nobody has said anything."""
    return annotation.expressions or (label,)


def seconds(value: float) -> str:
    """A time in seconds, exact, without an exponent: `0.5`, `12`, `0.00001`."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def clock_text(value: float, decimal_mark: str) -> str:
    """`HH:MM:SS.mmm`: a time rounded to a millisecond."""
    whole = round(value * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{decimal_mark}{rest % 1000:03d}"


def time_in(text: str, file: Path, where: str) -> float:
    """Seconds out of `12.5` or `HH:MM:SS.fraction`. Raises `FormatError`."""
    found = _CLOCK.match(text.strip())
    if found:
        hours, minutes, rest = (float((part or "0").replace(",", ".")) for part in found.groups())
        value = hours * 3600 + minutes * 60 + rest
        if not value <= _MOST_S:
            raise malformed(file, where, "a time in seconds, or HH:MM:SS.fraction", text)
        return value
    if not re.fullmatch(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d{1,3})?", text.strip()):
        raise malformed(file, where, "a time in seconds, or HH:MM:SS.fraction", text)
    value = float(text.strip().replace(",", "."))
    if abs(value) > _MOST_S:
        raise malformed(file, where, "a time in seconds", text)
    return value


def span_in(start_s: float, end_s: float, file: Path, where: str) -> Segment:
    """A segment whose end is not before its start. Raises `FormatError`."""
    if end_s < start_s:
        raise malformed(file, where, f"an end at or after the start ({seconds(start_s)})", seconds(end_s))
    return Segment(start_s, end_s)


def short_names(media: Sequence[MediaItem], names: Mapping[str, str]) -> dict[str, str]:
    """Names without suffix, as lists of videos have them; with it where two media would be called the same."""
    stems = {item.id: str(PurePosixPath(names[item.id]).with_suffix("")) for item in media}
    held = list(stems.values())
    return {one: stem if held.count(stem) == 1 else names[one] for one, stem in stems.items()}


def note_silent(found: Sorted, report: Report, kept: Kept | None = None) -> None:
    """A line about media without spans, where a format names only those that have some, or fields that were `kept`."""
    silent = sum(not found.of(item) and not (kept and kept.medium(item.id)) for item in found.media)
    one, many = "one medium without spans is not named", "{count} media without spans are not named"
    count_note(report, silent, one, many)


def note_rounding(annotations: Sequence[Annotation], report: Report) -> None:
    """A line about times that milliseconds do not hold exactly."""
    times = [value for one in annotations for value in (span(one).start_s, span(one).end_s)]
    count = sum(abs(round(value * 1000) / 1000 - value) > 1e-9 for value in times)
    one, many = "one time is rounded to a millisecond", "{count} times are rounded to a millisecond"
    count_note(report, count, one, many)


def note_empty(annotations: Sequence[Annotation], report: Report, consequence: str) -> None:
    """A line about spans without length, and what becomes of them."""
    count = sum(span(one).start_s == span(one).end_s for one in annotations)
    one, many = f"one span without length {consequence}", f"{{count}} spans without length {consequence}"
    count_note(report, count, one, many)
