"""Lessons of videos and sounds show what inference reads, and a model of all branches learns from a mix of media."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.formats.examples import Example
from core.grounding.groundinggpt.audio_processing import sound_clips
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.media_tensors import audio_config, read_medium
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext
from core.schema import Box, MediaSource, Region, Segment
from core.training.finetune import FinetunePlan, finetune
from core.training.lessons import LessonSet, collate, lessons_of
from core.training.objective import GroundingObjective
from core.training.packing import IGNORED
from core.training.samples import Sample
from core.workflows.ask import medium_at
from tests.fakes_model import squares_picture
from tests.fakes_time import timed_checkpoint, write_clip, write_recording

LOUD = (2.0, 3.0)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return timed_checkpoint(tmp_path_factory.mktemp("timed") / "base")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MediaSource]:
    folder = tmp_path_factory.mktemp("media")
    return {
        "image": medium_at(squares_picture(folder / "squares.png", (4, 6, 24, 26), (40, 30, 60, 50))),
        "video": write_clip(folder / "clip.mp4", 5.0, bright=[LOUD]),
        "audio": write_recording(folder / "beep.wav", 5.0, [LOUD]),
        "long": write_recording(folder / "long.wav", 75.0, [(50.0, 52.0)]),
    }


def _sample(source: MediaSource, expression: str, *regions: Region, rejected: tuple[Region, ...] = ()) -> Sample:
    item = source.item
    return Sample(
        source,
        Example(
            item.path, item.kind, expression, bool(regions), regions, rejected, duration_s=item.duration_s,
            size_wh=(item.width, item.height) if item.width and item.height else None,
        ),
    )  # fmt: skip


def _texts(lesson: dict[str, torch.Tensor], processor: Processor) -> Iterator[str]:
    """The answers that a lesson teaches, in order."""
    for number in range(int(lesson["segments"].max()) + 1):
        labels = [int(label) for label in lesson["labels"][lesson["segments"] == number] if label != IGNORED]
        yield processor.text_of(labels[:-1])[0]


def test_a_lesson_shows_what_inference_reads(base: Path, media: dict[str, MediaSource]) -> None:
    config = load_model(base).config
    processor = Processor.load(base, config)
    samples = [_sample(media[kind], "the beep", Segment(*LOUD)) for kind in ("video", "audio")]
    samples += [_sample(media["audio"], "a dog")]
    seen, heard = (LessonSet(lessons_of(samples), processor, varied=False)[index] for index in range(2))
    assert torch.equal(seen["medium"], read_medium(media["video"], config).tensor)
    clips = sound_clips(heard["medium"], audio_config(config))
    assert torch.equal(clips, read_medium(media["audio"], config).tensor)
    assert list(_texts(seen, processor)) == ["{0.400,0.600}"]
    assert list(_texts(heard, processor)) == ["{0.400,0.600}", "not present"]


def test_a_frame_is_learned_from_like_a_picture(base: Path, media: dict[str, MediaSource]) -> None:
    config = load_model(base).config
    processor = Processor.load(base, config)
    box = Box(16, 12, 48, 36, 2.4)
    sample = _sample(media["video"], "the bright thing", box)
    frame = Sample(sample.source, replace(sample.example, kind="image", at_s=2.4))
    lesson = LessonSet(lessons_of([frame]), processor, varied=False)[0]
    assert lesson["kind"] == "image"
    assert torch.equal(lesson["medium"][None], read_medium(media["video"], config, at_s=2.4).tensor)
    assert list(_texts(lesson, processor)) == ["[0.250, 0.312, 0.750, 0.688]"]


def test_a_long_medium_is_shown_in_a_window_as_it_is_asked(base: Path, media: dict[str, MediaSource]) -> None:
    processor = Processor.load(base, load_model(base).config)
    samples = [_sample(media["long"], "the beep", Segment(50.0, 52.0))]
    lesson = LessonSet(lessons_of(samples), processor, varied=False)[0]
    assert lesson["medium"].shape == (1, 20 * 16000)
    assert list(_texts(lesson, processor)) == ["{0.450,0.550}"]
    varied = LessonSet(lessons_of(samples), processor)
    texts = set()
    for epoch in range(12):
        varied.set_epoch(epoch)
        texts |= set(_texts(varied[0], processor))
    assert "not present" in texts and len(texts) > 4  # windows in which there is nothing teach too


def test_a_variation_depends_on_seed_epoch_and_place_only(base: Path, media: dict[str, MediaSource]) -> None:
    processor = Processor.load(base, load_model(base).config)
    lessons = lessons_of([_sample(media["audio"], "the beep", Segment(*LOUD))])

    def drawn(seed: int, epoch: int) -> torch.Tensor:
        lesson_set = LessonSet(lessons, processor, seed=seed)
        lesson_set.set_epoch(epoch)
        return torch.as_tensor(lesson_set[0]["medium"])

    assert torch.equal(drawn(1, 2), drawn(1, 2))
    assert not any(torch.equal(drawn(1, 2), other) for other in (drawn(1, 3), drawn(2, 2)))


def test_a_reader_in_another_process_shows_the_same(base: Path, media: dict[str, MediaSource]) -> None:
    """What a system without `fork` hands over to it; what was read before goes along."""
    processor = Processor.load(base, load_model(base).config)
    samples = [_sample(media[kind], "the beep", Segment(*LOUD)) for kind in ("video", "audio")]
    lessons = LessonSet(lessons_of(samples), processor, seed=3)
    shown = [lessons[number]["medium"] for number in range(len(lessons))]
    twin = pickle.loads(pickle.dumps(lessons))
    assert all(torch.equal(twin[number]["medium"], medium) for number, medium in enumerate(shown))


def test_media_of_all_kinds_are_one_batch(base: Path, media: dict[str, MediaSource]) -> None:
    model = load_model(base)
    processor = Processor.load(base, model.config)
    samples = [
        _sample(media["audio"], "the beep", Segment(*LOUD), rejected=(Segment(0.0, 1.0),)),
        _sample(media["image"], "the red square", Box(4, 6, 24, 26)),
        _sample(media["video"], "the bright thing", Segment(*LOUD)),
    ]
    lessons = LessonSet(lessons_of(samples), processor, varied=False)
    objective = GroundingObjective(model.float(), processor)
    alone = [objective(**collate([lessons[index]]))["loss"].detach() for index in range(1, 3)]
    both = objective(**collate([lessons[2], lessons[1]]))["loss"].detach()
    counts = [float(lessons[index]["weights"].sum()) for index in range(1, 3)]
    mean = (alone[0] * counts[0] + alone[1] * counts[1]) / sum(counts)
    assert float(both) == pytest.approx(float(mean), abs=1e-4)
    objective(**collate([lessons[index] for index in range(3)]))["loss"].backward()
    grads = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
    for branch in ("mm_vision_projector", "video.", "audio.", "language_model"):
        assert any(name.startswith(branch) and bool(grad.abs().sum() > 0) for name, grad in grads.items()), branch


def test_a_model_learns_when_it_beeps(base: Path, media: dict[str, MediaSource], tmp_path: Path) -> None:
    samples = [
        _sample(media["video"], "the bright thing", Segment(*LOUD)),
        _sample(media["audio"], "the beep", Segment(*LOUD)),
        _sample(media["image"], "the red square", Box(4, 6, 24, 26)),
    ]
    plan = FinetunePlan(str(base), tmp_path / "out", epochs=30, batch=3, rate=1e-2)
    result = finetune(samples, plan, JobContext())
    assert result.losses[-1][1] < 0.6 * result.losses[0][1]


def test_who_was_taught_times_writes_them(media: dict[str, MediaSource], tmp_path: Path) -> None:
    base = timed_checkpoint(tmp_path / "base", spans=("video",))
    plan = FinetunePlan(str(base), tmp_path / "out", epochs=1, batch=1)
    finetune([_sample(media["audio"], "the beep", Segment(*LOUD))], plan, JobContext())
    assert load_model(tmp_path / "out").config.grammar.spans == ("audio", "video")


def test_beside_scenes_what_reads_other_media_stays_and_words_learn_fastest(
    media: dict[str, MediaSource], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = timed_checkpoint(tmp_path / "base")
    (base / "training.json").write_text('{"recipe": {}}', encoding="utf-8")
    monkeypatch.setattr("core.training.keeping.SHARES", (1.0,))
    monkeypatch.setattr("core.training.finetune.OLD_SCENES", 2)
    samples = [_sample(media[name], "the beep", Segment(*LOUD)) for name in ("audio", "long")]
    held = write_recording(tmp_path / "other.wav", 6.0, [(1.0, 2.0)])
    samples.append(_sample(held, "the beep", Segment(1.0, 2.0)))
    plan = FinetunePlan(str(base), tmp_path / "out", epochs=3, replay=0.5, holdout=0.4)
    finetune(samples, plan, JobContext())
    before, after = load_model(base).state_dict(), load_model(tmp_path / "out").state_dict()
    changed = {name: float((after[name] - before[name].half().float()).abs().mean()) for name in before}  # as written
    assert not any(changed[name] for name in before if name.startswith(("video.", "vision_tower.")))
    assert changed["audio.projection.weight"] > 1e-4
    layer, words = "language_model.model.layers.0.mlp.up_proj.weight", "language_model.lm_head.weight"
    assert changed[layer] < 0.3 * changed[words]
    tried = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))["tried"]
    assert set(tried[0]["old"]) == {"image", "video", "audio"}
