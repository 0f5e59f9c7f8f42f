"""The published GroundingGPT checkpoint: its sizes, as a configuration of the classes here."""

from __future__ import annotations

from typing import Any

from core.grounding.groundinggpt.configuration import (
    AnswerGrammar,
    AudioConfig,
    GroundingGPTConfig,
    PromptTemplate,
    VideoConfig,
)
from core.grounding.groundinggpt.prompts import PUBLISHED_TRAINING

_QFORMER: dict[str, Any] = {
    "hidden_size": 768,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
}
# Read before each frame's patches in every other layer, before a clip in every one.
_FRAME_QFORMER = {**_QFORMER, "num_hidden_layers": 12, "cross_attention_frequency": 2, "encoder_hidden_size": 1408}
_CLIP_QFORMER = {**_QFORMER, "num_hidden_layers": 2, "cross_attention_frequency": 1}

_CLIP_LARGE_336: dict[str, Any] = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "image_size": 336,
    "patch_size": 14,
    "hidden_act": "quick_gelu",
    "layer_norm_eps": 1e-5,
    "projection_dim": 768,
}
_EVA_G: dict[str, Any] = {
    "hidden_size": 1408,
    "intermediate_size": 6144,
    "num_hidden_layers": 39,
    "num_attention_heads": 16,
    "image_size": 224,
    "patch_size": 14,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-6,
    "qkv_bias": True,
}
_VICUNA_7B: dict[str, Any] = {
    "vocab_size": 32009,
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
    "max_position_embeddings": 4096,
    "rms_norm_eps": 1e-5,
    "hidden_act": "silu",
    "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
    "tie_word_embeddings": False,
}


# The words behind a medium are one piece of text with the line end before them: LLaMA's pieces depend on it.
_PROMPT = PromptTemplate(
    before_media=PUBLISHED_TRAINING.before + PUBLISHED_TRAINING.human,
    after_media="",
    question="\nWhere is {expression}?" + PUBLISHED_TRAINING.human_end,
    answer=PUBLISHED_TRAINING.ask,
    lower_case=False,
    stop=PUBLISHED_TRAINING.stop,
    between_media="\n",
)


def published_config() -> GroundingGPTConfig:
    """GroundingGPT-7B: CLIP ViT-L/14-336, EVA-CLIP-g, ImageBind-huge, Vicuna-7B-v1.5."""
    return GroundingGPTConfig(
        vision=dict(_CLIP_LARGE_336),
        text=dict(_VICUNA_7B),
        vision_select_layer=-2,
        prompt=_PROMPT,
        grammar=AnswerGrammar(forced=False, spans=("video",)),  # of sounds it was taught to say what is heard, not when
        video=VideoConfig(
            vision=dict(_EVA_G),
            frame_qformer=dict(_FRAME_QFORMER),
            clip_qformer={**_CLIP_QFORMER, "encoder_hidden_size": 768},
        ),
        audio=AudioConfig(qformer={**_CLIP_QFORMER, "encoder_hidden_size": 1024}),
        dialogue=PUBLISHED_TRAINING,
    )
