"""8 and 4 bits and the kinds of attention, computed for real: close to the whole, and as small as counted."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as nnf
from bitsandbytes.functional import dequantize_4bit
from torch import Tensor, nn

from core.errors import ModelError
from core.grounding.groundinggpt.attention import SPLIT, choose_attention, register_split
from core.grounding.groundinggpt.checkpoint import load_model, open_checkpoint, save_checkpoint
from core.grounding.groundinggpt.decoding import encode_conversation, greedy
from core.grounding.groundinggpt.filling import empty_model
from core.grounding.groundinggpt.int8 import Int8Linear
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.placement import (
    LARGE,
    Placement,
    bytes_needed,
    fallbacks,
    first_placement,
    quantised_matrices,
    why_too_large,
)
from core.grounding.groundinggpt.published import published_config
from tests.fakes_model import tiny_checkpoint
from tests.fakes_network import network_config, random_network, small_tokenizer

GB = 1e9


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("precision") / "saved"
    network = random_network(network_config(small_tokenizer().get_vocab_size(), width=64))
    save_checkpoint(folder, network, small_tokenizer(), torch.float32)
    return folder


def logits(model: GroundingGPT) -> Tensor:
    with torch.inference_mode():
        return model.language_model(input_ids=torch.arange(3, 33)[None]).logits


def distance(first: Tensor, second: Tensor) -> float:
    return float((first - second).detach().norm() / second.detach().norm())


def unpacked(layer: nn.Module) -> Tensor:
    """The matrix that a quantised layer stands for."""
    if type(layer).__name__ == "Linear4bit":
        matrix: Tensor = dequantize_4bit(layer.weight.data, layer.weight.quant_state)
        return matrix
    return layer.weight.float() * layer.scale[:, None]


@pytest.mark.parametrize(("bits", "matrices", "answers"), [(8, 0.01, 1e-5), (4, 0.12, 0.1)])
def test_fewer_bits_compute_the_same_with_rounded_matrices(
    saved: Path, bits: int, matrices: float, answers: float
) -> None:
    """matrices: how far they are from the stored ones; answers: from a model with the rounded matrices.

    In 4 bits, a CPU that multiplies bfloat16 rounds inputs too.
    """
    whole, fewer = load_model(saved), open_checkpoint(saved).loaded(Placement("cpu", bits, 16, 32))
    for name, layer in fewer.named_modules():
        if type(layer).__name__ in ("Linear4bit", "Int8Linear"):
            weight = whole.get_submodule(name).weight
            assert 0 < distance(unpacked(layer), weight.detach()) < matrices, name
            weight.data.copy_(unpacked(layer))
    kinds = {type(module).__name__ for module in fewer.language_model.model.layers.modules()}
    assert ("Int8Linear" if bits == 8 else "Linear4bit") in kinds
    assert type(fewer.language_model.lm_head) is nn.Linear, "the output layer keeps its type"
    assert distance(logits(fewer), logits(whole)) < answers


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_a_matrix_in_eight_bits_multiplies_by_what_it_stands_for(kind: torch.dtype, bias: bool) -> None:
    layer = Int8Linear(48, 32, bias)
    layer.round(torch.randn(32, 48) * torch.logspace(-3, 1, 32)[:, None])  # rows of very different size
    if bias:
        layer.bias.data = layer.bias.data.to(kind)
    x = torch.randn(2, 5, 48, dtype=kind, requires_grad=True)
    wanted = nnf.linear(x.float(), unpacked(layer), layer.bias.float() if bias else None)
    (gradient,) = torch.autograd.grad(wanted.sum(), x)
    found = layer(x)
    assert found.dtype == kind and distance(found.float(), wanted) < 0.02
    (learned,) = torch.autograd.grad(found.sum(), x)
    assert distance(learned.float(), gradient.float()) < 0.02
    with torch.no_grad():
        assert distance(layer(x).float(), wanted) < 0.02


def test_towers_are_quantised_where_it_is_asked_for(saved: Path) -> None:
    fewer = open_checkpoint(saved).loaded(Placement("cpu", 4, 8, 32))
    whole = load_model(saved)
    pixels = torch.linspace(-1, 1, 3 * 64 * 64).reshape(1, 3, 64, 64)
    assert fewer.vision_tower is not None
    assert "Int8Linear" in {type(module).__name__ for module in fewer.vision_tower.modules()}
    with torch.inference_mode():
        assert 0 < distance(fewer.image_features(pixels), whole.image_features(pixels)) < 0.05


@pytest.mark.parametrize("bits", [8, 4])
def test_the_bytes_are_as_counted(saved: Path, bits: int) -> None:
    placement = Placement("cpu", bits, 8, 16)
    checkpoint = open_checkpoint(saved)
    model = checkpoint.loaded(placement)
    quantised = {
        id(module.weight) for module in model.modules() if type(module).__name__ in ("Int8Linear", "Linear4bit")
    }
    found = sum(tensor.numel() * tensor.element_size() for tensor in (*model.parameters(), *model.buffers()))
    states = [parameter.quant_state for parameter in model.parameters() if getattr(parameter, "quant_state", None)]
    found += sum(
        state.absmax.numel() * state.absmax.element_size() + state.state2.absmax.numel() * 4 for state in states
    )
    counted = bytes_needed(checkpoint.empty(), placement)
    assert quantised and counted == pytest.approx(found, rel=0.1)


def test_the_published_model_takes_what_the_documentation_says() -> None:
    model = empty_model(published_config())
    first = first_placement("cuda", "auto", LARGE)
    needs = [bytes_needed(model, placement) / GB for placement in [first, *fallbacks(first, LARGE)]]
    assert needs[:4] == pytest.approx([16.6, 10.1, 7.0, 5.4], abs=0.05)
    assert needs[0] == pytest.approx(needs[4]), "on the CPU in 16 bits too"


def test_generation_runs_in_four_bits(saved: Path) -> None:
    model = open_checkpoint(saved).loaded(Placement("cpu", 4, 16, 32))
    prefix = encode_conversation(model, torch.tensor([[1, 5, 6, 7]]), {})
    (answer,) = greedy(model, prefix, [0], [[8, 9]], end_id=2, pad_id=0, max_new_tokens=5)
    assert 0 < len(answer.ids) <= 5 and all(0 < probability <= 1 for probability in answer.probabilities)


@pytest.mark.parametrize("bits", ["auto", "16", "8", "4"])
def test_a_grounder_says_its_precision_and_can_be_closed(tmp_path: Path, bits: str) -> None:
    grounder = load_grounder(tiny_checkpoint(tmp_path / "tiny"), "cpu", bits=bits)
    said = {"auto": "float32", "16": "bfloat16", "8": "8-bit + float32", "4": "4-bit + float32"}[bits]
    assert grounder.describe().dtype == said
    grounder.close()


def test_other_numbers_of_bits_are_a_users_error() -> None:
    with pytest.raises(ModelError, match="Choose auto, 16, 8 or 4"):
        first_placement("cpu", "3", LARGE)


# --- placements -----------------------------------------------------------------------------------


def test_a_large_model_gives_way_by_bits_and_then_goes_to_the_cpu() -> None:
    first = first_placement("cuda", "auto", LARGE)
    assert [str(placement) for placement in [first, *fallbacks(first, LARGE)]] == [
        "16 bits on the GPU",
        "8 bits on the GPU",
        "4 bits on the GPU",
        "4 bits with towers in 8 on the GPU",
        "16 bits on the CPU",
        "8 bits on the CPU",
        "4 bits on the CPU",
    ]


def test_what_was_asked_for_is_where_it_starts() -> None:
    first = first_placement("cuda", "4", LARGE)
    assert str(next(fallbacks(first, LARGE))) == "4 bits with towers in 8 on the GPU"
    small = first_placement("cuda", "auto", 12_000_000)
    assert [str(placement) for placement in fallbacks(small, 12_000_000)] == ["32 bits on the CPU"]
    assert small.rest_bits == first_placement("cpu", "auto", 12_000_000).rest_bits == 32
    assert first_placement("cpu", "auto", LARGE).rest_bits == 16


def test_only_the_layers_of_the_language_model_are_quantised() -> None:
    names = quantised_matrices(empty_model(published_config()), Placement("cuda", 8, 16, 16))
    assert len(names) == 32 * 7 and all(name.startswith("language_model.model.layers.") for name in names)
    with_towers = quantised_matrices(empty_model(published_config()), Placement("cuda", 4, 8, 16))
    tops = ("vision_tower", "video.tower", "video.frame_qformer", "video.clip_qformer", "audio.trunk", "audio.qformer")
    counts = [sum(name.startswith(f"{top}.") for name in with_towers) for top in tops]
    assert counts[:2] == [24 * 6, 39 * 4] and all(counts) and len(with_towers) == 32 * 7 + sum(counts)


def test_what_cannot_fit_is_said_in_numbers() -> None:
    assert why_too_large(8, 8) is None and why_too_large(8, None) is None
    assert why_too_large(16_000_000_000, 12_000_000_000) == "its weights take 16.0 GB and 12.0 GB are free"


# --- attention ------------------------------------------------------------------------------------


def test_the_attention_of_a_cpu_is_told_with_its_reason() -> None:
    choice = choose_attention(torch.device("cpu"), torch.bfloat16)
    assert (choice.name, choice.implementation) == ("sdpa", "sdpa") and "NVIDIA" in choice.why


def test_flash_attention_is_used_where_there_is_no_mask_and_nowhere_else(saved: Path) -> None:
    """Its function is stood in for by torch's, which computes the same: what is tested is who is asked for what."""
    asked: list[tuple[tuple[int, ...], bool]] = []

    def flash(query: Tensor, key: Tensor, value: Tensor, *, softmax_scale: float | None, causal: bool) -> Tensor:
        asked.append((tuple(query.shape), causal))
        parts = (part.transpose(1, 2) for part in (query, key, value))
        return nnf.scaled_dot_product_attention(*parts, is_causal=causal, scale=softmax_scale).transpose(1, 2)

    register_split(flash)
    plain, split = load_model(saved), load_model(saved, attention=SPLIT)
    torch.testing.assert_close(logits(split), logits(plain), atol=1e-4, rtol=1e-4)
    assert asked == [((1, 30, 4, 16), True)] * 2
    asked.clear()
    pixels = torch.linspace(-1, 1, 3 * 64 * 64).reshape(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(split.image_features(pixels), plain.image_features(pixels), atol=1e-4, rtol=1e-4)
    assert asked == [((1, 17, 4, 8), False)] * 2
    asked.clear()
    answers = []
    for model in (plain, split):
        prefix = encode_conversation(model, torch.tensor([[1, 5, 6, 7]]), {})
        answers.append(
            [one.ids for one in greedy(model, prefix, [0, 0], [[8, 9], [10]], end_id=2, pad_id=0, max_new_tokens=4)]
        )
    assert answers[0] == answers[1]
    assert {shape[1] for shape, _ in asked} == {4}, "the prefix; questions and their answers have a mask"
