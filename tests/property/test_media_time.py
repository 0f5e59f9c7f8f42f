"""Time and numbers of frames agree whatever the clock: there and back, in order, and for every window."""

import bisect
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from core.media.packet_index import PacketIndex, uniform_indices
from core.media.resampling import Resampler

CLOCKS = [Fraction(1, 1000), Fraction(1, 90000), Fraction(1001, 30000), Fraction(1, 15360), Fraction(1, 25)]


@st.composite
def indexes(draw: st.DrawFn) -> PacketIndex:
    """Videos of any clock, start and pace, up to hours from zero; frames at least 2 ms apart, as cameras make them."""
    clock = draw(st.sampled_from(CLOCKS))
    least = max(1, -(-Fraction(2, 1000) // clock))
    gaps = draw(st.lists(st.integers(least, least * 200), min_size=0, max_size=60))
    start = draw(st.integers(-1000, int(36000 / clock)))
    pts = start + np.concatenate(([0], np.cumsum(gaps, dtype=np.int64))).astype(np.int64)
    keyframes = np.zeros(len(pts), dtype=np.bool_)
    keyframes[:: draw(st.integers(1, 12))] = True
    return PacketIndex(
        pts, keyframes, clock, least, 25.0, 64, 48, 1, "h264", "packets", has_audio=False, container="mp4", closed=True
    )


@given(indexes())
def test_a_frame_is_on_the_screen_at_its_own_time(index: PacketIndex) -> None:
    for number in range(len(index)):
        assert index.index_at(index.time_of(number)) == number


@given(indexes())
def test_a_time_written_with_three_decimals_means_its_frame(index: PacketIndex) -> None:
    for number in range(len(index)):
        assert index.index_at(round(index.time_of(number), 3)) == number


@given(indexes(), st.floats(-10, 40000))
def test_the_frame_on_the_screen_is_the_last_one_shown(index: PacketIndex, time_s: float) -> None:
    times = index.times_of(range(len(index))).tolist()
    assume(min(abs(time - time_s) for time in times) > 0.001)  # the rounding of written times set aside
    assert index.index_at(time_s) == max(0, bisect.bisect_right(times, time_s) - 1)


@given(indexes(), st.floats(0, 1), st.floats(0, 1))
def test_a_window_holds_what_is_seen_in_it(index: PacketIndex, one: float, other: float) -> None:
    start_s, end_s = sorted(index.start_s + share * index.duration_s for share in (one, other))
    frames = index.window(start_s, end_s)
    assert 0 <= frames.start < frames.stop <= len(index)
    assert frames.start == index.index_at(start_s)
    assert all(index.time_of(number) < end_s for number in frames[1:])
    assert frames.stop == len(index) or index.time_of(frames.stop) >= end_s - 0.001


@given(indexes())
def test_windows_side_by_side_hold_every_frame(index: PacketIndex) -> None:
    cuts = np.linspace(index.start_s, index.end_s, 5)
    seen = {number for start, end in pairwise(cuts) for number in index.window(start, end)}
    assert seen == set(range(len(index)))


@given(indexes())
def test_decoding_starts_at_or_before_the_frame(index: PacketIndex) -> None:
    for number in range(len(index)):
        start = index.keyframe_before(number)
        assert start <= number and index.keyframes[start]
        assert not index.keyframes[start + 1 : number + 1].any()


@given(st.integers(0, 100_000), st.integers(0, 200), st.integers(0, 1000))
def test_uniform_indices_are_in_order_and_inside(count: int, wanted: int, first: int) -> None:
    indices = uniform_indices(count, wanted, first=first)
    assert len(indices) == min(count, wanted)
    assert all(first <= index < first + count for index in indices)
    assert indices == sorted(set(indices))


@given(
    st.sampled_from([8000, 11025, 22050, 44100, 48000]),
    st.sampled_from([8000, 16000, 44100]),
    st.integers(-500, 3000),
    st.integers(1, 500),
)
def test_any_stretch_of_resampled_sound_equals_that_of_the_whole(rate: int, wanted: int, first: int, size: int) -> None:
    sound = np.random.default_rng(5).standard_normal((1, 4000)).astype(np.float32)
    resampler = Resampler(rate, wanted)
    everything = stretch(resampler, sound, -600, 4000)
    part = stretch(resampler, sound, first, first + size)
    assert np.allclose(part, everything[:, first + 600 : first + 600 + size], atol=1e-5)


def stretch(resampler: Resampler, sound: np.ndarray, first: int, end: int) -> np.ndarray:
    a, b = resampler.needed(first, end)
    padded = np.zeros((1, b - a), dtype=np.float32)
    inside = slice(max(a, 0), min(b, sound.shape[1]))
    if inside.start < inside.stop:
        padded[:, inside.start - a : inside.stop - a] = sound[:, inside]
    return resampler.run(padded, first, end)
