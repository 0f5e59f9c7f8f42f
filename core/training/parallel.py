"""The processes that train one model together, as `torchrun` and `accelerate launch` start them."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist


def processes() -> int:
    """How many train together; 1 for a command that was started alone."""
    return max(1, int(os.environ.get("WORLD_SIZE", "1")))


def is_first() -> bool:
    """Whether this process is the one that speaks and writes."""
    return int(os.environ.get("RANK", "0")) == 0


def take_own_gpu() -> None:
    """From now on the GPU of this process is its own, not the first one of all."""
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))


def sharing_asked() -> bool:
    """Whether `accelerate launch` was configured to share one copy of the model (FSDP)."""
    return os.environ.get("ACCELERATE_USE_FSDP", "").lower() in ("1", "true")


def share_ourselves() -> None:
    """Keep accelerate from sharing the model out once more: it does not on CPUs, and saves more than what learns."""
    os.environ.pop("ACCELERATE_USE_FSDP", None)


def wait_for_all() -> None:
    """Go on when every process has come this far."""
    if dist.is_available() and dist.is_initialized():
        dist.barrier()


def leave() -> None:
    """Leave the group, if there is one."""
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
