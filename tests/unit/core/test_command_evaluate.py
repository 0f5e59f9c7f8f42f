"""`evaluate`: the contract's object out of projects and rows, the same figures from both."""

import json
from pathlib import Path

import pytest
from PIL import Image

from core.commands import evaluate
from core.media import probe_item
from core.project import Project, acts
from core.schema import Box, Change, MediaItem, Segment, SplitMark
from tests.fakes_commands import CommandLine, make_command_line
from tests.fakes_media import Recipe, write_video

KEYS = [
    *("model", "data", "n_queries", "boxes", "sets", "spans", "presence", "calibration"),
    *("by_expression", "by_medium", "seconds_per_query"),
]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return make_command_line(monkeypatch, capsys, evaluate)


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    """Two pictures of 40 x 20. On `a` the fake model finds the cup and both dogs; on `b` nothing it says is true."""
    path = tmp_path / "p.groundlabel"
    with Project.create(path, author="somebody") as project:
        a, b = project.add_media([picture(tmp_path, name) for name in ("a.png", "b.png")])
        project.apply(acts.draw(project, a.id, Box(0, 5, 40, 15), "cup"))
        project.apply(acts.draw(project, a.id, Box(0, 5, 20, 15), "2 dogs"))
        project.apply(acts.draw(project, a.id, Box(20, 5, 40, 15), "2 dogs"))
        project.apply(acts.not_present(project, a.id, "no cat"))
        project.apply(acts.draw(project, b.id, Box(0, 0, 5, 5), "cup"))
        project.apply(acts.not_present(project, b.id, "2 dogs"))
        project.apply(Change("split", (), (SplitMark(b.id, "val"),)))
    return path


def picture(folder: Path, name: str) -> MediaItem:
    Image.new("RGB", (40, 20), "grey").save(folder / name)
    return probe_item(folder / name, root="project", relative=name)


def rows_file(folder: Path) -> Path:
    """The same truths as rows of another tool: 0-1 of the padded square, no sizes."""

    def row(name: str, question: str, answer: str) -> dict[str, object]:
        turns = [{"from": "human", "value": f"<image>\n{question}"}, {"from": "gpt", "value": answer}]
        return {"id": f"{name}{question}", "image": name, "conversations": turns}

    rows = [
        row("a.png", "cup", "[0.000, 0.375, 1.000, 0.625]"),
        row("a.png", "2 dogs", "[0.000, 0.375, 0.500, 0.625], [0.500, 0.375, 1.000, 0.625]"),
        row("a.png", "no cat", "not present"),
        row("b.png", "cup", "[0.000, 0.250, 0.125, 0.375]"),
        row("b.png", "2 dogs", "not present"),
    ]
    path = folder / "rows.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_json_is_the_contracts_object(line: CommandLine, project_path: Path) -> None:
    assert line.run("evaluate", project_path, "--json") == 0
    assert line.err == ""
    result = line.json
    assert list(result) == KEYS
    assert (result["model"], result["data"], result["n_queries"]) == ("fake-0123", [str(project_path)], 5)
    assert result["boxes"] == {"n": 2, "acc50": 0.5, "acc75": 0.5, "miou": 0.5}
    # right: cup, two dogs; wrong: the cup on b, two dogs that are not there; missed: the cup on b
    assert result["sets"]["n"] == 5
    assert result["sets"]["precision50"] == 0.5
    assert result["sets"]["recall50"] == 0.75
    assert result["sets"]["f1_50"] == 0.6
    assert result["presence"] == {"n": 5, "accuracy": 0.8}
    assert result["by_expression"]["2 dogs"]["sets"]["precision50"] == 0.5
    assert result["by_medium"]["image"]["n_queries"] == 5
    assert result["seconds_per_query"] == 0.01


def test_rows_of_another_tool_give_the_same_figures(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    line.run("evaluate", project_path, "--json")
    of_project = line.json
    line.run("evaluate", rows_file(tmp_path), "--json")
    assert line.json | {"data": of_project["data"]} == of_project


def test_media_root_and_mixed_data(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    rows = rows_file(tmp_path).rename(elsewhere / "rows.json")
    assert line.run("evaluate", rows, project_path, "--media-root", tmp_path, "--json") == 0
    assert line.json["n_queries"] == 10
    report = tmp_path / "r.html"
    assert line.run("evaluate", rows, project_path, "--media-root", tmp_path, "--against", "fake", "--json") == 0
    assert line.json["comparison"]["overall"]["media"] == 2  # the same pictures under other ids
    assert line.run("evaluate", rows, project_path, "--media-root", tmp_path, "--report", report) == 0


def test_a_split(line: CommandLine, project_path: Path) -> None:
    assert line.run("evaluate", project_path, "--split", "val", "--json") == 0
    assert line.json["n_queries"] == 2
    assert line.run("evaluate", project_path, "--split", "test", "--json") == 1
    assert "the split test of" in line.err


def test_missing_and_broken_media_are_reported(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    (tmp_path / "b.png").unlink()
    assert line.run("evaluate", project_path, "--json") == 3
    assert (line.json["n_queries"], len(line.json["skipped"])) == (3, 1)
    assert "b.png" in line.json["skipped"][0]["what"]
    assert line.run("evaluate", rows_file(tmp_path)) == 3
    assert "skipped: The medium b.png was not found" in line.out


def test_an_evaluation_changes_nothing(line: CommandLine, project_path: Path) -> None:
    before = project_path.read_bytes()
    line.run("evaluate", project_path)
    assert project_path.read_bytes() == before
    assert "acc50 0.500" in line.out


def test_user_errors_are_one_line(line: CommandLine, tmp_path: Path, project_path: Path) -> None:
    (tmp_path / "text.json").write_text("{ no rows")
    Project.create(tmp_path / "empty.groundlabel", author="somebody").close()
    for arguments, complaint in [
        ([tmp_path / "absent.groundlabel"], "absent.groundlabel"),
        ([tmp_path / "absent.json"], "absent.json"),
        ([tmp_path / "text.json"], "text.json"),
        ([tmp_path / "empty.groundlabel"], "nothing to measure by"),
        ([tmp_path], "is a folder"),
        ([project_path, "--model", "nonsense"], "There is no model"),
    ]:
        assert line.run("evaluate", *arguments) == 1
        assert line.err.count("\n") == 1
        assert complaint in line.err


def test_spans_of_a_video_are_measured_and_a_model_that_cannot_is_told(line: CommandLine, tmp_path: Path) -> None:
    file = write_video(tmp_path / "clip.mp4", Recipe(frames=90))
    path = tmp_path / "clips.groundlabel"
    with Project.create(path, author="Ada") as project:
        root, relative = project.places.media_from_path(file)
        (item,) = project.add_media([probe_item(file, root=root, relative=relative)])
        project.apply(acts.draw(project, item.id, Segment(0.5, 1.7), "the clap"))
        project.apply(acts.draw(project, item.id, Segment(2.9, 3.0), "the bark"))
    line.grounder.kinds = frozenset({"video"})
    assert line.run("evaluate", path, "--model", "fake", "--json") == 0
    assert line.json["spans"] == {
        "n": 2,
        "r1_30": 0.5,
        "r1_50": 0.5,
        "r1_70": 0.5,
        "mtiou": pytest.approx(0.4167, abs=1e-3),
    }
    line.grounder.kinds = frozenset({"image"})
    assert line.run("evaluate", path, "--model", "fake", "--json") == 3
    assert "answers for pictures" in line.json["skipped"][0]["what"]
