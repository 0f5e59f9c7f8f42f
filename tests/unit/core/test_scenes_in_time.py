"""Rendered clips and recordings show and sound what their questions' answers say, when they say it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.training.scenes.clip import STATES, VERBS, Actor, Clip, Move, Passage, Visit, sample_clip
from core.training.scenes.clip_questions import CLIP_QUESTION_TYPES, SHORTEST, ClipAsker
from core.training.scenes.clip_render import ClipRenderer, clip_batch
from core.training.scenes.render import Renderer, scene_batch
from core.training.scenes.scene import Scene
from core.training.scenes.sound import (
    KINDS,
    SOUND_QUESTION_TYPES,
    Recording,
    SoundAsker,
    SoundEvent,
    kinds_heard,
    sample_recording,
)
from core.training.scenes.sound_render import SAMPLE_RATE, render
from core.training.scenes.vocabulary import COLOURS, SHAPES

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


def _whole(seed: int) -> Clip:
    return replace(sample_clip(np.random.default_rng(seed)), window=(0.0, 1.0))


@pytest.mark.parametrize("seed", range(8))
def test_things_are_there_when_the_answer_says_so_and_not_outside(seed: int) -> None:
    clip = _whole(seed)
    for actor in clip.actors:
        longest = max(actor.seen(), key=lambda span: span[1] - span[0])
        (full,) = _ink(clip, actor, [(longest[0] + longest[1]) / 2])
        assert full > 0
        edges = [time for span in actor.seen() for time in span]
        outside = [t for t in np.linspace(0, 1, 40) if not any(a - 0.2 <= t <= b + 0.2 for a, b in actor.seen())]
        for ink in _ink(clip, actor, [float(t) for t in outside[:4]]) if outside else []:
            assert ink < 0.02 * full
        assert all(0 <= edge <= 1 for edge in edges)


def test_what_slides_over_the_edge_is_half_in_view_where_its_span_begins() -> None:
    clip = _whole(3)
    x1, _, x2, _ = clip.scene.content
    actor = clip.actors[0]
    way = x2 - x1 + 1.0
    edge = Passage(0.4, 0.5)
    slides = Actor(
        actor.kind, actor.colour, actor.stroke, (Visit(enters=edge, slides_in=True),), (way, 0.0),
        (Move(Passage(0.4, 0.8), -way, 0.0, (0.45, 0.8)),),
    )  # fmt: skip
    clip = replace(clip, actors=(slides,))
    before, after = _ink(clip, slides, [0.39, 0.9])
    assert before == 0 and after > 0
    assert slides.seen() == ((0.45, 1.0),)


def test_questions_about_a_clip_name_one_actor_and_its_time() -> None:
    rng = np.random.default_rng(11)
    asked = dict.fromkeys(CLIP_QUESTION_TYPES, 0)
    several = 0
    for _ in range(200):
        clip = sample_clip(rng)
        asker = ClipAsker(clip, rng)
        for kind in CLIP_QUESTION_TYPES:
            question = asker.ask(kind)
            if question is None:
                continue
            asked[kind] += 1
            several += len(question.spans) > 1
            assert (question.spans == ()) == (kind == "absent")
            for start, end in question.spans:
                assert 0 <= start < end <= 1 and end - start >= SHORTEST
                moment = 0.09 * (clip.window[1] - clip.window[0])
                possible = [
                    span
                    for actor in clip.actors
                    for colour in (None, *actor.colours())
                    for spans in (actor.seen(colour), *(actor.does(verb, moment) for verb in VERBS))
                    for span in clip.in_window(spans)
                ]
                ends = {round(one[0], 6) for one in possible}, {round(one[1], 6) for one in possible}
                assert round(start, 6) in ends[0] and round(end, 6) in ends[1]
    assert min(asked.values()) > 120 and several > 5


def test_a_window_shows_its_part_of_the_course_and_asks_about_that() -> None:
    clip = replace(_whole(5), window=(0.25, 0.75))
    whole = replace(clip, window=(0.0, 1.0))
    assert np.array_equal(clip.frame(0.5).strokes, whole.frame(0.5).strokes)
    assert np.array_equal(clip.frame(0.0).strokes, whole.frame(0.25).strokes)
    assert clip.in_window([(0.1, 0.5), (0.5, 0.6), (0.8, 0.9)]) == ((0.0, 0.5), (0.5, 0.7))


def test_states_of_moments_are_those_of_the_actors() -> None:
    clip = _whole(7)
    times = np.linspace(0.005, 0.995, 60)
    told = clip.states(times)
    assert told.shape == (60, len(STATES), len(SHAPES), len(COLOURS))
    for actor in clip.actors:
        for colour in actor.colours():
            seen = told[:, 0, SHAPES.index(actor.kind), tuple(COLOURS).index(colour)]
            same = [a for a in clip.actors if a.kind == actor.kind and colour in a.colours()]
            expected = [any(s <= t < e for a in same for s, e in a.seen(colour)) for t in times]
            assert seen.tolist() == expected


def test_movement_stands_still_outside_its_span() -> None:
    rng = np.random.default_rng(5)
    moved = 0
    for _ in range(60):
        clip = replace(sample_clip(rng), window=(0.0, 1.0))
        for actor in clip.actors:
            if len(actor.moves) != 1 or actor.visits[0].slides_in or actor.visits[0].slides_out:
                continue
            moved += 1
            when = actor.moves[0].when
            times = np.clip([0, when.start, when.end, 1], 0, 1)
            rows = clip.strokes(times)[:, actor.stroke, 1:3]
            assert np.allclose(rows[0], rows[1]) and np.allclose(rows[2], rows[3])
            assert np.hypot(*(rows[2] - rows[1])) > 0.2 or when.start < 0 or when.end > 1
    assert moved > 30


def test_a_batch_of_clips_looks_as_its_frames_do_one_by_one() -> None:
    rng = np.random.default_rng(2)
    clips = [sample_clip(rng, easy=True) for _ in range(2)]
    times = [np.array([0.1, 0.6]), np.array([0.3, 0.9])]
    batch = clip_batch(clips, times)
    assert batch.plain
    frames = ClipRenderer(Renderer(SIDE)).frames(batch).float()
    for row, (clip, at) in enumerate(zip(clips, times, strict=True)):
        for column, time in enumerate(at):
            (alone,) = Renderer(SIDE).pictures(scene_batch([clip.frame(float(time))])).float()
            assert float((frames[row, column] - alone).abs().mean()) < 0.01


def test_patches_say_what_is_painted_there_and_nothing_of_what_is_gone() -> None:
    clip = _whole(4)
    actor = clip.actors[0]
    alone = replace(clip, actors=(replace(actor, visits=(Visit(leaves=Passage(0.5, 0.5001)),), moves=()),))
    batch = clip_batch([alone], [np.array([0.2, 0.8])])
    owners = ClipRenderer(Renderer(SIDE)).owners(batch, slice(None), 8)
    assert owners.shape == (1, 2, 64)
    assert (owners[0, 0] == actor.stroke).any()
    assert not (owners[0, 1] == actor.stroke).any()


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


def test_an_event_that_began_before_is_cut_and_goes_on() -> None:
    event = SoundEvent("beep", -1.0, 1.0, 440.0, 0.4, 3.0, 7)
    longer = SoundEvent("beep", 1.0, 3.0, 440.0, 0.4, 3.0, 7)
    cut = Recording(4.0, (event,), "silence", 0.0, 1)
    samples, whole = render([cut])[0], render([Recording(4.0, (longer,), "silence", 0.0, 1)])[0]
    assert torch.equal(samples[:SAMPLE_RATE], whole[2 * SAMPLE_RATE : 3 * SAMPLE_RATE])
    assert float(samples[SAMPLE_RATE:].abs().max()) == 0.0
    assert cut.heard(event) == (0.0, 1.0)
    assert kinds_heard(cut, np.array([0.1, 0.9]))[:, KINDS.index("beep")].tolist() == [True, False]


def test_recordings_are_the_same_for_the_same_seed_alone_or_in_a_batch_and_stay_in_range() -> None:
    first = [sample_recording(np.random.default_rng(seed), duration_s=4.0) for seed in (9, 10)]
    assert first[0] == sample_recording(np.random.default_rng(9), duration_s=4.0)
    together = render(first)
    assert float(together.abs().max()) <= 1.0
    for row, recording in enumerate(first):
        assert torch.allclose(together[row], render([recording])[0], atol=1e-5)


def test_questions_about_sound_are_true() -> None:
    rng = np.random.default_rng(3)
    asked = dict.fromkeys(SOUND_QUESTION_TYPES, 0)
    for _ in range(250):
        recording = sample_recording(rng)
        asker = SoundAsker(recording, rng)
        spans = {recording.heard(event): event for event in recording.events}
        for kind in SOUND_QUESTION_TYPES:
            question = asker.ask(kind)
            if question is None:
                continue
            asked[kind] += 1
            assert all(0 <= start < end <= recording.duration_s for start, end in question.spans_s)
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
    assert min(asked.values()) > 100
