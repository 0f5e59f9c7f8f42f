"""Between a sound's samples and the mel clips that the sound branch reads. Decoding and resampling happen elsewhere.

Shapes: h channels, n samples, m mel bins, f frames, c clips.
"""

from __future__ import annotations

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
    """
    length = Fraction(config.clip_s)
    room = max(Fraction(duration_s) - length, Fraction(0))
    parts = config.clips if config.clip_starts == "end_open" else max(config.clips - 1, 1)
    starts = [room * number / parts for number in range(config.clips)]
    return [(start, start + length) for start in starts]


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
    """[n] float32 -> [f, m] log energies by Kaldi's recipe: 25 ms Hann windows every 10 ms, whole windows only."""
    window, hop = int(rate * _WINDOW_S), int(rate * _HOP_S)
    if samples.shape[0] < window:
        return samples.new_zeros(0, bins)
    frames = samples.unfold(0, window, hop)
    frames = frames - frames.mean(1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], 1)
    frames = (frames - _PREEMPHASIS * before) * torch.hann_window(window, periodic=False, device=samples.device)
    points = 1 << (window - 1).bit_length()
    power = torch.fft.rfft(frames, points).abs() ** 2
    energies = power @ _mel_weights(bins, rate, points).to(samples.device)
    logs: Tensor = energies.clamp(min=_FLOOR).log()
    return logs


def sound_clips(waveform: Tensor, config: AudioConfig, *, as_published: bool = False) -> Tensor:
    """[h, n] float32 at the configured rate -> [c, 1, m, f] normalised mel clips.

    as_published: the original removes each clip's mean from the sound itself, so that a later clip that overlaps
    it, and what it gives, depends on the earlier one; else every clip is cut from the sound as it is.
    """
    sound = waveform.clone() if as_published else waveform
    clips = []
    for start_s, end_s in clip_spans(waveform.shape[1] / config.sample_rate, config):
        part = sound[:, int(start_s * config.sample_rate) : int(end_s * config.sample_rate)]
        if as_published:
            part.sub_(part.mean() if part.numel() else 0.0)
        clips.append(mel_clip(part, config, centred=as_published))
    return torch.stack(clips)


def mel_clip(part: Tensor, config: AudioConfig, *, centred: bool = False) -> Tensor:
    """[h, n] float32 samples of one clip -> [1, m, f], filled up at its end. centred: its mean is 0 already."""
    centre = 0.0 if centred or not part.numel() else part.mean()
    mel = log_mel((part - centre)[0], config.sample_rate, config.mel_bins).T[:, : config.mel_frames]
    mel = torch.nn.functional.pad(mel, (0, config.mel_frames - mel.shape[1]))
    return ((mel - config.mel_mean) / config.mel_std)[None]
