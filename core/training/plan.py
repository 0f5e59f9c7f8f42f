"""What a fine-tuning run is asked to do, and how what was left open is settled. Knows no torch and no files."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import UsageError
from core.schema import MediaKind
from core.training.stages import (
    ADAPTERS_OF_LARGE,
    ADAPTERS_OF_SMALL,
    STAGES,
    WHOLE_OF_SMALL,
    WHOLE_OF_SMALL_IN_TIME,
    Recipe,
    branch_of,
)

Method = Literal["full", "lora", "qlora"]
METHODS: tuple[Method, ...] = ("full", "lora", "qlora")
_REPLAY = 1 / 3  # of what a model that was taught on rendered scenes is shown
# Media shown in all when epochs are not given. Pictures, scenes among them: some minutes of a small model on two cores.
# What lasts needs more, scenes not counted: voices and movements differ more than places do (docs/learning-loop.md).
_SHOWN, _SHOWN_IN_TIME = 1200, 14_400
_EPOCHS = (8, 60)
_EPOCHS_OF_LARGE = 3


@dataclass(frozen=True, slots=True)
class FinetunePlan:
    """What somebody asked for. 0, "" and None leave it to the recipe, the model's size, and the data's.

    batch: media a process and pass; accumulate: passes a step. holdout: share of media that is kept apart. replay:
    share of rendered scenes among what is shown. patience: how often the held-out loss may fail to fall before
    training stops. shard: whether several processes share one copy of the model ("on", "off"; "auto": a large one).
    from_split: the data are one side of a split that stands. for_window: a window shows what is said, so that names no
    options.
    """

    base: str
    out: Path
    stage: int | None = None
    method: str = ""
    bits: int = 0
    epochs: int = 0
    batch: int = 0
    accumulate: int = 0
    rate: float = 0.0
    seed: int = 0
    resume: bool = False
    holdout: float = 0.0
    replay: float | None = None
    patience: int = 3
    device: str = "auto"
    shard: str = "auto"
    from_split: bool = False
    for_window: bool = False

    def check(self) -> None:
        """Raise `UsageError` when the wishes contradict each other."""
        if self.method and self.method not in METHODS:
            raise UsageError(f"There is no method {self.method!r}", next_step=f"choose one of {', '.join(METHODS)}")
        if self.stage is not None and self.stage not in STAGES:
            raise UsageError(f"There is no stage {self.stage}", next_step="choose 1, 2 or 3")
        if self.stage == 1 and self.method in ("lora", "qlora"):
            raise UsageError(
                f"Stage 1 and --method {self.method} do not go together",
                why="stage 1 trains no layer of the language model that adapters could stand in for",
                next_step="leave --method out",
            )
        if self.bits in (4, 8) and self.method in ("full", "lora"):
            raise UsageError(
                f"--method {self.method} needs the weights in 16 bits",
                why=f"only adapters can be trained on weights of {self.bits} bits",
                next_step="use --method qlora, or leave --bits out",
            )
        if self.bits == 16 and self.method == "qlora":
            raise UsageError("--method qlora is for --bits 8 or 4", next_step="use --method lora for 16 bits")
        if self.shard == "on" and (self.method == "qlora" or self.bits in (4, 8)):
            raise UsageError(
                "--shard on and --method qlora do not go together",
                why="weights in 8 and 4 bits cannot be shared out: each process holds them all",
                next_step="use --method lora, or leave --shard out",
            )
        for name, share in (("--holdout", self.holdout), ("--replay", self.replay or 0.0)):
            if not 0 <= share < 1:
                raise UsageError(f"{name} is a share of 0 to less than 1, not {share:g}")


@dataclass(frozen=True, slots=True)
class Settled:
    """Everything that was left open, decided. media: lessons of the data in an epoch; replayed: scenes beside them.

    kinds: of media in the data.
    """

    recipe: Recipe
    method: Method
    bits: int
    rate: float
    batch: int
    accumulate: int
    epochs: int
    media: int
    replayed: int
    processes: int
    large: bool
    sharded: bool
    kinds: frozenset[MediaKind]

    def learns(self, name: str) -> bool:
        """Whether the parameter of this name learns.

        Beside scenes, what reads a kind of medium that the data have none of stays as it is: it would learn the few
        scenes by heart.
        """
        unseen = self.replayed > 0 and branch_of(name) not in {None, *self.kinds}
        return self.recipe.learns(name) and not unseen

    def share_of_rate(self, name: str) -> float:
        """At which the parameter of this name learns: less beside scenes, so that less of them is forgotten."""
        return self.recipe.share_of_rate(name) if self.replayed else 1.0

    @property
    def steps_an_epoch(self) -> int:
        """Updates of the weights in an epoch."""
        batches = math.ceil(math.ceil((self.media + self.replayed) / self.batch) / self.processes)
        return math.ceil(batches / self.accumulate)

    @property
    def steps(self) -> int:
        """Updates in all, unless the held-out loss ends it earlier."""
        return self.steps_an_epoch * self.epochs


def chosen_method(plan: FinetunePlan, *, large: bool) -> tuple[Method, int]:
    """Method and bits: a small model is trained whole, a large one by adapters on 4 bits, a stage as it was."""
    plan.check()
    quantised = plan.bits in (4, 8)
    usual: Method = "qlora" if quantised or (large and plan.stage is None and plan.bits != 16) else "full"
    if large and plan.stage is None and plan.bits == 16:
        usual = "lora"
    method = next((known for known in METHODS if known == plan.method), usual)
    return method, (plan.bits or 4) if method == "qlora" else 16


def settle(
    plan: FinetunePlan, *, large: bool, media: int, taught_on_scenes: bool, processes: int, kinds: Collection[MediaKind]
) -> Settled:
    """Decide what the plan leaves open. large: the base has more than a billion values; media: lessons to learn.

    kinds: of media that they are about. Raises `UsageError` when the wishes contradict each other.
    """
    method, bits = chosen_method(plan, large=large)
    in_time = any(kind != "image" for kind in kinds)
    adapters = method != "full"
    if plan.stage is not None:
        recipe = STAGES[plan.stage]
    elif large:
        recipe = ADAPTERS_OF_LARGE if adapters else STAGES[3]
    else:
        whole = WHOLE_OF_SMALL_IN_TIME if in_time else WHOLE_OF_SMALL
        recipe = ADAPTERS_OF_SMALL if adapters else whole
    share = plan.replay if plan.replay is not None else (_REPLAY if taught_on_scenes else 0.0)
    replayed = math.ceil(media * share / (1 - share) - 1e-9)
    usual_epochs = recipe.epochs or (_EPOCHS_OF_LARGE if large else _epochs_for(media, replayed, in_time=in_time))
    return Settled(
        recipe=recipe,
        method=method,
        bits=bits,
        rate=plan.rate or recipe.rate,
        batch=plan.batch or recipe.batch,
        accumulate=plan.accumulate or recipe.accumulate,
        epochs=plan.epochs or usual_epochs,
        media=media,
        replayed=replayed,
        processes=processes,
        large=large,
        sharded=processes > 1 and (plan.shard == "on" or (plan.shard == "auto" and large and method != "qlora")),
        kinds=frozenset(kinds),
    )


def _epochs_for(media: int, replayed: int, *, in_time: bool) -> int:
    low, high = _EPOCHS
    shown, each = (_SHOWN_IN_TIME, media) if in_time else (_SHOWN, media + replayed)
    return min(high, max(low, math.ceil(shown / max(1, each))))
