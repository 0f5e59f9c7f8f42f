"""What a model could do before stays with it: how far its weights go from the base towards what was learned.

Weights between those of a base and those of a model taught from it keep most of what either can do (Wortsman et al.,
"Robust fine-tuning of zero-shot models", CVPR 2022). How far they go is settled by two losses: on what was held out,
which says what of the new is kept, and on rendered scenes that were not shown while learning, which says what of the
old is. The figures behind the numbers here: docs/learning-loop.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext
from core.schema import MediaKind
from core.training.lessons import Lesson, LessonSet, collate, on_device
from core.training.objective import GroundingObjective
from core.training.samples import Talk

# Of the way from the base to what was learned, the far end first.
SHARES = (1.0, 0.9, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25)
GAIN_KEPT = 0.6  # at least so much of what the loss on the hold-out fell by
# Of the loss on old material of each kind, a token: what comes with one to two points lost on the rendered set.
OLD_MAY_RISE: dict[MediaKind, float] = {"image": 0.085, "video": 0.08, "audio": 0.24}
MOST = 32  # lessons of the hold-out that are looked at
OLD_SCENES = 24  # rendered scenes of a kind that were not shown while learning
_BATCH = 4

Losses = Callable[[], tuple[float, dict[MediaKind, float]]]


@dataclass(frozen=True, slots=True)
class Tried:
    """A share of the way, and the mean losses there: on the hold-out, and on old material of each kind."""

    share: float
    new: float
    old: Mapping[MediaKind, float]

    def harm(self, base: Tried) -> float:
        """By how much of what it may rise the loss on old material rose; of the kind where that is most."""
        return max((self.old[kind] - base.old[kind]) / OLD_MAY_RISE[kind] for kind in base.old)


def settle(tried: Sequence[Tried]) -> Tried:
    """The farthest share that leaves the old as it was, of those that keep the new; else the one that forgets least.

    tried: the base first (share 0), then others. Where none is better than the base on what was held out, there is
    nothing to keep and the farthest is taken: halfway back, what spoiled lessons taught looks as good as the base.
    """
    base, *others = tried
    best = min(others, key=lambda one: one.new)
    if best.new >= base.new:
        return max(others, key=lambda one: one.share)
    enough = best.new + (1 - GAIN_KEPT) * (base.new - best.new)
    keeping = [one for one in others if one.new <= enough]
    unharmed = [one for one in keeping if one.harm(base) <= 1]
    return max(unharmed, key=lambda one: one.share) if unharmed else min(keeping, key=lambda one: one.harm(base))


def how_far(
    model: GroundingGPT, base: Mapping[str, Tensor], taught: Mapping[str, Tensor], losses: Losses, context: JobContext
) -> list[Tried]:
    """What was tried, the base first and the choice of `settle` last; the model, a base, is left anywhere on the way.

    base, taught: the weights at either end by their names in the model. losses measures it. Raises `Cancelled`.
    """
    tried = [Tried(0.0, *losses())]
    for number, share in enumerate(SHARES):
        context.progress(number, len(SHARES), "Looking whether old abilities are kept")
        context.raise_if_cancelled()
        go(model, base, taught, share)
        tried.append(Tried(share, *losses()))
        if tried[-1].harm(tried[0]) <= 1:
            break  # nearer to the base there is only less of what was learned
    return [*tried, settle(tried)]


def go(model: GroundingGPT, base: Mapping[str, Tensor], taught: Mapping[str, Tensor], share: float) -> None:
    """Put the weights at a share of the way from the base's to what was taught."""
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name in taught:
                start, end = base[name].to(weights.device).float(), taught[name].to(weights.device).float()
                weights.copy_(torch.lerp(start, end, share))


def losses_of(
    model: GroundingGPT,
    processor: Processor,
    new: Sequence[Lesson | Talk],
    old: Mapping[MediaKind, Sequence[Lesson | Talk]],
    device: str,
) -> Losses:
    """Measures the model as it is: the mean losses on lessons, unvaried, at most `MOST` of the new."""
    objective = GroundingObjective(model, processor).eval().to(device)

    def batches(lessons: Sequence[Lesson | Talk]) -> list[dict[str, Any]]:
        return _batches(LessonSet(lessons, processor, varied=False), device)

    held, scenes = batches(spread(new, MOST)), {kind: batches(lessons) for kind, lessons in old.items()}

    def mean(side: Sequence[Mapping[str, Any]]) -> float:
        return sum(float(objective(**batch)["loss"]) for batch in side) / len(side)

    def measured() -> tuple[float, dict[MediaKind, float]]:
        with torch.inference_mode():
            return mean(held), {kind: mean(side) for kind, side in scenes.items()}

    return measured


def spread(lessons: Sequence[Lesson | Talk], most: int) -> list[Lesson | Talk]:
    """All of them, or so many, evenly out of all."""
    step = max(1.0, len(lessons) / most)
    return [lessons[int(number * step)] for number in range(min(most, len(lessons)))]


def _batches(lessons: LessonSet, device: str) -> list[dict[str, Any]]:
    places = [range(at, min(at + _BATCH, len(lessons))) for at in range(0, len(lessons), _BATCH)]
    return [on_device(collate([lessons[number] for number in batch]), device) for batch in places]
