"""What is written is what is read: frames at their times, samples to the last bit, a track beside its pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.media import probe
from core.media.audio import AudioFile, read_audio
from core.media.video import open_video
from core.media.writing import write_sound, write_video
from tests.fakes_media import SIZE_WH, number_in, picture

RATE = 16_000


def beep(seconds: float, start_s: float, end_s: float) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    inside = (times >= start_s) & (times < end_s)
    return np.round(12_000 * np.sin(2 * np.pi * 700 * times) * inside).astype(np.int16)


@pytest.mark.parametrize("rate", [10, 30, Fraction(30000, 1001)])
def test_every_frame_stands_at_its_time(tmp_path: Path, rate: int | Fraction) -> None:
    path = tmp_path / "é clip.mp4"
    write_video(path, (picture(number) for number in range(45)), size_wh=SIZE_WH, rate=rate)
    with open_video(path) as video:
        assert len(video.index) == 45
        assert video.index.time_of(0) == 0
        assert video.index.duration_s == pytest.approx(45 / float(rate), abs=1e-4)
        assert [number_in(frame) for frame in video.frames_at(range(45))] == list(range(45))
        assert video.warnings == ()


def test_the_same_frames_give_the_same_file(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_video(tmp_path / name, map(picture, range(12)), size_wh=SIZE_WH, rate=12, sound=[beep(1, 0.2, 0.4)])
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_samples_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    samples = np.random.default_rng(1).integers(-32768, 32767, 20_011, dtype=np.int16)
    path = tmp_path / f"noise{suffix}"
    write_sound(path, np.array_split(samples, 7), RATE)
    with AudioFile(path) as sound:
        assert (sound.native_rate, sound.channels) == (RATE, 1)
        assert sound.end_s() == pytest.approx(len(samples) / RATE)
        assert np.array_equal(np.round(sound.read()[0] * 32768).astype(np.int16), samples)


def test_a_track_is_heard_when_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "both.mp4"
    track = np.array_split(beep(4, 2.5, 3.0), 16)
    write_video(path, map(picture, range(48)), size_wh=SIZE_WH, rate=12, sound=track, sound_rate=RATE)
    found = probe(path)
    assert found.kind == "video" and found.has_audio and found.duration_s == pytest.approx(4.0, abs=0.1)
    samples = read_audio(path, 0, 4)[0]
    loud = np.flatnonzero(np.abs(samples) > 0.1) / RATE
    assert loud[0] == pytest.approx(2.5, abs=0.01) and loud[-1] == pytest.approx(3.0, abs=0.01)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone/clip\.mp4 cannot be written"):
        write_video(tmp_path / "gone" / "clip.mp4", [picture(0)], size_wh=SIZE_WH, rate=10)
    with pytest.raises(MediaError, match=r"gone/a\.wav cannot be written"):
        write_sound(tmp_path / "gone" / "a.wav", [beep(1, 0, 1)])
    with pytest.raises(MediaError, match="names no sound"):
        write_sound(tmp_path / "a.txt", [beep(1, 0, 1)])
    with pytest.raises(ValueError, match="even"):
        write_video(tmp_path / "odd.mp4", [], size_wh=(33, 20), rate=10)
