"""Passes of fixed shapes that are replayed: a prefix and answers behind it lie in places that stay.

All questions of a pass are one row of tokens, filled up to one of a few sizes, and one attention over the places: those
of the prefix first, then those of each question. What does not fit goes the ordinary way, and so does everything after
a recording has failed.

Shapes as in `passes`; s places in all.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import DynamicCache, LlamaForCausalLM

from core.grounding.groundinggpt.passes import Behind, Layer, Passes, fed, normed, signed, turned_by
from core.grounding.groundinggpt.recording import Record, Replay, not_recorded, why_not_recorded

QUESTIONS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)  # side by side; more keep the device busy without this
TOKENS = (16, 32, 48, 64, 80, 96, 128)  # new ones of each question
ROOM = 128  # places of a question: a few regions
_ROUND = 64  # the places of a prefix come in such steps
_READINGS = 3  # lengths of prefixes: pictures, videos, sounds
_log = logging.getLogger(__name__)


def choose_passes(language_model: LlamaForCausalLM, record: Record, *, scarce: bool) -> Passes:
    """`RecordedPasses` where they can be, with the reason in the log where they cannot."""
    reason = why_not_recorded(language_model)
    if reason is None:
        return RecordedPasses(language_model, record, scarce=scarce)
    _log.info("passes are not recorded: %s", reason)
    return Passes(language_model)


@dataclass(slots=True, eq=False)
class _Places:
    """Keys and values: `kept` [layers, 2, h, s, d], of which the first `prefix_room` are a prefix's.

    holds: the first layer's keys of the prefix that stands there now, as its owner has them.
    """

    kept: Tensor
    prefix_room: int
    holds: Tensor | None = None

    def tails(self) -> Tensor:
        """[layers, 2, h, most questions, ROOM, d]."""
        layers, _, h, _, d = self.kept.shape
        return self.kept[:, :, :, self.prefix_room :].view(layers, 2, h, -1, ROOM, d)


class _InPlaces(Behind):
    """Questions that are answered in the places, until they leave them."""

    def __init__(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int], places: _Places) -> None:
        self._prefixes, self._rows, self.lengths = layers, list(rows), [0] * len(rows)
        self.prefix_length = layers[0][0].shape[2]
        self.places: _Places | None = places

    def keep(self, questions: Sequence[int]) -> None:
        """See `Behind.keep`: they move up to the first places."""
        if self.places is None:
            super().keep(questions)
            return
        self.lengths = [self.lengths[k] for k in questions]
        self._rows = [self._rows[k] for k in questions]
        tails = self.places.tails()
        tails[:, :, :, : len(questions)] = tails[:, :, :, torch.tensor(questions, device=tails.device)]

    def leave(self) -> None:
        """Go on as others do."""
        if self.places is None:
            return
        lengths = self.lengths
        tails = self.places.tails()[:, :, :, : len(lengths)]
        super().__init__(self._prefixes, self._rows, tails.transpose(2, 3).flatten(0, 1).contiguous())
        self.lengths, self.places = lengths, None


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    """What is filled in, and how to run it then. lengths: of each question, and in the end of the prefix."""

    ids: Tensor
    lengths: Tensor
    replay: Replay


class RecordedPasses(Passes):
    """As `Passes`. Not thread-safe; one set of answers is written at a time: `begin` ends the one before."""

    def __init__(self, language_model: LlamaForCausalLM, record: Record, *, scarce: bool = False) -> None:
        """record: a `Recorder`.

        scarce: memory is short. A prefix that was read then lies in the places themselves, once and not twice, and is
        gone when the next one is read or asked about (`holds`); and one question at a time is answered there.
        """
        super().__init__(language_model)
        self._record = record
        self._scarce = scarce
        self._questions = QUESTIONS[:1] if scarce else QUESTIONS
        self._places: _Places | None = None
        self._readings: OrderedDict[int, tuple[Tensor, Replay]] = OrderedDict()
        self._recordings: dict[tuple[int, int], _Recording] = {}
        self.replayed = 0
        self._failed = False

    def read_prefix(self, embeds: Tensor) -> DynamicCache:
        """See `Passes.read_prefix`. One prefix alone is read by a replay."""
        fits = len(embeds) == 1 and self._can_read_layers and not self._failed
        reading = self._reading(embeds) if fits else None
        if reading is None or self._places is None:
            return super().read_prefix(embeds)
        place, replay = reading
        place.copy_(embeds)
        replay.run()
        self.replayed += 1
        whole = self._places.kept[:, :, None, :, : embeds.shape[1]]
        if not self._scarce:
            whole = whole.clone()
        cache = DynamicCache(config=self._model.config)
        for number, (keys, values) in enumerate(whole):
            cache.update(keys[:, :, :0], values[:, :, :0], number)  # makes the layer ready, and copies nothing
            layer: Any = cache.layers[number]
            layer.keys, layer.values = keys, values
            if number == 0:
                self._places.holds = keys
        return cache

    def holds(self, keys: Tensor) -> bool:
        """See `Passes.holds`."""
        if self._places is None or self._places.holds is keys:
            return True
        return keys.untyped_storage().data_ptr() != self._places.kept.untyped_storage().data_ptr()

    def begin(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int]) -> Behind:
        """See `Passes.begin`. Few questions behind one prefix are answered in places that stay."""
        first, row = layers[0][0], rows[0]
        if self._failed or len(rows) > self._questions[-1] or len(set(rows)) != 1:
            return super().begin(layers, rows)
        places = self._places_for(first.shape[2], first)
        if places.holds is not first:
            mine = [part[:, : first.shape[2]] for layer in places.kept for part in layer]
            torch._foreach_copy_(mine, [part[row] for pair in layers for part in pair])
            places.holds = first if len(first) == 1 else None
        return _InPlaces(layers, rows, places)

    def read(self, ids: Tensor, behind: Behind) -> Tensor:
        """See `Passes.read`."""
        if not isinstance(behind, _InPlaces) or behind.places is None:
            return super().read(ids, behind)
        q, n = ids.shape
        tokens = next((size for size in TOKENS if size >= n), None)
        recording = None
        if tokens is not None and max(behind.lengths) + tokens <= ROOM:
            recording = self._recording(q, tokens, behind.places)
        if recording is None:
            behind.leave()
            return super().read(ids, behind)
        many = len(recording.ids)
        recording.ids[:q, :n] = ids
        recording.lengths.copy_(
            torch.tensor([*behind.lengths, *[0] * (many - q), behind.prefix_length], device=ids.device)
        )
        recording.replay.run()
        self.replayed += 1
        return recording.replay.result()[:q, :n]

    def _places_for(self, length: int, like: Tensor) -> _Places:
        """Places with room for a prefix of this length; what was recorded in smaller ones is forgotten."""
        if self._places is None or self._places.prefix_room < length:
            self._places = None
            self._recordings.clear()
            self._readings.clear()
            room = -(-length // _ROUND) * _ROUND
            layer = self._layers[0]
            shape = (len(self._layers), 2, layer.heads[1], room + self._questions[-1] * ROOM, layer.width)
            # zeros, so that places that nobody wrote to are finite
            self._places = _Places(torch.zeros(shape, dtype=like.dtype, device=like.device), room)
        return self._places

    def _reading(self, embeds: Tensor) -> tuple[Tensor, Replay] | None:
        """The reading of a prefix of this length; None where it cannot be recorded. embeds: [1, p, width]."""
        length = embeds.shape[1]
        places = self._places_for(length, embeds)
        places.holds = None
        if length not in self._readings:
            while len(self._readings) >= _READINGS:
                self._readings.popitem(last=False)
            place = embeds.clone()

            def read() -> Tensor:
                for (own_keys, own_values), (keys, values) in zip(places.kept, self.prefix_layers(place), strict=True):
                    own_keys[:, :length] = keys[0]
                    own_values[:, :length] = values[0]
                return places.kept

            try:
                self._readings[length] = place, self._record(read)
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._give_up(error)
                return None
        self._readings.move_to_end(length)
        return self._readings[length]

    def _recording(self, questions: int, tokens: int, places: _Places) -> _Recording | None:
        many = next(size for size in self._questions if size >= questions)
        if (many, tokens) not in self._recordings:
            device = places.kept.device
            ids = torch.zeros(many, tokens, dtype=torch.int64, device=device)
            # recording writes to the last places, where nothing was read yet
            lengths = torch.full((many + 1,), ROOM - tokens, dtype=torch.int64, device=device)
            try:
                replay = self._record(lambda: self._step(ids, lengths, places))
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._give_up(error)
                return None
            self._recordings[many, tokens] = _Recording(ids, lengths, replay)
        return self._recordings[many, tokens]

    def _step(self, ids: Tensor, lengths: Tensor, places: _Places) -> Tensor:
        """States [q, n, width of the model] of new tokens [q, n]; the same work whatever the values are.

        lengths: as in `_Recording`.
        """
        q, n = ids.shape
        room = places.prefix_room
        device = ids.device
        own = torch.arange(q, device=device)[:, None]
        at = lengths[:q, None] + torch.arange(n, device=device)  # [q, n]
        slots = (room + own * ROOM + at).flatten()
        place = torch.arange(room + q * ROOM, device=device)
        theirs = (place >= room + own[..., None] * ROOM) & (place <= room + own[..., None] * ROOM + at[..., None])
        seen = (theirs | (place < lengths[q])).flatten(0, 1)  # [q * n, s]
        x = self._model.embed_tokens(ids.view(1, -1))
        bias = torch.zeros(seen.shape, dtype=x.dtype, device=device).masked_fill_(~seen, float("-inf"))
        cos, sin = self._model.rotary_emb(x, position_ids=(at + lengths[q]).view(1, -1))
        turn = _for_all_heads(cos, signed(sin), self._layers[0].heads)
        for layer, kept in zip(self._layers, places.kept[:, :, :, : len(place)], strict=True):
            x = _through(layer, x, turn, bias, kept, slots)
        states: Tensor = self._model.norm(x)
        return states.view(q, n, -1)

    def _give_up(self, error: RuntimeError) -> None:
        self._failed = True
        self._recordings.clear()
        self._readings.clear()
        not_recorded(error)


def _for_all_heads(cos: Tensor, sin: Tensor, heads: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """[1, n, d] cosines and signed sines -> [1, n, heads of queries, keys and values, d]: values are not turned."""
    many, few = heads
    still = cos.new_ones(*cos.shape[:2], few, cos.shape[2])
    turning = (1, 1, many + few, 1)
    return (
        torch.cat([cos[:, :, None].repeat(turning), still], 2),
        torch.cat([sin[:, :, None].repeat(turning), torch.zeros_like(still)], 2),
    )


def _through(layer: Layer, x: Tensor, turn: tuple[Tensor, Tensor], bias: Tensor, kept: Tensor, slots: Tensor) -> Tensor:
    """[1, n, width] through one layer. bias: [n, s]; kept: [2, h, s, d]; slots: [n], where the new ones are kept."""
    n = x.shape[1]
    many, few = layer.heads
    heads = turned_by(layer.qkv(normed(layer.before, x)).view(1, n, many + 2 * few, layer.width), turn)
    kept[:, :, slots] = heads[0, :, many:].reshape(n, 2, few, layer.width).permute(1, 2, 0, 3)
    mixed = functional.scaled_dot_product_attention(
        heads[:, :, :many].transpose(1, 2), kept[:1], kept[1:], attn_mask=bias[None, None], scale=layer.scale,
        enable_gqa=many != few,
    )  # fmt: skip
    return fed(layer, x, mixed.transpose(1, 2).reshape(1, n, -1))
