"""What branches read: sampled by time, padded as pictures are, the same however it was decoded."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import MediaError, ModelError
from core.grounding.groundinggpt.asking import length_by_step
from core.grounding.groundinggpt.audio_processing import sound_clips
from core.grounding.groundinggpt.media_tensors import (
    SoundReader,
    VideoReader,
    clip_step_s,
    read_medium,
)
from core.grounding.groundinggpt.processing import picture_pixels
from core.jobs import JobContext
from core.media.audio import read_audio
from core.media.video import open_video
from core.workflows.ask import medium_at
from tests.fakes_media import H264, NTSC, Recipe, number_in, picture, tones, write_sound, write_video
from tests.fakes_time import SIDE, loudness, queries, timed_config, watchful

CONFIG = timed_config(512)
ONCE = replace(CONFIG, video=replace(CONFIG.video, vision={**CONFIG.video.vision, "image_size": 128}))
BARS = replace(ONCE, video=replace(ONCE.video, repeats=True))


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tensors")
    return write_video(folder / "a.mp4", Recipe(frames=150, options=H264, with_sound=True))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = tones(20.0, 22050, 2)
    return write_sound(tmp_path_factory.mktemp("tensors") / "a.flac", samples, 22050, "flac")


def shown(frame: torch.Tensor) -> int:
    """The number on a padded frame of 128 x 64 in a square of 128."""
    rgb = frame.permute(1, 2, 0).numpy()
    return number_in(((rgb - rgb.min()) / (rgb.max() - rgb.min()) * 255)[32:96])


def test_frames_are_those_shown_at_even_times(video: Path) -> None:
    read = read_medium(medium_at(video), BARS)
    assert [shown(frame) for frame in read.tensor] == [k * 150 // 64 for k in range(64)]
    assert read.window_s == (0.0, pytest.approx(150 / NTSC))
    assert read.precision_s == pytest.approx(float(150 / NTSC / 64))
    assert (read.kind, read.size_wh) == ("video", (128, 64))


def test_a_window_begins_with_the_frame_on_the_screen_then(video: Path) -> None:
    read = read_medium(medium_at(video), BARS, window_s=(1.0, 2.0))
    assert shown(read.tensor[0]) == 29  # shown from 0.9676 s on
    assert shown(read.tensor[-1]) == 59
    assert len(read.tensor) == 64  # of 31 frames
    assert read.frames[:4] == (29, 30, 30, 31)
    assert read.precision_s == pytest.approx(1 / 31)
    assert read.window_s == (1.0, 2.0)


def test_without_repeats_each_frame_of_a_short_window_comes_once(video: Path) -> None:
    read = read_medium(medium_at(video), ONCE, window_s=(1.0, 2.0))
    assert read.frames == tuple(range(29, 60))
    assert [shown(frame) for frame in read.tensor] == list(read.frames)


def test_an_uneven_pace_is_sampled_by_time(tmp_path: Path) -> None:
    """Half of the frames lie in the last tenth: sampled by number, the event would seem to last half of the video."""
    ticks = [*range(0, 900, 30), *range(900, 1000, 3)]
    clock = Fraction(1, 100)
    path = write_video(tmp_path / "vfr.mkv", Recipe(frames=len(ticks), ticks=ticks, clock=clock, options=H264))
    read = read_medium(medium_at(path), BARS)
    late = [shown(frame) for frame in read.tensor if shown(frame) >= 30]
    assert len(late) / len(read.tensor) == pytest.approx(0.1, abs=0.03)


def test_a_frame_is_padded_as_a_picture_is(video: Path) -> None:
    config = replace(CONFIG, pad_rgb=(200, 10, 90))
    read = read_medium(medium_at(video), config, window_s=(0.0, 0.1))
    with open_video(video) as file:
        expected = picture_pixels(file.frame(0), SIDE, config.pad_rgb)
    assert torch.allclose(read.tensor[:1], expected, atol=0.25)  # scaled down in two steps
    stretched = replace(config, video=replace(config.video, fit="stretch"))
    other = read_medium(medium_at(video), stretched, window_s=(0.0, 0.1)).tensor
    assert (other[0, :, 0] - read.tensor[0, :, 0]).abs().mean() > 0.5  # no bar above


def test_a_paused_frame_is_the_picture_that_it_is(video: Path) -> None:
    read = read_medium(medium_at(video), CONFIG, at_s=2.0)
    with open_video(video) as file:
        assert torch.equal(read.tensor, picture_pixels(file.frame_at(2.0), CONFIG.image_size, CONFIG.pad_rgb))
    assert (read.kind, read.size_wh) == ("image", (128, 64))
    assert read.at_s == pytest.approx(59 * 1001 / 30000)
    assert np.abs(picture(59)).any()


def test_windows_that_overlap_give_what_each_gives_alone(video: Path, sound: Path) -> None:
    windows = [(k * 0.5, k * 0.5 + 1.0) for k in range(6)]
    with VideoReader(video, CONFIG) as reader:
        together = [reader.window(window).tensor for window in windows]
    alone = [read_medium(medium_at(video), CONFIG, window_s=window).tensor for window in windows]
    assert all(torch.equal(a, b) for a, b in zip(together, alone, strict=True))
    windows = [(k * 1.5, k * 1.5 + 3.0) for k in range(6)] + [(16.0, 20.0), (0.25, 2.0)]
    with SoundReader(sound, CONFIG.audio) as ear:
        together = [ear.window(window).tensor for window in windows]
    for window, tensor in zip(windows, together, strict=True):
        samples = torch.from_numpy(read_audio(sound, *window))
        assert torch.allclose(tensor, sound_clips(samples, CONFIG.audio), atol=1e-4)


def test_a_long_stretch_is_heard_clip_by_clip(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "long.wav", loudness(130.0, [(40.0, 60.0)]), 16000, "pcm_s16le")
    read = read_medium(medium_at(path), CONFIG)
    whole = sound_clips(torch.from_numpy(read_audio(path)), CONFIG.audio)
    assert read.tensor.shape == (64, 1, 16, 98)
    assert torch.allclose(read.tensor, whole, atol=1e-3)
    assert read.precision_s == pytest.approx(129 / 63)


def test_precision_of_sound_is_the_step_of_its_clips() -> None:
    assert clip_step_s(20.0, CONFIG.audio) == pytest.approx(19 / 63)
    assert clip_step_s(0.6, CONFIG.audio) == 0.6
    published = replace(CONFIG.audio, clips=3, clip_s=2.0, clip_starts="end_open")
    assert clip_step_s(8.0, published) == pytest.approx(2.0)
    for config in (published, CONFIG.audio):
        least_s, slope = length_by_step(config)
        assert clip_step_s(least_s + slope * 0.25, config) == pytest.approx(0.25)


def test_what_cannot_be_read_is_told(video: Path, sound: Path) -> None:
    for source, config, options, error, complaint in (
        (sound, CONFIG, {"at_s": 1.0}, MediaError, "no frame"),
        (sound, replace(CONFIG, audio=None), {}, ModelError, "cannot hear"),
        (video, replace(CONFIG, video=None), {}, ModelError, "knows no video"),
        (video, replace(CONFIG, vision=None), {"at_s": 1.0}, ModelError, "knows no image"),
        (video, CONFIG, {"window_s": (4.0, 9.0)}, MediaError, "lasts from 0.000 s to 5.005 s"),
    ):
        with pytest.raises(error, match=complaint):
            read_medium(medium_at(source), config, **options)


def test_spoken_digits_are_found_where_they_were_put(tmp_path: Path, data_dir: Path) -> None:
    """Real recordings, a pause between them; the network that tells loudness hears each where it is."""
    files = sorted((data_dir / "fsdd").glob("*_jackson_1.wav"))[:6]
    assert files
    line, truth, at = [np.zeros(8000 * 2, np.float32)], [], 2.0
    for path in files:
        samples = read_audio(path, rate=8000)[0]
        truth.append((at, at + len(samples) / 8000))
        line += [samples / np.abs(samples).max() * 0.9, np.zeros(8000 * 4, np.float32)]
        at += len(samples) / 8000 + 4
    path = write_sound(tmp_path / "digits.wav", np.concatenate(line)[None], 8000, "pcm_s16le")
    grounder, _ = watchful(tmp_path / "model")
    source = medium_at(path)
    (answer,) = grounder.ground(queries(source, "a digit"), source, JobContext())
    spans = [(p.region.start_s, p.region.end_s) for p in answer.proposals]  # type: ignore[union-attr]
    for start, end in truth:
        inside = [span for span in spans if span[0] < end and span[1] > start]
        assert inside
        assert min(a for a, _ in inside) == pytest.approx(start, abs=0.25)
    assert all(any(a < end + 0.1 and b > start - 0.1 for start, end in truth) for a, b in spans)
