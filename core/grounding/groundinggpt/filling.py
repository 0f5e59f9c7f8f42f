"""Puts stored tensors into a model that has none yet: one at a time, cast, quantised and moved on the way.

A tensor of the files and its copy in the model are all that is in memory twice, and only for a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from core.errors import Bug, ModelError
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.int8 import Int8Linear
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Unused
from core.grounding.groundinggpt.placement import Bits, Placement, quantised_matrices
from core.grounding.groundinggpt.stored import Source
from core.jobs import JobContext

_EMBEDDING_TABLE = "position_ids"


def empty_model(config: GroundingGPTConfig, attention: str = "sdpa") -> GroundingGPT:
    """A model of shapes alone: it takes no memory and computes nothing until it is filled."""
    with torch.device("meta"):
        return GroundingGPT(config, attention).eval()


def quantise(model: nn.Module, placement: Placement) -> None:
    """Replace the matrices that a placement stores in 8 or 4 bits, the latter by bitsandbytes' own, of an empty model.

    Raises `ModelError` where bitsandbytes cannot be used.
    """
    for name, bits in quantised_matrices(model, placement).items():
        parent, _, leaf = name.rpartition(".")
        layer = getattr(model.get_submodule(parent), leaf)
        setattr(model.get_submodule(parent), leaf, _quantised_layer(layer, bits, placement.dtype))


def _quantised_layer(layer: nn.Linear, bits: Bits, dtype: torch.dtype) -> nn.Linear:
    bias = layer.bias is not None
    with torch.device("meta"):
        if bits == 8:
            return Int8Linear(layer.in_features, layer.out_features, bias).eval()
        made = _bitsandbytes().nn.Linear4bit(
            layer.in_features, layer.out_features, bias, compute_dtype=dtype, quant_type="nf4"
        )
    quantised: nn.Linear = made.eval()
    return quantised


def _bitsandbytes() -> Any:
    try:
        import bitsandbytes
    except (ImportError, OSError, RuntimeError) as error:
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(
            "The model cannot be loaded in 4 bits",
            why=f"bitsandbytes cannot be used: {first_line}",
            next_step="install bitsandbytes, or use --bits 8",
        ) from error
    return bitsandbytes


def fill(
    model: GroundingGPT, sources: Sequence[Source], placement: Placement, context: JobContext, *, quantised: bool = True
) -> GroundingGPT:
    """Load every tensor of the sources into an empty model whose fit was checked. Raises `ModelError`, `Cancelled`."""
    device = torch.device(placement.device)
    if quantised:
        quantise(model, placement)
    pieces: dict[str, dict[int, Tensor]] = {}
    counts: dict[str, int] = {}
    paths = [(source, path) for source in sources for path in source.files.paths]
    for number, (source, path) in enumerate(paths):
        context.progress(number, len(paths), f"Loading {path.name}")
        for stored, tensor in source.tensors(path):
            context.raise_if_cancelled()
            place = source.place_of(stored)
            if isinstance(place, Unused):
                continue
            if place.parts == 1:
                _put(model, place.name, tensor, device, placement.dtype)
            else:
                pieces.setdefault(place.name, {})[place.part] = tensor.clone()
                counts[place.name] = place.parts
    for name, parts in pieces.items():
        zeros = torch.zeros_like(next(iter(parts.values())))
        whole = torch.cat([parts.get(part, zeros) for part in range(counts[name])])
        _put(model, name, whole, device, placement.dtype)
    _put_computed_tables(model, device)
    context.progress(len(paths), len(paths))
    return model


def discard(model: nn.Module) -> None:
    """Let go of a model's memory, quantised or not, whoever still holds the model. It computes nothing afterwards."""
    for module in model.modules():
        module._parameters.clear()
        module._buffers.clear()
        if hasattr(module, "quant_state"):  # what bitsandbytes made of a matrix
            module.__dict__["quant_state"] = None


def _put(model: nn.Module, name: str, tensor: Tensor, device: torch.device, dtype: torch.dtype) -> None:
    """Give the tensor of this name its values: a copy, so that nothing of the file is needed afterwards."""
    parent_name, _, leaf = name.rpartition(".")
    parent = model.get_submodule(parent_name)
    kind = dtype if tensor.is_floating_point() else tensor.dtype
    kept = getattr(parent, leaf)
    if isinstance(parent, Int8Linear) and leaf == "weight":
        parent.round(tensor.to(device))
    elif leaf in parent._buffers:
        parent._buffers[leaf] = tensor.to(device, kind, copy=True)
    elif type(kept) is nn.Parameter:
        parent._parameters[leaf] = nn.Parameter(tensor.to(device, kind, copy=True), requires_grad=kept.requires_grad)
    else:  # bitsandbytes quantises what comes from the CPU as it moves
        made = type(kept)(tensor.to(kind).contiguous(), requires_grad=False, quant_type=kept.quant_type, module=parent)
        parent._parameters[leaf] = made.to(device)


def _put_computed_tables(model: GroundingGPT, device: torch.device) -> None:
    """What is computed rather than stored: the rotary frequencies, and the towers' tables of positions."""
    model.language_model.model.rotary_emb = LlamaRotaryEmbedding(model.language_model.config).to(device)
    for module in model.modules():
        table = module._buffers.get(_EMBEDDING_TABLE)
        if table is not None and table.is_meta:
            module._buffers[_EMBEDDING_TABLE] = torch.arange(table.shape[-1], device=device).expand(table.shape)
    left = [name for name, tensor in (*model.named_parameters(), *model.named_buffers()) if tensor.is_meta]
    if left:
        raise Bug(f"nothing was loaded into {left[0]}")
