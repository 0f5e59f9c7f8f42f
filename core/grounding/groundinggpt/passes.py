"""LLaMA's layers over new tokens of many questions behind prefixes that they share: one pass at a time.

The same numbers as transformers' own layers give; what differs is what is moved. A prefix is read where it lies by all
questions behind it, what follows it has a place in a buffer, and several matrices may lie as one (`joining`).

Shapes: q questions, b prefixes, n new tokens, p tokens of a prefix, w places behind it, h heads, d width of a head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from core.grounding.groundinggpt.joining import joined

_FIRST_ROOM = 64  # places behind a prefix; doubled when they are full


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One layer's parts. qkv, gate_up: several matrices at once; heads: of queries, of keys; width of a head."""

    before: LlamaRMSNorm
    qkv: Callable[[Tensor], Tensor]
    out: nn.Module
    after: LlamaRMSNorm
    gate_up: Callable[[Tensor], Tensor]
    activation: nn.Module
    down: nn.Module
    heads: tuple[int, int]
    width: int
    scale: float

    @classmethod
    def of(cls, layer: Any) -> _Layer:
        """The parts of a `LlamaDecoderLayer`."""
        attention, mlp = layer.self_attn, layer.mlp
        text = attention.config
        return cls(
            layer.input_layernorm,
            joined((attention.q_proj, attention.k_proj, attention.v_proj)),
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


class Behind:
    """What q questions have read behind their prefixes: keys and values, each token in a place of its own.

    `lengths` says how many places of each question count; what lies beyond is written over.
    """

    def __init__(self, layers: Sequence[tuple[Tensor, Tensor]], rows: Sequence[int]) -> None:
        """layers: keys and values of the prefixes, [b, h, p, d] each; rows: the prefix of each question."""
        self._prefixes = layers
        self.lengths = [0] * len(rows)
        self._rows = list(rows)
        keys = layers[0][0]
        self._count, heads, self.prefix_length, width = keys.shape
        shape = (2 * len(layers), len(rows), heads, _FIRST_ROOM, width)
        self._tail = torch.zeros(shape, dtype=keys.dtype, device=keys.device)  # zeros: unread places are finite
        self._arrange()

    def _arrange(self) -> None:
        self.places = Places(self._rows, self._tail.device)
        chosen = self.places.prefixes
        everything = chosen == list(range(self._count))
        pick = torch.tensor(chosen, device=self._tail.device)
        self.prefix = [tuple((t if everything else t[pick]).flatten(0, 1) for t in layer) for layer in self._prefixes]

    def keep(self, questions: Sequence[int]) -> None:
        """Go on with these only."""
        self.lengths = [self.lengths[k] for k in questions]
        self._rows = [self._rows[k] for k in questions]
        self._tail = self._tail[:, torch.tensor(questions, device=self._tail.device)]
        self._arrange()

    def make_room(self, new: int) -> int:
        """Have a place for `new` more tokens of every question; returns how many places are in use then."""
        width = max(self.lengths) + new
        room = self._tail.shape[3]
        if width > room:
            more = max(room, width - room)
            self._tail = functional.pad(self._tail, (0, 0, 0, more))
        return width

    def tail(self, layer: int, width: int) -> tuple[Tensor, Tensor]:
        """Keys and values of a layer behind the prefixes: [q, h, w, d] each, to be read and written."""
        return self._tail[2 * layer, :, :, :width], self._tail[2 * layer + 1, :, :, :width]


class Passes:
    """The layers of a language model. `read` is one pass."""

    def __init__(self, language_model: LlamaForCausalLM) -> None:
        self._model = language_model.model
        self._layers = [_Layer.of(layer) for layer in self._model.layers]

    def read(self, ids: Tensor, behind: Behind) -> Tensor:
        """States [q, n, width of the model] after the last norm of new tokens [q, n], behind all that counts.

        A token sees its prefix, what counts behind it, and the new ones before it. `behind.lengths` stays as it was:
        the caller says what of the new counts.
        """
        n = ids.shape[1]
        width = behind.make_room(n)
        lengths = torch.tensor(behind.lengths, device=ids.device)
        at = lengths[:, None] + torch.arange(n, device=ids.device)  # [q, n]
        x = self._model.embed_tokens(ids)
        cos, sin = self._model.rotary_emb(x, position_ids=at + behind.prefix_length)
        half = sin.shape[-1] // 2
        turn = (cos[:, :, None], torch.cat([-sin[..., :half], sin[..., half:]], -1)[:, :, None])
        unseen = torch.arange(width, device=ids.device) > at[..., None]  # [q, n, w]
        bias = torch.zeros(unseen.shape, dtype=x.dtype, device=x.device).masked_fill_(unseen, float("-inf"))
        for number, layer in enumerate(self._layers):
            x = _through(layer, x, turn, at, bias[:, None, None], behind, number, width)
        states: Tensor = self._model.norm(x)
        return states


def _through(
    layer: _Layer, x: Tensor, turn: tuple[Tensor, Tensor], at: Tensor, bias: Tensor, behind: Behind, number: int, w: int
) -> Tensor:
    """[q, n, width] through one layer. turn: cosines and signed sines; bias: [q, 1, 1, n, w]."""
    q, n, _ = x.shape
    many, few = layer.heads
    qkv = layer.qkv(_normed(layer.before, x)).view(q, n, many + 2 * few, layer.width)
    turned = _turned(qkv[:, :, : many + few], turn)
    keys, values = behind.tail(number, w)
    _write(keys, turned[:, :, many:], at, behind)
    _write(values, qkv[:, :, many + few :], at, behind)
    group = many // few
    query = (turned[:, :, :many] * layer.scale).view(q, n, few, group, layer.width)
    query = query.permute(0, 2, 3, 1, 4).reshape(q, few, group * n, layer.width)
    mixed = _attended(query, keys, values, bias, behind.prefix[number], behind.places)
    mixed = mixed.view(q, few, group, n, layer.width).permute(0, 3, 1, 2, 4).reshape(q, n, many * layer.width)
    x = x + layer.out(mixed)
    gate, up = layer.gate_up(_normed(layer.after, x)).chunk(2, -1)
    down: Tensor = layer.down(layer.activation(gate) * up)
    return x + down


def _attended(
    query: Tensor, keys: Tensor, values: Tensor, bias: Tensor, prefix: tuple[Tensor, ...], places: Places
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


def _normed(norm: LlamaRMSNorm, x: Tensor) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), norm.weight, norm.variance_epsilon)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions on [q, n, h, d]."""
    cos, sin = turn
    half = x.shape[-1] // 2
    return x * cos + torch.cat([x[..., half:], x[..., :half]], -1) * sin


def _write(buffer: Tensor, new: Tensor, at: Tensor, behind: Behind) -> None:
    """Put [q, n, h, d] into their places of [q, h, w, d]."""
    lengths = behind.lengths
    if min(lengths) == max(lengths):
        buffer[:, :, lengths[0] : lengths[0] + new.shape[1]] = new.transpose(1, 2)
    else:
        questions = torch.arange(len(lengths), device=at.device)[:, None]
        buffer.transpose(1, 2)[questions, at] = new
