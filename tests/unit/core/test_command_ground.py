"""`ground`: the contract's object, one line per error, pictures that can be read."""

import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import ground
from core.media import read_image
from core.media.drawing import DrawnBox, draw_boxes
from tests.fakes_commands import CommandLine, make_command_line

RESULT_KEYS = ["expression", "present", "presence_score", "error", "proposals", "dropped", "raw_text", "seconds"]
PROPOSAL_KEYS = ["box_xyxy", "time_s", "segment_s", "precision_s", "score", "sense", "method"]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return make_command_line(monkeypatch, capsys, ground)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "数据 é.jpg"
    Image.new("RGB", (200, 100), "grey").save(path)
    return path


def test_json_is_the_contracts_object(line: CommandLine, photo: Path) -> None:
    assert line.run("ground", photo, "2 cups", "no cat", "--json") == 0
    assert line.err == ""
    result = line.json
    assert list(result) == ["media", "kind", "width", "height", "duration_s", "model", "warnings", "results"]
    assert (result["media"], result["kind"], result["width"], result["height"]) == (str(photo), "image", 200, 100)
    assert (result["duration_s"], result["model"], result["warnings"]) == (None, "fake-0123", [])
    cups, cat = result["results"]
    assert list(cups) == RESULT_KEYS
    assert list(cups["proposals"][0]) == PROPOSAL_KEYS
    assert (cups["expression"], cups["present"], cups["error"], cups["presence_score"]) == ("2 cups", True, None, 0.75)
    assert cups["proposals"][1] == {
        "box_xyxy": [100.0, 25.0, 200.0, 75.0],
        "time_s": None,
        "segment_s": None,
        "precision_s": None,
        "score": 0.8,
        "sense": "see",
        "method": "decoded",
    }
    assert (cat["present"], cat["proposals"]) == (False, [])


def test_an_answer_that_cannot_be_read_is_an_error_beside_good_ones(line: CommandLine, photo: Path) -> None:
    assert line.run("ground", photo, "garbled", "cup", "--json") == 3
    garbled, cup = line.json["results"]
    assert garbled["present"] is None
    assert garbled["raw_text"] == "[0.1, oops"
    assert garbled["error"]
    assert cup["present"] is True


def test_sizes_are_those_of_the_upright_picture(line: CommandLine, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 100)).save(tmp_path / "turned.jpg", exif=exif)
    line.run("ground", tmp_path / "turned.jpg", "cup", "--json")
    assert (line.json["width"], line.json["height"]) == (100, 200)


def test_table_for_people(line: CommandLine, photo: Path) -> None:
    assert line.run("ground", photo, "2 cups", "no cat") == 0
    assert "2 cups      0.80   100.0" in line.out
    assert "not present (presence 0.75)" in line.out


@pytest.mark.parametrize(
    ("name", "contents", "complaint"),
    [
        ("absent.jpg", None, "There is no file"),
        ("empty.jpg", b"", "is empty"),
        ("notes.jpg", b"some notes", "It holds text"),
        (".", None, "is a folder"),
    ],
)
def test_bad_media_are_one_line_and_ask_nobody(
    line: CommandLine, tmp_path: Path, name: str, contents: bytes | None, complaint: str
) -> None:
    if contents is not None:
        (tmp_path / name).write_bytes(contents)
    assert line.run("ground", tmp_path / name, "cup", "--json") == 1
    assert line.out == ""
    assert line.err.count("\n") == 1
    assert line.err.startswith("GroundLabel: ")
    assert complaint in line.err
    assert line.grounder.asked == []


def test_unknown_model_and_empty_expression(line: CommandLine, photo: Path) -> None:
    assert line.run("ground", photo, "cup", "--model", "nonsense") == 1
    assert "There is no model 'nonsense'" in line.err
    assert line.run("ground", photo, " ") == 1
    assert "An expression is empty" in line.err


def test_a_sound_is_refused_by_a_model_that_only_sees(line: CommandLine, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    assert line.run("ground", tmp_path / "a.wav", "cup") == 1
    assert "It is a sound, and the model fake answers for pictures" in line.err


def test_through_a_real_process_with_a_damaged_answer(
    line: CommandLine, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "open_grounder", line.open_process)
    assert line.run("ground", photo, "noise", "--json") == 0
    assert line.err == ""
    assert line.json["results"][0]["present"]
    assert line.run("ground", photo, "killed") == 1
    assert line.err.count("\n") == 1
    assert "stopped working" in line.err


@pytest.mark.parametrize(
    ("target", "complaint"),
    [("out.txt", "names no picture"), ("absent/out.png", "There is no folder"), ("数据 é.jpg", "is the medium itself")],
)
def test_a_picture_that_cannot_be_written_is_refused_before_asking(
    line: CommandLine, photo: Path, target: str, complaint: str
) -> None:
    before = photo.read_bytes()
    assert line.run("ground", photo, "cup", "--picture", photo.parent / target) == 1
    assert complaint in line.err
    assert line.grounder.asked == []
    assert photo.read_bytes() == before


def test_picture_shows_the_boxes(line: CommandLine, tmp_path: Path) -> None:
    Image.new("RGB", (800, 600), "white").save(tmp_path / "photo.png")
    assert line.run("ground", tmp_path / "photo.png", "cup", "--picture", tmp_path / "out.png") == 0
    drawn = read_image(tmp_path / "out.png").rgb
    assert drawn.shape == (600, 800, 3)
    assert tuple(drawn[450, 300]) == (0xD5, 0x5E, 0x00)  # the lower edge of the box
    assert tuple(drawn[300, 400]) == (255, 255, 255)  # its inside stays visible
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.png", "photo.png"]


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (16, 16), (9000, 40), (3000, 6000)])
def test_any_size_can_be_drawn_on(size: tuple[int, int]) -> None:
    rgb = np.full((size[1], size[0], 3), 200, dtype=np.uint8)
    boxes = [DrawnBox((0, 0, *size), "a very long expression about a thing " * 3, k) for k in range(30)]
    picture = draw_boxes(rgb, [*boxes, DrawnBox((-5, -5, 1e6, 1e6), "红色的杯子 0.93", 1)])
    assert 480 <= max(picture.size) <= 4096
    assert picture.getcolors(1) is None  # more than one colour
