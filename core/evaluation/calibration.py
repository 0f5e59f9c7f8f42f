"""From a score to the share of such proposals that people accept: fitted on what they decided, never written back.

Two ways are known, Platt's (a logistic curve, two numbers) and isotonic regression (steps that never fall). Which one
is used, if any, is chosen by cross-validation over media.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

CalibrationMethod = Literal["none", "platt", "isotonic"]

FEWEST = 20  # decisions, and of each sort
FEWEST_OF_EACH = 5
FEWEST_FOR_STEPS = 100  # isotonic regression follows chance where there are fewer
FOLDS = 5
_EDGE = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decision:
    """What people made of one scored proposal: `right` if they stand behind (nearly) this region."""

    score: float
    right: bool
    media_id: str


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A curve from measured to calibrated scores, both 0-1, that never falls. "none" leaves a score as it is.

    platt: `slope` and `offset` of the log-odds. isotonic: corners of the curve, `scores` ascending.
    """

    method: CalibrationMethod = "none"
    slope: float = 1.0
    offset: float = 0.0
    scores: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    def __call__(self, score: float) -> float:
        """The calibrated score of a proposal."""
        if self.method == "platt":
            return float(_sigmoid(np.asarray(self.slope * _log_odds(np.asarray(score)) + self.offset)))
        if self.method == "isotonic":
            return float(np.interp(score, self.scores, self.values))
        return score


IDENTITY = Calibrator()


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibrator and how well it does on media it was not fitted on: mean squared error, before and after.

    `n` decisions, `right` of them. With too few, the calibrator changes nothing and the errors are None.
    """

    calibrator: Calibrator
    n: int
    right: int
    error_before: float | None = None
    error_after: float | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Proposals from this score up: of `kept` shown, so many are right (precision); of all right, so many shown."""

    score: float
    kept: int
    precision: float
    recall: float
    f1: float


def fit(decisions: Sequence[Decision]) -> Fit:
    """The curve that errs least on held-back media; none when there is too little to tell, or it does not help."""
    n, right = len(decisions), sum(decision.right for decision in decisions)
    media = {decision.media_id for decision in decisions}
    if n < FEWEST or min(right, n - right) < FEWEST_OF_EACH or len(media) < FOLDS:
        return Fit(IDENTITY, n, right)
    scores = np.array([decision.score for decision in decisions], dtype=np.float64)
    truths = np.array([decision.right for decision in decisions], dtype=np.float64)
    folds = _folds([decision.media_id for decision in decisions])
    ways: list[Callable[[Floats, Floats], Calibrator]] = [fit_platt]
    if n >= FEWEST_FOR_STEPS:
        ways.append(fit_isotonic)
    before = float(np.mean((scores - truths) ** 2))
    errors = [_error(way, scores, truths, folds) for way in ways]
    best = int(np.argmin(errors))
    if errors[best] >= before:
        return Fit(IDENTITY, n, right, before, before)
    return Fit(ways[best](scores, truths), n, right, before, errors[best])


def _folds(media_ids: Sequence[str]) -> npt.NDArray[np.int64]:
    """The fold of each decision: those of one medium share it. In order of the ids: nothing is left to chance."""
    numbers = {media_id: number % FOLDS for number, media_id in enumerate(sorted(set(media_ids)))}
    return np.array([numbers[media_id] for media_id in media_ids], dtype=np.int64)


def _error(
    way: Callable[[Floats, Floats], Calibrator], scores: Floats, truths: Floats, folds: npt.NDArray[np.int64]
) -> float:
    total = 0.0
    for fold in range(FOLDS):
        held = folds == fold
        curve = way(scores[~held], truths[~held])
        total += float(
            sum((curve(score) - truth) ** 2 for score, truth in zip(scores[held], truths[held], strict=True))
        )
    return total / len(scores)


def fit_platt(scores: Floats, truths: Floats) -> Calibrator:
    """Platt's curve by Newton's method, with his softened targets (Lin, Lin and Weng, 2007). Never falling."""
    x = _log_odds(scores)
    right = float(truths.sum())
    wrong = len(truths) - right
    targets = np.where(truths > 0.5, (right + 1) / (right + 2), 1 / (wrong + 2))
    level = math.log((right + 1) / (wrong + 1))
    weights = np.array([0.0, level])
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(100):
        said = _sigmoid(design @ weights)
        slope = design.T @ (said - targets) + 1e-6 * np.array([weights[0], 0.0])
        curve = design.T @ (design * (said * (1 - said))[:, None]) + 1e-6 * np.eye(2)
        step = np.clip(np.linalg.solve(curve, slope), -2.0, 2.0)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-9:
            break
    if weights[0] <= 0:  # scores that say nothing: one value for all
        return Calibrator("platt", 0.0, level)
    return Calibrator("platt", float(weights[0]), float(weights[1]))


def fit_isotonic(scores: Floats, truths: Floats) -> Calibrator:
    """Isotonic regression by pooling neighbours that violate the order; straight lines between the pools' middles."""
    order = np.argsort(scores, kind="stable")
    pools: list[list[float]] = []  # [sum of truths, number, sum of scores]
    for score, truth in zip(scores[order], truths[order], strict=True):
        pools.append([float(truth), 1.0, float(score)])
        while len(pools) > 1 and (
            pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]
            or pools[-2][2] / pools[-2][1] >= pools[-1][2] / pools[-1][1]
        ):
            last = pools.pop()
            pools[-1] = [mine + theirs for mine, theirs in zip(pools[-1], last, strict=True)]
    # a pool of few that are all right is not certain: one more of each sort, as in Laplace's rule
    values = np.maximum.accumulate([(right + 1) / (number + 2) for right, number, _ in pools])
    corners = tuple(total / number for _, number, total in pools)
    return Calibrator("isotonic", scores=corners, values=tuple(float(value) for value in values))


def suggest_threshold(
    decisions: Sequence[Decision], *, missed: int = 0, precision: float | None = None
) -> Threshold | None:
    """The threshold with the best F1; or, with `precision`, the lowest one at which so many of those shown are right.

    missed: regions that people drew where nothing was proposed; they count against recall. None when nothing was
    decided, nothing is right, or no threshold reaches the precision.
    """
    ranked = sorted(decisions, key=lambda decision: -decision.score)
    wanted = sum(decision.right for decision in ranked) + missed
    found: list[Threshold] = []
    right = 0
    for kept, decision in enumerate(ranked, start=1):
        right += decision.right
        if kept < len(ranked) and ranked[kept].score == decision.score:
            continue  # equal scores are shown or hidden together
        at = (decision.score + ranked[kept].score) / 2 if kept < len(ranked) else 0.0
        recall = right / wanted if wanted else 0.0
        found.append(Threshold(at, kept, right / kept, recall, 2 * right / (kept + wanted)))
    if not any(decision.right for decision in ranked):
        return None
    if precision is None:
        return max(found, key=lambda threshold: threshold.f1)
    good = [threshold for threshold in found if threshold.precision >= precision]
    return max(good, key=lambda threshold: (threshold.recall, threshold.precision), default=None)


def _log_odds(scores: Floats) -> Floats:
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))), dtype=np.float64)
