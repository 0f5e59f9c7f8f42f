"""Stages, adapters, the hold-out and replay: what learns, and that the written model is the one that was measured."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from core.errors import Cancelled, TrainingError
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext
from core.training.adapters import set_learning
from core.training.finetune import FinetunePlan, FinetuneResult, finetune
from core.training.holdout import medium_key, split_media
from core.training.lessons import LessonSet, collate, lessons_of
from core.training.objective import GroundingObjective
from core.training.plan import settle
from core.training.samples import Sample, read_samples
from core.training.stages import STAGES
from tests.fakes_model import corrected_project, tiny_checkpoint


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny_checkpoint(tmp_path / "tiny")


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    return read_samples([corrected_project(tmp_path)]).samples


def _train(base: Path, samples: list[Sample], out: Path, **more: object) -> FinetuneResult:
    plan = FinetunePlan(str(base), out, **{"epochs": 10, "batch": 2, "rate": 1e-2, **more})  # type: ignore[arg-type]
    return finetune(samples, plan, JobContext())


def _changed(base: Path, out: Path) -> set[str]:
    """Names of what differs by more than a 16-bit number's rounding."""
    before, after = load_model(base).state_dict(), load_model(out).state_dict()
    return {name for name in before if not torch.allclose(before[name], after[name], atol=1e-3, rtol=1e-3)}


def _loss(folder: Path, samples: list[Sample]) -> float:
    model = load_model(folder)
    processor = Processor.load(folder, model.config)
    lessons = LessonSet(lessons_of(samples), processor, varied=False)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return float(GroundingObjective(model, processor)(**collate([lessons[k] for k in range(len(lessons))]))["loss"])


@pytest.mark.parametrize(("method", "bits"), [("lora", 16), ("qlora", 4), ("qlora", 8)])
def test_adapters_are_merged_into_a_model_that_stands_alone(
    method: str, bits: int, base: Path, samples: list[Sample], tmp_path: Path
) -> None:
    result = _train(base, samples, tmp_path / "out", method=method, bits=bits, holdout=0.3)
    changed = _changed(base, tmp_path / "out")
    assert {name.split(".")[-2] for name in changed if name.startswith("language_model")} == {
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    }  # fmt: skip
    assert any(name.startswith("mm_vision_projector") for name in changed)
    assert all(name.startswith(("language_model.model.layers", "mm_vision_projector")) for name in changed)
    _, held = split_media(samples, 0.3)
    assert result.held == 1
    assert _loss(tmp_path / "out", held) == pytest.approx(result.held_loss, abs=0.03)
    assert result.held_loss_before == pytest.approx(_loss(base, held), abs=0.05)
    assert _loss(tmp_path / "out", held) < _loss(base, held) - 0.02
    assert load_grounder(tmp_path / "out", "cpu").describe().id == result.model_id


def test_the_first_stage_trains_the_bridges_and_the_marks_around_media(
    base: Path, samples: list[Sample], tmp_path: Path
) -> None:
    _train(base, samples, tmp_path / "out", stage=1, epochs=3)
    words = "language_model.model.embed_tokens.weight"
    changed = _changed(base, tmp_path / "out")
    assert words in changed and "mm_vision_projector.0.weight" in changed
    assert all(STAGES[1].learns(name) for name in changed)
    before, after = load_model(base), load_model(tmp_path / "out")
    rows = (before.state_dict()[words] - after.state_dict()[words]).abs().amax(1) > 1e-3
    tokenizer = Processor.load(base, before.config).tokenizer
    assert {tokenizer.id_to_token(int(row)) for row in rows.nonzero()} == {"<im_start>", "<im_end>"}


def test_a_large_model_keeps_less_and_learns_the_same(base: Path, samples: list[Sample]) -> None:
    plan = FinetunePlan(str(base), base.parent / "out", method="full")
    gradients: list[list[torch.Tensor]] = []
    for large in (False, True):
        model = load_model(base)
        processor = Processor.load(base, model.config)
        settled = replace(
            settle(plan, large=False, media=4, taught_on_scenes=False, processes=1, kinds={"image"}), large=large
        )
        set_learning(model, settled, processor)
        assert model.language_model.is_activation_checkpointing is large
        objective = GroundingObjective(model, processor).train()
        lessons = LessonSet(lessons_of(samples), processor, varied=False)
        objective(**collate([lessons[0], lessons[1]]))["loss"].backward()
        gradients.append([one.grad for one in model.parameters() if one.grad is not None])
    assert len(gradients[0]) == len(gradients[1])
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(*gradients, strict=True))


def test_a_large_base_stays_in_16_bits_but_for_what_learns(
    base: Path, samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.preflight_room.LARGE", 1000)
    result = _train(base, samples, tmp_path / "out", bits=16, holdout=0.3, accumulate=1)
    facts = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    assert (facts["method"], facts["recipe_name"]) == ("lora", "large, adapters")
    assert result.held_loss is not None and result.held_loss_before is not None
    assert result.held_loss < result.held_loss_before - 0.02
    with safe_open(next((tmp_path / "out").glob("model-*.safetensors")), framework="pt") as stored:
        assert {stored.get_slice(name).get_dtype() for name in stored.keys()} == {"BF16"}  # noqa: SIM118
    _, held = split_media(samples, 0.3)
    assert _loss(tmp_path / "out", held) == pytest.approx(result.held_loss, abs=0.05)


def test_the_later_stages_leave_the_encoders_alone(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    _train(base, samples, tmp_path / "out", stage=3, epochs=3)
    changed = _changed(base, tmp_path / "out")
    assert "language_model.lm_head.weight" in changed and "language_model.model.layers.0.mlp.up_proj.weight" in changed
    assert not any(name.startswith("vision_tower") for name in changed)


def test_batches_that_are_accumulated_are_one_step(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    fewer = [s for s in samples if "3" not in s.source.path or s.example.present]  # pictures with 2 and 3 questions
    whole = _train(base, fewer, tmp_path / "whole", epochs=4, batch=4, rate=3e-3)
    parts = _train(base, fewer, tmp_path / "parts", epochs=4, batch=1, accumulate=4, rate=3e-3)
    assert parts.steps == whole.steps
    assert [loss for _, loss in parts.losses] == pytest.approx([loss for _, loss in whole.losses], abs=5e-3)


def test_training_ends_when_the_held_out_loss_no_longer_falls(
    base: Path, samples: list[Sample], tmp_path: Path
) -> None:
    held = {medium_key(sample) for sample in split_media(samples, 0.3)[1]}
    # the answers to the pictures kept apart are wrong: the better the rest is learned, the worse these are
    spoiled = [
        replace(s, example=replace(s.example, present=False, regions=())) if medium_key(s) in held else s
        for s in samples
        if s.example.present
    ]
    result = _train(base, spoiled, tmp_path / "out", holdout=0.3, epochs=80, patience=2)
    assert result.steps < 80 * 2
    losses = [loss for _, loss in result.held_losses]
    assert losses[1:].index(min(losses[1:])) == len(losses) - 1 - 3
    facts = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    assert facts["held"] == 1 and [one["loss"] for one in facts["held_losses"]] == [round(loss, 5) for loss in losses]


def test_what_a_base_learned_from_is_not_kept_apart(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    first = _train(base, samples, tmp_path / "first", epochs=1)
    assert first.held == 0
    events: list[dict[str, object]] = []
    plan = FinetunePlan(str(tmp_path / "first"), tmp_path / "second", epochs=1, holdout=0.5)
    finetune(samples, plan, JobContext(), lambda event: events.append(dict(event)))
    assert events[0]["held_media"] == 0
    assert any("kept apart" in str(warning) for warning in events[0]["warnings"])  # type: ignore[attr-defined]


def test_scenes_are_replayed_beside_the_data(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    (base / "training.json").write_text('{"recipe": {}}', encoding="utf-8")
    first = _train(base, samples, tmp_path / "first", epochs=2, replay=0.5)
    again = _train(base, samples, tmp_path / "again", epochs=2, replay=0.5)
    assert first.steps == 2 * 4 and first.pictures == 4
    assert first.losses == again.losses
    facts = json.loads((tmp_path / "first" / "training.json").read_text(encoding="utf-8"))
    assert facts["replayed_an_epoch"] == 4 and facts["taught_on_scenes"] is True
    held = json.loads((tmp_path / "first" / "holdout.json").read_text(encoding="utf-8"))
    assert len(held["learned"]) == 4  # the scenes are nobody's media


def test_beside_scenes_words_change_less_than_what_sees(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    (base / "training.json").write_text('{"recipe": {}}', encoding="utf-8")
    before = load_model(base).state_dict()
    changed = {}
    for replay in (0.3, 0.0):
        _train(base, samples, tmp_path / str(replay), epochs=2, replay=replay)
        after = load_model(tmp_path / str(replay)).state_dict()
        layers = [
            torch.cat(
                [(after[name] - before[name]).abs().flatten() for name in before if stem in name and "proj" in name]
            )
            for stem in ("language_model.model.layers", "vision_tower.encoder.layers")
        ]
        changed[replay] = float(layers[0].mean() / layers[1].mean())
    assert changed[0.3] < 0.3 * changed[0.0]


def test_a_model_that_sees_scenes_is_written_as_far_on_its_way_as_was_chosen(
    base: Path, samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (base / "training.json").write_text('{"recipe": {}}', encoding="utf-8")
    monkeypatch.setattr("core.training.keeping.SHARES", (0.5,))  # a base that knows nothing would go all the way
    _train(base, samples, tmp_path / "out", epochs=4, holdout=0.3, replay=0.2)
    facts = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    tried = facts["tried"]
    assert [one["share"] for one in tried] == [0.0, 0.5, 0.5] and facts["share"] == 0.5
    held = split_media(samples, 0.3)[1]
    assert _loss(tmp_path / "out", held) == pytest.approx(tried[-1]["new"], rel=0.02)
    assert _loss(base, held) == pytest.approx(tried[0]["new"], rel=0.02)


def test_a_run_goes_on_as_it_was_begun_or_not_at_all(base: Path, samples: list[Sample], tmp_path: Path) -> None:
    plan = FinetunePlan(str(base), tmp_path / "out", epochs=4, batch=2)
    stop = threading.Event()
    with pytest.raises(Cancelled):
        finetune(samples, plan, JobContext(stop, lambda progress: stop.set() if progress.done == 2 else None))
    with pytest.raises(TrainingError, match="ethod was full, now lora"):
        finetune(samples, replace(plan, method="lora", resume=True), JobContext())
    with pytest.raises(TrainingError, match="Media was 4, now 3"):
        finetune(samples[:9], replace(plan, resume=True), JobContext())
    # half a batch twice is the same step
    assert finetune(samples, replace(plan, resume=True, batch=1, accumulate=2), JobContext()).steps == 8
