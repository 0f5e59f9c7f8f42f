"""Peaks of sounds: exact at every level, kept in a file, computed once, cancelled without a trace."""

from __future__ import annotations

import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, MediaError
from core.jobs import JobContext, Progress
from core.media.audio import read_audio
from core.media.peaks import FACTOR, Peaks, columns_of, compute_peaks, load_peaks, peaks_path
from core.media.sound_edges import edges_between, edges_of, nearest_edge
from core.media.spectrogram import BANDS, band_hz, level_for, spectrum_columns, step_of, tile, tiles_between

RATE = 8000


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return np.random.default_rng(7).uniform(-0.8, 0.8, round(seconds * rate))


def whole(path: Path, kept: Path, context: JobContext | None = None) -> Peaks:
    return list(compute_peaks(path, kept, context or JobContext()))[-1]


@pytest.mark.parametrize("seconds", [0.003, 0.4, 50.0171])
def test_every_level_tells_the_exact_extremes_and_loudness(tmp_path: Path, seconds: float) -> None:
    path = write_wav(tmp_path / "a.wav", noise(seconds))
    peaks = whole(path, tmp_path / "a.peaks")
    samples = read_audio(path, rate=None)[0]
    assert peaks.facts.count == samples.size
    for level in range(len(peaks.facts.sizes)):
        size = peaks.facts.bin_samples * FACTOR**level
        columns = -(-samples.size // size)
        got = peaks.window(0.0, columns * size / RATE, columns)
        parts = [samples[n * size : (n + 1) * size] for n in range(columns)]
        assert got.low.tolist() == [part.min() for part in parts]
        assert got.high.tolist() == [part.max() for part in parts]
        assert got.rms == pytest.approx([np.sqrt((part**2).mean()) for part in parts], rel=1e-3)
    peaks.close()


def test_a_column_covers_all_that_it_touches_and_nothing_is_told_outside(tmp_path: Path) -> None:
    samples = np.zeros(RATE * 30)
    samples[RATE * 11 + 3] = 0.5
    peaks = whole(write_wav(tmp_path / "click.wav", samples), tmp_path / "c.peaks")
    for columns in (7, 100, 1000):
        got = peaks.window(-10.0, 40.0, columns)
        hit = int((11 + 3 / RATE + 10) / 50 * columns)
        assert got.high[hit] == pytest.approx(0.5, abs=1e-4)
        assert np.nansum(got.high > 0.4) <= 2
        assert np.isnan(got.high[: columns // 6]).all() and np.isnan(got.high[-(columns // 6) :]).all()
    peaks.close()


def test_samples_answer_where_bins_are_too_coarse() -> None:
    samples = noise(0.1).astype(np.float32)
    got = columns_of(samples, RATE, 2.0, 2.0, 2.1, 400)
    assert got.low.tolist() == [samples[n * 2 : n * 2 + 2].min() for n in range(400)]
    finer = columns_of(samples, RATE, 2.0, 1.99, 2.01, 320)
    assert np.isnan(finer.low[:160]).all()
    assert finer.high[160:].tolist() == [samples[n // 2] for n in range(160)]


def test_kept_peaks_are_used_again_and_spoiled_ones_made_anew(tmp_path: Path) -> None:
    path, kept = write_wav(tmp_path / "a.wav", noise(3)), peaks_path("abc")
    whole(path, kept).close()
    stamp = kept.stat().st_mtime_ns
    again = list(compute_peaks(tmp_path / "gone.wav", kept, JobContext()))
    assert len(again) == 1 and again[0].facts.count == 3 * RATE
    assert kept.stat().st_mtime_ns == stamp
    for spoiled in (b"", kept.read_bytes()[:-20], kept.read_bytes()[40:], b"x" * 4000):
        kept.write_bytes(spoiled)
        assert load_peaks(kept) is None
        whole(path, kept).close()
        assert load_peaks(kept) is not None


def test_previews_grow_and_cancelling_leaves_nothing(tmp_path: Path) -> None:
    path, kept = write_wav(tmp_path / "long.wav", noise(200)), tmp_path / "cache" / "long.peaks"
    token, told = threading.Event(), list[Progress]()
    shown = compute_peaks(path, kept, JobContext(token, told.append))
    first, second = next(shown), next(shown)
    assert 0 < first.facts.count < second.facts.count < 200 * RATE
    assert np.isfinite(first.window(0, 200, 500).high[:20]).all()
    assert told and told[-1].total == 200 * RATE
    token.set()
    with pytest.raises(Cancelled):
        list(shown)
    assert list(kept.parent.iterdir()) == []


def test_a_file_cut_short_gives_what_it_has_and_one_without_sound_an_error(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", noise(5))
    path.write_bytes(path.read_bytes()[: RATE * 4])  # two of five seconds
    peaks = whole(path, tmp_path / "a.peaks")
    assert 1.5 < peaks.facts.end_s <= 5
    peaks.close()
    (tmp_path / "no.wav").write_bytes(b"RIFF no sound at all")
    with pytest.raises(MediaError):
        whole(tmp_path / "no.wav", tmp_path / "no.peaks")
    assert not list(tmp_path.glob(".peaks-*"))


def test_a_tone_lights_its_own_band_when_it_sounds(tmp_path: Path) -> None:
    samples = np.zeros(RATE * 4)
    samples[RATE * 2 : RATE * 3] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    path = write_wav(tmp_path / "tone.wav", samples)
    band = int(np.abs(band_hz(RATE) - 1000).argmin())
    coarse = whole(path, tmp_path / "t.peaks").coarse
    assert coarse.shape == (16, BANDS)
    assert abs(int(coarse[10].argmax()) - band) <= 1 and coarse[2].max() == 0
    level = level_for(0.004)
    pieces = [tile(path, level, number, JobContext()) for number in tiles_between(level, 0, 4)]
    fine = np.concatenate(pieces)
    assert len(fine) == round(4 / step_of(level))
    loud = np.flatnonzero(fine[:, band] > 200) * step_of(level)
    assert loud.min() == pytest.approx(2.0, abs=0.02) and loud.max() == pytest.approx(3.0, abs=0.02)
    assert spectrum_columns(np.zeros(0, dtype=np.float32), RATE, 0.1).shape == (0, BANDS)


def test_edges_are_where_sound_begins_and_ends(tmp_path: Path) -> None:
    samples = noise(6) * 0.002
    samples[RATE : RATE * 2] += noise(1) * 0.5
    samples[RATE * 4 : RATE * 4 + 60] += 0.4  # a click is no sound
    peaks = whole(write_wav(tmp_path / "a.wav", samples), tmp_path / "a.peaks")
    edges = edges_between(peaks, 0, 6)
    assert edges == pytest.approx((1.0, 2.0), abs=0.011)
    assert nearest_edge(edges, 1.04, 0.1) == edges[0]
    assert nearest_edge(edges, 1.5, 0.1) is None
    assert edges_of(np.full(400, 0.3, dtype=np.float32), 6).size == 0
    assert edges_of(np.zeros(400, dtype=np.float32), 6).size == 0
    peaks.close()
