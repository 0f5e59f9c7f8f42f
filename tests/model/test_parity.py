"""The original's numbers: pinned small tensors of our own everywhere, its own tensors where they are at hand."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models
from torch import Tensor

from tests.model.parity.__main__ import compare, main
from tests.model.parity.fixture_model import load_fixture_model
from tests.model.parity.model_cases import Case
from tests.model.parity.preprocessing import Preprocessing
from tests.model.parity.prompt_cases import Prompts, Tokens, expanded
from tests.model.parity.report import Report

PINNED = Path(__file__).parent / "fixtures"
CASES = sorted((PINNED / "cases").glob("*.safetensors"))
# One of every part and every kind of weight on which numbers depend by more than rounding.
WEIGHTS = (
    "vision_tower.vision_model.encoder.layers.1.mlp.fc1.weight",
    "model.mm_vision_projector.2.bias",
    "model.layers.1.self_attn.v_proj.weight",
    "lm_head.weight",
    "model.visual_encoder.blocks.0.attn.q_bias",
    "model.visual_encoder.blocks.1.attn.v_bias",
    "model.visual_encoder.pos_embed",
    "model.ln_vision.weight",
    "model.Qformer.bert.encoder.layer.2.crossattention.self.value.weight",
    "model.query_tokens",
    "model.video_frame_position_embedding.weight",
    "model.video_Qformer.bert.embeddings.LayerNorm.bias",
    "model.llama_proj.weight",
    "model.audio_encoder.modality_trunks.audio.blocks.1.attn.in_proj_weight",
    "model.audio_encoder.modality_trunks.audio.blocks.0.attn.bias_v",
    "model.audio_encoder.modality_heads.audio.2.weight",
    "model.audio_encoder.modality_postprocessors.audio.1.log_logit_scale",
    "model.audio_position_embedding.weight",
    "model.audio_Qformer.bert.encoder.layer.0.output_query.LayerNorm.weight",
    "model.audio_llama_proj.bias",
)


def said(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    code = main([str(folder), *more])
    return code, capsys.readouterr().out.splitlines()


def planted(folder: Path, key: str) -> None:
    """Change the first value of a weight by a hundredth."""
    weights = load_file(folder / "weights.safetensors")
    weights[key] = weights[key].float()
    weights[key].view(-1)[0] += 1e-2
    save_file(weights, folder / "weights.safetensors")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pinned folder that a test may spoil."""
    return Path(shutil.copytree(PINNED, tmp_path / "fixtures"))


def test_the_pinned_numbers_hold(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = said(PINNED, capsys)
    assert code == 0, "\n".join(lines)
    assert lines[-1] == "51 tensors compared"
    stages = {line.split("  ")[0] for line in lines}
    assert {"eva_out", "audio_trunk_out", "gradients", "logits", "generated_ids", "mel", "training texts"} <= stages


def test_the_pinned_numbers_are_small() -> None:
    assert sum(path.stat().st_size for path in PINNED.rglob("*") if path.is_file()) <= 300_000


def test_the_originals_numbers_hold(parity_dir: Path) -> None:
    report = compare(parity_dir / "public")
    assert report.holds, report.failures
    assert report.tensors > 100


@pytest.mark.parametrize("key", WEIGHTS)
def test_a_changed_weight_is_noticed(folder: Path, key: str) -> None:
    shutil.rmtree(folder / "preprocessing")
    planted(folder, key)
    report = compare(folder)
    assert not report.holds
    assert any("deviates" in failure for failure in report.failures)


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_changed_expectation_is_noticed(tmp_path: Path, path: Path) -> None:
    """Every expected tensor in turn: by a hundredth where it has fractions, by one where it counts."""
    model, ids = load_fixture_model(PINNED, Report())
    right = load_file(path)
    wanted = [key for key in right if key.startswith("expected.")]
    assert wanted
    case = Case(path, model, ids, Report(), {})
    got = case.compute()
    case.compute = lambda: got  # type: ignore[method-assign]  # computed once, compared many times
    for key in wanted:
        spoiled: Tensor = right[key].clone()
        spoiled.view(-1)[0] += 1e-2 if spoiled.is_floating_point() else 1
        case.report = Report()
        case.expected = {k.removeprefix("expected."): t for k, t in right.items() if k in wanted}
        case.expected[key.removeprefix("expected.")] = spoiled
        case.run()
        assert [failure.split(":")[0] for failure in case.report.failures] == [
            f"{path.name} {key.removeprefix('expected.')}"
        ]


def spoil_tensors(name: str, change: Callable[[dict[str, Tensor]], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        tensors = load_file(folder / name)
        change(tensors)
        save_file(tensors, folder / name)

    return spoil


def spoil_json(name: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        change(content)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")

    return spoil


def keep_out(name: str) -> Callable[[Path], None]:
    return lambda folder: shutil.rmtree(folder / name)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


MODEL_FAULTS = {
    "an unknown expectation": spoil_tensors(
        "cases/text.safetensors", lambda t: t.update({"expected.odd": torch.ones(1)})
    ),
    "an unknown input": spoil_tensors("cases/text.safetensors", lambda t: t.update({"input.odd": torch.ones(1)})),
    "a key of neither kind": spoil_tensors("cases/text.safetensors", lambda t: t.update({"odd": torch.ones(1)})),
    "a gradient of nothing": spoil_tensors(
        "cases/train_batch.safetensors", lambda t: t.update({"expected.grad.model.odd": torch.ones(1)})
    ),
    "another shape": spoil_tensors(
        "cases/text.safetensors", lambda t: t.update({"expected.logits": t["expected.logits"][:, 1:].clone()})
    ),
    "media without their tokens": spoil_tensors(
        "cases/several_media.safetensors", lambda t: t.update({"input.sounds": t["input.sounds"][:1].clone()})
    ),
    "a weight of no part": spoil_tensors("weights.safetensors", lambda t: t.update({"model.odd": torch.ones(1)})),
    "a weight missing": spoil_tensors("weights.safetensors", lambda t: t.pop("model.query_tokens")),
    "a weight of another shape": spoil_tensors(
        "weights.safetensors", lambda t: t.update({"model.norm.weight": torch.ones(3)})
    ),
    "a size missing": spoil_json("config.json", lambda c: c.pop("eva_vit")),
    "an unknown size": spoil_json("config.json", lambda c: c.update({"odd": 1})),
    "no cases": keep_out("cases"),
    "a case cut short": lambda folder: cut_short(folder / "cases" / "text.safetensors"),
    "weights cut short": lambda folder: cut_short(folder / "weights.safetensors"),
}


@pytest.mark.parametrize("fault", MODEL_FAULTS)
def test_a_spoiled_folder_fails(folder: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    keep_out("preprocessing")(folder)
    MODEL_FAULTS[fault](folder)
    code, lines = said(folder, capsys)
    assert code == 1
    assert any(line.startswith("FAILED") for line in lines)


def add_hundredth(key: str) -> Callable[[dict[str, Tensor]], None]:
    def add(tensors: dict[str, Tensor]) -> None:
        tensors[key] = tensors[key] + (1e-2 if tensors[key].is_floating_point() else 1)

    return add


PREPARING_FAULTS = {
    "a mel value": spoil_tensors("preprocessing/audio_mel.safetensors", add_hundredth("chirp.mel_git_28fe037")),
    "a resampled value": spoil_tensors("preprocessing/audio_mel.safetensors", add_hundredth("chirp.resampled_16k")),
    "an energy": spoil_tensors("preprocessing/audio_mel.safetensors", add_hundredth("chirp.raw_fbank_clip0_T_by_8")),
    "an unknown mel": spoil_tensors("preprocessing/audio_mel.safetensors", lambda t: t.update(odd=torch.ones(1))),
    "a pixel": spoil_tensors("preprocessing/image_wide.safetensors", add_hundredth("pixel_values_strided_2")),
    "a padded pixel": spoil_tensors("preprocessing/image_wide.safetensors", add_hundredth("padded_uint8")),
    "a frame's pixel": spoil_tensors(
        "preprocessing/video_transform.safetensors", add_hundredth("noise.seed1.expected")
    ),
    "a clip's start": spoil_json(
        "preprocessing/audio_clip_timepoints.json",
        lambda rows: rows[2]["pytorchvideo_pypi_0.1.5"]["clips"][1].__setitem__(0, 1.91),
    ),
    "a frame's number": spoil_json(
        "preprocessing/video_indices.json", lambda c: c["pairs"][1]["indices"].__setitem__(3, 5)
    ),
    "a crop": spoil_json(
        "preprocessing/video_meta.json",
        lambda c: c["transform"]["crops"]["noise.seed0"]["i_j_h_w"].__setitem__(0, 9),
    ),
    "a box": spoil_json("preprocessing/box_postprocess.json", lambda rows: rows[0].update(expected="a [0.1]")),
    "the mean of pictures": spoil_json(
        "preprocessing/image_meta.json", lambda c: c["processor"]["image_mean"].__setitem__(0, 0.49)
    ),
    "a description of nothing": spoil_json(
        "preprocessing/box_postprocess.json", lambda rows: rows.insert(0, {"odd": 1})
    ),
    "a training text": spoil_json("prompts/training_text.json", lambda c: c["cases"]["three_media"].update(text="no")),
    "a supervised span": spoil_json(
        "prompts/training_text.json",
        lambda c: c["cases"]["three_media"]["any_tokenizer"]["supervised_char_spans_in_expanded_text"].pop(),
    ),
    "an unknown prompt": spoil_json("prompts/training_text.json", lambda c: c.update(odd=1)),
}


@pytest.mark.parametrize("fault", PREPARING_FAULTS)
def test_a_spoiled_preparation_fails(folder: Path, fault: str) -> None:
    PREPARING_FAULTS[fault](folder)
    report = Report()
    Preprocessing(folder / "preprocessing", report).run()
    Prompts(folder / "prompts", report, None).run()
    assert report.failures


def test_an_empty_folder_proves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = said(tmp_path, capsys)
    assert code == 1
    assert lines[-1] == "0 tensors compared"
    assert "FAILED nothing was compared" in lines


@pytest.fixture
def tokenizer_folder(tmp_path: Path) -> Path:
    """The smallest tokenizer for conversations: one piece for every letter."""
    pieces = {"<unk>": 0, "<s>": 1, "</s>": 2} | {chr(code): code for code in range(10, 127)}
    tokenizer = Tokenizer(models.BPE(vocab=pieces, merges=[], unk_token="<unk>"))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def with_ids(tokens: Tokens) -> Callable[[Any], None]:
    def add(content: dict[str, Any]) -> None:
        case = content["cases"]["three_media"]
        ids, _ = tokens.encode(expanded(case["text"]))
        part = case["any_tokenizer"]
        learned = [index for index, inside in enumerate(_inside(case)) if inside]
        part |= {"input_ids_rle": [[index, 1] for index in ids], "n_tokens": len(ids)}
        part["supervised_token_ranges"] = [[index, index + 1] for index in learned]

    return add


def _inside(case: dict[str, Any]) -> list[bool]:
    """For every piece, letters and media tokens, whether it lies in a supervised span; the begin token does not."""
    text, spans = expanded(case["text"]), case["any_tokenizer"]["supervised_char_spans_in_expanded_text"]
    starts = [match.start() for match in re.finditer(r"<(?:im|vi|so)_\w+>|.", text, re.DOTALL)]
    return [False, *(any(first <= start < last for first, last in spans) for start in starts)]


def test_ids_are_compared_with_a_tokenizer(folder: Path, tokenizer_folder: Path) -> None:
    spoil_json("prompts/training_text.json", with_ids(Tokens(tokenizer_folder)))(folder)
    right = Report()
    Prompts(folder / "prompts", right, Tokens(tokenizer_folder)).run()
    assert not right.failures
    assert {"training ids", "training labels"} <= right.stages.keys()
    for key, wrong in (("input_ids_rle", [99, 1]), ("supervised_token_ranges", [0, 1])):
        spoiled = Path(shutil.copytree(folder, folder.parent / key))

        def change(content: Any, key: str = key, wrong: list[int] = wrong) -> None:
            content["cases"]["three_media"]["any_tokenizer"][key].insert(5, wrong)

        spoil_json("prompts/training_text.json", change)(spoiled)
        report = Report()
        Prompts(spoiled / "prompts", report, Tokens(tokenizer_folder)).run()
        assert report.failures


def test_a_folder_without_a_tokenizer_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_out("preprocessing")(folder)
    code, lines = said(folder, capsys, "--tokenizer", str(folder))
    assert code == 1
    assert len([line for line in lines if line.startswith("FAILED")]) == 1
