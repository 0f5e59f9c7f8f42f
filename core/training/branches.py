"""Packs many independent questions behind one picture, so that encoding the picture is paid once.

Questions never see each other (`core.grounding.groundinggpt.modeling.branch_mask`). Also registers the
attention that makes such a batch cheap: flash attention for the prefix, a mask only for the questions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor, nn
from torch.utils.data import IterableDataset
from transformers import AttentionInterface

from core.grounding.groundinggpt.answers import format_answer
from core.grounding.groundinggpt.modeling import GroundingGPT, branch_mask, branch_positions
from core.grounding.groundinggpt.processing import Processor
from core.training.packing import Asked, pack
from core.training.scenes.expressions import QUESTION_TYPES, Asker, Question, QuestionType
from core.training.scenes.render import SceneBatch, scene_batch
from core.training.scenes.scene import Scene, sample_scene

# Places for questions behind the prefix; with its 403 tokens a multiple of 16, which attention kernels like.
PLACES, CROWDED_PLACES = 317, 541
CROWDED_EVERY = 5
# How often each type is tried for one picture.
_MENU: tuple[QuestionType, ...] = (
    ("attribute",) * 4
    + ("superlative",) * 3
    + ("relation",) * 4
    + ("position",) * 2
    + ("plural",) * 3
    + ("absent",) * 4
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A training batch: b pictures, s places for question and answer tokens.

    ids, segments, labels, types: [b, s] int64; weights [b, s] float32. A label stands where its token is
    *predicted from*, so no shift is needed; segments are -1 on padding; types index `QUESTION_TYPES`.
    """

    scenes: SceneBatch
    ids: Tensor
    segments: Tensor
    labels: Tensor
    weights: Tensor
    types: Tensor

    def to(self, device: torch.device) -> Packed:
        """The same on another device."""
        return Packed(
            self.scenes.to(device), *(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)[1:])
        )

    def pin_memory(self) -> Packed:
        """In page-locked memory, as `DataLoader` asks for it."""
        return Packed(self.scenes.pin_memory(), *(getattr(self, f.name).pin_memory() for f in fields(self)[1:]))


def questions_of(scene: Scene, rng: np.random.Generator) -> Iterator[Question]:
    """Questions about a scene in random order; a crowded scene begins with one that lists many things."""
    asker = Asker(scene, rng)
    if len(scene.things) >= 8 and rng.random() < 0.5:
        question = asker.ask("plural", tries=4)
        if question is not None:
            yield question
    for index in rng.permutation(len(_MENU)):
        question = asker.ask(_MENU[index], tries=6)
        if question is not None:
            yield question


def answer_text(scene: Scene, question: Question, processor: Processor) -> str:
    """The answer that a question about a scene should get."""
    return format_answer([scene.things[i].box_norm for i in question.targets], processor.config.grammar)


class Packer:
    """Fills rows with questions about scenes and their answers."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor

    def pack(self, scenes: list[Scene], rng: np.random.Generator, length: int) -> Packed:
        """Ask every scene until its row of `length` places is full."""
        questions = pack(self._processor, [self._asked(scene, rng) for scene in scenes], length)
        return Packed(scene_batch(scenes), *(getattr(questions, f.name) for f in fields(questions)))

    def _asked(self, scene: Scene, rng: np.random.Generator) -> Iterator[Asked]:
        for question in questions_of(scene, rng):
            text = answer_text(scene, question, self._processor)
            yield Asked(question.expression, text, len(question.targets), QUESTION_TYPES.index(question.type))


class SceneStream(IterableDataset[Packed]):
    """An endless stream of packed batches; every worker and process draws its own scenes from the seed."""

    def __init__(
        self, processor: Processor, *, batch: int, seed: int, rank: int = 0, ease: float = 0.0, ease_batches: int = 1
    ) -> None:
        """`ease`: share of easy scenes in a worker's first batch, fading to none over `ease_batches`."""
        super().__init__()
        self._packer = Packer(processor)
        self._batch, self._seed, self._rank = batch, seed, rank
        self._ease, self._ease_batches = ease, ease_batches

    def __iter__(self) -> Iterator[Packed]:
        worker = torch.utils.data.get_worker_info()
        offset = worker.id if worker else 0
        rng = np.random.default_rng([self._seed, self._rank, offset])
        for index in itertools.count():
            # every process of a group draws crowded batches at the same steps, so that none waits for another
            crowded = (index + offset) % CROWDED_EVERY == 0
            ease = 0.0 if crowded else self._ease * max(0.0, 1 - index / self._ease_batches)
            scenes = [sample_scene(rng, crowded=crowded, easy=rng.random() < ease) for _ in range(self._batch)]
            yield self._packer.pack(scenes, rng, CROWDED_PLACES if crowded else PLACES)


def _branch_attention(
    _module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention over prefix + questions. attention_mask [b, 1, s, prefix + s] covers the questions' rows only.

    Without one it is a conversation: each token sees all before it. What pads it stands behind it, and is not seen.
    """
    if attention_mask is None:
        whole = nnf.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling)
        return whole.transpose(1, 2), None
    prefix = query.shape[2] - attention_mask.shape[2]
    head = nnf.scaled_dot_product_attention(
        query[:, :, :prefix], key[:, :, :prefix], value[:, :, :prefix], is_causal=True, scale=scaling
    )
    tail = nnf.scaled_dot_product_attention(query[:, :, prefix:], key, value, attn_mask=attention_mask, scale=scaling)
    return torch.cat([head, tail], 2).transpose(1, 2), None


AttentionInterface.register("branches", _branch_attention)


def branch_logits(model: GroundingGPT, prefix: Tensor, ids: Tensor, segments: Tensor) -> Tensor:
    """[b, p, d] prefix embeddings and [b, n] packed tokens -> [b, n, v], questions apart from each other.

    The language model must have been set to the attention "branches". segments as in `branch_mask`.
    """
    length = prefix.shape[1]
    words = model.language_model.get_input_embeddings()(ids).to(prefix.dtype)
    before = torch.arange(length, device=ids.device)[None].expand(len(ids), -1)
    output = model.language_model.model(
        inputs_embeds=torch.cat([prefix, words], 1),
        attention_mask=branch_mask(segments, length),
        position_ids=torch.cat([before, branch_positions(segments, length)], 1),
        use_cache=False,
    )
    logits: Tensor = model.language_model.lm_head(output.last_hidden_state[:, length:])
    return logits
