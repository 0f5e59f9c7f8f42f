"""Spans without being told any: where the probability that something is there stays high over overlapping windows.

For models that were never taught to write times, and for sound that is longer than a model hears. Pure functions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from core.geometry import SpanS
from core.grounding.groundinggpt.windows import FoundSpan

THERE = 0.5


def join_windows(windows: Sequence[SpanS], presences: Sequence[float | None], step_s: float) -> list[FoundSpan]:
    """Stretches of which the windows that cover them say, on average, that the thing is there.

    A window of which nothing is known counts for nothing. The score is the mean probability over the stretch; the
    precision is the step from window to window.
    """
    known = [(window, presence) for window, presence in zip(windows, presences, strict=True) if presence is not None]
    spans: list[FoundSpan] = []
    run: list[tuple[SpanS, float]] = []
    for stretch, over in _stretches(known):
        mean = sum(over) / len(over) if over else 0.0
        if mean >= THERE:
            run.append((stretch, mean))
        else:
            spans += _closed(run, step_s)
            run = []
    return spans + _closed(run, step_s)


def _stretches(known: Sequence[tuple[SpanS, float]]) -> Iterator[tuple[SpanS, list[float]]]:
    """Each stretch between two edges of windows, with what the windows over it say. Windows come in ascending order."""
    first = 0
    for start, end in itertools.pairwise(sorted({edge for window, _ in known for edge in window})):
        while first < len(known) and known[first][0][1] <= start:
            first += 1
        over: list[float] = []
        for window, presence in itertools.islice(known, first, None):
            if window[0] > start:
                break
            over += [presence] if end <= window[1] else []
        yield (start, end), over


def _closed(run: Sequence[tuple[SpanS, float]], step_s: float) -> list[FoundSpan]:
    if not run:
        return []
    start, end = run[0][0][0], run[-1][0][1]
    score = sum(mean * (stretch[1] - stretch[0]) for stretch, mean in run) / (end - start)
    return [FoundSpan((start, end), step_s, score)]
