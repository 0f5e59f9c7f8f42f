"""Answers as a table for people: boxes by their corners, spans by their times."""

from __future__ import annotations

from collections.abc import Sequence

from core.commands.terminal import table
from core.schema import Answer, Box, Proposal, Segment, Track

_BOXES = ["expression", "score", "x1", "y1", "x2", "y2"]
_SPANS = ["expression", "score", "sense", "start", "end", "±"]


def answers_table(answers: Sequence[Answer], *, in_time: bool) -> str:
    """A line for each region, or one that says why there is none. in_time: spans were asked for, else boxes."""
    return table([_SPANS if in_time else _BOXES, *(row for answer in answers for row in _rows(answer))])


def _rows(answer: Answer) -> list[list[str]]:
    words = answer.query.expression
    if answer.error is not None:
        return [[words, "-", f"error: {answer.error}"]]
    if not answer.proposals:
        presence = "" if answer.presence_score is None else f" (presence {answer.presence_score:.2f})"
        return [[words, "-", f"not present{presence}"]]
    return [[words, *_score_and_place(proposal)] for proposal in answer.proposals]


def _score_and_place(proposal: Proposal) -> list[str]:
    score = "-" if proposal.score is None else f"{proposal.score:.2f}"
    match proposal.region:
        case Box(x1, y1, x2, y2):
            return [score, *(f"{value:.1f}" for value in (x1, y1, x2, y2))]
        case Segment(start_s, end_s):
            precision = "-" if proposal.precision_s is None else f"{proposal.precision_s:.2f} s"
            sense = proposal.sense + (" (windows)" if proposal.method == "windows" else "")
            return [score, sense, f"{start_s:.2f} s", f"{end_s:.2f} s", precision]
        case Track(keys):
            return [score, f"a track of {len(keys)} boxes"]
