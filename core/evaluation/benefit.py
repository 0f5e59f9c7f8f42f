"""How much is expected of a person's looking at each item next. Pure arithmetic on what models said and pictures show.

An item is worth the more, the less its model is sure, the more two versions of it disagree, and the less its picture is
like those that were looked at. The weights are those of `Weights`; each part is 0-1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.overlaps import overlap
from core.schema import Answer, Proposal

Floats = npt.NDArray[np.float64]

_BLOCK = 2048  # descriptors compared at once
_ALIKE = 0.05  # where all are nearer than this to what was seen, none is new
_PICKED_ONE_BY_ONE = 256  # at the head of the order each choice makes what is like it less new


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; they sum to 1."""

    uncertainty: float = 0.5
    disagreement: float = 0.25
    novelty: float = 0.25


def uncertainty(answers: Sequence[Answer], score_of: Callable[[Proposal], float | None]) -> float | None:
    """The mean over answers of how unsure each is, 0-1; None where nothing was answered.

    An answer is as unsure as its regions are expected to be wrong (the mean of 1 - p, p the score to go by); without
    any, as the presence of the thing (its entropy in bits); one that could not be read is wholly unsure.
    """
    if not answers:
        return None
    return sum(_unsure(answer, score_of) for answer in answers) / len(answers)


def _unsure(answer: Answer, score_of: Callable[[Proposal], float | None]) -> float:
    if answer.error is not None:
        return 1.0
    scores = [score for proposal in answer.proposals if (score := score_of(proposal)) is not None]
    if scores:
        return 1 - sum(scores) / len(scores)
    return 0.0 if answer.presence_score is None else _entropy(answer.presence_score)


def _entropy(share: float) -> float:
    return 0.0 if not 0 < share < 1 else -(share * math.log2(share) + (1 - share) * math.log2(1 - share))


def disagreement(old: Answer, new: Answer) -> float:
    """0 when two answers to the same question say the same regions, 1 when they have nothing in common.

    One less the regions' overlaps, matched greedily, as a share of both sides (a soft F1).
    """
    if old.error is not None or new.error is not None:
        return float((old.error is None) != (new.error is None))
    sides = len(old.proposals) + len(new.proposals)
    if not sides:
        return 0.0
    pairs = sorted(
        ((overlap(a.region, b.region), i, j) for i, a in enumerate(old.proposals) for j, b in enumerate(new.proposals)),
        reverse=True,
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    shared = 0.0
    for value, i, j in pairs:
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            shared += value
    return 1 - 2 * shared / sides


def combine(
    unsure: Sequence[float | None],
    apart: Sequence[float | None],
    looks: npt.NDArray[np.float32],
    seen: npt.NDArray[np.float32],
    weights: Weights | None = None,
) -> Floats:
    """The benefit of each item, 0-1.

    looks: [n, d] descriptors of the items, rows of NaN where there is none; seen: [m, d] of items that were looked at.
    Uncertainty and disagreement count by rank, so that no one model's scale decides; where one is unknown it is
    neutral. Novelty is the distance to the nearest that was seen, or that comes earlier in the order, as far as half of
    the items go: what is like another is worth less, what is unlike all others no more for it.
    """
    chosen = weights or Weights()
    base = chosen.uncertainty * _ranks(unsure) + chosen.disagreement * _ranks(apart)
    return _with_novelty(base, looks, seen, chosen.novelty)


def _ranks(values: Sequence[float | None]) -> Floats:
    """The place of each known value among them, 0-1, equal ones the same; 0.5 for unknown ones."""
    found = np.full(len(values), 0.5)
    known = [place for place, value in enumerate(values) if value is not None]
    if len(known) > 1:
        numbers = np.array([values[place] for place in known], dtype=np.float64)
        ordered = np.sort(numbers)
        below = np.searchsorted(ordered, numbers, side="left") + np.searchsorted(ordered, numbers, side="right") - 1
        found[known] = below / (2 * (len(known) - 1))
    return found


def _with_novelty(base: Floats, looks: npt.NDArray[np.float32], seen: npt.NDArray[np.float32], weight: float) -> Floats:
    """Base and novelty; the head of the order is picked one by one, so that it is not full of near-copies."""
    count = len(base)
    if not count:
        return base
    known = _complete(looks)
    usable = np.where(known[:, None], looks, 0).astype(np.float32)
    seen = seen[_complete(seen)]
    centre = usable[known].mean(axis=0, keepdims=True) if known.any() else usable[:1]
    distances = _nearest(usable, seen if len(seen) else centre)
    scale = max(float(np.median(distances[known])) if known.any() else 0.0, _ALIKE)

    def benefits() -> Floats:
        novelty = np.clip(distances / scale, 0, 1)
        return np.asarray(base + weight * np.where(known, novelty, 0.0), dtype=np.float64)

    result = benefits()
    left = np.ones(count, dtype=bool)
    for _ in range(min(_PICKED_ONE_BY_ONE, count)):
        now = np.where(left, result, -np.inf)
        best = int(np.argmax(now))
        left[best] = False
        if known[best]:
            distances = np.minimum(distances, _nearest(usable, usable[best : best + 1]))
            result = np.where(left, benefits(), result)
    return result


def _complete(looks: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Which rows are descriptors, not NaN."""
    return np.asarray(np.isfinite(looks).all(axis=1), dtype=np.bool_)


def _nearest(looks: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> Floats:
    """The distance of each to the nearest of the others, exact to about 0.001."""
    squares = np.einsum("ij,ij->i", others, others)
    parts = []
    for start in range(0, len(looks), _BLOCK):
        part = looks[start : start + _BLOCK]
        nearest = (squares[None, :] - 2 * part @ others.T).min(axis=1) + np.einsum("ij,ij->i", part, part)
        parts.append(np.sqrt(np.maximum(nearest, 0.0)))
    return np.concatenate(parts).astype(np.float64)
