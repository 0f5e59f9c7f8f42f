"""Label chips: none over another, all in sight, and in a crowd the picture comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.views.chip_layout import CHIP_MAX_WIDTH_PX, COVER_SHARE, ChipWish, Rect, floating, layout

WIDGET = (900.0, 600.0)
HEIGHT = 21.0


@st.composite
def wishes(draw: st.DrawFn) -> list[ChipWish]:
    made = []
    for number in range(draw(st.integers(0, 60))):
        x, y = draw(st.floats(-200, 1000)), draw(st.floats(-200, 700))
        width, height = draw(st.floats(0, 600)), draw(st.floats(0, 400))
        made.append(ChipWish(str(number), (x, y, x + width, y + height), draw(st.floats(34, 500)), draw(st.booleans())))
    return made


def overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@given(wishes())
def test_chips_never_overlap_and_never_leave_the_view(made: list[ChipWish]) -> None:
    placed = list(layout(made, WIDGET, HEIGHT).values())
    for number, chip in enumerate(placed):
        assert chip[0] >= 0 and chip[1] >= 0 and chip[2] <= WIDGET[0] and chip[3] <= WIDGET[1]
        assert chip[2] - chip[0] <= CHIP_MAX_WIDTH_PX + 1e-6
        assert not any(overlap(chip, other) for other in placed[:number])


def test_one_box_has_its_whole_chip_above_its_left_corner() -> None:
    chip = layout([ChipWish("a", (100, 100, 300, 200), 90)], WIDGET, HEIGHT)["a"]
    assert chip[0] == 100 and chip[3] < 100 and chip[2] - chip[0] == 90


def test_a_box_at_the_top_has_its_chip_below_or_inside() -> None:
    chip = layout([ChipWish("a", (100, 0, 300, 200), 90)], WIDGET, HEIGHT)["a"]
    assert chip[1] >= 0


def test_a_box_larger_than_the_view_still_has_a_chip() -> None:
    assert "a" in layout([ChipWish("a", (-500, -500, 2000, 2000), 90)], WIDGET, HEIGHT)


def test_a_box_out_of_sight_has_none() -> None:
    wish = ChipWish("a", (2000, 2000, 2100, 2100), 90, must=True)
    assert layout([wish], WIDGET, HEIGHT) == {}
    assert floating(wish, WIDGET, HEIGHT) is None


def test_in_a_crowd_the_chips_leave_most_of_the_picture_free() -> None:
    crowd = [
        ChipWish(f"{x},{y}", (x * 40.0, y * 40.0, x * 40.0 + 30, y * 40.0 + 30), 120)
        for x in range(22)
        for y in range(14)
    ]
    placed = layout(crowd, WIDGET, HEIGHT).values()
    covered = sum((chip[2] - chip[0]) * (chip[3] - chip[1]) for chip in placed)
    assert 0 < covered <= (COVER_SHARE + 0.01) * WIDGET[0] * WIDGET[1]


def test_a_hovered_box_shows_its_chip_wherever_others_are() -> None:
    assert floating(ChipWish("a", (100, 100, 104, 104), 90, must=True), WIDGET, HEIGHT) is not None
