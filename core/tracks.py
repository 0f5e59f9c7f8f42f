"""Where a thing that is followed through a video is between its key boxes. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from core.schema import Box, Track


def box_between(track: Track, at_s: float) -> Box | None:
    """Where the thing is at a time, on the straight line from one key box to the next; None before and after them."""
    times = [key.at_s or 0.0 for key in track.keys]
    if not times or not times[0] <= at_s <= times[-1]:
        return None
    number = bisect_right(times, at_s) - 1
    before = track.keys[number]
    if number + 1 == len(times) or times[number] == at_s:
        return replace(before, at_s=at_s)
    after, part = track.keys[number + 1], (at_s - times[number]) / (times[number + 1] - times[number])
    return Box(
        before.x1 + (after.x1 - before.x1) * part,
        before.y1 + (after.y1 - before.y1) * part,
        before.x2 + (after.x2 - before.x2) * part,
        before.y2 + (after.y2 - before.y2) * part,
        at_s,
    )
