"""How long a run will take here: one step is done and timed on a model that is thrown away. Writes no model.

Scenes to show again are drawn for it as for a run (`core.training.replay`), and kept in the cache like those.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from core.grounding.groundinggpt.checkpoint import open_checkpoint
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext
from core.training.adapters import set_learning
from core.training.lessons import Lesson, LessonSet, collate, lessons_of, on_device
from core.training.memory import placement_for
from core.training.objective import GroundingObjective
from core.training.order import places
from core.training.plan import FinetunePlan, Settled
from core.training.preflight import Preflight
from core.training.replay import AT_MOST, replay_samples
from core.training.samples import Talk

_LOOKS = 9  # at the hold-out, in a run
_FORWARD = 1 / 3  # of a pass there and back


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: of a step, and of a whole run, loading and drawing included. Measured once, so only about right."""

    step_s: float
    run_s: float


def measure_pace(ready: Preflight, plan: FinetunePlan, context: JobContext) -> Pace | None:
    """Do a step of what was looked ahead at, twice, and time the second.

    None where that would itself take minutes (a large model), where one of several processes cannot speak for all, and
    where there is no room. Raises `TrainingError`, `ModelError`, `Cancelled`.
    """
    settled, need = ready.settled, ready.need
    has_room = need is not None and (ready.free_memory is None or need.memory <= ready.free_memory)
    if settled is None or ready.fatal is not None or settled.large or settled.processes > 1 or not has_room:
        return None
    began = time.monotonic()
    stored = open_checkpoint(ready.place.folder)
    processor = Processor.load(ready.place.folder, stored.config)
    model = stored.loaded(placement_for(settled, ready.device), context)
    still = set_learning(model, settled, processor)
    loaded_s = time.monotonic() - began
    shown, scene_s = _with_scenes(ready, settled, plan.seed, context)
    passing = _Passing(GroundingObjective(model, processor).train(), still, ready.device)
    lessons = LessonSet(shown, processor, seed=plan.seed)
    passing.do(lessons)
    context.raise_if_cancelled()
    pass_s = passing.do(lessons)
    step_s = pass_s * settled.accumulate + passing.update()
    held = math.ceil(len(lessons_of(ready.held)) / settled.batch)
    scenes = min(settled.replayed * settled.epochs, sum(AT_MOST[kind] for kind in stored.config.patches))
    run_s = loaded_s + scenes * scene_s + settled.steps * step_s + _LOOKS * held * pass_s * _FORWARD
    return Pace(step_s, run_s)


def _with_scenes(
    ready: Preflight, settled: Settled, seed: int, context: JobContext
) -> tuple[list[Lesson | Talk], float]:
    """Lessons and scenes as they stand in a batch, and how long it took to draw a scene."""
    config = open_checkpoint(ready.place.folder).config
    wanted = round(settled.batch * settled.replayed / (settled.media + settled.replayed))
    began = time.monotonic()
    scenes = lessons_of(replay_samples(config, wanted, seed, context, ready.device)) if wanted else []
    scene_s = (time.monotonic() - began) / max(1, len(scenes))
    return [*_spread(lessons_of(ready.learned), settled.batch - len(scenes)), *scenes], scene_s


def _spread(lessons: Sequence[Lesson | Talk], count: int) -> list[Lesson | Talk]:
    """So many of them, from short to long; again the same where there are fewer."""
    ordered = sorted(lessons, key=places)
    return [ordered[(2 * number + 1) * len(ordered) // (2 * count)] for number in range(count)]


class _Passing:
    """Passes there and back, as the trainer does them."""

    def __init__(self, objective: GroundingObjective, still: Sequence[nn.Module], device: str) -> None:
        self._objective = objective.to(device)
        self._still = still
        self._device = device
        learning = [one for one in objective.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(learning, lr=0.0)

    def do(self, lessons: LessonSet) -> float:
        """One pass over all of these; seconds, reading included."""
        began = self._now()
        batch = collate([lessons[number] for number in range(len(lessons))])
        for module in self._still:
            module.eval()
        on_gpu = self._device == "cuda"
        in_16_bits = not on_gpu or torch.cuda.is_bf16_supported()
        with torch.autocast(self._device, torch.bfloat16, enabled=in_16_bits):
            loss = self._objective(**on_device(batch, self._device))["loss"]
        loss.backward()
        return self._now() - began

    def update(self) -> float:
        """One update of the weights; seconds. The first one makes room for what it keeps."""
        self._optimizer.step()
        began = self._now()
        self._optimizer.step()
        return self._now() - began

    def _now(self) -> float:
        if self._device == "cuda":
            torch.cuda.synchronize()
        return time.monotonic()
