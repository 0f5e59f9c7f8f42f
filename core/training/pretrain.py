"""Stage 0: teaches the bundled model from nothing, on scenes that are rendered as they are needed.

First the vision tower alone by dense labels, then everything by questions with the dense loss kept on.
Runs on one device, or under `torchrun` with one process for each GPU.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as nnf
from torch import Tensor, nn
from torch.utils.data import DataLoader

from core.grounding.groundinggpt.checkpoint import save_checkpoint
from core.grounding.groundinggpt.configuration import GroundingGPTConfig, PromptTemplate
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor, normalise
from core.training.branches import IGNORED, Packed, SceneStream, branch_logits
from core.training.dense import DenseHeads
from core.training.scenes.expressions import QUESTION_TYPES, Asker
from core.training.scenes.render import Renderer
from core.training.scenes.scene import sample_scene
from core.training.tokenizer import train_tokenizer

SUMMARY = (
    "A small demonstrator trained from nothing on rendered shapes and letters: it answers about plain shapes "
    "at once, and about photographs once it has been taught with corrections."
)


_COLOUR = "red|green|blue|yellow|orange|purple|violet|pink|brown|gr[ea]y|black|white"
# What people also say, in the words of `core.training.scenes.expressions`, which knows one way of saying it.
REWORDINGS = (
    (r"^[\"'“”‘’«»]+|[\"'“”‘’«»]+$", ""),
    (r"^(?:please|can you|could you|would you|i want|i am looking for) (?=\S)", ""),
    (r" please$", ""),
    (r"^(the )?(?:single|only) (?=\S)", r"\1"),
    (
        r"^(?:find|locate|show|select|detect|mark|point (?:to|at|out)|look for|search for|get|give|pick|highlight|box"
        r"|draw a box around|where is|where are|which one is|is there|are there|there is|there are)(?: me)? "
        r"(?=(?:the|an?|all|every|each|my|any|some|this|that|these|those) )",
        "",
    ),
    # "a" before a place or a side is the letter
    (
        r"^(?:an?|my|your|our|this|that|one|some|these|those) "
        r"(?!(?:left|right|above|below|under|over|on|in|at|to|near|next|closest|nearest|that|beneath|lower|higher)\b)",
        "the ",
    ),
    (rf"^((?:the |all the |all )?(?:\w+ )*(?:{_COLOUR})) one(s?)$", r"\1 thing\2"),
    (rf"^(?:the |all the |all )?({_COLOUR})$", r"all \1 things"),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How stage 0 runs. Times in minutes of training; rates for AdamW, and for Muon on the layers' matrices."""

    minutes: float = 20.0
    dense_minutes: float = 1.5
    batch: int = 256
    rate: float = 1.2e-3
    dense_rate: float = 1.5e-3
    muon: bool = True
    dense_weight: float = 0.3
    seed: int = 1
    workers: int = 15
    easy_batches: int = 3000  # after so many batches a process, easy scenes have faded out
    log_every: int = 100
    save_every_minutes: float = 2.5


def mini_config(vocabulary: int) -> GroundingGPTConfig:
    """The bundled model: the published model's classes, small."""
    vision = {
        "hidden_size": 256, "intermediate_size": 1024, "num_hidden_layers": 7, "num_attention_heads": 4,
        "image_size": 320, "patch_size": 16, "hidden_act": "gelu", "projection_dim": 256,
    }  # fmt: skip
    text = {
        "vocab_size": vocabulary, "hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 7,
        "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 2048, "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "tie_word_embeddings": False,
    }  # fmt: skip
    prompt = PromptTemplate(
        after_media="", question="### Human: {expression}", answer="### Assistant:", rewordings=REWORDINGS
    )
    return GroundingGPTConfig(
        vision, text, vision_select_layer=-1, prompt=prompt, summary=SUMMARY, licence="Apache-2.0"
    )


def mini_processor(seed: int = 0, scenes: int = 3000) -> Processor:
    """Tokenizer and prompt of a new model, from the words that scenes are asked with."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(scenes):
        asker = Asker(sample_scene(rng), rng)
        texts += [f" {question.expression}" for kind in QUESTION_TYPES if (question := asker.ask(kind)) is not None]
    tokenizer = train_tokenizer(texts)
    return Processor(mini_config(tokenizer.get_vocab_size()), tokenizer)


class _Group:
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


def _optimizers(model: GroundingGPT, heads: DenseHeads, recipe: Recipe) -> list[torch.optim.Optimizer]:
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        in_layers = ".layers." in name and parameter.ndim == 2
        (matrices if recipe.muon and in_layers else others).append(parameter)
    others += list(heads.parameters())
    fused = next(model.parameters()).is_cuda
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(others, lr=recipe.rate, betas=(0.9, 0.95), weight_decay=0.01, fused=fused)
    ]
    if matrices:
        optimizers.append(torch.optim.Muon(matrices, lr=recipe.rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"))
    return optimizers


class Pretrainer:
    """One run of stage 0. The state (weights, optimizers, minutes) can be saved and taken up again."""

    def __init__(self, recipe: Recipe, processor: Processor, folder: Path) -> None:
        self.recipe = recipe
        self.processor = processor
        self.folder = folder
        self.group = _Group()
        self.minutes = 0.0
        self.steps = 0
        self.pictures = 0
        torch.manual_seed(recipe.seed)
        torch.set_float32_matmul_precision("high")
        config = processor.config
        self.model = GroundingGPT(config, "sdpa").to(self.group.device)
        tower = self.model.vision_tower
        if tower is None:
            raise ValueError("pictures are learned by a checkpoint with a picture branch")
        self.model.language_model.config._attn_implementation = "branches"
        self.heads = DenseHeads(int(tower.config.hidden_size)).to(self.group.device)
        self.optimizers = _optimizers(self.model, self.heads, recipe)
        fast = self.group.device.type == "cuda"
        self.renderer = Renderer(config.image_size, self.group.device, compile_kernels=fast)
        if fast:
            for layer in [*tower.encoder.layers, *self.model.language_model.model.layers]:
                layer.compile(dynamic=False)
        self._prefix = torch.tensor(processor.prefix_ids(), device=self.group.device)
        self._first_patch = processor.first_patch()
        self._log = (folder / "log.jsonl").open("a", encoding="utf-8") if self.group.rank == 0 else None

    # --- state -----------------------------------------------------------------------------

    def save(self) -> None:
        """Write the state, and a checkpoint that inference can load (first process only)."""
        if self.group.rank != 0:
            return
        state = {
            "model": self.model.state_dict(), "heads": self.heads.state_dict(), "minutes": self.minutes,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "steps": self.steps, "pictures": self.pictures,
        }  # fmt: skip
        torch.save(state, self.folder / "state.pt")
        save_checkpoint(self.folder / "checkpoint", self.model, self.processor.tokenizer)
        facts = {
            "recipe": dataclasses.asdict(self.recipe), "minutes": self.minutes, "steps": self.steps,
            "pictures": self.pictures * self.group.size, "processes": self.group.size,
            "device": torch.cuda.get_device_name() if self.group.device.type == "cuda" else "cpu",
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
        self.minutes, self.steps, self.pictures = state["minutes"], state["steps"], state["pictures"]
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

    def _losses(self, batch: Packed, dense_only: bool) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.no_grad():
            pixels = normalise(self.renderer.pictures(batch.scenes))
            side = round(self.processor.config.image_tokens**0.5)
            labels = self.renderer.labels(batch.scenes, side)
        with torch.autocast(self.group.device.type, torch.bfloat16, enabled=self.group.device.type == "cuda"):
            states = self.model.vision_states(pixels)
            losses = self.heads(states, labels)
            total = DenseHeads.combine(losses)
            if dense_only:
                return total, losses
            features = self.model.projected(states)
            embeds = self.model.prefix_embeds(self._prefix, features, self._first_patch)
            logits = branch_logits(self.model, embeds, batch.ids, batch.segments)
        each = nnf.cross_entropy(
            logits.float().flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORED, reduction="none"
        )
        weights = batch.weights.flatten()
        answer = (each * weights).sum() / weights.sum()
        losses["answer"] = answer.detach()
        if (self.steps + 1) % self.recipe.log_every == 0:
            for index, name in enumerate(QUESTION_TYPES):
                of_type = (batch.types.flatten() == index) & (batch.labels.flatten() != IGNORED)
                losses[f"answer_{name}"] = (each.detach() * of_type).sum() / of_type.sum().clamp(min=1)
        return answer + self.recipe.dense_weight * total, losses

    def _step(self, batch: Packed) -> dict[str, Tensor]:
        rate = self._rate()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        loss, parts = self._losses(batch, self.minutes < self.recipe.dense_minutes)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for optimizer in self.optimizers for group in optimizer.param_groups for p in group["params"]]
        self.group.average_gradients(parameters)
        parts["norm"] = nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return parts

    def _batches(self) -> Iterator[Packed]:
        recipe = self.recipe
        stream = SceneStream(
            self.processor, batch=recipe.batch, seed=recipe.seed + 1000 * self.steps, rank=self.group.rank,
            ease=max(0.0, 1 - self.minutes / (0.35 * recipe.minutes)),
            ease_batches=max(1, round(recipe.easy_batches / max(1, recipe.workers))),
        )  # fmt: skip
        loader: DataLoader[Packed] = DataLoader(
            stream, batch_size=None, num_workers=recipe.workers, pin_memory=self.group.device.type == "cuda",
            prefetch_factor=3 if recipe.workers else None,
        )  # fmt: skip
        for batch in loader:
            yield batch.to(self.group.device)

    def run(self, stop_after_minutes: float) -> None:
        """Train until the recipe's minutes are spent or this command's share of them is."""
        recipe = self.recipe
        began = last = time.monotonic()
        begun_at = saved_at = self.minutes
        start_step = self.steps
        waited = 0.0
        batches = self._batches()
        while True:
            asked = time.monotonic()
            batch = next(batches)
            waited += time.monotonic() - asked
            parts = self._step(batch)
            if self.steps == start_step:  # the first step compiles; its time is not training time
                if self.group.device.type == "cuda":
                    torch.cuda.synchronize()
                began = last = time.monotonic()
            self.steps += 1
            self.pictures += recipe.batch
            if self.steps % 10 == 0 or self.steps < start_step + 10:
                self.minutes = begun_at + self.group.agreed((time.monotonic() - began) / 60)
            if self.steps % recipe.log_every == 0 and self._log is not None:
                now = time.monotonic()
                rate = recipe.log_every * recipe.batch * self.group.size / (now - last)
                self._report(parts, {"pictures_per_s": round(rate), "waited_for_data": round(waited / (now - last), 2)})
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
        if self._log is not None:
            self._log.write(text + "\n")
            self._log.flush()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
