"""What fine-tuning minimises: next-token loss of right answers, and unlikelihood of boxes that people rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.distributed as dist
import torch.nn.functional as nnf
from torch import Tensor, nn

from core.grounding.groundinggpt.audio_processing import sound_clips
from core.grounding.groundinggpt.media_tensors import audio_config
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaKind
from core.training.branches import branch_logits
from core.training.lessons import ASKED, KINDS, REJECTED
from core.training.packing import IGNORED

REJECTION_WEIGHT = 0.2
PREFIX = "model."  # of the model's parameters in the objective


class GroundingObjective(nn.Module):
    """The model with its loss, as transformers' `Trainer` calls it: `forward(**batch) -> {"loss": ...}`."""

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        super().__init__()
        self.model = model
        self.together = False  # whether several processes share the model (`core.training.sharing`)
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
        asked: Sequence[int],
        pixel_values: Tensor | None = None,
        clips: Sequence[Tensor] = (),
        sounds: Sequence[Tensor] = (),
    ) -> dict[str, Tensor]:
        """The loss of a batch (`core.training.lessons.collate`)."""
        given: dict[MediaKind, Tensor | Sequence[Tensor] | None] = {
            "image": pixel_values, "video": clips, "audio": sounds,
        }  # fmt: skip
        shown = {kind: self._features(kind, media) for kind, media in given.items() if media is not None and len(media)}
        parts, begin = [], 0
        idle = torch.zeros((), device=ids.device)
        here = [*(count > 0 for count in asked), sum(asked) < len(ids)]
        for number, somewhere in enumerate(self._groups_of_all(here, ids.device)):
            if not here[number]:
                idle = idle + self._idle(ids.device) if somewhere else idle
            elif number < len(KINDS):
                kind, count = KINDS[number], asked[number]
                rows = slice(begin, begin := begin + count)
                parts.append(self._questions(kind, shown[kind][:count], ids[rows], segments[rows], labels[rows]))
            else:
                told = {kind: shown[kind][count:] for kind, count in zip(KINDS, asked, strict=True) if kind in shown}
                parts.append(self._talks(told, ids[begin:], labels[begin:]))
        each = torch.cat(parts)
        right = weights * (kinds == ASKED)
        loss = (each * right).sum() / right.sum().clamp(min=1e-6)
        rejected = self._rejected(each, labels, segments, kinds)
        if rejected is not None:
            loss = loss + REJECTION_WEIGHT * rejected
        return {"loss": loss + idle}

    def _groups_of_all(self, here: Sequence[bool], device: torch.device) -> list[bool]:
        """Which of the groups that the language model reads one after another any process has; else what is here."""
        if not self.together:
            return list(here)
        groups = torch.tensor(here, dtype=torch.int32, device=device)
        dist.all_reduce(groups, op=dist.ReduceOp.MAX)
        return [bool(group) for group in groups.tolist()]

    def _idle(self, device: torch.device) -> Tensor:
        """Read a word for nothing: the layers of a shared model come together as often in every process."""
        words = self.model.language_model.get_input_embeddings()(torch.zeros(1, 1, dtype=torch.long, device=device))
        states = self.model.language_model.model(inputs_embeds=words, use_cache=False).last_hidden_state
        nothing: Tensor = 0.0 * states.float().sum()
        return nothing

    def _features(self, kind: MediaKind, media: Tensor | Sequence[Tensor]) -> Tensor:
        """[b, p, d] of media of one kind."""
        if isinstance(media, Tensor):
            return self.model.image_features(media)
        if kind == "video":
            return self.model.video_features(media)
        audio = audio_config(self.model.config)
        with torch.no_grad(), torch.autocast(media[0].device.type, enabled=False):
            clips = [sound_clips(sound, audio) if sound.ndim == 2 else sound for sound in media]
        return self.model.sound_features(clips)

    def _questions(self, kind: MediaKind, features: Tensor, ids: Tensor, segments: Tensor, labels: Tensor) -> Tensor:
        """[b, n] losses of question and answer tokens behind each medium; 0 where nothing is learned."""
        prefix: Tensor = self.get_buffer(f"_prefix_{kind}")
        first = int((prefix == self._patches[kind]).nonzero()[0])
        before = self.model.prefix_embeds(prefix, features, first)
        if before.device.type != "cpu" or self.together:
            return self._row_losses(before, ids, segments, labels)
        losses = torch.zeros(ids.shape)
        for part in short_and_long((segments >= 0).sum(1).tolist(), before.shape[1]):
            rows = torch.tensor(part)
            losses = losses.index_copy(0, rows, self._row_losses(before[rows], ids[rows], segments[rows], labels[rows]))
        return losses

    def _row_losses(self, before: Tensor, ids: Tensor, segments: Tensor, labels: Tensor) -> Tensor:
        """[b, n] losses behind prefixes [b, p, d]."""
        used = max(1, int((segments >= 0).sum(1).max()))  # conversations beside them may be much longer
        logits = branch_logits(self.model, before, ids[:, :used], segments[:, :used])
        each = nnf.cross_entropy(
            logits.float().flatten(0, 1), labels[:, :used].flatten(), ignore_index=IGNORED, reduction="none"
        )
        return nnf.pad(each.view(len(ids), used), (0, ids.shape[1] - used))

    def _talks(self, shown: Mapping[MediaKind, Tensor], ids: Tensor, labels: Tensor) -> Tensor:
        """[m, n] losses of conversations; 0 where nothing is learned, and nothing is predicted there."""
        features = {index: shown.get(kind) for kind, index in self._patches.items()}
        used = int((labels != IGNORED).nonzero()[:, 1].max()) + 1
        embeds = self.model.embed(ids, {index: None if f is None or not len(f) else f for index, f in features.items()})
        states = self.model.language_model.model(inputs_embeds=embeds[:, :used], use_cache=False).last_hidden_state
        learned = labels != IGNORED
        logits = self.model.language_model.lm_head(states[learned[:, :used]])
        losses = nnf.cross_entropy(logits.float(), labels[learned], reduction="none")
        return torch.zeros(labels.shape, dtype=losses.dtype, device=losses.device).masked_scatter(learned, losses)

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


def short_and_long(lengths: Sequence[int], before: int) -> list[list[int]]:
    """Rows to read together: all, or the short ones apart from the long where that saves a tenth of all places.

    lengths: tokens of each row behind `before` tokens that every row has; a row is padded to the longest beside it.
    """
    ordered = sorted(range(len(lengths)), key=lambda row: lengths[row])
    places = [before + lengths[row] for row in ordered]
    cost, cut = min(
        (cut * places[cut - 1] + (len(places) - cut) * places[-1], cut) for cut in range(1, len(places) + 1)
    )
    whole = len(places) * places[-1]
    return [ordered[:cut], ordered[cut:]] if cost <= 0.9 * whole else [ordered]
