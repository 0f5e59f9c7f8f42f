"""What is varied in time still says what its spans and words say."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.vary_time import cut_spans, draw_swept_window, draw_window, may_cut, shuffled, vary_sound

SECONDS, RATE = 4.0, 4000
SPAN = st.tuples(st.floats(0, 3.5), st.floats(0.2, 1.5)).map(lambda pair: (pair[0], min(SECONDS, pair[0] + pair[1])))


@given(spans=st.lists(SPAN, max_size=4), start=st.floats(0, 3), length=st.floats(0.5, 4))
def test_a_window_shows_what_lies_in_it(spans: list[tuple[float, float]], start: float, length: float) -> None:
    window = (start, start + length)
    cut = cut_spans(spans, window)
    for number, ((first, last), place) in enumerate(zip(spans, cut.spans_norm, strict=True)):
        if place is None:
            assert last <= window[0] or first >= window[1]
            continue
        assert 0 <= place[0] < place[1] <= 1
        shown = (window[0] + place[0] * length, window[0] + place[1] * length)
        assert abs(shown[0] - max(first, window[0])) < 1e-9 and abs(shown[1] - min(last, window[1])) < 1e-9
        if first >= window[0] and last <= window[1]:
            assert number not in cut.unclear


def test_half_a_span_is_neither_there_nor_absent() -> None:
    assert cut_spans([(1.0, 3.0)], (2.5, 6.0)).unclear == {0}
    assert cut_spans([(0.0, 60.0)], (20.0, 40.0)).unclear == frozenset()  # it fills the window


@given(spans=st.lists(SPAN, max_size=3), seed=st.integers(0, 2**32 - 1), long=st.booleans())
def test_windows_lie_in_their_medium(spans: list[tuple[float, float]], seed: int, long: bool) -> None:
    rng = np.random.default_rng(seed)
    extent = (0.5, 4.5)
    start, end = draw_swept_window(extent, spans, 1.5, rng) if long else draw_window(extent, spans, rng)
    assert extent[0] - 1e-9 <= start < end <= extent[1] + 1e-9
    assert end - start >= (1.5 if long else 2.0) - 1e-9


def _beep(start: float, end: float) -> torch.Tensor:
    times = torch.arange(round(SECONDS * RATE)) / RATE
    return (torch.sin(2 * np.pi * 440 * times) * ((times >= start) & (times < end)))[None]


def _heard(samples: torch.Tensor) -> tuple[float, float]:
    """Where it is loud, in 0-1 of the sound."""
    loud = (samples[0].abs() > 0.5 * samples.abs().max()).nonzero()[:, 0]
    return int(loud[0]) / samples.shape[1], (int(loud[-1]) + 1) / samples.shape[1]


@settings(max_examples=60, deadline=None)
@given(start=st.floats(0.1, 2.5), length=st.floats(0.3, 1.2), seed=st.integers(0, 2**32 - 1))
def test_spans_follow_their_sound(start: float, length: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples, (place, nothing) = shuffled(
        _beep(start, start + length), [(start / SECONDS, (start + length) / SECONDS), None], rng
    )
    assert samples.shape[1] == round(SECONDS * RATE) and nothing is None and place is not None
    varied = vary_sound(samples, RATE, ["the loud high beep"], rng)  # words that keep its loudness and its pitch
    assert np.abs(np.array(_heard(varied)) - np.array(place)).max() < 0.01


def test_another_pace_keeps_places() -> None:
    rng = np.random.default_rng(3)
    lengths = set()
    for _ in range(12):
        varied = vary_sound(_beep(1.0, 2.0), RATE, ["the loud word"], rng)
        lengths.add(varied.shape[1])
        assert np.abs(np.array(_heard(varied)) - np.array((0.25, 0.5))).max() < 0.02
    assert len(lengths) > 3


def test_words_of_order_keep_the_whole() -> None:
    assert not may_cut(["a bark", "the last word"]) and not may_cut(["after the bell"])
    assert may_cut(["a bark", "the word seven"])
