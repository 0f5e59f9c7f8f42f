"""What every run of stage 0 shares: its recipe, the processes that train together, the clock, saving and going on.

Runs on one device, or under `torchrun` with one process for each GPU. What is learned is a subclass's business.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from core.grounding.groundinggpt.checkpoint import save_checkpoint
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.training.muon import StackedMuon

Batch = TypeVar("Batch")
_COMPILING_S = 5.0  # a step on a GPU that takes longer waits for a compiler
_IN_LAYERS = re.compile(r"\.(?:layers?|blocks)\.\d+\.")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How stage 0 runs. Times in minutes of training; rates for AdamW, and for Muon on the layers' matrices."""

    minutes: float = 20.0
    dense_minutes: float = 1.5
    picture_minutes: float = 0.0  # of the dense ones: single pictures for the video tower, before clips
    batch: int = 256
    rate: float = 1.2e-3
    dense_rate: float = 1.5e-3
    muon: bool = True
    dense_weight: float = 0.3
    seed: int = 1
    workers: int = 15
    easy_batches: int = 3000  # after so many batches a process, easy scenes have faded out
    log_every: int = 50
    save_every_minutes: float = 2.5


class Group:
    """The processes that train together: rank, and the little communication that there is."""

    def __init__(self) -> None:
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(self.device)
        if self.size > 1:
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    def average_gradients(self, parameters: list[nn.Parameter]) -> None:
        """One all-reduce over all gradients laid end to end."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()

    def agreed(self, value: float) -> float:
        """The first process's value, everywhere."""
        if self.size == 1:
            return value
        tensor = torch.tensor([value], device=self.device)
        dist.broadcast(tensor, 0)
        return float(tensor)

    def close(self) -> None:
        """Leave the group."""
        if self.size > 1:
            dist.destroy_process_group()


def optimizers_for(model: GroundingGPT, heads: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """AdamW for everything, but Muon for the matrices inside of layers where the recipe says so."""
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        in_layers = _IN_LAYERS.search(name) is not None and parameter.ndim == 2
        (matrices if recipe.muon and in_layers else others).append(parameter)
    others += list(heads.parameters())
    fused = next(model.parameters()).is_cuda
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(others, lr=recipe.rate, betas=(0.9, 0.95), weight_decay=0.01, fused=fused)
    ]
    if matrices:
        optimizers.append(StackedMuon(matrices, lr=recipe.rate))
    return optimizers


class StageZero(Generic[Batch]):
    """One run of stage 0. The state (weights, optimizers, minutes) can be saved and taken up again.

    A subclass says what a batch is (`batches`), what it costs (`losses`), and how it is counted (`counted`).
    """

    counted = "items"

    def __init__(
        self, recipe: Recipe, processor: Processor, folder: Path, model: GroundingGPT, heads: nn.Module
    ) -> None:
        self.recipe = recipe
        self.processor = processor
        self.folder = folder
        self.group = Group()
        self.minutes = 0.0
        self.steps = 0
        self.seen = 0
        torch.set_float32_matmul_precision("high")
        self.model = model.to(self.group.device)
        self.model.language_model.config._attn_implementation = "branches"
        self.heads = heads.to(self.group.device)
        self.optimizers = optimizers_for(self.model, self.heads, recipe)

    @property
    def fast(self) -> bool:
        """Whether it is worth compiling."""
        return self.group.device.type == "cuda"

    def batches(self) -> Iterator[Batch]:
        """Batches on the device, without end."""
        raise NotImplementedError

    def losses(self, batch: Batch, *, dense_only: bool, told: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """What to minimise, and its parts for the log; more of them where `told`."""
        raise NotImplementedError

    # --- state -----------------------------------------------------------------------------

    def save(self) -> None:
        """Write the state, and a checkpoint that inference can load (first process only)."""
        if self.group.rank != 0:
            return
        state = {
            "model": self.model.state_dict(), "heads": self.heads.state_dict(), "minutes": self.minutes,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "steps": self.steps, "seen": self.seen,
        }  # fmt: skip
        torch.save(state, self.folder / "state.pt")
        save_checkpoint(self.folder / "checkpoint", self.model, self.processor.tokenizer)
        facts = {
            "recipe": dataclasses.asdict(self.recipe), "minutes": self.minutes, "steps": self.steps,
            self.counted: self.seen * self.group.size, "processes": self.group.size,
            "device": torch.cuda.get_device_name() if self.fast else "cpu",
        }  # fmt: skip
        (self.folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")

    def resume(self) -> bool:
        """Take up a saved state. True when there was one."""
        path = self.folder / "state.pt"
        if not path.is_file():
            return False
        state = torch.load(path, map_location=self.group.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.heads.load_state_dict(state["heads"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.minutes, self.steps, self.seen = state["minutes"], state["steps"], state["seen"]
        return True

    # --- steps -----------------------------------------------------------------------------

    def _rate(self) -> float:
        """Learning rate now: short warm-ups, then a fall to zero over the whole run."""
        recipe = self.recipe
        if self.minutes < recipe.dense_minutes:
            return recipe.dense_rate * min(1.0, self.minutes / 0.1 + 0.01)
        done = (self.minutes - recipe.dense_minutes) / max(recipe.minutes - recipe.dense_minutes, 1e-6)
        warm = min(1.0, (self.minutes - recipe.dense_minutes) / 0.2 + 0.05)
        return recipe.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))

    def _step(self, batch: Batch) -> dict[str, Tensor]:
        rate = self._rate()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        told = (self.steps + 1) % self.recipe.log_every == 0
        loss, parts = self.losses(batch, dense_only=self.minutes < self.recipe.dense_minutes, told=told)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for optimizer in self.optimizers for group in optimizer.param_groups for p in group["params"]]
        self.group.average_gradients(parameters)
        parts["norm"] = nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return parts

    def run(self, stop_after_minutes: float) -> None:
        """Train until the recipe's minutes are spent or this command's share of them is."""
        recipe = self.recipe
        began = last = time.monotonic()
        begun_at = saved_at = self.minutes
        start_step = self.steps
        waited = 0.0
        batches = self.batches()
        while True:
            asked = time.monotonic()
            batch = next(batches)
            given = time.monotonic()
            waited += given - asked
            parts = self._step(batch)
            if self.steps == start_step and self.fast:
                torch.cuda.synchronize()
            spent = time.monotonic() - (asked if self.steps == start_step else given)
            if self.steps == start_step or (self.fast and spent > _COMPILING_S):
                began += spent  # compiling is no training
            self.steps += 1
            self.seen += recipe.batch
            if self.steps % 10 == 0 or self.steps < start_step + 10:
                self.minutes = begun_at + self.group.agreed((time.monotonic() - began) / 60)
            if self.steps % recipe.log_every == 0 and self.group.rank == 0:
                now = time.monotonic()
                speed = recipe.log_every * recipe.batch * self.group.size / (now - last)
                waiting = round(waited / (now - last), 2)
                self._report(parts, {f"{self.counted}_per_s": round(speed), "waited_for_data": waiting})
                last, waited = now, 0.0
            if self.minutes - saved_at >= recipe.save_every_minutes:
                saved_at = self.minutes
                self.save()
            if self.minutes >= recipe.minutes or self.minutes - begun_at >= stop_after_minutes:
                break
        self.save()
        self.group.close()

    def _report(self, parts: dict[str, Tensor], speed: dict[str, float]) -> None:
        line: dict[str, Any] = {"step": self.steps, "minutes": round(self.minutes, 2), **speed}
        line.update({name: round(float(value.detach()), 4) for name, value in parts.items()})
        text = json.dumps(line)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(text + "\n")
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
