"""Passes of fixed shapes that are replayed: prefixes and answers lie in places that stay, filled up to a few sizes.

What does not fit goes the ordinary way, and so does everything after a recording has failed.

Shapes as in `passes`.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM

from core.grounding.groundinggpt.passes import Behind, Memory, Passes, Places
from core.grounding.groundinggpt.recording import Record, Replay, not_recorded, why_not_recorded

QUESTIONS = (1, 2, 4, 8, 16)  # side by side; more keep the device busy without this
TOKENS = (32, 64, 96, 128)  # new ones of each question
ROOM = 192  # places behind the prefix: a few regions
_LENGTHS = 3  # of prefixes: pictures, videos, sounds
_log = logging.getLogger(__name__)


def choose_passes(language_model: LlamaForCausalLM, record: Record, *, scarce: bool) -> Passes:
    """`RecordedPasses` where they can be, with the reason in the log where they cannot."""
    reason = why_not_recorded(language_model)
    if reason is None:
        return RecordedPasses(language_model, record, scarce=scarce)
    _log.info("passes are not recorded: %s", reason)
    return Passes(language_model)


@dataclass(slots=True, eq=False)
class _Stage:
    """The places for prefixes of one length, and what was recorded in them.

    prefix: [2 * layers, h, p, d], keys before values of each layer. holds: the keys of the first layer of the prefix
    that stands there now, as its owner has them.
    """

    prefix: Tensor
    layers: list[tuple[Tensor, Tensor]]
    holds: Tensor | None = None
    reading: tuple[Tensor, Replay] | None = None
    memories: dict[int, Memory] = field(default_factory=dict)
    recordings: dict[tuple[int, int], _Recording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    """What is filled in, and how to run it then."""

    ids: Tensor
    lengths: Tensor
    replay: Replay


class RecordedPasses(Passes):
    """As `Passes`. Not thread-safe; one set of answers is written at a time: `begin` ends the one before."""

    def __init__(self, language_model: LlamaForCausalLM, record: Record, *, scarce: bool = False) -> None:
        """record: a `Recorder`.

        scarce: memory is short. A prefix that was read then lies in the places themselves, once and not twice, and is
        gone when the next one of its length is read; and few questions are answered in places that stay.
        """
        super().__init__(language_model)
        self._record = record
        self._scarce = scarce
        self._questions = QUESTIONS[:2] if scarce else QUESTIONS
        self._stages: OrderedDict[int, _Stage] = OrderedDict()
        self.replayed = 0
        self._failed = False

    def read_prefix(self, embeds: Tensor) -> DynamicCache:
        """See `Passes.read_prefix`. One prefix alone is read by a replay."""
        stage = self._stage_to_read(embeds) if len(embeds) == 1 and not self._failed else None
        if stage is None or stage.reading is None:
            return super().read_prefix(embeds)
        place, replay = stage.reading
        place.copy_(embeds)
        replay.run()
        self.replayed += 1
        cache = DynamicCache(config=self._model.config)
        whole = stage.prefix[:, None] if self._scarce else stage.prefix[:, None].clone()
        for number in range(len(stage.layers)):
            keys, values = whole[2 * number], whole[2 * number + 1]
            cache.update(keys[:, :, :0], values[:, :, :0], number)  # makes the layer ready, and copies nothing
            layer: Any = cache.layers[number]
            layer.keys, layer.values = keys, values
            if number == 0:
                stage.holds = keys
        return cache

    def begin(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int]) -> Behind:
        """See `Passes.begin`. Few questions behind one prefix are answered in places that stay."""
        many = next((size for size in self._questions if size >= len(rows)), None)
        if self._failed or many is None or len(set(rows)) != 1:
            return super().begin(layers, rows)
        stage = self._stage(layers[0][0], len(layers))
        if stage.holds is not layers[0][0]:
            row = rows[0]
            torch._foreach_copy_(
                [place for pair in stage.layers for place in pair], [part[row] for pair in layers for part in pair]
            )
            stage.holds = layers[0][0] if len(layers[0][0]) == 1 else None
        return Behind(layers, rows, self._memory(stage, many))

    def read(self, ids: Tensor, behind: Behind) -> Tensor:
        """See `Passes.read`."""
        q, n = ids.shape
        tokens = next((size for size in TOKENS if size >= n), None)
        if not behind.fixed or tokens is None or max(behind.lengths) + tokens > ROOM:
            behind.leave_places()
            return super().read(ids, behind)
        recording = self._recording(behind, tokens)
        if recording is None:
            behind.leave_places()
            return super().read(ids, behind)
        recording.ids[:q, :n] = ids
        recording.lengths[:q] = torch.tensor(behind.lengths, device=ids.device)
        recording.replay.run()
        self.replayed += 1
        return recording.replay.result()[:q, :n]

    def _stage(self, keys: Tensor, layers: int) -> _Stage:
        """The places for prefixes as long as this one. keys: [b, h, p, d] of any layer."""
        _, heads, length, width = keys.shape
        if length not in self._stages:
            while len(self._stages) >= _LENGTHS:
                self._stages.popitem(last=False)
            prefix = torch.empty(2 * layers, heads, length, width, dtype=keys.dtype, device=keys.device)
            self._stages[length] = _Stage(prefix, [(prefix[2 * k], prefix[2 * k + 1]) for k in range(layers)])
        self._stages.move_to_end(length)
        return self._stages[length]

    def _stage_to_read(self, embeds: Tensor) -> _Stage:
        """The same with the reading of a prefix recorded, unless that fails. embeds: [1, p, width of the model]."""
        layer = self._layers[0]
        shape = (1, layer.heads[1], embeds.shape[1], layer.width)
        stage = self._stage(embeds.new_empty(()).expand(shape), len(self._layers))
        if stage.reading is None:
            place = embeds.clone()

            def read() -> Tensor:
                for (own_keys, own_values), (keys, values) in zip(stage.layers, self.prefix_layers(place), strict=True):
                    own_keys.copy_(keys[0])
                    own_values.copy_(values[0])
                return stage.prefix

            try:
                stage.reading = place, self._record(read)
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._give_up(error)
        return stage

    def _memory(self, stage: _Stage, many: int) -> Memory:
        if many not in stage.memories:
            most = many if many == 1 else self._questions[-1]
            if most not in stage.memories:
                _, heads, _, width = stage.prefix.shape
                shape = (len(stage.prefix), most, heads, ROOM, width)
                tail = torch.zeros(shape, dtype=stage.prefix.dtype, device=stage.prefix.device)
                stage.memories[most] = Memory(stage.layers, tail, Places([0] * most, tail.device))
            tail = stage.memories[most].tail[:, :many]
            stage.memories[many] = Memory(stage.layers, tail, Places([0] * many, tail.device))
        return stage.memories[many]

    def _recording(self, behind: Behind, tokens: int) -> _Recording | None:
        memory = behind.memory
        stage = self._stages[behind.prefix_length]
        many = memory.tail.shape[1]
        if (many, tokens) not in stage.recordings and not self._failed:
            device = memory.tail.device
            ids = torch.zeros(many, tokens, dtype=torch.int64, device=device)
            # recording writes to the last places, where nothing was read yet
            lengths = torch.full((many,), ROOM - tokens, dtype=torch.int64, device=device)
            try:
                replay = self._record(lambda: self.step(ids, lengths, memory))
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._give_up(error)
            else:
                stage.recordings[many, tokens] = _Recording(ids, lengths, replay)
        return stage.recordings.get((many, tokens))

    def _give_up(self, error: RuntimeError) -> None:
        self._failed = True
        for stage in self._stages.values():
            stage.recordings.clear()
            stage.reading = None
        not_recorded(error)
