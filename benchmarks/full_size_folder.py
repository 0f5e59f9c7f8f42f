"""Writes a folder laid out like the published GroundingGPT, with random weights: its names, its config, CLIP beside it.

Used by `full_size.py`. The tokenizer is a stand-in: LLaMA's own cannot be made up, its special ids can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import BPE

from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.filling import empty_model
from core.grounding.groundinggpt.original_names import Place, place_of
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.published_folder import CLIP_NAME, clip_place

SHARD_BYTES = 4_000_000_000
STD = 0.02
_QFORMER = re.compile(r"(video\.frame_qformer|video\.clip_qformer|audio\.qformer)\.(.+)")
_QFORMER_NAMES = {
    "video.frame_qformer": ("model.Qformer", "model.query_tokens"),
    "video.clip_qformer": ("model.video_Qformer", "model.video_query_tokens"),
    "audio.qformer": ("model.audio_Qformer", "model.audio_query_tokens"),
}
_AUDIO_TRUNK = "model.audio_encoder."
_NAMES: tuple[tuple[str, str], ...] = (
    (r"language_model\.(lm_head\..+)", r"\1"),
    (r"language_model\.(model\..+)", r"\1"),
    (r"(mm_vision_projector\..+)", r"model.\1"),
    (r"video\.positions\.weight", r"model.video_frame_position_embedding.weight"),
    (r"audio\.positions\.weight", r"model.audio_position_embedding.weight"),
    (r"video\.projection\.(.+)", r"model.llama_proj.\1"),
    (r"audio\.projection\.(.+)", r"model.audio_llama_proj.\1"),
    (r"video\.tower\.post_layernorm\.(.+)", r"model.ln_vision.\1"),
    (r"video\.tower\.embeddings\.class_embedding", r"model.visual_encoder.cls_token"),
    (r"video\.tower\.embeddings\.position_embedding", r"model.visual_encoder.pos_embed"),
    (r"video\.tower\.embeddings\.patch_embedding\.(.+)", r"model.visual_encoder.patch_embed.proj.\1"),
    (r"video\.tower\.encoder\.layers\.(\d+)\.layer_norm([12])\.(.+)", r"model.visual_encoder.blocks.\1.norm\2.\3"),
    (r"video\.tower\.encoder\.layers\.(\d+)\.(mlp\..+)", r"model.visual_encoder.blocks.\1.\2"),
    (
        r"video\.tower\.encoder\.layers\.(\d+)\.self_attn\.projection\.(.+)",
        r"model.visual_encoder.blocks.\1.attn.proj.\2",
    ),
    (
        r"video\.tower\.encoder\.layers\.(\d+)\.self_attn\.qkv\.weight",
        r"model.visual_encoder.blocks.\1.attn.qkv.weight",
    ),
    (r"audio\.trunk\.class_token", _AUDIO_TRUNK + r"modality_preprocessors.audio.cls_token"),
    (r"audio\.trunk\.positions", _AUDIO_TRUNK + r"modality_preprocessors.audio.pos_embedding_helper.pos_embed"),
    (r"audio\.trunk\.stem\.weight", _AUDIO_TRUNK + r"modality_preprocessors.audio.rgbt_stem.proj.weight"),
    (r"audio\.trunk\.stem_norm\.(.+)", _AUDIO_TRUNK + r"modality_preprocessors.audio.rgbt_stem.norm_layer.\1"),
    (r"audio\.trunk\.log_logit_scale", _AUDIO_TRUNK + r"modality_postprocessors.audio.1.log_logit_scale"),
    (r"audio\.trunk\.head\.weight", _AUDIO_TRUNK + r"modality_heads.audio.2.weight"),
    (r"audio\.trunk\.norm\.(.+)", _AUDIO_TRUNK + r"modality_heads.audio.0.\1"),
    (
        r"audio\.trunk\.blocks\.(\d+)\.attention\.qkv\.(.+)",
        _AUDIO_TRUNK + r"modality_trunks.audio.blocks.\1.attn.in_proj_\2",
    ),
    (
        r"audio\.trunk\.blocks\.(\d+)\.attention\.out\.(.+)",
        _AUDIO_TRUNK + r"modality_trunks.audio.blocks.\1.attn.out_proj.\2",
    ),
    (
        r"audio\.trunk\.blocks\.(\d+)\.attention\.(bias_[kv])",
        _AUDIO_TRUNK + r"modality_trunks.audio.blocks.\1.attn.\2",
    ),
    (r"audio\.trunk\.blocks\.(\d+)\.(fc[12]\..+)", _AUDIO_TRUNK + r"modality_trunks.audio.blocks.\1.mlp.\2"),
    (r"audio\.trunk\.blocks\.(\d+)\.(norm_[12]\..+)", _AUDIO_TRUNK + r"modality_trunks.audio.blocks.\1.\2"),
)


def original_names(name: str) -> list[str]:
    """What a tensor of ours is called in the published checkpoint; EVA's joint bias is two tensors there."""
    bias = re.fullmatch(r"video\.tower\.encoder\.layers\.(\d+)\.self_attn\.qkv\.bias", name)
    if bias:
        return [f"model.visual_encoder.blocks.{bias[1]}.attn.{part}_bias" for part in "qv"]
    qformer = _QFORMER.fullmatch(name)
    if qformer:
        return [_qformer_name(*_QFORMER_NAMES[qformer[1]], qformer[2])]
    for pattern, target in _NAMES:
        found = re.fullmatch(pattern, name)
        if found:
            original = found.expand(target)
            if place_of(original) != Place(name):
                raise ValueError(f"{original} would not come back as {name}")
            return [original]
    raise ValueError(f"{name} has no name in the published checkpoint")


def _qformer_name(prefix: str, queries: str, rest: str) -> str:
    if rest == "queries":
        return queries
    if rest.startswith("encoder.layernorm."):
        return f"{prefix}.bert.embeddings.LayerNorm.{rest.removeprefix('encoder.layernorm.')}"
    layer = rest.removeprefix("encoder.encoder.layer.").replace("attention.attention.", "attention.self.")
    return f"{prefix}.bert.encoder.layer.{layer}"


def tiny_config() -> GroundingGPTConfig:
    """The published model's shape at sizes of a few thousand values; heads as published, for no tensor tells them."""
    full = published_config()
    if full.video is None or full.audio is None or full.vision is None:
        raise ValueError("the published configuration has all branches")
    tower = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    qformer = {"hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2}
    return replace(
        full,
        text=full.text | {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2},
        vision=full.vision | tower | {"image_size": 56},
        video=replace(
            full.video,
            vision=full.video.vision | tower | {"image_size": 56},
            frame_qformer=full.video.frame_qformer | qformer | {"encoder_hidden_size": 32},
            clip_qformer=full.video.clip_qformer | qformer | {"encoder_hidden_size": 24},
        ),
        audio=replace(
            full.audio,
            qformer=full.audio.qformer | qformer | {"encoder_hidden_size": 36},
            trunk=replace(full.audio.trunk, width=24, layers=2, output_width=36),
        ),
    )


def stand_in_tokenizer(rows: int) -> Tokenizer:
    """Bytes, letters, and fillers up to where LLaMA's vocabulary ends: the special ids are those of the original."""
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *map(chr, range(33, 127))]
    texts += [f"▁filler{number}" for number in range(rows - len(texts))]
    tokenizer = Tokenizer(
        BPE({text: index for index, text in enumerate(texts)}, [], unk_token="<unk>", byte_fallback=True)
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    return tokenizer


def write_folders(parent: Path, config: GroundingGPTConfig, device: str, seed: int = 0) -> tuple[Path, int]:
    """Write `groundinggpt-7b` and CLIP's folder into `parent`; returns the first and the bytes of both."""
    torch.manual_seed(seed)
    folder, clip = parent / "groundinggpt-7b", parent / CLIP_NAME
    sizes = {name: tuple(tensor.shape) for name, tensor in empty_model(config).state_dict().items()}
    ours = {name: shape for name, shape in sizes.items() if not name.startswith("vision_tower.")}
    total = _write_shards(folder, _originals(ours, device))
    towers = {name: shape for name, shape in sizes.items() if name.startswith("vision_tower.")}
    total += _write_shards(clip, _clip_tensors(towers, device))
    _write_json(folder / "config.json", _stated(config))
    _write_json(clip / "config.json", {"model_type": "clip", "vision_config": config.vision})
    stand_in_tokenizer(int(config.text["vocab_size"]) - 9).save(str(folder / "tokenizer.json"))
    return folder, total


def _stated(config: GroundingGPTConfig) -> dict[str, Any]:
    """What the original's configuration states, and no more."""
    if config.video is None or config.audio is None or config.vision is None:
        raise ValueError("the published configuration has all branches")
    text = {key: value for key, value in config.text.items() if key != "rope_parameters"}
    return {
        **text,
        "model_type": "LEGO",
        "architectures": ["LEGOLlamaForCausalLM"],
        "mm_vision_tower": f"openai/{CLIP_NAME}",
        "mm_vision_hidden_size": config.vision["hidden_size"],
        "mm_vision_select_layer": config.vision_select_layer,
        "mm_vision_select_feature": "patch",
        "image_token_len": config.image_tokens,
        "num_query_token": config.video.frame_tokens,
        "max_frame": config.video.max_frames,
        "video_token_len": config.video.tokens,
        "sound_token_len": config.audio.tokens,
    }


def _random(name: str, shape: tuple[int, ...], device: str) -> torch.Tensor:
    """Such values as keep a deep network's states in bounds: norms of one, the rest small."""
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    is_norm = "norm" in name.lower() and name.endswith("weight")
    if is_norm or name.endswith("log_logit_scale"):
        return torch.ones(shape, dtype=dtype)
    return torch.empty(shape, dtype=dtype, device=device).normal_(0, STD).cpu()


def _originals(shapes: dict[str, tuple[int, ...]], device: str) -> Iterator[tuple[str, torch.Tensor]]:
    for name, shape in shapes.items():
        originals = original_names(name)
        for original in originals:
            yield original, _random(name, (shape[0] // 3,) if len(originals) > 1 else shape, device)


def _clip_tensors(shapes: dict[str, tuple[int, ...]], device: str) -> Iterator[tuple[str, torch.Tensor]]:
    for name, shape in shapes.items():
        original = "vision_model." + name.removeprefix("vision_tower.")
        if clip_place(original) != Place(name):
            raise ValueError(f"{original} would not come back as {name}")
        yield original, _random(name, shape, device)


def _write_shards(folder: Path, tensors: Iterator[tuple[str, torch.Tensor]]) -> int:
    folder.mkdir(parents=True)
    weight_map: dict[str, str] = {}
    shard: dict[str, torch.Tensor] = {}
    size = total = 0

    def write() -> None:
        file = f"model-{len(set(weight_map.values())) + 1:05d}.safetensors"
        save_file(shard, folder / file, {"format": "pt"})
        weight_map.update(dict.fromkeys(shard, file))
        shard.clear()

    for name, tensor in tensors:
        bytes_here = tensor.numel() * tensor.element_size()
        if shard and size + bytes_here > SHARD_BYTES:
            write()
            size = 0
        shard[name] = tensor
        size += bytes_here
        total += bytes_here
    write()
    _write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": weight_map})
    return total


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
