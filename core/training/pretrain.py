"""Stage 0 for pictures: teaches the bundled model from nothing, on scenes that are rendered as they are needed.

First the vision tower alone by dense labels, then everything by questions with the dense loss kept on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from core.grounding.groundinggpt.configuration import GroundingGPTConfig, PromptTemplate
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor, normalise
from core.training.branches import Packed, SceneStream, branch_logits
from core.training.dense import DenseHeads
from core.training.packing import answer_loss, losses_by_type
from core.training.scenes.expressions import QUESTION_TYPES, Asker
from core.training.scenes.render import Renderer
from core.training.scenes.scene import sample_scene
from core.training.stage_zero import Recipe, StageZero
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


class Pretrainer(StageZero[Packed]):
    """Teaches pictures."""

    counted = "pictures"

    def __init__(self, recipe: Recipe, processor: Processor, folder: Path) -> None:
        torch.manual_seed(recipe.seed)
        config = processor.config
        model = GroundingGPT(config, "sdpa")
        tower = model.vision_tower
        if tower is None:
            raise ValueError("pictures are learned by a checkpoint with a picture branch")
        super().__init__(recipe, processor, folder, model, DenseHeads(int(tower.config.hidden_size)))
        self.renderer = Renderer(config.image_size, self.group.device, compile_kernels=self.fast)
        if self.fast:
            for layer in [*tower.encoder.layers, *self.model.language_model.model.layers]:
                layer.compile(dynamic=False)
        self._prefix = torch.tensor(processor.prefix_ids(), device=self.group.device)
        self._first_patch = processor.first_patch()

    def losses(self, batch: Packed, *, dense_only: bool, told: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """See `StageZero.losses`."""
        with torch.no_grad():
            pixels = normalise(self.renderer.pictures(batch.scenes))
            side = round(self.processor.config.image_tokens**0.5)
            labels = self.renderer.labels(batch.scenes, side)
        with torch.autocast(self.group.device.type, torch.bfloat16, enabled=self.fast):
            states = self.model.vision_states(pixels)
            losses = self.heads(states, labels)
            total = DenseHeads.combine(losses)
            if dense_only:
                return total, losses
            features = self.model.projected(states)
            embeds = self.model.prefix_embeds(self._prefix, features, self._first_patch)
            logits = branch_logits(self.model, embeds, batch.ids, batch.segments)
        answer, each = answer_loss(logits, batch.labels, batch.weights)
        losses["answer"] = answer.detach()
        if told:
            losses.update(losses_by_type(each, batch.labels, batch.types, QUESTION_TYPES))
        return answer + self.recipe.dense_weight * total, losses

    def batches(self) -> Iterator[Packed]:
        """See `StageZero.batches`."""
        recipe = self.recipe
        stream = SceneStream(
            self.processor, batch=recipe.batch, seed=recipe.seed + 1000 * self.steps, rank=self.group.rank,
            ease=max(0.0, 1 - self.minutes / (0.35 * recipe.minutes)),
            ease_batches=max(1, round(recipe.easy_batches / max(1, recipe.workers))),
        )  # fmt: skip
        loader: DataLoader[Packed] = DataLoader(
            stream, batch_size=None, num_workers=recipe.workers, pin_memory=self.fast,
            prefetch_factor=3 if recipe.workers else None,
        )  # fmt: skip
        for batch in loader:
            yield batch.to(self.group.device)
