"""Sounds drawn by another hand than the trainer's: plain numpy, with the times of what is heard in them.

Nothing here knows how the bundled model's own lessons are made. Times are seconds, samples float64 in -1 to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.media.writing import write_sound

Span = tuple[float, float]
Wave = np.ndarray
QUESTIONS: dict[str, tuple[str, ...]] = {
    "beep": ("the beep", "a beep", "when is the beep heard?", "the beeping sound"),
    "chirp": ("the chirp", "the rising chirp", "when can the chirp be heard?"),
    "siren": ("the siren", "a siren", "when does the siren sound?", "the wailing siren"),
    "noise burst": ("the noise burst", "the burst of noise", "when is there a burst of noise?"),
    "knock": ("the knocking", "the knocks", "when is there knocking?"),
    "bell": ("the bell", "a bell", "when does the bell ring?"),
    "voice": ("the voice", "the talking", "when is the voice heard?"),
}


@dataclass(frozen=True)
class Question:
    """What to ask, of which sort it is, and when it is true (no span: never)."""

    expression: str
    type: str
    spans_s: tuple[Span, ...]


@dataclass(frozen=True)
class FakeFile:
    """A file with what is true of it."""

    file: str
    kind: str
    duration_s: float
    questions: tuple[Question, ...]


def _time(seconds: float, rate: int) -> Wave:
    return np.arange(round(seconds * rate)) / rate


def _swept(pitch_hz: Wave, rate: int) -> Wave:
    return np.sin(2 * np.pi * np.cumsum(pitch_hz) / rate)


def _beep(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    return np.sin(2 * np.pi * float(np.exp(rng.uniform(np.log(300), np.log(3000)))) * _time(seconds, rate))


def _chirp(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    low, high = rng.uniform(300, 800), rng.uniform(1500, 3500)
    return _swept(low * (high / low) ** (_time(seconds, rate) / seconds), rate)


def _siren(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    time = _time(seconds, rate)
    if rng.random() < 0.5:  # two tones in turn
        return _swept(np.where(np.floor(time * 2) % 2 == 0, 440.0, 585.0) * rng.uniform(0.9, 1.4), rate)
    return _swept(rng.uniform(600, 900) + rng.uniform(200, 350) * np.sin(2 * np.pi * rng.uniform(0.5, 2) * time), rate)


def _burst(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    return rng.standard_normal(round(seconds * rate)) * 0.35


def _knock(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    """Blows at an even pace; the last one ends with the event."""
    wave = np.zeros(round(seconds * rate))
    blows = max(2, round(seconds * rng.uniform(2, 4)))
    since = _time(seconds / blows, rate)
    for blow in range(blows):
        one = np.exp(-since * 45) * (np.sin(2 * np.pi * 140 * since) + 0.4 * rng.standard_normal(len(since)))
        first = blow * len(since)
        wave[first : first + len(since)] += one[: len(wave) - first]
    return wave


def _bell(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    time, pitch = _time(seconds, rate), rng.uniform(400, 1200)
    partials = ((0.5, 0.3), (1, 1), (1.19, 0.5), (2, 0.5), (2.74, 0.35), (5.2, 0.15))
    tones = sum(part * np.sin(2 * np.pi * pitch * ratio * time) for ratio, part in partials)
    return tones * np.exp(-2.5 * time / seconds)


def _voice(rng: np.random.Generator, seconds: float, rate: int) -> Wave:
    """Speech-like: pulses at a wandering pitch through two wandering resonances, in syllables. No words."""
    time = _time(seconds, rate)
    pitch = rng.uniform(100, 220) * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * time + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    first, second = 550 + 220 * np.sin(2 * np.pi * 1.7 * time), 1500 + 500 * np.sin(2 * np.pi * 1.1 * time + 1)
    wave = np.zeros(len(time))
    for number in range(1, 25):
        low = np.exp(-(((number * pitch - first) / 180) ** 2))
        high = np.exp(-(((number * pitch - second) / 260) ** 2))
        wave += (low + 0.5 * high) * np.sin(number * phase)
    syllables = 0.15 + np.clip(np.sin(2 * np.pi * rng.uniform(3, 4.5) * time), 0, 1)
    return wave * syllables


_MAKERS: dict[str, Callable[[np.random.Generator, float, int], Wave]] = {
    "beep": _beep, "chirp": _chirp, "siren": _siren, "noise burst": _burst, "knock": _knock, "bell": _bell,
    "voice": _voice,
}  # fmt: skip


def _background(rng: np.random.Generator, count: int, rate: int) -> Wave:
    """Silence, hiss, a deep rumble, or mains hum, all far below what happens."""
    kind = int(rng.integers(4))
    if kind == 1:
        return rng.standard_normal(count) * rng.uniform(0.002, 0.012)
    if kind == 2:
        deep = np.cumsum(rng.standard_normal(count))
        deep -= np.convolve(deep, np.ones(2049) / 2049, mode="same")
        return deep / np.abs(deep).max() * 0.03
    if kind == 3:
        time = np.arange(count) / rate
        return 0.01 * np.sin(2 * np.pi * 50 * time) + 0.005 * np.sin(2 * np.pi * 100 * time)
    return np.zeros(count)


def fake_sound(folder: Path, name: str, rng: np.random.Generator, duration_s: float | None = None) -> FakeFile:
    """Write a sound of 5 to 40 s with one to three things to hear, one after the other; questions about it."""
    duration = round(float(duration_s or np.exp(rng.uniform(np.log(5), np.log(40)))), 2)
    rate = int(rng.choice([16_000, 22_050, 44_100]))
    wave = _background(rng, round(duration * rate), rate)
    kinds = [str(kind) for kind in rng.permutation(list(_MAKERS))]
    questions: list[Question] = []
    slot = duration / int(rng.integers(1, 4))
    for number in range(round(duration / slot)):
        length = float(rng.uniform(min(0.8, 0.4 * slot), max(0.8, min(0.75 * slot, 0.4 * duration))))
        length = min(length, 0.85 * slot)
        start = number * slot + float(rng.uniform(0.02, 0.98) * (slot - length))
        own = _MAKERS[kinds[number]](rng, length, rate)
        fade = np.minimum(1, np.minimum(np.arange(len(own)), np.arange(len(own))[::-1]) / (0.008 * rate))
        own = own / np.abs(own).max() * fade * rng.uniform(0.25, 0.8)
        first = round(start * rate)
        wave[first : first + len(own)] += own
        question = str(rng.choice(QUESTIONS[kinds[number]]))
        questions.append(Question(question, kinds[number], ((round(start, 3), round(start + length, 3)),)))
    questions.append(Question(str(rng.choice(QUESTIONS[kinds[-1]])), "absent", ()))
    path = folder / f"{name}{rng.choice(['.wav', '.flac'])}"
    write_sound(path, [np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)], rate)
    return FakeFile(path.name, "audio", duration, tuple(questions))
