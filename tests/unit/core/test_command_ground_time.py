"""`ground` on videos and sounds: what is passed on, what makes no sense, what is printed and drawn."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import ground
from core.errors import Cancelled
from core.grounding import registry
from core.jobs import JobContext
from core.media import read_image
from core.schema import Answer, MediaSource, Query
from tests.fakes_commands import CommandLine, make_command_line
from tests.fakes_grounder import answer_by_the_letter
from tests.fakes_media import Recipe, beep, write_sound, write_video


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    line = make_command_line(monkeypatch, capsys, ground)
    line.grounder.kinds = frozenset({"image", "video", "audio"})
    return line


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "видео.mp4", Recipe(frames=90, with_sound=True))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "beep.wav", beep(3.0, 16000, 1.0), 16000, "pcm_s16le")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("RGB", (200, 100), "grey").save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_json_of_spans(line: CommandLine, video: Path) -> None:
    assert line.run("ground", video, "2 claps", "no bark", "--json") == 0
    result = line.json
    assert (result["kind"], result["width"], result["height"]) == ("video", 128, 64)
    assert result["duration_s"] == pytest.approx(3.0, abs=0.1)
    claps, bark = result["results"]
    assert claps["proposals"][1] == {
        "box_xyxy": None,
        "time_s": None,
        "segment_s": [2.5, 3.5],
        "precision_s": 0.25,
        "score": 0.8,
        "sense": "see",
        "method": "decoded",
    }
    assert (bark["present"], bark["proposals"]) == (False, [])


def test_json_of_a_frame(line: CommandLine, video: Path) -> None:
    assert line.run("ground", video, "cup", "--frame", "1.25", "--json") == 0
    (proposal,) = line.json["results"][0]["proposals"]
    assert (proposal["time_s"], proposal["segment_s"]) == (1.25, None)
    assert proposal["box_xyxy"] == [0.0, 16.0, 128.0, 48.0]


def test_options_reach_the_question(line: CommandLine, video: Path, sound: Path, photo: Path) -> None:
    assert line.run("ground", video, "cup", "--window", "0.5", "2", "--sense", "hear", "--refine") == 0
    query = line.grounder.queries[-1]
    assert (query.window_s, query.sense, query.refine, query.at_s) == ((0.5, 2.0), "hear", True, None)
    assert line.run("ground", photo, "cup", "--with", sound) == 0
    assert line.grounder.media[-1].sound == str(sound)


@pytest.mark.parametrize(
    ("medium", "options", "complaint"),
    [
        ("video", ["--frame", "1", "--window", "0", "1"], "exclude each other"),
        ("video", ["--frame", "1", "--refine"], "--refine makes no sense with --frame"),
        ("video", ["--frame", "1", "--sense", "hear"], "cannot be heard"),
        ("video", ["--frame", "nan"], "no number of seconds"),
        ("video", ["--window", "2", "1"], "has no length"),
        ("photo", ["--frame", "1"], "--frame is for videos and sounds"),
        ("photo", ["--window", "1", "2"], "--window is for videos and sounds"),
        ("photo", ["--refine"], "--refine is for videos and sounds"),
        ("photo", ["--sense", "hear"], "It is a picture"),
        ("photo", ["--sense", "both"], "It is a picture"),
        ("sound", ["--frame", "1"], "--frame is for videos"),
        ("photo", ["--with", "beep.wav", "--sense", "hear"], "together"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    line: CommandLine, medium: str, options: list[str], complaint: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    for name in ("sound", "photo"):
        request.getfixturevalue(name)
    options = [str(tmp_path / word) if word == "beep.wav" else word for word in options]
    assert line.run("ground", request.getfixturevalue(medium), "cup", *options) == 2
    assert (line.out, line.err.count("\n")) == ("", 1)
    assert complaint in line.err
    assert line.grounder.asked == []


def test_what_does_not_fit_the_file_is_a_users_error(
    line: CommandLine, video: Path, sound: Path, photo: Path, tmp_path: Path
) -> None:
    for arguments, complaint in (
        ([video, "cup", "--with", sound], "It is no picture"),
        ([photo, "cup", "--with", photo], "holds no sound"),
        ([photo, "cup", "--with", tmp_path / "absent.wav"], "There is no file"),
        ([sound, "cup", "--picture", tmp_path / "out.png"], "Nothing can be drawn of a sound"),
    ):
        assert line.run("ground", *arguments) == 1
        assert (line.out, line.err.count("\n")) == ("", 1)
        assert complaint in line.err
    line.grounder.kinds = frozenset({"image"})
    assert line.run("ground", photo, "cup", "--with", sound) == 1
    assert "does not know both pictures and sounds" in line.err
    assert line.run("ground", video, "cup") == 1
    assert "It is a video" in line.err
    assert line.run("ground", video, "cup", "--frame", "1") == 0


def test_table_of_spans(line: CommandLine, video: Path) -> None:
    assert line.run("ground", video, "2 claps", "no bark") == 0
    head, titles, first, second, absent = line.out.splitlines()
    assert "128 x 64" in head
    assert titles.split() == ["expression", "score", "sense", "start", "end", "±"]
    assert first.split() == ["2", "claps", "0.90", "see", "0.50", "s", "1.50", "s", "0.25", "s"]
    assert second.split()[2:4] == ["0.80", "see"]
    assert "not present (presence 0.75)" in absent


def test_picture_of_a_frame_and_of_a_span(line: CommandLine, video: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert line.run("ground", video, "cup", "--frame", "1", "--picture", out) == 0
    assert read_image(out).rgb.shape[:2] == (256, 512)
    frame = read_image(out).rgb
    assert line.run("ground", video, "clap", "--picture", out) == 0
    span = read_image(out).rgb
    assert span.shape == frame.shape
    assert (np.abs(span.astype(int) - frame).mean(axis=2) > 60).mean() > 0.01  # captions, and a box only in one
    assert line.run("ground", video, "no clap", "--picture", out) == 0
    assert read_image(out).rgb.shape == frame.shape


def test_the_model_follows_the_medium(
    line: CommandLine, video: Path, sound: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {"mini": Path("mini"), "mini-time": Path("mini-time")}
    monkeypatch.setattr(registry, "model_folders", lambda: folders)
    assert [registry.default_model(kind) for kind in ("image", "video", "audio")] == ["mini", "mini-time", "mini-time"]
    del folders["mini-time"]
    assert registry.default_model("video") == "mini"


def test_what_was_found_is_shown_when_it_is_stopped(
    line: CommandLine, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        context.progress(1, 9, "windows", (answer_by_the_letter(queries[0], media),))
        raise Cancelled("stopped")
        yield

    monkeypatch.setattr(line.grounder, "ground", stopped)
    assert line.run("ground", sound, "beep") == 130
    assert "stopped; found so far:" in line.out
    assert "0.50 s" in line.out
    assert line.run("ground", sound, "beep", "--json") == 130
    assert line.out == ""
