"""Rendered clips and recordings show and sound what their questions' answers say, when they say it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.training.scenes.clip import VERBS, Actor, Clip, ClipAsker, sample_clip
from core.training.scenes.render import Renderer, scene_batch
from core.training.scenes.scene import Scene
from core.training.scenes.sound import (
    KINDS,
    SAMPLE_RATE,
    SOUND_QUESTION_TYPES,
    Recording,
    SoundAsker,
    SoundEvent,
    render,
    sample_recording,
)

SIDE = 160


def _ink(clip: Clip, actor: Actor, times: list[float]) -> list[float]:
    """How much of the actor alone stands on the canvas at these times: mean difference from the empty ground."""
    alone = [clip.frame(time) for time in times]
    pictures = Renderer(SIDE).pictures(scene_batch([_only(scene, actor.stroke) for scene in alone])).float()
    empty = Renderer(SIDE).pictures(scene_batch([_only(scene, None) for scene in alone])).float()
    return [float(value) for value in (pictures - empty).abs().mean((1, 2, 3))]


def _only(scene: Scene, stroke: int | None) -> Scene:
    """The scene with all strokes but one wiped out, and without blur, noise and blocks."""
    strokes = scene.strokes.copy()
    hidden = [row for row in range(len(strokes)) if row != stroke]
    strokes[hidden, 19] = 0
    post = scene.post.copy()
    post[[0, 1, 2]] = 0
    return replace(scene, strokes=strokes, post=post)


@pytest.mark.parametrize("seed", range(6))
def test_things_are_there_when_the_answer_says_so_and_not_outside(seed: int) -> None:
    clip = sample_clip(np.random.default_rng(seed))
    for actor in clip.actors:
        start, end = actor.seen()
        inside, before, after = (start + end) / 2, start - 0.07, end + 0.07
        ink = _ink(clip, actor, [inside, max(before, 0), min(after, 1)])
        assert ink[0] > 0
        if before > 0:
            assert ink[1] < 0.05 * ink[0]
        if after < 1:
            assert ink[2] < 0.05 * ink[0]


def test_questions_about_a_clip_name_one_actor_and_its_time() -> None:
    rng = np.random.default_rng(11)
    asked = {"noun": 0, "verb": 0, "absent": 0}
    for _ in range(150):
        clip = sample_clip(rng)
        asker = ClipAsker(clip, rng)
        for kind in ("noun", "verb", "absent"):
            question = asker.ask(kind)
            if question is None:
                continue
            asked[kind] += 1
            words = question.expression.split()
            named = [
                a for a in clip.actors if a.kind.lower() in words and any(colour in words for colour in a.colours())
            ]
            if kind == "absent":
                assert question.spans == ()
            else:
                (span,) = question.spans
                assert 0 <= span[0] < span[1] <= 1
                possible = [a.seen_in(c) for a in named for c in a.colours()] + [
                    a.does(v) for a in named for v in VERBS
                ]
                assert span in possible
    assert min(asked.values()) > 100


def test_movement_stands_still_outside_its_span() -> None:
    rng = np.random.default_rng(5)
    moved = 0
    for _ in range(40):
        clip = sample_clip(rng)
        for actor in clip.actors:
            span = actor.does("move")
            if span is None:
                continue
            moved += 1
            rows = [clip.frame(t).strokes[actor.stroke, 1:3] for t in (0, span[0], span[1], 1)]
            assert np.allclose(rows[0], rows[1]) and np.allclose(rows[2], rows[3])
            assert np.hypot(*(rows[2] - rows[1])) > 0.2
    assert moved > 30


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_is_heard_in_its_span_only(kind: str) -> None:
    event = SoundEvent(kind, 1.0, 2.5, 300.0 if kind != "engine" else 60.0, 0.4, 3.0, 7)
    samples = render([Recording(4.0, (event,), "silence", 0.0, 1)])[0]
    assert samples.shape == (4 * SAMPLE_RATE,)
    assert float(samples[: SAMPLE_RATE - 1].abs().max()) == 0.0
    assert float(samples[round(2.5 * SAMPLE_RATE) :].abs().max()) == 0.0
    inside = samples[SAMPLE_RATE : round(2.5 * SAMPLE_RATE)]
    assert float(inside.square().mean().sqrt()) > 0.02
    quarter = inside.reshape(3, -1).square().mean(1).sqrt()
    assert float(quarter.min()) > 0.002  # it lasts as long as it says


def test_recordings_are_the_same_for_the_same_seed_and_stay_in_range() -> None:
    first = [sample_recording(np.random.default_rng(9)) for _ in range(2)]
    assert first[0] == first[1]
    samples = render([first[0]])
    assert torch.equal(samples, render([first[1]]))
    assert float(samples.abs().max()) <= 1.0


def test_questions_about_sound_are_true() -> None:
    rng = np.random.default_rng(3)
    asked = dict.fromkeys(SOUND_QUESTION_TYPES, 0)
    for _ in range(200):
        recording = sample_recording(rng)
        asker = SoundAsker(recording, rng)
        spans = {(event.start_s, event.end_s): event for event in recording.events}
        for kind in SOUND_QUESTION_TYPES:
            question = asker.ask(kind)
            if question is None:
                continue
            asked[kind] += 1
            if kind == "absent":
                assert question.spans_s == ()
            elif kind == "noun":
                event = spans[question.spans_s[0]]
                if "first" in question.expression:
                    assert event is min((e for e in recording.events if e.kind == event.kind), key=lambda e: e.start_s)
            elif kind == "several":
                kinds = {spans[span].kind for span in question.spans_s}
                assert len(kinds) == 1
                assert len(question.spans_s) == sum(e.kind in kinds for e in recording.events)
            else:
                (span,) = question.spans_s
                assert any(e.start_s <= span[0] + 1e-9 and span[1] <= e.end_s + 1e-9 for e in recording.events)
    assert min(asked.values()) > 60
