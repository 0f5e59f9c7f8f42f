"""Dense supervision of the vision tower: every patch says what covers it. It plays the part of CLIP's pretraining."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from core.training.scenes.render import DenseLabels
from core.training.scenes.vocabulary import COLOURS, FILLS, KINDS, SIZES

_CLASSES = (len(KINDS), len(COLOURS), len(FILLS), len(SIZES))


class DenseHeads(nn.Module):
    """Linear read-outs on patch states [b, p, w]; used in training only, never saved with a checkpoint."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.cover = nn.Linear(width, 1)
        self.classes = nn.Linear(width, sum(_CLASSES))
        self.box = nn.Linear(width, 4)

    def forward(self, states: Tensor, labels: DenseLabels) -> dict[str, Tensor]:
        """Losses by name: `cover`, `kind`, `colour`, `fill`, `size`, `box` (L1 of edges seen from the patch)."""
        states = self.norm(states)
        covered = labels.thing >= 0
        weight = covered.float()
        total = weight.sum().clamp(min=1)
        losses = {
            "cover": nnf.binary_cross_entropy_with_logits(self.cover(states)[..., 0].float(), weight),
        }
        logits = self.classes(states).float().split(_CLASSES, -1)
        for index, name in enumerate(("kind", "colour", "fill", "size")):
            each = nnf.cross_entropy(logits[index].transpose(1, 2), labels.classes[..., index], reduction="none")
            losses[name] = (each * weight).sum() / total
        wanted = labels.boxes - _patch_centres(states)
        error = (self.box(states).float() - wanted * 4).abs().mean(-1)
        losses["box"] = (error * weight).sum() / total
        return losses

    @staticmethod
    def combine(losses: dict[str, Tensor]) -> Tensor:
        """One number to minimise."""
        parts = {"cover": 1.0, "kind": 1.0, "colour": 0.5, "fill": 0.3, "size": 0.3, "box": 4.0}
        return torch.stack([losses[name] * weight for name, weight in parts.items()]).sum()


def _patch_centres(states: Tensor) -> Tensor:
    """[1, p, 4] the centre of each patch as x, y, x, y in 0-1."""
    side = round(states.shape[1] ** 0.5)
    axis = (torch.arange(side, device=states.device, dtype=torch.float32) + 0.5) / side
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y, x, y], -1).reshape(1, -1, 4)
