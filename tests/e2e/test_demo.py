"""`make demo`: the table tells right from wrong, accepted boxes reach COCO, a stranger's folder is left alone."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from core.project import Project
from core.schema import Answer, Box, Proposal, Query, new_id
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


def test_what_the_model_is_sure_of_is_accepted_and_exported(
    demo: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = open_sample(tmp_path)
    sample = load_sample()
    with Project.open(path, author="ann") as project:
        for item, picture in zip(project.media(), sample.pictures, strict=True):
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


def test_the_demo_with_the_bundled_model(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    line = [sys.executable, ".ci/demo.py", "--out", str(out), "--no-window"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(out) in done.stdout
    assert len(list((out / "annotated").glob("*.png"))) == len(load_sample().pictures)
    written = json.loads((out / "coco" / "annotations.json").read_text(encoding="utf-8"))
    assert len(written["images"]) == len(load_sample().pictures)
    assert len(written["annotations"]) >= 10
