"""What an item holds in time, as the timeline draws it. Pure."""

from __future__ import annotations

from core.schema import Segment
from desktop.session.showing import Contents
from desktop.views.time_spans import TimeSpan


def time_spans(contents: Contents) -> list[TimeSpan]:
    """What people stand behind and what a model offers, as the timeline draws it."""
    spans = [
        TimeSpan(item.id, item.region, ", ".join(item.expressions) or "?", contents.colour_of(item))
        for item in contents.annotations
        if isinstance(item.region, Segment)
    ]
    for pending in contents.pending:
        region, said = pending.proposal.region, pending.answer.query.expression
        if isinstance(region, Segment):
            colour, score = contents.colours[said], pending.proposal.score
            spans.append(TimeSpan(pending.proposal.id, region, said, colour, score, is_proposal=True))
    return spans
