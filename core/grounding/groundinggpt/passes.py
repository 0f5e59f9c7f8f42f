"""LLaMA's layers over new tokens of many questions behind prefixes that they share: one pass at a time.

The same numbers as transformers' own layers give; what differs is what is moved. A prefix is read where it lies by all
questions behind it, what follows it has a place in a buffer, and several matrices may lie as one (`joining`).

Shapes: q questions, b prefixes, n new tokens, p tokens of a prefix, w places behind it, h heads, d width of a head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import DynamicCache, LlamaForCausalLM
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from core.grounding.groundinggpt.attention import SDPA, SPLIT
from core.grounding.groundinggpt.joining import joined

_FIRST_ROOM = 64  # places behind a prefix; doubled when they are full


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer's parts. qkv, gate_up: several matrices at once; heads: of queries, of keys; width of a head."""

    attention: Any
    before: LlamaRMSNorm
    qkv: Callable[[Tensor], Tensor]
    key_value: Callable[[Tensor], Tensor]
    out: nn.Module
    after: LlamaRMSNorm
    gate_up: Callable[[Tensor], Tensor]
    activation: nn.Module
    down: nn.Module
    heads: tuple[int, int]
    width: int
    scale: float

    @classmethod
    def of(cls, layer: Any) -> Layer:
        """The parts of a `LlamaDecoderLayer`."""
        attention, mlp = layer.self_attn, layer.mlp
        text = attention.config
        return cls(
            attention,
            layer.input_layernorm,
            joined((attention.q_proj, attention.k_proj, attention.v_proj)),
            joined((attention.k_proj, attention.v_proj)),
            attention.o_proj,
            layer.post_attention_layernorm,
            joined((mlp.gate_proj, mlp.up_proj)),
            mlp.act_fn,
            mlp.down_proj,
            (text.num_attention_heads, text.num_key_value_heads),
            attention.head_dim,
            attention.scaling,
        )


class Places:
    """Which question stands behind which prefix, so that all behind one are multiplied with it at once.

    b prefixes have m places each; question k is in place `of[k]`, and `filled[place]` is who stands there, anybody
    where nobody does. Both are None where questions are in that order already.
    """

    def __init__(self, rows: Sequence[int], device: torch.device) -> None:
        self.prefixes = list(dict.fromkeys(rows))
        behind = [[k for k, row in enumerate(rows) if row == prefix] for prefix in self.prefixes]
        self.each = max(map(len, behind))
        filled = [(members + [members[0]] * self.each)[: self.each] for members in behind]
        flat = [k for members in filled for k in members]
        self.filled: Tensor | None = None
        self.of: Tensor | None = None
        if flat != list(range(len(rows))):
            place = {k: number for number, k in reversed(list(enumerate(flat)))}
            self.filled = torch.tensor(flat, device=device)
            self.of = torch.tensor([place[k] for k in range(len(rows))], device=device)

    def gathered(self, x: Tensor) -> Tensor:
        """[q, h, n, d] -> [b * h, m * n, d]."""
        x = x if self.filled is None else x[self.filled]
        _, h, n, d = x.shape
        b, m = len(self.prefixes), self.each
        return x.view(b, m, h, n, d).transpose(1, 2).reshape(b * h, m * n, d)

    def scattered(self, x: Tensor, heads: int) -> Tensor:
        """[b * h, m * n, d] -> [q, h, n, d]."""
        b, m = len(self.prefixes), self.each
        x = x.view(b, heads, m, -1, x.shape[-1]).transpose(1, 2)
        x = x.reshape(b * m, heads, -1, x.shape[-1])
        return x if self.of is None else x[self.of]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Tensors that a pass reads and writes.

    prefix: keys and values of each layer [b * h, p, d]; tail: of all layers [2 * layers, q, h, w, d], those of layer k
    in 2 k and 2 k + 1.
    """

    prefix: Sequence[tuple[Tensor, Tensor]]
    tail: Tensor
    places: Places


class Behind:
    """What q questions have read behind their prefixes: keys and values, each token in a place of its own.

    `lengths` says how many places of each question count; what lies beyond is written over.
    """

    def __init__(
        self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int], tail: Tensor | None = None
    ) -> None:
        """layers: keys and values of the prefixes, [b, h, p, d] each; rows: the prefix of each question.

        tail: places for what follows, as in `Memory`, unless they are to be made now.
        """
        self._prefixes = layers
        self._rows = list(rows)
        self.lengths = [0] * len(rows)
        keys = layers[0][0]
        self._count, heads, self.prefix_length, width = keys.shape
        if tail is None:
            shape = (2 * len(layers), len(rows), heads, _FIRST_ROOM, width)
            # zeros, so that places that nobody wrote to are finite
            tail = torch.zeros(shape, dtype=keys.dtype, device=keys.device)
        self.memory = self._arranged(tail)

    def _arranged(self, tail: Tensor) -> Memory:
        places = Places(self._rows, tail.device)
        if places.prefixes == list(range(self._count)):
            return Memory([(keys.flatten(0, 1), values.flatten(0, 1)) for keys, values in self._prefixes], tail, places)
        pick = torch.tensor(places.prefixes, device=tail.device)
        prefix = [(keys[pick].flatten(0, 1), values[pick].flatten(0, 1)) for keys, values in self._prefixes]
        return Memory(prefix, tail, places)

    def keep(self, questions: Sequence[int]) -> None:
        """Go on with these only."""
        self.lengths = [self.lengths[k] for k in questions]
        self._rows = [self._rows[k] for k in questions]
        self.memory = self._arranged(self.memory.tail[:, torch.tensor(questions, device=self.memory.tail.device)])

    def make_room(self, new: int) -> int:
        """Have a place for `new` more tokens of every question; returns how many places are in use then."""
        width = max(self.lengths) + new
        room = self.memory.tail.shape[3]
        if width > room:
            tail = functional.pad(self.memory.tail, (0, 0, 0, max(room, width - room)))
            self.memory = self._arranged(tail)
        return width


class Passes:
    """The layers of a language model. `read` is one pass."""

    def __init__(self, language_model: LlamaForCausalLM) -> None:
        self._model = language_model.model
        self._layers = [Layer.of(layer) for layer in self._model.layers]
        self._can_read_layers = self._model.config._attn_implementation in (SDPA, SPLIT)

    def read_prefix(self, embeds: Tensor) -> DynamicCache:
        """Read [b, p, width of the model] that nothing stands before: of the last layer only what is kept of it."""
        cache = DynamicCache(config=self._model.config)
        if self._can_read_layers:
            for number, (keys, values) in enumerate(self.prefix_layers(embeds)):
                cache.update(keys, values, number)
        else:  # only those see no later token without a mask
            self._model(inputs_embeds=embeds, past_key_values=cache, use_cache=True)
        return cache

    def holds(self, _keys: Tensor) -> bool:
        """Whether a prefix is still what was read, told by its first layer's keys as `read_prefix` gave them."""
        return True

    def prefix_layers(self, embeds: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Keys and values [b, h, p, d] of each layer, of tokens that see themselves and those before them."""
        positions = torch.arange(embeds.shape[1], device=embeds.device)[None]
        cos, sin = self._model.rotary_emb(embeds, position_ids=positions)
        turn = (cos[:, None], signed(sin)[:, None])
        attend = ALL_ATTENTION_FUNCTIONS[self._model.config._attn_implementation]
        x = embeds
        for layer in self._layers:
            is_last = layer is self._layers[-1]
            many, few = layer.heads
            parts = (layer.key_value if is_last else layer.qkv)(normed(layer.before, x))
            heads = parts.view(*x.shape[:2], -1, layer.width).transpose(1, 2)
            turned, values = turned_by(heads[:, :-few], turn), heads[:, -few:]
            yield turned[:, -few:], values
            if is_last:
                return
            mixed, _ = attend(layer.attention, turned[:, :many], turned[:, many:], values, None, scaling=layer.scale)
            x = fed(layer, x, mixed.reshape(*x.shape[:2], -1))

    def begin(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int]) -> Behind:
        """Questions behind the prefixes of their rows, nothing read yet. layers: as in `Behind`."""
        return Behind(layers, rows)

    def read(self, ids: Tensor, behind: Behind) -> Tensor:
        """States [q, n, width of the model] after the last norm of new tokens [q, n], behind all that counts.

        A token sees its prefix, what counts behind it, and the new ones before it. `behind.lengths` stays as it was:
        the caller says what of the new counts.
        """
        width = behind.make_room(ids.shape[1])
        first = behind.lengths[0] if len(set(behind.lengths)) == 1 else None
        memory = replace(behind.memory, tail=behind.memory.tail[:, :, :, :width])
        lengths = torch.tensor(behind.lengths, device=ids.device)
        at = lengths[:, None] + torch.arange(ids.shape[1], device=ids.device)  # [q, n]
        x = self._model.embed_tokens(ids)
        cos, sin = self._model.rotary_emb(x, position_ids=at + memory.prefix[0][0].shape[1])
        turn = (cos[:, :, None], signed(sin)[:, :, None])
        unseen = torch.arange(memory.tail.shape[3], device=ids.device) > at[..., None]  # [q, n, w]
        bias = torch.zeros(unseen.shape, dtype=x.dtype, device=x.device).masked_fill_(unseen, float("-inf"))
        own = torch.arange(len(ids), device=ids.device)[:, None]

        def write(buffer: Tensor, new: Tensor) -> None:
            """Put [q, n, h, d] into their places of [q, h, w, d]."""
            if first is None:
                buffer.transpose(1, 2)[own, at] = new
            else:
                buffer[:, :, first : first + new.shape[1]] = new.transpose(1, 2)

        for number, layer in enumerate(self._layers):
            x = _through(layer, x, turn, bias[:, None, None], memory, number, write)
        states: Tensor = self._model.norm(x)
        return states


def signed(sin: Tensor) -> Tensor:
    """The sines with which halves are exchanged: those of the first half count against it."""
    half = sin.shape[-1] // 2
    return torch.cat([-sin[..., :half], sin[..., half:]], -1)


def _through(
    layer: Layer,
    x: Tensor,
    turn: tuple[Tensor, Tensor],
    bias: Tensor,
    memory: Memory,
    number: int,
    write: Callable[[Tensor, Tensor], None],
) -> Tensor:
    """[q, n, width] through one layer. turn: cosines and signed sines; bias: [q, 1, 1, n, w]."""
    q, n, _ = x.shape
    many, few = layer.heads
    qkv = layer.qkv(normed(layer.before, x)).view(q, n, many + 2 * few, layer.width)
    turned = turned_by(qkv[:, :, : many + few], turn)
    keys, values = memory.tail[2 * number], memory.tail[2 * number + 1]
    write(keys, turned[:, :, many:])
    write(values, qkv[:, :, many + few :])
    group = many // few
    query = (turned[:, :, :many] * layer.scale).view(q, n, few, group, layer.width)
    query = query.permute(0, 2, 3, 1, 4).reshape(q, few, group * n, layer.width)
    mixed = _attended(query, keys, values, bias, memory.prefix[number], memory.places)
    mixed = mixed.view(q, few, group, n, layer.width).permute(0, 3, 1, 2, 4).reshape(q, n, many * layer.width)
    return fed(layer, x, mixed)


def fed(layer: Layer, x: Tensor, mixed: Tensor) -> Tensor:
    """What a layer makes of its input and of what its heads gathered, both [q, n, width]."""
    x = x + layer.out(mixed)
    gate, up = layer.gate_up(normed(layer.after, x)).chunk(2, -1)
    down: Tensor = layer.down(layer.activation(gate) * up)
    return x + down


def _attended(
    query: Tensor, keys: Tensor, values: Tensor, bias: Tensor, prefix: tuple[Tensor, Tensor], places: Places
) -> Tensor:
    """[q, h, n, d] -> [q, h, n, d]: one softmax over the prefix and what is behind it."""
    q, h, n, _ = query.shape
    prefix_keys, prefix_values = prefix
    p = prefix_keys.shape[1]
    far = places.scattered(places.gathered(query) @ prefix_keys.transpose(1, 2), h)  # [q, h, n, p]
    near = query @ keys.transpose(2, 3)  # [q, h, n, w]
    groups = n // bias.shape[3]
    near = (near.view(q, h, groups, -1, near.shape[3]) + bias).view_as(near)
    weights = torch.cat([far, near], 3).softmax(3, dtype=torch.float32).to(query.dtype)
    return places.scattered(places.gathered(weights[..., :p]) @ prefix_values, h) + weights[..., p:] @ values


def normed(norm: LlamaRMSNorm, x: Tensor) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), norm.weight, norm.variance_epsilon)


def turned_by(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions on the last axis. turn: cosines and signed sines, fit for it."""
    cos, sin = turn
    half = x.shape[-1] // 2
    return torch.addcmul(x * cos, torch.cat([x[..., half:], x[..., :half]], -1), sin)
