"""The video branch: frames through EVA-CLIP and a Q-Former each, then one Q-Former over the clip.

Shapes: t frames of one clip, n clips, p patch tokens of a frame with its class token, d width of the language model.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from transformers import Blip2VisionConfig, Blip2VisionModel

from core.grounding.groundinggpt.configuration import VideoConfig
from core.grounding.groundinggpt.qformer import QFormer

FRAMES_AT_ONCE = 64  # through the tower; bounds memory, changes nothing else


class FloatLayerNorm(nn.LayerNorm):
    """Layer normalisation computed in float32 whatever the weights' type, and cast back."""

    def forward(self, states: Tensor) -> Tensor:
        """[..., width] -> [..., width]."""
        normed = nn.functional.layer_norm(
            states.float(), self.normalized_shape, self.weight.float(), self.bias.float(), self.eps
        )
        return normed.to(states.dtype)


class VideoBranch(nn.Module):
    """Clips of any length up to `max_frames` -> the same number of tokens for each."""

    def __init__(self, config: VideoConfig, width: int, attention: str = "sdpa") -> None:
        super().__init__()
        self.max_frames = config.max_frames
        tower = Blip2VisionConfig(**{**config.vision, "attn_implementation": attention})
        self.tower = Blip2VisionModel(tower)
        # the original reads the tower's raw output and norms it with another epsilon than the tower's own
        self.tower.post_layernorm = FloatLayerNorm(tower.hidden_size, eps=config.norm_eps)
        self.frame_qformer = QFormer(config.frame_qformer, config.frame_tokens)
        self.positions = nn.Embedding(config.max_frames, self.frame_qformer.width)
        self.clip_qformer = QFormer(config.clip_qformer, config.tokens)
        self.projection = nn.Linear(self.clip_qformer.width, width)

    def frame_states(self, frames: Tensor) -> Tensor:
        """[t, 3, h, w] normalised pixels -> [t, p, w] normed states of every patch and the class token."""
        states: Tensor = self.tower.encoder(inputs_embeds=self.tower.embeddings(frames)).last_hidden_state
        normed: Tensor = self.tower.post_layernorm(states)
        return normed

    def frame_tokens(self, frames: Tensor) -> Tensor:
        """[t, 3, h, w] -> [t, frame_tokens, w], each frame on its own."""
        parts = [self.frame_qformer(self.frame_states(part)) for part in torch.split(frames, FRAMES_AT_ONCE)]
        return torch.cat(parts)

    def clip_features(self, tokens: Tensor) -> Tensor:
        """[n, t, frame_tokens, w] of clips of one length -> [n, tokens, d]."""
        frames = torch.arange(tokens.shape[1], device=tokens.device)
        placed = tokens + self.positions(frames)[None, :, None]
        features: Tensor = self.projection(self.clip_qformer(placed.flatten(1, 2)))
        return features

    def forward(self, clips: Sequence[Tensor]) -> Tensor:
        """n clips [t, 3, h, w], each with its own t -> [n, tokens, d]. Raises `ValueError` on too many frames."""
        lengths = [clip.shape[0] for clip in clips]
        if not all(0 < length <= self.max_frames for length in lengths):
            raise ValueError(f"clips have 1 to {self.max_frames} frames, not {lengths}")
        tokens = torch.split(self.frame_tokens(torch.cat(list(clips))), lengths)
        if len(set(lengths)) == 1:
            return self.clip_features(torch.stack(tokens))
        return torch.cat([self.clip_features(part[None]) for part in tokens])
