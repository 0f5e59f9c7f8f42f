"""Passes of fixed shapes, recorded once as a CUDA graph each and replayed: no kernel waits for Python any more.

Ids, lengths, the prefix's and the answers' keys and values have places that stay, filled up to the next larger of a
few sizes. What does not fit goes the ordinary way, and so does everything after a recording has failed.

Shapes as in `passes`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from core.grounding.groundinggpt.passes import Behind, Memory, Passes, Places

QUESTIONS = (1, 2, 4, 8)  # side by side; more keep the device busy without this
TOKENS = (16, 32, 64)  # new ones of each question
ROOM = 128  # places behind the prefix: a few regions
_WARM_UP = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replay:
    """How to run what was recorded, and what came out the last time."""

    run: Callable[[], object]
    result: Callable[[], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class _Recording:
    """What is filled in, and how to run it then."""

    ids: Tensor
    lengths: Tensor
    replay: Replay


def why_not_recorded(language_model: LlamaForCausalLM) -> str | None:
    """Why this model's passes are not recorded; None where they are."""
    if next(language_model.parameters()).device.type != "cuda":
        return "only a GPU replays recorded passes"
    odd = [type(m).__name__ for m in language_model.modules() if isinstance(m, nn.Linear) and type(m) is not nn.Linear]
    return f"{odd[0]} matrices are computed in ways that cannot be recorded" if odd else None


def choose_passes(language_model: LlamaForCausalLM) -> Passes:
    """Recorded passes where they can be, with the reason in the log where they cannot."""
    reason = why_not_recorded(language_model)
    if reason is None:
        return RecordedPasses(language_model)
    _log.info("passes are not recorded: %s", reason)
    return Passes(language_model)


class RecordedPasses(Passes):
    """As `Passes`. Not thread-safe; one set of answers is written at a time: `begin` ends the one before."""

    def __init__(
        self, language_model: LlamaForCausalLM, record: Callable[[Callable[[], Tensor]], Replay] | None = None
    ) -> None:
        """record: runs what it is given as often as it likes and returns how to run it again; CUDA's graphs."""
        super().__init__(language_model)
        self._record = record or record_graph
        self._memories: dict[tuple[int, int], Memory] = {}
        self._recordings: dict[tuple[int, int, int], _Recording] = {}
        self.replayed = 0
        self._failed = False

    def begin(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int]) -> Behind:
        """See `Passes.begin`. Few questions behind one prefix are answered in places that stay."""
        many = next((size for size in QUESTIONS if size >= len(rows)), None)
        if self._failed or many is None or len(set(rows)) != 1:
            return super().begin(layers, rows)
        memory = self._memory(layers, many)
        for (keys, values), (own_keys, own_values) in zip(layers, memory.prefix, strict=True):
            own_keys.copy_(keys[rows[0]])
            own_values.copy_(values[rows[0]])
        return Behind(layers, rows, memory)

    def read(self, ids: Tensor, behind: Behind) -> Tensor:
        """See `Passes.read`."""
        q, n = ids.shape
        tokens = next((size for size in TOKENS if size >= n), None)
        if not behind.fixed or tokens is None or max(behind.lengths) + tokens > ROOM:
            return super().read(ids, behind)
        recording = self._recording(behind, tokens)
        if recording is None:
            return super().read(ids, behind)
        recording.ids[:q, :n] = ids
        recording.lengths[:q] = torch.tensor(behind.lengths, device=ids.device)
        recording.replay.run()
        self.replayed += 1
        return recording.replay.result()[:q, :n]

    def _memory(self, layers: Sequence[tuple[Tensor, Tensor]], many: int) -> Memory:
        keys = layers[0][0]
        _, heads, length, width = keys.shape
        key = (many, length)
        if key not in self._memories:
            if any(known != length for _, known in self._memories):  # another kind of medium
                self._memories.clear()
                self._recordings.clear()
            same = next(iter(self._memories.values()), None)
            prefix = [(torch.empty_like(k[0]), torch.empty_like(v[0])) for k, v in layers]
            tail = torch.zeros(2 * len(layers), many, heads, ROOM, width, dtype=keys.dtype, device=keys.device)
            places = Places([0] * many, keys.device)
            self._memories[key] = Memory(prefix if same is None else same.prefix, tail, places)
        return self._memories[key]

    def _recording(self, behind: Behind, tokens: int) -> _Recording | None:
        memory = behind.memory
        many, length = memory.tail.shape[1], behind.prefix_length
        key = (many, length, tokens)
        if key not in self._recordings and not self._failed:
            device = memory.tail.device
            ids = torch.zeros(many, tokens, dtype=torch.int64, device=device)
            lengths = torch.zeros(many, dtype=torch.int64, device=device)
            kept = memory.tail.clone()  # recording writes to the places of what was read
            try:
                replay = self._record(lambda: self.step(ids, lengths, memory))
            except RuntimeError as error:  # no memory, or a kernel that cannot be recorded
                self._failed = True
                self._recordings.clear()
                _log.warning("passes are not recorded from now on: %s", next(iter(str(error).splitlines()), ""))
            else:
                self._recordings[key] = _Recording(ids, lengths, replay)
            memory.tail.copy_(kept)
        return self._recordings.get(key)


def record_graph(compute: Callable[[], Tensor]) -> Replay:
    """A CUDA graph of what is computed. Raises `RuntimeError` where something in it cannot be recorded."""
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(_WARM_UP):
            compute()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        states = compute()
    return Replay(graph.replay, lambda: states)
