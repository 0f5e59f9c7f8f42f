"""Matrices that take in the same vector are laid side by side in memory and multiplied as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaForCausalLM


def join_matrices(language_model: LlamaForCausalLM) -> None:
    """Lay the matrices of each layer out for decoding. Every weight keeps its name, its shape and its values.

    Queries, keys and values become parts of one matrix, and so do the two halves of the MLP's way in: no memory is
    needed twice. On a CPU, in 32 bits, they are laid out by columns, which multiplies few vectors faster. What is
    quantised, adapted or has a bias stays as it is.
    """
    layers: Any = language_model.model.layers
    for layer in layers:
        attention, mlp = layer.self_attn, layer.mlp
        for modules in (
            (attention.q_proj, attention.k_proj, attention.v_proj),
            (attention.o_proj,),
            (mlp.gate_proj, mlp.up_proj),
            (mlp.down_proj,),
        ):
            if all(_is_plain(module) for module in modules):
                _lay_together(modules)
    if _is_plain(language_model.lm_head) and not language_model.config.tie_word_embeddings:
        _lay_together((language_model.lm_head,))


def joined(modules: Sequence[Any]) -> Callable[[Tensor], Tensor]:
    """What several matrices make of a vector, one behind the other: as one matrix if they were laid together."""
    if all(_is_plain(module) for module in modules):
        whole = _whole([module.weight for module in modules])
        if whole is not None:
            return lambda x: functional.linear(x, whole)
    return lambda x: torch.cat([module(x) for module in modules], -1)


def _is_plain(module: nn.Module) -> bool:
    return type(module) is nn.Linear and module.bias is None


def _lay_together(modules: Sequence[Any]) -> None:
    weights = [module.weight for module in modules]
    first = weights[0]
    by_columns = first.device.type == "cpu" and first.dtype == torch.float32
    if len(modules) == 1 and not by_columns:
        return
    with torch.no_grad():
        whole = torch.cat([weight.detach() for weight in weights])
        whole = whole.t().contiguous().t() if by_columns else whole
        for module, part in zip(modules, torch.split(whole, [len(weight) for weight in weights]), strict=True):
            module.weight = nn.Parameter(part, requires_grad=module.weight.requires_grad)


def _whole(weights: Sequence[Tensor]) -> Tensor | None:
    """The one matrix that these are parts of, in this order; None where they are none."""
    first = weights[0].detach()
    place = first.storage_offset()
    for weight in weights:
        same = weight.untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
        if not same or weight.stride() != first.stride() or weight.storage_offset() != place:
            return None
        place += len(weight) * first.stride(0)
    return first.as_strided((sum(map(len, weights)), first.shape[1]), first.stride(), first.storage_offset())
