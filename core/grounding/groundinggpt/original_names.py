"""The published checkpoint's own names of tensors, and where each belongs here. Names in, names out; no files.

Every key is either loaded, perhaps as a part of a larger tensor, or knowingly unused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor belongs: the whole of `name`, or the `part`-th of `parts` equal pieces along its first axis."""

    name: str
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Unused:
    """A tensor that no answer depends on."""

    reason: str


# A pattern of the original's names and what it becomes; patterns are matched in full, first one first.
_QFORMERS = {
    "Qformer": "video.frame_qformer",
    "video_Qformer": "video.clip_qformer",
    "audio_Qformer": "audio.qformer",
}
_TOP = {
    "model.query_tokens": "video.frame_qformer.queries",
    "model.video_query_tokens": "video.clip_qformer.queries",
    "model.audio_query_tokens": "audio.qformer.queries",
    "model.video_frame_position_embedding.weight": "video.positions.weight",
    "model.audio_position_embedding.weight": "audio.positions.weight",
    "model.visual_encoder.cls_token": "video.tower.embeddings.class_embedding",
    "model.visual_encoder.pos_embed": "video.tower.embeddings.position_embedding",
}
_IMAGEBIND = "model.audio_encoder."
_AUDIO_TOP = {
    "modality_preprocessors.audio.cls_token": "class_token",
    "modality_preprocessors.audio.pos_embedding_helper.pos_embed": "positions",
    "modality_preprocessors.audio.rgbt_stem.proj.weight": "stem.weight",
    "modality_postprocessors.audio.1.log_logit_scale": "log_logit_scale",
    "modality_heads.audio.2.weight": "head.weight",
}
_RENAMED: tuple[tuple[str, str], ...] = (
    (r"lm_head\.weight", r"language_model.lm_head.weight"),
    (r"model\.((?:embed_tokens|norm|layers\.\d+)\..+)", r"language_model.model.\1"),
    (r"model\.(mm_vision_projector\..+)", r"\1"),
    (r"vision_tower\.(?:vision_model\.)?(.+)", r"vision_tower.\1"),
    (r"model\.visual_encoder\.patch_embed\.proj\.(weight|bias)", r"video.tower.embeddings.patch_embedding.\1"),
    (r"model\.visual_encoder\.blocks\.(\d+)\.norm([12])\.(.+)", r"video.tower.encoder.layers.\1.layer_norm\2.\3"),
    (r"model\.visual_encoder\.blocks\.(\d+)\.(mlp\.fc[12]\..+)", r"video.tower.encoder.layers.\1.\2"),
    (
        r"model\.visual_encoder\.blocks\.(\d+)\.attn\.proj\.(.+)",
        r"video.tower.encoder.layers.\1.self_attn.projection.\2",
    ),
    (r"model\.visual_encoder\.blocks\.(\d+)\.attn\.qkv\.weight", r"video.tower.encoder.layers.\1.self_attn.qkv.weight"),
    (r"model\.ln_vision\.(.+)", r"video.tower.post_layernorm.\1"),
    (r"model\.llama_proj\.(.+)", r"video.projection.\1"),
    (r"model\.audio_llama_proj\.(.+)", r"audio.projection.\1"),
)
_RENAMED_AUDIO: tuple[tuple[str, str], ...] = (
    (r"modality_preprocessors\.audio\.rgbt_stem\.norm_layer\.(.+)", r"stem_norm.\1"),
    (r"modality_heads\.audio\.0\.(.+)", r"norm.\1"),
    (r"modality_trunks\.audio\.blocks\.(\d+)\.attn\.in_proj_(weight|bias)", r"blocks.\1.attention.qkv.\2"),
    (r"modality_trunks\.audio\.blocks\.(\d+)\.attn\.out_proj\.(.+)", r"blocks.\1.attention.out.\2"),
    (r"modality_trunks\.audio\.blocks\.(\d+)\.attn\.(bias_[kv])", r"blocks.\1.attention.\2"),
    (r"modality_trunks\.audio\.blocks\.(\d+)\.mlp\.(fc[12]\..+)", r"blocks.\1.\2"),
    (r"modality_trunks\.audio\.blocks\.(\d+)\.(norm_[12]\..+)", r"blocks.\1.\2"),
)
_QFORMER_LAYER = re.compile(
    r"(attention|crossattention)\.(?:self\.(query|key|value)|output\.(dense|LayerNorm))\.(weight|bias)"
    r"|(intermediate_query\.dense|output_query\.(?:dense|LayerNorm))\.(weight|bias)"
)
_ROTARY = re.compile(r"model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq")
_EVA_BIAS = re.compile(r"model\.visual_encoder\.blocks\.(\d+)\.attn\.([qv])_bias")


def _renamed(key: str, table: Iterable[tuple[str, str]]) -> str | None:
    for pattern, target in table:
        match = re.fullmatch(pattern, key)
        if match:
            return match.expand(target)
    return None


def _qformer_place(own: str, rest: str) -> Place | Unused | None:
    if rest == "bert.embeddings.position_ids":
        return Unused("a table of the numbers from 0: the queries have no positions")
    norm = re.fullmatch(r"bert\.embeddings\.LayerNorm\.(weight|bias)", rest)
    if norm:
        return Place(f"{own}.encoder.layernorm.{norm[1]}")
    layer = re.fullmatch(r"bert\.encoder\.layer\.(\d+)\.(.+)", rest)
    if layer is None or _QFORMER_LAYER.fullmatch(layer[2]) is None:
        return None
    return Place(
        f"{own}.encoder.encoder.layer.{layer[1]}.{layer[2].replace('attention.self.', 'attention.attention.')}"
    )


def _imagebind_place(rest: str) -> Place | Unused | None:
    other = re.match(r"modality_(?:preprocessors|trunks|heads|postprocessors)\.(vision|text|depth|thermal|imu)\.", rest)
    if other:
        return Unused(f"ImageBind's {other[1]} branch: only its sound branch is asked")
    name = _AUDIO_TOP.get(rest) or _renamed(rest, _RENAMED_AUDIO)
    return Place(f"audio.trunk.{name}") if name else None


def place_of(key: str) -> Place | Unused:
    """Where a tensor of the published checkpoint belongs. Raises `KeyError` for a name that it does not have."""
    place: Place | Unused | None = None
    qformer = re.fullmatch(r"model\.(Qformer|video_Qformer|audio_Qformer)\.(.+)", key)
    bias = _EVA_BIAS.fullmatch(key)
    if qformer:
        place = _qformer_place(_QFORMERS[qformer[1]], qformer[2])
    elif key.startswith(_IMAGEBIND):
        place = _imagebind_place(key.removeprefix(_IMAGEBIND))
    elif _ROTARY.fullmatch(key):
        place = Unused("frequencies that follow from the configuration: older checkpoints hold a copy")
    elif bias:  # the key has none
        place = Place(f"video.tower.encoder.layers.{bias[1]}.self_attn.qkv.bias", "q.v".index(bias[2]), 3)
    else:
        name = _TOP.get(key) or _renamed(key, _RENAMED)
        place = Place(name) if name else None
    if place is None:
        raise KeyError(key)
    return place


@dataclass(frozen=True, slots=True)
class Converted:
    """A checkpoint under its names here, what of it is unused and why, and the keys that belong nowhere."""

    tensors: dict[str, Tensor]
    unused: dict[str, str]
    unknown: tuple[str, ...]


def convert(originals: Mapping[str, Tensor]) -> Converted:
    """Tensors by the original's names -> by the names here. Keeps dtype and device (the meta device too).

    A tensor that is put together of parts has zeros where the original has no part: the key's share of EVA's bias.
    """
    whole: dict[str, Tensor] = {}
    pieces: dict[str, dict[int, Tensor]] = {}
    counts: dict[str, int] = {}
    unused: dict[str, str] = {}
    unknown: list[str] = []
    for key, tensor in originals.items():
        try:
            place = place_of(key)
        except KeyError:
            unknown.append(key)
            continue
        if isinstance(place, Unused):
            unused[key] = place.reason
        elif place.parts == 1:
            whole[place.name] = tensor
        else:
            pieces.setdefault(place.name, {})[place.part] = tensor
            counts[place.name] = place.parts
    for name, parts in pieces.items():
        zeros = torch.zeros_like(next(iter(parts.values())))
        whole[name] = torch.cat([parts.get(number, zeros) for number in range(counts[name])])
    return Converted(whole, unused, tuple(sorted(unknown)))
