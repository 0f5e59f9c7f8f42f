"""Dense supervision of what happens when: every patch of a frame, every slot of a clip, every stretch of a sound.

It plays the part of the pretraining of EVA-CLIP, BLIP-2 and ImageBind. Read-outs are used in training only.
"""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from core.training.scenes.clip import STATES
from core.training.scenes.sound import KINDS
from core.training.scenes.vocabulary import COLOURS, SHAPES

_RARE = -5.0  # most things are not there most of the time: where the read-outs of slots begin


class TimeHeads(nn.Module):
    """Linear read-outs. vision: width of the video tower; heard: of a sound clip's embedding; width: of the tokens."""

    def __init__(self, vision: int, heard: int, width: int) -> None:
        super().__init__()
        self.patch_norm = nn.LayerNorm(vision)
        self.patch = nn.Linear(vision, 1 + len(SHAPES) + len(COLOURS))
        self.clip = nn.Linear(heard, len(KINDS))
        self.seen_norm, self.heard_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.seen = nn.Linear(width, len(STATES) * len(SHAPES) * len(COLOURS))
        self.heard = nn.Linear(width, len(KINDS))
        for slots in (self.seen, self.heard, self.clip):
            nn.init.constant_(slots.bias, _RARE)

    def of_frames(self, states: Tensor, kinds: Tensor, colours: Tensor) -> Tensor:
        """Patch states [n, p, w] and what covers them, kinds and colours [n, p] with kind -1 for nothing: the loss."""
        cover, kind, colour = self.patch(self.patch_norm(states)).float().split([1, len(SHAPES), len(COLOURS)], -1)
        covered = (kinds >= 0).float()
        total = covered.sum().clamp(min=1)
        loss = nnf.binary_cross_entropy_with_logits(cover[..., 0], covered)
        for logits, wanted, share in ((kind, kinds.clamp(min=0), 1.0), (colour, colours, 0.5)):
            each = nnf.cross_entropy(logits.transpose(1, 2), wanted, reduction="none")
            loss = loss + share * (each * covered).sum() / total
        return loss

    def of_video(self, tokens: Tensor, states: Tensor) -> Tensor:
        """Tokens [b, t, d] and `Clip.states` [b, t, ...] at the same moments: the loss of a slot."""
        return _slots(self.seen(self.seen_norm(tokens)), states.flatten(2))

    def of_sound(self, tokens: Tensor, embeddings: Tensor, heard: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [b, t, d], embeddings [b, t, w] of clips and `kinds_heard` [b, t, k]: losses of slots and of clips."""
        return _slots(self.heard(self.heard_norm(tokens)), heard), _slots(self.clip(embeddings), heard)


def _slots(logits: Tensor, there: Tensor) -> Tensor:
    """Summed over what there may be, mean over slots."""
    each = nnf.binary_cross_entropy_with_logits(logits.float(), there.to(torch.float32), reduction="none")
    return each.sum(-1).mean()
