"""An answer's text for people: its numbers as pixels and seconds, and how much stands firm while it is written."""

from __future__ import annotations

from collections.abc import Callable

from core.grounding.groundinggpt.answers import ParsedAnswer, ParsedRegion
from core.schema import Box, Region, Segment

_LONGEST_REGION = 64  # characters; what is longer and still open is prose


def settled(text: str, stop: str) -> str:
    """The part of an unfinished text that no next token changes: no open bracket, no beginning of the stop.

    A letter of which bytes are missing waits for them, and white space at the end for what follows, because an answer
    ends without it.
    """
    text = text.rstrip("\ufffd")
    for length in range(len(stop) - 1, 0, -1):
        if text.endswith(stop[:length]):
            text = text[:-length]
            break
    opened = max(text.rfind("["), text.rfind("{"))
    tail = text[opened:] if opened >= 0 else "]"
    if "]" not in tail and "}" not in tail and len(tail) <= _LONGEST_REGION:
        text = text[:opened]
    return text.rstrip()


def for_people(text: str, parsed: ParsedAnswer, place: Callable[[ParsedRegion], Region | None]) -> str:
    """The text with every region in pixels or seconds; one that no medium has a place for stays as it is written."""
    out, done = "", 0
    regions: list[ParsedRegion] = [*parsed.boxes, *parsed.spans]
    for region in sorted(regions, key=lambda region: region.start):
        out += text[done : region.start] + (_words(place(region)) or text[region.start : region.end])
        done = region.end
    return (out + text[done:]).strip()


def _words(region: Region | None) -> str:
    match region:
        case Box(x1, y1, x2, y2):
            return f"[{x1:.0f}, {y1:.0f}, {x2:.0f}, {y2:.0f}]"
        case Segment(start_s, end_s):
            return f"{{{start_s:.2f} s, {end_s:.2f} s}}"
        case _:
            return ""


def until(text: str, stop: str) -> str:
    """A finished text up to where it says that it ends."""
    return text.split(stop, 1)[0] if stop else text
