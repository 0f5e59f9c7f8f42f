"""Variations in time that keep spans and words true: other windows, other frames' light, other loudness and pace."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.geometry import SpanS
from core.training.augment import may_mirror, may_zoom

# Words that another window, another pace or another loudness would turn into lies.
_ORDERED = re.compile(
    r"\b(first|second|third|last|before|after|then|begin\w*|start\w*|end\w*|finally|again|once|twice|times?|until"
    r"|while|when|\d+(st|nd|rd|th))\b",
    re.I,
)
_PACED = re.compile(
    r"\b(fast\w*|slow\w*|quick\w*|high\w*|low\w*|deep\w*|pitch\w*|tone|note|long\w*|short\w*|rising|falling"
    r"|man|woman|male|female|child|boy|girl)\b",
    re.I,
)
_LOUD = re.compile(r"\b(loud\w*|quiet\w*|soft\w*|silen\w*|whisper\w*|faint\w*|noise|noisy|hiss\w*|hum\w*)\b", re.I)
_WHOLE_ENOUGH = 0.5  # a span of which the window shows less than this share is neither shown nor absent
_SHORTEST_S = 1.0  # no window is cut shorter
_PACE = (0.82, 1.22)
_WARP = (0.85, 1.18)
_GAIN_DB = 9.0
_POINTS = 512
_EQ_HZ = (0, 250, 500, 1000, 2000, 4000, 8000)
_EQ_DB = 7.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Spans as a window shows them: in 0-1 of the window; None for what it does not show; `unclear` are cut apart."""

    spans_norm: tuple[SpanS | None, ...]
    unclear: frozenset[int]


def cut_spans(spans_s: Sequence[SpanS], window_s: SpanS) -> Cut:
    """What a window shows of spans in seconds; one that it cuts down too far is unclear: no answer would be right."""
    begin, end = window_s
    length = end - begin
    shown: list[SpanS | None] = []
    unclear: set[int] = set()
    for number, (first, last) in enumerate(spans_s):
        inside = max(0.0, min(last, end) - max(first, begin))
        if inside <= 0:
            shown.append(None)
            continue
        if inside < _WHOLE_ENOUGH * min(last - first, length):
            unclear.add(number)
        shown.append((max(0.0, (first - begin) / length), min(1.0, (last - begin) / length)))
    return Cut(tuple(shown), frozenset(unclear))


def may_cut(expressions: Sequence[str]) -> bool:
    """Whether no expression speaks of an order or of what another window could change."""
    return not any(_ORDERED.search(expression) for expression in expressions)


def draw_window(extent_s: SpanS, spans_s: Sequence[SpanS], rng: np.random.Generator) -> SpanS:
    """A stretch of at least half of a medium, most often one that cuts no span apart."""
    begin, end = extent_s
    whole = end - begin
    best: SpanS = extent_s
    for _ in range(6):
        length = max(min(whole, _SHORTEST_S), whole * float(rng.uniform(0.5, 1.0)))
        first = begin + float(rng.uniform(0, whole - length))
        best = (first, first + length)
        if not cut_spans(spans_s, best).unclear:
            return best
    return best


def draw_swept_window(
    extent_s: SpanS, spans_s: Sequence[SpanS], length_s: float, rng: np.random.Generator | None
) -> SpanS:
    """A window of the length in which a long medium is swept; most often one in which something is to be found.

    Without `rng` the one around the first span, or the first one.
    """
    begin, end = extent_s
    length = min(length_s, end - begin)
    latest = end - length
    if rng is None:
        middle = sum(spans_s[0]) / 2 if spans_s else begin + length / 2
        first = middle - length / 2
    elif spans_s and rng.random() < 0.75:
        chosen = spans_s[int(rng.integers(len(spans_s)))]
        first = float(rng.uniform(min(chosen[0], chosen[1] - length), max(chosen[0], chosen[1] - length)))
    else:
        first = float(rng.uniform(begin, latest)) if latest > begin else begin
    first = min(max(first, begin), latest)
    return first, first + length


def shuffled(
    samples: Tensor, spans_norm: Sequence[SpanS | None], rng: np.random.Generator
) -> tuple[Tensor, tuple[SpanS | None, ...]]:
    """[1, n] cut into a few pieces between the spans and joined in another order, and where the spans are then.

    For sounds of which no word speaks of an order.
    """
    count = samples.shape[-1]
    known = [span for span in spans_norm if span is not None]
    free = [
        cut for cut in rng.uniform(0, 1, int(rng.integers(1, 6))) if not any(start < cut < end for start, end in known)
    ]
    edges = [0.0, *sorted(float(cut) for cut in free), 1.0]
    pieces = [(a, b) for a, b in itertools.pairwise(edges) if round(b * count) > round(a * count)]
    order = rng.permutation(len(pieces))
    parts, moved, at = [], list(spans_norm), 0
    for number in order:
        first, last = (round(edge * count) for edge in pieces[number])
        parts.append(samples[:, first:last])
        for index, span in enumerate(spans_norm):
            if span is not None and pieces[number][0] <= span[0] and span[1] <= pieces[number][1]:
                shift = (at - first) / count
                moved[index] = (max(0.0, span[0] + shift), min(1.0, span[1] + shift))
        at += last - first
    return torch.cat(parts, 1), tuple(moved)


def vary_sound(samples: Tensor, rate: int, expressions: Sequence[str], rng: np.random.Generator) -> Tensor:
    """[1, n] samples -> [1, m]: another pace, voice, room, loudness and some noise, where no word minds.

    Places in 0-1 of the sound stay where they are.
    """
    varied = samples
    voiced = not any(_PACED.search(expression) for expression in expressions)
    if voiced and rng.random() < 0.8:
        varied = _resampled(varied, float(rng.uniform(*_PACE)))
    if rng.random() < 0.8:
        varied = _filtered(varied, rate, float(rng.uniform(*_WARP)) if voiced else 1.0, rng)
    if not any(_LOUD.search(expression) for expression in expressions):
        varied = varied * float(10 ** (rng.uniform(-_GAIN_DB, _GAIN_DB) / 20))
        if rng.random() < 0.5:
            varied = varied + _noise(varied, rng)
    return varied


def _resampled(samples: Tensor, pace: float) -> Tensor:
    """Played faster or slower: pitch and pace change together."""
    count = max(1, round(samples.shape[-1] / pace))
    stretched: Tensor = torch.nn.functional.interpolate(samples[None], size=count, mode="linear", align_corners=False)
    return stretched[0]


def _filtered(samples: Tensor, rate: int, warp: float, rng: np.random.Generator) -> Tensor:
    """Another voice and microphone: frequencies stretched (vocal tract length, Jaitly and Hinton 2013) and weighted."""
    window = torch.hann_window(_POINTS)
    spectrum = torch.stft(samples, _POINTS, _POINTS // 4, window=window, return_complex=True)  # [1, k, t]
    bins = spectrum.shape[1]
    places = (torch.arange(bins) * warp).clamp(max=bins - 1)
    low = places.long()
    high = (low + 1).clamp(max=bins - 1)
    share = (places - low)[None, :, None]
    envelope = torch.nn.functional.avg_pool1d(spectrum.abs().transpose(1, 2), 17, 1, 8).transpose(1, 2) + 1e-6
    wanted = envelope[:, low] * (1 - share) + envelope[:, high] * share
    marks = np.interp(np.arange(bins) * rate / _POINTS, _EQ_HZ, rng.uniform(-_EQ_DB, _EQ_DB, len(_EQ_HZ)))
    if rng.random() < 0.5:
        lost = rng.uniform(200, 3500)
        marks[(np.arange(bins) * rate / _POINTS > lost) & (np.arange(bins) * rate / _POINTS < lost * 1.2)] -= 20
    weights = torch.from_numpy(10 ** (marks / 20)).float()[None, :, None]
    changed = spectrum * (wanted / envelope).clamp(max=8) * weights
    filtered: Tensor = torch.istft(changed, _POINTS, _POINTS // 4, window=window, length=samples.shape[-1])
    return filtered


def _noise(samples: Tensor, rng: np.random.Generator) -> Tensor:
    """White to brown noise, 12 to 45 dB below the loudest tenth of a second of the sound."""
    count = samples.shape[-1]
    white = torch.from_numpy(rng.standard_normal(count, dtype=np.float32))
    spectrum = torch.fft.rfft(white) / torch.arange(1, count // 2 + 2).float() ** float(rng.uniform(0, 1))
    noise = torch.fft.irfft(spectrum, count)
    piece = max(1, count // 50)
    loudest = samples[0, : count // piece * piece].reshape(-1, piece).square().mean(1).max().sqrt()
    decibels = float(rng.uniform(-45, -12))
    scaled: Tensor = noise / noise.square().mean().sqrt().clamp(min=1e-9) * loudest * 10 ** (decibels / 20)
    return scaled[None]


def vary_frames(squares: NDArray[np.uint8], expressions: Sequence[str], rng: np.random.Generator) -> NDArray[np.uint8]:
    """[t, s, s, 3] frames, all varied alike: mirrored and enlarged where no word minds, in another light."""
    varied = squares
    if may_mirror(expressions) and rng.random() < 0.5:
        varied = varied[:, :, ::-1]
    if may_zoom(expressions) and rng.random() < 0.5:
        varied = _enlarged(varied, rng)
    gain, offset = rng.uniform(0.85, 1.15), rng.uniform(-14, 14)
    table = np.clip(np.arange(256)[:, None] * gain * rng.uniform(0.96, 1.04, 3) + offset, 0, 255).astype(np.uint8)
    return np.stack([table[:, k][varied[..., k]] for k in range(3)], -1)


def _enlarged(squares: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    side = squares.shape[1]
    part = round(side * float(rng.uniform(0.85, 1.0)))
    top, left = (int(rng.integers(0, side - part + 1)) for _ in range(2))
    cut = np.ascontiguousarray(squares[:, top : top + part, left : left + part])
    pixels = torch.from_numpy(cut).permute(0, 3, 1, 2).float()
    scaled = torch.nn.functional.interpolate(pixels, size=(side, side), mode="bilinear", align_corners=False)
    return scaled.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
