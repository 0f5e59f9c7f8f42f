"""The model of a fixtures folder: its config.json as a configuration of ours, its weights under our names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from core.grounding.groundinggpt.configuration import AudioConfig, AudioTrunkConfig, GroundingGPTConfig, VideoConfig
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import convert
from tests.model.parity.report import Report

# Sizes that only parts have which nothing here depends on, and facts that are said twice.
_IGNORED_QFORMER = {"max_position_embeddings", "vocab_size"}
_IGNORED = {"preset", "num_query_token", "image_token_len", "base_vocab", "embedding_rows_of_special_tokens_are_random"}


def _qformer(given: dict[str, Any]) -> dict[str, Any]:
    sizes = {key: value for key, value in given.items() if key not in _IGNORED_QFORMER}
    sizes.pop("query_length")
    return {
        **sizes,
        "encoder_hidden_size": sizes.pop("encoder_width"),
        "cross_attention_frequency": sizes.pop("cross_attention_freq"),
    }


def _video(given: dict[str, Any]) -> VideoConfig:
    eva = dict(given.pop("eva_vit"))
    if eva.pop("head") is not None or eva.pop("final_norm") is not None:
        raise ValueError("the tower of this folder has a head or a last norm")
    eva.pop("mlp_ratio")
    norm_eps = eva.pop("ln_vision_eps")
    names = {
        "img_size": "image_size",
        "embed_dim": "hidden_size",
        "depth": "num_hidden_layers",
        "num_heads": "num_attention_heads",
        "mlp_hidden": "intermediate_size",
    }
    frame, clip = given.pop("qformer"), given.pop("video_qformer")
    given.pop("video_token_len")
    frames = given.pop("max_frame")
    return VideoConfig(
        vision={"hidden_act": "gelu", "qkv_bias": True, **{names.get(key, key): value for key, value in eva.items()}},
        frame_qformer=_qformer(frame),
        clip_qformer=_qformer(clip),
        frame_tokens=frame["query_length"],
        tokens=clip["query_length"],
        frames=frames,
        max_frames=frames,
        norm_eps=norm_eps,
    )


def _audio(given: dict[str, Any]) -> AudioConfig:
    bind, qformer = given.pop("imagebind"), given.pop("audio_qformer")
    trunk = AudioTrunkConfig(
        width=bind["audio_embed_dim"],
        layers=bind["audio_num_blocks"],
        heads=bind["audio_num_heads"],
        kernel=bind["audio_kernel_size"],
        stride=bind["audio_stride"],
        output_width=bind["out_embed_dim"],
    )
    return AudioConfig(
        qformer=_qformer(qformer),
        trunk=trunk,
        tokens=qformer["query_length"],
        max_clips=given.pop("sound_token_len"),
        mel_bins=bind["audio_num_mel_bins"],
        mel_frames=bind["audio_target_len"],
    )


def fixture_config(content: dict[str, Any]) -> tuple[GroundingGPTConfig, dict[str, int]]:
    """The configuration, and the ids of the special tokens. Raises `KeyError` or `ValueError` on what it lacks."""
    given = {key: value for key, value in content.items() if key not in _IGNORED}
    text = dict(given.pop("llama"))
    text["rope_parameters"] = {"rope_type": "default", "rope_theta": text.pop("rope_theta")}
    text.setdefault("num_key_value_heads", text["num_attention_heads"])
    if not given.pop("use_im_start_end"):
        raise ValueError("blocks without start and end tokens")
    ids = dict(given.pop("token_ids"))
    config = GroundingGPTConfig(
        vision=dict(given.pop("clip_vision_tower")),
        text={"tie_word_embeddings": False, **text},
        vision_select_layer=given.pop("mm_vision_select_layer"),
        video=_video(given),
        audio=_audio(given),
    )
    if given:
        raise ValueError(f"unknown keys {sorted(given)}")
    return config, ids


def load_fixture_model(folder: Path, report: Report) -> tuple[GroundingGPT, dict[str, int]]:
    """Build and load; every stored tensor must have its place, every place its tensor."""
    config, ids = fixture_config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    model = GroundingGPT(config).float().eval()
    converted = convert(load_file(folder / "weights.safetensors"))
    own = model.state_dict()
    for key in converted.unknown:
        report.fail(f"weights: unknown tensor {key}")
    for name in sorted(own.keys() - converted.tensors.keys()):
        report.fail(f"weights: nothing for {name}")
    for name in sorted(converted.tensors.keys() - own.keys()):
        report.fail(f"weights: {name} belongs to no part of this model")
    misfits = [n for n, t in converted.tensors.items() if n in own and own[n].shape != t.shape]
    for name in misfits:
        report.fail(f"weights: {name} has another shape")
    fitting = {n: t for n, t in converted.tensors.items() if n in own and n not in misfits}
    model.load_state_dict(fitting, strict=False)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.requires_grad_(True)
    return model, ids
