"""From what was said in overlapping windows to spans of the whole medium: cut ones joined, each thing named once.

Pure functions over numbers. Of many windows some are wrong, so those that hold a span vote on it. A span is cut where
it reaches the edge of its window and the medium goes on there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.geometry import SpanS
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer

_SAME = 0.5  # of the shorter of two spans: overlapping that far, both mean the same thing
_SURE, _SUREST = 0.75, 0.999  # mean probability of presence in the windows that name a span, at least and at most
_AGREE_SHARE = 0.1  # of a window: how far two windows may differ about one end
_EDGE_SHARE = 0.03  # of a window: how near to its edge a span ends that goes on behind it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of the whole medium, and what the windows that hold it say: how many those are, and the probabilities of
    presence in those that name it.
    """

    found: FoundSpan
    holding: int
    yes: tuple[float, ...]

    @property
    def support(self) -> float:
        """Mean probability of presence; a window that passes over the span counts as none."""
        return sum(self.yes) / self.holding

    @property
    def evidence(self) -> float:
        """By what spans are ranked: the odds of presence, times the score.

        Odds, because where a window is filled from edge to edge its digits are certain and say nothing.
        """
        return self.support / (1 - min(self.support, _SUREST)) * self.found.score

    @property
    def likely(self) -> bool:
        """Most windows that hold it name it."""
        return 2 * len(self.yes) > self.holding

    @property
    def believed(self) -> bool:
        """Likely, not on the word of one window alone, and by windows that are sure: of very many, some are wrong."""
        return self.likely and len(self.yes) > 1 and sum(self.yes) >= _SURE * len(self.yes)

    def heard(self, answer: WindowAnswer) -> Candidate:
        """With the answer about one more window that holds it; seen closer there, it is as it was seen there."""
        named = max(
            (other for other in answer.spans if same(other.span_s, self.found.span_s)),
            key=lambda other: other.score,
            default=None,
        )
        if named is None:
            return replace(self, holding=self.holding + 1)
        yes = (*self.yes, 1.0 if answer.presence is None else answer.presence)
        closer = named.precision_s < self.found.precision_s
        return Candidate(named if closer else self.found, self.holding + 1, yes)


@dataclass(frozen=True, slots=True)
class _Piece:
    found: FoundSpan
    window_s: SpanS
    presence: float
    cut_left: bool
    cut_right: bool
    parts: int = 1

    @property
    def complete(self) -> bool:
        return not (self.cut_left or self.cut_right)


def merge(answers: Sequence[WindowAnswer], extent_s: SpanS) -> list[Candidate]:
    """The spans of a medium out of the answers about its windows, best evidence first. Windows come in order."""
    pieces = _joined([_pieces(answer, extent_s) for answer in answers])
    ranked = sorted(pieces, key=lambda piece: (piece.complete, piece.presence * piece.found.score), reverse=True)
    kept: list[_Piece] = []
    for piece in ranked:
        if not any(same(piece.found.span_s, other.found.span_s) for other in kept):
            kept.append(piece)
    merged = [_candidate(piece, answers) for piece in kept]
    return sorted(merged, key=lambda candidate: (-candidate.evidence, candidate.found.span_s))


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
        min(first.found.score, second.found.score),
    )
    presence = (first.presence * first.parts + second.presence) / (first.parts + 1)
    window_s = (first.window_s[0], second.window_s[1])
    parts = first.parts + second.parts
    return replace(second, found=found, presence=presence, cut_left=first.cut_left, window_s=window_s, parts=parts)


def same(a: SpanS, b: SpanS) -> bool:
    """Whether two spans mean the same thing: they share most of the shorter one."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared >= _SAME * min(a[1] - a[0], b[1] - b[0])


def _candidate(piece: _Piece, answers: Sequence[WindowAnswer]) -> Candidate:
    """A span with the votes of the windows that hold it; one that was put together has those of its parts."""
    start, end = piece.found.span_s
    slack = piece.found.precision_s
    holding: list[WindowAnswer] = []
    for answer in reversed(answers[: bisect_right(answers, start + slack, key=_start_of)]):
        if answer.window_s[1] < end - slack:
            break
        holding += [answer] if answer.error is None else []
    if not holding or piece.parts > 1:
        return Candidate(piece.found, piece.parts, (piece.presence,) * piece.parts)
    naming = [answer for answer in holding if any(same(span.span_s, piece.found.span_s) for span in answer.spans)]
    yes = tuple(1.0 if answer.presence is None else answer.presence for answer in naming)
    return Candidate(piece.found, len(holding), yes)


def _start_of(answer: WindowAnswer) -> float:
    return answer.window_s[0]
