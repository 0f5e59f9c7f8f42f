"""What an item holds in time, as the timeline draws it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from core.schema import Box, Region, Segment, Track
from desktop.session.showing import Contents
from desktop.views.time_spans import TimeSpan, TimeTick


def time_spans(contents: Contents) -> list[TimeSpan]:
    """What people stand behind and what a model offers, as the timeline draws it; a track lasts as long as its keys."""
    spans = []
    for item in contents.annotations:
        segment = lasting(item.region)
        if segment is not None:
            text, fixed = ", ".join(item.expressions) or "?", isinstance(item.region, Track)
            spans.append(TimeSpan(item.id, segment, text, contents.colour_of(item), is_fixed=fixed))
    for pending in contents.pending:
        proposal, said = pending.proposal, pending.answer.query.expression
        segment = lasting(proposal.region)
        if segment is not None:
            fixed = isinstance(proposal.region, Track)
            colour = contents.colours[said]
            spans.append(TimeSpan(proposal.id, segment, said, colour, pending.score, is_proposal=True, is_fixed=fixed))
    return spans


def time_ticks(contents: Contents) -> list[TimeTick]:
    """The moments at which boxes stand."""
    found = [
        TimeTick(at_s, contents.colour_of(item)) for item in contents.annotations for at_s in _moments(item.region)
    ]
    for pending in contents.pending:
        colour = contents.colours[pending.answer.query.expression]
        found += [TimeTick(at_s, colour) for at_s in _moments(pending.proposal.region)]
    return found


def lasting(region: Region) -> Segment | None:
    """From when to when a region lasts; None for a box."""
    if isinstance(region, Segment):
        return region
    if isinstance(region, Track) and len(region.keys) > 1:
        return Segment(region.keys[0].at_s or 0.0, region.keys[-1].at_s or 0.0)
    return None


def _moments(region: Region) -> Iterator[float]:
    boxes = region.keys if isinstance(region, Track) else (region,) if isinstance(region, Box) else ()
    return (box.at_s for box in boxes if box.at_s is not None)
