"""`models download`: from a hub on 127.0.0.1, with real hashes, cut lines and licences; through the command line."""

from __future__ import annotations

import io
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from core.errors import Cancelled, ModelError
from core.grounding import downloads
from core.grounding.catalogue import catalogue
from core.grounding.registry import find_model, model_folders
from core.jobs import JobContext, Progress
from core.workflows import model_arrivals
from tests.fakes_hub import COMMIT, FakeHub, serving
from tests.fakes_models import CONFIG, TINY, Line, model_line, write_checkpoint

REPOSITORY = "IDEA-Research/grounding-dino-tiny"


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    return model_line(capsys, monkeypatch)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path / "my-model")


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
        model_arrivals.download(TINY, JobContext(token, stop_at_the_weights))
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
