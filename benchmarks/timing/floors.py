"""What the hardware allows: measured bandwidth and matrix rate, and what weights and products take at those."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from core.grounding.groundinggpt.modeling import GroundingGPT


def _best(work: Callable[[], object], repeats: int = 20) -> float:
    """The least seconds of several tries."""
    from timing.clock import synchronise

    work()
    least = float("inf")
    for _ in range(repeats):
        synchronise()
        began = time.perf_counter()
        work()
        synchronise()
        least = min(least, time.perf_counter() - began)
    return least


def measured(device: torch.device, dtype: torch.dtype) -> dict[str, float]:
    """Bytes a second that a copy moves (read and written), FLOPs a second of a large matrix product."""
    large = device.type == "cuda"
    source = torch.empty((2 << 30) if large else (64 << 20), dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    copy_s = _best(lambda: target.copy_(source))
    side = 8192 if large else 1024
    matrix = torch.randn(side, side, device=device, dtype=dtype)
    product_s = _best(lambda: matrix @ matrix)
    return {"copy_bytes_per_s": 2 * source.numel() / copy_s, "flops_per_s": 2 * side**3 / product_s}


def of_model(model: GroundingGPT, rates: dict[str, float], tokens: int) -> dict[str, float]:
    """Seconds of a decoding step (each weight read once) and of reading a prompt (each weight used for each token)."""
    read = [*model.language_model.model.layers.parameters(), *model.language_model.lm_head.parameters()]
    weight_bytes = sum(one.numel() * one.element_size() for one in read)
    values = sum(one.numel() for one in model.language_model.model.layers.parameters())
    return {
        "weight_bytes": weight_bytes,
        "step_s": weight_bytes / rates["copy_bytes_per_s"],
        "prompt_s": 2 * values * tokens / rates["flops_per_s"],
    }
