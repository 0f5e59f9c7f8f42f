"""One copy of a model for several processes (torch's FSDP2): shared out before training, gathered again to be saved.

Each layer of the language model is a unit that is brought together when it is needed; all else, with the branches of
media that a batch may lack, is one unit that always is. On CPUs it works as on GPUs, over gloo.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from core.training.objective import GroundingObjective

_LAYERS = "model.language_model.model.layers."  # apart from the rest, and learned from in every batch


def share(objective: GroundingObjective, device: str, *, in_16_bits: bool) -> None:
    """Share the model's weights out among the processes of the group, in place.

    in_16_bits: weights are brought together in bfloat16, and gradients summed up in float32.
    """
    objective.together = True
    objective.register_forward_hook(_touch)  # before FSDP's own, while the weights are together
    mesh = init_device_mesh(device, (dist.get_world_size(),))
    policy = MixedPrecisionPolicy(torch.bfloat16, torch.float32) if in_16_bits else MixedPrecisionPolicy()
    for layer in objective.model.language_model.model.layers:
        fully_shard(layer, mesh=mesh, mp_policy=policy)
    fully_shard(objective, mesh=mesh, mp_policy=policy)


def _touch(objective: nn.Module, _: Any, output: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give everything that learns a gradient, of nothing where a batch lacks its medium: processes must not differ."""
    touched = [
        parameter.float().sum()
        for name, parameter in objective.named_parameters()
        if parameter.requires_grad and not name.startswith(_LAYERS)
    ]
    if touched and torch.is_grad_enabled():
        output = {**output, "loss": output["loss"] + 0.0 * torch.stack(touched).sum()}
    return output


def gathered(tensor: Tensor) -> Tensor:
    """The whole of a tensor that may be shared out. Every process has to ask."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def put(parameter: nn.Parameter, whole: Tensor) -> None:
    """Give a parameter that may be shared out its values."""
    with torch.no_grad():
        if isinstance(parameter, DTensor):
            own = whole.to(parameter.device, parameter.dtype)
            parameter.copy_(distribute_tensor(own, parameter.device_mesh, parameter.placements))
        else:
            parameter.copy_(whole)


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """The state of an optimizer with every shared tensor whole, on the CPU. Every process has to ask."""
    state = optimizer.state_dict()
    state["state"] = {
        index: {name: gathered(one).cpu() if isinstance(one, Tensor) else one for name, one in own.items()}
        for index, own in state["state"].items()
    }
    return state


def put_optimizer_state(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Give this process its share of a whole state (`optimizer_state`)."""
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    shared = {
        index: {name: _share_of(parameters[int(index)], one) for name, one in own.items()}
        for index, own in state["state"].items()
    }
    optimizer.load_state_dict({**state, "state": shared})


def _share_of(parameter: Tensor, one: Any) -> Any:
    """What belongs to a parameter, as that is shared out; counts of steps are as they are."""
    if not isinstance(one, Tensor) or not isinstance(parameter, DTensor) or one.shape != parameter.shape:
        return one
    return distribute_tensor(one.to(parameter.device), parameter.device_mesh, parameter.placements)
