"""The straightforward way, as the original works: what the product's own path is measured against.

One expression at a time; the medium is read and encoded anew for each; transformers' `generate` with a dynamic cache
and eager attention; every bracket, digit, point and comma is a step. Same weights, same inputs, same greedy answer.
(The original also encodes videos and sounds anew at every token; that is not held against it here.)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.media_tensors import ReadMedium, read_medium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaSource

TOKENS_PER_NUMBER = 6  # as in the product's own limit


class Straightforward:
    """Answers one question at a time and keeps nothing."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        """model: built with eager attention."""
        self.model, self.processor = model, processor
        self.weight = next(model.parameters())

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype = torch.float32, device: str = "cpu") -> Straightforward:
        """A checkpoint on a device."""
        model = load_model(folder, dtype, attention="eager").to(device)
        return cls(model, Processor.load(folder, model.config))

    @property
    def config(self) -> GroundingGPTConfig:
        return self.processor.config

    def read(self, source: MediaSource) -> ReadMedium:
        """Decode a medium."""
        return read_medium(source, self.config)

    @torch.inference_mode()
    def encode(self, read: ReadMedium) -> Tensor:
        """[1, p, d] of a medium."""
        tensor = read.tensor.to(self.weight.device, self.weight.dtype)
        if read.kind == "image":
            return self.model.image_features(tensor)
        return self.model.video_features([tensor]) if read.kind == "video" else self.model.sound_features([tensor])

    def answer(self, source: MediaSource, expression: str) -> str:
        """What the model writes about a medium."""
        return self.answer_about(self.read(source), expression)

    @torch.inference_mode()
    def answer_about(self, read: ReadMedium, expression: str, processors: Sequence[Any] = ()) -> str:
        """What the model writes about a medium that was decoded. processors: of logits, as `generate` takes them."""
        prompt = [*self.processor.prefix_ids([read.kind]), *self.processor.question_ids(expression)]
        ids = torch.tensor([prompt], device=self.weight.device)
        features = {self.processor.patch_ids()[read.kind]: self.encode(read)}
        most = self.config.grammar.max_regions * (4 if read.kind == "image" else 2) * TOKENS_PER_NUMBER
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # generate comments on settings that mean nothing to greedy decoding
            written = self.model.language_model.generate(
                inputs_embeds=self.model.embed(ids, features), attention_mask=torch.ones_like(ids),
                max_new_tokens=most, do_sample=False, use_cache=True, eos_token_id=self.processor.end_id,
                pad_token_id=self.processor.pad_id, logits_processor=list(processors),
                stopping_criteria=[_Stop(self.processor.stops)],
            )  # fmt: skip
        kept = [token for token in written[0].tolist() if token != self.processor.end_id]
        return self.processor.text_of(kept)[0]


class _Stop:
    """`generate` ends where the text says so."""

    def __init__(self, stops: Callable[[Sequence[int]], bool]) -> None:
        self._stops = stops

    def __call__(self, input_ids: Tensor, *_scores: object, **_more: object) -> Tensor:
        return torch.tensor([self._stops(row) for row in input_ids.tolist()], device=input_ids.device)
