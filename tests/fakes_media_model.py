"""A GroundingGPT with all branches at sizes of a few thousand weights, random, for tests of what it computes."""

from __future__ import annotations

from typing import Any

import torch

from core.grounding.groundinggpt.configuration import AudioConfig, AudioTrunkConfig, GroundingGPTConfig, VideoConfig
from core.grounding.groundinggpt.modeling import GroundingGPT

IMAGE, VIDEO, AUDIO = 31, 34, 37  # patch tokens; start and end follow each
PATCHES = {IMAGE: 4, VIDEO: 3, AUDIO: 2}

_QFORMER: dict[str, Any] = {
    "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 12, "num_hidden_layers": 2,
}  # fmt: skip


def media_config() -> GroundingGPTConfig:
    """Pictures of 14 px, clips of up to 5 frames of 14 px, sounds of up to 4 clips of 16 x 28."""
    tower = {
        "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 14,
        "patch_size": 7,
    }  # fmt: skip
    text = {
        "vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "pad_token_id": 0,
    }  # fmt: skip
    return GroundingGPTConfig(
        vision={**tower, "projection_dim": 8},
        text=text,
        video=VideoConfig(
            vision={**tower, "initializer_range": 0.1},
            frame_qformer={**_QFORMER, "cross_attention_frequency": 2, "encoder_hidden_size": 8},
            clip_qformer={**_QFORMER, "cross_attention_frequency": 1, "encoder_hidden_size": 8},
            frame_tokens=3,
            tokens=PATCHES[VIDEO],
            frames=5,
            max_frames=5,
        ),
        audio=AudioConfig(
            qformer={**_QFORMER, "cross_attention_frequency": 1, "encoder_hidden_size": 12},
            trunk=AudioTrunkConfig(width=8, layers=2, heads=2, kernel=8, stride=5, output_width=12),
            tokens=PATCHES[AUDIO],
            max_clips=4,
            mel_bins=16,
            mel_frames=28,
        ),
    )


def media_model(seed: int = 0) -> GroundingGPT:
    """Random weights, large enough that every input matters."""
    torch.manual_seed(seed)
    model = GroundingGPT(media_config()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


def block(patch: int) -> list[int]:
    """Ids of one medium: start, patches, end."""
    return [patch + 1, *[patch] * PATCHES[patch], patch + 2]
