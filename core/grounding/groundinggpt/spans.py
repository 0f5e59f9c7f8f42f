"""From what was said in overlapping windows to spans of the whole medium: cut ones joined, each thing named once.

Pure functions over numbers. A span is cut where it reaches the edge of its window and the medium goes on there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.geometry import SpanS
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer

_SAME = 0.5  # of the shorter of two spans: overlapping that far, both mean the same thing
_BELIEVED = 0.5  # mean probability of presence, over the windows that hold a span, from which it is reported
_AGREE_SHARE = 0.1  # of a window: how far two windows may differ about one end
_EDGE_SHARE = 0.03  # of a window: how near to its edge a span ends that goes on behind it


@dataclass(frozen=True, slots=True)
class MergedSpan:
    """A span of the whole medium. `support`: mean probability of presence over the windows that hold it."""

    found: FoundSpan
    support: float

    @property
    def evidence(self) -> float:
        """By what spans are ranked: presence and score together."""
        return self.support * self.found.score


@dataclass(frozen=True, slots=True)
class Merged:
    """Every believed span, best evidence first, and how many others were left out; `support` is that of the best."""

    spans: tuple[MergedSpan, ...]
    doubted: int
    support: float | None


@dataclass(frozen=True, slots=True)
class _Piece:
    found: FoundSpan
    window_s: SpanS
    presence: float
    cut_left: bool
    cut_right: bool

    @property
    def complete(self) -> bool:
        return not (self.cut_left or self.cut_right)


def merge(answers: Sequence[WindowAnswer], extent_s: SpanS) -> Merged:
    """The spans of a medium out of the answers about its windows, which come in ascending order."""
    pieces = _joined([_pieces(answer, extent_s) for answer in answers])
    ranked = sorted(pieces, key=lambda piece: (piece.complete, piece.presence * piece.found.score), reverse=True)
    kept: list[_Piece] = []
    for piece in ranked:
        if not any(_same(piece.found.span_s, other.found.span_s) for other in kept):
            kept.append(piece)
    merged = [MergedSpan(piece.found, _support(piece, answers)) for piece in kept]
    merged.sort(key=lambda span: (-span.evidence, span.found.span_s))
    believed = tuple(span for span in merged if span.support >= _BELIEVED)
    best = max((span.support for span in merged), default=None)
    if best is None:
        best = max((answer.presence for answer in answers if answer.presence is not None), default=None)
    return Merged(believed, len(merged) - len(believed), best)


def _pieces(answer: WindowAnswer, extent_s: SpanS) -> list[_Piece]:
    start, end = answer.window_s
    presence = 1.0 if answer.presence is None else answer.presence
    pieces = []
    for found in sorted(answer.spans, key=lambda found: found.span_s):
        near = max(found.precision_s, _EDGE_SHARE * (end - start))
        cut_left = start > extent_s[0] and found.span_s[0] <= start + near
        cut_right = end < extent_s[1] and found.span_s[1] >= end - near
        pieces.append(_Piece(found, answer.window_s, presence, cut_left, cut_right))
    return pieces


def _joined(by_window: Sequence[list[_Piece]]) -> list[_Piece]:
    """Pieces of a span that goes on from window to window put together; every other piece as it was."""
    done: list[_Piece] = []
    going_on: list[_Piece] = []
    for pieces in by_window:
        following: list[_Piece] = []
        for piece in pieces:
            before = next((other for other in going_on if _goes_on(other, piece)), None)
            if before is not None:
                going_on.remove(before)
                piece = _put_together(before, piece)
            (following if piece.cut_right else done).append(piece)
        done += going_on
        going_on = following
    return done + going_on


def _goes_on(first: _Piece, second: _Piece) -> bool:
    """Whether a span that is cut at the end of its window is the one that is cut at the start of the next.

    Then both fill what the two windows share.
    """
    if not (first.cut_right and second.cut_left):
        return False
    slack = _AGREE_SHARE * (second.window_s[1] - second.window_s[0])
    shared = (second.window_s[0], first.window_s[1])
    return first.found.span_s[0] <= shared[0] + slack and second.found.span_s[1] >= shared[1] - slack


def _put_together(first: _Piece, second: _Piece) -> _Piece:
    (start, end), (_, later) = first.found.span_s, second.found.span_s
    found = FoundSpan(
        (start, max(end, later)),
        max(first.found.precision_s, second.found.precision_s),
        max(first.found.score, second.found.score),
    )
    presence = max(first.presence, second.presence)
    window_s = (first.window_s[0], second.window_s[1])
    return replace(second, found=found, presence=presence, cut_left=first.cut_left, window_s=window_s)


def _same(a: SpanS, b: SpanS) -> bool:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared >= _SAME * min(a[1] - a[0], b[1] - b[0])


def _support(piece: _Piece, answers: Sequence[WindowAnswer]) -> float:
    """Mean presence over the windows that hold a span whole; of one that none holds, its own."""
    start, end = piece.found.span_s
    slack = piece.found.precision_s
    holding = [
        answer.presence
        for answer in answers
        if answer.presence is not None and answer.window_s[0] <= start + slack and end - slack <= answer.window_s[1]
    ]
    return sum(holding) / len(holding) if holding else piece.presence
