"""The sound branch: clips through ImageBind's audio transformer, then one Q-Former over the sound.

Shapes: c clips of one sound, n sounds, m mel bins, f frames, p patches, w width of the trunk, d of the language model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.grounding.groundinggpt.configuration import AudioConfig, AudioTrunkConfig
from core.grounding.groundinggpt.qformer import QFormer

MAX_SCALE = 100.0  # the learned logit scale never exceeds it


class BiasAttention(nn.Module):
    """Self-attention in which every sequence gets one more key and value, the same learned ones for all."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.bias_k = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.bias_v = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.out = nn.Linear(width, width)

    def _split(self, states: Tensor) -> Tensor:
        b, s, w = states.shape
        return states.reshape(b, s, self.heads, w // self.heads).transpose(1, 2)  # [b, heads, s, w / heads]

    def forward(self, states: Tensor) -> Tensor:
        """[b, s, w] -> [b, s, w]."""
        b = states.shape[0]
        query, key, value = self.qkv(states).chunk(3, -1)
        key = torch.cat([key, self.bias_k.expand(b, -1, -1).to(key.dtype)], 1)
        value = torch.cat([value, self.bias_v.expand(b, -1, -1).to(value.dtype)], 1)
        mixed = nn.functional.scaled_dot_product_attention(self._split(query), self._split(key), self._split(value))
        out: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return out


class AudioBlock(nn.Module):
    """Pre-norm transformer block."""

    def __init__(self, config: AudioTrunkConfig) -> None:
        super().__init__()
        hidden = int(config.width * config.mlp_ratio)
        self.norm_1 = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.attention = BiasAttention(config.width, config.heads)
        self.norm_2 = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.fc1 = nn.Linear(config.width, hidden)
        self.fc2 = nn.Linear(hidden, config.width)

    def forward(self, states: Tensor) -> Tensor:
        """[b, s, w] -> [b, s, w]."""
        states = states + self.attention(self.norm_1(states))
        out: Tensor = states + self.fc2(nn.functional.gelu(self.fc1(self.norm_2(states))))
        return out


class AudioTrunk(nn.Module):
    """ImageBind's audio encoder (arXiv 2305.05665): one embedding of a mel spectrogram, normed and scaled."""

    def __init__(self, config: AudioTrunkConfig, mel_bins: int, frames: int) -> None:
        super().__init__()
        rows, columns = config.grid(mel_bins, frames)
        self.stem = nn.Conv2d(1, config.width, config.kernel, config.stride, bias=False)
        self.stem_norm = nn.LayerNorm(config.width, eps=config.stem_norm_eps)
        self.class_token = nn.Parameter(torch.randn(1, 1, config.width) * 0.02)
        self.positions = nn.Parameter(torch.randn(1, rows * columns + 1, config.width) * 0.02)
        self.blocks = nn.ModuleList(AudioBlock(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.head = nn.Linear(config.width, config.output_width, bias=False)
        self.log_logit_scale: Tensor
        self.register_buffer("log_logit_scale", torch.tensor(math.log(20.0)))

    def states(self, mel: Tensor) -> Tensor:
        """[b, 1, m, f] -> [b, 1 + p, w] of the class token and every patch, before the head."""
        patches = self.stem_norm(self.stem(mel.to(self.stem.weight.dtype)).flatten(2).transpose(1, 2))
        states = torch.cat([self.class_token.expand(mel.shape[0], -1, -1).to(patches.dtype), patches], 1)
        states = states + self.positions.to(states.dtype)
        for block in self.blocks:
            states = block(states)
        return states

    def forward(self, mel: Tensor) -> Tensor:
        """[b, 1, m, f] -> [b, output_width]."""
        embedding: Tensor = self.head(self.norm(self.states(mel)[:, 0]))
        scale = self.log_logit_scale.float().exp().clamp(max=MAX_SCALE).to(embedding.dtype)
        return nn.functional.normalize(embedding, dim=-1) * scale


class AudioBranch(nn.Module):
    """Sounds of any number of clips up to `max_clips` -> the same number of tokens for each."""

    def __init__(self, config: AudioConfig, width: int) -> None:
        super().__init__()
        self.max_clips = config.max_clips
        self.trunk = AudioTrunk(config.trunk, config.mel_bins, config.mel_frames)
        self.positions = nn.Embedding(config.max_clips, config.trunk.output_width)
        self.qformer = QFormer(config.qformer, config.tokens)
        self.projection = nn.Linear(self.qformer.width, width)

    def sound_features(self, clips: Tensor) -> Tensor:
        """[n, c, output_width] embeddings of sounds with one number of clips -> [n, tokens, d]."""
        places = torch.arange(clips.shape[1], device=clips.device)
        features: Tensor = self.projection(self.qformer(clips + self.positions(places)[None]))
        return features

    def forward(self, sounds: Sequence[Tensor]) -> Tensor:
        """n sounds [c, 1, m, f], each with its own c -> [n, tokens, d]. Raises `ValueError` on too many clips."""
        lengths = [sound.shape[0] for sound in sounds]
        if not all(0 < length <= self.max_clips for length in lengths):
            raise ValueError(f"sounds have 1 to {self.max_clips} clips, not {lengths}")
        embeddings = torch.split(self.trunk(torch.cat(list(sounds))), lengths)
        if len(set(lengths)) == 1:
            return self.sound_features(torch.stack(embeddings))
        return torch.cat([self.sound_features(part[None]) for part in embeddings])
