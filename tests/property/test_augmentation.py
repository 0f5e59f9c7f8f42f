"""A varied picture still shows what its words and boxes say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.augment import may_mirror, may_zoom, vary

SIZE_WH = (160, 120)


@settings(max_examples=150, deadline=None)
@given(
    x1=st.integers(0, 120),
    y1=st.integers(0, 80),
    width=st.integers(12, 40),
    height=st.integers(12, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_boxes_follow_their_thing(x1: int, y1: int, width: int, height: int, seed: int) -> None:
    rgb = np.full((SIZE_WH[1], SIZE_WH[0], 3), (30, 160, 40), np.uint8)
    rgb[y1 : y1 + height, x1 : x1 + width] = (230, 20, 20)
    box = (float(x1), float(y1), float(min(x1 + width, SIZE_WH[0])), float(min(y1 + height, SIZE_WH[1])))
    varied = vary(rgb, [box], ["the cell"], np.random.default_rng(seed))
    red = (varied.rgb[..., 0].astype(int) - varied.rgb[..., 1]) > 60
    rows, columns = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    shown = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert np.abs(np.array(shown) - np.array(varied.boxes[0])).max() <= 1.6


@given(st.sampled_from(["the cup on the left", "right hand", "the letter B", "the word seven", "leftmost car"]))
def test_sides_and_writing_are_not_mirrored(expression: str) -> None:
    assert not may_mirror(["a cell", expression])


def test_extremes_are_not_cropped_away() -> None:
    for expression in ("the leftmost car", "the topmost cell", "in the corner", "the person above the table"):
        assert not may_zoom([expression])
    assert may_zoom(["all platelets"]) and may_mirror(["all platelets"])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_left_stays_left(seed: int) -> None:
    rgb = np.zeros((60, 100, 3), np.uint8)
    rgb[20:40, 5:25] = 255
    varied = vary(rgb, [(5.0, 20.0, 25.0, 40.0)], ["the box on the left"], np.random.default_rng(seed))
    x1, _, x2, _ = varied.boxes[0]
    assert (x1 + x2) / 2 < 50
