"""Matrices in 8 bits: whole numbers, and one scale for each row. What is multiplied with them keeps its type.

So nothing is rounded but the weights, and the same kernels run whatever the numbers are, which a GPU can record.
(bitsandbytes' 8 bits, arXiv 2208.07339, round the inputs too and look for outliers among them at every product.)
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_MOST = 127
_FEW_ROWS = 64  # of more, it pays on a CPU to turn the matrix into their type first
_PACKED: Any = getattr(torch, "_weight_int8pack_mm", None)  # torch's own product of the two on a CPU, where it has it


class _Product(torch.autograd.Function):
    """x [..., i] by a matrix [o, i] of whole numbers; it is turned into x's type for the way there and again back."""

    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor) -> Tensor:
        context.save_for_backward(weight)
        return functional.linear(x, weight.to(x.dtype))

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (weight,) = context.saved_tensors
        return gradients[0] @ weight.to(gradients[0].dtype), None


class Int8Linear(nn.Linear):
    """As `nn.Linear` with weight = int8 [o, i] * scale [o]; the weight does not learn."""

    scale: Tensor

    def __init__(self, in_features: int, out_features: int, bias: bool) -> None:
        super().__init__(in_features, out_features, bias)
        whole = torch.empty(out_features, in_features, dtype=torch.int8, device=self.weight.device)
        self.weight = nn.Parameter(whole, requires_grad=False)
        self.register_buffer("scale", torch.empty(out_features, device=whole.device))

    def round(self, weight: Tensor) -> None:
        """Take on the values of a matrix [o, i], rounded; its device too."""
        values = weight.float()
        scale = values.abs().amax(1).clamp_(min=torch.finfo(torch.float32).tiny) / _MOST
        self.scale = scale
        self.weight = nn.Parameter((values / scale[:, None]).round_().to(torch.int8), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """[..., i] -> [..., o] of x's type, or of the one that torch casts to."""
        device = x.device.type
        if torch.is_autocast_enabled(device):
            x = x.to(torch.get_autocast_dtype(device))
        few = x.shape[:-1].numel() <= _FEW_ROWS
        if (
            _PACKED is not None
            and few
            and device == "cpu"
            and x.dtype == torch.bfloat16
            and not torch.is_grad_enabled()
        ):
            rows = _PACKED(x.flatten(0, -2).contiguous(), self.weight, self.scale.to(x.dtype))
            packed: Tensor = rows.unflatten(0, x.shape[:-1])
            return packed if self.bias is None else packed + self.bias
        product: Tensor = _Product.apply(x, self.weight)  # type: ignore[no-untyped-call]
        scale = self.scale.to(x.dtype)
        return product * scale if self.bias is None else torch.addcmul(self.bias.to(x.dtype), product, scale)
