"""Lets a model of random weights write answers of the grammar: it computes what it computes, and digits are dictated.

Each logit is still made of the whole network; a large number is added to the one that is dictated, so that any way of
decoding that asks the model gives the same text. A digit depends on its place, on the token before it and on a seed, so
that guessing it ahead is as hard as one in ten.

Works through hooks on the modules that every way has to call. What is dictated behind a token travels in a few of the
state's own numbers from the last norm to `lm_head`, which computes with zeros there: a few of thousands, on both sides.
Who goes round these modules is not dictated to, and the texts then differ. All that changes from question to question
is written into tensors in place, so that a pass that was recorded once for a GPU is dictated to when it is replayed.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor

_BONUS = 1e4
_BASE = 128  # digits of what travels: whole numbers up to 256 are exact in bfloat16
_MARKS = 4  # target in three digits, and its place in the answer, from 1; 0 is no answer
_ROOM = 64  # tokens of an answer
_TEMPLATE = {False: "[0.000, 0.000, 0.000, 0.000]", True: "{0.000,0.000}"}


class Forced:
    """Hooks on one model. `begin` before each question says where its answer begins."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        self._processor = processor
        self._device = next(model.parameters()).device
        self._is_on = False
        self._start, self._seed, self._last = (torch.zeros((), dtype=torch.long, device=self._device) for _ in range(3))
        self._template = torch.zeros(_ROOM, dtype=torch.long, device=self._device)
        self._is_free = torch.zeros(_ROOM, dtype=torch.bool, device=self._device)
        self._ids = self._positions = torch.zeros(1, 1, dtype=torch.long, device=self._device)
        self._marks = torch.zeros(1, _MARKS, device=self._device)
        self.logits: dict[int, Tensor] = {}  # by place in the answer: those of the ten digits, undictated
        self.keeps = False
        self._digits = torch.tensor([processor._id(digit) for digit in "0123456789"], device=self._device)
        language = model.language_model
        language.get_input_embeddings().register_forward_hook(self._see_ids)
        language.model.rotary_emb.register_forward_pre_hook(self._see_positions, with_kwargs=True)
        language.model.norm.register_forward_hook(self._mark)
        language.lm_head.register_forward_pre_hook(self._unmark)
        language.lm_head.register_forward_hook(self._dictate)

    def begin(self, prompt_tokens: int, *, spans: bool, seed: int = 0) -> None:
        """The next questions have so many tokens, media included, and are answered with one box or one span."""
        ids = self._processor.answer_ids(_TEMPLATE[spans])
        points = [place for place, token in enumerate(ids) if self._processor.text_of([token])[0] == "."]
        self.free = [place + k for place in points for k in (1, 2, 3)]
        self._start.fill_(prompt_tokens)
        self._seed.fill_(seed)
        self._last.fill_(len(ids) - 1)
        self._template.copy_(torch.tensor(ids + [ids[-1]] * (_ROOM - len(ids))))
        self._is_free.copy_(torch.tensor([place in self.free for place in range(_ROOM)]))
        self._is_on = True

    def _see_ids(self, _module: Any, arguments: tuple[Any, ...], _output: Tensor) -> None:
        self._ids = arguments[0]

    def _see_positions(self, _module: Any, arguments: tuple[Any, ...], words: dict[str, Any]) -> None:
        self._positions = words["position_ids"] if "position_ids" in words else arguments[1]

    def _mark(self, _module: Any, _arguments: tuple[Any, ...], states: Tensor) -> Tensor:
        """[q, n, width] behind the last norm."""
        if not self._is_on:
            return states
        places = (self._positions + 1 - self._start).expand(states.shape[:2])
        before = self._ids if self._ids.shape == places.shape else torch.zeros_like(places)
        inside = torch.minimum(places.clamp(min=0), self._last)  # whatever follows the end is the end
        chosen = self._digits[(places * 7 + before * 13 + before * places % 11 + self._seed * 3) % 10]
        target = torch.where(self._is_free[inside], chosen, self._template[inside])
        place = torch.where(places >= 0, inside + 1, 0)
        marks = torch.stack([target // _BASE**2, target // _BASE % _BASE, target % _BASE, place], -1)
        return torch.cat([marks.to(states.dtype), states[..., _MARKS:]], -1)

    def _unmark(self, _module: Any, arguments: tuple[Any, ...]) -> tuple[Tensor]:
        """[…, width] -> the same with zeros where marks were."""
        (states,) = arguments
        if not self._is_on:
            return (states,)
        self._marks = states[..., :_MARKS].round().long()
        return (torch.cat([torch.zeros_like(states[..., :_MARKS]), states[..., _MARKS:]], -1),)

    def _dictate(self, _module: Any, _arguments: tuple[Any, ...], logits: Tensor) -> Tensor:
        """[…, v] -> the same, what is dictated far above the rest."""
        if not self._is_on:
            return logits
        high, middle, low, place = self._marks.unbind(-1)
        if self.keeps:
            for at, row in zip(place.flatten().tolist(), logits.flatten(0, -2), strict=True):
                self.logits[at - 1] = row[self._digits]
        bonus = torch.where(place > 0, _BONUS, 0.0).to(logits.dtype)
        target = high * _BASE**2 + middle * _BASE + low
        return logits.scatter_add(-1, target[..., None], bonus[..., None])
