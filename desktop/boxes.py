"""What an item holds, as the canvas draws it. Pure."""

from __future__ import annotations

from core.schema import Box
from desktop.session.showing import Contents
from desktop.views.canvas_box import CanvasBox


def annotation_boxes(contents: Contents) -> list[CanvasBox]:
    """What people stand behind, as the canvas draws it."""
    return [
        CanvasBox(
            item.id,
            item.region,
            ", ".join(item.expressions) or "?",
            contents.colour_of(item),
            locked=item.id in contents.locked_ids,
        )
        for item in contents.annotations
        if isinstance(item.region, Box) and item.id not in contents.hidden_ids
    ]


def proposal_boxes(contents: Contents) -> list[CanvasBox]:
    """What a model offers, as the canvas draws it."""
    boxes = []
    ranked = contents.ranked() if len(contents.pending) > 1 else []
    keys = {item.proposal.id: f"{rank}  " for rank, item in enumerate(ranked[:9], start=1)}  # the key that chooses it
    for pending in contents.pending:
        region, said = pending.proposal.region, pending.answer.query.expression
        if isinstance(region, Box):
            colour = contents.colours[said]
            boxes.append(
                CanvasBox(
                    pending.proposal.id,
                    region,
                    keys.get(pending.proposal.id, "") + said,
                    colour,
                    pending.score,
                    is_proposal=True,
                )
            )
    return boxes
