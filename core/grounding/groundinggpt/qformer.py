"""The Q-Former: learned queries that read a sequence through cross-attention. Tensors in, tensors out."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import Blip2QFormerConfig, Blip2QFormerModel


class QFormer(nn.Module):
    """Learned queries and transformers' BLIP-2 Q-Former, which computes the original's function.

    sizes: keyword arguments of `Blip2QFormerConfig`; `cross_attention_frequency` 2 for the one over a frame's
    patches, 1 for those over a clip.
    """

    def __init__(self, sizes: dict[str, Any], queries: int) -> None:
        super().__init__()
        # its layers take no flash attention: they are too short to gain from it
        config = Blip2QFormerConfig(**{**sizes, "attn_implementation": "sdpa"})
        self.encoder = Blip2QFormerModel(config)
        self.queries = nn.Parameter(torch.randn(1, queries, config.hidden_size) * config.initializer_range)
        self.width: int = config.hidden_size
        self.source_width: int = config.encoder_hidden_size

    def forward(self, sequence: Tensor) -> Tensor:
        """[b, s, source_width] -> [b, queries, width]."""
        queries = self.queries.expand(sequence.shape[0], -1, -1)
        states: Tensor = self.encoder(query_embeds=queries, encoder_hidden_states=sequence).last_hidden_state
        return states
