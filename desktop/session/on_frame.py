"""What of a video's regions stands on one frame, and how key boxes make a track. Pure; knows neither Qt nor the store.

A box belongs to the frame whose time it has, and to no other. A track lives from its first key box to its last;
between two of them it moves in a straight line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.schema import Annotation, Box, Change, Region, Segment, Track, Verdict
from core.tracks import box_between
from desktop.session.showing import Contents

_SAME_S = 0.0005  # half of the last digit that times are written with


@dataclass(frozen=True, slots=True)
class OnFrame:
    """An item as it is on one frame: other boxes are left out, tracks are boxes there. `between` are ids of those."""

    contents: Contents
    between: frozenset[str] = frozenset()


IsHere = Callable[[float], bool]  # whether a time means the frame in question


def on_frame(contents: Contents, at_s: float, is_here: IsHere) -> OnFrame:
    """What stands on the frame that is shown at `at_s`. Spans stay: they are no matter of a frame."""
    annotations, between = [], set()
    for annotation in contents.annotations:
        region = region_on(annotation.region, at_s, is_here)
        if region is None:
            continue
        annotations.append(annotation if region is annotation.region else replace(annotation, region=region))
        if isinstance(annotation.region, Track) and key_on(annotation.region, is_here) is None:
            between.add(annotation.id)
    pending = []
    for item in contents.pending:
        region = region_on(item.proposal.region, at_s, is_here)
        if region is not None:
            pending.append(replace(item, proposal=replace(item.proposal, region=region)))
    return OnFrame(replace(contents, annotations=tuple(annotations), pending=tuple(pending)), frozenset(between))


def region_on(region: Region, at_s: float, is_here: IsHere) -> Region | None:
    """A region on a frame; None where it is not there. A box without a time is on every frame."""
    if isinstance(region, Track):
        return key_on(region, is_here) or box_between(region, at_s)
    if isinstance(region, Box) and region.at_s is not None and not is_here(region.at_s):
        return None
    return region


def key_on(track: Track, is_here: IsHere) -> Box | None:
    """The key box that belongs to a frame."""
    return next((key for key in track.keys if key.at_s is not None and is_here(key.at_s)), None)


def nearest_box(track: Track, at_s: float) -> Box:
    """The box at a time: on the line, before the first key that one, after the last key that one."""
    found = box_between(track, at_s)
    if found is None:
        found = track.keys[0] if at_s < (track.keys[0].at_s or 0.0) else track.keys[-1]
    return replace(found, at_s=at_s)


def moved(region: Region, box: Box) -> Region:
    """A region after its box on a frame (`box.at_s`) was dragged: of a track, that becomes a key box."""
    return with_key(region, box) if isinstance(region, Track) else box


def with_key(track: Track, box: Box) -> Track:
    """A track with this key box, in place of one at the same time."""
    at_s = box.at_s or 0.0
    others = [key for key in track.keys if abs((key.at_s or 0.0) - at_s) > _SAME_S]
    return Track(tuple(sorted((*others, box), key=lambda key: key.at_s or 0.0)))


def keyed(region: Region, at_s: float, is_here: IsHere) -> Region | None:
    """A box or track with a key on this frame, where it is now; None where that would change nothing."""
    if isinstance(region, Box) and region.at_s is not None and not is_here(region.at_s):
        return with_key(Track((region,)), replace(region, at_s=at_s))
    if isinstance(region, Track) and key_on(region, is_here) is None:
        return with_key(region, nearest_box(region, at_s))
    return None


def unkeyed(region: Region, is_here: IsHere) -> Region | None:
    """A track without its key on this frame; a single one that is left is a box again. None without such a key."""
    key = key_on(region, is_here) if isinstance(region, Track) else None
    if key is None or not isinstance(region, Track) or len(region.keys) < 2:
        return None
    left = tuple(other for other in region.keys if other is not key)
    return left[0] if len(left) == 1 else Track(left)


def moment_of(region: Region | None) -> float | None:
    """When a region begins; None for one that is at no time."""
    if isinstance(region, Box):
        return region.at_s
    if isinstance(region, Segment):
        return region.start_s
    return region.keys[0].at_s if isinstance(region, Track) and region.keys else None


def moment_of_change(change: Change) -> tuple[str, float] | None:
    """The medium and the time at which a change happened: of a track, at the key box that came, went or moved."""
    before = {record.id: record for record in change.before}
    for record in (*change.after, *change.before):
        if not isinstance(record, Annotation | Verdict) or record.region is None:
            continue
        at_s = moment_of(record.region)
        other = before.get(record.id)
        if isinstance(record.region, Track) and isinstance(other, Annotation) and isinstance(other.region, Track):
            differing = set(record.region.keys) ^ set(other.region.keys)
            at_s = min((key.at_s or 0.0 for key in differing), default=at_s)
        if at_s is not None:
            return record.media_id, at_s
    return None
