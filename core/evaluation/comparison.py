"""Whether one model answers better than another: a paired bootstrap over the queries that both were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.outcomes import Outcome

CONFIDENCE = 0.8
ROUNDS = 4000
_DRAWN_AT_ONCE = 4_000_000  # media drawn side by side: bounds the memory, not the result

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean outcome of the new model less that of the old, and where it lies with this confidence.

    `n` queries of `media` media, asked of both. None where nothing was asked of both.
    """

    n: int
    media: int
    new: float | None
    old: float | None
    difference: float | None
    low: float | None
    high: float | None
    confidence: float = CONFIDENCE


def paired_bootstrap(
    new: Sequence[Outcome],
    old: Sequence[Outcome],
    *,
    confidence: float = CONFIDENCE,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Difference:
    """Percentile bootstrap of the mean difference (Efron and Tibshirani, 1993, chapter 13).

    Whole media are drawn with replacement, not queries: what is asked of one picture stands and falls together.
    With `confidence` 0.8 the interval runs from the 10th to the 90th percentile. The same seed gives the same bounds,
    and changing sides changes their signs.
    """
    paired = _paired(new, old)
    if not paired:
        return Difference(0, 0, None, None, None, None, None, confidence)
    numbers = {media_id: number for number, media_id in enumerate(sorted({pair[0] for pair in paired}))}
    sums, counts = np.zeros(len(numbers)), np.zeros(len(numbers))
    for media_id, ours, theirs in paired:
        sums[numbers[media_id]] += ours - theirs
        counts[numbers[media_id]] += 1
    drawn = _drawn(sums, counts, rounds, seed)
    tail = (1 - confidence) / 2 * 100
    low, high = (float(bound) for bound in np.percentile(drawn, [tail, 100 - tail]))
    total = len(paired)
    mean_new, mean_old = sum(pair[1] for pair in paired) / total, sum(pair[2] for pair in paired) / total
    return Difference(total, len(numbers), mean_new, mean_old, float(sums.sum() / total), low, high, confidence)


def _paired(new: Sequence[Outcome], old: Sequence[Outcome]) -> list[tuple[str, float, float]]:
    """(medium, new value, old value) of the queries that both were asked, in the new one's order."""
    before = {(outcome.media_id, outcome.expression): outcome.value for outcome in old}
    return [
        (outcome.media_id, outcome.value, before[key])
        for outcome in new
        if (key := (outcome.media_id, outcome.expression)) in before
    ]


def _drawn(sums: Floats, counts: Floats, rounds: int, seed: int) -> Floats:
    """The mean difference of each round. The same draw serves every medium order, so it depends on ids alone."""
    generator = np.random.default_rng(seed)
    media = len(sums)
    step = max(1, _DRAWN_AT_ONCE // media)
    parts = []
    for start in range(0, rounds, step):
        chosen = generator.integers(media, size=(min(step, rounds - start), media))
        parts.append(sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1))
    return np.concatenate(parts)
