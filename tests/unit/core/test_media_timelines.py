"""Pictures of time: frames, waveform and bars stand where their seconds are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageColor

from core.media.drawing import COLOURS
from core.media.timelines import (
    EDGE,
    LABEL_WIDTH,
    LANE_WIDTH,
    WIDTH,
    TimedRow,
    draw_timeline,
    film_strip,
    strip_times,
    waveform,
)


def columns_of(picture: Image.Image, colour: str) -> np.ndarray:
    """Columns of the lane in which a colour stands, in 0-1 of the time."""
    pixels = np.asarray(picture)[: picture.height - 40]  # without the legend
    found = (np.abs(pixels.astype(int) - ImageColor.getrgb(colour)).max(axis=2) < 3).sum(axis=0) >= 8
    return (np.flatnonzero(found) - LABEL_WIDTH) / LANE_WIDTH


def blank(height: int = 60) -> Image.Image:
    return Image.new("RGB", (LANE_WIDTH, height), "white")


def test_bars_stand_at_their_seconds() -> None:
    rows = [TimedRow("the red circle", ((2.0, 4.0),), (((5.0, 7.5), 0.9),))]
    picture = draw_timeline(blank(), 10.0, rows)
    true, answered = columns_of(picture, "#9AA0A6"), columns_of(picture, COLOURS[0])
    assert (true[0], true[-1]) == pytest.approx((0.2, 0.4), abs=0.003)
    assert (answered[0], answered[-1]) == pytest.approx((0.5, 0.75), abs=0.003)


@pytest.mark.parametrize("duration_s", [0.4, 4.0, 61.0, 10_800.0])
def test_any_length_words_and_scores_can_be_drawn(duration_s: float) -> None:
    rows = [
        TimedRow("very " * 40 + "long", None, (((duration_s * 0.999, duration_s * 2), 0.5), ((0.0, 0.0), None))),
        TimedRow("数据", (), ()),
    ]
    picture = draw_timeline(blank(), duration_s, rows)
    assert picture.width == WIDTH
    right_edge = np.asarray(picture)[:, WIDTH - EDGE + 10 :]
    assert (right_edge[EDGE + 60 + 28 :] == 255).all(), "nothing runs over the edge"


def test_a_strip_holds_each_frame_in_its_share_of_the_time() -> None:
    times = strip_times((320, 240), 8.0)
    assert len(times) >= 4 and times == sorted(times) and 0 < times[0] < times[-1] < 8
    frames = [np.full((24, 32, 3), 20 * number, dtype=np.uint8) for number in range(len(times))]
    strip = np.asarray(film_strip(frames))
    assert strip.shape[1] == LANE_WIDTH
    for number, time_s in enumerate(times):
        assert strip[10, round(time_s / 8.0 * LANE_WIDTH), 0] == 20 * number


def test_a_waveform_is_high_where_it_is_loud() -> None:
    samples = np.zeros((1, 16_000), dtype=np.float32)
    samples[0, 8_000:12_000] = np.sin(np.arange(4_000))
    ink = (np.asarray(waveform(samples)).min(axis=2) < 150).sum(axis=0)
    inside = (np.arange(LANE_WIDTH) / LANE_WIDTH >= 0.5) & (np.arange(LANE_WIDTH) / LANE_WIDTH < 0.748)
    assert ink[inside].min() > 40 and ink[: LANE_WIDTH // 2 - 1].max() <= 1
    assert waveform(np.zeros((1, 3), dtype=np.float32)).width == LANE_WIDTH, "fewer samples than columns"
