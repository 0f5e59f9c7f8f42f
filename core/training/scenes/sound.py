"""One rendered recording as numbers, and its samples: beeps, chirps, sirens, knocks, bursts, bells, engines, babble.

Times are in seconds of the recording. A recording is drawn by a seed; `render` turns a batch into samples in torch, on
whatever device it is given. Nothing here knows spectrograms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.geometry import SpanS
from core.training.scenes.noise import white_noise

SAMPLE_RATE = 16_000
MIN_SECONDS, MAX_SECONDS = 4.0, 60.0
MAX_EVENTS = 7
KINDS = ("beep", "chirp", "siren", "knock", "noise burst", "bell", "engine", "babble")
BACKGROUNDS = ("silence", "hiss", "rumble", "music")
# Shortest and longest an event of each kind lasts, as a share of the recording, and its fundamental in Hz.
_LENGTHS = {
    "beep": (0.05, 0.2), "chirp": (0.06, 0.2), "siren": (0.12, 0.45), "knock": (0.08, 0.25),
    "noise burst": (0.05, 0.25), "bell": (0.08, 0.25), "engine": (0.15, 0.5), "babble": (0.12, 0.45),
}  # fmt: skip
_PITCHES = {
    "beep": (500, 2600), "chirp": (600, 1400), "siren": (450, 800), "knock": (110, 220),
    "noise burst": (1000, 1000), "bell": (420, 1300), "engine": (45, 95), "babble": (95, 220),
}  # fmt: skip
_LOW, _HIGH = (500.0, 750.0), (1700.0, 2600.0)  # what is called a low and a high beep
_EDGE_SHARE = 0.09  # length of a beginning or an end, in 0-1 of the recording


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """Something that is heard from `start_s` to `end_s`. `tone` is "low", "high" or "" (only beeps have one)."""

    kind: str
    start_s: float
    end_s: float
    pitch_hz: float
    gain: float
    rate_hz: float  # of repetition or wobble
    seed: int
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound before rendering."""

    duration_s: float
    events: tuple[SoundEvent, ...]
    background: str
    background_gain: float
    seed: int


def sample_recording(rng: np.random.Generator) -> Recording:
    """Draw one recording of 4 to 60 s with one to five kinds of events, some of them more than once."""
    duration = float(np.exp(rng.uniform(np.log(MIN_SECONDS), np.log(MAX_SECONDS))))
    kinds = [KINDS[i] for i in rng.permutation(len(KINDS))[: int(rng.integers(1, 6))]]
    events: list[SoundEvent] = []
    for kind in kinds:
        for _ in range(1 if rng.random() < 0.7 else 2):
            event = _event(rng, kind, duration)
            if len(events) < MAX_EVENTS and not any(_too_near(event, other, duration) for other in events):
                events.append(event)
    background = BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))]
    events.sort(key=lambda event: event.start_s)
    return Recording(duration, tuple(events), background, float(rng.uniform(0.01, 0.07)), int(rng.integers(1 << 22)))


def _event(rng: np.random.Generator, kind: str, duration: float) -> SoundEvent:
    low, high = _LENGTHS[kind]
    length = max(0.25, float(rng.uniform(low, high)) * duration)
    start = float(rng.uniform(0, max(duration - length, 0.01)))
    tone = "" if kind != "beep" else ("low", "high", "")[int(rng.integers(3))]
    pitches = {"low": _LOW, "high": _HIGH, "": _PITCHES[kind]}[tone]
    return SoundEvent(
        kind, start, min(start + length, duration), float(rng.uniform(*pitches)), float(rng.uniform(0.18, 0.5)),
        float(rng.uniform(1.5, 5)), int(rng.integers(1 << 22)), tone,
    )  # fmt: skip


def _too_near(a: SoundEvent, b: SoundEvent, duration: float) -> bool:
    """Two of one kind must be told apart by a pause; different kinds may sound together, not mostly so."""
    meet = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    if a.kind == b.kind:
        return meet > -0.06 * duration or a.tone != b.tone
    return meet > 0.3 * min(a.end_s - a.start_s, b.end_s - b.start_s)


# --- samples -----------------------------------------------------------------------------------


def render(recordings: Sequence[Recording], device: torch.device | str = "cpu") -> Tensor:
    """[b, n] float32 in [-1, 1] at `SAMPLE_RATE`, as long as the longest; silence after each recording's end."""
    longest = max(recording.duration_s for recording in recordings)
    time = torch.arange(round(longest * SAMPLE_RATE), device=device, dtype=torch.float32) / SAMPLE_RATE
    rows = []
    for recording in recordings:
        row = _background(recording, time)
        for event in recording.events:
            first, last = round(event.start_s * SAMPLE_RATE), round(event.end_s * SAMPLE_RATE)
            last = min(last, len(time))
            row[first:last] += _samples(event, time[: last - first])
        row[round(recording.duration_s * SAMPLE_RATE) :] = 0
        rows.append(row.clamp(-1, 1))
    return torch.stack(rows)


def _white(count: int, seed: int, device: torch.device) -> Tensor:
    return white_noise(torch.arange(count, device=device, dtype=torch.int64), seed)


def _smooth(samples: Tensor, width: int) -> Tensor:
    """A moving average of odd width, the same length."""
    kernel = torch.full((1, 1, width), 1.0 / width, device=samples.device)
    return torch.nn.functional.conv1d(samples[None, None], kernel, padding=width // 2)[0, 0]


def _background(recording: Recording, time: Tensor) -> Tensor:
    gain, seed = recording.background_gain, recording.seed
    if recording.background == "hiss":
        return gain * 0.5 * _white(len(time), seed, time.device)
    if recording.background == "rumble":
        return gain * 4 * _smooth(_white(len(time), seed, time.device), 61)
    if recording.background == "music":
        chord = (seed % 7, seed % 7 + 4, seed % 7 + 7, seed % 7 + 12)
        beat = 0.6 + 0.4 * torch.sin(2 * torch.pi * time * (1 + seed % 3) * 0.7)
        tones = [torch.sin(2 * torch.pi * time * 110 * 2 ** (step / 12)) for step in chord]
        return gain * 0.5 * beat * torch.stack(tones).sum(0)
    return torch.zeros_like(time)


def _phase(pitch: Tensor) -> Tensor:
    return 2 * torch.pi * torch.cumsum(pitch, 0) / SAMPLE_RATE


def _harmonics(phase: Tensor, weights: Sequence[float]) -> Tensor:
    return torch.stack([weight * torch.sin((k + 1) * phase) for k, weight in enumerate(weights)]).sum(0)


def _beep(event: SoundEvent, time: Tensor) -> Tensor:
    return torch.sin(2 * torch.pi * event.pitch_hz * time)


def _chirp(event: SoundEvent, time: Tensor) -> Tensor:
    length = event.end_s - event.start_s
    return torch.sin(_phase(event.pitch_hz * (1 + 1.8 * time / length)))


def _siren(event: SoundEvent, time: Tensor) -> Tensor:
    wobble = 1 + 0.35 * torch.sin(2 * torch.pi * min(event.rate_hz, 3.0) * time)
    return _harmonics(_phase(event.pitch_hz * wobble), (0.8, 0.3))


def _knock(event: SoundEvent, time: Tensor) -> Tensor:
    since = torch.remainder(time, 1 / (event.rate_hz + 1.5))
    thud = torch.sin(2 * torch.pi * event.pitch_hz * since) + 0.4 * _white(len(time), event.seed, time.device)
    return 1.6 * thud * torch.exp(-since * 38)


def _burst(event: SoundEvent, time: Tensor) -> Tensor:
    return _white(len(time), event.seed, time.device)


def _bell(event: SoundEvent, time: Tensor) -> Tensor:
    length = event.end_s - event.start_s
    partials = ((1.0, 1.0), (2.76, 0.6), (5.4, 0.35), (8.93, 0.2))
    tones = [weight * torch.sin(2 * torch.pi * event.pitch_hz * ratio * time) for ratio, weight in partials]
    return torch.stack(tones).sum(0) * torch.exp(-time * 2.2 / length)


def _engine(event: SoundEvent, time: Tensor) -> Tensor:
    pitch = event.pitch_hz * (1 + 0.06 * torch.sin(2 * torch.pi * 0.5 * time))
    hum = _harmonics(_phase(pitch), (0.7, 0.6, 0.5, 0.4, 0.3, 0.2))
    return hum + 0.2 * _smooth(_white(len(time), event.seed, time.device), 7)


def _babble(event: SoundEvent, time: Tensor) -> Tensor:
    """Speech-like: a wandering voice, syllables, formants that move; no words."""
    slow = _smooth(_smooth(_white(len(time), event.seed, time.device), 2001), 2001) * 40
    syllable = torch.sin(2 * torch.pi * (event.rate_hz * 0.5 + 2.5) * time + slow).clamp(min=0)
    voice = _phase(event.pitch_hz * (1 + 0.12 * torch.tanh(slow)))
    first, second = 2 + torch.sin(7 * time) * 0.8, 9 + 3 * torch.sin(4.3 * time + 1)
    tones = [torch.exp(-((k - first) ** 2) / 4) + 0.5 * torch.exp(-((k - second) ** 2) / 8) for k in range(1, 16)]
    return syllable * torch.stack([weight * torch.sin(k * voice) for k, weight in enumerate(tones, 1)]).sum(0)


_VOICES: dict[str, Callable[[SoundEvent, Tensor], Tensor]] = {
    "beep": _beep, "chirp": _chirp, "siren": _siren, "knock": _knock,
    "noise burst": _burst, "bell": _bell, "engine": _engine, "babble": _babble,
}  # fmt: skip


def _samples(event: SoundEvent, time: Tensor) -> Tensor:
    """An event's own samples, faded in and out over 10 ms so that nothing clicks."""
    rise = (time / 0.01).clamp(max=1)
    fall = ((len(time) / SAMPLE_RATE - time) / 0.01).clamp(max=1)
    return event.gain * 0.8 * _VOICES[event.kind](event, time) * rise * fall


def wav_samples(recording: Recording) -> NDArray[np.int16]:
    """The recording as 16-bit samples, for a file."""
    samples = render([recording])[0].numpy()
    return np.round(samples * 32767).astype(np.int16)


# --- questions ---------------------------------------------------------------------------------

SoundQuestionType = Literal["noun", "verb", "several", "absent"]
SOUND_QUESTION_TYPES: tuple[SoundQuestionType, ...] = ("noun", "verb", "several", "absent")


@dataclass(frozen=True, slots=True)
class SoundQuestion:
    """An expression about a recording and the spans in seconds that answer it (none: not present)."""

    expression: str
    type: SoundQuestionType
    spans_s: tuple[SpanS, ...]


_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "beep": (("beep", "beeps"), ("beeping", "beeps")),
    "chirp": (("chirp", "chirps"), ("rising chirp", "chirps")),
    "siren": (("siren", "sirens"), ("wailing siren", "sirens")),
    "knock": (("knocking", "knocks"), ("knocking sound", "knocking sounds")),
    "noise burst": (("noise burst", "noise bursts"), ("burst of noise", "bursts of noise")),
    "bell": (("bell", "bells"), ("ringing bell", "ringing bells")),
    "engine": (("engine", "engines"), ("motor", "motors")),
    "babble": (("babble", "babble"), ("voice", "voices"), ("talking", "voices")),
}
_NOUN_FRAMES = ("the {}", "the {}", "{}", "when is the {} heard", "when can you hear the {}", "the sound of the {}")
_SEVERAL_FRAMES = ("all {}", "every one of the {}", "the {}", "when are the {} heard", "{}")
_START_FRAMES = ("the {} starts", "when does the {} start", "the beginning of the {}")
_END_FRAMES = ("the {} stops", "when does the {} end", "the end of the {}")


class SoundAsker:
    """Makes questions about one recording."""

    def __init__(self, recording: Recording, rng: np.random.Generator) -> None:
        self._recording = recording
        self._rng = rng

    def _pick(self, options: Sequence[str]) -> str:
        return options[int(self._rng.integers(len(options)))]

    def _words(self, kind: str) -> tuple[str, str]:
        forms = _WORDS[kind]
        return forms[int(self._rng.integers(len(forms)))]

    def _one(self) -> tuple[SoundEvent, str] | None:
        """An event with words that name it alone: its kind, its tone, or which of two it is."""
        events = self._recording.events
        event = events[int(self._rng.integers(len(events)))]
        same = [other for other in events if other.kind == event.kind]
        word = self._words(event.kind)[0]
        if len(same) == 1:
            tone = f"{event.tone}-pitched " if event.tone and self._rng.random() < 0.5 else ""
            return event, tone + word
        return event, f"{'first' if event is same[0] else 'last'} {word}"

    def noun(self) -> SoundQuestion | None:
        """`the beep`: when it is heard."""
        found = self._one()
        if found is None:
            return None
        event, words = found
        return SoundQuestion(self._pick(_NOUN_FRAMES).format(words), "noun", ((event.start_s, event.end_s),))

    def verb(self) -> SoundQuestion | None:
        """`the siren starts`: its first moments, or its last."""
        found = self._one()
        if found is None:
            return None
        event, words = found
        edge = _EDGE_SHARE * self._recording.duration_s
        if event.end_s - event.start_s < 1.3 * edge:
            return None
        if self._rng.random() < 0.5:
            span = (event.start_s, event.start_s + edge)
            return SoundQuestion(self._pick(_START_FRAMES).format(words), "verb", (span,))
        return SoundQuestion(self._pick(_END_FRAMES).format(words), "verb", ((event.end_s - edge, event.end_s),))

    def several(self) -> SoundQuestion | None:
        """`all beeps`: every time that one kind is heard."""
        events = self._recording.events
        kind = events[int(self._rng.integers(len(events)))].kind
        spans = tuple((event.start_s, event.end_s) for event in events if event.kind == kind)
        if len(spans) < 2 and self._rng.random() < 0.7:
            return None
        return SoundQuestion(self._pick(_SEVERAL_FRAMES).format(self._words(kind)[1]), "several", spans)

    def absent(self) -> SoundQuestion | None:
        """A kind that is not heard, asked in any frame."""
        heard = {event.kind for event in self._recording.events}
        missing = [kind for kind in KINDS if kind not in heard]
        kind = missing[int(self._rng.integers(len(missing)))]
        frames = (*_NOUN_FRAMES, *_START_FRAMES, *_END_FRAMES)
        return SoundQuestion(self._pick(frames).format(self._words(kind)[0]), "absent", ())

    def ask(self, wanted: SoundQuestionType, tries: int = 10) -> SoundQuestion | None:
        """One question of a type, or None where the recording does not lend itself to it."""
        makers = {"noun": self.noun, "verb": self.verb, "several": self.several, "absent": self.absent}
        for _ in range(tries):
            question = makers[wanted]()
            if question is not None:
                return question
        return None
