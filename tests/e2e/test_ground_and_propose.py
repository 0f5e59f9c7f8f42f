"""`main.py ground` and `propose` as real processes: exit codes, clean streams, nothing lost when killed."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from core.files import bundled
from core.geometry import iou
from core.workflows.sample import load_sample

ROOT = Path(__file__).resolve().parents[2]
FAKE_MODEL = "tests/e2e/fake_model_command_line.py"


@pytest.fixture
def mini() -> None:
    assert (bundled("ckpt/mini") / "config.json").is_file()


def start(*arguments: object, program: str = "main.py") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, program, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )


def run(*arguments: object, program: str = "main.py") -> tuple[int, str, str]:
    process = start(*arguments, program=program)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


@pytest.mark.parametrize("command", ["ground", "propose", "evaluate"])
def test_a_users_error_is_one_line_and_1(tmp_path: Path, command: str) -> None:
    arguments = [tmp_path / "absent.groundlabel"] + ([] if command == "evaluate" else ["cup"])
    code, out, err = run(command, *arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("GroundLabel: ")
    assert "absent.groundlabel" in err


def test_a_checkpoint_that_cannot_be_loaded_is_one_line(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "x.png")
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "config.json").write_text('{"model_type": "groundlabel_groundinggpt"}')
    code, out, err = run("ground", tmp_path / "x.png", "cup", "--model", tmp_path / "spoilt")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("mini")
def test_the_bundled_model_answers_about_the_sample(tmp_path: Path) -> None:
    sample = load_sample()
    picture = next(picture for picture in sample.pictures if picture.file == "four-shapes.png")
    truths = {text: boxes for text, boxes in picture.boxes_xyxy.items() if len(boxes) == 1}
    code, out, err = run("ground", sample.folder / picture.file, *truths, "--json", "--picture", tmp_path / "out.png")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert [answer["expression"] for answer in result["results"]] == list(truths)
    right = sum(
        bool(answer["proposals"])
        and iou(tuple(answer["proposals"][0]["box_xyxy"]), truths[answer["expression"]][0]) >= 0.5
        for answer in result["results"]
    )
    assert right >= len(truths) / 2
    with Image.open(tmp_path / "out.png") as drawn:
        assert drawn.size == picture.size_wh


@pytest.mark.usefixtures("mini")
def test_a_truncated_photograph_is_answered_with_a_warning(tmp_path: Path) -> None:
    data = (load_sample().folder / "meadow.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(data[: len(data) * 2 // 3])
    code, out, err = run("ground", tmp_path / "cut.jpg", "red circle", "--json")
    assert (code, err) == (0, "")
    assert "cut.jpg is damaged or cut short" in json.loads(out)["warnings"][0]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd_open")
def test_a_killed_run_keeps_its_answers_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for number in range(60):
        Image.new("RGB", (32, 32), (number, 0, 0)).save(tmp_path / "pictures" / f"{number:02}.png")
    words = "cup " + "and so on " * 300  # so long that the run has to wait for a reader before it is through
    arguments = ("propose", tmp_path / "pictures", words, "--into", tmp_path / "p.groundlabel", "--json")
    process = start(*arguments, program=FAKE_MODEL)
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    children = [os.pidfd_open(pid) for pid in children_of(process.pid)]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for child in children:  # the model's process does not outlive its parent
        assert select.select([child], [], [], 60)[0] == [child]
        os.close(child)

    assert (first["event"], children != []) == ("answered", True)
    code, out, err = run(*arguments, program=FAKE_MODEL)
    events = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert events[0] == {"event": "already", "media": first["media"], "model": "fake-0123", "expressions": [words]}
    assert events[-1]["already"] + events[-1]["answered"] == 60
    assert events[-1]["answered"] > 0


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]
