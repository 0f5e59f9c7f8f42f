"""What the language model has read of a conversation, kept so that whatever comes again is not read again.

Knows tokens and features. What the media are, and what the words mean, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.grounding.groundinggpt.decoding import (
    Prefix,
    Written,
    continue_conversation,
    encode_conversation,
    shortened,
    write_on,
)
from core.grounding.groundinggpt.modeling import GroundingGPT


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A medium in a prompt: the patch token that it stands in place of, its features [1, p, d], and what it is."""

    patch_id: int
    features: Tensor
    key: Hashable


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """Token ids, and the media whose patches stand among them, in their order."""

    ids: tuple[int, ...]
    media: tuple[Embedded, ...] = ()

    def symbols(self) -> list[Hashable]:
        """The ids, but patches of different media are different things."""
        symbols: list[Hashable] = list(self.ids)
        for medium, start in zip(self.media, self.starts(), strict=True):
            for place in range(start, start + medium.features.shape[1]):
                symbols[place] = (medium.patch_id, medium.key)
        return symbols

    def starts(self) -> list[int]:
        """Where each medium's first patch stands."""
        starts, place = [], 0
        for medium in self.media:
            place = self.ids.index(medium.patch_id, place)
            starts.append(place)
            place += medium.features.shape[1]
        return starts


class Reading:
    """The keys and values of the last prompt and of what was written behind it. One conversation is kept.

    A prompt that begins like the last one is read from where they part. So a conversation that goes on, and a question
    that is put again, cost only what is new, and the result is that of reading the whole prompt at once.
    """

    def __init__(self, model: GroundingGPT, patch_ids: Sequence[int]) -> None:
        self._model = model
        self._patch_ids = tuple(patch_ids)
        self._device = next(model.parameters()).device
        self._symbols: list[Hashable] = []
        self._prefix: Prefix | None = None

    def forget(self) -> None:
        """Free the memory."""
        self._symbols, self._prefix = [], None

    def write(self, prompt: Prompt, *, temperature: float = 0.0, seed: int = 0) -> Iterator[Written]:
        """What the model writes behind a prompt, a token at a time, for as long as one is taken (`write_on`)."""
        symbols = prompt.symbols()
        prefix = self._read(prompt, symbols)
        for written in write_on(self._model, prefix, prompt.ids[-1:], temperature=temperature, seed=seed):
            self._symbols, self._prefix = symbols, prefix
            yield written
            self._prefix = None  # unless a step is through, nobody knows how far the cache has come
            symbols.append(written.id)

    def _read(self, prompt: Prompt, symbols: Sequence[Hashable]) -> Prefix:
        """Everything but the last token."""
        known, prefix = self._symbols, self._prefix
        self.forget()
        last = len(prompt.ids) - 1
        common = 0 if prefix is None else _common(known, symbols[:last])
        ids = torch.tensor([prompt.ids[common:last]], device=self._device)
        if prefix is None or not common:
            return encode_conversation(self._model, ids, self._features(prompt, 0))
        prefix = shortened(prefix, common)
        if common == last:
            return prefix
        return continue_conversation(self._model, prefix, ids, self._features(prompt, common), in_place=True)

    def _features(self, prompt: Prompt, first: int) -> dict[int, Tensor | None]:
        """Of the media from a place on, for each kind of patch."""
        features: dict[int, Tensor | None] = {}
        for patch_id in self._patch_ids:
            later = [
                medium.features
                for medium, start in zip(prompt.media, prompt.starts(), strict=True)
                if medium.patch_id == patch_id and start >= first
            ]
            features[patch_id] = torch.cat(later) if later else None
        return features


def _common(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """How many symbols two texts begin with alike."""
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return min(len(left), len(right))
