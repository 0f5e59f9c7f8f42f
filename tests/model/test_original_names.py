"""Every tensor of the published checkpoint is loaded or knowingly left out: at full size, without its memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import convert, place_of
from core.grounding.groundinggpt.published import published_config

# Beside ImageBind's other branches, which have their own reason.
POSITIONS = {f"model.{name}.bert.embeddings.position_ids" for name in ("Qformer", "video_Qformer", "audio_Qformer")}
OTHER_SENSES = (".vision.", ".text.", ".depth.", ".thermal.", ".imu.")


@pytest.fixture(scope="module")
def full_size() -> dict[str, Tensor]:
    with torch.device("meta"):
        return GroundingGPT(published_config()).state_dict()


def published(parity_dir: Path) -> dict[str, Tensor]:
    manifest = json.loads((parity_dir / "checkpoint_manifest.json").read_text(encoding="utf-8"))
    shapes = {key: entry["shape"] for key, entry in manifest["state_dict"].items()}
    shapes |= manifest["vision_tower_not_in_state_dict"]
    return {key: torch.empty(shape, device="meta") for key, shape in shapes.items()}


def test_every_key_is_loaded_or_knowingly_unused(parity_dir: Path, full_size: dict[str, Tensor]) -> None:
    originals = published(parity_dir)
    converted = convert(originals)
    assert not converted.unknown
    assert {name: tensor.shape for name, tensor in converted.tensors.items()} == {
        name: tensor.shape for name, tensor in full_size.items()
    }
    left_out = {key for key in converted.unused if not any(sense in key for sense in OTHER_SENSES)}
    assert left_out == POSITIONS
    loaded = [key for key in originals if key not in converted.unused]
    places = [place_of(key) for key in loaded]
    assert len(set(places)) == len(loaded), "two tensors for one place: one of them would be dropped"


def test_no_value_is_lost(parity_dir: Path, full_size: dict[str, Tensor]) -> None:
    """As many values come in as go out, but for the zeros that stand for the key's bias."""
    originals = published(parity_dir)
    converted = convert(originals)
    came = sum(tensor.numel() for key, tensor in originals.items() if key not in converted.unused)
    zeros = sum(
        tensor.numel() // 3 for name, tensor in full_size.items() if name.endswith("qkv.bias") and "tower" in name
    )
    assert sum(tensor.numel() for tensor in full_size.values()) == came + zeros


def test_a_tensor_in_parts_is_put_together() -> None:
    bias = convert(
        {
            "model.visual_encoder.blocks.4.attn.v_bias": torch.full((2,), 7.0),
            "model.visual_encoder.blocks.4.attn.q_bias": torch.full((2,), 5.0),
        }
    ).tensors
    assert {name: tensor.tolist() for name, tensor in bias.items()} == {
        "video.tower.encoder.layers.4.self_attn.qkv.bias": [5.0, 5.0, 0.0, 0.0, 7.0, 7.0]
    }


@pytest.mark.parametrize(
    "key",
    [
        "model.Qformer.bert.encoder.layer.0.intermediate.dense.weight",
        "model.visual_encoder.blocks.0.attn.k_bias",
        "model.audio_encoder.modality_trunks.audio.pre_transformer_layer.0.weight",
        "model.mm_projector.0.weight",
        "other",
    ],
)
def test_a_name_of_another_model_is_unknown(key: str) -> None:
    assert convert({key: torch.zeros(1)}).unknown == (key,)


def test_an_older_copy_of_the_rotary_frequencies_is_left_out() -> None:
    found = convert({"model.layers.31.self_attn.rotary_emb.inv_freq": torch.zeros(64)})
    assert not found.tensors and not found.unknown and len(found.unused) == 1
