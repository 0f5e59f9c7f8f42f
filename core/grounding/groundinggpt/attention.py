"""Which attention a model computes with, and why: flash-attn where it can be used, else torch's own (SDPA)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

SDPA = "sdpa"
FLASH = "flash_attention_2"
# Registered with transformers under this name: flash-attn wherever there is no mask, SDPA for the rest.
SPLIT = "groundlabel_split"
_OLDEST = (8, 0)  # compute capability that flash-attn 2 needs

# query, key, value [b, s, heads, width]; softmax_scale, causal -> [b, s, heads, width]
FlashFunction = Callable[..., Tensor]


@dataclass(frozen=True, slots=True)
class AttentionChoice:
    """`name` is what people are told, `implementation` what transformers is given, `why` the reason in a few words."""

    name: str
    implementation: str
    why: str


def choose_attention(device: torch.device, dtype: torch.dtype) -> AttentionChoice:
    """flash-attn when it is installed, works, and the device and type are ones that it knows."""
    if device.type != "cuda":
        return AttentionChoice(SDPA, SDPA, "flash-attn needs an NVIDIA GPU")
    if dtype not in (torch.bfloat16, torch.float16):
        return AttentionChoice(SDPA, SDPA, "flash-attn computes in 16 bits only")
    if torch.cuda.get_device_capability(device) < _OLDEST:
        return AttentionChoice(SDPA, SDPA, "flash-attn needs an Ampere GPU or a newer one")
    try:
        flash: FlashFunction = importlib.import_module("flash_attn").flash_attn_func
    except ModuleNotFoundError:
        return AttentionChoice(SDPA, SDPA, "flash_attn is not installed")
    except (ImportError, OSError, AttributeError) as error:
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        return AttentionChoice(SDPA, SDPA, f"flash_attn cannot be imported: {first_line}")
    register_split(flash)
    return AttentionChoice(FLASH, SPLIT, "flash_attn is installed; what has a mask goes through sdpa")


def register_split(flash: FlashFunction) -> None:
    """Make `SPLIT` known to transformers: `flash` where there is no mask, SDPA where there is one.

    Questions behind an encoded medium need a mask of their own, which flash-attn does not take; media and prompts,
    which are nearly all of the work, need none.
    """

    def attend(
        module: nn.Module,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        attention_mask: Tensor | None,
        scaling: float | None = None,
        is_causal: bool | None = None,
        **more: Any,
    ) -> tuple[Tensor, None]:
        """query, key, value: [b, heads, s, width] -> [b, s, heads, width]."""
        if attention_mask is not None or module.training:
            mixed, _ = sdpa_attention_forward(
                module, query, key, value, attention_mask, scaling=scaling, is_causal=is_causal, **more
            )
            return mixed, None
        causal = is_causal if is_causal is not None else bool(getattr(module, "is_causal", True))
        parts = (part.transpose(1, 2) for part in (query, key, value))
        return flash(*parts, softmax_scale=scaling, causal=causal and query.shape[2] > 1), None

    AttentionInterface.register(SPLIT, attend)
    AttentionMaskInterface.register(SPLIT, sdpa_mask)
