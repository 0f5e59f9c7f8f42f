"""Between a sound's samples and the mel clips that the sound branch reads. Decoding and resampling happen elsewhere.

Shapes: h channels, n samples, m mel bins, f frames, c clips.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import torch
from torch import Tensor

from core.grounding.groundinggpt.configuration import AudioConfig

# Kaldi's filter bank, as the audio encoder was trained with it.
_WINDOW_S, _HOP_S = 0.025, 0.010
_PREEMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = 1.1920928955078125e-07  # the smallest float32 step at 1


def clip_spans(duration_s: float, config: AudioConfig) -> list[tuple[Fraction, Fraction]]:
    """Start and end in seconds of each clip that is cut of a sound; a short sound gives the same clip again.

    `clip_starts` end_open: the starts divide the room into `clips` parts and the last stretch is not heard;
    end_closed: the last clip ends where the sound ends. Both are in use for the published encoder's family.
    middles: the sound is divided into `clips` equal parts and each clip has its middle in the middle of one, whatever
    the sound's length; a clip may reach over both ends, where there is silence.
    """
    length = Fraction(config.clip_s)
    if config.clip_starts == "middles":
        middles = [Fraction(duration_s) * (2 * number + 1) / (2 * config.clips) for number in range(config.clips)]
        return [(middle - length / 2, middle + length / 2) for middle in middles]
    room = max(Fraction(duration_s) - length, Fraction(0))
    parts = config.clips if config.clip_starts == "end_open" else max(config.clips - 1, 1)
    starts = [room * number / parts for number in range(config.clips)]
    return [(start, start + length) for start in starts]


def clips_beyond_ends(config: AudioConfig) -> bool:
    """Whether clips reach over the ends of a sound, where they are silent."""
    return config.clip_starts == "middles"


@lru_cache(maxsize=4)
def _mel_weights(bins: int, rate: int, points: int) -> Tensor:
    """[points // 2 + 1, bins] triangles, evenly spread and straight on Kaldi's mel scale, up to half the rate."""

    def mel(hertz: Tensor) -> Tensor:
        return 1127.0 * torch.log1p(hertz / 700.0)

    low, high = mel(torch.tensor([_LOWEST_HZ, rate / 2])).tolist()
    step = (high - low) / (bins + 1)
    left = low + torch.arange(bins) * step
    at = mel(torch.arange(points // 2) * (rate / points))[:, None]
    rising, falling = (at - left) / step, (left + 2 * step - at) / step
    weights = torch.minimum(rising, falling).clamp(min=0)
    return torch.nn.functional.pad(weights, (0, 0, 0, 1))  # nothing of the highest frequency


def log_mel(samples: Tensor, rate: int, bins: int) -> Tensor:
    """[..., n] float32 -> [..., f, m] log energies by Kaldi's recipe: whole 25 ms Hann windows every 10 ms."""
    window, hop = int(rate * _WINDOW_S), int(rate * _HOP_S)
    if samples.shape[-1] < window:
        return samples.new_zeros(*samples.shape[:-1], 0, bins)
    frames = samples.unfold(-1, window, hop)
    frames = frames - frames.mean(-1, keepdim=True)
    before = torch.cat([frames[..., :1], frames[..., :-1]], -1)
    frames = (frames - _PREEMPHASIS * before) * torch.hann_window(window, periodic=False, device=samples.device)
    points = 1 << (window - 1).bit_length()
    power = torch.fft.rfft(frames, points).abs() ** 2
    energies = power @ _mel_weights(bins, rate, points).to(samples.device)
    logs: Tensor = energies.clamp(min=_FLOOR).log()
    return logs


def _stretch(sound: Tensor, first: int, last: int, *, filled: bool) -> Tensor:
    """Samples `first` to `last` of [h, n]: what there is of them, or `filled` up with silence beyond both ends."""
    part = sound[:, max(first, 0) : max(last, 0)]
    before = max(-first, 0)
    return torch.nn.functional.pad(part, (before, last - first - before - part.shape[1])) if filled else part


def sound_clips(waveform: Tensor, config: AudioConfig, *, as_published: bool = False) -> Tensor:
    """[h, n] float32 at the configured rate -> [c, 1, m, f] normalised mel clips.

    as_published: the original removes each clip's mean from the sound itself, so that a later clip that overlaps
    it, and what it gives, depends on the earlier one; else every clip is cut from the sound as it is.
    """
    sound = waveform.clone() if as_published else waveform
    filled = clips_beyond_ends(config)
    parts = []
    for start_s, end_s in clip_spans(waveform.shape[1] / config.sample_rate, config):
        first, last = (math.floor(moment * config.sample_rate) for moment in (start_s, end_s))
        part = _stretch(sound, first, last, filled=filled)
        mean = part.mean() if part.numel() else 0.0
        parts.append((part.sub_(mean) if as_published else part - mean)[0].clone())
    if len({part.shape[0] for part in parts}) == 1 and not as_published:
        return mel_clips(torch.stack(parts), config)
    return torch.cat([mel_clips(part[None], config) for part in parts])


def mel_clips(parts: Tensor, config: AudioConfig) -> Tensor:
    """[c, n] samples of clips of one length -> [c, 1, m, f] log energies, cut or filled up to f frames, normalised."""
    mel = log_mel(parts, config.sample_rate, config.mel_bins).transpose(-1, -2)[..., : config.mel_frames]
    mel = torch.nn.functional.pad(mel, (0, config.mel_frames - mel.shape[-1]))
    normalised: Tensor = (mel - config.mel_mean) / config.mel_std
    return normalised[:, None]


def first_samples(duration_s: float, config: AudioConfig) -> list[int]:
    """Where each clip of a sound begins, in samples; before the sound where it is negative."""
    return [math.floor(start * config.sample_rate) for start, _ in clip_spans(duration_s, config)]


def cut_clips(waveforms: Tensor, firsts: Tensor, config: AudioConfig) -> Tensor:
    """[b, n] float32, silent after each sound's end, and [b, c] `first_samples` -> [b, c, k] samples of the clips."""
    length = round(config.clip_s * config.sample_rate)
    padded = torch.nn.functional.pad(waveforms, (length, length))
    places = firsts[:, :, None] + length + torch.arange(length, device=waveforms.device)
    rows = torch.arange(len(waveforms), device=waveforms.device)[:, None, None]
    return padded[rows, places.clamp(max=padded.shape[1] - 1)]
