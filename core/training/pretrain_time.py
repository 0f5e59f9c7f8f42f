"""Stage 0 for video and sound: teaches the bundled model of time from nothing, on clips and recordings as needed.

First the towers and Q-Formers by dense labels, then everything by questions with the dense losses kept on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from core.grounding.groundinggpt.audio import AudioBranch
from core.grounding.groundinggpt.audio_processing import cut_clips, mel_clips
from core.grounding.groundinggpt.configuration import (
    AnswerGrammar,
    AudioConfig,
    AudioTrunkConfig,
    GroundingGPTConfig,
    PromptTemplate,
    VideoConfig,
)
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor, normalise
from core.grounding.groundinggpt.qformer import QFormer
from core.grounding.groundinggpt.video import VideoBranch
from core.schema import MediaKind
from core.training.branches import branch_logits
from core.training.dense_time import TimeHeads
from core.training.packing import answer_loss, losses_by_type
from core.training.pretrain import REWORDINGS
from core.training.scenes.clip import sample_clip
from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, ClipAsker
from core.training.scenes.clip_render import ClipBatch, ClipRenderer
from core.training.scenes.render import Renderer
from core.training.scenes.sound import SOUND_QUESTION_TYPES, SoundAsker, sample_recording
from core.training.scenes.sound_render import render
from core.training.stage_zero import Recipe, StageZero
from core.training.time_stream import TimeBatch, TimeStream
from core.training.tokenizer import train_tokenizer

SUMMARY = (
    "A small demonstrator trained from nothing on rendered clips and recordings: it tells when plain shapes are seen, "
    "come, go and move, and when beeps, sirens, knocks, bells and the like are heard."
)
SLOTS = 64  # frames of a clip, clips of a sound, and tokens of either
_SHARPNESS = 3.0  # how much a token of time begins by looking at its own moment
_SLOT_WEIGHT = 0.1
_DENSE_EVERY = 4  # every so many frames' patches are supervised
_MEL_AT_ONCE = 512


def _qformer(width: int, source: int, layers: int) -> dict[str, Any]:
    return {
        "hidden_size": width, "num_attention_heads": 5, "intermediate_size": 2 * width, "num_hidden_layers": layers,
        "hidden_act": "gelu", "cross_attention_frequency": 1, "encoder_hidden_size": source,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip


def time_config(vocabulary: int) -> GroundingGPTConfig:
    """The bundled model of time: the published model's video and sound branches, small; no pictures."""
    width = 160
    tower = {
        "hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": 4, "num_attention_heads": 5,
        "image_size": 112, "patch_size": 14, "hidden_act": "gelu", "qkv_bias": True, "initializer_range": 0.02,
    }  # fmt: skip
    text = {
        "vocab_size": vocabulary, "hidden_size": 192, "intermediate_size": 448, "num_hidden_layers": 4,
        "num_attention_heads": 6, "num_key_value_heads": 6, "max_position_embeddings": 1024, "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "tie_word_embeddings": False,
    }  # fmt: skip
    return GroundingGPTConfig(
        vision=None,
        text=text,
        prompt=PromptTemplate(
            after_media="", question="### Human: {expression}", answer="### Assistant:", rewordings=REWORDINGS[:3]
        ),
        grammar=AnswerGrammar(spans=("video", "audio")),
        summary=SUMMARY,
        licence="Apache-2.0",
        video=VideoConfig(
            vision=tower, frame_qformer=_qformer(width, width, 1), clip_qformer=_qformer(width, width, 2),
            frame_tokens=8, tokens=SLOTS, frames=SLOTS, max_frames=SLOTS, fit="pad", repeats=True,
        ),
        audio=AudioConfig(
            qformer=_qformer(width, width, 2),
            trunk=AudioTrunkConfig(width=width, layers=3, heads=5, output_width=width),
            tokens=SLOTS, clips=SLOTS, max_clips=SLOTS, clip_s=1.0, clip_starts="middles", mel_bins=64, mel_frames=98,
        ),
    )  # fmt: skip


def time_processor(seed: int = 0, count: int = 2000) -> Processor:
    """Tokenizer and prompt of a new model, from the words that clips and recordings are asked with."""
    rng = np.random.default_rng(seed)
    texts: list[str] = []
    for _ in range(count):
        clip, recording = ClipAsker(sample_clip(rng), rng), SoundAsker(sample_recording(rng), rng)
        seen = [clip.ask(kind) for kind in CLIP_QUESTION_TYPES]
        heard = [recording.ask(kind) for kind in SOUND_QUESTION_TYPES]
        texts += [f" {question.expression}" for question in (*seen, *heard) if question is not None]
    tokenizer = train_tokenizer(texts)
    return Processor(time_config(tokenizer.get_vocab_size()), tokenizer)


def _waves(count: int, width: int) -> Tensor:
    """[count, width] sines and cosines of a moment, of slow to fast waves."""
    turns = torch.logspace(0, np.log10(count / 4), width // 2, dtype=torch.float64)
    phase = torch.arange(count, dtype=torch.float64)[:, None] / count * turns * torch.pi
    return torch.cat([phase.sin(), phase.cos()], 1).float()


@torch.no_grad()
def _tie_to_time(qformer: QFormer, positions: nn.Embedding) -> None:
    """Let each token of time begin by looking at its own moment: learning that from chance costs minutes."""
    waves = _waves(len(positions.weight), qformer.width)
    positions.weight.copy_(waves)
    qformer.queries.copy_(waves[None])
    attention: Any = qformer.encoder.encoder.layer[0].crossattention.attention  # type: ignore[union-attr]
    attention.key.weight.copy_(attention.query.weight)
    for side in (attention.query, attention.key):
        side.weight.mul_(_SHARPNESS)


class TimePretrainer(StageZero[TimeBatch]):
    """Teaches video and sound side by side: a step is a batch of clips and one of recordings."""

    counted = "clips and recordings, each"

    def __init__(self, recipe: Recipe, processor: Processor, folder: Path) -> None:
        torch.manual_seed(recipe.seed)
        config = processor.config
        model = GroundingGPT(config, "sdpa")
        if model.video is None or model.audio is None or config.audio is None:
            raise ValueError("time is learned by a checkpoint with a video and a sound branch")
        _tie_to_time(model.video.clip_qformer, model.video.positions)
        _tie_to_time(model.audio.qformer, model.audio.positions)
        heads = TimeHeads(
            model.video.frame_qformer.source_width, model.audio.qformer.source_width, int(config.text["hidden_size"])
        )
        super().__init__(recipe, processor, folder, model, heads)
        self.video: VideoBranch = model.video
        self.audio: AudioBranch = model.audio
        self.audio_config = config.audio
        self.time_heads = heads
        self.renderer = ClipRenderer(Renderer(self.video_side, self.group.device, compile_kernels=self.fast))
        if self.fast:
            for layer in [
                *self.video.tower.encoder.layers, *self.audio.trunk.blocks, *self.model.language_model.model.layers,
            ]:  # fmt: skip
                layer.compile(dynamic=False)
        kinds: tuple[MediaKind, ...] = ("video", "audio")
        ids = {kind: processor.prefix_ids((kind,)) for kind in kinds}
        patches = processor.patch_ids()
        self._prefixes = {kind: torch.tensor(own, device=self.group.device) for kind, own in ids.items()}
        self._first = {kind: ids[kind].index(patches[kind]) for kind in ids}

    @property
    def video_side(self) -> int:
        """Side in pixels of a frame."""
        assert self.processor.config.video is not None
        return self.processor.config.video.frame_size

    @property
    def patch_size(self) -> int:
        """Side in pixels of a patch of a frame."""
        assert self.processor.config.video is not None
        return int(self.processor.config.video.vision["patch_size"])

    def batches(self) -> Iterator[TimeBatch]:
        """See `StageZero.batches`."""
        recipe = self.recipe
        stream = TimeStream(
            self.processor, batch=recipe.batch, seed=recipe.seed + 1000 * self.steps, rank=self.group.rank
        )
        loader: DataLoader[TimeBatch] = DataLoader(
            stream, batch_size=None, num_workers=recipe.workers, pin_memory=self.fast,
            prefetch_factor=3 if recipe.workers else None,
        )  # fmt: skip
        for batch in loader:
            yield batch.to(self.group.device)

    def losses(self, batch: TimeBatch, *, dense_only: bool, told: bool) -> tuple[Tensor, dict[str, Tensor]]:
        """See `StageZero.losses`."""
        with torch.no_grad():
            pixels = normalise(self.renderer.frames(batch.clips).flatten(0, 1))
            kinds, colours = self._patches(batch.clips)
            mels = self._mels(batch)
        with torch.autocast(self.group.device.type, torch.bfloat16, enabled=self.fast):
            seen, parts = self._see(pixels, batch, kinds, colours)
            heard, more = self._hear(mels, batch)
            parts.update(more)
            dense = parts["patches"] + _SLOT_WEIGHT * (parts["slots"] + 3 * parts["sounds"] + parts["clips"])
            if dense_only:
                return dense, parts
            seen_logits = self._answers("video", seen, batch.clip_questions.ids, batch.clip_questions.segments)
            heard_logits = self._answers("audio", heard, batch.sound_questions.ids, batch.sound_questions.segments)
        total = self.recipe.dense_weight * dense
        for name, logits, questions, types in (
            ("video", seen_logits, batch.clip_questions, CLIP_QUESTION_TYPES),
            ("sound", heard_logits, batch.sound_questions, SOUND_QUESTION_TYPES),
        ):
            answer, each = answer_loss(logits, questions.labels, questions.weights)
            total = total + answer
            parts[name] = answer.detach()
            if told:
                of_types = losses_by_type(each, questions.labels, questions.types, types)
                parts.update({f"{name}_{kind}": value for kind, value in of_types.items()})
        return total, parts

    def _patches(self, clips: ClipBatch) -> tuple[Tensor, Tensor]:
        """[n, p] kinds and colours of what covers the patches of the supervised frames."""
        some = slice(0, None, _DENSE_EVERY)
        owners = self.renderer.owners(clips, some, self.video_side // self.patch_size)
        owner = owners.clamp(min=0)
        kinds = clips.kinds[:, None].expand(-1, owner.shape[1], -1).gather(2, owner)
        colours = clips.colours[:, some].gather(2, owner)
        return torch.where(owners >= 0, kinds, -1).flatten(0, 1), colours.flatten(0, 1)

    def _mels(self, batch: TimeBatch) -> Tensor:
        """[b * c, 1, m, f] of the recordings, rendered now."""
        durations = [recording.duration_s for recording in batch.recordings]
        clips = cut_clips(render(batch.recordings, self.group.device), durations, self.audio_config).flatten(0, 1)
        return torch.cat([mel_clips(part, self.audio_config) for part in torch.split(clips, _MEL_AT_ONCE)])

    def _see(
        self, pixels: Tensor, batch: TimeBatch, kinds: Tensor, colours: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        states = self.video.frame_states(pixels)
        count = len(batch.clips.post)
        some = states.unflatten(0, (count, -1))[:, ::_DENSE_EVERY, 1:].flatten(0, 1)  # type: ignore[no-untyped-call]
        tokens = self.video.frame_qformer(states)
        features = self.video.clip_features(tokens.reshape(count, -1, *tokens.shape[1:]))
        return features, {
            "patches": self.time_heads.of_frames(some, kinds, colours),
            "slots": self.time_heads.of_video(features, batch.clips.states),
        }

    def _hear(self, mels: Tensor, batch: TimeBatch) -> tuple[Tensor, dict[str, Tensor]]:
        embeddings = self.audio.trunk(mels).reshape(len(batch.recordings), -1, self.audio.qformer.source_width)
        features = self.audio.sound_features(embeddings)
        slots, clips = self.time_heads.of_sound(features, embeddings, batch.heard)
        return features, {"sounds": slots, "clips": clips}

    def _answers(self, kind: MediaKind, features: Tensor, ids: Tensor, segments: Tensor) -> Tensor:
        embeds = self.model.prefix_embeds(self._prefixes[kind], features, self._first[kind])
        return branch_logits(self.model, embeds, ids, segments)
