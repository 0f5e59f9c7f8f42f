"""`make demo`: the tables tell right from wrong, what is accepted is exported, a stranger's folder is left alone."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from core.media.timelines import WIDTH
from core.project import Project
from core.schema import Answer, Box, Proposal, Query, Segment, new_id
from core.workflows.sample import load_sample, open_sample
from core.workflows.transfer import export

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("groundlabel_demo", ROOT / ".ci" / "demo.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(media_id: str, expression: str, *boxes: tuple[float, ...], score: float = 0.9) -> Answer:
    query = Query(new_id(), media_id, expression)
    proposals = tuple(Proposal(new_id(), query.id, Box(*box), score, "fake") for box in boxes)
    return Answer(query, proposals, bool(boxes), "said", "fake")


def test_the_table_compares_with_what_was_drawn(demo: ModuleType) -> None:
    picture = next(picture for picture in load_sample().pictures if picture.file == "many-circles.jpg")
    circles = picture.boxes_xyxy["all red circles"]
    assert demo.verdict(answer("m", "all red circles", *circles), picture) == "right"
    assert demo.verdict(answer("m", "all red circles", *circles[:5]), picture) == "5 of 7 found"
    assert demo.verdict(answer("m", "all red circles", *circles, circles[0]), picture) == "7 of 7 found, 1 too many"
    assert demo.verdict(answer("m", "yellow heart"), picture) == "right"
    assert demo.verdict(answer("m", "yellow heart", (0, 0, 9, 9)), picture) == "0 of 0 found, 1 too many"


def span_answer(media_id: str, expression: str, *spans: tuple[float, float], score: float = 0.9) -> Answer:
    query = Query(new_id(), media_id, expression)
    proposals = tuple(Proposal(new_id(), query.id, Segment(*span), score, "fake") for span in spans)
    return Answer(query, proposals, bool(spans), "said", "fake")


def test_spans_are_compared_with_what_was_made(demo: ModuleType) -> None:
    clip = load_sample().clips[0]
    assert demo.span_verdict(span_answer("m", "the yellow star", (5, 10)), clip) == "right"
    assert demo.span_verdict(span_answer("m", "the yellow star", (6, 9)), clip) == "right"
    assert demo.span_verdict(span_answer("m", "the yellow star", (8, 12)), clip) == "0 of 1 found, 1 too many"
    assert demo.span_verdict(span_answer("m", "the yellow star", (5, 10), (0, 1)), clip) == "1 of 1 found, 1 too many"
    assert demo.span_verdict(span_answer("m", "the yellow star"), clip) == "0 of 1 found"
    assert demo.span_verdict(span_answer("m", "the purple heart"), clip) == "right"
    assert demo.span_verdict(span_answer("m", "the purple heart", (1, 2)), clip) == "0 of 0 found, 1 too many"


def test_spans_are_shown_drawn_accepted_and_exported(
    demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, sample = open_sample(tmp_path), load_sample()
    with Project.open(path, author="ann") as project:
        items = {item.path: item.id for item in project.media()}
        for clip in sample.clips:
            for number, (words, spans) in enumerate(clip.spans_s.items()):
                project.record_answers(
                    [span_answer(items[clip.file], words, *spans, score=0.3 if number == 0 else 0.9)]
                )
    demo.show_clips(path, sample, tmp_path, {})
    printed = capsys.readouterr().out
    assert "9 of 9 answers about the video and the sound are right" in printed
    assert {"moving-shapes.png", "beep-siren-bell.png"} <= {file.name for file in tmp_path.iterdir()}
    with Image.open(tmp_path / "moving-shapes.png") as drawn:
        assert drawn.width == WIDTH
    with Project.open(path, author="ann") as project:
        kinds = {item.id: item.kind for item in project.media()}
        assert {kinds[annotation.media_id] for annotation in project.annotations()} == {"video", "audio"}
        kept = {(annotation.expressions[0], annotation.region) for annotation in project.annotations()}
        export(project.snapshot(), "native", tmp_path / "native.json")
    assert kept == {
        (words, Segment(*span))
        for clip in sample.clips
        for words, spans in list(clip.spans_s.items())[1:]
        for span in spans
    }
    assert len(json.loads((tmp_path / "native.json").read_text())["annotations"]) == len(kept)


def test_what_was_not_answered_is_said_and_counts_as_nothing(
    demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = open_sample(tmp_path)
    demo.show_clips(path, load_sample(), tmp_path, {"moving-shapes.mp4": "It is a video."})
    printed = capsys.readouterr().out
    assert "It is a video." in printed and "the model gave no answer" in printed
    assert "0 of 0 answers" in printed
    assert not (tmp_path / "moving-shapes.png").exists()


def test_what_the_model_is_sure_of_is_accepted_and_exported(
    demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = open_sample(tmp_path)
    sample = load_sample()
    with Project.open(path, author="ann") as project:
        for item, picture in zip(project.media(), sample.pictures, strict=False):
            truth = picture.boxes_xyxy
            project.record_answers([answer(item.id, words, *truth[words]) for words in sample.expressions[:5]])
            project.record_answers([answer(item.id, "yellow heart", *truth["yellow heart"], score=0.2)])
    (tmp_path / "annotated").mkdir()
    demo.show_and_accept(path, sample, tmp_path / "annotated")
    printed = capsys.readouterr().out
    assert "36 of 36 answers are exactly right" in printed
    assert {file.name for file in (tmp_path / "annotated").iterdir()} == {
        f"{Path(picture.file).stem}.png" for picture in sample.pictures
    }
    expected = sum(len(p.boxes_xyxy[words]) for p in sample.pictures for words in sample.expressions[:5])
    with Project.open(path, author="ann") as project:
        export(project.snapshot(), "coco", tmp_path / "coco.json")
    assert len(json.loads((tmp_path / "coco.json").read_text())["annotations"]) == expected


def test_a_folder_of_somebody_else_is_left_alone(demo: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit, match="somebody else"):
        demo.fresh_folder(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_an_earlier_demo_is_replaced(demo: ModuleType, tmp_path: Path) -> None:
    demo.fresh_folder(tmp_path / "out")
    (tmp_path / "out" / "old.png").write_text("")
    demo.fresh_folder(tmp_path / "out")
    assert not (tmp_path / "out" / "old.png").exists()


@dataclass(frozen=True)
class Done:
    """A whole demo with the bundled models: its folder and what it printed."""

    out: Path
    printed: str


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    out = tmp_path_factory.mktemp("demo") / "demo"
    line = [sys.executable, ".ci/demo.py", "--out", str(out), "--no-window"]
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return Done(out, ended.stdout)


def test_the_demo_with_the_bundled_model(done: Done) -> None:
    assert str(done.out) in done.printed
    pictures = load_sample().pictures
    assert {f"{Path(picture.file).stem}.png" for picture in pictures} <= {
        file.name for file in (done.out / "annotated").iterdir()
    }
    written = json.loads((done.out / "coco" / "annotations.json").read_text(encoding="utf-8"))
    assert len(written["images"]) == len(pictures)
    assert len(written["annotations"]) >= 10
    assert "no answer" not in done.printed.split("Asking about the video and the sound.")[0]


def test_the_demo_shows_a_video_and_a_sound(done: Done) -> None:
    """Needs a bundled model that knows videos and sounds."""
    told = re.search(r"(\d+) of (\d+) answers about the video and the sound are right", done.printed)
    clips = load_sample().clips
    assert told is not None
    assert int(told[2]) == sum(len(clip.spans_s) for clip in clips), done.printed
    assert int(told[1]) >= 0.75 * int(told[2]), done.printed
    assert {f"{Path(clip.file).stem}.png" for clip in clips} <= {
        file.name for file in (done.out / "annotated").iterdir()
    }
    written = json.loads((done.out / "native.json").read_text(encoding="utf-8"))
    kinds = {item["id"]: item["kind"] for item in written["media"]}
    assert {kinds[annotation["media_id"]] for annotation in written["annotations"]} == {"image", "video", "audio"}
