"""Turns recordings into samples, a batch at a time, on whatever device torch is given.

Shapes: b recordings, k events of one kind, n samples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.scenes.noise import white_noise
from core.training.scenes.sound import Recording, SoundEvent

SAMPLE_RATE = 16_000
_RISE_S = 0.01  # nothing clicks


@dataclass(frozen=True, slots=True)
class _Voices:
    """k events of one kind as columns [k, 1], and their common clock [1, n] in seconds since each began."""

    time: Tensor
    length: Tensor
    pitch: Tensor
    rate: Tensor
    seed: Tensor

    def white(self) -> Tensor:
        """[k, n] white noise in [-1, 1], each event its own."""
        return white_noise(torch.arange(self.time.shape[1], device=self.time.device)[None], self.seed)


def render(recordings: Sequence[Recording], device: torch.device | str = "cpu") -> Tensor:
    """[b, n] float32 in [-1, 1] at `SAMPLE_RATE`, as long as the longest; silence after each recording's end."""
    longest = max(recording.duration_s for recording in recordings)
    time = torch.arange(round(longest * SAMPLE_RATE), device=device, dtype=torch.float32) / SAMPLE_RATE
    rows = torch.stack([_background(recording, time) for recording in recordings])
    by_kind: dict[str, list[tuple[int, SoundEvent]]] = defaultdict(list)
    for row, recording in enumerate(recordings):
        for event in recording.events:
            by_kind[event.kind].append((row, event))
    for kind, events in by_kind.items():
        _add_events(rows, kind, events)
    for row, recording in enumerate(recordings):
        rows[row, round(recording.duration_s * SAMPLE_RATE) :] = 0
    return _dulled(rows, [recording.dullness for recording in recordings]).clamp(-1, 1)


def wav_samples(recording: Recording) -> NDArray[np.int16]:
    """The recording as 16-bit samples, for a file."""
    samples = render([recording])[0].numpy()
    return np.round(samples * 32767).astype(np.int16)


def _add_events(rows: Tensor, kind: str, events: Sequence[tuple[int, SoundEvent]]) -> None:
    """Add the events of one kind to their rows [b, n]; what lies outside is cut off."""
    device = rows.device
    columns = torch.tensor(
        [[one.end_s - one.start_s, one.pitch_hz, one.rate_hz, one.gain] for _, one in events], device=device
    )
    length, pitch, rate, gain = columns.T[:, :, None]
    seeds = torch.tensor([[one.seed] for _, one in events], device=device)
    longest = round(max(one.end_s - one.start_s for _, one in events) * SAMPLE_RATE)
    time = torch.arange(longest, device=device, dtype=torch.float32)[None] / SAMPLE_RATE
    voices = _Voices(time, length, pitch, rate, seeds)
    rise, fall = (time / _RISE_S).clamp(max=1), ((length - time) / _RISE_S).clamp(0, 1)
    samples = gain * 0.8 * _KINDS[kind](voices) * rise * fall
    for index, (row, event) in enumerate(events):
        first = round(event.start_s * SAMPLE_RATE)
        last = min(first + round((event.end_s - event.start_s) * SAMPLE_RATE), first + longest, rows.shape[1])
        begin = max(first, 0)
        if last > begin:
            rows[row, begin:last] += samples[index, begin - first : last - first]


def _smooth(samples: Tensor, width: int) -> Tensor:
    """[k, n] -> a moving average of odd width, the same length."""
    totals = torch.nn.functional.pad(samples, (width // 2 + 1, width // 2)).double().cumsum(1)
    return ((totals[:, width:] - totals[:, :-width]) / width).float()


def _dulled(rows: Tensor, widths: Sequence[int]) -> Tensor:
    for width in sorted(set(widths) - {1}):
        which = [row for row, own in enumerate(widths) if own == width]
        rows[which] = _smooth(rows[which], width)
    return rows


def _background(recording: Recording, time: Tensor) -> Tensor:
    gain, seed = recording.background_gain, recording.seed
    if recording.background in ("hiss", "rumble"):
        white = white_noise(torch.arange(len(time), device=time.device, dtype=torch.int64), seed)
        return gain * 0.5 * white if recording.background == "hiss" else gain * 4 * _smooth(white[None], 61)[0]
    if recording.background == "music":
        chord = (seed % 7, seed % 7 + 4, seed % 7 + 7, seed % 7 + 12)
        beat = 0.6 + 0.4 * torch.sin(2 * torch.pi * time * (1 + seed % 3) * 0.7)
        tones = [torch.sin(2 * torch.pi * time * 110 * 2 ** (step / 12)) for step in chord]
        return gain * 0.5 * beat * torch.stack(tones).sum(0)
    return torch.zeros_like(time)


def _phase(pitch: Tensor) -> Tensor:
    """[k, n] Hz -> radians so far, within a turn: summed in 64 bits, for a minute holds many turns."""
    turns = (pitch.double() / SAMPLE_RATE).cumsum(1)
    return (turns - turns.floor()).float() * (2 * torch.pi)


def _harmonics(phase: Tensor, weights: Sequence[float]) -> Tensor:
    total = torch.zeros_like(phase)
    for number, weight in enumerate(weights, 1):
        total = total + weight * torch.sin(number * phase)
    return total


def _steady(v: _Voices) -> Tensor:
    return _phase(v.pitch.expand(-1, v.time.shape[1]))


def _beep(v: _Voices) -> Tensor:
    """A sine, or one with a few overtones."""
    phase = _steady(v)
    rich = (v.seed % 3 == 0).float()
    return torch.sin(phase) * (1 - 0.3 * rich) + rich * (0.3 * torch.sin(3 * phase) + 0.15 * torch.sin(5 * phase))


def _chirp(v: _Voices) -> Tensor:
    return torch.sin(_phase(v.pitch * (1 + 1.8 * (v.time / v.length).clamp(max=1))))


def _siren(v: _Voices) -> Tensor:
    wobble = 1 + 0.35 * torch.sin(2 * torch.pi * v.rate.clamp(max=3.0) * 0.6 * v.time)
    return _harmonics(_phase(v.pitch * wobble), (0.8, 0.3))


def _knock(v: _Voices) -> Tensor:
    since = torch.remainder(v.time, 1 / (v.rate + 1.5))
    thud = torch.sin(2 * torch.pi * v.pitch * since) + 0.4 * v.white()
    return 1.6 * thud * torch.exp(-since * 38)


def _burst(v: _Voices) -> Tensor:
    return v.white()


def _bell(v: _Voices) -> Tensor:
    partials = ((1.0, 1.0), (2.76, 0.6), (5.4, 0.35), (8.93, 0.2))
    total = torch.zeros_like(v.pitch * v.time)
    for ratio, weight in partials:
        total = total + weight * torch.sin(_phase((v.pitch * ratio).expand(-1, v.time.shape[1])))
    return total * torch.exp(-v.time * 2.2 / v.length)


def _engine(v: _Voices) -> Tensor:
    hum = _harmonics(
        _phase(v.pitch * (1 + 0.06 * torch.sin(2 * torch.pi * 0.5 * v.time))), (0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
    )
    return hum + 0.2 * _smooth(v.white(), 7)


def _babble(v: _Voices) -> Tensor:
    """Speech-like: a wandering voice, syllables with moving formants, hisses between them; no words."""
    white = v.white()
    slow = _smooth(_smooth(white, 2001), 2001) * 40
    clock = 2 * torch.pi * (v.rate * 0.5 + 2.5) * v.time + slow
    syllable = torch.sin(clock).clamp(min=0)
    voice = _phase(v.pitch * (1 + 0.12 * torch.tanh(slow)))
    turn = (v.seed % 17).float()
    spread = 140 / v.pitch  # formants stand at frequencies, whatever the voice's own
    first = spread * (3.5 + 1.6 * torch.sin((4 + turn * 0.3) * v.time + turn))
    second = spread * (11 + 4 * torch.sin((3 + turn * 0.2) * v.time + 2 * turn))
    total = torch.zeros_like(voice)
    for k in range(1, 26):
        weight = torch.exp(-(((k - first) / (1.6 * spread)) ** 2)) + 0.5 * torch.exp(
            -(((k - second) / (2.2 * spread)) ** 2)
        )
        total = total + weight * torch.sin(k * voice)
    hiss = (torch.sin(clock * 0.5 + turn) > 0.9).float() * (1 - syllable) * 0.25
    return syllable * total + hiss * (white - _smooth(white, 5))


_KINDS: dict[str, Callable[[_Voices], Tensor]] = {
    "beep": _beep, "chirp": _chirp, "siren": _siren, "knock": _knock,
    "noise burst": _burst, "bell": _bell, "engine": _engine, "babble": _babble,
}  # fmt: skip
