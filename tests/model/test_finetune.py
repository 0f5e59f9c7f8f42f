"""Fine-tuning really learns, resumes to the same curve, and leaves a model that answers."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
import torch

from core.commands import main
from core.errors import Cancelled, TrainingError
from core.grounding.groundinggpt.answers import format_answer
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext, Progress
from core.schema import MediaItem, MediaSource, Query, new_id
from core.training.finetune import FinetunePlan, FinetuneResult, finetune
from core.training.lessons import LessonSet, collate, lessons_of
from core.training.objective import GroundingObjective
from core.training.packing import IGNORED
from core.training.samples import read_samples
from tests.fakes_model import corrected_project, tiny_checkpoint


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


def _train(base: Path, project: Path, out: Path, context: JobContext | None = None, **more: object) -> FinetuneResult:
    plan = FinetunePlan(str(base), out, **{"epochs": 6, "batch": 2, "rate": 3e-3, **more})  # type: ignore[arg-type]
    return finetune(read_samples([project]).samples, plan, context or JobContext())


def test_the_loss_falls_and_the_new_model_answers(base: Path, tmp_path: Path) -> None:
    project = corrected_project(tmp_path)
    result = _train(base, project, tmp_path / "out", epochs=100, batch=4, rate=1.5e-2)
    assert result.losses[-1][1] < 0.5 * result.losses[0][1]
    grounder = load_grounder(tmp_path / "out", "cpu")
    item = MediaItem("m", "image", "squares 0.png")
    media = MediaSource(item, str(tmp_path / "squares 0.png"))
    (answer,) = grounder.ground([Query(new_id(), "m", "a green circle")], media, JobContext())
    assert answer.model_id == result.model_id
    assert answer.present is False
    facts = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    assert (facts["samples"], facts["pictures"]) == (12, 4)
    assert not (tmp_path / "out" / "state").exists()


def test_a_stopped_run_goes_on_to_the_same_curve(base: Path, tmp_path: Path) -> None:
    project = corrected_project(tmp_path)
    whole = _train(base, project, tmp_path / "whole")
    stop = threading.Event()

    def stop_in_the_middle(progress: Progress) -> None:
        if progress.done == progress.total // 2:
            stop.set()

    with pytest.raises(Cancelled):
        _train(base, project, tmp_path / "parts", JobContext(stop, stop_in_the_middle))
    with pytest.raises(TrainingError, match="unfinished"):
        _train(base, project, tmp_path / "parts")
    resumed = _train(base, project, tmp_path / "parts", resume=True)
    assert resumed.steps == whole.steps
    assert [loss for _, loss in resumed.losses] == pytest.approx([loss for _, loss in whole.losses], abs=2e-3)
    first, second = load_model(tmp_path / "whole").state_dict(), load_model(tmp_path / "parts").state_dict()
    assert all(torch.allclose(first[name], second[name], atol=2e-3) for name in first)


def test_a_rejected_box_becomes_less_likely(base: Path, tmp_path: Path) -> None:
    project = corrected_project(tmp_path)
    lessons = lessons_of([s for s in read_samples([project]).samples if s.example.rejected])
    model = load_model(base)
    processor = Processor.load(base, model.config)
    objective = GroundingObjective(model, processor)
    batch = collate([LessonSet(lessons, processor, varied=False)[0]])
    before = _rejection(objective, batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(8):
        optimizer.zero_grad()
        (_rejection(objective, batch)).backward()
        optimizer.step()
    assert float(_rejection(objective, batch).detach()) < float(before.detach())


def _rejection(objective: GroundingObjective, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The loss with the rejected branch less the loss without it: only what rejection adds."""
    without = {**batch, "kinds": torch.zeros_like(batch["kinds"]), "weights": batch["weights"] * (batch["kinds"] == 0)}
    return objective(**batch)["loss"] - objective(**without)["loss"]


def test_lessons_ask_and_answer_as_inference_does(base: Path, tmp_path: Path) -> None:
    samples = [s for s in read_samples([corrected_project(tmp_path, 1)]).samples if not s.example.rejected]
    model = load_model(base)
    processor = Processor.load(base, model.config)
    lesson = LessonSet(lessons_of(samples), processor, varied=False)[0]
    for number, sample in enumerate(samples):
        own = lesson["segments"] == number
        asked = processor.question_ids(sample.example.expression)
        labels = [int(label) for label in lesson["labels"][own] if label != IGNORED]
        text, _ = processor.text_of(labels[:-1])
        assert lesson["ids"][own][: len(asked)].tolist() == asked
        assert labels[-1] == processor.end_id
        if sample.example.present:
            assert text == "[0.042, 0.229, 0.250, 0.438]"  # (4, 6, 24, 26) in 96 x 64, padded by 16 above
        else:
            assert text == format_answer([], model.config.grammar) == "not present"


def test_what_stands_in_the_way_is_said(base: Path, tmp_path: Path) -> None:
    project = corrected_project(tmp_path, 1)
    with pytest.raises(TrainingError, match="finished model"):
        _train(base, project, base)
    with pytest.raises(TrainingError, match="nothing to resume"):
        _train(base, project, tmp_path / "new", resume=True)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(TrainingError, match="is a file"):
        _train(base, project, tmp_path / "file")


def test_the_command_prints_json_lines(base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = corrected_project(tmp_path, 2)
    code = main(
        ["finetune", str(project), "--base", str(base), "--out", str(tmp_path / "out"), "--epochs", "1", "--json"]
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [line["event"] for line in lines] == ["preflight", "step", "done"]
    assert lines[-1]["media"] == 2 and lines[-1]["samples"] == 6
    code = main(["finetune", str(project), "--base", "no-such-model", "--out", str(tmp_path / "out2")])
    said = capsys.readouterr()
    assert code == 1 and said.out == "" and "no-such-model" in said.err and said.err.count("\n") == 1
