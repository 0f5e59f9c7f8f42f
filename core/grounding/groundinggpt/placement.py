"""Where and in how many bits a model stands, and the order in which it gives way when memory runs out.

Knows no files and loads nothing: what a placement costs in bytes is counted from shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from core.errors import ModelError

DeviceName = Literal["cuda", "cpu"]
Bits = Literal[32, 16, 8, 4]
LARGE = 1_000_000_000  # values; a model beyond it takes 16 bits on a CPU too, where a small one takes 32
_GB = 1e9
# Bytes for one value of a quantised matrix. nf4: half a byte, one byte for 64 values, and their scales once more.
_BYTES_OF_4_BITS = 0.5 + 1 / 64 + 4 / (64 * 256)
_BYTES_OF_8_BITS = 1.0
_TOWERS = (
    "vision_tower.encoder.layers.",
    "video.tower.encoder.layers.",
    "video.frame_qformer.encoder.",
    "video.clip_qformer.encoder.",
    "audio.trunk.blocks.",
    "audio.qformer.encoder.",
)


@dataclass(frozen=True, slots=True)
class Placement:
    """A device and a precision. bits: of the language model's matrices; tower_bits: of those of the towers.

    What is not quantised is in `rest_bits`: 32 or 16 (bfloat16).
    """

    device: DeviceName
    bits: Bits
    tower_bits: Bits
    rest_bits: Bits

    @property
    def dtype(self) -> torch.dtype:
        """The type of what is not quantised, and of everything that is computed."""
        return torch.float32 if self.rest_bits == 32 else torch.bfloat16

    @property
    def dtype_text(self) -> str:
        """For people and `ModelInfo.dtype`: bfloat16, 8-bit + bfloat16, 4-bit (8-bit towers) + bfloat16."""
        rest = str(self.dtype).removeprefix("torch.")
        if self.bits >= 16:
            return rest
        towers = f" ({self.tower_bits}-bit towers)" if self.tower_bits < 16 else ""
        return f"{self.bits}-bit{towers} + {rest}"

    def __str__(self) -> str:
        """In an announcement: "8 bits on the GPU"."""
        towers = f" with towers in {self.tower_bits}" if self.tower_bits < 16 else ""
        return f"{self.bits} bits{towers} on the {'GPU' if self.device == 'cuda' else 'CPU'}"


def choose_device(wanted: str) -> torch.device:
    """The device that auto, cpu or cuda means here. Raises `ModelError` where there is no such device."""
    if wanted == "cuda" and not torch.cuda.is_available():
        raise ModelError(
            "There is no usable CUDA device", why="torch finds none", next_step="use --device auto, or see `checks`"
        )
    return torch.device("cuda" if wanted in ("auto", "cuda") and torch.cuda.is_available() else "cpu")


def first_placement(device: DeviceName, wanted_bits: str, values: int) -> Placement:
    """What a person asked for; `auto` is 16 bits for a `LARGE` model, and 32 for one whose size costs nothing.

    So a small model gives the same answers on every device: in 16 bits one in ten turns a last decimal.
    """
    rest: Bits = 16 if values >= LARGE else 32
    bits: dict[str, Bits] = {"auto": rest, "16": 16, "8": 8, "4": 4}
    if wanted_bits not in bits:
        raise ModelError(f"There is no precision of {wanted_bits!r} bits", next_step="choose auto, 16, 8 or 4")
    return _placed(device, bits[wanted_bits], rest)


def _placed(device: DeviceName, bits: Bits, rest: Bits) -> Placement:
    return Placement(device, bits, 16, 16 if bits == 16 else rest)


def fallbacks(placement: Placement, values: int) -> Iterator[Placement]:
    """The placements to give way to, each smaller than the one before; the CPU comes last.

    A model that is not `LARGE` is not quantised: it goes to the CPU whole. On the CPU, quantising is all there is.
    """
    quantised: tuple[Bits, ...] = (8, 4) if values >= LARGE else ()
    yield from _smaller(placement, quantised)
    if placement.device == "cuda":
        on_cpu = first_placement("cpu", "auto", values)
        yield on_cpu
        yield from _smaller(on_cpu, quantised)


def _smaller(placement: Placement, quantised: tuple[Bits, ...]) -> Iterator[Placement]:
    for bits in quantised:
        if bits < placement.bits:
            yield replace(placement, bits=bits)
    if quantised and placement.tower_bits > 8 and placement.device == "cuda":
        yield replace(placement, bits=4, tower_bits=8)


# --- what a placement costs -----------------------------------------------------------------------


def quantised_bits(name: str, placement: Placement) -> Bits | None:
    """In how many bits the matrix of this name is stored; None when it is not quantised.

    The layers of the language model, and with `tower_bits` those of the towers and the Q-Formers behind them.
    Embeddings, the output layer, projections, norms, and everything small keep their type: they decide more than they
    weigh.
    """
    if name.startswith("language_model.model.layers.") and placement.bits < 16:
        return placement.bits
    if name.startswith(_TOWERS) and placement.tower_bits < 16:
        return placement.tower_bits
    return None


def quantised_matrices(model: nn.Module, placement: Placement) -> dict[str, Bits]:
    """Names of the linear layers that are stored in 8 or 4 bits, and in how many."""
    return {
        name: bits
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and (bits := quantised_bits(name, placement)) is not None
    }


def bytes_needed(model: nn.Module, placement: Placement) -> int:
    """Bytes of a model's weights at a placement, from its shapes; what answering takes comes on top."""
    quantised = quantised_matrices(model, placement)
    total = 0.0
    for name, tensor in model.state_dict().items():
        layer, _, kind = name.rpartition(".")
        if kind == "weight" and layer in quantised:
            total += tensor.numel() * (_BYTES_OF_8_BITS if quantised[layer] == 8 else _BYTES_OF_4_BITS)
            total += tensor.shape[0] * 4 if quantised[layer] == 8 else 0
        else:
            total += tensor.numel() * placement.rest_bits / 8
    return round(total)


def free_bytes(device: DeviceName) -> int | None:
    """Bytes that this process may still take on a device, a cap set for it included. None where nobody can say."""
    if device == "cuda":
        free, total = torch.cuda.mem_get_info()
        ours = torch.cuda.memory_reserved()
        # what the allocator holds without using it is free too
        return min(free + ours, round(total * torch.cuda.get_per_process_memory_fraction())) - (
            torch.cuda.memory_allocated()
        )
    return _free_on_linux()


def _free_on_linux() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def why_too_large(needed: int, free: int | None) -> str | None:
    """Why weights of this size cannot be loaded; None when they fit or nobody can say."""
    if free is None or needed <= free:
        return None
    return f"its weights take {needed / _GB:.1f} GB and {max(free, 0) / _GB:.1f} GB are free"


# --- what answering costs -------------------------------------------------------------------------


def most_at_once(text: Mapping[str, Any], tokens: int, most: int, placement: tuple[DeviceName, int]) -> int:
    """How many conversations of so many tokens are kept side by side: at most `most`, in a quarter of what is free.

    text: the language model's sizes as in `GroundingGPTConfig.text`; placement: the device, and bytes of a value.
    """
    device, bytes_each = placement
    heads = text.get("num_key_value_heads") or text["num_attention_heads"]
    width = text.get("head_dim") or text["hidden_size"] // text["num_attention_heads"]
    bytes_of_one = 2 * text["num_hidden_layers"] * heads * width * bytes_each * tokens
    free = free_bytes(device)
    return most if free is None else max(1, min(most, free // (4 * bytes_of_one)))
