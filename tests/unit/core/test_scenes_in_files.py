"""Rendered videos and sounds: what a row says is what the file shows and sounds, read back as any file is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.commands import main
from core.formats.groundinggpt import iter_rows, row_to_example
from core.geometry import temporal_iou
from core.jobs import JobContext
from core.media.audio import read_audio
from core.media.images import RGB
from core.media.video import open_video
from core.schema import Segment
from core.training.scenes.clip import Clip, sample_clip
from core.training.scenes.clip_questions import ClipAsker
from core.training.scenes.files import picture_of
from core.training.scenes.long_files import write_long_sound, write_long_video
from core.training.scenes.media_files import clip_frames, examples_of, write_clip, write_clips, write_recordings
from core.training.scenes.render import Renderer
from core.training.scenes.scene import STROKE_FIELDS
from core.training.scenes.sound import Recording, sample_recording
from core.training.scenes.sound_render import SAMPLE_RATE, wav_samples
from core.workflows.truths import TruthSet, read_truths

SIDE = 96


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def frames_of(path: Path) -> tuple[list[RGB], list[float]]:
    """All frames, and when each is shown."""
    with open_video(path) as video:
        numbers = range(len(video.index))
        return list(video.frames_at(numbers)), [video.index.time_of(number) for number in numbers]


def check_spans(truths: TruthSet) -> None:
    """Spans lie inside their media, and what a row writes in three decimals means what it holds exactly."""
    for source, truth in truths.pairs:
        duration = source.item.duration_s
        assert duration is not None
        for span in truth.regions:
            assert isinstance(span, Segment)
            assert 0 <= span.start_s < span.end_s <= duration + 1e-3


def check_text_alone(rows: Path) -> None:
    """Without the exact regions beside it, the text says the same to half a thousandth of the duration."""
    for row in iter_rows(rows):
        exact = row_to_example(row)
        told = row_to_example({key: value for key, value in row.items() if key != "groundlabel"})
        assert exact.duration_s is not None
        assert (told.present, told.kind, told.expression) == (exact.present, exact.kind, exact.expression)
        assert len(told.spans_norm) == len(exact.regions)
        for (start, end), region in zip(told.spans_norm, exact.regions, strict=True):
            assert isinstance(region, Segment)
            assert start * exact.duration_s == pytest.approx(region.start_s, abs=0.00051 * exact.duration_s)
            assert end * exact.duration_s == pytest.approx(region.end_s, abs=0.00051 * exact.duration_s)


def test_videos_and_rows_about_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ("scenes", "render", "--kind", "video", "--count", 2, "--seed", 4, "--side", SIDE, "--rate", 10)
    code, out, err = run(capsys, *line, "--out", tmp_path, "--json")
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert facts["videos"] == 2 and "pictures" not in facts
    rows = tmp_path / "rows.json"
    assert {row["video"] for row in iter_rows(rows)} == {"clip-00001.mp4", "clip-00002.mp4"}
    truths = read_truths([rows])
    assert truths.skipped == [] and len(truths.pairs) == facts["questions"] >= 4
    assert any(truth.present for _, truth in truths.pairs) and not all(truth.present for _, truth in truths.pairs)
    check_spans(truths)
    check_text_alone(rows)
    for source, _ in truths.pairs:
        assert source.item.kind == "video"
        assert source.item.fps == pytest.approx(10)
        assert max(source.item.width or 0, source.item.height or 0) in (SIDE, SIDE - 1)


def test_sounds_and_rows_about_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(
        capsys, "scenes", "render", "--kind", "audio", "--count", 4, "--seed", 2, "--out", tmp_path, "--json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["sounds"] == 4
    rows = tmp_path / "rows.json"
    assert {row["sound"] for row in iter_rows(rows)} == {f"recording-0000{n}.flac" for n in range(1, 5)}
    truths = read_truths([rows])
    assert truths.skipped == [] and {source.item.kind for source, _ in truths.pairs} == {"audio"}
    check_spans(truths)
    check_text_alone(rows)
    work, again = tmp_path / "work.groundlabel", tmp_path / "again.json"
    assert run(capsys, "import", rows, "--format", "groundinggpt", "--into", work)[0] == 0
    assert run(capsys, "export", work, "--format", "groundinggpt", "--out", again)[0] == 0
    assert answers_of(again) == answers_of(rows)


def answers_of(rows: Path) -> dict[tuple[str, str], object]:
    """What each row says, by its medium and its question."""
    found = {}
    for row in iter_rows(rows):
        human, said = row["conversations"]  # type: ignore[misc]
        found[(str(row["sound"]), human["value"])] = said["value"]
    return found


def test_a_seed_writes_the_same_sounds_and_rows(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_recordings(tmp_path / name, count=2, seed=seed, context=JobContext())
    a, b, c = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "abc")
    assert a == b != c


def drawn_at(clip: Clip, moment: float) -> RGB:
    """A moment of a clip as a picture of its own, both sides even."""
    picture, _ = picture_of(clip.frame(moment), Renderer(SIDE))
    return picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]


def _changing_clip(rng: np.random.Generator) -> Clip:
    """A clip without noise and blocks in which much happens."""
    while True:
        clip = sample_clip(rng)
        first, middle, last = (drawn_at(clip, moment).astype(int) for moment in (0.05, 0.5, 0.95))
        changes = np.abs(first - middle).mean(), np.abs(middle - last).mean()
        if not clip.scene.post[[1, 2]].any() and min(changes) > 6:
            return clip


def _loud_recording(rng: np.random.Generator, span_s: tuple[float, float]) -> Recording:
    """A recording of silence in which one loud sound is heard, shorter than it is."""
    while True:
        recording = sample_recording(rng)
        loud = [event for event in recording.events if event.gain > 0.3]
        if loud:
            event = replace(loud[0], start_s=span_s[0], end_s=span_s[1])
            return replace(recording, duration_s=9.0, events=(event,), background="silence")


def test_a_video_shows_the_clip_at_the_right_times(tmp_path: Path) -> None:
    """Each frame of the file looks like the clip at that moment, more than like the clip at any time far from it."""
    rng = np.random.default_rng(8)
    clip = replace(_changing_clip(rng), duration_s=6.0)
    written = write_clip(tmp_path / "clip.mp4", clip, side=SIDE, rate=10)
    shown, times = frames_of(written.path)
    assert len(shown) == 60 and written.duration_s == 6.0
    assert written.size_wh == (shown[0].shape[1], shown[0].shape[0])
    moments = [(time + 0.05) / 6.0 for time in times]
    drawn = [drawn_at(clip, moment) for moment in moments]
    differences = [np.abs(a.astype(int) - b.astype(int)).mean() for a, b in zip(shown, drawn, strict=True)]
    assert max(differences) < 6, "only what H.264 loses"
    changing = [n for n in range(10, 60) if np.abs(drawn[n].astype(int) - drawn[n - 10].astype(int)).mean() > 3]
    assert changing, "a clip in which something happens"
    for number in changing:
        late = np.abs(shown[number].astype(int) - drawn[number - 10].astype(int)).mean()
        assert differences[number] < late
    question = ClipAsker(clip, rng).ask("noun")
    assert question is not None
    (example,) = examples_of(written, [(question.expression, question.spans)])
    found = [(region.start_s / 6, region.end_s / 6) for region in example.regions if isinstance(region, Segment)]
    assert np.allclose(found, sorted(question.spans), atol=1e-3)


def test_the_thing_that_a_row_names_is_in_the_file_in_its_spans_and_at_no_other_time(tmp_path: Path) -> None:
    """Its ink: what the file's frames differ by from the same clip without it."""
    checked = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        clip = sample_clip(rng)  # as the command draws its first one
        question = ClipAsker(clip, rng).ask("noun")
        named = [
            actor
            for actor in clip.actors
            if question is not None and f"{actor.colour} {actor.kind.lower()}" in question.expression
        ]
        if len(named) != 1 or named[0].repaint or clip.scene.post[:3].any() or clip.duration_s > 9:
            continue
        write_clips(tmp_path, count=1, seed=seed, side=SIDE, rate=10, context=JobContext())
        (row,) = (row for row in iter_rows(tmp_path / "rows.json") if row["id"] == f"clip-00001/{question.expression}")
        spans = [(s.start_s, s.end_s) for s in row_to_example(row).regions if isinstance(s, Segment)]
        frames, times = frames_of(tmp_path / "clip-00001.mp4")
        moments = (np.array(times) + 0.05) / (len(frames) / 10)
        ink = [_ink(frame, clip, named[0].stroke, moment) for frame, moment in zip(frames, moments, strict=True)]
        fade_s = 0.15 + 0.1 * clip.duration_s  # what comes or goes gradually is half in view at the edge of a span
        for time_s, amount in zip(np.array(times) + 0.05, ink, strict=True):
            if min((abs(time_s - edge) for span in spans for edge in span), default=9.0) > fade_s:
                assert (amount > max(ink) / 4) == any(start <= time_s < end for start, end in spans), (seed, time_s)
        checked += 1
        if checked == 4:
            return
    pytest.fail("too few clips are of use")


def _ink(frame: RGB, clip: Clip, stroke: int, moment: float) -> float:
    strokes = clip.scene.strokes.copy()
    strokes[stroke, STROKE_FIELDS.index("opacity")] = 0
    without = drawn_at(replace(clip, scene=replace(clip.scene, strokes=strokes)), moment)
    return float((np.abs(frame.astype(int) - without).max(axis=2) > 60).mean())


@pytest.mark.parametrize("seed", range(4))
def test_frames_that_stay_the_same_are_as_if_each_were_painted(seed: int) -> None:
    clip = sample_clip(np.random.default_rng(seed), easy=True)
    clip = replace(clip, scene=replace(clip.scene, post=clip.scene.post * np.array([1, 0, 0, 1, 1, 1], np.float32)))
    moments = (np.arange(40) + 0.5) / 40
    frames = list(clip_frames(clip, moments, Renderer(SIDE)))
    assert len(frames) == 40
    for moment, frame in zip(moments, frames, strict=True):
        assert np.abs(frame.astype(int) - drawn_at(clip, moment)).max() <= 2


def test_noise_is_fresh_in_every_frame() -> None:
    clip = sample_clip(np.random.default_rng(0), easy=True)
    post = np.array([0, 12, 0, 1, 0, 5], np.float32)
    frames = list(
        clip_frames(replace(clip, scene=replace(clip.scene, post=post)), np.linspace(0.4, 0.41, 40), Renderer(SIDE))
    )
    assert len({frame.tobytes() for frame in frames}) == 40


def test_a_thing_stands_in_a_long_video_in_its_span_and_at_no_other_time(tmp_path: Path) -> None:
    made = write_long_video(
        tmp_path / "long.mp4", np.random.default_rng(3), duration_s=40, event_s=2, rate=10, side=SIDE
    )
    assert made.span_s[1] - made.span_s[0] == pytest.approx(2)
    frames, times = frames_of(made.medium.path)
    assert len(frames) == 400
    empty = np.median(np.stack(frames[::20]), axis=0)
    ink = np.array([(np.abs(frame - empty).max(2) > 40).mean() for frame in frames])
    inside = (np.array(times) >= made.span_s[0] - 1e-6) & (np.array(times) < made.span_s[1] - 1e-6)
    assert inside.sum() == 20
    assert ink[inside].min() > 0.005 and ink[~inside].max() < 0.1 * ink[inside].min()


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_is_heard_in_a_long_file_in_its_span_and_at_no_other_time(tmp_path: Path, seed: int) -> None:
    made = write_long_sound(tmp_path / "long.wav", np.random.default_rng(seed), duration_s=70, event_s=2)
    samples = read_audio(made.medium.path)[0]
    assert len(samples) == 70 * SAMPLE_RATE
    first, last = (round(time * SAMPLE_RATE) for time in made.span_s)
    outside = np.concatenate([samples[:first], samples[last:]])
    assert np.sqrt(np.mean(samples[first:last] ** 2)) > 3 * np.sqrt(np.mean(outside**2))
    power = np.sqrt(np.mean(outside[: len(outside) // 8000 * 8000].reshape(-1, 8000) ** 2, axis=1))
    assert power.max() <= 1.6 * power.min() + 1e-4, "pieces of the background melt into each other"


def test_a_video_can_have_a_shape_and_a_sound_at_different_times(tmp_path: Path) -> None:
    rng = np.random.default_rng(12)
    clip = replace(sample_clip(rng), duration_s=5.0)
    recording = _loud_recording(rng, (3.0, 4.5))
    written = write_clip(tmp_path / "both.mp4", clip, side=SIDE, rate=10, sound=recording)
    heard = read_audio(written.path)[0]
    assert len(heard) / SAMPLE_RATE == pytest.approx(5.0, abs=0.1), "as long as the pictures"
    loud = np.flatnonzero(np.abs(heard) > 0.05) / SAMPLE_RATE
    assert temporal_iou((loud[0], loud[-1]), (3.0, 4.5)) > 0.9
    expected = wav_samples(recording)[: len(heard)] / 32768
    assert np.corrcoef(heard[: len(expected)], expected)[0, 1] > 0.95
    frames, _ = frames_of(written.path)
    assert len(frames) == 50


@pytest.mark.parametrize("arguments", [("--kind", "film"), ("--kind", "video", "--rate", 9), ("--rate", 31)])
def test_what_cannot_be_rendered_is_a_wrong_use(
    arguments: tuple[object, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "scenes", "render", "--count", 1, "--out", tmp_path / "x", *arguments)
    assert (code, out) == (2, "") and err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_a_folder_that_is_a_file_is_said(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("mine")
    code, out, err = run(capsys, "scenes", "render", "--kind", kind, "--count", 1, "--out", tmp_path / "taken")
    assert (code, out) == (1, "")
    assert err.startswith("GroundLabel: ") and err.count("\n") == 1
