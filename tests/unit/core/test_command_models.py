"""`models`: real folders, real hashes; through the command line. How they are downloaded is tested beside this."""

from __future__ import annotations

import json
import pickle
import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from core.errors import ModelError
from core.files import bundled
from core.grounding.catalogue import catalogue
from core.grounding.registry import find_model, model_folders
from tests.fakes_models import CONFIG, Line, model_line, write_checkpoint


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    return model_line(capsys, monkeypatch, aside="process_of_its_own" in request.fixturenames)


@pytest.fixture
def process_of_its_own() -> None:
    """Weights are read as they are for people."""


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path / "my-model")


# --- add, verify, remove --------------------------------------------------------------------------


def test_an_added_folder_is_a_copy_that_can_be_verified_and_removed(
    line: Line, checkpoint: Path, groundlabel_home: Path
) -> None:
    (checkpoint / ".git").mkdir()
    (checkpoint / ".git" / "HEAD").write_text("ref")
    added = line.json("add", checkpoint)
    folder = groundlabel_home / "models" / "my-model"
    assert (added["name"], added["path"], added["linked"], added["files"]) == ("my-model", str(folder), False, 2)
    shutil.rmtree(checkpoint)
    assert find_model("my-model").folder == folder
    assert line.json("verify", "my-model")["files"] == [
        {"path": "config.json", "state": "ok"},
        {"path": "model.safetensors", "state": "ok"},
    ]
    assert "--yes" in line.fails("remove", "my-model")
    assert folder.exists()
    assert line.json("remove", "my-model", "--yes")["removed"] is True
    assert not folder.exists()
    assert "no model 'my-model'" in line.fails("verify", "my-model")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_linked_folder_stays_where_it_is(line: Line, checkpoint: Path, groundlabel_home: Path) -> None:
    added = line.json("add", checkpoint, "--link", "--name", "linked.one")
    assert added["linked"] is True
    assert find_model("linked.one").family == "grounding-dino"
    assert line.json("verify", "linked.one")["ok"] is True
    shutil.move(checkpoint, checkpoint.with_name("elsewhere"))
    gone = next(one for one in line.json("list")["models"] if one["name"] == "linked.one")
    assert "gone" in gone["problem"]
    line.json("remove", "linked.one", "--yes")
    assert (checkpoint.with_name("elsewhere") / "config.json").exists()


def test_names_are_taken_once_and_stay_in_the_folder(line: Line, checkpoint: Path) -> None:
    line.json("add", checkpoint)
    assert "already" in line.fails("add", checkpoint)
    assert "already" in line.fails("add", checkpoint, "--name", "mini")
    for name in ("../evil", ".hidden", "a/b", "con"):
        line.fails("add", checkpoint, "--name", name)
        line.fails("remove", name, "--yes")
    assert "not yours" in line.fails("remove", "mini", "--yes")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


UNFIT = {
    "no config": lambda folder: (folder / "config.json").unlink(),
    "unknown family": lambda folder: (folder / "config.json").write_text('{"model_type": "resnet"}'),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
    "weights cut": lambda folder: _cut(folder / "model.safetensors"),
    "weights empty": lambda folder: (folder / "model.safetensors").write_bytes(b""),
    "weights are a pointer": lambda folder: (folder / "model.safetensors").write_text("version https://git-lfs"),
    "absurd header": lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 64),
    "index points outside": lambda folder: (folder / "model.safetensors.index.json").write_text(
        '{"weight_map": {"a": "../../secret.safetensors"}}'
    ),
    "shard missing": lambda folder: (folder / "model.safetensors.index.json").write_text(
        '{"weight_map": {"a": "model-00001-of-00001.safetensors"}}'
    ),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_is_no_model_is_not_taken_in(line: Line, checkpoint: Path, what: str) -> None:
    UNFIT[what](checkpoint)
    line.fails("add", checkpoint)
    line.fails("add", checkpoint, "--link")
    assert "my-model" not in model_folders()


def test_a_part_of_other_models_is_kept_listed_and_never_a_model(line: Line, checkpoint: Path) -> None:
    (checkpoint / "config.json").write_text('{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}')
    line.json("add", checkpoint, "--name", "vicuna-7b-v1.5")
    (entry,) = [one for one in line.json("list")["models"] if one["name"] == "vicuna-7b-v1.5"]
    assert (entry["state"], entry["family"], entry["problem"]) == ("installed", None, None)
    assert "vicuna-7b-v1.5" not in model_folders()
    with pytest.raises(ModelError, match="a part of other models"):
        find_model("vicuna-7b-v1.5")


def test_stage_1_is_not_begun_before_the_licences_are_accepted(line: Line, tmp_path: Path) -> None:
    assert "licences of groundinggpt-7b" in line.fails("assemble", "--out", tmp_path / "out")
    message = line.fails("assemble", "--out", tmp_path / "out", "--vicuna", tmp_path / "x", "--accept-licence")
    assert "Vicuna's folder is missing" in message and not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert "is not empty" in line.fails("assemble", "--out", tmp_path / "full")


def test_verify_says_what_changed(line: Line, checkpoint: Path, groundlabel_home: Path) -> None:
    line.json("add", checkpoint)
    weights = groundlabel_home / "models" / "my-model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    assert "model.safetensors (changed)" in line.fails("verify", "my-model")
    assert line.run("verify", "my-model", "--json") == 1
    assert json.loads(line.out)["ok"] is False
    weights.unlink()
    assert "model.safetensors (missing)" in line.fails("verify", "my-model")


def test_a_model_without_a_record_is_looked_at_and_said_so(
    line: Line, checkpoint: Path, groundlabel_home: Path
) -> None:
    (groundlabel_home / "models").mkdir(parents=True)
    shutil.copytree(checkpoint, groundlabel_home / "models" / "by-hand")
    assert line.run("verify", "by-hand", "--json") == 3
    found = json.loads(line.out)
    assert (found["recorded"], found["ok"]) == (False, True)


@pytest.mark.parametrize("name", ["mini", "mini-time"])
def test_a_bundled_model_is_as_it_was_released(line: Line, name: str) -> None:
    found = line.json("verify", name)
    assert (found["recorded"], found["ok"]) == (True, True)
    unrecorded = {one["path"] for one in found["files"] if one["state"] != "ok"}
    assert unrecorded == {"README.md", "examination.json"}  # what is written about it


def test_a_byte_of_a_bundled_model_that_changed_is_told(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bundled("ckpt/mini"), tmp_path / "ckpt" / "mini")
    monkeypatch.setattr("core.grounding.registry.bundled", lambda relative: tmp_path / relative)
    monkeypatch.setattr("core.workflows.models.bundled", lambda relative: tmp_path / relative)
    weights = next((tmp_path / "ckpt" / "mini").glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert f"{weights.name} (changed). Install GroundLabel again" in line.fails("verify", "mini")
    (tmp_path / "ckpt" / "mini" / "SHA256SUMS").write_text("nothing of the kind\n")
    assert "SHA256SUMS cannot be read" in line.fails("verify", "mini")


# --- convert --------------------------------------------------------------------------------------


class Trap:
    """What runs when a pickle is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def pickled(checkpoint: Path) -> Path:
    """The checkpoint's weights in two pickled shards: tied, of several types, one of no size."""
    (checkpoint / "model.safetensors").unlink()
    shared = torch.arange(12.0).reshape(3, 4)
    first = {"a": shared, "tied": shared, "view": shared.t()}
    second = {"half": torch.ones(5, dtype=torch.bfloat16), "count": torch.tensor(7), "none": torch.zeros(0, 3)}
    weight_map = {}
    for number, shard in enumerate((first, second), 1):
        name = f"pytorch_model-{number:05d}-of-00002.bin"
        torch.save(shard, checkpoint / name)
        weight_map |= dict.fromkeys(shard, name)
    (checkpoint / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return checkpoint


def read_all(folder: Path) -> dict[str, torch.Tensor]:
    return {name: tensor for path in sorted(folder.glob("*.safetensors")) for name, tensor in load_file(path).items()}


def test_pickled_shards_become_safetensors_once(line: Line, pickled: Path, tmp_path: Path) -> None:
    line.json("add", pickled)
    done = line.json("convert", "my-model")
    assert done["files"] == [
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
    ]
    stored = read_all(Path(done["out"]))
    assert stored["a"].tolist() == stored["tied"].tolist() == torch.arange(12.0).reshape(3, 4).tolist()
    assert stored["view"].tolist() == stored["a"].t().tolist()
    assert (stored["half"].dtype, int(stored["count"]), tuple(stored["none"].shape)) == (torch.bfloat16, 7, (0, 3))
    assert line.json("verify", "my-model")["ok"] is True
    assert line.json("convert", "my-model")["files"] == []


@pytest.mark.usefixtures("process_of_its_own")
def test_a_folder_of_ones_own_is_converted_elsewhere_and_left_alone(line: Line, pickled: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in pickled.iterdir()}
    out = tmp_path / "out" / "converted"
    line.json("convert", pickled, "--out", out)
    assert {path.name: path.read_bytes() for path in pickled.iterdir()} == before
    assert (out / "config.json").read_text() == CONFIG
    assert not [path for path in out.iterdir() if path.name.startswith(".") or path.suffix == ".bin"]
    assert "not empty" in line.fails("convert", pickled, "--out", out)


@pytest.mark.parametrize("new_format", [True, False])
def test_a_malicious_pickle_is_refused_and_nothing_of_it_runs(
    line: Line, pickled: Path, tmp_path: Path, new_format: bool
) -> None:
    sprung = tmp_path / "sprung"
    trap = {"a": torch.ones(2), "tied": Trap(sprung)}
    torch.save(trap, pickled / "pytorch_model-00001-of-00002.bin", _use_new_zipfile_serialization=new_format)
    for arguments in (("add", pickled), ("convert", pickled), ("convert", pickled, "--out", tmp_path / "out")):
        assert "refused" in line.fails(*arguments)
    assert not sprung.exists()
    assert not list(pickled.glob("*.safetensors"))
    assert not (pickled / ".converting").exists()
    assert "my-model" not in model_folders()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a checkpoint", pickle.dumps([1, 2]), pickle.dumps({"a": 1}), b"PK\x03\x04" + b"\0" * 100],
    ids=["empty", "text", "a list", "numbers", "a broken archive"],
)
def test_other_broken_pickles_are_one_line(line: Line, pickled: Path, content: bytes) -> None:
    (pickled / "pytorch_model-00002-of-00002.bin").write_bytes(content)
    line.fails("convert", pickled)
    assert not list(pickled.glob("*.safetensors"))


def test_a_tensor_that_the_index_promises_and_no_file_holds(line: Line, pickled: Path) -> None:
    torch.save({"half": torch.ones(5)}, pickled / "pytorch_model-00002-of-00002.bin")
    assert "missing" in line.fails("convert", pickled)


# --- the command ----------------------------------------------------------------------------------


def test_the_list_for_people_names_everything(line: Line) -> None:
    assert line.run("list") == 0
    for name in ("mini", *catalogue()):
        assert name in line.out
    assert "bundled" in line.out


def test_an_unknown_action_is_wrong_usage(line: Line) -> None:
    assert line.run("paint") == 2
    assert line.run() == 2
