"""The published GroundingGPT folder as it is: its `config.json`, its weights' names, and CLIP's folder.

The original's configuration class calls itself "LEGO" (`LEGOLlamaForCausalLM`). It states the language model's sizes
and the numbers of tokens; the towers' sizes stand in code there, and are read off the tensors here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.files import bundled, home
from core.grounding.groundinggpt.configuration import AudioConfig, GroundingGPTConfig, VideoConfig
from core.grounding.groundinggpt.original_names import Place, Unused, place_of
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.stored import Shape, Source

CLIP_NAME = "clip-vit-large-patch14-336"
_TEXT_SIZES = (
    "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "hidden_act", "bos_token_id", "eos_token_id",
    "pad_token_id",
)  # fmt: skip
_VISION_SIZES = (
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "image_size", "patch_size",
    "hidden_act", "layer_norm_eps", "projection_dim",
)  # fmt: skip
# Parts of a whole CLIP that a vision tower does not have.
_OTHER_CLIP = re.compile(
    r"text_model\..+|(visual|text)_projection\.weight|logit_scale|vision_model\.embeddings\.position_ids"
)


def clip_place(name: str) -> Place | Unused:
    """Where a tensor of CLIP's own folder belongs. Raises `KeyError` for a name that CLIP does not have."""
    if _OTHER_CLIP.fullmatch(name):
        return Unused("only CLIP's vision tower is looked through")
    return place_of(f"vision_tower.{name}")


def read_published(folder: Path) -> tuple[GroundingGPTConfig, list[tuple[Source, Mapping[str, Shape]]]]:
    """The configuration of a published folder, and its sources of weights with their shapes. Raises `ModelError`."""
    stated = read_config(folder)
    own = Source.of(folder, place_of)
    sources: list[tuple[Source, Mapping[str, Shape]]] = [(own, own.shapes())]
    vision: dict[str, Any] = {}
    if not any(name.startswith("vision_tower.") for name in sources[0][1]):
        clip_folder = find_clip(folder, stated)
        clip = Source.of(clip_folder, clip_place)
        sources.append((clip, clip.shapes()))
        vision = clip_sizes(clip_folder)
    shapes = {name: shape for source, found in sources for name, shape in placed(source, found).items()}
    try:
        return sized(stated, vision, shapes), sources
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError) as error:
        raise ModelError(
            f"{folder} does not describe a published GroundingGPT",
            why=f"its sizes cannot be read from config.json and the weights: {type(error).__name__} {error}",
            next_step="copy the checkpoint's folder again",
        ) from error


def read_config(folder: Path) -> dict[str, Any]:
    """The stated configuration. Raises `ModelError`."""
    path = folder / "config.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read", why=str(error), next_step="copy it again") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} does not describe a model", why="it is no table", next_step="copy it again")
    return content


def find_clip(folder: Path, stated: Mapping[str, Any]) -> Path:
    """CLIP's folder: where `mm_vision_tower` says, beside the model, in `ckpt/`, or among the user's models.

    Raises `ModelError` that says where it was looked for.
    """
    named = stated.get("mm_vision_tower")
    named = named[0] if isinstance(named, list) and named else named
    told = str(named) if isinstance(named, str) and named else CLIP_NAME
    names = list(dict.fromkeys([told.rstrip("/").rsplit("/", 1)[-1], CLIP_NAME]))
    places = [folder / told, Path(told)]
    places += [
        parent / name for name in names for parent in (folder, folder.parent, bundled("ckpt"), home() / "models")
    ]
    for place in places:
        if place != folder and (place / "config.json").is_file():
            return place
    raise ModelError(
        f"{folder.name} lacks its picture encoder",
        why=f"it looks through CLIP, and there is no folder {names[0]} beside it, in ckpt/, or in {home() / 'models'}",
        next_step=f"`models download {CLIP_NAME}`, or put that folder beside the model's",
    )


def clip_sizes(folder: Path) -> dict[str, Any]:
    """The vision tower's sizes as CLIP's own `config.json` states them. Raises `ModelError`."""
    content = read_config(folder)
    vision = content.get("vision_config", content)
    if not isinstance(vision, dict):
        raise ModelError(f"{folder / 'config.json'} describes no CLIP", next_step="copy it again")
    return {key: vision[key] for key in _VISION_SIZES if key in vision}


def placed(source: Source, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """Shapes by our names; what has no place is named later, when all is held against the model."""
    found: dict[str, Shape] = {}
    for name, shape in shapes.items():
        try:
            place = source.place_of(name)
        except KeyError:
            continue
        if isinstance(place, Place):
            found[place.name] = (shape[0] * place.parts, *shape[1:]) if place.parts > 1 else shape
    return found


# --- sizes ----------------------------------------------------------------------------------------


def sized(stated: Mapping[str, Any], clip: Mapping[str, Any], shapes: Mapping[str, Shape]) -> GroundingGPTConfig:
    """The published configuration with the sizes that are stated, and else those of the tensors.

    stated: the model's `config.json`; a folder of other sizes may also state its parts, as tables `eva_vit`, `qformer`
    and so on, from which the numbers of heads are taken. clip: stated in CLIP's own folder. shapes: by our names.
    Raises `ValueError` and the like for sizes that make no sense.
    """
    base = published_config()
    if stated.get("mm_vision_select_feature", "patch") != "patch":
        raise ValueError("mm_vision_select_feature is not 'patch'")
    video, audio = base.video, base.audio
    if video is None or audio is None or base.vision is None:
        raise ValueError("the published configuration has all branches")
    towers = {key: dict(stated[key]) for key in ("eva_vit", "qformer", "video_qformer", "audio_qformer", "imagebind",
              "clip_vision_tower") if isinstance(stated.get(key), dict)}  # fmt: skip
    seen = {key: value for key, value in towers.get("clip_vision_tower", {}).items() if key in _VISION_SIZES} | dict(
        clip
    )
    vision = {**base.vision, **_tower_sizes(shapes, "vision_tower", base.vision, seen), **seen}
    return replace(
        base,
        text=_text_sizes({**stated, **stated.get("llama", {})}, shapes, base.text),
        vision=vision,
        vision_select_layer=int(stated.get("mm_vision_select_layer", base.vision_select_layer)),
        video=_video_sizes(video, shapes, towers),
        audio=_audio_sizes(audio, shapes, towers),
    )


def _text_sizes(stated: Mapping[str, Any], shapes: Mapping[str, Shape], base: Mapping[str, Any]) -> dict[str, Any]:
    sizes = {**base, **{key: stated[key] for key in _TEXT_SIZES if stated.get(key) is not None}}
    if "num_key_value_heads" not in stated:
        sizes["num_key_value_heads"] = sizes["num_attention_heads"]
    sizes["vocab_size"] = shapes.get("language_model.model.embed_tokens.weight", (sizes["vocab_size"],))[0]
    if not 0 <= int(sizes["pad_token_id"]) < sizes["vocab_size"]:
        sizes["pad_token_id"] = None
    rope = {"rope_type": "default", "rope_theta": float(stated.get("rope_theta") or 10000.0)}
    scaling = stated.get("rope_scaling")
    if isinstance(scaling, dict):
        rope |= {("rope_type" if key == "type" else key): value for key, value in scaling.items()}
    sizes["rope_parameters"] = {**rope, **(stated.get("rope_parameters") or {})}
    return sizes


def _heads(width: int, stated: object, published_heads: int) -> int:
    """The number of heads: no tensor tells it. Raises `ValueError` when it has to be stated and is not."""
    heads = int(stated) if isinstance(stated, int) else published_heads
    if width % heads:
        raise ValueError(f"{heads} heads for a width of {width}")
    return heads


def _layers(shapes: Mapping[str, Shape], pattern: str) -> int:
    numbers = [int(found[1]) for name in shapes if (found := re.match(pattern, name))]
    return max(numbers) + 1 if numbers else 0


def _tower_sizes(
    shapes: Mapping[str, Shape], tower: str, base: Mapping[str, Any], stated: Mapping[str, Any]
) -> dict[str, Any]:
    """A vision tower's sizes from its tensors; `base` where it has none, so that what is missing is named later."""
    patches = shapes.get(f"{tower}.embeddings.patch_embedding.weight")
    positions = shapes.get(f"{tower}.embeddings.position_embedding.weight") or shapes.get(
        f"{tower}.embeddings.position_embedding"
    )
    inner = shapes.get(f"{tower}.encoder.layers.0.mlp.fc1.weight")
    if patches is None or positions is None or inner is None:
        return {}
    width, side = patches[0], patches[-1]
    heads = stated.get("num_attention_heads", stated.get("num_heads"))
    return {
        "hidden_size": width,
        "intermediate_size": inner[0],
        "num_hidden_layers": _layers(shapes, rf"{re.escape(tower)}\.encoder\.layers\.(\d+)\."),
        "num_attention_heads": _heads(width, heads, int(base["num_attention_heads"])),
        "patch_size": side,
        "image_size": round((positions[-2] - 1) ** 0.5) * side,
    }


def _qformer_sizes(
    shapes: Mapping[str, Shape], name: str, base: Mapping[str, Any], stated: Mapping[str, Any]
) -> dict[str, Any]:
    layers = f"{name}.encoder.encoder.layer"
    query = shapes.get(f"{layers}.0.attention.attention.query.weight")
    key = shapes.get(f"{layers}.0.crossattention.attention.key.weight")
    inner = shapes.get(f"{layers}.0.intermediate_query.dense.weight")
    if query is None or key is None or inner is None:
        return dict(base)
    return {
        **base,
        "hidden_size": query[0],
        "intermediate_size": inner[0],
        "num_hidden_layers": _layers(shapes, rf"{re.escape(layers)}\.(\d+)\."),
        "num_attention_heads": _heads(query[0], stated.get("num_attention_heads"), int(base["num_attention_heads"])),
        "encoder_hidden_size": key[1],
    }


def _rows(shapes: Mapping[str, Shape], name: str, otherwise: int, axis: int = 0) -> int:
    return shapes[name][axis] if name in shapes else otherwise


def _video_sizes(base: VideoConfig, shapes: Mapping[str, Shape], stated: Mapping[str, Any]) -> VideoConfig:
    rows = _rows(shapes, "video.positions.weight", base.max_frames)
    return replace(
        base,
        vision={**base.vision, **_tower_sizes(shapes, "video.tower", base.vision, stated.get("eva_vit", {}))},
        frame_qformer=_qformer_sizes(shapes, "video.frame_qformer", base.frame_qformer, stated.get("qformer", {})),
        clip_qformer=_qformer_sizes(shapes, "video.clip_qformer", base.clip_qformer, stated.get("video_qformer", {})),
        frame_tokens=_rows(shapes, "video.frame_qformer.queries", base.frame_tokens, 1),
        tokens=_rows(shapes, "video.clip_qformer.queries", base.tokens, 1),
        frames=rows,
        max_frames=rows,
    )


def _audio_sizes(base: AudioConfig, shapes: Mapping[str, Shape], stated: Mapping[str, Any]) -> AudioConfig:
    trunk, bind = base.trunk, stated.get("imagebind", {})
    stem = shapes.get("audio.trunk.stem.weight")
    if stem is not None:
        trunk = replace(
            trunk,
            width=stem[0],
            layers=_layers(shapes, r"audio\.trunk\.blocks\.(\d+)\."),
            heads=_heads(stem[0], bind.get("audio_num_heads"), trunk.heads),
            mlp_ratio=_rows(shapes, "audio.trunk.blocks.0.fc1.weight", stem[0] * 4) / stem[0],
            kernel=stem[-1],
            stride=int(bind.get("audio_stride", trunk.stride)),
            output_width=_rows(shapes, "audio.trunk.head.weight", trunk.output_width),
        )
    return replace(
        base,
        trunk=trunk,
        qformer=_qformer_sizes(shapes, "audio.qformer", base.qformer, stated.get("audio_qformer", {})),
        tokens=_rows(shapes, "audio.qformer.queries", base.tokens, 1),
        mel_bins=int(bind.get("audio_num_mel_bins", base.mel_bins)),
        mel_frames=int(bind.get("audio_target_len", base.mel_frames)),
        max_clips=_rows(shapes, "audio.positions.weight", base.max_clips),
    )
