"""What fine-tuning minimises: next-token loss of right answers, and unlikelihood of boxes that people rejected."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from core.grounding.groundinggpt.audio_processing import sound_clips
from core.grounding.groundinggpt.media_tensors import audio_config
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaKind
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
        self._patches = processor.patch_ids()
        for kind in self._patches:
            self.register_buffer(f"_prefix_{kind}", torch.tensor(processor.prefix_ids((kind,))), persistent=False)
        digits = torch.zeros(processor.tokenizer.get_vocab_size(), dtype=torch.bool)
        digits[sorted(processor.digit_ids)] = True
        self.register_buffer("_digits", digits, persistent=False)

    def forward(
        self,
        ids: Tensor,
        segments: Tensor,
        labels: Tensor,
        kinds: Tensor,
        weights: Tensor,
        pixel_values: Tensor | None = None,
        clips: Sequence[Tensor] = (),
        sounds: Sequence[Tensor] = (),
    ) -> dict[str, Tensor]:
        """The loss of a batch (`core.training.lessons.collate`)."""
        parts, begin = [], 0
        given: dict[MediaKind, Tensor | Sequence[Tensor] | None] = {
            "image": pixel_values, "video": clips, "audio": sounds,
        }  # fmt: skip
        for kind, media in given.items():
            if media is None or not len(media):
                continue
            rows = slice(begin, begin := begin + len(media))
            parts.append(self._logits(kind, self._features(kind, media), ids[rows], segments[rows]))
        logits = torch.cat(parts)
        each = nnf.cross_entropy(
            logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="none"
        ).view_as(labels)
        right = weights * (kinds == ASKED)
        loss = (each * right).sum() / right.sum().clamp(min=1e-6)
        rejected = self._rejected(each, labels, segments, kinds)
        if rejected is not None:
            loss = loss + REJECTION_WEIGHT * rejected
        return {"loss": loss}

    def _features(self, kind: MediaKind, media: Tensor | Sequence[Tensor]) -> Tensor:
        """[b, p, d] of media of one kind."""
        if isinstance(media, Tensor):
            return self.model.image_features(media)
        if kind == "video":
            return self.model.video_features(media)
        audio = audio_config(self.model.config)
        with torch.no_grad(), torch.autocast(media[0].device.type, enabled=False):
            clips = [sound_clips(samples, audio) for samples in media]
        return self.model.sound_features(clips)

    def _logits(self, kind: MediaKind, features: Tensor, ids: Tensor, segments: Tensor) -> Tensor:
        """[b, n, v] for the question and answer tokens behind each medium."""
        prefix: Tensor = self.get_buffer(f"_prefix_{kind}")
        first = int((prefix == self._patches[kind]).nonzero()[0])
        return branch_logits(self.model, self.model.prefix_embeds(prefix, features, first), ids, segments)

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
