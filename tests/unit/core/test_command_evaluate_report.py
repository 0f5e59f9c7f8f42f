"""`evaluate` with a report, against another model, and on data of another tool's format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from core.commands import evaluate
from core.jobs import JobContext
from core.media import probe_item
from core.project import Project, acts
from core.schema import Answer, Box, MediaSource, Proposal, Query, Segment
from core.settings import Settings
from core.workflows.versions import current_model
from tests.fakes_commands import CommandLine, LoadedFake, make_command_line
from tests.fakes_media import Recipe, tones, write_sound, write_video

VOID = {"meta", "img", "rect", "line", "circle", "polyline", "br"}


class Page(HTMLParser):
    """Reads a page and complains about what is opened and not closed; keeps the words and the pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.sources: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return make_command_line(monkeypatch, capsys, evaluate)


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    """A picture, a video and a sound; the fake model is wrong about each of them."""
    Image.new("RGB", (640, 480), "grey").save(tmp_path / "a <b>.png")
    files = [
        tmp_path / "a <b>.png",
        write_video(tmp_path / "clip.mp4", Recipe(frames=90)),
        write_sound(tmp_path / "tone.wav", tones(4.0, 16_000), 16_000, "pcm_s16le"),
    ]
    path = tmp_path / "p.groundlabel"
    with Project.create(path, author="somebody") as project:
        for file in files:
            root, relative = project.places.media_from_path(file)
            (item,) = project.add_media([probe_item(file, root=root, relative=relative)])
            region = Box(0, 0, 5, 5) if item.kind == "image" else Segment(2.0, 2.4)
            project.apply(acts.draw(project, item.id, region, "the <script> & cup"))
    return path


def test_a_report_is_one_page_that_needs_nothing_else(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    line.grounder.kinds = frozenset({"image", "video", "audio"})
    out = tmp_path / "reports" / "today"
    assert line.run("evaluate", project_path, "--model", "mini", "--report", out, "--json") == 0
    assert line.json["report"] == {"page": str(out / "report.html"), "data": str(out / "report.json")}
    text = (out / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "“the <script> & cup”" in page.words
    assert "script" not in page.tags
    assert len(page.sources) == 2  # the picture and a frame of the video; the sound is a drawing
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    assert text.count("class=wave") > 100
    assert "prefers-color-scheme:dark" in text
    written = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert written["n_queries"] == len(written["queries"]) == 3
    assert {query["outcome"] for query in written["queries"]} == {0.0}


def test_a_report_in_a_file_and_where_it_cannot_be(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    assert line.run("evaluate", project_path, "--model", "mini", "--report", tmp_path / "r.html") == 3
    assert (tmp_path / "r.html").is_file() and (tmp_path / "r.json").is_file()
    assert f"The report is {tmp_path / 'r.html'}" in line.out
    asked = len(line.grounder.asked)
    assert line.run("evaluate", project_path, "--model", "mini", "--report", tmp_path / "absent" / "r.html") == 1
    assert line.run("evaluate", project_path, "--model", "mini", "--report", project_path) == 1
    assert len(line.grounder.asked) == asked  # told before the work is done


def test_everything_right_leaves_no_case(line: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "right.groundlabel"
    Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
    with Project.create(path, author="somebody") as project:
        (item,) = project.add_media([probe_item(tmp_path / "a.png", root="project", relative="a.png")])
        project.apply(acts.not_present(project, item.id, "no cat"))
    assert line.run("evaluate", path, "--report", tmp_path / "r.html") == 0
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "Every answer is right." in page.words
    assert "No answer has a score." in page.words


def test_against_another_model(line: CommandLine, project_path: Path, tmp_path: Path) -> None:
    line.grounder.kinds = frozenset({"image", "video", "audio"})
    report = tmp_path / "r.html"
    assert line.run("evaluate", project_path, "--model", "mini", "--against", "fake", "--report", report, "--json") == 0
    result = line.json
    assert result["against"]["n_queries"] == 3
    overall = result["comparison"]["overall"]
    assert (overall["n"], overall["media"], overall["difference"], overall["low"]) == (3, 3, 0.0, 0.0)
    assert list(result["comparison"]["by_medium"]) == ["audio", "image", "video"]
    assert result["comparison"]["adoption"] is None
    assert "Against fake-0123" in Page(report.read_text(encoding="utf-8")).words
    assert line.run("evaluate", project_path, "--model", "mini", "--against", "nonsense") == 1
    assert line.run("evaluate", project_path, "--model", "mini", "--rendered", "5") == 2


def test_the_decision_comes_from_both_examinations(
    line: CommandLine, project_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = {"single": {"acc50": 0.9}, "plural_f1_50": 0.8, "absent_accuracy": 0.9, "present_accuracy": 1.0}
    known = {"mini": {**figures, "plural_f1_50": 0.5}, "fake": figures}
    monkeypatch.setattr(
        "core.training.scenes.examining.examine_checkpoint", lambda model, device, *, count, context: known[model]
    )
    line.grounder.kinds = frozenset({"image", "video", "audio"})
    words = ("evaluate", project_path, "--model", "mini", "--against", "fake", "--rendered", "5")
    assert line.run(*words, "--json", "--report", tmp_path / "r.html") == 0
    adoption = line.json["comparison"]["adoption"]
    assert adoption["adopt"] is False
    assert adoption["rendered_drop"] == pytest.approx(0.075)
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "Not adopted by itself" in page.words
    assert "plural f1 50" in page.words
    assert line.run(*words) == 0
    assert "forgotten too much" in line.out


def test_what_is_better_is_adopted_and_what_forgets_is_not(
    line: CommandLine, project_path: Path, monkeypatch: pytest.MonkeyPatch, groundlabel_home: Path
) -> None:
    """`cells` knows the answers that `mini` does not; only what the two can do besides decides."""
    folder = groundlabel_home / "models" / "cells"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "groundlabel_groundinggpt"}))
    (folder / "model.safetensors").write_bytes(b"0")

    class Knowing(LoadedFake):
        kinds = frozenset({"image", "video", "audio"})

        def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
            region = Box(0, 0, 5, 5) if media.item.kind == "image" else Segment(2.0, 2.4)
            for query in queries:
                yield Answer(query, (Proposal("p", query.id, region, 0.9, "cells-1"),), True, "", "cells-1")

    line.grounder.kinds = Knowing.kinds
    monkeypatch.setattr(
        evaluate, "open_grounder", lambda args: nullcontext(Knowing() if args.model == "cells" else line.grounder)
    )
    figures = {"single": {"acc50": 0.9}, "plural_f1_50": 0.8, "absent_accuracy": 0.9, "present_accuracy": 1.0}
    known: dict[str, dict[str, object]] = {"mini": figures, "cells": {**figures, "absent_accuracy": 0.1}}
    monkeypatch.setattr(
        "core.training.scenes.examining.examine_checkpoint", lambda model, device, *, count, context: known[model]
    )
    words = ("evaluate", project_path, "--model", "cells", "--against", "mini", "--rendered", "5", "--adopt", "--json")

    def asked_now() -> str:
        with Project.open(project_path, author="", read_only=True) as project:
            return current_model(project, Settings.load())

    assert line.run(*words) == 1  # nothing is held out
    with Project.open(project_path, author="somebody") as project:
        project.apply(acts.set_split(project, [item.id for item in project.media()], "val"))
    assert line.run(*words) == 0
    assert (line.json["adopted"], asked_now()) == (False, "mini")
    known["cells"] = figures
    report = project_path.parent / "r.html"
    assert line.run(*words, "--report", report) == 0
    assert (line.json["comparison"]["overall"]["low"], line.json["adopted"], asked_now()) == (1.0, True, "cells")
    page = Page(report.read_text(encoding="utf-8"))
    assert "What got better" in page.words and "What got worse" not in page.words
    assert sum(word.startswith("before: ") for word in page.words) == 3
    assert sum(word.startswith("after: ") for word in page.words) == 3
    assert "Every answer is right." in page.words
    assert len(json.loads((folder / "evaluation.json").read_text())) == 2
    assert line.run(*words[:-2], "--against", "mini", "--adopt", "--rendered", "0") == 2
    assert line.run(*words, "--split", "train") == 2


def test_data_in_another_tools_format(line: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (40, 20)).save(folder / "a.png")
    coco = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 20}],
        "categories": [{"id": 1, "name": "cup"}, {"id": 2, "name": "no dog"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 5, 40, 10]}],
    }
    (tmp_path / "set.json").write_text(json.dumps(coco))
    words = ("evaluate", tmp_path / "set.json", "--format", "coco", "--media-root", folder)
    assert line.run(*words, "--json") == 0
    assert line.json["data"] == [str(tmp_path / "set.json")]
    assert line.json["boxes"] == {"n": 1, "acc50": 1.0, "acc75": 1.0, "miou": 1.0}
    assert line.json["presence"] == {"n": 2, "accuracy": 1.0}
    assert line.run(*words, "--no-exhaustive", "--json") == 0
    assert line.json["n_queries"] == 1
    assert line.run(*words, "--split", "val") == 1
    assert f"the split val of {tmp_path / 'set.json'}" in line.err
    assert line.run("evaluate", tmp_path / "set.json", "--format", "nonsense") == 1
    assert line.run("evaluate", tmp_path / "set.json", "--no-exhaustive") == 2
