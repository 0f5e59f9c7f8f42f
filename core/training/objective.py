"""What fine-tuning minimises: next-token loss of right answers, and unlikelihood of boxes that people rejected."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.training.branches import branch_logits
from core.training.lessons import ASKED, REJECTED
from core.training.packing import IGNORED

REJECTION_WEIGHT = 0.2


class GroundingObjective(nn.Module):
    """The model with its loss, as transformers' `Trainer` calls it: `forward(**batch) -> {"loss": ...}`."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        super().__init__()
        self.model = model
        self.model.language_model.config._attn_implementation = "branches"
        self.register_buffer("_prefix", torch.tensor(processor.prefix_ids()), persistent=False)
        digits = torch.zeros(processor.tokenizer.get_vocab_size(), dtype=torch.bool)
        digits[sorted(processor.digit_ids)] = True
        self.register_buffer("_digits", digits, persistent=False)
        self._first_patch = processor.first_patch()

    def forward(
        self, pixel_values: Tensor, ids: Tensor, segments: Tensor, labels: Tensor, kinds: Tensor, weights: Tensor
    ) -> dict[str, Tensor]:
        """The loss of a batch (`core.training.lessons.collate`)."""
        logits = self._logits(pixel_values, ids, segments)
        each = nnf.cross_entropy(
            logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
        ).view_as(labels)
        right = weights * (kinds == ASKED)
        loss = (each * right).sum() / right.sum().clamp(min=1e-6)
        rejected = self._rejected(each, labels, segments, kinds)
        if rejected is not None:
            loss = loss + REJECTION_WEIGHT * rejected
        return {"loss": loss}

    def _logits(self, pixel_values: Tensor, ids: Tensor, segments: Tensor) -> Tensor:
        """[b, n, v] for the question and answer tokens behind each picture."""
        prefix: Tensor = self.get_buffer("_prefix")
        embeds = self.model.prefix_embeds(prefix, self.model.image_features(pixel_values), self._first_patch)
        return branch_logits(self.model, embeds, ids, segments)

    def _rejected(self, each: Tensor, labels: Tensor, segments: Tensor, kinds: Tensor) -> Tensor | None:
        """Mean of -log(1 - score) over rejected boxes; the score is the one that people see (mean over digits)."""
        digits = self.get_buffer("_digits")[labels.clamp(min=0)] & (kinds == REJECTED) & (labels != IGNORED)
        if not bool(digits.any()):
            return None
        count = int(segments.max()) + 1
        place = segments.clamp(min=0) + count * torch.arange(len(segments), device=segments.device)[:, None]
        total = torch.zeros(len(segments) * count, device=each.device).index_add(0, place[digits], each[digits])
        number = torch.zeros_like(total).index_add(0, place[digits], torch.ones_like(each[digits]))
        score = torch.exp(-total[number > 0] / number[number > 0]).clamp(max=1 - 1e-4)
        return -torch.log1p(-score).mean()
