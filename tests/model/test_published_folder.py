"""The published folder as it is: loaded whole from pickles or safetensors, and every fault of it is one clear line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmarks.full_size_folder import original_names, tiny_config
from core.errors import Cancelled, ModelError
from core.files import bundled
from core.grounding.groundinggpt.checkpoint import load_model, open_checkpoint, weights_hash
from core.grounding.groundinggpt.filling import empty_model
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.original_names import convert
from core.grounding.groundinggpt.placement import Placement
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.published import published_config
from core.grounding.groundinggpt.published_folder import CLIP_NAME, sized
from core.grounding.registry import family_of, find_model, model_folders
from core.jobs import JobContext, Progress
from core.media import probe_item
from core.schema import MediaSource, Query, new_id
from tests.fakes_model import squares_picture
from tests.fakes_published import (
    BIN_INDEX,
    SAFETENSORS_INDEX,
    change_config,
    copy_of,
    pickle_weights,
    published_folder,
    tokenizer_model,
)
from tests.model.parity.fixture_model import load_fixture_model
from tests.model.parity.report import Report

FIXTURES = Path(__file__).parent / "fixtures"
MEDIA_TOKENS = [f"<{kind}_{part}>" for kind in ("im", "vi", "so") for part in ("patch", "start", "end")]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_folder(tmp_path_factory.mktemp("published"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return copy_of(original, tmp_path / "here")


def stored(folder: Path) -> dict[str, torch.Tensor]:
    """Everything that the two folders hold, by our names."""
    own = {name: tensor for path in folder.glob("*.safetensors") for name, tensor in load_file(path).items()}
    clip = {
        f"vision_tower.{name}": tensor
        for path in (folder.parent / CLIP_NAME).glob("*.safetensors")
        for name, tensor in load_file(path).items()
    }
    return convert(own | clip).tensors


def test_every_tensor_comes_where_it_belongs_and_sizes_are_read_off(original: Path) -> None:
    model = load_model(original)
    assert model.config == tiny_config(), "heads, tokens and sizes as they were, from what the original states"
    expected = stored(original)
    assert model.state_dict().keys() == expected.keys()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, expected[name]), name


def test_pickled_shards_give_the_same_model(original: Path, folder: Path) -> None:
    pickle_weights(folder)
    pickle_weights(folder.parent / CLIP_NAME, shards=1)
    first, second = load_model(original).state_dict(), load_model(folder).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert weights_hash(folder) != weights_hash(original), "other files"


def test_a_whole_clip_is_taken_for_its_vision_tower(original: Path, folder: Path) -> None:
    (path,) = (folder.parent / CLIP_NAME).glob("*.safetensors")
    more = {"logit_scale": torch.ones(()), "text_model.embeddings.position_ids": torch.arange(4)}
    more |= {"visual_projection.weight": torch.ones(2, 2), "vision_model.embeddings.position_ids": torch.arange(17)}
    save_file(load_file(path) | more, path)
    first, second = load_model(original).state_dict(), load_model(folder).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_older_copies_and_other_senses_are_left_out(original: Path, folder: Path) -> None:
    add(folder, {
        "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(2),
        "model.audio_encoder.modality_trunks.vision.blocks.0.norm_1.weight": torch.ones(3),
        "model.Qformer.bert.embeddings.position_ids": torch.arange(4)[None],
    })  # fmt: skip
    assert load_model(folder).config == load_model(original).config


def test_the_names_that_the_folder_was_written_with_are_the_originals() -> None:
    ours = empty_model(published_config()).state_dict()
    names = [one for name in ours if not name.startswith("vision_tower.") for one in original_names(name)]
    assert {
        "model.visual_encoder.blocks.38.attn.q_bias",
        "model.Qformer.bert.encoder.layer.10.crossattention.self.key.weight",
        "model.audio_encoder.modality_trunks.audio.blocks.11.attn.in_proj_weight",
    } <= set(names)
    assert len(set(names)) == len(names)


def test_sizes_of_the_published_checkpoint_are_read_off_its_tensors(parity_dir: Path) -> None:
    manifest = json.loads((parity_dir / "checkpoint_manifest.json").read_text(encoding="utf-8"))
    shapes = {name: entry["shape"] for name, entry in manifest["state_dict"].items()}
    shapes |= manifest["vision_tower_not_in_state_dict"]
    empty = convert({name: torch.empty(shape, device="meta") for name, shape in shapes.items()}).tensors
    stated = {"hidden_size": 4096, "num_attention_heads": 32, "vocab_size": 32009, "mm_vision_select_layer": -2}
    assert sized(stated, {}, {name: tuple(tensor.shape) for name, tensor in empty.items()}) == published_config()


def test_a_small_checkpoint_of_the_original_loads_where_its_heads_are_stated(tmp_path: Path) -> None:
    """The pinned weights carry the original's names and CLIP in the same file; no CLIP folder is needed then."""
    shutil.copy(FIXTURES / "weights.safetensors", tmp_path / "model.safetensors")
    stated = json.loads((FIXTURES / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "LEGO", **stated}))
    expected, _ = load_fixture_model(FIXTURES, Report())
    loaded = load_model(tmp_path)
    assert all(torch.equal(one, expected.state_dict()[name]) for name, one in loaded.state_dict().items())
    for branch in ("vision", "text"):
        ours, theirs = getattr(loaded.config, branch), getattr(expected.config, branch)
        assert {key: ours[key] for key in theirs if key in ours} == {key: theirs[key] for key in theirs if key in ours}
    assert loaded.config.video is not None and expected.config.video is not None
    assert loaded.config.video.vision["num_attention_heads"] == expected.config.video.vision["num_attention_heads"]


def test_it_answers_as_a_grounder(original: Path, tmp_path: Path) -> None:
    picture = squares_picture(tmp_path / "squares.png", (4, 6, 24, 26), (60, 20, 84, 44))
    item = probe_item(picture, root="project", relative=picture.name)
    grounder = load_grounder(original, "cpu")
    info = grounder.describe()
    assert info.attention == "sdpa" and info.dtype == "float32" and "CC BY-NC-SA" in info.licence
    queries = [Query(new_id(), item.id, "the red square")]
    (answer,) = grounder.ground(queries, MediaSource(item, str(picture)), JobContext())
    assert answer.query == queries[0] and answer.raw_text
    grounder.close()


def test_loading_says_how_far_it_is_and_can_be_stopped(original: Path) -> None:
    notes: list[Progress] = []
    checkpoint = open_checkpoint(original)
    checkpoint.loaded(Placement("cpu", 32, 16, 32), JobContext(report=notes.append))
    assert {note.total for note in notes} == {2} and notes[-1].done == 2

    class Stop:
        def is_set(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        checkpoint.loaded(Placement("cpu", 32, 16, 32), JobContext(Stop()))


# --- which folders are which ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "LEGO"},
        {"model_type": "llama", "architectures": ["LEGOLlamaForCausalLM"]},
        {"model_type": "llava", "mm_vision_tower": "x", "max_frame": 64, "video_token_len": 64, "sound_token_len": 8},
    ],
)
def test_the_published_model_is_known_by_type_class_or_keys(tmp_path: Path, config: dict[str, object]) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert family_of(tmp_path) == "LEGO"


def test_parts_of_models_are_not_offered_and_say_what_they_are(original: Path, groundlabel_home: Path) -> None:
    models = groundlabel_home / "models"
    shutil.copytree(original.parent, models)
    (models / "vicuna").mkdir()
    (models / "vicuna" / "config.json").write_text('{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}')
    assert CLIP_NAME not in model_folders() and "vicuna" not in model_folders()
    for name in (CLIP_NAME, "vicuna"):
        with pytest.raises(ModelError, match="a part of other models"):
            find_model(name)


def test_its_terms_are_asked_for_by_name_and_by_path(original: Path, groundlabel_home: Path) -> None:
    shutil.copytree(original.parent, groundlabel_home / "models")
    for named in ("groundinggpt-7b", groundlabel_home / "models" / "groundinggpt-7b"):
        with pytest.raises(ModelError, match="licences of groundinggpt-7b"):
            find_model(named)
    assert find_model(original).family == "LEGO", "a folder elsewhere is the business of whoever put it there"


@pytest.mark.parametrize("place", ["home", "configured", "relative"])
def test_clip_is_found_where_people_put_it(folder: Path, groundlabel_home: Path, tmp_path: Path, place: str) -> None:
    clip = folder.parent / CLIP_NAME
    if place == "home":
        shutil.move(clip, groundlabel_home / "models" / CLIP_NAME)
    elif place == "configured":
        shutil.move(clip, tmp_path / "the tower")
        change_config(folder, mm_vision_tower=str(tmp_path / "the tower"))
    else:
        shutil.move(clip, folder / "tower")
        change_config(folder, mm_vision_tower="tower")
    assert load_model(folder).config.vision == tiny_config().vision


# --- tokenizer ------------------------------------------------------------------------------------


def test_the_media_tokens_follow_the_vocabulary(original: Path) -> None:
    processor = Processor.load(original, load_model(original).config)
    assert [processor.tokenizer.token_to_id(token) for token in MEDIA_TOKENS] == list(range(32000, 32009))


@pytest.mark.parametrize("legacy", [True, False, None])
def test_a_tokenizer_model_is_read_with_its_setting(folder: Path, legacy: bool | None) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(tokenizer_model())
    if legacy is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps({"legacy": legacy}))
    tokenizer = Processor.load(folder, open_checkpoint(folder).config).tokenizer
    tokenizer.encode_special_tokens = False
    behind = tokenizer.encode("<im_end>red", add_special_tokens=False).tokens
    assert behind == (["<im_end>", "r", "ed"] if legacy is False else ["<im_end>", "▁red"])
    assert tokenizer.encode("the red", add_special_tokens=False).tokens == ["▁the", "▁red"]
    assert tokenizer.encode("é", add_special_tokens=False).tokens == ["▁", "<0xC3>", "<0xA9>"]


def test_added_tokens_keep_their_numbers(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(tokenizer_model())
    size = len(Processor.load(folder, open_checkpoint(folder).config).tokenizer.get_vocab()) - len(MEDIA_TOKENS)
    numbers = {token: size + index for index, token in enumerate(MEDIA_TOKENS)}
    (folder / "added_tokens.json").write_text(json.dumps(numbers))
    tokenizer = Processor.load(folder, open_checkpoint(folder).config).tokenizer
    assert {token: tokenizer.token_to_id(token) for token in MEDIA_TOKENS} == numbers
    (folder / "added_tokens.json").write_text(json.dumps({"<im_patch>": 3}))
    with pytest.raises(ModelError, match=r"added_tokens\.json does not fit"):
        Processor.load(folder, open_checkpoint(folder).config)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"version https://git-lfs.github.com/spec/v1\n", tokenizer_model()[:-3], tokenizer_model()[:501],
     tokenizer_model(model_type=1), tokenizer_model([("a", 0.0, 1), ("a", 0.0, 1)]), b"\x0a\xff\xff\xff\xff\xff\xff"],
    ids=["empty", "zero", "a pointer", "cut at the end", "cut", "unigram", "twice", "absurd length"],
)  # fmt: skip
def test_a_broken_tokenizer_model_is_one_line(folder: Path, content: bytes) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.model").write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Processor.load(folder, tiny_config())
    assert "\n" not in str(caught.value) and "tokenizer" in str(caught.value)


def test_a_tokenizer_larger_than_the_weights_is_refused(folder: Path) -> None:
    config = tiny_config()
    with pytest.raises(ModelError, match="does not fit the weights"):
        Processor.load(folder, replace(config, text=config.text | {"vocab_size": 32000}))


# --- damage ---------------------------------------------------------------------------------------


class Trap:
    """What runs when a pickle is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def add(folder: Path, more: dict[str, torch.Tensor]) -> None:
    path = sorted(folder.glob("*.safetensors"))[-1]
    save_file(load_file(path) | more, path)


def drop(folder: Path, name: str) -> None:
    for path in folder.glob("*.safetensors"):
        tensors = load_file(path)
        if tensors.pop(name, None) is not None:
            save_file(tensors, path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def as_bin(spoil: Callable[[Path], object]) -> Callable[[Path], object]:
    def spoilt(folder: Path) -> None:
        pickle_weights(folder)
        spoil(sorted(folder.glob("*.bin"))[1])

    return spoilt


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no weights": (lambda f: [path.unlink() for path in f.glob("model*")], "holds no weights"),
    "shard gone": (lambda f: next(f.glob("*.safetensors")).unlink(), "is missing"),
    "shard cut": (lambda f: cut(next(f.glob("*.safetensors"))), "is damaged"),
    "index cut": (lambda f: cut(f / SAFETENSORS_INDEX), "cannot be read"),
    "pickle cut": (as_bin(cut), "is damaged"),
    "pickle is a page": (as_bin(lambda path: path.write_text("<html>404</html>")), "is"),
    "pickle is code": (as_bin(lambda path: torch.save({"a": Trap(path.parent / "ran")}, path)), "is refused"),
    "pickle is a list": (as_bin(lambda path: torch.save([torch.ones(1)], path)), "no table of tensors"),
    "pickle gone": (as_bin(lambda path: path.unlink()), "is missing"),
    "bin index points away": (
        as_bin(lambda path: (path.parent / BIN_INDEX).write_text('{"weight_map": {"a": "../x.bin"}}')), "outside",
    ),
    "tensor missing": (lambda f: drop(f, "model.norm.weight"), "1 tensors are missing, first language_model"),
    "tensor surplus": (lambda f: add(f, {"model.mm_projector.weight": torch.ones(2)}), "belong to no part"),
    "tensor misshapen": (lambda f: add(f, {"model.norm.weight": torch.ones(7)}), "wrong shape"),
    "branch missing": (lambda f: drop(f, "model.llama_proj.bias"), "are missing, first video.projection.bias"),
    "heads do not divide": (lambda f: change_config(f, num_attention_heads=7), "describes no model"),
    "width is a word": (lambda f: change_config(f, num_hidden_layers="many"), "no model"),
    "other features": (lambda f: change_config(f, mm_vision_select_feature="cls_patch"), "mm_vision_select_feature"),
    "config is a list": (lambda f: (f / "config.json").write_text("[]"), "does not describe a model"),
    "clip gone": (lambda f: shutil.rmtree(f.parent / CLIP_NAME), "lacks its picture encoder"),
    "clip without weights": (
        lambda f: [path.unlink() for path in (f.parent / CLIP_NAME).glob("model*")], "holds no weights",
    ),
    "clip of another size": (
        lambda f: change_config(f.parent / CLIP_NAME, vision_config={"hidden_size": 48}), "wrong shape",
    ),
    "clip describes nothing": (lambda f: change_config(f.parent / CLIP_NAME, vision_config=7), "describes no CLIP"),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_one_clear_line(folder: Path, what: str) -> None:
    spoil, words = DAMAGE[what]
    spoil(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    message = str(caught.value)
    assert words in message and "\n" not in message
    assert not (folder / "ran").exists()


def test_the_bundled_model_is_none_of_this() -> None:
    assert family_of(bundled("ckpt/mini")) == "groundlabel_groundinggpt"
