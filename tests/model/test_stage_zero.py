"""Stage 0 for video and sound: what is learned from is what inference reads, and a run can be paused and taken up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.grounding.groundinggpt.audio_processing import cut_clips, first_samples, mel_clips, sound_clips
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.configuration import AudioTrunkConfig, GroundingGPTConfig
from core.grounding.groundinggpt.processing import Processor
from core.training.muon import StackedMuon
from core.training.packing import IGNORED, Asked, pack
from core.training.pretrain_time import TimePretrainer, time_config, time_processor
from core.training.scenes.time_benchmark import TimeExaminer
from core.training.stage_zero import Recipe
from core.training.time_stream import TimeStream


def tiny(config: GroundingGPTConfig) -> GroundingGPTConfig:
    """The bundled model of time with few frames, clips and weights."""
    assert config.video is not None and config.audio is not None
    small = {"hidden_size": 20, "num_attention_heads": 5, "intermediate_size": 20, "num_hidden_layers": 1}
    text = {**config.text, "hidden_size": 24, "intermediate_size": 24, "num_hidden_layers": 1}
    return replace(
        config,
        text=text,
        video=replace(
            config.video,
            vision={**config.video.vision, **small, "image_size": 56, "patch_size": 14},
            frame_qformer={**config.video.frame_qformer, **small, "encoder_hidden_size": 20},
            clip_qformer={**config.video.clip_qformer, **small, "encoder_hidden_size": 20},
            frame_tokens=2, tokens=8, frames=8, max_frames=8,
        ),
        audio=replace(
            config.audio,
            qformer={**config.audio.qformer, **small, "encoder_hidden_size": 20},
            trunk=AudioTrunkConfig(width=20, layers=1, heads=5, output_width=20),
            tokens=8, clips=8, max_clips=8,
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def processor() -> Processor:
    whole = time_processor(count=60)
    return Processor(tiny(whole.config), whole.tokenizer)


def recipe(minutes: float) -> Recipe:
    return Recipe(minutes=minutes, dense_minutes=0.0, batch=2, workers=0, log_every=1)


def test_a_run_is_paused_taken_up_saved_and_examined(processor: Processor, tmp_path: Path) -> None:
    first = TimePretrainer(recipe(1000.0), processor, tmp_path)
    first.run(stop_after_minutes=0.0)
    again = TimePretrainer(recipe(1000.0), processor, tmp_path)
    assert again.resume()
    assert again.steps == first.steps > 0
    for name, tensor in again.model.state_dict().items():
        assert torch.equal(tensor, first.model.state_dict()[name])
    again.run(stop_after_minutes=0.0)
    assert again.steps > first.steps

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(np.isfinite(line["video"]) and np.isfinite(line["sound"]) for line in lines)
    model = load_model(tmp_path / "checkpoint")
    figures = TimeExaminer(model, Processor.load(tmp_path / "checkpoint", model.config)).run(2)
    assert figures["video"]["n"] + figures["video"]["absent_n"] >= 4  # type: ignore[index]


def test_single_pictures_teach_the_video_tower_alone(
    processor: Processor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.pretrain_time._PICTURES", 4)
    run = TimePretrainer(replace(recipe(1000.0), dense_minutes=900.0, picture_minutes=900.0), processor, tmp_path)
    before = {name: tensor.clone() for name, tensor in run.model.state_dict().items()}
    run.run(stop_after_minutes=0.0)
    changed = {name for name, tensor in run.model.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed and all(name.startswith("video.tower.") for name in changed)


def test_batches_are_the_same_for_the_same_seed(processor: Processor) -> None:
    one, other = (next(iter(TimeStream(processor, batch=2, seed=4))) for _ in range(2))
    assert torch.equal(one.clips.strokes, other.clips.strokes)
    assert torch.equal(one.clip_questions.ids, other.clip_questions.ids)
    assert one.recordings == other.recordings
    assert not torch.equal(one.clips.strokes, next(iter(TimeStream(processor, batch=2, seed=5))).clips.strokes)


@pytest.mark.parametrize("duration_s", [0.7, 4.0, 11.3])
def test_training_hears_what_inference_hears(duration_s: float) -> None:
    config = time_config(700).audio
    assert config is not None
    torch.manual_seed(0)
    sound = torch.rand(1, round(duration_s * config.sample_rate)) - 0.5
    firsts = torch.tensor([first_samples(sound.shape[1] / config.sample_rate, config)])
    assert firsts[0, 0] < 0  # the first clip reaches over the beginning
    trained = mel_clips(cut_clips(sound, firsts, config)[0], config)
    assert torch.allclose(trained, sound_clips(sound, config), atol=1e-3)


def test_packed_questions_keep_to_themselves_and_fill_their_row(processor: Processor) -> None:
    questions = [Asked("the beep", "{0.100,0.200}", 1, 0), Asked("all beeps", "{0.100,0.200}, {0.300,0.400}", 2, 2)]
    packed = pack(processor, [questions * 10, questions[:1]], 100)
    assert packed.segments[0, 0] == 0 and packed.segments[1].max() == 0
    for number, one in enumerate(questions):
        own = packed.segments[0] == number
        answer = [int(t) for t in packed.labels[0][own] if t != IGNORED]
        assert processor.text_of(answer[:-1])[0] == one.answer
        assert answer[-1] == processor.end_id
        weights = packed.weights[0][own & (packed.labels[0] != IGNORED)]
        assert float(weights[0]) == 1.0
        assert torch.allclose(weights[1:], torch.tensor(one.regions**-0.5))
    assert (packed.weights[packed.labels == IGNORED] == 0).all()


def test_stacked_muon_moves_matrices_as_torch_does() -> None:
    torch.manual_seed(1)
    starts = [torch.randn(6, 9), torch.randn(6, 9), torch.randn(12, 4)]
    gradients = [[torch.randn_like(start) for start in starts] for _ in range(3)]
    results = []
    for make in (
        lambda p: StackedMuon(p, lr=0.01),
        lambda p: torch.optim.Muon(p, lr=0.01, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
    ):
        parameters = [nn.Parameter(start.clone()) for start in starts]
        optimizer = make(parameters)
        for step in gradients:
            for parameter, gradient in zip(parameters, step, strict=True):
                parameter.grad = gradient.clone()
            optimizer.step()
        results.append(parameters)
    for own, theirs in zip(*results, strict=True):
        assert torch.allclose(own, theirs, atol=2e-3)
