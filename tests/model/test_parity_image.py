"""The image branch against numbers of the original code, stage by stage."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.decoding import encode_prefix, greedy
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Place, place_of

STAGE, LOGITS = 1e-4, 2e-4


def _config(reference: dict) -> GroundingGPTConfig:
    llama = {key: value for key, value in reference["llama"].items() if key != "rope_theta"}
    text = {
        **llama,
        "num_key_value_heads": llama["num_attention_heads"],
        "rope_parameters": {"rope_type": "default", "rope_theta": reference["llama"]["rope_theta"]},
        "tie_word_embeddings": False,
    }
    return GroundingGPTConfig(
        dict(reference["clip_vision_tower"]), text, vision_select_layer=reference["mm_vision_select_layer"]
    )


@pytest.fixture(scope="module")
def public() -> Path:
    folder = Path(os.environ.get("GROUNDLABEL_PARITY", "")) / "public"
    if not os.environ.get("GROUNDLABEL_PARITY") or not (folder / "weights.safetensors").is_file():
        pytest.skip("GROUNDLABEL_PARITY names no folder with reference tensors")
    return folder


@pytest.fixture(scope="module")
def reference(public: Path) -> dict:
    return json.loads((public / "config.json").read_text())


@pytest.fixture(scope="module")
def model(public: Path, reference: dict) -> GroundingGPT:
    """Our network with the original's weights; the branches for other media are not built here."""
    network = GroundingGPT(_config(reference))
    originals = load_file(public / "weights.safetensors")
    wanted = network.state_dict()
    tensors: dict[str, Tensor] = {}
    for key, tensor in originals.items():
        place = place_of(key)
        if isinstance(place, Place) and place.name in wanted:
            tensors[place.name] = tensor
    network.load_state_dict(tensors, strict=True)
    return network.eval()


def _close(actual: Tensor, expected: Tensor, tolerance: float) -> None:
    torch.testing.assert_close(actual, expected, atol=tolerance, rtol=0)


@pytest.mark.parametrize("case", ["image", "text"])
@torch.inference_mode()
def test_every_stage_equals_the_original(model: GroundingGPT, public: Path, reference: dict, case: str) -> None:
    stored = load_file(public / "cases" / f"{case}.safetensors")
    patch_id = reference["token_ids"]["im_patch_token"]
    ids = stored["input.input_ids"]
    features = None
    if case == "image":
        pixels = stored["input.images"]
        hidden = model.vision_tower(pixels, output_hidden_states=True).hidden_states
        for index, states in enumerate(hidden):
            _close(states, stored[f"expected.clip_hidden_{index}"], STAGE)
        _close(model.vision_states(pixels), stored["expected.clip_selected"], STAGE)
        features = model.image_features(pixels)
        _close(features, stored["expected.image_features"], STAGE)
    embeds = model.embed(ids, {patch_id: features})
    _close(embeds, stored["expected.inputs_embeds"], STAGE)
    output = model.language_model.model(inputs_embeds=embeds, use_cache=False).last_hidden_state
    _close(output, stored["expected.final_hidden"], STAGE)
    _close(model.language_model.lm_head(output), stored["expected.logits"], LOGITS)


@torch.inference_mode()
def test_greedy_answers_equal_the_original(model: GroundingGPT, public: Path, reference: dict) -> None:
    """Through the same decoding that answers people: the picture first, then what follows it as a question."""
    stored = load_file(public / "cases" / "image.safetensors")
    ids = stored["input.input_ids"][0].tolist()
    tokens = reference["token_ids"]
    cut = ids.index(tokens["im_end_token"]) + 1
    first_patch = ids.index(tokens["im_patch_token"])
    prefix = encode_prefix(model, ids[:cut], first_patch, stored["input.images"])
    expected = stored["expected.generated_ids"].tolist()
    (answer,) = greedy(model, prefix, [0], [ids[cut:]], end_id=-1, pad_id=0, max_new_tokens=len(expected))
    assert answer.ids == expected


def test_patch_tokens_and_pictures_must_agree_in_number(model: GroundingGPT, reference: dict) -> None:
    patch_id = reference["token_ids"]["im_patch_token"]
    ids = torch.full((1, 7), patch_id)
    with pytest.raises(ValueError, match="patch tokens"):
        model.embed(ids, {patch_id: torch.zeros(1, 16, 64)})
    with pytest.raises(ValueError, match="patch tokens"):
        model.embed(ids, {patch_id: None})
