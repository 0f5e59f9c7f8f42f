"""What will not work is said before training starts; what is only doubtful does not stop it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.commands import main
from core.grounding.groundinggpt.checkpoint import open_checkpoint
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.published import published_config
from core.project import Project
from core.training.holdout import split_media
from core.training.memory import needed
from core.training.plan import FinetunePlan, settle
from core.training.preflight import Preflight, look_ahead
from core.training.samples import Sample, read_samples
from core.workflows.holdout import freeze
from tests.fakes_model import corrected_project, tiny_checkpoint


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    return read_samples([corrected_project(tmp_path, 6)]).samples


def _look(base: Path, samples: list[Sample], **wishes: object) -> Preflight:
    return look_ahead(samples, FinetunePlan(str(base), base.parent / "out", **wishes))  # type: ignore[arg-type]


def _said(ready: Preflight) -> str:
    return "\n".join(str(finding) for finding in ready.findings)


def test_good_data_raise_nothing_but_the_class_that_is_never_there(base: Path, samples: list[Sample]) -> None:
    ready = _look(base, samples)
    assert ready.fatal is None
    assert [finding.what for finding in ready.findings] == ["Nothing is marked for a green circle"]
    assert not (base.parent / "out").exists()


def test_too_few_examples_and_no_absence_are_said(base: Path, samples: list[Sample]) -> None:
    present = [sample for sample in samples if sample.example.present][:6]
    said = _said(_look(base, present))
    assert "Fewer than 5 media show the red square (3), all blue squares (3)." in said
    assert "Nothing is marked as not present." in said


def test_what_a_project_holds_out_is_not_learned(base: Path, samples: list[Sample]) -> None:
    media = list(dict.fromkeys(sample.source.path for sample in samples))
    sides = {media[0]: "val", media[1]: "test"}
    marked = [
        replace(sample, example=replace(sample.example, split=sides.get(sample.source.path, "train")))
        for sample in samples
    ]
    ready = _look(base, marked)  # type: ignore[arg-type]
    assert {sample.source.path for sample in ready.held} == {media[0]}
    assert {sample.source.path for sample in ready.learned} == set(media[2:])


def test_media_that_cannot_be_read_are_left_out(base: Path, samples: list[Sample]) -> None:
    broken = Path(samples[0].source.path)
    broken.write_bytes(b"no picture")
    ready = _look(base, samples)
    assert ready.fatal is None and len(ready.left_out) == 1 and ready.left_out[0].where == str(broken)
    assert len({sample.source.path for sample in ready.learned}) == 5
    for sample in samples:
        Path(sample.source.path).write_bytes(b"")
    assert "6 media cannot be read" in str(_look(base, samples).fatal)


def test_media_that_the_base_has_no_branch_for_are_left_out(base: Path, samples: list[Sample]) -> None:
    video = replace(samples[0], example=replace(samples[0].example, kind="video"))
    ready = _look(base, [video, *samples[3:]])
    assert ready.fatal is None and "Tiny knows no video: such media are left out. Another base may" in _said(ready)
    assert "mini-time" in str(_look(base, [video]).fatal)


def test_a_licence_that_forbids_commerce_is_said(base: Path, samples: list[Sample]) -> None:
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    config["licence"] = "Llama 2 (language model), CC BY-NC-SA 4.0 (sound encoder)"
    (base / "config.json").write_text(json.dumps(config), encoding="utf-8")
    ready = _look(base, samples)
    assert ready.fatal is None and "must not be used commercially" in _said(ready)
    assert "CC BY-NC-SA 4.0" in ready.licence


def test_what_a_run_takes_is_counted_from_shapes(base: Path) -> None:
    shapes = open_checkpoint(base).empty()
    plan = FinetunePlan(str(base), base.parent / "out", batch=2)
    whole = needed(
        shapes, settle(plan, large=False, media=4, taught_on_scenes=False, processes=1, kinds={"image"}), "cpu", 100
    )
    assert whole.learned_values == sum(p.numel() for p in shapes.parameters()) and whole.weights == whole.values * 4
    assert whole.learning == whole.learned_values * 12
    lora = settle(
        replace(plan, method="lora"), large=False, media=4, taught_on_scenes=False, processes=1, kinds={"image"}
    )
    assert needed(shapes, lora, "cpu", 100).learned_values < whole.learned_values / 3


def test_the_published_model_fits_a_card_by_adapters_and_not_whole() -> None:
    with torch.device("meta"):
        shapes = GroundingGPT(published_config())
    plan = FinetunePlan("groundinggpt-7b", Path("out"))

    def gigabytes(**wishes: object) -> float:
        settled = settle(
            replace(plan, **wishes), large=True, media=9, taught_on_scenes=False, processes=1, kinds={"image"}
        )  # type: ignore[arg-type]
        return needed(shapes, settled, "cuda", 200).memory / 1e9

    assert gigabytes() < 12 < gigabytes(bits=8) < 16 < gigabytes(method="lora") < 24 < 100 < gigabytes(method="full")


def test_check_says_all_and_starts_nothing(base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = corrected_project(tmp_path, 2)
    words = ["finetune", str(project), "--base", str(base), "--out", str(tmp_path / "out"), "--check"]
    assert main([*words, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    event = json.loads(line)
    assert event["event"] == "preflight" and event["ok"] and event["plan"]["method"] == "full"
    assert event["memory_bytes"] > 0 and event["disk_bytes"] > 0 and len(event["warnings"]) == 2
    assert main(words) == 0
    assert "warning: Fewer than 5 media show" in capsys.readouterr().out
    (tmp_path / "out").write_text("x", encoding="utf-8")
    assert main(words) == 1
    said = capsys.readouterr()
    assert "cannot start" in said.out and said.err.count("\n") == 1
    assert main([*words, "--bits", "4", "--method", "full"]) == 2


def test_of_the_side_that_is_learnt_some_are_kept_apart_by_another_lot(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the lot that froze the hold-out, hardly any of those that it left would fall out again."""
    path = corrected_project(tmp_path, 24)
    with Project.open(path, author="Ada") as project:
        freeze(project, share=0.3)
    learnt = [one.without_split() for one in read_samples([path], split="train").samples]
    kept = []
    for share in (0.2, 0.3, 0.4):
        words = ["finetune", str(path), "--base", str(base), "--out", str(tmp_path / "out"), "--check", "--json"]
        assert main([*words, "--no-probe", "--split", "train", "--holdout", str(share)]) == 0
        kept.append(json.loads(capsys.readouterr().out)["held_media"])
    lots = {
        again: [
            len({one.source.path for one in split_media(learnt, share, again=again)[1]}) for share in (0.2, 0.3, 0.4)
        ]
        for again in (True, False)
    }
    assert kept == lots[True] != lots[False]
