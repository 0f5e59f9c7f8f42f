"""Starting stage 1 from the makers' files, in miniature: what each brings, what is new, and what is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from benchmarks.full_size_folder import stand_in_tokenizer
from core.errors import ModelError
from core.files import bundled
from core.grounding.groundinggpt.assembly import Parts, assemble, assemble_to, usual_parts
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import convert
from core.grounding.groundinggpt.processing import Processor
from core.grounding.registry import find_model
from core.jobs import JobContext
from tests.fakes_published import published_folder

ROWS = 32000
EVA = "model.visual_encoder."
BIND = "model.audio_encoder."


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    """Tensors of all parts by the names of the model that is made of them; CLIP under vision_tower."""
    folder = published_folder(tmp_path_factory.mktemp("originals"))
    found = {name: one for path in folder.glob("*.safetensors") for name, one in load_file(path).items()}
    clip = folder.parent / "clip-vit-large-patch14-336"
    return found | {
        f"vision_tower.{name}": one for path in clip.glob("*.safetensors") for name, one in load_file(path).items()
    }


def below(originals: dict[str, Tensor], prefix: str, kept: str = "") -> dict[str, Tensor]:
    return {kept + name.removeprefix(prefix): one for name, one in originals.items() if name.startswith(prefix)}


@pytest.fixture
def parts(originals: dict[str, Tensor], tmp_path: Path) -> Parts:
    """Every part as its maker lays it out, with what the model does not take."""
    vicuna, clip = tmp_path / "vicuna-7b-v1.5", tmp_path / "clip-vit-large-patch14-336"
    vicuna.mkdir()
    clip.mkdir()
    language = below(originals, "model.layers.", "model.layers.") | {
        "model.norm.weight": originals["model.norm.weight"],
        "model.embed_tokens.weight": originals["model.embed_tokens.weight"][:ROWS],
        "lm_head.weight": originals["lm_head.weight"][:ROWS],
        "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(2),
    }
    torch.save(language, vicuna / "pytorch_model.bin")
    sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 32}
    (vicuna / "config.json").write_text(json.dumps({"model_type": "llama", "vocab_size": ROWS, **sizes}))
    stand_in_tokenizer(ROWS).save(str(vicuna / "tokenizer.json"))
    torch.save(below(originals, "vision_tower.") | {"logit_scale": torch.ones(())}, clip / "pytorch_model.bin")
    (clip / "config.json").write_text(json.dumps({"model_type": "clip", "vision_config": {"num_attention_heads": 16}}))
    eva = below(originals, EVA)
    eva |= {name.replace("blocks.1.", "blocks.2."): one + 1 for name, one in eva.items() if "blocks.1." in name}
    torch.save(eva | {"norm.weight": torch.ones(32), "head.weight": torch.ones(4, 32)}, tmp_path / "eva_vit_g.pth")
    blip2 = below(originals, "model.Qformer.", "Qformer.") | below(originals, "model.ln_vision.", "ln_vision.")
    blip2 |= {
        "query_tokens": originals["model.query_tokens"],
        "Qformer.bert.embeddings.position_ids": torch.arange(4)[None],
        "Qformer.bert.embeddings.word_embeddings.weight": torch.ones(5, 24),
        "Qformer.bert.encoder.layer.0.output.dense.weight": torch.ones(24, 48),
        "Qformer.cls.predictions.bias": torch.ones(5),
        "t5_proj.weight": torch.ones(8, 24),
    }
    torch.save({"model": blip2}, tmp_path / "blip2_pretrained_flant5xxl.pth")
    (tmp_path / "imagebind").mkdir()
    senses = {"modality_trunks.vision.blocks.0.norm_1.weight": torch.ones(3)}
    torch.save(below(originals, BIND) | senses, tmp_path / "imagebind" / "imagebind_huge.pth")
    return Parts(
        vicuna, clip, tmp_path / "eva_vit_g.pth", tmp_path / "blip2_pretrained_flant5xxl.pth",
        tmp_path / "imagebind" / "imagebind_huge.pth",
    )  # fmt: skip


def new_parts(model: GroundingGPT) -> dict[str, Tensor]:
    """What no file brings."""
    starts = ("mm_vision_projector", "video.positions", "video.projection", "video.clip_qformer", "audio.positions",
              "audio.projection", "audio.qformer")  # fmt: skip
    return {name: one for name, one in model.state_dict().items() if name.startswith(starts)}


def test_what_the_parts_bring_is_copied(parts: Parts, originals: dict[str, Tensor]) -> None:
    model, _ = assemble(parts, dtype=torch.float32)
    expected, found = convert(originals).tensors, model.state_dict()
    assert found.keys() == expected.keys()
    words = {"language_model.model.embed_tokens.weight", "language_model.lm_head.weight"}
    for name in found.keys() - new_parts(model).keys() - words:
        assert torch.equal(found[name], expected[name]), name
    for name in words:
        assert torch.equal(found[name][:ROWS], expected[name][:ROWS])
    assert model.config.video is not None and model.config.video.vision["num_hidden_layers"] == 2, "not the third"


def test_new_rows_are_the_mean_of_those_before(parts: Parts) -> None:
    model, tokenizer = assemble(parts, dtype=torch.float32)
    tokens = [f"<{kind}_{part}>" for kind in ("im", "vi", "so") for part in ("patch", "start", "end")]
    assert [tokenizer.token_to_id(token) for token in tokens] == list(range(ROWS, ROWS + 9))
    for layer in (model.language_model.model.embed_tokens, model.language_model.lm_head):
        rows = layer.weight.detach()
        assert rows.shape[0] == ROWS + 9 == model.config.text["vocab_size"]
        for step in ((ROWS + 1, ROWS + 3), (ROWS + 3, ROWS + 9)):
            for row in range(*step):
                torch.testing.assert_close(rows[row], rows[: step[0]].mean(0))
        assert (rows[ROWS] - rows[:ROWS].mean(0)).abs().max() > 1e-3, "the picture's patch is random"


def test_new_parts_are_random_and_the_seed_decides(parts: Parts) -> None:
    first, again, other = (assemble(parts, seed=seed, dtype=torch.float32)[0] for seed in (1, 1, 2))
    weights = [name for name, one in new_parts(first).items() if one.ndim > 1]
    assert len(weights) > 20
    for name in weights:
        one = first.state_dict()[name]
        assert torch.equal(one, again.state_dict()[name]) and not torch.equal(one, other.state_dict()[name]), name
        assert one.std() > 0
    for name, module in first.named_modules():
        if isinstance(module, nn.LayerNorm) and name.startswith(("video.clip_qformer", "audio.qformer")):
            assert bool((module.weight == 1).all()) and bool((module.bias == 0).all())
    assert all(parameter.requires_grad for parameter in first.parameters()), "it is there to be trained"


def test_it_is_written_as_a_checkpoint_of_ours(parts: Parts, tmp_path: Path) -> None:
    files = assemble_to(parts, tmp_path / "start", 3, context=JobContext())
    assert {"config.json", "tokenizer.json"} < set(files)
    place = find_model(tmp_path / "start")
    model = load_model(place.folder)
    assert model.config.summary.startswith("The start of stage 1")
    processor = Processor.load(place.folder, model.config)
    ids = torch.tensor([processor.prefix_ids(["image", "video", "audio"])])
    patches = processor.patch_ids()
    assert model.config.video is not None
    with torch.inference_mode():
        features = {
            patches["image"]: model.image_features(torch.zeros(1, 3, 56, 56)),
            patches["video"]: model.video_features([torch.zeros(3, 3, 56, 56)]),
            patches["audio"]: model.sound_features([torch.zeros(3, 1, 128, 204)]),
        }
        assert bool(torch.isfinite(model.embed(ids, features)).all())


def test_the_places_are_those_that_the_original_names() -> None:
    usual = usual_parts()
    assert usual.imagebind == bundled("ckpt/imagebind/imagebind_huge.pth")
    assert usual.blip2 == bundled("ckpt/blip2_pretrained_flant5xxl.pth")
    assert usual.eva == bundled("ckpt/eva_vit_g.pth")
    assert (usual.vicuna.name, usual.clip.name) == ("vicuna-7b-v1.5", "clip-vit-large-patch14-336")


def test_folders_of_the_user_are_found_too(groundlabel_home: Path) -> None:
    (groundlabel_home / "models" / "vicuna-7b-v1.5").mkdir(parents=True)
    assert usual_parts().vicuna == groundlabel_home / "models" / "vicuna-7b-v1.5"


class Trap:
    """What runs when a pickle is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def _without(path: Path, name: str, table: str = "") -> None:
    content = torch.load(path, weights_only=True)
    (content[table] if table else content).pop(name)
    torch.save(content, path)


WRONG: dict[str, tuple[Callable[[Parts], object], str]] = {
    "no vicuna": (lambda p: replace(p, vicuna=p.vicuna / "x"), "Vicuna's folder is missing"),
    "no eva": (lambda p: p.eva.unlink(), "EVA-CLIP-g is missing"),
    "no blip2": (lambda p: p.blip2.unlink(), "BLIP-2 is missing"),
    "no imagebind": (lambda p: p.imagebind.unlink(), "ImageBind is missing"),
    "eva is code": (lambda p: torch.save({"a": Trap(p.eva.parent / "ran")}, p.eva), "is refused"),
    "eva is cut": (lambda p: p.eva.write_bytes(p.eva.read_bytes()[:999]), "is damaged"),
    "eva is another model": (lambda p: torch.save({"a": torch.ones(1)}, p.eva), "is no EVA-CLIP-g"),
    "eva lacks a block": (lambda p: _without(p.eva, "blocks.1.attn.qkv.weight"), "layers.1.self_attn.qkv.weight"),
    "imagebind knows more": (
        lambda p: torch.save(torch.load(p.imagebind, weights_only=True) | {"other.weight": torch.ones(1)}, p.imagebind),
        "belong to no part, first other.weight in imagebind_huge.pth",
    ),
    "blip2 lacks the queries": (lambda p: _without(p.blip2, "query_tokens", "model"), "frame_qformer.queries"),
    "blip2 is a list": (lambda p: torch.save({"model": [1]}, p.blip2), "no table of tensors"),
    "blip2 of another width": (
        lambda p: torch.save({"model": {"query_tokens": torch.ones(1, 32, 99)}}, p.blip2), "",
    ),
    "imagebind without sound": (lambda p: torch.save({"a": torch.ones(1)}, p.imagebind), "first audio.trunk.blocks.0"),
    "vicuna without a tokenizer": (lambda p: (p.vicuna / "tokenizer.json").unlink(), "tokenizer.json"),
    "vicuna without its head": (lambda p: _without(p.vicuna / "pytorch_model.bin", "lm_head.weight"), "lm_head.weight"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_part_is_one_clear_line(parts: Parts, what: str) -> None:
    spoil, words = WRONG[what]
    spoilt = spoil(parts)
    with pytest.raises(ModelError) as caught:
        assemble(spoilt if isinstance(spoilt, Parts) else parts)
    message = str(caught.value)
    assert words in message and "\n" not in message
    assert not (parts.eva.parent / "ran").exists()
