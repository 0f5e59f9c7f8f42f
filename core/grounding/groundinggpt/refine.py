"""Asking again, closer: a window around a span, then one around each of its ends, until they are known to a frame.

Decides over numbers only; whoever can be asked stands behind `WindowAsker`. An answer that says "not there", cannot
be understood, or means another moment changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.geometry import SpanS, temporal_iou
from core.grounding.groundinggpt.windows import FoundSpan, WindowAnswer, WindowAsker

ROUNDS = 4  # of each kind: each makes the window shorter by a good part, or is the last
_GAIN = 0.75  # a round is worth asking for where the precision becomes at most this share of what it was
_MARGIN_SHARE = 0.5  # of the span, on both sides
_MARGIN_STEPS = 4  # and at least so many steps of the precision it is known with
_SAME_IOU = 0.3
_END_STEPS = 8  # length of the window around one end, in steps of the precision it is known with
_WANDERS_STEPS = 3  # an end that moves further has jumped away


@dataclass(frozen=True, slots=True)
class _End:
    at_s: float
    precision_s: float
    score: float | None = None  # of the answer that it was refined by


def refine(found: FoundSpan, expression: str, asker: WindowAsker, *, ends: bool = True) -> FoundSpan:
    """The same span, better known: at most `3 * ROUNDS` windows are asked. Raises `MediaError`, `Cancelled`.

    ends: look at each end of it as well, where windows around the whole are too long.
    """
    for _ in range(ROUNDS):
        closer = _around(found, expression, asker)
        if closer is None:
            break
        found = closer
    if not ends or found.precision_s <= asker.finest_s:
        return found
    start = _refined_end(_End(found.span_s[0], found.precision_s), expression, asker, first=True)
    end = _refined_end(_End(found.span_s[1], found.precision_s), expression, asker, first=False)
    if start.at_s >= end.at_s:
        return found
    scores = [side.score for side in (start, end) if side.score is not None]
    score = 1.0
    for each in scores:
        score *= each ** (1 / len(scores))
    return FoundSpan((start.at_s, end.at_s), max(start.precision_s, end.precision_s), score if scores else found.score)


def _around(found: FoundSpan, expression: str, asker: WindowAsker) -> FoundSpan | None:
    """The span as it is seen in a window around it; None where that is not closer or does not confirm it."""
    if found.precision_s <= asker.finest_s:
        return None
    start, end = found.span_s
    margin = max(_MARGIN_SHARE * (end - start), _MARGIN_STEPS * found.precision_s)
    short = asker.length_for(asker.finest_s) - (end - start)
    window = _inside((start - max(margin, short / 2), end + max(margin, short / 2)), asker.extent_s)
    if window[1] - window[0] > asker.length_for(_GAIN * found.precision_s):
        return None
    answer = _asked(asker, window, expression)
    best = max(answer.spans, key=lambda other: temporal_iou(other.span_s, found.span_s), default=None)
    if best is None or best.precision_s >= found.precision_s or temporal_iou(best.span_s, found.span_s) < _SAME_IOU:
        return None
    return best


def _refined_end(end: _End, expression: str, asker: WindowAsker, *, first: bool) -> _End:
    """One end of a span, looked at closer and closer. first: where it begins, else where it ends."""
    for _ in range(ROUNDS):
        if end.precision_s <= asker.finest_s:
            break
        length = max(
            asker.length_for(asker.finest_s),
            min(_END_STEPS * end.precision_s, asker.length_for(end.precision_s / 2)),
        )
        if length > asker.length_for(_GAIN * end.precision_s):
            break
        window = _inside((end.at_s - length / 2, end.at_s + length / 2), asker.extent_s)
        closer = _nearest_end(_asked(asker, window, expression), end, asker.extent_s, first=first)
        if closer is None:
            break
        end = closer
    return end


def _nearest_end(answer: WindowAnswer, end: _End, extent_s: SpanS, *, first: bool) -> _End | None:
    """The end in an answer that is meant: near the one that is known, and not where merely the window ends."""
    side = 0 if first else 1
    edge, is_last = answer.window_s[side], answer.window_s[side] == extent_s[side]
    ends = [
        _End(found.span_s[side], found.precision_s, found.score)
        for found in answer.spans
        if is_last or abs(found.span_s[side] - edge) > found.precision_s
    ]
    best = min(ends, key=lambda other: abs(other.at_s - end.at_s), default=None)
    if best is None or best.precision_s >= end.precision_s:
        return None
    wandered = abs(best.at_s - end.at_s) > _WANDERS_STEPS * end.precision_s
    return None if wandered else best


def _asked(asker: WindowAsker, window_s: SpanS, expression: str) -> WindowAnswer:
    answers: Sequence[WindowAnswer] = asker.ask(window_s, [expression])
    return answers[0]


def _inside(window_s: SpanS, extent_s: SpanS) -> SpanS:
    """A window moved into the medium, and cut only where the medium is shorter."""
    length = min(window_s[1] - window_s[0], extent_s[1] - extent_s[0])
    start = min(max(window_s[0], extent_s[0]), extent_s[1] - length)
    return start, min(start + length, extent_s[1])
