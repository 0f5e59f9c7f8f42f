"""A network of the project's own classes, tiny and untrained, for what must hold with any weights."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.training.tokenizer import train_tokenizer


def network_config(vocabulary: int, *, width: int = 32, layers: int = 2, image_size: int = 64) -> GroundingGPTConfig:
    """Patches of 16 pixels, two layers of width 32 on each side unless said otherwise."""
    vision = {
        "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "image_size": image_size, "patch_size": 16, "hidden_act": "gelu", "projection_dim": 32,
    }  # fmt: skip
    text = {
        "vocab_size": vocabulary, "hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": layers,
        "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 512,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "tie_word_embeddings": False,
    }  # fmt: skip
    return GroundingGPTConfig(vision, text)


def small_tokenizer() -> Tokenizer:
    """A real tokenizer of the project, with next to no merges."""
    return train_tokenizer([" the red circle", " all blue squares", " the star left of the ring"], 420)


def random_network(config: GroundingGPTConfig, *, seed: int = 0) -> GroundingGPT:
    """Random weights, large enough that every token matters to the next."""
    torch.manual_seed(seed)
    model = GroundingGPT(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:
                parameter.normal_(0, 0.25)
    return model.eval()
