"""Checkpoints on disk: they come back as they were saved, and every kind of damage is one clear error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import ModelError
from core.files import bundled
from core.grounding.groundinggpt.checkpoint import load_model, save_checkpoint, shard_paths, weights_hash
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from tests.fakes_network import network_config, random_network, small_tokenizer

SHARD_LIMIT = 15_000_000
INDEX = "model.safetensors.index.json"
CONFIG = "config.json"


@pytest.fixture(scope="module")
def network() -> GroundingGPT:
    return random_network(network_config(small_tokenizer().get_vocab_size()))


@pytest.fixture
def folder(tmp_path: Path, network: GroundingGPT) -> Path:
    save_checkpoint(tmp_path / "saved", network, small_tokenizer(), torch.float32)
    return tmp_path / "saved"


def test_what_was_saved_comes_back(folder: Path, network: GroundingGPT) -> None:
    loaded = load_model(folder)
    assert loaded.config == network.config
    for name, tensor in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name
    processor = Processor.load(folder, loaded.config)
    asked = processor.question_ids("the red circle")
    assert asked == Processor(network.config, small_tokenizer()).question_ids("the red circle")


def test_half_precision_is_close_and_half_as_large(tmp_path: Path, folder: Path, network: GroundingGPT) -> None:
    save_checkpoint(tmp_path / "half", network, small_tokenizer())
    loaded = load_model(tmp_path / "half").state_dict()
    for name, tensor in network.state_dict().items():
        torch.testing.assert_close(loaded[name], tensor, atol=1e-3, rtol=1e-3)
    full, half = (sum(p.stat().st_size for p in shard_paths(f)) for f in (folder, tmp_path / "half"))
    assert half < 0.6 * full


def test_saving_again_leaves_nothing_of_the_old_one(folder: Path) -> None:
    (folder / "model-00002-of-00002.safetensors").write_bytes(b"from an older save")
    other = random_network(network_config(small_tokenizer().get_vocab_size()), seed=1)
    before = weights_hash(folder)
    save_checkpoint(folder, other, small_tokenizer(), torch.float32)
    assert {path.name for path in folder.glob("*.safetensors")} == {path.name for path in shard_paths(folder)}
    assert weights_hash(folder) != before, "other weights are another model"


def test_shards_stay_under_15_mb(tmp_path: Path) -> None:
    large = random_network(network_config(420, width=512, layers=4))
    save_checkpoint(tmp_path / "large", large, small_tokenizer(), torch.float32)
    paths = shard_paths(tmp_path / "large")
    assert len(paths) >= 3
    assert all(path.stat().st_size <= SHARD_LIMIT for path in paths)
    loaded = load_model(tmp_path / "large").state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in large.state_dict().items())


def test_the_bundled_checkpoint_keeps_its_limits() -> None:
    paths = shard_paths(bundled("ckpt/mini"))
    assert all(path.stat().st_size <= SHARD_LIMIT for path in paths)
    assert sum(path.stat().st_size for path in paths) <= 24_000_000


# --- damage ------------------------------------------------------------------------------------


def _tensors(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    (path,) = shard_paths(folder)
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)


def _json(path: Path, change: Callable[[dict], object]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def _truncate(folder: Path) -> None:
    (path,) = shard_paths(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _point_to(folder: Path, name: str) -> None:
    def change(index: dict) -> None:
        index["weight_map"] = dict.fromkeys(index["weight_map"], name)

    (folder.parent / "x").write_bytes(b"not ours")
    _json(folder / INDEX, change)


NORM = "language_model.model.norm.weight"
DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated shard": (_truncate, "damaged"),
    "empty shard": (lambda f: shard_paths(f)[0].write_bytes(b""), "damaged"),
    "missing shard": (lambda f: shard_paths(f)[0].unlink(), "incomplete"),
    "no weights": (lambda f: (shard_paths(f)[0].unlink(), (f / INDEX).unlink()), "holds no weights"),
    "missing tensor": (lambda f: _tensors(f, lambda t: t.pop(NORM)), "are missing"),
    "surplus tensor": (lambda f: _tensors(f, lambda t: t.update(extra=torch.zeros(2))), "belong to no part"),
    "wrong shape": (lambda f: _tensors(f, lambda t: t.update({NORM: torch.zeros(3)})), "wrong shape"),
    "index is no JSON": (lambda f: (f / INDEX).write_text("{"), "cannot be read"),
    "index is a list": (lambda f: (f / INDEX).write_text("[1]"), "cannot be read"),
    "index without map": (lambda f: (f / INDEX).write_text("{}"), "cannot be read"),
    "index points to the parent": (lambda f: _point_to(f, "../x"), "outside"),
    "index points anywhere": (lambda f: _point_to(f, str(f.parent / "x")), "outside"),
    "config is no JSON": (lambda f: (f / CONFIG).write_text("{oops"), "does not describe a model"),
    "config is a number": (lambda f: (f / CONFIG).write_text("7"), "does not describe a model"),
    "config is not text": (lambda f: (f / CONFIG).write_bytes(b"\xff\xfe\x00"), "does not describe a model"),
    "config is gone": (lambda f: (f / CONFIG).unlink(), "does not describe a model"),
    "config lacks the prompt": (lambda f: _json(f / CONFIG, lambda c: c.pop("prompt")), "does not describe a model"),
    "config knows too much": (lambda f: _json(f / CONFIG, lambda c: c.update(colour="red")), "does not describe"),
    "vision is a list": (lambda f: _json(f / CONFIG, lambda c: c.update(vision=[1])), "describes no model"),
    "width is a word": (lambda f: _json(f / CONFIG, lambda c: c["text"].update(hidden_size="wide")), "no model"),
    "width is negative": (lambda f: _json(f / CONFIG, lambda c: c["text"].update(hidden_size=-32)), "no model"),
    "heads do not divide": (lambda f: _json(f / CONFIG, lambda c: c["vision"].update(hidden_size=33)), "no model"),
    "no heads": (lambda f: _json(f / CONFIG, lambda c: c["text"].update(num_attention_heads=0)), "no model"),
    "other width": (lambda f: _json(f / CONFIG, lambda c: c["text"].update(intermediate_size=48)), "wrong shape"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_one_clear_error(folder: Path, what: str) -> None:
    spoil, words = DAMAGE[what]
    spoil(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    message = str(caught.value)
    assert words in message
    assert str(folder) in message, "it says which checkpoint"
    assert "\n" not in message


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text(""),
        lambda path: path.write_text("{}"),
        lambda path: path.write_text('{"model": {"type": "Nonsense"}}'),
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
        lambda path: path.write_text(path.read_text().replace('"<im_patch>"', '"<im_potch>"')),
        lambda path: path.write_text(path.read_text()[:-200]),
    ],
    ids=["gone", "empty", "no model", "unknown kind", "not text", "without its media token", "cut off"],
)
def test_a_broken_tokenizer_is_one_clear_error(folder: Path, spoil: Callable[[Path], object]) -> None:
    spoil(folder / "tokenizer.json")
    with pytest.raises(ModelError) as caught:
        Processor.load(folder, GroundingGPTConfig.load(folder))
    assert "\n" not in str(caught.value)
