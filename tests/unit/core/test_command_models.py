"""`models`: real downloads from a hub on 127.0.0.1, real folders, real hashes; through the command line."""

from __future__ import annotations

import importlib
import io
import json
import os
import pickle
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import pytest
import torch
from safetensors.torch import load_file, save_file

from core import commands
from core.errors import Cancelled, ModelError
from core.grounding import downloads
from core.grounding.catalogue import catalogue
from core.grounding.registry import find_model, model_folders
from core.jobs import JobContext, Progress
from core.workflows import models
from tests.fakes_hub import COMMIT, FakeHub, serving

TINY = "grounding-dino-tiny"
REPOSITORY = "IDEA-Research/grounding-dino-tiny"
CONFIG = json.dumps({"model_type": "grounding-dino"})


@dataclass
class Line:
    """`run("list")` gives the exit code of `models list`; what was printed stands in `out` and `err`."""

    capture: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def run(self, *arguments: object) -> int:
        self.capture.readouterr()
        code = commands.main(["models", *map(str, arguments)])
        self.out, self.err = self.capture.readouterr()
        return code

    def fails(self, *arguments: object) -> str:
        """Run what must end as a user's error: one line on stderr, which is returned."""
        assert self.run(*arguments) == 1
        assert self.err.startswith("GroundLabel: ")
        assert self.err.count("\n") == 1
        return self.err

    def json(self, *arguments: object) -> dict:
        """Run what must succeed, with `--json`."""
        assert self.run(*arguments, "--json") == 0, self.err
        assert self.err == ""
        return json.loads(self.out)


def run_here(job: str, *arguments: object, context: JobContext) -> object:
    """The job itself, in this process, which has torch already; see test_grounding_aside for the process of its own."""
    module, function = job.split(":")
    return getattr(importlib.import_module(module), function)(*arguments, context=context)


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)  # it lasts as long as the process, tests do not
    monkeypatch.setattr(downloads, "BACKOFF_S", 0.0)
    if "process_of_its_own" not in request.fixturenames:
        monkeypatch.setattr("core.workflows.models.run_aside", run_here)
        monkeypatch.setattr("core.workflows.assembling.run_aside", run_here)
    return Line(capsys)


@pytest.fixture
def process_of_its_own() -> None:
    """Weights are read as they are for people: in a child that loads torch for it, which takes seconds."""


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """A folder that looks like a model as far as can be seen without loading it."""
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_text(CONFIG)
    save_file({"layer.weight": torch.arange(30_000, dtype=torch.float32)}, folder / "model.safetensors")
    return folder


@pytest.fixture
def hub(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    names = {"README.md": b"# hello", "pytorch_model.bin": b"older", "vocab.txt": b""}
    served = {path.name: path.read_bytes() for path in checkpoint.iterdir()}
    with serving(FakeHub({REPOSITORY: served | names | {"tokenizer.json": b"{}"}})) as hub:
        monkeypatch.setenv("GROUNDLABEL_HUB", hub.url)
        yield hub


def part_of(home: Path, name: str = "model.safetensors") -> Path:
    return home / "models" / ".unfinished" / TINY / f"{name}.part"


# --- download -------------------------------------------------------------------------------------


def test_nothing_is_fetched_before_the_licences_are_accepted(line: Line, hub: FakeHub) -> None:
    assert "Apache-2.0" in line.fails("download", TINY)
    assert "https://www.apache.org/licenses/LICENSE-2.0" in line.out
    line.fails("download", TINY, "--json")
    assert line.out == ""
    assert hub.requests == []


def test_a_downloaded_model_is_whole_recorded_and_needs_no_hub_again(
    line: Line, hub: FakeHub, checkpoint: Path, groundlabel_home: Path
) -> None:
    done = line.json("download", TINY, "--accept-licence")
    folder = groundlabel_home / "models" / TINY
    assert done["path"] == str(folder)
    assert done["revision"] == COMMIT
    assert [licence["name"] for licence in done["licences"]] == ["Apache-2.0"]
    came = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert came.keys() == {"config.json", "model.safetensors", "tokenizer.json", "vocab.txt"}  # no README, no .bin
    assert came["model.safetensors"] == (checkpoint / "model.safetensors").read_bytes()
    hub.requests.clear()
    assert find_model(TINY).folder == folder
    assert line.json("verify", TINY)["ok"] is True
    entry = next(one for one in line.json("list")["models"] if one["name"] == TINY)
    assert (entry["state"], entry["family"], entry["problem"]) == ("installed", "grounding-dino", None)
    assert entry["size_bytes"] == sum(map(len, came.values()))
    assert "already here" in line.fails("download", TINY)
    assert hub.requests == []


def test_the_accepted_licence_is_remembered(line: Line, hub: FakeHub) -> None:
    assert line.json("licence", TINY)["accepted"] is False
    assert line.json("licence", TINY, "--accept-licence")["accepted"] is True
    assert line.json("licence", TINY)["accepted"] is True
    assert line.json("download", TINY)["files"] == 4


def test_a_cut_connection_is_taken_up_where_it_broke(line: Line, hub: FakeHub, groundlabel_home: Path) -> None:
    hub.cuts["model.safetensors"] = [50_000, 0, 20_000]
    line.json("download", TINY, "--accept-licence")
    assert hub.asked("model.safetensors") == ["", "bytes=50000-", "bytes=50000-", "bytes=70000-"]
    assert line.json("verify", TINY)["ok"] is True


def test_a_line_that_never_holds_ends_and_a_later_start_goes_on(
    line: Line, hub: FakeHub, groundlabel_home: Path
) -> None:
    hub.cuts["model.safetensors"] = [50_000] + [0] * 20
    message = line.fails("download", TINY, "--accept-licence")
    assert "goes on where it stopped" in message
    assert part_of(groundlabel_home).stat().st_size == 50_000
    assert TINY not in model_folders()
    hub.cuts.clear()
    hub.requests.clear()
    line.json("download", TINY)
    assert hub.asked("model.safetensors") == ["bytes=50000-"]
    assert hub.asked("config.json") == []


def test_a_server_without_ranges_sends_all_again(line: Line, hub: FakeHub) -> None:
    hub.ranges = False
    hub.cuts["model.safetensors"] = [50_000]
    line.json("download", TINY, "--accept-licence")
    assert line.json("verify", TINY)["ok"] is True


@pytest.mark.parametrize("tells_hashes", [True, False])
def test_a_wrong_hash_leaves_nothing(line: Line, hub: FakeHub, groundlabel_home: Path, tells_hashes: bool) -> None:
    hub.tells_hashes = tells_hashes  # else they come from the headers of the redirect
    right = hub.files[REPOSITORY]["model.safetensors"]
    hub.lies["model.safetensors"] = right[:-1] + b"!"
    assert "not the file that was announced" in line.fails("download", TINY, "--accept-licence")
    assert not part_of(groundlabel_home).exists()
    assert TINY not in model_folders()


def test_small_files_are_checked_too(line: Line, hub: FakeHub) -> None:
    hub.lies["config.json"] = CONFIG.replace("dino", "dion").encode()
    assert "git hash" in line.fails("download", TINY, "--accept-licence")


def test_a_file_that_is_longer_than_announced_is_not_the_file(line: Line, hub: FakeHub) -> None:
    hub.lies["tokenizer.json"] = b"{}" + b" " * 10_000_000
    assert "longer than 2 bytes" in line.fails("download", TINY, "--accept-licence")


@pytest.mark.parametrize("length", [1000, 500_000])
def test_the_beginning_of_another_file_is_thrown_away(
    line: Line, hub: FakeHub, groundlabel_home: Path, length: int
) -> None:
    part = part_of(groundlabel_home)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * length)
    line.json("download", TINY, "--accept-licence")
    assert line.json("verify", TINY)["ok"] is True
    assert hub.asked("model.safetensors")[-1] == ""


def test_a_busy_server_is_asked_again_and_a_refusal_is_final(line: Line, hub: FakeHub) -> None:
    hub.refusals["model.safetensors"] = [503, 429]
    hub.refusals["tokenizer.json"] = [403]
    assert "403" in line.fails("download", TINY, "--accept-licence")
    line.json("download", TINY)
    assert len(hub.asked("model.safetensors")) == 3


def test_a_hub_that_is_not_there_is_one_line(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(FakeHub()) as gone:
        monkeypatch.setenv("GROUNDLABEL_HUB", gone.url)
        assert "404" in line.fails("download", TINY, "--accept-licence")
    assert "cannot be reached" in line.fails("download", TINY)
    assert "no model 'nonsense'" in line.fails("download", "nonsense")


def test_too_little_room_is_noticed_before_anything_comes(
    line: Line, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "free_bytes", lambda folder: 50_000_000)
    assert "not enough room" in line.fails("download", TINY, "--accept-licence")
    assert all(not path.startswith("/storage/") for _, path, _ in hub.requests)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_disk_that_fills_up_on_the_way_is_one_line(line: Line, hub: FakeHub, groundlabel_home: Path) -> None:
    part = part_of(groundlabel_home)
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    message = line.fails("download", TINY, "--accept-licence")
    assert os.strerror(28) in message
    assert "goes on where it stopped" in message


def test_names_that_leave_the_folder_are_no_files_of_the_model(
    line: Line, hub: FakeHub, groundlabel_home: Path
) -> None:
    hub.extra_names = ["../config.json", "/vocab.txt", "a\\..\\..\\config.json", "", "sub/../../vocab.txt"]
    line.json("download", TINY, "--accept-licence")
    assert {path.name for path in (groundlabel_home / "models").iterdir()} == {TINY, ".records", ".unfinished"}


def test_cancelling_keeps_what_came(line: Line, hub: FakeHub, groundlabel_home: Path) -> None:
    class Token:
        wanted = False

        def is_set(self) -> bool:
            return self.wanted

    token = Token()

    def stop_at_the_weights(progress: Progress) -> None:
        token.wanted = "model.safetensors" in progress.note

    hub.cuts["model.safetensors"] = [50_000]
    line.run("licence", TINY, "--accept-licence")
    with pytest.raises(Cancelled):
        models.download(TINY, JobContext(token, stop_at_the_weights))
    assert part_of(groundlabel_home, "config.json").with_suffix("").exists()
    assert TINY not in model_folders()
    line.json("download", TINY)


def test_a_safe_line_is_never_left_for_an_open_one() -> None:
    handler = downloads._Redirects()
    request = urllib.request.Request("https://hub.example/file")
    with pytest.raises(HTTPError, match="unencrypted"):
        handler.redirect_request(request, None, 302, "Found", {}, "http://storage.example/file")
    assert handler.redirect_request(request, None, 302, "Found", {}, "https://storage.example/file") is not None


def test_only_http_is_spoken(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unknown url type"):
        downloads.open_url((tmp_path / "secret").as_uri())


class Keyboard(io.StringIO):
    """Somebody who types, and reads what is written."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("yes\n", 0), ("\n", 1), ("no\n", 1), ("", 1)])
def test_the_licence_is_accepted_at_the_keyboard(
    line: Line, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    screen = Keyboard()
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))
    monkeypatch.setattr(sys, "stderr", screen)
    assert line.run("download", TINY) == code
    assert "Do you accept" in screen.getvalue()
    assert (TINY in model_folders()) == (code == 0)


# --- licences -------------------------------------------------------------------------------------


def test_groundinggpt_names_the_licences_of_its_parts(line: Line) -> None:
    names = [licence["name"] for licence in line.json("licence", "groundinggpt-7b")["licences"]]
    assert names == ["Apache-2.0", "Llama 2 Community License", "CC BY-NC-SA 4.0"]


def test_what_a_model_needs_comes_with_it(line: Line, hub: FakeHub, checkpoint: Path) -> None:
    weights = (checkpoint / "model.safetensors").read_bytes()
    hub.files["zwli/GroundingGPT"] = {
        "config.json": b'{"model_type": "anything"}', "model.safetensors": weights, "training_args.bin": b"a pickle",
        "older/config.json": b"{}",
    }  # fmt: skip
    hub.files["openai/clip-vit-large-patch14-336"] = {"config.json": b"{}", "model.safetensors": weights}
    message = line.fails("download", "groundinggpt-7b", "--json")
    assert all(name in message for name in ("Apache-2.0", "Llama 2", "CC BY-NC-SA"))
    done = line.json("download", "groundinggpt-7b", "--accept-licence")
    assert (done["files"], [one["name"] for one in done["with"]]) == (2, ["clip-vit-large-patch14-336"])
    states = {one["name"]: one["state"] for one in line.json("list")["models"]}
    assert states["groundinggpt-7b"] == states["clip-vit-large-patch14-336"] == "installed"


def test_a_repository_without_the_model_is_noticed_at_once(line: Line, hub: FakeHub) -> None:
    del hub.files[REPOSITORY]["config.json"]
    assert "does not hold" in line.fails("download", TINY, "--accept-licence")
    assert len(hub.requests) == 1


def test_models_with_terms_of_use_are_not_used_before_these_are_accepted(
    line: Line, checkpoint: Path, groundlabel_home: Path
) -> None:
    shutil.copytree(checkpoint, groundlabel_home / "models" / "groundinggpt-7b")
    with pytest.raises(ModelError, match="CC BY-NC-SA"):
        find_model("groundinggpt-7b")
    line.run("licence", "groundinggpt-7b", "--accept-licence")
    assert find_model("groundinggpt-7b").family == "grounding-dino"


def test_the_catalogue_knows_no_hash_that_nobody_measured() -> None:
    assert all(len(value) == 64 for model in catalogue().values() for _, value in model.sha256)
    assert {"grounding-dino-tiny", "grounding-dino-base", "groundinggpt-7b"} <= catalogue().keys()


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


def test_a_model_without_a_record_is_looked_at_and_said_so(line: Line) -> None:
    assert line.run("verify", "mini", "--json") == 3
    found = json.loads(line.out)
    assert (found["recorded"], found["ok"]) == (False, True)


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
