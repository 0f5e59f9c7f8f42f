"""Lets a model of random weights write answers of the grammar: it computes what it computes, and digits are dictated.

Each logit is still made of the whole network; a large number is added to the one that is dictated, so that any way of
decoding that asks the model gives the same text. A digit depends on its place, on the token before it and on a seed, so
that guessing it ahead is as hard as one in ten. Works through hooks: who goes round `lm_head` is not dictated to, and
the texts then differ.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor

_BONUS = 1e4
_TEMPLATE = {False: "[0.000, 0.000, 0.000, 0.000]", True: "{0.000,0.000}"}


class Forced:
    """Hooks on one model. `begin` before each question says where its answer begins."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        self._processor = processor
        self._device = next(model.parameters()).device
        self._start: int | None = None
        self._ids = self._positions = torch.zeros(1, 1, dtype=torch.long, device=self._device)
        self.logits: dict[int, Tensor] = {}  # by place in the answer: those of the ten digits, undictated
        self.keeps = False
        language = model.language_model
        self._digits = torch.tensor([processor._id(digit) for digit in "0123456789"], device=self._device)
        language.get_input_embeddings().register_forward_hook(self._see_ids)
        language.model.register_forward_pre_hook(self._see_positions, with_kwargs=True)
        language.lm_head.register_forward_hook(self._dictate)

    def begin(self, prompt_tokens: int, *, spans: bool, seed: int = 0) -> None:
        """The next questions have so many tokens, media included, and are answered with one box or one span."""
        text = _TEMPLATE[spans]
        ids = self._processor.answer_ids(text)
        points = [place for place, token in enumerate(ids) if self._processor.text_of([token])[0] == "."]
        free = [place + k for place in points for k in (1, 2, 3)]
        self._start, self._seed = prompt_tokens, seed
        self._template = torch.tensor(ids, device=self._device)
        self._free = torch.zeros(len(ids), dtype=torch.bool, device=self._device)
        self._free[free] = True

    @property
    def digits(self) -> int:
        """How many places carry information."""
        return int(self._free.sum())

    def _see_ids(self, _module: Any, arguments: tuple[Any, ...], _output: Tensor) -> None:
        self._ids = arguments[0]

    def _see_positions(self, _module: Any, _arguments: tuple[Any, ...], words: dict[str, Any]) -> None:
        positions = words.get("position_ids")
        if positions is None:
            given = words.get("inputs_embeds")
            given = self._ids if given is None else given
            cache = words.get("past_key_values")
            seen = 0 if cache is None else int(cache.get_seq_length())
            positions = torch.arange(seen, seen + given.shape[1], device=self._device)[None]
        self._positions = positions

    def _dictate(self, _module: Any, _arguments: tuple[Any, ...], logits: Tensor) -> Tensor:
        """[b, n, v] or [n, v] logits of the last n places that were read."""
        if self._start is None or logits.dim() < 2:
            return logits
        count = logits.shape[-2]
        places = self._positions[:, -count:] + 1 - self._start
        before = self._ids[:, -count:].expand_as(places) if self._ids.shape[-1] >= count else torch.zeros_like(places)
        inside = places.clamp(0, len(self._template) - 1)
        chosen = self._digits[(places * 7 + before * 13 + before * places % 11 + self._seed * 3) % 10]
        target = torch.where(self._free[inside], chosen, self._template[inside])
        target = torch.where(places >= len(self._template), self._template[-1], target)
        if self.keeps:
            for place in range(count):
                self.logits[int(places[0, place])] = logits.reshape(-1, count, logits.shape[-1])[0, place][self._digits]
        bonus = torch.where(places >= 0, _BONUS, 0.0).to(logits.dtype)
        target, bonus = (one.expand(*logits.shape[:-1]) for one in (target, bonus))
        return logits.scatter_add(-1, target[..., None], bonus[..., None])
